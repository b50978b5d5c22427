//! OM133: covariates of one model that say the same thing: several cuts of one number, or one a function of the other.
//!
//! Harm: the larger of the share of a covariate that the others already tell (R squared, 1 - 1/VIF) and of how far its
//! hazard ratio moves between the model with it alone and the whole model.

use oligomet_base::number::fixed;
use oligomet_schema::{Category, ColumnData};
use oligomet_survival::{Coefficient, NotEstimable};

use super::case::{Model, percent, quoted, ratio};
use super::origin::{as_codes, distinct, roots};
use super::statistics::{fit_terms, told_by_others};
use super::{Case, Finding};
use crate::derive::{Values, Variable};

/// A factor with more levels is taken as a number.
const MOST_LEVELS: usize = 12;
/// A level must hold so many patients for what it shows to be more than chance.
const LEAST_IN_LEVEL: usize = 5;

pub(super) fn judge(case: &Case<'_>) -> Vec<Finding> {
    case.models()
        .iter()
        .flat_map(|model| groups(case, model).into_iter().map(|g| one(case, model, &g)).collect::<Vec<_>>())
        .collect()
}

/// Terms that say the same thing, and how that is known.
struct Group {
    terms: Vec<usize>,
    how: String,
}

fn groups(case: &Case<'_>, model: &Model<'_>) -> Vec<Group> {
    let terms = &model.columns.terms;
    let mut found: Vec<Group> = Vec::new();
    for i in 0..terms.len() {
        for j in i + 1..terms.len() {
            let Some(how) = related(case, model, i, j) else { continue };
            match found.iter_mut().find(|g| g.terms.contains(&i) || g.terms.contains(&j)) {
                Some(group) => [i, j].into_iter().for_each(|t| {
                    if !group.terms.contains(&t) {
                        group.terms.push(t);
                    }
                }),
                None => found.push(Group { terms: vec![i, j], how }),
            }
        }
    }
    found
}

/// How two terms say the same thing; `None` where they do not.
fn related(case: &Case<'_>, model: &Model<'_>, i: usize, j: usize) -> Option<String> {
    let (a, b) = (model.columns.terms[i], model.columns.terms[j]);
    let (of_a, of_b) = (roots(case, &a.plan), roots(case, &b.plan));
    if of_a.len() == 1 && of_a == of_b {
        let name = of_a.first().map(String::as_str).unwrap_or_default();
        let behind = if name == super::origin::BIOLOGICAL_DOSE { "dose and fractions" } else { name };
        return Some(format!("all are made from `{behind}`"));
    }
    let subjects = &model.outcomes.subject;
    if let (Some(x), Some(y)) = (as_codes(a, subjects, MOST_LEVELS), as_codes(b, subjects, MOST_LEVELS)) {
        if determines(&x, &y) {
            return Some(format!("`{}` follows from `{}`", b.plan.name, a.plan.name));
        }
        if determines(&y, &x) {
            return Some(format!("`{}` follows from `{}`", a.plan.name, b.plan.name));
        }
    }
    if same_order(a, b, subjects) {
        return Some(format!("`{}` and `{}` put all patients into one order", a.plan.name, b.plan.name));
    }
    collinear(model, i, j).then(|| format!("`{}` and `{}` determine each other", a.plan.name, b.plan.name))
}

/// Whether every value of `a` comes with one value of `b`, in levels large enough for this to be no chance.
fn determines(a: &[u32], b: &[u32]) -> bool {
    let mut of: std::collections::BTreeMap<u32, (u32, usize)> = std::collections::BTreeMap::new();
    for (x, y) in a.iter().zip(b).filter(|(x, y)| **x != Category::MISSING && **y != Category::MISSING) {
        let entry = of.entry(*x).or_insert((*y, 0));
        if entry.0 != *y {
            return false;
        }
        entry.1 += 1;
    }
    let mut shown: Vec<u32> = of.values().filter(|(_, n)| *n >= LEAST_IN_LEVEL).map(|(y, _)| *y).collect();
    shown.sort_unstable();
    shown.dedup();
    shown.len() >= 2
}

/// Whether two numbers with many values rank all patients alike, or in reverse.
fn same_order(a: &Variable, b: &Variable, subjects: &[u32]) -> bool {
    let (Values::Numbers(x), Values::Numbers(y)) = (&a.values, &b.values) else { return false };
    let mut pairs: Vec<(f64, f64)> = subjects.iter().map(|s| (x[*s as usize], y[*s as usize])).collect();
    let many = |of: fn(&(f64, f64)) -> f64| {
        distinct(&pairs.iter().map(of).collect::<Vec<_>>()).len() >= LEAST_IN_LEVEL
    };
    if !many(|p| p.0) || !many(|p| p.1) {
        return false;
    }
    pairs.sort_by(|p, q| p.0.total_cmp(&q.0).then(p.1.total_cmp(&q.1)));
    let steps = || pairs.windows(2).filter(|w| w[0].0 < w[1].0);
    steps().all(|w| w[0].1 <= w[1].1) || steps().all(|w| w[0].1 >= w[1].1)
}

