//! Places of a swimmer plot: one scale for all pages, lanes split over them.

use super::check::check;
use super::input::{SwimmerFigure, SwimmerLane};
use crate::axis::{Scale, TICK_GAP, TICK_LENGTH, Tick};
use crate::error::FigureError;
use crate::font::{CAP_HEIGHT, text_width};
use crate::km::TimeScale;
use crate::notes::{Note, Swatch, draw_grid};
use crate::number::tick_label;
use crate::size::{LINE_SPACING, MARGIN, PAGE_HEIGHT_MM, POINTS_PER_MM, TEXT_SIZE, TITLE_SIZE};
use crate::under;
use crate::wrap::TextBlock;
use std::ops::Range;

/// Distance from lane to lane, in points, where few and where many have to fit on a page.
const WIDE_PITCH: f64 = 12.0;
const NARROW_PITCH: f64 = 8.4;
/// More lanes than this stand closer.
const FEW_LANES: usize = 30;
/// Gap between labels and lanes, and between blocks, in points.
const LABEL_GAP: f64 = 5.0;
const BLOCK_GAP: f64 = 4.0;
/// Largest share of the page for the labels.
const LABEL_SHARE: f64 = 0.3;
/// Room right of the last time for arrows and marks beside each other, in points.
const RIGHT_ROOM: f64 = 14.0;
/// Least width of the lanes, in points.
const LEAST_PLOT: f64 = 70.0;
/// Gap between the axis's labels and its title, in points.
const TITLE_GAP: f64 = 3.0;

/// What all pages share.
pub(super) struct Layout {
    pub(super) width: f64,
    /// Lanes in the order drawn.
    pub(super) order: Vec<usize>,
    pub(super) labels: Vec<TextBlock>,
    pub(super) heading: TextBlock,
    pub(super) legend: Vec<Note>,
    /// Height of legend and heading.
    pub(super) head: f64,
    /// Height of axis and title.
    pub(super) foot: f64,
    /// Left and right edge of the lanes.
    pub(super) plot: (f64, f64),
    pub(super) x: Scale,
    pub(super) ticks: Vec<Tick>,
    pub(super) title: TextBlock,
    pub(super) pitch: f64,
    /// Lanes of each page, as positions in `order`.
    pub(super) pages: Vec<Range<usize>>,
}

impl Layout {
    pub(super) fn new(figure: &SwimmerFigure) -> Result<Self, FigureError> {
        check(figure)?;
        let longest = figure.lanes.iter().map(|lane| lane.end).fold(0.0, f64::max);
        let time = TimeScale::new(&figure.x, longest)?;
        let width = figure.style.width_mm * POINTS_PER_MM;
        let order = by_length(&figure.lanes);
        let label =
            |i: &usize| TextBlock::wrapped(&figure.lanes[*i].label, LABEL_SHARE * width, TEXT_SIZE, false);
        let labels: Vec<TextBlock> = order.iter().map(label).collect();
        let heading = TextBlock::wrapped(&figure.lane_heading, LABEL_SHARE * width, TEXT_SIZE, true);
        let label_width = labels.iter().map(TextBlock::width).fold(heading.width(), f64::max);
        let (left, right) = (MARGIN + label_width + LABEL_GAP, width - MARGIN);
        let last_label = time.ticks.last().map_or(0.0, |t| text_width(&tick_label(*t), TEXT_SIZE, false));
        let end = right - RIGHT_ROOM.max(last_label / 2.0);
        if end - left < LEAST_PLOT {
            let needed_mm = figure.style.width_mm + (LEAST_PLOT - (end - left)) / POINTS_PER_MM + 1.0;
            return Err(FigureError::TooNarrow { width_mm: figure.style.width_mm, needed_mm });
        }
        let x = Scale::linear((0.0, time.max), (left, end));
        let ticks = time.ticks.iter().map(|t| Tick { at: x.map(*t), label: tick_label(*t) }).collect();
        let title = TextBlock::wrapped(&figure.x.label, end - left, TITLE_SIZE, false);
        let legend = legend(figure, right - MARGIN);
        let (_, legend_height) = draw_grid(&legend, MARGIN, MARGIN, right - MARGIN);
        let heading_height = if heading.width() > 0.0 { heading.height() + BLOCK_GAP } else { 0.0 };
        let head = legend_height + if legend.is_empty() { 0.0 } else { BLOCK_GAP } + heading_height;
        let foot = TICK_LENGTH + TICK_GAP + CAP_HEIGHT * TEXT_SIZE + TITLE_GAP + title.height();
        let mut layout = Self {
            width,
            order,
            labels,
            heading,
            legend,
            head,
            foot,
            plot: (left, right),
            x,
            ticks,
            title,
            pitch: if figure.lanes.len() > FEW_LANES { NARROW_PITCH } else { WIDE_PITCH },
            pages: Vec::new(),
        };
        let page = PAGE_HEIGHT_MM * POINTS_PER_MM - under::height(&figure.style);
        layout.pages = layout.split(page - 2.0 * MARGIN - head - foot);
        Ok(layout)
    }

    /// Height of a lane: more where its label has several lines.
    pub(super) fn lane_height(&self, position: usize) -> f64 {
        let lines = self.labels[position].lines.len() as f64;
        self.pitch.max(lines * LINE_SPACING * TEXT_SIZE)
    }

    /// Lanes page by page, nearly as many on each.
    fn split(&self, room: f64) -> Vec<Range<usize>> {
        let total: f64 = (0..self.order.len()).map(|i| self.lane_height(i)).sum();
        let n_pages = (total / room).ceil().max(1.0);
        let fair = (total / n_pages + self.pitch).min(room);
        let (mut pages, mut start, mut used) = (Vec::new(), 0, 0.0);
        for i in 0..self.order.len() {
            let height = self.lane_height(i);
            if i > start && used + height > fair {
                pages.push(start..i);
                (start, used) = (i, 0.0);
            }
            used += height;
        }
        pages.push(start..self.order.len());
        pages
    }
}

/// Lanes by their length, the longest first; equal ones as given.
fn by_length(lanes: &[SwimmerLane]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..lanes.len()).collect();
    order.sort_by(|a, b| lanes[*b].end.total_cmp(&lanes[*a].end));
    order
}

/// Entries for the phases, marks and arrows that some lane has.
fn legend(figure: &SwimmerFigure, max_width: f64) -> Vec<Note> {
    let lanes = || figure.lanes.iter();
    let phases = figure.phases.iter().enumerate();
    let phases = phases.filter(|(i, _)| lanes().any(|lane| lane.bars.iter().any(|bar| bar.phase == *i)));
    let marks = figure.marks.iter().enumerate();
    let marks = marks.filter(|(i, _)| lanes().any(|lane| lane.marks.iter().any(|mark| mark.kind == *i)));
    let mono = figure.style.mono;
    let mut out: Vec<Note> =
        phases.map(|(i, label)| Note::entry(label, Swatch::Bar(i, mono), max_width)).collect();
    out.extend(marks.map(|(_, kind)| Note::entry(&kind.label, Swatch::Mark(kind.shape), max_width)));
    if lanes().any(|lane| lane.ongoing) && !figure.ongoing_label.is_empty() {
        out.push(Note::entry(&figure.ongoing_label, Swatch::Arrow, max_width));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_lane_is_first() {
        let lane = |end| SwimmerLane { end, ..SwimmerLane::default() };
        assert_eq!(by_length(&[lane(2.0), lane(9.0), lane(2.0), lane(5.0)]), [1, 3, 0, 2]);
    }
}
