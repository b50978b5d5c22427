//! Table 1: who the patients are, by group.

use oligomet_results::StatKey;

use super::sink::{Row, Sink};
use super::{Inputs, code};
use crate::derive::{Values, Variable};
use crate::describe::{
    GroupTest, chi_squared, fisher_exact, kruskal_wallis, mean_sd, quantile,
    standardised_difference_of_levels, standardised_difference_of_numbers,
};
use crate::plan::{AnalysisPlan, TestPlan};

/// A column of the table: a level of the grouping, or everybody.
struct TableColumn {
    level: String,
    subjects: Vec<u32>,
    cohort: String,
}

pub(super) fn run(plan: &AnalysisPlan, inputs: &Inputs<'_>, inside: &[bool], sink: &mut Sink) {
    let columns = columns(plan, inputs, inside, sink);
    for column in &columns {
        let row = Row::new(key(plan, &column.level), "count", &column.cohort, plan.planned);
        sink.add(&row, &[("n", Some(column.subjects.len() as f64))]);
        for name in &plan.vars {
            if let Some(variable) = inputs.variable(name) {
                describe(plan, variable, column, sink);
            }
        }
    }
    if plan.by.is_empty() {
        return;
    }
    // The first column is everybody; differences are between the others.
    for variable in plan.vars.iter().filter_map(|v| inputs.variable(v)) {
        compare(plan, variable, &columns[1..], sink);
    }
}

fn key(plan: &AnalysisPlan, level: &str) -> StatKey {
    let key = StatKey::new(&plan.id, "", "table1");
    if level.is_empty() { key } else { key.group(&plan.by, level) }
}

fn columns(plan: &AnalysisPlan, inputs: &Inputs<'_>, inside: &[bool], sink: &mut Sink) -> Vec<TableColumn> {
    let everybody: Vec<u32> = (0..inputs.n_subjects as u32).filter(|s| inside[*s as usize]).collect();
    let restricted = plan.restriction.is_some();
    let grouping = |name: &str| if restricted { format!("{name} in {}", plan.id) } else { name.to_owned() };
    let cohort = if restricted {
        let name = grouping("all");
        sink.grouping(&name, &["yes".to_owned()], || {
            inside.iter().map(|i| if *i { 0 } else { u32::MAX }).collect()
        });
        sink.cohort("", &name, "yes", everybody.len())
    } else {
        sink.cohort("", "", "", everybody.len())
    };
    let mut columns = vec![TableColumn { level: String::new(), subjects: everybody.clone(), cohort }];
    let Some(by) = inputs.variable(&plan.by) else { return columns };
    let name = grouping(&plan.by);
    sink.grouping(&name, &by.plan.levels, || {
        (0..inputs.n_subjects as u32)
            .map(|s| if inside[s as usize] { code(by, s) } else { u32::MAX })
            .collect()
    });
    for (k, level) in by.plan.levels.iter().enumerate() {
        let subjects: Vec<u32> = everybody.iter().copied().filter(|s| code(by, *s) == k as u32).collect();
        let cohort = sink.cohort("", &name, level, subjects.len());
        columns.push(TableColumn { level: level.clone(), subjects, cohort });
    }
    columns
}

fn describe(plan: &AnalysisPlan, variable: &Variable, column: &TableColumn, sink: &mut Sink) {
    let name = &variable.plan.name;
    let known: Vec<u32> =
        column.subjects.iter().copied().filter(|s| !variable.values.is_missing(*s as usize)).collect();
    let missing = column.subjects.len() - known.len();
    let counts = Row::new(key(plan, &column.level).variable(name, ""), "count", &column.cohort, plan.planned);
    sink.add(&counts, &[("n", Some(known.len() as f64)), ("n.missing", Some(missing as f64))]);
    match &variable.values {
        Values::Numbers(values) => {
            let row = Row { method: "describe", ..counts };
            let mut x: Vec<f64> = known.iter().map(|s| values[*s as usize]).collect();
            let (mean, sd) = mean_sd(&x);
            x.sort_by(f64::total_cmp);
            let numbers = [
                ("median", quantile(&x, 0.5)),
                ("p25", quantile(&x, 0.25)),
                ("p75", quantile(&x, 0.75)),
                ("mean", mean),
                ("sd", sd),
                ("min", x.first().copied()),
                ("max", x.last().copied()),
            ];
            for (stat, value) in numbers {
                sink.add_or(&row, stat, value, Some("too few values"));
            }
        }
        Values::Codes(_) => {
            for (k, level) in variable.plan.levels.iter().enumerate() {
                let n = known.iter().filter(|s| code(variable, **s) == k as u32).count();
                let key = key(plan, &column.level).variable(name, level);
                let row = Row::new(key, "count", &column.cohort, plan.planned);
                let share = (!known.is_empty()).then(|| n as f64 / known.len() as f64);
                sink.add(&row, &[("n", Some(n as f64)), ("p", share)]);
            }
        }
        Values::Columns(_) => {}
    }
}

