//! OM139: several rows of one patient taken as independent.
//!
//! Harm: the share of a standard error that is missing, 1 - naive / robust, for the effect or estimate that suffers most.

use std::collections::BTreeMap;

use oligomet_base::number::{counted, fixed, significant};
use oligomet_results::AnalysisKind;
use oligomet_schema::{ColumnData, ColumnType};
use oligomet_survival::{CoxOptions, KaplanMeierOptions, fit_cox, kaplan_meier};

use super::case::percent;
use super::{Case, Finding};
use crate::analysis::{Columns, Outcomes};
use crate::plan::AnalysisPlan;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let Some((column, codes)) = repeated(case) else { return Vec::new() };
    let estimates = |a: &AnalysisPlan| {
        matches!(a.kind, AnalysisKind::Km | AnalysisKind::Cox | AnalysisKind::Rate)
            && a.sampling.clusters.is_empty()
    };
    let found = (0..case.plan.analyses.len()).filter(|&k| estimates(&case.plan.analyses[k]));
    let mut all: Vec<Finding> = found.filter_map(|k| one(case, k, &column, &codes)).collect();
    // One cause, one finding: the analysis that suffers most stands for all.
    all.sort_by(|a, b| b.harm.total_cmp(&a.harm));
    all.truncate(1);
    all
}

/// The identifier of which some value stands in several rows, and its codes per subject.
fn repeated(case: &Case<'_>) -> Option<(String, Vec<u32>)> {
    let ids =
        case.base.data.table.columns.iter().filter(|c| c.kind == ColumnType::Id || c.name == "patient_id");
    for column in ids {
        let ColumnData::Text(texts) = &column.data else { continue };
        let mut known: BTreeMap<&str, u32> = BTreeMap::new();
        let mut next = 0u32;
        let codes: Vec<u32> = case
            .rows
            .iter()
            .map(|&r| match texts.get(r).and_then(Option::as_deref) {
                Some(text) => *known.entry(text).or_insert_with(|| {
                    next += 1;
                    next - 1
                }),
                // A row without identifier is a patient of its own.
                None => {
                    next += 1;
                    next - 1
                }
            })
            .collect();
        if (next as usize) < codes.len() {
            return Some((column.name.clone(), codes));
        }
    }
    None
}

fn one(case: &Case<'_>, k: usize, column: &str, codes: &[u32]) -> Option<Finding> {
    let analysis = &case.plan.analyses[k];
    let terms: Vec<_> = analysis.terms.iter().filter_map(|t| case.variable(t)).collect();
    let outcomes = case.outcomes(k, |s| terms.iter().all(|t| !t.values.is_missing(s as usize)))?;
    let clusters: Vec<u32> = outcomes.subject.iter().map(|s| codes[*s as usize]).collect();
    let patients = clusters.iter().collect::<std::collections::BTreeSet<_>>().len();
    if patients == outcomes.len() {
        return None;
    }
    let id = &analysis.id;
    let what = format!(
        "`{id}` takes {} of {} as independent",
        counted(outcomes.len(), "row"),
        counted(patients, "patient")
    );
    let general = "rows of one patient share the patient: they tell less than as many patients, and standard errors are too small";
    let columns = (analysis.kind == AnalysisKind::Cox).then(|| Columns::of(&terms, &outcomes.subject));
    let errors = if case.is_large() { None } else { worst(&outcomes, &clusters, columns.as_ref()) };
    let (told, harm) = match errors {
        Some((label, naive, robust)) => (
            format!(
                "; standard error of {label}: {} as if independent, {} with patients as clusters (design effect {}): {} of it is missing",
                significant(naive, 2),
                significant(robust, 2),
                fixed((robust / naive) * (robust / naive), 1),
                percent((1.0 - naive / robust).max(0.0))
            ),
            (1.0 - naive / robust).max(0.0),
        ),
        None => (String::new(), 1.0 - libm::sqrt(patients as f64 / outcomes.len() as f64)),
    };
    let mend = format!(
        "say that rows of one patient belong together\n[[analysis]]\nid = \"{id}\"\ncluster = \"{column}\""
    );
    let span = case.block(id).map_or(0..0, |b| b.id.span.clone());
    Some(
        case.finding("OM139", what, span, format!("analysis `{id}`"))
            .why(format!("{general}{told}"))
            .mend(mend)
            .harm(harm),
    )
}

/// (what, naive, robust) of the standard error that grows most.
fn worst(outcomes: &Outcomes, clusters: &[u32], columns: Option<&Columns<'_>>) -> Option<(String, f64, f64)> {
    let sample = outcomes.sample().ok()?;
    let clustered = outcomes.sample().ok()?.with_clusters(clusters).ok()?;
    if let Some(columns) = columns {
        let mut slices = Vec::new();
        let design = columns.design(&mut slices).ok()?;
        let fit = fit_cox(&clustered, &design, &CoxOptions::default()).ok()?;
        let pairs = fit.estimates().into_iter().enumerate().filter_map(|(c, e)| {
            let e = e?;
            Some((columns.label(c), e.naive_std_error?, e.std_error))
        });
        return largest(pairs);
    }
    let options = KaplanMeierOptions::default();
    let (naive, robust) = (kaplan_meier(&sample, &options).ok()?, kaplan_meier(&clustered, &options).ok()?);
    let middle =
        naive.survival.iter().position(|s| *s <= 0.5).unwrap_or(naive.survival.len().checked_sub(1)?);
    let errors =
        (naive.std_error.get(middle).copied().flatten()?, robust.std_error.get(middle).copied().flatten()?);
    (errors.0 > 0.0).then(|| (format!("survival of {}", percent(naive.survival[middle])), errors.0, errors.1))
}

fn largest(pairs: impl Iterator<Item = (String, f64, f64)>) -> Option<(String, f64, f64)> {
    pairs.filter(|(_, naive, _)| *naive > 0.0).fold(
        None,
        |best: Option<(String, f64, f64)>, now| match best {
            Some(known) if known.2 / known.1 >= now.2 / now.1 => Some(known),
            _ => Some(now),
        },
    )
}
