//! The methods section.

use std::collections::BTreeSet;

use oligomet_results::{AnalysisKind, FlowOutline, MethodRow};

use crate::table::sentence;
use crate::view::View;

/// A headed part of the methods section: paragraphs of plain words.
pub(crate) struct Part {
    pub(crate) heading: &'static str,
    pub(crate) paragraphs: Vec<String>,
}

/// Patients, endpoints, variables, statistics, software. Parts without words are left out.
pub(crate) fn parts(view: &View<'_>) -> Vec<Part> {
    let all = [
        Part {
            heading: "Design and patients",
            paragraphs: vec![patients(view), eligibility(view), ethics(view)],
        },
        Part { heading: "Endpoints", paragraphs: vec![endpoints(view)] },
        Part { heading: "Variables", paragraphs: variables(view) },
        Part {
            heading: "Statistics",
            paragraphs: vec![statistics(view), missing(view), selection(view), software(view)],
        },
        Part { heading: "What this shared report leaves out", paragraphs: vec![sharing(view)] },
        Part {
            heading: "Amendments",
            paragraphs: view.run.outline.amendments.iter().map(|a| sentence(a)).collect(),
        },
    ];
    let mut parts = Vec::new();
    for mut part in all {
        part.paragraphs.retain(|p| !p.is_empty());
        if !part.paragraphs.is_empty() {
            parts.push(part);
        }
    }
    parts
}

fn patients(view: &View<'_>) -> String {
    let study = &view.run.outline.study;
    let mut out = Vec::new();
    if !study.design.is_empty() {
        out.push(format!("This is a {} study.", study.design.replace('-', " ")));
    }
    let cohort =
        if study.cohort_label.is_empty() { "all patients of the source" } else { &study.cohort_label };
    let period = if study.period.is_empty() {
        String::new()
    } else {
        format!(" Period of inclusion: {}.", study.period)
    };
    out.push(format!("Cohort: {}{period}", sentence(cohort)));
    if !study.population.is_empty() {
        out.push(format!("The population was defined by: {}.", study.population));
    }
    if !study.records.is_empty() {
        out.push(study.records.clone());
    }
    if !study.time_zero_label.is_empty() {
        out.push(format!("Time zero was the {}.", study.time_zero_label.trim_start_matches("the ")));
    }
    if !study.cutoff.is_empty() {
        out.push(format!("The data were cut off on {}.", study.cutoff));
    }
    out.join(" ")
}

/// The criteria in the order in which they were applied, with what an unknown answer did.
fn eligibility(view: &View<'_>) -> String {
    let steps: Vec<&FlowOutline> = view.run.outline.flow.iter().filter(|s| s.kind == "eligibility").collect();
    if steps.is_empty() {
        return String::new();
    }
    let one = |step: &&FlowOutline| {
        let unknown = match step.missing.as_str() {
            "keep" => "; kept where this was unknown",
            "drop" => "; left out where this was unknown",
            _ => "",
        };
        let rule = if step.rule.is_empty() { String::new() } else { format!(" ({}{unknown})", step.rule) };
        format!("{}{rule}", oligomet_base::words::lower_first(&step.label))
    };
    let list: Vec<String> = steps.iter().map(one).collect();
    format!("Patients were left out, in this order, for: {}.", list.join("; "))
}

fn ethics(view: &View<'_>) -> String {
    let study = &view.run.outline.study;
    let mut out = Vec::new();
    if !study.ethics.is_empty() {
        out.push(format!("Ethics: {}", sentence(&study.ethics)));
    }
    if !study.guidelines.is_empty() {
        out.push(format!("Reporting follows {}.", study.guidelines.join(", ")));
    }
    out.join(" ")
}

fn endpoints(view: &View<'_>) -> String {
    let one = |e: &oligomet_results::EndpointOutline| {
        if e.sentence.is_empty() { sentence(&e.label) } else { sentence(&e.sentence) }
    };
    view.run.outline.endpoints.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// How covariates were derived, those with a definition; where cut-points came from.
fn variables(view: &View<'_>) -> Vec<String> {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for analysis in &view.run.outline.analyses {
        used.extend(super::variables_of(analysis));
    }
    let mut sentences = Vec::new();
    for variable in view.run.outline.variables.iter().filter(|v| used.contains(v.name.as_str())) {
        let cut = match variable.cut_source.as_str() {
            "data" => " Its cut-points were found in these data.",
            "literature" => " Its cut-points were taken from the literature.",
            "prespecified" => " Its cut-points were set beforehand.",
            _ => "",
        };
        if !variable.definition.is_empty() || !cut.is_empty() {
            let definition = match variable.definition.as_str() {
                "" => variable.label.clone(),
                definition => {
                    format!("{}: {}", variable.label, oligomet_base::words::lower_first(definition))
                }
            };
            sentences.push(format!("{}{cut}", sentence(&definition)));
        }
    }
    vec![sentences.join(" ")]
}

/// The methods that numbers of this run name, in the table's order.
fn statistics(view: &View<'_>) -> String {
    let used: BTreeSet<&str> = view.run.stats.rows().iter().map(|r| r.method_id.as_str()).collect();
    let used_method = |m: &&MethodRow| used.contains(m.method_id.as_str()) && !m.sentence.is_empty();
    let mut sentences: Vec<String> = Vec::new();
    for method in view.run.methods.iter().filter(used_method) {
        let words = sentence(&method.sentence);
        if !sentences.contains(&words) {
            sentences.push(words);
        }
    }
    sentences.join(" ")
}

fn missing(view: &View<'_>) -> String {
    let mut sentences: Vec<String> = Vec::new();
    for analysis in view.run.outline.analyses.iter().filter(|a| a.kind == AnalysisKind::Cox) {
        let words = match analysis.missing.as_str() {
            "" => continue,
            "complete-case" => {
                "In regression, patients with a missing value of a term of the model were left out (complete cases).".to_owned()
            }
            other => format!("Missing values in regression: {other}."),
        };
        if !sentences.contains(&words) {
            sentences.push(words);
        }
    }
    sentences.join(" ")
}

fn selection(view: &View<'_>) -> String {
    let mut sentences: Vec<String> = Vec::new();
    for analysis in &view.run.outline.analyses {
        if !matches!(analysis.select.as_str(), "" | "none") {
            let words = format!("Terms of {} were selected: {}.", analysis.id, analysis.select);
            sentences.push(words);
        }
    }
    let post_hoc: Vec<&str> =
        view.run.outline.analyses.iter().filter(|a| !a.planned).map(|a| a.title.as_str()).collect();
    if !post_hoc.is_empty() {
        sentences.push(format!("Post hoc analyses: {}.", post_hoc.join("; ")));
    }
    sentences.join(" ")
}

fn software(view: &View<'_>) -> String {
    let zero = match view.unit() {
        oligomet_base::TimeUnit::Months => " Durations are shown in months of 30.4375 days.",
        oligomet_base::TimeUnit::Years => " Durations are shown in years of 365.25 days.",
        _ => "",
    };
    format!("Computed with Oligomet {}.{zero}", view.run.outline.program_version)
}

/// What was withheld, where the run was made to be shared.
fn sharing(view: &View<'_>) -> String {
    let least = view.run.outline.min_cell;
    if !view.run.outline.shared {
        return String::new();
    }
    format!(
        "This report was made to be shared. It lists no patients. Counts below {least} are printed as <{least}; numbers from which they could be computed are withheld, and so are smallest and greatest values. Curves have the steps of chosen months only, without marks of censoring, and their numbers at risk after time zero are rounded to a multiple of {least}. Findings are given without the values they quote."
    )
}
