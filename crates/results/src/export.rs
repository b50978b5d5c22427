//! Arrow batches as Parquet, CSV and NDJSON, and Parquet back; a run's tables into a folder and back.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{Array, BooleanArray, Float64Array, RecordBatch, StringArray, UInt32Array};
use oligomet_base::number::shortest;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::error::ResultsError;
use crate::outline::Outline;
use crate::stats::Stats;
use crate::tables::{self, RunResults};

/// A batch as the bytes of a Parquet file; the same batch gives the same bytes.
///
/// # Errors
/// [`ResultsError::Parquet`].
pub fn to_parquet(batch: &RecordBatch) -> Result<Vec<u8>, ResultsError> {
    to_parquet_with(batch, None)
}

/// As [`to_parquet`], with a note in the file's own metadata (`note`).
fn to_parquet_with(batch: &RecordBatch, note: Option<&str>) -> Result<Vec<u8>, ResultsError> {
    let metadata = note.map(|note| vec![KeyValue::new("note".to_owned(), note.to_owned())]);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("oligomet {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(metadata)
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
    writer.write(batch)?;
    Ok(writer.into_inner()?)
}

/// The bytes of a CSV file with a further, last column `note`: the note in the first row, nothing in the others. Readers that
/// look for columns by name go on; a file without rows has the heading alone.
#[must_use]
pub fn csv_with_note(csv: &[u8], note: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(csv.len() + csv.len() / 16 + note.len());
    let (mut quoted, mut record) = (false, 0_u64);
    for &byte in csv {
        quoted ^= byte == b'"';
        if byte == b'\n' && !quoted {
            let mut cell = CsvWriter::new();
            cell.text(match record {
                0 => "note",
                1 => note,
                _ => "",
            });
            out.push(b',');
            out.extend(cell.into_bytes());
            record += 1;
        }
        out.push(byte);
    }
    out
}

/// A Parquet file's bytes as one batch.
///
/// # Errors
/// [`ResultsError::Parquet`] if the bytes are no Parquet file, [`ResultsError::Columns`] if its parts do not fit.
pub fn from_parquet(table: &'static str, bytes: Vec<u8>) -> Result<RecordBatch, ResultsError> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes))?;
    let schema = builder.schema().clone();
    let rows = usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    let mut batches = builder.with_batch_size(rows.max(1)).build()?;
    match batches.next() {
        Some(batch) => batch.map_err(|source| ResultsError::Columns { table, source }),
        None => Ok(RecordBatch::new_empty(Arc::clone(&schema))),
    }
}

/// CSV cell by cell: quotes only where needed, numbers in their shortest form that reads back.
pub struct CsvWriter {
    out: Vec<u8>,
    at_line_start: bool,
}

impl Default for CsvWriter {
    fn default() -> Self {
        Self { out: Vec::new(), at_line_start: true }
    }
}

impl CsvWriter {
    /// An empty file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reserves room for so many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self { out: Vec::with_capacity(bytes), at_line_start: true }
    }

    fn separate(&mut self) {
        if !self.at_line_start {
            self.out.push(b',');
        }
        self.at_line_start = false;
    }

    /// A text cell.
    pub fn text(&mut self, text: &str) {
        self.separate();
        if text.bytes().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
            self.out.push(b'"');
            self.out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            self.out.push(b'"');
        } else {
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    /// A number cell; empty where there is none.
    pub fn number(&mut self, number: Option<f64>) {
        self.separate();
        if let Some(n) = number {
            if n.fract() == 0.0 && n.abs() < 1e15 {
                // Writing to a vector cannot fail.
                let _ = write!(self.out, "{}", n as i64);
            } else {
                self.out.extend_from_slice(shortest(n).as_bytes());
            }
        }
    }

    /// The end of a row.
    pub fn end_row(&mut self) {
        self.out.push(b'\n');
        self.at_line_start = true;
    }

    /// The bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }
}

/// A cell of any column that our tables use.
enum Cell<'a> {
    Text(&'a str),
    Number(f64),
    Flag(bool),
    None,
}

fn cell(batch: &RecordBatch, column: usize, row: usize) -> Cell<'_> {
    let array = batch.column(column);
    if array.is_null(row) {
        return Cell::None;
    }
    let any = array.as_any();
    if let Some(a) = any.downcast_ref::<StringArray>() {
        Cell::Text(a.value(row))
    } else if let Some(a) = any.downcast_ref::<Float64Array>() {
        Cell::Number(a.value(row))
    } else if let Some(a) = any.downcast_ref::<UInt32Array>() {
        Cell::Number(f64::from(a.value(row)))
    } else if let Some(a) = any.downcast_ref::<BooleanArray>() {
        Cell::Flag(a.value(row))
    } else {
        Cell::None
    }
}

/// A batch as CSV with a header.
#[must_use]
pub fn to_csv(batch: &RecordBatch) -> Vec<u8> {
    let mut csv = CsvWriter::with_capacity(batch.num_rows() * batch.num_columns() * 8);
    for field in batch.schema().fields() {
        csv.text(field.name());
    }
    csv.end_row();
    for row in 0..batch.num_rows() {
        for column in 0..batch.num_columns() {
            match cell(batch, column, row) {
                Cell::Text(t) => csv.text(t),
                Cell::Number(n) => csv.number(Some(n)),
                Cell::Flag(f) => csv.text(if f { "true" } else { "false" }),
                Cell::None => csv.number(None),
            }
        }
        csv.end_row();
    }
    csv.into_bytes()
}

