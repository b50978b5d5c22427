//! The cut-off: nothing after it is in a lock, and what it takes away is counted.
//!
//! A row whose date lies after it leaves, with what belongs to it; an end after it becomes open, with its reason; whoever was
//! seen or died after it was alive on it. What every date does stands in `schema.toml` (`after_cutoff`).

use oligomet_base::{Day, PartialDate, Place, Problem, Problems};

use crate::data_set::ImportStep;
use crate::records::{Field, NO_ROW, RecordTable, Records};
use crate::spec::{AfterCutoff, FieldSpec, schema};

/// Records as they were known at a cut-off.
#[derive(Debug)]
pub struct Censored {
    /// The records; [`Records::set_aside`] tells of the steps, too.
    pub records: Records,
    /// What the cut-off took away or changed, counted.
    pub steps: Vec<ImportStep>,
    /// Dates of which it cannot be told whether they lie before it (OM282); a cut-off before which there is nobody (an error), or
    /// long after everything recorded (OM281).
    pub problems: Problems,
}

/// Takes away what lies after the cut-off. A date known to the month or year stays where a day before the cut-off fits, and is told.
#[must_use]
pub fn censor(mut records: Records, cutoff: Day) -> Censored {
    let mut steps = Vec::new();
    let mut problems = undecided(&records, cutoff);
    problems.extend(long_after(&records, cutoff));
    let n_before = n_patients(&records);
    let leaves = leaving(&records, cutoff);
    count_leaving(&records, &leaves, &mut steps);
    let opened = open_ends(&mut records, cutoff, &leaves, &mut steps);
    forget_delivered(&mut records, &opened, &leaves, &mut steps);
    let mut leaves = leaves;
    close_follow_up(&mut records, cutoff, &mut leaves, &mut steps);
    leave_reasons(&records, &mut leaves, &mut steps);
    drop_rows(&mut records, &leaves, &mut steps);
    if n_before > 0 && n_patients(&records) == 0 {
        problems.push(nobody_left(n_before, cutoff));
    }
    records.cutoff = Some(cutoff);
    records.set_aside.extend(steps.iter().cloned());
    Censored { records, steps, problems }
}

/// So long after the last date recorded a cut-off is doubtful.
const LONG_DAYS: i32 = 366;

fn n_patients(records: &Records) -> usize {
    records.table("patient").map_or(0, RecordTable::n_rows)
}

fn nobody_left(n_before: usize, cutoff: Day) -> Problem {
    Problem::error("OM281", format!("none of {n_before} patients is left at the cut-off {cutoff}"))
        .why("everything recorded lies after it: a lock of it would be empty")
        .mend("look at the year of --cutoff: the last day on which the tables were complete")
}

/// A cut-off that censors nothing, because nothing was recorded for long before it.
fn long_after(records: &Records, cutoff: Day) -> Option<Problem> {
    let dates = records
        .tables
        .iter()
        .flat_map(|table| table.spec().fields.iter().flat_map(|field| dates_of(table, &field.name)));
    let last = dates.filter_map(|date| date.and_then(PartialDate::latest)).max()?;
    (cutoff.days_since(last) > LONG_DAYS).then(|| {
        Problem::note(
            "OM281",
            format!("the last date in the tables is {last}, long before the cut-off {cutoff}"),
        )
        .why("a cut-off in the future, or of a wrong year, censors nothing: nobody was followed until it")
        .mend("look at the year of --cutoff: the last day on which the tables were complete")
    })
}

fn is_after(date: Option<PartialDate>, cutoff: Day) -> bool {
    date.and_then(PartialDate::earliest).is_some_and(|day| day > cutoff)
}

fn dates_of<'t>(table: &'t RecordTable, name: &str) -> &'t [Option<PartialDate>] {
    table.dates(name).unwrap_or_default()
}

fn date_fields(table: &RecordTable, what: AfterCutoff) -> impl Iterator<Item = &'static FieldSpec> {
    table.spec().fields.iter().filter(move |f| f.after_cutoff == Some(what))
}

fn step(steps: &mut Vec<ImportStep>, label: String, n_rows: usize) {
    if n_rows > 0 {
        steps.push(ImportStep { label, n_rows });
    }
}

