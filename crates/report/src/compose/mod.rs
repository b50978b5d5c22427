//! Figures of a run from its curves and numbers.

mod flow;
mod forest;
mod incidence;
mod km;
mod lanes;
mod subgroups;

use oligomet_figure::{FigureError, FigureStyle, Svg};
use oligomet_results::{AnalysisKind, FigureOutline, RunResults};

use crate::view::View;

/// Why a figure could not be composed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ComposeError {
    /// The analysis that it shows is not in the outline.
    #[error("figure `{figure}` shows `{of}`, which is no analysis of this run")]
    NoAnalysis {
        /// The figure.
        figure: String,
        /// What it shows.
        of: String,
    },
    /// The analysis has no figure.
    #[error(
        "figure `{figure}` shows `{of}`, an analysis whose results are a table; curves, models, subgroups, swimmers, timelines and `flow` can be drawn"
    )]
    NotDrawn {
        /// The figure.
        figure: String,
        /// What it shows.
        of: String,
    },
    /// The results hold nothing that could be drawn.
    #[error("figure `{figure}` is empty: {why}")]
    Empty {
        /// The figure.
        figure: String,
        /// What is missing.
        why: String,
    },
    /// The figure cannot be drawn as asked.
    #[error("figure `{figure}`: {source}")]
    Figure {
        /// The figure.
        figure: String,
        /// Why not.
        source: FigureError,
    },
}

/// A figure of the run.
///
/// # Errors
/// [`ComposeError`] if the analysis is unknown, has nothing to draw, or does not fit on a page of the width asked for.
pub fn compose_figure(run: &RunResults, figure: &FigureOutline) -> Result<Svg, ComposeError> {
    let error = |source| ComposeError::Figure { figure: figure.id.clone(), source };
    match composed(&View::new(run), figure)? {
        Composed::KaplanMeier(drawing) => drawing.render().map_err(error),
        Composed::Forest(drawing) => drawing.render().map_err(error),
        Composed::Flow(drawing) => drawing.render().map_err(error),
        Composed::Swimmer(drawing) => drawing.render().map_err(error),
        Composed::Timeline(drawing) => drawing.render().map_err(error),
    }
}

/// A figure of the run on as many pages as it needs: only forest and swimmer plots need more than one.
///
/// # Errors
/// As [`compose_figure`], except that a forest or swimmer plot may be longer than a page.
pub fn compose_figure_pages(run: &RunResults, figure: &FigureOutline) -> Result<Vec<Svg>, ComposeError> {
    let error = |source| ComposeError::Figure { figure: figure.id.clone(), source };
    match composed(&View::new(run), figure)? {
        Composed::Forest(drawing) => drawing.render_pages().map_err(error),
        Composed::Swimmer(drawing) => drawing.render_pages().map_err(error),
        _ => Ok(vec![compose_figure(run, figure)?]),
    }
}

enum Composed {
    KaplanMeier(oligomet_figure::KaplanMeierFigure),
    Forest(oligomet_figure::ForestFigure),
    Flow(oligomet_figure::FlowFigure),
    Swimmer(oligomet_figure::SwimmerFigure),
    Timeline(oligomet_figure::TimelineFigure),
}

fn composed(view: &View<'_>, figure: &FigureOutline) -> Result<Composed, ComposeError> {
    if figure.of == "flow" {
        return flow::compose_flow(view, figure).map(Composed::Flow);
    }
    let names = || (figure.id.clone(), figure.of.clone());
    let analysis = view.analysis(&figure.of).ok_or_else(|| {
        let (figure, of) = names();
        ComposeError::NoAnalysis { figure, of }
    })?;
    match analysis.kind {
        AnalysisKind::Km => km::compose_curves(view, analysis, figure).map(Composed::KaplanMeier),
        AnalysisKind::Cox => forest::compose_forest(view, analysis, figure).map(Composed::Forest),
        AnalysisKind::Cif => incidence::compose_incidence(view, analysis, figure).map(Composed::KaplanMeier),
        AnalysisKind::Subgroups => subgroups::compose_subgroups(view, analysis, figure).map(Composed::Forest),
        AnalysisKind::Swimmer => lanes::compose_swimmer(view, analysis, figure).map(Composed::Swimmer),
        AnalysisKind::Timeline => lanes::compose_timeline(view, analysis, figure).map(Composed::Timeline),
        _ => {
            let (figure, of) = names();
            Err(ComposeError::NotDrawn { figure, of })
        }
    }
}

/// Width and colour as asked for, and what every picture of these results must say of itself.
fn style(view: &View<'_>, figure: &FigureOutline) -> FigureStyle {
    let width = if figure.width_mm > 0.0 { figure.width_mm } else { oligomet_figure::size::DOUBLE_COLUMN_MM };
    let note = view.run.outline.note().unwrap_or_default().to_owned();
    FigureStyle { mono: figure.mono, note, ..FigureStyle::of_width(width) }
}

/// The ticks of a Kaplan-Meier figure in the unit shown.
pub(crate) fn ticks_of(
    view: &View<'_>,
    analysis: &oligomet_results::AnalysisOutline,
    figure: &FigureOutline,
) -> Option<Vec<f64>> {
    km::compose_curves(view, analysis, figure).ok()?.ticks().ok()
}
