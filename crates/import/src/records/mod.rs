//! Relational records: a folder of CSV files, or a workbook with a sheet per table, after `schema.toml`.

mod clean;
mod column;
mod date;
mod find;
mod headers;
mod link;
mod progress;
mod reasons;
mod table;
mod words;

use std::path::Path;

use oligomet_base::day::DateOrder;
use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::{ImportStep, Records, schema};
use rayon::prelude::*;

use crate::number::Decimal;
use crate::progress::Progress;
use crate::read::{identify, load};
use crate::site::TextEncoding;
use crate::source::kind::Kind;
use crate::source::workbook::{Sheet, visit_sheets};
use find::TableFile;
use progress::{Ticker, ticker};
use table::{RawTable, Reason, read_file, read_sheet};

/// How the records of a department are written, where that cannot be told from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// Short name of the department.
    pub site: String,
    /// The order of day and month in dates with slashes. `None`: as the values of a table show; where none shows it, they
    /// are missing (OM219).
    pub date_order: Option<DateOrder>,
    /// The decimal sign. `None`: as the values show.
    pub decimal: Option<Decimal>,
    /// How letters are coded in text files. `None`: detected.
    pub encoding: Option<TextEncoding>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { site: "site".to_owned(), date_order: None, decimal: None, encoding: None }
    }
}

/// Keys of patients that begin so were made by a program.
pub const SYNTHETIC_PREFIX: &str = "SYN-";

/// Reads the records of a department: a folder of CSV files named after the tables of [`schema()`], or a workbook with a sheet
/// per table. Case, blanks and plural of names do not matter; columns are found by name, label or synonym.
///
/// A value that cannot be read becomes missing and a warning with its rows. A row leaves its table, counted in
/// [`Records::set_aside`], where it has no key, a key that stands twice, no value that is required, or a required reference that
/// points nowhere or to another patient. Rows stand in the order of their keys. A cell that says why it holds no value is missing
/// and has a row in `missing_value`. For every table, rows of the source = rows read + rows set aside.
///
/// # Errors
/// All problems found so far, at least one of them an error: nothing is there, a file cannot be read, a table has no key column,
/// two columns or two files are one, there is no patient, `progress` stopped the reading.
pub fn read_records(
    path: &Path,
    options: &ReadOptions,
    progress: &mut dyn Progress,
) -> Result<(Records, Problems), Problems> {
    let mut problems = Problems::new();
    match read_tables(path, options, progress, &mut problems) {
        Ok(tables) => {
            let records = assemble(tables, options, &mut problems);
            match no_patients(&records, path) {
                None => Ok((records, problems)),
                Some(problem) => {
                    problems.push(problem);
                    Err(problems)
                }
            }
        }
        Err(stops) => {
            problems.extend(stops);
            Err(problems)
        }
    }
}

/// A table as read and cleaned, with what was set aside.
type Cleaned = (RawTable, Vec<ImportStep>);

fn read_tables(
    path: &Path,
    options: &ReadOptions,
    progress: &mut dyn Progress,
    problems: &mut Problems,
) -> Result<Vec<Cleaned>, Problems> {
    if path.is_dir() {
        let files = find::files_of(path, problems)?;
        let total = files.iter().map(|f| f.n_bytes).sum();
        let read = watched(total, progress, |ticker| read_files(&files, options, ticker));
        return gather(read, problems);
    }
    let place = Place::file(find::shown(path));
    let (found, kind) = identify(path, &place)?;
    if !matches!(kind, Kind::Xlsx | Kind::Xls | Kind::Ods) {
        return Err(one_file(&place).into());
    }
    let bytes = load(path, &place)?;
    let book = Book { name: find::shown(path), sha256: found.sha256, kind, place };
    let read =
        watched(schema().tables.len() as u64, progress, |ticker| read_book(&book, bytes, options, ticker));
    gather(read, problems)
}

/// What reading one table gave.
type ReadTable = Result<(RawTable, Problems), Problems>;

/// Reads on other threads while `progress` is told on this one.
fn watched(
    total: u64,
    progress: &mut dyn Progress,
    read: impl FnOnce(&Ticker) -> Vec<ReadTable> + Send,
) -> Vec<ReadTable> {
    let (ticker, watch) = ticker();
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read(&ticker));
        watch.follow(total, progress);
        match reader.join() {
            Ok(tables) => tables,
            Err(fault) => std::panic::resume_unwind(fault),
        }
    })
}

/// The largest files first, so that none is left alone at the end; the answers in the order of the schema.
fn read_files(files: &[TableFile], options: &ReadOptions, ticker: &Ticker) -> Vec<ReadTable> {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(files[at].n_bytes));
    let mut read: Vec<(usize, ReadTable)> = order
        .into_par_iter()
        .with_max_len(1)
        .map_with(ticker.clone(), |ticker, at| {
            let file = &files[at];
            (at, read_file(file.table, &file.path, &file.name, options, ticker))
        })
        .collect();
    read.sort_by_key(|(at, _)| *at);
    read.into_iter().map(|(_, table)| table).collect()
}

/// A workbook.
struct Book {
    name: String,
    sha256: String,
    kind: Kind,
    place: Place,
}

/// Sheets of the template that hold no table.
const NO_TABLES: [&str; 2] = ["readme", "list"];

fn read_book(book: &Book, bytes: Vec<u8>, options: &ReadOptions, ticker: &Ticker) -> Vec<ReadTable> {
    let mut read = Vec::new();
    let mut notes = Problems::new();
    let outcome = visit_sheets(
        bytes,
        book.kind,
        &book.place,
        |names| sheets_of(book, names, &mut notes),
        |sheet: Sheet| {
            if let Some(table) = find::table_of(&sheet.name).filter(|_| !sheet.grid.rows.is_empty()) {
                read.push(read_sheet(table, &book.name, &book.sha256, &sheet, options, ticker));
            }
            Ok(())
        },
    );
    if let Some(Ok((_, problems))) = read.first_mut() {
        problems.extend(notes);
    }
    read.extend(outcome.err().map(Err));
    read
}