fn compare(plan: &AnalysisPlan, variable: &Variable, columns: &[TableColumn], sink: &mut Sink) {
    let key = StatKey::new(&plan.id, "", "table1").group(&plan.by, "").variable(&variable.plan.name, "");
    let row = Row::new(key.clone(), "smd", "all", plan.planned);
    sink.add_or(
        &row,
        "smd",
        largest_difference(variable, columns),
        Some("a group is too small or nothing varies"),
    );
    if plan.test != TestPlan::Auto {
        return;
    }
    match test(variable, columns) {
        Some(test) => {
            let row = Row::new(key, test.method_id, "all", plan.planned).warn(test.warning);
            let df = test.df.map(|d| d as f64);
            sink.add(&row, &[("p.value", Some(test.p_value))]);
            sink.add_or(&row, "statistic", test.statistic, Some("an exact test has none"));
            sink.add_or(&row, "parameter", df, Some("an exact test has none"));
        }
        None => {
            let row = Row::new(key, "count", "all", plan.planned);
            sink.add_or(&row, "p.value", None, Some("groups cannot be compared"));
        }
    }
}

/// The largest of all pairs of groups.
fn largest_difference(variable: &Variable, columns: &[TableColumn]) -> Option<f64> {
    let mut largest: Option<f64> = None;
    for (i, a) in columns.iter().enumerate() {
        for b in &columns[i + 1..] {
            let difference = match &variable.values {
                Values::Numbers(_) => {
                    standardised_difference_of_numbers(&numbers(variable, a), &numbers(variable, b))
                }
                Values::Codes(_) | Values::Columns(_) => {
                    standardised_difference_of_levels(&level_counts(variable, a), &level_counts(variable, b))
                }
            };
            largest = match (largest, difference) {
                (Some(x), Some(y)) => Some(x.max(y)),
                (x, y) => x.or(y),
            };
        }
    }
    largest
}

fn numbers(variable: &Variable, column: &TableColumn) -> Vec<f64> {
    let Values::Numbers(values) = &variable.values else { return Vec::new() };
    column.subjects.iter().map(|s| values[*s as usize]).filter(|x| !x.is_nan()).collect()
}

fn level_counts(variable: &Variable, column: &TableColumn) -> Vec<f64> {
    let mut counts = vec![0.0; variable.plan.levels.len()];
    for subject in &column.subjects {
        if let Some(count) = counts.get_mut(code(variable, *subject) as usize) {
            *count += 1.0;
        }
    }
    counts
}

/// Kruskal-Wallis for numbers; Fisher's exact test for a 2 x 2 table with a small expected count, chi-squared otherwise.
fn test(variable: &Variable, columns: &[TableColumn]) -> Option<GroupTest> {
    match &variable.values {
        Values::Numbers(_) => {
            let (mut values, mut groups) = (Vec::new(), Vec::new());
            for (k, column) in columns.iter().enumerate() {
                let own = numbers(variable, column);
                groups.extend(std::iter::repeat_n(k as u32, own.len()));
                values.extend(own);
            }
            kruskal_wallis(&values, &groups, columns.len())
        }
        Values::Codes(_) | Values::Columns(_) => {
            let by_group: Vec<Vec<f64>> = columns.iter().map(|c| level_counts(variable, c)).collect();
            let n_levels = variable.plan.levels.len();
            let by_level: Vec<Vec<f64>> =
                (0..n_levels).map(|l| by_group.iter().map(|g| g[l]).collect()).collect();
            let test = chi_squared(&by_level)?;
            if test.warning.is_some() { fisher_exact(&by_level).or(Some(test)) } else { Some(test) }
        }
    }
}
