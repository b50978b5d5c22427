//! One table from its source: cells into columns, what is wrong told.

use std::ops::ControlFlow;
use std::path::Path;

use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::{Field, FieldKind, FieldSpec, SourceFile, TableSpec, schema};

use super::ReadOptions;
use super::column::{Raw, RecordColumn, absent, known_texts};
use super::date::OrderSeen;
use super::headers::{Mapped, map_headers, unknown_columns};
use super::progress::Ticker;
use crate::build::{IssueKind, Telling, Words};
use crate::read::{check_rows, decide_decimals, identify, load};
use crate::site::{ColumnMap, Mapping, Source};
use crate::source::csv::CsvTable;
use crate::source::workbook::Sheet;
use crate::source::{CellRow, RowSink};

/// A table as its source holds it, before rows are set aside and references are followed.
pub(super) struct RawTable {
    /// Place of the table in the schema.
    pub(super) table: usize,
    pub(super) columns: Vec<Raw>,
    /// Row of the source for each row.
    pub(super) rows: Vec<u32>,
    pub(super) place: Place,
    pub(super) reasons: Vec<Reason>,
    pub(super) source: SourceFile,
    /// Rows of the source with more cells than headers.
    pub(super) misaligned: Vec<u32>,
    /// Whether the first row holds words where values are wanted, and nothing that can be read.
    pub(super) has_second_header: bool,
}

/// A cell that says why it holds no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) row: u32,
    /// Column of the table.
    pub(super) column: usize,
    /// Level of `missing_value.reason`.
    pub(super) level: u8,
}

impl RawTable {
    pub(super) fn spec(&self) -> &'static TableSpec {
        &schema().tables[self.table]
    }

    /// The key of a row.
    pub(super) fn key(&self, row: usize) -> Option<&str> {
        match self.columns.first() {
            Some(Raw::Value(oligomet_schema::Field::Text(keys))) => keys.get(row),
            _ => None,
        }
    }

    /// Keeps the rows named, in their order.
    pub(super) fn keep(&mut self, rows: &[u32]) {
        for column in &mut self.columns {
            *column = column.select(rows);
        }
        let mut new_place = vec![u32::MAX; self.rows.len()];
        rows.iter().enumerate().for_each(|(new, &old)| new_place[old as usize] = new as u32);
        self.rows = rows.iter().map(|&row| self.rows[row as usize]).collect();
        self.reasons.retain_mut(|reason| {
            reason.row = new_place[reason.row as usize];
            reason.row != u32::MAX
        });
    }
}

/// The source of a table of records: everything detected.
fn detected(name: &str, options: &ReadOptions) -> Source {
    Source {
        file: name.to_owned(),
        sheet: None,
        header_rows: 1,
        header_row: None,
        delimiter: None,
        decimal: options.decimal,
        encoding: options.encoding,
        missing: Vec::new(),
        duplicates: crate::site::Duplicates::SetAside,
    }
}

/// Rows into columns.
struct Filler<'t> {
    columns: Vec<(usize, RecordColumn)>,
    rows: Vec<u32>,
    ticker: &'t Ticker,
    seen_bytes: u64,
}

/// How many rows pass between two looks at the one who watches.
const ROWS_BETWEEN: usize = 16_384;

impl RowSink for Filler<'_> {
    #[inline]
    fn row(&mut self, number: u32, row: &impl CellRow) -> ControlFlow<()> {
        for (at, column) in &mut self.columns {
            column.push(row.cell(*at));
        }
        self.rows.push(number);
        if self.rows.len().is_multiple_of(ROWS_BETWEEN) {
            let at = row.byte();
            let step = at.saturating_sub(self.seen_bytes);
            self.seen_bytes = at;
            return self.ticker.advance(step);
        }
        ControlFlow::Continue(())
    }
}

fn filler<'t>(
    spec: &'static TableSpec,
    mapped: &Mapped,
    headers: &crate::source::header::Headers,
    options: &ReadOptions,
    ticker: &'t Ticker,
) -> Filler<'t> {
    let of_reasons = spec.name == "missing_value";
    let columns = mapped
        .columns
        .iter()
        .map(|&(at, field)| {
            (at, RecordColumn::new(&spec.fields[field], &headers.title(at), of_reasons, options))
        })
        .collect();
    Filler { columns, rows: Vec::new(), ticker, seen_bytes: 0 }
}

/// More bytes than a column of texts can hold.
const MOST_BYTES: u64 = u32::MAX as u64;

