//! What can be wrong with a figure's input.

/// Why a figure cannot be drawn. No input makes drawing panic.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// There is nothing to draw.
    #[error("the figure has no {what}")]
    Empty {
        /// What is missing: "groups", "rows", "boxes".
        what: &'static str,
    },
    /// A number is NaN or infinite.
    #[error("{what} of {item:?} is not a finite number")]
    NotFinite {
        /// Which number.
        what: &'static str,
        /// Label of the group or row.
        item: String,
    },
    /// A number lies where it has no meaning (a probability above 1, a time before 0, a ratio of 0).
    #[error("{what} of {item:?} is {value}, outside {allowed}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// Label of the group or row.
        item: String,
        /// The number.
        value: f64,
        /// Where it may lie, in words.
        allowed: &'static str,
    },
    /// Times, or the two ends of an interval, do not ascend.
    #[error("{what} of {item:?} do not ascend at {value}")]
    NotAscending {
        /// Which numbers.
        what: &'static str,
        /// Label of the group or row.
        item: String,
        /// The first number smaller than the one before it.
        value: f64,
    },
    /// A table of cells does not have the shape of what it belongs to.
    #[error("{what}: expected {expected}, found {found}")]
    Shape {
        /// Which table or row.
        what: String,
        /// Number of entries expected.
        expected: usize,
        /// Number of entries found.
        found: usize,
    },
    /// The content cannot be set legibly in this width.
    #[error(
        "the figure needs {needed_mm:.0} mm but is {width_mm:.0} mm wide: use a wider column, shorter labels or fewer columns"
    )]
    TooNarrow {
        /// Width asked for, in mm.
        width_mm: f64,
        /// Width at which it would fit, in mm.
        needed_mm: f64,
    },
    /// The content cannot be set in this height.
    #[error(
        "the figure needs {needed_mm:.0} mm of height but has {height_mm:.0} mm: give more height, split it over pages or show less"
    )]
    TooTall {
        /// Height allowed, in mm.
        height_mm: f64,
        /// Height at which it would fit, in mm.
        needed_mm: f64,
    },
    /// The width or height asked for is no size of a figure.
    #[error("{value} mm is no usable {what}: give 50 to 1000 mm")]
    BadSize {
        /// "width" or "height".
        what: &'static str,
        /// The size asked for, in mm.
        value: f64,
    },
    /// A tick step would draw more ticks than anyone can read.
    #[error("a tick every {step} up to {max} makes more than {limit} ticks: use a longer step")]
    TooManyTicks {
        /// Step asked for.
        step: f64,
        /// End of the axis.
        max: f64,
        /// Greatest number of ticks.
        limit: usize,
    },
}
