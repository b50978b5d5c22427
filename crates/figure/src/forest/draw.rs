//! A laid-out forest plot as scenes, one per page.

use super::axis::ends;
use super::check::check;
use super::columns::clean;
use super::input::{ForestFigure, ForestMark, ForestRow, ForestValue};
use super::layout::{Layout, SeriesLayout, lay_out};
use super::marks::draw_mark;
use super::pages::split;
use crate::axis::{AXIS_WIDTH, Scale, TICK_GAP, TICK_LENGTH, Tick, axis_line, bottom_axis};
use crate::color::{BLACK, GUIDE};
use crate::error::FigureError;
use crate::font::{ASCENT, CAP_HEIGHT};
use crate::geometry::pt;
use crate::number::tick_label;
use crate::scene::{Anchor, Element, Group, Line, Scene, Stroke, Text, only_page};
use crate::size::{MARGIN, PAGE_HEIGHT_MM, POINTS_PER_MM};
use crate::svg::Svg;
use crate::ticks::log_ticks;
use crate::under::{self, with_note};
use crate::wrap::TextBlock;
use std::ops::Range;

/// Gap between headings and the rule below them, and between the rule and the rows, in points.
const RULE_GAP: f64 = 2.5;
/// Gap between the axis's labels and its title, and between title and captions, in points.
const TITLE_GAP: f64 = 3.0;
/// Width of a plot per tick, in points: labels stay apart.
const WIDTH_PER_TICK: f64 = 15.0;

/// Vertical measures that all pages share.
struct Rows {
    /// Height of the headings with the rule.
    head: f64,
    /// Height of axis, axis title and captions.
    foot: f64,
}

impl ForestFigure {
    /// The figure as one SVG.
    ///
    /// # Errors
    /// See [`FigureError`]: nothing to draw, ratios that are not above 0, limits that do not enclose
    /// the ratio, cells that do not match the columns, a width too small for the columns. More rows
    /// than fit a journal's page (225 mm, about 55 rows) are [`FigureError::TooTall`]: use [`Self::render_pages`].
    pub fn render(&self) -> Result<Svg, FigureError> {
        Ok(self.scene()?.to_svg())
    }

    /// The figure as one SVG per page, each with headings and axis.
    ///
    /// # Errors
    /// As [`Self::render`], but never for the number of rows.
    pub fn render_pages(&self) -> Result<Vec<Svg>, FigureError> {
        Ok(self.scenes()?.iter().map(Scene::to_svg).collect())
    }

