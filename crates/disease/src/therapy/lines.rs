//! Lines of therapy of one patient, with every numbering that the recorded dates leave possible.

use oligomet_base::Day;

use super::exposure::{EndReason, History};
use super::moments::NEVER;
use super::number::{DraftLine, Member, number_lines};
use super::path::{Question, explore};
use super::prepare::Prepared;
use super::{DrugClass, DrugId, Formulary, LineRules};
use crate::Truth;

/// Why a line began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Begun {
    /// The first systemic therapy of the metastatic disease.
    First,
    /// After progression under the line before it.
    AfterProgression,
    /// After more than the gap without any drug.
    AfterGap,
    /// By a drug that no exception keeps in the line before it.
    OtherDrug,
}

impl Begun {
    /// The name in print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first therapy",
            Self::AfterProgression => "after progression",
            Self::AfterGap => "after a gap",
            Self::OtherDrug => "other drug",
        }
    }
}

/// Why a drug belongs to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Joined {
    /// It began the line, or started within the window after its start.
    Start,
    /// It went on from the line before.
    CarriedOver,
    /// It was taken up again.
    Resumed,
    /// It maintains what the drugs before it achieved.
    Maintenance,
    /// It took the place of a drug of its class.
    Substitution,
    /// It took the place of an endocrine drug of another kind.
    EndocrineSwitch,
}

impl Joined {
    /// The name in print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "at the start",
            Self::CarriedOver => "carried over",
            Self::Resumed => "resumed",
            Self::Maintenance => "maintenance",
            Self::Substitution => "substitution",
            Self::EndocrineSwitch => "endocrine switch",
        }
    }
}

/// A day known within bounds; one that is still to come, if ever, has no latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayBounds {
    /// The earliest day it can be; `None` where nothing bounds it.
    pub earliest: Option<Day>,
    /// The latest day it can be; `None` where it may still be to come.
    pub latest: Option<Day>,
}

impl DayBounds {
    pub(super) fn new((first, last): (i32, i32)) -> Self {
        let earliest = (first > -NEVER).then_some(Day(first));
        Self { earliest, latest: (last < NEVER).then_some(Day(last)) }
    }

    /// The bounds that hold both.
    fn hull(self, other: Self) -> Self {
        let ((a, b), (c, d)) = (self.days(), other.days());
        Self::new((a.min(c), b.max(d)))
    }

    pub(super) fn days(self) -> (i32, i32) {
        (self.earliest.map_or(-NEVER, |d| d.0), self.latest.map_or(NEVER, |d| d.0))
    }
}

impl std::fmt::Display for DayBounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.earliest, self.latest) {
            (Some(a), Some(b)) if a == b => write!(f, "{a}"),
            (Some(a), Some(b)) => write!(f, "{a} to {b}"),
            (Some(a), None) => write!(f, "{a} or later"),
            (None, Some(b)) => write!(f, "{b} or earlier"),
            (None, None) => f.write_str("not known"),
        }
    }
}

/// When a line ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineEnd {
    /// It had not ended at the last contact.
    Ongoing,
    /// On the last day of its last drug, or on the day before the next line.
    On(DayBounds),
}

/// A drug of a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineDrug {
    /// The drug.
    pub drug: DrugId,
    /// Its exposures, as places in [`History::exposures`], ascending.
    pub exposures: Vec<usize>,
    /// Why it belongs to the line.
    pub joined: Joined,
}

/// A line of systemic therapy for metastatic disease.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineOfTherapy {
    /// Number, from 1.
    pub number: u32,
    /// Start of the first drug that began it.
    pub start: DayBounds,
    /// When it ended.
    pub end: LineEnd,
    /// Why it ended: the reason of the drugs that ended last; `None` while it goes on.
    pub reason: Option<EndReason>,
    /// Why it began.
    pub begun: Begun,
    /// Its drugs, in the order of the formulary.
    pub drugs: Vec<LineDrug>,
    /// Classes of its drugs, each once, ascending.
    pub classes: Vec<DrugClass>,
    /// First day of maintenance, if a drug was dropped while others went on, or maintenance was begun.
    pub maintenance: Option<DayBounds>,
}

/// All lines of one patient, first to last.
pub type Numbering = Vec<LineOfTherapy>;

/// The lines of one patient: every numbering that some choice of the missing days and facts gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The numberings possible, each once; one where the record decides. Empty if there are too many (see `is_complete`).
    pub possible: Vec<Numbering>,
    /// Parameters in force.
    pub rules: LineRules,
    /// Whether all numberings were found; `false` where dates are so uncertain that there are too many to follow.
    pub is_complete: bool,
    pub(super) asked: Vec<(Question, Truth)>,
}

