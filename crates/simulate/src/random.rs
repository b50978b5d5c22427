//! Random numbers keyed by (seed, cohort, patient): the same for any number of threads, in any order.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Streams below this number belong to patients; from here on they belong to the cohort as a whole.
pub(crate) const COHORT_STREAMS: u64 = 1 << 62;

/// One stream of ChaCha8.
pub(crate) struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of a patient (its number), or of the cohort ([`COHORT_STREAMS`] and above).
    pub(crate) fn new(seed: u64, cohort: u64, stream: u64) -> Self {
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&cohort.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(stream);
        Self(rng)
    }

    /// Uniform on the open interval (0, 1): never 0, so that its logarithm is finite.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Uniform on 0 ..= n - 1; 0 where n is 0. The bias of the multiplication is below n / 2^64.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// A whole number from `low` to `high`, both included; `low` where the range is empty.
    pub(crate) fn whole(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((i64::from(high) - i64::from(low) + 1).max(1) as usize) as i32
    }

    /// Whether something of that probability happens.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Standard normal (Box & Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(self.uniform())).sqrt();
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// Exponential with mean 1.
    pub(crate) fn exponential(&mut self) -> f64 {
        -libm::log(self.uniform())
    }

    /// The place of one of the weights, with probability proportional to it; 0 where all are 0.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.uniform() * weights.clone().sum::<f64>();
        for (i, weight) in weights.enumerate() {
            left -= weight;
            if left < 0.0 {
                return i;
            }
        }
        0
    }

    /// A uniformly random order (Fisher & Yates).
    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for i in (1..values.len()).rev() {
            values.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_keyed_by_all_three_numbers() {
        let first = |seed, cohort, stream| Stream::new(seed, cohort, stream).uniform();
        assert_eq!(first(1, 2, 3), first(1, 2, 3));
        for other in [first(2, 2, 3), first(1, 3, 3), first(1, 2, 4)] {
            assert_ne!(first(1, 2, 3), other);
        }
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut stream = Stream::new(7, 0, 0);
        let n = 200_000;
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let normal: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
        let square: Vec<f64> = normal.iter().map(|x| x * x).collect();
        assert!(mean(&normal).abs() < 0.01 && (mean(&square) - 1.0).abs() < 0.02);
        let exponential: Vec<f64> = (0..n).map(|_| stream.exponential()).collect();
        assert!((mean(&exponential) - 1.0).abs() < 0.01);
        let mut counts = [0; 3];
        (0..n).for_each(|_| counts[stream.weighted([1.0, 0.0, 3.0].into_iter())] += 1);
        assert_eq!(counts[1], 0);
        assert!((f64::from(counts[2]) / n as f64 - 0.75).abs() < 0.01);
        let mut seen = [0; 4];
        (0..n).for_each(|_| seen[stream.whole(2, 5) as usize - 2] += 1);
        assert!(seen.iter().all(|&c: &i32| (c - n / 4).abs() < 1500), "{seen:?}");
    }
}
