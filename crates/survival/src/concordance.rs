//! Concordance of a score with survival: Harrell's C and Uno's, with infinitesimal-jackknife errors.

use crate::axis::{Slots, Timeline};
use crate::censoring::censoring_before;
use crate::cox::check_finite;
use crate::error::{Result, SurvivalError};
use crate::owned::compress_codes;
use crate::sample::{Sample, check_length};
use crate::table::DayTable;
use libm::sqrt;

/// Probability that of two subjects the one with the higher score has the event first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concordance {
    /// (concordant + tied / 2) / comparable pairs.
    pub estimate: f64,
    /// Infinitesimal-jackknife standard error, over clusters if the sample has them.
    pub std_error: f64,
    /// Pairs in which the higher score has the event first (sum of products of weights).
    pub concordant: f64,
    /// Pairs in which the lower score has the event first.
    pub discordant: f64,
    /// Comparable pairs with equal scores: each counts half.
    pub tied_score: f64,
}

/// How pairs are weighted by the time of their earlier event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConcordanceWeights {
    /// Every comparable pair 1: Harrell's C.
    #[default]
    Harrell,
    /// 1 / G(t-)^2, G the censoring distribution: Uno's C, free of the censoring (R's `n/G2`).
    Uno,
    /// N S(t-) / n(t), S the Kaplan-Meier curve and n the number at risk: the Peto-Wilcoxon weights of
    /// a score test (R's `S`).
    Survival,
    /// N S(t-) / (G(t-) n(t)): Schemper's weights (R's `S/G`).
    SurvivalOverCensoring,
    /// 1 / n(t): every event counts the same (R's `I`).
    Events,
}

/// Harrell's C. `score`: high means early event, as a Cox linear predictor.
///
/// A pair is comparable if the earlier time is an event and the other subject is then at risk; an
/// event and a censoring at the same time are comparable, two events at the same time are not.
/// Pairs are of one stratum.
///
/// # Errors
/// [`SurvivalError::NoComparablePairs`], [`SurvivalError::LengthMismatch`], [`SurvivalError::NotFinite`].
/// # Source
/// Harrell et al. 1982; Therneau & Watson 2017; `docs/methods/concordance.md`.
/// Checked against R `survival::concordance()`: `reference/concordance/`.
/// # Example
/// ```
/// use oligomet_survival::{concordance, Sample, Times};
/// let sample = Sample::new(Times::Days(&[10, 20, 30, 40]), &[true, true, true, false])?;
/// let c = concordance(&sample, &[3.0, 4.0, 2.0, 1.0])?; // 5 of 6 pairs
/// assert!((c.estimate - 5.0 / 6.0).abs() < 1e-15);
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn concordance(sample: &Sample<'_>, score: &[f64]) -> Result<Concordance> {
    weighted_concordance(sample, score, ConcordanceWeights::Harrell)
}

/// Concordance with a choice of pair weights; see [`concordance`].
///
/// # Errors
/// As [`concordance`]; [`SurvivalError::NotCovered`] for weights by the censoring distribution with
/// delayed entry. Curves are those of all rows, also where there are strata (R: of each stratum).
/// # Source
/// Uno et al. 2011; Schemper, Wakounig & Heinze 2009; Therneau & Watson 2017.
pub fn weighted_concordance(
    sample: &Sample<'_>,
    score: &[f64],
    weights: ConcordanceWeights,
) -> Result<Concordance> {
    check_length("score", sample.n(), score.len())?;
    check_finite("score", score, 0)?;
    let sweep = Sweep::new(sample, score, weights)?;
    let (earlier, later) = rayon::join(|| sweep.as_earlier(), || sweep.as_later());
    sweep.summarise(sample, &earlier, &later)
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
    fn as_earlier(&self) -> Vec<Pairs> {
        let mut pairs = vec![[0.0; 3]; self.order.len()];
        let mut tree = Tree::new(self.n_ranks);
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
                pairs[row as usize] = tree.split(self.rank[row as usize]).map(|w| w * factor);
            }
            self.insert(&mut tree, &run, true);
        }
        pairs
    }

    /// Sweeping back in time, the row is not yet at risk at the slot (or its stratum is done with).
    fn is_before_entry(&self, row: u32, stratum: u32, slot: usize) -> bool {
        (self.stratum(row), self.entry(row)) >= (stratum, slot)
    }

    fn insert(&self, tree: &mut Tree, run: &std::ops::Range<usize>, events: bool) {
        for &row in self.order[run.clone()].iter().filter(|&&r| self.event[r as usize] == events) {
            tree.add(self.rank[row as usize], self.weight[row as usize]);
        }
    }

    /// For each row: the pairs with events that came earlier while it was at risk.
    fn as_later(&self) -> Vec<Pairs> {
        let mut pairs = vec![[0.0; 3]; self.order.len()];
        let mut tree = Tree::new(self.n_ranks);
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
        pairs
    }

    fn collect(&self, tree: &Tree, row: u32, pairs: &mut [Pairs]) {
        let split = tree.split(self.rank[row as usize]);
        pairs[row as usize].iter_mut().zip(split).for_each(|(p, s)| *p += s);
    }

    fn subtract(&self, tree: &Tree, row: u32, pairs: &mut [Pairs]) {
        let split = tree.split(self.rank[row as usize]);
        pairs[row as usize].iter_mut().zip(split).for_each(|(p, s)| *p -= s);
    }

    fn summarise(&self, sample: &Sample<'_>, earlier: &[Pairs], later: &[Pairs]) -> Result<Concordance> {
        let mut total = [0.0; 3];
        for (pairs, w) in earlier.iter().zip(&self.weight) {
            total.iter_mut().zip(pairs).for_each(|(t, p)| *t += w * p);
        }
        // Pairs of weights that cancel with delayed entry leave rounding, of either sign.
        let total = total.map(|pairs: f64| pairs.max(0.0));
        let [concordant, tied_score, discordant] = total;
        let comparable: f64 = total.iter().sum();
        if comparable <= 0.0 {
            return Err(SurvivalError::NoComparablePairs);
        }
        let estimate = (concordant + tied_score / 2.0) / comparable;
        // Influence of a row: its own pairs' excess over the estimate. Earlier, it is concordant with
        // lower scores; later, with higher ones.
        let influence = |row: usize| {
            let ([low, equal, high], [later_low, later_equal, later_high]) = (earlier[row], later[row]);
            let favourable = low + later_high + (equal + later_equal) / 2.0;
            let all = low + equal + high + later_low + later_equal + later_high;
            self.weight[row] * (favourable - estimate * all) / comparable
        };
        let variance = match sample.clusters {
            None => (0..sample.n()).map(|row| influence(row) * influence(row)).sum::<f64>(),
            Some(clusters) => {
                let (cluster, n) = compress_codes(clusters);
                let mut sums = vec![0.0; n];
                (0..sample.n()).for_each(|row| sums[cluster[row] as usize] += influence(row));
                sums.iter().map(|s| s * s).sum()
            }
        };
        Ok(Concordance { estimate, std_error: sqrt(variance), concordant, discordant, tied_score })
    }
}

