//! Tests of equal survival: the weighted log-rank family, stratified, trend and pairwise.

mod pairwise;
mod permutation;
mod sums;

pub use pairwise::{PairwiseTest, holm, pairwise_log_rank};
pub use permutation::{PermutationTest, permutation_log_rank};
pub use sums::LogRankWeights;

use crate::axis::Timeline;
use crate::error::{Result, SurvivalError};
use crate::matrix::{Ldl, Matrix};
use crate::owned::{OwnedSample, compress_codes, rows_by_group};
use crate::sample::{Sample, check_length};
use crate::special::chi_square_upper;
use crate::table::{DayTable, check_groups, dense_fits};
use sums::Sums;

/// A chi-square test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquareTest {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper-tail probability; accurate to below 1e-300.
    pub p_value: f64,
}

impl ChiSquareTest {
    /// A statistic with its upper-tail p-value on `df` degrees of freedom.
    #[must_use]
    pub fn new(statistic: f64, df: usize) -> Self {
        ChiSquareTest { statistic, df, p_value: chi_square_upper(statistic, df) }
    }
}

/// Which test of the family.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LogRankOptions {
    /// Weight of each event time. Default: all 1, the log-rank test.
    pub weights: LogRankWeights,
}

/// Observed and expected events of one group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRankGroup {
    /// The group's code.
    pub group: u32,
    /// Its rows, unweighted.
    pub n: usize,
    /// Observed events (weighted by the test's weights).
    pub observed: f64,
    /// Events expected if all groups had one hazard within each stratum.
    pub expected: f64,
}

/// Result of a test of the log-rank family.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRankTest {
    /// The groups that have subjects, by code.
    pub groups: Vec<LogRankGroup>,
    /// Codes of the groups that do not count: without subjects, or never at risk at an event.
    pub dropped_groups: Vec<u32>,
    /// Observed minus expected of each of `groups`.
    pub score: Vec<f64>,
    /// Hypergeometric variance of `score`.
    pub variance: Matrix,
    /// The chi-square statistic.
    pub statistic: f64,
    /// Degrees of freedom: counting groups less one.
    pub df: usize,
    /// P-value.
    pub p_value: f64,
}

/// Tests whether groups have the same hazard, within the sample's strata if it has any.
///
/// Delayed entry is allowed. Weights of the sample count as numbers of subjects.
///
/// # Errors
/// [`SurvivalError::FewerThanTwoGroups`], [`SurvivalError::NoEvents`],
/// [`SurvivalError::SingularInformation`] if no event time has survivors to compare, and the
/// errors of group codes.
/// # Source
/// Mantel 1966; Peto & Peto 1972; Harrington & Fleming 1982; `docs/methods/log-rank.md`.
/// Checked against R `survival::survdiff()`: `reference/log_rank/`.
/// # Example
/// ```
/// use oligomet_survival::{log_rank, LogRankOptions, Sample, Times};
/// let days = [6, 7, 10, 15, 19, 25, 1, 2, 4, 5, 8, 11];
/// let event = [true, true, false, true, false, false, true, true, true, true, true, true];
/// let group = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
/// let sample = Sample::new(Times::Days(&days), &event)?;
/// let test = log_rank(&sample, &group, 2, &LogRankOptions::default())?;
/// assert_eq!(test.df, 1);
/// assert!(test.p_value < 0.05);
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn log_rank(
    sample: &Sample<'_>,
    group: &[u32],
    n_groups: usize,
    options: &LogRankOptions,
) -> Result<LogRankTest> {
    check_groups(sample, Some((group, n_groups)))?;
    options.weights.check()?;
    let mut rows = vec![0usize; n_groups];
    for &g in group {
        rows[g as usize] += 1;
    }
    let present: Vec<u32> = (0..n_groups as u32).filter(|&g| rows[g as usize] > 0).collect();
    if present.len() < 2 {
        return Err(SurvivalError::FewerThanTwoGroups { n: present.len() });
    }
    let mut index = vec![0u32; n_groups];
    for (i, &g) in present.iter().enumerate() {
        index[g as usize] = i as u32;
    }
    let lanes: Vec<u32> = group.iter().map(|&g| index[g as usize]).collect();
    let sums = sum_over_strata(sample, &lanes, present.len(), options)?;
    let n_of = |g: u32| rows[g as usize];
    finish(sums, &present, n_groups, n_of)
}

