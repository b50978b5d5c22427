//! The same profile and seed give the same tables, whatever the number of threads.

use oligomet_simulate::{Options, simulate, truth_json};

use crate::{department, profile};

#[test]
fn the_number_of_threads_does_not_matter() {
    let options = Options { patients: Some(5000), seed: None };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| simulate(profile(), options)).unwrap_or_else(|p| panic!("{p}"))
    };
    let (one, three) = (with(1), with(3));
    assert_eq!(one.truth, three.truth);
    for (a, b) in one.records.tables.iter().zip(&three.records.tables) {
        let csv = |table, department: &oligomet_simulate::Department| {
            oligomet_schema::csv::to_csv(table, &department.records)
        };
        assert!(csv(a, &one) == csv(b, &three), "{}", a.spec().name);
    }
    // Scaled margins: 59 of 1,045 in whole numbers.
    let eligible = one.truth.iter().filter(|t| t.stratum == "oligoprogression").count();
    assert!((eligible as f64 - 5000.0 * 59.0 / 1045.0).abs() < 1.0, "{eligible}");
}

#[test]
fn another_seed_gives_other_patients_with_the_same_margins() {
    let other =
        simulate(profile(), Options { patients: None, seed: Some(7) }).unwrap_or_else(|p| panic!("{p}"));
    assert_ne!(other.truth, department().truth);
    let count = |truth: &[oligomet_simulate::PatientTruth]| {
        truth.iter().filter(|t| t.stratum == "therapy-changed").count()
    };
    assert_eq!(count(&other.truth), count(&department().truth));
}

#[test]
fn the_truth_is_written_with_every_patient() {
    let json = truth_json(profile(), department());
    assert_eq!(json.matches("{\"id\": \"SYN-").count(), 1045);
    assert!(json.contains("neither supports nor refutes the paper"));
    assert!(json.contains("\"line=3\": 0."));
}
