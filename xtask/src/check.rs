//! `cargo xtask check`: all checks of the sources, every finding at once.

use crate::repository::Repository;
use crate::{arrows, codes, lengths, words};

/// Runs every check. Returns the findings; none means that all is well.
pub(crate) fn check(repository: &Repository) -> Result<Vec<String>, String> {
    let manifests = repository
        .crates()?
        .iter()
        .map(|folder| repository.text(&format!("{folder}/Cargo.toml")))
        .collect::<Result<Vec<_>, _>>()?;
    let sources = repository.sources()?;
    let register = repository.text(codes::REGISTER)?;
    let tracked = repository.tracked()?;

    let mut findings = arrows::check(&manifests)?;
    findings.extend(codes::check(&register, &sources)?);
    findings.extend(words::check(&tracked));
    findings.extend(lengths::check(&sources));

    println!("{} crates, {} source files, {} tracked texts", manifests.len(), sources.len(), tracked.len());
    println!("{}", lengths::longest(&sources, 10));
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;

    /// A small repository with one violation of every kind.
    fn planted() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "crates/survival/Cargo.toml",
            "[dependencies]\noligomet-base.workspace = true\nserde = \"1\"\n",
        );
        write("crates/survival/src/lib.rs", "// OM999\n");
        write("crates/survival/src/long.rs", &"\n".repeat(lengths::LIMIT + 1));
        write("crates/base/Cargo.toml", "[dependencies]\n");
        write("crates/base/src/lib.rs", "");
        write("crates/base/codes.toml", "[[code]]\ncode = \"OM101\"\n");
        write("notes.md", concat!("see /ro", "ot/notes\n"));
        let git = |arguments: &[&str]| {
            Command::new("git").arg("-C").arg(folder.path()).args(arguments).output().unwrap()
        };
        git(&["init", "-q"]);
        git(&["add", "."]);
        folder
    }

    #[test]
    fn every_planted_violation_is_found() {
        let folder = planted();
        let findings = check(&Repository::at(folder.path())).unwrap().join("\n");
        for expected in [
            "crates/survival/Cargo.toml: survival must not use base",
            "crates/survival/Cargo.toml: survival must not use serde",
            "OM999",
            "OM101",
            "notes.md:1",
            "crates/survival/src/long.rs: 601 lines",
        ] {
            assert!(findings.contains(expected), "{expected} is missing from:\n{findings}");
        }
    }

    #[test]
    fn a_folder_that_is_no_repository_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check(&Repository::at(folder.path())).is_err());
    }
}
