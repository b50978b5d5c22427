//! The identity of a file: SHA-256 of its bytes, and its first and last bytes.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use oligomet_base::{Place, Problem, Problems};
use sha2::{Digest, Sha256};

/// How many bytes at the beginning are kept to tell what a file is.
const HEAD: usize = 4096;
const CHUNK: usize = 1 << 20;

/// What identifies a file.
#[derive(Debug, Clone)]
pub(crate) struct Fingerprint {
    /// SHA-256, hexadecimal.
    pub(crate) sha256: String,
    /// Its first bytes, at most 4096.
    pub(crate) head: Vec<u8>,
    /// Its last four bytes (fewer where it is shorter).
    pub(crate) tail: Vec<u8>,
    /// Its length.
    pub(crate) n_bytes: u64,
}

/// Reads the file once, keeping only a little of it.
pub(crate) fn fingerprint(path: &Path, place: &Place) -> Result<Fingerprint, Problems> {
    let cannot = |error: &std::io::Error| cannot_read(path, place, error);
    if path.is_dir() {
        return Err(is_folder(place).into());
    }
    let mut file = File::open(path).map_err(|e| cannot(&e))?;
    let mut hash = Sha256::new();
    let mut found = Fingerprint { sha256: String::new(), head: Vec::new(), tail: Vec::new(), n_bytes: 0 };
    let mut chunk = vec![0; CHUNK];
    loop {
        let n = file.read(&mut chunk).map_err(|e| cannot(&e))?;
        let bytes = &chunk[..n];
        if bytes.is_empty() {
            break;
        }
        hash.update(bytes);
        found.n_bytes += n as u64;
        let room = HEAD - found.head.len();
        found.head.extend_from_slice(&bytes[..room.min(n)]);
        found.tail.extend_from_slice(&bytes[n.saturating_sub(4)..]);
        let surplus = found.tail.len().saturating_sub(4);
        found.tail.drain(..surplus);
    }
    found.sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(found)
}

fn is_folder(place: &Place) -> Problem {
    Problem::error("OM201", "the path names a folder, not a file")
        .at(place.clone())
        .why("one file holds the rows of a study")
        .mend("write the path of the file in [source] file of site.toml")
}

/// The problem of a file that cannot be read, with the reason the system gives.
pub(crate) fn cannot_read(path: &Path, place: &Place, error: &std::io::Error) -> Problem {
    let (what, mend) = match error.kind() {
        std::io::ErrorKind::NotFound => (
            "there is no such file",
            "check the name; a name in site.toml counts from the folder of site.toml",
        ),
        std::io::ErrorKind::PermissionDenied => {
            ("the file may not be read", "close it in other programs, or ask for the right to read it")
        }
        _ => {
            ("the file could not be read to its end", "check the disk or the network share, or copy the file")
        }
    };
    let near = if error.kind() == std::io::ErrorKind::NotFound { near_names(path) } else { None };
    let mend = near.map_or_else(|| mend.to_owned(), |names| format!("{mend}; {names}"));
    Problem::error("OM201", format!("{what} ({error})"))
        .at(place.clone())
        .why("there are no data without it")
        .mend(mend)
}

/// Names in the same folder that may be meant.
fn near_names(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent()?;
    let names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .take(10_000)
        .collect();
    let near = oligomet_base::suggest::nearest(wanted, names.iter().map(String::as_str), 2);
    (!near.is_empty()).then(|| format!("in that folder there is {}", near.join(" and ")))
}
