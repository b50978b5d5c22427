//! Kaplan-Meier curves with intervals, quantiles and restricted means.

mod compare;
mod interval;
mod quantile;
mod restricted_mean;
mod robust;

pub use compare::MeanComparison;
pub use interval::ConfType;
pub use quantile::Quantile;
pub use restricted_mean::RestrictedMean;

use crate::axis::Timeline;
use crate::error::{Result, SurvivalError};
use crate::owned::{OwnedSample, rows_by_group};
use crate::sample::Sample;
use crate::special::z_of_level;
use crate::table::{DayTable, Lane, check_groups, dense_fits};
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
    /// Kaplan-Meier estimate of S(t).
    pub survival: Vec<f64>,
    /// Standard error of S(t), Greenwood's or robust; none where S(t) = 0.
    pub std_error: Vec<Option<f64>>,
    /// Lower limit of the interval; none where the transformation does not exist.
    pub conf_low: Vec<Option<f64>>,
    /// Upper limit of the interval; none where the transformation does not exist.
    pub conf_high: Vec<Option<f64>>,
    /// Nelson-Aalen estimate of the cumulative hazard.
    pub cumulative_hazard: Vec<f64>,
    /// Standard error of the Nelson-Aalen estimate: root of the sum of events / at-risk squared, or robust.
    pub cumulative_hazard_std_error: Vec<f64>,
    /// Rows behind the curve, unweighted.
    pub n: usize,
    /// Events in all (sum of weights).
    pub n_events: f64,
    /// Interval type.
    pub conf_type: ConfType,
    /// Confidence level.
    pub conf_level: f64,
    /// Standard error of log S(t), on which every interval rests.
    pub(crate) log_std_error: Vec<Option<f64>>,
    /// With delayed entry: every entry and exit time with the number at risk just before it.
    at_risk_steps: Option<(Vec<f64>, Vec<f64>)>,
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
    let z = checked_z(options.conf_level)?;
    if sample.clusters.is_some() {
        return robust::robust_curve(sample, options, z);
    }
    let table = DayTable::new(sample, None)?;
    Ok(curve_of_lane(&table.lane(0), options, z))
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
    let z = checked_z(options.conf_level)?;
    check_groups(sample, Some((group, n_groups)))?;
    let timeline = Timeline::new(sample)?;
    if sample.clusters.is_none() && dense_fits(sample.n(), n_groups, timeline.axis.len()) {
        let table = DayTable::fill(sample, &timeline, n_groups, |row| group[row] as usize);
        let curve = |g| Some(table.lane(g)).filter(|l| l.rows > 0.0).map(|l| curve_of_lane(&l, options, z));
        return Ok((0..n_groups).map(curve).collect());
    }
    // Many groups and many times: one table per group instead of a large sparse one. Robust errors
    // need the rows anyway.
    let curve = |rows: Vec<u32>| {
        if rows.is_empty() {
            return Ok(None);
        }
        kaplan_meier(&OwnedSample::select(sample, &rows).as_sample(), options).map(Some)
    };
    rows_by_group(group, n_groups).into_iter().map(curve).collect()
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
    let z = checked_z(options.conf_level)?;
    if lane >= table.n_lanes() {
        return Err(SurvivalError::GroupOutOfRange { row: 0, group: lane as u32, n_groups: table.n_lanes() });
    }
    let lane = table.lane(lane);
    if lane.rows == 0.0 {
        return Err(SurvivalError::NoSubjects);
    }
    Ok(curve_of_lane(&lane, options, z))
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
    fn empty(lane: &Lane<'_>, options: &KaplanMeierOptions) -> Self {
        SurvivalCurve {
            time: Vec::new(),
            n_at_risk: Vec::new(),
            n_event: Vec::new(),
            n_censored: Vec::new(),
            cum_event: Vec::new(),
            survival: Vec::new(),
            std_error: Vec::new(),
            conf_low: Vec::new(),
            conf_high: Vec::new(),
            cumulative_hazard: Vec::new(),
            cumulative_hazard_std_error: Vec::new(),
            n: lane.rows as usize,
            n_events: 0.0,
            conf_type: options.conf_type,
            conf_level: options.conf_level,
            log_std_error: Vec::new(),
            at_risk_steps: None,
        }
    }

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

    /// First time at which fewer than `minimum` are at risk: from here on the tail is uncertain.
    pub fn tail_begins(&self, minimum: f64) -> Option<f64> {
        (0..self.time.len()).find(|&k| self.n_at_risk[k] < minimum).map(|k| self.time[k])
    }
}

/// The curve of one lane.
pub(crate) fn curve_of_lane(lane: &Lane<'_>, options: &KaplanMeierOptions, z: f64) -> SurvivalCurve {
    let at_risk = lane.at_risk();
    let events = lane.all_events();
    let mut curve = SurvivalCurve::empty(lane, options);
    let mut state = Running {
        survival: 1.0,
        greenwood: Some(0.0),
        hazard: 0.0,
        hazard_variance: 0.0,
        events: 0.0,
        product: BetaProduct::ONE,
    };
    for slot in 0..lane.axis.len() {
        // Without exits nothing is reported; weights of 0 leave a row without weight, reported as in R.
        if lane.exits[slot] > 0.0 {
            let (n, d) = (at_risk[slot], events[slot]);
            state.step(n, d);
            curve.push(lane.axis.time(slot), n, d, lane.exits[slot] - d, &state, z);
        }
    }
    curve.n_events = state.events;
    if lane.entries.is_some() {
        let steps =
            (0..lane.axis.len()).filter(|&s| lane.exits[s] > 0.0 || lane.entries.is_some_and(|e| e[s] > 0.0));
        curve.at_risk_steps = Some(steps.map(|s| (lane.axis.time(s), at_risk[s])).unzip());
    }
    curve
}

/// What has accumulated up to a time.
struct Running {
    survival: f64,
    /// Variance of log S(t); none once S(t) is 0.
    greenwood: Option<f64>,
    hazard: f64,
    hazard_variance: f64,
    events: f64,
    /// Moments for the beta-product interval.
    product: BetaProduct,
}

impl Running {
    fn step(&mut self, n: f64, d: f64) {
        if d <= 0.0 {
            return;
        }
        self.events += d;
        self.hazard += d / n;
        self.hazard_variance += d / (n * n);
        self.product = self.product.times(n - d + 1.0, d);
        // n - d is a rounding residue of weights, not a risk set, below this.
        let survivors = if n - d > 1e-12 * n { n - d } else { 0.0 };
        self.survival *= survivors / n;
        self.greenwood = if survivors > 0.0 { self.greenwood.map(|g| g + d / (n * survivors)) } else { None };
    }
}

impl SurvivalCurve {
    fn push(&mut self, time: f64, n: f64, d: f64, censored: f64, state: &Running, z: f64) {
        let log_se = state.greenwood.map(libm::sqrt);
        let (low, high) = match self.conf_type {
            ConfType::BetaProduct => state.product.interval(n - d - censored, self.conf_level),
            other => interval(other, state.survival, log_se, z),
        };
        self.time.push(time);
        self.n_at_risk.push(n);
        self.n_event.push(d);
        self.n_censored.push(censored);
        self.cum_event.push(state.events);
        self.survival.push(state.survival);
        self.std_error.push(log_se.map(|se| se * state.survival));
        self.log_std_error.push(log_se);
        self.conf_low.push(low);
        self.conf_high.push(high);
        self.cumulative_hazard.push(state.hazard);
        self.cumulative_hazard_std_error.push(libm::sqrt(state.hazard_variance));
    }
}
