//! One statistic from one table: every number against R's, and what a hurried person gets wrong.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn oligomet(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_oligomet"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program starts")
}

/// Words of a command line; single quotes hold one together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().expect("a word").push(c),
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

fn rows_of(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&text).expect("an array of rows")
}

fn stat(rows: &[Value], expected: &Value) -> Option<f64> {
    let same = |row: &&Value, theirs: &str, ours: &str| row[theirs].as_str() == expected[ours].as_str();
    let found = rows.iter().find(|row| {
        same(row, "context", "context")
            && same(row, "group1_level", "group")
            && same(row, "group2_level", "cause")
            && same(row, "variable", "variable")
            && same(row, "variable_level", "level")
            && same(row, "stat_name", "stat")
    });
    found.and_then(|row| row["stat"].as_f64())
}

#[test]
fn every_number_is_that_of_r() {
    let text =
        std::fs::read_to_string(repository().join("reference/quick/quick.json")).expect("the reference");
    let reference: Value = serde_json::from_str(&text).expect("JSON");
    let mut compared = 0;
    for case in reference["cases"].as_array().expect("cases") {
        let data = format!("reference/simulated/{}.csv", case["set"].as_str().expect("a set"));
        let mut line = vec![case["command"].as_str().expect("a command").to_owned(), data];
        line.extend(words(case["args"].as_str().expect("arguments")));
        line.extend(["--format".to_owned(), "json".to_owned()]);
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        let rows = rows_of(&oligomet(&repository(), &line));
        let tolerance = case["tolerance"].as_f64().expect("a tolerance");
        for expected in case["rows"].as_array().expect("rows") {
            let theirs = expected["value"].as_f64().expect("a value");
            let ours = stat(&rows, expected).unwrap_or_else(|| panic!("{}: no row {expected}", case["case"]));
            // P values carry the relative error of their statistic, magnified in the tail.
            let bound = if expected["stat"] == "p.value" { tolerance.max(1e-6) } else { tolerance };
            let difference = (ours - theirs).abs() / theirs.abs().max(1e-12);
            assert!(difference <= bound, "{}: {expected}: {ours}, off by {difference:e}", case["case"]);
            compared += 1;
        }
    }
    assert!(compared > 200, "{compared} numbers compared");
}

fn table(content: &str) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    std::fs::write(folder.path().join("d.csv"), content).expect("a file");
    folder
}

/// The exit code and everything said.
fn said(content: &str, line: &str) -> (Option<i32>, String) {
    let folder = table(content);
    let line = words(line);
    let output = oligomet(folder.path(), &line.iter().map(String::as_str).collect::<Vec<_>>());
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), text)
}

const SMALL: &str = "time,dead,arm,age\n5,1,a,60\n8,0,a,55\n12,1,b,70\n20,1,b,48\n25,0,a,66\n30,1,b,59\n";

fn refused(content: &str, line: &str, parts: &[&str]) {
    let (code, text) = said(content, line);
    assert_eq!(code, Some(1), "{line}\n{text}");
    for part in parts {
        assert!(text.contains(part), "{line}: {part:?} is not in\n{text}");
    }
}

#[test]
fn what_a_hurried_person_gets_wrong_is_told_with_its_place() {
    refused(SMALL, "km d.csv --time tme --event dead", &["OM253", "did you mean `time`?"]);
    refused(SMALL, "km d.csv --time arm --event dead", &["OM254", "arm"]);
    refused(&SMALL.replace("8,0", "-8,0"), "km d.csv --time time --event dead", &["OM128", "row 3"]);
    refused(&SMALL.replace("8,0", "abc,0"), "km d.csv --time time --event dead", &["row 3", "abc"]);
    refused(&SMALL.replace("8,0", "8,2"), "km d.csv --time time --event dead", &["OM129", "--event-code"]);
    refused(SMALL, "km d.csv --time time --event dead --event-code 7", &["OM129", "it holds 0, 1"]);
    refused(SMALL, "cox d.csv --time time --event dead --covariates 'arm[ref=c]'", &["OM129", "\"c\""]);
    refused(SMALL, "cox d.csv --time time --event dead --covariates 'age,,arm'", &["OM127"]);
    refused(SMALL, "cox d.csv --time time --event dead", &["OM341", "--covariates"]);
    refused(SMALL, "rmst d.csv --time time --event dead", &["OM341", "--tau"]);
    refused(SMALL, "km d.csv --time time --event dead --level 95", &["OM341", "0.95"]);
    refused(SMALL, "km none.csv --time time --event dead", &["none.csv"]);
    refused("time,dead\n", "km d.csv --time time --event dead", &["error["]);
    let entry = "start,time,dead\n0,5,1\n9,8,0\n0,12,1\n";
    refused(entry, "km d.csv --entry start --time time --event dead", &["OM128", "row 3", "not before"]);
}

