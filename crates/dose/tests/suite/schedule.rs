//! Schedules as written: what each text is read as, what is refused and where, and the round trip.

use oligomet_base::Dose;
use oligomet_dose::{DoseError, DoseLevel, Phase, Schedule, ScheduleProblem};
use proptest::prelude::*;

fn canonical(text: &str) -> String {
    match text.parse::<Schedule>() {
        Ok(schedule) => schedule.to_string(),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn what_people_write() {
    for (text, want) in [
        ("50 Gy / 5", "50 Gy / 5"),
        ("50/5", "50 Gy / 5"),
        ("50Gy/5#", "50 Gy / 5"),
        ("45Gy in 15#", "45 Gy / 15"),
        ("45/15 fr", "45 Gy / 15"),
        ("45 Gy 15 fx", "45 Gy / 15"),
        ("45 gy IN 15 Fractions", "45 Gy / 15"),
        ("5 x 7 Gy", "35 Gy / 5"),
        ("5x7Gy", "35 Gy / 5"),
        ("7 Gy x 5", "35 Gy / 5"),
        ("7Gy \u{d7} 5 fr", "35 Gy / 5"),
        ("5 fractions of 7 Gy", "35 Gy / 5"),
        ("5 fr x 7", "35 Gy / 5"),
        ("15 x 2.67 Gy", "40.05 Gy / 15"),
        ("5 x 5", "25 Gy / 5"),
        ("8 Gy / 1", "8 Gy / 1"),
        ("57.5/50 Gy in 25 fr", "SIB 57.5/50 Gy / 25"),
        ("57,5/50 Gy in 25 fr", "SIB 57.5/50 Gy / 25"),
        ("40 Gy/20 Gy in 5 fr", "SIB 40/20 Gy / 5"),
        ("SIB 40-30/20 Gy in 5 fr", "SIB 40-30/20 Gy / 5"),
        ("40\u{2013}30/20 Gy in 5 fr SIB", "SIB 40-30/20 Gy / 5"),
        ("25 x 2.3/2 Gy", "SIB 57.5/50 Gy / 25"),
        ("24-30 Gy / 3", "24-30 Gy / 3"),
        ("30-30 Gy / 3", "30 Gy / 3"),
        ("16 Gy in 14 fr BID", "16 Gy / 14 BID"),
        ("16 Gy in 14 fr b.i.d.", "16 Gy / 14 BID"),
        ("54 Gy in 36 fx TID", "54 Gy / 36 TID"),
        ("50 Gy / 25 daily", "50 Gy / 25"),
        ("30 Gy/10 + 10 Gy/5", "30 Gy / 10 + 10 Gy / 5"),
        ("57.5/50 Gy in 25 fr + 5 x 2 Gy", "SIB 57.5/50 Gy / 25 + 10 Gy / 5"),
        ("5000 cGy / 25", "50 Gy / 25"),
        ("266.7 cGy x 15", "40.005 Gy / 15"),
        ("45.000 Gy / 15", "45 Gy / 15"),
    ] {
        assert_eq!(canonical(text), want, "{text}");
        assert_eq!(canonical(want), want, "{text}");
    }
}

#[test]
fn what_has_two_readings_or_none_is_refused_at_its_place() {
    for (text, message, at, length) in [
        ("", "nothing is written", 0, 0),
        ("5x8", "it may be 5 fractions of 8 Gy or 8 fractions of 5 Gy", 0, 3),
        ("8x1 + re-RT", "\"re\" is not understood", 6, 2),
        ("8x1", "it may be 8 fractions of 1 Gy or 1 fractions of 8 Gy", 0, 3),
        ("27 Gy", "the number of fractions is missing", 5, 0),
        ("50/5 Gy", "the number of fractions is missing", 7, 0),
        ("57.5/50/25", "the number of fractions is missing", 10, 0),
        ("50 Gy /", "a number of fractions is missing", 7, 0),
        ("x 5", "a dose is missing", 0, 1),
        ("50 Gy / 5 + ", "a dose is missing", 12, 0),
        ("50 Gy / 5 5", "\"5\" is not understood", 10, 1),
        ("50 Sv / 5", "\"Sv\" is not understood", 3, 2),
        ("SIB 40 Gy / 5", "a simultaneous boost has at least two dose levels", 0, 13),
        ("50.0005 Gy / 5", "\"50.0005\" is no number of milligray or fractions", 0, 7),
        ("50 Gy / 5.5", "\"5.5\" is no number of milligray or fractions", 8, 3),
        ("5.0.1 Gy / 5", "\"5.0.1\" is no number of milligray or fractions", 0, 5),
        ("4,500 cGy / 25", "the comma in \"4,500\" has two meanings", 0, 5),
        ("4.500 cGy / 25", "the comma in \"4.500\" has two meanings", 0, 5),
        ("50 Gy / 0", "a dose needs at least one fraction", 0, 9),
        ("-50 Gy / 5", "a dose of -50 Gy is not above 0", 0, 3),
        ("0 Gy / 5", "a dose of 0 Gy is not above 0", 0, 8),
        ("5000 Gy / 25", "5000 Gy is too large; is it written in centigray?", 0, 12),
        ("50 Gy / 999", "999 fractions are more than a course of radiotherapy has", 0, 11),
        ("8 Gy / 1 BID", "2 fractions a day, but only 1 in all", 0, 12),
        ("1/2/3/4/5 Gy / 5", "it has more than four dose levels", 7, 1),
        ("1/1+1/1+1/1+1/1+1/1", "it has more than four phases", 16, 1),
    ] {
        let error = text.parse::<Schedule>().unwrap_err();
        assert!(error.to_string().ends_with(&format!("is no schedule: {message}")), "{error}");
        assert_eq!((error.at, error.length), (at, length), "{text}");
    }
}

#[test]
fn problems_have_codes_and_advice() {
    for (text, code) in [
        ("5x8", "OM404"),
        ("4,500 cGy / 25", "OM404"),
        ("27 Gy", "OM403"),
        ("HP", "OM403"),
        ("5000 Gy / 25", "OM402"),
        ("50 Gy / 0", "OM402"),
    ] {
        let problem = text.parse::<Schedule>().unwrap_err().to_problem();
        assert_eq!(problem.code, code, "{text}");
        assert!(!problem.why.is_empty() && !problem.mend.is_empty());
        assert!(oligomet_base::codes::find(code).is_some(), "{code} stands in the register");
    }
    let error = "5000 Gy / 25".parse::<Schedule>().unwrap_err();
    assert!(matches!(error.problem, ScheduleProblem::Dose(DoseError::TooLarge { .. })));
}

#[test]
fn what_adds_up_in_one_volume() {
    let sum = |text: &str| text.parse::<Schedule>().unwrap().summed().map(|phases| phases.len());
    assert_eq!(sum("30 Gy/10 + 10 Gy/5"), Some(2));
    assert_eq!(sum("50 Gy/5"), Some(1));
    assert_eq!(sum("57.5/50 Gy/25 + 10 Gy/5"), None);
    assert_eq!(sum("40-30 Gy/5"), None);
}

fn dose() -> impl Strategy<Value = Dose> {
    (1_i64..300_000).prop_map(Dose::from_milligray)
}

fn level() -> impl Strategy<Value = DoseLevel> {
    prop_oneof![
        dose().prop_map(DoseLevel::One),
        (dose(), dose()).prop_map(|(first, last)| DoseLevel::Range { first, last }),
    ]
}

fn phase() -> impl Strategy<Value = Phase> {
    (prop::collection::vec(level(), 1..=4), 1_u32..=200, 1_u32..=4).prop_map(|(levels, n, per_day)| {
        Phase::new(levels, n, per_day.min(n)).expect("doses and numbers are in range")
    })
}

fn schedule() -> impl Strategy<Value = Schedule> {
    prop::collection::vec(phase(), 1..=4)
        .prop_map(|phases| Schedule::new(phases).expect("one to four phases"))
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(schedule in schedule()) {
        let printed = schedule.to_string();
        prop_assert_eq!(printed.parse::<Schedule>().unwrap(), schedule);
    }

    #[test]
    fn spaces_and_case_do_not_matter(schedule in schedule()) {
        let printed = schedule.to_string();
        prop_assert_eq!(&printed.to_uppercase().parse::<Schedule>().unwrap(), &schedule);
        prop_assert_eq!(&printed.replace(" / ", "/").replace(" + ", "+").parse::<Schedule>().unwrap(), &schedule);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "[0-9a-zA-Z.,/+ \u{2013}#x-]{0,40}") {
        match text.parse::<Schedule>() {
            Ok(schedule) => prop_assert_eq!(schedule.to_string().parse::<Schedule>().unwrap(), schedule),
            Err(error) => prop_assert!(error.at + error.length <= text.chars().count()),
        }
    }
}