impl Lines {
    /// The numbering, if the record decides it.
    #[must_use]
    pub fn decided(&self) -> Option<&Numbering> {
        match self.possible.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// Lines of therapy from a history.
///
/// Exposures may stand in any order. Adjuvant and neoadjuvant exposures, bone agents and LHRH analogues make no lines. What
/// is contradictory in the history is told by [`History::problems`]; the same contradictions are set aside here.
///
/// # Source
/// `docs/disease/lines-of-therapy.md`, rules L-1 to L-9.
#[must_use]
pub fn derive_lines(history: &History, formulary: &Formulary, rules: &LineRules) -> Lines {
    let prepared = Prepared::new(history, formulary, *rules);
    let mut possible: Vec<Numbering> = Vec::new();
    let mut asked: Vec<(Question, Truth)> = Vec::new();
    let is_complete = explore(&prepared, number_lines, |draft, mut path| {
        keep(&mut possible, build(&prepared, &draft));
        if asked.is_empty() {
            asked = std::mem::take(&mut path.asked);
        } else {
            for (question, answer) in &path.asked {
                note(&mut asked, *question, *answer);
            }
        }
        path.into_assumed()
    });
    if !is_complete {
        possible.clear();
    }
    possible.sort_unstable();
    Lines { possible, rules: *rules, is_complete, asked }
}

/// Adds an answer of a further path; an answer that another path did not have is open.
fn note(asked: &mut Vec<(Question, Truth)>, question: Question, answer: Truth) {
    match asked.iter_mut().find(|(known, _)| *known == question) {
        Some((_, known)) if *known == answer => {}
        Some((_, known)) => *known = Truth::Unknown,
        None => asked.push((question, answer)),
    }
}

/// Keeps a numbering; one with the same exposures in the same lines is made one with it.
fn keep(possible: &mut Vec<Numbering>, numbering: Numbering) {
    let same_drug = |a: &LineDrug, b: &LineDrug| a.exposures == b.exposures;
    let same_line = |a: &LineOfTherapy, b: &LineOfTherapy| {
        a.drugs.len() == b.drugs.len() && a.drugs.iter().zip(&b.drugs).all(|(x, y)| same_drug(x, y))
    };
    let same = |known: &&mut Numbering| {
        known.len() == numbering.len() && known.iter().zip(&numbering).all(|(a, b)| same_line(a, b))
    };
    match possible.iter_mut().find(same) {
        None => possible.push(numbering),
        Some(known) => known.iter_mut().zip(&numbering).for_each(|(line, other)| line.unite(other)),
    }
}

impl LineOfTherapy {
    /// Takes in what another path says of the same line: wider bounds, and of two reasons the first in order.
    fn unite(&mut self, other: &Self) {
        self.start = self.start.hull(other.start);
        self.end = match (self.end, other.end) {
            (LineEnd::On(a), LineEnd::On(b)) => LineEnd::On(a.hull(b)),
            (a, b) => a.max(b),
        };
        self.reason = self.reason.min(other.reason);
        self.begun = self.begun.min(other.begun);
        for (drug, twin) in self.drugs.iter_mut().zip(&other.drugs) {
            drug.joined = drug.joined.min(twin.joined);
        }
        self.maintenance = match (self.maintenance, other.maintenance) {
            (Some(a), Some(b)) => Some(a.hull(b)),
            (a, b) => a.or(b),
        };
    }
}

fn build(prepared: &Prepared<'_>, draft: &[DraftLine]) -> Numbering {
    let starts: Vec<(i32, i32)> = draft.iter().map(|line| line_start(prepared, line)).collect();
    let line = |(i, line): (usize, &DraftLine)| {
        let next = draft.get(i + 1).zip(starts.get(i + 1).copied());
        build_line(prepared, i as u32 + 1, line, starts[i], next)
    };
    draft.iter().enumerate().map(line).collect()
}

/// Bounds of the earliest start among the drugs that began the line.
fn line_start(prepared: &Prepared<'_>, line: &DraftLine) -> (i32, i32) {
    let began = line.members.iter().filter(|m| m.joined == Joined::Start);
    let bounds = began.map(|m| course_start(prepared, m));
    bounds.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).unwrap_or((-NEVER, NEVER))
}

/// Bounds of the first day of a course.
fn course_start(prepared: &Prepared<'_>, member: &Member) -> (i32, i32) {
    let bounds = member.course.exposures.iter().map(|e| prepared.moments.bounds(prepared.start(*e)));
    bounds.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).unwrap_or((-NEVER, NEVER))
}

/// Bounds of the last day of a course.
fn course_end(prepared: &Prepared<'_>, member: &Member) -> (i32, i32) {
    let bounds = member.course.exposures.iter().map(|e| prepared.moments.bounds(prepared.end(*e)));
    bounds.reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).unwrap_or((-NEVER, NEVER))
}

