//! A total dose in equal fractions, and what it is worth.

use oligomet_base::Dose;

/// Doses at or above this are no dose of external radiotherapy in gray; 4500 is a dose written in centigray.
const LARGEST: Dose = Dose::from_milligray(300_000);

/// Why a fractionation or an alpha/beta has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum DoseError {
    /// No fractions.
    #[error("a dose needs at least one fraction")]
    NoFractions,
    /// Zero or negative.
    #[error("a dose of {dose} is not above 0")]
    NotPositive {
        /// The dose.
        dose: Dose,
    },
    /// Too large for gray.
    #[error("{dose} is too large; is it written in centigray?")]
    TooLarge {
        /// The dose.
        dose: Dose,
    },
    /// Zero, negative, or finer than a milligray.
    #[error("alpha/beta must be above 0 Gy, in whole milligray")]
    AlphaBeta,
}

/// The ratio alpha/beta of the linear-quadratic model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AlphaBeta {
    milligray: i64,
}

impl AlphaBeta {
    /// From gray, exact to the milligray.
    ///
    /// # Errors
    /// [`DoseError::AlphaBeta`] unless it is above 0 and a whole number of milligray.
    pub fn from_gray(gray: f64) -> Result<Self, DoseError> {
        match Dose::from_gray(gray).map(Dose::milligray) {
            Some(milligray @ 1..=1_000_000) => Ok(Self { milligray }),
            _ => Err(DoseError::AlphaBeta),
        }
    }
}

/// A total dose given in equal fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fractionation {
    total: Dose,
    n_fractions: u32,
}

impl Fractionation {
    /// A total dose in so many fractions.
    ///
    /// # Errors
    /// [`DoseError`] for no fractions, a dose that is not above 0, or one that cannot be in gray.
    pub fn new(total: Dose, n_fractions: u32) -> Result<Self, DoseError> {
        if n_fractions == 0 {
            return Err(DoseError::NoFractions);
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
}

/// Biologically effective dose in gray: D (1 + d / (alpha/beta)), d = D / n.
///
/// The double nearest to the value rounded to 1e-9 Gy (half away from zero).
///
/// # Source
/// Barendsen GW. Int J Radiat Oncol Biol Phys 1982;8:1981-1997; Fowler JF. Br J Radiol 1989;62:679-694.
///
/// ```
/// use oligomet_base::Dose;
/// use oligomet_dose::{AlphaBeta, Fractionation, bed};
/// let stereotactic = Fractionation::new(Dose::from_gray(50.0).unwrap(), 5)?;
/// assert_eq!(bed(&stereotactic, AlphaBeta::from_gray(10.0)?), 100.0);
/// # Ok::<(), oligomet_dose::DoseError>(())
/// ```
#[must_use]
pub fn bed(fractionation: &Fractionation, alpha_beta: AlphaBeta) -> f64 {
    let (dose, n, ratio) = parts(fractionation, alpha_beta);
    gray(dose * (n * ratio + dose), n * ratio)
}

/// Equivalent dose in fractions of 2 Gy, in gray: BED / (1 + 2 / (alpha/beta)). Rounded as [`bed`].
///
/// # Source
/// Withers HR, Thames HD, Peters LJ. Radiother Oncol 1983;1:187-191.
///
/// ```
/// use oligomet_base::Dose;
/// use oligomet_dose::{AlphaBeta, Fractionation, eqd2};
/// let advised = Fractionation::new(Dose::from_gray(36.0).unwrap(), 6)?;
/// assert_eq!(eqd2(&advised, AlphaBeta::from_gray(3.5)?), 62.181818182); // below 63
/// # Ok::<(), oligomet_dose::DoseError>(())
/// ```
#[must_use]
pub fn eqd2(fractionation: &Fractionation, alpha_beta: AlphaBeta) -> f64 {
    let (dose, n, ratio) = parts(fractionation, alpha_beta);
    gray(dose * (n * ratio + dose), n * (ratio + 2_000))
}

fn parts(fractionation: &Fractionation, alpha_beta: AlphaBeta) -> (i128, i128, i128) {
    let dose = i128::from(fractionation.total.milligray());
    (dose, i128::from(fractionation.n_fractions), i128::from(alpha_beta.milligray))
}

/// A positive fraction of integers in milligray as gray, rounded half-up to 1e-9 Gy.
fn gray(numerator: i128, denominator: i128) -> f64 {
    let nanogray = (2 * numerator * 1_000_000 + denominator) / (2 * denominator);
    // Doses are below 1e6 Gy, so the integer is exact in a double and the division rounds once.
    nanogray as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(total: f64, n: u32) -> Fractionation {
        Fractionation::new(Dose::from_gray(total).unwrap(), n).unwrap()
    }

    #[test]
    fn by_hand() {
        let ab = |x| AlphaBeta::from_gray(x).unwrap();
        // 45 Gy in 15: 45 (1 + 3 / 3.5) = 83.571428571..., and 45 (3 + 3.5) / 5.5 = 53.1818...
        assert_eq!(bed(&of(45.0, 15), ab(3.5)), 83.571_428_571);
        assert_eq!(eqd2(&of(45.0, 15), ab(3.5)), 53.181_818_182);
        // 35 Gy in 5: 35 (7 + 3.5) / 5.5
        assert_eq!(eqd2(&of(35.0, 5), ab(3.5)), 66.818_181_818);
        // At 2 Gy per fraction it is the dose itself.
        assert_eq!(eqd2(&of(50.0, 25), ab(3.5)), 50.0);
        assert_eq!(eqd2(&of(50.0, 25), ab(10.0)), 50.0);
        assert_eq!(bed(&of(50.0, 5), ab(10.0)), 100.0);
    }

    #[test]
    fn what_has_no_meaning_is_refused() {
        let gray = |x| Dose::from_gray(x).unwrap();
        assert_eq!(Fractionation::new(gray(30.0), 0), Err(DoseError::NoFractions));
        assert!(matches!(Fractionation::new(gray(-1.0), 5), Err(DoseError::NotPositive { .. })));
        assert!(matches!(Fractionation::new(gray(5000.0), 25), Err(DoseError::TooLarge { .. })));
        for bad in [0.0, -3.0, f64::NAN, f64::INFINITY, 1e-9] {
            assert_eq!(AlphaBeta::from_gray(bad), Err(DoseError::AlphaBeta));
        }
    }
}
