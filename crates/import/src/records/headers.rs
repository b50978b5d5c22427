//! Headers of a table's source: which column of the schema each is.

use std::collections::BTreeMap;

use oligomet_base::suggest::nearest;
use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::{FieldKind, FieldSpec, TableSpec, schema};

use crate::site::usable_name;
use crate::source::header::Headers;

/// Which column of the source holds which column of the table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mapped {
    /// Column of the source, column of the table.
    pub(super) columns: Vec<(usize, usize)>,
    /// Columns of the source that no column of the table is.
    pub(super) unknown: Vec<usize>,
}

/// How a header names a column: the lower, the surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Name,
    Label,
    Also,
    /// A name of the key that a reference points to.
    OfKey,
}

/// What headers mean in a table.
fn meanings(table: &'static TableSpec) -> BTreeMap<String, (Rank, usize)> {
    let mut known = BTreeMap::new();
    let mut add = |text: &str, rank: Rank, at: usize| {
        let name = usable_name(text);
        if !name.is_empty() {
            known.entry(name).or_insert((rank, at));
        }
    };
    let fields = || table.fields.iter().enumerate();
    fields().for_each(|(at, f)| add(&f.name, Rank::Name, at));
    fields().for_each(|(at, f)| add(&f.label, Rank::Label, at));
    fields().for_each(|(at, f)| f.also.iter().for_each(|also| add(also, Rank::Also, at)));
    for (at, field) in fields() {
        for text in names_of_key(table, field) {
            add(text, Rank::OfKey, at);
        }
    }
    known
}

/// Names of the key that a reference of another table points to.
fn names_of_key(table: &TableSpec, field: &FieldSpec) -> Vec<&'static str> {
    let target = field.to.as_deref().filter(|to| *to != table.name).and_then(|to| schema().table(to));
    let Some(key) = target.and_then(|t| t.fields.iter().find(|f| f.kind == FieldKind::Key)) else {
        return Vec::new();
    };
    [&key.name, &key.label].into_iter().chain(&key.also).map(String::as_str).collect()
}

/// Finds the columns of `table` among the headers of its source.
///
/// # Errors
/// Two headers that mean one column equally well; no header that means the key.
pub(super) fn map_headers(
    table: &'static TableSpec,
    headers: &Headers,
    place: &Place,
) -> Result<Mapped, Problems> {
    let known = meanings(table);
    let mut best: BTreeMap<usize, (Rank, usize)> = BTreeMap::new();
    let mut mapped = Mapped::default();
    let mut problems = Problems::new();
    for (column, header) in headers.names.iter().enumerate() {
        match known.get(&usable_name(header)) {
            None => mapped.unknown.push(column),
            Some(&(rank, field)) => match best.get(&field).copied() {
                Some((before, first)) if before == rank => {
                    problems.push(twice(&table.fields[field], [first, column], headers, place));
                }
                Some((before, _)) if before < rank => mapped.unknown.push(column),
                other => {
                    mapped.unknown.extend(other.map(|(_, worse)| worse));
                    best.insert(field, (rank, column));
                }
            },
        }
    }
    if !best.contains_key(&0) {
        problems.push(no_key(table, headers, place));
    }
    mapped.unknown.sort_unstable();
    mapped.columns = best.into_iter().map(|(field, (_, column))| (column, field)).collect();
    if problems.is_empty() { Ok(mapped) } else { Err(problems) }
}

fn twice(field: &FieldSpec, columns: [usize; 2], headers: &Headers, place: &Place) -> Problem {
    let [a, b] = columns.map(|c| headers.title(c));
    let what = format!("`{a}` and `{b}` both mean `{}`", field.name);
    Problem::error("OM221", what)
        .at(place.clone().column(b))
        .why("which of them is meant cannot be told")
        .mend(format!("call the right one `{}` and give the other a name that no table has", field.name))
}

fn no_key(table: &TableSpec, headers: &Headers, place: &Place) -> Problem {
    let key = &table.fields[0];
    let near = nearest(&key.name, headers.names.iter().map(String::as_str).filter(|n| !n.is_empty()), 1);
    let hint = near.first().map(|n| format!("did you mean `{n}`? ")).unwrap_or_default();
    Problem::error("OM258", format!("no column of `{}` is its key `{}`", table.name, key.name))
        .at(place.clone())
        .why("without a key a row that stands twice counts twice, and no other row can point to it")
        .mend(format!(
            "{hint}give every row a key of its own in a column `{}`; the first row must hold the headers",
            key.name
        ))
}

