//! The linear-quadratic-linear model, beside the linear-quadratic one for large fractions.

use oligomet_base::Dose;

use crate::effect::Bed;
use crate::error::DoseError;
use crate::exact::Exact;
use crate::fractionation::{AlphaBeta, Fractionation};

/// Above this dose per fraction the linear-quadratic model is extrapolated and the linear-quadratic-linear value is shown
/// beside it. "Reasonably well validated up to about 10 Gy per fraction": Brenner DJ. Semin Radiat Oncol 2008;18:234-239.
pub const LQ_VALIDATED: Dose = Dose::from_milligray(10_000);

/// Up to this dose per fraction the same source calls the linear-quadratic model reasonable.
pub const LQ_REASONABLE: Dose = Dose::from_milligray(18_000);

/// The linear-quadratic-linear model (LQ-L): above the transition dose d_T survival falls along the tangent.
///
/// BED = n (d_T (1 + d_T / r) + g (d - d_T)) for d > d_T, r = alpha/beta, g = 1 + 2 d_T / r; below d_T it is the
/// linear-quadratic BED. d_T is always stated; the literature's habit of twice alpha/beta
/// ([`LinearQuadraticLinear::at_twice`]) is a custom, not a measurement, and was not verified for breast metastases.
///
/// # Source
/// Astrahan M. Med Phys 2008;35:4161-4172. `docs/dose.md`, D-7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinearQuadraticLinear {
    transition: Dose,
}

impl LinearQuadraticLinear {
    /// With that transition dose per fraction.
    ///
    /// # Errors
    /// [`DoseError::NotPositive`] unless it is above 0.
    pub fn new(transition: Dose) -> Result<Self, DoseError> {
        if transition.milligray() <= 0 {
            return Err(DoseError::NotPositive { dose: transition });
        }
        Ok(Self { transition })
    }

    /// With a transition at twice alpha/beta, unverified.
    #[must_use]
    pub fn at_twice(alpha_beta: AlphaBeta) -> Self {
        Self { transition: Dose::from_milligray(2 * alpha_beta.milligray()) }
    }

    /// The transition dose per fraction.
    #[must_use]
    pub fn transition(self) -> Dose {
        self.transition
    }

    /// BED by this model.
    #[must_use]
    pub fn bed(self, fractionation: &Fractionation, alpha_beta: AlphaBeta) -> Bed {
        if !fractionation.is_above_per_fraction(self.transition) {
            return Bed::of(fractionation, alpha_beta);
        }
        let (dose, n) = fractionation.parts();
        let ratio = i128::from(alpha_beta.milligray());
        let transition = i128::from(self.transition.milligray());
        let quadratic = n * transition * (ratio + transition);
        let linear = (ratio + 2 * transition) * (dose - n * transition);
        Bed::from_exact(Exact::new(quadratic + linear, ratio), alpha_beta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lql(total: i64, n: u32, ratio: f64, transition: i64) -> (f64, f64) {
        let course = Fractionation::new(Dose::from_milligray(total), n).unwrap();
        let ratio = AlphaBeta::from_gray(ratio).unwrap();
        let model = LinearQuadraticLinear::new(Dose::from_milligray(transition)).unwrap();
        (Bed::of(&course, ratio).gray(), model.bed(&course, ratio).gray())
    }

    #[test]
    fn golden_values_by_hand() {
        // 30/3 at 4, d_T 8: slope 1 + 16/4 = 5, 3 (8 x 3 + 5 x 2) = 102; d_T 6: slope 4, 3 (6 x 2.5 + 4 x 4) = 93.
        for (total, n, lq, at_8, at_6) in [
            (30_000, 3, 105.0, 102.0, 93.0),
            (45_000, 3, 213.75, 177.0, 153.0),
            (50_000, 5, 175.0, 170.0, 155.0),
            (54_000, 3, 297.0, 222.0, 189.0),
            (20_000, 1, 120.0, 84.0, 71.0),
        ] {
            assert_eq!(lql(total, n, 4.0, 8_000), (lq, at_8));
            assert_eq!(lql(total, n, 4.0, 6_000), (lq, at_6));
        }
        // At 10 with d_T 6.2: slope 2.24, 6.2 x 1.62 = 10.044 per fraction at the transition.
        assert_eq!(lql(45_000, 3, 10.0, 6_200), (112.5, 89.268));
        assert_eq!(lql(54_000, 3, 10.0, 6_200), (151.2, 109.428));
        assert_eq!(lql(20_000, 1, 10.0, 6_200), (60.0, 40.956));
    }

    #[test]
    fn equal_up_to_the_transition() {
        let (lq, lql) = lql(40_000, 5, 4.0, 8_000);
        assert_eq!(lq, lql);
        let four = AlphaBeta::from_gray(4.0).unwrap();
        assert_eq!(LinearQuadraticLinear::at_twice(four).transition(), Dose::from_milligray(8_000));
        assert!(LinearQuadraticLinear::new(Dose::from_milligray(0)).is_err());
    }
}
