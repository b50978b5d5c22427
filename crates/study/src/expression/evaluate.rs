//! Running typed expressions in an in-memory SQLite, one answer per row.

use std::collections::BTreeSet;

use oligomet_base::Day;
use oligomet_schema::{ColumnData, Field, FieldKind, FieldSpec, NO_ROW};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql};

use super::kind::Scope;
use super::lower::{Expression, quote_name};
use super::tables::{KEY, latest_name, sql_name};
use crate::relational::{Link, Related};

/// Answers to a rule: true, false, or unknown.
pub type Answers = Vec<Option<bool>>;

/// A cell on its way into SQLite, without copying texts.
enum Cell<'a> {
    Null,
    Real(f64),
    Integer(i64),
    Text(&'a str),
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            Cell::Real(x) => ToSqlOutput::Owned(Value::Real(*x)),
            Cell::Integer(n) => ToSqlOutput::Owned(Value::Integer(*n)),
            Cell::Text(t) => ToSqlOutput::Borrowed(ValueRef::Text(t.as_bytes())),
        })
    }
}

fn cell(data: &ColumnData, row: usize) -> Cell<'_> {
    let found = match data {
        ColumnData::Text(v) => v.get(row).and_then(Option::as_deref).map(Cell::Text),
        ColumnData::Number(v) | ColumnData::Duration(v) => {
            v.get(row).filter(|x| !x.is_nan()).map(|x| Cell::Real(*x))
        }
        ColumnData::Category(c) => c.level(row).map(Cell::Text),
        ColumnData::YesNo(v) => v.get(row).copied().flatten().map(|b| Cell::Integer(i64::from(b))),
        ColumnData::Date(v) => v.get(row).copied().flatten().map(|d| Cell::Integer(i64::from(d.0))),
    };
    found.unwrap_or(Cell::Null)
}

fn sql_type(data: &ColumnData) -> &'static str {
    match data {
        ColumnData::Text(_) | ColumnData::Category(_) => "TEXT",
        ColumnData::Number(_) | ColumnData::Duration(_) => "REAL",
        ColumnData::YesNo(_) | ColumnData::Date(_) => "INTEGER",
    }
}

/// Runs one expression over `rows` of the scope, in that order.
fn run<T>(
    expression: &Expression,
    scope: &Scope<'_>,
    rows: &[usize],
    mut take: impl FnMut(ValueRef<'_>) -> T,
) -> rusqlite::Result<Vec<T>> {
    let columns: Vec<(&String, &ColumnData)> =
        expression.names.iter().filter_map(|n| Some((n, scope.find(n)?.data))).collect();
    let mut connection = Connection::open_in_memory()?;
    let mut definitions: Vec<String> = columns
        .iter()
        .map(|(name, data)| format!("\"{}\" {}", name.replace('"', "\"\""), sql_type(data)))
        .collect();
    definitions.insert(0, "oligomet_row INTEGER PRIMARY KEY".into());
    connection.execute_batch(&format!("CREATE TABLE base ({}) STRICT;", definitions.join(", ")))?;
    let transaction = connection.transaction()?;
    {
        let marks = vec!["?"; columns.len() + 1].join(", ");
        let mut insert = transaction.prepare(&format!("INSERT INTO base VALUES ({marks})"))?;
        for (position, &row) in rows.iter().enumerate() {
            insert.raw_bind_parameter(1, position as i64)?;
            for (k, (_, data)) in columns.iter().enumerate() {
                insert.raw_bind_parameter(k + 2, cell(data, row))?;
            }
            insert.raw_execute()?;
        }
    }
    transaction.commit()?;
    for (table, columns) in &expression.tables {
        load_table(&mut connection, table, columns, scope, rows)?;
    }
    let mut select =
        connection.prepare(&format!("SELECT {} FROM base ORDER BY oligomet_row", expression.sql))?;
    let mut found = select.query([])?;
    let mut answers = Vec::with_capacity(rows.len());
    while let Some(row) = found.next()? {
        answers.push(take(row.get_ref(0)?));
    }
    Ok(answers)
}

/// Loads the rows of a table of the records that belong to `rows`, each under the place of its row; only columns used.
fn load_table(
    connection: &mut Connection,
    table: &str,
    columns: &BTreeSet<String>,
    scope: &Scope<'_>,
    rows: &[usize],
) -> rusqlite::Result<()> {
    let fault = |error: String| rusqlite::Error::ToSqlConversionFailure(error.into());
    let Some(related) = scope.related() else { return Err(fault("there are no records".into())) };
    let records = &related.records;
    let source = records.table(table).map_err(|e| fault(e.to_string()))?;
    let link = Link::new(records, table, related.unit).map_err(|e| fault(e.to_string()))?;
    let fields: Vec<(&FieldSpec, &Field)> =
        columns.iter().filter_map(|c| Some((source.spec().field(c)?, source.column(c)?))).collect();
    let mut definitions = vec![format!("{KEY} INTEGER"), "oligomet_at INTEGER".to_owned()];
    for (spec, _) in &fields {
        definitions.push(format!("{} {}", quote_name(&spec.name), record_type(spec.kind)));
        if spec.kind == FieldKind::Date {
            definitions.push(format!("{} INTEGER", quote_name(&latest_name(&spec.name))));
        }
    }
    let name = quote_name(&sql_name(table));
    connection.execute_batch(&format!(
        "CREATE TABLE {name} ({}, PRIMARY KEY ({KEY}, oligomet_at)) STRICT, WITHOUT ROWID;",
        definitions.join(", ")
    ))?;
    let transaction = connection.transaction()?;
    {
        let marks = vec!["?"; definitions.len()].join(", ");
        let mut insert = transaction.prepare(&format!("INSERT INTO {name} VALUES ({marks})"))?;
        for (position, &row) in rows.iter().enumerate() {
            let own = link.iter().flat_map(|l| l.rows(related, scope.base_row(row)));
            for (at, child) in own.enumerate() {
                insert.raw_bind_parameter(1, position as i64)?;
                insert.raw_bind_parameter(2, at as i64)?;
                let cells = fields.iter().flat_map(|(spec, field)| record_cells(related, spec, field, child));
                for (k, cell) in cells.enumerate() {
                    insert.raw_bind_parameter(k + 3, cell)?;
                }
                insert.raw_execute()?;
            }
        }
    }
    transaction.commit()
}

fn record_type(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Key | FieldKind::Ref | FieldKind::Text | FieldKind::Category => "TEXT",
        FieldKind::YesNo | FieldKind::Date => "INTEGER",
        FieldKind::Integer | FieldKind::Number | FieldKind::Dose => "REAL",
    }
}

