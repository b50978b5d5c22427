//! Facts that contradict each other: every kind is found, and what only looks like it is not.

mod common;

use common::{add, date, dose};
use oligomet_schema::Value::{Integer, Level, Row, Text};
use oligomet_schema::{Records, Value, check};

/// Two patients; an episode, a lesion, a course with a volume, an assessment and follow-up of the first.
fn department() -> Records {
    let mut r = Records::empty("X");
    for key in ["P1", "P2"] {
        add(&mut r, "patient", &[("patient_id", Text(key)), ("birth_date", date("1960"))]);
    }
    let tumour = [("tumour_id", Text("T1")), ("patient_id", Row(0)), ("diagnosis_date", date("2015-06"))];
    add(&mut r, "primary_tumour", &tumour);
    episode(&mut r, "E1", "2019-01-10");
    let lesion =
        |key, patient| [("lesion_id", Text(key)), ("patient_id", Row(patient)), ("organ", Level("bone"))];
    add(&mut r, "lesion", &[&lesion("L1", 0)[..], &[("first_seen_date", date("2019-01-10"))]].concat());
    add(&mut r, "lesion", &lesion("L2", 1));
    course(&mut r, "C1", "2019-02-01", &[("end_date", date("2019-02-05"))]);
    volume(&mut r, "V1", &[("dose_prescribed_gy", dose(27_000)), ("fractions_prescribed", Integer(3))]);
    assessment(&mut r, "A1", "2019-05-01", &[("n_lesions_total", Integer(2))]);
    follow_up(&mut r, "F1", "2021-01-01", "alive");
    r
}

type More<'m> = &'m [(&'m str, Value<'m>)];

fn episode(r: &mut Records, key: &str, day: &str) {
    add(
        r,
        "metastatic_episode",
        &[("episode_id", Text(key)), ("patient_id", Row(0)), ("diagnosis_date", date(day))],
    );
}

fn course(r: &mut Records, key: &str, day: &str, more: More<'_>) {
    let row = [("course_id", Text(key)), ("patient_id", Row(0)), ("start_date", date(day))];
    add(r, "rt_course", &[&row[..], more].concat());
}

fn volume(r: &mut Records, key: &str, more: More<'_>) {
    add(r, "rt_volume", &[&[("volume_id", Text(key)), ("course_id", Row(0))][..], more].concat());
}

fn assessment(r: &mut Records, key: &str, day: &str, more: More<'_>) {
    let row = [("assessment_id", Text(key)), ("patient_id", Row(0)), ("date", date(day))];
    add(r, "imaging_assessment", &[&row[..], more].concat());
}

fn follow_up(r: &mut Records, key: &str, day: &str, status: &str) {
    let row =
        [("follow_up_id", Text(key)), ("patient_id", Row(0)), ("date", date(day)), ("status", Level(status))];
    add(r, "follow_up", &row);
}

/// The codes found, with the number of rows of each.
fn found(change: impl FnOnce(&mut Records)) -> Vec<(&'static str, u64)> {
    let mut records = department();
    change(&mut records);
    check::check(&records).iter().map(|p| (p.code, p.n_rows())).collect()
}

#[test]
fn a_department_without_contradictions_has_none() {
    assert_eq!(found(|_| {}), []);
}

#[test]
fn a_dose_needs_its_fractions() {
    assert_eq!(found(|r| volume(r, "V2", &[("dose_prescribed_gy", dose(20_000))])), [("OM265", 1)]);
    assert_eq!(found(|r| volume(r, "V2", &[("dose_delivered_gy", dose(20_000))])), [("OM265", 1)]);
    assert_eq!(found(|r| volume(r, "V2", &[])), []);
    let given = |n| {
        found(|r| {
            volume(r, "V2", &[("fractions_prescribed", Integer(5)), ("fractions_delivered", Integer(n))])
        })
    };
    assert_eq!((given(6), given(5)), (vec![("OM273", 1)], vec![]));
}

#[test]
fn levels_of_a_boost_have_the_same_fractions() {
    let boosts = |levels: &[(&str, i32)]| {
        found(|r| {
            for (at, (group, n)) in levels.iter().enumerate() {
                let more = [("boost_group", Text(group)), ("fractions_prescribed", Integer(*n))];
                volume(r, &format!("B{at}"), &more);
            }
        })
    };
    assert_eq!(boosts(&[("a", 5), ("a", 10)]), [("OM266", 2)]);
    assert_eq!(boosts(&[("a", 5), ("a", 5), ("b", 10)]), []);
}

