//! Fractions of integers: what derived doses are until they are rounded, once.

/// Denominators stay below this, so that every step below fits into an `i128`.
const LARGEST_DENOMINATOR: i128 = 1 << 100;

/// A number of milligray that is 0 or more, as a fraction in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Exact {
    numerator: i128,
    denominator: i128,
}

impl Exact {
    /// Nothing.
    pub(crate) const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// `numerator / denominator` milligray, the denominator above 0.
    pub(crate) fn new(numerator: i128, denominator: i128) -> Self {
        let common = greatest_common_divisor(numerator, denominator);
        Self { numerator: numerator / common, denominator: denominator / common }
    }

    /// A whole number of nanogray.
    pub(crate) fn from_nanogray(nanogray: i64) -> Self {
        Self::new(i128::from(nanogray), 1_000_000)
    }

    /// The sum; `None` where it cannot be held exactly.
    pub(crate) fn checked_add(self, other: Self) -> Option<Self> {
        let common = greatest_common_divisor(self.denominator, other.denominator);
        let left = self.numerator.checked_mul(other.denominator / common)?;
        let right = other.numerator.checked_mul(self.denominator / common)?;
        let denominator = (self.denominator / common).checked_mul(other.denominator)?;
        Self::within(Self::new(left.checked_add(right)?, denominator))
    }

    /// The difference; `None` where it is below 0 or cannot be held exactly.
    pub(crate) fn checked_sub(self, other: Self) -> Option<Self> {
        let negative = Self { numerator: -other.numerator, denominator: other.denominator };
        self.checked_add(negative).filter(|difference| difference.numerator >= 0)
    }

    /// Times `numerator / denominator`; `None` where it cannot be held exactly.
    pub(crate) fn checked_scale(self, numerator: i128, denominator: i128) -> Option<Self> {
        let (by_numerator, by_denominator) = {
            let left = greatest_common_divisor(self.numerator, denominator);
            let right = greatest_common_divisor(numerator, self.denominator);
            ((self.numerator / left, numerator / right), (self.denominator / right, denominator / left))
        };
        let numerator = by_numerator.0.checked_mul(by_numerator.1)?;
        Self::within(Self::new(numerator, by_denominator.0.checked_mul(by_denominator.1)?))
    }

    /// Rounded to whole nanogray, half up.
    pub(crate) fn nanogray(self) -> i128 {
        let whole = self.numerator.div_euclid(self.denominator);
        let rest = self.numerator.rem_euclid(self.denominator);
        let twice = 2 * self.denominator;
        whole * 1_000_000 + (2 * rest * 1_000_000 + self.denominator) / twice
    }

    /// In gray: the double nearest to the value rounded to 1e-9 Gy.
    pub(crate) fn gray(self) -> f64 {
        // Doses are below 9e6 Gy, so the nanogray are exact in a double and the division rounds once.
        self.nanogray() as f64 / 1e9
    }

    /// In gray, not rounded to 1e-9 Gy: for solutions that are irrational anyway.
    pub(crate) fn unrounded_gray(self) -> f64 {
        self.numerator as f64 / self.denominator as f64 / 1000.0
    }

    fn within(self) -> Option<Self> {
        (self.denominator < LARGEST_DENOMINATOR).then_some(self)
    }
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (a, b) = (a.unsigned_abs(), b.unsigned_abs());
    // Division of 128 bits is slow; single courses always fit into 64.
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => i128::from(euclid(a, b, |a, b| a % b).max(1)),
        // Numerators and denominators are below 2^127, so their divisors are too.
        _ => euclid(a, b, |a, b| a % b).max(1) as i128,
    }
}

fn euclid<T: Copy + Default + PartialEq>(mut a: T, mut b: T, rest: impl Fn(T, T) -> T) -> T {
    while b != T::default() {
        (a, b) = (b, rest(a, b));
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_add_up_to_a_whole() {
        let third = Exact::new(100_000, 3);
        let sum = third.checked_add(third).and_then(|x| x.checked_add(third)).unwrap();
        assert_eq!(sum, Exact::new(100_000, 1));
        assert_eq!(third.gray(), 33.333_333_333);
    }

    #[test]
    fn rounds_half_up_to_a_nanogray() {
        assert_eq!(Exact::new(1, 2_000_000).nanogray(), 1);
        assert_eq!(Exact::new(1, 2_000_001).nanogray(), 0);
        assert_eq!(Exact::new(3, 2_000_000).nanogray(), 2);
    }

    #[test]
    fn what_cannot_be_held_is_told() {
        let fine = Exact::new(1, (1 << 90) - 1);
        assert_eq!(fine.checked_add(Exact::new(1, 1_000_003)), None);
        assert_eq!(Exact::ZERO.checked_sub(fine), None);
        assert_eq!(fine.checked_scale(1, 0x7fff_ffff), None);
        assert_eq!(fine.checked_scale((1 << 90) - 1, 7), Some(Exact::new(1, 7)));
    }
}
