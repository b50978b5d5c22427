//! Intervals of survival and incidence by resampling clusters: lesions of a patient stay together.

use crate::competing::{CumulativeIncidenceOptions, cumulative_incidence};
use crate::error::{Result, SurvivalError};
use crate::kaplan_meier::{KaplanMeierOptions, checked_z, kaplan_meier};
use crate::owned::{OwnedSample, compress_codes, rows_by_group};
use crate::random::{Stream, percentile_limits};
use crate::sample::Sample;
use rayon::prelude::*;

/// What is estimated at the times asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum BootstrapTarget {
    /// Kaplan-Meier estimate of S(t), any event.
    #[default]
    Survival,
    /// Cumulative incidence of a cause, with the others competing.
    Incidence {
        /// Code of the cause, from 1.
        cause: u32,
    },
}

/// How clusters are resampled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClusterBootstrapOptions {
    /// What is estimated. Default: survival.
    pub target: BootstrapTarget,
    /// Two-sided confidence level. Default: 0.95.
    pub conf_level: f64,
    /// Resamples. Default: 2,000.
    pub replicates: u32,
    /// Seed: the same one gives the same limits.
    pub seed: u64,
}

impl Default for ClusterBootstrapOptions {
    fn default() -> Self {
        ClusterBootstrapOptions {
            target: BootstrapTarget::Survival,
            conf_level: 0.95,
            replicates: 2_000,
            seed: 0,
        }
    }
}

/// The estimate at one time with its percentile limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BootstrapPoint {
    /// The time asked for.
    pub time: f64,
    /// Estimate from all rows; none beyond the last follow-up time.
    pub estimate: Option<f64>,
    /// Lower limit; none without an estimate, or where every resample gave the same number.
    pub conf_low: Option<f64>,
    /// Upper limit; none where there is no lower one.
    pub conf_high: Option<f64>,
    /// Resamples whose follow-up did not reach the time: left out of the limits.
    pub undefined: u32,
}

/// Percentile intervals over resampled clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterBootstrap {
    /// One per time asked for, in that order.
    pub points: Vec<BootstrapPoint>,
    /// What was estimated.
    pub target: BootstrapTarget,
    /// Clusters drawn from, and drawn in every resample.
    pub n_clusters: usize,
    /// Rows.
    pub n: usize,
    /// Rows that ended with the event (or the cause) asked for.
    pub n_events: usize,
    /// Confidence level.
    pub conf_level: f64,
    /// Resamples drawn.
    pub replicates: u32,
}

