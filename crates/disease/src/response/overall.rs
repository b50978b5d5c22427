//! Non-target and new lesions, and the table that joins them with the target lesions.

use super::course::{Course, Role, Seen};
use super::matrix::{Matrix, cell_name, of_role};
use super::recist::{RULE, RecistParameters, Response, TimePoint};
use super::span::Span;
use super::target::{TargetPoint, Targets};
use crate::{Answer, Fact, Finding, Missing, Step, Truth};

/// What stands beside the target lesions.
pub(crate) struct Others<'a> {
    course: &'a Course,
    matrix: &'a Matrix,
    parameters: &'a RecistParameters,
    non_target: Vec<usize>,
    new: Vec<usize>,
}

struct NonTarget {
    progression: Truth,
    gone: Truth,
    missing: Vec<usize>,
}

/// New lesions: what is known, and what RECIST takes (an equivocal lesion does not change a response before it is confirmed).
struct New {
    known: Truth,
    formal: Truth,
    equivocal: Vec<usize>,
}

impl<'a> Others<'a> {
    pub(crate) fn new(course: &'a Course, matrix: &'a Matrix, parameters: &'a RecistParameters) -> Self {
        let (non_target, new) = (of_role(course, Role::NonTarget), of_role(course, Role::New));
        Self { course, matrix, parameters, non_target, new }
    }

    fn non_target(&self, at: usize) -> NonTarget {
        let mut all = NonTarget { progression: Truth::False, gone: Truth::True, missing: Vec::new() };
        for &lesion in &self.non_target {
            let (progression, gone) = self.non_target_lesion(at, lesion);
            all.progression = all.progression.or(progression);
            all.gone = all.gone.and(gone);
            if progression == Truth::Unknown || gone == Truth::Unknown {
                all.missing.push(lesion);
            }
        }
        all
    }

    /// (unequivocal progression, gone); a size alone is no unequivocal progression of a non-target lesion.
    fn non_target_lesion(&self, at: usize, lesion: usize) -> (Truth, Truth) {
        let is_node = self.course.lesions[lesion].is_node;
        match self.matrix.seen(at, lesion) {
            Some(Seen::UnequivocalProgression) => (Truth::True, Truth::False),
            Some(Seen::Size(size)) if is_node => {
                let gone = i64::from(size) < i64::from(self.parameters.normal_node);
                (Truth::False, gone.into())
            }
            Some(Seen::TooSmall) if is_node => (Truth::False, Truth::True),
            Some(Seen::Size(_) | Seen::Present | Seen::TooSmall) => (Truth::False, Truth::False),
            Some(Seen::Absent | Seen::MergedInto(_)) => (Truth::False, Truth::True),
            Some(Seen::Equivocal | Seen::NotEvaluable) | None => (Truth::Unknown, Truth::Unknown),
        }
    }

    /// New lesions up to that assessment: once there, a new lesion remains one.
    fn new_lesions(&self, at: usize) -> New {
        let recorded = (1..=at).map(|i| self.course.assessments[i].new_lesion);
        let formal_recorded =
            Truth::any(recorded.filter(|t| t.is_true())).or(self.course.assessments[at].new_lesion);
        let known_recorded = Truth::any((1..=at).map(|i| self.course.assessments[i].new_lesion));
        let mut new = New { known: known_recorded, formal: formal_recorded, equivocal: Vec::new() };
        for &lesion in &self.new {
            let (known, formal) = self.new_lesion(at, lesion);
            if known == Truth::Unknown {
                new.equivocal.push(lesion);
            }
            new.known = new.known.or(known);
            new.formal = new.formal.or(formal);
        }
        new
    }