/// The cells of a field in its columns: of a date the earliest and the latest day, of anything else its value.
fn record_cells<'a>(
    related: &'a Related,
    spec: &'a FieldSpec,
    field: &'a Field,
    row: usize,
) -> impl Iterator<Item = Cell<'a>> {
    let (first, second) = match field {
        Field::Date(v) => {
            let days = v.get(row).copied().flatten().and_then(|d| related.days(d));
            let cell = |day: Option<Day>| day.map_or(Cell::Null, |d| Cell::Integer(i64::from(d.0)));
            (cell(days.map(|(earliest, _)| earliest)), Some(cell(days.map(|(_, latest)| latest))))
        }
        _ => (record_cell(related, spec, field, row), None),
    };
    std::iter::once(first).chain(second)
}

fn record_cell<'a>(related: &'a Related, spec: &'a FieldSpec, field: &'a Field, row: usize) -> Cell<'a> {
    let found = match field {
        Field::Text(texts) => texts.get(row).map(Cell::Text),
        Field::Ref(refs) => refs.get(row).filter(|r| **r != NO_ROW).and_then(|r| {
            let to = related.records.table(spec.to.as_deref()?).ok()?;
            Some(Cell::Text(to.key(*r as usize)))
        }),
        Field::Category(codes) => {
            codes.get(row).and_then(|c| spec.levels.get(usize::from(*c))).map(|l| Cell::Text(&l.code))
        }
        Field::YesNo(v) => v.get(row).copied().flatten().map(|b| Cell::Integer(i64::from(b))),
        Field::Integer(v) => v.get(row).copied().flatten().map(|n| Cell::Real(f64::from(n))),
        Field::Number(v) => v.get(row).filter(|x| !x.is_nan()).map(|x| Cell::Real(*x)),
        Field::Date(_) => None,
        Field::Dose(v) => v.get(row).copied().flatten().map(|d| Cell::Real(d.gray())),
    };
    found.unwrap_or(Cell::Null)
}