/// Percentile bootstrap interval of survival or cumulative incidence at given times, over clusters.
///
/// For several lesions of a patient with few events, where the error of a formula cannot be trusted. As many
/// clusters as there are are drawn with replacement, each with all its rows, and the curve is
/// estimated again; the limits are the order statistics floor((B + 1) alpha/2) from either end of the B
/// resamples that reach the time. Where no resample differs, as without any event, there is no interval:
/// a beta-product interval of independent rows exists there ([`ConfType::BetaProduct`](crate::ConfType)).
///
/// # Input
/// `sample`: with [`Sample::with_clusters`]; without, every row is drawn by itself. Weights and delayed entry
/// go with their rows; strata are not used. `times`: any finite times.
///
/// # Errors
/// [`SurvivalError::InvalidOption`] for a level outside (0, 1), no resamples, a cause that no row has, or a
/// time that is not finite; [`SurvivalError::NothingEstimable`] for a single cluster.
/// # Source
/// Field & Welsh 2007 (resampling clusters); Davison & Hinkley 1997, chapter 3;
/// `docs/methods/cluster-bootstrap.md`. Checked against all resamples of three clusters by hand and against
/// R: `reference/cluster_bootstrap/`.
/// # Example
/// ```
/// use oligomet_survival::{ClusterBootstrapOptions, Sample, Times, cluster_bootstrap_survival};
/// // Six lesions of four patients; two lesions of the first patient fail.
/// let sample = Sample::new(Times::Days(&[90, 120, 400, 400, 380, 420]), &[true, true, false, false, false, false])?
///     .with_clusters(&[1, 1, 2, 3, 3, 4])?;
/// let options = ClusterBootstrapOptions { seed: 7, ..ClusterBootstrapOptions::default() };
/// let at_one_year = cluster_bootstrap_survival(&sample, &[365.0], &options)?.points[0];
/// assert!((at_one_year.estimate.unwrap() - 4.0 / 6.0).abs() < 1e-12);
/// assert_eq!(at_one_year.conf_high, Some(1.0)); // the first patient may not be drawn
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn cluster_bootstrap_survival(
    sample: &Sample<'_>,
    times: &[f64],
    options: &ClusterBootstrapOptions,
) -> Result<ClusterBootstrap> {
    let n_events = check(sample, times, options)?;
    let rows: Vec<u32> = (0..sample.n() as u32).collect();
    let (codes, n_clusters) = sample.clusters.map_or_else(|| (rows, sample.n()), compress_codes);
    if n_clusters < 2 {
        return Err(SurvivalError::NothingEstimable);
    }
    let members = rows_by_group(&codes, n_clusters);
    // The resamples have clusters by construction, not as a column: no errors are wanted of them.
    let independent = Sample { clusters: None, ..*sample };
    let resampled = |replicate: u32| {
        let drawn = Stream::new(options.seed, u64::from(replicate)).resample(n_clusters);
        let rows: Vec<u32> = drawn.iter().flat_map(|&c| members[c as usize].iter().copied()).collect();
        estimates(&OwnedSample::select(&independent, &rows).as_sample(), times, options.target)
    };
    let all: Vec<Vec<Option<f64>>> = (0..options.replicates).into_par_iter().map(resampled).collect();
    let estimated = estimates(&independent, times, options.target);
    let point = |k: usize| {
        let mut found: Vec<f64> = all.iter().filter_map(|replicate| replicate[k]).collect();
        let undefined = options.replicates - found.len() as u32;
        let limits =
            percentile_limits(&mut found, options.conf_level).filter(|_| found.first() != found.last());
        let (conf_low, conf_high) = limits.filter(|_| estimated[k].is_some()).unzip();
        BootstrapPoint { time: times[k], estimate: estimated[k], conf_low, conf_high, undefined }
    };
    Ok(ClusterBootstrap {
        points: (0..times.len()).map(point).collect(),
        target: options.target,
        n_clusters,
        n: sample.n(),
        n_events,
        conf_level: options.conf_level,
        replicates: options.replicates,
    })
}

/// Checks the options; the number of events asked for.
fn check(sample: &Sample<'_>, times: &[f64], options: &ClusterBootstrapOptions) -> Result<usize> {
    checked_z(options.conf_level)?;
    let wrong = |option, value, expected| Err(SurvivalError::InvalidOption { option, value, expected });
    if options.replicates == 0 {
        return wrong("replicates", 0.0, "it is at least 1");
    }
    if let Some(&time) = times.iter().find(|t| !t.is_finite()) {
        return wrong("time", time, "it is finite");
    }
    let BootstrapTarget::Incidence { cause } = options.target else { return Ok(sample.n_events()) };
    match (0..sample.n()).filter(|&row| sample.cause(row) == cause).count() {
        _ if cause == 0 => wrong("cause", 0.0, "causes count from 1"),
        0 => wrong("cause", f64::from(cause), "a row has this cause"),
        n_events => Ok(n_events),
    }
}

/// The estimate at each time; none where follow-up does not reach it, or without weight.
fn estimates(sample: &Sample<'_>, times: &[f64], target: BootstrapTarget) -> Vec<Option<f64>> {
    let at: Box<dyn Fn(f64) -> Option<f64>> = match target {
        BootstrapTarget::Survival => match kaplan_meier(sample, &KaplanMeierOptions::default()) {
            Ok(curve) => Box::new(move |t| curve.at(t).survival),
            Err(_) => return vec![None; times.len()],
        },
        BootstrapTarget::Incidence { cause } => {
            match cumulative_incidence(sample, &CumulativeIncidenceOptions::default()) {
                // A resample may lack the cause: its incidence is 0 as far as follow-up goes.
                Ok(curves) => Box::new(move |t| match (cause as usize) <= curves.causes.len() {
                    true => curves.at(cause, t).incidence,
                    false => curves.at(1, t).incidence.map(|_| 0.0),
                }),
                Err(_) => return vec![None; times.len()],
            }
        }
    };
    times.iter().map(|&t| at(t)).collect()
}
