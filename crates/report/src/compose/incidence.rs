//! Curves of cumulative incidence: every cause of every group, with those at risk and the events so far of each below.

use oligomet_base::words::lower_first;
use oligomet_figure::{
    Count, CurveDirection, KaplanMeierFigure, KmGroup, KmStep, RiskCell, RiskRow, RiskTable,
};
use oligomet_results::{AnalysisOutline, CurveRow, FigureOutline};

use super::km::{axis, shown_count, title};
use super::{ComposeError, style};
use crate::tabulate::{causes, gray_key};
use crate::text::Format;
use crate::view::View;

/// Dashes of the second, third … cause of a group, and of the complement of Kaplan-Meier, which is dotted.
const CAUSE_DASHES: [usize; 3] = [0, 1, 3];
const DOTTED: usize = 2;
/// More curves than this and their ribbons hide each other.
const MOST_RIBBONS: usize = 4;

/// One curve: its group, its cause and its rows.
struct Curve<'a> {
    level: String,
    cause: &'a str,
    rows: Vec<&'a CurveRow>,
}

/// Curves of an analysis: groups by colour and causes by dash, or causes by colour where there is one group.
pub(super) fn compose_incidence(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    figure: &FigureOutline,
) -> Result<KaplanMeierFigure, ComposeError> {
    let curves = curves(view, analysis);
    if curves.is_empty() {
        let why = format!("analysis `{}` has no curves", analysis.id);
        return Err(ComposeError::Empty { figure: figure.id.clone(), why });
    }
    let mut groups: Vec<KmGroup> = curves.iter().map(|curve| drawn(view, analysis, figure, curve)).collect();
    if figure.one_minus_km {
        groups.extend(curves.iter().filter_map(|curve| complement(view, analysis, curve)));
    }
    let words = format!("Cumulative incidence: {}", lower_first(&title(view, analysis)));
    let mut drawing = KaplanMeierFigure::new(
        &words,
        "Cumulative incidence (%)",
        axis(view, &analysis.endpoint, figure),
        groups,
    );
    drawing.direction = CurveDirection::CumulativeIncidence;
    drawing.ribbon = figure.ribbon && curves.len() <= MOST_RIBBONS;
    drawing.censor_marks = false;
    drawing.annotations = tests(view, analysis);
    drawing.style = style(view, figure);
    drawing.description = description(view, analysis, &curves);
    if !figure.table.is_empty() {
        let error = |source| ComposeError::Figure { figure: figure.id.clone(), source };
        let ticks = drawing.ticks().map_err(error)?;
        drawing.risk_table = Some(risk_table(view, analysis, figure, &curves, &ticks));
    }
    Ok(drawing)
}

/// Cause within group, those that nobody has left out.
fn curves<'a>(view: &View<'a>, analysis: &AnalysisOutline) -> Vec<Curve<'a>> {
    let mut out = Vec::new();
    for level in view.groups(analysis) {
        for cause in causes(view, analysis) {
            let rows: Vec<&CurveRow> =
                view.curve(analysis, &level).into_iter().filter(|row| row.cause == *cause).collect();
            if !rows.is_empty() {
                out.push(Curve { level: level.clone(), cause, rows });
            }
        }
    }
    out
}

/// Place of a curve's group and cause, which choose colour and dash.
fn places(view: &View<'_>, analysis: &AnalysisOutline, curve: &Curve<'_>) -> (usize, usize) {
    let group = view.groups(analysis).iter().position(|level| *level == curve.level).unwrap_or(0);
    let cause = causes(view, analysis).iter().position(|cause| cause == curve.cause).unwrap_or(0);
    (group, cause)
}

fn drawn(view: &View<'_>, analysis: &AnalysisOutline, figure: &FigureOutline, curve: &Curve<'_>) -> KmGroup {
    let unit = view.unit().days();
    let (group, cause) = places(view, analysis, curve);
    let one_group = analysis.by.is_empty();
    let several_causes = causes(view, analysis).len() > 1;
    let step = |r: &&CurveRow| KmStep {
        time: r.time / unit,
        estimate: r.estimate,
        conf_low: r.conf_low,
        conf_high: r.conf_high,
    };
    // In black and white every curve needs a dash of its own.
    let dash = match (one_group, figure.mono) {
        (true, false) => 0,
        (true, true) => CAUSE_DASHES[cause % CAUSE_DASHES.len()],
        (false, false) => CAUSE_DASHES[cause % CAUSE_DASHES.len()],
        (false, true) => group + cause * view.groups(analysis).len(),
    };
    KmGroup {
        label: match (one_group, several_causes) {
            (true, _) => curve.cause.to_owned(),
            (false, false) => curve.level.clone(),
            (false, true) => format!("{}: {}", curve.level, lower_first(curve.cause)),
        },
        steps: curve.rows.iter().filter(|r| r.n_event > 0.0 || view.run.outline.shared).map(step).collect(),
        end_time: curve.rows.last().map_or(0.0, |r| r.time) / unit,
        start_time: start(view, analysis, &curve.rows) / unit,
        color: Some(if one_group { cause } else { group }),
        dash: Some(dash),
        ..KmGroup::default()
    }
}

