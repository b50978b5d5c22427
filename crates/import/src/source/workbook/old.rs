//! Excel before 2007, and OpenDocument.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Ods, OdsError, Range, Reader, Xls, XlsError};

use super::sheets::{Chosen, choose};
use super::xlsx::{date_cell, error_text, iso_cell, merge, sheet_names};
use super::{Grid, GridCell, Trouble};
use crate::source::kind::Kind;

pub(super) fn read(bytes: Vec<u8>, kind: Kind, wanted: Option<&str>) -> Result<Chosen, Trouble> {
    if kind == Kind::Ods { read_ods(bytes, wanted) } else { read_xls(bytes, wanted) }
}

pub(super) type OldXls = Xls<Cursor<Vec<u8>>>;
pub(super) type OldOds = Ods<Cursor<Vec<u8>>>;

pub(super) fn open_xls(bytes: Vec<u8>) -> Result<OldXls, Trouble> {
    Xls::new(Cursor::new(bytes)).map_err(xls_trouble)
}

pub(super) fn open_ods(bytes: Vec<u8>) -> Result<OldOds, Trouble> {
    Ods::new(Cursor::new(bytes)).map_err(ods_trouble)
}

fn xls_trouble(error: XlsError) -> Trouble {
    match error {
        XlsError::Password => Trouble::Locked,
        other => Trouble::Damaged(other.to_string()),
    }
}

fn ods_trouble(error: OdsError) -> Trouble {
    match error {
        OdsError::Password => Trouble::Locked,
        other => Trouble::Damaged(other.to_string()),
    }
}

pub(super) fn xls_grid(workbook: &mut OldXls, name: &str) -> Result<Grid, Trouble> {
    let mut grid = grid(&workbook.worksheet_range(name).map_err(xls_trouble)?);
    grid.merges = workbook.merge_cells_by_sheet_name(name).map_err(xls_trouble)?.iter().map(merge).collect();
    Ok(grid)
}

pub(super) fn ods_grid(workbook: &mut OldOds, name: &str) -> Result<Grid, Trouble> {
    Ok(grid(&workbook.worksheet_range(name).map_err(ods_trouble)?))
}

fn read_xls(bytes: Vec<u8>, wanted: Option<&str>) -> Result<Chosen, Trouble> {
    let mut workbook = open_xls(bytes)?;
    choose(sheet_names(workbook.sheets_metadata()), wanted, |name| xls_grid(&mut workbook, name))
}

fn read_ods(bytes: Vec<u8>, wanted: Option<&str>) -> Result<Chosen, Trouble> {
    let mut workbook = open_ods(bytes)?;
    choose(sheet_names(workbook.sheets_metadata()), wanted, |name| ods_grid(&mut workbook, name))
}

fn grid(range: &Range<Data>) -> Grid {
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    let mut cells = BTreeMap::new();
    for (row, column, value) in range.used_cells() {
        if let Some(cell) = grid_cell(value) {
            let number = first_row.saturating_add(row as u32).saturating_add(1);
            cells.insert((number, first_column.saturating_add(column as u32)), cell);
        }
    }
    Grid::from_cells(cells)
}

fn grid_cell(value: &Data) -> Option<GridCell> {
    Some(match value {
        Data::Empty => return None,
        Data::Int(n) => GridCell::Number(*n as f64),
        Data::Float(x) => GridCell::Number(*x),
        Data::String(text) => GridCell::Text(text.as_str().into()),
        Data::Bool(b) => GridCell::Bool(*b),
        Data::DateTime(date) => date_cell(date),
        Data::DateTimeIso(text) => iso_cell(text),
        Data::DurationIso(text) => GridCell::Text(text.as_str().into()),
        Data::Error(error) => GridCell::Error(error_text(error)),
    })
}
