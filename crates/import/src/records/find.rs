//! Which files of a folder, or sheets of a workbook, are which tables.

use std::path::{Path, PathBuf};

use oligomet_base::suggest::nearest;
use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::{TableSpec, schema};

use crate::site::usable_name;

/// A name without case, blanks, plural and a leading number: `01 RT-Courses` is `rtcourse`.
pub(super) fn bare(name: &str) -> String {
    let usable = usable_name(name);
    let numbered = usable.trim_start_matches('x').trim_start_matches(|c: char| c.is_ascii_digit());
    let plain = if numbered.starts_with('_') { numbered } else { usable.as_str() };
    plain.split('_').map(singular).collect()
}

fn singular(word: &str) -> String {
    let word = word.replace("tumour", "tumor");
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 2 => format!("{stem}y"),
        _ if word.ends_with("ss") || word.len() < 4 => word,
        _ => word.strip_suffix('s').map(str::to_owned).unwrap_or(word),
    }
}

/// The table of that name, by its place in the schema.
pub(super) fn table_of(name: &str) -> Option<usize> {
    let wanted = bare(name);
    let position = |known: &dyn Fn(&TableSpec) -> bool| schema().tables.iter().position(known);
    position(&|t| bare(&t.name) == wanted)
        .or_else(|| position(&|t| bare(&t.label) == wanted))
        .or_else(|| position(&|t| t.also.iter().any(|also| bare(also) == wanted)))
}

/// A file of a folder that holds a table.
#[derive(Debug, Clone)]
pub(super) struct TableFile {
    /// Place of the table in the schema.
    pub(super) table: usize,
    pub(super) path: PathBuf,
    pub(super) name: String,
    pub(super) n_bytes: u64,
}

/// The files of a folder that hold tables, in the order of the schema.
pub(super) fn files_of(folder: &Path, problems: &mut Problems) -> Result<Vec<TableFile>, Problems> {
    let place = Place::file(shown(folder));
    let cannot = |e: &std::io::Error| Problems::from(crate::source::digest::cannot_read(folder, &place, e));
    let mut found: Vec<TableFile> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    let mut folders: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| cannot(&e))? {
        let entry = entry.map_err(|e| cannot(&e))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let (path, meta) = (entry.path(), entry.metadata().map_err(|e| cannot(&e))?);
        if name.starts_with(['.', '~']) {
            continue;
        }
        if meta.is_dir() {
            folders.push(path);
            continue;
        }
        match (is_text(&name), table_of(stem(&name))) {
            (true, Some(table)) => found.push(TableFile { table, path, name, n_bytes: meta.len() }),
            (true, None) => others.push(name),
            _ => {}
        }
    }
    found.sort_by(|a, b| (a.table, &a.name).cmp(&(b.table, &b.name)));
    others.sort();
    two_for_one(found.iter().map(|f| (f.table, f.name.as_str())))?;
    let present: Vec<usize> = found.iter().map(|f| f.table).collect();
    problems.extend(others.iter().map(|name| no_table(Place::file(name.clone()), stem(name), &present)));
    match found.is_empty() {
        true if oligomet_schema::lock::is_lock(folder) => Err(a_lock(&place).into()),
        true => Err(no_file(&place, folders).into()),
        false => Ok(found),
    }
}

/// No file of the folder is a table; those of a folder in it may be.
fn no_file(place: &Place, mut folders: Vec<PathBuf>) -> Problem {
    let has_table = |folder: &PathBuf| {
        let names = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        let mut names = names.map(|name| name.to_string_lossy().into_owned());
        names.any(|name| is_text(&name) && table_of(stem(&name)).is_some())
    };
    folders.sort();
    let problem = nothing(place, "the folder has no file");
    match folders.iter().find(|folder| has_table(folder)) {
        Some(folder) => problem.mend(format!("its folder `{}` has: did you mean that?", shown(folder))),
        None => problem,
    }
}

