//! What tests of records share.

#![allow(dead_code, reason = "no test file uses all of it")]

use oligomet_base::day::DateOrder;
use oligomet_base::{Dose, PartialDate};
use oligomet_schema::{Records, Value, csv};

/// A date as it is written: `2019-03-01`, `2019-03`, `2019`.
pub fn date(text: &str) -> Value<'static> {
    Value::Date(PartialDate::parse(text, DateOrder::YearMonthDay).expect("a date"))
}

/// A dose.
pub fn dose(milligray: i64) -> Value<'static> {
    Value::Dose(Dose::from_milligray(milligray))
}

/// Adds a row.
pub fn add(records: &mut Records, table: &str, row: &[(&str, Value<'_>)]) {
    records.table_mut(table).expect("a table").push(row).expect("a row");
}

/// A table as CSV.
pub fn text_of(records: &Records, table: &str) -> String {
    String::from_utf8(csv::to_csv(records.table(table).expect("a table"), records)).expect("text")
}
