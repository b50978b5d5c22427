//! The timeline of one patient.

mod check;
mod draw;
mod input;
mod layout;
mod rows;

pub use input::{TimelineAxis, TimelineFigure, TimelineItem, TimelineLane, When};
