//! `oligomet open`

use std::path::Path;

use oligomet_base::{Place, Problem};

use crate::console::{Console, Outcome};

/// Opens a run's report.
pub(crate) fn open(console: &Console, run: &Path) -> Outcome {
    let report = if run.is_dir() { run.join("report.html") } else { run.to_path_buf() };
    if !report.is_file() {
        return Err(Problem::error("OM336", "there is no report here")
            .at(Place::file(report.display().to_string()))
            .mend("name a folder written by `oligomet run`")
            .into());
    }
    if let Err(error) = opener::open(&report) {
        return Err(Problem::error("OM336", format!("no program opened the report: {error}"))
            .at(Place::file(report.display().to_string()))
            .mend("open this file in a browser")
            .into());
    }
    console.say(&format!("Opened {}", report.display()));
    Ok(())
}
