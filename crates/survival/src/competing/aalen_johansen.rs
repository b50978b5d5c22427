//! Cumulative incidence by cause.

use crate::axis::{TimeAxis, Timeline};
use crate::error::Result;
use crate::influence::{Collected, squared_influence};
use crate::kaplan_meier::{ConfType, checked_z, first_below, interval};
use crate::owned::{OwnedSample, rows_by_group};
use crate::sample::Sample;
use crate::table::{DayTable, Lane, check_groups};
use libm::sqrt;

/// Which variance of the cumulative incidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IncidenceVariance {
    /// Infinitesimal jackknife, over clusters if the sample has them, as R's `survfit`. Right for
    /// weights and repeated rows too.
    #[default]
    Jackknife,
    /// Aalen's (1978) with the tie correction of R's `cmprsk::cuminc`. Without weights or entry.
    Aalen,
}

/// How cumulative incidences are reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CumulativeIncidenceOptions {
    /// Transformation of the incidence on which the interval is symmetric. Default: log-log.
    pub conf_type: ConfType,
    /// Two-sided confidence level. Default: 0.95.
    pub conf_level: f64,
    /// Which variance. Default: infinitesimal jackknife.
    pub variance: IncidenceVariance,
}

impl Default for CumulativeIncidenceOptions {
    fn default() -> Self {
        CumulativeIncidenceOptions {
            conf_type: ConfType::LogLog,
            conf_level: 0.95,
            variance: IncidenceVariance::Jackknife,
        }
    }
}

/// The incidence of one cause: columns beside [`CumulativeIncidence::time`].
#[derive(Debug, Clone, PartialEq)]
pub struct IncidenceCurve {
    /// Code of the cause.
    pub cause: u32,
    /// Events of this cause at each time.
    pub n_event: Vec<f64>,
    /// Events of this cause up to and including each time.
    pub cum_event: Vec<f64>,
    /// Probability of an event of this cause by each time.
    pub incidence: Vec<f64>,
    /// Its standard error.
    pub std_error: Vec<f64>,
    /// Lower limit; none while the incidence is 0.
    pub conf_low: Vec<Option<f64>>,
    /// Upper limit; none while the incidence is 0.
    pub conf_high: Vec<Option<f64>>,
    /// 1 - Kaplan-Meier with other causes censored: what the incidence would be if no other cause
    /// existed and the causes were independent. Always at least `incidence`; shown to warn.
    pub one_minus_kaplan_meier: Vec<f64>,
}

/// Aalen-Johansen estimates of all causes.
#[derive(Debug, Clone, PartialEq)]
pub struct CumulativeIncidence {
    /// Distinct exit times.
    pub time: Vec<f64>,
    /// At risk just before each time.
    pub n_at_risk: Vec<f64>,
    /// Probability of no event of any cause by each time.
    pub event_free: Vec<f64>,
    /// One curve per cause, from cause 1.
    pub causes: Vec<IncidenceCurve>,
    /// Rows.
    pub n: usize,
    /// Interval type.
    pub conf_type: ConfType,
    /// Confidence level.
    pub conf_level: f64,
    /// Which variance.
    pub variance: IncidenceVariance,
}

/// A curve at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidencePoint {
    /// The time asked for.
    pub time: f64,
    /// Cumulative incidence; none beyond the last follow-up time.
    pub incidence: Option<f64>,
    /// Standard error.
    pub std_error: Option<f64>,
    /// Lower limit.
    pub conf_low: Option<f64>,
    /// Upper limit.
    pub conf_high: Option<f64>,
    /// Events of the cause up to and including the time.
    pub cum_event: f64,
}