/// Reads a table from a text file.
///
/// # Errors
/// The file cannot be read, its headers do not fit, or reading was stopped.
pub(super) fn read_file(
    table: usize,
    path: &Path,
    name: &str,
    options: &ReadOptions,
    ticker: &Ticker,
) -> Result<(RawTable, Problems), Problems> {
    let (spec, place) = (&schema().tables[table], Place::file(name));
    let mut problems = Problems::new();
    let (found, _) = identify(path, &place)?;
    if found.n_bytes > MOST_BYTES {
        return Err(too_large(&place).into());
    }
    let source = detected(name, options);
    let csv = CsvTable::open(load(path, &place)?, &source, &place, &mut problems)?;
    let mapped = map_headers(spec, &csv.headers, &place)?;
    let mut filler = filler(spec, &mapped, &csv.headers, options, ticker);
    let seen = csv.visit(&mut filler);
    let seen_bytes = filler.seen_bytes;
    if seen.stopped || ticker.advance(found.n_bytes.saturating_sub(seen_bytes)).is_break() {
        return Err(crate::progress::stopped(&place).into());
    }
    check_rows(&seen, csv.headers.len(), &place, &mut problems)?;
    let used: Vec<usize> = mapped.columns.iter().map(|(at, _)| *at).collect();
    let unmapped = csv.headers.unmapped(&used, |c| seen.has_data[c]);
    problems.extend(unknown_columns(spec, &mapped, &unmapped, &place));
    let source = SourceFile {
        name: name.to_owned(),
        sheet: None,
        sha256: found.sha256,
        n_rows: seen.n_rows,
        unmapped,
    };
    let semicolons = csv.delimiter == b';';
    drop(csv);
    let raw = assemble(
        filler,
        Origin { table, place, source, misaligned: seen.too_many, semicolons },
        &mut problems,
    );
    Ok((raw, problems))
}

/// Reads a table from a sheet of a workbook whose bytes have the hash `sha256`.
///
/// # Errors
/// Its headers do not fit, or reading was stopped.
pub(super) fn read_sheet(
    table: usize,
    name: &str,
    sha256: &str,
    sheet: &Sheet,
    options: &ReadOptions,
    ticker: &Ticker,
) -> Result<(RawTable, Problems), Problems> {
    let spec = &schema().tables[table];
    let mut place = Place::file(name);
    place.sheet = Some(sheet.name.clone());
    let mut problems = Problems::new();
    let found = sheet.table(&place)?;
    let mapped = map_headers(spec, &found.headers, &place)?;
    let used: Vec<usize> = mapped.columns.iter().map(|(at, _)| *at).collect();
    problems.extend(sheet.grid.merged_data(found.header_end, &used, &place));
    problems.extend(sheet.without_value(&place));
    let mut filler = filler(spec, &mapped, &found.headers, options, ticker);
    let stopped = sheet.grid.visit(found.header_end, &mut filler).is_none();
    if stopped || ticker.advance(1).is_break() {
        return Err(crate::progress::stopped(&place).into());
    }
    let unmapped = found.headers.unmapped(&used, |column| sheet.has_data(column, found.header_end));
    problems.extend(unknown_columns(spec, &mapped, &unmapped, &place));
    let source = SourceFile {
        name: name.to_owned(),
        sheet: Some(sheet.name.clone()),
        sha256: sha256.to_owned(),
        n_rows: filler.rows.len(),
        unmapped,
    };
    let origin = Origin { table, place, source, misaligned: Vec::new(), semicolons: false };
    let raw = assemble(filler, origin, &mut problems);
    Ok((raw, problems))
}

/// Where rows came from.
struct Origin {
    table: usize,
    place: Place,
    source: SourceFile,
    misaligned: Vec<u32>,
    semicolons: bool,
}

