//! Kaplan-Meier curves with intervals, quantiles and restricted means.

mod compare;
mod curves;
mod estimator;
mod fleming_harrington;
mod interval;
mod quantile;
mod restricted_mean;
mod robust;

pub use compare::MeanComparison;
pub(crate) use estimator::survivors;
pub use estimator::{HazardTies, SurvivalEstimator};
pub use fleming_harrington::{fleming_harrington, fleming_harrington_by};
pub use interval::ConfType;
pub use quantile::Quantile;
pub use restricted_mean::RestrictedMean;

use crate::error::{Result, SurvivalError};
use crate::sample::Sample;
use crate::special::z_of_level;
use crate::table::DayTable;
use curves::Curves;
use interval::BetaProduct;
pub(crate) use interval::interval;

/// How the curve's intervals are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KaplanMeierOptions {
    /// Transformation on which the interval is symmetric. Default: log-log.
    pub conf_type: ConfType,
    /// Two-sided confidence level, between 0 and 1. Default: 0.95.
    pub conf_level: f64,
}

impl Default for KaplanMeierOptions {
    fn default() -> Self {
        KaplanMeierOptions { conf_type: ConfType::LogLog, conf_level: 0.95 }
    }
}

/// A survival curve: one row per distinct exit time, ascending.
///
/// `survival[k]` holds on `[time[k], time[k + 1])`; before the first row S(t) = 1. Counts are sums of
/// weights, that is numbers of rows without weights. All columns have the same length.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalCurve {
    /// Distinct exit times.
    pub time: Vec<f64>,
    /// At risk just before each time: entry < time <= exit.
    pub n_at_risk: Vec<f64>,
    /// Events at each time.
    pub n_event: Vec<f64>,
    /// Censored at each time.
    pub n_censored: Vec<f64>,
    /// Events up to and including each time.
    pub cum_event: Vec<f64>,
    /// Estimate of S(t).
    pub survival: Vec<f64>,
    /// Standard error of S(t): Greenwood's, S(t) times that of the hazard (Fleming-Harrington), or robust;
    /// none where S(t) = 0.
    pub std_error: Vec<Option<f64>>,
    /// Lower limit of the interval; none where the transformation does not exist.
    pub conf_low: Vec<Option<f64>>,
    /// Upper limit of the interval; none where the transformation does not exist.
    pub conf_high: Vec<Option<f64>>,
    /// Cumulative hazard: Nelson-Aalen, or with the ties of the Fleming-Harrington estimate.
    pub cumulative_hazard: Vec<f64>,
    /// Standard error of the cumulative hazard: root of the sum of events / at-risk squared (of the terms'
    /// squares with Fleming-Harrington ties), or robust.
    pub cumulative_hazard_std_error: Vec<f64>,
    /// Rows behind the curve, unweighted.
    pub n: usize,
    /// Events in all (sum of weights).
    pub n_events: f64,
    /// Which estimate of S(t) this is.
    pub estimator: SurvivalEstimator,
    /// Interval type.
    pub conf_type: ConfType,
    /// Confidence level.
    pub conf_level: f64,
    /// Standard error of log S(t), on which every interval rests.
    pub(crate) log_std_error: Vec<Option<f64>>,
    /// With delayed entry: every entry and exit time with the number at risk just before it.
    at_risk_steps: Option<(Vec<f64>, Vec<f64>)>,
    /// Steps of the variance of log S(t), where they are not Greenwood's.
    log_variance_steps: Option<Vec<f64>>,
}

/// The curve at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// The time asked for.
    pub time: f64,
    /// At risk just before it: entry < time <= exit.
    pub n_at_risk: f64,
    /// Events up to and including it.
    pub cum_event: f64,
    /// S(t). None beyond the last follow-up time, unless the curve has reached 0.
    pub survival: Option<f64>,
    /// Standard error of S(t).
    pub std_error: Option<f64>,
    /// Lower limit.
    pub conf_low: Option<f64>,
    /// Upper limit.
    pub conf_high: Option<f64>,
}

/// Kaplan-Meier estimate of the survival function, S(t), of all rows together.
///
/// Subjects censored at a time are in the risk set at that time. With delayed entry a row is at risk
/// on `(entry, exit]`. Strata are not used; for groups see [`kaplan_meier_by`]. If the sample has
/// clusters, standard errors are robust (infinitesimal jackknife over clusters), else Greenwood's.
///
/// # Errors
/// [`SurvivalError::InvalidOption`] for a level outside (0, 1).
/// # Source
/// Kaplan & Meier 1958; Greenwood 1926; `docs/methods/kaplan-meier.md`.
/// Checked against R `survival::survfit()`: `reference/kaplan_meier/`.
/// # Example
/// ```
/// use oligomet_survival::{kaplan_meier, KaplanMeierOptions, Sample, Times};
/// let sample = Sample::new(Times::Days(&[1, 1, 6, 6, 8, 9]), &[true, false, true, true, false, true])?;
/// let curve = kaplan_meier(&sample, &KaplanMeierOptions::default())?;
/// assert_eq!(curve.n_at_risk, [6.0, 4.0, 2.0, 1.0]);
/// assert!((curve.survival[1] - 5.0 / 12.0).abs() < 1e-15); // 5/6 x 2/4 at day 6
/// assert_eq!(curve.median().estimate, Some(6.0));
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn kaplan_meier(sample: &Sample<'_>, options: &KaplanMeierOptions) -> Result<SurvivalCurve> {
    Curves::new(SurvivalEstimator::KaplanMeier, options)?.of_sample(sample)
}

