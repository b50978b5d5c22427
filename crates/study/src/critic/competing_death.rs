//! OM138: patients who die without the event are censored as if they could still have it.
//!
//! Harm: the share of one minus Kaplan-Meier at the horizon by which it is above the cumulative incidence.

use oligomet_base::number::fixed;
use oligomet_base::{DAYS_PER_MONTH, DAYS_PER_YEAR, Problems};
use oligomet_schema::EventTiming;
use oligomet_survival::{CumulativeIncidenceOptions, cumulative_incidence};

use super::case::percent;
use super::{Case, Finding, words};
use crate::analysis::{Outcomes, Sampling};
use crate::derive::{EndpointData, derive_endpoint};
use crate::model::AfterCensor;
use crate::plan::{Axis, EndpointPlan, EventPlan, TimePoint};

/// How long after the end of follow-up a death counts, where the study does not say.
const WINDOW_DAYS: f64 = 6.0 * DAYS_PER_MONTH;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let Some(death) = death(case) else { return Vec::new() };
    case.analysed_endpoints().filter_map(|e| one(case, e, &death)).collect()
}

/// Death as a stream of the records, or as an event of the table.
fn death(case: &Case<'_>) -> Option<EventPlan> {
    let named = |name: &str, label: &str| words::is_death(name) || words::is_death(label);
    if let Some((stream, label)) = case.base.streams.names().find(|(name, label)| named(name, label)) {
        let time = TimePoint { column: None, axis: Axis::Calendar, label: label.to_owned() };
        let stream = Some(stream.to_owned());
        return Some(EventPlan {
            name: stream.clone()?,
            label: label.to_owned(),
            happened: None,
            time,
            stream,
        });
    }
    let event = case.base.data.events.iter().find(|e| named(&e.name, &e.label))?;
    let (happened, column) = match &event.timing {
        EventTiming::Dated { date } => (None, date),
        EventTiming::Flagged { happened, time } => (Some(happened.clone()), time),
    };
    let time = super::time_zero::point(case, column)?;
    Some(EventPlan { name: event.name.clone(), label: event.label.clone(), happened, time, stream: None })
}

/// Whether death ends the endpoint, or competes with it, under whatever name.
fn holds(plan: &EndpointPlan, death: &EventPlan) -> bool {
    plan.events.iter().chain(&plan.competing).any(|e| e.name == death.name || words::is_death(&e.name))
}

fn one(case: &Case<'_>, plan: &EndpointPlan, death: &EventPlan) -> Option<Finding> {
    if holds(plan, death) {
        return None;
    }
    let as_written = case.endpoint(&plan.name)?;
    let with_death = with_death(case, plan, death)?;
    let deaths = with_death.cause.iter().filter(|c| usize::from(**c) == 2 + plan.competing.len()).count();
    let events = with_death.cause.iter().filter(|c| **c == 1).count();
    if deaths == 0 || events == 0 {
        return None;
    }
    let horizon = horizon(case, plan, &with_death)?;
    let (by_km, by_incidence) = at_horizon(as_written, &with_death, horizon)?;
    let share = if by_km > 0.0 { ((by_km - by_incidence) / by_km).max(0.0) } else { 0.0 };
    let what = format!(
        "death does not compete with {}: {} censored at a death without it",
        plan.label,
        case.counted(deaths)
    );
    let why = format!(
        "one minus Kaplan-Meier then speaks of patients who could no longer have the event; at {}: {} by one minus Kaplan-Meier, \
         {} by cumulative incidence ({} of it too much)",
        case.time(horizon),
        points(by_km),
        points(by_incidence),
        percent(share)
    );
    let mend = format!(
        "let death compete, and show the cumulative incidence; hazard ratios for \"does it control the tumour\" stay cause-specific\n\
         [endpoint.{0}]\ncompeting = [\"{1}\"]\ndeath_window = \"6 mo\"\n[[analysis]]\nid = \"cif_{2}\"\nkind = \"cif\"\nendpoint = \"{0}\"",
        plan.name,
        death.name,
        plan.name.to_lowercase()
    );
    let span = plan.name_span.clone();
    Some(case.finding("OM138", what, span, format!("endpoint {}", plan.name)).why(why).mend(mend).harm(share))
}

fn points(share: f64) -> String {
    format!("{} %", fixed(share * 100.0, 1))
}

/// The endpoint with death competing: within the study's window after the end of follow-up, or six months.
fn with_death(case: &Case<'_>, plan: &EndpointPlan, death: &EventPlan) -> Option<EndpointData> {
    let zero = case.zero_of(plan);
    if death.time.axis != zero.axis {
        return None;
    }
    let mut changed = plan.clone();
    changed.competing.push(death.clone());
    changed.death_window = plan.death_window.or(Some(WINDOW_DAYS));
    changed.after_censor = plan.after_censor.or(Some(AfterCensor::Count));
    derive_endpoint(&changed, zero, case.base, case.rows, &mut Problems::new()).ok()
}

/// The endpoint's own horizon, the latest time that an analysis asks for, or two years; where somebody is still followed.
fn horizon(case: &Case<'_>, plan: &EndpointPlan, data: &EndpointData) -> Option<f64> {
    let of_endpoint = case.plan.analyses.iter().filter(|a| a.endpoint == plan.name);
    let asked = of_endpoint
        .flat_map(|a| a.at.iter().map(|(days, _)| *days))
        .fold(None, |m: Option<f64>, d| Some(m.map_or(d, |m| m.max(d))));
    let last = data.time.iter().copied().fold(0.0, f64::max);
    let wanted = plan.horizon.or(asked).unwrap_or(2.0 * DAYS_PER_YEAR);
    (last > 0.0).then_some(wanted.min(last))
}

/// (one minus Kaplan-Meier, cumulative incidence) at a day.
fn at_horizon(as_written: &EndpointData, with_death: &EndpointData, day: f64) -> Option<(f64, f64)> {
    let everybody = |data: &EndpointData| Outcomes::of(data, Sampling::default(), |_| true);
    let curve = super::statistics::curve(&everybody(as_written))?;
    let survival = survival_at(&curve, day)?;
    let outcomes = everybody(with_death);
    let incidence =
        cumulative_incidence(&outcomes.sample_with_causes().ok()?, &CumulativeIncidenceOptions::default())
            .ok()?;
    let at = incidence.time.iter().rposition(|t| *t <= day)?;
    Some((1.0 - survival, *incidence.causes.first()?.incidence.get(at)?))
}

fn survival_at(curve: &oligomet_survival::SurvivalCurve, day: f64) -> Option<f64> {
    match curve.time.iter().rposition(|t| *t <= day) {
        Some(k) => curve.survival.get(k).copied(),
        None => Some(1.0),
    }
}
