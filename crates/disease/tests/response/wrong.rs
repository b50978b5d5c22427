//! Bad input is told by its code, and used as the code says.

use oligomet_base::{Day, PartialDate};
use oligomet_disease::response::{Course, RecistParameters, Response, Seen, assess, check};
use oligomet_disease::{Answer, Truth};

use crate::recist_text::course;

fn codes(course: &Course) -> Vec<&'static str> {
    check(course, &RecistParameters::default()).iter().map(|p| p.code).collect()
}

fn responses(course: &Course) -> Vec<&'static str> {
    assess(course, &RecistParameters::default()).iter().map(|p| p.response.name()).collect()
}

#[test]
fn a_sound_course_has_no_problem() {
    assert!(
        codes(&course("T lung: 50 40 30; T node: 20 18 9; N bone: present present gone; new: - - maybe"))
            .is_empty()
    );
}

#[test]
fn without_a_baseline_nothing_is_derived() {
    let mut none = course("T: 50 40");
    none.assessments[0].is_baseline = false;
    assert_eq!(codes(&none), ["OM520"]);
    assert!(assess(&none, &RecistParameters::default()).is_empty());
    let mut two = course("T: 50 40");
    two.assessments[1].is_baseline = true;
    assert_eq!(codes(&two), ["OM520"]);
    assert_eq!(codes(&Course::default()), ["OM520"]);
}

#[test]
fn dates_out_of_order() {
    let mut wrong = course("T: 50 40 30");
    wrong.assessments[2].date = Day::from_ymd(2019, 5, 1).map(PartialDate::Day);
    assert_eq!(codes(&wrong), ["OM521"]);
    wrong.assessments[2].date = Some(PartialDate::Year(2020));
    assert!(codes(&wrong).is_empty());
}

#[test]
fn contradictory_readings_are_not_used_in_whatever_order_they_come() {
    for other in [Seen::Size(410), Seen::Absent] {
        let mut twice = course("T: 50 40 30");
        let mut reading = twice.readings[1];
        reading.seen = other;
        twice.readings.push(reading);
        twice.readings.push(twice.readings[1]);
        assert_eq!(codes(&twice), ["OM522"]);
        assert_eq!(responses(&twice), ["NE", "PR"]);
        twice.readings.reverse();
        assert_eq!(responses(&twice), ["NE", "PR"]);
    }
    let mut same = course("T: 50 40");
    same.readings.push(same.readings[1]);
    assert!(codes(&same).is_empty());
}

#[test]
fn readings_of_nothing() {
    let mut wrong = course("T: 50 40");
    wrong.readings[1].lesion = 7;
    assert_eq!(codes(&wrong), ["OM523"]);
    assert_eq!(responses(&wrong), ["NE"]);
}

#[test]
fn sizes_that_cannot_be() {
    for size in [-10, 5000, i32::MAX, i32::MIN] {
        let mut wrong = course("T: 50 40");
        wrong.readings[1].seen = Seen::Size(size);
        assert_eq!(codes(&wrong), ["OM524"], "{size}");
        assert_eq!(responses(&wrong), ["NE"]);
    }
}

#[test]
fn selection_at_baseline() {
    assert_eq!(codes(&course("T: 20; T: 20; T: 20; T: 20; T: 20; T: 20")), ["OM525"]);
    assert_eq!(codes(&course("T lung: 20; T lung: 20; T lung: 20")), ["OM525"]);
    assert_eq!(codes(&course("T node: 20; T node: 20; T node: 20")), ["OM525"]);
    assert_eq!(codes(&course("T: 9.9 9.9")), ["OM528"]);
    assert_eq!(codes(&course("T node: 14.9 12")), ["OM528"]);
    assert!(codes(&course("T: 10; T node: 15")).is_empty());
}

#[test]
fn lesions_without_their_baseline() {
    assert_eq!(codes(&course("T: 50 50; T: - 20")), ["OM527"]);
    assert_eq!(codes(&course("T: 50 50; new: present present")), ["OM526"]);
    assert_eq!(responses(&course("T: 50 50; T: - 20")), ["NE"]);
}

#[test]
fn lesions_that_return() {
    assert_eq!(codes(&course("T: 50 gone 4")), ["OM529"]);
    assert_eq!(codes(&course("T: 50 gone 4 gone 5")), ["OM529", "OM529"]);
    assert!(codes(&course("T: 50 gone gone")).is_empty());
}

#[test]
fn centimetres_among_millimetres() {
    assert_eq!(codes(&course("T: 32 3.2 31")), ["OM530"]);
    assert_eq!(codes(&course("T: 32 310 31")), ["OM530"]);
    assert!(codes(&course("T: 32 10 31")).is_empty());
}

#[test]
fn nobody_looked_for_new_lesions() {
    let mut course = course("T: 50 30");
    course.assessments[1].new_lesion = Truth::Unknown;
    let points = assess(&course, &RecistParameters::default());
    assert_eq!(points[0].response, Response::NotEvaluable);
    assert_eq!(points[0].finding.possible, [Response::Partial, Response::Progression]);
    assert_eq!(points[0].finding.missing[0].name, "new_lesion");
}

#[test]
fn the_trace_names_sums_changes_and_what_is_missing() {
    let points = assess(&course("T: 50 35; T: 20 14"), &RecistParameters::default());
    let facts: Vec<String> = points[0]
        .finding
        .steps
        .iter()
        .flat_map(|s| s.used.iter().map(|f| format!("{} {}", f.name, f.value)))
        .collect();
    assert_eq!(
        facts,
        [
            "sum 49.0 mm",
            "nadir 70.0 mm",
            "change from nadir -30.0 %",
            "baseline 70.0 mm",
            "change from baseline -30.0 %"
        ]
    );
    let points = assess(&course("T: 50 NE 50"), &RecistParameters::default());
    assert_eq!(points[1].finding.missing[0].name, "L0 on 2020-01-29");
    assert_eq!(points[1].finding.missing[0].settles, "possible now: SD or PD");
}
