//! Rows of the schema's tables, filled cell by cell by column name.

use oligomet_base::{Day, Dose, PartialDate};
use oligomet_schema::{Field, NO_ROW, NoSuchField, PushError, RecordTable, Records, Value, schema};

/// The tables of one shard of patients. References are rows of the same shard.
pub(crate) struct Rows {
    pub(crate) tables: Vec<RecordTable>,
    /// The first row that the schema has no place for: a fault of the program, told by [`crate::simulate`].
    pub(crate) fault: Option<PushError>,
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self { tables: Records::empty("").tables, fault: None }
    }

    /// Begins a row; columns not set are missing.
    pub(crate) fn row<'a>(&'a mut self, table: &'static str) -> Row<'a> {
        Row { rows: self, table, values: Vec::with_capacity(20) }
    }
}

/// A row being filled.
pub(crate) struct Row<'a> {
    rows: &'a mut Rows,
    table: &'static str,
    values: Vec<(&'static str, Value<'a>)>,
}

impl<'a> Row<'a> {
    fn set(mut self, name: &'static str, value: Option<Value<'a>>) -> Self {
        self.values.extend(value.map(|v| (name, v)));
        self
    }

    pub(crate) fn text(self, name: &'static str, value: &'a str) -> Self {
        self.set(name, Some(Value::Text(value)))
    }

    pub(crate) fn maybe_text(self, name: &'static str, value: Option<&'a str>) -> Self {
        self.set(name, value.map(Value::Text))
    }

    pub(crate) fn refer(self, name: &'static str, row: Option<u32>) -> Self {
        self.set(name, row.map(Value::Row))
    }

    pub(crate) fn level(self, name: &'static str, code: &'a str) -> Self {
        self.set(name, Some(Value::Level(code)))
    }

    pub(crate) fn maybe_level(self, name: &'static str, code: Option<&'a str>) -> Self {
        self.set(name, code.map(Value::Level))
    }

    pub(crate) fn yes_no(self, name: &'static str, value: Option<bool>) -> Self {
        self.set(name, value.map(Value::YesNo))
    }

    pub(crate) fn integer(self, name: &'static str, value: Option<i32>) -> Self {
        self.set(name, value.map(Value::Integer))
    }

    pub(crate) fn number(self, name: &'static str, value: Option<f64>) -> Self {
        self.set(name, value.map(Value::Number))
    }

    pub(crate) fn day(self, name: &'static str, value: Option<Day>) -> Self {
        self.date(name, value.map(PartialDate::Day))
    }

    pub(crate) fn date(self, name: &'static str, value: Option<PartialDate>) -> Self {
        self.set(name, value.map(Value::Date))
    }

    pub(crate) fn dose(self, name: &'static str, value: Dose) -> Self {
        self.set(name, Some(Value::Dose(value)))
    }

    /// Ends the row and returns its number within the shard.
    pub(crate) fn end(self) -> u32 {
        let at = schema().position(self.table).unwrap_or(usize::MAX);
        let pushed = match self.rows.tables.get_mut(at) {
            Some(table) => table.push(&self.values),
            None => Err(NoSuchField { table: self.table.to_owned(), field: String::new() }.into()),
        };
        pushed.unwrap_or_else(|error| {
            self.rows.fault.get_or_insert(error);
            0
        })
    }
}

/// Appends the tables of a shard; its references move behind the rows that are there.
pub(crate) fn append(into: &mut [RecordTable], shard: Vec<RecordTable>) {
    let before: Vec<u32> = into.iter().map(|t| t.n_rows() as u32).collect();
    for (table, part) in into.iter_mut().zip(shard) {
        let spec = table.spec();
        for ((field, more), spec) in table.fields.iter_mut().zip(part.fields).zip(&spec.fields) {
            let to = spec.to.as_deref().and_then(|to| schema().position(to));
            append_field(field, more, to.map_or(0, |at| before[at]));
        }
        let rows = table.source_rows.len() as u32;
        table.source_rows.extend(part.source_rows.iter().map(|r| r + rows));
    }
}

fn append_field(into: &mut Field, more: Field, offset: u32) {
    match (into, more) {
        (Field::Text(a), Field::Text(b)) => (0..b.len()).for_each(|row| a.push(b.get(row))),
        (Field::Ref(a), Field::Ref(b)) => {
            a.extend(b.into_iter().map(|r| if r == NO_ROW { r } else { r + offset }));
        }
        (Field::Category(a), Field::Category(b)) => a.extend(b),
        (Field::YesNo(a), Field::YesNo(b)) => a.extend(b),
        (Field::Integer(a), Field::Integer(b)) => a.extend(b),
        (Field::Number(a), Field::Number(b)) => a.extend(b),
        (Field::Date(a), Field::Date(b)) => a.extend(b),
        (Field::Dose(a), Field::Dose(b)) => a.extend(b),
        // Both tables follow one specification, so their columns are of one kind.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_columns_level_and_references_move_with_the_shard() {
        let shard = |id: &str| {
            let mut rows = Rows::new();
            let patient = rows.row("patient").text("patient_id", id).level("sex", "female").end();
            let day = Some(Day(0));
            let key = format!("{id}-T");
            let tumour = rows.row("primary_tumour").text("tumour_id", &key).day("diagnosis_date", day);
            tumour.refer("patient_id", Some(patient)).end();
            assert_eq!(rows.fault, None);
            rows.tables
        };
        let mut records = Records::empty("X");
        append(&mut records.tables, shard("A"));
        append(&mut records.tables, shard("B"));
        let tumour = records.table("primary_tumour").unwrap();
        assert_eq!(tumour.refs("patient_id").unwrap(), [0, 1]);
        assert_eq!((tumour.key(1), tumour.source_rows[1]), ("B-T", 3));
        assert!(tumour.fields.iter().all(|f| f.len() == 2));
    }

    #[test]
    fn a_cell_without_a_place_is_told() {
        let mut rows = Rows::new();
        rows.row("patient").level("sex", "neither").end();
        assert!(rows.fault.is_some());
    }
}
