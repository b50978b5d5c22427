//! Sums of weights without rounding: what is added and taken away again leaves nothing.

use std::ops::AddAssign;

/// Bits after the binary point: a weight of 1e-20 keeps all its digits.
const FRACTION: i32 = 120;

/// A sum as a 256-bit whole number of 2^-120, two's complement, lowest limb first. Weights from 1e-20 to
/// 1e20 (`limits`) fit without rounding, and 2^35 of them do not overflow. The sum of the same values is
/// the same in any order, and a sum less its own parts is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ExactSum([u64; 4]);

/// What weights are summed in: plain numbers where nothing is taken away again, exact sums elsewhere.
pub(crate) trait WeightSum: Copy + Default + AddAssign + From<f64> {
    fn negated(self) -> Self;
    fn value(self) -> f64;
}

impl WeightSum for f64 {
    fn negated(self) -> Self {
        -self
    }

    fn value(self) -> f64 {
        self
    }
}

impl From<f64> for ExactSum {
    /// Digits below 2^-120 are cut off.
    fn from(value: f64) -> Self {
        let bits = value.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as i32;
        let mantissa = bits & ((1 << 52) - 1) | u64::from(exponent > 0) << 52;
        // The value is mantissa 2^(exponent - 1075).
        let shift = exponent.max(1) - 1075 + FRACTION;
        debug_assert!(shift < 200, "{value} is beyond what is summed");
        let mut limbs = [0; 4];
        if shift < 0 {
            limbs[0] = mantissa.checked_shr(shift.unsigned_abs()).unwrap_or(0);
        } else {
            let (limb, bit) = (shift as usize / 64, shift as usize % 64);
            let wide = u128::from(mantissa) << bit;
            limbs[limb] = wide as u64;
            limbs[limb + 1] = (wide >> 64) as u64;
        }
        let sum = ExactSum(limbs);
        if value < 0.0 { sum.negated() } else { sum }
    }
}

impl ExactSum {
    fn is_negative(self) -> bool {
        self.0[3] >> 63 == 1
    }
}

impl WeightSum for ExactSum {
    fn negated(self) -> Self {
        let mut sum = ExactSum(self.0.map(|limb| !limb));
        sum += ExactSum([1, 0, 0, 0]);
        sum
    }

    /// The nearest number, to about two units in its last place.
    fn value(self) -> f64 {
        if self.is_negative() {
            return -self.negated().value();
        }
        let unit = f64::from_bits(((1023 - FRACTION) as u64) << 52);
        let limb = f64::from_bits((1023 + 64) << 52);
        self.0.iter().rev().fold(0.0, |sum, &l| sum * limb + l as f64) * unit
    }
}

impl AddAssign for ExactSum {
    fn add_assign(&mut self, other: Self) {
        let mut carry = false;
        for (limb, more) in self.0.iter_mut().zip(other.0) {
            let (sum, first) = limb.overflowing_add(more);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *limb = sum;
            carry = first || second;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    #[test]
    fn one_number_comes_back() {
        for value in [0.0, 1.0, -1.0, 0.1, 1.000_000_02, 1e20, 1e-20, -1e-20, 3e-7, 123_456_789.25] {
            assert_eq!(ExactSum::from(value).value(), value);
        }
        assert_eq!(ExactSum::from(1e-300).value(), 0.0);
    }

    #[test]
    fn what_is_taken_away_leaves_nothing() {
        let mut stream = Stream::new(3, 1);
        let mut weights: Vec<f64> = (0..500)
            .map(|_| {
                f64::from(stream.below(1 << 30) + 1) * libm::pow(10.0, f64::from(stream.below(28)) - 18.0)
            })
            .collect();
        let mut sum = ExactSum::default();
        weights.iter().for_each(|&w| sum += w.into());
        stream.shuffle(&mut weights);
        let mut again = ExactSum::default();
        weights.iter().for_each(|&w| again += w.into());
        assert_eq!(sum, again);
        let kept = weights.pop().unwrap();
        weights.iter().for_each(|&w| sum += ExactSum::from(w).negated());
        assert_eq!(sum.value(), kept);
        sum += ExactSum::from(-kept);
        assert_eq!(sum, ExactSum::default());
    }
}
