//! References from keys to rows, table by table: what points nowhere, in a circle, or to another patient.

use std::collections::HashMap;

use oligomet_base::suggest::nearest;
use oligomet_base::{Problem, Problems};
use oligomet_schema::{Field, ImportStep, NO_ROW, RecordTable, Records, TableSpec};

use super::clean::{Leaving, at_rows, rows_have};
use super::column::Raw;
use super::table::{RawTable, Reason};

/// Tables already linked: their rows by key, and whose each row is.
pub(super) struct Linked {
    /// For each table of the schema, the patient of each row; empty where the table has none.
    patients: Vec<Vec<u32>>,
}

impl Linked {
    pub(super) fn new(n_tables: usize) -> Self {
        Self { patients: vec![Vec::new(); n_tables] }
    }
}

/// What linking a table gives.
pub(super) struct LinkedTable {
    pub(super) table: RecordTable,
    pub(super) reasons: Vec<Reason>,
    pub(super) steps: Vec<ImportStep>,
}

/// A reference of the table being linked.
struct Reference {
    column: usize,
    /// The table it points into.
    to: usize,
    required: bool,
    rows: Vec<u32>,
}

/// Follows the references of a table into those before it; rows whose required reference fails leave, and all are put
/// into the order of their keys, so that a file sorted otherwise gives the same data.
pub(super) fn link(
    mut raw: RawTable,
    source: usize,
    records: &Records,
    linked: &mut Linked,
    problems: &mut Problems,
) -> LinkedTable {
    let spec = raw.spec();
    let mut leaving = Leaving::new(raw.rows.len());
    let mut references = resolve(&raw, records, &mut leaving, problems);
    let patients = whose(&raw, &mut references, linked, &mut leaving, problems);
    let mut kept = leaving.kept();
    kept.sort_by(|&a, &b| raw.key(a as usize).cmp(&raw.key(b as usize)));
    raw.keep(&kept);
    let pick = |rows: &[u32]| kept.iter().map(|&row| rows[row as usize]).collect::<Vec<u32>>();
    let patients = if patients.is_empty() { patients } else { pick(&patients) };
    let mut resolved: HashMap<usize, Vec<u32>> =
        references.iter().map(|r| (r.column, pick(&r.rows))).collect();
    for at in own_references(spec) {
        resolved.insert(at, within(&raw, at, &patients, problems));
    }
    linked.patients[raw.table] = patients;
    let (reasons, steps) = (std::mem::take(&mut raw.reasons), leaving.steps);
    LinkedTable { table: into_table(raw, resolved, source), reasons, steps }
}

fn into_table(raw: RawTable, mut resolved: HashMap<usize, Vec<u32>>, source: usize) -> RecordTable {
    let mut table = RecordTable::new(raw.spec());
    let columns = raw.columns.into_iter().enumerate();
    table.fields = columns
        .map(|(at, column)| match column {
            Raw::Value(field) => field,
            Raw::Keys(_) => Field::Ref(resolved.remove(&at).unwrap_or_default()),
        })
        .collect();
    table.source_rows = raw.rows;
    table.source = Some(source);
    table
}

fn own_references(spec: &'static TableSpec) -> Vec<usize> {
    let own = spec.fields.iter().enumerate().filter(|(_, f)| f.to.as_deref() == Some(&spec.name));
    own.map(|(at, _)| at).collect()
}

/// References into other tables. One that points nowhere becomes missing, or lets its row leave where it is required.
fn resolve(
    raw: &RawTable,
    records: &Records,
    leaving: &mut Leaving,
    problems: &mut Problems,
) -> Vec<Reference> {
    let spec = raw.spec();
    let mut found = Vec::new();
    for (column, field) in spec.fields.iter().enumerate() {
        let Some(to) = field.to.as_deref().filter(|to| *to != spec.name) else { continue };
        let (Raw::Keys(keys), Ok(by_key)) = (&raw.columns[column], records.rows_by_key(to)) else { continue };
        let mut nowhere = Vec::new();
        let rows = (0..keys.len())
            .map(|row| match keys.get(row) {
                None => NO_ROW,
                Some(key) => by_key.get(key).copied().unwrap_or_else(|| {
                    nowhere.push(row);
                    NO_ROW
                }),
            })
            .collect();
        let first = nowhere.first().and_then(|&row| keys.get(row)).unwrap_or("").to_owned();
        let tell = |n| points_nowhere(&field.name, to, &first, field.required, n, &by_key);
        if field.required {
            let why = format!("rows whose `{}` points nowhere", field.name);
            leaving.leave(raw, &nowhere, &why, tell, problems);
        } else if !nowhere.is_empty() {
            let rows = nowhere.iter().map(|&row| raw.rows[row]);
            problems.push(at_rows(tell(nowhere.len()), &raw.place, rows));
        }
        let to = oligomet_schema::schema().position(to).unwrap_or(0);
        found.push(Reference { column, to, required: field.required, rows });
    }
    found
}

