//! OM131: patients are chosen, or groups made, by what is known only after time zero.
//!
//! Harm of a rule: the largest difference between survival of those kept and of all who met the other rules. Harm of a
//! covariate: how far its hazard ratio moves when time counts from a landmark three months later. An endpoint that begins
//! on the day on which the answer is known (by its time zero or by delayed entry) takes no harm.

use oligomet_base::{DAYS_PER_MONTH, Problems};
use oligomet_results::AnalysisKind;
use oligomet_schema::ColumnData;

use super::case::{percent, ratio};
use super::statistics::{curve, fit_terms};
use super::time_zero::{outcome_columns, point};
use super::{Case, Finding, origin, words};
use crate::analysis::{Outcomes, Sampling};
use crate::derive::{EndpointData, Variable, derive_endpoint, select_population};
use crate::expression::Expression;
use crate::plan::{Axis, EndpointPlan};
use crate::relational::{AsOf, dictionary};

/// When a covariate of the future is judged again.
const LANDMARK_DAYS: f64 = 3.0 * DAYS_PER_MONTH;
/// Differences of survival are read where so many are at risk.
const LEAST_AT_RISK: f64 = 5.0;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = (0..case.plan.rules.len()).filter_map(|k| rule(case, k)).collect();
    found.extend(case.variables.iter().filter_map(|v| covariate(case, v)));
    found
}

