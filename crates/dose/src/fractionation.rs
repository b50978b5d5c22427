//! A total dose in equal fractions, and alpha/beta.

use std::fmt;

use oligomet_base::Dose;

use crate::error::DoseError;

/// Doses at or above this are no dose of external radiotherapy in gray; 4500 is a dose written in centigray.
const LARGEST: Dose = Dose::from_milligray(300_000);

/// No course has more fractions; the longest of hyperfractionation have about 80.
const MOST_FRACTIONS: u32 = 200;

/// The ratio alpha/beta of the linear-quadratic model, in whole milligray.
///
/// It is always stated: nothing here has a hidden default. [`AlphaBeta::BREAST_BAND`] is the band that comparisons show
/// when they are asked for no other, and [`AlphaBeta::LATE`] the late-reacting tissues beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlphaBeta {
    milligray: i64,
}

impl AlphaBeta {
    /// 1.2, 3.5, 5.7 and 10 Gy. START estimated 3.5 Gy (95 % interval 1.2-5.7) for breast cancer, for subclinical disease
    /// at 2-3 Gy per fraction; 10 Gy is the custom for tumours.
    ///
    /// # Source
    /// Haviland JS et al. Lancet Oncol 2013;14:1086-1094 (START-A and pilot, 10 years).
    pub const BREAST_BAND: [Self; 4] = [
        Self { milligray: 1_200 },
        Self { milligray: 3_500 },
        Self { milligray: 5_700 },
        Self { milligray: 10_000 },
    ];

    /// 2 and 3 Gy: late-reacting tissue, shown beside the tumour.
    pub const LATE: [Self; 2] = [Self { milligray: 2_000 }, Self { milligray: 3_000 }];

    /// From gray, exact to the milligray.
    ///
    /// # Errors
    /// [`DoseError::AlphaBeta`] unless it is between 0.1 and 1000 Gy and a whole number of milligray.
    pub fn from_gray(gray: f64) -> Result<Self, DoseError> {
        match Dose::from_gray(gray).map(Dose::milligray) {
            Some(milligray @ 100..=1_000_000) => Ok(Self { milligray }),
            _ => Err(DoseError::AlphaBeta),
        }
    }

    /// In milligray.
    #[must_use]
    pub const fn milligray(self) -> i64 {
        self.milligray
    }

    /// In gray, the nearest double.
    #[must_use]
    pub fn gray(self) -> f64 {
        Dose::from_milligray(self.milligray).gray()
    }
}

impl fmt::Display for AlphaBeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Gy", self.gray())
    }
}

/// A total dose given in equal fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fractionation {
    total: Dose,
    n_fractions: u32,
}

impl Fractionation {
    /// A total dose in so many fractions.
    ///
    /// # Errors
    /// [`DoseError`] for no fractions or more than 200, a dose that is not above 0, or one of 300 Gy or more, which
    /// cannot be in gray.
    pub fn new(total: Dose, n_fractions: u32) -> Result<Self, DoseError> {
        match n_fractions {
            0 => return Err(DoseError::NoFractions),
            1..=MOST_FRACTIONS => {}
            _ => return Err(DoseError::TooManyFractions { n_fractions }),
        }
        if total.milligray() <= 0 {
            return Err(DoseError::NotPositive { dose: total });
        }
        if total >= LARGEST {
            return Err(DoseError::TooLarge { dose: total });
        }
        Ok(Self { total, n_fractions })
    }

    /// Total dose.
    #[must_use]
    pub fn total(&self) -> Dose {
        self.total
    }

    /// Number of fractions.
    #[must_use]
    pub fn n_fractions(&self) -> u32 {
        self.n_fractions
    }

    /// Dose per fraction in gray: for showing only. It is no exact number (40 Gy in 15), so nothing is computed from it.
    #[must_use]
    pub fn dose_per_fraction_gy(&self) -> f64 {
        self.total.gray() / f64::from(self.n_fractions)
    }

    /// Whether the dose per fraction is above `dose`, compared exactly.
    #[must_use]
    pub fn is_above_per_fraction(&self, dose: Dose) -> bool {
        self.total.milligray() > dose.milligray() * i64::from(self.n_fractions)
    }

    /// Total in milligray and number of fractions, for exact arithmetic.
    pub(crate) fn parts(&self) -> (i128, i128) {
        (i128::from(self.total.milligray()), i128::from(self.n_fractions))
    }
}

impl fmt::Display for Fractionation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.total, self.n_fractions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_meaning_is_refused() {
        let gray = |x| Dose::from_gray(x).unwrap();
        assert_eq!(Fractionation::new(gray(30.0), 0), Err(DoseError::NoFractions));
        assert!(matches!(Fractionation::new(gray(30.0), 201), Err(DoseError::TooManyFractions { .. })));
        assert!(matches!(Fractionation::new(gray(-1.0), 5), Err(DoseError::NotPositive { .. })));
        assert!(matches!(Fractionation::new(gray(0.0), 5), Err(DoseError::NotPositive { .. })));
        assert!(matches!(Fractionation::new(gray(5000.0), 25), Err(DoseError::TooLarge { .. })));
        for bad in [0.0, -3.0, f64::NAN, f64::INFINITY, 1e-9, 0.05, 3.500_4] {
            assert_eq!(AlphaBeta::from_gray(bad), Err(DoseError::AlphaBeta));
        }
    }

    #[test]
    fn dose_per_fraction_is_compared_exactly() {
        let of = |total, n| Fractionation::new(Dose::from_milligray(total), n).unwrap();
        assert!(!of(30_000, 3).is_above_per_fraction(Dose::from_milligray(10_000)));
        assert!(of(30_001, 3).is_above_per_fraction(Dose::from_milligray(10_000)));
    }
}
