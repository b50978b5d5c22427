//! Parquet files: only the columns asked for, batch by batch.

mod cells;

use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

use arrow_schema::{DataType, Schema};
use oligomet_base::{Place, Problem, Problems};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

pub(crate) use cells::for_each_cell;

use super::digest::cannot_read;
use super::guard::guarded;
use super::header::Headers;

/// Rows decoded at a time: enough to be fast, little beside the columns.
const BATCH: usize = 65_536;

/// An open file, its headers known.
pub(crate) struct ParquetTable {
    builder: ParquetRecordBatchReaderBuilder<File>,
    pub(crate) headers: Headers,
    pub(crate) n_rows: usize,
}

impl ParquetTable {
    /// Opens the file and reads its table of contents.
    pub(crate) fn open(path: &Path, place: &Place) -> Result<Self, Problems> {
        let file = File::open(path).map_err(|error| cannot_read(path, place, &error))?;
        let builder = guarded(|| ParquetRecordBatchReaderBuilder::try_new(file))
            .ok_or_else(|| damaged("its table of contents makes no sense", place))?
            .map_err(|error| damaged(&error.to_string(), place))?;
        let headers = Headers { names: names(builder.schema()) };
        let n_rows = usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        Ok(Self { builder, headers, n_rows })
    }

    /// Reports columns whose type no column of ours can hold.
    pub(crate) fn check_types(&self, columns: &[usize], place: &Place) -> Problems {
        let fields = self.builder.schema().fields();
        let bad = |&column: &usize| {
            let kind = fields[column].data_type();
            (!cells::is_readable(kind)).then(|| unreadable(&self.headers.names[column], kind, place))
        };
        columns.iter().filter_map(bad).collect()
    }

    /// Whether a column can be read at all.
    pub(crate) fn is_readable(&self, column: usize) -> bool {
        cells::is_readable(self.builder.schema().fields()[column].data_type())
    }

    /// Decodes `columns` (of the file) batch by batch; `take` gets each batch's arrays in the order of `columns`, and
    /// breaks with a problem, or without one when it has enough.
    pub(crate) fn visit(
        self,
        columns: &[usize],
        place: &Place,
        mut take: impl FnMut(&[arrow_array::ArrayRef], usize) -> ControlFlow<Option<Problem>>,
    ) -> Result<(), Problems> {
        // The reader gives projected columns in the order of the file, each once.
        let mut projected = columns.to_vec();
        projected.sort_unstable();
        projected.dedup();
        let at: Vec<usize> = columns.iter().filter_map(|c| projected.binary_search(c).ok()).collect();
        let mask = ProjectionMask::roots(self.builder.parquet_schema(), projected);
        let mut reader = guarded(|| self.builder.with_projection(mask).with_batch_size(BATCH).build())
            .ok_or_else(|| damaged("a column cannot be opened", place))?
            .map_err(|error| damaged(&error.to_string(), place))?;
        while let Some(batch) = next_batch(&mut reader, place)? {
            let arrays: Vec<arrow_array::ArrayRef> = at.iter().map(|&i| batch.column(i).clone()).collect();
            match take(&arrays, batch.num_rows()) {
                ControlFlow::Continue(()) => {}
                ControlFlow::Break(Some(problem)) => return Err(problem.into()),
                ControlFlow::Break(None) => return Ok(()),
            }
        }
        Ok(())
    }
}

fn next_batch(
    reader: &mut ParquetRecordBatchReader,
    place: &Place,
) -> Result<Option<arrow_array::RecordBatch>, Problems> {
    let next = guarded(|| reader.next()).ok_or_else(|| damaged("a page of values makes no sense", place))?;
    Ok(next.transpose().map_err(|error| damaged(&error.to_string(), place))?)
}

fn names(schema: &Schema) -> Vec<String> {
    schema.fields().iter().map(|field| super::header::one_line(field.name())).collect()
}

pub(crate) fn damaged(reason: &str, place: &Place) -> Problem {
    Problem::error("OM235", format!("the Parquet file cannot be read: {reason}"))
        .at(place.clone())
        .why("values behind a damaged place cannot be trusted, so that none is used")
        .mend(
            "copy or export the file again; compressions other than snappy, gzip, zstd and lz4 are not read",
        )
}

fn unreadable(header: &str, kind: &DataType, place: &Place) -> Problem {
    Problem::error("OM237", format!("values of type {kind} cannot be used"))
        .at(place.clone().column(header))
        .why("a column holds one number, text, date or truth value per row")
        .mend("export the column as number, text or date (times without time zone), or leave it out of site.toml")
}
