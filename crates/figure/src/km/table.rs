//! The table of numbers at risk below the time axis.

use super::curve::stroke;
use super::input::{Count, KaplanMeierFigure, RiskCell, RiskRow, RiskTable};
use crate::error::FigureError;
use crate::font::{ASCENT, CAP_HEIGHT, text_width};
use crate::geometry::pt;
use crate::number::grouped;
use crate::scene::{Anchor, Element, Group, Line, Text};
use crate::size::{LINE_SPACING, MARGIN, SMALLEST_SIZE, TEXT_SIZE};
use crate::wrap::TextBlock;

/// Length of the piece of curve beside a row's label: enough to show a dash pattern where there is one.
const SWATCH: f64 = 11.0;
const DASHED_SWATCH: f64 = 16.0;
/// Gap between that piece and the label, in points.
const SWATCH_GAP: f64 = 3.0;
/// Least gap between two columns, in points.
const COLUMN_GAP: f64 = 4.0;
/// Gap between labels and the first column, in points.
const LABEL_GAP: f64 = 6.0;
/// Extra space between rows, in points.
const ROW_GAP: f64 = 1.6;
/// Labels no wider than this stay on one line whatever their share, in points.
const SHORT_LABEL: f64 = 66.0;
/// Largest share of the figure's width for labels beside the numbers; longer ones go above them.
const LABEL_SHARE: f64 = 0.27;

/// How the numbers are set so that columns do not touch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TableMode {
    /// Type size of the numbers, in points.
    pub(super) size: f64,
    /// Events on a line of their own below the number at risk.
    pub(super) stacked: bool,
    /// Only every n-th tick has numbers.
    pub(super) every: usize,
}

/// A risk table ready to be laid out.
pub(super) struct Table<'a> {
    figure: &'a KaplanMeierFigure,
    table: &'a RiskTable,
    labels: Vec<TextBlock>,
    labels_above: bool,
    heading: TextBlock,
    swatch: f64,
}

impl<'a> Table<'a> {
    /// Checks the table's shape and sets its labels for a figure `width` points wide.
    pub(super) fn new(
        figure: &'a KaplanMeierFigure,
        table: &'a RiskTable,
        n_ticks: usize,
        width: f64,
    ) -> Result<Self, FigureError> {
        for row in &table.rows {
            let what = format!("cells of the risk table's row {:?}", row.label);
            check_shape(&what, n_ticks, if row.cells.is_empty() { n_ticks } else { row.cells.len() })?;
            if let Some(curve) = row.curve.filter(|curve| *curve >= figure.groups.len()) {
                let what = format!("curve of the risk table's row {:?}", row.label);
                check_shape(&what, figure.groups.len(), curve + 1)?;
            }
        }
        let inner = width - 2.0 * MARGIN;
        let dashed = (0..figure.groups.len()).any(|i| !stroke(figure, i).dash.is_empty());
        let swatch = if dashed { DASHED_SWATCH } else { SWATCH };
        // A row of words has no numbers that it could run into.
        let set = |max: f64| -> Vec<TextBlock> {
            let max_of = |row: &RiskRow| if row.cells.is_empty() { inner } else { max };
            table
                .rows
                .iter()
                .map(|row| TextBlock::wrapped(&row.label, max_of(row), TEXT_SIZE, false))
                .collect()
        };
        let with_numbers = |labels: &[TextBlock]| {
            let rows = table.rows.iter().zip(labels).filter(|(row, _)| !row.cells.is_empty());
            rows.map(|(_, label)| label.width()).fold(0.0, f64::max)
        };
        let on_one_line = with_numbers(&set(f64::INFINITY)) + 1e-6;
        let room = LABEL_SHARE * width - swatch - SWATCH_GAP;
        let beside = set(if on_one_line <= SHORT_LABEL { on_one_line.max(room) } else { room });
        let labels_above =
            table.rows.iter().zip(&beside).any(|(row, label)| !row.cells.is_empty() && label.lines.len() > 2);
        let labels = if labels_above { set(inner - swatch - SWATCH_GAP) } else { beside };
        let heading = TextBlock::wrapped(&table.heading, inner, TEXT_SIZE, true);
        Ok(Self { figure, table, labels, labels_above, heading, swatch })
    }

    /// Settings of the numbers, the best first.
    pub(super) fn modes(&self) -> Vec<TableMode> {
        let n_ticks = self.table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(1);
        let plain = |size, stacked| TableMode { size, stacked, every: 1 };
        let mut modes =
            vec![plain(TEXT_SIZE, false), plain(SMALLEST_SIZE, false), plain(SMALLEST_SIZE, true)];
        modes.extend((2..n_ticks.max(3)).map(|every| TableMode { size: TEXT_SIZE, stacked: false, every }));
        modes
    }

    /// Space needed left of the first tick, in points, without the margin.
    pub(super) fn left(&self, mode: TableMode) -> f64 {
        let rows = self.table.rows.iter().zip(&self.labels).filter(|(row, _)| !row.cells.is_empty());
        let right = |(row, label): (&RiskRow, &TextBlock)| self.indent(row) + label.width();
        let (labels, ends) = rows
            .map(|of| (of.1.width(), right(of)))
            .fold((0.0_f64, 0.0_f64), |a, b| (a.0.max(b.0), a.1.max(b.1)));
        let beside = if self.labels_above || labels == 0.0 { 0.0 } else { ends + LABEL_GAP };
        beside + self.half_width(0, mode)
    }

