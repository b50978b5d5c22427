//! OM134: categories that enter a model as numbers, with one slope.
//!
//! Harm: the share of what the levels tell (likelihood ratio of the factor) that the slope does not.

use oligomet_base::number::{fixed, shortest};
use oligomet_survival::ChiSquareTest;

use super::case::{Model, p_text, percent, quoted};
use super::origin::{distinct, is_coded_by_case, is_of_levels};
use super::statistics::fit_columns;
use super::{Case, Finding, words};
use crate::derive::{Values, Variable};

/// More values are no codes.
const MOST_CODES: usize = 8;
/// A deviation from the slope that is no chance.
const SIGNIFICANT: f64 = 0.05;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let of_model = |model: &Model<'_>| -> Vec<Finding> {
        model.columns.terms.iter().filter_map(|term| one(case, model, term)).collect()
    };
    case.models().iter().flat_map(of_model).collect()
}

/// What a number that takes few whole values is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coded {
    /// Codes of categories, by its own definition.
    Surely,
    /// A number that could be a code.
    Perhaps,
    /// A count, whose slope means something.
    Count,
}

/// Whether a variable of a model is made of codes; `None` where it takes many values, or values that are not whole.
pub(super) fn coded(case: &Case<'_>, variable: &Variable, subjects: &[u32]) -> Option<(Coded, Vec<f64>)> {
    let Values::Numbers(x) = &variable.values else { return None };
    let values = distinct(&subjects.iter().map(|s| x[*s as usize]).collect::<Vec<_>>());
    let whole = values.iter().all(|v| v.fract() == 0.0);
    if !whole || !(3..=MOST_CODES).contains(&values.len()) {
        return None;
    }
    let plan = &variable.plan;
    let names = super::origin::roots(case, plan);
    let counts = words::is_count(&plan.name) || names.iter().any(|n| words::is_count(n));
    if is_of_levels(case, plan) || (is_coded_by_case(plan) && !counts) {
        return Some((Coded::Surely, values));
    }
    let measured =
        !plan.unit.is_empty() || super::case::covariate_of(plan).is_some_and(|c| c.transform.is_some());
    let from_code = values[0] <= 1.0 && values.windows(2).all(|w| w[1] - w[0] == 1.0);
    let what = if counts || measured || !from_code { Coded::Count } else { Coded::Perhaps };
    Some((what, values))
}

fn one(case: &Case<'_>, model: &Model<'_>, term: &Variable) -> Option<Finding> {
    let (coded, values) = coded(case, term, &model.outcomes.subject)?;
    let fits = linearity(model, term, &values);
    if coded == Coded::Count && fits.as_ref().is_none_or(|f| f.test.p_value >= SIGNIFICANT) {
        return None;
    }
    let (id, name) = (&model.analysis.id, &term.plan.name);
    let what = format!(
        "`{name}` has {} values and enters `{id}` as a number: one hazard ratio per step from {} to {}",
        values.len(),
        shortest(values[0]),
        shortest(values[values.len() - 1])
    );
    let general = match coded {
        Coded::Count => "one slope says that every step has the same effect",
        _ => {
            "codes have no distances: one slope says that every step has the same effect, and names no level that the others are compared with"
        }
    };
    let (told, harm) = match &fits {
        Some(f) => (
            format!(
                "; the levels tell {} (chi-squared, {} degrees of freedom), the slope {}: {} of it is lost; test against a slope {}",
                fixed(f.of_levels, 1),
                values.len() - 1,
                fixed(f.of_slope, 1),
                percent(f.lost()),
                p_text(f.test.p_value)
            ),
            f.lost(),
        ),
        None => (String::new(), 0.3),
    };
    let span = case.span_of_use(id, name);
    let finding = case.finding("OM134", what, span, format!("analysis `{id}`"));
    Some(finding.why(format!("{general}{told}")).mend(mend(term, &values)).harm(harm))
}

fn mend(term: &Variable, values: &[f64]) -> String {
    let name = &term.plan.name;
    let from = super::case::covariate_of(&term.plan).map_or(name.as_str(), |c| c.from.text.as_str());
    if is_coded_by_case(&term.plan) {
        return format!(
            "use the levels themselves, without codes, and name the one that the others are compared with\n\
             [covariate.{name}]\nfrom = \"...\"  # the column of levels, or texts in CASE\nref = \"...\""
        );
    }
    let levels: Vec<String> = values.iter().map(|v| format!("\"{0}\" = [{0}]", shortest(*v))).collect();
    format!(
        "make levels of it, and name the one that the others are compared with\n\
         [covariate.{name}]\nfrom = {}\ngroup = {{ {} }}\nref = \"{}\"",
        quoted([from]),
        levels.join(", "),
        shortest(values[0])
    )
}

/// Likelihood ratios of a slope and of levels, and the test between them.
struct Linearity {
    of_slope: f64,
    of_levels: f64,
    test: ChiSquareTest,
}

impl Linearity {
    /// The share of what the levels tell that the slope does not.
    fn lost(&self) -> f64 {
        if self.of_levels > 0.0 { (1.0 - self.of_slope / self.of_levels).max(0.0) } else { 0.0 }
    }
}

/// The term alone, as a slope and as levels.
fn linearity(model: &Model<'_>, term: &Variable, values: &[f64]) -> Option<Linearity> {
    model.fit.as_ref()?;
    let Values::Numbers(x) = &term.values else { return None };
    let slope: Vec<f64> = model.outcomes.subject.iter().map(|s| x[*s as usize]).collect();
    let levels: Vec<Vec<f64>> =
        values[1..].iter().map(|v| slope.iter().map(|x| f64::from(u8::from(x == v))).collect()).collect();
    let columns: Vec<&[f64]> = levels.iter().map(Vec::as_slice).collect();
    let of_slope = fit_columns(&model.outcomes, &[&slope])?.likelihood_ratio;
    let of_levels = fit_columns(&model.outcomes, &columns)?.likelihood_ratio;
    let df = of_levels.df.checked_sub(of_slope.df).filter(|df| *df > 0)?;
    let test = ChiSquareTest::new((of_levels.statistic - of_slope.statistic).max(0.0), df);
    Some(Linearity { of_slope: of_slope.statistic, of_levels: of_levels.statistic, test })
}
