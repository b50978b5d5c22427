//! The tables as data: typed columns in memory, what an event is, and where every value came from.
//!
//! [`DataSet`] is what `import` makes and `study` reads. Neither knows the other.
//!
//! Architecture invariant: this crate does not know where data come from (no reader of any format) nor what is computed from them.

mod column;
mod data_set;

pub use column::{Category, Column, ColumnData, ColumnType};
pub use data_set::{DataSet, EventSource, EventTiming, ImportStep, ProblemsFound, SourceFile, Table};
