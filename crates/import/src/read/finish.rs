//! From built columns to the data set: decimal signs, bad values, rows set aside.

use oligomet_base::number::count;
use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::{DataSet, ImportStep, SourceFile, Table};

use super::decimals::decide;
use super::duplicates::{Conflict, Sorted, sort_rows};
use crate::build::{Builder, Finish};
use crate::site::{Duplicates, SiteFile};

/// Columns as they were built, and what was seen on the way.
pub(crate) struct Assembled<'a> {
    pub(crate) builders: Vec<Builder<'a>>,
    /// Row of the file for each value.
    pub(crate) rows: Vec<u32>,
    /// File and sheet.
    pub(crate) place: Place,
    pub(crate) unmapped: Vec<String>,
    pub(crate) n_blank: u64,
    /// Rows of the file with more cells than headers.
    pub(crate) misaligned: Vec<u32>,
    /// Whether semicolons separate the cells.
    pub(crate) semicolons: bool,
}

impl Assembled<'_> {
    /// The data set; what was wrong is added to `problems`.
    pub(super) fn into_data_set(
        self,
        site: &SiteFile,
        sha256: String,
        problems: &mut Problems,
    ) -> Result<DataSet, Problems> {
        if self.rows.is_empty() {
            return Err(no_rows(&self.place).into());
        }
        let n_rows = self.rows.len();
        let source = SourceFile {
            name: site.file_name().to_owned(),
            sheet: self.place.sheet.clone(),
            sha256,
            n_rows,
            unmapped: self.unmapped,
        };
        problems.extend(blank_rows(self.n_blank, &self.place));
        let (decimals, told) = decide(&self.builders, self.semicolons, &self.place);
        problems.extend(told);
        let mut table = Table { columns: Vec::with_capacity(self.builders.len()), source_rows: self.rows };
        for (builder, decimal) in self.builders.into_iter().zip(decimals) {
            let finish = Finish { rows: &table.source_rows, place: &self.place, decimal };
            let (column, found) = builder.finish(&finish);
            problems.extend(found);
            table.columns.push(column);
        }
        let set_aside = set_rows_aside(&mut table, &self.misaligned, site, &self.place, problems)?;
        Ok(DataSet {
            table,
            events: site.events.clone(),
            origin: site.origin.clone(),
            n_source_rows: n_rows,
            set_aside,
            sources: vec![source],
            site: site.id.clone(),
        })
    }
}

fn no_rows(place: &Place) -> Problem {
    Problem::error("OM222", "there are headers but no rows of data")
        .at(place.clone())
        .why("there is nothing to analyse")
        .mend("check that it is the right file and sheet, and `header_row` in site.toml")
}

fn blank_rows(n: u64, place: &Place) -> Option<Problem> {
    let what = match n {
        0 => return None,
        1 => "1 blank row was skipped".to_owned(),
        n => format!("{} blank rows were skipped", count(n)),
    };
    Some(Problem::note("OM225", what).at(place.clone()).why("a row without any value is no patient"))
}

/// Takes rows out of the table, each counted.
fn set_rows_aside(
    table: &mut Table,
    misaligned: &[u32],
    site: &SiteFile,
    place: &Place,
    problems: &mut Problems,
) -> Result<Vec<ImportStep>, Problems> {
    let mut steps = Vec::new();
    if !misaligned.is_empty() {
        let indices = indices_of(table, misaligned);
        let rows = rows_of(table, &indices);
        step(&mut steps, "Rows with more cells than headers", rows.len());
        problems.push(at_rows(misaligned_rows(rows.len()), place, &rows));
        remove(table, &indices);
    }
    let sorted = sort_rows(table);
    if site.source.duplicates == Duplicates::Stop && has_duplicates(&sorted) {
        return Err(duplicates_stop(&sorted, table, place).into());
    }
    let removed = report_sorted(&sorted, table, place, &mut steps, problems);
    remove(table, &removed);
    if table.n_rows() == 0 {
        return Err(none_left(&steps, place).into());
    }
    Ok(steps)
}

fn step(steps: &mut Vec<ImportStep>, label: &str, n_rows: usize) {
    steps.push(ImportStep { label: label.to_owned(), n_rows });
}

fn indices_of(table: &Table, rows: &[u32]) -> Vec<usize> {
    // Both ascend.
    rows.iter().filter_map(|row| table.source_rows.binary_search(row).ok()).collect()
}

fn rows_of(table: &Table, indices: &[usize]) -> Vec<u32> {
    indices.iter().map(|&i| table.source_rows[i]).collect()
}

/// Takes the rows away, column by column, so that never two whole tables exist.
fn remove(table: &mut Table, indices: &[usize]) {
    if indices.is_empty() {
        return;
    }
    let mut kept = vec![true; table.n_rows()];
    indices.iter().for_each(|&i| kept[i] = false);
    let rows: Vec<usize> = (0..table.n_rows()).filter(|&i| kept[i]).collect();
    for column in &mut table.columns {
        column.data = column.data.select(&rows);
    }
    table.source_rows = rows.iter().map(|&i| table.source_rows[i]).collect();
}

