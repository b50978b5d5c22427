//! What checks share: dates as the days they allow, and a problem with all its rows.

use oligomet_base::number::count;
use oligomet_base::{Day, PartialDate, Place, Problem, Problems};

use crate::records::{RecordTable, Records};

/// The first and the last day that a date allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: Day,
    pub(super) last: Day,
}

/// The days that a date allows.
pub(super) fn span(date: Option<PartialDate>) -> Option<Span> {
    let date = date?;
    Some(Span { first: date.earliest()?, last: date.latest()? })
}

impl Span {
    /// Whether every day of this date lies before every day of the other.
    pub(super) fn surely_before(self, other: Self) -> bool {
        self.last < other.first
    }
}

/// Adds a problem with the rows of a table, where there are any. `what` follows "1 row has" or "n rows have".
pub(super) struct Rows<'r> {
    records: &'r Records,
    table: &'r RecordTable,
    column: Option<&'static str>,
    rows: Vec<usize>,
}

impl<'r> Rows<'r> {
    pub(super) fn new(records: &'r Records, table: &'r RecordTable) -> Self {
        Self { records, table, column: None, rows: Vec::new() }
    }

    pub(super) fn in_column(mut self, column: &'static str) -> Self {
        self.column = Some(column);
        self
    }

    pub(super) fn add(&mut self, row: usize) {
        self.rows.push(row);
    }

    /// Tells them, where there are any.
    pub(super) fn tell(
        mut self,
        problems: &mut Problems,
        code: &'static str,
        what: impl FnOnce(&str) -> String,
        why: &str,
        mend: &str,
    ) {
        self.rows.sort_by_key(|&row| self.table.source_rows.get(row).copied());
        self.rows.dedup();
        let have = match self.rows.as_slice() {
            [] => return,
            [_] => "1 row has".to_owned(),
            rows => format!("{} rows have", count(rows.len() as u64)),
        };
        let mut numbers = self.rows.iter().map(|&row| u64::from(self.table.source_rows[row]));
        let mut place = place_of(self.records, self.table);
        place.column = self.column.map(str::to_owned);
        place.row = numbers.next();
        let mut problem = Problem::warning(code, what(&have)).at(place).why(why).mend(mend);
        problem.also_rows = numbers.collect();
        problems.push(problem);
    }
}

/// The file and sheet of a table; the table's name where it came from none.
pub(super) fn place_of(records: &Records, table: &RecordTable) -> Place {
    match table.source.and_then(|at| records.sources.get(at)) {
        Some(source) => {
            let mut place = Place::file(source.name.clone());
            place.sheet.clone_from(&source.sheet);
            place
        }
        None => Place::subject(format!("table `{}`", table.spec().name)),
    }
}
