//! Survival by level of several factors: the commonest table of the field.

use oligomet_results::{AnalysisOutline, StatKey};

use super::note_analysis;
use crate::print::time_level;
use crate::table::{Cell, Row, Table};
use crate::text::{Format, Text, say};
use crate::view::{View, key, time_adjective};

/// Factor and level, n, events, survival at the times asked for, median, P of the log-rank test.
pub(super) fn tabulate_rates(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let endpoint = view.endpoint_label(&analysis.endpoint);
    let title = match analysis.title.as_str() {
        "" => format!("{endpoint} by factor"),
        title => title.to_owned(),
    };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    push_header(&mut table, view, analysis, &endpoint);
    if view.row(&key(analysis, "rate", "", "").variable("n", ""), "n").is_some() {
        let all = key(analysis, "rate", "", "");
        table.rows.push(Row::new("All patients", level_cells(view, analysis, &all)).bold());
    }
    for factor in &analysis.variables {
        push_factor(&mut table, view, analysis, factor);
    }
    let names: Vec<&str> = analysis.variables.iter().map(String::as_str).collect();
    note_analysis(&mut table, view, analysis, &names);
    table.explain_gaps()
}

fn push_header(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, endpoint: &str) {
    let level = view.level(analysis);
    let mut headings: Vec<Text> = vec!["Factor".into(), "n".into(), "Events".into()];
    for (_, written) in &analysis.at {
        headings.push(
            format!(
                "{} {}, % ({level}% CI)",
                time_adjective(written),
                oligomet_base::words::lower_first(endpoint)
            )
            .into(),
        );
    }
    headings.push(format!("Median, {} ({level}% CI)", view.unit().name()).into());
    if tested(analysis) {
        let mut p = say![view.symbol().to_owned()];
        p.push(table.letter("Log-rank test over all levels of the factor."));
        headings.push(p);
    }
    table.head(headings);
}

fn tested(analysis: &AnalysisOutline) -> bool {
    analysis.test != "none"
}

fn push_factor(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, factor: &str) {
    let test = key(analysis, "rate", factor, "").variable("logrank", "");
    let mut head = Row::new(view.label(factor), vec![Cell::default(); 3 + analysis.at.len()]).bold();
    if tested(analysis) {
        head.cells.push(view.number(Format::P, &test, &["p.value"]).into());
    }
    table.rows.push(head);
    for level in view.levels(factor) {
        let of_level = key(analysis, "rate", factor, level);
        if view.row(&of_level.clone().variable("n", ""), "n").is_some() {
            let cells = level_cells(view, analysis, &of_level);
            table.rows.push(Row::new(level.clone(), cells).indent(1));
        }
    }
    push_missing(table, view, analysis, factor);
}

fn push_missing(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, factor: &str) {
    let missing = key(analysis, "rate", factor, "").variable("missing", "");
    let some = view.row(&missing, "n.missing").is_some_and(|r| r.suppressed || r.stat.unwrap_or(0.0) > 0.0);
    if some {
        let mut cells = vec![Cell::from(view.count(&missing, "n.missing"))];
        cells.resize(3 + analysis.at.len() + usize::from(tested(analysis)), Cell::default());
        table.rows.push(Row::new("Missing", cells).indent(1));
    }
}

fn level_cells(view: &View<'_>, analysis: &AnalysisOutline, group: &StatKey) -> Vec<Cell> {
    let n = group.clone().variable("n", "");
    let mut cells: Vec<Cell> = vec![view.count(&n, "n").into(), view.count(&n, "n.event").into()];
    for (days, _) in &analysis.at {
        let at = group.clone().variable("time", &time_level(*days));
        cells.push(view.estimate(Format::SurvivalInterval, &at).into());
    }
    cells.push(view.estimate(Format::TimeInterval, &group.clone().variable("prob", "0.5")).into());
    if tested(analysis) {
        cells.push(Cell::default());
    }
    cells
}
