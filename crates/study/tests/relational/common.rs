//! Reading the small tables of these tests, and asking the base table.

use oligomet_base::day::DateOrder;
use oligomet_base::{Day, Dose, PartialDate, Problems};
use oligomet_schema::{ColumnData, FieldKind, FieldSpec, Records, Value, schema};
use oligomet_study::{Base, Finished, Identity, Plan, Quiet, check_records, run};

/// The tables of the twelve patients, by name.
pub fn twelve() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/suite/twelve/department");
    let mut tables: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    tables.sort();
    tables
}

/// A file below `tests/suite`.
pub fn suite_file(name: &str) -> String {
    std::fs::read_to_string(format!("{}/../../tests/suite/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Records from tables of plain CSV: no quotes, dates as 2019-03-01, 2019-03 or 2019.
pub fn records(tables: &[(String, String)]) -> Records {
    let mut records = Records::empty("SUITE");
    for spec in &schema().tables {
        let Some((_, text)) = tables.iter().find(|(name, _)| *name == spec.name) else { continue };
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        for line in lines {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), header.len(), "{}: {line}", spec.name);
            let values: Vec<(&str, Value<'_>)> = header
                .iter()
                .zip(&cells)
                .map(|(name, cell)| {
                    let field = spec.field(name).unwrap_or_else(|| panic!("{}.{name}", spec.name));
                    (*name, value(&records, field, cell))
                })
                .collect();
            records.table_mut(&spec.name).unwrap().push(&values).unwrap();
        }
        let table = records.table_mut(&spec.name).unwrap();
        table.source_rows = (2..table.n_rows() as u32 + 2).collect();
    }
    records
}

fn value<'t>(records: &Records, field: &FieldSpec, text: &'t str) -> Value<'t> {
    if text.is_empty() {
        return Value::Missing;
    }
    match field.kind {
        FieldKind::Key | FieldKind::Text => Value::Text(text),
        FieldKind::Ref => {
            let rows = records.rows_by_key(field.to.as_deref().unwrap()).unwrap();
            Value::Row(*rows.get(text).unwrap_or_else(|| panic!("{}: no {text}", field.name)))
        }
        FieldKind::Category => Value::Level(text),
        FieldKind::YesNo => Value::YesNo(text == "yes"),
        FieldKind::Integer => Value::Integer(text.parse().unwrap()),
        FieldKind::Number => Value::Number(text.parse().unwrap()),
        FieldKind::Date => Value::Date(PartialDate::parse(text, DateOrder::YearMonthDay).unwrap()),
        FieldKind::Dose => Value::Dose(Dose::from_gray(text.parse().unwrap()).unwrap()),
    }
}

/// Checks a study that must be sound.
pub fn checked(study: &str, records: Records) -> (Plan, Base, Problems) {
    let (found, problems) = check_records("study.toml", study, records);
    let (plan, base) = found.unwrap_or_else(|| panic!("{problems}"));
    (plan, base, problems)
}

/// Runs a study that must run.
pub fn ran(plan: &Plan, base: &Base) -> Finished {
    run(plan, base, Problems::new(), &Identity::default(), &mut Quiet).unwrap_or_else(|p| panic!("{p}"))
}

/// The row of the base table whose column holds that text.
pub fn row_of(base: &Base, column: &str, text: &str) -> usize {
    let rows = base.data.table.n_rows();
    (0..rows).find(|r| shown(base, column, *r) == text).unwrap_or_else(|| panic!("no {column} {text}"))
}

/// A value as a person would write it; `-` where missing.
pub fn shown(base: &Base, column: &str, row: usize) -> String {
    let column = base.data.table.column(column).unwrap_or_else(|| panic!("no column {column}"));
    let missing = || "-".to_owned();
    match &column.data {
        ColumnData::Text(v) => v[row].as_deref().map_or_else(missing, str::to_owned),
        ColumnData::Number(v) | ColumnData::Duration(v) if v[row].is_nan() => missing(),
        ColumnData::Number(v) | ColumnData::Duration(v) => v[row].to_string(),
        ColumnData::Category(c) => c.level(row).map_or_else(missing, str::to_owned),
        ColumnData::YesNo(v) => v[row].map_or_else(missing, |yes| if yes { "yes" } else { "no" }.to_owned()),
        ColumnData::Date(v) => v[row].map_or_else(missing, |day| day.to_string()),
    }
}

/// A day.
pub fn day(text: &str) -> Day {
    match PartialDate::parse(text, DateOrder::YearMonthDay) {
        Some(PartialDate::Day(day)) => day,
        other => panic!("{text}: {other:?}"),
    }
}
