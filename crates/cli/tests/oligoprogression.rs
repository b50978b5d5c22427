//! The example of the department: its studies find in the simulated tables what the paper prints, and the critic in its studies
//! what the example's page says.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use oligomet_base::Problems;
use oligomet_schema::{ColumnData, Records};
use oligomet_simulate::{Options, Profile, simulate};
use oligomet_study::{Base, Finding, Finished, Identity, Quiet, check_records, criticise, run};

fn example(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/oligoprogression");
    std::fs::read_to_string(format!("{folder}/{name}")).unwrap()
}

fn department() -> Records {
    let (profile, problems) = Profile::read("PROFILE.toml", &example("PROFILE.toml"));
    let profile = profile.unwrap_or_else(|| panic!("{problems}"));
    let mut records = simulate(&profile, Options::default()).unwrap_or_else(|p| panic!("{p}")).records;
    records.cutoff = Some(profile.cutoff);
    records
}

fn finished(study: &str) -> (Base, Finished) {
    let (found, problems) = check_records(study, &example(study), department());
    let (plan, base) = found.unwrap_or_else(|| panic!("{problems}"));
    let finished =
        run(&plan, &base, problems, &Identity::default(), &mut Quiet).unwrap_or_else(|p| panic!("{p}"));
    (base, finished)
}

/// How many of the rows analysed have each level.
fn tally(base: &Base, rows: &[usize], column: &str) -> BTreeMap<String, usize> {
    let column = base.data.table.column(column).unwrap_or_else(|| panic!("no column {column}"));
    let mut counts = BTreeMap::new();
    for &row in rows {
        let level = match &column.data {
            ColumnData::Category(c) => c.level(row).map(str::to_owned),
            ColumnData::Number(n) => Some(n[row].to_string()),
            ColumnData::YesNo(y) => y[row].map(|y| if y { "yes".to_owned() } else { "no".to_owned() }),
            ColumnData::Text(t) => t[row].as_deref().map(str::to_owned),
            other => panic!("{other:?}"),
        };
        *counts.entry(level.unwrap_or_else(|| "missing".to_owned())).or_default() += 1;
    }
    counts
}

fn expect(found: BTreeMap<String, usize>, expected: &[(&str, usize)]) {
    let expected: BTreeMap<String, usize> = expected.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect();
    assert_eq!(found, expected);
}

#[test]
fn the_study_as_published_finds_the_patients_of_table_1() {
    let (base, finished) = finished("as-published.toml");
    let steps: Vec<(String, usize)> =
        finished.population.steps.iter().map(|s| (s.id.clone(), s.n_excluded)).collect();
    let rows = &finished.population.rows;
    assert_eq!(rows.len(), 59, "{steps:?}");
    let of = |column: &str| tally(&base, rows, column);
    expect(of("de_novo"), &[("yes", 13), ("no", 46)]);
    expect(
        of("subtype"),
        &[("Luminal A-like", 6), ("Luminal B-like", 25), ("HER2+", 24), ("Triple negative", 4)],
    );
    expect(
        of("rt_organ"),
        &[("Brain", 19), ("Bone", 23), ("Lung", 3), ("Lymph node", 11), ("Breast", 1), ("Liver", 2)],
    );
    expect(
        of("systemic_class"),
        &[("Anti-HER2", 24), ("CDK4/6 inhibitor", 17), ("Endocrine", 12), ("Chemotherapy", 6)],
    );
    let lines = of("line_number");
    assert_eq!([lines["1"], lines["2"], lines["3"]], [39, 14, 3], "{lines:?}");
    expect(of("therapy_unchanged"), &[("yes", 59)]);
}

#[test]
fn the_study_as_recommended_has_the_same_patients() {
    let (_, finished) = finished("as-recommended.toml");
    assert_eq!(finished.population.rows.len(), 59);
}

#[test]
fn lesions_are_those_of_the_same_patients() {
    let (base, finished) = finished("as-recommended-lesions.toml");
    let patients = tally(&base, &finished.population.rows, "patient_id");
    assert_eq!(patients.len(), 59);
}

