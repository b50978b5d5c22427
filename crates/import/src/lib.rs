//! From bytes to rows and problems: CSV, Excel and Parquet, one row per patient; or the related tables of a department.
//!
//! | module | does |
//! |---|---|
//! | [`SiteFile`] | reads `site.toml`: which file, which columns, which codes |
//! | [`read`] | reads the file into typed columns; a bad value is a [`Problem`](oligomet_base::Problem), never a stop |
//! | [`read_records`] | reads the related tables of a department, a CSV file or a sheet each |
//! | [`plain_site`] | the same for a few columns that a command names, without questions |
//! | [`propose`] | looks at a file and proposes its `site.toml`, every line with its reason |
//!
//! Architecture invariant: this crate knows no study and no report. Nothing is lost uncounted: every value that
//! becomes missing and every row that is set aside has a problem that names it.

mod build;
mod cell;
mod number;
mod progress;
mod propose;
mod read;
mod records;
mod site;
mod source;

pub use number::Decimal;
pub use progress::{Progress, Silent};
pub use propose::{
    ColumnProfile, ColumnStats, EventProposal, Proposal, Reading, plain_site, plain_site_of, propose,
};
pub use read::read;
pub use records::{ReadOptions, SYNTHETIC_PREFIX, read_records};
pub use site::{
    CategoryMap, ColumnMap, DateMap, Duplicates, DurationMap, Mapping, NumberMap, OpenQuestion,
    RecordsSource, SITE_FORMAT, SiteFile, Source, TextEncoding, YesNoMap, is_usable_name, usable_name,
};

/// The last part of a path, whatever separates it.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
