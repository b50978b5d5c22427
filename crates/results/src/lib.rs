//! The result tables of a run: their columns, keys and exports.
//!
//! Everything that is printed, drawn or exported is read from here: [`Stats`] (one row per number), [`CurveRow`],
//! [`MethodRow`], [`ModelRow`], [`FindingRow`], [`CohortRow`], [`Outline`] (labels and order, no numbers) and, locally, [`Subjects`].
//! `columns.csv` beside this crate says what every column means.
//!
//! Architecture invariant: this crate does not know how numbers are computed or shown.

mod cohort;
mod error;
mod export;
mod outline;
mod rows;
mod stats;
mod tables;

pub use cohort::{Grouping, Lane, LaneKind, SubjectSet, Subjects};
pub use error::ResultsError;
pub use export::{CsvWriter, csv_with_note, from_parquet, to_csv, to_ndjson, to_parquet};
pub use outline::{
    AnalysisKind, AnalysisOutline, EndpointOutline, FigureOutline, FlowOutline, Outline, SourceOutline,
    StudyOutline, TermOutline, VariableKind, VariableOutline,
};
pub use rows::{CohortRow, CurveRow, FindingRow, MethodRow, ModelRow};
pub use stats::{Group, StatKey, StatRow, Stats};
pub use tables::RunResults;

/// The version of the tables; a newer one is refused, the previous one is read.
pub const SCHEMA_VERSION: u32 = 1;

/// What stands on every page, figure and table made from simulated data. No comma and no quote, so that it needs none in CSV.
pub const SYNTHETIC_NOTE: &str = "Simulated from published margins; joint distribution invented; coefficients were put in by the program; neither supports nor refutes the paper.";

/// What every column means, as shipped beside the tables.
pub const COLUMNS_CSV: &str = include_str!("../columns.csv");
