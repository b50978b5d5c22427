//! What stands behind an endpoint, before any analysis: competing events, windows, entry, completeness of follow-up.

use oligomet_base::number::{counted, fixed, significant};
use oligomet_base::{Place, Problem};
use oligomet_results::{AnalysisKind, StatKey};
use oligomet_survival::quasi_independence_test;

use super::Source;
use super::sink::{Row, Sink};
use crate::derive::{EndpointData, follow_up, noun, warn_of_registry};
use crate::plan::{AnalysisPlan, EndpointPlan};

/// What is in place of an analysis in the keys of these numbers.
const ENDPOINT: &str = "endpoint";

/// Counts of an endpoint and what must be known about it. Context `endpoint`: variables `cause` (each cause by name),
/// `window` (`inside`, `beyond`), `intercurrent`, `entry` (quasi-independence), `registry`.
pub fn write_endpoint(plan: &EndpointPlan, data: &EndpointData, source: Source<'_>, sink: &mut Sink) {
    let cohort = sink.cohort(&data.name, "", "", data.subject.len());
    let row = |variable: &str, level: &str, method: &'static str| {
        let key = StatKey::new(ENDPOINT, &data.name, ENDPOINT).variable(variable, level);
        Row::new(key, method, &cohort, true)
    };
    if data.causes.len() > 1 {
        for (k, name) in data.causes.iter().enumerate() {
            let n = data.cause.iter().filter(|c| usize::from(**c) == k + 1).count();
            sink.add(&row("cause", name, "count"), &[("n", Some(n as f64))]);
        }
    }
    for (what, of, n) in &data.counts {
        sink.add(&row(what, of, "count"), &[("n", Some(*n as f64))]);
    }
    warn_of_competing(plan, data, source, sink);
    write_entry(plan, data, &row("entry", "", "quasi-independence"), sink);
    let Some(found) = follow_up(plan, &source.plan.time_zero, source.base, source.rows, data) else { return };
    sink.add(&row("registry", "deaths", "count"), &[("n", Some(found.deaths as f64))]);
    sink.add(&row("registry", "late deaths", "count"), &[("n", Some(found.late as f64))]);
    let completeness = row("registry", "completeness", "follow-up-completeness");
    sink.add_or(&completeness, "estimate", found.completeness, Some("nobody was followed"));
    sink.problems.extend(warn_of_registry(plan, &found));
}

/// Analyses that censor competing events say so, with the number of them.
fn warn_of_competing(endpoint: &EndpointPlan, data: &EndpointData, source: Source<'_>, sink: &mut Sink) {
    let n = data.cause.iter().filter(|c| **c > 1).count();
    let censors = |a: &&AnalysisPlan| a.endpoint == endpoint.name && censors_competing(a.kind);
    let censoring: Vec<String> =
        source.plan.analyses.iter().filter(censors).map(|a| format!("`{}`", a.id)).collect();
    if n == 0 || censoring.is_empty() {
        return;
    }
    let what = format!(
        "a competing event of {} came first in {}: censored there in {}",
        endpoint.name,
        counted(n, noun(source.base)),
        censoring.join(", ")
    );
    sink.problem(
        Problem::warning("OM109", what)
            .at(Place::subject(format!("endpoint {}", endpoint.name)))
            .why("one minus a Kaplan-Meier estimate that censors competing events is more than the share of patients who have the event; hazard ratios are cause-specific")
            .mend("show the cumulative incidence (an analysis of kind `cif`, or `finegray` for models), or read the curves as those of a world without the competing event"),
    );
}

/// Whether an analysis takes the end of observation by a competing event for censoring.
fn censors_competing(kind: AnalysisKind) -> bool {
    match kind {
        AnalysisKind::Km
        | AnalysisKind::Rate
        | AnalysisKind::Cox
        | AnalysisKind::Subgroups
        | AnalysisKind::Cutpoint
        | AnalysisKind::DoseBySite => true,
        // Fine and Gray's model stands beside cause-specific ones, which are told as such; the others count.
        _ => false,
    }
}

/// Whether entry says something about the event.
fn write_entry(plan: &EndpointPlan, data: &EndpointData, row: &Row, sink: &mut Sink) {
    let Some(entry) = data.entry.as_ref().filter(|e| e.iter().any(|t| *t > 0.0)) else { return };
    let event: Vec<bool> = data.cause.iter().map(|c| *c == 1).collect();
    let late = entry.iter().filter(|t| **t > 0.0).count();
    let counts = Row { method: "count", ..row.clone() };
    sink.add(&counts, &[("n.later", Some(late as f64))]);
    let test = match quasi_independence_test(entry, &data.time, &event) {
        Ok(test) => test,
        Err(error) => return sink.add_or(row, "p.value", None, Some(&error.to_string())),
    };
    let numbers =
        [("estimate", Some(test.tau)), ("statistic", Some(test.z)), ("p.value", Some(test.p_value))];
    sink.add(row, &numbers);
    if test.p_value < 0.05 {
        sink.problem(
            Problem::warning("OM118", format!("entry and event of {} are not independent: conditional tau {}, P {}", plan.name, fixed(test.tau, 2), significant(test.p_value, 2)))
                .at(Place::subject(format!("endpoint {}", plan.name)))
                .why("delayed entry is right only where the time of entry says nothing about the time of the event")
                .mend("count from the day of entry (`time_zero`), or show both and say so"),
        );
    }
}
