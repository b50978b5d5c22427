//! Kaplan-Meier curves with their table of numbers at risk.

use oligomet_base::TimeUnit;
use oligomet_base::words::lower_first;
use oligomet_figure::{CensorMark, Count, KaplanMeierFigure, KmGroup, KmStep, RiskCell, RiskTable, TimeAxis};
use oligomet_results::{AnalysisKind, AnalysisOutline, CurveRow, FigureOutline, TermOutline};

use super::{ComposeError, style};
use crate::print::{Value, curve_value};
use crate::text::Format;
use crate::view::{View, key};

/// More levels than this get no line with a hazard ratio: the table has them.
const MOST_RATIOS: usize = 2;

/// Curves of an analysis: levels in the study's order, those that nobody has left out; counts at the figure's own ticks.
pub(super) fn compose_curves(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    figure: &FigureOutline,
) -> Result<KaplanMeierFigure, ComposeError> {
    let blocks: Vec<(String, Vec<&CurveRow>)> = view
        .groups(analysis)
        .into_iter()
        .map(|level| (level.clone(), view.curve(analysis, &level)))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    if blocks.is_empty() {
        let why = format!("analysis `{}` has no curves", analysis.id);
        return Err(ComposeError::Empty { figure: figure.id.clone(), why });
    }
    let groups = blocks.iter().map(|(level, rows)| group(view, analysis, level, rows)).collect();
    let endpoint = view.endpoint_label(&analysis.endpoint);
    let mut drawing = KaplanMeierFigure::new(
        &title(view, analysis),
        &format!("{endpoint} (%)"),
        axis(view, &analysis.endpoint, figure),
        groups,
    );
    drawing.description = description(view, analysis);
    drawing.ribbon = figure.ribbon;
    drawing.censor_marks = figure.censor_marks;
    // A shared curve is too coarse to meet its own median.
    drawing.median_line = figure.median && !view.run.outline.shared;
    drawing.annotations = annotations(view, analysis);
    drawing.style = style(view, figure);
    if !figure.table.is_empty() {
        let error = |source| ComposeError::Figure { figure: figure.id.clone(), source };
        let ticks = drawing.ticks().map_err(error)?;
        drawing.risk_table = Some(risk_table(view, figure, &blocks, &ticks, &drawing.groups));
    }
    Ok(drawing)
}

pub(super) fn title(view: &View<'_>, analysis: &AnalysisOutline) -> String {
    let endpoint = view.endpoint_label(&analysis.endpoint);
    match analysis.by.as_str() {
        "" => endpoint,
        by => format!("{endpoint} by {}", lower_first(&view.label(by))),
    }
}

/// The axis of an endpoint's times: from its own time zero, where it has one.
pub(super) fn axis(view: &View<'_>, endpoint: &str, figure: &FigureOutline) -> TimeAxis {
    let unit = view.unit();
    let words = crate::table::sentence(unit.name());
    let own =
        view.endpoint(endpoint).map(|e| lower_first(&e.time_zero_label)).filter(|label| !label.is_empty());
    let from = own.unwrap_or_else(|| view.run.outline.study.time_zero_label.clone());
    let since = if from.is_empty() { "time zero" } else { from.as_str() };
    TimeAxis {
        label: format!("{} since {since}", words.trim_end_matches('.')),
        unit: match unit {
            TimeUnit::Months => oligomet_figure::TimeUnit::Months,
            TimeUnit::Years => oligomet_figure::TimeUnit::Years,
            TimeUnit::Days | TimeUnit::Weeks => oligomet_figure::TimeUnit::Other,
        },
        max: figure.x_max.map(|days| days / unit.days()),
        step: figure.x_tick.map(|days| days / unit.days()),
    }
}

fn group(view: &View<'_>, analysis: &AnalysisOutline, level: &str, rows: &[&CurveRow]) -> KmGroup {
    let unit = view.unit().days();
    let step = |r: &&CurveRow| KmStep {
        time: r.time / unit,
        estimate: r.estimate,
        conf_low: r.conf_low,
        conf_high: r.conf_high,
    };
    let mark = |r: &&CurveRow| CensorMark { time: r.time / unit, estimate: r.estimate };
    let median = key(analysis, "survival", &analysis.by, level).variable("prob", "0.5");
    KmGroup {
        label: if level.is_empty() { "All patients".to_owned() } else { level.to_owned() },
        steps: rows.iter().filter(|r| r.n_event > 0.0 || view.run.outline.shared).map(step).collect(),
        // A shared curve's times are months, not those of patients.
        censor_marks: match view.run.outline.shared {
            true => Vec::new(),
            false => rows.iter().filter(|r| r.n_censor > 0.0).map(mark).collect(),
        },
        end_time: rows.last().map_or(0.0, |r| r.time) / unit,
        start_time: super::incidence::start(view, analysis, rows) / unit,
        median: view.value(&median, "estimate").map(|days| days / unit),
        ..KmGroup::default()
    }
}

