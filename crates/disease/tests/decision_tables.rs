//! Every row of every decision table in `docs/disease` is run; complete tables are compared with all completions.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;

use common::{Row, Table};
use oligomet_base::day::DateOrder;
use oligomet_disease::{Patient, Settings, classify};

const STATES: &str = include_str!("../../../docs/disease/states.md");
const ESTRO_ASTRO: &str = include_str!("../../../docs/disease/estro-astro.md");
const OLIGOPROGRESSION: &str = include_str!("../../../docs/disease/oligoprogression.md");
const SUBTYPE: &str = include_str!("../../../docs/disease/subtype.md");
const STAGE4: &str = include_str!("../../../docs/disease/stage4.md");
const FIELDS: &str = include_str!("../../../docs/disease/fields.md");
const PAGES: [&str; 5] = [STATES, ESTRO_ASTRO, OLIGOPROGRESSION, SUBTYPE, STAGE4];

fn patient(pairs: &[(&str, &str)]) -> Patient {
    let (patient, problems) = Patient::from_fields(pairs, DateOrder::YearMonthDay);
    assert!(problems.is_empty(), "{problems:?}");
    patient
}

fn settings(text: &str) -> Settings {
    let mut settings = Settings::default();
    for (name, value) in text.split(';').filter_map(|part| part.split_once(" = ")) {
        settings.set(name.trim(), value.trim()).unwrap();
    }
    settings
}

/// The answers that a rule leaves possible.
fn possible(rule: &str, pairs: &[(&str, &str)], settings: &Settings) -> Vec<&'static str> {
    let report = classify(&patient(pairs), settings);
    let found = report.findings.into_iter().find(|f| f.rule.name == rule);
    found.unwrap_or_else(|| panic!("no rule `{rule}`")).possible
}

/// Columns that are not fields.
const OTHERS: [&str; 2] = ["answer", "parameters"];

/// Runs every row as it stands; the cells are fields.
fn check_examples(page: &str, title: &str, rule: &str) {
    for row in common::table(page, title).rows {
        let has_parameters = row.cells.iter().any(|(name, _)| name == "parameters");
        let settings = settings(if has_parameters { row.cell("parameters") } else { "" });
        assert_eq!(possible(rule, &row.others(&OTHERS), &settings), row.list("answer"), "{row}");
    }
}

#[test]
fn examples_of_the_states() {
    for title in ["Dates", "Systemic therapy", "Counting"] {
        check_examples(STATES, title, "estro-eortc-states");
    }
}

#[test]
fn examples_of_the_definition() {
    check_examples(ESTRO_ASTRO, "Examples", "estro-astro-definition");
}

#[test]
fn the_worked_case_of_oligoprogression() {
    check_examples(OLIGOPROGRESSION, "A worked case", "oligoprogression-marazzi");
}

/// The patient of the README, with the sentence printed there.
#[test]
fn the_example_of_the_readme() {
    let readme = include_str!("../../../docs/disease/README.md");
    let inside = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let facts: Vec<(&str, &str)> = inside
        .lines()
        .map(|line| line.split_once(" = ").unwrap())
        .map(|(n, v)| (n, v.trim_matches('"')))
        .collect();
    let report = classify(&patient(&facts), &Settings::default());
    let states = &report.findings[0];
    assert_eq!(states.possible, ["metachronous oligorecurrence", "metachronous oligoprogression"]);
    assert_eq!(states.missing[0].name, "systemic_therapy");
    let printed = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(printed.contains(&format!("\"{}\"", states.missing[0].settles)), "{}", states.missing[0].settles);
}

#[test]
fn examples_of_her2_and_subtype() {
    check_examples(SUBTYPE, "HER2 examples", "her2-status");
    check_examples(SUBTYPE, "Subtype with the refinement", "st-gallen-2013-subtype");
    check_examples(SUBTYPE, "Subtype examples", "st-gallen-2013-subtype");
}

#[test]
fn examples_of_stage_four() {
    check_examples(STAGE4, "stage-iv-status from dates", "stage-iv-status");
    check_examples(STAGE4, "disease-outside-breast recoded", "disease-outside-breast");
    for rule in [
        "presentation",
        "disease-free-interval",
        "metastatic-burden",
        "organ-extent",
        "organ-pattern",
        "cranial-extent",
    ] {
        check_examples(STAGE4, rule, rule);
    }
}

