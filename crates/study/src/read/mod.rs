//! study.toml to [`StudyFile`]: every block read, every mistake told at once, unknown keys refused.

mod analysis;
mod covariate;
mod endpoint;
mod study;

use oligomet_base::Problem;
use oligomet_base::file::{Section, Text, TomlFile};

use crate::model::StudyFile;

/// The text that marks a question still open.
pub const OPEN: &str = "?";

/// Reads a study file. `None` where it is no TOML at all; otherwise what could be read, with the problems left in `file`.
pub fn read_study(file: &TomlFile) -> Option<StudyFile> {
    let root = match file.parse() {
        Ok(root) => root,
        Err(problem) => {
            file.report(*problem);
            return None;
        }
    };
    let top = Section::new(file, "the study file", &root)?;
    check_format(&top);
    let read = StudyFile {
        study: study::read_study_block(&top),
        cohort: study::read_cohort(&top),
        eligibility: study::read_eligibility(&top),
        dose: study::read_dose(&top),
        disease: study::read_disease(&top),
        endpoints: endpoint::read_endpoints(&top),
        covariates: covariate::read_covariates(&top),
        scores: covariate::read_scores(&top),
        analyses: analysis::read_analyses(&top),
        figures: analysis::read_figures(&top),
        report: study::read_report(&top),
        amendments: study::read_amendments(&top),
        dates: study::read_dates(&top),
        therapy: study::read_therapy(&top),
    };
    top.finish();
    Some(read)
}

fn check_format(top: &Section<'_>) {
    match top.number("format") {
        None if !top.has("format") => top.missing(
            "format",
            "it says which version of the study file this is; write `format = 1` at the top",
        ),
        Some(version) if version > 1.0 => top.file().report_at(
            top.span(),
            Problem::error("OM307", format!("the study file has format {version}"))
                .why("this program reads format 1; a newer file may mean things that it does not know")
                .mend("use the program's newer version"),
        ),
        _ => {}
    }
}

/// Says that a name is used twice.
fn refuse_twice<'a>(file: &TomlFile, what: &str, names: impl Iterator<Item = &'a Text>) {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if seen.contains(&name.text.as_str()) {
            file.report_at(
                name.span.clone(),
                Problem::error("OM308", format!("there are two {what} named `{}`", name.text))
                    .why("results are found by this name")
                    .mend("give one of them another name"),
            );
        }
        seen.push(&name.text);
    }
}

/// A name that may become part of a file name and a key.
fn check_name(file: &TomlFile, name: &Text) {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if !plain {
        file.report_at(
            name.span.clone(),
            Problem::error("OM309", format!("\"{}\" cannot be a name", name.text))
                .why("names become parts of file names and of keys in the results")
                .mend("use letters, digits, `_` and `-`; what is printed stands in `label` or `title`"),
        );
    }
}