fn risk_table(
    view: &View<'_>,
    figure: &FigureOutline,
    blocks: &[(String, Vec<&CurveRow>)],
    ticks: &[f64],
    groups: &[KmGroup],
) -> RiskTable {
    let wants = |name: &str| figure.table.iter().any(|row| row == name);
    let (at_risk, events) = (wants("at_risk") || !wants("events"), wants("events"));
    let cell = |block: &[&CurveRow], tick: f64| RiskCell {
        at_risk: at_risk.then(|| shown_count(view, block, tick, "n.risk")).flatten(),
        events: events.then(|| shown_count(view, block, tick, "cum.event")).flatten(),
    };
    let heading = match (at_risk, events) {
        (true, true) => "No. at risk (events)",
        (false, true) => "No. of events",
        _ => "No. at risk",
    };
    let cells = blocks.iter().map(|(_, block)| ticks.iter().map(|t| cell(block, *t)).collect()).collect();
    RiskTable::per_curve(heading, groups, cells)
}

/// A count of a curve at a tick, which is in the unit shown.
pub(super) fn shown_count(view: &View<'_>, block: &[&CurveRow], tick: f64, name: &str) -> Option<Count> {
    match curve_value(block, tick * view.unit().days(), name, view.run.outline.shared) {
        Value::Known(n) => Some(Count::Exact(n as u64)),
        Value::Small => Some(Count::Below(u64::from(view.run.outline.min_cell))),
        _ => None,
    }
}

/// The log-rank P value and, where a Cox analysis has the same endpoint and variable, the hazard ratios.
fn annotations(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<String> {
    let mut lines = Vec::new();
    if analysis.by.is_empty() {
        return lines;
    }
    let test = key(analysis, "logrank", &analysis.by, "").variable("logrank", "");
    if view.value(&test, "p.value").is_some() {
        let p = view.number(Format::PStatement, &test, &["p.value"]);
        lines.push(format!("Log-rank {}", p.text));
    }
    lines.extend(ratio_lines(view, analysis));
    lines
}

/// Hazard ratios of the levels from a Cox analysis of the same patients: unadjusted ones where there are any, as the curves are.
fn ratio_lines(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<String> {
    let same = |a: &&AnalysisOutline| {
        a.kind == AnalysisKind::Cox
            && a.endpoint == analysis.endpoint
            && a.restriction == analysis.restriction
            && a.terms.iter().any(|t: &TermOutline| t.variable == analysis.by)
    };
    let Some(cox) = view.run.outline.analyses.iter().find(same) else { return Vec::new() };
    let (context, word) =
        if view.has(&cox.id, "cox.uni") { ("cox.uni", "HR") } else { ("cox", "Adjusted HR") };
    let reference = view.variable(&analysis.by).map_or("", |v| v.reference.as_str());
    let compared: Vec<&String> = view.levels(&analysis.by).iter().filter(|l| *l != reference).collect();
    if reference.is_empty() || compared.len() > MOST_RATIOS {
        return Vec::new();
    }
    compared
        .iter()
        .filter_map(|level| {
            let key = key(cox, context, "", "").variable(&analysis.by, level);
            view.value(&key, "hazard.ratio")?;
            let ratio = view.ratio(Format::RatioStatement, &key).text;
            Some(format!("{word}, {level} v {reference}: {ratio}"))
        })
        .collect()
}

/// What the picture shows, for those who cannot see it.
fn description(view: &View<'_>, analysis: &AnalysisOutline) -> String {
    let mut parts = vec![format!("Kaplan-Meier curves: {}.", title(view, analysis))];
    for level in view.groups(analysis) {
        let of = key(analysis, "survival", &analysis.by, &level);
        let n = of.clone().variable("n", "");
        let words = if level.is_empty() { "All patients".to_owned() } else { level };
        let median = view.estimate(Format::TimeStatement, &of.clone().variable("prob", "0.5"));
        parts.push(format!(
            "{words}: n = {}, {} events, median {}.",
            view.count(&n, "n").text,
            view.count(&n, "n.event").text,
            median.text
        ));
    }
    parts.extend(annotations(view, analysis).into_iter().map(|line| format!("{line}.")));
    parts.join(" ")
}
