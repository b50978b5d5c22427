//! The questions that the rules of lines ask, and the paths through them that the recorded facts leave open.

use super::exposure::EndReason;
use super::moments::{Distances, Moment};
use super::prepare::Prepared;
use crate::Truth;

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Topic {
    /// Was `about` given for metastatic disease?
    Metastatic,
    /// Did `about` start before `against`?
    Before,
    /// Did `about` start on the same day as `against`?
    SameDay,
    /// Did `about` start within the window after `against`, the first of the line?
    Window,
    /// Is `about` the same drug as `against`?
    SameDrug,
    /// Did `about` follow `against`, the same drug, within the interruption allowed?
    Continues,
    /// Had `against` ended, or nearly, when `about` started?
    Replaced,
    /// Had `against` ended before `about` started?
    EndedBefore,
    /// Was `against` without end for longer than the gap when `about` started?
    WithinGap,
    /// Did `against` go on beyond the start of `about`?
    GoesOn,
    /// Did `against` go on after the end of `about`?
    Outlasts,
    /// Was `about` stopped for progression?
    ForProgression,
    /// Was `about` stopped for toxicity?
    ForToxicity,
    /// Was progression number `against` recorded between the start of the line that `about` might join and `about`?
    ProgressionBefore,
}

/// A question about one exposure, or about one and another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Question {
    pub(super) topic: Topic,
    pub(super) about: u32,
    pub(super) against: u32,
}

impl Question {
    pub(super) fn new(topic: Topic, about: usize, against: usize) -> Self {
        Self { topic, about: about as u32, against: against as u32 }
    }
}

/// One path: every question is answered by the facts, by what was assumed before it, or by an assumption of its own.
pub(super) struct Path<'a> {
    pub(super) prepared: &'a Prepared<'a>,
    /// Answers assumed, in the order asked; those to be replayed stand there when the path begins.
    assumed: Vec<bool>,
    n_used: usize,
    distances: Option<Distances>,
    /// Facts that are not recorded, with the answer assumed on this path.
    not_recorded: Vec<(Question, bool)>,
    /// Everything asked, with its answer as far as the facts decide it.
    pub(super) asked: Vec<(Question, Truth)>,
}

impl<'a> Path<'a> {
    fn new(prepared: &'a Prepared<'a>, assumed: Vec<bool>) -> Self {
        let asked = Vec::with_capacity(4 * prepared.history.exposures.len());
        Self { prepared, assumed, n_used: 0, distances: None, not_recorded: Vec::new(), asked }
    }

    fn assume(&mut self) -> bool {
        if self.n_used == self.assumed.len() {
            self.assumed.push(true);
        }
        self.n_used += 1;
        self.assumed[self.n_used - 1]
    }

    /// Whether `to` is at most `days` after `from`.
    pub(super) fn at_most(&mut self, question: Question, from: Moment, to: Moment, days: i32) -> bool {
        let prepared = self.prepared;
        if let Some(known) = prepared.moments.at_most(from, to, days) {
            self.asked.push((question, known.into()));
            return known;
        }
        let distances = self.distances.get_or_insert_with(|| prepared.moments.distances().clone());
        if let Some(known) = distances.at_most(from, to, days) {
            // It may follow from an assumption of this path, so for the trace it is open.
            self.asked.push((question, Truth::Unknown));
            return known;
        }
        let answer = self.assume();
        if let Some(distances) = &mut self.distances {
            distances.assume(from, to, days, answer);
        }
        self.asked.push((question, Truth::Unknown));
        answer
    }

    /// A fact that is not a date.
    pub(super) fn fact(&mut self, question: Question, recorded: Truth) -> bool {
        self.asked.push((question, recorded));
        if let Some(known) = recorded.known() {
            return known;
        }
        if let Some((_, answer)) = self.not_recorded.iter().find(|(asked, _)| *asked == question) {
            return *answer;
        }
        let answer = self.assume();
        self.not_recorded.push((question, answer));
        answer
    }

    /// Whether an exposure was stopped for progression.
    pub(super) fn stopped_for_progression(&mut self, exposure: usize) -> bool {
        let reason = self.prepared.reason(exposure);
        let known = if reason == EndReason::NotSaid {
            Truth::Unknown
        } else {
            (reason == EndReason::Progression).into()
        };
        self.fact(Question::new(Topic::ForProgression, exposure, exposure), known)
    }

    /// Whether an exposure was stopped for toxicity.
    pub(super) fn stopped_for_toxicity(&mut self, exposure: usize) -> bool {
        let progression = Question::new(Topic::ForProgression, exposure, exposure);
        let assumed_progression = self.not_recorded.contains(&(progression, true));
        let known = match self.prepared.reason(exposure) {
            EndReason::NotSaid if assumed_progression => Truth::False,
            EndReason::NotSaid => Truth::Unknown,
            reason => (reason == EndReason::Toxicity).into(),
        };
        self.fact(Question::new(Topic::ForToxicity, exposure, exposure), known)
    }
}

/// Paths followed before the dates count as too uncertain.
pub(super) const MAX_PATHS: usize = 2000;

/// Runs the rules along every open path and hands over what each led to; `false` if there are more than [`MAX_PATHS`].
pub(super) fn explore<'a, T>(
    prepared: &'a Prepared<'a>,
    rules: impl Fn(&mut Path<'a>) -> T,
    mut found: impl FnMut(T, Path<'a>) -> Vec<bool>,
) -> bool {
    let mut assumed = Vec::new();
    for _ in 0..MAX_PATHS {
        let mut path = Path::new(prepared, assumed);
        let result = rules(&mut path);
        assumed = found(result, path);
        // After each run the last assumption that still has its other answer is turned.
        while assumed.last().is_some_and(|answer| !answer) {
            assumed.pop();
        }
        match assumed.last_mut() {
            Some(answer) => *answer = false,
            None => return true,
        }
    }
    false
}

impl Path<'_> {
    /// What was assumed, given back to [`explore`].
    pub(super) fn into_assumed(self) -> Vec<bool> {
        self.assumed
    }
}
