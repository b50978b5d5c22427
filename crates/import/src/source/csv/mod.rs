//! Text files: letters, what separates cells, and rows as a spreadsheet counts them.

mod delimiter;
mod encoding;
mod rows;

use oligomet_base::{Place, Problem, Problems};

pub(crate) use delimiter::detect_delimiter;
pub(crate) use encoding::{decode, looks_like_utf16};
pub(crate) use rows::RowReader;

use super::header::Headers;
use super::{CellRow, RowSink};
use crate::cell::Cell;
use crate::site::{Source, TextEncoding};

/// A text file, decoded, with its headers found.
pub(crate) struct CsvTable {
    text: String,
    pub(crate) delimiter: u8,
    pub(crate) encoding: TextEncoding,
    pub(crate) headers: Headers,
    /// The row (from 1) of the last header.
    pub(crate) header_end: u32,
}

/// What was seen beside the rows.
#[derive(Debug, Default)]
pub(crate) struct CsvSeen {
    pub(crate) n_rows: usize,
    pub(crate) n_blank: u64,
    pub(crate) too_few: Vec<u32>,
    pub(crate) too_many: Vec<u32>,
    pub(crate) swallowing: Vec<u32>,
    /// The row in which a quote opens that nothing closes.
    pub(crate) open_quote: Option<u32>,
    /// Which columns without header hold something.
    pub(crate) has_data: Vec<bool>,
    pub(crate) stopped: bool,
}

impl CsvTable {
    /// Decodes `bytes`, finds the delimiter and the headers.
    pub(crate) fn open(
        bytes: Vec<u8>,
        source: &Source,
        place: &Place,
        problems: &mut Problems,
    ) -> Result<Self, Problems> {
        let is_tsv = place.file.as_deref().is_some_and(|f| f.to_ascii_lowercase().ends_with(".tsv"));
        let (mut text, encoding) = decode(bytes, source.encoding, place, problems)?;
        if !text.ends_with('\n') {
            text.push('\n');
        }
        let hint = delimiter::hint(&text);
        let found = || hint.unwrap_or_else(|| detect_delimiter(&text, is_tsv));
        let delimiter = source.delimiter.unwrap_or_else(found);
        let mut table = Self { text, delimiter, encoding, headers: Headers::default(), header_end: 0 };
        table.find_headers(source, place)?;
        Ok(table)
    }

    /// The first rows that are not blank, with their numbers.
    pub(crate) fn first_rows(&self, most: usize) -> Vec<(u32, Vec<String>)> {
        let mut rows = RowReader::new(&self.text, self.delimiter);
        let mut first = Vec::new();
        while first.len() < most && rows.advance() {
            if !rows.is_blank() && !rows.is_hint() {
                first.push((rows.number(), rows.record().iter().map(str::to_owned).collect()));
            }
        }
        first
    }

    /// Finds the headers where `source` says.
    pub(crate) fn find_headers(&mut self, source: &Source, place: &Place) -> Result<(), Problems> {
        let mut rows = RowReader::new(&self.text, self.delimiter);
        let mut header_rows: Vec<Vec<String>> = Vec::new();
        let mut end = 0;
        while header_rows.len() < usize::from(source.header_rows) && rows.advance() {
            let begun = !header_rows.is_empty();
            let wanted = match source.header_row {
                Some(row) => rows.number() >= row,
                None => begun || (!rows.is_blank() && !rows.is_hint()),
            };
            if wanted {
                header_rows.push(rows.record().iter().map(str::to_owned).collect());
                end = rows.number();
            }
        }
        self.headers = match header_rows.as_slice() {
            [one] => Headers::one(one.clone()),
            [upper, lower] => Headers::two(upper, lower, |_| true),
            _ => Headers::default(),
        };
        self.header_end = end;
        if self.headers.n_used() == 0 { Err(no_header(source, place).into()) } else { Ok(()) }
    }

    /// Gives every row that is not blank to `sink`.
    pub(crate) fn visit(&self, sink: &mut impl RowSink) -> CsvSeen {
        let (n_used, n) = (self.headers.n_used(), self.headers.len());
        let mut seen = CsvSeen { has_data: vec![false; n], ..CsvSeen::default() };
        let nameless: Vec<usize> = (0..n).filter(|&c| self.headers.names[c].is_empty()).collect();
        let mut rows = RowReader::new(&self.text, self.delimiter);
        let mut blank_before = 0;
        let mut last_number = self.header_end;
        while rows.advance() {
            if rows.number() <= self.header_end {
                continue;
            }
            if rows.is_blank() {
                continue;
            }
            blank_before += u64::from(rows.number() - last_number - 1);
            last_number = rows.number();
            seen.note(&rows, n_used, n, &nameless);
            if sink.row(rows.number(), &rows).is_break() {
                seen.stopped = true;
                break;
            }
        }
        seen.n_blank = blank_before;
        seen.open_quote = rows.open_quote();
        seen
    }

    /// How far a reading is, by its row's place in the text.
    pub(crate) fn n_bytes(&self) -> usize {
        self.text.len()
    }
}

impl CsvSeen {
    #[inline]
    fn note(&mut self, rows: &RowReader<'_>, n_used: usize, n: usize, nameless: &[usize]) {
        self.n_rows += 1;
        let cells = rows.record().len();
        if cells < n_used {
            self.too_few.push(rows.number());
        } else if cells > n && (n..cells).any(|c| !rows.cell(c).is_empty()) {
            self.too_many.push(rows.number());
        }
        if rows.swallows() {
            self.swallowing.push(rows.number());
        }
        for &column in nameless {
            self.has_data[column] |= !rows.cell(column).is_empty();
        }
    }
}

impl CellRow for RowReader<'_> {
    #[inline]
    fn cell(&self, column: usize) -> Cell<'_> {
        self.record().get(column).map_or(Cell::Empty, Cell::text)
    }

    fn byte(&self) -> u64 {
        self.start()
    }
}

fn no_header(source: &Source, place: &Place) -> Problem {
    let what = match source.header_row {
        Some(row) => format!("there are no headers in row {row}"),
        None => "the file has no row of headers".to_owned(),
    };
    Problem::error("OM222", what)
        .at(place.clone())
        .why("columns are found by their headers")
        .mend("write the headers in one row above the data; `header_row` in site.toml says which row it is")
}
