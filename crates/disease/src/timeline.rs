//! The course of one patient as data: treatments, imaging, responses, progression, death, in days from a chosen zero.
//!
//! Nothing is drawn here. A date known to the month or year keeps its span of days, so that a figure can show how far it
//! is known. `docs/disease/timeline.md` shows a published case and its printed intervals beside the computed ones.

use oligomet_base::{DAYS_PER_MONTH, PartialDate, Place, Problem};

use crate::dates::{DayRange, days_between, surely_after};
use crate::therapy::{ExposureEnd, Formulary, History};

/// What a lane holds, in the order from top to bottom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LaneKind {
    /// Diagnosis, metastasis, progression, death, last contact.
    Disease,
    /// Systemic therapy.
    Systemic,
    /// Courses of radiotherapy.
    Radiotherapy,
    /// Surgery and ablation.
    Surgery,
    /// Imaging.
    Imaging,
    /// Responses.
    Response,
}

impl LaneKind {
    /// All kinds with their names in data and in print.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Disease, "disease"),
        (Self::Systemic, "systemic"),
        (Self::Radiotherapy, "radiotherapy"),
        (Self::Surgery, "surgery"),
        (Self::Imaging, "imaging"),
        (Self::Response, "response"),
    ];

    /// The name in data and in print.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| *name)
    }

    /// The kind of that name, case folded.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name.trim())).map(|(kind, _)| *kind)
    }
}

/// How long something lasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lasting {
    /// It is an event of one day.
    Moment,
    /// Until that date, its last day.
    Until(PartialDate),
    /// It went on at the last contact.
    Ongoing,
    /// Until a day that the record does not say.
    NotSaid,
}

/// Something that happened or was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEvent {
    /// The lane it belongs to.
    pub lane: LaneKind,
    /// What it is, as printed.
    pub label: String,
    /// When it was or began; `None` where the record does not say.
    pub start: Option<PartialDate>,
    /// How long it lasted.
    pub lasting: Lasting,
    /// Whether it is the patient's death, after which nothing can happen.
    pub is_death: bool,
}

impl TimelineEvent {
    /// An event of one day.
    #[must_use]
    pub fn moment(lane: LaneKind, label: impl Into<String>, date: Option<PartialDate>) -> Self {
        Self { lane, label: label.into(), start: date, lasting: Lasting::Moment, is_death: false }
    }

    /// Something that lasted.
    #[must_use]
    pub fn span(
        lane: LaneKind,
        label: impl Into<String>,
        start: Option<PartialDate>,
        lasting: Lasting,
    ) -> Self {
        Self { lane, label: label.into(), start, lasting, is_death: false }
    }

    /// The patient's death.
    #[must_use]
    pub fn death(date: PartialDate) -> Self {
        Self { is_death: true, ..Self::moment(LaneKind::Disease, "death", Some(date)) }
    }
}

/// From what day a timeline counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineZero {
    /// From a date.
    Date(PartialDate),
    /// From the start of the event at that place, which lies at day 0 however little is known of its date.
    Event(usize),
}

/// When a span ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpanEnd {
    /// Days from zero to its last day.
    At(DayRange),
    /// It went on at the last contact.
    Ongoing,
    /// The record does not say.
    NotSaid,
}

/// Something that lasted, in a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Place of its event in the input.
    pub event: usize,
    /// What it is.
    pub label: String,
    /// Days from zero to its first day; `None` where the record does not say.
    pub start: Option<DayRange>,
    /// When it ends.
    pub end: SpanEnd,
}

/// Something of one day, in a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Place of its event in the input.
    pub event: usize,
    /// What it is.
    pub label: String,
    /// Days from zero.
    pub at: DayRange,
}

/// One lane of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// What it holds.
    pub kind: LaneKind,
    /// What lasted, by earliest start, then in the order of the input; without a start first.
    pub spans: Vec<Span>,
    /// What happened on one day, by earliest day, then in the order of the input.
    pub marks: Vec<Mark>,
}

/// The course of one patient in days from a zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The date of zero, as precise as it is known.
    pub zero: PartialDate,
    /// Lanes that hold something, in the order of [`LaneKind`].
    pub lanes: Vec<Lane>,
}

impl Timeline {
    /// Arranges events in lanes; `None` if the event chosen as zero has no date or does not exist.
    ///
    /// Events of one day without a date have no place and are left out: [`problems`] tells them.
    #[must_use]
    pub fn new(zero: TimelineZero, events: &[TimelineEvent]) -> Option<Self> {
        let (zero_date, zero_event) = match zero {
            TimelineZero::Date(date) => (date, None),
            TimelineZero::Event(i) => (events.get(i)?.start?, Some(i)),
        };
        let start = |i: usize| match zero_event {
            Some(zero) if zero == i => Some(DayRange { min: 0, max: 0 }),
            _ => days_between(Some(zero_date), events[i].start),
        };
        let lane = |(kind, _): (LaneKind, &str)| lane(kind, zero_date, events, &start);
        let lanes = LaneKind::ALL.into_iter().map(lane);
        let lanes = lanes.filter(|lane| !lane.spans.is_empty() || !lane.marks.is_empty()).collect();
        Some(Self { zero: zero_date, lanes })
    }

