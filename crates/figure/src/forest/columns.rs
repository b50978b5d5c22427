//! Widths and alignment of the columns of text, measured with the font.

use super::input::{ColumnAlign, ForestColumn};
use crate::font::text_width;
use crate::geometry::pt;
use crate::scene::{Anchor, Element, Text};
use crate::wrap::{TextBlock, natural_width, widest_word, wrap};

/// Most lines of a heading.
const HEADING_LINES: usize = 2;

/// A column with its width.
pub(super) struct Column {
    heading: TextBlock,
    align: ColumnAlign,
    /// Width of the widest part before the decimal mark, in points.
    before: f64,
    /// Width of the numbers, both parts; in points.
    numbers: f64,
    /// Width in points.
    pub(super) width: f64,
    size: f64,
}

impl Column {
    /// Measures a column of the given cells.
    pub(super) fn measure<'a>(
        column: &ForestColumn,
        cells: impl Iterator<Item = &'a str>,
        size: f64,
    ) -> Self {
        let (mut before, mut after, mut whole) = (0.0_f64, 0.0_f64, 0.0_f64);
        for cell in cells {
            let cell = clean(cell);
            whole = whole.max(text_width(&cell, size, false));
            if let (ColumnAlign::Decimal, Some(at)) = (column.align, decimal_place(&cell)) {
                before = before.max(text_width(&cell[..at], size, false));
                after = after.max(text_width(&cell[at..], size, false));
            }
        }
        let content = whole.max(before + after);
        let heading = heading(&column.heading, content, size);
        let width = content.max(heading.width());
        Self { heading, align: column.align, before, numbers: before + after, width, size }
    }

    /// Height of the heading, in points.
    pub(super) fn heading_height(&self) -> f64 {
        self.heading.height()
    }

    /// The heading, its last line ending at `bottom`.
    pub(super) fn draw_heading(&self, left: f64, bottom: f64) -> Vec<Element> {
        let top = bottom - self.heading.height();
        match self.align {
            ColumnAlign::Left => self.heading.place("heading", left, top, Anchor::Start),
            ColumnAlign::Right => self.heading.place("heading", left + self.width, top, Anchor::End),
            ColumnAlign::Decimal => {
                self.heading.place("heading", left + self.width / 2.0, top, Anchor::Middle)
            }
        }
    }

    /// One cell on `baseline`.
    pub(super) fn draw_cell(&self, cell: &str, left: f64, baseline: f64) -> Option<Element> {
        let cell = clean(cell);
        if cell.is_empty() {
            return None;
        }
        let (x, anchor) = match (self.align, decimal_place(&cell)) {
            (ColumnAlign::Left, _) => (left, Anchor::Start),
            (ColumnAlign::Right, _) => (left + self.width, Anchor::End),
            (ColumnAlign::Decimal, Some(at)) => {
                let indent = (self.width - self.numbers) / 2.0;
                (left + indent + self.before - text_width(&cell[..at], self.size, false), Anchor::Start)
            }
            (ColumnAlign::Decimal, None) => (left + self.width / 2.0, Anchor::Middle),
        };
        Some(Element::Text(Text::new("cell", cell, pt(x, baseline), self.size, anchor)))
    }
}

/// A heading in at most two lines, no wider than need be.
fn heading(text: &str, content: f64, size: f64) -> TextBlock {
    let natural = natural_width(text, size, true);
    let mut width = content.min(natural);
    let most_lines = HEADING_LINES.max(text.lines().count());
    let longest = widest_word(text, size, true);
    while width < natural && (wrap(text, width, size, true).len() > most_lines || width < longest) {
        width += 1.0;
    }
    TextBlock::wrapped(text, width.min(natural) + 1e-6, size, true)
}

/// A cell as one line of printable text.
pub(super) fn clean(cell: &str) -> String {
    wrap(&cell.replace('\n', " "), f64::INFINITY, 1.0, false).concat()
}

/// Byte at which a number's decimals begin: its first decimal mark between digits, else the end of
/// its whole part. `None` for words.
fn decimal_place(cell: &str) -> Option<usize> {
    let digits =
        cell.char_indices().skip_while(|(_, c)| matches!(c, '<' | '>' | '≤' | '≥' | '-' | '−' | '+' | ' '));
    let mut end = None;
    for (at, c) in digits {
        if c.is_ascii_digit() {
            end = Some(at + 1);
        } else if end.is_some() && matches!(c, '.' | '·' | ',') {
            let decimals = cell[at + c.len_utf8()..].chars().take_while(char::is_ascii_digit).count();
            // A comma before exactly three digits separates thousands.
            if c == ',' && decimals == 3 {
                continue;
            }
            return if decimals > 0 { Some(at) } else { end };
        } else if c == '.' || c == '·' {
            // AMA style leaves out the zero: ".04".
            return Some(at);
        } else {
            return end;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_begin_at_the_mark() {
        for (cell, at) in [
            ("1.23 (1.01-1.50)", Some(1)),
            ("<0.001", Some(2)),
            ("< .001", Some(2)),
            ("0·84", Some(1)),
            ("1 [Reference]", Some(1)),
            ("1,234", Some(5)),
            ("1,23", Some(1)),
            ("Reference", None),
            ("–", None),
            ("", None),
        ] {
            assert_eq!(decimal_place(cell), at, "{cell}");
        }
    }

    #[test]
    fn cells_line_up_at_the_decimal_mark() {
        let column = ForestColumn { heading: "HR".into(), align: ColumnAlign::Decimal };
        let cells = ["1.23 (1.01-1.50)", "12.4 (3.1-49.0)", "0.5 (0.2-1.1)"];
        let measured = Column::measure(&column, cells.into_iter(), 7.0);
        let marks: Vec<f64> = cells
            .iter()
            .filter_map(|cell| match measured.draw_cell(cell, 10.0, 0.0) {
                Some(Element::Text(text)) => {
                    Some(text.at.x + text_width(&cell[..decimal_place(cell)?], 7.0, false))
                }
                _ => None,
            })
            .collect();
        assert_eq!(marks.len(), 3);
        assert!(marks.iter().all(|x| (x - marks[0]).abs() < 1e-9), "{marks:?}");
    }
}
