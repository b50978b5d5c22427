//! A typed column.

use oligomet_base::{Day, TimeUnit};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnType {
    /// An identifier; never analysed as a number.
    Id,
    /// A number with a unit.
    Number,
    /// One of a few levels, in a stated order.
    Category,
    /// Yes or no.
    YesNo,
    /// A calendar date.
    Date,
    /// A length of time since the origin of the table's times.
    Duration,
    /// Free text; kept out of every analysis.
    Text,
}

impl ColumnType {
    /// All types with the word that `site.toml` uses.
    pub const NAMES: [(&'static str, Self); 7] = [
        ("id", Self::Id),
        ("number", Self::Number),
        ("category", Self::Category),
        ("yes-no", Self::YesNo),
        ("date", Self::Date),
        ("duration", Self::Duration),
        ("text", Self::Text),
    ];

    /// The word that `site.toml` uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, t)| *t == self).map_or("text", |(name, _)| name)
    }
}

/// Coded levels of a category.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Category {
    /// One index into `levels` per row; [`Category::MISSING`] where not known.
    pub codes: Vec<u32>,
    /// The levels in the order of the study; a level may have no row.
    pub levels: Vec<String>,
}

impl Category {
    /// The code of a missing value.
    pub const MISSING: u32 = u32::MAX;

    /// The level of a row, or `None` where missing.
    #[must_use]
    pub fn level(&self, row: usize) -> Option<&str> {
        let code = *self.codes.get(row)?;
        self.levels.get(code as usize).map(String::as_str)
    }
}

/// The values of a column, one per row.
#[derive(Debug, Clone, PartialEq)]
pub enum ColumnData {
    /// Identifiers and texts.
    Text(Vec<Option<Box<str>>>),
    /// Numbers in the column's unit; NaN is missing and nothing else.
    Number(Vec<f64>),
    /// Levels.
    Category(Category),
    /// Yes, no or missing.
    YesNo(Vec<Option<bool>>),
    /// Dates.
    Date(Vec<Option<Day>>),
    /// Days since the table's origin of times (not whole where written in months or years); NaN is missing and nothing else.
    Duration(Vec<f64>),
}

impl ColumnData {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(v) => v.len(),
            Self::Number(v) | Self::Duration(v) => v.len(),
            Self::Category(c) => c.codes.len(),
            Self::YesNo(v) => v.len(),
            Self::Date(v) => v.len(),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the value of a row is missing (a row beyond the end is).
    #[must_use]
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Text(v) => v.get(row).is_none_or(Option::is_none),
            Self::Number(v) | Self::Duration(v) => v.get(row).is_none_or(|x| x.is_nan()),
            Self::Category(c) => c.level(row).is_none(),
            Self::YesNo(v) => v.get(row).is_none_or(Option::is_none),
            Self::Date(v) => v.get(row).is_none_or(Option::is_none),
        }
    }

    /// How many rows are missing.
    #[must_use]
    pub fn n_missing(&self) -> usize {
        (0..self.len()).filter(|&row| self.is_missing(row)).count()
    }

    /// The rows named, in their order; a row beyond the end is left out.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        fn pick<T: Clone>(values: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().filter_map(|&r| values.get(r).cloned()).collect()
        }
        match self {
            Self::Text(v) => Self::Text(pick(v, rows)),
            Self::Number(v) => Self::Number(pick(v, rows)),
            Self::Duration(v) => Self::Duration(pick(v, rows)),
            Self::YesNo(v) => Self::YesNo(pick(v, rows)),
            Self::Date(v) => Self::Date(pick(v, rows)),
            Self::Category(c) => {
                Self::Category(Category { codes: pick(&c.codes, rows), levels: c.levels.clone() })
            }
        }
    }
}

/// A column with its name in the study, its label, its unit and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The name that the study uses: `age`.
    pub name: String,
    /// What is printed: `Age at diagnosis`.
    pub label: String,
    /// What it holds.
    pub kind: ColumnType,
    /// Unit of a number as printed: `years`, `cm³`.
    pub unit: Option<String>,
    /// Unit in which a duration was written.
    pub time_unit: Option<TimeUnit>,
    /// The header in the source.
    pub header: String,
    /// The values.
    pub data: ColumnData,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_is_counted_in_every_type() {
        let columns = [
            ColumnData::Text(vec![Some("a".into()), None]),
            ColumnData::Number(vec![1.0, f64::NAN]),
            ColumnData::Duration(vec![0.0, f64::NAN]),
            ColumnData::YesNo(vec![Some(true), None]),
            ColumnData::Date(vec![Some(Day(1)), None]),
            ColumnData::Category(Category { codes: vec![0, Category::MISSING], levels: vec!["x".into()] }),
        ];
        for column in columns {
            assert_eq!((column.len(), column.n_missing()), (2, 1), "{column:?}");
            assert_eq!(column.select(&[1, 0, 1]).n_missing(), 2, "{column:?}");
        }
    }
}