/// Day from which a curve begins: that of its endpoint, unless it has an earlier row, as a shared one has.
pub(super) fn start(view: &View<'_>, analysis: &AnalysisOutline, rows: &[&CurveRow]) -> f64 {
    let asked = view.endpoint(&analysis.endpoint).and_then(|e| e.conditional_from).unwrap_or(0.0);
    rows.first().map_or(asked, |first| asked.min(first.time))
}

/// One minus Kaplan-Meier of the event, dotted in the colour of its curve; not beside a shared curve, which has no such numbers.
fn complement(view: &View<'_>, analysis: &AnalysisOutline, curve: &Curve<'_>) -> Option<KmGroup> {
    let (group, cause) = places(view, analysis, curve);
    if cause > 0 || curve.rows.iter().all(|row| row.one_minus_km.is_none()) {
        return None;
    }
    let unit = view.unit().days();
    let step = |r: &&CurveRow| {
        Some(KmStep { time: r.time / unit, estimate: r.one_minus_km?, conf_low: None, conf_high: None })
    };
    let of = if curve.level.is_empty() { curve.cause.to_owned() } else { curve.level.clone() };
    Some(KmGroup {
        label: format!("1 \u{2212} Kaplan-Meier: {}", lower_first(&of)),
        steps: curve.rows.iter().filter(|r| r.n_event > 0.0).filter_map(step).collect(),
        end_time: curve.rows.last().map_or(0.0, |r| r.time) / unit,
        start_time: start(view, analysis, &curve.rows) / unit,
        color: Some(if analysis.by.is_empty() { cause } else { group }),
        dash: Some(DOTTED),
        thin: true,
        ..KmGroup::default()
    })
}

/// Those at risk of all causes on the row of the group, and below it the events so far of every cause.
fn risk_table(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    figure: &FigureOutline,
    curves: &[Curve<'_>],
    ticks: &[f64],
) -> RiskTable {
    let wants = |name: &str| figure.table.iter().any(|row| row == name);
    let (at_risk, events) = (wants("at_risk") || !wants("events"), wants("events"));
    let cells = |curve: &Curve<'_>, name: &str, put: fn(Option<Count>) -> RiskCell| -> Vec<RiskCell> {
        ticks.iter().map(|tick| put(shown_count(view, &curve.rows, *tick, name))).collect()
    };
    let mut rows = Vec::new();
    let mut last: Option<&str> = None;
    for (i, curve) in curves.iter().enumerate() {
        let new_group = last != Some(curve.level.as_str());
        last = Some(&curve.level);
        if new_group && at_risk {
            let label = if analysis.by.is_empty() { "At risk".to_owned() } else { curve.level.clone() };
            let put = |n| RiskCell { at_risk: n, events: None };
            rows.push(RiskRow { label, curve: None, cells: cells(curve, "n.risk", put) });
        } else if new_group && !analysis.by.is_empty() {
            rows.push(RiskRow { label: curve.level.clone(), ..RiskRow::default() });
        }
        if events {
            let put = |n| RiskCell { at_risk: None, events: n };
            rows.push(RiskRow {
                label: curve.cause.to_owned(),
                curve: Some(i),
                cells: cells(curve, "cum.event", put),
            });
        }
    }
    let heading = match (at_risk, events) {
        (true, true) => "No. at risk; below them events so far",
        (false, true) => "No. of events so far",
        _ => "No. at risk",
    };
    RiskTable { heading: heading.into(), rows }
}

/// Gray's test of every cause.
fn tests(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<String> {
    let mut lines = Vec::new();
    for cause in causes(view, analysis) {
        let test = gray_key(analysis, cause);
        if view.value(&test, "p.value").is_some() {
            let p = view.number(Format::PStatement, &test, &["p.value"]);
            lines.push(format!("Gray {} ({})", p.text, lower_first(cause)));
        }
    }
    lines
}

/// What the picture shows, for those who cannot see it.
fn description(view: &View<'_>, analysis: &AnalysisOutline, curves: &[Curve<'_>]) -> String {
    let mut parts = vec![format!("Cumulative incidence: {}.", title(view, analysis))];
    for curve in curves {
        let n = crate::tabulate::cause_key(analysis, "cif", &curve.level, curve.cause).variable("n", "");
        let level = if curve.level.is_empty() { "All patients" } else { &curve.level };
        parts.push(format!(
            "{level}, {}: n = {}, {} events.",
            lower_first(curve.cause),
            view.count(&n, "n").text,
            view.count(&n, "n.event").text
        ));
    }
    parts.extend(tests(view, analysis).into_iter().map(|line| format!("{line}.")));
    parts.join(" ")
}