#[test]
fn rows_with_missing_values_are_left_out_and_counted() {
    let (code, text) =
        said(&SMALL.replace("8,0,a,55", "8,0,a,NA"), "cox d.csv --time time --event dead --covariates age");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("1 row left out") && text.contains("`age` in 1"), "{text}");
    let folder = table(&SMALL.replace("8,0,a,55", "8,0,a,"));
    let line = words("cox d.csv --time time --event dead --covariates age --format json");
    let rows = rows_of(&oligomet(folder.path(), &line.iter().map(String::as_str).collect::<Vec<_>>()));
    let of = |name: &str| {
        rows.iter().find(|r| r["context"] == "data" && r["stat_name"] == name).map(|r| r["stat"].clone())
    };
    assert_eq!(of("n"), Some(6.0.into()));
    assert_eq!(of("n.missing"), Some(1.0.into()));
}

#[test]
fn words_and_true_false_are_events_too() {
    let words = SMALL.replace(",1,", ",TRUE,").replace(",0,", ",FALSE,");
    let (_, by_words) = said(&words, "km d.csv --time time --event dead --at 10,25");
    let (_, by_codes) = said(SMALL, "km d.csv --time time --event dead --at 10,25");
    assert_eq!(by_words, by_codes);
}

#[test]
fn firth_stands_where_the_ordinary_estimate_is_infinite() {
    let separated = "time,dead,x\n1,1,1\n2,1,1\n3,1,1\n4,0,0\n5,0,0\n6,0,0\n7,0,1\n";
    let folder = table(separated);
    let line = words("cox d.csv --time time --event dead --covariates x --firth --format json");
    let rows = rows_of(&oligomet(folder.path(), &line.iter().map(String::as_str).collect::<Vec<_>>()));
    let of = |context: &str| {
        rows.iter().find(|r| r["context"] == context && r["stat_name"] == "estimate").expect("a row")
    };
    assert!(of("cox")["stat"].as_f64().is_some_and(|b| b > 0.0 && b < 10.0), "{}", of("cox"));
    assert_eq!(of("cox")["method_id"], "cox-firth");
    assert!(of("cox.ordinary")["stat"].is_null());
}