#[test]
fn every_drug_is_recognised() {
    let (found, problems) = check_records("as-published.toml", &example("as-published.toml"), department());
    assert!(found.is_some());
    let said: Problems = problems;
    assert!(!said.to_string().contains("drug"), "{said}");
}

#[test]
fn survival_from_the_diagnosis_says_so() {
    let (_, finished) = finished("as-published.toml");
    let zero = |name: &str| {
        let endpoint = finished.results.outline.endpoints.iter().find(|e| e.name == name);
        endpoint.map(|e| e.time_zero_label.clone())
    };
    assert_eq!(zero("OS").as_deref(), Some("First diagnosis"));
    assert_eq!(zero("PFSAR").as_deref(), Some(""));
}

fn findings(study: &str) -> Vec<Finding> {
    let (found, problems) = check_records(study, &example(study), department());
    let (plan, base) = found.unwrap_or_else(|| panic!("{problems}"));
    criticise(&plan, &base).unwrap_or_else(|p| panic!("{p}"))
}

/// How often each rule of the critic speaks of a study.
fn criticised(study: &str) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    findings(study).iter().for_each(|f| *counts.entry(f.problem.code).or_default() += 1);
    counts
}

/// The harms of the page, computed once more by R from `analysis_set.csv` (OM130: from the tables).
#[test]
fn the_harms_are_those_that_r_computes() {
    let expected = [
        ("OM137", 1.0, "0 of 3 stay below 0.05: Systemic lines in `cox` P = 0.011 becomes P = 0.21"),
        ("OM134", 0.990, "the levels tell 4.8 (chi-squared, 3 degrees of freedom), the slope 0.0"),
        ("OM134", 0.969, "the levels tell 3.9 (chi-squared, 5 degrees of freedom), the slope 0.1"),
        ("OM133", 0.912, "2.81 alone, 31.8 beside the others"),
        ("OM133", 0.890, "0.43 alone, 1.62 beside the others"),
        ("OM130", 0.845, "403.7 months as written, 108.3 months with delayed entry"),
        ("OM141", 0.814, "48 of 59 episodes (81 %)"),
        ("OM132", 0.622, "is 31.8 here, and about 3.70 is to be expected"),
    ];
    let found = findings("as-published.toml");
    for (code, harm, says) in expected {
        let fits = |f: &&Finding| f.problem.code == code && f.problem.why.contains(says);
        let finding = found.iter().find(fits).unwrap_or_else(|| panic!("{code} {says}"));
        assert!((finding.harm - harm).abs() < 0.0006, "{code}: {}", finding.harm);
    }
}

#[test]
fn a_check_says_what_a_run_says() {
    for study in ["as-published.toml", "as-recommended-lesions.toml"] {
        let (_, finished) = finished(study);
        let in_run = finished.results.findings.iter().filter(|f| f.harm > 0.0);
        let in_run: Vec<(&str, &str)> = in_run.map(|f| (f.code.as_str(), f.why.as_str())).collect();
        let found = findings(study);
        let in_check: Vec<(&str, &str)> =
            found.iter().map(|f| (f.problem.code, f.problem.why.as_str())).collect();
        assert_eq!(in_check, in_run, "{study}");
    }
}

#[test]
fn the_critic_says_of_the_study_as_published_what_the_page_lists() {
    let expected = [
        ("OM130", 1),
        ("OM131", 2),
        ("OM132", 1),
        ("OM133", 3),
        ("OM134", 3),
        ("OM135", 1),
        ("OM137", 1),
        ("OM140", 1),
        ("OM141", 1),
    ];
    assert_eq!(criticised("as-published.toml"), BTreeMap::from(expected));
}

#[test]
fn the_critic_has_nothing_to_say_of_the_studies_as_recommended() {
    for study in ["as-recommended.toml", "as-recommended-lesions.toml"] {
        assert!(criticised(study).is_empty(), "{study}: {:?}", criticised(study));
    }
}
