//! The response: who was at risk from when to when, and what happened.

use crate::error::{Result, SurvivalError};
use crate::limits;

/// Times of all rows, in one of two representations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Times<'a> {
    /// Whole days (or any whole unit). Immune to near-ties, and the fast path: no sorting.
    Days(&'a [i32]),
    /// Any finite numbers in the caller's unit. Values that differ by rounding error only are
    /// one time (see [`crate::TIME_TOLERANCE`]).
    Continuous(&'a [f64]),
}

impl Times<'_> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Times::Days(d) => d.len(),
            Times::Continuous(t) => t.len(),
        }
    }

    /// True without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time of one row.
    ///
    /// # Panics
    /// If `row` is not below [`Times::len`].
    #[inline]
    pub fn get(&self, row: usize) -> f64 {
        match self {
            Times::Days(d) => f64::from(d[row]),
            Times::Continuous(t) => t[row],
        }
    }
}

/// What happened at the end of each row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Events<'a> {
    Flags(&'a [bool]),
    /// Censored rows are the events (reverse Kaplan-Meier).
    Reversed(&'a [bool]),
    Causes(&'a [u32]),
    /// One cause is the event, all others censor.
    Cause(&'a [u32], u32),
    /// Causes reversed: code 0 is the event.
    ReversedCauses(&'a [u32]),
}

/// A survival sample: one row per subject, or per interval of a subject (counting process).
///
/// Each row is at risk on `(entry, exit]`, from the beginning where no entry is given. Events come
/// before censorings at the same time. The order of the rows never matters.
///
/// # Example
/// ```
/// use oligomet_survival::{Sample, Times};
/// let sample = Sample::new(Times::Days(&[5, 9, 12]), &[true, false, true])?
///     .with_entry(Times::Days(&[0, 2, 0]))?
///     .with_weights(&[1.0, 1.0, 2.0])?;
/// assert_eq!(sample.n(), 3);
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Sample<'a> {
    pub(crate) exit: Times<'a>,
    pub(crate) entry: Option<Times<'a>>,
    pub(crate) events: Events<'a>,
    pub(crate) weights: Option<&'a [f64]>,
    pub(crate) strata: Option<&'a [u32]>,
    pub(crate) clusters: Option<&'a [u32]>,
    /// Least and largest day of exit, where the check of the days has found them.
    pub(crate) exit_days: Option<(i32, i32)>,
}

impl<'a> Sample<'a> {
    /// Right-censored rows: end of follow-up and whether it was an event.
    ///
    /// # Errors
    /// [`SurvivalError::NoSubjects`], [`SurvivalError::LengthMismatch`],
    /// [`SurvivalError::TimeNotFinite`], [`SurvivalError::NegativeTime`], [`SurvivalError::OutOfRange`].
    pub fn new(exit: Times<'a>, event: &'a [bool]) -> Result<Self> {
        check_length("event", exit.len(), event.len())?;
        Self::build(exit, Events::Flags(event))
    }

    /// Competing events: `cause` 0 is censored, 1, 2, ... are the causes.
    ///
    /// Methods without competing risks take any cause as the event; see [`Sample::cause_specific`].
    ///
    /// # Errors
    /// As [`Sample::new`]; codes above 255 are out of range.
    pub fn with_causes(exit: Times<'a>, cause: &'a [u32]) -> Result<Self> {
        check_length("cause", exit.len(), cause.len())?;
        limits::check_causes(cause)?;
        Self::build(exit, Events::Causes(cause))
    }

    fn build(exit: Times<'a>, events: Events<'a>) -> Result<Self> {
        if exit.is_empty() {
            return Err(SurvivalError::NoSubjects);
        }
        if exit.len() > u32::MAX as usize - 2 {
            return Err(SurvivalError::TooManyRows { n: exit.len() });
        }
        let exit_days = check_exit(exit)?;
        Ok(Sample { exit, entry: None, events, weights: None, strata: None, clusters: None, exit_days })
    }

    /// Delayed entry (left truncation) or the start of each interval: at risk on `(entry, exit]`.
    ///
    /// # Errors
    /// [`SurvivalError::EntryNotBeforeExit`], [`SurvivalError::MixedTimes`] and the errors of lengths and finiteness.
    pub fn with_entry(mut self, entry: Times<'a>) -> Result<Self> {
        check_length("entry", self.n(), entry.len())?;
        match (entry, self.exit) {
            (Times::Days(_), Times::Days(_)) | (Times::Continuous(_), Times::Continuous(_)) => {}
            _ => return Err(SurvivalError::MixedTimes),
        }
        for row in 0..self.n() {
            let (start, end) = (entry.get(row), self.exit.get(row));
            if !start.is_finite() {
                return Err(SurvivalError::TimeNotFinite { row });
            }
            limits::check_size("entry", row, 0, start)?;
            if start >= end {
                return Err(SurvivalError::EntryNotBeforeExit { row, entry: start, exit: end });
            }
        }
        self.entry = Some(entry);
        Ok(self)
    }

    /// Case weights, finite and at least 0.
    ///
    /// # Errors
    /// [`SurvivalError::InvalidWeight`], [`SurvivalError::ZeroTotalWeight`], [`SurvivalError::LengthMismatch`];
    /// [`SurvivalError::OutOfRange`] for a weight above 0 that is not between 1e-20 and 1e20.
    pub fn with_weights(mut self, weights: &'a [f64]) -> Result<Self> {
        check_length("weights", self.n(), weights.len())?;
        let mut total = 0.0;
        for (row, &weight) in weights.iter().enumerate() {
            if !(weight >= 0.0 && weight.is_finite()) {
                return Err(SurvivalError::InvalidWeight { row, weight });
            }
            limits::check_weight(row, weight)?;
            total += weight;
        }
        if total <= 0.0 {
            return Err(SurvivalError::ZeroTotalWeight);
        }
        self.weights = Some(weights);
        Ok(self)
    }

    /// Strata, as any codes: each stratum has its own baseline hazard in tests and models.
    ///
    /// # Errors
    /// [`SurvivalError::LengthMismatch`].
    pub fn with_strata(mut self, strata: &'a [u32]) -> Result<Self> {
        check_length("strata", self.n(), strata.len())?;
        self.strata = Some(strata);
        Ok(self)
    }

    /// Clusters, as any codes: rows of one cluster are not independent (robust variances).
    ///
    /// # Errors
    /// [`SurvivalError::LengthMismatch`].
    pub fn with_clusters(mut self, clusters: &'a [u32]) -> Result<Self> {
        check_length("clusters", self.n(), clusters.len())?;
        self.clusters = Some(clusters);
        Ok(self)
    }

    /// The same sample with one cause as the event and every other cause censored.
    ///
    /// A sample without causes has the single cause 1.
    pub fn cause_specific(mut self, cause: u32) -> Self {
        if let Events::Causes(codes) | Events::Cause(codes, _) = self.events {
            self.events = Events::Cause(codes, cause);
        }
        self
    }

    /// The same sample with censoring as the event and events censored.
    pub fn reversed(mut self) -> Self {
        self.events = match self.events {
            Events::Flags(e) => Events::Reversed(e),
            Events::Reversed(e) => Events::Flags(e),
            Events::Causes(c) | Events::Cause(c, _) => Events::ReversedCauses(c),
            Events::ReversedCauses(c) => Events::Causes(c),
        };
        self
    }

    /// The same sample without its strata.
    pub fn without_strata(mut self) -> Self {
        self.strata = None;
        self
    }

    /// Number of rows.
    pub fn n(&self) -> usize {
        self.exit.len()
    }

    /// Whether the row ended with an event (of any cause, or of the one chosen).
    #[inline]
    pub fn is_event(&self, row: usize) -> bool {
        match self.events {
            Events::Flags(e) => e[row],
            Events::Reversed(e) => !e[row],
            Events::Causes(c) => c[row] != 0,
            Events::Cause(c, of_interest) => c[row] == of_interest && of_interest != 0,
            Events::ReversedCauses(c) => c[row] == 0,
        }
    }

    /// Cause of the row's event: 0 censored, 1 the event of a sample without causes.
    #[inline]
    pub fn cause(&self, row: usize) -> u32 {
        match self.events {
            Events::Causes(c) => c[row],
            _ => u32::from(self.is_event(row)),
        }
    }

    /// Largest cause code (1 without competing events).
    pub fn n_causes(&self) -> usize {
        match self.events {
            Events::Causes(c) => c.iter().copied().max().unwrap_or(0).max(1) as usize,
            _ => 1,
        }
    }

    /// Number of rows that ended with an event, unweighted.
    pub fn n_events(&self) -> usize {
        (0..self.n()).filter(|&row| self.is_event(row)).count()
    }

    /// Weight of a row (1 without weights).
    #[inline]
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |w| w[row])
    }

    /// End of follow-up of a row.
    #[inline]
    pub fn exit(&self, row: usize) -> f64 {
        self.exit.get(row)
    }

    /// Start of being at risk, where delayed entry was given.
    #[inline]
    pub fn entry(&self, row: usize) -> Option<f64> {
        self.entry.map(|e| e.get(row))
    }
}

pub(crate) fn check_length(what: &'static str, expected: usize, found: usize) -> Result<()> {
    if expected == found { Ok(()) } else { Err(SurvivalError::LengthMismatch { what, expected, found }) }
}

/// Least and largest day; 0 and 0 of none.
pub(crate) fn range_of_days(days: &[i32]) -> (i32, i32) {
    let first = days.first().copied().unwrap_or(0);
    days.iter().fold((first, first), |(least, largest), &d| (least.min(d), largest.max(d)))
}

/// Checks the times, and gives the least and the largest of days.
fn check_exit(exit: Times<'_>) -> Result<Option<(i32, i32)>> {
    match exit {
        Times::Days(days) => {
            let (least, largest) = range_of_days(days);
            if least >= 0 {
                return Ok(Some((least, largest)));
            }
            let row = days.iter().position(|&d| d < 0).unwrap_or(0);
            Err(SurvivalError::NegativeTime { row, time: f64::from(days[row]) })
        }
        Times::Continuous(times) => {
            for (row, &time) in times.iter().enumerate() {
                if !time.is_finite() {
                    return Err(SurvivalError::TimeNotFinite { row });
                }
                if time < 0.0 {
                    return Err(SurvivalError::NegativeTime { row, time });
                }
                limits::check_size("time", row, 0, time)?;
            }
            Ok(None)
        }
    }
}
