//! Classifies 100,000 made-up patients by all rules, traces included, and prints the time.
//!
//! `cargo run --release -p oligomet-disease --example classify_many`

#![allow(clippy::print_stdout, reason = "a bench that prints its figure")]

use std::time::Instant;

use oligomet_base::day::DateOrder;
use oligomet_disease::{ClassifyReport, Patient, Settings, classify};

const N_PATIENTS: usize = 100_000;

/// Different, partly incomplete patients, without a random generator: the digits of `i` choose.
fn made_up(i: usize) -> Patient {
    let pick = |texts: &[&'static str], step: usize| texts[(i / step) % texts.len()];
    let pairs = [
        ("patient", format!("SYN-{i}")),
        ("primary_diagnosis", format!("20{:02}-{:02}-{:02}", 10 + i % 8, 1 + i % 12, 1 + i % 28)),
        ("first_metastasis", format!("20{:02}-{:02}", 17 + i % 3, 1 + i % 7)),
        ("omd_diagnosis", format!("20{:02}-{:02}-{:02}", 20 + i % 3, 1 + i % 11, 1 + i % 27)),
        ("history_polymetastatic", pick(&["yes", "no", ""], 1).into()),
        ("history_oligometastatic", pick(&["no", "yes", ""], 3).into()),
        ("lesions", pick(&["2", "5", "> 5", "12", ""], 2).into()),
        ("progressing_lesions", pick(&["1", "2", "0", ""], 5).into()),
        ("systemic_therapy", pick(&["yes", "no", ""], 7).into()),
        ("systemic_start", format!("20{:02}-01-15", 18 + i % 2)),
        ("organs", pick(&["bone", "bone, liver", "lung, brain", ""], 11).into()),
        ("organs_not_assessed", pick(&["", "brain"], 13).into()),
        ("er", pick(&["90", "positive", "0", ""], 17).into()),
        ("pr", pick(&["60", "5", "negative", ""], 19).into()),
        ("her2_ihc", pick(&["0", "1+", "2+", "3+", ""], 23).into()),
        ("her2_ish", pick(&["", "amplified", "not amplified"], 29).into()),
        ("ki67", pick(&["10", "30", "< 20", ""], 31).into()),
        ("line_of_therapy", pick(&["1", "2", "3", ""], 37).into()),
        ("stage_iv_at_diagnosis", pick(&["no", "", "yes"], 41).into()),
        ("outside_progressing", pick(&["no", "yes", ""], 43).into()),
        ("all_treatable", pick(&["yes", "no", ""], 47).into()),
    ];
    Patient::from_fields(&pairs, DateOrder::YearMonthDay).0
}

fn main() {
    let patients: Vec<Patient> = (0..N_PATIENTS).map(made_up).collect();
    let settings = Settings::default();
    let begin = Instant::now();
    let decided: usize = patients.iter().map(|patient| n_decided(&classify(patient, &settings))).sum();
    let seconds = begin.elapsed().as_secs_f64();
    let n_rules = classify(&Patient::default(), &settings).findings.len();
    println!("{N_PATIENTS} patients, {n_rules} rules each: {seconds:.2} s; {decided} findings decided");
    let begin = Instant::now();
    let problems: usize = patients.iter().map(|patient| patient.problems().len()).sum();
    println!("contradictions: {:.2} s; {problems} told", begin.elapsed().as_secs_f64());
}

fn n_decided(report: &ClassifyReport) -> usize {
    report.findings.iter().filter(|finding| finding.answer.is_some()).count()
}
