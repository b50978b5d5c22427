//! A second course over a first: cumulative equivalent dose, recovery stated, what is left.

use oligomet_base::Dose;

use crate::effect::Eqd;
use crate::error::DoseError;

/// The share of an earlier course that a tissue is taken to have recovered from, in thousandths.
///
/// There is no default and no table by months: customs such as a quarter after half a year and a half after a year differ
/// between centres and tissues and could not be verified here. Zero is [`Recovery::NONE`], to be written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recovery {
    thousandths: u32,
}

impl Recovery {
    /// The first course counts in full.
    pub const NONE: Self = Self { thousandths: 0 };

    /// A share from 0 to 1.
    ///
    /// # Errors
    /// [`DoseError::Parameter`] unless it is from 0 to 1 in whole thousandths.
    pub fn from_share(share: f64) -> Result<Self, DoseError> {
        match Dose::from_gray(share).map(Dose::milligray) {
            Some(thousandths @ 0..=1000) => Ok(Self { thousandths: thousandths as u32 }),
            _ => Err(DoseError::Parameter { parameter: "the recovery", range: "from 0 to 1 in thousandths" }),
        }
    }

    /// As a share from 0 to 1.
    #[must_use]
    pub fn share(self) -> f64 {
        f64::from(self.thousandths) / 1000.0
    }
}

/// The earlier course that a re-irradiation is linked to: its name in the records and its dose to the same tissue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierCourse {
    /// Identifier of the course.
    pub course_id: String,
    /// Its equivalent dose to the tissue in question.
    pub dose: Eqd,
    /// The recovery assumed for that tissue since then.
    pub recovery: Recovery,
}

impl EarlierCourse {
    /// What still counts of it: (1 - recovery) EQDX.
    ///
    /// # Errors
    /// [`DoseError::TooIntricate`].
    pub fn remembered(&self) -> Result<Eqd, DoseError> {
        let kept = i128::from(1000 - self.recovery.thousandths);
        let value = self.dose.exact().checked_scale(kept, 1000).ok_or(DoseError::TooIntricate)?;
        Ok(self.dose.with_value(value))
    }

    /// The cumulative equivalent dose with a later course: (1 - recovery) EQDX_1 + EQDX_2. `docs/dose.md`, D-10.
    ///
    /// # Errors
    /// [`DoseError::DifferentQuantities`] unless both have the same alpha/beta and reference fraction.
    pub fn cumulative_with(&self, later: Eqd) -> Result<Eqd, DoseError> {
        self.remembered()?.plus(later)
    }

    /// What is left under a limit of the same quantity; `None` where the first course has used it up.
    ///
    /// # Errors
    /// [`DoseError::DifferentQuantities`], [`DoseError::TooIntricate`].
    pub fn left_under(&self, limit: Eqd) -> Result<Option<Eqd>, DoseError> {
        let remembered = self.remembered()?;
        remembered.same_quantity(limit)?;
        let left = limit.exact().checked_sub(remembered.exact());
        Ok(left.map(|value| limit.with_value(value)).filter(|left| left.gray() > 0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fractionation::{AlphaBeta, Fractionation};

    fn eqd2(total: i64, n: u32, ratio: f64) -> Eqd {
        let course = Fractionation::new(Dose::from_milligray(total), n).unwrap();
        Eqd::eqd2_of(&course, AlphaBeta::from_gray(ratio).unwrap())
    }

    fn first(recovery: f64) -> EarlierCourse {
        let recovery = Recovery::from_share(recovery).unwrap();
        EarlierCourse { course_id: "C1".into(), dose: eqd2(30_000, 10, 2.0), recovery }
    }

    #[test]
    fn by_hand() {
        // 30 Gy in 10 at 2 is 37.5; 20 Gy in 5 at 2 is 20 x 6 / 4 = 30.
        assert_eq!(first(0.0).cumulative_with(eqd2(20_000, 5, 2.0)).unwrap().gray(), 67.5);
        assert_eq!(first(0.25).cumulative_with(eqd2(20_000, 5, 2.0)).unwrap().gray(), 58.125);
        assert_eq!(first(1.0).cumulative_with(eqd2(20_000, 5, 2.0)).unwrap().gray(), 30.0);
        let limit = eqd2(50_000, 25, 2.0);
        assert_eq!(first(0.25).left_under(limit).unwrap().map(Eqd::gray), Some(21.875));
        assert_eq!(first(0.0).left_under(eqd2(36_000, 18, 2.0)).unwrap(), None);
        assert_eq!(
            first(0.0).left_under(eqd2(37_500, 10, 2.0).with_value(first(0.0).dose.exact())),
            Ok(None)
        );
    }

    #[test]
    fn other_quantities_are_refused() {
        assert!(first(0.0).cumulative_with(eqd2(20_000, 5, 3.0)).is_err());
        assert!(first(0.0).left_under(eqd2(20_000, 5, 3.0)).is_err());
        for bad in [-0.1, 1.001, f64::NAN, 0.333_33] {
            assert!(Recovery::from_share(bad).is_err());
        }
        assert_eq!(Recovery::NONE.share(), 0.0);
    }
}
