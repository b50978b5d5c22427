//! From results to printed tables: one file per kind.

mod cox;
mod cutpoint;
mod dose;
mod endpoints;
mod flow;
mod incidence;
mod lists;
mod models;
mod rate;
mod shares;
mod subgroups;
mod survival;
mod table1;
mod toxicity;

pub(crate) use cox::cox_contexts;
pub(crate) use cutpoint::{cut_key, searches};
pub(crate) use dose::{cell_key, verdict};
pub(crate) use flow::{endpoint_reasons, flow_key};
pub(crate) use incidence::{cause_key, causes, gray_key};
pub(crate) use lists::{findings_by_severity, tabulate_methods};
use oligomet_results::{AnalysisKind, AnalysisOutline, RunResults};
pub(crate) use shares::{response_key, share_key};
pub(crate) use subgroups::{compared, subgroup_key, subgroup_rows};
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
    let note = run.outline.note().unwrap_or_default();
    out.iter_mut().for_each(|table| table.note_of_all = note.to_owned());
    out
}

/// Flow, follow-up and scores.
pub(crate) fn tables_of_patients(view: &View<'_>) -> Vec<Table> {
    let mut out = vec![flow::tabulate_flow(view)];
    out.extend(survival::tabulate_follow_up(view));
    out.extend(endpoints::tabulate_endpoints(view));
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
        AnalysisKind::Cif => {
            let models = models::tabulate_competing_models(view, analysis);
            vec![
                incidence::tabulate_incidence(view, analysis),
                Table { id: format!("{}_models", analysis.id), ..models },
            ]
        }
        AnalysisKind::FineGray => vec![models::tabulate_competing_models(view, analysis)],
        AnalysisKind::Subgroups => vec![subgroups::tabulate_subgroups(view, analysis)],
        AnalysisKind::Cutpoint => vec![cutpoint::tabulate_cutpoints(view, analysis)],
        AnalysisKind::DoseBySite => {
            vec![dose::tabulate_cells(view, analysis), dose::tabulate_contrasts(view, analysis)]
        }
        AnalysisKind::Toxicity => vec![toxicity::tabulate_toxicity(view, analysis)],
        AnalysisKind::Response => vec![shares::tabulate_response(view, analysis)],
        AnalysisKind::Proportion => vec![shares::tabulate_proportions(view, analysis)],
        // Patients one by one are drawn, not tabulated.
        AnalysisKind::Swimmer | AnalysisKind::Timeline => Vec::new(),
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
