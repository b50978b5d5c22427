//! What happened to each row of the base table, and when: for every kind of event a sorted list of days.

use oligomet_base::{Day, PartialDate};

/// The kinds of events, each with what is printed.
pub const STREAMS: [(&str, &str); 12] = [
    ("death", "Death"),
    ("progression", "Progression"),
    ("progression_changing_therapy", "Progression with change of systemic therapy"),
    ("next_systemic_therapy", "Next line of systemic therapy"),
    ("stop_progression", "Systemic therapy stopped for progression"),
    ("stop_toxicity", "Systemic therapy stopped for toxicity"),
    ("stop_other", "Systemic therapy stopped for another reason"),
    ("local_failure", "Local failure"),
    ("local_failure_suspected", "Local failure, suspected or confirmed"),
    ("distant_progression", "Progression outside the treated lesions"),
    ("local_treatment", "Other local treatment of a treated lesion"),
    ("next_course", "Further course of radiotherapy"),
];

/// An event: the days on which it can have been, one where it is known to the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventDays {
    /// The earliest day.
    pub earliest: Day,
    /// The latest day.
    pub latest: Day,
    /// Whether it surely happened; one that follows only from some of several readings of the record did not surely.
    pub certain: bool,
}

impl EventDays {
    /// An event at a date; `None` for a date that the calendar does not have.
    pub(super) fn at(date: PartialDate) -> Option<Self> {
        Some(Self { earliest: date.earliest()?, latest: date.latest()?, certain: true })
    }

    /// The day, if it is known and the event certain.
    #[must_use]
    pub fn day(&self) -> Option<Day> {
        (self.earliest == self.latest && self.certain).then_some(self.earliest)
    }
}

/// The first event after a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// None is recorded.
    Never,
    /// On that day.
    On(Day),
    /// An event of which the day is not known, or which may not have happened, can be the first.
    Unknown,
}

/// The events of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stream {
    starts: Vec<u32>,
    events: Vec<EventDays>,
}

impl Stream {
    /// Adds the next row; its events may stand in any order.
    pub(crate) fn push_row(&mut self, events: &mut Vec<EventDays>) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        events.sort_unstable();
        events.dedup();
        self.events.append(events);
        self.starts.push(self.events.len() as u32);
    }

    fn append(&mut self, other: &Self) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let before = self.events.len() as u32;
        self.events.extend_from_slice(&other.events);
        self.starts.extend(other.starts.iter().skip(1).map(|s| s + before));
    }

    /// The events of a row, sorted by their earliest day.
    #[must_use]
    pub fn of(&self, row: usize) -> &[EventDays] {
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(&from), Some(&to)) => &self.events[from as usize..to as usize],
            _ => &[],
        }
    }
}

/// All kinds of events of all rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Streams {
    streams: Vec<Stream>,
}

impl Streams {
    /// Streams without rows.
    pub(crate) fn new() -> Self {
        Self { streams: vec![Stream::default(); STREAMS.len()] }
    }

    /// Whether there are none: the data are one table.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    /// The names of all streams, and what is printed.
    pub fn names(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        STREAMS.iter().copied().take(self.streams.len())
    }

    /// The events of one kind.
    #[must_use]
    pub fn stream(&self, name: &str) -> Option<&Stream> {
        self.streams.get(STREAMS.iter().position(|(n, _)| *n == name)?)
    }

    /// The events of a kind of a row, sorted by their earliest day; none for a kind that does not exist.
    #[must_use]
    pub fn events(&self, name: &str, row: usize) -> &[EventDays] {
        self.stream(name).map_or(&[], |s| s.of(row))
    }

    /// The first event of a row after a day, that day itself counted or not.
    ///
    /// An event whose day is not known makes the answer unknown only where it can be the first: an event surely before the
    /// day, or surely after one that is known, changes nothing.
    #[must_use]
    pub fn first_after(&self, name: &str, row: usize, day: Day, inclusive: bool) -> First {
        let from = if inclusive { day.0 } else { day.0.saturating_add(1) };
        let later = || self.events(name, row).iter().filter(|e| e.latest.0 >= from);
        let known = later().filter_map(EventDays::day).map(|d| d.0).min();
        let open = later().filter(|e| e.day().is_none()).any(|e| known.is_none_or(|k| e.earliest.0 < k));
        match (open, known) {
            (true, _) => First::Unknown,
            (false, Some(day)) => First::On(Day(day)),
            (false, None) => First::Never,
        }
    }

    /// The stream of that place, to be filled.
    pub(crate) fn at(&mut self, place: usize) -> &mut Stream {
        &mut self.streams[place]
    }

    /// Adds the rows of others.
    pub(super) fn append(&mut self, other: &Self) {
        for (mine, theirs) in self.streams.iter_mut().zip(&other.streams) {
            mine.append(theirs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(earliest: i32, latest: i32) -> EventDays {
        EventDays { earliest: Day(earliest), latest: Day(latest), certain: true }
    }

    fn streams(events: &[EventDays]) -> Streams {
        let mut streams = Streams::new();
        streams.at(1).push_row(&mut Vec::new());
        streams.at(1).push_row(&mut events.to_vec());
        streams
    }

    #[test]
    fn the_first_event_after_a_day_is_found_in_any_order() {
        let streams = streams(&[days(50, 50), days(10, 10), days(30, 30)]);
        let first = |day, inclusive| streams.first_after("progression", 1, Day(day), inclusive);
        assert_eq!(first(10, false), First::On(Day(30)));
        assert_eq!(first(10, true), First::On(Day(10)));
        assert_eq!(first(50, false), First::Never);
        assert_eq!(streams.first_after("progression", 0, Day(0), true), First::Never);
        assert_eq!(streams.first_after("no such", 1, Day(0), true), First::Never);
    }

    #[test]
    fn a_month_leaves_open_only_what_it_can_decide() {
        let streams = streams(&[days(30, 60), days(40, 40), days(100, 130)]);
        let first = |day| streams.first_after("progression", 1, Day(day), false);
        assert_eq!(first(0), First::Unknown);
        // From day 60 on the uncertain event lies before; the next one is the uncertain one of day 100.
        assert_eq!(first(60), First::Unknown);
        let streams = super::tests::streams(&[days(30, 60), days(20, 20)]);
        assert_eq!(streams.first_after("progression", 1, Day(0), false), First::On(Day(20)));
        assert_eq!(streams.first_after("progression", 1, Day(60), false), First::Never);
    }

    #[test]
    fn rows_of_shards_keep_their_order() {
        let mut all = Streams::new();
        all.append(&streams(&[days(1, 1)]));
        all.append(&streams(&[days(2, 2), days(3, 3)]));
        let of = |row| all.events("progression", row).iter().map(|e| e.earliest.0).collect::<Vec<_>>();
        assert_eq!([of(0), of(1), of(2), of(3)], [vec![], vec![1], vec![], vec![2, 3]]);
    }
}