/// A batch as one JSON object per line; what does not exist is `null`.
#[must_use]
pub fn to_ndjson(batch: &RecordBatch) -> String {
    let schema = batch.schema();
    let mut out = String::new();
    for row in 0..batch.num_rows() {
        let object: serde_json::Map<String, serde_json::Value> = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(column, field)| {
                let value = match cell(batch, column, row) {
                    Cell::Text(t) => t.into(),
                    Cell::Number(n) => n.into(),
                    Cell::Flag(f) => f.into(),
                    Cell::None => serde_json::Value::Null,
                };
                (field.name().clone(), value)
            })
            .collect();
        out.push_str(&serde_json::Value::Object(object).to_string());
        out.push('\n');
    }
    out
}

impl RunResults {
    /// All files of the `results` folder: name and bytes.
    ///
    /// # Errors
    /// [`ResultsError`] if a table cannot be formed.
    pub fn to_files(&self) -> Result<Vec<(String, Vec<u8>)>, ResultsError> {
        let mut batches = vec![
            ("stats", self.stats.to_batch()?),
            ("curves", tables::curves_to_batch(&self.curves)?),
            ("methods", tables::methods_to_batch(&self.methods)?),
            ("models", tables::models_to_batch(&self.models)?),
            ("findings", tables::findings_to_batch(&self.findings)?),
            ("cohorts", tables::cohorts_to_batch(&self.cohorts)?),
        ];
        if let Some(subjects) = &self.subjects {
            batches.push(("subjects", subjects.to_batch()?));
            if !subjects.lanes.is_empty() {
                batches.push(("lanes", subjects.lanes_to_batch()?));
            }
        }
        let mut files = vec![
            ("run.json".to_owned(), serde_json::to_vec_pretty(&self.outline)?),
            ("columns.csv".to_owned(), crate::COLUMNS_CSV.as_bytes().to_vec()),
        ];
        for (name, batch) in &batches {
            files.push((format!("{name}.parquet"), to_parquet_with(batch, self.outline.note())?));
            files.push((format!("{name}.csv"), to_csv(batch)));
        }
        Ok(files)
    }

    /// The tables of a `results` folder, subjects left out: enough to draw every table, figure and sentence again.
    ///
    /// # Errors
    /// [`ResultsError::Io`] if a file is not there, [`ResultsError::Version`] if it is from a newer program.
    pub fn read(folder: &Path) -> Result<Self, ResultsError> {
        let outline: Outline = serde_json::from_slice(&std::fs::read(folder.join("run.json"))?)?;
        if outline.schema_version > crate::SCHEMA_VERSION {
            return Err(ResultsError::Version { found: outline.schema_version });
        }
        let table = |name: &'static str| -> Result<RecordBatch, ResultsError> {
            from_parquet(name, std::fs::read(folder.join(format!("{name}.parquet")))?)
        };
        Ok(Self {
            outline,
            stats: Stats::from_batch(&table("stats")?)?,
            curves: tables::curves_from_batch(&table("curves")?)?,
            methods: tables::methods_from_batch(&table("methods")?)?,
            models: tables::models_from_batch(&table("models")?)?,
            findings: tables::findings_from_batch(&table("findings")?)?,
            cohorts: tables::cohorts_from_batch(&table("cohorts")?)?,
            subjects: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{StatKey, StatRow};

    fn sample() -> Stats {
        ["a,b", "line\nbreak", "plain \"quoted\""]
            .into_iter()
            .map(|text| StatRow {
                key: StatKey::new(text, "OS", "x"),
                stat_name: "n".into(),
                stat: Some(1.0 / 3.0),
                ..StatRow::default()
            })
            .collect()
    }

    #[test]
    fn parquet_is_the_same_twice_and_comes_back() {
        let batch = sample().to_batch().unwrap();
        let bytes = to_parquet(&batch).unwrap();
        assert_eq!(bytes, to_parquet(&batch).unwrap());
        assert_eq!(Stats::from_batch(&from_parquet("stats", bytes).unwrap()).unwrap(), sample());
        let empty = Stats::new().to_batch().unwrap();
        assert_eq!(from_parquet("stats", to_parquet(&empty).unwrap()).unwrap().num_rows(), 0);
    }

    #[test]
    fn csv_quotes_what_must_be_quoted_and_numbers_read_back() {
        let text = String::from_utf8(to_csv(&sample().to_batch().unwrap())).unwrap();
        assert!(text.contains("\"a,b\",OS") && text.contains("\"plain \"\"quoted\"\"\""), "{text}");
        assert!(text.contains("0.3333333333333333,"), "{text}");
    }

    #[test]
    fn a_note_is_a_last_column_that_changes_no_other() {
        let csv = to_csv(&sample().to_batch().unwrap());
        let noted = String::from_utf8(csv_with_note(&csv, crate::SYNTHETIC_NOTE)).unwrap();
        let lines: Vec<&str> = noted.split_inclusive('\n').collect();
        assert!(lines[0].ends_with(",warning,note\n"), "{}", lines[0]);
        assert!(lines[1].ends_with(&format!(",{}\n", crate::SYNTHETIC_NOTE)), "{}", lines[1]);
        assert!(
            lines[2].starts_with("\"line") && lines[2].ends_with("line\n"),
            "a line break in a cell ends no row"
        );
        assert!(lines[3].ends_with(",,\n"), "{}", lines[3]);
        assert!(!crate::SYNTHETIC_NOTE.contains([',', '"', '\n']));
        assert_eq!(csv_with_note(b"a,b\n", "x"), b"a,b,note\n");
    }

    #[test]
    fn ndjson_has_null_where_nothing_exists() {
        let line = to_ndjson(&sample().to_batch().unwrap()).lines().next().map(str::to_owned).unwrap();
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["stat"], 1.0 / 3.0);
        assert!(value["warning"].is_null());
    }
}