fn build_line(
    prepared: &Prepared<'_>,
    number: u32,
    line: &DraftLine,
    start: (i32, i32),
    next: Option<(&DraftLine, (i32, i32))>,
) -> LineOfTherapy {
    let ends: Vec<(i32, i32)> = line.members.iter().map(|m| course_end(prepared, m)).collect();
    let own = ends.iter().copied().reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).unwrap_or((-NEVER, NEVER));
    let end = match next {
        Some((_, (first, last))) => (own.0.min(first - 1), own.1.min(last - 1)),
        None => own,
    };
    let is_ongoing = end.0 >= NEVER;
    let drugs = line_drugs(prepared, line);
    let mut classes: Vec<DrugClass> = drugs.iter().map(|d| prepared.formulary.class(d.drug)).collect();
    classes.sort_unstable();
    classes.dedup();
    LineOfTherapy {
        number,
        start: DayBounds::new(start),
        end: if is_ongoing { LineEnd::Ongoing } else { LineEnd::On(DayBounds::new(end)) },
        reason: (!is_ongoing).then(|| reason(prepared, line, &ends, next.map(|(line, _)| line))),
        begun: line.begun,
        drugs,
        classes,
        maintenance: maintenance(prepared, line, &ends, end).map(DayBounds::new),
    }
}

/// The drugs of a line, each once: a drug taken up again keeps the reason for which it first belonged.
fn line_drugs(prepared: &Prepared<'_>, line: &DraftLine) -> Vec<LineDrug> {
    let mut drugs: Vec<LineDrug> = Vec::with_capacity(line.members.len());
    for Member { course, joined } in &line.members {
        let drug = prepared.drug(course.first);
        match drugs.iter_mut().find(|known| known.drug == drug) {
            Some(known) => {
                known.exposures.extend(&course.exposures);
                known.exposures.sort_unstable();
                known.joined = known.joined.min(*joined);
            }
            None => drugs.push(LineDrug { drug, exposures: course.exposures.clone(), joined: *joined }),
        }
    }
    drugs.sort_unstable();
    drugs
}

/// Why the line ended: progression if the next began for it, else the reason of the drugs that ended last and were not
/// carried over; of several reasons the first in the order of [`EndReason`]; if all were carried over, another drug.
fn reason(
    prepared: &Prepared<'_>,
    line: &DraftLine,
    ends: &[(i32, i32)],
    next: Option<&DraftLine>,
) -> EndReason {
    if next.is_some_and(|next| next.begun == Begun::AfterProgression) {
        return EndReason::Progression;
    }
    let carried = |m: &Member| {
        next.is_some_and(|next| next.members.iter().any(|n| n.course.exposures == m.course.exposures))
    };
    let stopped = || line.members.iter().zip(ends).filter(|(m, _)| !carried(m));
    let earliest_last = stopped().map(|(_, end)| end.0).max().unwrap_or(-NEVER);
    let last = stopped().filter(|(_, end)| end.1 >= earliest_last).flat_map(|(m, _)| &m.course.last);
    last.map(|exposure| prepared.reason(*exposure)).min().unwrap_or(EndReason::Other)
}

/// First day of maintenance: the start of a drug that joined as such, else the day after the last chemotherapy that was
/// dropped, else after the first drug that was dropped, while others of the line went on for longer than the overlap.
fn maintenance(
    prepared: &Prepared<'_>,
    line: &DraftLine,
    ends: &[(i32, i32)],
    line_end: (i32, i32),
) -> Option<(i32, i32)> {
    let joined = line.members.iter().filter(|m| m.joined == Joined::Maintenance);
    let begun = joined.map(|m| course_start(prepared, m));
    if let Some(start) = begun.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))) {
        return Some(start);
    }
    let class = |m: &Member| prepared.formulary.class(prepared.drug(m.course.first));
    let is_switched = |m: &Member| {
        let new = |n: &&Member| matches!(n.joined, Joined::Substitution | Joined::EndocrineSwitch);
        line.members.iter().filter(new).any(|n| {
            n.course != m.course
                && (class(n) == class(m) || (class(n).is_endocrine() && class(m).is_endocrine()))
        })
    };
    let overlap = prepared.rules.overlap_days;
    let dropped = || {
        let ended = line.members.iter().zip(ends).filter(move |(_, end)| end.1 < line_end.0 - overlap);
        ended.filter(|(m, _)| !is_switched(m))
    };
    let is_chemotherapy = |m: &Member| class(m).is_chemotherapy();
    let n_chemotherapy = line.members.iter().filter(|m| is_chemotherapy(m)).count();
    let chemotherapy: Vec<(i32, i32)> =
        dropped().filter(|(m, _)| is_chemotherapy(m)).map(|(_, end)| *end).collect();
    let after = |(first, last): (i32, i32)| (first + 1, last + 1);
    if n_chemotherapy > 0 {
        let all = chemotherapy.len() == n_chemotherapy;
        let last = chemotherapy.into_iter().reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)));
        return last.filter(|_| all).map(after);
    }
    dropped().map(|(_, end)| *end).reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).map(after)
}