/// A value of every column, in the order of the header without the answer.
type Assignment<'a> = Vec<&'a str>;

fn columns(table: &Table) -> Vec<&str> {
    table.header.iter().map(String::as_str).filter(|name| *name != "answer").collect()
}

/// The values that a column distinguishes: those that stand in it, or yes and no where only `any` does.
fn domain<'a>(table: &'a Table, column: &str) -> Vec<&'a str> {
    let mut values: Vec<&str> = Vec::new();
    for value in table.rows.iter().map(|row| row.cell(column)).filter(|value| *value != "any") {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    if values.is_empty() { vec!["yes", "no"] } else { values }
}

fn assignments<'a>(domains: &[Vec<&'a str>]) -> Vec<Assignment<'a>> {
    domains.iter().fold(vec![Vec::new()], |found, domain| {
        let extend =
            |a: Assignment<'a>| domain.iter().map(move |v| [&a[..], &[*v]].concat()).collect::<Vec<_>>();
        found.into_iter().flat_map(extend).collect()
    })
}

fn matches(row: &Row, columns: &[&str], values: &[&str]) -> bool {
    columns.iter().zip(values).all(|(column, value)| ["any", value].contains(&row.cell(column)))
}

/// Compares the rule with the table for every combination of known and unknown columns.
///
/// `consistent` says which complete combinations can occur; `fields` turns a cell into facts.
fn check_completely(
    table: &Table,
    rule: &str,
    consistent: impl Fn(&[&str]) -> bool,
    fields: impl Fn(&str, &str) -> Vec<(&'static str, &'static str)>,
) -> usize {
    let columns = columns(table);
    let domains: Vec<Vec<&str>> = columns.iter().map(|column| domain(table, column)).collect();
    let complete: Vec<(Assignment<'_>, &str)> = assignments(&domains)
        .into_iter()
        .filter(|values| consistent(values))
        .map(|values| {
            let rows: Vec<&Row> = table.rows.iter().filter(|row| matches(row, &columns, &values)).collect();
            assert_eq!(rows.len(), 1, "rows of {columns:?} for {values:?}");
            (values, rows[0].cell("answer"))
        })
        .collect();
    let with_unknown: Vec<Vec<&str>> = domains.iter().map(|d| [&d[..], &[""]].concat()).collect();
    let mut checked = 0;
    for partial in assignments(&with_unknown) {
        let fits = |full: &[&str]| partial.iter().zip(full).all(|(p, f)| p.is_empty() || p == f);
        let expected: BTreeSet<&str> = complete.iter().filter(|(v, _)| fits(v)).map(|(_, a)| *a).collect();
        if expected.is_empty() {
            continue;
        }
        let cells = columns.iter().zip(&partial).filter(|(_, value)| !value.is_empty());
        let translated: Vec<Vec<(&str, &str)>> = cells
            .map(|(column, value)| match fields(column, value) {
                given if given.is_empty() => vec![(*column, *value)],
                given => given,
            })
            .collect();
        let found: BTreeSet<&str> =
            possible(rule, &translated.concat(), &Settings::default()).into_iter().collect();
        assert_eq!(found, expected, "{columns:?} = {partial:?}");
        checked += 1;
    }
    checked
}

/// Facts for the column `later`, which is a question about two dates.
fn later(column: &str, value: &str) -> Vec<(&'static str, &'static str)> {
    match (column, value) {
        ("later", "yes") => vec![("primary_diagnosis", "2018-01-15"), ("omd_diagnosis", "2020-01-15")],
        ("later", "no") => vec![("primary_diagnosis", "2019-12"), ("omd_diagnosis", "2020-01-15")],
        _ => Vec::new(),
    }
}

#[test]
fn the_table_of_states_is_complete_and_agrees_with_all_completions() {
    let table = common::table(STATES, "Decision table");
    let consistent =
        |values: &[&str]| matches!((values[0], values[5]), ("0", "0") | ("1-5", "0" | "1-5") | ("> 5", _));
    let checked = check_completely(&table, "estro-eortc-states", consistent, later);
    // 4 x 3 x 3 x 3 x 3 x 4 combinations, less the 3 of (lesions, progressing) that contradict each other.
    assert_eq!(checked, 1296 - 3 * 81);
}

#[test]
fn the_other_tables_are_complete_and_agree_with_all_completions() {
    for (page, title, rule, number) in [
        (SUBTYPE, "HER2 table", "her2-status", 5 * 3),
        (SUBTYPE, "Subtype table", "st-gallen-2013-subtype", 3 * 4 * 3 * 3),
        (STAGE4, "stage-iv-status", "stage-iv-status", 3 * 3),
        (STAGE4, "disease-outside-breast", "disease-outside-breast", 3 * 3 * 3 * 3 * 3),
    ] {
        let table = common::table(page, title);
        let other = |column: &str, value: &str| match (column, value) {
            ("her2_ish", "yes") => vec![("her2_ish", "amplified")],
            ("her2_ish", "no") => vec![("her2_ish", "not amplified")],
            _ => Vec::new(),
        };
        assert_eq!(check_completely(&table, rule, |_| true, other), number, "{title}");
    }
}

/// `a = 1; b = 2` as pairs.
fn pairs(text: &str) -> Vec<(&str, &str)> {
    text.split(';').map(|part| part.trim().split_once(" = ").unwrap()).collect()
}

/// The facts with some replaced.
fn replaced<'a>(base: &[(&'a str, &'a str)], by: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = base.iter().filter(|(name, _)| by.iter().all(|(other, _)| other != name));
    kept.chain(by).copied().collect()
}

