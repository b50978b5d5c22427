//! Reads the Markdown tables of a docs page, so that the table a physician reads is the table that is tested.
//!
//! For every test of this crate: `mod common;`, then
//!
//! ```ignore
//! const PAGE: &str = include_str!("../../../docs/disease/states.md");
//! for row in common::table(PAGE, "Decision table").rows {
//!     let lesions = row.cell("lesions");   // "" for an empty cell; panics if the table has no such column
//!     assert_eq!(answer, row.cell("answer"), "{row}");
//! }
//! ```
//!
//! A table belongs to the nearest heading above it; its title is that heading. Backticks and spaces around a cell are
//! dropped. Whatever is malformed panics with its line: a table that cannot be read must not pass as tested.
#![allow(dead_code)]

use std::fmt;

/// One table of a page.
#[derive(Debug, Clone)]
pub struct Table {
    /// The heading above it, without `#`.
    pub title: String,
    /// Names of the columns.
    pub header: Vec<String>,
    /// The rows, in order.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Debug, Clone)]
pub struct Row {
    /// Line in the page, from 1.
    pub line: usize,
    /// (column, cell) in order.
    pub cells: Vec<(String, String)>,
}

impl Row {
    /// The cell of that column.
    pub fn cell(&self, column: &str) -> &str {
        let found = self.cells.iter().find(|(name, _)| name == column);
        &found.unwrap_or_else(|| panic!("line {}: the table has no column `{column}`", self.line)).1
    }

    /// The cells of a column that lists several things: `a or b`.
    pub fn list(&self, column: &str) -> Vec<&str> {
        self.cell(column).split(" or ").map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// All cells that are neither empty nor of one of these columns.
    pub fn others(&self, columns: &[&str]) -> Vec<(&str, &str)> {
        let wanted = |name: &str, cell: &str| !columns.contains(&name) && !cell.is_empty();
        self.cells.iter().filter(|(n, c)| wanted(n, c)).map(|(n, c)| (n.as_str(), c.as_str())).collect()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells: Vec<String> = self.cells.iter().map(|(n, c)| format!("{n} = {c}")).collect();
        write!(f, "line {}: {}", self.line, cells.join(", "))
    }
}

/// The table under that heading; panics if there is none, more than one, or one without rows.
pub fn table(page: &str, title: &str) -> Table {
    let mut found: Vec<Table> = tables(page).into_iter().filter(|t| t.title == title).collect();
    assert_eq!(found.len(), 1, "tables under the heading `{title}`");
    let table = found.remove(0);
    assert!(!table.rows.is_empty(), "the table under `{title}` has no rows");
    table
}

/// All tables of a page.
pub fn tables(page: &str) -> Vec<Table> {
    let mut title = String::new();
    let mut found: Vec<Table> = Vec::new();
    let mut inside = false;
    for (i, line) in page.lines().enumerate() {
        if line.starts_with('#') {
            title = line.trim_start_matches('#').trim().to_owned();
        }
        if !line.starts_with('|') {
            inside = false;
            continue;
        }
        let cells = cells(line, i + 1);
        if !inside {
            found.push(Table { title: title.clone(), header: cells, rows: Vec::new() });
            inside = true;
        } else if !cells.iter().all(|c| !c.is_empty() && c.bytes().all(|b| matches!(b, b'-' | b':'))) {
            let table = found.last_mut().expect("a row follows its header");
            assert_eq!(cells.len(), table.header.len(), "line {}: number of cells", i + 1);
            let cells = table.header.iter().cloned().zip(cells).collect();
            table.rows.push(Row { line: i + 1, cells });
        }
    }
    found
}

fn cells(line: &str, number: usize) -> Vec<String> {
    let inner = line.trim().strip_prefix('|').and_then(|rest| rest.strip_suffix('|'));
    let inner = inner.unwrap_or_else(|| panic!("line {number}: a row of a table ends with |"));
    inner.split('|').map(|cell| cell.trim().replace('`', "")).collect()
}
