//! Biologically effective dose and equivalent dose: quantities that know their alpha/beta.

use oligomet_base::Dose;

use crate::error::DoseError;
use crate::exact::Exact;
use crate::fractionation::{AlphaBeta, Fractionation};

/// A biologically effective dose (BED), exact, at one alpha/beta.
///
/// Two of them add only at the same alpha/beta; other sums have no meaning and are refused.
///
/// ```
/// use oligomet_base::Dose;
/// use oligomet_dose::{AlphaBeta, Bed, Fractionation};
/// let ten = AlphaBeta::from_gray(10.0)?;
/// let first = Bed::of(&Fractionation::new(Dose::from_milligray(30_000), 10)?, ten);
/// let second = Bed::of(&Fractionation::new(Dose::from_milligray(10_000), 5)?, ten);
/// assert_eq!(first.plus(second)?.gray(), 51.0); // 39 + 12
/// let late = Bed::of(&Fractionation::new(Dose::from_milligray(30_000), 10)?, AlphaBeta::from_gray(3.0)?);
/// assert!(first.plus(late).is_err());
/// # Ok::<(), oligomet_dose::DoseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bed {
    value: Exact,
    alpha_beta: AlphaBeta,
}

impl Bed {
    /// D (1 + d / (alpha/beta)), d = D / n: full repair between fractions, no repopulation, short fractions.
    ///
    /// # Source
    /// Barendsen GW. Int J Radiat Oncol Biol Phys 1982;8:1981-1997; Fowler JF. Br J Radiol 1989;62:679-694.
    /// `docs/dose.md`, D-1.
    #[must_use]
    pub fn of(fractionation: &Fractionation, alpha_beta: AlphaBeta) -> Self {
        Self { value: equivalent(fractionation, alpha_beta, Dose::from_milligray(0)), alpha_beta }
    }

    /// The sum over phases that treat the same volume. `docs/dose.md`, D-9.
    ///
    /// # Errors
    /// [`DoseError::TooIntricate`] where the sum cannot be held exactly.
    pub fn of_phases(phases: &[Fractionation], alpha_beta: AlphaBeta) -> Result<Self, DoseError> {
        let none = Self { value: Exact::ZERO, alpha_beta };
        phases.iter().try_fold(none, |sum, phase| sum.plus(Self::of(phase, alpha_beta)))
    }

    pub(crate) fn from_exact(value: Exact, alpha_beta: AlphaBeta) -> Self {
        Self { value, alpha_beta }
    }

    pub(crate) fn exact(self) -> Exact {
        self.value
    }

    /// This and another at the same alpha/beta.
    ///
    /// # Errors
    /// [`DoseError::DifferentQuantities`] at another alpha/beta, [`DoseError::TooIntricate`] where the sum cannot be
    /// held exactly.
    pub fn plus(self, other: Self) -> Result<Self, DoseError> {
        if self.alpha_beta != other.alpha_beta {
            return Err(DoseError::DifferentQuantities { left: self.alpha_beta, right: other.alpha_beta });
        }
        let value = self.value.checked_add(other.value).ok_or(DoseError::TooIntricate)?;
        Ok(Self { value, ..self })
    }

    /// The equivalent dose in fractions of `per_fraction`: BED / (1 + X / (alpha/beta)). `docs/dose.md`, D-3.
    ///
    /// # Errors
    /// [`DoseError::NotPositive`] for a reference fraction that is not above 0, [`DoseError::TooIntricate`].
    pub fn eqd(self, per_fraction: Dose) -> Result<Eqd, DoseError> {
        if per_fraction.milligray() <= 0 {
            return Err(DoseError::NotPositive { dose: per_fraction });
        }
        let ratio = i128::from(self.alpha_beta.milligray());
        let value = self.value.checked_scale(ratio, ratio + i128::from(per_fraction.milligray()));
        let value = value.ok_or(DoseError::TooIntricate)?;
        Ok(Eqd { value, alpha_beta: self.alpha_beta, per_fraction })
    }

    /// alpha/beta.
    #[must_use]
    pub fn alpha_beta(self) -> AlphaBeta {
        self.alpha_beta
    }

    /// In gray: the double nearest to the value rounded to 1e-9 Gy, half up.
    #[must_use]
    pub fn gray(self) -> f64 {
        self.value.gray()
    }

    /// Whether the value, rounded to 1e-9 Gy, is at least `threshold`: the same answer as comparing [`Bed::gray`].
    #[must_use]
    pub fn is_at_least(self, threshold: Dose) -> bool {
        at_least(self.value, threshold)
    }
}

