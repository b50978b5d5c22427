//! The page.

use oligomet_report::{compose_figure, render_report};
use oligomet_results::RunResults;

use crate::fixture;

pub(crate) fn page(run: &RunResults) -> String {
    let figures: Vec<_> =
        run.outline.figures.iter().map(|f| (f.clone(), compose_figure(run, f).unwrap())).collect();
    render_report(run, &figures)
}

#[test]
fn write_it() {
    let path = concat!(env!("CARGO_TARGET_TMPDIR"), "/report.html");
    std::fs::write(path, page(&fixture::run())).unwrap();
}