/// Cumulative incidence of each cause: F(t) = sum of S(u-) d(u) / n(u), S the probability of no event
/// of any cause.
///
/// # Errors
/// [`SurvivalError::InvalidOption`](crate::SurvivalError::InvalidOption);
/// [`SurvivalError::NotCovered`](crate::SurvivalError::NotCovered) for Aalen's variance with weights,
/// clusters or delayed entry.
/// # Source
/// Aalen & Johansen 1978; `docs/methods/cumulative-incidence.md`. Checked against R `survfit` and
/// `cmprsk::cuminc`: `reference/cumulative_incidence/`.
/// # Example
/// ```
/// use oligomet_survival::{cumulative_incidence, CumulativeIncidenceOptions, Sample, Times};
/// let sample = Sample::with_causes(Times::Days(&[10, 20, 30, 40]), &[1, 2, 0, 1])?;
/// let cif = cumulative_incidence(&sample, &CumulativeIncidenceOptions::default())?;
/// assert_eq!(cif.causes[0].incidence, [0.25, 0.25, 0.25, 0.75]); // 1/4, then S(40-) = 1/2 in full
/// assert_eq!(cif.causes[1].incidence[3], 0.25);
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn cumulative_incidence(
    sample: &Sample<'_>,
    options: &CumulativeIncidenceOptions,
) -> Result<CumulativeIncidence> {
    let z = checked_z(options.conf_level)?;
    if options.variance == IncidenceVariance::Aalen {
        check_plain(sample)?;
    }
    let timeline = Timeline::new(sample)?;
    let table = DayTable::fill(sample, &timeline, 1, |_| 0);
    let lane = table.lane(0);
    let reported: Vec<usize> = (0..lane.axis.len()).filter(|&s| lane.exits[s] > 0.0).collect();
    let steps = Steps::new(&lane);
    let cause = |c: u32| {
        let path = steps.path(&lane, c);
        let variance = match options.variance {
            IncidenceVariance::Jackknife => jackknife(sample, &timeline, &steps, &path, c),
            IncidenceVariance::Aalen => aalen(&lane, &steps, &path, c),
        };
        curve(&lane, &reported, &path, &variance, c, options.conf_type, z)
    };
    let pick = |values: &[f64]| reported.iter().map(|&s| values[s]).collect();
    Ok(CumulativeIncidence {
        time: reported.iter().map(|&s| TimeAxis::time(lane.axis, s)).collect(),
        n_at_risk: pick(&steps.at_risk),
        event_free: pick(&steps.after),
        causes: (1..=table.n_causes() as u32).map(cause).collect(),
        n: sample.n(),
        conf_type: options.conf_type,
        conf_level: options.conf_level,
        variance: options.variance,
    })
}

/// One [`CumulativeIncidence`] per group; `None` for a group without subjects.
///
/// # Errors
/// As [`cumulative_incidence`], and those of the group codes.
pub fn cumulative_incidence_by(
    sample: &Sample<'_>,
    group: &[u32],
    n_groups: usize,
    options: &CumulativeIncidenceOptions,
) -> Result<Vec<Option<CumulativeIncidence>>> {
    check_groups(sample, Some((group, n_groups)))?;
    let n_causes = sample.n_causes();
    let of_group = |rows: Vec<u32>| {
        if rows.is_empty() {
            return Ok(None);
        }
        let part = OwnedSample::select(sample, &rows);
        let mut cif = cumulative_incidence(&part.as_sample(), options)?;
        // Every group shows every cause of the whole sample.
        cif.show_causes(n_causes);
        Ok(Some(cif))
    };
    rows_by_group(group, n_groups).into_iter().map(of_group).collect()
}

fn check_plain(sample: &Sample<'_>) -> Result<()> {
    let what = match (sample.weights, sample.clusters, sample.entry) {
        (Some(_), _, _) => "weights",
        (_, Some(_), _) => "clusters",
        (_, _, Some(_)) => "delayed entry",
        _ => return Ok(()),
    };
    Err(crate::SurvivalError::NotCovered { method: "Aalen's variance", what })
}

/// The process of any event, slot by slot.
struct Steps {
    at_risk: Vec<f64>,
    events: Vec<f64>,
    /// S just before and after each slot.
    before: Vec<f64>,
    after: Vec<f64>,
}

impl Steps {
    fn new(lane: &Lane<'_>) -> Self {
        let (at_risk, events) = (lane.at_risk(), lane.all_events());
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let mut survival = 1.0;
        for (&n, &d) in at_risk.iter().zip(&events) {
            before.push(survival);
            if d > 0.0 {
                survival *= if n - d > 1e-12 * n { (n - d) / n } else { 0.0 };
            }
            after.push(survival);
        }
        Steps { at_risk, events, before, after }
    }

    /// Cumulative incidence of a cause after each slot.
    fn path(&self, lane: &Lane<'_>, cause: u32) -> Vec<f64> {
        let mut sum = 0.0;
        let events = lane.events_of(cause as usize);
        let step = |slot: usize| {
            if events[slot] > 0.0 {
                sum += self.before[slot] * events[slot] / self.at_risk[slot];
            }
            sum.min(1.0)
        };
        (0..events.len()).map(step).collect()
    }

    /// 1 / (n - d), or 0 where nobody is left: F no longer changes there.
    fn inverse_left(&self, slot: usize) -> f64 {
        let left = self.at_risk[slot] - self.events[slot];
        if self.after[slot] > 0.0 && left > 0.0 { 1.0 / left } else { 0.0 }
    }
}

fn jackknife(
    sample: &Sample<'_>,
    timeline: &Timeline<'_>,
    steps: &Steps,
    path: &[f64],
    cause: u32,
) -> Vec<f64> {
    let mut running = Collected::default();
    let mut previous = 0.0;
    let mut collected = Vec::with_capacity(path.len());
    for (slot, &level) in path.iter().enumerate() {
        let (n, d) = (steps.at_risk[slot], steps.events[slot]);
        if d > 0.0 {
            let inverse = steps.inverse_left(slot);
            let own = steps.before[slot] / n;
            running.jump_a = [own + level * inverse, level * inverse];
            running.jump_b = inverse;
            // The cause's own hazard step times S(t-) is the step of F.
            running.a += (level - previous) / n + level * inverse * d / n;
            running.b += inverse * d / n;
        }
        running.level = level;
        previous = level;
        collected.push(running);
    }
    squared_influence(sample, timeline, &collected, cause)
}