/// Columns that are set aside, each with what it may be meant as.
pub(super) fn unknown_columns(
    table: &TableSpec,
    mapped: &Mapped,
    unknown: &[String],
    place: &Place,
) -> Option<Problem> {
    if unknown.is_empty() {
        return None;
    }
    let is_free = |at: usize| !mapped.columns.iter().any(|(_, field)| *field == at);
    let free: Vec<&str> = table
        .fields
        .iter()
        .enumerate()
        .filter(|(at, _)| is_free(*at))
        .map(|(_, f)| f.name.as_str())
        .collect();
    let mut suggests = false;
    let named: Vec<String> = unknown
        .iter()
        .map(|header| match nearest(&usable_name(header), free.iter().copied(), 1).as_slice() {
            [near] => {
                suggests = true;
                format!("`{header}` (did you mean `{near}`?)")
            }
            _ => format!("`{header}`"),
        })
        .collect();
    let what = format!("`{}` has no such columns, and they were not read: {}", table.name, named.join(", "));
    let severity = if suggests { oligomet_base::Severity::Warning } else { oligomet_base::Severity::Note };
    Some(
        Problem::new(severity, "OM259", what)
            .at(place.clone())
            .why("columns are found by their names; what is not read cannot be studied")
            .mend("rename what should be read; docs/tables.md lists the columns and their other names"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(names: &[&str]) -> Headers {
        Headers::one(names.iter().map(|n| (*n).to_owned()).collect())
    }

    fn map(table: &str, names: &[&str]) -> Result<Vec<&'static str>, Problems> {
        let spec = schema().table(table).unwrap();
        let mapped = map_headers(spec, &headers(names), &Place::file("x.csv"))?;
        let name_of = |column: usize| {
            let found = mapped.columns.iter().find(|(c, _)| *c == column);
            found.map_or("-", |(_, field)| spec.fields[*field].name.as_str())
        };
        Ok((0..names.len()).map(name_of).collect())
    }

    #[test]
    fn columns_are_found_by_name_label_or_synonym() {
        let found = map("rt_course", &["Course ID", "PID", "RT-Start", "Last fraction", "Intent", "Doctor"]);
        let want = ["course_id", "patient_id", "start_date", "end_date", "intent", "-"];
        assert_eq!(found.unwrap(), want);
        let found = map("rt_volume", &["Volume", "course", "Total dose (Gy)", "Fx", "GTV [cm³]"]);
        assert_eq!(
            found.unwrap(),
            ["volume_id", "course_id", "dose_prescribed_gy", "fractions_prescribed", "gtv_cm3"]
        );
    }

    #[test]
    fn a_surer_header_wins_and_two_equal_ones_stop() {
        // `start` is a synonym, `start_date` the name.
        assert_eq!(
            map("rt_course", &["course_id", "start", "start_date"]).unwrap(),
            ["course_id", "-", "start_date"]
        );
        let problems = map("rt_course", &["course_id", "start", "begin"]).unwrap_err();
        assert_eq!(problems.iter().next().unwrap().code, "OM221");
        let problems = map("rt_course", &["course_id", "start_date", "Start date"]).unwrap_err();
        assert_eq!(problems.iter().next().unwrap().code, "OM221");
    }

    #[test]
    fn a_table_without_key_stops() {
        let problems = map("lesion", &["Liver", "bone"]).unwrap_err();
        assert_eq!(problems.iter().next().unwrap().code, "OM258");
    }

    #[test]
    fn every_column_is_found_by_its_own_name_and_label() {
        for table in &schema().tables {
            let known = meanings(table);
            for (at, field) in table.fields.iter().enumerate() {
                assert_eq!(known[&usable_name(&field.name)].1, at, "{}.{}", table.name, field.name);
                assert_eq!(known[&usable_name(&field.label)].1, at, "{}.{}", table.name, field.label);
            }
        }
    }
}
