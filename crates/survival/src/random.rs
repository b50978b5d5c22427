//! Random numbers keyed by (seed, replicate): the same for any number of threads, in any order.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// The streams of one seed.
#[derive(Clone)]
pub(crate) struct Streams(ChaCha8Rng);

impl Streams {
    pub(crate) fn new(seed: u64) -> Self {
        Streams(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn of(&self, replicate: u64) -> Stream {
        let mut rng = self.0.clone();
        rng.set_stream(replicate);
        Stream(rng)
    }
}

/// The stream of one replicate.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    pub(crate) fn new(seed: u64, replicate: u64) -> Self {
        Streams::new(seed).of(replicate)
    }

    /// Uniform on 0, 1, ..., n - 1, without bias (Lemire 2019).
    #[inline]
    pub(crate) fn below(&mut self, n: u32) -> u32 {
        let mut product = u64::from(self.0.next_u32()) * u64::from(n);
        if (product as u32) < n {
            let threshold = n.wrapping_neg() % n;
            while (product as u32) < threshold {
                product = u64::from(self.0.next_u32()) * u64::from(n);
            }
        }
        (product >> 32) as u32
    }

    /// A uniformly random order (Fisher & Yates).
    #[inline]
    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        (1..values.len()).rev().for_each(|i| self.settle(values, i));
    }

    /// One step of [`Stream::shuffle`], which goes from the last place to the first: the value of place `i`.
    #[inline]
    pub(crate) fn settle<T>(&mut self, values: &mut [T], i: usize) {
        values.swap(i, self.below(i as u32 + 1) as usize);
    }

    /// n rows drawn with replacement.
    pub(crate) fn resample(&mut self, n: usize) -> Vec<u32> {
        (0..n).map(|_| self.below(n as u32)).collect()
    }
}

/// Limits of a percentile bootstrap: the order statistics k and B + 1 - k of B values, with
/// k = floor((B + 1) (1 - level) / 2), at least 1. None without values. Sorts the values.
///
/// Davison & Hinkley 1997, section 5.2.1.
pub(crate) fn percentile_limits(values: &mut [f64], conf_level: f64) -> Option<(f64, f64)> {
    values.sort_unstable_by(f64::total_cmp);
    // Decimal levels are not whole in binary: 1000 (1 - 0.95) / 2 is 25.
    let k = ((values.len() + 1) as f64 * (1.0 - conf_level) / 2.0 + 1e-9) as usize;
    let k = k.max(1);
    Some((*values.get(k - 1)?, *values.get(values.len().checked_sub(k)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_uniform_and_keyed() {
        let mut counts = [0; 6];
        let mut stream = Stream::new(7, 3);
        (0..60_000).for_each(|_| counts[stream.below(6) as usize] += 1);
        assert!(counts.iter().all(|&c: &i32| (c - 10_000).abs() < 500), "{counts:?}");
        let draw = |seed, replicate| Stream::new(seed, replicate).resample(20);
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }

    #[test]
    fn percentile_limits_are_symmetric_order_statistics() {
        let mut values: Vec<f64> = (1..=999).rev().map(f64::from).collect();
        assert_eq!(percentile_limits(&mut values, 0.95), Some((25.0, 975.0)));
        assert_eq!(percentile_limits(&mut [2.0, 1.0], 0.95), Some((1.0, 2.0)));
        assert_eq!(percentile_limits(&mut [], 0.95), None);
    }
}