#[test]
fn a_cut_point_always_prints_adjusted_p_values() {
    let (code, text) =
        said(SMALL, "cutpoint d.csv --time time --event dead --covariates age --replicates 99");
    assert_eq!(code, Some(0), "{text}");
    for part in ["gauss", "lau92", "lau94", "condmc"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn doses_are_exact_and_the_inverse_returns() {
    let folder = table("schedule,name\n50 Gy / 5,a\n36 Gy / 6,b\n");
    let run = |line: &str| {
        let line = words(line);
        oligomet(folder.path(), &line.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let rows = rows_of(&run("dose --file d.csv --alpha-beta 10,3.5 --format json"));
    let of = |name: &str, ratio: &str, stat: &str| {
        let row = rows.iter().find(|r| {
            r["variable"] == name
                && r["group1"] == "alpha_beta"
                && r["group1_level"] == ratio
                && r["stat_name"] == stat
        });
        row.and_then(|r| r["stat"].as_f64())
    };
    assert_eq!(of("a", "10", "bed"), Some(100.0));
    assert_eq!(of("a", "10", "bed.100"), Some(1.0));
    assert_eq!(of("b", "3.5", "eqd2"), Some(62.181818182));
    assert_eq!(of("b", "3.5", "eqd2.63"), Some(0.0));
    let solved = rows_of(&run("dose --eqd2 63 --alpha-beta 3.5 --fractions 5 --format json"));
    let total =
        solved.iter().find(|r| r["stat_name"] == "total").and_then(|r| r["stat"].as_f64()).expect("a total");
    assert!((total - 33.78).abs() < 0.005, "{total}");
    let text = String::from_utf8_lossy(&run("dose '50 Gy in 5 fr'").stdout).into_owned();
    assert!(text.contains("175.00") || text.contains("192.86"), "{text}");
}

#[test]
fn doses_that_are_none_are_told() {
    refused(SMALL, "dose '5000 Gy / 25'", &["OM402"]);
    refused(SMALL, "dose '50 Gy'", &["OM403"]);
    refused(SMALL, "dose '50 Gy / 5' --alpha-beta 0", &["OM401"]);
    refused(SMALL, "dose '50 Gy / 5' --alpha-beta -3", &["OM401"]);
    refused(SMALL, "dose --eqd2 63 --fractions 5", &["OM401", "--alpha-beta"]);
    refused(SMALL, "dose --eqd2 63 --alpha-beta 3.5", &["OM341", "--fractions"]);
    refused(SMALL, "dose", &["OM341"]);
    refused(SMALL, "dose '50 Gy / 0'", &["error[OM4"]);
    refused(SMALL, "dose -- '-50 Gy / 5'", &["error[OM4"]);
    refused(SMALL, "dose --file d.csv", &["OM253", "schedule"]);
    let table = "schedule,ptv_d98,ptv_d50,ptv_d2\n50 Gy / 5,47.5,52,55\n50 Gy / 5,60,52,55\n50 Gy / 5,a,52,55\n5 x,,,\n";
    let (code, text) = said(table, "dose --file d.csv --alpha-beta 10");
    assert_eq!(code, Some(1), "{text}");
    for part in ["PTV D98 47.5 Gy", "OM407", "row 3", "row 4", "OM403", "row 5"] {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

#[test]
fn a_patient_is_classified_with_reasons_and_what_is_missing() {
    let folder = TempDir::new().expect("a temporary folder");
    let patient = "patient = \"7\"\nprimary_diagnosis = \"2016-03\"\nomd_diagnosis = 2021-05-04\nhistory_polymetastatic = false\n\
                   history_oligometastatic = \"no\"\nlesions = 3\n";
    std::fs::write(folder.path().join("p.toml"), patient).expect("a file");
    let run = |line: &str| {
        let line = words(line);
        let output = oligomet(folder.path(), &line.iter().map(String::as_str).collect::<Vec<_>>());
        (
            output.status.code(),
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)),
        )
    };
    let (code, text) = run("classify p.toml");
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains(
            "estro-eortc-states: undecided: metachronous oligorecurrence or metachronous oligoprogression"
        ),
        "{text}"
    );
    assert!(text.contains("missing: systemic_therapy"), "{text}");
    let table = "patient,primary_diagnosis,omd_diagnosis,history_polymetastatic,history_oligometastatic,lesions,systemic_therapy,hobby\n\
                 1,2016-03-01,2021-05-04,no,no,3,no,x\n2,2016-03-01,2016-05-04,no,no,2,no,y\n3,2016-03-01,2016-02-30,no,no,2,no,z\n";
    std::fs::write(folder.path().join("t.csv"), table).expect("a file");
    let (code, text) = run("classify t.csv --format csv --rule estro-eortc-states");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("1,estro-eortc-states") && text.contains("metachronous oligorecurrence"), "{text}");
    assert!(text.contains("synchronous"), "{text}");
    assert!(text.contains("OM504") && text.contains("hobby"), "{text}");
    let (code, text) = run("classify p.toml --set states.omd_max=2 --rule estro-eortc-states");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("polymetastatic"), "{text}");
    let (_, text) = run("classify p.toml --rule estro-eortc-states --format json");
    let findings: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(findings[0]["possible"].as_array().map(Vec::len), Some(2), "{text}");
    assert_eq!(findings[0]["missing"][0]["fact"], "systemic_therapy");
    assert!(
        findings[0]["missing"][0]["settles"].as_str().is_some_and(|t| t.contains("oligorecurrence")),
        "{text}"
    );
    assert_eq!(run("classify p.toml --set states.omd=2").0, Some(1));
    assert_eq!(run("classify nobody.toml").0, Some(1));
}
