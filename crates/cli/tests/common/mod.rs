//! A study in a folder of its own, and the program run on it as a user would.
#![allow(dead_code, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder with data.csv, site.toml and study.toml.
pub struct Study {
    folder: TempDir,
}

pub const SITE: &str = r#"format = 1
[site]
id = "test"
[source]
file = "data.csv"
delimiter = ","
decimal = "."
missing = ["NA"]
[times]
origin = "surgery"
[column.patient]
from = "id"
type = "id"
label = "Patient"
[column.age]
from = "age"
type = "number"
label = "Age"
unit = "years"
[column.arm]
from = "arm"
type = "category"
label = "Arm"
levels = { "a" = "A", "b" = "B", "c" = "C" }
[column.time]
from = "time"
type = "duration"
unit = "days"
label = "Last contact"
[column.dead]
from = "dead"
type = "yes-no"
label = "Died"
yes = ["1"]
no = ["0"]
[event.death]
label = "Death"
happened = "dead"
time = "time"
"#;

pub const STUDY: &str = r#"format = 1
[study]
id = "TEST"
title = "A test"
[cohort]
time_zero = "surgery"
[endpoint.OS]
label = "Overall survival"
event = ["death"]
censor = "time"
[covariate.arm]
ref = "A"
[[analysis]]
id = "km"
kind = "km"
endpoint = "OS"
by = "arm"
at = ["6 mo"]
[[analysis]]
id = "cox"
kind = "cox"
endpoint = "OS"
terms = ["age", "arm"]
missing = "complete-case"
"#;

/// 60 patients in two arms with deaths in both, the same every time.
pub fn patients() -> String {
    let mut csv = String::from("id,age,arm,time,dead\n");
    for i in 0..60 {
        let arm = if i % 2 == 0 { "a" } else { "b" };
        let dead = u8::from(i % 3 != 0);
        csv.push_str(&format!("P{i:02},{},{arm},{},{dead}\n", 40 + (i * 7) % 31, 30 + (i * 37) % 400));
    }
    csv
}

impl Study {
    /// The sound study; tests then spoil one thing.
    pub fn sound() -> Self {
        let study = Self { folder: TempDir::new().expect("a temporary folder") };
        study.write("data.csv", &patients());
        study.write("site.toml", SITE);
        study.write("study.toml", STUDY);
        study
    }

    /// Lesions of patients, made up (identifiers SYN-), with every kind of analysis that one sheet can have.
    pub fn lesions() -> Self {
        let study = Self::sound();
        study.write("lesions.csv", include_str!("../competing/lesions.csv"));
        study.write("site.toml", include_str!("../competing/site.toml"));
        study.write("study.toml", include_str!("../competing/study.toml"));
        study
    }

    /// The findings of the run.
    pub fn findings(&self) -> String {
        std::fs::read_to_string(self.path("run/results/findings.csv")).expect("findings")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file in a temporary folder");
    }

    /// Replaces a text that must be there.
    pub fn change(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(name)).expect("the file");
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, &text.replacen(from, to, 1));
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_oligomet"));
        command.args(arguments).current_dir(self.folder.path());
        command
    }

    pub fn oligomet(&self, arguments: &[&str]) -> Said {
        Said::of(self.command(arguments).output().expect("the program starts"))
    }

    pub fn run(&self) -> Said {
        self.oligomet(&["run", "study.toml"])
    }

    pub fn has_run(&self) -> bool {
        self.path("run").exists()
    }

    /// The stored number of a row of stats.csv whose cells contain all of `parts`.
    pub fn stat(&self, parts: &[&str]) -> Option<String> {
        let stats = std::fs::read_to_string(self.path("run/results/stats.csv")).ok()?;
        let line =
            stats.lines().find(|l| parts.iter().all(|p| format!(",{l},").contains(&format!(",{p},"))))?;
        line.split(',').nth(14).map(str::to_owned)
    }

    /// No folder is left that is neither the study nor a finished run.
    pub fn leftovers(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        let names = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned());
        names.filter(|n| n.starts_with(".oligomet")).collect()
    }
}

/// What the program said and how it ended.
pub struct Said {
    pub code: Option<i32>,
    pub text: String,
    pub errors: String,
}

impl Said {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            text: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// A problem in the design's form that holds all of `parts`, and no panic.
    #[track_caller]
    pub fn told(&self, code: i32, parts: &[&str]) {
        assert!(!self.errors.contains("panicked"), "{}", self.errors);
        assert_eq!(self.code, Some(code), "{}\n{}", self.text, self.errors);
        for part in parts {
            assert!(self.errors.contains(part), "{part:?} is not in\n{}", self.errors);
        }
    }
}

/// Says that a test did nothing, where the script that counts can see it.
pub fn skipped(why: &str) {
    eprintln!("skipped: {why}");
    if let Ok(log) = std::env::var("OLIGOMET_SKIPPED_LOG") {
        use std::io::Write as _;
        if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(Path::new(&log)) {
            let _ = writeln!(file, "skipped: {why}");
        }
    }
}
