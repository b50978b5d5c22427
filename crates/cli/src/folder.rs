//! Folders and files that appear whole or not at all.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use oligomet_base::{Place, Problem, Problems};
use tempfile::TempDir;

/// The file that marks a folder as a run of ours.
pub(crate) const MANIFEST: &str = "manifest.json";
const PARTIAL: &str = ".oligomet-partial-";
/// Locked in a folder for as long as it is being written: whoever gets the lock knows that nobody writes there any more.
const WRITING: &str = ".writing";

/// A folder being written beside its final place.
pub(crate) struct NewFolder {
    partial: TempDir,
    writing: Option<File>,
    target: PathBuf,
}

/// What the system said, as a problem that names the path.
pub(crate) fn io_problem(path: &Path, doing: &str, error: &std::io::Error) -> Problems {
    let mend = match error.kind() {
        std::io::ErrorKind::NotFound => "check the path",
        std::io::ErrorKind::PermissionDenied => "choose a folder in which you may write, with --out",
        std::io::ErrorKind::AlreadyExists | std::io::ErrorKind::NotADirectory => {
            "a file stands where a folder is needed; name another place with --out"
        }
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
        let parent = parent_of(target)?;
        remove_abandoned(&parent);
        let partial = tempfile::Builder::new()
            .prefix(PARTIAL)
            .tempdir_in(&parent)
            .map_err(|e| io_problem(&parent, "write here", &e))?;
        let writing = mark(partial.path()).map_err(|e| io_problem(&parent, "write here", &e))?;
        Ok(Self { partial, writing, target: target.to_path_buf() })
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
    pub(crate) fn finish(mut self) -> Result<(), Problems> {
        // Closed first: an open file would keep some systems from moving the folder.
        if self.writing.take().is_some() {
            let mark = self.partial.path().join(WRITING);
            fs::remove_file(&mark).map_err(|e| io_problem(&mark, "finish the folder", &e))?;
        }
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

/// The folder in which something is to stand, made where it is missing.
fn parent_of(target: &Path) -> Result<PathBuf, Problems> {
    let parent = match target.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_path_buf(),
        _ => PathBuf::from("."),
    };
    fs::create_dir_all(&parent).map_err(|e| io_problem(&parent, "make the folder", &e))?;
    Ok(parent)
}

/// Marks a folder as being written; `None` where the file system knows no locks, and what is abandoned there stays.
fn mark(partial: &Path) -> std::io::Result<Option<File>> {
    // Locked before it has its name, so that nobody finds it free.
    let unnamed = partial.join(".begun");
    let file = File::create(&unnamed)?;
    if file.try_lock().is_err() {
        drop(file);
        fs::remove_file(&unnamed)?;
        return Ok(None);
    }
    fs::rename(&unnamed, partial.join(WRITING))?;
    Ok(Some(file))
}

/// Removes what a program that was killed left half-written: it holds data of patients and would never be finished.
fn remove_abandoned(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let mark = entry.path().join(WRITING);
        if !entry.file_name().to_string_lossy().starts_with(PARTIAL) {
            continue;
        }
        // One that cannot be removed is only space, and is tried again next time.
        if File::open(mark).is_ok_and(|file| file.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Writes a new file that appears whole or not at all; one that is there already is never replaced.
pub(crate) fn new_file(target: &Path, bytes: &[u8]) -> Result<(), Problems> {
    let failed = |e: std::io::Error| io_problem(target, "write the file", &e);
    let parent = parent_of(target)?;
    let mut partial = tempfile::Builder::new().prefix(PARTIAL).tempfile_in(&parent).map_err(failed)?;
    partial.write_all(bytes).map_err(failed)?;
    readable(&partial).map_err(failed)?;
    partial.persist_noclobber(target).map_err(|e| failed(e.error))?;
    Ok(())
}

/// A temporary file is its owner's alone; a finished one may be read as others beside it.
fn readable(partial: &tempfile::NamedTempFile) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        partial.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    #[cfg(not(unix))]
    let _ = partial;
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder").flatten();
        let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_killed_program_left_is_removed_and_what_another_is_writing_is_not() {
        let here = tempfile::tempdir().expect("a folder");
        let killed = here.path().join(format!("{PARTIAL}killed"));
        fs::create_dir(&killed).expect("a folder");
        fs::write(killed.join(WRITING), "").expect("a file");
        fs::write(killed.join("patient.csv"), "half a ta").expect("a file");
        let other = NewFolder::begin(&here.path().join("other")).expect("another program's folder");
        let ours = NewFolder::begin(&here.path().join("run")).expect("a folder");
        assert!(!killed.exists() && other.partial.path().exists());
        ours.write("manifest.json", b"{}").expect("a file");
        ours.finish().expect("the folder in its place");
        other.finish().expect("the folder in its place");
        assert_eq!(names(here.path()), ["other", "run"]);
        assert_eq!(names(&here.path().join("run")), ["manifest.json"], "no mark of the writing stays");
    }

    #[test]
    fn a_file_appears_whole_in_a_folder_that_is_made_and_replaces_nothing() {
        let here = tempfile::tempdir().expect("a folder");
        let file = here.path().join("new/t.xlsx");
        new_file(&file, b"first").expect("a file");
        new_file(&file, b"second").expect_err("it is there already");
        assert_eq!(fs::read(&file).expect("the file"), b"first");
        assert_eq!(names(&here.path().join("new")), ["t.xlsx"]);
    }
}
