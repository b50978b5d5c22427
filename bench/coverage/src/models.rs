//! Hazard ratios and cumulative incidences.

use crate::curves::LEVELS;
use crate::draw::{Draw, Truth};
use crate::tally::{Seen, Tally, replicate};
use oligomet_survival::{
    CoxModel, CoxOptions, CumulativeIncidenceOptions, Design, IncidenceVariance, Sample, Times,
    cumulative_incidence,
};

/// Log hazard ratio of a treatment that half of the subjects have, beside a normal covariate.
const LOG_HAZARD_RATIO: f64 = 0.7;
const OF_COVARIATE: f64 = 0.3;
/// Share of the first cause among the events.
const FIRST_CAUSE: f64 = 0.6;

/// The treatment's coefficient: Cox and Wald; with `firth`, penalised with profile and with Wald limits too.
pub fn hazard_ratio(truth: &Truth, setting: u64, n: usize, runs: u32, firth: bool) -> [Tally; 3] {
    replicate(runs, |run| {
        let mut draw = Draw::new(setting, run);
        let treated: Vec<f64> = (0..n).map(|i| (i % 2) as f64).collect();
        let covariate: Vec<f64> = (0..n).map(|_| draw.normal()).collect();
        let ratio = |i: usize| libm::exp(LOG_HAZARD_RATIO * treated[i] + OF_COVARIATE * covariate[i]);
        let (days, event): (Vec<i32>, Vec<bool>) = (0..n).map(|i| truth.subject(&mut draw, ratio(i))).unzip();
        intervals(&days, &event, &[&treated, &covariate], firth).unwrap_or([Seen::Undefined; 3])
    })
}

fn intervals(days: &[i32], event: &[bool], columns: &[&[f64]], firth: bool) -> Option<[Seen; 3]> {
    let sample = Sample::new(Times::Days(days), event).ok()?;
    let design = Design::new(columns).ok()?;
    let model = CoxModel::new(&sample, &design, &CoxOptions::default()).ok()?;
    let covers = |low, high| Seen::covers(Some(low), LOG_HAZARD_RATIO, Some(high), false);
    let mut seen = [Seen::Undefined; 3];
    if let Some(e) = model.fit().ok().and_then(|fit| fit.coefficients[0].estimate().copied()) {
        seen[0] = covers(e.conf_low, e.conf_high);
    }
    if let Some(fit) = firth.then(|| model.fit_firth().ok()).flatten() {
        let profile = &fit.profile[0];
        seen[1] = Seen::covers(profile.conf_low, LOG_HAZARD_RATIO, profile.conf_high, false);
        seen[2] = covers(fit.coefficients[0].conf_low, fit.coefficients[0].conf_high);
    }
    Some(seen)
}

/// Incidence of the first cause at three times, log-log: jackknife variance, then Aalen's.
pub fn incidence(truth: &Truth, setting: u64, n: usize, runs: u32) -> [Tally; 6] {
    let times = LEVELS.map(|level| truth.time_of(level));
    replicate(runs, |run| {
        let mut draw = Draw::new(setting, run);
        let subject = |_| {
            let (day, event) = truth.subject(&mut draw, 1.0);
            let cause = if draw.uniform() < FIRST_CAUSE { 1 } else { 2 };
            (day, if event { cause } else { 0 })
        };
        let (days, cause): (Vec<i32>, Vec<u32>) = (0..n).map(subject).unzip();
        let mut seen = [Seen::Undefined; 6];
        for (i, variance) in [IncidenceVariance::Jackknife, IncidenceVariance::Aalen].into_iter().enumerate()
        {
            let options = CumulativeIncidenceOptions { variance, ..CumulativeIncidenceOptions::default() };
            let sample = Sample::with_causes(Times::Days(&days), &cause);
            let Ok(curves) = sample.and_then(|s| cumulative_incidence(&s, &options)) else { continue };
            for (k, &t) in times.iter().enumerate() {
                let point = curves.at(1, t);
                let expected = FIRST_CAUSE * (1.0 - truth.survival(t));
                seen[3 * i + k] = Seen::covers(point.conf_low, expected, point.conf_high, false);
            }
        }
        seen
    })
}
