//! Refuses times that are none.

use super::input::{TimelineFigure, TimelineItem, When};
use crate::error::FigureError;
use crate::size::check_size;

/// Times farther from 0 than this are no times of a patient, in days or any longer unit.
const FARTHEST: f64 = 1e6;

pub(super) fn check(figure: &TimelineFigure) -> Result<(), FigureError> {
    check_size(&figure.style)?;
    if figure.lanes.is_empty() {
        return Err(FigureError::Empty { what: "lanes" });
    }
    if figure.lanes.iter().all(|lane| lane.items.is_empty()) {
        return Err(FigureError::Empty { what: "events" });
    }
    figure.lanes.iter().flat_map(|lane| &lane.items).try_for_each(check_item)?;
    figure.x.zero.map_or(Ok(()), |zero| time("time zero", "the line", zero))?;
    let mut last = f64::NEG_INFINITY;
    for (at, label) in &figure.x.ticks {
        time(label, "a tick", *at)?;
        ascending(label, "ticks", last, *at)?;
        last = *at;
    }
    Ok(())
}

fn check_item(item: &TimelineItem) -> Result<(), FigureError> {
    when(&item.label, item.from)?;
    if let Some(to) = item.to {
        when(&item.label, to)?;
        ascending(&item.label, "the earliest begin and the latest end", item.from.earliest, to.latest)?;
    }
    Ok(())
}

fn when(item: &str, when: When) -> Result<(), FigureError> {
    time(item, "the earliest time", when.earliest)?;
    time(item, "the latest time", when.latest)?;
    ascending(item, "the earliest and the latest time", when.earliest, when.latest)
}

fn time(item: &str, what: &'static str, value: f64) -> Result<(), FigureError> {
    if !value.is_finite() {
        return Err(FigureError::NotFinite { what, item: item.to_owned() });
    }
    if value.abs() > FARTHEST {
        return Err(FigureError::OutOfRange { what, item: item.to_owned(), value, allowed: "-1e6 to 1e6" });
    }
    Ok(())
}

fn ascending(item: &str, what: &'static str, first: f64, second: f64) -> Result<(), FigureError> {
    if second < first {
        return Err(FigureError::NotAscending { what, item: item.to_owned(), value: second });
    }
    Ok(())
}
