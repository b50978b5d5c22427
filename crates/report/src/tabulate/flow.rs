//! The flow of patients as a table.

use oligomet_results::{FlowOutline, StatKey};

use crate::table::{Cell, Row, Table};
use crate::text::say;
use crate::view::View;

/// The key of a step or of an endpoint's reason.
pub(crate) fn flow_key(id: &str, reason: &str) -> StatKey {
    StatKey::new("flow", "", "flow").variable(id, reason)
}

/// The reasons for which patients have no time for an endpoint, in the table's order.
pub(crate) fn endpoint_reasons(view: &View<'_>, id: &str) -> Vec<String> {
    let of_endpoint = |row: &&oligomet_results::StatRow| {
        row.key.variable == id && !row.key.variable_level.is_empty() && row.stat_name == "n.excluded"
    };
    view.run.stats.of("flow", "flow").filter(of_endpoint).map(|row| row.key.variable_level.clone()).collect()
}

/// Steps from the source to the analysis sets: who left, for whom the rule could not be answered, who stayed.
pub(super) fn tabulate_flow(view: &View<'_>) -> Table {
    let mut table = Table::new("flow", "Flow of patients", "");
    let mut head =
        vec!["Step".into(), "Left out".into(), "Unknown".into(), "Remaining".into(), "Events".into()];
    if has_records(view) {
        head.extend(["Patients".into(), "Courses".into(), "Lesions".into()]);
    }
    table.head(head);
    for step in &view.run.outline.flow {
        if step.kind == "endpoint" {
            push_endpoint(&mut table, view, step);
        } else {
            push_step(&mut table, view, step);
        }
    }
    table.explain_gaps()
}

/// Whether the steps count patients, courses and lesions beside the rows.
pub(crate) fn has_records(view: &View<'_>) -> bool {
    view.run.outline.flow.iter().any(|step| view.row(&flow_key(&step.id, ""), "n.patients").is_some())
}

/// Empty cells under the columns of patients, courses and lesions.
fn more_cells(view: &View<'_>) -> Vec<Cell> {
    if has_records(view) { vec![Cell::default(); 3] } else { Vec::new() }
}

fn push_step(table: &mut Table, view: &View<'_>, step: &FlowOutline) {
    let key = flow_key(&step.id, "");
    let mut label = say![step.label.clone()];
    if !step.rule.is_empty() {
        let unknown = match step.missing.as_str() {
            "keep" => "; patients for whom it is unknown stay",
            "drop" => "; patients for whom it is unknown are left out",
            _ => "",
        };
        label.push(table.letter(format!("Rule: {}{unknown}.", step.rule)));
    }
    let cell = |name| Cell::from(view.count(&key, name));
    let mut cells = vec![cell("n.excluded"), cell("n.unknown"), cell("n"), Cell::default()];
    if has_records(view) {
        cells.extend(["n.patients", "n.courses", "n.lesions"].map(cell));
    }
    let row = Row::new(label, cells);
    table.rows.push(if step.kind == "final" { row.bold() } else { row });
}

fn push_endpoint(table: &mut Table, view: &View<'_>, step: &FlowOutline) {
    let key = flow_key(&step.id, "");
    let mut cells = vec![
        Cell::default(),
        Cell::default(),
        view.count(&key, "n").into(),
        view.count(&key, "n.event").into(),
    ];
    cells.extend(more_cells(view));
    table.rows.push(Row::new(step.label.clone(), cells).bold());
    for reason in endpoint_reasons(view, &step.id) {
        let excluded = view.count(&flow_key(&step.id, &reason), "n.excluded");
        let mut cells = vec![excluded.into(), Cell::default(), Cell::default(), Cell::default()];
        cells.extend(more_cells(view));
        table.rows.push(Row::new(reason, cells).indent(1));
    }
}
