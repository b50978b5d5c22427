//! All files of a run, in memory, from a loaded study.

use oligomet_base::{Place, Problem, Problems};
use oligomet_figure::Svg;
use oligomet_results::{FigureOutline, RunResults};
use oligomet_study::{Finished, Identity, output};
use serde_json::json;

use crate::console::Console;
use crate::load::{Loaded, sha256};

/// Dots per inch of PNG figures.
const DPI: u32 = 300;

/// A finished run: its files in order, and its results.
pub(crate) struct Produced {
    /// Name and bytes.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// The result tables.
    pub(crate) results: RunResults,
    /// What was wrong with figures, beside the findings of the results.
    pub(crate) problems: Problems,
}

/// Runs the study and makes every file of its folder.
pub(crate) fn produce(console: &Console, loaded: &Loaded, share: bool) -> Result<Produced, Problems> {
    let identity = Identity {
        study_sha256: sha256(loaded.study_text.as_bytes()),
        site_sha256: sha256(loaded.site_text.as_bytes()),
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let mut finished = {
        let mut progress = console.progress();
        oligomet_study::run(&loaded.plan, &loaded.base, loaded.problems.clone(), &identity, &mut progress)?
    };
    let mut files = Vec::new();
    if share {
        finished.results = oligomet_report::share(finished.results);
    } else {
        local_files(loaded, &finished, &mut files);
    }
    let results = finished.results;
    let mut problems = Problems::new();
    let figures = figures(console, &results, &mut files, &mut problems)?;
    for table in oligomet_report::tables(&results) {
        files.push((format!("tables/{}.csv", table.id), oligomet_report::to_csv(&table).into_bytes()));
    }
    console.stop_if_asked()?;
    files.push(("report.html".into(), oligomet_report::render_report(&results, &figures).into_bytes()));
    let tables = results.to_files().map_err(|e| {
        Problems::from(Problem::error("OM333", format!("the result tables could not be written: {e}")))
    })?;
    files.extend(tables.into_iter().map(|(name, bytes)| (format!("results/{name}"), bytes)));
    note_all(&results, &mut files);
    console.stop_if_asked()?;
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let manifest = manifest(&loaded.study_name, &results, &files);
    files.push((crate::folder::MANIFEST.into(), manifest));
    Ok(Produced { files, results, problems })
}

/// Files with patients, under opaque ids, and what is needed to run again.
fn local_files(loaded: &Loaded, finished: &Finished, files: &mut Vec<(String, Vec<u8>)>) {
    files.push(("analysis_set.csv".into(), output::analysis_set_csv(&loaded.base, finished)));
    files.push(("adtte.csv".into(), output::adtte_csv(&loaded.plan, &loaded.base, finished)));
    files.push(("identifiers.csv".into(), output::identifiers_csv(&loaded.base, finished)));
    files.push(("verify.R".into(), output::verify_r(&loaded.plan, finished).into_bytes()));
    files.push(("inputs/study.toml".into(), loaded.study_text.clone().into_bytes()));
    files.push(("inputs/site.toml".into(), loaded.site_text.clone().into_bytes()));
}

/// What every CSV file of simulated data says of itself; the tables of the report say it already.
fn note_all(results: &RunResults, files: &mut [(String, Vec<u8>)]) {
    let Some(note) = results.outline.note() else { return };
    for (name, bytes) in files {
        let own = name.starts_with("tables/") || name.starts_with("inputs/");
        if name.ends_with(".csv") && !own {
            *bytes = oligomet_results::csv_with_note(bytes, note);
        }
    }
}

/// Every figure as SVG, PDF and PNG; one that cannot be drawn is a problem, and the others go on.
fn figures(
    console: &Console,
    results: &RunResults,
    files: &mut Vec<(String, Vec<u8>)>,
    problems: &mut Problems,
) -> Result<Vec<(FigureOutline, Svg)>, Problems> {
    let mut drawn = Vec::new();
    for outline in &results.outline.figures {
        console.stop_if_asked()?;
        let cannot = |what: String| {
            Problem::warning("OM334", format!("figure `{}` cannot be drawn: {what}", outline.id))
                .at(Place::subject(format!("figure `{}`", outline.id)))
                .why("the report is written without it")
        };
        let pages = match oligomet_report::compose_figure_pages(results, outline) {
            Ok(pages) => pages,
            Err(error) => {
                problems.push(cannot(error.to_string()));
                continue;
            }
        };
        let several = pages.len() > 1;
        for (k, svg) in pages.into_iter().enumerate() {
            let name = if several {
                format!("figures/{}-{}", outline.id, k + 1)
            } else {
                format!("figures/{}", outline.id)
            };
            match export(&svg) {
                Ok((png, pdf)) => {
                    files.push((format!("{name}.png"), png));
                    files.push((format!("{name}.pdf"), pdf));
                }
                Err(error) => problems.push(cannot(error.to_string())),
            }
            files.push((format!("{name}.svg"), svg.text.clone().into_bytes()));
            drawn.push((outline.clone(), svg));
        }
    }
    Ok(drawn)
}

fn export(svg: &Svg) -> Result<(Vec<u8>, Vec<u8>), oligomet_figure_export::ExportError> {
    let png = oligomet_figure_export::png(&svg.text, DPI)?;
    let pdf = oligomet_figure_export::pdf(&svg.text)?;
    Ok((png, pdf))
}

/// Hashes of study, site, data and every file; no clock, path or host.
fn manifest(study_name: &str, results: &RunResults, files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let outline = &results.outline;
    let sources: Vec<_> = outline
        .sources
        .iter()
        .map(|s| json!({ "name": s.name, "sheet": s.sheet, "sha256": s.sha256, "rows": s.n_rows }))
        .collect();
    let written: serde_json::Map<String, serde_json::Value> =
        files.iter().map(|(name, bytes)| (name.clone(), sha256(bytes).into())).collect();
    let manifest = json!({
        "format": 1,
        "program": { "name": "oligomet", "version": outline.program_version },
        "study": { "id": outline.study.id, "file": study_name, "sha256": outline.study_sha256 },
        "site": { "sha256": outline.site_sha256 },
        "data": sources,
        "shared": outline.shared,
        "files": written,
    });
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    text.into_bytes()
}
