//! The tables as data: typed columns in memory, what an event is, and where every value came from.
//!
//! [`DataSet`] is one table with a row per unit; [`Records`] are the related tables of a department, after [`schema()`].
//! Both are what `import` makes and `study` reads. Neither knows the other.
//!
//! [`lock`] keeps records as they were at a cut-off, [`check`] finds what contradicts itself in them, [`csv`] writes them for others.
//!
//! Architecture invariant: this crate does not know where data come from (it reads no format but its own locks) nor what is
//! computed from them.

pub mod check;
mod column;
pub mod csv;
mod data_set;
pub mod docs;
pub mod lock;
mod records;
mod spec;
mod value;
mod whose;

pub use column::{Category, Column, ColumnData, ColumnType};
pub use data_set::{DataSet, EventSource, EventTiming, ImportStep, ProblemsFound, SourceFile, Table};
pub use records::{Children, Field, NO_LEVEL, NO_ROW, NoSuchField, RecordTable, Records, Texts};
pub use spec::{AfterCutoff, FieldKind, FieldSpec, LevelSpec, Schema, TableSpec, Words, schema};
pub use value::{PushError, Value};
pub use whose::patients_of_rows;
