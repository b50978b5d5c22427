//! Counts by level of a variable: in tables, at times, in models.

use std::collections::{BTreeMap, BTreeSet};

use oligomet_results::{AnalysisKind, RunResults, StatKey, StatRow, VariableKind, VariableOutline};

use super::cells::{Mark, Withheld, is_count};
use super::complement::{Choice, Sums};

/// What is hidden of one variable.
#[derive(Debug, Clone, Default)]
pub(super) struct Hidden {
    /// Levels with a small count: nothing of them is shown.
    pub(super) primary: BTreeSet<String>,
    /// Levels whose counts are withheld so that those cannot be computed.
    pub(super) complement: BTreeSet<String>,
}

impl Hidden {
    /// Whether counts of that level are withheld.
    pub(super) fn has(&self, level: &str) -> bool {
        self.primary.contains(level) || self.complement.contains(level)
    }

    /// Whether nothing at all of that level's curve may be shown.
    pub(super) fn drops_curve(&self, level: &str) -> bool {
        self.primary.contains(level) || (!self.primary.is_empty() && self.complement.contains(level))
    }
}

/// A row's place in a breakdown by `variable`: the level, if it is part of one.
fn level_of<'a>(row: &'a StatRow, variable: &str) -> Option<&'a str> {
    let key = &row.key;
    let group = key.groups.iter().find(|g| g.name == variable).map(|g| g.level.as_str());
    let own = (key.variable == variable).then_some(key.variable_level.as_str());
    group.or(own).filter(|level| !level.is_empty())
}

/// Finds and marks what must be hidden of every factor: its levels with a small number of patients or events in any table of the
/// run, and further levels so that no sum gives them away. One choice per variable for all tables.
pub(super) fn hidden_levels(run: &RunResults, withheld: &mut Withheld) -> BTreeMap<String, Hidden> {
    let mut out = BTreeMap::new();
    for variable in run.outline.variables.iter().filter(|v| v.kind == VariableKind::Factor) {
        let sums = sums_of(run, variable);
        let remainder: Vec<Option<f64>> = sums.iter().map(|s| s.remainder).collect();
        let values: Vec<Vec<f64>> =
            (0..variable.levels.len()).map(|level| sums.iter().map(|s| s.levels[level]).collect()).collect();
        let choice =
            Sums { values: &values, remainder: &remainder, least: withheld.least(), anyway: &[] }.choose();
        let names = |levels: &[usize]| levels.iter().map(|l| variable.levels[*l].clone()).collect();
        let hidden = Hidden { primary: names(&choice.primary), complement: names(&choice.complement) };
        mark_variable(run, withheld, variable, &hidden, &choice);
        out.insert(variable.name.clone(), hidden);
    }
    for variable in run.outline.variables.iter().filter(|v| v.kind == VariableKind::Number) {
        mark_unknown(run, withheld, variable);
    }
    out
}

/// A total that is spread over the levels of a variable.
struct Sum {
    levels: Vec<f64>,
    remainder: Option<f64>,
}

/// Every number of patients and events of the run that is spread over the levels of the variable alone.
fn sums_of(run: &RunResults, variable: &VariableOutline) -> Vec<Sum> {
    let mut sums: BTreeMap<(StatKey, &str), BTreeMap<&str, f64>> = BTreeMap::new();
    for row in run.stats.rows() {
        let Some((total, level)) = total_key(row, &variable.name) else { continue };
        if let ("n" | "n.event", Some(n)) = (row.stat_name.as_str(), row.stat) {
            sums.entry((total, &row.stat_name)).or_default().insert(level, n);
        }
    }
    sums.into_iter()
        .map(|((total, name), by_level)| {
            let level = |level: &String| by_level.get(level.as_str()).copied().unwrap_or(0.0);
            let levels: Vec<f64> = variable.levels.iter().map(level).collect();
            let remainder = unknown_of(run, variable, &total, name, levels.iter().sum());
            Sum { levels, remainder }
        })
        .collect()
}

/// A key of the same cause, which is the second group where there is one.
fn with_cause(mut base: StatKey, of: &StatKey) -> StatKey {
    if of.groups[1].name == "cause" {
        base.groups[1] = of.groups[1].clone();
    }
    base
}

/// The key of the sum to which a row belongs, and its level: rows grouped by the variable alone, or describing its levels without
/// any group.
fn total_key<'a>(row: &'a StatRow, variable: &str) -> Option<(StatKey, &'a str)> {
    let key = &row.key;
    let base = with_cause(StatKey::new(&key.analysis_id, &key.endpoint, &key.context), key);
    let grouped = !key.groups[0].name.is_empty();
    match (grouped, key.groups[0].name == variable) {
        (true, true) if matches!(key.variable.as_str(), "" | "n") && !key.groups[0].level.is_empty() => {
            Some((base, &key.groups[0].level))
        }
        (false, _) if key.variable == variable && !key.variable_level.is_empty() => {
            Some((base, &key.variable_level))
        }
        _ => None,
    }
}

