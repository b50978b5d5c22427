//! `oligomet new`

use std::path::{Path, PathBuf};

use oligomet_base::{Place, Problem, Problems, Severity};
use oligomet_import::{Mapping, Proposal, Silent, SiteFile};
use oligomet_schema::{Category, Column, ColumnData, ColumnType, DataSet, Table};

use crate::console::{Console, Outcome};
use crate::folder::io_problem;
use crate::load::file_name;

/// Makes a folder with site.toml and study.toml proposed from a table, and says what to do next.
pub(crate) fn new(console: &Console, name: &Path, from: &Path, sheet: Option<&str>) -> Outcome {
    if name.exists() {
        return Err(Problem::error("OM332", "the folder is there already")
            .at(Place::file(name.display().to_string()))
            .why("nothing that you wrote must be lost")
            .mend("choose another name")
            .into());
    }
    let (proposal, problems) = oligomet_import::propose(from, sheet)?;
    console.tell(&problems);
    let data = data_of(console, &proposal, from);
    let site_text = from_the_new_folder(&proposal, name, from);
    let study_text = oligomet_study::propose::propose_study(&file_name(name), &data);
    write_both(name, &site_text, &study_text)?;
    let open = |text: &str| {
        text.lines().filter(|l| !l.trim_start().starts_with('#') && l.contains("= \"?\"")).count()
    };
    let (site, study) = (name.join("site.toml"), name.join("study.toml"));
    console.say(&format!(
        "{} says how your columns are read ({} questions open).\n{} proposes the study ({} questions open).\n\
         A question stands where a \"?\" is, with the possible answers above it. Answer them, then:\n  \
         oligomet check {study}\n  oligomet run {study}",
        site.display(),
        open(&site_text),
        study.display(),
        open(&study_text),
        study = study.display(),
    ));
    Ok(())
}

fn write_both(name: &Path, site_text: &str, study_text: &str) -> Outcome {
    std::fs::create_dir_all(name).map_err(|e| io_problem(name, "make the folder", &e))?;
    for (file, text) in [("site.toml", site_text), ("study.toml", study_text)] {
        let path = name.join(file);
        std::fs::write(&path, text).map_err(|e| io_problem(&path, "write the file", &e))?;
    }
    Ok(())
}

/// The data as the proposed mapping reads them; without rows while a question about them is open.
fn data_of(console: &Console, proposal: &Proposal, from: &Path) -> DataSet {
    let folder = match from.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !proposal.site.open.is_empty() {
        return without_rows(&proposal.site);
    }
    match oligomet_import::read(&proposal.site, folder, &mut Silent) {
        Ok((data, found)) => {
            let warnings: Problems = found.into_iter().filter(|p| p.severity != Severity::Note).collect();
            console.tell(&warnings);
            data
        }
        Err(_) => without_rows(&proposal.site),
    }
}

/// Names, types and levels of the mapping, no rows.
fn without_rows(site: &SiteFile) -> DataSet {
    let columns = site.columns.iter().map(|map| Column {
        name: map.name.clone(),
        label: map.label.clone(),
        kind: map.kind(),
        unit: None,
        time_unit: None,
        header: map.from.clone(),
        data: match &map.mapping {
            Mapping::Category(c) => {
                ColumnData::Category(Category { codes: Vec::new(), levels: c.levels.clone() })
            }
            Mapping::YesNo(_) => ColumnData::YesNo(Vec::new()),
            Mapping::Date(_) => ColumnData::Date(Vec::new()),
            Mapping::Duration(_) => ColumnData::Duration(Vec::new()),
            _ if map.kind() == ColumnType::Number => ColumnData::Number(Vec::new()),
            _ => ColumnData::Text(Vec::new()),
        },
    });
    DataSet {
        table: Table { columns: columns.collect(), source_rows: Vec::new() },
        events: site.events.clone(),
        origin: site.origin.clone(),
        ..DataSet::default()
    }
}

/// The proposed text with the data file named from the new folder.
fn from_the_new_folder(proposal: &Proposal, name: &Path, from: &Path) -> String {
    let here = format!("file = \"{}\"", proposal.site.source.file);
    let there = format!("file = {:?}", relative_to(name, from));
    proposal.to_toml().replacen(&here, &there, 1)
}

/// The data file as site.toml names it: relative to the new folder where that is simple, absolute otherwise.
fn relative_to(folder: &Path, file: &Path) -> String {
    let absolute = |p: &Path| std::path::absolute(p).unwrap_or_else(|_| p.to_path_buf());
    let (folder, file) = (absolute(folder), absolute(file));
    let shared = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    if shared < 2 {
        return file.display().to_string();
    }
    let up = folder.components().count() - shared;
    let relative: PathBuf = std::iter::repeat_n(Path::new("..").as_os_str(), up)
        .chain(file.components().skip(shared).map(|c| c.as_os_str()))
        .collect();
    relative.display().to_string().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_beside_the_folder_is_named_relative_to_it() {
        assert_eq!(relative_to(Path::new("/a/study"), Path::new("/a/data/x.csv")), "../data/x.csv");
        assert_eq!(relative_to(Path::new("/a/study"), Path::new("/a/study/x.csv")), "x.csv");
    }
}
