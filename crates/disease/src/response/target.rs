//! The target lesions: sums, nadir, and the answers that remain.

use super::course::{Course, Role};
use super::matrix::{Matrix, of_role};
use super::recist::{RecistParameters, Response};
use super::span::{ENDLESS, Span, largest_without_rise, rise};
use crate::Truth;

/// The target lesions at one assessment.
#[derive(Debug, Clone)]
pub(crate) struct TargetPoint {
    pub sum: Span,
    pub nadir: Span,
    pub gone: Truth,
    pub reappeared: Truth,
    pub rise: Truth,
    /// What RECIST says: NE where a lesion is missing, unless the rest is progression by itself.
    pub formal: Response,
    /// What it can be if what is missing were known.
    pub possible: Vec<Response>,
}

/// The target lesions of a course: numbers, and one point per assessment.
pub(crate) struct Targets {
    pub lesions: Vec<usize>,
    pub points: Vec<TargetPoint>,
}

/// Follows the target lesions over a course whose first assessment is the baseline.
pub(crate) fn follow(course: &Course, matrix: &Matrix, parameters: &RecistParameters) -> Targets {
    let lesions = of_role(course, Role::Target);
    let mut points: Vec<TargetPoint> = Vec::with_capacity(course.assessments.len());
    let mut nadir = Span::UNKNOWN;
    let mut complete_before = Truth::False;
    for at in 0..course.assessments.len() {
        let state = state(course, matrix, &lesions, at, parameters);
        let baseline = points.first().map_or(state.sum, |p| p.sum);
        let view = View { sum: state.sum, baseline, nadir, gone: state.gone };
        points.push(point(&view, complete_before.and(state.solid_there), parameters));
        nadir = if at == 0 { state.sum } else { nadir.least(state.sum) };
        if at > 0 {
            complete_before = complete_before.or(state.gone);
        }
    }
    Targets { lesions, points }
}

struct State {
    sum: Span,
    gone: Truth,
    /// Whether a lesion that is no node is there.
    solid_there: Truth,
}

fn state(course: &Course, matrix: &Matrix, lesions: &[usize], at: usize, p: &RecistParameters) -> State {
    let mut state = State { sum: Span::NOTHING, gone: Truth::True, solid_there: Truth::False };
    for &lesion in lesions {
        let size = matrix.size(at, lesion, p.too_small.into());
        let is_node = course.lesions[lesion].is_node;
        let gone = size.at_most(if is_node { i64::from(p.normal_node) - 1 } else { 0 });
        state.sum = state.sum.plus(size);
        state.gone = state.gone.and(gone);
        if !is_node {
            state.solid_there = state.solid_there.or(!gone);
        }
    }
    state
}

struct View {
    sum: Span,
    baseline: Span,
    nadir: Span,
    gone: Truth,
}

fn point(view: &View, reappeared: Truth, p: &RecistParameters) -> TargetPoint {
    let rise = rise(view.sum, view.nadir, p.progression_percent.into(), p.progression_tenths.into());
    let possible = possible(view, reappeared, rise, p);
    let formal = formal(view, reappeared, rise, p);
    TargetPoint { sum: view.sum, nadir: view.nadir, gone: view.gone, reappeared, rise, formal, possible }
}

/// Whether the sum can be at most the part of the baseline that is a partial response.
fn fell(sum: i64, baseline: i64, p: &RecistParameters) -> bool {
    100 * sum <= (100 - i64::from(p.response_percent)) * baseline
}

fn formal(view: &View, reappeared: Truth, rise: Truth, p: &RecistParameters) -> Response {
    if view.gone.is_true() {
        Response::Complete
    } else if reappeared.is_true() || rise.is_true() {
        Response::Progression
    } else if !view.sum.is_known() || !view.baseline.is_known() {
        Response::NotEvaluable
    } else if fell(view.sum.low, view.baseline.low, p) {
        Response::Partial
    } else {
        Response::Stable
    }
}

/// Answers over all completions; each condition can only become stricter as bounds narrow, so more data never adds one.
fn possible(view: &View, reappeared: Truth, rise: Truth, p: &RecistParameters) -> Vec<Response> {
    if view.gone.is_true() {
        return vec![Response::Complete];
    }
    let mut answers = Vec::with_capacity(4);
    if !view.gone.is_false() {
        answers.push(Response::Complete);
    }
    if !reappeared.is_true() && !rise.is_true() {
        if fell(view.sum.low, view.baseline.high, p) {
            answers.push(Response::Partial);
        }
        let largest =
            largest_without_rise(view.nadir.high, p.progression_percent.into(), p.progression_tenths.into())
                .min(view.sum.high);
        if largest >= view.sum.low && !fell(largest, view.baseline.low.min(ENDLESS), p) {
            answers.push(Response::Stable);
        }
    }
    if !reappeared.is_false() || !rise.is_false() {
        answers.push(Response::Progression);
    }
    answers
}
