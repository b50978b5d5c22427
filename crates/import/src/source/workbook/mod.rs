//! Workbooks: which sheet, its cells, its merged cells.

mod grid;
mod old;
mod sheets;
mod xlsx;

use oligomet_base::{Place, Problem, Problems};

pub(crate) use grid::{Grid, GridCell, GridRow, Merge};

use super::CellRow;
use super::guard::guarded;
use super::header::Headers;
use super::kind::{Kind, locked};
use crate::site::Source;

/// A sheet with its headers found.
pub(crate) struct SheetTable {
    pub(crate) sheet: String,
    pub(crate) grid: Grid,
    pub(crate) headers: Headers,
    /// The row (from 1) of the last header.
    pub(crate) header_end: u32,
}

/// One of the sheets of a workbook of which each is a table.
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) grid: Grid,
}

/// The headers of a sheet: those of its first row.
pub(crate) struct SheetHeaders {
    pub(crate) headers: Headers,
    /// The row (from 1) of the headers.
    pub(crate) header_end: u32,
}

impl Sheet {
    /// Finds the headers in the first row that holds anything.
    ///
    /// # Errors
    /// There is none (OM222).
    pub(crate) fn table(&self, place: &Place) -> Result<SheetHeaders, Problems> {
        let first = self.grid.rows.first().map_or(1, |row| row.number);
        let mut headers = Headers::one(self.grid.texts_of(first));
        headers.widen(self.grid.width());
        if headers.n_used() == 0 {
            return Err(no_header(first, place).into());
        }
        Ok(SheetHeaders { headers, header_end: first })
    }

    /// Whether a column holds anything below the headers.
    pub(crate) fn has_data(&self, column: usize, header_end: u32) -> bool {
        let mut below = self.grid.rows.iter().filter(|row| row.number > header_end);
        below.any(|row| !row.cell(column).is_empty())
    }

    /// The problem of formulas that no program has computed yet.
    pub(crate) fn without_value(&self, place: &Place) -> Option<Problem> {
        self.grid.without_value(place)
    }
}

/// The names of the sheets of a workbook that hold cells, and those that `wanted` chooses given to `each` one by one.
///
/// # Errors
/// The workbook is locked or damaged; what `each` says.
pub(crate) fn visit_sheets(
    bytes: Vec<u8>,
    kind: Kind,
    place: &Place,
    wanted: impl FnOnce(&[String]) -> Result<Vec<String>, Problems>,
    mut each: impl FnMut(Sheet) -> Result<(), Problems>,
) -> Result<(), Problems> {
    let damaged =
        || Problems::from(Trouble::Damaged("its parts do not fit together".into()).into_problem(place));
    let opened = guarded(|| OpenWorkbook::open(bytes, kind));
    let mut workbook = opened.ok_or_else(damaged)?.map_err(|trouble| trouble.into_problem(place))?;
    for name in wanted(&workbook.names())? {
        let read = guarded(|| workbook.grid(&name)).ok_or_else(damaged)?;
        let grid = read.map_err(|trouble| trouble.into_problem(place))?;
        each(Sheet { name, grid })?;
    }
    Ok(())
}

/// A workbook of any kind.
enum OpenWorkbook {
    Xlsx(Box<xlsx::Workbook>),
    Xls(Box<old::OldXls>),
    Ods(Box<old::OldOds>),
}

impl OpenWorkbook {
    fn open(bytes: Vec<u8>, kind: Kind) -> Result<Self, Trouble> {
        Ok(match kind {
            Kind::Xlsx => Self::Xlsx(Box::new(xlsx::open(bytes)?)),
            Kind::Xls => Self::Xls(Box::new(old::open_xls(bytes)?)),
            _ => Self::Ods(Box::new(old::open_ods(bytes)?)),
        })
    }

    fn names(&self) -> Vec<String> {
        use calamine::Reader;
        xlsx::sheet_names(match self {
            Self::Xlsx(workbook) => workbook.sheets_metadata(),
            Self::Xls(workbook) => workbook.sheets_metadata(),
            Self::Ods(workbook) => workbook.sheets_metadata(),
        })
    }

