//! The rules of lines of therapy, written once as two-valued code that asks its questions along a path.

use super::course::{Course, courses};
use super::exposure::Setting;
use super::path::{Path, Question, Topic};
use super::rules::Switch;
use super::{Begun, Joined};

/// A course within a line, and why it belongs there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    pub(super) course: Course,
    pub(super) joined: Joined,
}

/// A line as numbered on one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DraftLine {
    /// Exposure that begins the line on this path.
    first: usize,
    pub(super) members: Vec<Member>,
    pub(super) begun: Begun,
}

/// All lines of one path, first to last.
pub(super) fn number_lines(path: &mut Path<'_>) -> Vec<DraftLine> {
    let mut waiting = courses(path);
    let mut lines: Vec<DraftLine> = Vec::new();
    while !waiting.is_empty() {
        let next = earliest(path, &waiting);
        let joined = match lines.last() {
            None => Err(Begun::First),
            Some(line) => decide_day(path, line, &waiting, next),
        };
        match joined {
            Ok(joined) => {
                for (place, joined) in joined.into_iter().rev() {
                    let member = Member { course: waiting.remove(place), joined };
                    if let Some(line) = lines.last_mut() {
                        line.members.push(member);
                    }
                }
            }
            Err(begun) => {
                let line = begin(path, lines.last(), &mut waiting, next, begun);
                lines.push(line);
            }
        }
    }
    lines
}

/// Place of the course that starts first.
fn earliest(path: &mut Path<'_>, waiting: &[Course]) -> usize {
    let prepared = path.prepared;
    let mut best = 0;
    for (i, course) in waiting.iter().enumerate().skip(1) {
        let question = Question::new(Topic::Before, course.first, waiting[best].first);
        if path.at_most(question, prepared.start(waiting[best].first), prepared.start(course.first), -1) {
            best = i;
        }
    }
    best
}

/// Which courses join the line, that at `next` and those of the same day, or why a new line begins. Courses of one day are
/// decided together, so that their order does not matter: if one of them begins a line, so do all.
fn decide_day(
    path: &mut Path<'_>,
    line: &DraftLine,
    waiting: &[Course],
    next: usize,
) -> Result<Vec<(usize, Joined)>, Begun> {
    let prepared = path.prepared;
    let start = prepared.start(waiting[next].first);
    let mut joined = Vec::new();
    let mut begun = None;
    for (i, course) in waiting.iter().enumerate() {
        let own = prepared.start(course.first);
        let known = || {
            prepared.moments.bounds(own) == prepared.moments.bounds(start)
                && prepared.moments.at_most(start, own, 0) == Some(true)
        };
        let question = Question::new(Topic::SameDay, course.first, waiting[next].first);
        // Once a line begins, only what is known to belong to the day can tell more of the reason.
        if i == next || known() || (begun.is_none() && path.at_most(question, start, own, 0)) {
            match decide(path, line, course) {
                Ok(how) => joined.push((i, how)),
                Err(why) => begun = Some(begun.map_or(why, |known: Begun| known.min(why))),
            }
        }
    }
    begun.map_or(Ok(joined), Err)
}

/// A new line begun by the course at `next`: what goes on from the line before, and what starts within the window.
fn begin(
    path: &mut Path<'_>,
    before: Option<&DraftLine>,
    waiting: &mut Vec<Course>,
    next: usize,
    begun: Begun,
) -> DraftLine {
    let first = waiting.remove(next);
    let start = path.prepared.start(first.first);
    let mut members = Vec::new();
    for member in before.into_iter().flat_map(|line| &line.members) {
        if goes_on(path, &member.course, first.first) {
            members.push(Member { course: member.course.clone(), joined: Joined::CarriedOver });
        }
    }
    let mut window = vec![first];
    let days = path.prepared.rules.window_days;
    let mut i = 0;
    while i < waiting.len() {
        let question = Question::new(Topic::Window, waiting[i].first, window[0].first);
        let own_start = path.prepared.start(waiting[i].first);
        if path.at_most(question, start, own_start, days) {
            window.push(waiting.remove(i));
        } else {
            i += 1;
        }
    }
    for k in (1..window.len()).rev() {
        if progressed_within(path, &window, k) {
            let course = window.remove(k);
            let place = waiting.partition_point(|other| other.first < course.first);
            waiting.insert(place, course);
        }
    }
    let first = window[0].first;
    members.extend(window.into_iter().map(|course| Member { course, joined: Joined::Start }));
    DraftLine { first, members, begun }
}

