//! A lane per subject: from time zero (or entry) to the end of observation, with marks on the days of events.
//!
//! Lanes show single subjects: they are local and never leave with a shared run.

use oligomet_base::number::counted;
use oligomet_base::{Place, Problem, Problems};
use oligomet_results::{Lane, LaneKind, StatKey};

use super::sink::{Row, Sink};
use super::{Inputs, Source};
use crate::derive::{EndpointData, event_days};
use crate::plan::{AnalysisPlan, EndpointPlan};

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let (Some(endpoint), Some(source)) = (inputs.endpoint(&plan.endpoint), inputs.source) else {
        return Ok(());
    };
    let Some(of_endpoint) = source.plan.endpoints.iter().find(|e| e.name == plan.endpoint) else {
        return Ok(());
    };
    // The longest lane on top; equal ones by the order of the data.
    let mut order: Vec<usize> =
        (0..endpoint.subject.len()).filter(|&k| inside[endpoint.subject[k] as usize]).collect();
    order.sort_by(|a, b| endpoint.time[*b].total_cmp(&endpoint.time[*a]));
    for (lane, &k) in order.iter().enumerate() {
        sink.lanes.push(observed(plan, endpoint, of_endpoint, k, lane as u32));
    }
    let marked = write_marks(plan, endpoint, of_endpoint, source, &order, sink);
    if let Some(by) = inputs.variable(&plan.by) {
        sink.grouping(&plan.by, &by.plan.levels, || {
            (0..inputs.n_subjects as u32).map(|s| super::code(by, s)).collect()
        });
    }
    let subjects: Vec<u32> = order.iter().map(|&k| endpoint.subject[k]).collect();
    let cohort = sink.members(&plan.endpoint, &plan.id, &subjects, endpoint.subject.len(), inputs.n_subjects);
    let key = StatKey::new(&plan.id, &plan.endpoint, "swimmer").variable("n", "");
    sink.add(&Row::new(key, "count", &cohort, plan.planned), &[("n", Some(order.len() as f64))]);
    for (mark, n) in plan.marks.iter().zip(marked) {
        let key = StatKey::new(&plan.id, &plan.endpoint, "swimmer").variable(&mark.name, "");
        sink.add(&Row::new(key, "count", &cohort, plan.planned), &[("n", Some(n as f64))]);
        if n == 0 {
            sink.problem(
                Problem::note(
                    "OM122",
                    format!(
                        "no mark of `{}` in `{}`: {} without it",
                        mark.name,
                        plan.id,
                        counted(order.len(), "patient")
                    ),
                )
                .at(Place::subject(format!("analysis `{}`", plan.id)))
                .why("what happened to nobody has no mark"),
            );
        }
    }
    Ok(())
}

fn observed(plan: &AnalysisPlan, data: &EndpointData, endpoint: &EndpointPlan, k: usize, lane: u32) -> Lane {
    let which = usize::from(data.which[k]);
    let event = endpoint.all_events().nth(which).filter(|_| data.cause[k] > 0);
    Lane {
        analysis_id: plan.id.clone(),
        subject: data.subject[k],
        lane,
        kind: LaneKind::Observed,
        what: event.map_or_else(|| "censored".to_owned(), |e| e.name.clone()),
        label: event.map_or_else(|| endpoint.censor.label.clone(), |e| e.label.clone()),
        from: data.entry.as_ref().map_or(0.0, |e| e[k]),
        to: Some(data.time[k]),
        ongoing: data.cause[k] == 0,
        ..Lane::default()
    }
}

/// Subjects with at least one mark, per kind of mark.
fn write_marks(
    plan: &AnalysisPlan,
    data: &EndpointData,
    endpoint: &EndpointPlan,
    source: Source<'_>,
    order: &[usize],
    sink: &mut Sink,
) -> Vec<usize> {
    let zero = source.base.points(endpoint.zero(&source.plan.time_zero), source.rows);
    let mut marked = Vec::new();
    for mark in &plan.marks {
        let days = event_days(mark, source.base, source.rows);
        let mut n = 0;
        for (lane, &k) in order.iter().enumerate() {
            let subject = data.subject[k] as usize;
            let since: Vec<f64> =
                days[subject].iter().map(|d| d - zero[subject]).filter(|d| *d >= 0.0).collect();
            n += usize::from(!since.is_empty());
            sink.lanes.extend(since.into_iter().map(|from| Lane {
                analysis_id: plan.id.clone(),
                subject: data.subject[k],
                lane: lane as u32,
                kind: LaneKind::Mark,
                what: mark.name.clone(),
                label: mark.label.clone(),
                from,
                ..Lane::default()
            }));
        }
        marked.push(n);
    }
    marked
}
