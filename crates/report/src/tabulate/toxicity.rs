//! Adverse events: patients by term, phase and worst grade.

use oligomet_results::{AnalysisOutline, Group, StatKey};

use super::note_analysis;
use crate::table::{Cell, Row, Table};
use crate::text::{Format, Text, say};
use crate::view::{View, key};

/// What the results call all terms together.
const ANY_TERM: &str = "any term";
/// What the results call grade 3 and above.
const SEVERE: &str = ">=3";
/// Phases in the order shown, with their words.
const PHASES: [(&str, &str); 4] =
    [("any", "At any time"), ("acute", "Acute"), ("late", "Late"), ("unknown", "Time not known")];
const GRADES: [&str; 6] = ["1", "2", "3", "4", "5", "unknown"];

/// The key of a term, phase and grade: the phase is the second group, whether or not there is a first.
fn toxicity_key(analysis: &AnalysisOutline, group: &str, phase: &str, term: &str, grade: &str) -> StatKey {
    let by = if group.is_empty() { "" } else { analysis.by.as_str() };
    let mut key = key(analysis, "toxicity", by, group);
    key.endpoint.clear();
    key.groups[1] = Group { name: "phase".to_owned(), level: phase.to_owned() };
    key.variable(term, grade)
}

/// Terms in the order of the results.
fn terms(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for row in view.run.stats.of(&analysis.id, "toxicity") {
        let term = &row.key.variable;
        if !matches!(term.as_str(), "" | ANY_TERM) && !out.contains(term) {
            out.push(term.clone());
        }
    }
    out
}

/// Whether some number of a phase is not 0: phases in which nothing happened have no row.
fn happened(view: &View<'_>, analysis: &AnalysisOutline, group: &str, phase: &str, term: &str) -> bool {
    GRADES.iter().any(|grade| {
        let row = view.row(&toxicity_key(analysis, group, phase, term, grade), "n");
        row.is_some_and(|r| r.suppressed || r.stat.unwrap_or(0.0) > 0.0)
    })
}

/// Term and phase as rows, worst grades as columns, then the share with grade 3 or more; one block per group.
pub(super) fn tabulate_toxicity(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let title = if analysis.title.is_empty() { "Adverse events by worst grade" } else { &analysis.title };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    if !view.has(&analysis.id, "toxicity") {
        return table;
    }
    let grades = GRADES.iter().map(|grade| match *grade {
        "unknown" => Text::from("Grade not known"),
        grade => format!("Grade {grade}").into(),
    });
    let mut headings: Vec<Text> = vec!["Adverse event".into()];
    headings.extend(grades);
    headings.push(format!("Grade 3 or more, % ({}% CI)", view.level(analysis)).into());
    table.head(headings);
    let groups = if analysis.by.is_empty() { Vec::new() } else { view.groups(analysis) };
    for group in std::iter::once(String::new()).chain(groups) {
        push_group(&mut table, view, analysis, &group);
    }
    table.note("Each patient counts once per term, with the worst grade. Patients without an entry count as free of it; the records do not say who was asked. Intervals are exact (Clopper-Pearson).");
    note_analysis(&mut table, view, analysis, &[&analysis.by]);
    table.explain_gaps()
}

fn push_group(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, group: &str) {
    let assessed = toxicity_key(analysis, group, "any", "", "");
    if view.row(&assessed, "n").is_none() {
        return;
    }
    let severe = |phase: &str, term: &str| {
        let of = toxicity_key(analysis, group, phase, term, SEVERE);
        Cell::from(view.number(Format::SurvivalInterval, &of, &["estimate", "conf.low", "conf.high"]))
    };
    let words = if group.is_empty() { "All patients" } else { group };
    let label = say![format!("{words} (n = "), view.count(&assessed, "n"), ")"];
    let mut cells = vec![Cell::default(); GRADES.len()];
    cells.push(severe("any", ANY_TERM));
    table.rows.push(Row::new(label, cells).bold());
    for term in &terms(view, analysis) {
        for (phase, words) in PHASES.iter().filter(|(phase, _)| happened(view, analysis, group, phase, term))
        {
            let count =
                |grade: &&str| view.count(&toxicity_key(analysis, group, phase, term, grade), "n").into();
            let mut cells: Vec<Cell> = GRADES.iter().map(count).collect();
            cells.push(severe(phase, term));
            let label = if *phase == "any" { term.clone() } else { (*words).to_owned() };
            table.rows.push(Row::new(label, cells).indent(if *phase == "any" { 1 } else { 2 }));
        }
    }
}
