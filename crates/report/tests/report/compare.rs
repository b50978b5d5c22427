//! Two runs compared in words.

use oligomet_report::{ChangeKind, compare, describe_changes, share};
use oligomet_results::{RunResults, StatKey};

use crate::fixture;

fn set(run: &mut RunResults, key: &StatKey, name: &str, value: f64) {
    let row = run.stats.rows_mut().find(|r| r.key == *key && r.stat_name == name).unwrap();
    row.stat = Some(value);
}

#[test]
fn the_same_run_has_not_changed() {
    let run = fixture::run();
    assert_eq!(compare(&run, &run), []);
    assert!(describe_changes(&[]).starts_with("Nothing changed"));
}

#[test]
fn patients_events_and_estimates_in_this_order() {
    let earlier = fixture::run();
    let mut later = earlier.clone();
    let flow = |id: &str| StatKey::new("flow", "", "flow").variable(id, "");
    set(&mut later, &flow("final"), "n", 303.0);
    set(&mut later, &flow("endpoint:OS"), "n.event", 160.0);
    let grade = StatKey::new("cox_os", "OS", "cox").variable("grade", "3");
    set(&mut later, &grade, "hazard.ratio", 1.62);
    set(&mut later, &StatKey::new("cox_os", "OS", "cox").variable("grade", "2"), "p.value", 0.0612);
    later.outline.program_version = "0.2.0".into();
    later.methods[6].options = "{\"ties\":\"breslow\"}".into();
    let changes = compare(&earlier, &later);
    let texts: Vec<&str> = changes.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "Patients analysed: 3 patients more (300 to 303)",
            "Overall survival: 1 event more (159 to 160)",
            "P for grade 2 (Factors associated with overall survival, multivariable) is now at or above 0.05",
            "HR for grade 3 (Factors associated with overall survival, multivariable): 1.86 (1.47–2.35) to 1.62 (1.47–2.35)",
            "P for grade 2 (Factors associated with overall survival, multivariable): 0.036 to 0.061",
            "Method Cox regression: options {\"ties\":\"efron\"} to {\"ties\":\"breslow\"}",
            "Oligomet 0.1.0 to 0.2.0",
        ]
    );
    assert!(changes.windows(2).all(|w| w[0].kind <= w[1].kind));
}

#[test]
fn numbers_below_the_printed_digits_are_counted() {
    let earlier = fixture::run();
    let mut later = earlier.clone();
    let key = StatKey::new("km_os", "OS", "logrank").group("grade", "").variable("logrank", "");
    set(&mut later, &key, "statistic", 15.678_92);
    let changes = compare(&earlier, &later);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].text, "km_os: 1 further number changed");
}

#[test]
fn what_only_one_run_has_is_told() {
    let earlier = fixture::run();
    let mut later = earlier.clone();
    later.outline.analyses.retain(|a| a.id != "km_dfs");
    later.stats = later.stats.rows().iter().filter(|r| r.key.analysis_id != "km_dfs").cloned().collect();
    let changes = compare(&earlier, &later);
    assert_eq!(changes[0].kind, ChangeKind::OnlyInOne);
    assert_eq!(
        changes[0].text,
        "Only the earlier run has the analysis km_dfs (Disease-free survival by tumour size)"
    );
    assert_eq!(changes.len(), 1, "{changes:?}");
}

#[test]
fn only_files_differ() {
    let earlier = fixture::run();
    let mut later = earlier.clone();
    later.outline.sources[0].sha256 = "d".repeat(64);
    let text = describe_changes(&compare(&earlier, &later));
    assert_eq!(text, "No number changed.\npatients.csv: other contents (320 to 320 rows)\n");
}

#[test]
fn a_shared_run_compares_with_its_own_source() {
    let run = fixture::run();
    let changes = compare(&run, &share(run.clone()));
    assert!(changes.iter().any(|c| c.kind == ChangeKind::Provenance && c.text.contains("made to be shared")));
}
