//! Rows in order of a column of numbers.

/// Up to here a comparison sort is as fast.
const FEW: usize = 1 << 11;
/// From here on two halves are sorted side by side and merged.
const MANY: usize = 1 << 16;
/// Bits of one digit of the radix sort, and digits of a key of 32 bits.
const DIGIT: u32 = 11;
const DIGITS: usize = 3;

/// Rows in ascending order of the values (no NaN); equal values, 0 and -0 among them, in order of rows.
///
/// A radix sort on the 32 leading bits in which the values differ; what these leave equal is compared.
pub(crate) fn ascending(values: &[f64]) -> Vec<u32> {
    let n = values.len();
    let keys = Keys::new(values);
    if n <= FEW {
        let mut rows: Vec<u32> = (0..n as u32).collect();
        rows.sort_unstable_by_key(|&row| keys.full(row));
        return rows;
    }
    if n < MANY {
        return keys.sorted(0..n).into_iter().map(|pair| pair as u32).collect();
    }
    let (a, b) = rayon::join(|| keys.sorted(0..n / 2), || keys.sorted(n / 2..n));
    keys.merged(&a, &b)
}

/// Sort keys of values: a pair is a shortened key in the upper half and the row in the lower.
struct Keys<'v> {
    values: &'v [f64],
    least: u64,
    /// Bits that a shortened key leaves out.
    shift: u32,
}

impl<'v> Keys<'v> {
    fn new(values: &'v [f64]) -> Self {
        let (least, most) = values.iter().fold((u64::MAX, 0), |(least, most), &v| {
            let bits = ordered_bits(v);
            (bits.min(least), bits.max(most))
        });
        let used = 64 - most.saturating_sub(least).leading_zeros();
        Keys { values, least, shift: used.saturating_sub(32) }
    }

    /// Orders rows completely.
    fn full(&self, row: u32) -> (u64, u32) {
        (ordered_bits(self.values[row as usize]), row)
    }

    /// The pairs of a range of rows, in order.
    fn sorted(&self, rows: std::ops::Range<usize>) -> Vec<u64> {
        let pair = |row: usize| {
            let short = (ordered_bits(self.values[row]) - self.least) >> self.shift;
            (short << 32) | row as u64
        };
        let mut pairs: Vec<u64> = rows.map(pair).collect();
        radix_sort(&mut pairs);
        if self.shift > 0 {
            self.settle_equal(&mut pairs);
        }
        pairs
    }

    /// Puts rows whose shortened keys are equal in order of their values.
    fn settle_equal(&self, pairs: &mut [u64]) {
        let mut start = 0;
        for end in 1..=pairs.len() {
            if end == pairs.len() || pairs[end] >> 32 != pairs[start] >> 32 {
                if end - start > 1 {
                    pairs[start..end].sort_unstable_by_key(|&pair| self.full(pair as u32));
                }
                start = end;
            }
        }
    }

    fn precedes(&self, a: u64, b: u64) -> bool {
        let (short_a, short_b) = (a >> 32, b >> 32);
        if short_a == short_b { self.full(a as u32) < self.full(b as u32) } else { short_a < short_b }
    }

    /// Two sorted parts as one: the lower half from the front, the upper half from the back.
    fn merged(&self, a: &[u64], b: &[u64]) -> Vec<u32> {
        let mut rows = vec![0; a.len() + b.len()];
        let (lower, upper) = rows.split_at_mut((a.len() + b.len()) / 2);
        let ascend = || {
            let (mut i, mut j) = (0, 0);
            for row in lower {
                let from_a = j == b.len() || (i < a.len() && self.precedes(a[i], b[j]));
                *row = if from_a { a[i] } else { b[j] } as u32;
                i += usize::from(from_a);
                j += usize::from(!from_a);
            }
        };
        let descend = || {
            let (mut i, mut j) = (a.len(), b.len());
            for row in upper.iter_mut().rev() {
                let from_a = j == 0 || (i > 0 && self.precedes(b[j - 1], a[i - 1]));
                *row = if from_a { a[i - 1] } else { b[j - 1] } as u32;
                i -= usize::from(from_a);
                j -= usize::from(!from_a);
            }
        };
        rayon::join(ascend, descend);
        rows
    }
}

/// Bits that order as the values do.
#[inline(always)]
fn ordered_bits(value: f64) -> u64 {
    // -0 becomes 0.
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }
}

/// Stable sort by the upper 32 bits.
fn radix_sort(pairs: &mut Vec<u64>) {
    const VALUES: usize = 1 << DIGIT;
    let digit = |pair: u64, d: usize| (pair >> (32 + d as u32 * DIGIT)) as usize % VALUES;
    let mut counts = vec![[0u32; VALUES]; DIGITS];
    for &pair in pairs.iter() {
        for (d, count) in counts.iter_mut().enumerate() {
            count[digit(pair, d)] += 1;
        }
    }
    let mut other = vec![0; pairs.len()];
    for (d, next) in counts.iter_mut().enumerate() {
        if next.iter().any(|&c| c as usize == pairs.len()) {
            continue;
        }
        let mut sum = 0;
        for count in next.iter_mut() {
            sum += std::mem::replace(count, sum);
        }
        for &pair in pairs.iter() {
            let place = &mut next[digit(pair, d)];
            other[*place as usize] = pair;
            *place += 1;
        }
        std::mem::swap(pairs, &mut other);
    }
}

#[cfg(test)]
mod tests {
    use super::ascending;
    use crate::random::Stream;

    fn check(values: &[f64]) {
        let mut expected: Vec<u32> = (0..values.len() as u32).collect();
        expected.sort_by(|&a, &b| (values[a as usize] + 0.0).total_cmp(&(values[b as usize] + 0.0)));
        assert!(ascending(values) == expected);
    }

    #[test]
    fn equals_a_stable_comparison_sort() {
        let mut stream = Stream::new(5, 0);
        for n in [0, 1, 2, 100, 3_000, 70_001] {
            let mut draw = || f64::from(stream.below(1 << 30)) - f64::from(1 << 29);
            let plain: Vec<f64> = (0..n).map(|_| draw()).collect();
            check(&plain);
            // Few values; values that agree in their leading bits; values of all sizes, both zeros.
            check(&plain.iter().map(|v| (v / 1e8).round()).collect::<Vec<_>>());
            check(&plain.iter().map(|v| 1.0 + (v / 1e6).round() * f64::EPSILON).collect::<Vec<_>>());
            check(&plain.iter().map(|v| v * 10f64.powf(v / 1e7)).collect::<Vec<_>>());
            let mut rough = plain.clone();
            rough.extend([0.0, -0.0, 1e50, -1e50, -0.0, 0.0]);
            check(&rough);
        }
    }
}
