//! `cargo xtask reference --check`: the R scripts of `reference/` still give the values that are committed.
//!
//! The scripts run in a copy of the folder (`target/reference-check/`), so that the committed files stay as they are.
//! A script writes its values to `reference/<method>/<script>.json`, or prints JSON, or writes CSV files.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use crate::compare::differences;
use crate::repository::Repository;

/// Differences told per file; the rest is counted.
const TOLD: usize = 5;

/// Runs every script again. Returns what differs from the committed values.
pub(crate) fn check(repository: &Repository) -> Result<Vec<String>, String> {
    let copy = Repository::at(repository.path("target/reference-check"));
    if copy.path("").exists() {
        fs::remove_dir_all(copy.path("")).map_err(|e| format!("target/reference-check: {e}"))?;
    }
    copy_texts(repository, &copy)?;
    run(&copy, "reference/make_data.R")?;

    let mut findings = Vec::new();
    for script in scripts(repository)? {
        let started = Instant::now();
        let own = check_script(repository, &copy, &script)?;
        let verdict = if own.is_empty() { "same" } else { "DIFFERS" };
        println!("{script:<60} {verdict:<8} {:.1} s", started.elapsed().as_secs_f64());
        findings.extend(own);
    }
    Ok(findings)
}

/// The scripts of the methods: `reference/<method>/*.R`.
fn scripts(repository: &Repository) -> Result<Vec<String>, String> {
    let mut scripts = Vec::new();
    for folder in repository.entries("reference")? {
        if repository.path(&folder).is_dir() {
            repository.gather(&folder, "R", &mut scripts)?;
        }
    }
    Ok(scripts)
}

/// Copies scripts and committed tables. JSON is left out: a script that writes none is noticed so.
fn copy_texts(from: &Repository, to: &Repository) -> Result<(), String> {
    let mut files = Vec::new();
    for ending in ["R", "csv"] {
        from.gather("reference", ending, &mut files)?;
    }
    // Scripts may read the tables that a crate ships.
    let crates = if from.path("crates").is_dir() { from.entries("crates")? } else { Vec::new() };
    for folder in crates {
        let tables = format!("{folder}/data");
        if from.path(&tables).is_dir() {
            from.gather(&tables, "csv", &mut files)?;
        }
    }
    for file in &files {
        let target = to.path(file);
        let folder = target.parent().unwrap_or(Path::new(""));
        let copied = fs::create_dir_all(folder).and_then(|()| fs::copy(from.path(file), &target));
        copied.map_err(|e| format!("{}: {e}", target.display()))?;
    }
    Ok(())
}

fn check_script(committed: &Repository, copy: &Repository, script: &str) -> Result<Vec<String>, String> {
    let printed = run(copy, script)?;
    let stem = script.trim_end_matches(".R");
    let json_file = format!("{stem}.json");
    if printed.trim_start().starts_with(['{', '[']) && !copy.path(&json_file).exists() {
        fs::write(copy.path(&json_file), &printed).map_err(|e| format!("{json_file}: {e}"))?;
    }
    let mut findings = Vec::new();
    if let Ok(old) = committed.text(&json_file) {
        match copy.text(&json_file) {
            Ok(new) => {
                findings = told(&json_file, &differences(&json_of(&old.content)?, &json_of(&new.content)?));
            }
            Err(_) => findings.push(format!("{json_file}: {script} wrote no values")),
        }
    } else if copy.path(&json_file).exists() {
        findings.push(format!("{json_file}: not committed, but {script} writes it"));
    }
    findings.extend(check_tables(committed, copy, script)?);
    Ok(findings)
}

/// Tables beside a script are compared cell by cell.
fn check_tables(committed: &Repository, copy: &Repository, script: &str) -> Result<Vec<String>, String> {
    let folder = script.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut tables = Vec::new();
    committed.gather(folder, "csv", &mut tables)?;
    let mut findings = Vec::new();
    for table in tables {
        let (old, new) = (committed.text(&table)?, copy.text(&table)?);
        findings.extend(told(&table, &differences(&cells(&old.content), &cells(&new.content))));
    }
    Ok(findings)
}

fn told(file: &str, differences: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = differences.iter().take(TOLD).map(|d| format!("{file}{d}")).collect();
    if differences.len() > TOLD {
        lines.push(format!("{file}: {} more", differences.len() - TOLD));
    }
    lines
}

fn json_of(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|e| format!("not JSON: {e}"))
}

/// A table without quoted commas as rows of numbers and texts.
fn cells(text: &str) -> Value {
    let cell = |cell: &str| cell.parse::<f64>().map_or_else(|_| json!(cell), |number| json!([number]));
    text.lines().map(|line| line.split(',').map(cell).collect::<Value>()).collect()
}

/// Runs a script in the copy's root. Returns what it printed.
fn run(copy: &Repository, script: &str) -> Result<String, String> {
    let output = Command::new("Rscript").arg(script).current_dir(copy.path("")).output();
    let output =
        output.map_err(|e| format!("Rscript could not be started ({e}); scripts/setup.sh installs it"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{script} failed:\n{}", String::from_utf8_lossy(&output.stderr).trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two checkouts, one as committed and one after the scripts ran.
    fn pair(
        committed: &[(&str, &str)],
        after: &[(&str, &str)],
    ) -> (tempfile::TempDir, Repository, Repository) {
        let folder = tempfile::tempdir().unwrap();
        for (name, files) in [("old", committed), ("new", after)] {
            fs::create_dir_all(folder.path().join(name).join("reference/m")).unwrap();
            for (file, content) in files {
                fs::write(folder.path().join(name).join("reference/m").join(file), content).unwrap();
            }
        }
        let (old, new) =
            (Repository::at(folder.path().join("old")), Repository::at(folder.path().join("new")));
        (folder, old, new)
    }

    #[test]
    fn tables_are_compared_by_value() {
        let (_folder, old, new) = pair(
            &[("t.csv", "time,x\n1,0.5\n"), ("u.csv", "a\n1\n")],
            &[("t.csv", "time,x\n1.0,0.50\n"), ("u.csv", "a\n2\n")],
        );
        let found = check_tables(&old, &new, "reference/m/m.R").unwrap();
        assert_eq!(found, ["reference/m/u.csv/1/0/0: 1.0, now 2.0"]);
    }

    #[test]
    fn scripts_of_methods_are_found_and_shared_ones_are_not() {
        let (_folder, old, _new) = pair(&[("m.R", ""), ("m.json", "")], &[]);
        fs::write(old.path("reference/common.R"), "").unwrap();
        assert_eq!(scripts(&old).unwrap(), ["reference/m/m.R"]);
    }

    #[test]
    fn committed_values_do_not_reach_the_copy() {
        let (_folder, old, new) = pair(&[("m.R", "x"), ("m.json", "{}"), ("t.csv", "a\n")], &[]);
        copy_texts(&old, &new).unwrap();
        assert!(new.path("reference/m/m.R").exists() && new.path("reference/m/t.csv").exists());
        assert!(!new.path("reference/m/m.json").exists());
    }

    #[test]
    fn many_differences_are_counted() {
        let all: Vec<String> = (0..8).map(|i| format!("/{i}")).collect();
        let lines = told("m.json", &all);
        assert_eq!((lines.len(), lines[5].as_str()), (6, "m.json: 3 more"));
    }
}
