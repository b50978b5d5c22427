//! A history made ready for the rules: every date within its bounds, and what cannot be used told and set aside.

use oligomet_base::PartialDate;

use super::exposure::{EndReason, ExposureEnd, History, Setting};
use super::moments::{Moment, Moments, NEVER};
use super::{DrugId, Formulary, LineRules};
use crate::Truth;

/// A history whose dates are moments; contradictory ends count as not said.
pub(super) struct Prepared<'a> {
    pub(super) history: &'a History,
    pub(super) formulary: &'a Formulary,
    pub(super) rules: LineRules,
    pub(super) moments: Moments,
    spans: Vec<Option<(Moment, Moment)>>,
    pub(super) progressions: Vec<Moment>,
    metastasis: Option<Moment>,
}

/// First and last day of a date; `None` for a date that the calendar does not have.
pub(super) fn bounds(date: PartialDate) -> Option<(i32, i32)> {
    Some((date.earliest()?.0, date.latest()?.0))
}

/// What is contradictory in one exposure, whatever the missing days are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It has no start.
    NoStart,
    /// It ends before it starts: the end counts as not said.
    EndBeforeStart,
    /// It ends after death: the end counts as not said.
    EndAfterDeath,
    /// It starts after death: it is left out.
    StartAfterDeath,
}

impl History {
    /// What is contradictory in the exposure at that place.
    pub(super) fn flaw(&self, exposure: usize) -> Option<Flaw> {
        let exposure = &self.exposures[exposure];
        let start = exposure.start.and_then(bounds);
        let end = exposure.end_date().and_then(bounds);
        let death = self.death.and_then(bounds);
        let after =
            |a: Option<(i32, i32)>, b: Option<(i32, i32)>| matches!((a, b), (Some(a), Some(b)) if a.0 > b.1);
        if after(start, death) {
            Some(Flaw::StartAfterDeath)
        } else if after(start, end) {
            Some(Flaw::EndBeforeStart)
        } else if after(end, death) {
            Some(Flaw::EndAfterDeath)
        } else {
            start.is_none().then_some(Flaw::NoStart)
        }
    }

    /// Bounds of first and last day of an exposure; `None` for one that starts after death.
    ///
    /// An end that is not said, or contradicts the start or death, is any day from the start to death.
    pub(super) fn span(&self, exposure: usize) -> Option<((i32, i32), (i32, i32))> {
        let flaw = self.flaw(exposure);
        if flaw == Some(Flaw::StartAfterDeath) {
            return None;
        }
        let recorded = &self.exposures[exposure];
        let contradicted = matches!(flaw, Some(Flaw::EndBeforeStart | Flaw::EndAfterDeath));
        let death = self.death.and_then(bounds);
        let end = match recorded.end {
            ExposureEnd::On(date) if !contradicted => bounds(date),
            ExposureEnd::Ongoing => Some(death.unwrap_or((NEVER, NEVER))),
            _ => None,
        };
        let last = death.map_or(NEVER, |(_, last)| last);
        let start = recorded.start.and_then(bounds);
        let start = start.unwrap_or((-NEVER, end.map_or(last, |(_, last)| last)));
        Some((start, end.unwrap_or((start.0, last))))
    }
}

impl<'a> Prepared<'a> {
    pub(super) fn new(history: &'a History, formulary: &'a Formulary, rules: LineRules) -> Self {
        let mut moments = Moments::default();
        let is_antitumour = |i: usize| formulary.class(history.exposures[i].drug).is_antitumour();
        let mut spans: Vec<Option<(Moment, Moment)>> = Vec::with_capacity(history.exposures.len());
        for i in 0..history.exposures.len() {
            let span = history.span(i).filter(|_| is_antitumour(i)).map(|(start, end)| {
                let shared = if rules.same_month_together { same_month(history, i) } else { None };
                let shared = shared.and_then(|twin| spans[twin]).map(|(start, _)| start);
                let start = shared.unwrap_or_else(|| moments.add(start.0, start.1));
                let end = moments.add(end.0, end.1);
                moments.order(start, end);
                (start, end)
            });
            spans.push(span);
        }
        let progressions = history.progressions.iter().flatten().filter_map(|date| bounds(*date));
        let progressions = progressions.map(|(first, last)| moments.add(first, last)).collect();
        let metastasis = history.first_metastasis.and_then(bounds).map(|(a, b)| moments.add(a, b));
        Self { history, formulary, rules, moments, spans, progressions, metastasis }
    }

    /// Exposures to drugs against the tumour that can be used.
    pub(super) fn usable(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.spans.len()).filter(|i| self.spans[*i].is_some())
    }

    /// First day of a usable exposure.
    pub(super) fn start(&self, exposure: usize) -> Moment {
        self.spans[exposure].map_or(Moment(0), |(start, _)| start)
    }

    /// Last day of a usable exposure.
    pub(super) fn end(&self, exposure: usize) -> Moment {
        self.spans[exposure].map_or(Moment(0), |(_, end)| end)
    }

    pub(super) fn metastasis(&self) -> Option<Moment> {
        self.metastasis
    }

    pub(super) fn drug(&self, exposure: usize) -> DrugId {
        self.history.exposures[exposure].drug
    }

    pub(super) fn reason(&self, exposure: usize) -> EndReason {
        self.history.exposures[exposure].reason
    }

    pub(super) fn setting(&self, exposure: usize) -> Setting {
        self.history.exposures[exposure].setting
    }

    /// Whether two exposures are to the same drug; unknown where one of them names only a class that fits.
    pub(super) fn same_drug(&self, a: usize, b: usize) -> Truth {
        let (a, b) = (self.drug(a), self.drug(b));
        if a == b {
            return Truth::True;
        }
        let (a, b) = (self.formulary.drug(a), self.formulary.drug(b));
        let may_be = a.class == b.class || a.class.covers(b.class) || b.class.covers(a.class);
        if (a.is_named && b.is_named) || !may_be { Truth::False } else { Truth::Unknown }
    }
}

/// An exposure before that place whose start is written as the same month.
fn same_month(history: &History, exposure: usize) -> Option<usize> {
    let start = history.exposures[exposure].start.filter(|date| matches!(date, PartialDate::Month(..)))?;
    history.exposures[..exposure].iter().position(|other| other.start == Some(start))
}
