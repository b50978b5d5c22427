//! `site.toml`: which file, which columns, which codes. The portable study file holds none of it.

mod column;
mod event;
mod names;
mod parse;
mod question;
mod records;

use oligomet_base::TimeUnit;
use oligomet_base::day::DateOrder;
use oligomet_schema::{ColumnType, EventSource};

use crate::number::Decimal;

pub use names::{is_usable_name, usable_name};
pub use question::OpenQuestion;
pub use records::RecordsSource;

/// The newest format of `site.toml` that is read.
pub const SITE_FORMAT: u32 = 1;

/// A `site.toml` that was understood. Names are unique, every event's columns exist and have the right type.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteFile {
    /// Short name of the department, part of identifiers when several are pooled.
    pub id: String,
    /// The file and how it is written.
    pub source: Source,
    /// What day 0 of every duration is: `surgery`. `None` where no column is a duration, or where the question is open.
    pub origin: Option<String>,
    /// The columns in the order written.
    pub columns: Vec<ColumnMap>,
    /// The events in the order written.
    pub events: Vec<EventSource>,
    /// Places where "?" still stands; [`crate::read`] refuses a site with any.
    pub open: Vec<OpenQuestion>,
}

impl SiteFile {
    /// The column of that name in the study.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&ColumnMap> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The file's name without its folder.
    #[must_use]
    pub fn file_name(&self) -> &str {
        crate::file_name(&self.source.file)
    }
}

/// `[source]`: the file and how it is written. `None` means: detected, and reported.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Path relative to the folder of `site.toml`.
    pub file: String,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// 1, or 2 where an upper row groups the headers below it.
    pub header_rows: u8,
    /// The row (from 1, as Excel shows it) in which the header begins; `None`: the first row that is not blank.
    pub header_row: Option<u32>,
    /// What separates cells: `,` `;` `|` or a tab. CSV only.
    pub delimiter: Option<u8>,
    /// The decimal sign.
    pub decimal: Option<Decimal>,
    /// How letters are coded. CSV only.
    pub encoding: Option<TextEncoding>,
    /// Texts that mean "not known" beside the empty cell, in every column.
    pub missing: Vec<String>,
    /// What several rows of one patient do.
    pub duplicates: Duplicates,
}

/// What several rows with one identifier do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duplicates {
    /// Identical rows count once; all rows of a patient whose rows differ are set aside, counted.
    #[default]
    SetAside,
    /// Any identifier that stands twice stops the reading.
    Stop,
}

/// How letters are coded in a text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Western European Windows.
    Windows1252,
    /// UTF-16, little or big endian by its byte order mark (little without one).
    Utf16,
}

impl TextEncoding {
    pub(crate) const NAMES: [(&'static str, Self); 3] =
        [("utf-8", Self::Utf8), ("windows-1252", Self::Windows1252), ("utf-16", Self::Utf16)];

    /// The word that `site.toml` uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Windows1252 => "windows-1252",
            Self::Utf16 => "utf-16",
        }
    }
}

/// `[column.X]`: a column of the study and the header it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnMap {
    /// The name in the study.
    pub name: String,
    /// The header in the file.
    pub from: String,
    /// What is printed.
    pub label: String,
    /// Texts that mean "not known" in this column, beside those of the whole file.
    pub missing: Vec<String>,
    /// What it holds and how it is written.
    pub mapping: Mapping,
}

impl ColumnMap {
    /// What it holds.
    #[must_use]
    pub fn kind(&self) -> ColumnType {
        match self.mapping {
            Mapping::Id => ColumnType::Id,
            Mapping::Number(_) => ColumnType::Number,
            Mapping::Category(_) => ColumnType::Category,
            Mapping::YesNo(_) => ColumnType::YesNo,
            Mapping::Date(_) => ColumnType::Date,
            Mapping::Duration(_) => ColumnType::Duration,
            Mapping::Text => ColumnType::Text,
        }
    }
}

/// What a column holds and how it is written in the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Mapping {
    /// Identifiers.
    Id,
    /// Numbers.
    Number(NumberMap),
    /// Levels.
    Category(CategoryMap),
    /// Yes or no.
    YesNo(YesNoMap),
    /// Dates.
    Date(DateMap),
    /// Lengths of time since the origin.
    Duration(DurationMap),
    /// Free text.
    Text,
}

/// How numbers are written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NumberMap {
    /// Unit printed.
    pub unit: Option<String>,
    /// The decimal sign of this column, where it differs from the file's.
    pub decimal: Option<Decimal>,
    /// Smallest and largest plausible value; values outside are kept and reported.
    pub range: Option<(f64, f64)>,
}

/// Which texts stand for which level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CategoryMap {
    /// The levels in their order.
    pub levels: Vec<String>,
    /// Text in the file and the index of its level; several texts may mean one level.
    pub texts: Vec<(String, u32)>,
}

/// Which texts mean yes and no.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YesNoMap {
    /// Texts for yes.
    pub yes: Vec<String>,
    /// Texts for no.
    pub no: Vec<String>,
}

/// How dates are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateMap {
    /// The order of day, month and year in dates written as text. Without it only true dates and yyyy-mm-dd are read.
    pub order: Option<DateOrder>,
}

/// How durations are written.
#[derive(Debug, Clone, PartialEq)]
pub struct DurationMap {
    /// The unit; `None` only while its question is open.
    pub unit: Option<TimeUnit>,
    /// The decimal sign of this column, where it differs from the file's.
    pub decimal: Option<Decimal>,
}
