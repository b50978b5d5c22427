//! Legend and annotations: blocks of text with pieces of curve, bars or marks, inside the plot or above it.

use crate::font::{ASCENT, CAP_HEIGHT};
use crate::geometry::{Box2, pt};
use crate::glyph::{MarkShape, arrow_head, bar};
use crate::scene::{Anchor, Element, Line, Stroke};
use crate::size::{LINE_SPACING, TEXT_SIZE};
use crate::wrap::TextBlock;

/// Length of the piece of curve before a legend entry, of a bar or arrow, of a mark, and the gap, in points.
const SWATCH: f64 = 22.0;
const SHORT_SWATCH: f64 = 14.0;
const MARK_SWATCH: f64 = 7.0;
const SWATCH_GAP: f64 = 4.0;
/// Gap between entries beside each other, in points.
const ENTRY_GAP: f64 = 12.0;
/// Extra space between entries below each other, in points.
const ROW_GAP: f64 = 1.6;

/// What stands before the words of a legend entry.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Swatch {
    /// A piece of curve.
    Line(Stroke),
    /// A bar of that kind, black and white or coloured.
    Bar(usize, bool),
    /// A mark.
    Mark(MarkShape),
    /// An arrow to the right.
    Arrow,
}

impl Swatch {
    fn width(self) -> f64 {
        match self {
            Self::Line(_) => SWATCH,
            Self::Bar(..) | Self::Arrow => SHORT_SWATCH,
            Self::Mark(_) => MARK_SWATCH,
        }
    }

    fn draw(self, left: f64, y: f64) -> Vec<Element> {
        let right = left + self.width();
        let line = |stroke, to: f64| {
            Element::Line(Line { from: pt(left, y), to: pt(to, y), stroke, class: "swatch" })
        };
        match self {
            Self::Line(stroke) => vec![line(stroke, right)],
            Self::Bar(kind, mono) => bar(kind, mono, Box2::at(left, y - 2.5, self.width(), 5.0)),
            Self::Mark(shape) => shape.draw(pt((left + right) / 2.0, y), 5.0),
            Self::Arrow => {
                let stroke = Stroke::solid(crate::color::BLACK, 0.8);
                vec![line(stroke, right - 3.0), arrow_head(pt(right, y), 4.0, 2.0)]
            }
        }
    }
}

/// One entry of a legend, or a line of annotation if it has no swatch.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    swatch: Option<Swatch>,
    text: TextBlock,
}

impl Note {
    /// A legend entry at most `max_width` points wide.
    pub(crate) fn entry(label: &str, swatch: Swatch, max_width: f64) -> Self {
        let text = TextBlock::wrapped(label, max_width - swatch.width() - SWATCH_GAP, TEXT_SIZE, false);
        Self { swatch: Some(swatch), text }
    }

    /// A line of text at most `max_width` points wide.
    pub(crate) fn annotation(text: &str, max_width: f64) -> Self {
        Self { swatch: None, text: TextBlock::wrapped(text, max_width, TEXT_SIZE, false) }
    }

    fn indent(&self) -> f64 {
        self.swatch.map_or(0.0, |swatch| swatch.width() + SWATCH_GAP)
    }

    /// Width in points.
    pub(crate) fn width(&self) -> f64 {
        self.indent() + self.text.width()
    }

    /// Height in points, with the space to the next note.
    pub(crate) fn height(&self) -> f64 {
        self.text.lines.len() as f64 * LINE_SPACING * TEXT_SIZE + ROW_GAP
    }

    /// The note with its upper left corner at (left, top).
    pub(crate) fn draw(&self, left: f64, top: f64) -> Vec<Element> {
        let class = if self.swatch.is_some() { "legend" } else { "annotation" };
        let mut out = self.text.place(class, left + self.indent(), top, Anchor::Start);
        if let Some(swatch) = self.swatch {
            out.extend(swatch.draw(left, top + (ASCENT - CAP_HEIGHT / 2.0) * TEXT_SIZE));
        }
        out
    }
}

/// Width and height of notes below each other, in points.
pub(crate) fn column_size(notes: &[Note]) -> (f64, f64) {
    let height: f64 = notes.iter().map(Note::height).sum();
    (notes.iter().map(Note::width).fold(0.0, f64::max), (height - ROW_GAP).max(0.0))
}

/// Notes below each other in `place`.
pub(crate) fn draw_column(notes: &[Note], place: Box2) -> Vec<Element> {
    let mut top = place.top;
    let mut out = Vec::new();
    for note in notes {
        out.extend(note.draw(place.left, top));
        top += note.height();
    }
    out
}

/// Notes beside each other in columns of equal width, from `left`, in at most `width` points: elements
/// and height. One column if two do not fit.
pub(crate) fn draw_grid(notes: &[Note], left: f64, top: f64, width: f64) -> (Vec<Element>, f64) {
    let widest = notes.iter().map(Note::width).fold(0.0, f64::max) + ENTRY_GAP;
    let fitting = ((width + ENTRY_GAP) / widest.max(1.0)).floor().max(1.0) as usize;
    // As few columns as the number of rows allows, so that four entries stand 2 × 2, not 3 + 1.
    let rows = notes.len().div_ceil(fitting.max(1)).max(1);
    let columns = notes.len().div_ceil(rows).max(1);
    let (mut out, mut y) = (Vec::new(), top);
    for row in notes.chunks(columns) {
        for (i, note) in row.iter().enumerate() {
            out.extend(note.draw(left + i as f64 * widest, y));
        }
        y += row.iter().map(Note::height).fold(0.0, f64::max);
    }
    (out, y - top)
}
