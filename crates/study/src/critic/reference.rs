//! OM140: hazard ratios against a level of few patients, or against none that is named.
//!
//! Harm of a small reference: the share of the mean standard error that another reference would save. Harm of none: the
//! share of the model's terms whose table names no level to compare with.

use oligomet_base::number::{counted, fixed};
use oligomet_survival::CoxFit;

use super::case::Model;
use super::codes_as_numbers::{Coded, coded};
use super::{Case, Finding};
use crate::derive::Variable;
use crate::plan::VariableSource;

/// A reference of fewer patients, or of fewer events, is small.
const FEW_PATIENTS: usize = 10;
const FEW_EVENTS: usize = 5;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for model in case.models() {
        found.extend(unnamed(case, model));
        found.extend((0..model.columns.terms.len()).filter_map(|t| small(case, model, t)));
    }
    found
}

/// Categories in a model of which the table cannot say what they are compared with.
fn unnamed(case: &Case<'_>, model: &Model<'_>) -> Option<Finding> {
    let id = &model.analysis.id;
    let without = |term: &&&Variable| {
        let number = coded(case, term, &model.outcomes.subject).is_some_and(|(c, _)| c == Coded::Surely);
        let score = matches!(&term.plan.source, VariableSource::Score(score) if score.reference.is_none());
        number || score
    };
    let terms: Vec<String> =
        model.columns.terms.iter().filter(without).map(|t| format!("`{}`", t.plan.name)).collect();
    let first = model.columns.terms.iter().find(|t| without(t))?;
    let share = terms.len() as f64 / model.columns.terms.len() as f64;
    let what = format!("no reference level is named for {} of `{id}`", terms.join(", "));
    let why = format!(
        "a hazard ratio without the level it is compared with cannot be read: twice the hazard of whom? {} of {} hidden",
        terms.len(),
        counted(model.columns.terms.len(), "term")
    );
    let (block, name) = match &first.plan.source {
        VariableSource::Score(_) => ("score", &first.plan.name),
        _ => ("covariate", &first.plan.name),
    };
    let mend = format!("name the level that a reader would start from\n[{block}.{name}]\nref = \"...\"");
    let span = case.span_of_variable(name);
    Some(case.finding("OM140", what, span, format!("analysis `{id}`")).why(why).mend(mend).harm(share))
}

/// A factor whose reference holds few patients or events, though another level would do better.
fn small(case: &Case<'_>, model: &Model<'_>, t: usize) -> Option<Finding> {
    let term = model.columns.terms[t];
    let (levels, reference) = (&term.plan.levels, term.plan.reference?);
    if levels.len() < 3 {
        return None;
    }
    let codes = model.outcomes.codes(term);
    let counts: Vec<(usize, usize)> =
        (0..levels.len()).map(|l| model.outcomes.counts_where(|k| codes[k] == l as u32)).collect();
    let (patients, events) = counts[reference];
    let largest = counts.iter().map(|(n, _)| *n).max()?;
    if (patients >= FEW_PATIENTS && events >= FEW_EVENTS) || largest < 2 * patients.max(1) {
        return None;
    }
    let id = &model.analysis.id;
    let what = format!(
        "the reference \"{}\" of `{}` in `{id}` has {} and {}",
        levels[reference],
        term.plan.name,
        case.counted(patients),
        counted(events, "event")
    );
    let general = "every hazard ratio of the factor is then as unsure as its smallest level";
    let (told, better, harm) = match widths(model, t, reference) {
        Some((own, best, level)) => (
            format!(
                "; intervals span {} times on average (upper by lower limit), and {} with \"{}\" as reference",
                span(own),
                span(best),
                levels[level]
            ),
            level,
            1.0 - best / own,
        ),
        None => {
            let level = counts.iter().enumerate().max_by_key(|(l, (n, _))| (*n, std::cmp::Reverse(*l)))?.0;
            ("; its hazard ratios have no finite estimate".to_owned(), level, 1.0)
        }
    };
    let mend = format!(
        "compare with a large level that a reader knows\n[covariate.{}]\nref = \"{}\"",
        term.plan.name, levels[better]
    );
    let place = span_of_reference(case, term);
    Some(
        case.finding("OM140", what, place, format!("analysis `{id}`"))
            .why(format!("{general}{told}"))
            .mend(mend)
            .harm(harm),
    )
}

fn span_of_reference(case: &Case<'_>, term: &Variable) -> std::ops::Range<usize> {
    let reference =
        super::case::covariate_of(&term.plan).and_then(|c| c.reference.as_ref()).map(|r| r.span.clone());
    reference.unwrap_or_else(|| case.span_of_variable(&term.plan.name))
}

/// Upper limit by lower limit of a 95 % interval.
fn span(std_error: f64) -> String {
    fixed(libm::exp(2.0 * 1.959_963_984_540_054 * std_error), 1)
}

/// (mean standard error against the reference, against the best level, the best level).
fn widths(model: &Model<'_>, t: usize, reference: usize) -> Option<(f64, f64, usize)> {
    let fit = model.fit.as_ref()?;
    let columns = model.columns_of(t);
    let levels = &model.columns.terms[t].plan.levels;
    let n_levels = levels.len();
    // Column of each level; the reference has none.
    let column = |level: usize| columns.iter().copied().find(|&c| model.columns.of[c].1 == levels[level]);
    if columns.iter().any(|&c| fit.coefficients[c].estimate().is_none()) {
        return None;
    }
    let mean = |against: usize| {
        let errors =
            (0..n_levels).filter(|&l| l != against).map(|l| difference(fit, column(l), column(against)));
        errors.sum::<f64>() / (n_levels - 1) as f64
    };
    let all = (0..n_levels).map(|l| (mean(l), l));
    let (best, level) = all.fold((f64::INFINITY, 0), |b, now| if now.0 < b.0 { now } else { b });
    Some((mean(reference), best, level))
}

/// Standard error of the difference of two levels' log hazard ratios; `None` is the reference.
fn difference(fit: &CoxFit, a: Option<usize>, b: Option<usize>) -> f64 {
    let v = |x: Option<usize>, y: Option<usize>| match (x, y) {
        (Some(x), Some(y)) => fit.variance.get(x, y),
        _ => 0.0,
    };
    libm::sqrt((v(a, a) + v(b, b) - 2.0 * v(a, b)).max(0.0))
}
