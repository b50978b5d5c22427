//! OM130: time is counted from a day on which patients could not yet be in the study.
//!
//! A patient who is chosen at radiotherapy cannot have died between diagnosis and radiotherapy: that time is immortal.
//! Harm: its share of all follow-up counted. Before and after: the median as written, with delayed entry at the last
//! condition met, and from the treatment.

use oligomet_base::Problems;
use oligomet_schema::{ColumnData, ColumnType};

use super::case::percent;
use super::future::{as_of, known_on};
use super::statistics::curve;
use super::{Case, Finding, words};
use crate::analysis::{Outcomes, Sampling};
use crate::derive::{EndpointData, derive_endpoint};
use crate::plan::{Axis, EndpointPlan, TimePoint};

/// Below this share of immortal follow-up the rule says nothing.
const LEAST_SHARE: f64 = 0.05;
/// A column of treatment counts as a condition of entry when so many patients have it.
const NEARLY_ALL: f64 = 0.95;
/// A curve with delayed entry begins where so many are at risk, or a quarter of the patients if that is fewer.
const LEAST_AT_RISK: usize = 10;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let entries = entry_columns(case);
    if entries.is_empty() {
        return Vec::new();
    }
    case.analysed_endpoints().filter_map(|e| endpoint(case, e, &entries)).collect()
}

/// What the population and the rules of eligibility ask for.
fn names_in_rules<'c>(case: &'c Case<'_>) -> impl Iterator<Item = &'c String> {
    let rules = case.plan.population.iter().chain(case.plan.rules.iter().map(|r| &r.expression));
    rules.flat_map(|expression| &expression.names)
}

/// Days on which rules that ask for the future can be answered. Alone they are OM131's; after an earlier entry they are
/// the last condition met.
fn later_conditions(case: &Case<'_>) -> Vec<String> {
    names_in_rules(case).filter_map(|name| known_on(case, name)).collect()
}

/// Columns that hold a day before which a patient could not be in the study.
fn entry_columns(case: &Case<'_>) -> Vec<String> {
    let outcomes = outcome_columns(case);
    let columns = &case.base.data.table.columns;
    let times = columns.iter().filter(|c| matches!(c.kind, ColumnType::Date | ColumnType::Duration));
    let named: Vec<&String> = names_in_rules(case).collect();
    times
        .filter(|c| !outcomes.contains(&c.name) && as_of(case, &c.name).is_none())
        .filter(|c| {
            let asked = named.contains(&&c.name);
            asked || (words::is_entry(&c.name) && known_share(case, &c.data) >= NEARLY_ALL)
        })
        .map(|c| c.name.clone())
        .collect()
}

/// Columns that tell an outcome or the end of follow-up.
pub(super) fn outcome_columns(case: &Case<'_>) -> Vec<String> {
    use oligomet_schema::EventTiming;
    let events = case.base.data.events.iter().flat_map(|e| match &e.timing {
        EventTiming::Dated { date } => vec![date.clone()],
        EventTiming::Flagged { happened, time } => vec![happened.clone(), time.clone()],
    });
    let ends = case.plan.endpoints.iter().filter_map(|e| e.censor.column.clone());
    events.chain(ends).collect()
}

fn known_share(case: &Case<'_>, data: &ColumnData) -> f64 {
    let known = case.rows.iter().filter(|&&r| !data.is_missing(r)).count();
    known as f64 / case.rows.len() as f64
}

