//! Tables of records as CSV: what `import` reads back, and stock R and spreadsheets read.
//!
//! UTF-8 without a mark, commas, a header row of the names of `schema.toml`. References are written as the keys they point
//! to, categories as their codes, dates as ISO 8601 as precise as they are known (`2019-03`), doses in Gy with all their
//! digits, yes and no in letters. A missing value is an empty cell.

use std::io::Write;

use oligomet_base::number::shortest;
use oligomet_base::{Day, Dose, PartialDate};

use crate::records::{RecordTable, Records};
use crate::spec::TableSpec;
use crate::value::Value;

/// The name of a table's file: `rt_course.csv`.
#[must_use]
pub fn file_name(table: &TableSpec) -> String {
    format!("{}.csv", table.name)
}

/// A table as CSV.
#[must_use]
pub fn to_csv(table: &RecordTable, records: &Records) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 * (table.n_rows() + 1));
    // Writing into memory cannot fail.
    let _ = write_csv(table, records, &mut out);
    out
}

/// Writes a table as CSV, in pieces of about 64 KiB.
///
/// # Errors
/// What `out` says.
pub fn write_csv(table: &RecordTable, records: &Records, out: &mut impl Write) -> std::io::Result<()> {
    const PIECE: usize = 1 << 16;
    let names: Vec<&str> = table.spec().fields.iter().map(|f| f.name.as_str()).collect();
    let mut piece = Vec::with_capacity(PIECE + 4096);
    piece.extend_from_slice(names.join(",").as_bytes());
    piece.push(b'\n');
    for row in 0..table.n_rows() {
        for column in 0..table.fields.len() {
            if column > 0 {
                piece.push(b',');
            }
            write_value(table, records, column, row, &mut piece);
        }
        piece.push(b'\n');
        if piece.len() >= PIECE {
            out.write_all(&piece)?;
            piece.clear();
        }
    }
    out.write_all(&piece)
}

/// The text of a value as a file holds it; empty where missing.
#[must_use]
pub fn value_text(table: &RecordTable, records: &Records, column: usize, row: usize) -> String {
    let mut bytes = Vec::new();
    write_unquoted(table, records, column, row, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

fn write_value(table: &RecordTable, records: &Records, column: usize, row: usize, out: &mut Vec<u8>) {
    let start = out.len();
    write_unquoted(table, records, column, row, out);
    if needs_quotes(&out[start..]) {
        let plain = out.split_off(start);
        out.push(b'"');
        for byte in plain {
            if byte == b'"' {
                out.push(b'"');
            }
            out.push(byte);
        }
        out.push(b'"');
    }
}

pub(crate) fn write_unquoted(
    table: &RecordTable,
    records: &Records,
    column: usize,
    row: usize,
    out: &mut Vec<u8>,
) {
    match table.value(column, row) {
        Value::Missing => {}
        Value::Text(text) | Value::Level(text) => out.extend_from_slice(text.as_bytes()),
        Value::Row(to) => {
            let spec = &table.spec().fields[column];
            out.extend_from_slice(records.key_pointed_to(spec, to).unwrap_or("").as_bytes());
        }
        Value::YesNo(true) => out.extend_from_slice(b"yes"),
        Value::YesNo(false) => out.extend_from_slice(b"no"),
        Value::Integer(n) => write_shown(n, out),
        Value::Number(x) => out.extend_from_slice(shortest(x).as_bytes()),
        Value::Date(date) => write_date(date, out),
        Value::Dose(dose) => write_gray(dose, out),
    }
}

fn write_shown(value: impl std::fmt::Display, out: &mut Vec<u8>) {
    // Writing into memory cannot fail.
    let _ = write!(out, "{value}");
}

fn write_date(date: PartialDate, out: &mut Vec<u8>) {
    match date {
        PartialDate::Day(day) => write_day(day, out),
        other => write_shown(other, out),
    }
}

/// The day as `Display` prints it, without its detour: dates are a third of all cells.
fn write_day(day: Day, out: &mut Vec<u8>) {
    match day.to_ymd() {
        Some((y @ 1000..=9999, m, d)) => {
            let (y, m, d) = (y as u16, m as u8, d as u8);
            let digit = |n: u16| b'0' + (n % 10) as u8;
            let two = |n: u8| [b'0' + n / 10, b'0' + n % 10];
            out.extend([digit(y / 1000), digit(y / 100), digit(y / 10), digit(y), b'-']);
            out.extend(two(m));
            out.push(b'-');
            out.extend(two(d));
        }
        _ => write_shown(day, out),
    }
}

/// Gy with as many decimals as there are, from whole milligray.
fn write_gray(dose: Dose, out: &mut Vec<u8>) {
    let milligray = dose.milligray();
    if milligray < 0 {
        out.push(b'-');
    }
    let (whole, rest) = (milligray.unsigned_abs() / 1000, milligray.unsigned_abs() % 1000);
    write_shown(whole, out);
    if rest > 0 {
        let decimals = format!(".{rest:03}");
        out.extend_from_slice(decimals.trim_end_matches('0').as_bytes());
    }
}

/// Whether a reader would cut the text or take its ends away.
fn needs_quotes(text: &[u8]) -> bool {
    text.iter().any(|b| matches!(b, b',' | b';' | b'\t' | b'|' | b'"' | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::Records;

    #[test]
    fn a_table_is_written_as_people_read_it() {
        let mut records = Records::empty("X");
        let patient = records.table_mut("patient").unwrap();
        patient
            .push(&[("patient_id", Value::Text("a,\"1\"")), ("germline_tp53", Value::YesNo(false))])
            .unwrap();
        let day = PartialDate::Day(Day::from_ymd(2019, 3, 1).unwrap());
        let course = records.table_mut("rt_course").unwrap();
        course
            .push(&[
                ("course_id", Value::Text("C1")),
                ("patient_id", Value::Row(0)),
                ("start_date", Value::Date(day)),
            ])
            .unwrap();
        let volume = records.table_mut("rt_volume").unwrap();
        volume
            .push(&[
                ("volume_id", Value::Text("V1")),
                ("course_id", Value::Row(0)),
                ("gtv_cm3", Value::Number(3.5)),
                ("dose_prescribed_gy", Value::Dose(Dose::from_milligray(25_500))),
                ("dose_delivered_gy", Value::Dose(Dose::from_milligray(5))),
                ("fractions_prescribed", Value::Integer(3)),
            ])
            .unwrap();
        let text = |name: &str| {
            let table = records.table(name).unwrap();
            String::from_utf8(to_csv(table, &records)).unwrap()
        };
        assert_eq!(
            text("patient"),
            "patient_id,sex,birth_date,menopausal_status,germline_brca,germline_tp53\n\"a,\"\"1\"\"\",,,,,no\n"
        );
        assert!(
            text("rt_course").ends_with("\nC1,\"a,\"\"1\"\"\",,2019-03-01,,,,,,\n"),
            "{}",
            text("rt_course")
        );
        assert!(text("rt_volume").contains("\nV1,C1,,,,,,3.5,25.5,3,0.005,,"), "{}", text("rt_volume"));
        assert_eq!(text("lesion").lines().count(), 1);
    }

    #[test]
    fn days_are_written_as_they_print() {
        for n in (-60_000..60_000).step_by(97) {
            let mut out = Vec::new();
            write_day(Day(n), &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), Day(n).to_string());
        }
    }
}
