//! Sums of pairs with weights, of rows or of times, within strata and with delayed entry.

use super::{Concordance, ConcordanceWeights, Row, summarise, time_weights};
use crate::axis::{Slots, Timeline};
use crate::error::Result;
use crate::exact::{ExactSum, WeightSum};
use crate::fenwick::Fenwick;
use crate::order::ascending;
use crate::owned::compress_codes;
use crate::sample::Sample;

/// The concordance of any sample.
pub(super) fn concordance(
    sample: &Sample<'_>,
    score: &[f64],
    weights: ConcordanceWeights,
) -> Result<Concordance> {
    let sweep = Sweep::new(sample, score, weights)?;
    // What rounding leaves of weights taken away, those of rows that had not entered or those below from all, would
    // count as pairs: such sums are exact.
    let weighted = sample.weights.is_some();
    let leaves = sweep.timeline.entry.is_some() && (weighted || !sweep.time_weight.is_empty());
    let (earlier, later) = rayon::join(
        || if weighted { sweep.as_earlier::<ExactSum>() } else { sweep.as_earlier::<f64>() },
        || if leaves { sweep.as_later::<ExactSum>() } else { sweep.as_later::<f64>() },
    );
    let mut total = [0.0; 3];
    for (pairs, w) in earlier.iter().zip(&sweep.weight) {
        total.iter_mut().zip(pairs).for_each(|(t, p)| *t += w * p);
    }
    let row = |row: usize| {
        // Earlier, a row is concordant with lower scores; later, with higher ones.
        let ([low, equal, high], [later_low, later_equal, later_high]) = (earlier[row], later[row]);
        let favourable = low + later_high + (equal + later_equal) / 2.0;
        let all = low + equal + high + later_low + later_equal + later_high;
        Row { row, weight: sweep.weight[row], favourable, all }
    };
    summarise(total, sample, || (0..sample.n()).map(row))
}

/// Weights of the pairs a row is in: with lower, equal and higher scores on the other side.
type Pairs = [f64; 3];

/// Rows in order of stratum and time, with ranks of scores.
struct Sweep<'s> {
    timeline: Timeline<'s>,
    /// Ascending by stratum, then exit slot.
    order: Vec<u32>,
    /// Ascending by stratum, then entry slot; empty without delayed entry.
    entry_order: Vec<u32>,
    stratum: Option<Vec<u32>>,
    rank: Vec<u32>,
    n_ranks: usize,
    event: Vec<bool>,
    weight: Vec<f64>,
    /// Weight of pairs whose earlier event is at the slot; empty if all are 1.
    time_weight: Vec<f64>,
}

