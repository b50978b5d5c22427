//! All pairs of groups, with Holm's adjustment.

use super::{LogRankOptions, LogRankTest, log_rank};
use crate::error::Result;
use crate::owned::{OwnedSample, pick};
use crate::sample::Sample;
use crate::table::check_groups;

/// The test of one pair of groups.
#[derive(Debug, Clone, PartialEq)]
pub struct PairwiseTest {
    /// Code of the first group.
    pub first: u32,
    /// Code of the second group.
    pub second: u32,
    /// The test of the two groups' rows alone; the reason where there is none.
    pub test: Result<LogRankTest>,
    /// P-value adjusted for all pairs that could be tested (Holm 1979).
    pub p_adjusted: Option<f64>,
}

/// Tests every pair of groups that have subjects, adjusted by Holm's method.
///
/// # Errors
/// Those of the group codes; a pair that cannot be tested carries its own error.
pub fn pairwise_log_rank(
    sample: &Sample<'_>,
    group: &[u32],
    n_groups: usize,
    options: &LogRankOptions,
) -> Result<Vec<PairwiseTest>> {
    check_groups(sample, Some((group, n_groups)))?;
    let mut present: Vec<u32> = group.to_vec();
    present.sort_unstable();
    present.dedup();
    let mut tests = Vec::new();
    for (i, &first) in present.iter().enumerate() {
        for &second in &present[i + 1..] {
            let rows: Vec<u32> =
                (0..group.len() as u32).filter(|&r| [first, second].contains(&group[r as usize])).collect();
            let part = OwnedSample::select(sample, &rows);
            let test = log_rank(&part.as_sample(), &pick(group, &rows), n_groups, options);
            tests.push(PairwiseTest { first, second, test, p_adjusted: None });
        }
    }
    let tested: Vec<usize> = (0..tests.len()).filter(|&i| tests[i].test.is_ok()).collect();
    let p: Vec<f64> = tests.iter().filter_map(|t| t.test.as_ref().ok().map(|t| t.p_value)).collect();
    for (&i, adjusted) in tested.iter().zip(holm(&p)) {
        tests[i].p_adjusted = Some(adjusted);
    }
    Ok(tests)
}

/// Holm's adjustment of p-values, in the order given (as R's `p.adjust(method = "holm")`).
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let m = p_values.len();
    let mut order: Vec<usize> = (0..m).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![0.0; m];
    let mut largest = 0.0f64;
    for (rank, &i) in order.iter().enumerate() {
        largest = largest.max((m - rank) as f64 * p_values[i]).min(1.0);
        adjusted[i] = largest;
    }
    adjusted
}
