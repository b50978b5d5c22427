//! What regrows during a course.

use std::f64::consts::LN_2;

use crate::effect::Bed;
use crate::error::DoseError;
use crate::exact::Exact;

/// Repopulation: a loss of BED for every day of treatment after a kick-off time.
///
/// No value is shipped for breast cancer: START's estimate of a time factor could not be read in its source, so the loss
/// is always an explicit input, and a BED without it ignores time. `docs/dose.md`, D-4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repopulation {
    loss_per_day_nanogray: i64,
    kick_off_days: u32,
}

impl Repopulation {
    /// A loss K of BED in gray per day, from day `kick_off_days` of treatment.
    ///
    /// # Errors
    /// [`DoseError::Parameter`] unless 0 <= K <= 10 Gy per day; it is kept to 1e-9 Gy.
    pub fn new(loss_per_day_gy: f64, kick_off_days: u32) -> Result<Self, DoseError> {
        if !(0.0..=10.0).contains(&loss_per_day_gy) {
            return Err(DoseError::Parameter {
                parameter: "the loss of BED per day",
                range: "from 0 to 10 Gy",
            });
        }
        Ok(Self { loss_per_day_nanogray: (loss_per_day_gy * 1e9).round() as i64, kick_off_days })
    }

    /// K = ln 2 / (alpha T_pot), alpha per gray and the potential doubling time in days.
    ///
    /// # Errors
    /// [`DoseError::Parameter`] unless both are above 0 and K is at most 10 Gy per day.
    /// # Source
    /// Travis EL, Tucker SL. Int J Radiat Oncol Biol Phys 1987;13:283-287; Fowler JF. Br J Radiol 1989;62:679-694.
    pub fn from_doubling_time(
        alpha_per_gy: f64,
        doubling_days: f64,
        kick_off_days: u32,
    ) -> Result<Self, DoseError> {
        if !(alpha_per_gy > 0.0 && doubling_days > 0.0) {
            return Err(DoseError::Parameter { parameter: "alpha and the doubling time", range: "above 0" });
        }
        Self::new(LN_2 / (alpha_per_gy * doubling_days), kick_off_days)
    }

    /// The BED that remains of a course of `overall_days` from its first to its last fraction:
    /// BED - K max(0, T - T_k).
    ///
    /// # Errors
    /// [`DoseError::LossAboveDose`] where nothing would remain: such parameters do not describe the course.
    pub fn remaining(self, bed: Bed, overall_days: u32) -> Result<Bed, DoseError> {
        let days = overall_days.saturating_sub(self.kick_off_days);
        let loss = Exact::from_nanogray(self.loss_per_day_nanogray)
            .checked_scale(i128::from(days), 1)
            .ok_or(DoseError::TooIntricate)?;
        let left = bed.exact().checked_sub(loss).ok_or(DoseError::LossAboveDose)?;
        Ok(Bed::from_exact(left, bed.alpha_beta()))
    }
}

#[cfg(test)]
mod tests {
    use oligomet_base::Dose;

    use super::*;
    use crate::fractionation::{AlphaBeta, Fractionation};

    fn course() -> Bed {
        let sixty = Fractionation::new(Dose::from_milligray(60_000), 30).unwrap();
        Bed::of(&sixty, AlphaBeta::from_gray(10.0).unwrap())
    }

    #[test]
    fn by_hand() {
        // 60 Gy in 30 at 10 is 72; 39 days less 28 at 0.6 Gy lose 6.6.
        let loss = Repopulation::new(0.6, 28).unwrap();
        assert_eq!(loss.remaining(course(), 39).unwrap().gray(), 65.4);
        assert_eq!(loss.remaining(course(), 28).unwrap(), course());
        assert_eq!(loss.remaining(course(), 3).unwrap(), course());
        // ln 2 / (0.3 x 5) = 0.462098120 Gy per day, 11 days of it.
        let loss = Repopulation::from_doubling_time(0.3, 5.0, 28).unwrap();
        assert_eq!(loss.remaining(course(), 39).unwrap().gray(), 66.916_920_68);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(Repopulation::new(-0.1, 0).is_err());
        assert!(Repopulation::new(f64::NAN, 0).is_err());
        assert!(Repopulation::from_doubling_time(0.0, 5.0, 0).is_err());
        let loss = Repopulation::new(1.0, 0).unwrap();
        assert_eq!(loss.remaining(course(), 80), Err(DoseError::LossAboveDose));
    }
}