/// Whether a progression known as such lies between the start of the line and a course that starts within its window.
fn progressed_within(path: &mut Path<'_>, window: &[Course], k: usize) -> bool {
    let prepared = path.prepared;
    let (line_start, own) = (prepared.start(window[0].first), window[k].first);
    for (_, course) in window.iter().enumerate().filter(|(i, _)| *i != k) {
        for exposure in course.last.iter().filter(|e| prepared.reason(**e) == super::EndReason::Progression) {
            let question = Question::new(Topic::EndedBefore, own, *exposure);
            let same_day = Question::new(Topic::SameDay, own, window[0].first);
            // What starts on the day of the line itself belongs to it, whatever ended on that day.
            if path.at_most(question, prepared.start(own), prepared.end(*exposure), 0)
                && !path.at_most(same_day, line_start, prepared.start(own), 0)
            {
                return true;
            }
        }
    }
    recorded_progression(path, line_start, own)
}

/// Whether a recorded progression lies after the start of the line and not after the start of a course.
fn recorded_progression(path: &mut Path<'_>, line_start: super::moments::Moment, own: usize) -> bool {
    let prepared = path.prepared;
    for (i, progression) in prepared.progressions.iter().enumerate() {
        let question = Question::new(Topic::ProgressionBefore, own, i);
        if path.at_most(question, prepared.start(own), *progression, 0)
            && !path.at_most(question, line_start, *progression, 0)
        {
            return true;
        }
    }
    false
}

/// Whether a course goes on longer after the start of another than it would if it were replaced by it.
fn goes_on(path: &mut Path<'_>, course: &Course, other: usize) -> bool {
    let prepared = path.prepared;
    let days = prepared.rules.overlap_days;
    course.exposures.iter().any(|exposure| {
        let question = Question::new(Topic::GoesOn, other, *exposure);
        !path.at_most(question, prepared.start(other), prepared.end(*exposure), days)
    })
}

/// Whether a course joins the line, or why it begins a new one.
fn decide(path: &mut Path<'_>, line: &DraftLine, course: &Course) -> Result<Joined, Begun> {
    let Some(joined) = exception(path, line, course) else {
        return Err(why_new(path, line, course));
    };
    if !within_gap(path, line, course) {
        return Err(Begun::AfterGap.min(why_new(path, line, course)));
    }
    if progressed(path, line, course) {
        return Err(Begun::AfterProgression);
    }
    Ok(joined)
}

/// Whether a drug of the line was given within the gap before a course started.
fn within_gap(path: &mut Path<'_>, line: &DraftLine, course: &Course) -> bool {
    let prepared = path.prepared;
    let days = prepared.rules.gap_days;
    line.members.iter().flat_map(|m| &m.course.exposures).any(|exposure| {
        let question = Question::new(Topic::WithinGap, course.first, *exposure);
        path.at_most(question, prepared.end(*exposure), prepared.start(course.first), days)
    })
}

/// Whether the disease progressed between the start of the line and that of a course.
fn progressed(path: &mut Path<'_>, line: &DraftLine, course: &Course) -> bool {
    let prepared = path.prepared;
    let own = course.first;
    let list_is_whole = prepared.history.progressions.is_some();
    for (i, member) in line.members.iter().enumerate() {
        for exposure in &member.course.last {
            let not_said = prepared.reason(*exposure) == super::EndReason::NotSaid;
            let may_be =
                prepared.reason(*exposure) == super::EndReason::Progression || (not_said && !list_is_whole);
            if !may_be || !replaced(path, *exposure, own) {
                continue;
            }
            // What was dropped while others went on was not dropped for progression, unless the record says so.
            if not_said && outlasted(path, line, i, *exposure) {
                continue;
            }
            if path.stopped_for_progression(*exposure) {
                return true;
            }
        }
    }
    recorded_progression(path, prepared.start(line.first), own)
}

/// Whether another drug of the line went on after the end of an exposure for longer than the overlap.
fn outlasted(path: &mut Path<'_>, line: &DraftLine, member: usize, exposure: usize) -> bool {
    let prepared = path.prepared;
    let days = prepared.rules.overlap_days;
    let others = line.members.iter().enumerate().filter(|(i, _)| *i != member);
    others.flat_map(|(_, m)| &m.course.exposures).any(|other| {
        let question = Question::new(Topic::Outlasts, exposure, *other);
        !path.at_most(question, prepared.end(exposure), prepared.end(*other), days)
    })
}