/// True, false or unknown for each of `rows`.
///
/// # Errors
/// SQLite's message; none is expected of a typed expression.
pub fn evaluate_truth(
    expression: &Expression,
    scope: &Scope<'_>,
    rows: &[usize],
) -> rusqlite::Result<Answers> {
    run(expression, scope, rows, |value| match value {
        ValueRef::Integer(n) => Some(n != 0),
        ValueRef::Real(x) => Some(x != 0.0),
        _ => None,
    })
}

/// A number for each of `rows`; NaN where unknown.
///
/// # Errors
/// As [`evaluate_truth`].
pub fn evaluate_numbers(
    expression: &Expression,
    scope: &Scope<'_>,
    rows: &[usize],
) -> rusqlite::Result<Vec<f64>> {
    run(expression, scope, rows, |value| match value {
        ValueRef::Integer(n) => n as f64,
        ValueRef::Real(x) => x,
        _ => f64::NAN,
    })
}

/// A text for each of `rows`; `None` where unknown.
///
/// # Errors
/// As [`evaluate_truth`].
pub fn evaluate_texts(
    expression: &Expression,
    scope: &Scope<'_>,
    rows: &[usize],
) -> rusqlite::Result<Vec<Option<String>>> {
    run(expression, scope, rows, |value| match value {
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use oligomet_schema::{Category, Column, ColumnType};

    use super::*;

    fn columns() -> Vec<Column> {
        let column = |name: &str, kind, data| Column {
            name: name.into(),
            label: name.into(),
            kind,
            unit: None,
            time_unit: None,
            header: name.into(),
            data,
        };
        let grade = Category { codes: vec![0, 1, Category::MISSING], levels: vec!["2".into(), "3".into()] };
        vec![
            column("age", ColumnType::Number, ColumnData::Number(vec![40.0, 70.0, f64::NAN])),
            column("grade", ColumnType::Category, ColumnData::Category(grade)),
            column("died", ColumnType::YesNo, ColumnData::YesNo(vec![Some(true), Some(false), None])),
            column("start", ColumnType::Date, ColumnData::Date(vec![Some(Day(10)), Some(Day(17_000)), None])),
            column("follow_up", ColumnType::Duration, ColumnData::Duration(vec![100.0, 1000.0, f64::NAN])),
        ]
    }

    fn ask(text: &str) -> Result<Answers, String> {
        let columns = columns();
        let scope = Scope::of_columns(&columns);
        let rule = Expression::parse_rule(text, &scope).map_err(|e| format!("{e} | {}", e.mend))?;
        evaluate_truth(&rule, &scope, &[0, 1, 2]).map_err(|e| e.to_string())
    }

    #[test]
    fn a_missing_value_is_unknown_and_never_true() {
        const T: Option<bool> = Some(true);
        const F: Option<bool> = Some(false);
        for (rule, want) in [
            ("age > 50", [F, T, None]),
            ("NOT age > 50", [T, F, None]),
            ("age > 50 OR grade = '2'", [T, T, None]),
            ("age IS NULL", [F, F, T]),
            ("grade IN ('2', '3')", [T, T, None]),
            ("grade = 3", [F, T, None]),
            ("died", [T, F, None]),
            ("died = 'no' AND age > 10", [F, T, None]),
            ("start >= '2010-01-01'", [F, T, None]),
            ("follow_up < '6 mo'", [T, F, None]),
            ("age / 2 BETWEEN 20 AND 30", [T, F, None]),
            ("CASE WHEN age > 50 THEN 1 ELSE 0 END = 1", [F, T, F]),
            ("start + '1 y' > '2016-01-01'", [F, T, None]),
            ("1 / 2 = 0.5", [T, T, T]),
        ] {
            assert_eq!(ask(rule), Ok(want.to_vec()), "{rule}");
        }
    }

    #[test]
    fn mistakes_are_told_with_a_way_out() {
        for (rule, part) in [
            ("agee > 50", "did you mean `age`?"),
            ("grade = '4'", "there is no level '4'"),
            ("grade > '2'", "has no order"),
            ("follow_up > 6", "write '6 d', '6 mo' or '6 y'"),
            ("start > 2010", "cannot be compared"),
            ("age = NULL", "IS NULL"),
            ("age", "must be true or false"),
            ("age > 50 50", "nothing was expected"),
            ("(SELECT 1)", "EXISTS"),
            ("age > ", "cannot be read"),
            ("load_extension('x')", "cannot be used"),
            ("start + start > '2010-01-01'", "has no meaning"),
        ] {
            let said = ask(rule).expect_err(rule);
            assert!(said.contains(part), "{rule}: {said}");
        }
    }
}
