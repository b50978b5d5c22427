//! How sure a cut-point is: bootstrap interval and corrected effect.

use super::{Cutpoint, CutpointOptions, best_cutpoint};
use crate::cox::{CoxOptions, Design, Estimate, fit_cox};
use crate::error::{Result, SurvivalError};
use crate::owned::{OwnedSample, pick};
use crate::random::{Stream, percentile_limits};
use crate::sample::Sample;
use rayon::prelude::*;

/// Percentile bootstrap interval of a cut-point.
#[derive(Debug, Clone, PartialEq)]
pub struct CutpointInterval {
    /// Lower limit.
    pub conf_low: f64,
    /// Upper limit.
    pub conf_high: f64,
    /// Confidence level.
    pub conf_level: f64,
    /// Resamples asked for.
    pub replicates: u32,
    /// Resamples without events or without an allowed cut, left out.
    pub undefined: u32,
    /// Share of the resamples that chose the cut-point of the data.
    pub same_cut: f64,
}

/// Searches the cut-point again in resamples of the rows, and gives the central `conf_level` of them.
///
/// # Errors
/// As [`best_cutpoint`]; [`SurvivalError::NoCut`] if no resample has one.
pub fn bootstrap_cutpoint(
    sample: &Sample<'_>,
    x: &[f64],
    options: &CutpointOptions,
    conf_level: f64,
    replicates: u32,
    seed: u64,
) -> Result<CutpointInterval> {
    crate::kaplan_meier::checked_z(conf_level)?;
    let observed = best_cutpoint(sample, x, options)?.cutpoint;
    let resampled = |replicate: u32| {
        let rows = Stream::new(seed, u64::from(replicate)).resample(sample.n());
        let part = OwnedSample::select(sample, &rows);
        best_cutpoint(&part.as_sample(), &pick(x, &rows), options).ok().map(|c| c.cutpoint)
    };
    let mut cuts: Vec<f64> = (0..replicates).into_par_iter().filter_map(resampled).collect();
    let (conf_low, conf_high) = percentile_limits(&mut cuts, conf_level).ok_or(SurvivalError::NoCut)?;
    Ok(CutpointInterval {
        conf_low,
        conf_high,
        conf_level,
        replicates,
        undefined: replicates - cuts.len() as u32,
        same_cut: cuts.iter().filter(|&&c| c == observed).count() as f64 / cuts.len() as f64,
    })
}

/// The effect of being above a cut-point, as fitted and corrected for its choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CutpointEffect {
    /// Cox estimate of above against at or below, as if the cut had been given: too large.
    pub naive: Estimate,
    /// Factor by which the log hazard ratio is shrunk: (b^2 - var b) / b^2, at least 0.
    pub shrinkage: f64,
    /// Shrunk log hazard ratio.
    pub corrected_log_hazard_ratio: f64,
}

impl Cutpoint {
    /// Effect of x above the cut-point, with the heuristic shrinkage of Schumacher, Holländer &
    /// Sauerbrei 1997 against the optimism of having chosen the cut.
    ///
    /// # Errors
    /// Those of the Cox fit; [`SurvivalError::InfiniteCoefficient`] if one side has no events.
    pub fn effect(&self, sample: &Sample<'_>, x: &[f64]) -> Result<CutpointEffect> {
        let above: Vec<f64> = x.iter().map(|&v| if v > self.cutpoint { 1.0 } else { 0.0 }).collect();
        let columns = [above.as_slice()];
        let fit = fit_cox(sample, &Design::new(&columns)?, &CoxOptions::default())?;
        let naive =
            *fit.coefficients[0].estimate().ok_or(SurvivalError::InfiniteCoefficient { column: 0 })?;
        let (b, variance) = (naive.log_hazard_ratio, naive.std_error * naive.std_error);
        let shrinkage = ((b * b - variance) / (b * b)).max(0.0);
        Ok(CutpointEffect { naive, shrinkage, corrected_log_hazard_ratio: shrinkage * b })
    }
}