/// The columns under the decimal signs and orders of dates that the whole table shows.
fn assemble(filler: Filler<'_>, origin: Origin, problems: &mut Problems) -> RawTable {
    let spec = &schema().tables[origin.table];
    let n = filler.rows.len();
    let mut order = OrderSeen::default();
    filler.columns.iter().for_each(|(_, column)| order.add(column.order_seen()));
    let columns: Vec<RecordColumn> = filler.columns.into_iter().map(|(_, column)| column).collect();
    let (decimals, told) = decide_decimals(&columns, origin.semicolons, &origin.place);
    problems.extend(told.into_iter().map(without_site));
    let mut raws: Vec<Raw> = spec.fields.iter().map(|f| Raw::empty(f.kind)).collect();
    let mut reasons = Vec::new();
    let mut unread_of_first = 0;
    for (column, decimal) in columns.into_iter().zip(decimals) {
        let (field, header) = (column.spec, column.header.clone());
        let (raw, issues, said) = column.finish(decimal, order);
        let at = spec.position(&field.name).unwrap_or(0);
        let known = known_texts(field);
        let words = |kind| words_for_records(kind, field);
        let telling = Telling {
            header: &header,
            place: &origin.place,
            rows: &filler.rows,
            known: &known,
            words: &words,
        };
        unread_of_first += usize::from(issues.has(0));
        problems.extend(issues.tell(&telling));
        reasons.extend(said.into_iter().map(|(row, level)| Reason { row, column: at, level }));
        raws[at] = raw;
    }
    for (raw, field) in raws.iter_mut().zip(&spec.fields) {
        let is_read = match raw {
            Raw::Value(values) => values.len() == n,
            Raw::Keys(keys) => keys.len() == n,
        };
        if !is_read {
            *raw = absent(field, n);
        }
    }
    RawTable {
        table: origin.table,
        has_second_header: unread_of_first >= LEAST_UNREAD && nothing_read(&raws, 0),
        columns: raws,
        rows: filler.rows,
        place: origin.place,
        reasons,
        source: origin.source,
        misaligned: origin.misaligned,
    }
}

/// So many values of the first row that cannot be read, beside none that can, are no data.
const LEAST_UNREAD: usize = 2;

/// Whether a row has nothing but texts and keys.
fn nothing_read(columns: &[Raw], row: usize) -> bool {
    let read = |raw: &Raw| !matches!(raw, Raw::Keys(_) | Raw::Value(Field::Text(_))) && !raw.is_missing(row);
    !columns.iter().any(read)
}

/// A note of the reader of one sheet without its advice to change `site.toml`, which records do not have.
fn without_site(mut problem: Problem) -> Problem {
    if problem.mend.contains("site.toml") {
        problem.mend = "write all numbers of the file with the same decimal sign".to_owned();
    }
    problem
}

fn too_large(place: &Place) -> Problem {
    Problem::error("OM201", "the file has more than 4 GiB")
        .at(place.clone())
        .why("texts of one table are counted in 32 bits")
        .mend("split the department's data by years, and study them as two sites")
}

/// How a bad value of a table's column is told.
fn words_for_records(kind: IssueKind, field: &'static FieldSpec) -> Words {
    let map = ColumnMap {
        name: field.name.clone(),
        from: field.name.clone(),
        label: field.label.clone(),
        missing: Vec::new(),
        mapping: if field.kind == FieldKind::Date {
            Mapping::Date(Default::default())
        } else {
            Mapping::Text
        },
    };
    let mut words = Words::of(kind, &map);
    let levels = || field.levels.iter().map(|l| l.code.as_str()).collect::<Vec<_>>().join(", ");
    match kind {
        IssueKind::UnknownLevel => {
            (words.one, words.many) = ("is none of the levels", "are none of the levels");
            words.mend = format!("write one of: {}", levels());
        }
        IssueKind::UnknownYesNo => {
            (words.one, words.many) = ("is neither yes nor no", "are neither yes nor no");
            words.mend = "write yes or no".to_owned();
        }
        IssueKind::NoOrder => {
            words.mend = "write dates as yyyy-mm-dd; or say `order` for the whole source".to_owned();
        }
        IssueKind::OutsideRange => {
            words.one = "is outside the plausible range";
            words.many = "are outside the plausible range";
            words.mend = format!("check it in the record{}", unit_hint(field));
        }
        IssueKind::ImplausibleDate => {
            words.mend = "if it means \"not known\", leave the cell empty or write unknown".to_owned();
        }
        IssueKind::NotNumber => {
            words.mend = format!(
                "write the number alone{}; leave the cell empty where it is not known",
                unit_hint(field)
            );
        }
        IssueKind::NotDate => {
            words.why =
                "the calendar has no such day, or the text is no date; it counts as missing".to_owned();
        }
        IssueKind::PercentText | IssueKind::PercentCell => {
            words.mend = format!("write the number alone{}", unit_hint(field));
        }
        _ => {}
    }
    words
}

fn unit_hint(field: &FieldSpec) -> String {
    match (&field.unit, field.kind) {
        (_, FieldKind::Dose) => ", in Gy".to_owned(),
        (Some(unit), _) => format!(", in {unit}"),
        _ => String::new(),
    }
}
