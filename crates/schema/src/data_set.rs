//! A table, its events, and the account of how it was read.

use oligomet_base::Problems;

use crate::column::{Column, ColumnData, ColumnType};

/// A table: columns of equal length, one row per unit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// The columns in the order of the mapping.
    pub columns: Vec<Column>,
    /// The row of the source for each row, as a person counts (header included, from 1).
    pub source_rows: Vec<u32>,
}

impl Table {
    /// Number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.source_rows.len()
    }

    /// The column of that name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// The column of identifiers, where there is one.
    #[must_use]
    pub fn id_column(&self) -> Option<&Column> {
        self.columns.iter().find(|c| c.kind == ColumnType::Id)
    }

    /// The identifier of a row; `row N` where the table has none.
    #[must_use]
    pub fn id(&self, row: usize) -> String {
        if let Some(ColumnData::Text(ids)) = self.id_column().map(|c| &c.data)
            && let Some(Some(id)) = ids.get(row)
        {
            return id.to_string();
        }
        format!("row {}", self.source_rows.get(row).copied().unwrap_or(0))
    }

    /// The rows named, in their order.
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Self {
        Self {
            columns: self.columns.iter().map(|c| Column { data: c.data.select(rows), ..c.clone() }).collect(),
            source_rows: rows.iter().filter_map(|&r| self.source_rows.get(r).copied()).collect(),
        }
    }
}

/// When an event happened, or how long it was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventTiming {
    /// A date column: empty means that it did not happen.
    Dated {
        /// Name of the date column.
        date: String,
    },
    /// A yes-no column and a time column: the time of the event, or the last time at which it had not happened.
    Flagged {
        /// Name of the yes-no column.
        happened: String,
        /// Name of the duration or date column.
        time: String,
    },
}

/// An event that a table records: `death`, `recurrence`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSource {
    /// The name that the study uses.
    pub name: String,
    /// What is printed.
    pub label: String,
    /// Which columns tell.
    pub timing: EventTiming,
}

/// A step in which rows of the source were set aside before the study began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportStep {
    /// Why, as printed in the flow diagram: `Conflicting rows for one patient`.
    pub label: String,
    /// How many rows.
    pub n_rows: usize,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Name without folder.
    pub name: String,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// Rows of data, blank rows left out.
    pub n_rows: usize,
    /// Headers that no mapping names, set aside.
    pub unmapped: Vec<String>,
}

/// A value together with what was wrong on the way to it.
pub type ProblemsFound<T> = (T, Problems);

/// What was read: one row per unit, its events, and the account of the reading.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DataSet {
    /// The rows.
    pub table: Table,
    /// What happened to them.
    pub events: Vec<EventSource>,
    /// What day 0 of every duration is: `surgery`. `None` where the table has no durations.
    pub origin: Option<String>,
    /// Rows of the source with data (blank rows left out), before anything was set aside.
    pub n_source_rows: usize,
    /// Rows set aside, in order.
    pub set_aside: Vec<ImportStep>,
    /// Where it came from.
    pub sources: Vec<SourceFile>,
    /// Name of the department, part of identifiers when several are pooled.
    pub site: String,
}

impl DataSet {
    /// The event of that name.
    #[must_use]
    pub fn event(&self, name: &str) -> Option<&EventSource> {
        self.events.iter().find(|e| e.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Category;

    fn table() -> Table {
        let column = |name: &str, kind, data| Column {
            name: name.into(),
            label: name.into(),
            kind,
            unit: None,
            time_unit: None,
            header: name.into(),
            data,
        };
        Table {
            columns: vec![
                column(
                    "pid",
                    ColumnType::Id,
                    ColumnData::Text(vec![Some("a".into()), None, Some("c".into())]),
                ),
                column(
                    "grade",
                    ColumnType::Category,
                    ColumnData::Category(Category {
                        codes: vec![1, 0, 1],
                        levels: vec!["1".into(), "2".into()],
                    }),
                ),
            ],
            source_rows: vec![2, 3, 5],
        }
    }

    #[test]
    fn a_row_without_identifier_is_named_by_its_place() {
        let table = table();
        assert_eq!([table.id(0), table.id(1), table.id(2)], ["a", "row 3", "c"]);
    }

    #[test]
    fn selecting_rows_keeps_levels_and_source_rows() {
        let picked = table().select(&[2]);
        assert_eq!(picked.source_rows, [5]);
        let ColumnData::Category(grade) = &picked.column("grade").unwrap().data else { panic!("a category") };
        assert_eq!((grade.level(0), grade.levels.len()), (Some("2"), 2));
    }
}