/// Two sources for one table: which is meant cannot be told.
pub(super) fn two_for_one<'n>(named: impl Iterator<Item = (usize, &'n str)>) -> Result<(), Problems> {
    let mut seen: Vec<(usize, &str)> = Vec::new();
    let mut problems = Problems::new();
    for (table, name) in named {
        if let Some((_, first)) = seen.iter().find(|(t, _)| *t == table) {
            let spec = &schema().tables[table];
            problems.push(
                Problem::error("OM257", format!("`{first}` and `{name}` are both the table `{}`", spec.name))
                    .at(Place::file(name.to_owned()))
                    .why("rows of two sources cannot be told apart afterwards, and one of them may be an older copy")
                    .mend(format!("keep one of them, named `{}`", spec.name)),
            );
        }
        seen.push((table, name));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A file or sheet that is no table of the schema.
pub(super) fn no_table(place: Place, name: &str, present: &[usize]) -> Problem {
    let absent = || {
        let all = schema().tables.iter().enumerate();
        all.filter(|(at, _)| !present.contains(at)).map(|(_, t)| t.name.as_str())
    };
    let wanted = usable_name(name);
    let problem = match nearest(&wanted, absent(), 1).as_slice() {
        [near] => Problem::warning("OM256", format!("`{name}` is no table, and nothing in it was read"))
            .mend(format!("did you mean `{near}`?")),
        _ => Problem::note("OM256", format!("`{name}` is no table, and nothing in it was read"))
            .mend("docs/tables.md lists the tables"),
    };
    problem.at(place).why("tables are found by their names")
}

/// There is no table at all.
pub(super) fn nothing(place: &Place, what: &str) -> Problem {
    let some: Vec<&str> = schema().tables.iter().map(|t| t.name.as_str()).take(4).collect();
    Problem::error("OM255", format!("{what} named after a table"))
        .at(place.clone())
        .why("tables are found by their names; there is nothing to read")
        .mend(format!("name them {} …; `oligomet template` makes them ready to fill", some.join(", ")))
}

/// The folder is a lock, which holds tables that were read already.
fn a_lock(place: &Place) -> Problem {
    Problem::error("OM255", "the folder is a lock, not a folder of tables")
        .at(place.clone())
        .why("a lock is opened as it is; nothing in it is read or changed again")
        .mend("name it with `lock` in [source] of site.toml")
}

/// The last part of a path, as it is printed.
pub(super) fn shown(path: &Path) -> String {
    path.file_name().map_or_else(|| ".".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn is_text(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["csv", "tsv", "txt", "tab"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Option<&'static str> {
        table_of(name).map(|at| schema().tables[at].name.as_str())
    }

    #[test]
    fn tables_are_found_whatever_the_case_blanks_and_plural() {
        for (name, table) in [
            ("patient", "patient"),
            ("Patients", "patient"),
            ("01_patients", "patient"),
            ("RT Courses", "rt_course"),
            ("rt-volumes", "rt_volume"),
            ("Primary tumors", "primary_tumour"),
            ("PrimaryTumour", "primary_tumour"),
            ("Toxicities", "toxicity"),
            ("Follow-Up", "follow_up"),
            ("followups", "follow_up"),
            ("Lesions in volumes", "rt_target"),
            ("Performance status", "performance"),
            ("missing values", "missing_value"),
        ] {
            assert_eq!(named(name), Some(table), "{name}");
        }
        assert_eq!(named("truth"), None);
    }

    #[test]
    fn no_two_tables_share_a_name() {
        let mut seen = std::collections::HashMap::new();
        for table in &schema().tables {
            for name in [&table.name, &table.label].into_iter().chain(&table.also) {
                let before = seen.insert(bare(name), table.name.as_str());
                assert!(before.is_none_or(|t| t == table.name), "{name}: {before:?} and {}", table.name);
            }
        }
    }
}