    /// The lane of that kind, if it holds something.
    #[must_use]
    pub fn lane(&self, kind: LaneKind) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.kind == kind)
    }
}

fn lane(
    kind: LaneKind,
    zero: PartialDate,
    events: &[TimelineEvent],
    start: &impl Fn(usize) -> Option<DayRange>,
) -> Lane {
    let mut lane = Lane { kind, spans: Vec::new(), marks: Vec::new() };
    for (i, event) in events.iter().enumerate().filter(|(_, event)| event.lane == kind) {
        let label = event.label.clone();
        let end = match event.lasting {
            Lasting::Moment => {
                lane.marks.extend(start(i).map(|at| Mark { event: i, label, at }));
                continue;
            }
            Lasting::Until(date) => {
                days_between(Some(zero), Some(date)).map_or(SpanEnd::NotSaid, SpanEnd::At)
            }
            Lasting::Ongoing => SpanEnd::Ongoing,
            Lasting::NotSaid => SpanEnd::NotSaid,
        };
        lane.spans.push(Span { event: i, label, start: start(i), end });
    }
    lane.spans.sort_by_key(|span| span.start.map(|start| start.min));
    lane.marks.sort_by_key(|mark| mark.at.min);
    lane
}

/// What is wrong with the events of one patient.
///
/// | code | what |
/// |---|---|
/// | OM550 | an event of one day has no date, or neither start nor end of something that lasted is known |
/// | OM551 | something ends before it starts |
/// | OM552 | something happens, or starts, after death |
#[must_use]
pub fn problems(events: &[TimelineEvent], place: &Place) -> Vec<Problem> {
    let death = events.iter().find(|event| event.is_death).and_then(|event| event.start);
    events.iter().flat_map(|event| wrong(event, death)).map(|problem| problem.at(place.clone())).collect()
}

fn wrong(event: &TimelineEvent, death: Option<PartialDate>) -> Vec<Problem> {
    let label = &event.label;
    let mut found = Vec::new();
    let has_end = matches!(event.lasting, Lasting::Until(_) | Lasting::Ongoing);
    if event.start.is_none() && !has_end {
        found.push(
            Problem::warning("OM550", format!("{label} has no date"))
                .why("it has no place on the timeline")
                .mend("a month or a year is enough to place it"),
        );
    }
    if let Lasting::Until(end) = event.lasting
        && surely_after(event.start, Some(end))
    {
        found.push(
            Problem::error("OM551", format!("{label} ends ({end}) before it starts"))
                .why("which of the two dates is wrong cannot be known")
                .mend("look both dates up in the record"),
        );
    }
    if !event.is_death && surely_after(event.start, death) {
        found.push(
            Problem::error("OM552", format!("{label} comes after death"))
                .why("one of the dates is wrong, or the event belongs to another patient")
                .mend("look both dates up in the record"),
        );
    }
    found
}

impl History {
    /// Exposures and progressions as events of a timeline, in the order recorded.
    #[must_use]
    pub fn timeline_events(&self, formulary: &Formulary) -> Vec<TimelineEvent> {
        let span = |exposure: &crate::therapy::Exposure| {
            let lasting = match exposure.end {
                ExposureEnd::On(date) => Lasting::Until(date),
                ExposureEnd::Ongoing => Lasting::Ongoing,
                ExposureEnd::NotSaid => Lasting::NotSaid,
            };
            let label = formulary.drug(exposure.drug).name.clone();
            TimelineEvent::span(LaneKind::Systemic, label, exposure.start, lasting)
        };
        let progression =
            |date: &PartialDate| TimelineEvent::moment(LaneKind::Disease, "progression", Some(*date));
        let mut events: Vec<TimelineEvent> = self.exposures.iter().map(span).collect();
        events.extend(self.progressions.iter().flatten().map(progression));
        events.extend(self.death.map(TimelineEvent::death));
        events
    }
}

/// The time between two dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Days, smallest and largest.
    pub days: DayRange,
    /// Calendar months from month to month, October minus September being 1; `None` if one date is known to the year only.
    pub months_apart: Option<i32>,
}

impl Interval {
    /// The interval from one date to another; `None` for a date that the calendar does not have.
    #[must_use]
    pub fn between(from: PartialDate, to: PartialDate) -> Option<Self> {
        let months = |date: PartialDate| match date {
            PartialDate::Day(day) => day.to_ymd().map(|(y, m, _)| 12 * i32::from(y) + i32::from(m)),
            PartialDate::Month(y, m) => Some(12 * i32::from(y) + i32::from(m)),
            PartialDate::Year(_) => None,
        };
        let months_apart = months(to).zip(months(from)).map(|(to, from)| to - from);
        Some(Self { days: days_between(Some(from), Some(to))?, months_apart })
    }

    /// Smallest and largest length in months of 30.4375 days.
    #[must_use]
    pub fn months(self) -> (f64, f64) {
        (f64::from(self.days.min) / DAYS_PER_MONTH, f64::from(self.days.max) / DAYS_PER_MONTH)
    }

    /// Whether that length in months may be the interval: within its bounds, or the calendar months apart.
    #[must_use]
    pub fn may_be_months(self, months: f64) -> bool {
        let (min, max) = self.months();
        (min <= months && months <= max) || self.months_apart.is_some_and(|apart| f64::from(apart) == months)
    }
}
