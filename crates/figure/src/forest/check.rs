//! Refuses input that no honest forest plot can be made of.

use super::input::{ForestFigure, ForestRow, ForestValue};
use crate::error::FigureError;
use crate::size::check_size;

pub(super) fn check(figure: &ForestFigure) -> Result<(), FigureError> {
    check_size(&figure.style)?;
    if figure.rows.is_empty() {
        return Err(FigureError::Empty { what: "rows" });
    }
    if figure.series.is_empty() {
        return Err(FigureError::Empty { what: "series" });
    }
    for (what, end) in [("the axis's left end", figure.axis.min), ("the axis's right end", figure.axis.max)] {
        end.map_or(Ok(()), |end| ratio("axis", what, end))?;
    }
    if let (Some(min), Some(max)) = (figure.axis.min, figure.axis.max)
        && min >= max
    {
        return Err(FigureError::NotAscending { what: "the ends", item: "axis".to_owned(), value: max });
    }
    figure.rows.iter().try_for_each(|row| check_row(figure, row))
}

fn check_row(figure: &ForestFigure, row: &ForestRow) -> Result<(), FigureError> {
    let shape = |what: &str, expected: usize, found: usize, fewer: usize| {
        let fine = found == expected || found <= fewer;
        let what = format!("{what} of row {:?}", row.label);
        if fine { Ok(()) } else { Err(FigureError::Shape { what, expected, found }) }
    };
    shape("cells", figure.columns.len(), row.cells.len(), 0)?;
    shape("estimates", figure.series.len(), row.marks.len(), 0)?;
    for (series, mark) in figure.series.iter().zip(&row.marks) {
        shape("texts beside the plot", series.columns.len(), mark.cells.len(), series.columns.len().min(1))?;
        check_value(&row.label, mark.value)?;
    }
    Ok(())
}

fn check_value(item: &str, value: ForestValue) -> Result<(), FigureError> {
    let ForestValue::Estimate { ratio: estimate, low, high, weight } = value else {
        return Ok(());
    };
    ratio(item, "the ratio", estimate)?;
    ratio(item, "the weight", weight)?;
    if let Some(low) = low {
        limit(item, "the lower limit", low)?;
        ascending(item, low, estimate)?;
    }
    if let Some(high) = high {
        limit(item, "the upper limit", high)?;
        ascending(item, estimate, high)?;
    }
    Ok(())
}

/// Above 0 and finite, within what a logarithmic axis can show.
fn ratio(item: &str, what: &'static str, value: f64) -> Result<(), FigureError> {
    if !value.is_finite() {
        return Err(FigureError::NotFinite { what, item: item.to_owned() });
    }
    if !(1e-12..=1e12).contains(&value) {
        return Err(FigureError::OutOfRange { what, item: item.to_owned(), value, allowed: "1e-12 to 1e12" });
    }
    Ok(())
}

/// From 0 to infinity, both included.
fn limit(item: &str, what: &'static str, value: f64) -> Result<(), FigureError> {
    if value.is_nan() {
        return Err(FigureError::NotFinite { what, item: item.to_owned() });
    }
    if value < 0.0 {
        return Err(FigureError::OutOfRange { what, item: item.to_owned(), value, allowed: "0 upwards" });
    }
    Ok(())
}

fn ascending(item: &str, first: f64, second: f64) -> Result<(), FigureError> {
    if second < first {
        return Err(FigureError::NotAscending {
            what: "limit, ratio, limit",
            item: item.to_owned(),
            value: second,
        });
    }
    Ok(())
}