fn endpoint(case: &Case<'_>, plan: &EndpointPlan, entries: &[String]) -> Option<Finding> {
    let data = case.endpoint(&plan.name)?;
    if data.entry.is_some() {
        return None;
    }
    let zero = case.zero_of(plan);
    let counted_days: f64 = data.time.iter().sum();
    let share = |days: f64| if counted_days > 0.0 { days / counted_days } else { 0.0 };
    let (begun, first) = latest(case, data, zero, entries)?;
    if share(first.days) < LEAST_SHARE {
        return None;
    }
    let conditions = [entries, later_conditions(case).as_slice()].concat();
    let (column, entry) = latest(case, data, zero, &conditions)?;
    let share = share(entry.days);
    let what = format!(
        "{} counts from {}, but {} of {} entered later, by `{column}`",
        plan.label,
        zero.label,
        entry.patients,
        case.counted(data.subject.len())
    );
    let why = format!(
        "nobody who died before entering could be chosen: {} of the follow-up counted is time in which no patient \
         could have the event; {}",
        percent(share),
        before_after(case, plan, data, (&column, &begun))
    );
    let mend = format!(
        "count from the day on which the study begins for a patient, or let patients enter the risk set where the last condition was met\n\
         [endpoint.{0}]\ntime_zero = \"{begun}\"\n# or, as a sensitivity analysis:\n# entry = \"{column}\"\n# min_risk_set = {1}",
        plan.name,
        least_at_risk(data)
    );
    let own =
        case.plan.file.endpoints.iter().find(|e| e.name.text == plan.name).and_then(|e| e.time_zero.as_ref());
    let span =
        own.or(case.plan.file.cohort.time_zero.as_ref()).map_or(plan.name_span.clone(), |t| t.span.clone());
    Some(case.finding("OM130", what, span, format!("endpoint {}", plan.name)).why(why).mend(mend).harm(share))
}

/// Time before entry that an endpoint counts.
struct Immortal {
    days: f64,
    patients: usize,
}

/// The column by which patients enter latest, and what lies before it; of equal ones the first.
fn latest(
    case: &Case<'_>,
    data: &EndpointData,
    zero: &TimePoint,
    columns: &[String],
) -> Option<(String, Immortal)> {
    let candidates =
        columns.iter().filter_map(|name| Some((name.clone(), immortal(case, data, zero, name)?)));
    candidates.fold(None, |best: Option<(String, Immortal)>, now| match best {
        Some(known) if known.1.days >= now.1.days => Some(known),
        _ => Some(now),
    })
}

fn immortal(case: &Case<'_>, data: &EndpointData, zero: &TimePoint, entry: &str) -> Option<Immortal> {
    let point = point(case, entry).filter(|p| p.axis == zero.axis)?;
    let (zeros, entries) = (case.base.points(zero, case.rows), case.base.points(&point, case.rows));
    let mut found = Immortal { days: 0.0, patients: 0 };
    for (&s, time) in data.subject.iter().zip(&data.time) {
        let waited = entries[s as usize] - zeros[s as usize];
        if waited > 0.0 {
            found.days += waited.min(*time);
            found.patients += 1;
        }
    }
    (found.patients > 0).then_some(found)
}

/// A column as a point in time.
pub(super) fn point(case: &Case<'_>, name: &str) -> Option<TimePoint> {
    let column = case.base.data.table.column(name)?;
    let axis = if column.kind == ColumnType::Date { Axis::Calendar } else { case.base.duration_axis() };
    Some(TimePoint { column: Some(name.to_owned()), axis, label: column.label.clone() })
}

fn least_at_risk(data: &EndpointData) -> usize {
    LEAST_AT_RISK.min(data.subject.len().div_ceil(4))
}

/// Medians as written, with delayed entry at the last condition, and counted from where the study begins for a patient.
fn before_after(
    case: &Case<'_>,
    plan: &EndpointPlan,
    data: &EndpointData,
    (last, begun): (&str, &str),
) -> String {
    let entry = point(case, last);
    let delayed =
        EndpointPlan { entry, min_risk_set: u32::try_from(least_at_risk(data)).ok(), ..plan.clone() };
    let from_entry = EndpointPlan { time_zero: point(case, begun), ..plan.clone() };
    let derived = |changed: &EndpointPlan| {
        derive_endpoint(changed, case.zero_of(plan), case.base, case.rows, &mut Problems::new()).ok()
    };
    let (delayed, from_entry) = (derived(&delayed), derived(&from_entry));
    let conditional = match delayed.as_ref().and_then(|d| d.conditional_from) {
        Some(day) => format!(" (among those alive and seen at {})", case.time(day)),
        None => String::new(),
    };
    format!(
        "median {} as written, {} with delayed entry{conditional}, {} counted from `{begun}`",
        median(case, Some(data)),
        median(case, delayed.as_ref()),
        median(case, from_entry.as_ref())
    )
}

fn median(case: &Case<'_>, data: Option<&EndpointData>) -> String {
    let curve = data.and_then(|d| curve(&Outcomes::of_curve(d, Sampling::default(), |_| true)));
    match curve {
        None => "not estimable".into(),
        Some(curve) => curve.median().estimate.map_or_else(|| "not reached".into(), |m| case.time(m)),
    }
}
