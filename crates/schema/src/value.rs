//! One value of a table, whatever its kind; and rows added by their values.

use oligomet_base::{Dose, PartialDate};

use crate::records::{Field, NO_LEVEL, NO_ROW, NoSuchField, RecordTable, Records};
use crate::spec::{FieldKind, FieldSpec};

/// A value of a row. Texts are borrowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Not there.
    Missing,
    /// A key or a text; an empty one is missing.
    Text(&'a str),
    /// The row of the table pointed into, counted from 0 ([`RecordTable::push`] returns it).
    Row(u32),
    /// A level of a category, by its code: `lymph-node`.
    Level(&'a str),
    /// Yes or no.
    YesNo(bool),
    /// A whole number.
    Integer(i32),
    /// A number; NaN is missing.
    Number(f64),
    /// A date.
    Date(PartialDate),
    /// A dose.
    Dose(Dose),
}

/// Why a row could not be added. Faults of the program: data read from files go through `import`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// There is no such table or column, or the value is of another kind than the column.
    #[error(transparent)]
    NoSuchField(#[from] NoSuchField),
    /// The category has no such level.
    #[error("the column `{field}` of the table `{table}` has no level `{level}`")]
    NoSuchLevel {
        /// Table.
        table: String,
        /// Column.
        field: String,
        /// Code that it does not have.
        level: String,
    },
}

impl Field {
    /// The value of a row; missing beyond the end.
    #[must_use]
    pub fn value(&self, spec: &'static FieldSpec, row: usize) -> Value<'_> {
        match self {
            Self::Text(v) => v.get(row).map_or(Value::Missing, Value::Text),
            Self::Ref(v) => v.get(row).filter(|r| **r != NO_ROW).map_or(Value::Missing, |r| Value::Row(*r)),
            Self::Category(v) => {
                let level = v.get(row).and_then(|code| spec.levels.get(usize::from(*code)));
                level.map_or(Value::Missing, |level| Value::Level(&level.code))
            }
            Self::YesNo(v) => v.get(row).copied().flatten().map_or(Value::Missing, Value::YesNo),
            Self::Integer(v) => v.get(row).copied().flatten().map_or(Value::Missing, Value::Integer),
            Self::Number(v) => {
                v.get(row).filter(|x| !x.is_nan()).map_or(Value::Missing, |x| Value::Number(*x))
            }
            Self::Date(v) => v.get(row).copied().flatten().map_or(Value::Missing, Value::Date),
            Self::Dose(v) => v.get(row).copied().flatten().map_or(Value::Missing, Value::Dose),
        }
    }

    fn push_missing(&mut self) {
        match self {
            Self::Text(v) => v.push(None),
            Self::Ref(v) => v.push(NO_ROW),
            Self::Category(v) => v.push(NO_LEVEL),
            Self::YesNo(v) => v.push(None),
            Self::Integer(v) => v.push(None),
            Self::Number(v) => v.push(f64::NAN),
            Self::Date(v) => v.push(None),
            Self::Dose(v) => v.push(None),
        }
    }

    /// Adds a value that [`fits`] has passed.
    fn push(&mut self, spec: &FieldSpec, value: Value<'_>) {
        match (self, value) {
            (Self::Text(v), Value::Text(text)) => v.push((!text.is_empty()).then_some(text)),
            (Self::Ref(v), Value::Row(row)) => v.push(row),
            (Self::Category(v), Value::Level(code)) => v.push(level_index(spec, code).unwrap_or(NO_LEVEL)),
            (Self::YesNo(v), Value::YesNo(b)) => v.push(Some(b)),
            (Self::Integer(v), Value::Integer(n)) => v.push(Some(n)),
            (Self::Number(v), Value::Number(x)) => v.push(x),
            (Self::Date(v), Value::Date(date)) => v.push(Some(date)),
            (Self::Dose(v), Value::Dose(dose)) => v.push(Some(dose)),
            (field, _) => field.push_missing(),
        }
    }
}

fn level_index(spec: &FieldSpec, code: &str) -> Option<u8> {
    spec.levels.iter().position(|level| level.code == code).and_then(|at| u8::try_from(at).ok())
}

/// Whether a column of that specification can hold the value.
fn fits(table: &str, spec: &FieldSpec, value: Value<'_>) -> Result<(), PushError> {
    let wrong = || NoSuchField { table: table.to_owned(), field: spec.name.clone() };
    match (spec.kind, value) {
        (_, Value::Missing)
        | (FieldKind::Key | FieldKind::Text, Value::Text(_))
        | (FieldKind::Ref, Value::Row(_))
        | (FieldKind::YesNo, Value::YesNo(_))
        | (FieldKind::Integer, Value::Integer(_))
        | (FieldKind::Number, Value::Number(_))
        | (FieldKind::Date, Value::Date(_))
        | (FieldKind::Dose, Value::Dose(_)) => Ok(()),
        (FieldKind::Category, Value::Level(code)) => match level_index(spec, code) {
            Some(_) => Ok(()),
            None => Err(PushError::NoSuchLevel {
                table: table.to_owned(),
                field: spec.name.clone(),
                level: code.to_owned(),
            }),
        },
        _ => Err(wrong().into()),
    }
}

impl RecordTable {
    /// The value of a row in the column at that place of the specification.
    #[must_use]
    pub fn value(&self, column: usize, row: usize) -> Value<'_> {
        match (self.fields.get(column), self.spec().fields.get(column)) {
            (Some(field), Some(spec)) => field.value(spec, row),
            _ => Value::Missing,
        }
    }

    /// Adds a row by the names of its columns, those not named missing, and returns its number from 0.
    ///
    /// # Errors
    /// [`PushError`] for a column that is not there, a value of another kind, or a level that is not there; the table is
    /// then as before.
    pub fn push(&mut self, values: &[(&str, Value<'_>)]) -> Result<u32, PushError> {
        let spec = self.spec();
        for (name, value) in values {
            let field = spec
                .field(name)
                .ok_or_else(|| NoSuchField { table: spec.name.clone(), field: (*name).to_owned() })?;
            fits(&spec.name, field, *value)?;
        }
        let value_of =
            |name: &str| values.iter().find(|(n, _)| *n == name).map_or(Value::Missing, |(_, v)| *v);
        Ok(self.append(|_, field| value_of(&field.name)))
    }

    /// Adds a row with a value for every column, in the order of the specification, and returns its number from 0.
    ///
    /// # Errors
    /// As [`Self::push`]; also where there are fewer or more values than columns.
    pub fn push_all(&mut self, values: &[Value<'_>]) -> Result<u32, PushError> {
        let spec = self.spec();
        if values.len() != spec.fields.len() {
            return Err(
                NoSuchField { table: spec.name.clone(), field: format!("{} columns", values.len()) }.into()
            );
        }
        for (field, value) in spec.fields.iter().zip(values) {
            fits(&spec.name, field, *value)?;
        }
        Ok(self.append(|at, _| values[at]))
    }

    fn append<'v>(&mut self, value: impl Fn(usize, &FieldSpec) -> Value<'v>) -> u32 {
        let (spec, row) = (self.spec(), self.n_rows() as u32);
        for (at, (field, column)) in spec.fields.iter().zip(&mut self.fields).enumerate() {
            column.push(field, value(at, field));
        }
        // As the row would stand in a file: row 1 holds the headers.
        self.source_rows.push(row + 2);
        row
    }
}

impl Records {
    /// A table of the schema, to be filled.
    ///
    /// # Errors
    /// [`NoSuchField`] where the schema has no such table.
    pub fn table_mut(&mut self, name: &str) -> Result<&mut RecordTable, NoSuchField> {
        let at = crate::spec::schema().position(name);
        at.and_then(|at| self.tables.get_mut(at))
            .ok_or_else(|| NoSuchField { table: name.to_owned(), field: String::new() })
    }

    /// The key that a reference of a row of `table` points to; `None` where it is empty.
    #[must_use]
    pub fn key_pointed_to(&self, field: &FieldSpec, row: u32) -> Option<&str> {
        let to = self.table(field.to.as_deref()?).ok()?;
        ((row as usize) < to.n_rows()).then(|| to.key(row as usize))
    }
}

#[cfg(test)]
mod tests {
    use oligomet_base::Day;

    use super::*;

    #[test]
    fn rows_are_added_by_name_and_read_back() {
        let mut records = Records::empty("X");
        let patient = records.table_mut("patient").unwrap();
        let born = PartialDate::Month(1960, 5);
        let row = patient.push(&[
            ("birth_date", Value::Date(born)),
            ("patient_id", Value::Text("P1")),
            ("sex", Value::Level("female")),
        ]);
        assert_eq!(row, Ok(0));
        assert_eq!((patient.key(0), patient.level("sex", 0)), ("P1", Some("female")));
        assert_eq!(patient.value(2, 0), Value::Date(born));
        assert_eq!(patient.value(3, 0), Value::Missing);
        let course = records.table_mut("rt_course").unwrap();
        let start = Value::Date(PartialDate::Day(Day(18_000)));
        let row = course.push(&[
            ("course_id", Value::Text("C1")),
            ("patient_id", Value::Row(0)),
            ("start_date", start),
        ]);
        assert_eq!((row, course.source_rows.as_slice()), (Ok(0), &[2][..]));
        assert_eq!(records.children("rt_course", "patient_id").unwrap().of(0), [0]);
        let field = records.table("rt_course").unwrap().spec().field("patient_id").unwrap();
        assert_eq!(records.key_pointed_to(field, 0), Some("P1"));
        assert_eq!(records.key_pointed_to(field, 1), None);
    }

    #[test]
    fn a_wrong_value_leaves_the_table_as_it_was() {
        let mut records = Records::empty("X");
        let patient = records.table_mut("patient").unwrap();
        for wrong in [
            ("sex", Value::Level("unknown")),
            ("sex", Value::Text("female")),
            ("no_column", Value::Missing),
            ("germline_tp53", Value::Integer(1)),
        ] {
            assert!(patient.push(&[("patient_id", Value::Text("P1")), wrong]).is_err(), "{wrong:?}");
        }
        assert!(patient.push_all(&[Value::Missing]).is_err());
        assert_eq!(patient.n_rows(), 0);
        assert_eq!(patient.push_all(&[Value::Missing; 6]), Ok(0));
    }
}