/// Weight of pairs whose earlier event is at the slot; empty if all are 1.
fn time_weights(
    sample: &Sample<'_>,
    timeline: &Timeline<'_>,
    weights: ConcordanceWeights,
) -> Result<Vec<f64>> {
    use ConcordanceWeights::{Events, Harrell, Survival, SurvivalOverCensoring, Uno};
    let by_censoring = matches!(weights, Uno | SurvivalOverCensoring);
    if by_censoring && timeline.entry.is_some() {
        let method = if weights == Uno { "Uno's concordance" } else { "concordance with weights S/G" };
        return Err(SurvivalError::NotCovered { method, what: "delayed entry" });
    }
    if weights == Harrell {
        return Ok(Vec::new());
    }
    let table = DayTable::fill(sample, timeline, 1, |_| 0);
    let (at_risk, events) = (table.lane(0).at_risk(), table.lane(0).all_events());
    let total: f64 = table.lane(0).exits.iter().sum();
    let g = if by_censoring { censoring_before(sample, timeline) } else { Vec::new() };
    let mut s = 1.0;
    let mut of_slot = |(slot, (&n, &d)): (usize, (&f64, &f64))| {
        let before = s;
        if d > 0.0 {
            s *= (n - d) / n;
        }
        let weight = match weights {
            Harrell => 1.0,
            Uno => 1.0 / (g[slot] * g[slot]),
            Survival => total * before / n,
            SurvivalOverCensoring => total * before / (g[slot] * n),
            Events => 1.0 / n,
        };
        if weight.is_finite() { weight } else { 0.0 }
    };
    Ok(at_risk.iter().zip(&events).enumerate().map(&mut of_slot).collect())
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

/// Dense ranks of the scores, from 0.
fn score_ranks(score: &[f64]) -> (Vec<u32>, usize) {
    use rayon::prelude::*;
    let mut keyed: Vec<(f64, u32)> = score.iter().enumerate().map(|(i, &s)| (s, i as u32)).collect();
    // Equal scores get one rank, so that the order among them does not matter.
    keyed.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0; score.len()];
    let (mut rank, mut previous) = (0u32, None);
    for &(s, row) in &keyed {
        if previous.is_some_and(|p: f64| p != s) {
            rank += 1;
        }
        previous = Some(s);
        ranks[row as usize] = rank;
    }
    (ranks, rank as usize + 1)
}

/// Sums by rank with prefix queries (Fenwick 1994), and the plain sums beside them.
struct Tree {
    prefix: Vec<f64>,
    at: Vec<f64>,
    total: f64,
}

impl Tree {
    fn new(n_ranks: usize) -> Self {
        Tree { prefix: vec![0.0; n_ranks + 1], at: vec![0.0; n_ranks], total: 0.0 }
    }

    fn clear(&mut self) {
        self.prefix.fill(0.0);
        self.at.fill(0.0);
        self.total = 0.0;
    }

    fn add(&mut self, rank: u32, weight: f64) {
        self.at[rank as usize] += weight;
        self.total += weight;
        let mut i = rank as usize + 1;
        while i < self.prefix.len() {
            self.prefix[i] += weight;
            i += i & i.wrapping_neg();
        }
    }

    /// Sums below, at and above the rank.
    fn split(&self, rank: u32) -> [f64; 3] {
        let mut below = 0.0;
        let mut i = rank as usize;
        while i > 0 {
            below += self.prefix[i];
            i &= i - 1;
        }
        let equal = self.at[rank as usize];
        [below, equal, self.total - below - equal]
    }
}
