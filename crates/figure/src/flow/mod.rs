//! Flow diagrams.

mod input;

pub use input::{FlowBox, FlowExclusion, FlowFigure, FlowReason, FlowStep};
