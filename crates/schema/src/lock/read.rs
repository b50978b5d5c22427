//! Opening a lock: every file is compared with the hash that the manifest says, every table with the hash of its rows.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use oligomet_base::day::DateOrder;
use oligomet_base::{PartialDate, Place, Problem, Problems};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rayon::prelude::*;

use super::canonical::{Head, identity, sha256, sha256_of, table_identity};
use super::columns::append;
use super::manifest::{FileEntry, Manifest, TableEntry, WHAT, is_sealed};
use super::{CSV_FOLDER, FORMAT, MANIFEST};
use crate::data_set::{ImportStep, SourceFile};
use crate::records::{Field, RecordTable, Records};
use crate::spec::{TableSpec, schema};

const OTHER_BYTES: &str = "the file is not the one that was locked";
const OUTSIDE: &str = "the manifest names a file outside the lock";

/// Whether a folder says of itself that it is a lock.
#[must_use]
pub fn is_lock(folder: &Path) -> bool {
    let text = std::fs::read(folder.join(MANIFEST)).unwrap_or_default();
    let manifest: Option<serde_json::Value> = serde_json::from_slice(&text).ok();
    manifest.is_some_and(|m| m.get("what").and_then(serde_json::Value::as_str) == Some(WHAT))
}

/// Opens a lock.
///
/// # Errors
/// The folder is no lock (OM278), a file is missing, changed or damaged (OM279), or it was made by a newer program (OM280).
pub fn open(folder: &Path) -> Result<(Records, Manifest), Problems> {
    let manifest = read_manifest(folder)?;
    let mut problems = Problems::new();
    let files: Vec<Result<Vec<u8>, Problems>> =
        manifest.tables.par_iter().map(|entry| load(folder, entry)).collect();
    let copies: Vec<Problems> =
        manifest.csv.par_iter().filter_map(|entry| check_copy(folder, entry).err()).collect();
    problems.extend(copies.into_iter().flatten());
    let mut bytes: HashMap<&str, Vec<u8>> = HashMap::new();
    for (entry, file) in manifest.tables.iter().zip(files) {
        match file {
            Ok(content) => drop(bytes.insert(&entry.name, content)),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let records = assemble(&manifest, bytes)?;
    check_rows(&manifest, &records)?;
    Ok((records, manifest))
}

/// Compares a copy as CSV with its hash, piece by piece: copies are ten times the size of the files that are read.
fn check_copy(folder: &Path, entry: &FileEntry) -> Result<(), Problems> {
    if !entry.file.strip_prefix(CSV_FOLDER).is_some_and(is_plain) {
        return Err(changed(MANIFEST, OUTSIDE).into());
    }
    let found = File::open(folder.join(&entry.file)).and_then(sha256_of);
    let found = found.map_err(|error| changed(&entry.file, &error.to_string()))?;
    if found == entry.sha256_file { Ok(()) } else { Err(changed(&entry.file, OTHER_BYTES).into()) }
}

/// Whether a name is that of a file and not of a path to one.
fn is_plain(name: &str) -> bool {
    !name.contains(['/', '\\']) && !name.starts_with("..")
}

/// Reads the manifest; the version decides before anything else of it is understood.
fn read_manifest(folder: &Path) -> Result<Manifest, Problems> {
    let name = shown(folder);
    let text = std::fs::read(folder.join(MANIFEST)).map_err(|error| no_lock(&name, &error.to_string()))?;
    let place = format!("{name}/{MANIFEST}");
    let value: serde_json::Value =
        serde_json::from_slice(&text).map_err(|e| no_lock(&place, &e.to_string()))?;
    if value.get("what").and_then(serde_json::Value::as_str) != Some(WHAT) {
        return Err(no_lock(&place, "its manifest is that of something else").into());
    }
    let number = |key: &str| value.get(key).and_then(serde_json::Value::as_u64).unwrap_or(0);
    let (format, tables) = (number("format"), number("schema_format"));
    if format > u64::from(FORMAT) || tables > u64::from(schema().format) {
        return Err(newer(&place, format, tables).into());
    }
    let own_hash = value.get("sha256_manifest").and_then(serde_json::Value::as_str);
    match (format, own_hash) {
        // In format 1 the manifest has no hash of its own; a later one without it was edited.
        (1, None) => {}
        (1..=2, hash) if hash.is_some_and(|hash| is_sealed(&text, hash)) => {}
        (1..=2, _) => return Err(changed(MANIFEST, OTHER_BYTES).into()),
        _ => return Err(no_lock(&place, "its manifest has no format").into()),
    }
    serde_json::from_value(value).map_err(|e| no_lock(&place, &e.to_string()).into())
}

fn load(folder: &Path, entry: &TableEntry) -> Result<Vec<u8>, Problems> {
    // A name with a folder in it would read a file that is not the lock's.
    if !is_plain(&entry.file) {
        return Err(changed(&entry.file, OUTSIDE).into());
    }
    let bytes =
        std::fs::read(folder.join(&entry.file)).map_err(|error| changed(&entry.file, &error.to_string()))?;
    if sha256(&bytes) != entry.sha256_file {
        return Err(changed(&entry.file, OTHER_BYTES).into());
    }
    Ok(bytes)
}

fn assemble(manifest: &Manifest, mut bytes: HashMap<&str, Vec<u8>>) -> Result<Records, Problems> {
    let mut records = Records::empty(&manifest.site);
    records.synthetic = manifest.synthetic;
    records.cutoff = match &manifest.cutoff {
        None => None,
        Some(text) => match PartialDate::parse(text, DateOrder::YearMonthDay) {
            Some(PartialDate::Day(day)) => Some(day),
            _ => return Err(changed(MANIFEST, &format!("the cut-off `{text}` is no date")).into()),
        },
    };
    records.set_aside =
        manifest.set_aside.iter().map(|s| ImportStep { label: s.label.clone(), n_rows: s.n }).collect();
    if let Some(unknown) = manifest.tables.iter().find(|entry| schema().position(&entry.name).is_none()) {
        return Err(changed(&unknown.file, &format!("there is no table `{}`", unknown.name)).into());
    }
    for (at, spec) in schema().tables.iter().enumerate() {
        let Some(entry) = manifest.tables.iter().find(|entry| entry.name == spec.name) else { continue };
        let content = bytes.remove(entry.name.as_str()).unwrap_or_default();
        let mut table = read_table(spec, content, &records)
            .map_err(|reason| Problems::from(changed(&entry.file, &reason)))?;
        if table.n_rows() != entry.rows {
            return Err(changed(&entry.file, "it has not the number of rows that the manifest says").into());
        }
        table.source = Some(records.sources.len());
        records.sources.push(SourceFile {
            name: entry.file.clone(),
            sheet: None,
            sha256: entry.sha256_file.clone(),
            n_rows: entry.rows,
            unmapped: Vec::new(),
        });
        records.tables[at] = table;
    }
    Ok(records)
}

/// Reads a table; the tables that it points into stand in `records` already.
fn read_table(spec: &'static TableSpec, content: Vec<u8>, records: &Records) -> Result<RecordTable, String> {
    let foreign = |error: parquet::errors::ParquetError| format!("it cannot be read: {error}");
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(content)).map_err(foreign)?;
    let reader = builder.with_batch_size(32_768).build().map_err(foreign)?;
    let batches =
        reader.collect::<Result<Vec<_>, _>>().map_err(|error| format!("it cannot be read: {error}"))?;
    let mut columns: Vec<Field> = spec.fields.iter().map(|f| Field::empty(f.kind)).collect();
    let own = |field: &crate::spec::FieldSpec| field.to.as_deref() == Some(&spec.name);
    let fill = |(field, column): (&crate::spec::FieldSpec, &mut Field), keys: Option<&HashMap<&str, u32>>| {
        batches.iter().try_for_each(|batch| append(column, field, batch, keys))
    };
    let others = spec.fields.iter().zip(columns.iter_mut()).collect::<Vec<_>>().into_par_iter();
    others.filter(|(field, _)| !own(field)).try_for_each(|pair| {
        let keys = pair.0.to.as_deref().and_then(|to| records.rows_by_key(to).ok());
        fill(pair, keys.as_ref())
    })?;
    let (first, rest) = columns.split_first_mut().ok_or("it has no columns")?;
    let keys: HashMap<&str, u32> = match &*first {
        Field::Text(texts) => {
            (0..texts.len()).filter_map(|row| Some((texts.get(row)?, row as u32))).collect()
        }
        _ => HashMap::new(),
    };
    for pair in spec.fields.iter().skip(1).zip(rest).filter(|(field, _)| own(field)) {
        fill(pair, Some(&keys))?;
    }
    let n = columns.first().map_or(0, Field::len);
    // Parquet has no row of headers: rows count from 1.
    let rows = (1..=n as u32).collect();
    RecordTable::from_fields(spec, columns, rows, None).map_err(|error| error.to_string())
}

/// Compares the rows with what the manifest says: a file and its hash may have been changed together.
fn check_rows(manifest: &Manifest, records: &Records) -> Result<(), Problems> {
    let mut problems = Problems::new();
    for entry in &manifest.tables {
        let Some(table) = schema().position(&entry.name).and_then(|at| records.tables.get(at)) else {
            continue;
        };
        if table_identity(table, records) != entry.sha256_rows {
            problems.push(changed(&entry.file, "its rows are not those that were locked"));
        }
    }
    let head = Head { site: &manifest.site, cutoff: manifest.cutoff.clone(), synthetic: manifest.synthetic };
    let tables = manifest.tables.iter().map(|t| (t.name.as_str(), t.rows, t.sha256_rows.as_str()));
    if problems.is_empty() && identity(&head, tables) != manifest.identity {
        problems.push(changed(MANIFEST, "its site, cut-off or tables are not those that were locked"));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn shown(folder: &Path) -> String {
    folder
        .file_name()
        .map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn no_lock(name: &str, why: &str) -> Problem {
    Problem::error("OM278", format!("the folder is no lock: {why}"))
        .at(Place::file(name))
        .why("a lock has a manifest.json that names its files and their hashes")
        .mend("name a folder that `oligomet lock` wrote; tables as CSV or in a workbook are named with `tables`")
}

fn changed(file: &str, why: &str) -> Problem {
    Problem::error("OM279", format!("the lock was changed: {why}"))
        .at(Place::file(file))
        .why("a lock is what was there at its cut-off; results from a changed one would carry its name wrongly")
        .mend("take the lock from where it was kept, or make a new one from the tables")
}

fn newer(name: &str, format: u64, tables: u64) -> Problem {
    let what = format!(
        "the lock was made by a newer program (lock format {format}, tables {tables}; this one reads up to {FORMAT} and {})",
        schema().format
    );
    Problem::error("OM280", what)
        .at(Place::file(name))
        .why("what this program does not know of it would be lost without a word")
        .mend("use the newer program, or make the lock again from the tables with this one")
}