fn report_sorted(
    sorted: &Sorted,
    table: &Table,
    place: &Place,
    steps: &mut Vec<ImportStep>,
    problems: &mut Problems,
) -> Vec<usize> {
    let mut removed = Vec::new();
    if !sorted.nameless.is_empty() {
        let rows = rows_of(table, &sorted.nameless);
        step(steps, "Rows without identifier", rows.len());
        problems.push(at_rows(nameless_rows(rows.len(), table), place, &rows));
        removed.extend(&sorted.nameless);
    }
    if !sorted.repeats.is_empty() {
        let rows = rows_of(table, &sorted.repeats);
        step(steps, "Identical rows of one patient", rows.len());
        problems.push(at_rows(repeated_rows(rows.len()), place, &rows));
        removed.extend(&sorted.repeats);
    }
    if !sorted.conflicts.is_empty() {
        let mut indices: Vec<usize> = sorted.conflicts.iter().flat_map(|c| c.rows.iter().copied()).collect();
        indices.sort_unstable();
        step(steps, "Conflicting rows of one patient", indices.len());
        problems.push(at_rows(conflicting_rows(&sorted.conflicts, table), place, &rows_of(table, &indices)));
        removed.extend(indices);
    }
    removed
}

fn has_duplicates(sorted: &Sorted) -> bool {
    !sorted.repeats.is_empty() || !sorted.conflicts.is_empty()
}

fn at_rows(problem: Problem, place: &Place, rows: &[u32]) -> Problem {
    let mut all = rows.iter().map(|&row| u64::from(row));
    let mut at = place.clone();
    at.row = all.next();
    let mut problem = problem.at(at);
    problem.also_rows = all.collect();
    problem
}

fn rows_have(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 row {one}") } else { format!("{} rows {many}", count(n as u64)) }
}

fn misaligned_rows(n: usize) -> Problem {
    let what = rows_have(
        n,
        "has more cells than there are headers and was set aside",
        "have more cells than there are headers and were set aside",
    );
    Problem::warning("OM230", what)
        .why("a separator within a value moves all values behind it into the wrong column; which one cannot be told")
        .mend("put the text that holds a separator into quotation marks")
}

fn nameless_rows(n: usize, table: &Table) -> Problem {
    let header = table.id_column().map_or("", |c| c.header.as_str()).to_owned();
    let what = rows_have(n, "has no identifier and was set aside", "have no identifier and were set aside");
    Problem::warning("OM226", format!("{what} (`{header}` is empty)"))
        .why("whose row it is cannot be told: it may be a patient who is in the file already, or a line of totals")
        .mend("enter the identifier in the file, or delete the row there")
}

fn repeated_rows(n: usize) -> Problem {
    let what = rows_have(n, "repeats an earlier row", "repeat earlier rows");
    Problem::warning("OM227", format!("{what} of the same patient; each patient counts once"))
        .why("counted twice, a patient would narrow every interval")
        .mend("delete the repeated rows in the file")
}

/// So many patients are named.
const PATIENTS_SHOWN: usize = 5;

fn conflicting_rows(conflicts: &[Conflict], table: &Table) -> Problem {
    let named: Vec<String> = conflicts.iter().take(PATIENTS_SHOWN).map(|c| one_conflict(c, table)).collect();
    let more = conflicts.len().saturating_sub(PATIENTS_SHOWN);
    let more = if more > 0 { format!("; and {} more", count(more as u64)) } else { String::new() };
    let who = match conflicts.len() {
        1 => "1 patient has rows that differ and was set aside".to_owned(),
        n => format!("{} patients have rows that differ and were set aside", count(n as u64)),
    };
    Problem::warning("OM228", format!("{who}: {}{more}", named.join("; ")))
        .why("which of the rows is right cannot be told; taking one of them would be a guess")
        .mend("keep the right row in the file and delete the others; or, where a row is not a patient, map another column as identifier")
}

fn one_conflict(conflict: &Conflict, table: &Table) -> String {
    let rows: Vec<String> = rows_of(table, &conflict.rows).iter().map(u32::to_string).collect();
    let columns = &conflict.columns;
    let shown = columns.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    let more = if columns.len() > 3 { " and others" } else { "" };
    format!("{} (rows {}: {shown}{more})", table.id(conflict.rows[0]), rows.join(", "))
}

fn duplicates_stop(sorted: &Sorted, table: &Table, place: &Place) -> Problem {
    let mut indices = sorted.repeats.clone();
    indices.extend(sorted.conflicts.iter().flat_map(|c| c.rows.iter().copied()));
    indices.sort_unstable();
    let what = rows_have(indices.len(), "has the identifier of another", "have the identifier of another");
    let problem = Problem::error("OM228", what)
        .why("site.toml says duplicates = \"stop\": one row per patient is expected")
        .mend("keep one row per patient in the file, or write duplicates = \"set-aside\"");
    at_rows(problem, place, &rows_of(table, &indices))
}

fn none_left(steps: &[ImportStep], place: &Place) -> Problem {
    let parts: Vec<String> =
        steps.iter().map(|s| format!("{}: {}", s.label, count(s.n_rows as u64))).collect();
    Problem::error("OM222", format!("no row is left ({})", parts.join("; ")))
        .at(place.clone())
        .why("every row was set aside, so that there is nothing to analyse")
        .mend("check which column is mapped as identifier in site.toml; a table with several rows per patient needs an identifier of the row")
}
