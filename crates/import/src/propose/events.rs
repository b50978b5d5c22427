//! Events: a flag and a time, or a date, by their names and values.

use super::draft::{DraftColumn, Kind};
use super::words::{Concept, concept_of, has, speaks_of_censoring, stems};
use crate::site::{is_usable_name, usable_name};

/// A proposed event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DraftEvent {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) reason: String,
    pub(super) timing: Timing,
    /// Another way to tell the same event, as a comment.
    pub(super) instead: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Timing {
    /// Name of a date column.
    Dated(String),
    /// Names of a yes-no column and a time column.
    Flagged { happened: String, time: String },
}

/// What the header of a column says about an event.
struct Clue {
    at: usize,
    stems: Vec<String>,
    concept: Option<Concept>,
}

impl Clue {
    /// A header that speaks of an event or a time in general: `status`, `time`.
    fn is_general(&self) -> bool {
        self.stems.is_empty()
            || self
                .stems
                .iter()
                .all(|s| ["follow", "up", "fu", "followup", "last", "contact", "cens"].contains(&s.as_str()))
    }
}

/// Finds events; opens a question where what a flag means cannot be told.
pub(super) fn find_events(columns: &mut [DraftColumn]) -> Vec<DraftEvent> {
    open_status_codes(columns);
    let flags = clues(columns, |c| matches!(c.kind, Kind::YesNo { .. }) && is_event_like(c));
    let durations = clues(columns, |c| matches!(c.kind, Kind::Duration(_)));
    let dates = clues(columns, |c| matches!(c.kind, Kind::Date(_)));
    let mut events = Vec::new();
    let mut used_dates = Vec::new();
    for flag in &flags {
        if let Some(event) = flagged(columns, flag, &flags, &durations, &dates, &mut used_dates) {
            events.push(event);
        }
    }
    for date in dates.iter().filter(|d| !used_dates.contains(&d.at)) {
        events.extend(dated(columns, date));
    }
    for flag in &flags {
        open_censoring(&mut columns[flag.at]);
    }
    unique_event_names(&mut events);
    events
}

fn clues(columns: &[DraftColumn], wanted: impl Fn(&DraftColumn) -> bool) -> Vec<Clue> {
    let clue = |(at, column): (usize, &DraftColumn)| {
        let stems = stems(&column.words);
        Clue { at, concept: concept_of(&stems), stems }
    };
    columns.iter().enumerate().filter(|(_, c)| wanted(c)).map(clue).collect()
}

fn is_event_like(column: &DraftColumn) -> bool {
    let words = &column.words;
    let general = ["event", "status", "stat", "cens", "censored", "censor", "ev", "delta"];
    has(words, &general) || speaks_of_censoring(words) || concept_of(&stems(words)).is_some()
}

/// A column `status` with 1 and 2 (R's `lung`) is a flag whose meaning only a person knows.
fn open_status_codes(columns: &mut [DraftColumn]) {
    let has_time = columns.iter().any(|c| matches!(c.kind, Kind::Duration(_)));
    for column in columns.iter_mut().filter(|_| has_time) {
        let codes: Vec<&str> = match &column.kind {
            Kind::Category(levels) => levels.iter().map(|(text, _)| text.as_str()).collect(),
            _ => continue,
        };
        if codes != ["1", "2"]
            || !is_event_like(column)
            || has(&column.words, &["meno", "disease", "marital"])
        {
            continue;
        }
        column.kind = Kind::YesNo { yes: vec!["?".into()], no: vec!["?".into()] };
        column.reason =
            "QUESTION: only 1 and 2; which of them means that the event happened? (often 2 does)".into();
        column.remarks.clear();
    }
}

fn open_censoring(column: &mut DraftColumn) {
    let Kind::YesNo { yes, no } = &mut column.kind else { return };
    if yes == &["?"] || !speaks_of_censoring(&column.words) {
        return;
    }
    column.reason = format!(
        "QUESTION: {} or {}; which of them means that the event happened? The header speaks of censoring",
        yes.join(", "),
        no.join(", ")
    );
    (*yes, *no) = (vec!["?".into()], vec!["?".into()]);
}

/// How well a time fits a flag; 0 is not at all.
fn fit(flag: &Clue, time: &Clue, n_flags: usize) -> u8 {
    let same_family = matches!((flag.concept, time.concept), (Some(a), Some(b)) if a.family == b.family);
    let same_concept = same_family && flag.concept == time.concept;
    let same_stems = !flag.stems.is_empty() && flag.stems == time.stems;
    match () {
        () if same_concept || same_stems => 5,
        () if same_family => 4,
        () if flag.is_general() && time.is_general() => 3,
        // One flag in the whole file: the only time is its time.
        () if n_flags == 1 && (flag.is_general() || time.is_general()) => 2,
        () if time.is_general() && flag.concept.is_some_and(|c| c.family == 0) => 1,
        () => 0,
    }
}

