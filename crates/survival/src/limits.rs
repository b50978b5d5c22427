//! The range of values that the estimators compute with.
//!
//! Sums of squares and their products must stay numbers: beyond these limits an answer would be infinite,
//! or 0 for want of exponent, so the data are refused at the door, by name and row.

use crate::error::{Result, SurvivalError};

/// Largest time, covariate or score.
pub(crate) const LARGEST: f64 = 1e50;
/// Smallest size of a column's largest value, unless all are 0.
pub(crate) const SMALLEST: f64 = 1e-50;
/// Largest weight; its inverse is the smallest above 0.
const LARGEST_WEIGHT: f64 = 1e20;
/// Largest difference between two offsets.
const OFFSET_RANGE: f64 = 50.0;
/// Largest code of a cause: tables have a column for each.
const LARGEST_CAUSE: u32 = 255;
/// Groups without subjects are allowed, but tables have a lane for each.
const MOST_EMPTY_GROUPS: usize = 4096;
/// Cells of a table: 2 GB.
const MOST_CELLS: usize = 1 << 28;

fn check(
    what: &'static str,
    row: usize,
    column: usize,
    value: f64,
    expected: &'static str,
    ok: bool,
) -> Result<()> {
    if ok { Ok(()) } else { Err(SurvivalError::OutOfRange { what, row, column, value, expected }) }
}

pub(crate) fn check_size(what: &'static str, row: usize, column: usize, value: f64) -> Result<()> {
    check(what, row, column, value, "it is at most 1e50 in size", value.abs() <= LARGEST)
}

pub(crate) fn check_weight(row: usize, value: f64) -> Result<()> {
    let ok = value == 0.0 || (1.0 / LARGEST_WEIGHT..=LARGEST_WEIGHT).contains(&value);
    check("weight", row, 0, value, "it is 0, or between 1e-20 and 1e20", ok)
}

pub(crate) fn check_causes(causes: &[u32]) -> Result<()> {
    match causes.iter().position(|&c| c > LARGEST_CAUSE) {
        Some(row) => check("cause", row, 0, f64::from(causes[row]), "codes are at most 255", false),
        None => Ok(()),
    }
}

/// Largest size of a value, and whether all are finite: in one pass, several values side by side.
fn survey(values: &[f64]) -> (f64, bool) {
    let larger = |a: f64, b: f64| if b > a { b } else { a };
    let (chunks, rest) = values.as_chunks::<8>();
    let (mut most, mut nothing) = ([0.0; 8], [0.0; 8]);
    for chunk in chunks {
        for ((m, z), v) in most.iter_mut().zip(&mut nothing).zip(chunk) {
            *m = larger(*m, v.abs());
            // Stays 0 unless v is infinite or no number.
            *z += v * 0.0;
        }
    }
    let size = rest.iter().map(|v| v.abs()).chain(most).fold(0.0, larger);
    (size, nothing.iter().chain(rest).all(|v| v.is_finite()))
}

/// A column's values are all finite, none too large, and not all too small; gives the largest size.
pub(crate) fn check_column(what: &'static str, values: &[f64], column: usize) -> Result<f64> {
    let (size, finite) = survey(values);
    if !finite {
        let row = values.iter().position(|v| !v.is_finite()).unwrap_or(0);
        return Err(SurvivalError::NotFinite { what, row, column });
    }
    let ok = size == 0.0 || size >= SMALLEST;
    if ok && size <= LARGEST {
        return Ok(size);
    }
    let row = values.iter().position(|v| v.abs() == size).unwrap_or(0);
    check_size(what, row, column, size)?;
    let expected = "the largest of a column is at least 1e-50 in size";
    check(what, row, column, size, expected, ok).map(|()| size)
}

pub(crate) fn check_offset(offset: &[f64]) -> Result<()> {
    let least = offset.iter().copied().fold(f64::INFINITY, f64::min);
    match offset.iter().position(|&o| o - least > OFFSET_RANGE) {
        Some(row) => check("offset", row, 0, offset[row], "offsets differ by at most 50", false),
        None => Ok(()),
    }
}

pub(crate) fn check_n_groups(n_rows: usize, n_groups: usize) -> Result<()> {
    if n_groups <= n_rows.saturating_add(MOST_EMPTY_GROUPS) {
        return Ok(());
    }
    let expected = "it is at most 4,096 more than the number of rows";
    Err(SurvivalError::InvalidOption { option: "n_groups", value: n_groups as f64, expected })
}

pub(crate) fn check_cells(n_lanes: usize, n_slots: usize, n_columns: usize) -> Result<()> {
    let cells = n_lanes.saturating_mul(n_slots).saturating_mul(n_columns);
    if cells <= MOST_CELLS { Ok(()) } else { Err(SurvivalError::TableTooLarge { cells }) }
}
