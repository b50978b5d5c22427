//! Flow diagrams.

mod draw;
mod input;
mod layout;

pub use input::{FlowBox, FlowExclusion, FlowFigure, FlowReason, FlowStep};
