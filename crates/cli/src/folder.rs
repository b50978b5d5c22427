//! Folders that appear whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use oligomet_base::{Place, Problem, Problems};
use tempfile::TempDir;

/// The file that marks a folder as a run of ours.
pub(crate) const MANIFEST: &str = "manifest.json";
const PARTIAL: &str = ".oligomet-partial-";

/// A folder being written beside its final place.
pub(crate) struct NewFolder {
    partial: TempDir,
    target: PathBuf,
}

/// What the system said, as a problem that names the path.
pub(crate) fn io_problem(path: &Path, doing: &str, error: &std::io::Error) -> Problems {
    let mend = match error.kind() {
        std::io::ErrorKind::NotFound => "check the path",
        std::io::ErrorKind::PermissionDenied => "choose a folder in which you may write, with --out",
        std::io::ErrorKind::StorageFull => "free some space, or choose another disk with --out",
        _ => "see what the system says; nothing half-written was left",
    };
    Problem::error("OM331", format!("cannot {doing}: {error}"))
        .at(Place::file(path.display().to_string()))
        .mend(mend)
        .into()
}

impl NewFolder {
    /// Begins a folder that will stand at `target`. An older run there is replaced at the end; anything else is refused.
    pub(crate) fn begin(target: &Path) -> Result<Self, Problems> {
        if target.exists() && !is_replaceable(target) {
            return Err(Problem::error("OM332", "the folder is not an earlier run and will not be replaced")
                .at(Place::file(target.display().to_string()))
                .why("writing into it could destroy what is there")
                .mend("name a new folder with --out")
                .into());
        }
        let parent = match target.parent() {
            Some(p) if !p.as_os_str().is_empty() => p.to_path_buf(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&parent).map_err(|e| io_problem(&parent, "make the folder", &e))?;
        let partial = tempfile::Builder::new()
            .prefix(PARTIAL)
            .tempdir_in(&parent)
            .map_err(|e| io_problem(&parent, "write here", &e))?;
        Ok(Self { partial, target: target.to_path_buf() })
    }

    /// Writes a file; `name` may hold folders.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Problems> {
        let path = self.partial.path().join(name);
        let failed = |e: std::io::Error| io_problem(&self.target.join(name), "write the file", &e);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&path, bytes).map_err(failed)
    }

    /// Moves the folder to its place, replacing an earlier run.
    pub(crate) fn finish(self) -> Result<(), Problems> {
        let failed = |e: std::io::Error| io_problem(&self.target, "put the finished folder in place", &e);
        let beside = self.partial.path().with_extension("replaced");
        let replaces = self.target.exists();
        if replaces {
            fs::rename(&self.target, &beside).map_err(failed)?;
        }
        if let Err(error) = fs::rename(self.partial.path(), &self.target) {
            if replaces {
                // The earlier run goes back to its place; if that fails too, the message names what was tried.
                let _ = fs::rename(&beside, &self.target);
            }
            return Err(failed(error));
        }
        if replaces {
            // The new run stands; what remains of the old one is only space.
            let _ = fs::remove_dir_all(&beside);
        }
        // The folder has moved: nothing is left to remove under its old name.
        let _ = self.partial.keep();
        Ok(())
    }
}

fn is_replaceable(target: &Path) -> bool {
    let is_empty = || fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
    target.is_dir() && (target.join(MANIFEST).is_file() || is_empty())
}

/// Every file below a folder with its name relative to it, `/` between parts, sorted.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Problems> {
    let mut found = Vec::new();
    collect(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<(String, Vec<u8>)>) -> Result<(), Problems> {
    let entries = fs::read_dir(folder).map_err(|e| io_problem(folder, "read the folder", &e))?;
    for entry in entries {
        let entry = entry.map_err(|e| io_problem(folder, "read the folder", &e))?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found)?;
        } else {
            found.push((name, fs::read(&path).map_err(|e| io_problem(&path, "read the file", &e))?));
        }
    }
    Ok(())
}