/// Which rows leave, table by table: their own date, what they belong to, or a patient of whom nothing is left.
fn leaving(records: &Records, cutoff: Day) -> Vec<Vec<bool>> {
    let mut leaves: Vec<Vec<bool>> = records
        .tables
        .iter()
        .map(|table| {
            let mut leaves = vec![false; table.n_rows()];
            for field in date_fields(table, AfterCutoff::Row) {
                let dates = dates_of(table, &field.name);
                leaves.iter_mut().zip(dates).for_each(|(leaves, date)| *leaves |= is_after(*date, cutoff));
            }
            leaves
        })
        .collect();
    cascade(records, &mut leaves);
    leave_patients(records, &mut leaves);
    cascade(records, &mut leaves);
    leaves
}

/// Whether a row cannot stay where the row it points to leaves: the reference is required, or says in which episode a lesion was found.
fn belongs(table: &str, field: &FieldSpec) -> bool {
    field.to.as_deref() != Some(table)
        && (field.required || (table == "lesion" && field.name == "episode_id"))
}

fn cascade(records: &Records, leaves: &mut [Vec<bool>]) {
    for (at, table) in records.tables.iter().enumerate() {
        for field in table.spec().fields.iter().filter(|f| belongs(&table.spec().name, f)) {
            let Some(to) = field.to.as_deref().and_then(|to| schema().position(to)) else { continue };
            let (before, rest) = leaves.split_at_mut(at);
            let (Some(parents), Some(own), Ok(refs)) =
                (before.get(to), rest.first_mut(), table.refs(&field.name))
            else {
                continue;
            };
            for (leaves, row) in own.iter_mut().zip(refs) {
                *leaves |= parents.get(*row as usize).copied().unwrap_or(false);
            }
        }
    }
}

/// Patients of whom something leaves and nothing stays but follow-up: they came after the cut-off.
fn leave_patients(records: &Records, leaves: &mut [Vec<bool>]) {
    let Some(patients) = schema().position("patient") else { return };
    let n = records.tables.get(patients).map_or(0, RecordTable::n_rows);
    let (mut loses, mut keeps) = (vec![false; n], vec![false; n]);
    for (at, table) in records.tables.iter().enumerate().filter(|(_, t)| t.spec().name != "follow_up") {
        let Ok(refs) = table.refs("patient_id") else { continue };
        for (row, leaves) in refs.iter().zip(&leaves[at]).filter(|(row, _)| (**row as usize) < n) {
            let which = if *leaves { &mut loses } else { &mut keeps };
            which[*row as usize] = true;
        }
    }
    for patient in 0..n {
        leaves[patients][patient] |= loses[patient] && !keeps[patient];
    }
}

fn count_leaving(records: &Records, leaves: &[Vec<bool>], steps: &mut Vec<ImportStep>) {
    for (table, leaves) in records.tables.iter().zip(leaves) {
        let n = leaves.iter().filter(|leaves| **leaves).count();
        step(steps, format!("{}: rows after the cut-off", table.spec().label), n);
    }
}

/// Ends after the cut-off become open; returns the courses among them.
fn open_ends(
    records: &mut Records,
    cutoff: Day,
    leaves: &[Vec<bool>],
    steps: &mut Vec<ImportStep>,
) -> Vec<usize> {
    let mut courses = Vec::new();
    for (table, leaves) in records.tables.iter_mut().zip(leaves) {
        for field in date_fields(table, AfterCutoff::Open).collect::<Vec<_>>() {
            let dates = dates_of(table, &field.name);
            let late = (0..table.n_rows()).filter(|&row| !leaves[row] && is_after(dates[row], cutoff));
            let late: Vec<usize> = late.collect();
            for name in std::iter::once(&field.name).chain(&field.clears) {
                if let Some(column) = table.spec().position(name).and_then(|at| table.fields.get_mut(at)) {
                    late.iter().for_each(|&row| column.clear(row));
                }
            }
            let label = format!("{}: `{}` after the cut-off, now open", table.spec().label, field.name);
            step(steps, label, late.len());
            if table.spec().name == "rt_course" {
                courses = late;
            }
        }
    }
    courses
}

