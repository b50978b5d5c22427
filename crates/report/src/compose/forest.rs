//! Forest plots of Cox analyses.

use oligomet_base::words::lower_first;
use oligomet_figure::{
    ColumnAlign, ForestColumn, ForestFigure, ForestMark, ForestRow, ForestSeries, ForestValue, RatioAxis,
};
use oligomet_results::{AnalysisOutline, FigureOutline, StatKey, TermOutline};

use super::{ComposeError, style};
use crate::tabulate::cox_contexts;
use crate::text::Format;
use crate::view::{View, key};

/// Rows as in the table of the analysis; univariable and multivariable series side by side where both exist.
pub(super) fn compose_forest(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    figure: &FigureOutline,
) -> Result<ForestFigure, ComposeError> {
    let contexts = cox_contexts(view, analysis);
    let mut rows = Vec::new();
    for term in &analysis.terms {
        push_term(&mut rows, view, analysis, term, &contexts);
    }
    if contexts.is_empty() || rows.is_empty() {
        let why = format!("analysis `{}` has no hazard ratios", analysis.id);
        return Err(ComposeError::Empty { figure: figure.id.clone(), why });
    }
    let column = |heading: &str, align| ForestColumn { heading: heading.into(), align };
    let series = contexts.iter().map(|(_, words)| ForestSeries {
        heading: if contexts.len() > 1 { (*words).to_owned() } else { String::new() },
        axis_label: format!("Hazard ratio ({}% CI)", view.level(analysis)),
        columns: vec![
            column(&format!("HR ({}% CI)", view.level(analysis)), ColumnAlign::Decimal),
            column(view.symbol(), ColumnAlign::Decimal),
        ],
        favours: None,
    });
    Ok(ForestFigure {
        title: format!("Hazard ratios for {}", lower_first(&view.endpoint_label(&analysis.endpoint))),
        description: String::new(),
        label_heading: "Factor".into(),
        columns: vec![column("n", ColumnAlign::Right), column("Events", ColumnAlign::Right)],
        series: series.collect(),
        rows,
        axis: RatioAxis::default(),
        style: style(view, figure),
    })
}

fn push_term(
    rows: &mut Vec<ForestRow>,
    view: &View<'_>,
    analysis: &AnalysisOutline,
    term: &TermOutline,
    contexts: &[(&str, &str)],
) {
    if !view.is_factor(&term.variable) {
        let marks = marks(view, analysis, &term.variable, "", contexts);
        rows.extend(row(view, analysis, view.term_label(term), &term.variable, "", marks, 0));
        return;
    }
    rows.push(ForestRow { label: view.term_label(term), bold: true, ..ForestRow::default() });
    let reference = view.variable(&term.variable).map_or("", |v| v.reference.as_str());
    for level in view.levels(&term.variable) {
        let marks = if level == reference {
            let mark = ForestMark { value: ForestValue::Reference, cells: vec!["Reference".into()] };
            vec![mark; contexts.len()]
        } else {
            marks(view, analysis, &term.variable, level, contexts)
        };
        rows.extend(row(view, analysis, level.clone(), &term.variable, level, marks, 1));
    }
}

/// A row with its n and events; none where no patient of the analysis has this level.
fn row(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    label: String,
    term: &str,
    level: &str,
    marks: Vec<ForestMark>,
    indent: u8,
) -> Option<ForestRow> {
    let of = |context: &str| key(analysis, context, "", "").variable(term, level);
    let key = Some(of("cox")).filter(|k| view.row(k, "n").is_some()).unwrap_or_else(|| of("cox.uni"));
    view.row(&key, "n")?;
    let cells = vec![view.count(&key, "n").text, view.count(&key, "n.event").text];
    Some(ForestRow { label, indent, bold: indent == 0, cells, marks })
}

fn marks(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    term: &str,
    level: &str,
    contexts: &[(&str, &str)],
) -> Vec<ForestMark> {
    contexts
        .iter()
        .map(|(context, _)| mark(view, &key(analysis, context, "", "").variable(term, level)))
        .collect()
}

fn mark(view: &View<'_>, key: &StatKey) -> ForestMark {
    let mut mark = ratio_mark(view, key, view.value(key, "n.event"));
    if mark.value != ForestValue::Nothing {
        mark.cells.push(view.number(Format::P, key, &["p.value"]).text);
    }
    mark
}

/// A hazard ratio with its interval, or the words that stand for it; the area of its square shows the events that speak for it.
pub(super) fn ratio_mark(view: &View<'_>, key: &StatKey, events: Option<f64>) -> ForestMark {
    let Some(ratio) = view.value(key, "hazard.ratio").filter(|r| *r > 0.0) else {
        let words = match view.row(key, "hazard.ratio") {
            None => "Not in the model",
            Some(row) if row.suppressed => "Withheld",
            Some(_) => "Not estimable",
        };
        return ForestMark { value: ForestValue::Nothing, cells: vec![words.into()] };
    };
    let value = ForestValue::Estimate {
        ratio,
        low: view.value(key, "hazard.ratio.low"),
        high: view.value(key, "hazard.ratio.high"),
        weight: events.filter(|n| *n > 0.0).unwrap_or(1.0),
    };
    ForestMark { value, cells: vec![view.ratio(Format::RatioInterval, key).text] }
}
