//! Looking at a file: its layout and the profile of every column.

use std::ops::ControlFlow;
use std::path::Path;

use oligomet_base::{Place, Problem, Problems};

use super::MOST_ROWS;
use super::layout::{Layout, Look, LookRow, ROWS, find};
use super::profile::Profile;
use crate::read::{identify, load};
use crate::site::{Duplicates, Source, TextEncoding};
use crate::source::csv::CsvTable;
use crate::source::header::Headers;
use crate::source::kind::Kind;
use crate::source::parquet::{ParquetTable, for_each_cell};
use crate::source::workbook::SheetTable;
use crate::source::{CellRow, RowSink};

/// What was seen of a file.
pub(super) struct Seen {
    /// The file and how it is written, as far as it was found out.
    pub(super) source: Source,
    pub(super) headers: Headers,
    /// One per column of the file; `None` where its type cannot be used.
    pub(super) profiles: Vec<Option<Profile>>,
    pub(super) n_rows: usize,
    /// Whether there are more rows than were looked at.
    pub(super) is_part: bool,
    /// Whether no row looks like headers.
    pub(super) headers_are_doubtful: bool,
}

struct Profiler {
    profiles: Vec<Profile>,
    n_rows: usize,
}

impl Profiler {
    fn new(n_columns: usize) -> Self {
        Self { profiles: (0..n_columns).map(|_| Profile::new()).collect(), n_rows: 0 }
    }
}

impl RowSink for Profiler {
    fn row(&mut self, _: u32, row: &impl CellRow) -> ControlFlow<()> {
        if self.n_rows == MOST_ROWS {
            return ControlFlow::Break(());
        }
        self.n_rows += 1;
        for (column, profile) in self.profiles.iter_mut().enumerate() {
            profile.add(row.cell(column));
        }
        ControlFlow::Continue(())
    }
}

pub(super) fn look_at(
    path: &Path,
    name: &str,
    sheet: Option<&str>,
    place: &Place,
    problems: &mut Problems,
) -> Result<Seen, Problems> {
    let (_, kind) = identify(path, place)?;
    let source = Source {
        file: name.to_owned(),
        sheet: sheet.map(str::to_owned),
        header_rows: 1,
        header_row: None,
        delimiter: None,
        decimal: None,
        encoding: None,
        missing: Vec::new(),
        duplicates: Duplicates::SetAside,
    };
    let seen = match kind {
        Kind::Text => look_at_csv(load(path, place)?, source, place, problems)?,
        Kind::Parquet => look_at_parquet(path, source, place)?,
        Kind::Xlsx | Kind::Xls | Kind::Ods => {
            look_at_sheet(load(path, place)?, kind, source, place, problems)?
        }
    };
    if seen.n_rows == 0 { Err(no_rows(place).into()) } else { Ok(seen) }
}

fn no_rows(place: &Place) -> Problem {
    Problem::error("OM222", "there are headers but no rows of data")
        .at(place.clone())
        .why("there is nothing to look at")
        .mend("check that it is the right file and sheet")
}

fn look_at_csv(
    bytes: Vec<u8>,
    mut source: Source,
    place: &Place,
    problems: &mut Problems,
) -> Result<Seen, Problems> {
    let mut table = CsvTable::open(bytes, &source, place, problems)?;
    let looks = table.first_rows(ROWS).into_iter().map(|(number, cells)| LookRow {
        number,
        cells: cells.iter().map(|text| Look::of_text(text)).collect(),
    });
    let layout = apply_layout(&mut source, &looks.collect::<Vec<_>>());
    table.find_headers(&source, place)?;
    // What was found out is written down, so that a later version of the file is read alike or refused.
    source.delimiter = Some(table.delimiter);
    source.encoding = Some(table.encoding).filter(|e| *e != TextEncoding::Utf8);
    let mut profiler = Profiler::new(table.headers.len());
    let seen = table.visit(&mut profiler);
    crate::read::check_rows(&seen, table.headers.len(), place, problems)?;
    Ok(Seen {
        source,
        headers: table.headers,
        profiles: profiler.profiles.into_iter().map(Some).collect(),
        n_rows: profiler.n_rows,
        is_part: seen.stopped,
        headers_are_doubtful: layout.is_none_or(|l| l.is_doubtful),
    })
}

fn look_at_sheet(
    bytes: Vec<u8>,
    kind: Kind,
    mut source: Source,
    place: &Place,
    problems: &mut Problems,
) -> Result<Seen, Problems> {
    let mut table = SheetTable::open(bytes, kind, &source, place, problems)?;
    let looks: Vec<LookRow> = table.grid.rows.iter().take(ROWS).map(look_of_row).collect();
    let layout = apply_layout(&mut source, &looks);
    table.find_headers(&source, place)?;
    source.sheet = Some(table.sheet.clone());
    let mut profiler = Profiler::new(table.headers.len().min(MOST_COLUMNS));
    let is_part = table.grid.visit(table.header_end, &mut profiler).is_none();
    table.headers.names.truncate(MOST_COLUMNS);
    Ok(Seen {
        source,
        headers: table.headers,
        profiles: profiler.profiles.into_iter().map(Some).collect(),
        n_rows: profiler.n_rows,
        is_part,
        headers_are_doubtful: layout.is_none_or(|l| l.is_doubtful),
    })
}

/// A stray cell may make a sheet 16,384 columns wide; no study has so many.
const MOST_COLUMNS: usize = 2_000;

fn look_of_row(row: &crate::source::workbook::GridRow) -> LookRow {
    let width = row.cells.last().map_or(0, |(at, _)| *at as usize + 1).min(MOST_COLUMNS);
    let look = |column| match row.cell(column) {
        crate::cell::Cell::Empty => Look::Empty,
        crate::cell::Cell::Text(text) => Look::of_text(text),
        _ => Look::Value,
    };
    LookRow { number: row.number, cells: (0..width).map(look).collect() }
}

fn apply_layout(source: &mut Source, rows: &[LookRow]) -> Option<Layout> {
    let layout = find(rows)?;
    source.header_rows = layout.header_rows;
    source.header_row = (!layout.is_first).then_some(layout.header_row);
    Some(layout)
}

fn look_at_parquet(path: &Path, source: Source, place: &Place) -> Result<Seen, Problems> {
    let table = ParquetTable::open(path, place)?;
    let headers = table.headers.clone();
    let columns: Vec<usize> = (0..headers.len()).filter(|&c| table.is_readable(c)).collect();
    let n_all = table.n_rows;
    let mut profiles: Vec<Option<Profile>> = (0..headers.len()).map(|_| None).collect();
    columns.iter().for_each(|&c| profiles[c] = Some(Profile::new()));
    let mut n_rows = 0;
    table.visit(&columns, place, |arrays, n| {
        for (&column, array) in columns.iter().zip(arrays) {
            let Some(profile) = profiles[column].as_mut() else { continue };
            if let Err(error) = for_each_cell(array, |cell| profile.add(cell)) {
                return ControlFlow::Break(Some(crate::source::parquet::damaged(&error.to_string(), place)));
            }
        }
        n_rows += n;
        if n_rows >= MOST_ROWS { ControlFlow::Break(None) } else { ControlFlow::Continue(()) }
    })?;
    Ok(Seen { source, headers, profiles, n_rows, is_part: n_rows < n_all, headers_are_doubtful: false })
}
