//! Horizontal places of a forest plot: labels, columns of text, plots.

use super::columns::{Column, clean};
use super::input::{ForestFigure, ForestMark, ForestRow};
use crate::error::FigureError;
use crate::font::text_width;
use crate::size::{LINE_SPACING, MARGIN, POINTS_PER_MM, SMALLEST_SIZE, TEXT_SIZE};
use crate::wrap::{TextBlock, natural_width, widest_word};

/// Type size and gap between columns, in points; the next is tried where one does not fit.
const SETTINGS: [(f64, f64); 3] = [(TEXT_SIZE, 9.0), (SMALLEST_SIZE, 8.0), (SMALLEST_SIZE, 5.5)];
/// Indentation of a level below its factor, in points.
const INDENT: f64 = 8.0;
/// Narrowest column of labels and narrowest plot, in points.
const LEAST_LABEL: f64 = 58.0;
const LEAST_PLOT: f64 = 48.0;
/// Share of the page that the longest word of a label may take before it is broken.
const LONGEST_WORD_SHARE: f64 = 0.3;
/// Widths of a plot that are good enough to leave the rest to the labels, and too wide to read across, in points.
const GOOD_PLOT: f64 = 90.0;
const WIDEST_PLOT: f64 = 220.0;
/// Most that a gap grows where there is room, in points.
const GAP_GROWTH: f64 = 10.0;
/// Extra space above the header row of a factor, in points.
const FACTOR_GAP: f64 = 2.5;
/// Extra gap after a plot without columns of text, for the outermost tick labels of it and the next plot, in points.
const BARE_PLOT_GAP: f64 = 14.0;
/// White space between rows, in points.
const ROW_GAP: f64 = 3.4;

/// A series' plot and columns.
pub(super) struct SeriesLayout {
    /// Left and right end of the plot.
    pub(super) plot: (f64, f64),
    /// The columns with their left edges.
    pub(super) columns: Vec<(f64, Column)>,
}

impl SeriesLayout {
    /// Left and right end of plot and columns together.
    pub(super) fn extent(&self) -> (f64, f64) {
        let right = self.columns.last().map_or(self.plot.1, |(left, column)| left + column.width);
        (self.plot.0, right)
    }
}

/// Where everything is, from left to right.
pub(super) struct Layout {
    /// Width of the page.
    pub(super) width: f64,
    /// Type size.
    pub(super) size: f64,
    /// Wrapped heading over the labels.
    pub(super) label_heading: TextBlock,
    /// Wrapped label of each row, and its left edge.
    pub(super) labels: Vec<(f64, TextBlock)>,
    /// Text columns before the first plot, with their left edges.
    pub(super) columns: Vec<(f64, Column)>,
    /// The series.
    pub(super) series: Vec<SeriesLayout>,
}

/// Lays a figure out in the largest type that fits.
pub(super) fn lay_out(figure: &ForestFigure) -> Result<Layout, FigureError> {
    let mut needed = f64::INFINITY;
    for (size, gap) in SETTINGS {
        match fit(figure, size, gap) {
            Ok(layout) => return Ok(layout),
            Err(width) => needed = needed.min(width),
        }
    }
    let needed_mm = (needed / POINTS_PER_MM).ceil();
    Err(FigureError::TooNarrow { width_mm: figure.style.width_mm, needed_mm })
}

/// The layout at this type size and gap, or the width in points at which it would fit.
fn fit(figure: &ForestFigure, size: f64, gap: f64) -> Result<Layout, f64> {
    let width = figure.style.width_mm * POINTS_PER_MM;
    let columns = left_columns(figure, size);
    let series: Vec<Vec<Column>> =
        (0..figure.series.len()).map(|i| series_columns(figure, i, size, gap)).collect();
    let all = columns.iter().chain(series.iter().flatten());
    let fixed: f64 = all.map(|column| column.width + gap).sum::<f64>()
        + series.iter().map(|own| gap + bare_gap(own)).sum::<f64>()
        + 2.0 * MARGIN;
    let n_plots = series.len() as f64;
    let free = width - fixed;
    let word = longest_word(figure, size);
    let least_label = word.min(LONGEST_WORD_SHARE * width).max(LEAST_LABEL);
    let least_rest = fixed + LEAST_PLOT * n_plots;
    if width < least_rest + least_label {
        // Wide enough for the longest word, or for the share of the page at which it is broken.
        let for_share = (least_rest / (1.0 - LONGEST_WORD_SHARE)).max(least_rest + LEAST_LABEL);
        return Err(for_share.min(least_rest + word.max(LEAST_LABEL)));
    }
    let natural = natural_label_width(figure, size);
    let label_width = natural.min((free - GOOD_PLOT * n_plots).max(least_label));
    let plot_width = ((free - label_width) / n_plots).min(WIDEST_PLOT);
    // What the plots cannot use widens the gaps, then the column of labels, rather than a border on one side.
    let spare = free - label_width - plot_width * n_plots;
    let n_gaps = columns.len() as f64 + series.iter().map(|own| own.len() as f64 + 1.0).sum::<f64>();
    let growth = (spare / n_gaps).min(GAP_GROWTH);
    let label_width = label_width + spare - growth * n_gaps;
    Ok(place(figure, (size, gap + growth), label_width, plot_width, columns, series))
}

