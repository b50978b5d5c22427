//! Absorbed dose in integer milligray, so that thresholds compare exactly.

use std::fmt;

/// An absorbed dose in whole milligray. 40 Gy in 15 fractions is a total of 40,000 mGy and 15 fractions:
/// the dose per fraction is no whole number and is never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Dose {
    milligray: i64,
}

impl Dose {
    /// A dose of so many milligray.
    #[must_use]
    pub const fn from_milligray(milligray: i64) -> Self {
        Self { milligray }
    }

    /// The dose nearest to a number of gray; `None` where it is not within 1e-9 Gy of a whole milligray, or not finite.
    #[must_use]
    pub fn from_gray(gray: f64) -> Option<Self> {
        let milligray = gray * 1000.0;
        let whole = milligray.round();
        let near = (milligray - whole).abs() <= 1e-6 && whole.abs() < 1e15;
        near.then_some(Self { milligray: whole as i64 })
    }

    /// In milligray.
    #[must_use]
    pub const fn milligray(self) -> i64 {
        self.milligray
    }

    /// In gray, the nearest double.
    #[must_use]
    pub fn gray(self) -> f64 {
        self.milligray as f64 / 1000.0
    }
}

impl fmt::Display for Dose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Gy", self.gray())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gray_and_milligray_are_exact_both_ways() {
        assert_eq!(Dose::from_gray(42.56), Some(Dose::from_milligray(42_560)));
        assert_eq!(Dose::from_milligray(62_180).gray(), 62.18);
        assert_eq!(Dose::from_gray(1.000_4), None);
        assert_eq!(Dose::from_gray(f64::NAN), None);
    }
}
