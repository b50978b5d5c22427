//! Survival by group, and follow-up.

use oligomet_results::{AnalysisOutline, FigureOutline, StatKey};

use super::note_analysis;
use crate::print::time_level;
use crate::table::{Cell, HeaderCell, Row, Table};
use crate::text::{Format, Source, Text, say};
use crate::view::{View, key, time_words};

/// Up to this many groups stand side by side as columns; more are rows.
const MOST_COLUMNS: usize = 5;

/// Per group: n, events, median, survival and number at risk at the times asked for, restricted mean, follow-up. Groups are
/// columns, or rows where there are many.
pub(super) fn tabulate_survival(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let title = match (analysis.title.as_str(), analysis.by.as_str()) {
        ("", "") => view.endpoint_label(&analysis.endpoint),
        ("", by) => format!("{} by {}", view.endpoint_label(&analysis.endpoint), view.label(by)),
        (title, _) => title.to_owned(),
    };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let exists = |level: &String| {
        let n = key(analysis, "survival", &analysis.by, level).variable("n", "");
        view.row(&n, "n").is_some()
    };
    let groups: Vec<String> = view.groups(analysis).into_iter().filter(exists).collect();
    if groups.is_empty() {
        return table;
    }
    let quantities = quantities(&mut table, view, analysis);
    if groups.len() > MOST_COLUMNS {
        groups_as_rows(&mut table, view, analysis, &groups, &quantities);
    } else {
        groups_as_columns(&mut table, view, analysis, &groups, &quantities);
    }
    push_test(&mut table, view, analysis);
    note_analysis(&mut table, view, analysis, &[&analysis.by]);
    table.explain_gaps()
}

/// A quantity of the table: under which time it stands, its words, and where it comes from.
struct Quantity {
    time: Option<String>,
    words: Text,
    format: Format,
    context: &'static str,
    variable: (&'static str, String),
    names: &'static [&'static str],
}

const LIMITS: &[&str] = &["estimate", "conf.low", "conf.high"];

fn quantities(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Quantity> {
    let (level, unit) = (view.level(analysis), view.unit().name());
    let of = |words: Text, format, context, variable, names| Quantity {
        time: None,
        words,
        format,
        context,
        variable,
        names,
    };
    let n = || ("n", String::new());
    let half = || ("prob", "0.5".to_owned());
    let mut out = vec![
        of("n".into(), Format::Count, "survival", n(), &["n"]),
        of("Events".into(), Format::Count, "survival", n(), &["n.event"]),
        of(format!("Median, {unit} ({level}% CI)").into(), Format::TimeInterval, "survival", half(), LIMITS),
    ];
    for (days, written) in &analysis.at {
        let at = || ("time", time_level(*days));
        let time = Some(time_words(written));
        let percent = format!("% ({level}% CI)").into();
        let survival = of(percent, Format::SurvivalInterval, "survival", at(), LIMITS);
        let at_risk = of("At risk".into(), Format::Count, "survival", at(), &["n.risk"]);
        out.extend([survival, at_risk].map(|q| Quantity { time: time.clone(), ..q }));
    }
    if let Some((days, tau)) = analysis.tau.as_ref().filter(|_| view.has(&analysis.id, "rmst")) {
        let words = format!("Mean up to {}, {unit} ({level}% CI)", time_words(tau)).into();
        out.push(of(words, Format::TimeInterval, "rmst", ("tau", time_level(*days)), LIMITS));
    }
    if view.has(&analysis.id, "followup") {
        let mut words = say![format!("Median follow-up, {unit} ({level}% CI)")];
        words.push(table.letter("Reverse Kaplan-Meier: events are censored, censorings are events."));
        out.push(of(words, Format::TimeInterval, "followup", half(), LIMITS));
    }
    out
}

fn cell_of(view: &View<'_>, analysis: &AnalysisOutline, level: &str, quantity: &Quantity) -> Cell {
    let (variable, at) = &quantity.variable;
    let key = key(analysis, quantity.context, &analysis.by, level).variable(variable, at);
    view.number(quantity.format, &key, quantity.names).into()
}

fn group_words(level: &str) -> &str {
    if level.is_empty() { "All patients" } else { level }
}

fn groups_as_columns(
    table: &mut Table,
    view: &View<'_>,
    analysis: &AnalysisOutline,
    groups: &[String],
    quantities: &[Quantity],
) {
    let by = if analysis.by.is_empty() { String::new() } else { view.label(&analysis.by) };
    let mut headings: Vec<Text> = vec![by.into()];
    headings.extend(groups.iter().map(|level| Text::from(group_words(level))));
    table.head(headings);
    let endpoint = view.endpoint_label(&analysis.endpoint);
    let mut under: Option<&String> = None;
    for quantity in quantities {
        if quantity.time.as_ref() != under {
            under = quantity.time.as_ref();
            if let Some(time) = under {
                table
                    .rows
                    .push(Row::new(format!("{endpoint} at {time}"), vec![Cell::default(); groups.len()]));
            }
        }
        let cells = groups.iter().map(|level| cell_of(view, analysis, level, quantity)).collect();
        let row = Row::new(quantity.words.clone(), cells);
        table.rows.push(if under.is_some() { row.indent(1) } else { row });
    }
}

fn groups_as_rows(
    table: &mut Table,
    view: &View<'_>,
    analysis: &AnalysisOutline,
    groups: &[String],
    quantities: &[Quantity],
) {
    let mut first = vec![HeaderCell { text: Text::default(), span: 1 }];
    let mut second: Vec<Text> = vec![view.label(&analysis.by).into()];
    for quantity in quantities {
        let time = quantity.time.clone().unwrap_or_default();
        second.push(quantity.words.clone());
        match first.last_mut().filter(|cell| !time.is_empty() && cell.text.plain() == time) {
            Some(cell) => cell.span += 1,
            None => first.push(HeaderCell { text: time.into(), span: 1 }),
        }
    }
    if !analysis.at.is_empty() {
        table.header.push(first);
    }
    table.head(second);
    for level in groups {
        let cells = quantities.iter().map(|q| cell_of(view, analysis, level, q)).collect();
        table.rows.push(Row::new(group_words(level), cells));
    }
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
    if view.run.outline.shared {
        table.note(format!(
            "Numbers at risk after time zero are rounded to a multiple of {}.",
            view.run.outline.min_cell
        ));
    }
    Some(table)
}