/// Every condition alone: met, not met, and never decided against by a fact that is merely missing.
fn check_conditions(table: &Table, rule: &str) {
    let mut base: Vec<(&str, &str)> = Vec::new();
    for row in &table.rows {
        for pair in pairs(row.cell("met")) {
            if base.iter().all(|(name, _)| *name != pair.0) {
                base.push(pair);
            }
        }
    }
    let defaults = Settings::default();
    let report = classify(&patient(&base), &defaults);
    let finding = report.findings.iter().find(|f| f.rule.name == rule).unwrap();
    let steps: BTreeSet<&str> = finding.steps.iter().map(|step| &*step.question).collect();
    let told: BTreeSet<&str> = table.rows.iter().map(|row| row.cell("condition")).collect();
    assert_eq!(steps, told, "{rule}: conditions of the rule and of the page");
    for row in &table.rows {
        let (met, not_met) = (pairs(row.cell("met")), pairs(row.cell("not met")));
        assert_eq!(possible(rule, &replaced(&base, &met), &defaults), ["met"], "{row}");
        assert_eq!(possible(rule, &replaced(&base, &not_met), &defaults), ["not met"], "{row}");
        for (name, _) in &met {
            let without: Vec<(&str, &str)> =
                replaced(&base, &met).into_iter().filter(|(other, _)| other != name).collect();
            assert_eq!(possible(rule, &without, &defaults)[0], "met", "{row} without {name}");
        }
    }
}

#[test]
fn every_condition_of_every_definition() {
    check_conditions(&common::table(ESTRO_ASTRO, "Conditions"), "estro-astro-definition");
    for rule in [
        "oligoprogression-marazzi",
        "oligoprogression-avatar",
        "oligoprogression-cosmo",
        "oligoprogression-curb",
    ] {
        check_conditions(&common::table(OLIGOPROGRESSION, rule), rule);
    }
}

#[test]
fn every_parameter_stands_on_a_page_with_its_default() {
    let mut told: Vec<(String, String)> = Vec::new();
    for page in PAGES {
        for table in common::tables(page).iter().filter(|t| t.header == ["name", "default", "meaning"]) {
            told.extend(table.rows.iter().map(|r| (r.cell("name").to_owned(), r.cell("default").to_owned())));
        }
    }
    let mut known = Settings::default().list();
    told.sort();
    known.sort();
    assert_eq!(told, known);
}

#[test]
fn every_rule_is_named_on_a_page() {
    let report = classify(&Patient::default(), &Settings::default());
    for finding in report.findings {
        let name = finding.rule.name;
        assert!(PAGES.iter().any(|page| page.contains(name)), "{name}");
    }
}

#[test]
fn the_page_of_fields_is_the_dictionary() {
    let table = common::table(FIELDS, "Fields");
    let told: Vec<Vec<String>> =
        table.rows.iter().map(|r| r.cells.iter().map(|c| c.1.clone()).collect()).collect();
    let known: Vec<Vec<String>> = oligomet_disease::patient::FIELDS
        .iter()
        .map(|f| vec![f.name.into(), f.meaning.into(), f.kind.allowed().into()])
        .collect();
    assert_eq!(told, known);
}
