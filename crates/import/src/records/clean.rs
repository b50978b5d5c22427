//! Rows that cannot be used leave their table, each counted and told with its row.

use oligomet_base::number::count;
use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::{Field, ImportStep};

use super::column::Raw;
use super::table::RawTable;
use crate::read::groups_of_texts;

/// Rows of a table that leave it, with the account of why.
pub(super) struct Leaving {
    /// Whether a row leaves.
    pub(super) leaves: Vec<bool>,
    pub(super) steps: Vec<ImportStep>,
}

impl Leaving {
    pub(super) fn new(n: usize) -> Self {
        Self { leaves: vec![false; n], steps: Vec::new() }
    }

    /// Lets rows leave that have not left yet; `problem` tells of so many rows.
    pub(super) fn leave(
        &mut self,
        raw: &RawTable,
        rows: &[usize],
        why: &str,
        problem: impl FnOnce(usize) -> Problem,
        problems: &mut Problems,
    ) {
        let fresh: Vec<usize> = rows.iter().copied().filter(|&row| !self.leaves[row]).collect();
        if fresh.is_empty() {
            return;
        }
        fresh.iter().for_each(|&row| self.leaves[row] = true);
        self.steps.push(ImportStep { label: format!("{}: {why}", raw.spec().label), n_rows: fresh.len() });
        let rows = fresh.iter().map(|&row| raw.rows[row]);
        problems.push(at_rows(problem(fresh.len()), &raw.place, rows));
    }

    /// Rows that stay, in their order.
    pub(super) fn kept(&self) -> Vec<u32> {
        (0..self.leaves.len()).filter(|&row| !self.leaves[row]).map(|row| row as u32).collect()
    }
}

/// A problem with all its rows.
pub(super) fn at_rows(problem: Problem, place: &Place, rows: impl IntoIterator<Item = u32>) -> Problem {
    let mut all = rows.into_iter().map(u64::from);
    let mut at = place.clone();
    at.row = all.next();
    at.column.clone_from(&problem.place.column);
    let mut problem = problem.at(at);
    problem.also_rows = all.collect();
    problem
}

/// `1 row has` or `12 rows have`.
pub(super) fn rows_have(n: usize) -> String {
    if n == 1 { "1 row has".to_owned() } else { format!("{} rows have", count(n as u64)) }
}

/// Takes out a second header, rows with too many cells, without key, with a key that stands twice, or without a value that is required.
pub(super) fn clean(raw: &mut RawTable, problems: &mut Problems) -> Vec<ImportStep> {
    let n = raw.rows.len();
    let mut leaving = Leaving::new(n);
    let header: &[usize] = if raw.has_second_header { &[0] } else { &[] };
    leaving.leave(raw, header, "rows that look like a second header", |_| second_header(), problems);
    let misaligned: Vec<usize> =
        raw.misaligned.iter().filter_map(|row| raw.rows.binary_search(row).ok()).collect();
    leaving.leave(raw, &misaligned, "rows with more cells than headers", misaligned_rows, problems);
    let keyless: Vec<usize> = (0..n).filter(|&row| raw.key(row).is_none()).collect();
    leaving.leave(raw, &keyless, "rows without key", |n| keyless_rows(raw, n), problems);
    let (repeats, conflicts) = same_keys(raw, &leaving.leaves);
    leaving.leave(raw, &repeats, "repeated rows", repeated_rows, problems);
    let mut differing: Vec<usize> = conflicts.iter().flatten().copied().collect();
    differing.sort_unstable();
    let tell = |_| conflicting_rows(raw, &conflicts);
    leaving.leave(raw, &differing, "different rows with one key", tell, problems);
    for (at, field) in raw.spec().fields.iter().enumerate().filter(|(_, f)| f.required) {
        let lacking: Vec<usize> = (0..n).filter(|&row| raw.columns[at].is_missing(row)).collect();
        let why = format!("rows without `{}`", field.name);
        leaving.leave(raw, &lacking, &why, |n| without_required(&field.name, n), problems);
    }
    let kept = leaving.kept();
    if kept.len() < n {
        raw.keep(&kept);
    }
    leaving.steps
}

