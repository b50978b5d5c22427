//! Survival by group, and follow-up.

use oligomet_results::{AnalysisOutline, FigureOutline, StatKey};

use super::note_analysis;
use crate::print::time_level;
use crate::table::{Cell, HeaderCell, Row, Table};
use crate::text::{Format, Source, Text, say};
use crate::view::{View, key, time_words};

/// Per group: n, events, median, survival and number at risk at the times asked for, restricted mean, follow-up.
pub(super) fn tabulate_survival(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let title = match (analysis.title.as_str(), analysis.by.as_str()) {
        ("", "") => view.endpoint_label(&analysis.endpoint),
        ("", by) => format!("{} by {}", view.endpoint_label(&analysis.endpoint), view.label(by)),
        (title, _) => title.to_owned(),
    };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let shown = Shown { rmst: view.has(&analysis.id, "rmst"), follow_up: view.has(&analysis.id, "followup") };
    push_header(&mut table, view, analysis, shown);
    for level in view.groups(analysis) {
        let label = if level.is_empty() { "All patients".to_owned() } else { level.clone() };
        table.rows.push(Row::new(label, group_cells(view, analysis, &level, shown)));
    }
    push_test(&mut table, view, analysis);
    note_analysis(&mut table, view, analysis, &[&analysis.by]);
    table.explain_gaps()
}

#[derive(Clone, Copy)]
struct Shown {
    rmst: bool,
    follow_up: bool,
}

fn push_header(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, shown: Shown) {
    let (level, unit) = (view.level(analysis), view.unit().name());
    let group = if analysis.by.is_empty() { String::new() } else { view.label(&analysis.by) };
    let mut second: Vec<Text> =
        vec![group.into(), "n".into(), "Events".into(), format!("Median, {unit} ({level}% CI)").into()];
    let mut first = vec![HeaderCell { text: Text::default(), span: second.len() }];
    for (_, written) in &analysis.at {
        first.push(HeaderCell { text: time_words(written).into(), span: 2 });
        second.push(format!("% ({level}% CI)").into());
        second.push("At risk".into());
    }
    if let Some((_, tau)) = analysis.tau.as_ref().filter(|_| shown.rmst) {
        first.push(HeaderCell { text: Text::default(), span: 1 });
        second.push(format!("Mean up to {}, {unit} ({level}% CI)", time_words(tau)).into());
    }
    if shown.follow_up {
        first.push(HeaderCell { text: Text::default(), span: 1 });
        let mut heading = say![format!("Median follow-up, {unit} ({level}% CI)")];
        heading.push(table.letter("Reverse Kaplan-Meier: events are censored, censorings are events."));
        second.push(heading);
    }
    if !analysis.at.is_empty() {
        table.header.push(first);
    }
    table.head(second);
}

fn group_cells(view: &View<'_>, analysis: &AnalysisOutline, level: &str, shown: Shown) -> Vec<Cell> {
    let of = |context: &str| key(analysis, context, &analysis.by, level);
    let n = of("survival").variable("n", "");
    let mut cells: Vec<Cell> = vec![
        view.count(&n, "n").into(),
        view.count(&n, "n.event").into(),
        view.estimate(Format::TimeInterval, &of("survival").variable("prob", "0.5")).into(),
    ];
    for (days, _) in &analysis.at {
        let at = of("survival").variable("time", &time_level(*days));
        cells.push(view.estimate(Format::SurvivalInterval, &at).into());
        cells.push(view.count(&at, "n.risk").into());
    }
    if let Some((days, _)) = analysis.tau.as_ref().filter(|_| shown.rmst) {
        let tau = of("rmst").variable("tau", &time_level(*days));
        cells.push(view.estimate(Format::TimeInterval, &tau).into());
    }
    if shown.follow_up {
        cells.push(view.estimate(Format::TimeInterval, &of("followup").variable("prob", "0.5")).into());
    }
    cells
}