fn bare_gap(columns: &[Column]) -> f64 {
    if columns.is_empty() { BARE_PLOT_GAP } else { 0.0 }
}

fn place(
    figure: &ForestFigure,
    (size, gap): (f64, f64),
    label_width: f64,
    plot_width: f64,
    columns: Vec<Column>,
    series: Vec<Vec<Column>>,
) -> Layout {
    let mut x = MARGIN + label_width + gap;
    let mut put = |column: Column| {
        let left = x;
        x += column.width + gap;
        (left, column)
    };
    let columns: Vec<(f64, Column)> = columns.into_iter().map(&mut put).collect();
    let mut placed = Vec::new();
    for series_columns in series {
        let plot = (x, x + plot_width);
        x = plot.1 + gap + bare_gap(&series_columns);
        let mut series_placed = Vec::new();
        for column in series_columns {
            let column_width = column.width;
            series_placed.push((x, column));
            x += column_width + gap;
        }
        placed.push(SeriesLayout { plot, columns: series_placed });
    }
    let first_plot = placed.first().map_or(0.0, |series| series.plot.0);
    let label = |row: &ForestRow| {
        let indent = f64::from(row.indent.min(4)) * INDENT;
        let left = MARGIN + indent;
        // A header row has no cells: its label may run across their columns.
        let room = if row.cells.is_empty() { first_plot - gap - MARGIN } else { label_width };
        (left, TextBlock::wrapped(&row.label, room - indent, size, row.bold))
    };
    Layout {
        width: figure.style.width_mm * POINTS_PER_MM,
        size,
        label_heading: TextBlock::wrapped(&figure.label_heading, label_width, size, true),
        labels: figure.rows.iter().map(label).collect(),
        columns,
        series: placed,
    }
}

impl Layout {
    /// Height of row `i` with the space above it, in points.
    pub(super) fn row_height(&self, i: usize) -> f64 {
        self.space_above(i) + self.labels[i].1.lines.len().max(1) as f64 * LINE_SPACING * self.size + ROW_GAP
    }

    /// Space above row `i`, in points: more above a factor than between its levels.
    pub(super) fn space_above(&self, i: usize) -> f64 {
        if i > 0 && self.labels[i].1.bold { FACTOR_GAP } else { 0.0 }
    }
}

/// Width of the longest word of a label with its indentation, in points.
fn longest_word(figure: &ForestFigure, size: f64) -> f64 {
    let width =
        |row: &ForestRow| f64::from(row.indent.min(4)) * INDENT + widest_word(&row.label, size, row.bold);
    let rows = figure.rows.iter().filter(|row| !row.cells.is_empty());
    rows.map(width).fold(0.0, f64::max) + 1e-6
}

fn natural_label_width(figure: &ForestFigure, size: f64) -> f64 {
    let rows = figure.rows.iter().filter(|row| !row.cells.is_empty() || figure.columns.is_empty());
    let labels =
        rows.map(|row| f64::from(row.indent.min(4)) * INDENT + natural_width(&row.label, size, row.bold));
    labels.fold(natural_width(&figure.label_heading, size, true), f64::max) + 1e-6
}

fn left_columns(figure: &ForestFigure, size: f64) -> Vec<Column> {
    let measure = |(i, column)| {
        let cells = figure.rows.iter().filter_map(|row| row.cells.get(i)).map(String::as_str);
        Column::measure(column, cells, size)
    };
    figure.columns.iter().enumerate().map(measure).collect()
}

/// Columns of one series; the last one is widened if a text that runs across all of them needs it.
fn series_columns(figure: &ForestFigure, series: usize, size: f64, gap: f64) -> Vec<Column> {
    let specification = &figure.series[series].columns;
    let marks: Vec<&ForestMark> = figure.rows.iter().filter_map(|row| row.marks.get(series)).collect();
    let own = |mark: &&&ForestMark| mark.cells.len() == specification.len();
    let measure = |(i, column)| {
        let cells = marks.iter().filter(own).filter_map(|mark| mark.cells.get(i)).map(String::as_str);
        Column::measure(column, cells, size)
    };
    let mut columns: Vec<Column> = specification.iter().enumerate().map(measure).collect();
    let across = marks.iter().filter(|mark| !own(mark)).filter_map(|mark| mark.cells.first());
    let widest = across.map(|text| text_width(&clean(text), size, false)).fold(0.0, f64::max);
    let total: f64 = columns.iter().map(|column| column.width + gap).sum::<f64>() - gap;
    if let Some(last) = columns.last_mut() {
        last.width += (widest - total).max(0.0);
    }
    columns
}