/// An equivalent dose in fractions of X gray (EQDX), exact, at one alpha/beta; X = 2 Gy is EQD2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Eqd {
    value: Exact,
    alpha_beta: AlphaBeta,
    per_fraction: Dose,
}

impl Eqd {
    /// The reference fraction of EQD2.
    pub const TWO_GRAY: Dose = Dose::from_milligray(2_000);

    /// EQD2 = D (d + alpha/beta) / (2 + alpha/beta).
    ///
    /// # Source
    /// Withers HR, Thames HD, Peters LJ. Radiother Oncol 1983;1:187-191. `docs/dose.md`, D-2.
    #[must_use]
    pub fn eqd2_of(fractionation: &Fractionation, alpha_beta: AlphaBeta) -> Self {
        let value = equivalent(fractionation, alpha_beta, Self::TWO_GRAY);
        Self { value, alpha_beta, per_fraction: Self::TWO_GRAY }
    }

    /// An equivalent dose that is given as such: a limit, or what a record states.
    ///
    /// # Errors
    /// [`DoseError::NotPositive`] unless both doses are above 0.
    pub fn stated(dose: Dose, alpha_beta: AlphaBeta, per_fraction: Dose) -> Result<Self, DoseError> {
        match [dose, per_fraction].into_iter().find(|dose| dose.milligray() <= 0) {
            Some(dose) => Err(DoseError::NotPositive { dose }),
            None => Ok(Self { value: Exact::new(i128::from(dose.milligray()), 1), alpha_beta, per_fraction }),
        }
    }

    /// This and another of the same alpha/beta and reference fraction.
    ///
    /// # Errors
    /// [`DoseError::DifferentQuantities`], [`DoseError::TooIntricate`].
    pub fn plus(self, other: Self) -> Result<Self, DoseError> {
        self.same_quantity(other)?;
        let value = self.value.checked_add(other.value).ok_or(DoseError::TooIntricate)?;
        Ok(Self { value, ..self })
    }

    pub(crate) fn same_quantity(self, other: Self) -> Result<(), DoseError> {
        if self.alpha_beta == other.alpha_beta && self.per_fraction == other.per_fraction {
            return Ok(());
        }
        Err(DoseError::DifferentQuantities { left: self.alpha_beta, right: other.alpha_beta })
    }

    pub(crate) fn with_value(self, value: Exact) -> Self {
        Self { value, ..self }
    }

    pub(crate) fn exact(self) -> Exact {
        self.value
    }

    /// alpha/beta.
    #[must_use]
    pub fn alpha_beta(self) -> AlphaBeta {
        self.alpha_beta
    }

    /// The reference fraction X.
    #[must_use]
    pub fn per_fraction(self) -> Dose {
        self.per_fraction
    }

    /// In gray: the double nearest to the value rounded to 1e-9 Gy, half up.
    #[must_use]
    pub fn gray(self) -> f64 {
        self.value.gray()
    }

    /// Whether the value, rounded to 1e-9 Gy, is at least `threshold`: the same answer as comparing [`Eqd::gray`].
    #[must_use]
    pub fn is_at_least(self, threshold: Dose) -> bool {
        at_least(self.value, threshold)
    }
}

/// D (d + alpha/beta) / (X + alpha/beta): the dose in fractions of X with the same effect. BED is the limit X = 0.
fn equivalent(fractionation: &Fractionation, alpha_beta: AlphaBeta, per_fraction: Dose) -> Exact {
    let (dose, n) = fractionation.parts();
    let ratio = i128::from(alpha_beta.milligray());
    Exact::new(dose * (n * ratio + dose), n * (ratio + i128::from(per_fraction.milligray())))
}

fn at_least(value: Exact, threshold: Dose) -> bool {
    value.nanogray() >= i128::from(threshold.milligray()) * 1_000_000
}

/// [`Bed::of`] in gray.
///
/// ```
/// use oligomet_base::Dose;
/// use oligomet_dose::{AlphaBeta, Fractionation, bed};
/// let stereotactic = Fractionation::new(Dose::from_milligray(50_000), 5)?;
/// assert_eq!(bed(&stereotactic, AlphaBeta::from_gray(10.0)?), 100.0);
/// # Ok::<(), oligomet_dose::DoseError>(())
/// ```
#[must_use]
pub fn bed(fractionation: &Fractionation, alpha_beta: AlphaBeta) -> f64 {
    Bed::of(fractionation, alpha_beta).gray()
}

