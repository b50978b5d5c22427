//! Boxes of a flow diagram: their texts wrapped and measured, their places.

use super::input::{FlowBox, FlowExclusion, FlowFigure};
use crate::geometry::Box2;
use crate::scene::{Anchor, Element};
use crate::size::{LINE_SPACING, MARGIN, POINTS_PER_MM, TEXT_SIZE};
use crate::wrap::{TextBlock, natural_width, widest_word};

/// Space between a box's edge and its text, in points.
const PADDING: (f64, f64) = (6.0, 4.5);
/// Least height of the arrow between two boxes, and least space above and below a side box, in points.
const ARROW_ROOM: f64 = 16.0;
const SIDE_ROOM: f64 = 7.0;
/// Space between the main column (or its arrow) and the side boxes, in points.
const SIDE_GAP: f64 = 16.0;
/// Greatest widths of main and side boxes, in points: longer lines read badly.
const WIDEST_MAIN: f64 = 205.0;
const WIDEST_SIDE: f64 = 225.0;
/// Greatest share of the page for the main column if there are side boxes.
const MAIN_SHARE: f64 = 0.5;
/// Indentation of reasons, in points.
const REASON_INDENT: f64 = 7.0;
/// Space between groups of the final split, their least width, and room above them for the branching line, in points.
const SPLIT_GAP: f64 = 9.0;
const LEAST_SPLIT: f64 = 44.0;
const SPLIT_ROOM: f64 = 26.0;
/// Room between two rows of groups, and left of them for the line that leads to the later rows, in points.
const ROW_ROOM: f64 = 20.0;
const TRUNK_ROOM: f64 = 9.0;

/// A line or several of a box.
pub(super) struct Paragraph {
    text: TextBlock,
    indent: f64,
}

/// A placed box.
pub(super) struct Placed {
    pub(super) bounds: Box2,
    paragraphs: Vec<Paragraph>,
    centred: bool,
}

/// All boxes.
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// The main column.
    pub(super) main: Vec<Placed>,
    /// Beside the arrow that leaves main box i: who left there, from the top.
    pub(super) side: Vec<Vec<Placed>>,
    /// The final groups, in rows from the top.
    pub(super) split: Vec<Vec<Placed>>,
    /// Where the line to the second and later rows of groups goes down.
    pub(super) trunk: f64,
}

/// Horizontal measures.
struct Columns {
    main_left: f64,
    main_width: f64,
    side_left: f64,
    side_width: f64,
}

pub(super) fn lay_out(figure: &FlowFigure) -> Layout {
    let width = figure.style.width_mm * POINTS_PER_MM;
    let columns = columns(figure, width);
    let trunk = MARGIN + TRUNK_ROOM / 4.0;
    let mut layout =
        Layout { width, height: 0.0, main: Vec::new(), side: Vec::new(), split: Vec::new(), trunk };
    let mut y = MARGIN;
    for (i, step) in figure.steps.iter().enumerate() {
        let main = main_box(&step.main, columns.main_left, y, columns.main_width);
        y = main.bounds.bottom;
        layout.main.push(main);
        let (mut side, mut side_end) = (Vec::new(), y);
        for excluded in &step.excluded {
            let placed = side_box(excluded, &columns, side_end + SIDE_ROOM);
            side_end = placed.bounds.bottom;
            side.push(placed);
        }
        side_end += if side.is_empty() { 0.0 } else { SIDE_ROOM };
        let is_last = i + 1 == figure.steps.len() && figure.split.is_empty();
        y = if is_last { side_end } else { side_end.max(y + ARROW_ROOM) };
        layout.side.push(side);
    }
    if !figure.split.is_empty() {
        let last_side = layout.side.last().is_some_and(|side| !side.is_empty());
        let top = if last_side { y + SPLIT_ROOM / 2.0 } else { y - ARROW_ROOM + SPLIT_ROOM };
        layout.split = split_rows(figure, width, top);
        y = layout.split.iter().flatten().map(|placed| placed.bounds.bottom).fold(y, f64::max);
    }
    layout.height = y.max(layout.main.last().map_or(y, |last| last.bounds.bottom)) + MARGIN;
    layout
}

