//! The flow diagram.

use oligomet_figure::{FlowBox, FlowExclusion, FlowFigure, FlowReason, FlowStep};
use oligomet_results::{FigureOutline, FlowOutline};

use super::{ComposeError, style};
use crate::tabulate::{endpoint_reasons, flow_key};
use crate::view::View;

/// More reasons than this stand in one box.
const MOST_BOXES: usize = 3;

/// Boxes from the source to the analysis set, those who left beside them with the reasons in the order in which they were applied;
/// at the end a box per endpoint.
pub(super) fn compose_flow(view: &View<'_>, figure: &FigureOutline) -> Result<FlowFigure, ComposeError> {
    let flow = &view.run.outline.flow;
    let mut steps: Vec<FlowStep> = Vec::new();
    let mut reasons: Vec<&FlowOutline> = Vec::new();
    for step in flow.iter().filter(|s| s.kind != "endpoint") {
        if holds_box(step) || steps.is_empty() {
            if let Some(last) = steps.last_mut() {
                last.excluded = exclusions(view, &reasons, step);
            }
            reasons.clear();
            steps.push(FlowStep { main: step_box(view, step), excluded: Vec::new() });
        } else {
            reasons.push(step);
        }
    }
    if steps.is_empty() {
        let why = "the results have no flow of patients".into();
        return Err(ComposeError::Empty { figure: figure.id.clone(), why });
    }
    let split = flow.iter().filter(|s| s.kind == "endpoint").map(|s| endpoint_box(view, s)).collect();
    Ok(FlowFigure {
        title: "Flow of patients".into(),
        description: String::new(),
        steps,
        split,
        style: style(view, figure),
    })
}

/// Steps that have a box of their own; the others are reasons for leaving on the way to the next box.
fn holds_box(step: &FlowOutline) -> bool {
    matches!(step.kind.as_str(), "source" | "population" | "final")
}

fn count_of(view: &View<'_>, id: &str, reason: &str, name: &'static str) -> String {
    view.count(&flow_key(id, reason), name).text
}

fn step_box(view: &View<'_>, step: &FlowOutline) -> FlowBox {
    let mut counts = vec![counted(view, &step.id, "n", "n.patients")];
    counts.extend(others(view, &step.id));
    FlowBox { label: step.label.clone(), counts }
}

/// `n = 59`, or `n = 13 episodes (11 patients)` where a row is no patient.
fn counted(view: &View<'_>, id: &str, rows: &'static str, patients: &'static str) -> String {
    let n = count_of(view, id, "", rows);
    let unit = &view.run.outline.study.unit;
    if unit == "patient" || view.row(&flow_key(id, ""), patients).is_none() {
        return format!("n = {n}");
    }
    format!("n = {} ({})", plural(&n, unit), plural(&count_of(view, id, "", patients), "patient"))
}

fn plural(n: &str, noun: &str) -> String {
    format!("{n} {noun}{}", if n == "1" { "" } else { "s" })
}

/// Courses and lesions of a step beside its own unit, where the results count them.
fn others(view: &View<'_>, id: &str) -> Option<String> {
    let own = view.run.outline.study.unit.as_str();
    let known = [("course", "n.courses"), ("lesion", "n.lesions")]
        .into_iter()
        .filter(|(unit, name)| *unit != own && view.value(&flow_key(id, ""), name).is_some_and(|n| n > 0.0));
    let words: Vec<String> = known.map(|(unit, name)| plural(&count_of(view, id, "", name), unit)).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Those who left before `next`, its own rule last: a box each where they are few, else one box with the reasons in their order.
fn exclusions(view: &View<'_>, reasons: &[&FlowOutline], next: &FlowOutline) -> Vec<FlowExclusion> {
    let mut listed: Vec<FlowReason> = reasons.iter().filter_map(|s| reason(view, s, &s.label)).collect();
    if next.kind == "population" {
        listed.extend(reason(view, next, "Not in the population"));
    }
    if listed.len() > MOST_BOXES {
        let label = "Left out, in this order".to_owned();
        return vec![FlowExclusion { label, count: String::new(), reasons: listed }];
    }
    let one =
        |reason: FlowReason| FlowExclusion { label: reason.label, count: reason.count, reasons: Vec::new() };
    listed.into_iter().map(one).collect()
}

/// A reason with its number; rows that were set aside are named only where there are any.
fn reason(view: &View<'_>, step: &FlowOutline, label: &str) -> Option<FlowReason> {
    let key = flow_key(&step.id, "");
    let row = view.row(&key, "n.excluded")?;
    let patients = view.value(&key, "n.excluded.patients").unwrap_or(0.0);
    let none = row.stat == Some(0.0) && step.kind != "eligibility" && patients == 0.0;
    let count = counted(view, &step.id, "n.excluded", "n.excluded.patients");
    (!none).then(|| FlowReason { label: label.to_owned(), count })
}

fn endpoint_box(view: &View<'_>, step: &FlowOutline) -> FlowBox {
    let mut counts = vec![
        format!("n = {}", count_of(view, &step.id, "", "n")),
        format!("events = {}", count_of(view, &step.id, "", "n.event")),
    ];
    for reason in endpoint_reasons(view, &step.id) {
        counts.push(format!("left out ({reason}) = {}", count_of(view, &step.id, &reason, "n.excluded")));
    }
    FlowBox { label: step.label.clone(), counts }
}
