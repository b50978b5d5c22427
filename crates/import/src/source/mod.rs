//! Sources: what a file is by its content, and its rows whatever it is.

pub(crate) mod csv;
pub(crate) mod digest;
pub(crate) mod guard;
pub(crate) mod header;
pub(crate) mod kind;
pub(crate) mod parquet;
pub(crate) mod workbook;

use std::ops::ControlFlow;

pub(crate) use digest::{Fingerprint, fingerprint};

use crate::cell::Cell;

/// A row of a source, borrowed from it.
pub(crate) trait CellRow {
    /// The cell of a column of the source, counted from 0; empty beyond the end.
    fn cell(&self, column: usize) -> Cell<'_>;

    /// How many bytes of the source lie before the row; 0 where that is not known.
    fn byte(&self) -> u64 {
        0
    }
}

/// Takes the rows of a source one by one.
pub(crate) trait RowSink {
    /// A row that is not blank; `number` as a person counts. `Break` stops.
    fn row(&mut self, number: u32, row: &impl CellRow) -> ControlFlow<()>;
}