fn columns(figure: &FlowFigure, width: f64) -> Columns {
    let inner = width - 2.0 * MARGIN;
    let main_natural = figure.steps.iter().map(|step| natural_main(&step.main)).fold(0.0, f64::max);
    let side_natural = figure.steps.iter().flat_map(|step| &step.excluded).map(natural_side).reduce(f64::max);
    let Some(side_natural) = side_natural else {
        let main_width = main_natural.min(WIDEST_MAIN).min(inner);
        return Columns {
            main_left: (width - main_width) / 2.0,
            main_width,
            side_left: 0.0,
            side_width: 0.0,
        };
    };
    let main_width = main_natural.min(WIDEST_MAIN).min(inner * MAIN_SHARE);
    let side_width = side_natural.min(WIDEST_SIDE);
    let beside = inner - main_width - SIDE_GAP >= side_width;
    // Where the page is narrow, side boxes begin right of the arrow, below the main boxes' right half.
    let from_main = if beside { main_width + SIDE_GAP } else { main_width / 2.0 + SIDE_GAP };
    let side_width = side_width.min(inner - from_main);
    let content = main_width.max(from_main + side_width);
    let main_left = MARGIN + (inner - content) / 2.0;
    Columns { main_left, main_width, side_left: main_left + from_main, side_width }
}

fn natural_main(flow_box: &FlowBox) -> f64 {
    let lines = std::iter::once(&flow_box.label).chain(&flow_box.counts);
    lines.map(|line| natural_width(line, TEXT_SIZE, false)).fold(0.0, f64::max) + 2.0 * PADDING.0 + 1e-6
}

fn natural_side(excluded: &FlowExclusion) -> f64 {
    let heading = natural_width(&with_count(&excluded.label, &excluded.count), TEXT_SIZE, false);
    let reasons = excluded.reasons.iter().map(|reason| with_count(&reason.label, &reason.count));
    let widest =
        reasons.map(|text| REASON_INDENT + natural_width(&text, TEXT_SIZE, false)).fold(heading, f64::max);
    widest + 2.0 * PADDING.0 + 1e-6
}

fn main_box(flow_box: &FlowBox, left: f64, top: f64, width: f64) -> Placed {
    let texts =
        std::iter::once(&flow_box.label).chain(&flow_box.counts).filter(|text| !text.trim().is_empty());
    let wrapped = |text: &String| TextBlock::balanced(text, width - 2.0 * PADDING.0, TEXT_SIZE, false);
    let paragraphs = texts.map(|text| Paragraph { text: wrapped(text), indent: 0.0 }).collect();
    Placed::new(paragraphs, true, left, top, width)
}

fn side_box(excluded: &FlowExclusion, columns: &Columns, top: f64) -> Placed {
    let paragraph = |text: String, indent: f64| {
        let width = columns.side_width - 2.0 * PADDING.0 - indent;
        Paragraph { text: TextBlock::wrapped(&text, width, TEXT_SIZE, false), indent }
    };
    let mut paragraphs = vec![paragraph(with_count(&excluded.label, &excluded.count), 0.0)];
    let reasons = excluded.reasons.iter().map(|reason| with_count(&reason.label, &reason.count));
    paragraphs.extend(reasons.map(|text| paragraph(text, REASON_INDENT)));
    Placed::new(paragraphs, false, columns.side_left, top, columns.side_width)
}

