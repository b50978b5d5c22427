//! The cells of a sheet, only those that hold something.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use oligomet_base::{Day, Place, Problem};

use super::super::{CellRow, RowSink};
use crate::cell::Cell;

/// A cell that holds something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum GridCell {
    Text(Box<str>),
    Number(f64),
    Percent(f64),
    Bool(bool),
    Day(Day),
    NoDay(f64),
    Error(&'static str),
}

impl GridCell {
    pub(crate) fn as_cell(&self) -> Cell<'_> {
        match self {
            Self::Text(text) => Cell::text(text),
            Self::Number(x) => Cell::Number(*x),
            Self::Percent(x) => Cell::Percent(*x),
            Self::Bool(b) => Cell::Bool(*b),
            Self::Day(day) => Cell::Day(*day),
            Self::NoDay(x) => Cell::NoDay(*x),
            Self::Error(text) => Cell::Error(text),
        }
    }
}

/// Cells by row (from 1) and column (from 0).
pub(super) type CellsByPlace = BTreeMap<(u32, u32), GridCell>;

/// A row with its cells by column (from 0), ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct GridRow {
    /// From 1.
    pub(crate) number: u32,
    pub(crate) cells: Vec<(u32, GridCell)>,
}

impl CellRow for GridRow {
    fn cell(&self, column: usize) -> Cell<'_> {
        // Rows are dense as a rule, so that the cell mostly stands at its own index.
        match self.cells.get(column) {
            Some((at, cell)) if *at as usize == column => cell.as_cell(),
            _ => self
                .cells
                .binary_search_by_key(&column, |(at, _)| *at as usize)
                .map_or(Cell::Empty, |i| self.cells[i].1.as_cell()),
        }
    }
}

/// Cells merged into one: rows (from 1) and columns (from 0), both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Merge {
    pub(crate) rows: (u32, u32),
    pub(crate) columns: (u32, u32),
}

impl Merge {
    /// Whether the column lies in it.
    pub(crate) fn covers(&self, column: usize) -> bool {
        (self.columns.0 as usize..=self.columns.1 as usize).contains(&column)
    }
}

/// A sheet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Grid {
    /// Rows that hold something, ascending.
    pub(crate) rows: Vec<GridRow>,
    pub(crate) merges: Vec<Merge>,
    /// Places of formulas that were never computed: (row from 1, column from 0).
    pub(crate) never_computed: Vec<(u32, u32)>,
}

impl Grid {
    /// From cells in any order; the last of two at one place counts. Blank texts are left out.
    pub(super) fn from_cells(cells: CellsByPlace) -> Self {
        let mut grid = Self::default();
        for ((row, column), cell) in cells {
            if cell.as_cell().is_empty() {
                continue;
            }
            match grid.rows.last_mut() {
                Some(last) if last.number == row => last.cells.push((column, cell)),
                _ => grid.rows.push(GridRow { number: row, cells: vec![(column, cell)] }),
            }
        }
        grid
    }

    /// Whether there are at least two rows and one of them has at least two cells.
    pub(super) fn looks_like_table(&self) -> bool {
        self.rows.len() >= 2 && self.rows.iter().any(|row| row.cells.len() >= 2)
    }

    /// How many columns there are up to the last that holds anything.
    pub(super) fn width(&self) -> usize {
        self.rows.iter().filter_map(|row| row.cells.last()).map(|(at, _)| *at as usize + 1).max().unwrap_or(0)
    }

    /// The cells of a row as a person sees them.
    pub(crate) fn texts_of(&self, number: u32) -> Vec<String> {
        let Ok(at) = self.rows.binary_search_by_key(&number, |row| row.number) else { return Vec::new() };
        let row = &self.rows[at];
        let width = row.cells.last().map_or(0, |(column, _)| *column as usize + 1);
        (0..width).map(|column| row.cell(column).shown().into_owned()).collect()
    }

    pub(crate) fn merges_in_row(&self, number: u32) -> Vec<Merge> {
        self.merges.iter().filter(|m| m.rows.0 <= number && number <= m.rows.1).copied().collect()
    }

    /// Gives every row below `header_end` to `sink`; returns how many blank rows stand between them, or `None` when stopped.
    pub(crate) fn visit(&self, header_end: u32, sink: &mut impl RowSink) -> Option<u64> {
        let mut n_blank = 0;
        let mut last = header_end;
        for row in self.rows.iter().filter(|row| row.number > header_end) {
            n_blank += u64::from(row.number - last - 1);
            last = row.number;
            if let ControlFlow::Break(()) = sink.row(row.number, row) {
                return None;
            }
        }
        Some(n_blank)
    }

    /// The problem of formulas that no program has computed yet.
    pub(super) fn without_value(&self, place: &Place) -> Option<Problem> {
        let mut rows: Vec<u64> = self.never_computed.iter().map(|(row, _)| u64::from(*row)).collect();
        rows.dedup();
        let (&first, rest) = rows.split_first()?;
        let what = format!("{} formulas have no value stored", self.never_computed.len());
        let mut problem = Problem::warning("OM248", what)
            .at(place.clone().row(first))
            .why("the file was written by a program that does not compute; these cells count as missing")
            .mend("open the workbook in a spreadsheet program and save it, which stores the values");
        problem.also_rows = rest.to_vec();
        Some(problem)
    }

    /// The problem of merged cells below the headers.
    pub(crate) fn merged_data(&self, header_end: u32, columns: &[usize], place: &Place) -> Option<Problem> {
        let concerns = |m: &&Merge| {
            m.rows.1 > header_end && m.rows.1 > m.rows.0 && columns.iter().any(|&column| m.covers(column))
        };
        let mut rows: Vec<u64> = self.merges.iter().filter(concerns).map(|m| u64::from(m.rows.0)).collect();
        rows.sort_unstable();
        let (&first, rest) = rows.split_first()?;
        let what = format!("{} merged cells span several rows of data", rows.len());
        let mut problem = Problem::warning("OM234", what)
            .at(place.clone().row(first))
            .why(
                "only the first row of a merged cell holds its value; in the rows below it counts as missing",
            )
            .mend("take the merge away in the workbook and write the value in every row it belongs to");
        problem.also_rows = rest.to_vec();
        Some(problem)
    }
}
