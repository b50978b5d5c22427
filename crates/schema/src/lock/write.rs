//! Writing a lock.

use std::sync::{Arc, Mutex};

use arrow_array::RecordBatch;
use oligomet_base::{Place, Problem, Problems};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use rayon::prelude::*;

use super::canonical::{Head, identity, sha256, table_identity};
use super::columns::{arrays, arrow_schema};
use super::manifest::{FileEntry, Manifest, SYNTHETIC_NOTE, SourceEntry, StepEntry, TableEntry, WHAT};
use super::{CSV_FOLDER, FORMAT, MANIFEST};
use crate::csv::to_csv;
use crate::records::{RecordTable, Records};
use crate::spec::schema;

/// Takes a file of a lock: its name (which may hold a folder) and its bytes.
pub type Store<'s> = dyn Fn(&str, &[u8]) -> Result<(), Problems> + Sync + 's;

/// What else a lock holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteOptions {
    /// Copies of the tables as CSV in the folder `csv`, for R and spreadsheets.
    pub csv: bool,
}

/// Rows of a table written together; the unit of summary of later readers.
const ROWS_OF_GROUP: usize = 131_072;
const ROWS_OF_BATCH: usize = 32_768;

/// Writes records as the files of a lock, the manifest last. The caller's `store` makes the folder appear whole or not at all.
/// Rows stand in the order of their keys, so that the same rows give the same files.
///
/// # Errors
/// What `store` says; OM279 where a table cannot be encoded.
pub fn write(records: &Records, options: WriteOptions, store: &Store<'_>) -> Result<Manifest, Problems> {
    let ordered = in_order_of_keys(records);
    let records = ordered.as_ref().unwrap_or(records);
    let csv = Mutex::new(Vec::new());
    let mut order: Vec<usize> = (0..records.tables.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(records.tables[at].n_rows()));
    let mut tables: Vec<(usize, TableEntry)> = order
        .into_par_iter()
        .with_max_len(1)
        .map(|at| {
            let table = &records.tables[at];
            if options.csv {
                let entry = write_csv_copy(table, records, store)?;
                csv.lock().map_err(|_| broken(table, "another table failed"))?.push((at, entry));
            }
            Ok((at, write_table(table, records, store)?))
        })
        .collect::<Result<_, Problems>>()?;
    tables.sort_by_key(|(at, _)| *at);
    let mut csv = csv.into_inner().unwrap_or_default();
    csv.sort_by_key(|(at, _)| *at);
    let mut manifest = manifest(
        records,
        tables.into_iter().map(|(_, entry)| entry).collect(),
        csv.into_iter().map(|(_, entry)| entry).collect(),
    );
    store(MANIFEST, &manifest.seal())?;
    Ok(manifest)
}

fn manifest(records: &Records, tables: Vec<TableEntry>, csv: Vec<FileEntry>) -> Manifest {
    let cutoff = records.cutoff.map(|day| day.to_string());
    let head = Head { site: &records.site, cutoff: cutoff.clone(), synthetic: records.synthetic };
    let identity = identity(&head, tables.iter().map(|t| (t.name.as_str(), t.rows, t.sha256_rows.as_str())));
    let source = |source: &crate::data_set::SourceFile| SourceEntry {
        name: source.name.clone(),
        sheet: source.sheet.clone(),
        sha256: source.sha256.clone(),
        rows: source.n_rows,
        not_read: source.unmapped.clone(),
    };
    Manifest {
        what: WHAT.to_owned(),
        format: FORMAT,
        schema_format: schema().format,
        site: records.site.clone(),
        cutoff,
        synthetic: records.synthetic,
        note: records.synthetic.then(|| SYNTHETIC_NOTE.to_owned()),
        identity,
        sha256_manifest: None,
        tables,
        csv,
        sources: records.sources.iter().map(source).collect(),
        set_aside: records
            .set_aside
            .iter()
            .map(|s| StepEntry { label: s.label.clone(), n: s.n_rows })
            .collect(),
    }
}

/// The identity that a lock of these records has.
#[must_use]
pub fn identity_of(records: &Records) -> String {
    let hashes: Vec<String> = records.tables.par_iter().map(|table| table_identity(table, records)).collect();
    let head = Head {
        site: &records.site,
        cutoff: records.cutoff.map(|day| day.to_string()),
        synthetic: records.synthetic,
    };
    let tables = records.tables.iter().zip(&hashes);
    identity(&head, tables.map(|(t, hash)| (t.spec().name.as_str(), t.n_rows(), hash.as_str())))
}

fn write_table(table: &RecordTable, records: &Records, store: &Store<'_>) -> Result<TableEntry, Problems> {
    let bytes = to_parquet(table, records).map_err(|error| broken(table, &error.to_string()))?;
    let file = format!("{}.parquet", table.spec().name);
    store(&file, &bytes)?;
    Ok(TableEntry {
        name: table.spec().name.clone(),
        file,
        rows: table.n_rows(),
        sha256_rows: table_identity(table, records),
        sha256_file: sha256(&bytes),
    })
}

fn write_csv_copy(table: &RecordTable, records: &Records, store: &Store<'_>) -> Result<FileEntry, Problems> {
    let bytes = to_csv(table, records);
    let file = format!("{CSV_FOLDER}{}", crate::csv::file_name(table.spec()));
    store(&file, &bytes)?;
    Ok(FileEntry { file, sha256_file: sha256(&bytes) })
}

fn to_parquet(table: &RecordTable, records: &Records) -> Result<Vec<u8>, ParquetError> {
    // Level 1: a tenth of the CSV's size at the speed of the disk; higher levels cost seconds and gain little.
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(ROWS_OF_GROUP))
        .set_created_by("oligomet".to_owned())
        .build();
    let schema = Arc::new(arrow_schema(table.spec()));
    let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties))?;
    let mut from = 0;
    while from < table.n_rows() {
        let to = (from + ROWS_OF_BATCH).min(table.n_rows());
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays(table, records, from..to))?;
        writer.write(&batch)?;
        from = to;
    }
    writer.into_inner()
}

fn broken(table: &RecordTable, why: &str) -> Problems {
    Problem::error("OM279", format!("the table `{}` cannot be written: {why}", table.spec().name))
        .at(Place::subject(format!("table `{}`", table.spec().name)))
        .why("a lock holds every table or does not exist")
        .mend("please report it; nothing half-written was left")
        .into()
}

/// Records with the rows of every table in the order of their keys; `None` where they are already.
fn in_order_of_keys(records: &Records) -> Option<Records> {
    let sorted = |t: &RecordTable| (1..t.n_rows()).all(|row| t.key(row - 1) <= t.key(row));
    if records.tables.iter().all(sorted) {
        return None;
    }
    Some(records.sorted_by_key())
}
