//! How far a reading is, told to whoever watches, who may stop it.

use std::ops::ControlFlow;

use oligomet_base::{Place, Problem};

/// Told how far a reading is; may stop it.
pub trait Progress {
    /// `done` goes from 0 to 1. [`ControlFlow::Break`] stops the reading, which then ends in an error (OM245).
    fn at(&mut self, done: f64) -> ControlFlow<()>;
}

/// Watches nothing and stops nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn at(&mut self, _: f64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// The problem of a reading that was stopped.
pub(crate) fn stopped(place: &Place) -> Problem {
    Problem::error("OM245", "reading was stopped")
        .at(place.clone())
        .why("nothing was kept of what had been read so far")
        .mend("start again")
}