/// One curve per group; `None` for a group without subjects.
///
/// # Errors
/// As [`kaplan_meier`], and [`SurvivalError::GroupOutOfRange`] or [`SurvivalError::LengthMismatch`] for the codes.
pub fn kaplan_meier_by(
    sample: &Sample<'_>,
    group: &[u32],
    n_groups: usize,
    options: &KaplanMeierOptions,
) -> Result<Vec<Option<SurvivalCurve>>> {
    Curves::new(SurvivalEstimator::KaplanMeier, options)?.by_group(sample, group, n_groups)
}

/// Kaplan-Meier curve of one lane of a table, for tables merged from parts.
///
/// # Errors
/// As [`kaplan_meier`]; [`SurvivalError::GroupOutOfRange`] if the table has no such lane.
pub fn kaplan_meier_from_table(
    table: &DayTable,
    lane: usize,
    options: &KaplanMeierOptions,
) -> Result<SurvivalCurve> {
    let curves = Curves::new(SurvivalEstimator::KaplanMeier, options)?;
    if lane >= table.n_lanes() {
        return Err(SurvivalError::GroupOutOfRange { row: 0, group: lane as u32, n_groups: table.n_lanes() });
    }
    let lane = table.lane(lane);
    if lane.rows == 0.0 {
        return Err(SurvivalError::NoSubjects);
    }
    Ok(curves.of_lane(&lane, None))
}

/// Reverse Kaplan-Meier: censoring is the event and events are censored.
///
/// Its median is the median follow-up (Schemper & Smith 1996). As R's `survfit` with the status
/// flipped, rows with an event at a time are still at risk of being censored at it.
///
/// # Errors
/// As [`kaplan_meier`].
pub fn reverse_kaplan_meier(sample: &Sample<'_>, options: &KaplanMeierOptions) -> Result<SurvivalCurve> {
    kaplan_meier(&sample.reversed(), options)
}

/// [`reverse_kaplan_meier`] of each group; `None` for a group without subjects.
///
/// # Errors
/// As [`kaplan_meier_by`].
pub fn reverse_kaplan_meier_by(
    sample: &Sample<'_>,
    group: &[u32],
    n_groups: usize,
    options: &KaplanMeierOptions,
) -> Result<Vec<Option<SurvivalCurve>>> {
    kaplan_meier_by(&sample.reversed(), group, n_groups, options)
}

/// The half-width multiplier of a level, once the level is checked.
pub(crate) fn checked_z(conf_level: f64) -> Result<f64> {
    if conf_level > 0.0 && conf_level < 1.0 {
        return Ok(z_of_level(conf_level));
    }
    Err(SurvivalError::InvalidOption {
        option: "conf_level",
        value: conf_level,
        expected: "it lies between 0 and 1",
    })
}

impl SurvivalCurve {
    /// Median with its interval: [`SurvivalCurve::quantile`] of 0.5.
    pub fn median(&self) -> Quantile {
        self.quantile(0.5)
    }

    /// The curve at `time`: number at risk, events so far, S(t) with its interval.
    pub fn at(&self, time: f64) -> CurvePoint {
        let rows_passed = self.time.partition_point(|&t| t <= time);
        let last = self.time.last().copied().unwrap_or(0.0);
        let reached_zero = self.survival.last() == Some(&0.0);
        let mut point = CurvePoint {
            time,
            n_at_risk: self.at_risk_before(time),
            cum_event: 0.0,
            survival: None,
            std_error: None,
            conf_low: None,
            conf_high: None,
        };
        match rows_passed.checked_sub(1) {
            None => {
                point.survival = Some(1.0);
                point.std_error = Some(0.0);
                (point.conf_low, point.conf_high) = self.interval_at_start();
            }
            Some(k) => {
                point.cum_event = self.cum_event[k];
                if time <= last || reached_zero {
                    point.survival = Some(self.survival[k]);
                    point.std_error = self.std_error[k];
                    (point.conf_low, point.conf_high) = (self.conf_low[k], self.conf_high[k]);
                }
            }
        }
        point
    }

    /// Before the first time.
    fn interval_at_start(&self) -> (Option<f64>, Option<f64>) {
        match (self.conf_type, self.n_at_risk.first()) {
            (ConfType::BetaProduct, Some(&n)) => BetaProduct::ONE.interval(n, self.conf_level),
            _ => interval(self.conf_type, 1.0, Some(0.0), 1.0),
        }
    }

    /// Number at risk just before `time`: entry < time <= exit.
    fn at_risk_before(&self, time: f64) -> f64 {
        let (times, at_risk) = match &self.at_risk_steps {
            Some((times, at_risk)) => (times, at_risk),
            None => (&self.time, &self.n_at_risk),
        };
        at_risk.get(times.partition_point(|&t| t < time)).copied().unwrap_or(0.0)
    }

    /// What row `k` adds to the variance of log S(t), while that exists.
    fn log_variance_step(&self, k: usize) -> f64 {
        let (n, d) = (self.n_at_risk[k], self.n_event[k]);
        match &self.log_variance_steps {
            Some(steps) => steps[k],
            None if self.survival[k] > 0.0 && d > 0.0 => d / (n * (n - d)),
            None => 0.0,
        }
    }

    /// First exit time at which fewer than `minimum` are at risk: from here on the tail is uncertain.
    pub fn tail_begins(&self, minimum: f64) -> Option<f64> {
        first_below(&self.time, &self.n_at_risk, minimum)
    }
}

/// The first time at which fewer than `minimum` are at risk.
pub(crate) fn first_below(time: &[f64], n_at_risk: &[f64], minimum: f64) -> Option<f64> {
    n_at_risk.iter().position(|&n| n < minimum).map(|k| time[k])
}