/// Rows equal to an earlier one of the same key, and groups of rows of one key that differ.
fn same_keys(raw: &RawTable, left: &[bool]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let (mut repeats, mut conflicts) = (Vec::new(), Vec::new());
    let key = |row: usize| if left[row] { None } else { raw.key(row) };
    for rows in groups_of_texts(raw.rows.len(), key) {
        let differs = |column: &Raw| rows[1..].iter().any(|&row| !is_same(column, rows[0], row));
        if raw.columns.iter().any(differs) {
            conflicts.push(rows);
        } else {
            repeats.extend(&rows[1..]);
        }
    }
    repeats.sort_unstable();
    conflicts.sort_by_key(|rows| rows[0]);
    (repeats, conflicts)
}

fn is_same(raw: &Raw, a: usize, b: usize) -> bool {
    let number = |x: f64, y: f64| x == y || (x.is_nan() && y.is_nan());
    match raw {
        Raw::Keys(texts) | Raw::Value(Field::Text(texts)) => texts.get(a) == texts.get(b),
        Raw::Value(Field::Ref(v)) => v[a] == v[b],
        Raw::Value(Field::Category(v)) => v[a] == v[b],
        Raw::Value(Field::YesNo(v)) => v[a] == v[b],
        Raw::Value(Field::Integer(v)) => v[a] == v[b],
        Raw::Value(Field::Number(v)) => number(v[a], v[b]),
        Raw::Value(Field::Date(v)) => v[a] == v[b],
        Raw::Value(Field::Dose(v)) => v[a] == v[b],
    }
}

fn second_header() -> Problem {
    Problem::warning("OM289", "the first row under the headers looks like a second header, set aside")
        .why("nothing in its columns of dates, numbers, levels or yes and no can be read; as data it would be a patient who does not exist")
        .mend("take it out; if it is data, mend its values")
}

fn misaligned_rows(n: usize) -> Problem {
    Problem::warning("OM230", format!("{} more cells than there are headers, set aside", rows_have(n)))
        .why("a separator within a value moves all values behind it into the wrong column; which one cannot be told")
        .mend("put the text that holds a separator into quotation marks")
}

fn keyless_rows(raw: &RawTable, n: usize) -> Problem {
    let key = &raw.spec().fields[0].name;
    let mut problem = Problem::warning("OM226", format!("{} no key `{key}`, set aside", rows_have(n)))
        .why("it may be a row that is in the file already, or a line of totals; no other row can point to it")
        .mend("enter the key in the file, or delete the row there");
    problem.place.column = Some(key.clone());
    problem
}

fn repeated_rows(n: usize) -> Problem {
    Problem::warning(
        "OM227",
        format!("{} the key and the values of an earlier row; it counts once", rows_have(n)),
    )
    .why("counted twice, it would narrow every interval")
    .mend("delete the repeated rows in the file")
}

/// So many keys are named.
const KEYS_SHOWN: usize = 5;

fn conflicting_rows(raw: &RawTable, conflicts: &[Vec<usize>]) -> Problem {
    let named: Vec<String> = conflicts.iter().take(KEYS_SHOWN).map(|rows| one_conflict(raw, rows)).collect();
    let more = conflicts.len().saturating_sub(KEYS_SHOWN);
    let more = if more > 0 { format!("; and {} more", count(more as u64)) } else { String::new() };
    let keys =
        if conflicts.len() == 1 { "1 key stands".into() } else { format!("{} keys stand", conflicts.len()) };
    Problem::warning(
        "OM228",
        format!("{keys} in rows that differ, all set aside: {}{more}", named.join("; ")),
    )
    .why("which of the rows is right cannot be told; taking one of them would be a guess")
    .mend("keep the right row in the file and delete the others, or give each a key of its own")
}

fn one_conflict(raw: &RawTable, rows: &[usize]) -> String {
    let differs = |column: &Raw| rows[1..].iter().any(|&row| !is_same(column, rows[0], row));
    let fields = raw.spec().fields.iter().zip(&raw.columns).filter(|(_, column)| differs(column));
    let columns: Vec<&str> = fields.map(|(field, _)| field.name.as_str()).take(3).collect();
    let numbers: Vec<String> = rows.iter().map(|&row| raw.rows[row].to_string()).collect();
    format!("{} (rows {}: {})", raw.key(rows[0]).unwrap_or(""), numbers.join(", "), columns.join(", "))
}

fn without_required(field: &str, n: usize) -> Problem {
    let mut problem =
        Problem::warning("OM261", format!("{} no `{field}` that can be read, set aside", rows_have(n)))
            .why("a row of this table cannot be used without it, and nothing is guessed")
            .mend("take it from the record; the row then counts again");
    problem.place.column = Some(field.to_owned());
    problem
}
