//! Rows into columns.

use std::ops::ControlFlow;

use crate::build::Builder;
use crate::progress::Progress;
use crate::site::SiteFile;
use crate::source::{CellRow, RowSink};

/// How many rows pass between two looks at the one who watches.
const ROWS_BETWEEN: usize = 16_384;
/// What a cell takes in a text file, about; for reserving room.
const BYTES_PER_CELL: usize = 5;

pub(super) struct Assembler<'a, 'p> {
    columns: Vec<usize>,
    builders: Vec<Builder<'a>>,
    rows: Vec<u32>,
    expected_rows: usize,
    progress: &'p mut dyn Progress,
}

impl<'a, 'p> Assembler<'a, 'p> {
    /// `columns`: the source's column for each column of `site`.
    pub(super) fn new(site: &'a SiteFile, columns: Vec<usize>, progress: &'p mut dyn Progress) -> Self {
        let builders = site.columns.iter().map(|map| Builder::new(map, &site.source)).collect();
        Self { columns, builders, rows: Vec::new(), expected_rows: 0, progress }
    }

    /// Guesses the number of rows from the size of a text file, for progress alone.
    pub(super) fn expect_bytes(&mut self, n_bytes: usize) {
        let width = self.columns.iter().max().map_or(1, |last| last + 1);
        self.expected_rows = n_bytes / (width * BYTES_PER_CELL).max(1);
    }

    /// How many rows will come.
    pub(super) fn expect_rows(&mut self, n_rows: usize) {
        self.expected_rows = n_rows;
        self.rows.reserve_exact(n_rows);
        self.builders.iter_mut().for_each(|b| b.reserve(n_rows));
    }

    /// The columns and the row of the file for each value.
    pub(super) fn into_parts(self) -> (Vec<Builder<'a>>, Vec<u32>) {
        (self.builders, self.rows)
    }
}

impl RowSink for Assembler<'_, '_> {
    #[inline]
    fn row(&mut self, number: u32, row: &impl CellRow) -> ControlFlow<()> {
        for (builder, &column) in self.builders.iter_mut().zip(&self.columns) {
            builder.push(row.cell(column));
        }
        self.rows.push(number);
        if self.rows.len().is_multiple_of(ROWS_BETWEEN) {
            let done = self.rows.len() as f64 / self.expected_rows.max(self.rows.len()) as f64;
            return self.progress.at(done);
        }
        ControlFlow::Continue(())
    }
}
