//! What the timeline of one patient is made of.

use crate::glyph::MarkShape;
use crate::km::TimeUnit;
use crate::size::FigureStyle;

/// What happened to one patient, in lanes over a common time axis: systemic lines, radiotherapy, assessments, surgery.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineFigure {
    /// Name of the figure for screen readers; not drawn.
    pub title: String,
    /// Longer description for screen readers. If empty, one is made from the lanes.
    pub description: String,
    /// The time axis.
    pub x: TimelineAxis,
    /// The lanes, from the top. One without items is drawn empty: that nothing is known is information.
    pub lanes: Vec<TimelineLane>,
    /// Width and colour. The height follows from the lanes.
    pub style: FigureStyle,
}

/// Time of a timeline: since time zero, or the calendar's with ticks of its own. Times may lie before 0.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineAxis {
    /// Title, "Months since start of radiotherapy".
    pub label: String,
    /// Unit, which decides the automatic tick steps.
    pub unit: TimeUnit,
    /// Ticks and their labels, for a calendar ("2021"); empty for automatic ones.
    pub ticks: Vec<(f64, String)>,
    /// A line through all lanes at this time, usually time zero.
    pub zero: Option<f64>,
}

/// A lane.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TimelineLane {
    /// Label left of it, "Systemic therapy".
    pub label: String,
    /// What it holds; what overlaps in time stands below each other.
    pub items: Vec<TimelineItem>,
}

/// Something that lasted, or happened at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineItem {
    /// What it was: "Letrozole + palbociclib", "PD".
    pub label: String,
    /// Its begin, or when it happened.
    pub from: When,
    /// Its end; `None` for what happened at one time.
    pub to: Option<When>,
    /// Whether it went on at the end of what is known: an arrow.
    pub ongoing: bool,
    /// Shape of the mark of what happened at one time.
    pub shape: MarkShape,
}

/// A time as well as it is known: the first and the last it can have been, equal for a date known to the day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct When {
    /// The earliest time it can have been.
    pub earliest: f64,
    /// The latest.
    pub latest: f64,
}

impl When {
    /// A time that is known.
    pub fn exact(time: f64) -> Self {
        Self { earliest: time, latest: time }
    }

    /// A time between two others, as of a date known to the month.
    pub fn between(earliest: f64, latest: f64) -> Self {
        Self { earliest, latest }
    }

    pub(crate) fn is_exact(self) -> bool {
        self.latest <= self.earliest
    }

    pub(crate) fn middle(self) -> f64 {
        self.earliest + (self.latest - self.earliest) / 2.0
    }
}