/// What was delivered of a course that went on after the cut-off was not known on it.
fn forget_delivered(
    records: &mut Records,
    courses: &[usize],
    leaves: &[Vec<bool>],
    steps: &mut Vec<ImportStep>,
) {
    let (Some(at), false) = (schema().position("rt_volume"), courses.is_empty()) else { return };
    let Some(volumes) = records.tables.get_mut(at) else { return };
    let refs = volumes.refs("course_id").unwrap_or_default();
    let concerned: Vec<usize> = (0..volumes.n_rows())
        .filter(|&row| !leaves[at][row] && courses.binary_search(&(refs[row] as usize)).is_ok())
        .collect();
    for name in ["dose_delivered_gy", "fractions_delivered"] {
        if let Some(column) = volumes.spec().position(name).and_then(|at| volumes.fields.get_mut(at)) {
            concerned.iter().for_each(|&row| column.clear(row));
        }
    }
    let label = "Radiotherapy volumes: delivered dose not known at the cut-off".to_owned();
    step(steps, label, concerned.len());
}

/// Who was seen or died after the cut-off was alive on it: one row per patient says so, the others leave.
fn close_follow_up(
    records: &mut Records,
    cutoff: Day,
    leaves: &mut [Vec<bool>],
    steps: &mut Vec<ImportStep>,
) {
    let Some(at) = schema().position("follow_up") else { return };
    let Some(table) = records.tables.get_mut(at) else { return };
    let patients = table.refs("patient_id").unwrap_or_default().to_vec();
    let late: Vec<usize> = (0..table.n_rows())
        .filter(|&row| !leaves[at][row] && is_after(dates_of(table, "date")[row], cutoff))
        .collect();
    let n_deaths = late.iter().filter(|&&row| table.level("status", row) == Some("dead")).count();
    let mut seen = std::collections::HashSet::new();
    let mut n_repeats = 0;
    for row in late.iter().copied() {
        if seen.insert(patients[row]) {
            alive_on(table, row, cutoff);
        } else {
            leaves[at][row] = true;
            n_repeats += 1;
        }
    }
    let linked = cut(table, "linkage_date", cutoff);
    step(steps, "Follow-up: deaths after the cut-off, alive on it".to_owned(), n_deaths);
    step(steps, "Follow-up: contacts after the cut-off, alive on it".to_owned(), late.len() - n_deaths);
    step(steps, "Follow-up: further rows of one patient after the cut-off, left out".to_owned(), n_repeats);
    step(steps, "Follow-up: linkage after the cut-off, now on it".to_owned(), linked);
}

fn alive_on(table: &mut RecordTable, row: usize, cutoff: Day) {
    let alive = table.spec().field("status").and_then(|f| f.levels.iter().position(|l| l.code == "alive"));
    for (field, column) in table.spec().fields.iter().zip(&mut table.fields) {
        match (field.name.as_str(), column) {
            ("date", Field::Date(dates)) => dates[row] = Some(PartialDate::Day(cutoff)),
            ("status", Field::Category(codes)) => codes[row] = alive.map_or(codes[row], |at| at as u8),
            ("cause_of_death", column) => column.clear(row),
            _ => {}
        }
    }
}

/// Dates of a column that lie after the cut-off become the cut-off.
fn cut(table: &mut RecordTable, name: &str, cutoff: Day) -> usize {
    let at = table.spec().position(name);
    let Some(Field::Date(dates)) = at.and_then(|at| table.fields.get_mut(at)) else { return 0 };
    let late = dates.iter_mut().filter(|date| is_after(**date, cutoff));
    late.map(|date| *date = Some(PartialDate::Day(cutoff))).count()
}