/// The patient of each row, by its own reference or the first that leads to one. A reference that leads to another patient
/// fails as one that points nowhere does.
fn whose(
    raw: &RawTable,
    references: &mut [Reference],
    linked: &Linked,
    leaving: &mut Leaving,
    problems: &mut Problems,
) -> Vec<u32> {
    let n = raw.rows.len();
    if raw.spec().name == "patient" {
        return (0..n as u32).collect();
    }
    let patient = |reference: &Reference, row: usize| match reference.rows[row] {
        NO_ROW => NO_ROW,
        to if oligomet_schema::schema().tables[reference.to].name == "patient" => to,
        to => linked.patients[reference.to].get(to as usize).copied().unwrap_or(NO_ROW),
    };
    let mut patients = vec![NO_ROW; n];
    for reference in references {
        let mut others = Vec::new();
        for (row, own) in patients.iter_mut().enumerate() {
            match patient(reference, row) {
                NO_ROW => {}
                found if *own == NO_ROW => *own = found,
                found if found != *own => others.push(row),
                _ => {}
            }
        }
        others.retain(|&row| !leaving.leaves[row]);
        others.iter().for_each(|&row| reference.rows[row] = NO_ROW);
        let name = &raw.spec().fields[reference.column].name;
        let tell = |n| other_patient(name, reference.required, n);
        if reference.required {
            let why = format!("rows whose `{name}` is another patient's");
            leaving.leave(raw, &others, &why, tell, problems);
        } else if !others.is_empty() {
            problems.push(at_rows(tell(others.len()), &raw.place, others.iter().map(|&row| raw.rows[row])));
        }
    }
    patients
}

/// References into the table itself (a course that re-irradiates another): what points nowhere, to another patient, or in a
/// circle becomes missing.
fn within(raw: &RawTable, at: usize, patients: &[u32], problems: &mut Problems) -> Vec<u32> {
    let Raw::Keys(keys) = &raw.columns[at] else { return Vec::new() };
    let (field, n) = (&raw.spec().fields[at], raw.rows.len());
    let by_key: HashMap<&str, u32> = (0..n).filter_map(|row| Some((raw.key(row)?, row as u32))).collect();
    let (mut nowhere, mut others) = (Vec::new(), Vec::new());
    let mut rows: Vec<u32> = (0..n)
        .map(|row| match keys.get(row).map(|key| by_key.get(key).copied()) {
            None => NO_ROW,
            Some(None) => {
                nowhere.push(row);
                NO_ROW
            }
            Some(Some(to)) if patients.get(to as usize) != patients.get(row) => {
                others.push(row);
                NO_ROW
            }
            Some(Some(to)) => to,
        })
        .collect();
    let circles = in_circles(&rows);
    circles.iter().for_each(|&row| rows[row] = NO_ROW);
    let mut tell = |problem: Problem, found: &[usize]| {
        if !found.is_empty() {
            let mut numbers: Vec<u32> = found.iter().map(|&row| raw.rows[row]).collect();
            numbers.sort_unstable();
            problems.push(at_rows(problem, &raw.place, numbers));
        }
    };
    let first = nowhere.first().and_then(|&row| keys.get(row)).unwrap_or("");
    tell(points_nowhere(&field.name, &raw.spec().name, first, false, nowhere.len(), &by_key), &nowhere);
    tell(other_patient(&field.name, false, others.len()), &others);
    tell(circle(&field.name, circles.len()), &circles);
    rows
}

/// Rows from which following the references comes back to the row.
fn in_circles(next: &[u32]) -> Vec<usize> {
    // 0: not seen; otherwise 1 + the row from which it was first reached.
    let mut seen_from = vec![0_u32; next.len()];
    let mut found = Vec::new();
    for start in 0..next.len() {
        let mut row = start;
        while row < next.len() && seen_from[row] == 0 {
            seen_from[row] = start as u32 + 1;
            row = next[row] as usize;
        }
        // Reached again on the same walk: everything from here on back to here is the circle.
        if row < next.len() && seen_from[row] == start as u32 + 1 {
            let mut member = row;
            loop {
                found.push(member);
                member = next[member] as usize;
                if member == row {
                    break;
                }
            }
        }
    }
    found.sort_unstable();
    found
}

fn points_nowhere(
    field: &str,
    to: &str,
    first: &str,
    required: bool,
    n: usize,
    known: &HashMap<&str, u32>,
) -> Problem {
    let becomes = if required { "set aside" } else { "the reference counts as missing" };
    let what = format!("{} a `{field}` that no row of `{to}` has (\"{first}\"), {becomes}", rows_have(n));
    // Among very many keys some are always near.
    let few = if known.len() <= 2_000 { nearest(first, known.keys().copied(), 1) } else { Vec::new() };
    let hint = few.first().map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    let mut problem = Problem::warning("OM262", what)
        .why(format!(
            "what it belongs to is not known; its row of `{to}` may be missing or have been set aside itself"
        ))
        .mend(format!("{hint}add the row to `{to}`, or correct the key"));
    problem.place.column = Some(field.to_owned());
    problem
}

fn other_patient(field: &str, required: bool, n: usize) -> Problem {
    let becomes = if required { "set aside" } else { "the reference counts as missing" };
    let mut problem =
        Problem::warning("OM263", format!("{} a `{field}` of another patient, {becomes}", rows_have(n)))
            .why("two of its references lead to two patients; which is right cannot be told")
            .mend("correct the keys in the file");
    problem.place.column = Some(field.to_owned());
    problem
}

fn circle(field: &str, n: usize) -> Problem {
    let what =
        format!("{} a `{field}` that leads back to itself; the reference counts as missing", rows_have(n));
    let mut problem = Problem::warning("OM264", what)
        .why("each would be the earlier one of the other")
        .mend("take the links out of the file, or point from the later row to the earlier alone");
    problem.place.column = Some(field.to_owned());
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_what_leads_into_them_is_not() {
        // 0 -> 1 -> 2 -> 0; 3 -> 2 leads in; 4 -> 4; 5 -> nothing; 6 -> 5.
        assert_eq!(in_circles(&[1, 2, 0, 2, 4, NO_ROW, 5]), [0, 1, 2, 4]);
        assert_eq!(in_circles(&[NO_ROW, 0, 1]), [] as [usize; 0]);
    }
}
