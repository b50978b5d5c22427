//! Covariates and scores over the population.

use oligomet_base::number::shortest;
use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::{Category, Column, ColumnData, ColumnType};

use crate::check::NO_YES;
use crate::derive::Base;
use crate::expression::{Expression, Kind, evaluate_numbers, evaluate_texts, evaluate_truth};
use crate::model::{Covariate, Score, Transform};
use crate::plan::{VariablePlan, VariableSource};

/// Values of a variable, one per subject of the population.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers; NaN is missing.
    Numbers(Vec<f64>),
    /// Indices into the plan's levels; [`Category::MISSING`] is missing.
    Codes(Vec<u32>),
    /// Several columns of a model at once, each with its name: a spline, the products of others. NaN is missing.
    Columns(Vec<(String, Vec<f64>)>),
}

impl Values {
    /// Whether a subject's value is missing.
    #[must_use]
    pub fn is_missing(&self, subject: usize) -> bool {
        match self {
            Self::Numbers(v) => v.get(subject).is_none_or(|x| x.is_nan()),
            Self::Codes(v) => v.get(subject).is_none_or(|c| *c == Category::MISSING),
            Self::Columns(all) => all.iter().any(|(_, v)| v.get(subject).is_none_or(|x| x.is_nan())),
        }
    }
}

/// A variable with its plan.
#[derive(Debug, Clone)]
pub struct Variable {
    /// What it is.
    pub plan: VariablePlan,
    /// Its values.
    pub values: Values,
}

/// Derives all variables over the population's rows.
///
/// # Errors
/// SQLite's message as a problem; none is expected.
pub fn derive_variables(
    plans: &[VariablePlan],
    base: &Base,
    rows: &[usize],
    problems: &mut Problems,
) -> Result<Vec<Variable>, Problems> {
    let mut found: Vec<Variable> = Vec::with_capacity(plans.len());
    for plan in plans {
        let values = match &plan.source {
            VariableSource::Covariate(covariate, expression) => {
                derive_covariate(plan, covariate, expression, base, rows, problems)
                    .map_err(|e| Problems::from(cannot_compute(plan, &e)))?
            }
            VariableSource::Score(score) => Values::Codes(derive_score(score, &found, rows.len())),
            // Such a variable brings its values along and is never derived.
            VariableSource::Given => Values::Numbers(vec![f64::NAN; rows.len()]),
        };
        found.push(Variable { plan: plan.clone(), values });
    }
    Ok(found)
}

/// The numbers of a covariate before any cut, one per row; NaN is missing. `None` where it has none.
pub(crate) fn variable_numbers(plan: &VariablePlan, base: &Base, rows: &[usize]) -> Option<Vec<f64>> {
    let VariableSource::Covariate(covariate, expression) = &plan.source else { return None };
    let mut numbers = numbers_of(covariate, expression, base, rows).ok()?;
    // What has no logarithm was told when the variable was derived.
    transform(plan, covariate, &mut numbers, &mut Problems::new());
    Some(numbers)
}

fn cannot_compute(plan: &VariablePlan, error: &rusqlite::Error) -> Problem {
    Problem::error("OM315", format!("`{}` could not be computed: {error}", plan.name))
        .at(Place::subject(format!("covariate `{}`", plan.name)))
}

fn derive_covariate(
    plan: &VariablePlan,
    covariate: &Covariate,
    expression: &Expression,
    base: &Base,
    rows: &[usize],
    problems: &mut Problems,
) -> rusqlite::Result<Values> {
    if plan.is_number() || covariate.cut.is_some() {
        let mut numbers = numbers_of(covariate, expression, base, rows)?;
        transform(plan, covariate, &mut numbers, problems);
        return Ok(match &covariate.cut {
            Some(cut) => Values::Codes(numbers.iter().map(|x| cut_code(&cut.at, *x)).collect()),
            None => Values::Numbers(numbers),
        });
    }
    let texts = texts_of(covariate, expression, base, rows)?;
    let home = |text: &str| {
        let wanted = if covariate.group.is_empty() {
            plan.levels.iter().position(|l| l == text)
        } else {
            covariate.group.iter().position(|(_, members)| members.iter().any(|m| m.text == text))
        };
        wanted.map_or(Category::MISSING, |k| k as u32)
    };
    Ok(Values::Codes(match texts {
        Texts::Coded(codes, levels) => {
            // Levels are few and rows many: look each level up once.
            let homes: Vec<u32> = levels.iter().map(|l| home(l)).collect();
            codes.iter().map(|c| homes.get(*c as usize).copied().unwrap_or(Category::MISSING)).collect()
        }
        Texts::Plain(texts) => texts.iter().map(|t| t.as_deref().map_or(Category::MISSING, home)).collect(),
    }))
}

fn numbers_of(
    covariate: &Covariate,
    expression: &Expression,
    base: &Base,
    rows: &[usize],
) -> rusqlite::Result<Vec<f64>> {
    match base.data.table.column(&covariate.from.text).map(|c| &c.data) {
        Some(ColumnData::Number(v) | ColumnData::Duration(v)) => {
            Ok(rows.iter().map(|&r| v.get(r).copied().unwrap_or(f64::NAN)).collect())
        }
        _ => evaluate_numbers(expression, &base.scope(), rows),
    }
}

enum Texts {
    Coded(Vec<u32>, Vec<String>),
    Plain(Vec<Option<String>>),
}

