//! How often tests at the 5 % level reject a true hypothesis.

use crate::draw::{Draw, Truth};
use crate::tally::{Seen, Tally, replicate};
use oligomet_survival::{
    CutpointOptions, LogRankOptions, Sample, Times, best_cutpoint, log_rank, permutation_log_rank,
};

const LEVEL: f64 = 0.05;
const PERMUTATIONS: u32 = 499;

/// Two groups of the same survival: the log-rank test, and its permutation.
pub fn two_groups(truth: &Truth, setting: u64, sizes: [usize; 2], runs: u32) -> [Tally; 2] {
    let group: Vec<u32> = (0..sizes[0] + sizes[1]).map(|i| u32::from(i >= sizes[0])).collect();
    replicate(runs, |run| {
        let (days, event) = truth.subjects(&mut Draw::new(setting, run), group.len());
        let Ok(sample) = Sample::new(Times::Days(&days), &event) else { return [Seen::Undefined; 2] };
        let asymptotic = log_rank(&sample, &group, 2, &LogRankOptions::default()).map(|t| t.p_value);
        let permuted = permutation_log_rank(&sample, &group, 2, PERMUTATIONS, run).map(|t| t.p_value());
        [asymptotic, permuted].map(|p| p.map_or(Seen::Undefined, |p| Seen::of(p <= LEVEL)))
    })
}

/// A covariate of a dose's kind: 42 % of the subjects share one value, the others have one of seven.
pub fn tied_covariate(draw: &mut Draw) -> f64 {
    match draw.uniform() {
        u if u < 0.42 => 50.0,
        _ => [30.0, 36.0, 40.0, 45.0, 60.0, 66.0, 70.0][(draw.uniform() * 7.0) as usize],
    }
}

/// The best cut of a covariate without effect: as if the cut had been given, then the four adjusted p-values.
pub fn cut_points(
    truth: &Truth,
    setting: u64,
    n: usize,
    runs: u32,
    covariate: fn(&mut Draw) -> f64,
) -> [Tally; 5] {
    replicate(runs, |run| {
        let mut draw = Draw::new(setting, run);
        let (days, event) = truth.subjects(&mut draw, n);
        let x: Vec<f64> = (0..n).map(|_| covariate(&mut draw)).collect();
        let sample = Sample::new(Times::Days(&days), &event);
        let Ok(cut) = sample.and_then(|s| best_cutpoint(&s, &x, &CutpointOptions::default())) else {
            return [Seen::Undefined; 5];
        };
        let monte_carlo = cut.p_monte_carlo(PERMUTATIONS, run).p_value;
        let given = libm::erfc(cut.statistic / std::f64::consts::SQRT_2);
        let p = [given, cut.p_lausen92(), cut.p_lausen94(), cut.p_gauss(), monte_carlo];
        p.map(|p| Seen::of(p <= LEVEL))
    })
}
