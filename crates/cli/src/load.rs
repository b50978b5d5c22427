//! Study, site and data from their files.

use std::path::{Path, PathBuf};

use oligomet_base::{Place, Problem, Problems};
use oligomet_import::{RecordsSource, SiteFile};
use oligomet_schema::Records;
use oligomet_study::{Base, Plan};
use sha2::{Digest, Sha256};

use crate::console::Console;

/// A study with its data, ready to run.
pub(crate) struct Loaded {
    /// The plan.
    pub(crate) plan: Plan,
    /// The base table.
    pub(crate) base: Base,
    /// What was found on the way, all short of an error.
    pub(crate) problems: Problems,
    /// The name of the study file, by which problems name their lines.
    pub(crate) study_name: String,
    /// Text of study.toml.
    pub(crate) study_text: String,
    /// Text of site.toml.
    pub(crate) site_text: String,
}

/// SHA-256 as hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// The name of a file without its folder.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

/// A text file that must be there.
pub(crate) fn read_text(path: &Path, what: &str) -> Result<String, Problems> {
    let bytes = std::fs::read(path).map_err(|e| {
        let mend = if path.is_dir() {
            format!("name the {what} itself, not its folder")
        } else {
            "check the path".into()
        };
        Problems::from(
            Problem::error("OM201", format!("the {what} cannot be read: {e}"))
                .at(Place::file(path.display().to_string()))
                .mend(mend),
        )
    })?;
    String::from_utf8(bytes).map_err(|_| {
        Problem::error("OM301", format!("the {what} is not UTF-8 text"))
            .at(Place::file(path.display().to_string()))
            .mend("save it as UTF-8")
            .into()
    })
}

/// site.toml beside the study, unless named.
pub(crate) fn site_path(study: &Path, site: Option<&Path>) -> PathBuf {
    site.map_or_else(|| study.with_file_name("site.toml"), Path::to_path_buf)
}

/// Reads study, site and data, and checks them against each other.
///
/// All problems of the study and the site are told together, so that one round mends them all.
pub(crate) fn load(console: &Console, study: &Path, site: Option<&Path>) -> Result<Loaded, Problems> {
    let study_text = read_text(study, "study file")?;
    let site_path = site_path(study, site);
    let site_text = read_text(&site_path, "site file")?;
    load_texts(console, (&file_name(study), study_text), (&site_path, site_text))
}

/// As [`load`], from texts already read.
pub(crate) fn load_texts(
    console: &Console,
    (study_name, study_text): (&str, String),
    (site_path, site_text): (&Path, String),
) -> Result<Loaded, Problems> {
    let folder = site_path.parent().unwrap_or(Path::new("."));
    let study_name = study_name.to_owned();
    if let Some(source) = RecordsSource::parse(&file_name(site_path), &site_text) {
        let (records, mut problems) = records(console, &source?, folder)?;
        let (checked, found) = oligomet_study::check_records(&study_name, &study_text, records);
        problems.extend(found);
        return match checked {
            Some((plan, base)) => Ok(Loaded { plan, base, problems, study_name, study_text, site_text }),
            None => Err(problems),
        };
    }
    let (site_file, mut problems) = SiteFile::parse(&file_name(site_path), &site_text);
    let stopped = problems.has_errors();
    let (Some(site_file), false) = (site_file, stopped) else { return Err(problems) };
    let (data, found) = match oligomet_import::read(&site_file, folder, &mut console.progress()) {
        Ok(read) => read,
        Err(found) => {
            problems.extend(found);
            return Err(problems);
        }
    };
    problems.extend(found);
    let (checked, found) = oligomet_study::check(&study_name, &study_text, data);
    match checked {
        Some((plan, base)) => {
            problems.extend(found);
            Ok(Loaded { plan, base, problems, study_name, study_text, site_text })
        }
        None => Err(problems.into_iter().chain(found).collect()),
    }
}

/// The related tables of a department, or those in a lock; plain tables are looked at as a lock would be made of them.
fn records(
    console: &Console,
    source: &RecordsSource,
    folder: &Path,
) -> Result<(Records, Problems), Problems> {
    match source {
        RecordsSource::Tables(path, options) => {
            let (records, mut problems) =
                oligomet_import::read_records(&folder.join(path), options, &mut console.progress())?;
            problems.extend(oligomet_schema::check::check(&records));
            Ok((records, problems))
        }
        RecordsSource::Lock(path) => {
            let (records, _) = oligomet_schema::lock::open(&folder.join(path))?;
            Ok((records, Problems::new()))
        }
    }
}