/// Reasons of cells whose row leaves.
fn leave_reasons(records: &Records, leaves: &mut [Vec<bool>], steps: &mut Vec<ImportStep>) {
    let Some(at) = schema().position("missing_value") else { return };
    let table = &records.tables[at];
    let (Ok(tables), Ok(keys)) = (table.texts("table"), table.texts("row_id")) else { return };
    let gone: std::collections::HashSet<(&str, &str)> = records
        .tables
        .iter()
        .zip(leaves.iter())
        .flat_map(|(table, leaves)| {
            let rows = (0..table.n_rows()).filter(|&row| leaves[row]);
            rows.map(|row| (table.spec().name.as_str(), table.key(row)))
        })
        .collect();
    let is_gone = |row: usize| gone.contains(&(tables.get(row).unwrap_or(""), keys.get(row).unwrap_or("")));
    let rows: Vec<usize> = (0..table.n_rows()).filter(|&row| is_gone(row)).collect();
    step(steps, format!("{}: of rows after the cut-off", table.spec().label), rows.len());
    rows.iter().for_each(|&row| leaves[at][row] = true);
}

/// Takes the rows out and lets references follow; one to a row that has left becomes missing.
fn drop_rows(records: &mut Records, leaves: &[Vec<bool>], steps: &mut Vec<ImportStep>) {
    let new_rows: Vec<Vec<u32>> = leaves.iter().map(|leaves| numbers_after(leaves)).collect();
    for (table, leaves) in records.tables.iter_mut().zip(leaves) {
        let kept: Vec<u32> = (0..leaves.len()).filter(|&row| !leaves[row]).map(|row| row as u32).collect();
        if kept.len() < leaves.len() {
            table.fields = table.fields.iter().map(|field| field.select(&kept)).collect();
            table.source_rows = kept.iter().map(|&row| table.source_rows[row as usize]).collect();
        }
        let spec = table.spec();
        for (field, column) in spec.fields.iter().zip(&mut table.fields) {
            let Some(to) = field.to.as_deref().and_then(|to| schema().position(to)) else { continue };
            let Field::Ref(refs) = column else { continue };
            let mut n_lost = 0;
            for row in refs.iter_mut().filter(|row| **row != NO_ROW) {
                *row = new_rows[to].get(*row as usize).copied().unwrap_or(NO_ROW);
                n_lost += usize::from(*row == NO_ROW);
            }
            let label = format!("{}: `{}` of a row after the cut-off, now missing", spec.label, field.name);
            step(steps, label, n_lost);
        }
    }
}

/// The new number of each row; [`NO_ROW`] for those that leave.
fn numbers_after(leaves: &[bool]) -> Vec<u32> {
    let mut next = 0;
    leaves
        .iter()
        .map(|&leaves| {
            if leaves {
                return NO_ROW;
            }
            next += 1;
            next - 1
        })
        .collect()
}

/// Dates known to the month or year that may lie on either side.
fn undecided(records: &Records, cutoff: Day) -> Problems {
    let mut problems = Problems::new();
    for table in &records.tables {
        for field in table.spec().fields.iter().filter(|f| f.after_cutoff.is_some()) {
            let can_be_after = |date: &Option<PartialDate>| {
                !is_after(*date, cutoff) && date.and_then(PartialDate::latest).is_some_and(|day| day > cutoff)
            };
            let dates =
                dates_of(table, &field.name).iter().enumerate().filter(|(_, date)| can_be_after(date));
            let mut rows = dates.map(|(row, _)| u64::from(table.source_rows[row])).collect::<Vec<u64>>();
            rows.sort_unstable();
            if let Some((&first, rest)) = rows.split_first() {
                problems.push(undecided_problem(records, table, &field.name, first, rest, cutoff));
            }
        }
    }
    problems
}

fn undecided_problem(
    records: &Records,
    table: &RecordTable,
    column: &str,
    first: u64,
    rest: &[u64],
    cutoff: Day,
) -> Problem {
    let n = rest.len() + 1;
    let what =
        format!("{n} dates are not known well enough to say whether they lie after the cut-off {cutoff}");
    let name = table.source.and_then(|at| records.sources.get(at)).map(|s| s.name.clone());
    let place = name.map_or_else(|| Place::subject(format!("table `{}`", table.spec().name)), Place::file);
    let mut problem = Problem::warning("OM282", what)
        .at(place.row(first).column(column))
        .why(
            "the rows stay as they are: a date in the month or year of the cut-off may be before or after it",
        )
        .mend("enter the day, or choose the end of a month or year as cut-off");
    problem.also_rows = rest.to_vec();
    problem
}