/// Aalen's variance: each event time's martingale step, of this cause and of the others.
fn aalen(lane: &Lane<'_>, steps: &Steps, path: &[f64], cause: u32) -> Vec<f64> {
    let own = lane.events_of(cause as usize);
    // Of squares of (u - F(t) v), summed: u^2, u v and v^2.
    let (mut uu, mut uv, mut vv) = (0.0, 0.0, 0.0);
    let mut variance = Vec::with_capacity(path.len());
    for (slot, &level) in path.iter().enumerate() {
        let (n, d1) = (steps.at_risk[slot], own[slot]);
        let after = steps.after[slot];
        let mut add = |d: f64, u: f64, v: f64| {
            let ties = if d > 1.0 { 1.0 - (d - 1.0) / (n - 1.0) } else { 1.0 };
            let size = steps.before[slot] * steps.before[slot] * ties * d / (n * n);
            uu += size * u * u;
            uv += size * u * v;
            vv += size * v * v;
        };
        let inverse = if after > 0.0 { 1.0 / after } else { 0.0 };
        let d2 = steps.events[slot] - d1;
        if d2 > 0.0 && after > 0.0 {
            add(d2, level * inverse, inverse);
        }
        if d1 > 0.0 {
            add(d1, 1.0 + level * inverse, inverse);
        }
        variance.push((uu - 2.0 * level * uv + level * level * vv).max(0.0));
    }
    variance
}

fn curve(
    lane: &Lane<'_>,
    reported: &[usize],
    path: &[f64],
    variance: &[f64],
    cause: u32,
    conf_type: ConfType,
    z: f64,
) -> IncidenceCurve {
    let at_risk = lane.at_risk();
    let events = lane.events_of(cause as usize);
    let mut curve = IncidenceCurve::zero(cause, 0);
    let (mut count, mut alone) = (0.0, 1.0);
    for &slot in reported {
        let (f, se) = (path[slot], sqrt(variance[slot]));
        let (low, high) = interval(conf_type, f, (f > 0.0).then(|| se / f), z);
        count += events[slot];
        if events[slot] > 0.0 {
            alone *= 1.0 - events[slot] / at_risk[slot];
        }
        curve.n_event.push(events[slot]);
        curve.cum_event.push(count);
        curve.incidence.push(f);
        curve.std_error.push(se);
        curve.conf_low.push(low);
        curve.conf_high.push(high);
        curve.one_minus_kaplan_meier.push(1.0 - alone);
    }
    curve
}

impl IncidenceCurve {
    fn zero(cause: u32, rows: usize) -> Self {
        IncidenceCurve {
            cause,
            n_event: vec![0.0; rows],
            cum_event: vec![0.0; rows],
            incidence: vec![0.0; rows],
            std_error: vec![0.0; rows],
            conf_low: vec![None; rows],
            conf_high: vec![None; rows],
            one_minus_kaplan_meier: vec![0.0; rows],
        }
    }
}

impl CumulativeIncidence {
    /// Adds curves that stay at 0 for causes up to `n_causes` that nobody of the sample had.
    pub fn show_causes(&mut self, n_causes: usize) {
        while self.causes.len() < n_causes {
            self.causes.push(IncidenceCurve::zero(self.causes.len() as u32 + 1, self.time.len()));
        }
    }

    /// First exit time at which fewer than `minimum` are at risk: from here on the tail is uncertain.
    pub fn tail_begins(&self, minimum: f64) -> Option<f64> {
        first_below(&self.time, &self.n_at_risk, minimum)
    }

    /// A cause's curve at `time`. `cause` counts from 1.
    ///
    /// # Panics
    /// If there is no such cause.
    pub fn at(&self, cause: u32, time: f64) -> IncidencePoint {
        let curve = &self.causes[cause as usize - 1];
        let known =
            self.time.last().is_some_and(|&last| time <= last) || self.event_free.last() == Some(&0.0);
        match self.time.partition_point(|&t| t <= time).checked_sub(1) {
            None => IncidencePoint {
                time,
                incidence: Some(0.0),
                std_error: Some(0.0),
                conf_low: None,
                conf_high: None,
                cum_event: 0.0,
            },
            Some(k) => IncidencePoint {
                time,
                incidence: known.then_some(curve.incidence[k]),
                std_error: known.then_some(curve.std_error[k]),
                conf_low: curve.conf_low[k].filter(|_| known),
                conf_high: curve.conf_high[k].filter(|_| known),
                cum_event: curve.cum_event[k],
            },
        }
    }
}