    /// The figure laid out on one page.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn scene(&self) -> Result<Scene, FigureError> {
        only_page(self.scenes()?)
    }

    /// The figure laid out, one scene per page.
    ///
    /// # Errors
    /// As [`Self::render_pages`].
    pub fn scenes(&self) -> Result<Vec<Scene>, FigureError> {
        check(self)?;
        let layout = lay_out(self)?;
        let rows = Rows { head: head_height(self, &layout), foot: foot_height(self, &layout) };
        let heights: Vec<f64> = (0..self.rows.len()).map(|i| layout.row_height(i)).collect();
        let page = PAGE_HEIGHT_MM * POINTS_PER_MM - under::height(&self.style);
        let room = page - 2.0 * MARGIN - rows.head - rows.foot;
        let pages = split(&self.rows, &heights, room);
        Ok(pages.into_iter().map(|page| self.draw_page(&layout, &rows, page)).collect())
    }

    fn draw_page(&self, layout: &Layout, rows: &Rows, page: Range<usize>) -> Scene {
        let mut elements = self.draw_head(layout, MARGIN, rows.head);
        let top = MARGIN + rows.head;
        let bottom = top + page.clone().map(|i| layout.row_height(i)).sum::<f64>();
        let scales: Vec<Scale> =
            layout.series.iter().map(|series| Scale::log(ends(self), series.plot)).collect();
        for (i, scale) in scales.iter().enumerate() {
            elements.extend(self.draw_axis(layout, i, scale, top, bottom));
        }
        let mut y = top;
        for i in page.clone() {
            elements.push(self.draw_row(layout, &scales, i, y));
            y += layout.row_height(i);
        }
        let height = bottom + rows.foot + MARGIN;
        let (title, description) = (self.title.clone(), self.describe(&self.rows[page]));
        with_note(Scene { width: layout.width, height, title, description, elements }, &self.style)
    }

    fn draw_head(&self, layout: &Layout, top: f64, height: f64) -> Vec<Element> {
        let rule = top + height - RULE_GAP;
        let bottom = rule - RULE_GAP;
        let label_top = bottom - layout.label_heading.height();
        let mut out = layout.label_heading.place("heading", MARGIN, label_top, Anchor::Start);
        let columns = layout.columns.iter().chain(layout.series.iter().flat_map(|series| &series.columns));
        for (left, column) in columns {
            out.extend(column.draw_heading(*left, bottom));
        }
        for (series, placed) in self.series.iter().zip(&layout.series) {
            out.extend(draw_series_heading(&series.heading, placed, layout.size, top));
        }
        out.push(axis_line("rule", pt(MARGIN, rule), pt(layout.width - MARGIN, rule)));
        out
    }

    /// Null line, axis, its title and captions.
    fn draw_axis(&self, layout: &Layout, i: usize, scale: &Scale, top: f64, bottom: f64) -> Vec<Element> {
        let (left, right) = layout.series[i].plot;
        let (min, max) = ends(self);
        let most = ((right - left) / WIDTH_PER_TICK).floor() as usize;
        let tick = |value: f64| Tick { at: scale.map(value), label: tick_label(value) };
        let ticks: Vec<Tick> = log_ticks(min, max, most.clamp(2, 9)).into_iter().map(tick).collect();
        let mut out = Vec::new();
        if (min..=max).contains(&1.0) {
            let (from, to) = (pt(scale.map(1.0), top), pt(scale.map(1.0), bottom));
            out.push(Element::Line(Line {
                from,
                to,
                stroke: Stroke::solid(GUIDE, AXIS_WIDTH),
                class: "null",
            }));
        }
        out.extend(bottom_axis(left, right, bottom, &ticks, layout.size));
        let mut y = bottom + TICK_LENGTH + TICK_GAP + CAP_HEIGHT * layout.size + TITLE_GAP;
        let title = axis_title(self, layout, i);
        out.extend(title.place("axis-title", (left + right) / 2.0, y, Anchor::Middle));
        y += title.height() + TITLE_GAP;
        if let Some((first, second)) = captions(self, layout, i) {
            let quarter = (right - left) / 4.0;
            out.extend(first.place("favours", left + quarter, y, Anchor::Middle));
            out.extend(second.place("favours", right - quarter, y, Anchor::Middle));
        }
        out
    }

    fn draw_row(&self, layout: &Layout, scales: &[Scale], i: usize, top: f64) -> Element {
        let row = &self.rows[i];
        let top = top + layout.space_above(i);
        let baseline = top + ASCENT * layout.size;
        let middle = baseline - CAP_HEIGHT / 2.0 * layout.size;
        let (left, label) = &layout.labels[i];
        let mut elements = label.place("row-label", *left, top, Anchor::Start);
        for ((x, column), cell) in layout.columns.iter().zip(&row.cells) {
            elements.extend(column.draw_cell(cell, *x, baseline));
        }
        let heaviest = self.heaviest();
        for ((s, mark), scale) in row.marks.iter().enumerate().zip(scales) {
            elements.extend(draw_texts(mark, &layout.series[s], layout.size, baseline));
            elements.extend(draw_mark(
                &mark.value,
                scale,
                layout.series[s].plot,
                middle,
                heaviest,
                s,
                self.style.mono,
            ));
        }
        Element::Group(Group { class: "row", title: String::new(), data: Vec::new(), elements })
    }

    /// The greatest weight: its square is the largest.
    fn heaviest(&self) -> f64 {
        let weight = |mark: &ForestMark| match mark.value {
            ForestValue::Estimate { weight, .. } => weight,
            ForestValue::Nothing | ForestValue::Reference => 0.0,
        };
        self.rows.iter().flat_map(|row| &row.marks).map(weight).fold(0.0, f64::max)
    }

    /// The given description, or the texts of each row.
    fn describe(&self, rows: &[ForestRow]) -> String {
        if !self.description.is_empty() {
            return self.description.clone();
        }
        let sentence = |row: &ForestRow| {
            let texts = row.cells.iter().chain(row.marks.iter().flat_map(|mark| &mark.cells));
            let texts: Vec<&str> = texts.map(String::as_str).filter(|text| !text.is_empty()).collect();
            if texts.is_empty() {
                format!("{}:", row.label)
            } else {
                format!("{}: {}.", row.label, texts.join(", "))
            }
        };
        rows.iter().map(sentence).collect::<Vec<_>>().join(" ")
    }
}

