//! Sizes of a Kaplan-Meier figure: one pass gives plot and table the same time scale.

use super::curve::Scales;
use super::input::KaplanMeierFigure;
use super::table::{Table, TableMode};
use super::ticks::TimeScale;
use crate::axis::{Scale, TICK_GAP, TICK_LENGTH, Tick};
use crate::error::FigureError;
use crate::font::{ASCENT, CAP_HEIGHT, text_width};
use crate::geometry::Box2;
use crate::number::tick_label;
use crate::size::{LINE_SPACING, MARGIN, POINTS_PER_MM, TEXT_SIZE, TITLE_SIZE};
use crate::ticks::{multiples, nice_step};
use crate::wrap::TextBlock;

/// Height of the plot in proportion to its width, and its limits in points, where no height is asked for.
const ASPECT: f64 = 0.68;
const PLOT_HEIGHTS: (f64, f64) = (120.0, 240.0);
/// Least height and width of a legible plot, in points.
const LEAST_PLOT: f64 = 70.0;
/// Gap between an axis's labels and its title, in points.
const TITLE_GAP: f64 = 3.0;
/// From the axis to the top of its title, in points.
const AXIS_BELOW: f64 = TICK_LENGTH + TICK_GAP + CAP_HEIGHT * TEXT_SIZE + TITLE_GAP;
/// Gap between the axis title and the table, in points.
const TABLE_GAP: f64 = 6.0;

/// Where everything of a figure is.
pub(super) struct Layout<'a> {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) plot: Box2,
    pub(super) scales: Scales,
    pub(super) x_ticks: Vec<Tick>,
    pub(super) y_ticks: Vec<Tick>,
    pub(super) x_title: TextBlock,
    pub(super) x_title_top: f64,
    pub(super) y_title: TextBlock,
    pub(super) table: Option<(Table<'a>, TableMode)>,
    pub(super) table_top: f64,
}

/// Horizontal places.
struct Columns {
    left: f64,
    right: f64,
    mode: Option<TableMode>,
}

/// Lays the figure out with `header` points free above the plot.
pub(super) fn lay_out(figure: &KaplanMeierFigure, header: f64) -> Result<Layout<'_>, FigureError> {
    let time = figure.time_scale()?;
    let width = figure.style.width_mm * POINTS_PER_MM;
    let y_values = y_values(figure);
    let table = match &figure.risk_table {
        Some(table) => Some(Table::new(figure, table, time.ticks.len(), width)?),
        None => None,
    };
    let axis_left = |title_lines: usize| {
        let labels =
            y_values.iter().map(|v| text_width(&percent_label(*v), TEXT_SIZE, false)).fold(0.0, f64::max);
        labels + TICK_LENGTH + TICK_GAP + TITLE_GAP + title_lines as f64 * TITLE_SIZE * LINE_SPACING
    };
    // The height of the plot decides how the vertical title wraps, and its lines decide the width of the plot.
    let one_line = columns(figure, &time, table.as_ref(), axis_left(1), width)?;
    let above = MARGIN + ASCENT / 2.0 * TEXT_SIZE + header;
    let rest = above + below(figure, &one_line, table.as_ref()).2;
    let plot_height = plot_height(figure, one_line.right - one_line.left, rest)?;
    let y_title = TextBlock::wrapped(&figure.y_label, plot_height, TITLE_SIZE, false);
    let columns = columns(figure, &time, table.as_ref(), axis_left(y_title.lines.len()), width)?;
    let plot = Box2::at(columns.left, above, columns.right - columns.left, plot_height);

    let (x_title, table_offset, below_height) = below(figure, &columns, table.as_ref());
    let height = plot.bottom + below_height;
    let asked = asked_height(figure);
    // A narrower plot than first thought may have wrapped a title once more.
    if let Some(asked) = asked.filter(|asked| height > asked + 1e-6) {
        return Err(too_tall(asked, height));
    }
    let y_max = figure.y_max.unwrap_or(1.0);
    let x = Scale::linear((0.0, time.max), (plot.left, plot.right));
    let y = Scale::linear((0.0, y_max), (plot.bottom, plot.top));
    Ok(Layout {
        width,
        height: asked.unwrap_or(height),
        plot,
        x_ticks: time.ticks.iter().map(|t| Tick { at: x.map(*t), label: tick_label(*t) }).collect(),
        y_ticks: y_values.iter().map(|v| Tick { at: y.map(*v), label: percent_label(*v) }).collect(),
        scales: Scales { x, y, x_max: time.max, y_max },
        x_title,
        x_title_top: plot.bottom + AXIS_BELOW,
        y_title,
        table: table.zip(columns.mode),
        table_top: plot.bottom + table_offset,
    })
}

