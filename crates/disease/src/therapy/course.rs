//! Exposures to one drug that follow each other, taken together as one course.

use super::EndReason;
use super::exposure::Setting;
use super::path::{Path, Question, Topic};

/// A drug given without more than an interruption: exposures that follow each other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Course {
    /// The exposure that begins it.
    pub(super) first: usize,
    /// All its exposures, ascending.
    pub(super) exposures: Vec<usize>,
    /// Exposures whose reason of ending is that of the course.
    pub(super) last: Vec<usize>,
}

/// Courses that can make lines: exposures that follow each other taken together, those for metastatic disease.
pub(super) fn courses(path: &mut Path<'_>) -> Vec<Course> {
    let prepared = path.prepared;
    let makes_lines = |i: &usize| prepared.formulary.class(prepared.drug(*i)).makes_lines();
    let own: Vec<usize> = prepared.usable().filter(makes_lines).collect();
    let mut courses: Vec<Course> =
        own.iter().map(|i| Course { first: *i, exposures: vec![*i], last: vec![*i] }).collect();
    for (k, a) in own.iter().enumerate() {
        for b in &own[k + 1..] {
            if prepared.drug(*a) == prepared.drug(*b) && prepared.setting(*a) == prepared.setting(*b) {
                join(path, &mut courses, *a, *b);
            }
        }
    }
    courses.retain(|course| is_metastatic(path, course.first));
    courses
}

/// Whether an exposure was for metastatic disease; where that is not said, whether it started after the first metastasis.
fn is_metastatic(path: &mut Path<'_>, exposure: usize) -> bool {
    let question = Question::new(Topic::Metastatic, exposure, exposure);
    match (path.prepared.setting(exposure), path.prepared.metastasis()) {
        (Setting::Metastatic | Setting::Maintenance, _) => true,
        (Setting::Adjuvant | Setting::Neoadjuvant, _) => path.fact(question, crate::Truth::False),
        (Setting::NotSaid, None) => path.fact(question, crate::Truth::Unknown),
        (Setting::NotSaid, Some(metastasis)) => {
            let start = path.prepared.start(exposure);
            path.at_most(question, start, metastasis, 0)
        }
    }
}

/// Joins the courses of two exposures to one drug if one follows the other without more than an interruption.
fn join(path: &mut Path<'_>, courses: &mut Vec<Course>, a: usize, b: usize) {
    let prepared = path.prepared;
    let (a_start, b_start) = (prepared.start(a), prepared.start(b));
    let a_first = path.at_most(Question::new(Topic::Before, a, b), b_start, a_start, -1);
    let same_day = !a_first && path.at_most(Question::new(Topic::SameDay, a, b), b_start, a_start, 0);
    let (earlier, later) = if a_first || same_day { (a, b) } else { (b, a) };
    if !same_day {
        let days = prepared.rules.interruption_days;
        let question = Question::new(Topic::Continues, later, earlier);
        let continues = path.at_most(question, prepared.end(earlier), prepared.start(later), days);
        // A drug stopped for progression and taken up again is a new decision.
        if !continues || prepared.reason(earlier) == EndReason::Progression {
            return;
        }
    }
    unite(path, courses, earlier, later);
    let (a_end, b_end) = (prepared.end(earlier), prepared.end(later));
    let not_said = |exposure| prepared.reason(exposure) == EndReason::NotSaid;
    let a_last = !path.at_most(Question::new(Topic::Outlasts, later, earlier), b_end, a_end, 0);
    let b_last = !a_last && !path.at_most(Question::new(Topic::Outlasts, earlier, later), a_end, b_end, 0);
    // Of two that end together, the one whose reason is said tells it.
    if a_last || (!b_last && not_said(later) && !not_said(earlier)) {
        forget_reason(courses, later);
    } else if b_last || (not_said(earlier) && !not_said(later)) {
        forget_reason(courses, earlier);
    }
}

/// Makes one course of two; it begins with the exposure that starts first.
fn unite(path: &mut Path<'_>, courses: &mut Vec<Course>, earlier: usize, later: usize) {
    let Some(from) = courses.iter().position(|c| c.exposures.contains(&later)) else { return };
    if courses[from].exposures.contains(&earlier) {
        return;
    }
    let joined = courses.remove(from);
    if let Some(course) = courses.iter_mut().find(|c| c.exposures.contains(&earlier)) {
        let (a, b) = (course.first, joined.first);
        let question = Question::new(Topic::Before, b, a);
        if path.at_most(question, path.prepared.start(a), path.prepared.start(b), -1) {
            course.first = b;
        }
        course.exposures.extend(joined.exposures);
        course.exposures.sort_unstable();
        course.last.extend(joined.last);
        course.last.sort_unstable();
    }
}

/// Says that an exposure is not the last of its course: why it ended says nothing about the course.
fn forget_reason(courses: &mut [Course], exposure: usize) {
    for course in courses {
        course.last.retain(|last| *last != exposure);
    }
}
