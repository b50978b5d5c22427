//! Progression of each lesion by itself. A rule of this project, not RECIST.

use super::course::{Course, Role, Seen};
use super::matrix::Matrix;
use super::recist::RecistParameters;
use super::span::{Span, rise};
use crate::{Count, Rule, Truth};

/// The rule as written here.
pub const RULE: Rule = Rule {
    name: "lesion-progression",
    version: "1",
    source: "this project: growth of 20 % and 5 mm above the lesion's own nadir, or unequivocal progression as read; not RECIST",
};

/// Whether each lesion is progressive at each assessment after the baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LesionProgression {
    /// Number of the assessment.
    pub assessment: usize,
    /// One answer per lesion, in the order of the course.
    pub lesions: Vec<Truth>,
    /// Progressing lesions, with bounds where some are unknown: the count that rules of oligoprogression take.
    pub progressing: Count,
}

/// Progression of each lesion, by [`RULE`]. A new lesion is progressive when it is first there; later by its own growth.
///
/// Lesions that are equivocal or were not assessed are unknown. Empty without a baseline.
#[must_use]
pub fn progressing_lesions(course: &Course, parameters: &RecistParameters) -> Vec<LesionProgression> {
    if !course.assessments.first().is_some_and(|a| a.is_baseline) {
        return Vec::new();
    }
    let matrix = Matrix::new(course);
    let columns: Vec<Vec<Truth>> =
        (0..course.lesions.len()).map(|lesion| follow(course, &matrix, lesion, parameters)).collect();
    (1..course.assessments.len())
        .map(|at| {
            let lesions: Vec<Truth> = columns.iter().map(|column| column[at]).collect();
            LesionProgression { assessment: at, progressing: count(&lesions), lesions }
        })
        .collect()
}

fn count(lesions: &[Truth]) -> Count {
    let number = |wanted: Truth| lesions.iter().filter(|t| **t == wanted).count() as u32;
    let sure = number(Truth::True);
    Count { low: sure, high: Some(sure + number(Truth::Unknown)) }
}

fn follow(course: &Course, matrix: &Matrix, lesion: usize, p: &RecistParameters) -> Vec<Truth> {
    let is_new = course.lesions[lesion].role == Role::New;
    let mut nadir: Option<Span> = None;
    let mut answers = Vec::with_capacity(course.assessments.len());
    for at in 0..course.assessments.len() {
        let seen = matrix.seen(at, lesion);
        if is_new && nadir.is_none() {
            answers.push(first_seen(seen));
            nadir = answers[at].is_true().then(|| matrix.size(at, lesion, p.too_small.into()));
            continue;
        }
        let size = matrix.size(at, lesion, p.too_small.into());
        answers.push(growth(seen, size, nadir.unwrap_or(Span::UNKNOWN), p));
        nadir = Some(nadir.map_or(size, |before| before.least(size)));
    }
    answers
}

/// A new lesion before anything of it was measured.
fn first_seen(seen: Option<Seen>) -> Truth {
    match seen {
        None | Some(Seen::Absent | Seen::MergedInto(_)) => Truth::False,
        Some(Seen::Equivocal | Seen::NotEvaluable) => Truth::Unknown,
        Some(_) => Truth::True,
    }
}

fn growth(seen: Option<Seen>, size: Span, nadir: Span, p: &RecistParameters) -> Truth {
    match seen {
        Some(Seen::UnequivocalProgression) => Truth::True,
        Some(Seen::Absent | Seen::MergedInto(_)) => Truth::False,
        // A reader who says "present" of a lesion followed by eye would have said "progressive".
        Some(Seen::Present) => Truth::False,
        _ => rise(size, nadir, p.progression_percent.into(), p.progression_tenths.into()),
    }
}
