//! Refuses lanes that no honest picture can be made of.

use super::input::{SwimmerFigure, SwimmerLane};
use crate::error::FigureError;
use crate::size::check_size;

pub(super) fn check(figure: &SwimmerFigure) -> Result<(), FigureError> {
    check_size(&figure.style)?;
    if figure.lanes.is_empty() {
        return Err(FigureError::Empty { what: "lanes" });
    }
    figure.lanes.iter().try_for_each(|lane| check_lane(figure, lane))
}

fn check_lane(figure: &SwimmerFigure, lane: &SwimmerLane) -> Result<(), FigureError> {
    time(lane, "the end", lane.end)?;
    for bar in &lane.bars {
        kind(lane, "phases", figure.phases.len(), bar.phase)?;
        time(lane, "the begin of a phase", bar.from)?;
        time(lane, "the end of a phase", bar.to)?;
        ascending(lane, "begin and end of a phase", bar.from, bar.to)?;
        ascending(lane, "the end of a phase and of the lane", bar.to, lane.end)?;
    }
    for mark in &lane.marks {
        kind(lane, "marks", figure.marks.len(), mark.kind)?;
        time(lane, "the time of a mark", mark.time)?;
        ascending(lane, "a mark and the end of the lane", mark.time, lane.end)?;
    }
    Ok(())
}

fn kind(lane: &SwimmerLane, what: &str, known: usize, used: usize) -> Result<(), FigureError> {
    if used < known {
        return Ok(());
    }
    let what = format!("kinds of {what} (lane {:?})", lane.label);
    Err(FigureError::Shape { what, expected: used + 1, found: known })
}

fn time(lane: &SwimmerLane, what: &'static str, value: f64) -> Result<(), FigureError> {
    let item = || lane.label.clone();
    if !value.is_finite() {
        return Err(FigureError::NotFinite { what, item: item() });
    }
    if value < 0.0 {
        return Err(FigureError::OutOfRange { what, item: item(), value, allowed: "0 upwards" });
    }
    Ok(())
}

fn ascending(lane: &SwimmerLane, what: &'static str, first: f64, second: f64) -> Result<(), FigureError> {
    if second < first {
        return Err(FigureError::NotAscending { what, item: lane.label.clone(), value: second });
    }
    Ok(())
}