fn texts_of(
    covariate: &Covariate,
    expression: &Expression,
    base: &Base,
    rows: &[usize],
) -> rusqlite::Result<Texts> {
    let no_yes = |answers: &mut dyn Iterator<Item = Option<bool>>| {
        let codes = answers.map(|a| a.map_or(Category::MISSING, u32::from)).collect();
        Texts::Coded(codes, NO_YES.map(str::to_owned).to_vec())
    };
    match base.data.table.column(&covariate.from.text).map(|c| &c.data) {
        Some(ColumnData::Category(c)) => {
            let codes = rows.iter().map(|&r| c.codes.get(r).copied().unwrap_or(Category::MISSING)).collect();
            Ok(Texts::Coded(codes, c.levels.clone()))
        }
        Some(ColumnData::YesNo(v)) => Ok(no_yes(&mut rows.iter().map(|&r| v.get(r).copied().flatten()))),
        Some(ColumnData::Number(v)) => {
            let text = |r: &usize| v.get(*r).filter(|x| !x.is_nan()).map(|x| shortest(*x));
            Ok(Texts::Plain(rows.iter().map(text).collect()))
        }
        _ if expression.kind == Kind::Truth => {
            let answers = evaluate_truth(expression, &base.scope(), rows)?;
            Ok(no_yes(&mut answers.into_iter()))
        }
        _ => Ok(Texts::Plain(evaluate_texts(expression, &base.scope(), rows)?)),
    }
}

fn transform(plan: &VariablePlan, covariate: &Covariate, numbers: &mut [f64], problems: &mut Problems) {
    let Some(transform) = covariate.transform else { return };
    let mut refused = 0;
    for x in numbers.iter_mut().filter(|x| !x.is_nan()) {
        if *x <= 0.0 {
            refused += 1;
            *x = f64::NAN;
            continue;
        }
        *x = match transform {
            Transform::Log => libm::log(*x),
            Transform::Log2 => libm::log(*x) / std::f64::consts::LN_2,
            Transform::Log10 => libm::log(*x) / std::f64::consts::LN_10,
        };
    }
    if refused > 0 {
        problems.push(
            Problem::warning(
                "OM113",
                format!("{refused} values of `{}` are 0 or below and have no logarithm", plan.name),
            )
            .at(Place::subject(format!("covariate `{}`", plan.name)))
            .why("they count as missing")
            .mend("use the number itself, or add a constant in `from`, as from = \"nodes + 1\""),
        );
    }
}

/// A value at a cut-point belongs above it.
fn cut_code(at: &[f64], x: f64) -> u32 {
    if x.is_nan() { Category::MISSING } else { at.iter().filter(|cut| x >= **cut).count() as u32 }
}

fn derive_score(score: &Score, known: &[Variable], n: usize) -> Vec<u32> {
    let factors: Vec<(&Variable, Vec<f64>)> = score
        .points
        .iter()
        .filter_map(|(name, points)| {
            let variable = known.iter().find(|v| v.plan.name == name.text)?;
            let of_level = |l: &String| points.iter().find(|(p, _)| p.text == *l).map_or(0.0, |(_, p)| *p);
            Some((variable, variable.plan.levels.iter().map(of_level).collect()))
        })
        .collect();
    (0..n)
        .map(|i| {
            let total = factors.iter().try_fold(0.0, |sum, (variable, points)| match &variable.values {
                // One unknown factor makes the group unknown.
                Values::Codes(codes) => points.get(*codes.get(i)? as usize).map(|p| sum + p),
                Values::Numbers(_) | Values::Columns(_) => None,
            });
            let home = total.and_then(|t| score.levels.iter().position(|(_, totals)| totals.contains(&t)));
            home.map_or(Category::MISSING, |k| k as u32)
        })
        .collect()
}

/// Variables as empty columns, so that restrictions can be typed before anything is derived.
pub fn variable_columns<'a>(plans: impl Iterator<Item = &'a VariablePlan>) -> Vec<Column> {
    plans.map(|plan| as_column(plan, &Values::Codes(Vec::new()))).collect()
}

/// A variable as a column, so that restrictions can be asked.
pub(crate) fn as_column(plan: &VariablePlan, values: &Values) -> Column {
    let (kind, data) = match (plan.is_number(), values) {
        (true, Values::Numbers(v)) => (ColumnType::Number, ColumnData::Number(v.clone())),
        (true, Values::Codes(_) | Values::Columns(_)) => (ColumnType::Number, ColumnData::Number(Vec::new())),
        (false, Values::Codes(codes)) => (
            ColumnType::Category,
            ColumnData::Category(Category { codes: codes.clone(), levels: plan.levels.clone() }),
        ),
        (false, Values::Numbers(_) | Values::Columns(_)) => (
            ColumnType::Category,
            ColumnData::Category(Category { codes: Vec::new(), levels: plan.levels.clone() }),
        ),
    };
    Column {
        name: plan.name.clone(),
        label: plan.label.clone(),
        kind,
        unit: None,
        time_unit: None,
        header: String::new(),
        data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_at_the_cut_point_belongs_above_it() {
        assert_eq!(cut_code(&[63.0], 62.999_999_999), 0);
        assert_eq!(cut_code(&[63.0], 63.0), 1);
        assert_eq!(cut_code(&[20.0, 50.0], 50.0), 2);
        assert_eq!(cut_code(&[63.0], f64::NAN), Category::MISSING);
    }
}
