//! Which further cells of a sum must be withheld so that a small one cannot be computed from it.

/// The levels of a variable in several sums at once: `values[level][sum]`. Beside the levels a sum has a
/// remainder (patients whose level is unknown): `remainder[sum]`, `None` where it is not part of any table.
pub(super) struct Sums<'a> {
    pub(super) values: &'a [Vec<f64>],
    pub(super) remainder: &'a [Option<f64>],
    pub(super) least: f64,
    /// Levels that are withheld anyway, which cost nothing more.
    pub(super) anyway: &'a [bool],
}

/// What is withheld of a variable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Choice {
    /// Levels with a small count in some sum.
    pub(super) primary: Vec<usize>,
    /// Further levels, withheld so that the small ones cannot be computed.
    pub(super) complement: Vec<usize>,
    /// The remainder (number with an unknown level) is withheld.
    pub(super) remainder: bool,
    /// Whether a small count may be marked as small: every value from 1 to the least less one is then still possible.
    pub(super) may_mark: bool,
}

impl Sums<'_> {
    fn small(&self, n: f64) -> bool {
        n > 0.0 && n < self.least
    }

    /// Levels with a small count, and as few others as needed, the smallest first.
    ///
    /// In each sum with a small withheld cell there is another withheld cell that is not small, and the total of the withheld cells
    /// (which a reader can compute) is at least `least - 1` more than the other small cells need: so each small
    /// cell may still be anything from 1 to `least - 1`.
    pub(super) fn choose(&self) -> Choice {
        let n_levels = self.values.len();
        let primary: Vec<usize> =
            (0..n_levels).filter(|l| self.values[*l].iter().any(|v| self.small(*v))).collect();
        let small_remainder = self.remainder.iter().flatten().any(|v| self.small(*v));
        let mut choice = Choice { primary, remainder: small_remainder, ..Choice::default() };
        if choice.primary.is_empty() && !small_remainder {
            return choice;
        }
        // An unknown level is the cheapest thing to withhold: no result depends on it.
        choice.remainder |= self.remainder.iter().flatten().any(|v| *v > 0.0);
        let mut others: Vec<usize> = (0..n_levels).filter(|l| !choice.primary.contains(l)).collect();
        let size = |level: &usize| self.values[*level].iter().copied().fold(f64::INFINITY, f64::min);
        let shown = |level: &usize| !self.anyway.get(*level).copied().unwrap_or(false);
        others.sort_by(|a, b| shown(a).cmp(&shown(b)).then(size(a).total_cmp(&size(b))));
        let mut others = others.into_iter();
        loop {
            choice.may_mark = self.hides(&choice);
            if choice.may_mark {
                return choice;
            }
            match others.next() {
                Some(next) => choice.complement.push(next),
                None => return choice,
            }
        }
    }

    fn hides(&self, choice: &Choice) -> bool {
        (0..self.remainder.len()).all(|sum| {
            let levels = choice.primary.iter().chain(&choice.complement).map(|l| self.values[*l][sum]);
            let remainder = if choice.remainder { self.remainder[sum] } else { None };
            let cells: Vec<f64> = levels.chain(remainder).collect();
            let n_small = cells.iter().filter(|v| self.small(**v)).count();
            let total: f64 = cells.iter().sum();
            let other = cells.iter().any(|v| *v >= self.least);
            n_small == 0 || (other && total >= self.least - 1.0 + (n_small as f64 - 1.0))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(values: &[&[f64]], remainder: &[Option<f64>]) -> Choice {
        let values: Vec<Vec<f64>> = values.iter().map(|v| v.to_vec()).collect();
        Sums { values: &values, remainder, least: 5.0, anyway: &[] }.choose()
    }

    #[test]
    fn nothing_small_nothing_withheld() {
        assert_eq!(choose(&[&[10.0], &[0.0], &[5.0]], &[Some(7.0)]), Choice::default());
    }

    #[test]
    fn one_small_level_takes_the_next_smallest_with_it() {
        let choice = choose(&[&[100.0], &[3.0], &[20.0]], &[None]);
        assert_eq!((choice.primary, choice.complement, choice.may_mark), (vec![1], vec![2], true));
    }

    #[test]
    fn unknown_levels_are_withheld_before_known_ones() {
        let choice = choose(&[&[100.0], &[3.0], &[20.0]], &[Some(8.0)]);
        assert_eq!((choice.complement, choice.remainder), (vec![], true));
    }

    #[test]
    fn two_small_cells_alone_would_give_each_other_away() {
        // 4 + 4 = 8 has only one solution below 5.
        let choice = choose(&[&[4.0], &[4.0], &[50.0]], &[None]);
        assert_eq!(choice.complement, vec![2]);
        let all = choose(&[&[4.0], &[4.0]], &[None]);
        assert!(!all.may_mark);
    }

    #[test]
    fn every_small_value_stays_possible() {
        for a in 1..5_u32 {
            for b in 5..40_u32 {
                let choice = choose(&[&[f64::from(a)], &[f64::from(b)], &[500.0]], &[None]);
                let hidden = [0, 1, 2]
                    .into_iter()
                    .filter(|l| [&choice.primary[..], &choice.complement[..]].concat().contains(l));
                let total: u32 = hidden.map(|l: usize| [a, b, 500][l]).sum();
                assert!(choice.may_mark && (1..5).all(|x| total - x > 0), "{a} {b}");
                assert!(total - a >= 5);
            }
        }
    }
}