/// Why a column is known only after time zero; `None` where it is not, or where nothing says so.
pub(super) fn as_of(case: &Case<'_>, column: &str) -> Option<&'static str> {
    if case.base.data.events.iter().any(|e| event_columns(e).contains(&column)) {
        return Some("tells an event that follow-up looks for");
    }
    const LATER: &str = "is known only after time zero";
    match dictionary().column(column) {
        Some(known) => (known.as_of == AsOf::Future).then_some(LATER),
        None => words::is_outcome(column).then_some(LATER),
    }
}

fn event_columns(event: &oligomet_schema::EventSource) -> Vec<&str> {
    match &event.timing {
        oligomet_schema::EventTiming::Dated { date } => vec![date.as_str()],
        oligomet_schema::EventTiming::Flagged { happened, time } => vec![happened.as_str(), time.as_str()],
    }
}

/// The date on which a column of the future is known, if these data have it.
pub(super) fn known_on(case: &Case<'_>, column: &str) -> Option<String> {
    let day = match dictionary().column(column) {
        Some(known) => known.known_on.clone(),
        None => is_later_date(case, column).then(|| column.to_owned()),
    };
    day.filter(|day| point(case, day).is_some())
}

/// Whether an endpoint begins, for everybody in it, when all of these columns are known.
fn begins_when_known(case: &Case<'_>, plan: &EndpointPlan, columns: &[&str]) -> bool {
    let Some(data) = case.endpoint(&plan.name) else { return false };
    let zero = case.zero_of(plan);
    let zeros = case.base.points(zero, case.rows);
    let entries = plan.entry.as_ref().map(|e| case.base.points(e, case.rows));
    let begin = |s: usize| entries.as_ref().map_or(zeros[s], |e| e[s].max(zeros[s]));
    columns.iter().all(|column| {
        let day = known_on(case, column).and_then(|day| point(case, &day)).filter(|p| p.axis == zero.axis);
        let days = day.map(|day| case.base.points(&day, case.rows));
        days.is_some_and(|days| data.subject.iter().all(|&s| begin(s as usize) >= days[s as usize]))
    })
}

/// The columns of an expression that speak of the future, and why.
fn future_names(case: &Case<'_>, expression: &Expression) -> Vec<(String, &'static str)> {
    let outcomes = outcome_columns(case);
    let of = |name: &String| {
        let is_end = outcomes.contains(name) && as_of(case, name).is_none();
        if is_end && only_asks_whether_known(expression, name) {
            return None;
        }
        let why = as_of(case, name).or(is_end.then_some("tells how long a patient was followed"));
        let unknown = dictionary().column(name).is_none();
        let later = || (unknown && is_later_date(case, name)).then_some("holds days after time zero");
        why.or_else(later).map(|why| (name.clone(), why))
    };
    expression.names.iter().filter_map(of).collect()
}

/// Whether a name stands only before IS NULL or IS NOT NULL.
fn only_asks_whether_known(expression: &Expression, name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    expression
        .sql
        .match_indices(&quoted)
        .all(|(at, _)| expression.sql[at + quoted.len()..].starts_with(" IS "))
}

/// Whether a date lies after time zero in most patients, and is no day of treatment (these are OM130's).
fn is_later_date(case: &Case<'_>, name: &str) -> bool {
    let Some(ColumnData::Date(days)) = case.base.data.table.column(name).map(|c| &c.data) else {
        return false;
    };
    if words::is_entry(name) || case.plan.time_zero.axis != Axis::Calendar {
        return false;
    }
    let zeros = case.base.points(&case.plan.time_zero, case.rows);
    let later = case
        .rows
        .iter()
        .zip(&zeros)
        .filter(|(r, zero)| days.get(**r).copied().flatten().is_some_and(|d| f64::from(d.0) > **zero));
    later.count() * 2 > case.rows.len()
}

fn rule(case: &Case<'_>, k: usize) -> Option<Finding> {
    let rule = &case.plan.rules[k];
    let names = future_names(case, &rule.expression);
    let (column, reason) = names.first()?;
    let columns: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    let harmed: Vec<&EndpointPlan> =
        case.analysed_endpoints().filter(|e| !begins_when_known(case, e, &columns)).collect();
    if harmed.is_empty() && case.analysed_endpoints().next().is_some() {
        return None;
    }
    let text = &case.plan.file.eligibility.iter().find(|e| e.id.text == rule.id)?.rule;
    let what = format!("rule `{}` chooses patients by `{column}`, which {reason}", rule.id);
    let mend = format!(
        "take the rule out and let these patients count, or begin on the day on which it can be answered; \
         patients kept by a rule of the future cannot be told beforehand\n\
         # without [[eligibility]] id = \"{}\", or:\n{}",
        rule.id,
        beginning(case, column, harmed.first().copied())
    );
    let finding =
        case.finding("OM131", what, text.span.clone(), format!("eligibility `{}`", rule.id)).mend(mend);
    let general = "survival of those kept is not that of the patients who were treated";
    if case.is_large() {
        return Some(
            finding.why(format!("{general}; how far was not computed above 100,000 patients")).harm(0.5),
        );
    }
    let all = rows_without(case, k)?;
    let leave = all.len().saturating_sub(case.rows.len());
    if leave == 0 {
        return None;
    }
    let (told, harm) = largest_difference(case, &harmed, &all)
        .unwrap_or_else(|| ("their outcomes cannot be compared".into(), leave as f64 / all.len() as f64));
    let why = format!("{general}: {} of {} leave by it; {told}", leave, case.counted(all.len()));
    Some(finding.why(why).harm(harm))
}

/// Lines that let an endpoint begin when a column is known.
fn beginning(case: &Case<'_>, column: &str, endpoint: Option<&EndpointPlan>) -> String {
    let remark = format!("# the day on which `{column}` is known");
    match (known_on(case, column), endpoint) {
        (Some(day), Some(endpoint)) => format!("[endpoint.{}]\nentry = \"{day}\"  {remark}", endpoint.name),
        (Some(day), None) => format!("[cohort]\ntime_zero = \"{day}\"  {remark}"),
        (None, _) => format!("[cohort]\ntime_zero = \"...\"  {remark}"),
    }
}

/// Rows of the population that all rules but one would make.
fn rows_without(case: &Case<'_>, left_out: usize) -> Option<Vec<usize>> {
    let mut plan = case.plan.clone();
    plan.rules.remove(left_out);
    select_population(case.base, &plan).ok().map(|population| population.rows)
}

/// The endpoint and day at which survival of those kept and of all differs most, in words, and the difference.
fn largest_difference(case: &Case<'_>, endpoints: &[&EndpointPlan], all: &[usize]) -> Option<(String, f64)> {
    let mut largest: Option<(String, f64)> = None;
    for plan in endpoints {
        let Some(kept) = case.endpoint(&plan.name) else { continue };
        let Ok(everybody) = derive_endpoint(plan, case.zero_of(plan), case.base, all, &mut Problems::new())
        else {
            continue;
        };
        let Some((day, of_kept, of_all)) = widest(kept, &everybody) else { continue };
        let size = (of_kept - of_all).abs();
        if largest.as_ref().is_none_or(|(_, known)| size > *known) {
            let text = format!(
                "{} at {}: {} without the event among those kept, {} among all{}",
                plan.label,
                case.time(day),
                percent(of_kept),
                percent(of_all),
                floor(case, kept, &everybody)
            );
            largest = Some((text, size));
        }
    }
    largest
}

/// (day, survival of those kept, survival of all) where they differ most.
fn widest(kept: &EndpointData, all: &EndpointData) -> Option<(f64, f64, f64)> {
    let [kept, all] = [kept, all].map(|data| curve(&Outcomes::of(data, Sampling::default(), |_| true)));
    let (kept, all) = (kept?, all?);
    let points = all.time.iter().chain(&kept.time).filter_map(|&day| {
        let (k, a) = (kept.at(day), all.at(day));
        let many = k.n_at_risk >= LEAST_AT_RISK && a.n_at_risk >= LEAST_AT_RISK;
        many.then_some((day, k.survival?, a.survival?))
    });
    points.fold(None, |best: Option<(f64, f64, f64)>, now| match best {
        Some(known) if (known.1 - known.2).abs() >= (now.1 - now.2).abs() => best,
        _ => Some(now),
    })
}

/// No patient kept has the event before a certain day, though others do.
fn floor(case: &Case<'_>, kept: &EndpointData, all: &EndpointData) -> String {
    let days = |data: &EndpointData| -> Vec<f64> {
        data.time.iter().zip(&data.cause).filter(|(_, c)| **c == 1).map(|(t, _)| *t).collect()
    };
    let first = days(kept).into_iter().fold(f64::INFINITY, f64::min);
    let earlier = days(all).into_iter().filter(|t| *t < first).count();
    if earlier == 0 || !first.is_finite() {
        return String::new();
    }
    format!(
        "; nobody kept has it before {}, of those who left {} did",
        case.time(first),
        case.counted(earlier)
    )
}

fn covariate(case: &Case<'_>, variable: &Variable) -> Option<Finding> {
    let column = origin::roots(case, &variable.plan).into_iter().find(|r| as_of(case, r).is_some())?;
    let reason = as_of(case, &column)?;
    let k = case.plan.analyses.iter().position(|a| {
        let compares = matches!(a.kind, AnalysisKind::Cox | AnalysisKind::Km | AnalysisKind::Rate);
        let name = &variable.plan.name;
        compares
            && (a.by == *name
                || a.terms.contains(name)
                || (a.kind == AnalysisKind::Rate && a.vars.contains(name)))
    })?;
    let analysis = &case.plan.analyses[k];
    let endpoint = case.plan.endpoints.iter().find(|e| e.name == analysis.endpoint);
    if endpoint.is_some_and(|e| begins_when_known(case, e, &[&column])) {
        return None;
    }
    let what = format!("groups of `{}` are made by `{column}`, which {reason}", analysis.id);
    let mend = format!(
        "group by what was known at time zero; for what comes later begin there and leave out those whose event came before\n{}",
        beginning(case, &column, endpoint)
    );
    let general = "whoever has the event early cannot be in the group that is known late, which makes that group look better";
    let span = case.span_of_use(&analysis.id, &variable.plan.name);
    let finding = case.finding("OM131", what, span, format!("analysis `{}`", analysis.id)).mend(mend);
    match landmark(case, k, variable) {
        Some((before, after)) => {
            let why = format!(
                "{general}: hazard ratio {} as written, {} among those still followed 3 months later",
                ratio(before),
                ratio(after)
            );
            Some(finding.why(why).harm(1.0 - libm::exp(-(before - after).abs())))
        }
        None => Some(finding.why(format!("{general}; how far was not computed")).harm(0.5)),
    }
}

/// Log hazard ratios of the largest effect of a variable, as written and from the landmark on.
fn landmark(case: &Case<'_>, k: usize, variable: &Variable) -> Option<(f64, f64)> {
    if case.is_large() {
        return None;
    }
    let endpoint = case.endpoint(&case.plan.analyses[k].endpoint)?;
    let inside = &case.inside[k];
    let known = |s: u32| inside[s as usize] && !variable.values.is_missing(s as usize);
    let effects = |data: &EndpointData| -> Option<Vec<Option<f64>>> {
        let fit = fit_terms(&Outcomes::of(data, Sampling::default(), known), &[variable])?;
        Some(fit.estimates().iter().map(|e| e.map(|e| e.log_hazard_ratio)).collect())
    };
    let before = effects(endpoint)?;
    let after = effects(&still_followed(endpoint))?;
    let pairs = before.iter().zip(&after).filter_map(|(b, a)| Some(((*b)?, (*a)?)));
    pairs.fold(None, |best: Option<(f64, f64)>, now| match best {
        Some(known) if known.0.abs() >= now.0.abs() => best,
        _ => Some(now),
    })
}

fn still_followed(data: &EndpointData) -> EndpointData {
    let chosen: Vec<usize> = (0..data.subject.len()).filter(|&k| data.time[k] > LANDMARK_DAYS).collect();
    EndpointData {
        name: data.name.clone(),
        subject: chosen.iter().map(|&k| data.subject[k]).collect(),
        time: chosen.iter().map(|&k| data.time[k]).collect(),
        entry: None,
        cause: chosen.iter().map(|&k| data.cause[k]).collect(),
        which: chosen.iter().map(|&k| data.which[k]).collect(),
        ..EndpointData::default()
    }
}
