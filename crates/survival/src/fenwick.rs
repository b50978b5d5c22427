//! Sums by rank with prefix queries (Fenwick 1994).

use std::ops::AddAssign;

/// A value per rank; prefix sums and changes in logarithmic time.
#[derive(Debug, Clone)]
pub(crate) struct Fenwick<T> {
    sums: Vec<T>,
}

impl<T: Copy + Default + AddAssign> Fenwick<T> {
    pub(crate) fn new(n_ranks: usize) -> Self {
        Fenwick { sums: vec![T::default(); n_ranks + 1] }
    }

    /// Back to sums of nothing.
    pub(crate) fn clear(&mut self) {
        self.sums.fill(T::default());
    }

    #[inline]
    pub(crate) fn add(&mut self, rank: usize, value: T) {
        let mut i = rank + 1;
        while i < self.sums.len() {
            self.sums[i] += value;
            i += i & i.wrapping_neg();
        }
    }

    /// Sum of the values of all ranks below `rank`.
    #[inline]
    pub(crate) fn below(&self, rank: usize) -> T {
        let (mut sum, mut i) = (T::default(), rank);
        while i > 0 {
            sum += self.sums[i];
            i &= i - 1;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_sums_follow_changes() {
        let mut tree = Fenwick::<i64>::new(5);
        for (rank, value) in [(0, 3), (4, 1), (2, 5), (2, -4)] {
            tree.add(rank, value);
        }
        let sums: Vec<i64> = (0..=5).map(|rank| tree.below(rank)).collect();
        assert_eq!(sums, [0, 3, 3, 4, 4, 5]);
    }
}
