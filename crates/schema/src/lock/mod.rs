//! The lock: records as they were at a cut-off, as Parquet files that know when they were changed.
//!
//! A folder with a Parquet file per table and `manifest.json` (docs/lock.md). [`censor`] takes away what lies after the cut-off,
//! [`write()`] makes the files, [`open`] reads them and refuses a lock that is not as it was written. [`identity_of`] is the same for the same rows,
//! whatever their order and the encoding of files.

mod canonical;
mod columns;
mod cutoff;
mod manifest;
mod read;
mod write;

pub use canonical::table_identity;
pub use cutoff::{Censored, censor};
pub use manifest::{FileEntry, Manifest, SYNTHETIC_NOTE, SourceEntry, StepEntry, TableEntry};
pub use read::{is_lock, open};
pub use write::{Store, WriteOptions, identity_of, write};

/// The newest layout of a lock that is written; older ones are read, newer ones refused.
pub const FORMAT: u32 = 2;

/// The file that names all others.
pub const MANIFEST: &str = "manifest.json";

/// The folder of the copies as CSV, with which their names in the manifest begin.
const CSV_FOLDER: &str = "csv/";
