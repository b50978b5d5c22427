//! Which rows stand on which page.

use super::input::{ForestRow, ForestValue};
use std::ops::Range;

/// Ranges of rows, each at most `room` points high if one row is; the header row of a factor stays with its first level.
pub(super) fn split(rows: &[ForestRow], heights: &[f64], room: f64) -> Vec<Range<usize>> {
    let mut pages = Vec::new();
    let (mut start, mut used) = (0, 0.0);
    for i in 0..rows.len() {
        if i > start && used + heights[i] > room {
            let end = before_header(rows, start, i);
            pages.push(start..end);
            start = end;
            used = heights[start..i].iter().sum();
        }
        used += heights[i];
    }
    pages.push(start..rows.len());
    pages
}

/// `end`, or the row before it if that is a header (nothing is drawn in it) whose levels begin at `end`.
fn before_header(rows: &[ForestRow], start: usize, end: usize) -> usize {
    let drawn = rows[end - 1].marks.iter().any(|mark| mark.value != ForestValue::Nothing);
    let stranded = !drawn && rows[end].indent > rows[end - 1].indent;
    if stranded && end - 1 > start { end - 1 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forest::ForestMark;

    fn row(header: bool) -> ForestRow {
        let marks = if header { Vec::new() } else { vec![ForestMark::default()] };
        ForestRow { indent: u8::from(!header), marks, ..ForestRow::default() }
    }

    #[test]
    fn a_header_goes_with_its_levels() {
        let rows: Vec<ForestRow> = [true, false, false, true, false, false].map(row).to_vec();
        assert_eq!(split(&rows, &[10.0; 6], 40.0), [0..3, 3..6]);
        assert_eq!(split(&rows, &[10.0; 6], 60.0).len(), 1);
        assert_eq!(split(&rows, &[10.0; 6], 5.0).len(), 6, "rows higher than the page stand alone");
    }
}
