//! Twelve patients worked out by hand (`tests/suite/twelve/README.md`): who stays, and every number of those who do.

use oligomet_base::Day;
use oligomet_study::relational::First;

use crate::common::{checked, day, ran, records, row_of, shown, suite_file, twelve};

/// Name of a step; units left, left out, unknown; patients, courses, lesions.
type Step = (&'static str, [usize; 6]);

fn check_flow(study: &str, expected: &[Step]) {
    let (plan, base, _) = checked(&suite_file(study), records(&twelve()));
    let finished = ran(&plan, &base);
    let steps = finished.population.steps.iter().map(|s| {
        let counts = s.counts.unwrap();
        (s.id.clone(), [s.n, s.n_excluded, s.n_unknown, counts.patients, counts.courses, counts.lesions])
    });
    let expected: Vec<_> = expected.iter().map(|(id, n)| ((*id).to_owned(), *n)).collect();
    assert_eq!(steps.collect::<Vec<_>>(), expected);
}

#[test]
fn every_step_leaves_whom_the_paper_leaves() {
    check_flow(
        "twelve/episodes.toml",
        &[
            ("source", [13, 0, 0, 12, 14, 13]),
            ("units", [13, 0, 0, 11, 14, 13]),
            ("population", [11, 2, 0, 10, 12, 11]),
            ("pick", [10, 1, 0, 10, 11, 11]),
            ("adult", [10, 0, 0, 10, 11, 11]),
            ("indication", [9, 1, 0, 9, 10, 10]),
            ("progressing", [8, 1, 0, 8, 9, 9]),
            ("systemic", [7, 1, 0, 7, 8, 8]),
            ("unchanged", [6, 1, 0, 6, 7, 7]),
            ("imaging", [4, 2, 1, 4, 5, 5]),
            ("first-radical", [4, 0, 0, 4, 5, 5]),
            ("leptomeninges", [4, 0, 0, 4, 5, 5]),
            ("final", [4, 0, 0, 4, 5, 5]),
        ],
    );
}

#[test]
fn every_step_leaves_the_lesions_that_the_paper_leaves() {
    check_flow(
        "twelve/lesions.toml",
        &[
            ("source", [23, 0, 0, 12, 13, 23]),
            ("population", [13, 10, 0, 11, 13, 13]),
            ("brain", [12, 1, 0, 11, 12, 12]),
            ("radical", [10, 2, 0, 10, 10, 10]),
            ("stereotactic", [9, 1, 0, 9, 9, 9]),
            ("imaging", [9, 0, 0, 9, 9, 9]),
            ("final", [9, 0, 0, 9, 9, 9]),
        ],
    );
}

/// Columns of the four episodes that stay.
const COLUMNS: &[(&str, [&str; 4])] = &[
    ("patient_id", ["P01", "P02", "P03", "P10"]),
    ("episode_id", ["E01b", "E02b", "P03/rt2", "E10a"]),
    ("time_zero", ["2019-10-14", "2020-02-24", "2019-07-01", "2020-07-06"]),
    ("rt_end_date", ["2019-10-18", "2020-03-06", "2019-07-26", "2020-07-10"]),
    ("event_date", ["2019-09-20", "2020-02-03", "2019-06-10", "-"]),
    ("metastasis_date", ["2018-06-01", "2017-01-15", "2018-03-05", "-"]),
    ("primary_diagnosis_date", ["2015-03-10", "-", "2016-02-01", "2019-12-15"]),
    ("reassessment_date", ["2019-12-10", "2020-05-20", "2019-09-30", "2020-09-28"]),
    ("last_imaging_date", ["2020-10-30", "2021-02-10", "2020-06-15", "2021-06-21"]),
    ("lesion_assessment_date", ["2020-05-12", "2021-02-10", "2020-06-15", "2020-09-28"]),
    (
        "lesion_assessed_by",
        [
            "Measurements of the lesion",
            "Imaging of the patient",
            "Imaging of the patient",
            "Measurements of the lesion",
        ],
    ),
    ("last_contact_date", ["2021-06-15", "2022-03-01", "2020-09-01", "2022-01-31"]),
    ("death_date", ["2021-06-15", "-", "2020-10-20", "-"]),
    ("linkage_date", ["-", "-", "2021-12-31", "-"]),
    ("age", ["59", "47", "63", "52"]),
    ("subtype", ["HER2+", "Luminal B-like", "HER2+", "Luminal A-like"]),
    ("her2_positive", ["yes", "no", "yes", "no"]),
    ("er_positive", ["yes", "yes", "no", "yes"]),
    ("de_novo", ["no", "no", "no", "no"]),
    ("disease_free_interval", ["1179", "-", "763", "-"]),
    ("on_systemic_therapy", ["yes", "yes", "yes", "yes"]),
    ("line_number", ["1", "2", "2", "-"]),
    ("line_number_recorded", ["1", "2", "2", "-"]),
    ("n_prior_lines", ["0", "1", "1", "0"]),
    ("systemic_class", ["Anti-HER2", "CDK4/6 inhibitor", "Anti-HER2", "Endocrine"]),
    ("n_drugs_ongoing", ["2", "2", "1", "1"]),
    ("therapy_unchanged", ["yes", "yes", "yes", "yes"]),
    ("n_courses", ["1", "1", "2", "1"]),
    ("n_volumes", ["1", "1", "2", "1"]),
    ("n_prior_courses", ["0", "0", "1", "0"]),
    ("rt_organ", ["Bone", "Lung", "Several", "Bone"]),
    ("rt_technique", ["VMAT", "SBRT", "Several", "SBRT"]),
    ("stereotactic", ["yes", "yes", "yes", "yes"]),
    ("rt_schedule", ["SIB 40/20 Gy in 5", "50 Gy in 5", "35 Gy in 5", "28 Gy in 4"]),
    ("rt_completed", ["yes", "yes", "yes", "no"]),
    ("brain_irradiated", ["no", "no", "yes", "no"]),
    ("reirradiation", ["no", "no", "no", "no"]),
    ("earlier_rt_same_site", ["no", "no", "no", "no"]),
    ("gtv_cm3", ["12.5", "8.2", "7.5", "-"]),
    ("dose_gy", ["40", "50", "35", "28"]),
    ("n_fractions", ["5", "5", "5", "4"]),
    ("bed_gy", ["120", "175", "96.25", "77"]),
    ("bed_gy_ab10", ["72", "100", "59.5", "47.6"]),
    ("eqd2_gy", ["80", "116.666666667", "64.166666667", "51.333333333"]),
    ("n_lesions_total", ["4", "3", "6", "1"]),
    ("n_lesions_progressing", ["1", "1", "2", "1"]),
    ("n_lesions_treated", ["1", "1", "2", "1"]),
    // P10's lesion was found with its episode, in June 2020: surely before time zero.
    ("n_organs", ["1", "2", "3", "1"]),
    ("response_outside", ["-", "Stable disease", "Stable disease", "-"]),
    ("best_response", ["Stable disease", "Stable disease", "Partial response", "Stable disease"]),
    ("imaging_within_3mo", ["yes", "yes", "yes", "yes"]),
    ("ecog", ["1", "0", "-", "0"]),
    ("followup_days", ["610", "736", "477", "574"]),
    (
        "estro_eortc_states",
        ["repeat oligoprogression", "repeat oligoprogression", "induced oligoprogression", "-"],
    ),
];

#[test]
fn the_columns_of_those_who_stay_are_those_on_paper() {
    let (plan, base, _) = checked(&suite_file("twelve/episodes.toml"), records(&twelve()));
    let finished = ran(&plan, &base);
    for (column, expected) in COLUMNS {
        let found: Vec<String> = finished.population.rows.iter().map(|r| shown(&base, column, *r)).collect();
        assert_eq!(found, expected, "{column}");
    }
    let months = shown(&base, "months_diagnosis_to_rt", finished.population.rows[0]);
    assert!((months.parse::<f64>().unwrap() - 500.0 / 30.4375).abs() < 1e-12);
}

#[test]
fn the_events_are_on_the_days_of_the_paper() {
    let (_, base, _) = checked(&suite_file("twelve/episodes.toml"), records(&twelve()));
    let rows = ["E01b", "E02b", "P03/rt2", "E10a"].map(|id| row_of(&base, "episode_id", id));
    let zeros = ["2019-10-14", "2020-02-24", "2019-07-01", "2020-07-06"].map(day);
    const NONE: Option<i32> = None;
    for (stream, expected) in [
        ("death", [Some(610), NONE, Some(477), NONE]),
        ("progression", [Some(382), Some(189), Some(350), NONE]),
        ("progression_changing_therapy", [Some(382), Some(189), NONE, NONE]),
        ("next_systemic_therapy", [Some(403), Some(210), Some(203), NONE]),
        ("stop_progression", [Some(388), Some(203), NONE, NONE]),
        ("stop_toxicity", [NONE, NONE, Some(172), NONE]),
        ("stop_other", [NONE; 4]),
        ("local_failure", [NONE, NONE, Some(350), NONE]),
        ("local_failure_suspected", [NONE, NONE, Some(350), NONE]),
        ("local_treatment", [NONE, NONE, Some(245), NONE]),
        ("next_course", [NONE; 4]),
    ] {
        for ((row, zero), days) in rows.iter().zip(zeros).zip(expected) {
            let first = base.streams.first_after(stream, *row, zero, false);
            let expected = days.map_or(First::Never, |d| First::On(Day(zero.0 + d)));
            assert_eq!(first, expected, "{stream} of row {row}");
        }
    }
}

#[test]
fn lesions_count_from_their_own_course() {
    let (_, base, problems) = checked(&suite_file("twelve/lesions.toml"), records(&twelve()));
    for (lesion, zero, bed, failure, other) in [
        ("L01c", "2019-10-14", "72", None, None),
        ("L02b", "2020-02-24", "100", None, None),
        ("L03c", "2019-07-22", "59.5", None, Some(224)),
        ("L05a", "2019-05-06", "100", Some(554), Some(616)),
        ("L06a", "2020-01-13", "72", None, None),
        ("L07a", "2020-06-01", "48", None, None),
        ("L08a", "2019-11-04", "48", None, None),
        ("L10a", "2020-07-06", "47.6", None, None),
    ] {
        let row = row_of(&base, "lesion_id", lesion);
        assert_eq!(shown(&base, "time_zero", row), zero, "{lesion}");
        assert_eq!(shown(&base, "bed_gy", row), bed, "{lesion}");
        for (stream, days) in [("local_failure", failure), ("local_treatment", other)] {
            let first = base.streams.first_after(stream, row, day(zero), false);
            let expected = days.map_or(First::Never, |d: i32| First::On(Day(day(zero).0 + d)));
            assert_eq!(first, expected, "{stream} of {lesion}");
        }
    }
    let suspected = row_of(&base, "lesion_id", "L08a");
    let suspected = base.streams.first_after("local_failure_suspected", suspected, day("2019-11-04"), false);
    assert_eq!(suspected, First::On(day("2020-01-20")));
    assert!(
        problems.iter().any(|p| p.code == "OM365" && p.what.starts_with("1 local failure")),
        "{problems}"
    );
    let never = row_of(&base, "lesion_id", "L11a");
    assert_eq!([shown(&base, "irradiated", never), shown(&base, "time_zero", never)], ["no", "-"]);
}

/// Days and how they ended, of everybody analysed: `e` the event, `c` censored, `x` a competing event.
#[track_caller]
fn check_endpoint(finished: &oligomet_study::Finished, name: &str, expected: &str) {
    let data = finished.endpoints.iter().find(|e| e.name == name).unwrap();
    let sign = |cause: u8| ["c", "e", "x"][usize::from(cause.min(2))];
    let found: Vec<String> =
        data.time.iter().zip(&data.cause).map(|(t, c)| format!("{t}{}", sign(*c))).collect();
    assert_eq!(found.join(" "), expected, "{name}");
}

#[test]
fn endpoints_are_those_of_the_paper() {
    let (plan, base, _) = checked(&suite_file("twelve/episodes.toml"), records(&twelve()));
    let finished = ran(&plan, &base);
    check_endpoint(&finished, "OS", "610e 736c 477e 574c");
    check_endpoint(&finished, "PFS", "382e 189e 350e 350c");
    check_endpoint(&finished, "PFS-AR", "382e 189e 477e 350c");
    check_endpoint(&finished, "TTNT", "403e 210e 203e 574c");
    check_endpoint(&finished, "RDT", "388e 203e 172x 574c");
    check_endpoint(&finished, "LC", "211c 352c 245c 84c");
    assert_eq!(assessed(&finished), [2, 2, 0]);
    // P03's death is known from a registry alone, after the last contact: said, not silent.
    assert!(finished.results.findings.iter().any(|f| f.code == "OM110"));
    let (plan, base, _) = checked(&suite_file("twelve/lesions.toml"), records(&twelve()));
    let finished = ran(&plan, &base);
    check_endpoint(&finished, "LC", "211c 352c 224c 554e 170x 63c 77c 84c");
    assert_eq!(assessed(&finished), [3, 5, 0]);
    let lc = finished.endpoints.iter().find(|e| e.name == "LC").unwrap();
    assert_eq!(lc.excluded, [("No event and no end of follow-up".to_owned(), 1)]);
    let window = lc.counts.iter().filter(|(what, ..)| *what == "window").map(|(.., n)| *n);
    assert_eq!(window.collect::<Vec<_>>(), [1, 1]);
    let told = finished
        .results
        .findings
        .iter()
        .find(|f| f.code == "OM119" && f.text.contains("imaging of the organ"));
    assert!(told.is_some_and(|f| f.text.contains("of 8 rows") && f.text.contains("in 5,")), "{told:?}");
    let definition = finished.results.outline.endpoints.iter().find(|e| e.name == "LC").unwrap();
    assert!(
        definition.sentence.contains("the patient's imaging that can show its organ"),
        "{}",
        definition.sentence
    );
}

/// How many rest on measurements, on imaging of the patient, and on nothing.
fn assessed(finished: &oligomet_study::Finished) -> Vec<usize> {
    let lc = finished.endpoints.iter().find(|e| e.name == "LC").unwrap();
    lc.counts.iter().filter(|(what, ..)| *what == "assessed").map(|(.., n)| *n).collect()
}

#[test]
fn a_lesion_was_assessed_when_it_was_measured_or_else_by_imaging_of_its_organ() {
    let (_, base, _) = checked(&suite_file("twelve/lesions.toml"), records(&twelve()));
    for (lesion, date, by) in [
        ("L01c", "2020-05-12", "Measurements of the lesion"),
        ("L02b", "2021-02-10", "Imaging of the patient"),
        // The CT of 2020-01-08 does not show a brain metastasis; the MRI of 2020-06-15 does.
        ("L03b", "2020-06-15", "Imaging of the patient"),
        // The only image is known to the month.
        ("L09a", "-", "Imaging of the patient"),
        // Irradiated, and never seen again.
        ("L04a", "2019-02-04", "Nothing after radiotherapy"),
        // Never irradiated.
        ("L11a", "-", "-"),
    ] {
        let row = row_of(&base, "lesion_id", lesion);
        let found = ["lesion_assessment_date", "lesion_assessed_by"].map(|c| shown(&base, c, row));
        assert_eq!(found, [date, by], "{lesion}");
    }
}

/// The twelve patients with some texts of their tables exchanged; rows are added by exchanging the last one.
fn changed(changes: &[(&str, &str, &str)]) -> oligomet_schema::Records {
    let mut tables = twelve();
    for (table, from, to) in changes {
        let (_, text) = tables.iter_mut().find(|(name, _)| name == table).unwrap();
        assert!(text.contains(from), "{table}: {from}");
        *text = text.replace(from, to);
    }
    records(&tables)
}

#[test]
fn an_image_that_cannot_show_the_organ_is_no_assessment_of_the_lesion() {
    // Without its failure and with a PET-CT in place of the MRI, the MRI of 2019-09-30 was the last to show the brain.
    let both = changed(&[
        ("imaging_assessment", "A03e,P03,2020-06-15,mri", "A03e,P03,2020-06-15,pet-ct"),
        ("local_event", "F03,L03b,2020-06-15", "F03,L03c,2020-06-15"),
    ]);
    let (_, base, _) = checked(&suite_file("twelve/lesions.toml"), both);
    let row = row_of(&base, "lesion_id", "L03b");
    assert_eq!(shown(&base, "lesion_assessment_date", row), "2019-09-30");
}

/// P03's node measured on 2020-01-08 (day 191) and never again, and not resected: the failure of the brain metastasis on day
/// 350 came when not every lesion was seen any more.
#[test]
fn a_patient_is_followed_until_the_first_lesion_is_no_longer_seen() {
    let measured = ("lesion_measurement", "M06a,", "M03a,A03d,L03c,9,present\nM06a,");
    let (plan, base, _) = checked(
        &suite_file("twelve/episodes.toml"),
        changed(&[measured, ("local_treatment", "2020-03-02", "2021-03-02")]),
    );
    let finished = ran(&plan, &base);
    check_endpoint(&finished, "LC", "211c 352c 191c 84c");
    let told = |f: &&oligomet_results::FindingRow| f.code == "OM110" && f.text.contains("LC");
    assert_eq!(finished.results.findings.iter().filter(told).count(), 1);
}
