//! What a swimmer plot is made of.

use crate::glyph::MarkShape;
use crate::km::TimeAxis;
use crate::size::FigureStyle;

/// One lane per patient, the longest at the top: bars of phases, marks of what happened, an arrow where it goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct SwimmerFigure {
    /// Name of the figure for screen readers; not drawn.
    pub title: String,
    /// Longer description for screen readers. If empty, one is made from the lanes.
    pub description: String,
    /// Heading over the labels of the lanes, "Patient".
    pub lane_heading: String,
    /// The time axis, from 0.
    pub x: TimeAxis,
    /// Kinds of bars, in the order of the legend: "Anti-HER2 therapy". Told apart by shade and hatching; from the
    /// seventh on looks repeat.
    pub phases: Vec<String>,
    /// Kinds of marks, in the order of the legend.
    pub marks: Vec<SwimmerMarkKind>,
    /// What an arrow at the end of a lane means, for the legend: "Still under observation".
    pub ongoing_label: String,
    /// The lanes, in any order: they are drawn by their length, the longest first, those of equal length as given.
    pub lanes: Vec<SwimmerLane>,
    /// Width and colour. The height follows from the lanes.
    pub style: FigureStyle,
}

/// A kind of mark.
#[derive(Debug, Clone, PartialEq)]
pub struct SwimmerMarkKind {
    /// Words in the legend, "Progression".
    pub label: String,
    /// Its shape; one shape per kind.
    pub shape: MarkShape,
}

/// One patient.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SwimmerLane {
    /// Label left of the lane: an opaque id.
    pub label: String,
    /// End of observation, in the axis's unit: the lane's length.
    pub end: f64,
    /// Phases; where they overlap the later one is drawn over the earlier.
    pub bars: Vec<SwimmerBar>,
    /// What happened when.
    pub marks: Vec<SwimmerMark>,
    /// Whether the lane ends in an arrow.
    pub ongoing: bool,
}

/// A phase of one lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SwimmerBar {
    /// Which of [`SwimmerFigure::phases`].
    pub phase: usize,
    /// Its begin, 0 or later, in the axis's unit.
    pub from: f64,
    /// Its end, not beyond the lane's.
    pub to: f64,
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SwimmerMark {
    /// Which of `SwimmerFigure::marks`.
    pub kind: usize,
    /// When, in the axis's unit; not beyond the lane's end.
    pub time: f64,
}
