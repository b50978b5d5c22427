//! The report as one HTML file that needs no network.

mod behind;
mod hash;
mod markup;
mod sections;

use maud::{DOCTYPE, PreEscaped, html};
use oligomet_figure::Svg;
use oligomet_results::{FigureOutline, RunResults};

use crate::view::View;
use sections::{Entry, Page};

const CSS: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the program is for, at the top and the bottom of every report.
const NOTICE: &str = "Research use. Not for decisions about a patient.";

/// The report: one self-contained HTML file without any network access. `figures` are drawn inline where their analysis is;
/// a figure of several pages is given as its outline repeated, one page each.
#[must_use]
pub fn render_report(run: &RunResults, figures: &[(FigureOutline, Svg)]) -> String {
    let view = View::new(run);
    let page = Page::new(&view, figures);
    let title = match run.outline.study.title.as_str() {
        "" => run.outline.study.id.as_str(),
        title => title,
    };
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash::sha256_base64(SCRIPT.as_bytes())
    );
    let body = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "Oligomet " (run.outline.program_version) };
                title { (title) }
                style { (PreEscaped(CSS)) (PreEscaped(margin_note(run))) }
            }
            body {
                div.om-page {
                    header {
                        h1 { (title) }
                        p.om-meta { (meta_line(&view)) }
                        p.om-notice { (NOTICE) }
                        @if let Some(note) = run.outline.note() { p.om-synthetic role="note" { strong { (note) } } }
                    }
                    nav aria-label="Contents" { (contents(&page.contents)) }
                    main { (page.body) }
                    footer {
                        p.om-notice { (NOTICE) }
                        @if let Some(note) = run.outline.note() { p.om-synthetic { (note) } }
                    }
                }
                script type="application/json" id="om-data" { (PreEscaped(behind::behind(&view, &page.numbers))) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    body.into_string()
}

/// In print what simulated data say of themselves stands in the margin of every page.
fn margin_note(run: &RunResults) -> String {
    let Some(note) = run.outline.note() else { return String::new() };
    // The sentence is our own and has neither quote nor backslash.
    format!("@page{{@bottom-center{{content:\"{note}\";font:6.5pt sans-serif}}}}")
}

fn meta_line(view: &View<'_>) -> String {
    let outline = &view.run.outline;
    let mut parts = vec![outline.study.id.clone(), outline.study.cohort_label.clone()];
    if !outline.study.cutoff.is_empty() {
        parts.push(format!("data cut-off {}", outline.study.cutoff));
    }
    parts.push(format!("Oligomet {}", outline.program_version));
    if outline.shared {
        parts.push("made to be shared: small counts are withheld".into());
    }
    parts.retain(|p| !p.is_empty());
    parts.join(" · ")
}

fn contents(entries: &[Entry]) -> maud::Markup {
    html! {
        strong { "Contents" }
        ol {
            @for entry in entries {
                li {
                    a href={ "#" (entry.id) } { (entry.title) }
                    @if !entry.inside.is_empty() {
                        ol { @for inner in &entry.inside { li { a href={ "#" (inner.id) } { (inner.title) } } } }
                    }
                }
            }
        }
    }
}