fn push_test(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline) {
    let test = key(analysis, "logrank", &analysis.by, "").variable("logrank", "");
    if view.row(&test, "p.value").is_some() {
        table.note(test_words(view, &test));
    }
}

/// `Log-rank test: χ² = 12.34 on 2 degrees of freedom; P < 0.001.`
fn test_words(view: &View<'_>, test: &StatKey) -> Text {
    let p = view.number(Format::PStatement, test, &["p.value"]);
    if view.value(test, "statistic").is_none() {
        return say!["Log-rank test: ", p, "."];
    }
    let df = view.count(test, "parameter");
    let degrees = if df.text == "1" { " degree of freedom" } else { " degrees of freedom" };
    let statistic = view.number(Format::Decimal(2), test, &["statistic"]);
    say!["Log-rank test: χ² = ", statistic, " on ", df, degrees, "; ", p, "."]
}

/// Follow-up of every endpoint's analysis set by reverse Kaplan-Meier.
pub(super) fn tabulate_follow_up(view: &View<'_>) -> Option<Table> {
    let mut table = Table::new("followup", "Follow-up", "");
    let unit = view.unit().name();
    let heading = format!("Median follow-up, {unit} (95% CI)");
    let mut median = say![heading];
    median.push(table.letter("Reverse Kaplan-Meier: events are censored, censorings are events."));
    let quartiles = format!("Quartiles, {unit}");
    table.head(vec!["Endpoint".into(), "n".into(), "Events".into(), median, quartiles.into()]);
    for endpoint in &view.run.outline.endpoints {
        let of = |prob: &str| StatKey::new("followup", &endpoint.name, "followup").variable("prob", prob);
        if view.row(&of("0.5"), "estimate").is_none() {
            continue;
        }
        let n = StatKey::new("followup", &endpoint.name, "followup").variable("n", "");
        let quartile = |prob: &str| view.number(Format::Time, &of(prob), &["estimate"]);
        let quartiles = say![quartile("0.25"), ", ", quartile("0.75")];
        let cells = vec![
            view.count(&n, "n").into(),
            view.count(&n, "n.event").into(),
            view.estimate(Format::TimeInterval, &of("0.5")).into(),
            quartiles.into(),
        ];
        table.rows.push(Row::new(view.endpoint_label(&endpoint.name), cells));
    }
    (!table.rows.is_empty()).then(|| table.explain_gaps())
}

/// The counts under a Kaplan-Meier figure, at its own ticks: at risk, with events so far in brackets.
pub(crate) fn tabulate_at_risk(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    figure: &FigureOutline,
) -> Option<Table> {
    let ticks = crate::compose::ticks_of(view, analysis, figure)?;
    let unit = view.unit();
    let title = format!("Number at risk (events so far) by {}", unit.name());
    let mut table = Table::new(format!("{}_at_risk", figure.id), title, &analysis.id);
    let group = if analysis.by.is_empty() { String::new() } else { view.label(&analysis.by) };
    let mut headings: Vec<Text> = vec![group.into()];
    headings.extend(ticks.iter().map(|tick| Text::from(oligomet_base::number::shortest(*tick))));
    table.head(headings);
    for level in view.groups(analysis).into_iter().filter(|level| !view.curve(analysis, level).is_empty()) {
        let cohort = key(analysis, "survival", &analysis.by, &level).variable("n", "");
        let cohort_id = view.row(&cohort, "n").map(|r| r.cohort_id.clone()).unwrap_or_default();
        let cell = |tick: &f64| {
            let source = Source::Curve {
                analysis_id: analysis.id.clone(),
                endpoint: analysis.endpoint.clone(),
                group: analysis.by.clone(),
                group_level: level.clone(),
                days: tick * unit.days(),
                names: vec!["n.risk", "cum.event"],
            };
            Cell::from(view.bound(Format::AtRisk, source, cohort_id.clone()))
        };
        let label = if level.is_empty() { "All patients".to_owned() } else { level.clone() };
        table.rows.push(Row::new(label, ticks.iter().map(cell).collect()));
    }
    Some(table)
}
