//! Shares of patients: response by level, and a share stated beforehand against what was seen.

use oligomet_base::words::lower_first;
use oligomet_results::{AnalysisOutline, StatKey};

use super::note_analysis;
use crate::print::time_level;
use crate::table::{Cell, Row, Table};
use crate::text::{Format, Text, say};
use crate::view::{View, key, time_words};

/// What the results call all responders together.
const RESPONDERS: &str = "responders";
const LIMITS: &[&str] = &["estimate", "conf.low", "conf.high"];

/// Levels of response with their share and exact interval; one pair of columns per group.
pub(super) fn tabulate_response(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let title = if analysis.title.is_empty() { "Response" } else { &analysis.title };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let mut groups = vec![String::new()];
    if !analysis.by.is_empty() {
        groups.extend(view.groups(analysis));
    }
    let mut headings: Vec<Text> = vec!["Response".into()];
    for group in &groups {
        let label = if group.is_empty() { "All patients" } else { group };
        headings.push(format!("{label}: n").into());
        headings.push(format!("% ({}% CI)", view.level(analysis)).into());
    }
    table.head(headings);
    for variable in &analysis.variables {
        push_variable(&mut table, view, analysis, &groups, variable);
    }
    table.note("Shares are of the patients whose response is known; intervals are exact (Clopper-Pearson).");
    note_analysis(&mut table, view, analysis, &[&analysis.by]);
    table.explain_gaps()
}

pub(crate) fn response_key(analysis: &AnalysisOutline, group: &str, variable: &str, level: &str) -> StatKey {
    let key = StatKey::new(&analysis.id, "", "response");
    let key = if group.is_empty() { key } else { key.group(&analysis.by, group) };
    key.variable(variable, level)
}

fn push_variable(
    table: &mut Table,
    view: &View<'_>,
    analysis: &AnalysisOutline,
    groups: &[String],
    variable: &str,
) {
    let mut head = Vec::new();
    for group in groups {
        head.push(view.count(&response_key(analysis, group, variable, ""), "n").into());
        head.push(Cell::default());
    }
    let mut label = say![view.label(variable)];
    let test = StatKey::new(&analysis.id, "", "response").group(&analysis.by, "").variable(variable, "");
    if !analysis.by.is_empty() && view.row(&test, "p.value").is_some() {
        let method = view.method_title(&test, "p.value").unwrap_or_default();
        let p = view.number(Format::PStatement, &test, &["p.value"]);
        label.append(say![" (", p, ")"]);
        if !method.is_empty() {
            label.push(table.letter(format!("{method}.")));
        }
    }
    table.rows.push(Row::new(label, head).bold());
    let levels = view.levels(variable).iter().map(String::as_str).chain([RESPONDERS]);
    for level in levels {
        if view.row(&response_key(analysis, "", variable, level), "n").is_none() {
            continue;
        }
        let mut cells: Vec<Cell> = Vec::new();
        for group in groups {
            let of = response_key(analysis, group, variable, level);
            cells.push(view.count(&of, "n").into());
            cells.push(view.number(Format::SurvivalInterval, &of, LIMITS).into());
        }
        let words = if level == RESPONDERS { "All responders" } else { level };
        table.rows.push(Row::new(words.to_owned(), cells).indent(1));
    }
    let missing = |group: &String| {
        let row = view.row(&response_key(analysis, group, variable, ""), "n.missing");
        row.is_some_and(|r| r.suppressed || r.stat.unwrap_or(0.0) > 0.0)
    };
    if groups.iter().any(missing) {
        let of = |group: &String| view.count(&response_key(analysis, group, variable, ""), "n.missing");
        let cells = groups.iter().flat_map(|g| [Cell::from(of(g)), Cell::default()]).collect();
        table.rows.push(Row::new("Not known", cells).indent(1));
    }
}

/// The key of a share at a time.
pub(crate) fn share_key(analysis: &AnalysisOutline, level: &str, days: f64) -> StatKey {
    key(analysis, "proportion", &analysis.by, level).variable("time", &time_level(days))
}

/// At each time and in each group: patients, events, under observation, the share with its interval, the share stated, P.
pub(super) fn tabulate_proportions(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let endpoint = view.endpoint_label(&analysis.endpoint);
    let title = match analysis.title.as_str() {
        "" => format!("{endpoint} against the share stated beforehand"),
        title => title.to_owned(),
    };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let level = view.level(analysis);
    let exact = analysis.at.iter().any(|(days, _)| {
        view.groups(analysis)
            .iter()
            .any(|g| view.value(&share_key(analysis, g, *days), "exact.low").is_some())
    });
    let mut headings: Vec<Text> =
        ["Time", "n", "Events", "Still observed", "Censored before"].map(Text::from).to_vec();
    headings.push(format!("% ({level}% CI)").into());
    if exact {
        let mut words = say![format!("Exact {level}% CI")];
        words.push(table.letter("Clopper-Pearson; where nobody was censored before the time."));
        headings.push(words);
    }
    headings.push("Stated, %".into());
    headings.push(view.symbol().to_owned().into());
    table.head(headings);
    for (days, written) in &analysis.at {
        for group in view.groups(analysis) {
            push_share(&mut table, view, analysis, &group, (*days, written), exact);
        }
    }
    if !analysis.alternative.is_empty() {
        table.note(format!("Test on the log(-log) scale, {}.", analysis.alternative.replace('-', " ")));
    }
    note_analysis(&mut table, view, analysis, &[&analysis.by]);
    table.explain_gaps()
}

fn push_share(
    table: &mut Table,
    view: &View<'_>,
    analysis: &AnalysisOutline,
    group: &str,
    (days, written): (f64, &str),
    exact: bool,
) {
    let of = share_key(analysis, group, days);
    if view.row(&of, "estimate").is_none() {
        return;
    }
    let count = |name| Cell::from(view.count(&of, name));
    let mut cells = vec![count("n"), count("cum.event"), count("n.risk"), count("n.censor")];
    cells.push(view.number(Format::SurvivalInterval, &of, LIMITS).into());
    if exact {
        cells.push(view.number(Format::PercentRange, &of, &["exact.low", "exact.high"]).into());
    }
    cells.push(view.number(Format::Percent(1), &of, &["against"]).into());
    cells.push(view.number(Format::P, &of, &["p.value"]).into());
    let time = time_words(written);
    let label = if group.is_empty() { time } else { format!("{time}, {}", lower_first(group)) };
    table.rows.push(Row::new(label, cells));
}