/// [`Eqd::eqd2_of`] in gray.
///
/// ```
/// use oligomet_base::Dose;
/// use oligomet_dose::{AlphaBeta, Fractionation, eqd2};
/// let advised = Fractionation::new(Dose::from_milligray(36_000), 6)?;
/// assert_eq!(eqd2(&advised, AlphaBeta::from_gray(3.5)?), 62.181818182); // below 63
/// # Ok::<(), oligomet_dose::DoseError>(())
/// ```
#[must_use]
pub fn eqd2(fractionation: &Fractionation, alpha_beta: AlphaBeta) -> f64 {
    Eqd::eqd2_of(fractionation, alpha_beta).gray()
}

/// The equivalent dose in fractions of `per_fraction`, in gray.
///
/// # Errors
/// [`DoseError::NotPositive`] for a reference fraction that is not above 0.
pub fn eqdx(
    fractionation: &Fractionation,
    alpha_beta: AlphaBeta,
    per_fraction: Dose,
) -> Result<f64, DoseError> {
    Bed::of(fractionation, alpha_beta).eqd(per_fraction).map(Eqd::gray)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(total: i64, n: u32) -> Fractionation {
        Fractionation::new(Dose::from_milligray(total), n).unwrap()
    }

    fn ratio(gray: f64) -> AlphaBeta {
        AlphaBeta::from_gray(gray).unwrap()
    }

    #[test]
    fn by_hand() {
        // 45 Gy in 15: 45 (1 + 3 / 3.5) = 83.571428571..., and 45 (3 + 3.5) / 5.5 = 53.1818...
        assert_eq!(bed(&of(45_000, 15), ratio(3.5)), 83.571_428_571);
        assert_eq!(eqd2(&of(45_000, 15), ratio(3.5)), 53.181_818_182);
        // 35 Gy in 5: 35 (7 + 3.5) / 5.5
        assert_eq!(eqd2(&of(35_000, 5), ratio(3.5)), 66.818_181_818);
        // At 2 Gy per fraction it is the dose itself.
        assert_eq!(eqd2(&of(50_000, 25), ratio(3.5)), 50.0);
        assert_eq!(bed(&of(50_000, 5), ratio(10.0)), 100.0);
        // 30 Gy in 10 in fractions of 3 Gy is itself; in fractions of 1 Gy at 3: 30 (3 + 3) / (1 + 3) = 45.
        assert_eq!(eqdx(&of(30_000, 10), ratio(4.0), Dose::from_milligray(3_000)), Ok(30.0));
        assert_eq!(eqdx(&of(30_000, 10), ratio(3.0), Dose::from_milligray(1_000)), Ok(45.0));
    }

    #[test]
    fn schedules_on_a_cut_are_at_least_the_cut() {
        for (total, n, alpha_beta, cut) in
            [(50_000, 5, 10.0, 100), (50_000, 10, 10.0, 75), (30_000, 5, 4.0, 75)]
        {
            let bed = Bed::of(&of(total, n), ratio(alpha_beta));
            assert!(bed.is_at_least(Dose::from_milligray(cut * 1_000)));
            assert!(!bed.is_at_least(Dose::from_milligray(cut * 1_000 + 1)));
            assert_eq!(bed.gray(), cut as f64);
        }
        // 36 Gy in 6, advised as 63 Gy, is 62.18.
        assert!(!Eqd::eqd2_of(&of(36_000, 6), ratio(3.5)).is_at_least(Dose::from_milligray(63_000)));
    }

    #[test]
    fn three_phases_of_a_third_add_up_exactly() {
        // 3 x 10 Gy in 3 fractions at 10 Gy: each 10 (1 + 10/30) = 13.333..., together 40.
        let sum = Bed::of_phases(&[of(10_000, 3); 3], ratio(10.0)).unwrap();
        assert_eq!(sum.gray(), 40.0);
        assert!(sum.is_at_least(Dose::from_milligray(40_000)));
        assert_eq!(sum.eqd(Eqd::TWO_GRAY).unwrap().gray(), 33.333_333_333);
    }

    #[test]
    fn different_quantities_do_not_add() {
        let course = of(30_000, 10);
        let error = Bed::of(&course, ratio(3.0)).plus(Bed::of(&course, ratio(10.0))).unwrap_err();
        assert!(matches!(error, DoseError::DifferentQuantities { .. }));
        let eqd3 = Bed::of(&course, ratio(3.0)).eqd(Dose::from_milligray(3_000)).unwrap();
        let error = Eqd::eqd2_of(&course, ratio(3.0)).plus(eqd3).unwrap_err();
        assert!(error.to_string().contains("different reference fractions"), "{error}");
        assert!(Bed::of(&course, ratio(3.0)).eqd(Dose::from_milligray(0)).is_err());
    }
}
