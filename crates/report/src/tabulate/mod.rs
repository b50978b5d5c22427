//! From results to printed tables: one file per kind.

mod cox;
mod flow;
mod lists;
mod rate;
mod survival;
mod table1;

pub(crate) use cox::cox_contexts;
pub(crate) use flow::{endpoint_reasons, flow_key};
pub(crate) use lists::{findings_by_severity, tabulate_methods};
use oligomet_results::{AnalysisKind, AnalysisOutline, RunResults};
pub(crate) use survival::tabulate_at_risk;

use crate::table::Table;
use crate::view::View;

/// Every table of a report in its order: flow, follow-up, scores, one or more per analysis, problems, methods.
#[must_use]
pub fn tables(run: &RunResults) -> Vec<Table> {
    let view = View::new(run);
    let mut out = tables_of_patients(&view);
    for analysis in &run.outline.analyses {
        out.extend(tables_of(&view, analysis));
    }
    for figure in &run.outline.figures {
        let analysis = run.outline.analyses.iter().find(|a| a.id == figure.of && a.kind == AnalysisKind::Km);
        out.extend(analysis.and_then(|a| tabulate_at_risk(&view, a, figure)));
    }
    out.push(lists::tabulate_problems(&view));
    out.push(lists::tabulate_methods(&view));
    out.retain(|table| !table.rows.is_empty());
    out
}

/// Flow, follow-up and scores.
pub(crate) fn tables_of_patients(view: &View<'_>) -> Vec<Table> {
    let mut out = vec![flow::tabulate_flow(view)];
    out.extend(survival::tabulate_follow_up(view));
    out.extend(lists::tabulate_scores(view));
    out.retain(|table| !table.rows.is_empty());
    out
}

/// The tables of one analysis.
pub(crate) fn tables_of(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Table> {
    let mut out = match analysis.kind {
        AnalysisKind::Table1 => vec![table1::tabulate_characteristics(view, analysis)],
        AnalysisKind::Rate => vec![rate::tabulate_rates(view, analysis)],
        AnalysisKind::Km => vec![survival::tabulate_survival(view, analysis)],
        AnalysisKind::Cox => {
            vec![cox::tabulate_cox(view, analysis), cox::tabulate_proportional_hazards(view, analysis)]
        }
        _ => Vec::new(),
    };
    out.retain(|table| !table.rows.is_empty());
    out
}

/// What a reader must know of an analysis as a whole, as notes of its table.
fn note_analysis(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, variables: &[&str]) {
    if !analysis.planned {
        table.note("Post hoc analysis: not in the study as first written.");
    }
    if !analysis.restriction.is_empty() {
        table.note(format!("Restricted to: {}.", analysis.restriction));
    }
    let mut from_data: Vec<String> = Vec::new();
    for name in variables {
        let label = view.label(name);
        if view.variable(name).is_some_and(|v| v.cut_source == "data") && !from_data.contains(&label) {
            from_data.push(label);
        }
    }
    if !from_data.is_empty() {
        table.note(format!("Cut-points found in these data, hence optimistic: {}.", from_data.join("; ")));
    }
}