/// Patients of a sum whose level is unknown, as a reader could compute them.
fn unknown_of(
    run: &RunResults,
    variable: &VariableOutline,
    total: &StatKey,
    name: &str,
    known: f64,
) -> Option<f64> {
    let missing = |key: StatKey| run.stats.value(&key, "n.missing");
    if name != "n" {
        return None; // the events of patients with an unknown level stand in no table
    }
    let described = missing(total.clone().variable(&variable.name, ""));
    let grouped = missing(total.clone().group(&variable.name, "").variable("missing", ""));
    if let Some(n) = described.or(grouped) {
        return Some(n);
    }
    let restricted =
        run.outline.analyses.iter().any(|a| a.id == total.analysis_id && !a.restriction.is_empty());
    let all = match total.context.as_str() {
        "cox" => run.stats.value(&StatKey::new(&total.analysis_id, &total.endpoint, "cox.fit"), "n"),
        "table1" => run.stats.value(total, "n"),
        "score" | "flow" => None,
        _ if restricted => None,
        _ => {
            let id = format!("endpoint:{}", total.endpoint);
            run.stats.value(&StatKey::new("flow", "", "flow").variable(&id, ""), "n")
        }
    };
    all.map(|all| (all - known).max(0.0))
}

fn mark_variable(
    run: &RunResults,
    withheld: &mut Withheld,
    variable: &VariableOutline,
    hidden: &Hidden,
    choice: &Choice,
) {
    let keeps_times = hidden.primary.is_empty();
    for row in run.stats.rows() {
        let Some(level) = level_of(row, &variable.name) else { continue };
        let name = row.stat_name.as_str();
        let count = is_count(name) || name == "p" || name == "std.error";
        let at_time = matches!(row.key.variable.as_str(), "time" | "tau" | "prob");
        if hidden.primary.contains(level) {
            let small = is_count(name) && row.stat.is_some_and(|n| withheld.is_small(n)) && choice.may_mark;
            let single = total_key(row, &variable.name).is_some();
            withheld.mark(row, if small && single { Mark::Small } else { Mark::Withheld });
        } else if hidden.complement.contains(level) && count && !(at_time && keeps_times) {
            withheld.mark(row, Mark::Withheld);
        }
    }
    if choice.remainder {
        mark_unknown_rows(run, withheld, &variable.name);
    }
}

/// A number: where the count of unknown values is small in some column, it and the count of known ones in all of them.
fn mark_unknown(run: &RunResults, withheld: &mut Withheld, variable: &VariableOutline) {
    let small = |row: &&StatRow| {
        row.key.variable == variable.name
            && row.stat_name == "n.missing"
            && row.stat.is_some_and(|n| withheld.is_small(n))
    };
    if run.stats.rows().iter().any(|row| small(&row)) {
        mark_unknown_rows(run, withheld, &variable.name);
    }
}

/// Marks the number of patients with an unknown value of the variable, and the totals of known ones that give it away.
fn mark_unknown_rows(run: &RunResults, withheld: &mut Withheld, variable: &str) {
    withheld.mark_all(run, Mark::Withheld, |row| {
        let own = row.key.variable == variable && row.key.variable_level.is_empty();
        let of_group = row.key.variable == "missing" && row.key.groups[0].name == variable;
        (own || of_group) && is_count(&row.stat_name)
    });
}

/// Table 1 by group: where a cell of a variable's block is small or a level of it is hidden, the whole block's counts and
/// shares; the column of all patients stays.
pub(super) fn withhold_two_way(run: &RunResults, hidden: &BTreeMap<String, Hidden>, withheld: &mut Withheld) {
    // The oldest and the youngest are one patient each.
    withheld.mark_all(run, Mark::Withheld, |row| matches!(row.stat_name.as_str(), "min" | "max"));
    let blocks = run.outline.analyses.iter().filter(|a| a.kind == AnalysisKind::Table1 && !a.by.is_empty());
    for analysis in blocks {
        for variable in &analysis.variables {
            let in_block = |row: &StatRow| {
                row.key.analysis_id == analysis.id
                    && row.key.variable == *variable
                    && !row.key.groups[0].level.is_empty()
                    && (is_count(&row.stat_name) || row.stat_name == "p")
            };
            let levels_hidden =
                hidden.get(variable).is_some_and(|h| !h.primary.is_empty() || !h.complement.is_empty());
            let small = levels_hidden
                || run.stats.rows().iter().any(|row| {
                    in_block(row)
                        && is_count(&row.stat_name)
                        && row.stat.is_some_and(|n| withheld.is_small(n))
                });
            if small {
                withheld.mark_all(run, Mark::Withheld, in_block);
            }
        }
    }
}

