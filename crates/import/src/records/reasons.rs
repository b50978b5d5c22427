//! The table that says why values are missing: rows of the source checked, rows of cells that say why added.

use std::collections::HashSet;

use oligomet_base::number::count;
use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::{Field, ImportStep, RecordTable, Records, Value, schema};

use super::clean::{Leaving, rows_have};
use super::column::Raw;
use super::find::table_of;
use super::table::{RawTable, Reason};

/// The table `missing_value` in the schema.
pub(super) const TABLE: &str = "missing_value";

/// Takes out rows that name no cell, or a cell that holds a value. The names of tables are made those of the schema.
pub(super) fn check(raw: &mut RawTable, records: &Records, problems: &mut Problems) -> Vec<ImportStep> {
    let mut leaving = Leaving::new(raw.rows.len());
    let (mut nowhere, mut filled) = (Vec::new(), Vec::new());
    let keys: Vec<Option<std::collections::HashMap<&str, u32>>> =
        schema().tables.iter().map(|t| records.rows_by_key(&t.name).ok()).collect();
    for row in 0..raw.rows.len() {
        match cell_of(raw, row, records, &keys) {
            None => nowhere.push(row),
            Some(true) => filled.push(row),
            Some(false) => {}
        }
    }
    leaving.leave(raw, &nowhere, "rows that name no cell", names_no_cell, problems);
    leaving.leave(raw, &filled, "rows of cells that hold a value", names_value, problems);
    if leaving.leaves.iter().any(|leaves| *leaves) {
        raw.keep(&leaving.kept());
    }
    leaving.steps
}

/// Whether the cell that a row names holds a value; `None` where there is no such cell.
fn cell_of(
    raw: &RawTable,
    row: usize,
    records: &Records,
    keys: &[Option<std::collections::HashMap<&str, u32>>],
) -> Option<bool> {
    let text = |name: &str| match &raw.columns[raw.spec().position(name)?] {
        Raw::Value(Field::Text(texts)) => texts.get(row),
        _ => None,
    };
    let at = table_of(text("table")?)?;
    let column = schema().tables[at].position(text("column")?)?;
    let to = *keys.get(at)?.as_ref()?.get(text("row_id")?)?;
    Some(!records.tables[at].fields[column].is_missing(to as usize))
}

/// Adds a row for every cell that says why it holds no value; says how many.
pub(super) fn add(records: &mut Records, of_tables: &[(usize, Vec<Reason>, Place)], problems: &mut Problems) {
    let Some(at) = schema().position(TABLE) else { return };
    let mut table = records.tables[at].clone();
    let mut known = known_cells(&table);
    let reason_levels = &schema().tables[at].fields.last().map(|f| f.levels.as_slice()).unwrap_or_default();
    for (of, reasons, place) in of_tables {
        let (spec, mut numbers) = (&schema().tables[*of], vec![0_u64; reason_levels.len()]);
        let mut sorted: Vec<&Reason> = reasons.iter().collect();
        sorted.sort_by_key(|r| (r.row, r.column));
        for reason in sorted {
            let (key, column) =
                (records.tables[*of].key(reason.row as usize), &spec.fields[reason.column].name);
            let cell = format!("{}/{key}/{column}", spec.name);
            numbers[usize::from(reason.level)] += 1;
            if known.insert(cell.clone()) {
                push(
                    &mut table,
                    &cell,
                    [&spec.name, key, column],
                    &reason_levels[usize::from(reason.level)].code,
                );
            }
        }
        problems.extend(note(&numbers, reason_levels, place));
    }
    records.tables[at] = sorted_by_key(table);
}

fn push(table: &mut RecordTable, cell: &str, [of, key, column]: [&str; 3], reason: &str) {
    let row = table.push(&[
        ("missing_id", Value::Text(cell)),
        ("table", Value::Text(of)),
        ("row_id", Value::Text(key)),
        ("column", Value::Text(column)),
        ("reason", Value::Level(reason)),
    ]);
    // Names and kinds are those of the schema; the row has none in the source.
    if let (Ok(_), Some(last)) = (row, table.source_rows.last_mut()) {
        *last = 0;
    }
}

/// The cells that have a reason already.
fn known_cells(table: &RecordTable) -> HashSet<String> {
    let text = |name: &str, row: usize| table.texts(name).ok().and_then(|t| t.get(row)).unwrap_or("");
    let cell = |row| {
        let of = table_of(text("table", row)).map_or("", |at| schema().tables[at].name.as_str());
        format!("{of}/{}/{}", text("row_id", row), text("column", row))
    };
    // Their keys, too, so that no added key stands twice.
    (0..table.n_rows()).flat_map(|row| [cell(row), table.key(row).to_owned()]).collect()
}

fn sorted_by_key(mut table: RecordTable) -> RecordTable {
    let mut rows: Vec<u32> = (0..table.n_rows() as u32).collect();
    rows.sort_by(|&a, &b| table.key(a as usize).cmp(table.key(b as usize)));
    table.source_rows = rows.iter().map(|&row| table.source_rows[row as usize]).collect();
    table.fields = table.fields.iter().map(|field| field.select(&rows)).collect();
    table
}

fn note(numbers: &[u64], levels: &[oligomet_schema::LevelSpec], place: &Place) -> Option<Problem> {
    let said: Vec<String> = numbers
        .iter()
        .zip(levels)
        .filter(|(n, _)| **n > 0)
        .map(|(n, level)| format!("{} {}", level.code, count(*n)))
        .collect();
    if said.is_empty() {
        return None;
    }
    Some(
        Problem::note("OM276", format!("cells that say why they hold no value: {}", said.join(", ")))
            .at(place.clone())
            .why("they count as missing, and the reason is kept in the table `missing_value`"),
    )
}

fn names_no_cell(n: usize) -> Problem {
    let what = format!("{} a table, row or column that is not there, set aside", rows_have(n));
    in_column("row_id", Problem::warning("OM277", what))
        .why("a reason belongs to one cell of one table")
        .mend("name the table, the key of its row, and the column as docs/tables.md does")
}

fn names_value(n: usize) -> Problem {
    let what = format!("{} a reason for a cell that holds a value, set aside", rows_have(n));
    in_column("reason", Problem::warning("OM277", what))
        .why("a value cannot be there and missing; the value is kept")
        .mend("take the row out, or empty the cell")
}

fn in_column(column: &str, mut problem: Problem) -> Problem {
    problem.place.column = Some(column.to_owned());
    problem
}
