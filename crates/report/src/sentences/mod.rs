//! Methods and results in words. Every number in a sentence is a bound number; a prognostic factor is "associated
//! with" an outcome and never said to cause it or to predict the effect of a treatment.

pub(crate) mod competing;
pub(crate) mod cox;
pub(crate) mod describe;
pub(crate) mod methods;
pub(crate) mod patients;
pub(crate) mod shares;
pub(crate) mod survival;

use oligomet_results::{AnalysisKind, AnalysisOutline};

use crate::text::{Text, say};
use crate::view::View;

/// Below this number of events nothing is modelled and intervals are wide: the reader is told.
pub(crate) const FEW_EVENTS: f64 = 10.0;

/// The results of one analysis as paragraphs.
pub(crate) fn paragraphs(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let mut out = match analysis.kind {
        AnalysisKind::Table1 => describe::characteristics(view, analysis),
        AnalysisKind::Rate => survival::rates(view, analysis),
        AnalysisKind::Km => survival::curves(view, analysis),
        AnalysisKind::Cox => cox::model(view, analysis),
        AnalysisKind::Cif => {
            [competing::incidence(view, analysis), competing::models(view, analysis)].concat()
        }
        AnalysisKind::FineGray => competing::models(view, analysis),
        AnalysisKind::Subgroups => shares::subgroups(view, analysis),
        AnalysisKind::Cutpoint => shares::cutpoints(view, analysis),
        AnalysisKind::DoseBySite => shares::dose_by_site(view, analysis),
        AnalysisKind::Response => shares::response(view, analysis),
        AnalysisKind::Toxicity => shares::toxicity(view, analysis),
        AnalysisKind::Proportion => shares::proportions(view, analysis),
        AnalysisKind::Swimmer | AnalysisKind::Timeline => Vec::new(),
    };
    out.extend(cautions(view, analysis));
    out.retain(|text| !text.is_empty());
    out
}

/// What limits an analysis: not planned, cut-points from the data, few events, warnings of its numbers.
fn cautions(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let mut out = Vec::new();
    if !analysis.planned {
        out.push(Text::from(
            "This analysis was post hoc: it was not in the study as first written, and its P values do not test a hypothesis stated beforehand.",
        ));
    }
    if !analysis.restriction.is_empty() {
        out.push(format!("It is restricted to patients with: {}.", analysis.restriction).into());
    }
    out.extend(optimism(view, analysis));
    out.extend(warnings(view, analysis).into_iter().map(|w| crate::table::sentence(&w).into()));
    out
}

/// The covariates that an analysis uses.
pub(crate) fn variables_of(analysis: &AnalysisOutline) -> Vec<&str> {
    let terms = analysis.terms.iter().map(|t| t.variable.as_str());
    let all = analysis.variables.iter().map(String::as_str).chain(terms);
    all.chain([analysis.by.as_str()]).filter(|name| !name.is_empty()).collect()
}

fn optimism(view: &View<'_>, analysis: &AnalysisOutline) -> Option<Text> {
    if analysis.kind == AnalysisKind::Table1 {
        return None;
    }
    let mut labels: Vec<Text> = Vec::new();
    for name in variables_of(analysis) {
        let from_data = view.variable(name).is_some_and(|v| v.cut_source == "data");
        let label = Text::from(view.label(name));
        if from_data && !labels.contains(&label) {
            labels.push(label);
        }
    }
    if labels.is_empty() {
        return None;
    }
    let mut text = say!["Cut-points found in these data: "];
    text.append(Text::list(labels));
    text.push(
        ". Differences between such groups are too large and their P values too small, because the same patients chose the cut-point.",
    );
    Some(text)
}

/// The warnings of an analysis's numbers, each once.
fn warnings(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let rows = view.run.stats.rows().iter().filter(|r| r.key.analysis_id == analysis.id);
    for warning in rows.filter_map(|r| r.warning.clone()) {
        if !out.contains(&warning) {
            out.push(warning);
        }
    }
    out
}
