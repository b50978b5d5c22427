//! The identity of records: a hash of their rows that knows nothing of their order or of any file.
//!
//! A row is its values that are not missing, each with the name of its column, as the CSV writer writes them, with lengths
//! before them so that no two rows can be confused. A table's hash is that of the hashes of its rows in ascending order.

use std::io::Read;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::csv::write_unquoted;
use crate::records::{RecordTable, Records};

type Hash = [u8; 32];

/// The hash of a table's rows, hexadecimal.
#[must_use]
pub fn table_identity(table: &RecordTable, records: &Records) -> String {
    let mut rows: Vec<Hash> = (0..table.n_rows())
        .into_par_iter()
        .with_min_len(4096)
        .map_init(Vec::new, |bytes, row| {
            bytes.clear();
            row_bytes(table, records, row, bytes);
            Sha256::digest(&bytes[..]).into()
        })
        .collect();
    rows.par_sort_unstable();
    let mut hash = Sha256::new();
    for row in &rows {
        hash.update(row);
    }
    hexadecimal(&hash.finalize())
}

/// The bytes of a row.
fn row_bytes(table: &RecordTable, records: &Records, row: usize, out: &mut Vec<u8>) {
    for (column, field) in table.spec().fields.iter().enumerate() {
        if table.fields[column].is_missing(row) {
            continue;
        }
        out.push(field.name.len() as u8);
        out.extend_from_slice(field.name.as_bytes());
        let at = out.len();
        out.extend_from_slice(&[0; 4]);
        write_unquoted(table, records, column, row, out);
        let length = (out.len() - at - 4) as u32;
        out[at..at + 4].copy_from_slice(&length.to_le_bytes());
    }
}

/// What is hashed beside the rows.
pub(super) struct Head<'a> {
    pub(super) site: &'a str,
    pub(super) cutoff: Option<String>,
    pub(super) synthetic: bool,
}

/// The identity of records from those of their tables: name, number of rows and hash of each.
pub(super) fn identity<'a>(
    head: &Head<'_>,
    tables: impl Iterator<Item = (&'a str, usize, &'a str)>,
) -> String {
    let mut hash = Sha256::new();
    let cutoff = head.cutoff.as_deref().unwrap_or("");
    hash.update(format!("{}\n{cutoff}\n{}\n", head.site, head.synthetic));
    // A table that is empty says nothing, so that a table added to the schema later changes no identity.
    for (name, n_rows, rows) in tables.filter(|(_, n, _)| *n > 0) {
        hash.update(format!("{name} {n_rows} {rows}\n"));
    }
    hexadecimal(&hash.finalize())
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The hash of what a reader holds, in pieces.
pub(super) fn sha256_of(mut reader: impl Read) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        match reader.read(&mut piece)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            n => hash.update(&piece[..n]),
        }
    }
}