/// Whether an exposure had ended when a course started, or ended within the overlap after it.
fn replaced(path: &mut Path<'_>, exposure: usize, by: usize) -> bool {
    let days = path.prepared.rules.overlap_days;
    let (from, to) = (path.prepared.start(by), path.prepared.end(exposure));
    path.at_most(Question::new(Topic::Replaced, by, exposure), from, to, days)
}

/// The first exception by which a course that starts after the window stays in the line.
fn exception(path: &mut Path<'_>, line: &DraftLine, course: &Course) -> Option<Joined> {
    let prepared = path.prepared;
    for member in &line.members {
        let question = Question::new(Topic::SameDrug, course.first, member.course.first);
        match prepared.same_drug(course.first, member.course.first) {
            crate::Truth::False => {}
            same => {
                if path.fact(question, same) {
                    return Some(Joined::Resumed);
                }
            }
        }
    }
    if prepared.setting(course.first) == Setting::Maintenance || maintains(path, line, course) {
        return Some(Joined::Maintenance);
    }
    let class = |course: &Course| prepared.formulary.class(prepared.drug(course.first));
    let own = class(course);
    let of_class = |m: &&Member| class(&m.course) == own;
    let other_endocrine =
        |m: &&Member| class(&m.course) != own && class(&m.course).is_endocrine() && own.is_endocrine();
    let (substitution, endocrine) = (prepared.rules.substitution, prepared.rules.endocrine_switch);
    if line.members.iter().filter(of_class).any(|m| switched(path, &m.course, course.first, substitution)) {
        Some(Joined::Substitution)
    } else if line
        .members
        .iter()
        .filter(other_endocrine)
        .any(|m| switched(path, &m.course, course.first, endocrine))
    {
        Some(Joined::EndocrineSwitch)
    } else {
        None
    }
}

/// Whether a course took the place of another in a way that leaves it in the line.
fn switched(path: &mut Path<'_>, old: &Course, new: usize, switch: Switch) -> bool {
    if switch == Switch::NewLine || !old.last.iter().all(|exposure| replaced(path, *exposure, new)) {
        return false;
    }
    switch == Switch::UnlessProgression
        || old.last.iter().any(|exposure| path.stopped_for_toxicity(*exposure))
}

/// Whether endocrine therapy follows chemotherapy of the line, all of it ended, as its maintenance.
fn maintains(path: &mut Path<'_>, line: &DraftLine, course: &Course) -> bool {
    let prepared = path.prepared;
    let class = |course: &Course| prepared.formulary.class(prepared.drug(course.first));
    if !prepared.rules.endocrine_maintenance || !class(course).is_endocrine() {
        return false;
    }
    let has_endocrine = line.members.iter().any(|m| class(&m.course).is_endocrine());
    let mut chemotherapy = line.members.iter().filter(|m| class(&m.course).is_chemotherapy()).peekable();
    !has_endocrine
        && chemotherapy.peek().is_some()
        && chemotherapy.all(|m| m.course.exposures.iter().all(|e| replaced(path, *e, course.first)))
}

/// Why a course without exception begins a line, as far as the facts say without assuming anything.
fn why_new(path: &Path<'_>, line: &DraftLine, course: &Course) -> Begun {
    let prepared = path.prepared;
    let start = prepared.start(course.first);
    let known = |from, to, days| prepared.moments.at_most(from, to, days);
    let for_progression = line.members.iter().flat_map(|m| &m.course.last).any(|exposure| {
        prepared.reason(*exposure) == super::EndReason::Progression
            && known(start, prepared.end(*exposure), prepared.rules.overlap_days) == Some(true)
    });
    let recorded = prepared.progressions.iter().any(|progression| {
        known(start, *progression, 0) == Some(true)
            && known(prepared.start(line.first), *progression, 0) == Some(false)
    });
    let gap = line.members.iter().flat_map(|m| &m.course.exposures);
    let gap = gap.map(|e| known(prepared.end(*e), start, prepared.rules.gap_days)).all(|x| x == Some(false));
    if for_progression || recorded {
        Begun::AfterProgression
    } else if gap {
        Begun::AfterGap
    } else {
        Begun::OtherDrug
    }
}