/// Groups beside each other in as few rows as leave every word whole, the rows as equally full as can be.
fn split_rows(figure: &FlowFigure, width: f64, top: f64) -> Vec<Vec<Placed>> {
    let n = figure.split.len();
    let inner = width - 2.0 * MARGIN;
    let least = figure.split.iter().map(least_width).fold(LEAST_SPLIT, f64::max);
    // As many as fit into one row; if that is not all, a little fewer, for the line to the later rows.
    let fitting = |room: f64| (((room + SPLIT_GAP) / (least + SPLIT_GAP)).floor() as usize).max(1);
    let one_row = n <= fitting(inner);
    let room = if one_row { inner } else { inner - TRUNK_ROOM };
    let n_rows = if one_row { 1 } else { n.div_ceil(fitting(room)) };
    let n_columns = n.div_ceil(n_rows.max(1)).max(1);
    let columns = n_columns as f64;
    let box_width = ((room + SPLIT_GAP) / columns - SPLIT_GAP).min(WIDEST_MAIN);
    let left = width - MARGIN - room + (room - columns * (box_width + SPLIT_GAP) + SPLIT_GAP) / 2.0;
    let mut rows = Vec::new();
    let mut y = top;
    for groups in figure.split.chunks(n_columns) {
        let row = split_row(groups, left, y, box_width);
        y = row.iter().map(|placed| placed.bounds.bottom).fold(y, f64::max) + ROW_ROOM;
        rows.push(row);
    }
    rows
}

/// One row of groups, its boxes of one height.
fn split_row(groups: &[FlowBox], left: f64, top: f64, box_width: f64) -> Vec<Placed> {
    let place = |(i, group)| main_box(group, left + i as f64 * (box_width + SPLIT_GAP), top, box_width);
    let mut boxes: Vec<Placed> = groups.iter().enumerate().map(place).collect();
    let bottom = boxes.iter().map(|placed| placed.bounds.bottom).fold(top, f64::max);
    boxes.iter_mut().for_each(|placed| placed.bounds.bottom = bottom);
    boxes
}

/// Width of a box in which no word of it is cut.
fn least_width(flow_box: &FlowBox) -> f64 {
    let texts = std::iter::once(&flow_box.label).chain(&flow_box.counts);
    texts.map(|text| widest_word(text, TEXT_SIZE, false)).fold(0.0, f64::max) + 2.0 * PADDING.0 + 1e-6
}

/// "label (count)", the count never broken over two lines.
fn with_count(label: &str, count: &str) -> String {
    let count = count.trim().replace(' ', "\u{A0}");
    match (label.trim().is_empty(), count.is_empty()) {
        (_, true) => label.to_owned(),
        (true, false) => count,
        (false, false) => format!("{label} ({count})"),
    }
}

impl Placed {
    fn new(paragraphs: Vec<Paragraph>, centred: bool, left: f64, top: f64, width: f64) -> Self {
        let lines: usize = paragraphs.iter().map(|paragraph| paragraph.text.lines.len()).sum();
        let height = lines.max(1) as f64 * LINE_SPACING * TEXT_SIZE + 2.0 * PADDING.1;
        Self { bounds: Box2::at(left, top, width, height), paragraphs, centred }
    }

    /// The texts of the box.
    pub(super) fn texts(&self) -> Vec<Element> {
        let middle = (self.bounds.left + self.bounds.right) / 2.0;
        // The last line's spacing is below it: half of it above the first line looks centred.
        let mut top = self.bounds.top + PADDING.1 + (LINE_SPACING - 0.96) / 2.0 * TEXT_SIZE;
        let mut out = Vec::new();
        for paragraph in &self.paragraphs {
            let text = &paragraph.text;
            out.extend(if self.centred {
                text.place("box-text", middle, top, Anchor::Middle)
            } else {
                text.place("box-text", self.bounds.left + PADDING.0 + paragraph.indent, top, Anchor::Start)
            });
            top += text.lines.len() as f64 * LINE_SPACING * TEXT_SIZE;
        }
        out
    }

    /// Middle of the box from left to right.
    pub(super) fn middle_x(&self) -> f64 {
        (self.bounds.left + self.bounds.right) / 2.0
    }

    /// Middle of the box from top to bottom.
    pub(super) fn middle_y(&self) -> f64 {
        (self.bounds.top + self.bounds.bottom) / 2.0
    }
}
