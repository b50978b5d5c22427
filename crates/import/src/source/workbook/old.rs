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

fn read_xls(bytes: Vec<u8>, wanted: Option<&str>) -> Result<Chosen, Trouble> {
    let trouble = |error| match error {
        XlsError::Password => Trouble::Locked,
        other => Trouble::Damaged(other.to_string()),
    };
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(trouble)?;
    choose(sheet_names(workbook.sheets_metadata()), wanted, |name| {
        let mut grid = grid(&workbook.worksheet_range(name).map_err(trouble)?);
        grid.merges = workbook.merge_cells_by_sheet_name(name).map_err(trouble)?.iter().map(merge).collect();
        Ok(grid)
    })
}

fn read_ods(bytes: Vec<u8>, wanted: Option<&str>) -> Result<Chosen, Trouble> {
    let trouble = |error| match error {
        OdsError::Password => Trouble::Locked,
        other => Trouble::Damaged(other.to_string()),
    };
    let mut workbook: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(trouble)?;
    choose(sheet_names(workbook.sheets_metadata()), wanted, |name| {
        Ok(grid(&workbook.worksheet_range(name).map_err(trouble)?))
    })
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