fn best<'c>(flag: &Clue, times: &'c [Clue], n_flags: usize) -> Option<&'c Clue> {
    let fits = times.iter().map(|time| (fit(flag, time, n_flags), time)).filter(|(fit, _)| *fit > 0);
    // The first of equals, in the order of the file.
    fits.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, time)| time)
}

fn flagged(
    columns: &[DraftColumn],
    flag: &Clue,
    flags: &[Clue],
    durations: &[Clue],
    dates: &[Clue],
    used_dates: &mut Vec<usize>,
) -> Option<DraftEvent> {
    let same =
        |date: &&Clue| flag.concept.is_some_and(|f| date.concept.is_some_and(|d| d.family == f.family));
    let date = dates.iter().find(same);
    let column = &columns[flag.at];
    if let Some(date) = date {
        used_dates.push(date.at);
        // A date in (nearly) every row is also that of the patients without the event: the end of their follow-up.
        let is_full = columns[date.at].profile.stats.n_missing * 20 <= columns[date.at].profile.stats.n;
        let duration = best(flag, durations, flags.len()).map(|d| columns[d.at].name.clone());
        let (timing, why) = match is_full {
            true => (
                flag_and(column, &columns[date.at]),
                format!(
                    "`{}` has a date in (nearly) every row, `{}` tells whether it happened",
                    columns[date.at].header, column.header
                ),
            ),
            false => (
                Timing::Dated(columns[date.at].name.clone()),
                format!(
                    "`{}` is empty where it did not happen; `{}` says the same",
                    columns[date.at].header, column.header
                ),
            ),
        };
        let instead = duration.map(|d| format!("happened = \"{}\", time = \"{d}\"", column.name));
        return Some(event(flag, flag.concept, column, timing, why, instead));
    }
    let time = best(flag, durations, flags.len())?;
    let reason = format!(
        "`{}` is yes or no, and `{}` is a time that fits it by name",
        column.header, columns[time.at].header
    );
    Some(event(
        flag,
        flag.concept.or(time.concept),
        column,
        flag_and(column, &columns[time.at]),
        reason,
        None,
    ))
}

fn flag_and(flag: &DraftColumn, time: &DraftColumn) -> Timing {
    Timing::Flagged { happened: flag.name.clone(), time: time.name.clone() }
}

fn event(
    clue: &Clue,
    concept: Option<Concept>,
    column: &DraftColumn,
    timing: Timing,
    reason: String,
    instead: Option<String>,
) -> DraftEvent {
    let (name, label) = match concept {
        Some(concept) => (concept.name.to_owned(), concept.label.to_owned()),
        None => general_name(clue, column),
    };
    DraftEvent { name, label, reason, timing, instead }
}

fn general_name(clue: &Clue, column: &DraftColumn) -> (String, String) {
    let name = usable_name(&clue.stems.join("_"));
    if clue.is_general() || !is_usable_name(&name) {
        return ("event".into(), "Event".into());
    }
    (name, column.label.clone())
}

/// A date that is empty in many rows and named after an event.
fn dated(columns: &[DraftColumn], date: &Clue) -> Option<DraftEvent> {
    let column = &columns[date.at];
    let stats = &column.profile.stats;
    let concept = date.concept?;
    let is_last_seen =
        has(&column.words, &["last", "contact", "follow", "followup", "fu", "alive", "diagnosis", "dx"]);
    if is_last_seen || stats.n_missing == 0 || stats.n_missing == stats.n {
        return None;
    }
    let reason =
        format!("a date in {} of {} rows; empty where it did not happen", stats.n - stats.n_missing, stats.n);
    let timing = Timing::Dated(column.name.clone());
    Some(DraftEvent { name: concept.name.into(), label: concept.label.into(), reason, timing, instead: None })
}

/// Two columns may tell one event: the first counts, the others are named after it.
fn unique_event_names(events: &mut [DraftEvent]) {
    let mut taken: Vec<String> = Vec::new();
    for event in events {
        let base = event.name.clone();
        let mut n = 2;
        while taken.contains(&event.name) {
            event.name = format!("{base}_{n}");
            n += 1;
        }
        taken.push(event.name.clone());
    }
}