    /// An equivocal lesion that is definite at its next judged assessment was new from the first scan that showed it.
    fn new_lesion(&self, at: usize, lesion: usize) -> (Truth, Truth) {
        let (mut equivocal, mut unjudged) = (false, false);
        for i in 1..self.course.assessments.len() {
            match self.matrix.seen(i, lesion) {
                Some(Seen::Equivocal) => equivocal |= i <= at,
                Some(Seen::NotEvaluable) => unjudged |= i <= at,
                Some(Seen::Absent) if i <= at => (equivocal, unjudged) = (false, false),
                Some(Seen::Absent) => return (Truth::False, Truth::False),
                Some(_) if i <= at || equivocal => return (Truth::True, Truth::True),
                Some(_) => break,
                None => {}
            }
        }
        (if equivocal || unjudged { Truth::Unknown } else { Truth::False }, Truth::False)
    }
}

/// RECIST's table for one assessment. `None` stands for no lesion of that kind at baseline.
pub(crate) fn table(target: Option<Response>, non_target: Option<Response>, new: Truth) -> Response {
    use Response::{Complete, NoDisease, NonCrNonPd, NotEvaluable, Partial, Progression, Stable};
    if new.is_true() || target == Some(Progression) || non_target == Some(Progression) {
        return Progression;
    }
    if new == Truth::Unknown {
        return NotEvaluable;
    }
    match (target, non_target) {
        (None, None) => NoDisease,
        (None, Some(other)) => other,
        (Some(Complete), None | Some(Complete)) => Complete,
        (Some(Complete | Partial), _) => Partial,
        (Some(Stable), _) => Stable,
        (Some(NonCrNonPd), _) => NonCrNonPd,
        (Some(_), _) => NotEvaluable,
    }
}

fn non_target_formal(state: &NonTarget) -> Response {
    if state.progression.is_true() {
        Response::Progression
    } else if !state.missing.is_empty() {
        Response::NotEvaluable
    } else if state.gone.is_true() {
        Response::Complete
    } else {
        Response::NonCrNonPd
    }
}

fn non_target_possible(state: &NonTarget) -> Vec<Response> {
    if state.progression.is_true() {
        return vec![Response::Progression];
    }
    let mut answers = Vec::with_capacity(3);
    if !state.gone.is_false() {
        answers.push(Response::Complete);
    }
    if !state.gone.is_true() {
        answers.push(Response::NonCrNonPd);
    }
    if !state.progression.is_false() {
        answers.push(Response::Progression);
    }
    answers
}

/// The response at one assessment.
pub(crate) fn time_point(others: &Others<'_>, targets: &Targets, at: usize, facts: &[Fact]) -> TimePoint {
    let has_targets = !targets.lesions.is_empty();
    let has_others = !others.non_target.is_empty();
    let (point, side, new) = (&targets.points[at], others.non_target(at), others.new_lesions(at));
    let target = has_targets.then_some(point.formal);
    let non_target = has_others.then(|| non_target_formal(&side));
    let possible = joined(
        has_targets.then_some(point.possible.as_slice()),
        has_others.then(|| non_target_possible(&side)).as_deref(),
        new.known,
    );
    let missing =
        if possible.len() > 1 { missing(others, targets, at, &side, &new, &possible) } else { Vec::new() };
    TimePoint {
        assessment: at,
        target,
        non_target,
        response: table(target, non_target, new.formal),
        sum_tenths: (has_targets && point.sum.is_known()).then_some(point.sum.low),
        finding: Finding {
            rule: RULE,
            parameters: facts.to_vec(),
            steps: steps(
                has_targets.then_some((point, targets.points[0].sum)),
                has_others.then_some(&side),
                &new,
            ),
            possible,
            missing,
        },
    }
}

/// The table over every combination that remains.
fn joined(target: Option<&[Response]>, non_target: Option<&[Response]>, new: Truth) -> Vec<Response> {
    let options = |list: Option<&[Response]>| -> Vec<Option<Response>> {
        list.map_or(vec![None], |list| list.iter().map(|r| Some(*r)).collect())
    };
    let mut answers = Vec::with_capacity(4);
    for target in options(target) {
        for other in options(non_target) {
            for there in [Truth::True, Truth::False] {
                if new == Truth::Unknown || new == there {
                    answers.push(table(target, other, there));
                }
            }
        }
    }
    answers.sort_unstable();
    answers.dedup();
    answers
}

