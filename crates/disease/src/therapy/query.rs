//! Questions about a history and its lines at a date.

use oligomet_base::PartialDate;

use super::exposure::{EndReason, History};
use super::lines::{DayBounds, LineEnd, LineOfTherapy, Lines};
use super::moments::NEVER;
use super::prepare::bounds;
use super::{DrugId, Formulary};
use crate::dates::DayRange;
use crate::{Count, Truth};

/// The next systemic therapy after a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NextTherapy {
    /// Number of the line that began next; `None` if none did, up to the last contact.
    pub line: Option<u32>,
    /// When it began; `None` if none did.
    pub start: Option<DayBounds>,
}

impl NextTherapy {
    /// Days from a date to that start; `None` if no therapy followed or a bound is missing.
    #[must_use]
    pub fn days_from(&self, date: PartialDate) -> Option<DayRange> {
        let (start, (first, last)) = (self.start?, bounds(date)?);
        Some(DayRange { min: start.earliest?.0 - last, max: start.latest?.0 - first })
    }
}

fn before(a: (i32, i32), b: (i32, i32)) -> Truth {
    if a.1 < b.0 {
        Truth::True
    } else if a.0 >= b.1 {
        Truth::False
    } else {
        Truth::Unknown
    }
}

impl LineOfTherapy {
    /// Whether the line had begun and not ended on a date.
    #[must_use]
    pub fn covers(&self, date: PartialDate) -> Truth {
        let Some(date) = bounds(date) else { return Truth::Unknown };
        let end = match self.end {
            LineEnd::Ongoing => (NEVER, NEVER),
            LineEnd::On(end) => end.days(),
        };
        (!before(date, self.start.days())).and(!before(end, date))
    }
}