    fn grid(&mut self, name: &str) -> Result<Grid, Trouble> {
        match self {
            Self::Xlsx(workbook) => xlsx::read_sheet(workbook, name),
            Self::Xls(workbook) => old::xls_grid(workbook, name),
            Self::Ods(workbook) => old::ods_grid(workbook, name),
        }
    }
}

/// What can go wrong while a workbook is read.
pub(super) enum Trouble {
    Locked,
    Damaged(String),
    NoSheet { wanted: String, sheets: Vec<String> },
    NoData { sheets: Vec<String> },
}

impl SheetTable {
    /// Reads the sheet that `source` names, or the first that has data, and finds its headers.
    pub(crate) fn open(
        bytes: Vec<u8>,
        kind: Kind,
        source: &Source,
        place: &Place,
        problems: &mut Problems,
    ) -> Result<Self, Problems> {
        let wanted = source.sheet.as_deref();
        let read = guarded(|| match kind {
            Kind::Xlsx => xlsx::read(bytes, wanted),
            _ => old::read(bytes, kind, wanted),
        });
        let trouble = |trouble: Trouble| trouble.into_problem(place);
        let damaged = || Trouble::Damaged("its parts do not fit together".into());
        let chosen = read.unwrap_or_else(|| Err(damaged())).map_err(trouble)?;
        let mut at_sheet = place.clone();
        at_sheet.sheet = Some(chosen.sheet.clone());
        problems.extend(chosen.note(wanted.is_some(), place));
        problems.extend(chosen.grid.without_value(&at_sheet));
        let mut table =
            Self { sheet: chosen.sheet, grid: chosen.grid, headers: Headers::default(), header_end: 0 };
        table.find_headers(source, &at_sheet)?;
        Ok(table)
    }

    /// Whether a column holds anything below the headers.
    pub(crate) fn has_data(&self, column: usize) -> bool {
        let below = self.grid.rows.iter().filter(|row| row.number > self.header_end);
        below.into_iter().any(|row| !row.cell(column).is_empty())
    }

    /// Finds the headers where `source` says.
    pub(crate) fn find_headers(&mut self, source: &Source, place: &Place) -> Result<(), Problems> {
        let first = match source.header_row {
            Some(row) => row,
            None => self.grid.rows.first().map_or(1, |row| row.number),
        };
        let upper = self.grid.texts_of(first);
        self.header_end = first;
        self.headers = match source.header_rows {
            2 => {
                let below =
                    self.grid.rows.iter().map(|row| row.number).find(|&n| n > first).unwrap_or(first + 1);
                self.header_end = below;
                let merges = self.grid.merges_in_row(first);
                // Without any merged cell the group is written once and meant for all at its right.
                let carried = |column: usize| merges.is_empty() || merges.iter().any(|m| m.covers(column));
                Headers::two(&upper, &self.grid.texts_of(below), carried)
            }
            _ => Headers::one(upper),
        };
        self.headers.widen(self.grid.width());
        if self.headers.n_used() == 0 { Err(no_header(first, place).into()) } else { Ok(()) }
    }
}

impl Trouble {
    fn into_problem(self, place: &Place) -> Problem {
        match self {
            Self::Locked => locked(place),
            Self::Damaged(reason) => {
                Problem::error("OM235", format!("the workbook cannot be read: {reason}"))
                    .at(place.clone())
                    .why("a workbook that is damaged in one place may be wrong in others")
                    .mend("open it in its program, which may repair it, and save it again as .xlsx")
            }
            Self::NoSheet { wanted, sheets } => {
                let near = oligomet_base::suggest::nearest(&wanted, sheets.iter().map(String::as_str), 1);
                let hint = near.first().map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
                Problem::error("OM223", format!("the workbook has no sheet `{wanted}`"))
                    .at(place.clone())
                    .why("the data are taken from it")
                    .mend(format!("{hint}its sheets are: {}", sheets.join(", ")))
            }
            Self::NoData { sheets } => Problem::error("OM222", "no sheet of the workbook has data")
                .at(place.clone())
                .why("there is nothing to read")
                .mend(format!("its sheets are: {}", sheets.join(", "))),
        }
    }
}

fn no_header(row: u32, place: &Place) -> Problem {
    Problem::error("OM222", format!("there are no headers in row {row}"))
        .at(place.clone())
        .why("columns are found by their headers")
        .mend("write the headers in one row above the data; `header_row` in site.toml says which row it is")
}