#[test]
fn phases_add_up_to_their_volume() {
    let phases = |doses: [i64; 2]| {
        found(|r| {
            for (key, n, milligray) in [("a", 1, doses[0]), ("b", 2, doses[1])] {
                let row = [("phase_id", Text(key)), ("volume_id", Row(0)), ("dose_gy", dose(milligray))];
                add(r, "rt_phase", &[&row[..], &[("fractions", Integer(n))]].concat());
            }
        })
    };
    assert_eq!(phases([9_000, 18_000]), []);
    assert_eq!(phases([9_000, 17_000]), [("OM267", 1)]);
}

#[test]
fn nothing_happens_after_death() {
    assert_eq!(found(|r| follow_up(r, "F2", "2021-06-01", "dead")), []);
    // Before the course, the assessment and the last contact.
    let early = found(|r| follow_up(r, "F2", "2019-01-20", "dead"));
    assert_eq!(early, [("OM268", 1), ("OM268", 1), ("OM268", 1)]);
    // A death in a month allows everything up to its last day.
    assert_eq!(found(|r| follow_up(r, "F2", "2021-01", "dead")), []);
}

#[test]
fn nobody_dies_twice() {
    let two = |other: &str| {
        found(|r| {
            follow_up(r, "F2", "2021-06-01", "dead");
            follow_up(r, "F3", other, "dead");
        })
    };
    assert_eq!(two("2021-06-03"), [("OM269", 2)]);
    assert_eq!((two("2021-06-01"), two("2021-06")), (vec![], vec![]));
}

#[test]
fn follow_up_reaches_the_last_event() {
    let late = |day: &str| found(|r| assessment(r, "A2", day, &[]));
    assert_eq!(late("2021-01-02"), [("OM270", 1)]);
    assert_eq!((late("2021-01-01"), late("2021-01")), (vec![], vec![]));
}

#[test]
fn ends_births_and_primaries() {
    let line = |start: &str, end: &str| {
        found(|r| {
            let row = [("line_id", Text("S1")), ("patient_id", Row(0)), ("setting", Level("metastatic"))];
            add(
                r,
                "systemic_line",
                &[&row[..], &[("start_date", date(start)), ("end_date", date(end))]].concat(),
            );
        })
    };
    assert_eq!(line("2019-03-01", "2019-02-28"), [("OM271", 1)]);
    assert_eq!(line("2019-03-01", "2019-03"), []);
    assert_eq!(line("1959-03-01", "2019-03"), [("OM287", 1)]);
    assert_eq!(found(|r| episode(r, "E0", "2015-05-31")), [("OM272", 1)]);
    assert_eq!(found(|r| episode(r, "E0", "2015-06-10")), []);
}

#[test]
fn lesions_are_not_measured_long_before_they_are_seen() {
    let measured = |day: &str| {
        found(|r| {
            assessment(r, "A0", day, &[]);
            let row = [("measurement_id", Text("M1")), ("assessment_id", Row(1)), ("lesion_id", Row(0))];
            add(r, "lesion_measurement", &row);
        })
    };
    // 90 days before 10 January 2019 is 12 October 2018.
    assert_eq!(measured("2018-10-12"), []);
    assert_eq!(measured("2018-10-11"), [("OM286", 1)]);
}

#[test]
fn relations_between_rows() {
    let counts = |n| {
        found(|r| {
            let more = [("n_lesions_total", Integer(3)), ("n_lesions_progressing", Integer(n))];
            assessment(r, "A2", "2020-01-01", &more);
        })
    };
    assert_eq!((counts(4), counts(3)), (vec![("OM274", 1)], vec![]));
    let previous = |day: &str| found(|r| course(r, "C2", day, &[("previous_course_id", Row(0))]));
    assert_eq!((previous("2019-01-31"), previous("2019-06-01")), (vec![("OM275", 1)], vec![]));
    let target = |lesion| {
        found(|r| {
            let row = [("target_id", Text("1")), ("volume_id", Row(0)), ("lesion_id", Row(lesion))];
            add(r, "rt_target", &row);
        })
    };
    assert_eq!((target(1), target(0)), (vec![("OM263", 1)], vec![]));
}
