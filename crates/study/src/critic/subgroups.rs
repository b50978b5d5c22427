//! OM136: P values within subgroups, and none for the difference between them.
//!
//! Harm: P of the interaction where the subgroups fall on both sides of 0.05 (how often chance alone makes effects differ
//! as much as these), half of it where they do not.

use oligomet_base::number::counted;
use oligomet_results::AnalysisKind;
use oligomet_survival::ChiSquareTest;

use super::case::{p_text, quoted};
use super::statistics::{fit_columns, fit_terms, log_rank_p};
use super::{Case, Finding};
use crate::analysis::{Columns, Outcomes, Sampling};
use crate::derive::Variable;
use crate::plan::AnalysisPlan;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    families(case).into_iter().filter_map(|family| one(case, &family)).collect()
}

/// Analyses of one comparison within parts of the patients made by one name.
struct Family<'a> {
    /// Places of the analyses in the plan.
    members: Vec<usize>,
    /// What is compared.
    factor: &'a str,
    /// The name by which the parts are made.
    by: String,
}

fn families<'a>(case: &Case<'a>) -> Vec<Family<'a>> {
    let mut found: Vec<Family<'a>> = Vec::new();
    for (k, analysis) in case.plan.analyses.iter().enumerate() {
        let (Some(factor), Some(by)) = (factor(analysis), part_name(analysis)) else { continue };
        let same = |f: &&mut Family<'a>| {
            let first = &case.plan.analyses[f.members[0]];
            f.factor == factor
                && f.by == by
                && first.endpoint == analysis.endpoint
                && first.kind == analysis.kind
        };
        match found.iter_mut().find(same) {
            Some(family) => family.members.push(k),
            None => found.push(Family { members: vec![k], factor, by }),
        }
    }
    found.retain(|f| f.members.len() >= 2 && are_apart(case, &f.members));
    found
}

/// What an analysis compares.
fn factor(analysis: &AnalysisPlan) -> Option<&str> {
    match analysis.kind {
        AnalysisKind::Km => Some(analysis.by.as_str()).filter(|by| !by.is_empty()),
        AnalysisKind::Cox => analysis.terms.first().map(String::as_str),
        _ => None,
    }
}

/// The one name that a restriction uses.
fn part_name(analysis: &AnalysisPlan) -> Option<String> {
    let (_, expression) = analysis.restriction.as_ref()?;
    (expression.names.len() == 1).then(|| expression.names.first().cloned())?
}

/// Whether nobody is in two of the parts.
fn are_apart(case: &Case<'_>, members: &[usize]) -> bool {
    (0..case.rows.len()).all(|i| members.iter().filter(|&&k| case.inside[k][i]).count() <= 1)
}

fn one(case: &Case<'_>, family: &Family<'_>) -> Option<Finding> {
    let factor = case.variable(family.factor)?;
    let first = &case.plan.analyses[family.members[0]];
    let last = &case.plan.analyses[*family.members.last()?];
    let what = format!(
        "{} of `{}` on {} in {} of `{}`, and none for the difference between them",
        counted(family.members.len(), "P value"),
        factor.plan.label,
        first.endpoint,
        counted(family.members.len(), "part"),
        family.by
    );
    let general = "an effect that is significant in one subgroup and not in another is no evidence that it differs: subgroups differ in size";
    let each: Vec<(String, f64)> = family.members.iter().filter_map(|&k| within(case, k, factor)).collect();
    let told = each.iter().map(|(part, p)| format!("{part}: {}", p_text(*p))).collect::<Vec<_>>().join(", ");
    let discordant = each.iter().any(|(_, p)| *p < 0.05) && each.iter().any(|(_, p)| *p >= 0.05);
    let (told, harm) = match interaction(case, family, factor) {
        Some(test) => {
            let weight = if discordant { 1.0 } else { 0.5 };
            (format!("; {told}; interaction {}", p_text(test.p_value)), test.p_value * weight)
        }
        None if each.is_empty() => (String::new(), 0.5),
        None => (format!("; {told}; the interaction could not be estimated"), 0.5),
    };
    let mend = format!(
        "give the test of interaction, with a hazard ratio and its interval in each subgroup\n\
         [[analysis]]\nid = \"subgroups_{}\"\nkind = \"subgroups\"\nendpoint = \"{}\"\nfactor = \"{}\"\nvars = [{}]",
        family.factor,
        first.endpoint,
        family.factor,
        quoted([family.by.as_str()])
    );
    let block = case.block(&last.id)?;
    let span = block.restriction.as_ref().map_or_else(|| block.id.span.clone(), |r| r.span.clone());
    let subject = format!("analyses `{}` to `{}`", first.id, last.id);
    Some(case.finding("OM136", what, span, subject).why(format!("{general}{told}")).mend(mend).harm(harm))
}

/// The part and its P value.
fn within(case: &Case<'_>, k: usize, factor: &Variable) -> Option<(String, f64)> {
    let outcomes = case.outcomes(k, |s| !factor.values.is_missing(s as usize))?;
    let analysis = &case.plan.analyses[k];
    let part = analysis.restriction.as_ref().map(|(t, _)| t.text.clone())?;
    let p = if factor.plan.is_number() {
        fit_terms(&outcomes, &[factor])?.likelihood_ratio.p_value
    } else {
        log_rank_p(&outcomes, &outcomes.codes(factor), factor.plan.levels.len())?
    };
    Some((part, p))
}

/// Likelihood-ratio test of the products of the factor's columns with those of the parts.
fn interaction(case: &Case<'_>, family: &Family<'_>, factor: &Variable) -> Option<ChiSquareTest> {
    if case.is_large() {
        return None;
    }
    let endpoint = case.endpoint(&case.plan.analyses[family.members[0]].endpoint)?;
    let part = |s: u32| family.members.iter().position(|&k| case.inside[k][s as usize]);
    let known = |s: u32| part(s).is_some() && !factor.values.is_missing(s as usize);
    let outcomes = Outcomes::of(endpoint, Sampling::default(), known);
    let own = Columns::of(&[factor], &outcomes.subject).values;
    let parts: Vec<Vec<f64>> = (1..family.members.len())
        .map(|p| outcomes.subject.iter().map(|&s| f64::from(u8::from(part(s) == Some(p)))).collect())
        .collect();
    let product = |x: &Vec<f64>, y: &Vec<f64>| x.iter().zip(y).map(|(x, y)| x * y).collect::<Vec<f64>>();
    let products: Vec<Vec<f64>> = own.iter().flat_map(|x| parts.iter().map(|y| product(x, y))).collect();
    let main: Vec<&[f64]> = own.iter().chain(&parts).map(Vec::as_slice).collect();
    let all: Vec<&[f64]> = main.iter().copied().chain(products.iter().map(Vec::as_slice)).collect();
    let (without, with) = (fit_columns(&outcomes, &main)?, fit_columns(&outcomes, &all)?);
    let df = with.likelihood_ratio.df.checked_sub(without.likelihood_ratio.df).filter(|df| *df > 0)?;
    Some(ChiSquareTest::new((2.0 * (with.loglik - without.loglik)).max(0.0), df))
}