/// The sums of all strata; a stratum is a table of its own where one table would be too large.
fn sum_over_strata(
    sample: &Sample<'_>,
    lanes: &[u32],
    n_groups: usize,
    options: &LogRankOptions,
) -> Result<Sums> {
    let mut sums = Sums::new(n_groups);
    let Some(strata) = sample.strata else {
        let table = DayTable::new(sample, Some((lanes, n_groups)))?;
        sums.add_stratum(&table, 0, options.weights);
        return Ok(sums);
    };
    let (strata, n_strata) = compress_codes(strata);
    let timeline = Timeline::new(sample)?;
    if dense_fits(sample.n(), n_groups * n_strata, timeline.axis.len()) {
        let lane = |row: usize| strata[row] as usize * n_groups + lanes[row] as usize;
        let table = DayTable::fill(sample, &timeline, n_strata * n_groups, lane);
        for stratum in 0..n_strata {
            sums.add_stratum(&table, stratum * n_groups, options.weights);
        }
        return Ok(sums);
    }
    for rows in rows_by_group(&strata, n_strata) {
        let part = OwnedSample::select(sample, &rows);
        let part_lanes = crate::owned::pick(lanes, &rows);
        let table = DayTable::new(&part.as_sample(), Some((&part_lanes, n_groups)))?;
        sums.add_stratum(&table, 0, options.weights);
    }
    Ok(sums)
}

fn finish(
    mut sums: Sums,
    present: &[u32],
    n_groups: usize,
    n_of: impl Fn(u32) -> usize,
) -> Result<LogRankTest> {
    if sums.events == 0.0 {
        return Err(SurvivalError::NoEvents);
    }
    sums.variance.mirror_upper();
    let score: Vec<f64> = sums.observed.iter().zip(&sums.expected).map(|(o, e)| o - e).collect();
    let counting: Vec<usize> = (0..present.len()).filter(|&i| sums.expected[i] > 0.0).collect();
    if counting.len() < 2 {
        return Err(SurvivalError::FewerThanTwoGroups { n: counting.len() });
    }
    // The scores sum to 0: the last group's follows from the others.
    let free = &counting[..counting.len() - 1];
    let factor = Ldl::new(&sums.variance.select(free, free), 1e-12);
    if factor.rank() == 0 {
        return Err(SurvivalError::SingularInformation);
    }
    let u: Vec<f64> = free.iter().map(|&i| score[i]).collect();
    let statistic = crate::matrix::dot(&factor.solve(&u), &u);
    let test = ChiSquareTest::new(statistic, factor.rank());
    let groups = present.iter().enumerate().map(|(i, &group)| LogRankGroup {
        group,
        n: n_of(group),
        observed: sums.observed[i],
        expected: sums.expected[i],
    });
    let counts = |g: &u32| present.binary_search(g).is_ok_and(|i| sums.expected[i] > 0.0);
    Ok(LogRankTest {
        groups: groups.collect(),
        dropped_groups: (0..n_groups as u32).filter(|g| !counts(g)).collect(),
        score,
        variance: sums.variance,
        statistic: test.statistic,
        df: test.df,
        p_value: test.p_value,
    })
}

impl LogRankTest {
    /// Test for trend over ordered groups, one degree of freedom: (a'U)^2 / a'Va.
    ///
    /// `scores[g]` is the score of group code g; scores of groups without subjects are not used.
    ///
    /// # Errors
    /// [`SurvivalError::LengthMismatch`] if a group has no score;
    /// [`SurvivalError::SingularInformation`] if all scores are equal.
    /// # Source
    /// Tarone 1975; `docs/methods/log-rank.md`.
    pub fn trend(&self, scores: &[f64]) -> Result<ChiSquareTest> {
        let needed = self.groups.iter().map(|g| g.group as usize + 1).max().unwrap_or(0);
        if scores.len() < needed {
            check_length("scores", needed, scores.len())?;
        }
        let used: Vec<f64> = self.groups.iter().map(|g| scores[g.group as usize]).collect();
        crate::cox::check_finite("trend score", &used, 0)?;
        // Centred scores: the groups' scores sum to 0, so a constant changes nothing but rounding.
        let mean = used.iter().sum::<f64>() / used.len() as f64;
        let centred: Vec<f64> = used.iter().map(|s| s - mean).collect();
        let variance = self.variance.quadratic_form(&centred);
        if variance <= 0.0 {
            return Err(SurvivalError::SingularInformation);
        }
        let u = crate::matrix::dot(&self.score, &centred);
        Ok(ChiSquareTest::new(u * u / variance, 1))
    }
}
