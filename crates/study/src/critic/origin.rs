//! Where the numbers of a variable come from.

use std::collections::BTreeSet;

use oligomet_schema::{Category, ColumnType};

use super::Case;
use crate::derive::{Values, Variable};
use crate::expression::Kind;
use crate::plan::{VariablePlan, VariableSource};

/// The one number behind every BED and EQD2: at whatever alpha/beta, each is a function of dose and fractions.
pub(super) const BIOLOGICAL_DOSE: &str = "bed_gy";

/// The columns from which a variable is made; all BED and EQD2 columns are one.
pub(super) fn roots(case: &Case<'_>, plan: &VariablePlan) -> BTreeSet<String> {
    match &plan.source {
        VariableSource::Covariate(_, expression) => expression.names.iter().map(|n| root(n)).collect(),
        VariableSource::Score(score) => {
            let factors = score.points.iter().filter_map(|(name, _)| case.variable(&name.text));
            factors.flat_map(|v| roots(case, &v.plan)).collect()
        }
        VariableSource::Given => BTreeSet::new(),
    }
}

fn root(column: &str) -> String {
    let derived = ["bed_gy", "eqd2_gy"]
        .iter()
        .any(|stem| column.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with("_ab")));
    if derived { BIOLOGICAL_DOSE.to_owned() } else { column.to_owned() }
}

/// Whether every column behind an expression holds levels, not numbers.
pub(super) fn is_of_levels(case: &Case<'_>, plan: &VariablePlan) -> bool {
    let VariableSource::Covariate(_, expression) = &plan.source else { return false };
    let kind = |name: &String| case.base.data.table.column(name).map(|c| c.kind);
    let levels = |k: Option<ColumnType>| matches!(k, Some(ColumnType::Category | ColumnType::Text));
    !expression.names.is_empty() && expression.names.iter().all(|n| levels(kind(n)))
}

/// Whether the number is one of the constants of a CASE.
pub(super) fn is_coded_by_case(plan: &VariablePlan) -> bool {
    let VariableSource::Covariate(covariate, expression) = &plan.source else { return false };
    expression.kind == Kind::Number && covariate.from.to_uppercase().contains("CASE")
}

/// Values of some subjects as codes, where there are few: levels, or distinct numbers in ascending order.
pub(super) fn as_codes(variable: &Variable, subjects: &[u32], most: usize) -> Option<Vec<u32>> {
    match &variable.values {
        Values::Codes(codes) => Some(
            subjects.iter().map(|s| codes.get(*s as usize).copied().unwrap_or(Category::MISSING)).collect(),
        ),
        Values::Columns(_) => None,
        Values::Numbers(x) => {
            let of: Vec<f64> = subjects.iter().map(|s| x[*s as usize]).collect();
            let distinct = distinct(&of);
            let code = |x: &f64| distinct.iter().position(|d| d == x).map_or(Category::MISSING, |k| k as u32);
            (distinct.len() <= most).then(|| of.iter().map(code).collect())
        }
    }
}

/// Distinct numbers in ascending order, those missing left out.
pub(super) fn distinct(values: &[f64]) -> Vec<f64> {
    let mut known: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    known.dedup();
    known
}
