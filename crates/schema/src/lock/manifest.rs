//! `manifest.json`: what a lock holds.

use serde::{Deserialize, Serialize};

/// What the manifest of every lock says it is.
pub(super) const WHAT: &str = "oligomet lock";

/// The sentence that every output of synthetic records carries.
pub const SYNTHETIC_NOTE: &str = "Synthetic cohort: made by a program, no patient is real.";

/// What a lock holds and how it is known to be unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `oligomet lock`.
    pub what: String,
    /// Layout of the folder and its files; [`super::FORMAT`] is the newest.
    pub format: u32,
    /// Layout of the tables: `format` of `schema.toml`.
    pub schema_format: u32,
    /// Short name of the department.
    pub site: String,
    /// Nothing in the lock is after this day, ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cutoff: Option<String>,
    /// Made by a program.
    pub synthetic: bool,
    /// The sentence for synthetic records.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
    /// The identity: a hash of site, cut-off and all rows, whatever their order and the encoding of files.
    pub identity: String,
    /// The tables in the order of the schema.
    pub tables: Vec<TableEntry>,
    /// Copies as CSV, for R and spreadsheets.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub csv: Vec<FileEntry>,
    /// The files that the lock was made from.
    pub sources: Vec<SourceEntry>,
    /// What was set aside or censored on the way, counted.
    pub set_aside: Vec<StepEntry>,
}

/// A table of a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Name in the schema.
    pub name: String,
    /// Its file.
    pub file: String,
    /// Number of rows.
    pub rows: usize,
    /// Hash of the canonical rows.
    pub sha256_rows: String,
    /// SHA-256 of the file's bytes.
    pub sha256_file: String,
}

/// A file of a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Name in the folder of the lock.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256_file: String,
}

/// A file that a lock was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceEntry {
    /// Name without folder.
    pub name: String,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sheet: Option<String>,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Rows of data.
    pub rows: usize,
    /// Headers that were not read.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub not_read: Vec<String>,
}

/// A step in which rows or values were set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepEntry {
    /// Which rows or values, and why.
    pub label: String,
    /// How many.
    pub n: usize,
}
