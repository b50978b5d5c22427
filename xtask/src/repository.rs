//! Where the files of the repository are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A checkout of the repository (or, in tests, a folder made like one).
pub(crate) struct Repository {
    root: PathBuf,
}

/// A text file: its path from the root, with `/`, and what it holds.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) path: String,
    pub(crate) content: String,
}

impl Repository {
    /// The repository that holds this crate.
    pub(crate) fn this() -> Self {
        Self::at(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
    }

    /// The repository in a folder.
    pub(crate) fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The path of a file or folder named from the root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// One text file.
    pub(crate) fn text(&self, relative: &str) -> Result<Text, String> {
        let content = fs::read_to_string(self.path(relative)).map_err(|e| format!("{relative}: {e}"))?;
        Ok(Text { path: relative.to_owned(), content })
    }

    /// The folders of the crates: `crates/base`, `crates/cli`, ... in order.
    pub(crate) fn crates(&self) -> Result<Vec<String>, String> {
        let names = self.entries("crates")?;
        let has_manifest = |folder: &String| self.path(folder).join("Cargo.toml").is_file();
        Ok(names.into_iter().filter(has_manifest).collect())
    }

    /// Every `.rs` file in the `src` folders of the crates.
    pub(crate) fn sources(&self) -> Result<Vec<Text>, String> {
        let mut found = Vec::new();
        for folder in self.crates()? {
            self.gather(&format!("{folder}/src"), "rs", &mut found)?;
        }
        found.iter().map(|path| self.text(path)).collect()
    }

    /// Files with an ending in a folder and the folders in it, in order of their names.
    pub(crate) fn gather(&self, folder: &str, ending: &str, found: &mut Vec<String>) -> Result<(), String> {
        for path in self.entries(folder)? {
            if self.path(&path).is_dir() {
                self.gather(&path, ending, found)?;
            } else if Path::new(&path).extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
        Ok(())
    }

    /// What a folder holds, as paths from the root, in order of their names.
    pub(crate) fn entries(&self, folder: &str) -> Result<Vec<String>, String> {
        let describe = |e: std::io::Error| format!("{folder}: {e}");
        let mut names = Vec::new();
        for entry in fs::read_dir(self.path(folder)).map_err(describe)? {
            let name = entry.map_err(describe)?.file_name();
            names.push(format!("{folder}/{}", name.to_string_lossy()));
        }
        names.sort();
        Ok(names)
    }

    /// The text files that git tracks; files that are not UTF-8 (fonts, pictures) are left out.
    pub(crate) fn tracked(&self) -> Result<Vec<Text>, String> {
        let mut git = Command::new("git");
        let output = git.arg("-C").arg(&self.root).args(["ls-files", "-z"]).output();
        let output = output.map_err(|e| format!("git could not be started: {e}"))?;
        if !output.status.success() {
            return Err(format!("git ls-files: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        let list = String::from_utf8_lossy(&output.stdout).into_owned();
        let paths = list.split('\0').filter(|path| !path.is_empty());
        // A tracked file that was deleted and not yet committed has nothing to look at.
        Ok(paths.filter_map(|path| self.text(path).ok()).collect())
    }
}