/// A series' heading centred over its plot and columns, with a rule as wide as they are.
fn draw_series_heading(heading: &str, placed: &SeriesLayout, size: f64, top: f64) -> Vec<Element> {
    let (left, right) = placed.extent();
    let block = TextBlock::wrapped(heading, right - left, size, true);
    if block.width() == 0.0 {
        return Vec::new();
    }
    let mut out = block.place("heading", (left + right) / 2.0, top, Anchor::Middle);
    let y = top + block.height() + RULE_GAP;
    let stroke = Stroke::solid(BLACK, AXIS_WIDTH / 2.0);
    out.push(Element::Line(Line { from: pt(left, y), to: pt(right, y), stroke, class: "rule" }));
    out
}

/// Texts beside the plot: one per column, or one across all of them.
fn draw_texts(mark: &ForestMark, placed: &SeriesLayout, size: f64, baseline: f64) -> Vec<Element> {
    if mark.cells.len() == placed.columns.len() {
        let cells = placed.columns.iter().zip(&mark.cells);
        return cells.filter_map(|((left, column), cell)| column.draw_cell(cell, *left, baseline)).collect();
    }
    let across = mark.cells.first().map(|text| clean(text)).filter(|text| !text.is_empty());
    let text = across.zip(placed.columns.first()).map(|(text, (left, _))| {
        Element::Text(Text::new("cell", text, pt(*left, baseline), size, Anchor::Start))
    });
    text.into_iter().collect()
}

fn head_height(figure: &ForestFigure, layout: &Layout) -> f64 {
    let columns = layout.columns.iter().chain(layout.series.iter().flat_map(|series| &series.columns));
    let headings =
        columns.map(|(_, column)| column.heading_height()).fold(layout.label_heading.height(), f64::max);
    let series_heading = |(series, placed): (&super::input::ForestSeries, &SeriesLayout)| {
        let (left, right) = placed.extent();
        let block = TextBlock::wrapped(&series.heading, right - left, layout.size, true);
        if block.width() == 0.0 { 0.0 } else { block.height() + 2.0 * RULE_GAP }
    };
    let series = figure.series.iter().zip(&layout.series).map(series_heading).fold(0.0, f64::max);
    series + headings + 2.0 * RULE_GAP
}

fn foot_height(figure: &ForestFigure, layout: &Layout) -> f64 {
    let foot = |i: usize| {
        let captions = captions(figure, layout, i);
        let captions = captions.map_or(0.0, |(a, b)| TITLE_GAP + a.height().max(b.height()));
        axis_title(figure, layout, i).height() + captions
    };
    let below = (0..figure.series.len()).map(foot).fold(0.0, f64::max);
    TICK_LENGTH + TICK_GAP + CAP_HEIGHT * layout.size + TITLE_GAP + below
}

fn axis_title(figure: &ForestFigure, layout: &Layout, i: usize) -> TextBlock {
    let (left, right) = layout.series[i].plot;
    TextBlock::wrapped(&figure.series[i].axis_label, right - left, layout.size, false)
}

fn captions(figure: &ForestFigure, layout: &Layout, i: usize) -> Option<(TextBlock, TextBlock)> {
    let (left, right) = layout.series[i].plot;
    let half = (right - left) / 2.0 - 3.0;
    let caption = |text: &str| TextBlock::wrapped(text, half, layout.size, false);
    figure.series[i].favours.as_ref().map(|(first, second)| (caption(first), caption(second)))
}
