//! What can go wrong with result tables.

/// A table that could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// Arrow refused the columns.
    #[error("table `{table}` could not be formed: {source}")]
    Columns {
        /// The table.
        table: &'static str,
        /// Arrow's message.
        source: arrow_schema::ArrowError,
    },
    /// Parquet could not be written or read.
    #[error("Parquet: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// A file could not be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// A column is not there or of another type.
    #[error("table `{table}` has no column `{column}` of the type wanted")]
    NoColumn {
        /// The table.
        table: &'static str,
        /// The column.
        column: String,
    },
    /// `run.json` could not be read.
    #[error("run.json: {0}")]
    Json(#[from] serde_json::Error),
    /// The tables are of a version that this program does not know.
    #[error("the results have schema version {found}; this program reads {SCHEMA_VERSION}", SCHEMA_VERSION = crate::SCHEMA_VERSION)]
    Version {
        /// The version found.
        found: u32,
    },
}
