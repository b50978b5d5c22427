//! The rules of the study, evaluated from the tables alone, by other code than the one that drew them.

use oligomet_base::Day;
use oligomet_schema::Records;

use crate::tables::{ByPatient, view};
use crate::{department, records};

/// Why a patient is not in the study; `Eligible` for those who are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    Eligible,
    Palliative,
    NothingProgresses,
    MoreThanThree,
    OffTherapy,
    NotAllIrradiated,
    TherapyChanged,
    NoImagingInTime,
    Young,
}

/// The first course of the period studied.
pub fn index_course(records: &Records, patient: usize) -> usize {
    let by = ByPatient { records };
    let course = by.view("rt_course");
    let from = Day::from_ymd(2014, 1, 1).unwrap();
    let start = |row: &usize| course.day("start_date", *row).unwrap();
    by.rows("rt_course", patient).into_iter().filter(|r| start(r) >= from).min_by_key(start).unwrap()
}

/// The answer for one patient.
pub fn answer(records: &Records, patient: usize) -> Answer {
    let by = ByPatient { records };
    let (course, line, scan) =
        (by.view("rt_course"), by.view("systemic_line"), by.view("imaging_assessment"));
    let index = index_course(records, patient);
    let (start, end) = (course.day("start_date", index).unwrap(), course.day("end_date", index).unwrap());
    if course.level("intent", index) == "palliative" {
        return Answer::Palliative;
    }
    let scans = by.rows("imaging_assessment", patient);
    let date = |row: &usize| scan.day("date", *row).unwrap();
    let last_before = scans.iter().filter(|r| date(r) <= start).max_by_key(|r| date(r)).unwrap();
    let progressing = scan.integer("n_lesions_progressing", *last_before).unwrap();
    match progressing {
        0 => return Answer::NothingProgresses,
        4.. => return Answer::MoreThanThree,
        _ => {}
    }
    let ongoing = by.rows("systemic_line", patient).into_iter().find(|&r| {
        line.day("start_date", r).unwrap() <= start && line.day("end_date", r).is_none_or(|e| e >= start)
    });
    let Some(ongoing) = ongoing else { return Answer::OffTherapy };
    let volumes = view(records, "rt_volume").of("course_id", index);
    let target = view(records, "rt_target");
    let irradiated: std::collections::BTreeSet<usize> = volumes
        .iter()
        .flat_map(|v| target.of("volume_id", *v))
        .filter_map(|t| target.refers("lesion_id", t))
        .collect();
    if (irradiated.len() as i32) < progressing {
        return Answer::NotAllIrradiated;
    }
    let first_after = scans.iter().map(date).filter(|d| *d > end).min();
    let limit = end.add_months(3).unwrap();
    let Some(first_after) = first_after.filter(|d| *d <= limit) else { return Answer::NoImagingInTime };
    if line.day("end_date", ongoing).is_some_and(|e| e < first_after) {
        return Answer::TherapyChanged;
    }
    let birth = view(records, "patient").day("birth_date", patient).unwrap();
    if birth.add_months(12 * 18).unwrap() > start { Answer::Young } else { Answer::Eligible }
}

#[test]
fn fifty_nine_of_1045_women_meet_the_rules() {
    let records = records();
    let n = records.table("patient").unwrap().n_rows();
    assert_eq!(n, 1045);
    let patient = view(records, "patient");
    assert!((0..n).all(|row| patient.level("sex", row) == "female"));
    let answers: Vec<Answer> = (0..n).map(|p| answer(records, p)).collect();
    let count = |a: Answer| answers.iter().filter(|x| **x == a).count();
    let counts = [
        (Answer::Palliative, 506),
        (Answer::NothingProgresses, 172),
        (Answer::MoreThanThree, 19),
        (Answer::OffTherapy, 61),
        (Answer::NotAllIrradiated, 13),
        (Answer::TherapyChanged, 186),
        (Answer::NoImagingInTime, 29),
        (Answer::Eligible, 59),
    ];
    for (a, n) in counts {
        assert_eq!(count(a), n, "{a:?}");
    }
    for (answer, truth) in answers.iter().zip(&department().truth) {
        assert_eq!(*answer == Answer::Eligible, truth.stratum == "oligoprogression", "{}", truth.id);
    }
}

/// The eligible patients.
pub fn eligible(records: &Records) -> Vec<usize> {
    let n = records.table("patient").unwrap().n_rows();
    (0..n).filter(|&p| answer(records, p) == Answer::Eligible).collect()
}
