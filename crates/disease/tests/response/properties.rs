//! Properties over random courses.

use oligomet_disease::Answer;
use oligomet_disease::response::lesion::progressing_lesions;
use oligomet_disease::response::{Course, RecistParameters, Response, Role, Seen, assess, check, outcome};
use proptest::prelude::*;

use crate::recist_text::course;

const PARAMETERS: RecistParameters = RecistParameters {
    too_small: 50,
    normal_node: 100,
    response_percent: 30,
    progression_percent: 20,
    progression_tenths: 50,
    max_targets: 5,
    max_per_organ: 2,
    measurable: 100,
    measurable_node: 150,
    confirm: true,
    confirm_days: 28,
    confirm_max_ne: 1,
    stable_days: 42,
};

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (1u32..80).prop_map(|mm| mm.to_string()),
        2 => Just("gone".to_owned()),
        1 => Just("small".to_owned()),
        1 => Just("present".to_owned()),
        2 => Just("NE".to_owned()),
        1 => Just("-".to_owned()),
    ]
}

fn other_word() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => Just("present"), 4 => Just("gone"), 2 => Just("NE"), 1 => Just("worse"), 1 => Just("-")]
}

fn new_word() -> impl Strategy<Value = &'static str> {
    prop_oneof![12 => Just("-"), 1 => Just("maybe"), 1 => Just("present"), 1 => Just("gone")]
}

fn random() -> impl Strategy<Value = Course> {
    let target = (any::<bool>(), prop::collection::vec(word(), 5))
        .prop_map(|(node, words)| format!("T{}: {}", if node { " node" } else { "" }, words.join(" ")));
    let other = prop::collection::vec(other_word(), 5).prop_map(|words| format!("N: {}", words.join(" ")));
    let new = prop::collection::vec(new_word(), 4).prop_map(|words| format!("new: - {}", words.join(" ")));
    (
        prop::collection::vec(target, 0..4),
        prop::collection::vec(other, 0..3),
        prop::collection::vec(new, 0..2),
    )
        .prop_map(|(t, n, new)| course(&[t, n, new].concat().join(";")))
}

/// The same course with its lesions turned around.
fn reversed(course: &Course) -> Course {
    let last = course.lesions.len().saturating_sub(1);
    let mut other = course.clone();
    other.lesions.reverse();
    other.readings.iter_mut().for_each(|r| r.lesion = last - r.lesion);
    other.readings.reverse();
    other
}

fn is_open(seen: Option<Seen>) -> bool {
    matches!(seen, None | Some(Seen::NotEvaluable))
}

/// The course with one reading that was missing.
fn with_reading(course: &Course, assessment: usize, lesion: usize, seen: Seen) -> Option<Course> {
    let at = |r: &&oligomet_disease::response::Reading| r.assessment == assessment && r.lesion == lesion;
    if !is_open(course.readings.iter().find(at).map(|r| r.seen)) {
        return None;
    }
    let mut other = course.clone();
    other.readings.retain(|r| !(r.assessment == assessment && r.lesion == lesion));
    other.readings.push(oligomet_disease::response::Reading { assessment, lesion, seen });
    Some(other)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1500) })]

    #[test]
    fn the_order_of_lesions_does_not_matter(course in random()) {
        let other = reversed(&course);
        let (a, b) = (assess(&course, &PARAMETERS), assess(&other, &PARAMETERS));
        for (a, b) in a.iter().zip(&b) {
            prop_assert_eq!((a.response, a.sum_tenths, &a.finding.possible), (b.response, b.sum_tenths, &b.finding.possible));
        }
        prop_assert_eq!(outcome(&course, &a, &PARAMETERS).best.possible, outcome(&other, &b, &PARAMETERS).best.possible);
        for (a, b) in progressing_lesions(&course, &PARAMETERS).iter().zip(progressing_lesions(&other, &PARAMETERS)) {
            prop_assert_eq!(a.progressing, b.progressing);
        }
    }

    /// A reading that was missing only takes possible answers away, and only where the trace had named it.
    #[test]
    fn more_data_narrows_and_the_trace_said_so(course in random(), mm in 0i32..80) {
        let before = assess(&course, &PARAMETERS);
        for (lesion, facts) in course.lesions.iter().enumerate().filter(|(_, l)| l.role != Role::New) {
            let read = match facts.role {
                Role::Target => Seen::Size(mm * 10),
                _ => [Seen::Present, Seen::Absent, Seen::UnequivocalProgression][mm as usize % 3],
            };
            for at in 0..course.assessments.len() {
                let Some(fuller) = with_reading(&course, at, lesion, read) else { continue };
                for (before, after) in before.iter().zip(assess(&fuller, &PARAMETERS)) {
                    for answer in &after.finding.possible {
                        prop_assert!(before.finding.possible.contains(answer), "{} is new", answer.name());
                    }
                    let name = format!("L{lesion} on ");
                    let named = before.finding.missing.iter().any(|m| m.name.starts_with(&name));
                    prop_assert!(named || before.finding.possible == after.finding.possible, "{name} not named");
                }
            }
        }
        for point in &before {
            prop_assert!(!point.finding.possible.is_empty());
            prop_assert!(!point.finding.possible.contains(&Response::NotEvaluable));
            prop_assert_eq!(point.finding.possible.len() > 1, !point.finding.missing.is_empty());
        }
    }

    /// What RECIST's table answers is never impossible, and what is decided is what the table says or NE.
    #[test]
    fn the_table_and_the_list_agree(course in random()) {
        for point in assess(&course, &PARAMETERS) {
            prop_assert!(point.response == Response::NotEvaluable || point.finding.possible.contains(&point.response),
                "{} not in {:?}", point.response.name(), point.finding.possible);
        }
    }

    /// Every size times k, and the lengths of the parameters with them: nothing changes.
    #[test]
    fn scaling_with_the_lengths_changes_nothing(course in random(), k in 2u32..5) {
        let mut larger = course.clone();
        for reading in &mut larger.readings {
            if let Seen::Size(size) = &mut reading.seen { *size *= k as i32; }
        }
        let scaled = RecistParameters { too_small: 50 * k, normal_node: 100 * k, progression_tenths: 50 * k, ..PARAMETERS };
        for (a, b) in assess(&course, &PARAMETERS).iter().zip(assess(&larger, &scaled)) {
            // Not the open answers: what is missing is a whole number of tenths, whose grid does not scale.
            prop_assert_eq!(a.response, b.response);
        }
        // Without scaling the 5 mm, a change can only be one that growth of 5 mm makes: never away from PD.
        let only_lengths = RecistParameters { too_small: 50 * k, normal_node: 100 * k, ..PARAMETERS };
        for (a, b) in assess(&course, &PARAMETERS).iter().zip(assess(&larger, &only_lengths)) {
            prop_assert!(a.response == b.response || b.response == Response::Progression);
        }
    }

    #[test]
    fn nothing_panics(course in random(), sizes in prop::collection::vec(any::<i32>(), 0..8)) {
        let mut wild = course;
        for (reading, size) in wild.readings.iter_mut().zip(sizes) {
            reading.seen = if size % 5 == 0 { Seen::MergedInto(size.unsigned_abs() as usize) } else { Seen::Size(size) };
        }
        let points = assess(&wild, &PARAMETERS);
        let _ = (check(&wild, &PARAMETERS), outcome(&wild, &points, &PARAMETERS), progressing_lesions(&wild, &PARAMETERS));
        prop_assert_eq!(points.len(), wild.assessments.len().saturating_sub(1));
    }
}
