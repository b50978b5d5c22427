//! What a forest plot is made of.

use crate::size::FigureStyle;

/// Estimates with intervals, row by row, beside columns of text; one or two series side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestFigure {
    /// Name of the figure for screen readers; not drawn.
    pub title: String,
    /// Longer description for screen readers. If empty, one is made from the rows.
    pub description: String,
    /// Heading over the row labels, "Factor".
    pub label_heading: String,
    /// Text columns between the labels and the first plot, such as n and events.
    pub columns: Vec<ForestColumn>,
    /// What is estimated; usually one ("Hazard ratio") or two ("Univariable", "Multivariable").
    pub series: Vec<ForestSeries>,
    /// The rows, from the top.
    pub rows: Vec<ForestRow>,
    /// The common axis of all series.
    pub axis: RatioAxis,
    /// Width and colour. The height follows from the rows.
    pub style: FigureStyle,
}

/// A column of text.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestColumn {
    /// Heading; a line break in it starts a second line.
    pub heading: String,
    /// How the cells line up.
    pub align: ColumnAlign,
}

/// How cells of a column line up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnAlign {
    /// At the left edge: words.
    Left,
    /// At the right edge: whole numbers.
    Right,
    /// At the first decimal mark (`.`, `,` or `·` between digits): estimates and P values.
    Decimal,
}

/// One plot with its columns of text to the right of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestSeries {
    /// Heading over plot and columns, "Univariable"; empty if there is only one series.
    pub heading: String,
    /// Title below the axis, "Hazard ratio (95% CI)".
    pub axis_label: String,
    /// Text columns to the right of the plot.
    pub columns: Vec<ForestColumn>,
    /// Captions below the axis left and right of the null line, such as "Favours A" and "Favours B".
    pub favours: Option<(String, String)>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForestRow {
    /// Label, wrapped where it is too long.
    pub label: String,
    /// Steps of indentation: 0 for a factor, 1 for its levels.
    pub indent: u8,
    /// Bold label: the header row of a factor.
    pub bold: bool,
    /// Texts of [`ForestFigure::columns`]; empty, or one per column.
    pub cells: Vec<String>,
    /// Estimates; empty (a header row), or one per series.
    pub marks: Vec<ForestMark>,
}

/// What one row shows in one series.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForestMark {
    /// What is drawn.
    pub value: ForestValue,
    /// Texts of [`ForestSeries::columns`]; one per column, or a single text ("Reference",
    /// "Not estimable") that may run across all of them, or none.
    pub cells: Vec<String>,
}

/// What is drawn in the plot for one row.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum ForestValue {
    /// Nothing; also for a level whose ratio cannot be estimated.
    #[default]
    Nothing,
    /// The level the others are compared with: a small mark on the null line.
    Reference,
    /// A ratio with its interval.
    Estimate {
        /// The ratio, above 0.
        ratio: f64,
        /// Lower confidence limit (≥ 0), if defined.
        low: Option<f64>,
        /// Upper confidence limit (may be infinite: drawn as an arrow), if defined.
        high: Option<f64>,
        /// The square's area in proportion to the other rows': number of events or inverse variance. > 0.
        weight: f64,
    },
}

/// Logarithmic axis of ratios.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RatioAxis {
    /// Left end; by default from the data. Intervals beyond it end in an arrow.
    pub min: Option<f64>,
    /// Right end; by default from the data.
    pub max: Option<f64>,
}
