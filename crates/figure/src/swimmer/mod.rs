//! Swimmer plots: the course of every patient of a cohort.

mod check;
mod draw;
mod input;
mod layout;

pub use input::{SwimmerBar, SwimmerFigure, SwimmerLane, SwimmerMark, SwimmerMarkKind};
