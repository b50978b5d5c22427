//! Permutation log-rank tests for small groups.

use crate::cutpoint::MonteCarlo;
use crate::error::{Result, SurvivalError};
use crate::random::Stream;
use crate::sample::Sample;
use crate::table::{DayTable, check_groups};
use rayon::prelude::*;

/// Two groups with at most so many arrangements are enumerated.
const MOST_ARRANGEMENTS: f64 = 1e6;
/// A statistic this close to the observed one counts as reaching it.
const TIE: f64 = 1e-9;

/// Result of a permutation log-rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PermutationTest {
    /// All arrangements were enumerated.
    Exact {
        /// Two-sided p-value.
        p_value: f64,
        /// Arrangements.
        arrangements: u64,
    },
    /// Random arrangements.
    MonteCarlo(MonteCarlo),
}

impl PermutationTest {
    /// The p-value.
    pub fn p_value(&self) -> f64 {
        match self {
            PermutationTest::Exact { p_value, .. } => *p_value,
            PermutationTest::MonteCarlo(m) => m.p_value,
        }
    }
}

/// Log-rank test by permutation of the group labels: exact for two small groups, else with
/// `replicates` random permutations.
///
/// It assumes that censoring is the same in all groups: where follow-up differs by group, its p-value is not
/// valid, unlike the ordinary test's. The statistic is the sum over groups of (observed less
/// expected events)^2 / size.
///
/// # Errors
/// As [`log_rank`](crate::log_rank); [`SurvivalError::NotCovered`] for weights, strata or delayed entry.
/// # Source
/// Neuhaus 1993; `docs/methods/log-rank.md`.
pub fn permutation_log_rank(
    sample: &Sample<'_>,
    group: &[u32],
    n_groups: usize,
    replicates: u32,
    seed: u64,
) -> Result<PermutationTest> {
    check_groups(sample, Some((group, n_groups)))?;
    check_covered(sample)?;
    let (codes, k) = crate::owned::compress_codes(group);
    if k < 2 {
        return Err(SurvivalError::FewerThanTwoGroups { n: k });
    }
    let scores = scores(sample)?;
    let mut sizes = vec![0usize; k];
    codes.iter().for_each(|&g| sizes[g as usize] += 1);
    if k == 2 && arrangements(codes.len(), sizes[0]) <= MOST_ARRANGEMENTS {
        return Ok(enumerate(&scores, &codes, sizes[0]));
    }
    let limit = statistic(&scores, &codes, &sizes) * (1.0 - TIE);
    let reaches = |replicate: u32| {
        let mut permuted = scores.clone();
        Stream::new(seed, u64::from(replicate)).shuffle(&mut permuted);
        u32::from(statistic(&permuted, &codes, &sizes) >= limit)
    };
    let reached = (0..replicates).into_par_iter().map(reaches).sum();
    Ok(PermutationTest::MonteCarlo(MonteCarlo::new(reached, replicates)))
}

fn check_covered(sample: &Sample<'_>) -> Result<()> {
    let what = match (sample.weights, sample.strata, sample.entry) {
        (Some(_), _, _) => "weights",
        (_, Some(_), _) => "strata",
        (_, _, Some(_)) => "delayed entry",
        _ => return Ok(()),
    };
    Err(SurvivalError::NotCovered { method: "the permutation log-rank test", what })
}

/// Event less cumulative hazard at the own time: their sum over a group is observed less expected.
fn scores(sample: &Sample<'_>) -> Result<Vec<f64>> {
    let timeline = crate::axis::Timeline::new(sample)?;
    let table = DayTable::fill(sample, &timeline, 1, |_| 0);
    let lane = table.lane(0);
    let (at_risk, events) = (lane.at_risk(), lane.all_events());
    if events.iter().all(|&d| d == 0.0) {
        return Err(SurvivalError::NoEvents);
    }
    let mut sum = 0.0;
    let step = |(n, d): (&f64, &f64)| {
        sum += if *d > 0.0 { d / n } else { 0.0 };
        sum
    };
    let hazard: Vec<f64> = at_risk.iter().zip(&events).map(step).collect();
    let score = |row: usize| {
        let event = if sample.is_event(row) { 1.0 } else { 0.0 };
        event - hazard[timeline.exit.get(row)]
    };
    Ok((0..sample.n()).map(score).collect())
}

fn statistic(scores: &[f64], codes: &[u32], sizes: &[usize]) -> f64 {
    let mut sums = vec![0.0; sizes.len()];
    scores.iter().zip(codes).for_each(|(s, &g)| sums[g as usize] += s);
    sums.iter().zip(sizes).map(|(s, &n)| s * s / n as f64).sum()
}

/// n choose k, as far as it matters.
fn arrangements(n: usize, k: usize) -> f64 {
    (0..k.min(n - k)).fold(1.0, |c, i| c * (n - i) as f64 / (i + 1) as f64)
}

/// Every choice of `size` scores for the first group.
fn enumerate(scores: &[f64], codes: &[u32], size: usize) -> PermutationTest {
    let observed: f64 = scores.iter().zip(codes).filter(|(_, g)| **g == 0).map(|(s, _)| s).sum();
    let scale: f64 = scores.iter().map(|s| s.abs()).sum();
    let limit = observed.abs() - TIE * scale;
    let mut count = (0u64, 0u64);
    choose(scores, size, 0.0, limit, &mut count);
    PermutationTest::Exact { p_value: count.0 as f64 / count.1 as f64, arrangements: count.1 }
}

/// Counts the choices of `size` more scores whose sum reaches the limit, and all of them.
fn choose(scores: &[f64], size: usize, sum: f64, limit: f64, count: &mut (u64, u64)) {
    if size == 0 {
        count.0 += u64::from(sum.abs() >= limit);
        count.1 += 1;
        return;
    }
    for first in 0..=scores.len() - size {
        choose(&scores[first + 1..], size - 1, sum + scores[first], limit, count);
    }
}