impl Lines {
    /// The lines in which a date may lie, `None` for outside all of them: one element where the record decides.
    ///
    /// Empty if the lines could not be numbered.
    #[must_use]
    pub fn line_at(&self, date: PartialDate) -> Vec<Option<u32>> {
        let mut found = Vec::new();
        for numbering in &self.possible {
            let covers = numbering.iter().map(|line| (line.number, line.covers(date)));
            found.extend(covers.clone().filter(|(_, c)| !c.is_false()).map(|(number, _)| Some(number)));
            if !covers.clone().any(|(_, c)| c.is_true()) {
                found.push(None);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// How many lines began before a date.
    #[must_use]
    pub fn begun_before(&self, date: PartialDate) -> Count {
        let Some(date) = bounds(date).filter(|_| self.is_complete) else { return Count::UNKNOWN };
        let count = |wanted: fn(Truth) -> bool| {
            let begun = |n: &super::Numbering| {
                n.iter().filter(|l| wanted(before(l.start.days(), date))).count() as u32
            };
            self.possible.iter().map(begun).collect::<Vec<u32>>()
        };
        let low = count(Truth::is_true).into_iter().min().unwrap_or(0);
        let high = count(|truth| !truth.is_false()).into_iter().max();
        Count { low, high }
    }

    /// How many lines there are.
    #[must_use]
    pub fn number_of_lines(&self) -> Count {
        let lengths = || self.possible.iter().map(|n| n.len() as u32);
        if !self.is_complete {
            return Count::UNKNOWN;
        }
        Count { low: lengths().min().unwrap_or(0), high: lengths().max() }
    }

    /// The line that began next after a date, in every numbering possible.
    #[must_use]
    pub fn next_after(&self, date: PartialDate) -> Vec<NextTherapy> {
        let Some(date) = bounds(date) else { return Vec::new() };
        let mut found = Vec::new();
        for numbering in &self.possible {
            let mut surely = false;
            for line in numbering {
                let later = before(date, line.start.days());
                if !later.is_false() {
                    found.push(NextTherapy { line: Some(line.number), start: Some(line.start) });
                }
                if later.is_true() {
                    surely = true;
                    break;
                }
            }
            if !surely {
                found.push(NextTherapy { line: None, start: None });
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// What counts as a change of systemic therapy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeRules {
    /// A pause of at most that many days is no change.
    pub interruption_days: i32,
    /// Whether a drug that ended as planned counts: the end of induction chemotherapy while others go on.
    pub planned_end_counts: bool,
    /// Whether LHRH analogues count; bone agents never do.
    pub lhrh_counts: bool,
}

impl Default for ChangeRules {
    fn default() -> Self {
        Self { interruption_days: 28, planned_end_counts: true, lhrh_counts: false }
    }
}

impl History {
    /// Drugs ongoing at a date, each with whether it was: those that may have been, in the order of the formulary.
    ///
    /// A drug counts for `grace_days` after its last day, the interval between two doses. Every setting counts, and bone
    /// agents too; the class tells them apart.
    #[must_use]
    pub fn drugs_at(&self, date: PartialDate, grace_days: i32) -> Vec<(DrugId, Truth)> {
        let mut found: Vec<(DrugId, Truth)> = Vec::new();
        for (i, exposure) in self.exposures.iter().enumerate() {
            let ongoing = self.is_ongoing(i, date, grace_days);
            if ongoing.is_false() {
                continue;
            }
            match found.iter_mut().find(|(drug, _)| *drug == exposure.drug) {
                Some((_, known)) => *known = known.or(ongoing),
                None => found.push((exposure.drug, ongoing)),
            }
        }
        found.sort_unstable();
        found
    }

    /// Exposures ongoing at a date, as places in [`History::exposures`], each with whether it was: those that may have been.
    #[must_use]
    pub fn ongoing_at(&self, date: PartialDate, grace_days: i32) -> Vec<(usize, Truth)> {
        let all = (0..self.exposures.len()).map(|i| (i, self.is_ongoing(i, date, grace_days)));
        all.filter(|(_, ongoing)| !ongoing.is_false()).collect()
    }

    /// First and last day on which an exposure, with those of the same drug that follow it within the interruption
    /// allowed, can have ended, and the exposure that is the last of them; `None` for the days where it goes on.
    #[must_use]
    pub fn end_of(&self, exposure: usize, interruption_days: i32) -> (Option<DayBounds>, usize) {
        let mut last = exposure;
        let Some(mut end) = self.span(exposure).map(|(_, end)| end) else { return (None, exposure) };
        loop {
            let follows = |i: &usize| {
                let same = *i != last && self.exposures[*i].drug == self.exposures[exposure].drug;
                let later = (
                    end.0.saturating_add(interruption_days + 1),
                    end.1.saturating_add(interruption_days + 1),
                );
                let spans = self.span(*i);
                same && spans.is_some_and(|(s, e)| before(s, later).is_true() && before(end, e).is_true())
            };
            let Some(next) = (0..self.exposures.len()).find(follows) else { break };
            let Some((_, its_end)) = self.span(next) else { break };
            (last, end) = (next, its_end);
        }
        ((end.0 < NEVER).then(|| DayBounds::new(end)), last)
    }

    /// Whether any systemic therapy against the tumour was ongoing at a date, LHRH analogues alone not counted.
    #[must_use]
    pub fn on_therapy(&self, formulary: &Formulary, date: PartialDate, grace_days: i32) -> Truth {
        let drugs = self.drugs_at(date, grace_days);
        Truth::any(
            drugs.into_iter().filter(|(d, _)| formulary.class(*d).makes_lines()).map(|(_, truth)| truth),
        )
    }

    fn is_ongoing(&self, exposure: usize, date: PartialDate, grace_days: i32) -> Truth {
        let (Some(date), Some((start, end))) = (bounds(date), self.span(exposure)) else {
            return Truth::False;
        };
        let end = (end.0.saturating_add(grace_days), end.1.saturating_add(grace_days));
        (!before(date, start)).and(!before(end, date))
    }

    /// Whether systemic therapy stayed unchanged from a date until another: no drug against the tumour started after
    /// `from` and up to `until`, and none stopped from `from` on and before `until`.
    ///
    /// A drug taken up again within the interruption allowed has not stopped. Without any therapy at `from` nothing
    /// changed either: ask [`History::on_therapy`] as well.
    #[must_use]
    pub fn is_unchanged(
        &self,
        formulary: &Formulary,
        from: PartialDate,
        until: PartialDate,
        rules: &ChangeRules,
    ) -> Truth {
        let (Some(from), Some(until)) = (bounds(from), bounds(until)) else { return Truth::Unknown };
        let counts = |i: &usize| {
            let class = formulary.class(self.exposures[*i].drug);
            class.makes_lines() || (rules.lhrh_counts && class.is_antitumour())
        };
        let changes = (0..self.exposures.len()).filter(counts).map(|i| self.changes(i, from, until, rules));
        !Truth::any(changes)
    }

    fn changes(&self, exposure: usize, from: (i32, i32), until: (i32, i32), rules: &ChangeRules) -> Truth {
        let Some((start, end)) = self.span(exposure) else { return Truth::False };
        let twins = || {
            let same = |i: &usize| *i != exposure && self.exposures[*i].drug == self.exposures[exposure].drug;
            (0..self.exposures.len()).filter(same).filter_map(|i| self.span(i))
        };
        let days = rules.interruption_days;
        let later = |(a, b): (i32, i32)| (a.saturating_add(days + 1), b.saturating_add(days + 1));
        let started = before(from, start).and(!before(until, start));
        let continues = Truth::any(twins().map(|(s, e)| before(s, start).and(before(start, later(e)))));
        let stopped = (!before(end, from)).and(before(end, until));
        let resumed = Truth::any(twins().map(|(s, e)| before(s, later(end)).and(before(end, e))));
        let planned = self.exposures[exposure].reason == EndReason::Planned && !rules.planned_end_counts;
        let stopped = if planned { Truth::False } else { stopped.and(!resumed) };
        started.and(!continues).or(stopped)
    }
}