impl<'s> Sweep<'s> {
    fn new(sample: &Sample<'s>, score: &[f64], weights: ConcordanceWeights) -> Result<Self> {
        let timeline = Timeline::new(sample)?;
        let time_weight = time_weights(sample, &timeline, weights)?;
        let n = sample.n();
        let stratum = sample.strata.map(compress_codes);
        let n_slots = timeline.axis.len();
        let sorted = |slots: &Slots<'_>| {
            let order = counting_sort((0..n as u32).collect(), n_slots, |row| slots.get(row as usize));
            match &stratum {
                Some((codes, n_strata)) => {
                    counting_sort(order, *n_strata, |row| codes[row as usize] as usize)
                }
                None => order,
            }
        };
        let (rank, n_ranks) = score_ranks(score);
        Ok(Sweep {
            order: sorted(&timeline.exit),
            entry_order: timeline.entry.as_ref().map_or_else(Vec::new, sorted),
            stratum: stratum.map(|(codes, _)| codes),
            rank,
            n_ranks,
            event: (0..n).map(|row| sample.is_event(row)).collect(),
            weight: (0..n).map(|row| sample.weight(row)).collect(),
            time_weight,
            timeline,
        })
    }

    fn stratum(&self, row: u32) -> u32 {
        self.stratum.as_ref().map_or(0, |s| s[row as usize])
    }

    fn exit(&self, row: u32) -> usize {
        self.timeline.exit.get(row as usize)
    }

    fn entry(&self, row: u32) -> usize {
        self.timeline.entry.as_ref().map_or(0, |e| e.get(row as usize))
    }

    fn time_weight(&self, slot: usize) -> f64 {
        self.time_weight.get(slot).copied().unwrap_or(1.0)
    }

    /// Runs of rows with the same stratum and exit, as ranges of `order`.
    fn runs(&self) -> Vec<std::ops::Range<usize>> {
        let key = |i: usize| (self.stratum(self.order[i]), self.exit(self.order[i]));
        let mut runs = Vec::new();
        let mut start = 0;
        for i in 1..=self.order.len() {
            if i == self.order.len() || key(i) != key(start) {
                runs.push(start..i);
                start = i;
            }
        }
        runs
    }

    /// For each event: the pairs with those at risk who had no event by then.
    fn as_earlier<T: WeightSum>(&self) -> Vec<Pairs> {
        let mut pairs = vec![[0.0; 3]; self.order.len()];
        let mut tree = Tree::<T>::new(self.n_ranks);
        let mut leaving = self.entry_order.len();
        let mut current = u32::MAX;
        for run in self.runs().into_iter().rev() {
            let first = self.order[run.start];
            let (stratum, slot) = (self.stratum(first), self.exit(first));
            if stratum != current {
                tree.clear();
                current = stratum;
            }
            while leaving > 0 && self.is_before_entry(self.entry_order[leaving - 1], stratum, slot) {
                leaving -= 1;
                let row = self.entry_order[leaving];
                if self.stratum(row) == stratum {
                    tree.add(self.rank[row as usize], -self.weight[row as usize]);
                }
            }
            self.insert(&mut tree, &run, false);
            let factor = self.time_weight(slot);
            for &row in self.order[run.clone()].iter().filter(|&&r| self.event[r as usize]) {
                pairs[row as usize] = tree.split(self.rank[row as usize]).map(|w| w.value() * factor);
            }
            self.insert(&mut tree, &run, true);
        }
        pairs
    }

    /// Sweeping back in time, the row is not yet at risk at the slot (or its stratum is done with).
    fn is_before_entry(&self, row: u32, stratum: u32, slot: usize) -> bool {
        (self.stratum(row), self.entry(row)) >= (stratum, slot)
    }

    fn insert<T: WeightSum>(&self, tree: &mut Tree<T>, run: &std::ops::Range<usize>, events: bool) {
        for &row in self.order[run.clone()].iter().filter(|&&r| self.event[r as usize] == events) {
            tree.add(self.rank[row as usize], self.weight[row as usize]);
        }
    }

    /// For each row: the pairs with events that came earlier while it was at risk.
    fn as_later<T: WeightSum>(&self) -> Vec<Pairs> {
        let mut pairs = vec![[T::default(); 3]; self.order.len()];
        let mut tree = Tree::<T>::new(self.n_ranks);
        let mut entering = 0;
        let mut current = u32::MAX;
        for run in self.runs() {
            let first = self.order[run.start];
            let (stratum, slot) = (self.stratum(first), self.exit(first));
            if stratum != current {
                tree.clear();
                current = stratum;
            }
            // Events up to and including the entry slot do not count: all events before this run are
            // in the tree, so every entry before this run's slot can be settled now.
            while entering < self.entry_order.len()
                && (self.stratum(self.entry_order[entering]), self.entry(self.entry_order[entering]))
                    < (stratum, slot)
            {
                let row = self.entry_order[entering];
                if self.stratum(row) == stratum {
                    self.subtract(&tree, row, &mut pairs);
                }
                entering += 1;
            }
            let factor = self.time_weight(slot);
            let rows = &self.order[run];
            for &row in rows.iter().filter(|&&r| self.event[r as usize]) {
                self.collect(&tree, row, &mut pairs);
            }
            for &row in rows.iter().filter(|&&r| self.event[r as usize]) {
                tree.add(self.rank[row as usize], factor * self.weight[row as usize]);
            }
            for &row in rows.iter().filter(|&&r| !self.event[r as usize]) {
                self.collect(&tree, row, &mut pairs);
            }
        }
        pairs.into_iter().map(|row| row.map(T::value)).collect()
    }

    fn collect<T: WeightSum>(&self, tree: &Tree<T>, row: u32, pairs: &mut [[T; 3]]) {
        let split = tree.split(self.rank[row as usize]);
        pairs[row as usize].iter_mut().zip(split).for_each(|(p, s)| *p += s);
    }

    fn subtract<T: WeightSum>(&self, tree: &Tree<T>, row: u32, pairs: &mut [[T; 3]]) {
        let split = tree.split(self.rank[row as usize]);
        pairs[row as usize].iter_mut().zip(split).for_each(|(p, s)| *p += s.negated());
    }
}

/// Stable: rows with equal keys keep their order.
fn counting_sort(rows: Vec<u32>, n_keys: usize, key: impl Fn(u32) -> usize) -> Vec<u32> {
    let mut next = vec![0u32; n_keys + 1];
    rows.iter().for_each(|&row| next[key(row) + 1] += 1);
    for k in 0..n_keys {
        next[k + 1] += next[k];
    }
    let mut sorted = vec![0; rows.len()];
    for row in rows {
        let place = &mut next[key(row)];
        sorted[*place as usize] = row;
        *place += 1;
    }
    sorted
}

/// Dense ranks of the scores, from 0: equal scores get one rank.
fn score_ranks(score: &[f64]) -> (Vec<u32>, usize) {
    let mut ranks = vec![0; score.len()];
    let (mut rank, mut previous) = (0u32, None);
    for row in ascending(score) {
        let s = score[row as usize];
        if previous.is_some_and(|p: f64| p != s) {
            rank += 1;
        }
        previous = Some(s);
        ranks[row as usize] = rank;
    }
    (ranks, rank as usize + 1)
}

/// Sums of weights by rank, with those of all ranks below.
struct Tree<T> {
    prefix: Fenwick<T>,
    at: Vec<T>,
    total: T,
}

impl<T: WeightSum> Tree<T> {
    fn new(n_ranks: usize) -> Self {
        Tree { prefix: Fenwick::new(n_ranks), at: vec![T::default(); n_ranks], total: T::default() }
    }

    fn clear(&mut self) {
        self.prefix.clear();
        self.at.fill(T::default());
        self.total = T::default();
    }

    fn add(&mut self, rank: u32, weight: f64) {
        let weight = T::from(weight);
        self.at[rank as usize] += weight;
        self.total += weight;
        self.prefix.add(rank as usize, weight);
    }

    /// Sums below, at and above the rank.
    fn split(&self, rank: u32) -> [T; 3] {
        let (below, equal) = (self.prefix.below(rank as usize), self.at[rank as usize]);
        let mut above = self.total;
        above += below.negated();
        above += equal.negated();
        [below, equal, above]
    }
}