fn collinear(model: &Model<'_>, i: usize, j: usize) -> bool {
    let Some(fit) = &model.fit else { return false };
    let term = |column: usize| model.columns.of[column].0;
    fit.coefficients.iter().enumerate().any(|(column, coefficient)| match coefficient {
        Coefficient::NotEstimable(NotEstimable::Collinear { with }) => {
            let others: Vec<usize> = with.iter().map(|&c| term(c)).collect();
            (term(column) == i && others.contains(&j)) || (term(column) == j && others.contains(&i))
        }
        _ => false,
    })
}

fn one(case: &Case<'_>, model: &Model<'_>, group: &Group) -> Finding {
    let id = &model.analysis.id;
    let name = |t: &usize| model.columns.terms[*t].plan.name.as_str();
    let names: Vec<String> = group.terms.iter().map(|t| format!("`{}`", name(t))).collect();
    let what = format!("{} of `{id}` say the same thing: {}", names.join(", "), group.how);
    let general = "with all of them in one model each hazard ratio speaks of patients in whom they disagree, who are few";
    let (told, harm) = harm(model, group).unwrap_or_else(|| (String::new(), 0.5));
    let others = (0..model.columns.terms.len()).filter(|t| !group.terms[1..].contains(t));
    let mend = format!(
        "keep one, best the number itself, and give the others each in a model of its own as a sensitivity analysis\n{}\
         [[analysis]]\nid = \"{id}\"\nterms = [{}]",
        number_itself(case, model, group),
        quoted(others.map(|t| model.columns.terms[t].plan.name.as_str()))
    );
    let span = case.span_of_terms(id);
    case.finding("OM133", what, span, format!("analysis `{id}`"))
        .why(format!("{general}{told}"))
        .mend(mend)
        .harm(harm)
}

/// The covariate without its cut, where all terms are cuts of one column.
fn number_itself(case: &Case<'_>, model: &Model<'_>, group: &Group) -> String {
    let first = model.columns.terms[group.terms[0]];
    let Some(covariate) = super::case::covariate_of(&first.plan).filter(|c| c.cut.is_some()) else {
        return String::new();
    };
    let Some(column) = case.base.data.table.column(&covariate.from.text) else { return String::new() };
    let per = if spans_tens(case, &column.data) { "per = 10\n" } else { "" };
    format!("[covariate.{}]\nfrom = \"{}\"\n{per}", first.plan.name, covariate.from.text)
}

/// Whether a hazard ratio per 10 of a number says something: a dose or an age does, a line of therapy does not.
fn spans_tens(case: &Case<'_>, data: &ColumnData) -> bool {
    let ColumnData::Number(numbers) = data else { return true };
    let known = case.rows.iter().map(|&r| numbers[r]).filter(|x| !x.is_nan());
    let (least, most) =
        known.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), x| (least.min(x), most.max(x)));
    most - least >= 20.0
}

/// Numbers before and after in words, and the harm.
fn harm(model: &Model<'_>, group: &Group) -> Option<(String, f64)> {
    let slices: Vec<&[f64]> = model.columns.values.iter().map(Vec::as_slice).collect();
    let told = told_by_others(&slices);
    let columns: Vec<usize> = group.terms.iter().flat_map(|&t| model.columns_of(t)).collect();
    let (r_squared, most_told) =
        columns.iter().map(|&c| (told[c], c)).fold(None, |best, now| match best {
            Some((known, _)) if known >= now.0 => best,
            _ => Some(now),
        })?;
    let inflation =
        if r_squared > 1.0 - 1e-9 { "infinite".into() } else { fixed(1.0 / (1.0 - r_squared), 1) };
    let mut text = format!(
        "; {} of {} is told by the others (variance inflation {inflation})",
        percent(r_squared),
        model.columns.label(most_told)
    );
    let mut harm = r_squared;
    if let Some((alone, together, column)) = largest_move(model, group) {
        text.push_str(&format!(
            "; hazard ratio of {}: {} alone, {} beside the others",
            model.columns.label(column),
            ratio(alone),
            ratio(together)
        ));
        harm = harm.max(1.0 - libm::exp(-(alone - together).abs()));
    }
    Some((text, harm))
}

/// (log hazard ratio alone, in the model, column) of the column that moves most.
fn largest_move(model: &Model<'_>, group: &Group) -> Option<(f64, f64, usize)> {
    let fit = model.fit.as_ref()?;
    let moves = group.terms.iter().flat_map(|&t| {
        let alone = fit_terms(&model.outcomes, &[model.columns.terms[t]]);
        let columns = model.columns_of(t);
        let of = move |(k, column): (usize, usize)| {
            let alone = alone.as_ref()?.coefficients.get(k)?.estimate()?.log_hazard_ratio;
            Some((alone, fit.coefficients.get(column)?.estimate()?.log_hazard_ratio, column))
        };
        columns.into_iter().enumerate().filter_map(of).collect::<Vec<_>>()
    });
    moves.fold(None, |best: Option<(f64, f64, usize)>, now| match best {
        Some(known) if (known.0 - known.1).abs() >= (now.0 - now.1).abs() => best,
        _ => Some(now),
    })
}

#[cfg(test)]
mod tests {
    use super::determines;

    #[test]
    fn a_grouping_follows_from_its_levels_and_rare_levels_prove_nothing() {
        let site = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2];
        let brain = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        assert!(determines(&site, &brain) && !determines(&brain, &site));
        // Two patients with a rare feature, both in the rarest site: no function.
        let rare = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1];
        assert!(!determines(&site, &rare));
    }
}