/// Probabilities that have a tick.
fn y_values(figure: &KaplanMeierFigure) -> Vec<f64> {
    let y_max = figure.y_max.unwrap_or(1.0);
    // Quarters put a tick at the 50 % from which the median lines start.
    let step = if figure.median_line && y_max == 1.0 { 0.25 } else { nice_step(y_max, 5.0) };
    multiples(step, y_max)
}

/// Below the plot: the wrapped axis title, where the table begins, and where the figure ends, in points below the axis.
fn below(figure: &KaplanMeierFigure, columns: &Columns, table: Option<&Table<'_>>) -> (TextBlock, f64, f64) {
    let title = TextBlock::wrapped(&figure.x.label, columns.right - columns.left, TITLE_SIZE, false);
    let table_top = AXIS_BELOW + title.height() + TABLE_GAP;
    let end = match table.zip(columns.mode) {
        Some((table, mode)) => table_top + table.height(mode),
        None => AXIS_BELOW + title.height(),
    };
    (title, table_top, end + MARGIN)
}

/// Left and right edge of the plot, and how the table's numbers are set.
fn columns(
    figure: &KaplanMeierFigure,
    time: &TimeScale,
    table: Option<&Table<'_>>,
    axis_left: f64,
    width: f64,
) -> Result<Columns, FigureError> {
    let last_label = time.ticks.last().map_or(0.0, |t| text_width(&tick_label(*t), TEXT_SIZE, false) / 2.0);
    let n_ticks = time.ticks.len();
    let modes: Vec<Option<TableMode>> =
        table.map_or(vec![None], |table| table.modes().into_iter().map(Some).collect());
    let mut widest = 0.0_f64;
    for mode in modes {
        // What is centred below ticks: the last tick's label and the table's numbers.
        let mut below = vec![(n_ticks.saturating_sub(1), last_label)];
        let mut left_needed = axis_left;
        if let Some((table, mode)) = table.zip(mode) {
            below.extend((0..n_ticks).step_by(mode.every).map(|i| (i, table.half_width(i, mode))));
            left_needed = left_needed.max(table.left(mode));
        }
        let (left, right) = edges(time, left_needed, &below, width);
        let x = Scale::linear((0.0, time.max), (left, right));
        let tick_x: Vec<f64> = time.ticks.iter().map(|t| x.map(*t)).collect();
        let fits = table.zip(mode).is_none_or(|(table, mode)| table.fits(mode, &tick_x));
        if right - left >= LEAST_PLOT && fits {
            return Ok(Columns { left, right, mode });
        }
        widest = widest.max(right - left);
    }
    let needed_mm = figure.style.width_mm + ((LEAST_PLOT - widest) / POINTS_PER_MM).max(1.0);
    Err(FigureError::TooNarrow { width_mm: figure.style.width_mm, needed_mm })
}

/// Left and right edge of a plot with `left_needed` points to its left, so that what is centred
/// `below` ticks (number and half width) stays on the page.
fn edges(time: &TimeScale, left_needed: f64, below: &[(usize, f64)], width: f64) -> (f64, f64) {
    let left = MARGIN + left_needed;
    let limit = |(tick, half): &(usize, f64)| {
        let share = time.ticks.get(*tick).map_or(0.0, |t| t / time.max);
        if share > 0.0 { left + (width - MARGIN - half - left) / share } else { width }
    };
    (left, below.iter().map(limit).fold(width - MARGIN - 1.0, f64::min))
}

/// Height asked for without the line under the figure, in points.
fn asked_height(figure: &KaplanMeierFigure) -> Option<f64> {
    figure.style.height_mm.map(|mm| mm * POINTS_PER_MM - crate::under::height(&figure.style))
}

fn plot_height(figure: &KaplanMeierFigure, plot_width: f64, rest: f64) -> Result<f64, FigureError> {
    let Some(asked) = asked_height(figure) else {
        return Ok((ASPECT * plot_width).clamp(PLOT_HEIGHTS.0, PLOT_HEIGHTS.1));
    };
    if asked - rest < LEAST_PLOT { Err(too_tall(asked, rest + LEAST_PLOT)) } else { Ok(asked - rest) }
}

fn too_tall(asked: f64, needed: f64) -> FigureError {
    FigureError::TooTall { height_mm: asked / POINTS_PER_MM, needed_mm: (needed / POINTS_PER_MM).ceil() }
}

/// A probability as a percentage without the sign, which is in the axis title.
fn percent_label(value: f64) -> String {
    tick_label((value * 1e8).round() / 1e6)
}
