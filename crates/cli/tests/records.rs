//! A study of records as a user runs it: from tables, from a lock of them, and proved to reproduce.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Said;

fn twelve() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/suite/twelve")
}

fn oligomet(arguments: &[&Path]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oligomet"));
    Said::of(command.args(arguments).output().expect("the program starts"))
}

/// A copy of the twelve patients, their site and their studies.
fn copied() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("the copy of the example");
    fs::create_dir(folder.path().join("department")).expect("the copy of the example");
    for from in [twelve(), twelve().join("department")] {
        let to = if from.ends_with("department") {
            folder.path().join("department")
        } else {
            folder.path().into()
        };
        for file in
            fs::read_dir(&from).expect("the copy of the example").flatten().filter(|f| f.path().is_file())
        {
            fs::copy(file.path(), to.join(file.file_name())).expect("the copy of the example");
        }
    }
    folder
}

/// The number of a step of the flow in the results of a run.
fn step(run: &Path, id: &str, name: &str) -> String {
    let stats = fs::read_to_string(run.join("results/stats.csv")).expect("the copy of the example");
    let line = stats.lines().find(|l| l.starts_with("flow,") && l.contains(&format!(",{id},,{name},")));
    line.and_then(|l| l.split(',').nth(14)).map(str::to_owned).unwrap_or_else(|| panic!("no {id} {name}"))
}

#[test]
fn tables_and_their_lock_give_the_same_study() {
    let folder = copied();
    let at = |name: &str| folder.path().join(name);
    let said = oligomet(&[Path::new("run"), &at("episodes.toml")]);
    assert_eq!(said.code, Some(0), "{}", said.errors);
    assert!(said.text.contains("4 episodes of 4 patients analysed"), "{}", said.text);
    let run = at("run");
    for (id, name, number) in [
        ("source", "n", "13"),
        ("source", "n.patients", "12"),
        ("pick", "n.excluded", "1"),
        ("imaging", "n.unknown", "1"),
        ("final", "n", "4"),
        ("final", "n.courses", "5"),
        ("final", "n.lesions", "5"),
    ] {
        assert_eq!(step(&run, id, name), number, "{id} {name}");
    }
    let identifiers = fs::read_to_string(run.join("identifiers.csv")).unwrap();
    let third = identifiers.lines().nth(3).unwrap();
    assert!(third.contains("P03") && third.contains("P03/rt2"), "{identifiers}");
    let sets = fs::read_to_string(run.join("analysis_set.csv")).unwrap();
    assert!(sets.starts_with("subject_id,patient_id,"), "{sets}");
    assert!(!sets.contains("P03/rt2"), "no key of the source leaves with the analysis set");
    let verified = oligomet(&[Path::new("verify"), &run]);
    assert!(
        verified.code == Some(0) && verified.text.contains("files byte for byte."),
        "{}{}",
        verified.text,
        verified.errors
    );

    let lock = at("department.lock");
    let said =
        oligomet(&[Path::new("lock"), &at("department"), Path::new("--cutoff"), Path::new("2022-12-31")]);
    assert_eq!(said.code, Some(0), "{}", said.errors);
    fs::write(at("site.toml"), "format = 1\n[site]\nid = \"TWELVE\"\n[source]\nlock = \"department.lock\"\n")
        .unwrap();
    fs::rename(&run, at("before")).unwrap();
    let said = oligomet(&[Path::new("run"), &at("episodes.toml")]);
    assert_eq!(said.code, Some(0), "{}", said.errors);
    let stats = |run: &Path| fs::read_to_string(run.join("results/stats.csv")).unwrap();
    assert_eq!(stats(&run), stats(&at("before")));
    // A lock changed by hand is refused.
    let table = lock.join("follow_up.parquet");
    let mut bytes = fs::read(&table).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&table, bytes).unwrap();
    oligomet(&[Path::new("run"), &at("episodes.toml")]).told(1, &["OM279"]);
}

#[test]
fn a_column_that_the_tables_do_not_have_is_told_at_its_line() {
    let folder = copied();
    let study = folder.path().join("lesions.toml");
    let text = fs::read_to_string(&study).unwrap().replace("lesion_organ = 'brain'", "lesion_orgn = 'brain'");
    fs::write(&study, text).unwrap();
    oligomet(&[Path::new("check"), &study])
        .told(1, &["OM315", "did you mean `lesion_organ`?", "lesions.toml, line"]);
}
