//! Kinds of values and the names in scope.

use oligomet_schema::{Column, ColumnData, ColumnType};

use crate::model::Unit;
use crate::relational::Related;

/// What an expression or a name is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A number.
    Number,
    /// True, false or unknown.
    Truth,
    /// One of these levels.
    Category(Vec<String>),
    /// Any text.
    Text,
    /// A date.
    Date,
    /// A length of time in days.
    Duration,
    /// NULL alone.
    Null,
}

impl Kind {
    /// What a person calls it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Truth => "yes or no",
            Self::Category(_) => "a category",
            Self::Text => "a text",
            Self::Date => "a date",
            Self::Duration => "a duration",
            Self::Null => "NULL",
        }
    }

    /// The kind of a column.
    #[must_use]
    pub fn of(column: &Column) -> Self {
        match (&column.kind, &column.data) {
            (_, ColumnData::Category(c)) => Self::Category(c.levels.clone()),
            (ColumnType::YesNo, _) => Self::Truth,
            (ColumnType::Number, _) => Self::Number,
            (ColumnType::Date, _) => Self::Date,
            (ColumnType::Duration, _) => Self::Duration,
            (ColumnType::Id | ColumnType::Text | ColumnType::Category, _) => Self::Text,
        }
    }
}

/// A name that expressions may use.
#[derive(Debug, Clone)]
pub struct Name<'a> {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Its values.
    pub data: &'a ColumnData,
}

/// All names that an expression may use; an earlier name hides a later one that is spelt the same.
#[derive(Debug, Clone, Default)]
pub struct Scope<'a> {
    names: Vec<Name<'a>>,
    related: Option<&'a Related>,
    /// The row of the base table of each row here; the same where absent.
    rows: Option<&'a [usize]>,
}

impl<'a> Scope<'a> {
    /// The columns given.
    pub fn of_columns(columns: impl IntoIterator<Item = &'a Column>) -> Self {
        let names = columns
            .into_iter()
            .map(|c| Name { name: c.name.clone(), kind: Kind::of(c), data: &c.data })
            .collect();
        Self { names, related: None, rows: None }
    }

    /// With the records behind the rows, so that EXISTS and COUNT can be asked. `rows`: the row of the base table of each
    /// row of the columns; the same where absent.
    #[must_use]
    pub(crate) fn with_related(self, related: Option<&'a Related>, rows: Option<&'a [usize]>) -> Self {
        Self { related, rows, ..self }
    }

    /// The records behind the rows.
    pub(super) fn related(&self) -> Option<&'a Related> {
        self.related
    }

    /// What a row is; `None` for one table.
    pub(super) fn unit(&self) -> Option<Unit> {
        self.related.map(|r| r.unit)
    }

    /// The row of the base table.
    pub(super) fn base_row(&self, row: usize) -> usize {
        self.rows.map_or(row, |rows| rows.get(row).copied().unwrap_or(usize::MAX))
    }

    /// Where a person finds the names.
    pub(super) fn where_columns_stand(&self) -> &'static str {
        if self.related.is_some() {
            "the columns are those of docs/dictionary.md; texts stand in 'single quotes'"
        } else {
            "the columns are those that site.toml names; texts stand in 'single quotes'"
        }
    }

    /// The name, case folded as SQL does.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Name<'a>> {
        self.names.iter().find(|n| n.name.eq_ignore_ascii_case(name))
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.names.iter().map(|n| n.name.as_str())
    }
}