/// Numbers at risk and events at stated times: small ones, and others of the same time so that sums over the levels do not give them
/// away. Few events also show in the estimate, which goes with them.
pub(super) fn withhold_times(run: &RunResults, withheld: &mut Withheld) {
    let mut slices: BTreeMap<(StatKey, &str, &str), Vec<&StatRow>> = BTreeMap::new();
    for row in run.stats.rows().iter().filter(|r| r.key.variable == "time") {
        if matches!(row.stat_name.as_str(), "n.risk" | "cum.event") && row.stat.is_some() {
            let key = &row.key;
            let base = with_cause(StatKey::new(&key.analysis_id, &key.endpoint, &key.context), key)
                .variable("time", &key.variable_level);
            slices.entry((base, &key.groups[0].name, &row.stat_name)).or_default().push(row);
        }
    }
    for ((_, group, _), rows) in &slices {
        let values: Vec<Vec<f64>> = rows.iter().map(|r| vec![r.stat.unwrap_or(0.0)]).collect();
        let anyway: Vec<bool> = rows.iter().map(|row| withheld.has(row)).collect();
        let choice =
            Sums { values: &values, remainder: &[None], least: withheld.least(), anyway: &anyway }.choose();
        let alone = group.is_empty();
        let mark = if choice.may_mark || alone { Mark::Small } else { Mark::Withheld };
        for level in &choice.primary {
            withheld.mark(rows[*level], mark);
            if rows[*level].stat_name == "cum.event" {
                withheld.mark_all(run, Mark::Withheld, |row| {
                    row.key == rows[*level].key && !is_count(&row.stat_name)
                });
            }
        }
        for level in choice.complement.iter().filter(|_| !alone) {
            withheld.mark(rows[*level], Mark::Withheld);
        }
    }
}

/// Models: where few patients were left out, the numbers that the model was fitted to, which would give them away.
pub(super) fn withhold_models(run: &RunResults, withheld: &mut Withheld) {
    for row in run.stats.rows() {
        let fit =
            matches!(row.key.context.as_str(), "cox.fit" | "cox.uni.fit") && row.stat_name == "n.missing";
        if !fit || !row.stat.is_some_and(|n| withheld.is_small(n)) {
            continue;
        }
        let model = row.key.context.trim_end_matches(".fit");
        let same = |other: &StatRow| {
            let term = row.key.variable.is_empty() || other.key.variable == row.key.variable;
            let context = other.key.context == row.key.context || other.key.context == model;
            other.key.analysis_id == row.key.analysis_id && context && term && is_count(&other.stat_name)
        };
        withheld.mark_all(run, Mark::Withheld, same);
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use oligomet_results::{Outline, StudyOutline};

    pub(in crate::share) fn empty_run() -> RunResults {
        RunResults {
            outline: Outline {
                schema_version: 1,
                program_version: String::new(),
                study_sha256: String::new(),
                site_sha256: String::new(),
                shared: false,
                min_cell: 5,
                study: StudyOutline::default(),
                sources: vec![],
                flow: vec![],
                variables: vec![],
                endpoints: vec![],
                analyses: vec![],
                figures: vec![],
                amendments: vec![],
                synthetic: false,
            },
            stats: oligomet_results::Stats::new(),
            curves: vec![],
            methods: vec![],
            models: vec![],
            findings: vec![],
            cohorts: vec![],
            subjects: None,
        }
    }

    #[test]
    fn rows_of_a_breakdown_are_found_by_group_and_by_variable() {
        let row = |key: StatKey| StatRow { key, ..StatRow::default() };
        let grouped = row(StatKey::new("k", "OS", "survival").group("g", "a").variable("n", ""));
        let described = row(StatKey::new("t", "", "table1").variable("g", "a"));
        let crossed = row(StatKey::new("t", "", "table1").group("by", "x").variable("g", "a"));
        assert_eq!(total_key(&grouped, "g").map(|t| t.1), Some("a"));
        assert_eq!(total_key(&described, "g").map(|t| t.1), Some("a"));
        assert_eq!(total_key(&crossed, "g"), None);
        assert_eq!(level_of(&crossed, "g"), Some("a"));
    }
}
