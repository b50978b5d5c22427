//! Excel since 2007: cells as a stream, so that a stray cell in the last row and column costs nothing.

use std::io::Cursor;

use calamine::{
    CellErrorType, DataRef, Dimensions, ExcelDateTime, ExcelDateTimeType, Reader, SheetType, SheetVisible,
    Style, Xlsx, XlsxError,
};
use oligomet_base::Day;

use super::grid::CellsByPlace;
use super::sheets::{Chosen, choose};
use super::{Grid, GridCell, Merge, Trouble};

pub(super) type Workbook = Xlsx<Cursor<Vec<u8>>>;

pub(super) fn open(bytes: Vec<u8>) -> Result<Workbook, Trouble> {
    Xlsx::new(Cursor::new(bytes)).map_err(trouble)
}

pub(super) fn read(bytes: Vec<u8>, wanted: Option<&str>) -> Result<Chosen, Trouble> {
    let mut workbook = open(bytes)?;
    let names = sheet_names(workbook.sheets_metadata());
    choose(names, wanted, |name| read_sheet(&mut workbook, name))
}

/// Worksheets in their order, hidden ones last.
pub(super) fn sheet_names(sheets: &[calamine::Sheet]) -> Vec<String> {
    let cells = || sheets.iter().filter(|s| s.typ == SheetType::WorkSheet);
    let visible = cells().filter(|s| s.visible == SheetVisible::Visible);
    let hidden = cells().filter(|s| s.visible != SheetVisible::Visible);
    visible.chain(hidden).map(|s| s.name.clone()).collect()
}

pub(super) fn read_sheet(workbook: &mut Workbook, name: &str) -> Result<Grid, Trouble> {
    let (cells, has_empty) = read_cells(workbook, name).map_err(trouble)?;
    let mut grid = Grid::from_cells(cells);
    // A formula without a stored value is an empty cell; only then is the second look needed.
    if has_empty {
        grid.never_computed = never_computed(workbook, name).map_err(trouble)?;
    }
    grid.merges = workbook.merge_cells_by_sheet_name(name).map_err(trouble)?.iter().map(merge).collect();
    Ok(grid)
}

fn read_cells(workbook: &mut Workbook, name: &str) -> Result<(CellsByPlace, bool), XlsxError> {
    let mut reader = workbook.worksheet_cells_reader(name)?;
    let is_percent: Vec<bool> = reader.styles().iter().map(shows_percent).collect();
    let mut cells = CellsByPlace::new();
    let mut has_empty = false;
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        let percent = is_percent.get(style).copied().unwrap_or(false);
        let (row, column) = cell.get_position();
        match grid_cell(cell.get_value(), percent) {
            Some(value) => drop(cells.insert((row.saturating_add(1), column), value)),
            None => has_empty = true,
        }
    }
    Ok((cells, has_empty))
}

fn shows_percent(style: &Style) -> bool {
    style.number_format.as_ref().is_some_and(|format| {
        let code = format.format_code.replace("\\%", "").replace("\"%\"", "");
        code.contains('%') || matches!(format.format_id, Some(9 | 10))
    })
}

fn grid_cell(value: &DataRef<'_>, percent: bool) -> Option<GridCell> {
    Some(match value {
        DataRef::Empty => return None,
        DataRef::Int(n) => GridCell::Number(*n as f64),
        DataRef::Float(x) if percent => GridCell::Percent(*x),
        DataRef::Float(x) => GridCell::Number(*x),
        DataRef::String(text) => GridCell::Text(text.as_str().into()),
        DataRef::SharedString(text) => GridCell::Text((*text).into()),
        DataRef::Bool(b) => GridCell::Bool(*b),
        DataRef::DateTime(date) => date_cell(date),
        DataRef::DateTimeIso(text) => iso_cell(text),
        DataRef::DurationIso(text) => GridCell::Text(text.as_str().into()),
        DataRef::Error(error) => GridCell::Error(error_text(error)),
    })
}

/// Days between the two counts that Excel knows, from 1900 and from 1904.
const DAYS_1900_TO_1904: f64 = 1462.0;

/// A date cell. A number below 1 is a time of day, and `[h]:mm` a length of time: no day.
pub(super) fn date_cell(date: &ExcelDateTime) -> GridCell {
    let number = date.as_f64();
    let from_1904 = *date == ExcelDateTime::new(number, ExcelDateTimeType::DateTime, true);
    let serial = if from_1904 { number + DAYS_1900_TO_1904 } else { number };
    match Day::from_excel_serial(serial) {
        Some(day) if date.is_datetime() && number >= 1.0 => GridCell::Day(day),
        _ => GridCell::NoDay(number),
    }
}

/// A date written as ISO text by the file format itself.
pub(super) fn iso_cell(text: &str) -> GridCell {
    match crate::build::read_date(text, None) {
        crate::build::DateText::Day(day) => GridCell::Day(day),
        _ => GridCell::Text(text.into()),
    }
}

pub(super) fn error_text(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

fn never_computed(workbook: &mut Workbook, name: &str) -> Result<Vec<(u32, u32)>, XlsxError> {
    let mut reader = workbook.worksheet_cells_reader(name)?;
    let mut places = Vec::new();
    while let Some(cell) = reader.next_cell_with_formula_metadata()? {
        if cell.formula.is_some() && matches!(cell.value, DataRef::Empty) {
            places.push((cell.pos.0.saturating_add(1), cell.pos.1));
        }
    }
    Ok(places)
}

pub(super) fn merge(d: &Dimensions) -> Merge {
    Merge { rows: (d.start.0.saturating_add(1), d.end.0.saturating_add(1)), columns: (d.start.1, d.end.1) }
}

fn trouble(error: XlsxError) -> Trouble {
    match error {
        XlsxError::Password => Trouble::Locked,
        other => Trouble::Damaged(other.to_string()),
    }
}
