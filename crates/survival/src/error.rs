//! What can be wrong with the input of an estimator.

/// Why an estimator could not answer.
///
/// Every variant names the place; `row`s and `column`s count from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SurvivalError {
    /// There is no row at all.
    #[error("no subjects")]
    NoSubjects,
    /// Two inputs that describe the same rows differ in length.
    #[error("{what} has {found} values for {expected} rows")]
    LengthMismatch {
        /// The input of the wrong length.
        what: &'static str,
        /// Rows of the sample.
        expected: usize,
        /// Values found.
        found: usize,
    },
    /// More rows than a 32-bit index can count.
    #[error("{n} rows are more than this crate can index")]
    TooManyRows {
        /// Rows given.
        n: usize,
    },
    /// A time is NaN or infinite.
    #[error("time in row {row} is not finite")]
    TimeNotFinite {
        /// Row of the value.
        row: usize,
    },
    /// Follow-up ends before time zero.
    #[error("time {time} in row {row} is negative")]
    NegativeTime {
        /// Row of the value.
        row: usize,
        /// The value.
        time: f64,
    },
    /// A row is at risk over no interval (also when entry and exit are a near-tie).
    #[error("entry {entry} is not before exit {exit} in row {row}")]
    EntryNotBeforeExit {
        /// Row of the values.
        row: usize,
        /// Start of being at risk.
        entry: f64,
        /// End of follow-up.
        exit: f64,
    },
    /// Entry and exit are given in different representations.
    #[error("entry and exit must both be days or both be continuous")]
    MixedTimes,
    /// A weight is negative or not finite.
    #[error("weight {weight} in row {row} is not a finite number of at least 0")]
    InvalidWeight {
        /// Row of the value.
        row: usize,
        /// The value.
        weight: f64,
    },
    /// All weights are 0.
    #[error("the weights sum to 0")]
    ZeroTotalWeight,
    /// A group code is not below the stated number of groups.
    #[error("group {group} in row {row} is not below {n_groups}")]
    GroupOutOfRange {
        /// Row of the value.
        row: usize,
        /// The code.
        group: u32,
        /// Number of groups stated.
        n_groups: usize,
    },
    /// A comparison needs at least two groups with subjects.
    #[error("{n} group(s) with subjects at risk of an event; a comparison needs two")]
    FewerThanTwoGroups {
        /// Groups with subjects.
        n: usize,
    },
    /// No event, hence nothing to estimate.
    #[error("no events")]
    NoEvents,
    /// A covariate, offset or score is NaN or infinite.
    #[error("{what} in row {row}, column {column} is not finite")]
    NotFinite {
        /// Which input.
        what: &'static str,
        /// Row of the value.
        row: usize,
        /// Column of the value (0 where there is one column only).
        column: usize,
    },
    /// A value so large or small that sums of squares would not be numbers, or a code beyond its limit.
    #[error("{what} {value} in row {row}, column {column} is out of range: {expected}")]
    OutOfRange {
        /// Which input.
        what: &'static str,
        /// Row of the value.
        row: usize,
        /// Column of the value (0 where there is one column only).
        column: usize,
        /// The value.
        value: f64,
        /// What is allowed.
        expected: &'static str,
    },
    /// A table with more cells than fit in memory, as of too many groups or of days too far apart.
    #[error("a table of {cells} cells is too large")]
    TableTooLarge {
        /// Cells it would have.
        cells: usize,
    },
    /// A model without covariates.
    #[error("no covariates")]
    NoCovariates,
    /// An option is outside its range.
    #[error("{option} is {value}; {expected}")]
    InvalidOption {
        /// Name of the option.
        option: &'static str,
        /// The value.
        value: f64,
        /// What is allowed.
        expected: &'static str,
    },
    /// A restricted mean beyond the last follow-up time, where the curve does not exist.
    #[error("the horizon {horizon} lies beyond the last follow-up time {last}")]
    HorizonBeyondFollowUp {
        /// The horizon asked for.
        horizon: f64,
        /// Last follow-up time of the curve.
        last: f64,
    },
    /// Two tables to be merged have different numbers of groups or causes.
    #[error("tables of different shape cannot be merged")]
    TableShape,
    /// The information matrix of the model cannot be inverted.
    #[error("the information matrix is singular")]
    SingularInformation,
    /// The method needs at least one estimable coefficient.
    #[error("no coefficient can be estimated")]
    NothingEstimable,
    /// No two subjects can be compared.
    #[error("no comparable pairs of subjects")]
    NoComparablePairs,
    /// What is asked for needs all coefficients, and one is infinite.
    #[error("the coefficient of column {column} is infinite")]
    InfiniteCoefficient {
        /// The column.
        column: usize,
    },
    /// No cut of the covariate lies within the allowed shares.
    #[error("the covariate allows no cut-point within the limits")]
    NoCut,
    /// The method does not cover this kind of data.
    #[error("{method} does not cover {what}")]
    NotCovered {
        /// The method.
        method: &'static str,
        /// The kind of data or option.
        what: &'static str,
    },
}

/// Result of an estimator.
pub type Result<T> = std::result::Result<T, SurvivalError>;
