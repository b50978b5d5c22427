//! The critic's study files: each holds a study, its data, and above a line the code that must be found there.
//!
//! ```text
//! #| patient:id | rt:duration | time:duration | died:yes-no      the data: columns with their types, then rows
//! #| A | 0 | 120 | yes
//! #! event death: died at time                                    an event
//! #! origin diagnosis                                             day 0 of durations
//! # OM130: harm 0.8; says "median 250 days"                       the next line has this finding, and no other line has any
//! ```
//!
//! A file without an expectation is a near miss: nothing may be found. Numbers are worked by hand or by R in the file's comments.

mod table;

use std::path::{Path, PathBuf};

use oligomet_study::Finding;

/// What must be found at a line.
#[derive(Debug)]
struct Expected {
    line: usize,
    code: String,
    harm: Option<f64>,
    says: Vec<String>,
}

/// Harm is kept in thousandths.
const TOLERANCE: f64 = 0.0005 + 1e-9;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/critic")
}

/// The study of a file before the critic.
fn found(name: &str, text: &str) -> Vec<Finding> {
    let (checked, problems) = oligomet_study::check(name, text, table::data_set(text));
    let (plan, base) = checked.unwrap_or_else(|| panic!("{name} cannot run:\n{problems}"));
    oligomet_study::criticise(&plan, &base).unwrap_or_else(|e| panic!("{name} stops:\n{e}"))
}

/// Finds what the file says is to be found, and nothing else.
fn check(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut left = found(&name, &text);
    for expected in expectations(&text) {
        let at = left
            .iter()
            .position(|f| f.problem.code == expected.code && f.problem.place.line == Some(expected.line));
        let at = at.ok_or_else(|| format!("{name}: {expected:?} not found among\n{}", told(&left)))?;
        compare(&expected, &left.remove(at)).map_err(|e| format!("{name}: {e}"))?;
    }
    if left.is_empty() {
        Ok(())
    } else {
        Err(format!("{name}: nothing says that this is found:\n{}", told(&left)))
    }
}

fn compare(expected: &Expected, finding: &Finding) -> Result<(), String> {
    let (problem, harm) = (&finding.problem, finding.harm);
    if let Some(wanted) = expected.harm
        && (harm.is_nan() || (harm - wanted).abs() > TOLERANCE)
    {
        return Err(format!("harm {harm}, not {wanted}:\n{problem}"));
    }
    let text = problem.to_string();
    match expected.says.iter().find(|s| !text.contains(s.as_str())) {
        Some(missing) => Err(format!("does not say {missing:?}:\n{text}")),
        None => Ok(()),
    }
}

fn told(findings: &[Finding]) -> String {
    findings.iter().map(|f| format!("{}\n  harm {}\n", f.problem, f.harm)).collect()
}

fn expectations(text: &str) -> Vec<Expected> {
    let lines: Vec<&str> = text.lines().collect();
    let of = |(i, line): (usize, &&str)| {
        let rest = line.strip_prefix("# OM")?;
        let next = (i + 1..lines.len()).find(|k| !lines[*k].starts_with('#'))?;
        let (code, wanted) = rest.split_at(3);
        let mut expected =
            Expected { line: next + 1, code: format!("OM{code}"), harm: None, says: Vec::new() };
        // What a finding says may itself hold semicolons.
        for part in wanted.trim_start_matches(':').trim().split("; says ") {
            let part = part.trim_start_matches("says ");
            if let Some(harm) = part.strip_prefix("harm ") {
                expected.harm = Some(harm.parse().unwrap_or_else(|_| panic!("{line}")));
            } else if let Some(words) = part.strip_prefix('"').and_then(|w| w.strip_suffix('"')) {
                expected.says.push(words.to_owned());
            } else {
                assert!(part.is_empty(), "not understood: {part}");
            }
        }
        Some(expected)
    };
    lines.iter().enumerate().filter_map(of).collect()
}

fn files() -> Vec<PathBuf> {
    let listed = std::fs::read_dir(folder()).expect("the folder of the critic's studies");
    let mut files: Vec<PathBuf> = listed.filter_map(|f| Some(f.ok()?.path())).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

#[test]
fn every_study_has_its_findings_and_no_other() {
    let failed: Vec<String> = files().iter().filter_map(|f| check(f).err()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n----\n"));
}

#[test]
fn every_rule_has_a_study_that_fires_and_one_that_does_not() {
    let names: Vec<String> =
        files().iter().map(|f| f.file_name().unwrap_or_default().to_string_lossy().into_owned()).collect();
    for code in 130..=141 {
        let of = |near: bool| {
            names.iter().any(|n| n.starts_with(&format!("OM{code}")) && n.contains("near-miss") == near)
        };
        assert!(of(false) && of(true), "OM{code}");
    }
}

#[test]
fn the_most_harmful_comes_first() {
    let text = std::fs::read_to_string(folder().join("OM138-death.toml")).expect("a study");
    let shares: Vec<f64> = found("x.toml", &text).iter().map(|f| f.harm).collect();
    assert!(shares.windows(2).all(|w| w[0] >= w[1]), "{shares:?}");
}