    /// Space needed right of tick number `column`, in points.
    pub(super) fn half_width(&self, column: usize, mode: TableMode) -> f64 {
        let cells = self.table.rows.iter().filter_map(|row| row.cells.get(column));
        let lines = cells.flat_map(|cell| cell_lines(cell, mode.stacked));
        lines.map(|line| text_width(&line, mode.size, false)).fold(0.0, f64::max) / 2.0
    }

    /// Whether columns at these places keep their distance.
    pub(super) fn fits(&self, mode: TableMode, tick_x: &[f64]) -> bool {
        let shown: Vec<(f64, f64)> = tick_x
            .iter()
            .enumerate()
            .step_by(mode.every)
            .map(|(i, x)| (*x, self.half_width(i, mode)))
            .collect();
        shown.windows(2).all(|pair| pair[1].0 - pair[0].0 >= pair[0].1 + pair[1].1 + COLUMN_GAP)
    }

    /// Height of the table, in points.
    pub(super) fn height(&self, mode: TableMode) -> f64 {
        self.heading_height() + (0..self.labels.len()).map(|i| self.row_height(i, mode)).sum::<f64>()
    }

    /// The table with its top at `top` and its columns centred at `tick_x`.
    pub(super) fn draw(&self, mode: TableMode, tick_x: &[f64], top: f64) -> Element {
        let mut elements = self.heading.place("table-heading", MARGIN, top, Anchor::Start);
        let mut y = top + self.heading_height();
        for i in 0..self.labels.len() {
            elements.extend(self.draw_row(i, mode, tick_x, y));
            y += self.row_height(i, mode);
        }
        Element::Group(Group { class: "risk-table", elements, ..Group::default() })
    }

    fn draw_row(&self, i: usize, mode: TableMode, tick_x: &[f64], top: f64) -> Vec<Element> {
        let mut out = Vec::new();
        let (row, label) = (&self.table.rows[i], &self.labels[i]);
        if label.width() > 0.0 {
            out.extend(label.place("table-label", MARGIN + self.indent(row), top, Anchor::Start));
            if let Some(curve) = row.curve.filter(|_| self.indent(row) > 0.0) {
                let y = top + (ASCENT - CAP_HEIGHT / 2.0) * TEXT_SIZE;
                let (from, to) = (pt(MARGIN, y), pt(MARGIN + self.swatch, y));
                let stroke = stroke(self.figure, curve);
                out.push(Element::Line(Line { from, to, stroke, class: "swatch" }));
            }
        }
        // Numbers share the first line's baseline with a label beside them.
        let first = top + ASCENT * TEXT_SIZE + if self.labels_above { self.label_height(i) } else { 0.0 };
        let columns = row.cells.iter().zip(tick_x).step_by(mode.every);
        for (cell, x) in columns {
            for (n, line) in cell_lines(cell, mode.stacked).into_iter().enumerate() {
                let at = pt(*x, first + n as f64 * LINE_SPACING * mode.size);
                out.push(Element::Text(Text::new("table-count", line, at, mode.size, Anchor::Middle)));
            }
        }
        out
    }

    /// Place of a label right of the margin: behind the swatch, if there are several curves and the row belongs to one.
    fn indent(&self, row: &RiskRow) -> f64 {
        let several = self.figure.groups.len() > 1;
        if several && row.curve.is_some() { self.swatch + SWATCH_GAP } else { 0.0 }
    }

    fn heading_height(&self) -> f64 {
        if self.heading.width() == 0.0 { 0.0 } else { self.heading.height() + ROW_GAP + 1.0 }
    }

    fn label_height(&self, i: usize) -> f64 {
        if self.labels[i].width() == 0.0 { 0.0 } else { self.labels[i].height() + ROW_GAP }
    }

    fn row_height(&self, i: usize, mode: TableMode) -> f64 {
        if self.table.rows[i].cells.is_empty() {
            return self.label_height(i);
        }
        let lines = if mode.stacked { 2.0 } else { 1.0 };
        let numbers = lines * LINE_SPACING * TEXT_SIZE + ROW_GAP;
        if self.labels_above { self.label_height(i) + numbers } else { self.label_height(i).max(numbers) }
    }
}

fn check_shape(what: &str, expected: usize, found: usize) -> Result<(), FigureError> {
    if expected == found {
        Ok(())
    } else {
        Err(FigureError::Shape { what: what.to_owned(), expected, found })
    }
}

/// The text of a cell: "n (events)", one of them alone, or one below the other.
fn cell_lines(cell: &RiskCell, stacked: bool) -> Vec<String> {
    match (cell.at_risk.map(count_text), cell.events.map(count_text)) {
        (Some(n), Some(events)) if stacked => vec![n, format!("({events})")],
        (Some(n), Some(events)) => vec![format!("{n} ({events})")],
        (Some(one), None) | (None, Some(one)) => vec![one],
        (None, None) => Vec::new(),
    }
}

fn count_text(count: Count) -> String {
    match count {
        Count::Exact(n) => grouped(n),
        Count::Below(n) => format!("<{}", grouped(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_as_journals_print_them() {
        let cell = |n, d| RiskCell { at_risk: n, events: d };
        let both = cell(Some(Count::Exact(1234)), Some(Count::Below(5)));
        assert_eq!(cell_lines(&both, false), ["1,234 (<5)"]);
        assert_eq!(cell_lines(&both, true), ["1,234", "(<5)"]);
        assert_eq!(cell_lines(&cell(None, Some(Count::Exact(3))), true), ["3"]);
        assert!(cell_lines(&cell(None, None), false).is_empty());
    }
}
