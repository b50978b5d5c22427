//! `oligomet run`

use std::path::{Path, PathBuf};

use oligomet_base::{Problem, Problems, Severity};
use oligomet_results::StatKey;

use crate::console::{Console, Outcome};
use crate::folder::NewFolder;
use crate::load::load;
use crate::produce::{Produced, produce};

/// So many warnings are printed; the report holds all.
const WARNINGS_SHOWN: usize = 5;

/// Runs a study into a folder that appears whole or not at all.
pub(crate) fn run(
    console: &Console,
    study: &Path,
    site: Option<&Path>,
    out: Option<&Path>,
    share: bool,
) -> Outcome {
    let target = out.map_or_else(|| default_folder(study), Path::to_path_buf);
    // Before the work, so that a folder that cannot be written is told at once.
    let folder = NewFolder::begin(&target)?;
    let loaded = load(console, study, site)?;
    let produced = produce(console, &loaded, share)?;
    for (name, bytes) in &produced.files {
        console.stop_if_asked()?;
        folder.write(name, bytes)?;
    }
    folder.finish()?;
    tell(console, &produced);
    if console.format() == crate::Format::Text {
        console.say(&summary(&produced, &target));
    }
    Ok(())
}

/// `run` beside the study file.
fn default_folder(study: &Path) -> PathBuf {
    study.with_file_name("run")
}

/// The warnings that matter most; the rest stand in the report.
fn tell(console: &Console, produced: &Produced) {
    let findings = &produced.results.findings;
    let mut shown: Problems = produced.problems.clone();
    let mut left = 0;
    // The findings come with the most harmful first; what stopped an analysis comes before them all.
    let errors = findings.iter().filter(|f| f.severity == "error");
    for finding in errors.chain(findings.iter().filter(|f| f.severity == "warning")) {
        if shown.len() >= WARNINGS_SHOWN {
            left += 1;
            continue;
        }
        let Some(code) = oligomet_base::codes::find(&finding.code) else { continue };
        let severity = if finding.severity == "error" { Severity::Error } else { Severity::Warning };
        let place = oligomet_base::Place::subject(finding.place.clone());
        // Codes live in the register for the whole program; leaking one string per shown warning keeps the type simple.
        let code: &'static str = Box::leak(code.code.into_boxed_str());
        shown.push(
            Problem::new(severity, code, finding.text.clone())
                .at(place)
                .why(finding.why.clone())
                .mend(finding.mend.clone()),
        );
    }
    console.tell(&shown);
    if left > 0 && console.format() == crate::Format::Text {
        console.say(&format!("{left} more warnings stand in the report."));
    }
}

fn summary(produced: &Produced, target: &Path) -> String {
    let stats = &produced.results.stats;
    let of = |variable: &str, name: &str| {
        stats
            .value(&StatKey::new("flow", "", "flow").variable(variable, ""), name)
            .map_or_else(|| "<5".into(), |n| n.to_string())
    };
    let unit = &produced.results.outline.study.unit;
    let analysed = match unit.as_str() {
        "patient" => format!("{} patients analysed", of("final", "n")),
        other => format!("{} {other}s of {} patients analysed", of("final", "n"), of("final", "n.patients")),
    };
    let mut lines = vec![analysed];
    for endpoint in &produced.results.outline.endpoints {
        let id = format!("endpoint:{}", endpoint.name);
        lines.push(format!("{}: {} {unit}s, {} events", endpoint.label, of(&id, "n"), of(&id, "n.event")));
    }
    lines.push(format!("Open {}", target.join("report.html").display()));
    lines.join("\n")
}