/// The sheets that are tables; the others are told.
fn sheets_of(book: &Book, names: &[String], notes: &mut Problems) -> Result<Vec<String>, Problems> {
    let tables: Vec<(usize, &str)> =
        names.iter().filter_map(|name| Some((find::table_of(name)?, name.as_str()))).collect();
    find::two_for_one(tables.iter().copied())?;
    let present: Vec<usize> = tables.iter().map(|(table, _)| *table).collect();
    let others = names.iter().filter(|name| find::table_of(name).is_none());
    for name in others.filter(|name| !NO_TABLES.contains(&find::bare(name).as_str())) {
        let mut place = book.place.clone();
        place.sheet = Some(name.clone());
        notes.push(find::no_table(place, name, &present));
    }
    match tables.is_empty() {
        true => Err(find::nothing(&book.place, "the workbook has no sheet").into()),
        false => Ok(tables.iter().map(|(_, name)| (*name).to_owned()).collect()),
    }
}

/// All tables, cleaned, in the order of the schema; or everything that stopped one of them.
fn gather(read: Vec<ReadTable>, problems: &mut Problems) -> Result<Vec<Cleaned>, Problems> {
    let mut stops = Problems::new();
    let mut tables = Vec::new();
    for table in read {
        match table {
            Ok((raw, found)) => {
                problems.extend(found);
                tables.push(raw);
            }
            Err(found) => stops.extend(found),
        }
    }
    if !stops.is_empty() {
        return Err(stops);
    }
    tables.sort_by_key(|raw| raw.table);
    let cleaned: Vec<(Cleaned, Problems)> = tables
        .into_par_iter()
        .with_max_len(1)
        .map(|mut raw| {
            let mut found = Problems::new();
            let steps = clean::clean(&mut raw, &mut found);
            ((raw, steps), found)
        })
        .collect();
    let mut tables = Vec::new();
    for (table, found) in cleaned {
        problems.extend(found);
        tables.push(table);
    }
    Ok(tables)
}

/// Records with their references followed.
fn assemble(tables: Vec<Cleaned>, options: &ReadOptions, problems: &mut Problems) -> Records {
    let mut records = Records::empty(&options.site);
    let mut linked = link::Linked::new(schema().tables.len());
    let mut reasons: Vec<(usize, Vec<Reason>, Place)> = Vec::new();
    problems.extend(absent_tables(&tables));
    for (mut raw, steps) in tables {
        records.set_aside.extend(steps);
        if raw.spec().name == reasons::TABLE {
            records.set_aside.extend(reasons::check(&mut raw, &records, problems));
        }
        let (at, place) = (raw.table, raw.place.clone());
        let source = records.sources.len();
        records.sources.push(raw.source.clone());
        let table = link::link(raw, source, &records, &mut linked, problems);
        records.set_aside.extend(table.steps);
        records.tables[at] = table.table;
        reasons.push((at, table.reasons, place));
    }
    reasons::add(&mut records, &reasons, problems);
    records.synthetic = is_synthetic(&records, problems);
    records
}

/// The tables that the source does not have, or has without rows.
fn absent_tables(tables: &[Cleaned]) -> Option<Problem> {
    let has_rows = |at: usize| tables.iter().any(|(raw, _)| raw.table == at && raw.source.n_rows > 0);
    let absent: Vec<&str> = schema()
        .tables
        .iter()
        .enumerate()
        .filter(|(at, _)| !has_rows(*at))
        .map(|(_, t)| t.name.as_str())
        .collect();
    if absent.is_empty() {
        return None;
    }
    Some(
        Problem::note("OM260", format!("tables without rows: {}", absent.join(", ")))
            .why("what they would hold is not known for any patient"),
    )
}

/// There is nobody to study.
fn no_patients(records: &Records, path: &Path) -> Option<Problem> {
    let patients = records.table("patient").ok()?;
    if patients.n_rows() > 0 {
        return None;
    }
    let what = match patients.source {
        None => "there is no table `patient`",
        Some(_) => "the table `patient` has no row that can be used",
    };
    Some(
        Problem::error("OM260", what)
            .at(Place::file(find::shown(path)))
            .why("every other row belongs to a patient")
            .mend("add patient.csv (or a sheet `patient`) with a row and a key `patient_id` per person"),
    )
}

/// Whether a program made the patients: all their keys say so.
fn is_synthetic(records: &Records, problems: &mut Problems) -> bool {
    let Ok(patients) = records.table("patient") else { return false };
    let n = (0..patients.n_rows()).filter(|&row| patients.key(row).starts_with(SYNTHETIC_PREFIX)).count();
    if n > 0 && n < patients.n_rows() {
        let what = format!("{n} of {} patients are synthetic (`{SYNTHETIC_PREFIX}`)", patients.n_rows());
        problems.push(
            Problem::warning("OM283", what)
                .at(Place::subject("table `patient`"))
                .why("made-up patients among real ones would make every number meaningless; outputs are not marked as synthetic")
                .mend("keep them in separate folders"),
        );
    }
    n > 0 && n == patients.n_rows()
}

/// A single text file is one table only.
fn one_file(place: &Place) -> Problem {
    Problem::error("OM255", "one file holds one table only")
        .at(place.clone())
        .why("the tables of a department belong together")
        .mend("name the folder with a CSV file per table, or a workbook with a sheet per table")
}
