//! From a file to a typed data set.

mod assemble;
mod columnar;
mod decimals;
mod duplicates;
mod finish;
mod ragged;

use std::path::Path;

use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::DataSet;

use crate::progress::Progress;
use crate::site::SiteFile;
use crate::source::csv::CsvTable;
use crate::source::kind::{Kind, kind_of};
use crate::source::workbook::SheetTable;
use crate::source::{Fingerprint, digest, fingerprint};
use assemble::Assembler;
pub(crate) use decimals::decide as decide_decimals;
pub(crate) use duplicates::groups as groups_of_texts;
use finish::Assembled;
pub(crate) use ragged::check as check_rows;

/// Reads the file that `site` names, relative to `folder`, into typed columns.
///
/// A value that cannot be read becomes missing and a warning with its rows; rows are set aside only for a missing
/// identifier, for several rows of one patient, and for more cells than headers, each counted in
/// [`DataSet::set_aside`]. Row numbers are those a spreadsheet shows (Parquet: from 1, as it has no header row).
///
/// # Errors
/// All problems found so far, at least one of them an error: the file is missing, locked, damaged or not what its name
/// says; a mapped header is not there or stands twice; there are no rows; a question of `site.toml` is open; `progress`
/// stopped the reading.
pub fn read(
    site: &SiteFile,
    folder: &Path,
    progress: &mut dyn Progress,
) -> Result<(DataSet, Problems), Problems> {
    if let Some(problems) = open_questions(site) {
        return Err(problems);
    }
    let path = folder.join(&site.source.file);
    let place = Place::file(site.file_name());
    let mut problems = Problems::new();
    match read_path(site, &path, &place, progress, &mut problems) {
        Ok(data) => Ok((data, problems)),
        Err(stops) => {
            problems.extend(stops);
            Err(problems)
        }
    }
}

fn read_path(
    site: &SiteFile,
    path: &Path,
    place: &Place,
    progress: &mut dyn Progress,
    problems: &mut Problems,
) -> Result<DataSet, Problems> {
    let (found, kind) = identify(path, place)?;
    let assembled = match kind {
        Kind::Text => read_csv(site, path, place, progress, problems)?,
        Kind::Parquet => columnar::read_parquet(site, path, place, progress)?,
        Kind::Xlsx | Kind::Xls | Kind::Ods => read_workbook(site, path, kind, place, progress, problems)?,
    };
    assembled.into_data_set(site, found.sha256, problems)
}

/// What the file is, its name and content agreeing.
pub(crate) fn identify(path: &Path, place: &Place) -> Result<(Fingerprint, Kind), Problems> {
    let found = fingerprint(path, place)?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let kind = kind_of(&name, &found, &mut || load(path, place), place)?;
    Ok((found, kind))
}

/// The whole file.
pub(crate) fn load(path: &Path, place: &Place) -> Result<Vec<u8>, Problems> {
    Ok(std::fs::read(path).map_err(|error| digest::cannot_read(path, place, &error))?)
}

fn open_questions(site: &SiteFile) -> Option<Problems> {
    let ask = |q: &crate::OpenQuestion| {
        Problem::error(
            "OM241",
            format!("`{}` in {} is still an open question: {}", q.key, q.block, q.question),
        )
        .at(Place::file("site.toml"))
        .why("the file alone does not tell; a guess could change every result")
        .mend("write the answer in place of the question mark")
    };
    (!site.open.is_empty()).then(|| site.open.iter().map(ask).collect())
}

fn read_csv<'a>(
    site: &'a SiteFile,
    path: &Path,
    place: &Place,
    progress: &mut dyn Progress,
    problems: &mut Problems,
) -> Result<Assembled<'a>, Problems> {
    let table = CsvTable::open(load(path, place)?, &site.source, place, problems)?;
    let columns = table.headers.resolve(site, place)?;
    let mut assembler = Assembler::new(site, columns.clone(), progress);
    assembler.expect_bytes(table.n_bytes());
    let seen = table.visit(&mut assembler);
    let (builders, rows) = assembler.into_parts();
    if seen.stopped {
        return Err(crate::progress::stopped(place).into());
    }
    ragged::check(&seen, table.headers.len(), place, problems)?;
    let unmapped = table.headers.unmapped(&columns, |c| seen.has_data[c]);
    Ok(Assembled {
        builders,
        rows,
        place: place.clone(),
        unmapped,
        n_blank: seen.n_blank,
        misaligned: seen.too_many,
        semicolons: table.delimiter == b';',
    })
}

fn read_workbook<'a>(
    site: &'a SiteFile,
    path: &Path,
    kind: Kind,
    place: &Place,
    progress: &mut dyn Progress,
    problems: &mut Problems,
) -> Result<Assembled<'a>, Problems> {
    let table = SheetTable::open(load(path, place)?, kind, &site.source, place, problems)?;
    let mut place = place.clone();
    place.sheet = Some(table.sheet.clone());
    let columns = table.headers.resolve(site, &place)?;
    problems.extend(table.grid.merged_data(table.header_end, &columns, &place));
    let mut assembler = Assembler::new(site, columns.clone(), progress);
    assembler.expect_rows(table.grid.rows.len());
    let Some(n_blank) = table.grid.visit(table.header_end, &mut assembler) else {
        return Err(crate::progress::stopped(&place).into());
    };
    let (builders, rows) = assembler.into_parts();
    let unmapped = table.headers.unmapped(&columns, |column| table.has_data(column));
    Ok(Assembled { builders, rows, place, unmapped, n_blank, misaligned: Vec::new(), semicolons: false })
}
