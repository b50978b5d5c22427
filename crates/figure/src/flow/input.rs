//! What a flow diagram is made of.

use crate::size::FigureStyle;

/// Flow of patients from the source to the analysis set (STROBE item 13).
///
/// A main column of boxes; beside each arrow the box of those who left there; at the end an
/// optional split into groups.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowFigure {
    /// Name of the figure for screen readers; not drawn.
    pub title: String,
    /// Longer description for screen readers. If empty, one is made from the boxes.
    pub description: String,
    /// The main column, from the top.
    pub steps: Vec<FlowStep>,
    /// Groups into which the last box splits; empty for none.
    pub split: Vec<FlowBox>,
    /// Width and colour. The height follows from the boxes.
    pub style: FigureStyle,
}

/// One box of the main column and those who leave after it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FlowStep {
    /// The box.
    pub main: FlowBox,
    /// Who leaves between this box and the next: boxes below each other beside the arrow, usually one.
    pub excluded: Vec<FlowExclusion>,
}

/// A box: what it holds and how many. Counts come as finished text ("n = 2,982").
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowBox {
    /// What the box holds, "Patients with breast cancer, 1978-1993".
    pub label: String,
    /// Lines of counts below the label: "n = 2,982", "3,104 lesions".
    pub counts: Vec<String>,
}

/// Those who leave, with reasons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowExclusion {
    /// First line, "Excluded".
    pub label: String,
    /// Their number, "n = 43".
    pub count: String,
    /// Reasons with their numbers, in the order in which they were applied.
    pub reasons: Vec<FlowReason>,
}

/// Why someone left, and how many.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FlowReason {
    /// The reason, "No date of last contact".
    pub label: String,
    /// The number, "n = 12".
    pub count: String,
}