fn millimetres(span: Span) -> String {
    let mm = |tenths: i64| format!("{}.{} mm", tenths / 10, tenths % 10);
    if span.is_known() { mm(span.low) } else { format!("at least {}", mm(span.low)) }
}

/// Change in percent with one decimal, cut towards zero: 29.96 % prints as 29.9 %, so it is not taken for 30 %.
fn percent(now: Span, before: Span) -> Option<String> {
    if !now.is_known() || !before.is_known() || before.low == 0 {
        return None;
    }
    let change = now.low - before.low;
    let tenths = change.abs() * 1000 / before.low;
    let sign = if change < 0 { "-" } else { "+" };
    Some(format!("{sign}{}.{} %", tenths / 10, tenths % 10))
}

fn steps(target: Option<(&TargetPoint, Span)>, other: Option<&NonTarget>, new: &New) -> Vec<Step> {
    let mut steps = Vec::with_capacity(6);
    let mut add = |question: &'static str, answer, used| {
        steps.push(Step { question: question.into(), answer, used });
    };
    if let Some((point, baseline)) = target {
        add("target lesions gone, nodes normal?", point.gone, Vec::new());
        if point.reappeared.is_true() {
            add("a target lesion back after all were gone?", point.reappeared, Vec::new());
        }
        let mut used =
            vec![Fact::new("sum", millimetres(point.sum)), Fact::new("nadir", millimetres(point.nadir))];
        used.extend(percent(point.sum, point.nadir).map(|p| Fact::new("change from nadir", p)));
        add("sum progressive against its nadir?", point.rise, used);
        let mut used = vec![Fact::new("baseline", millimetres(baseline))];
        used.extend(percent(point.sum, baseline).map(|p| Fact::new("change from baseline", p)));
        let fell = match point.possible.iter().filter(|r| **r == Response::Partial).count() {
            0 => Truth::False,
            _ if point.possible.len() == 1 => Truth::True,
            _ => Truth::Unknown,
        };
        add("partial response against the baseline?", fell, used);
    }
    if let Some(side) = other {
        add("a non-target lesion unequivocally progressive?", side.progression, Vec::new());
        add("non-target lesions gone, nodes normal?", side.gone, Vec::new());
    }
    add("a new lesion?", new.known, Vec::new());
    steps
}

/// Lesions not known at this assessment, at the baseline, and, where progression is open, at any assessment before.
fn missing(
    others: &Others<'_>,
    targets: &Targets,
    at: usize,
    side: &NonTarget,
    new: &New,
    possible: &[Response],
) -> Vec<Missing> {
    let names: Vec<&str> = possible.iter().map(|r| r.name()).collect();
    let settles = format!("possible now: {}", names.join(" or "));
    let course = others.course;
    let mut cells: Vec<(usize, usize)> = Vec::new();
    for day in std::iter::once(at).chain(0..at) {
        let open = |lesion: &&usize| {
            !others.matrix.size(day, **lesion, others.parameters.too_small.into()).is_known()
        };
        cells.extend(targets.lesions.iter().filter(open).map(|lesion| (day, *lesion)));
    }
    cells.extend(side.missing.iter().map(|lesion| (at, *lesion)));
    cells.extend(new.equivocal.iter().map(|lesion| (at, *lesion)));
    let mut found: Vec<Missing> = cells
        .into_iter()
        .map(|(day, lesion)| Missing {
            name: cell_name(course, day, lesion).into(),
            settles: settles.clone(),
        })
        .collect();
    if new.known == Truth::Unknown && new.equivocal.is_empty() {
        found.push(Missing { name: "new_lesion".into(), settles });
    }
    found
}
