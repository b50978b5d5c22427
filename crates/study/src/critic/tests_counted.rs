//! OM137: many tests of one endpoint, of which some are below 0.05 by chance.
//!
//! Harm: the share of the P values below 0.05 that are no longer so after Holm's adjustment.

use oligomet_base::number::{counted, fixed};
use oligomet_results::AnalysisKind;
use oligomet_survival::holm;

use super::case::{p_text, percent};
use super::statistics::log_rank_p;
use super::{Case, Finding};
use crate::derive::Variable;
use crate::plan::{EndpointPlan, TestPlan};

/// With fewer tests the rule says nothing.
const LEAST_TESTS: usize = 5;
const SIGNIFICANT: f64 = 0.05;

/// A test of an endpoint: where it stands, and its P value.
struct Test {
    label: String,
    p: f64,
}

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    case.plan.endpoints.iter().filter_map(|endpoint| one(case, endpoint)).collect()
}

fn one(case: &Case<'_>, endpoint: &EndpointPlan) -> Option<Finding> {
    let tests = tests(case, &endpoint.name);
    if tests.len() < LEAST_TESTS {
        return None;
    }
    let p: Vec<f64> = tests.iter().map(|t| t.p).collect();
    let adjusted = holm(&p);
    let small = p.iter().filter(|p| **p < SIGNIFICANT).count();
    let survive = adjusted.iter().filter(|p| **p < SIGNIFICANT).count();
    if small == survive {
        return None;
    }
    let by_chance = 1.0 - libm::pow(1.0 - SIGNIFICANT, tests.len() as f64);
    let lost = tests.iter().zip(&adjusted).filter(|(t, a)| t.p < SIGNIFICANT && **a >= SIGNIFICANT);
    let (test, a) = lost.min_by(|x, y| x.0.p.total_cmp(&y.0.p))?;
    let what = format!("{} tests of {}, {} below 0.05", tests.len(), endpoint.label, small);
    let why = format!(
        "with {} tests of which none has an effect, at least one P below 0.05 comes by chance in {} of studies; after Holm's \
         adjustment {} of {} stay below 0.05: {} {} becomes {}",
        tests.len(),
        percent(by_chance),
        survive,
        small,
        test.label,
        p_text(test.p),
        p_text(*a)
    );
    let mend = "say beforehand which one comparison decides, call the others exploratory, and give intervals instead of P\n\
                [[analysis]]\nplanned = false  # in those that were not stated beforehand\ntest = \"none\""
        .to_owned();
    let harm = (small - survive) as f64 / small as f64;
    let subject = format!(
        "endpoint {}: {} of which {} is expected by chance",
        endpoint.name,
        counted(tests.len(), "test"),
        fixed(SIGNIFICANT * tests.len() as f64, 1)
    );
    Some(case.finding("OM137", what, endpoint.name_span.clone(), subject).why(why).mend(mend).harm(harm))
}

/// The tests that the report prints for an endpoint, each hypothesis of a univariable comparison once.
fn tests(case: &Case<'_>, endpoint: &str) -> Vec<Test> {
    let mut found = Vec::new();
    let mut known: Vec<(&str, &str)> = Vec::new();
    for (k, analysis) in case.plan.analyses.iter().enumerate().filter(|(_, a)| a.endpoint == endpoint) {
        let names: Vec<&str> = match analysis.kind {
            AnalysisKind::Km if analysis.test != TestPlan::None => vec![analysis.by.as_str()],
            AnalysisKind::Rate if analysis.test != TestPlan::None => {
                analysis.vars.iter().map(String::as_str).collect()
            }
            _ => Vec::new(),
        };
        let restriction = analysis.restriction.as_ref().map_or("", |(t, _)| t.text.as_str());
        for name in names {
            // A curve and a table of rates by one factor test one hypothesis.
            if known.contains(&(name, restriction)) {
                continue;
            }
            if let Some(test) = case.variable(name).and_then(|v| between_groups(case, k, v)) {
                known.push((name, restriction));
                found.push(test);
            }
        }
    }
    let models = case.models().iter().filter(|m| m.analysis.endpoint == endpoint);
    found.extend(models.flat_map(terms));
    found
}

fn between_groups(case: &Case<'_>, k: usize, variable: &Variable) -> Option<Test> {
    if variable.plan.is_number() {
        return None;
    }
    let outcomes = case.outcomes(k, |s| !variable.values.is_missing(s as usize))?;
    let p = log_rank_p(&outcomes, &outcomes.codes(variable), variable.plan.levels.len())?;
    Some(Test { label: format!("{} (log-rank)", variable.plan.label), p })
}

/// One test per term of a model.
fn terms(model: &super::case::Model<'_>) -> Vec<Test> {
    let Some(fit) = &model.fit else { return Vec::new() };
    let of = |(t, term): (usize, &&Variable)| {
        let p = fit.wald_test(&model.columns_of(t))?.p_value;
        Some(Test { label: format!("{} in `{}`", term.plan.label, model.analysis.id), p })
    };
    model.columns.terms.iter().enumerate().filter_map(of).collect()
}
