//! Data and reference values for the tests.

use oligomet_survival::{Sample, Times};
use serde_json::Value;
use std::path::PathBuf;

fn reference() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../reference")
}

/// The reference cases of a method.
pub fn cases(method: &str) -> Vec<Value> {
    let path = reference().join(method).join(format!("{method}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let json: Value = serde_json::from_str(&text).unwrap();
    json["cases"].as_array().unwrap().clone()
}

/// A data set by columns.
#[derive(Clone)]
pub struct Data {
    pub names: Vec<String>,
    pub columns: Vec<Vec<f64>>,
    pub days: Option<Vec<i32>>,
    pub entry_days: Option<Vec<i32>>,
    pub event: Vec<bool>,
    pub cause: Vec<u32>,
}

/// Folders and names of the sets: ours are committed, those of R packages are made by
/// `reference/make_data.R`.
pub fn path_of(set: &str) -> PathBuf {
    let ours = reference().join("simulated").join(format!("{set}.csv"));
    if ours.exists() { ours } else { reference().join("data").join(format!("{set}.csv")) }
}

/// Says that a test did nothing, where the script that counts can see it.
fn skipped(why: &str) {
    println!("skipped: {why}");
    if let Some(log) = std::env::var_os("OLIGOMET_SKIPPED_LOG") {
        use std::io::Write as _;
        if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(log) {
            let _ = writeln!(file, "skipped: {why}");
        }
    }
}

/// The data set, or none (and a line that says so) where it has not been made.
pub fn load(set: &str) -> Option<Data> {
    let path = path_of(set);
    let Ok(text) = std::fs::read_to_string(&path) else {
        skipped(&format!("{set} (run scripts/reference_data.sh)"));
        return None;
    };
    let mut lines = text.lines();
    let names: Vec<String> = lines.next().unwrap().split(',').map(str::to_owned).collect();
    let mut columns = vec![Vec::new(); names.len()];
    for line in lines {
        for (column, value) in columns.iter_mut().zip(line.split(',')) {
            column.push(value.parse::<f64>().unwrap());
        }
    }
    Some(Data::new(names, columns))
}

impl Data {
    pub fn new(names: Vec<String>, columns: Vec<Vec<f64>>) -> Self {
        let mut data =
            Data { names, columns, days: None, entry_days: None, event: Vec::new(), cause: Vec::new() };
        let whole = |v: &[f64]| v.iter().all(|x| x.fract() == 0.0);
        let days = |v: &[f64]| v.iter().map(|&x| x as i32).collect::<Vec<i32>>();
        let entry_whole = data.get("entry").is_none_or(whole);
        if whole(data.column("time")) && entry_whole {
            data.days = Some(days(data.column("time")));
            data.entry_days = data.get("entry").map(days);
        }
        data.cause = data.codes("status");
        data.event = data.cause.iter().map(|&c| c > 0).collect();
        data
    }

    pub fn get(&self, name: &str) -> Option<&[f64]> {
        self.names.iter().position(|n| n == name).map(|i| self.columns[i].as_slice())
    }

    pub fn column(&self, name: &str) -> &[f64] {
        self.get(name).unwrap_or_else(|| panic!("no column {name}"))
    }

    pub fn codes(&self, name: &str) -> Vec<u32> {
        self.column(name).iter().map(|&x| x as u32).collect()
    }

    pub fn covariates(&self) -> Vec<&[f64]> {
        (1..).map_while(|i| self.get(&format!("x{i}"))).collect()
    }

    pub fn n(&self) -> usize {
        self.event.len()
    }

    /// The response, in days where all times are whole.
    pub fn sample(&self) -> Sample<'_> {
        match &self.days {
            Some(days) => with_entry(
                Sample::new(Times::Days(days), &self.event).unwrap(),
                self.entry_days.as_deref().map(Times::Days),
            ),
            None => self.continuous_sample(),
        }
    }

    /// The response by the sorted path.
    pub fn continuous_sample(&self) -> Sample<'_> {
        let sample = Sample::new(Times::Continuous(self.column("time")), &self.event).unwrap();
        with_entry(sample, self.get("entry").map(Times::Continuous))
    }

    /// Competing events.
    pub fn causes_sample(&self) -> Sample<'_> {
        let (exit, entry) = match &self.days {
            Some(days) => (Times::Days(days), self.entry_days.as_deref().map(Times::Days)),
            None => (Times::Continuous(self.column("time")), self.get("entry").map(Times::Continuous)),
        };
        with_entry(Sample::with_causes(exit, &self.cause).unwrap(), entry)
    }

    /// The rows for which `keep` is true.
    pub fn filter(&self, keep: impl Fn(usize) -> bool) -> Data {
        let rows: Vec<usize> = (0..self.n()).filter(|&i| keep(i)).collect();
        let columns = self.columns.iter().map(|c| rows.iter().map(|&i| c[i]).collect()).collect();
        Data::new(self.names.clone(), columns)
    }
}

fn with_entry<'a>(sample: Sample<'a>, entry: Option<Times<'a>>) -> Sample<'a> {
    match entry {
        Some(entry) => sample.with_entry(entry).unwrap(),
        None => sample,
    }
}

/// Numbers of a JSON array; null is none.
pub fn numbers(value: &Value) -> Vec<Option<f64>> {
    match value {
        Value::Array(list) => list.iter().map(Value::as_f64).collect(),
        single => vec![single.as_f64()],
    }
}

/// Asserts agreement relative to the larger of the value and `floor`.
#[track_caller]
pub fn close_to(what: &str, found: f64, expected: f64, tolerance: f64, floor: f64) {
    let error = (found - expected).abs() / expected.abs().max(floor);
    assert!(error <= tolerance, "{what}: found {found:e}, expected {expected:e}, relative error {error:e}");
}

/// Asserts relative agreement.
#[track_caller]
pub fn close(what: &str, found: f64, expected: f64, tolerance: f64) {
    close_to(what, found, expected, tolerance, 1e-300);
}

/// Asserts that both exist and agree, or neither exists.
#[track_caller]
pub fn close_option(what: &str, found: Option<f64>, expected: Option<f64>, tolerance: f64) {
    match (found, expected) {
        (Some(found), Some(expected)) => close_to(what, found, expected, tolerance, 1e-12),
        (None, None) => {}
        _ => panic!("{what}: found {found:?}, expected {expected:?}"),
    }
}

/// Runs a check on each case whose data are there; says how many ran.
pub fn for_each_case(method: &str, mut check: impl FnMut(&Value, &Data, &str)) {
    let (mut ran, mut all, mut skipped_all) = (0, 0, true);
    for case in cases(method) {
        all += 1;
        skipped_all &=
            !reference().join("simulated").join(format!("{}.csv", case["set"].as_str().unwrap())).exists();
        if let Some(data) = load(case["set"].as_str().unwrap()) {
            check(&case, &data, case["case"].as_str().unwrap());
            ran += 1;
        }
    }
    println!("{method}: {ran} of {all} reference cases ran");
    // Where none of a method's data are ours, each absence has been told.
    assert!(ran > 0 || skipped_all, "{method}");
}
