//! `manifest.json`: what a lock holds.

use serde::{Deserialize, Serialize};

use super::canonical::sha256;

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
    /// SHA-256 of the manifest's own bytes, with this text left empty; locks of format 1 have none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sha256_manifest: Option<String>,
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

impl Manifest {
    /// The bytes of `manifest.json`, with their own hash, which is written down in `self`.
    pub(super) fn seal(&mut self) -> Vec<u8> {
        self.sha256_manifest = Some(String::new());
        let open = self.text();
        let hash = sha256(open.as_bytes());
        let sealed = open.replacen(&entry(""), &entry(&hash), 1);
        self.sha256_manifest = Some(hash);
        sealed.into_bytes()
    }

    fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// Whether the bytes of a manifest are those that were sealed with that hash.
pub(super) fn is_sealed(bytes: &[u8], hash: &str) -> bool {
    let open = String::from_utf8_lossy(bytes).replacen(&entry(hash), &entry(""), 1);
    sha256(open.as_bytes()) == hash
}

/// The line of the manifest's own hash.
fn entry(hash: &str) -> String {
    format!("\"sha256_manifest\": \"{hash}\"")
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
