//! `oligomet verify`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use oligomet_base::{Place, Problem, Problems};
use oligomet_results::RunResults;

use super::diff::results_of;
use crate::console::{Console, Outcome};
use crate::folder::{MANIFEST, files_below};
use crate::load::{load_texts, read_text, sha256};
use crate::produce::{Produced, produce};

/// Relative difference within which numbers count as equal where bytes are not.
const TOLERANCE: f64 = 1e-12;

/// Runs again from the inputs kept in the folder and compares file by file.
pub(crate) fn verify(console: &Console, run: &Path, site: Option<&Path>) -> Outcome {
    let stored: BTreeMap<String, Vec<u8>> = files_below(run)?.into_iter().collect();
    let manifest = manifest_of(run, &stored)?;
    unchanged_since_written(run, &manifest, &stored)?;
    let study_text = read_text(&run.join("inputs/study.toml"), "study file of the run")?;
    let site_path = site.map_or_else(|| default_site(run), Path::to_path_buf);
    let site_text = read_text(&site_path, "site file")?;
    if sha256(site_text.as_bytes()) != manifest["site"]["sha256"].as_str().unwrap_or_default() {
        return Err(Problem::error("OM337", "the site file is not the one of the run")
            .at(Place::file(site_path.display().to_string()))
            .why("another mapping of columns gives other numbers")
            .mend("name the site file of the run with --site; a copy stands in the run's folder inputs/")
            .into());
    }
    // Problems name the lines of the study by the name that it had.
    let study_name = manifest["study"]["file"].as_str().unwrap_or("study.toml");
    let loaded = load_texts(console, (study_name, study_text), (&site_path, site_text))?;
    same_data(&manifest, &loaded.base.data.sources)?;
    let again = produce(console, &loaded, false)?;
    compare(console, run, &stored, &again)
}

fn default_site(run: &Path) -> PathBuf {
    let absolute = std::path::absolute(run).unwrap_or_else(|_| run.to_path_buf());
    absolute.with_file_name("site.toml")
}

fn manifest_of(run: &Path, stored: &BTreeMap<String, Vec<u8>>) -> Result<serde_json::Value, Problems> {
    let not_a_run = |what: &str| {
        Problems::from(
            Problem::error("OM336", what.to_owned())
                .at(Place::file(run.display().to_string()))
                .mend("name a folder written by `oligomet run`"),
        )
    };
    let bytes = stored.get(MANIFEST).ok_or_else(|| not_a_run("this folder has no manifest.json"))?;
    let manifest: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|_| not_a_run("its manifest.json cannot be read"))?;
    if manifest["shared"].as_bool() == Some(true) {
        return Err(not_a_run("a run made to be shared cannot be run again: it holds no inputs"));
    }
    Ok(manifest)
}

/// Every file is as the manifest says.
fn unchanged_since_written(
    run: &Path,
    manifest: &serde_json::Value,
    stored: &BTreeMap<String, Vec<u8>>,
) -> Result<(), Problems> {
    let mut problems = Problems::new();
    for (name, hash) in manifest["files"].as_object().into_iter().flatten() {
        let found = stored.get(name).map(|bytes| sha256(bytes));
        if found.as_deref() != hash.as_str() {
            let what = if found.is_some() { "was changed after the run" } else { "is missing" };
            problems.push(
                Problem::error("OM338", format!("{name} {what}"))
                    .at(Place::file(run.join(name).display().to_string()))
                    .why("the folder is no longer what the program wrote"),
            );
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn same_data(manifest: &serde_json::Value, sources: &[oligomet_schema::SourceFile]) -> Result<(), Problems> {
    let before = manifest["data"].as_array().cloned().unwrap_or_default();
    for (then, now) in before.iter().zip(sources) {
        if then["sha256"].as_str() != Some(&now.sha256) {
            return Err(Problem::error("OM337", format!("{} is not the file of the run", now.name))
                .at(Place::file(now.name.clone()))
                .why("its content has changed since")
                .mend("run again, and compare the two runs with `oligomet diff`")
                .into());
        }
    }
    Ok(())
}

fn compare(console: &Console, run: &Path, stored: &BTreeMap<String, Vec<u8>>, again: &Produced) -> Outcome {
    let fresh: BTreeMap<&str, &[u8]> = again.files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let differing: Vec<&str> = fresh
        .iter()
        .filter(|(name, bytes)| stored.get(**name).map(Vec::as_slice) != Some(**bytes))
        .map(|(name, _)| *name)
        .collect();
    if differing.is_empty() {
        console.say(&format!("Proved: the run reproduces, all {} files byte for byte.", fresh.len()));
        return Ok(());
    }
    let before = results_of(run)?;
    let largest = largest_difference(&before, &again.results);
    match largest {
        Some(difference) if difference <= TOLERANCE => {
            console.say(&format!(
                "Proved: every number reproduces to {TOLERANCE:e} (largest relative difference {difference:.1e}).\n\
                 Not byte for byte: {} of {} files differ ({}), as another machine or version may write them.",
                differing.len(),
                fresh.len(),
                differing.join(", ")
            ));
            Ok(())
        }
        _ => {
            let changes = oligomet_report::compare(&before, &again.results);
            Err(Problem::error("OM339", "the run does not reproduce")
                .at(Place::file(run.display().to_string()))
                .why(oligomet_report::describe_changes(&changes))
                .mend("compare the versions of the program in manifest.json")
                .into())
        }
    }
}

/// The largest relative difference; `None` where one has a number that the other lacks.
fn largest_difference(a: &RunResults, b: &RunResults) -> Option<f64> {
    if a.stats.rows().len() != b.stats.rows().len() {
        return None;
    }
    let mut largest = 0.0f64;
    for row in a.stats.rows() {
        let other = b.stats.row(&row.key, &row.stat_name)?;
        match (row.stat, other.stat) {
            (Some(x), Some(y)) if x == y => {}
            (Some(x), Some(y)) => largest = largest.max((x - y).abs() / x.abs().max(y.abs())),
            (None, None) => {}
            _ => return None,
        }
    }
    Some(largest)
}
