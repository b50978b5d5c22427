//! Places of a timeline.

use super::check::check;
use super::input::{TimelineFigure, TimelineItem};
use super::rows::{ARROW, MARK_SIZE, Placed, rows};
use crate::axis::{Scale, TICK_GAP, TICK_LENGTH, Tick};
use crate::error::FigureError;
use crate::font::{CAP_HEIGHT, text_width};
use crate::km::TimeUnit;
use crate::number::tick_label;
use crate::size::{LINE_SPACING, MARGIN, PAGE_HEIGHT_MM, POINTS_PER_MM, TEXT_SIZE, TITLE_SIZE};
use crate::ticks::{month_step, plain_step};
use crate::under;
use crate::wrap::TextBlock;

/// Least height of a row of items and white space between rows, above and below a lane, in points.
const LEAST_ROW: f64 = 9.0;
const ROW_GAP: f64 = 2.0;
pub(super) const LANE_GAP: f64 = 3.0;
/// Gap between labels and plot, in points.
const LABEL_GAP: f64 = 5.0;
/// Largest share of the page for the labels of lanes.
const LABEL_SHARE: f64 = 0.22;
/// Least width of the plot, in points.
const LEAST_PLOT: f64 = 110.0;
/// Gap between the axis's labels and its title, in points.
pub(super) const TITLE_GAP: f64 = 3.0;

/// A lane's rows with their heights.
pub(super) struct Lane {
    pub(super) label: TextBlock,
    pub(super) rows: Vec<(f64, Vec<Placed>)>,
    pub(super) height: f64,
}

/// Where everything is.
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) plot: (f64, f64),
    pub(super) x: Scale,
    pub(super) ticks: Vec<Tick>,
    pub(super) title: TextBlock,
    pub(super) lanes: Vec<Lane>,
}

impl Layout {
    pub(super) fn new(figure: &TimelineFigure) -> Result<Self, FigureError> {
        check(figure)?;
        let width = figure.style.width_mm * POINTS_PER_MM;
        let labels: Vec<TextBlock> = figure
            .lanes
            .iter()
            .map(|lane| TextBlock::wrapped(&lane.label, LABEL_SHARE * width, TEXT_SIZE, true))
            .collect();
        let label_width = labels.iter().map(TextBlock::width).fold(0.0, f64::max);
        let plot = (MARGIN + label_width + LABEL_GAP, width - MARGIN);
        if plot.1 - plot.0 < LEAST_PLOT {
            let needed_mm = figure.style.width_mm + (LEAST_PLOT - (plot.1 - plot.0)) / POINTS_PER_MM + 1.0;
            return Err(FigureError::TooNarrow { width_mm: figure.style.width_mm, needed_mm });
        }
        let (x, ticks) = axis(figure, plot);
        let title = TextBlock::wrapped(&figure.x.label, plot.1 - plot.0, TITLE_SIZE, false);
        let lane = |(lane, label)| {
            let rows = rows(lane, &x, plot).into_iter().map(|row| (row_height(&row), row));
            let rows: Vec<(f64, Vec<Placed>)> = rows.collect();
            let content: f64 = rows.iter().map(|(height, _)| height + ROW_GAP).sum::<f64>() - ROW_GAP;
            let label: TextBlock = label;
            let height = content.max(label.height()).max(LEAST_ROW) + 2.0 * LANE_GAP;
            Lane { label, rows, height }
        };
        let lanes: Vec<Lane> = figure.lanes.iter().zip(labels).map(lane).collect();
        let foot = TICK_LENGTH + TICK_GAP + CAP_HEIGHT * TEXT_SIZE + TITLE_GAP + title.height();
        let height = 2.0 * MARGIN + lanes.iter().map(|lane| lane.height).sum::<f64>() + foot;
        let whole = height + under::height(&figure.style);
        if whole > PAGE_HEIGHT_MM * POINTS_PER_MM {
            let needed_mm = (whole / POINTS_PER_MM).ceil();
            return Err(FigureError::TooTall { height_mm: PAGE_HEIGHT_MM, needed_mm });
        }
        Ok(Self { width, height, plot, x, ticks, title, lanes })
    }

    /// Distance from the top of a row to that of the next.
    pub(super) fn row_pitch(height: f64) -> f64 {
        height + ROW_GAP
    }
}

/// Height of a row: the most lines that a label in it has.
fn row_height(row: &[Placed]) -> f64 {
    let lines = row.iter().map(|placed| placed.label.1.lines.len()).max().unwrap_or(1).max(1);
    (lines as f64 * LINE_SPACING * TEXT_SIZE).max(LEAST_ROW)
}

/// Scale and ticks: from the first to the last time known, with room for half a mark before and an arrow behind.
fn axis(figure: &TimelineFigure, plot: (f64, f64)) -> (Scale, Vec<Tick>) {
    let items = || figure.lanes.iter().flat_map(|lane| &lane.items);
    let last_of =
        |item: &TimelineItem| item.to.map_or(item.from.latest, |to| to.latest).max(item.from.latest);
    let zero = figure.x.zero;
    let mut first = items().map(|item| item.from.earliest).chain(zero).fold(f64::INFINITY, f64::min);
    let mut last = items().map(last_of).chain(zero).fold(f64::NEG_INFINITY, f64::max);
    if last - first <= 0.0 {
        (first, last) = (first - 0.5, last + 0.5);
    }
    let ticks: Vec<(f64, String)> = if figure.x.ticks.is_empty() {
        let step = match figure.x.unit {
            TimeUnit::Months => month_step(last - first),
            TimeUnit::Years | TimeUnit::Other => plain_step(last - first),
        };
        let from = (first / step - 1e-9).ceil() as i64;
        let to = (last / step + 1e-9).floor() as i64;
        (from..=to).map(|i| i as f64 * step).map(|t| (t, tick_label(t).replace('-', "\u{2212}"))).collect()
    } else {
        figure.x.ticks.iter().filter(|(t, _)| (first..=last).contains(t)).cloned().collect()
    };
    let half = |tick: Option<&(f64, String)>| {
        tick.map_or(0.0, |(_, label)| text_width(label, TEXT_SIZE, false) / 2.0)
    };
    let left = plot.0 + (MARK_SIZE / 2.0 + 1.0).max(half(ticks.first()) - 2.0);
    let right = plot.1 - ARROW.max(half(ticks.last()));
    let x = Scale::linear((first, last), (left, right));
    let ticks = ticks.into_iter().map(|(t, label)| Tick { at: x.map(t), label }).collect();
    (x, ticks)
}
