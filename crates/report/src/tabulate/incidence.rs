//! Cumulative incidence of competing events: by cause, group and time.

use oligomet_base::words::lower_first;
use oligomet_results::{AnalysisOutline, StatKey};

use super::note_analysis;
use crate::print::time_level;
use crate::table::{Cell, Row, Table};
use crate::text::{Format, Text, say};
use crate::view::{View, key, time_adjective, time_words};

/// The causes of an endpoint in their order: the event first.
pub(crate) fn causes<'a>(view: &View<'a>, analysis: &AnalysisOutline) -> &'a [String] {
    view.endpoint(&analysis.endpoint).map_or(&[], |e| &e.causes)
}

/// The key of one cause of a group: the cause is the second group, whether or not there is a first.
pub(crate) fn cause_key(analysis: &AnalysisOutline, context: &str, level: &str, cause: &str) -> StatKey {
    let mut key = key(analysis, context, &analysis.by, level);
    key.groups[1] = oligomet_results::Group { name: "cause".to_owned(), level: cause.to_owned() };
    key
}

/// Cause and group, n, events, incidence at the times asked for, P of Gray's test.
pub(super) fn tabulate_incidence(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let endpoint = view.endpoint_label(&analysis.endpoint);
    let title = match (analysis.title.as_str(), analysis.by.as_str()) {
        ("", "") => format!("Cumulative incidence: {}", lower_first(&endpoint)),
        ("", by) => {
            format!("Cumulative incidence: {} by {}", lower_first(&endpoint), lower_first(&view.label(by)))
        }
        (title, _) => title.to_owned(),
    };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let tested =
        causes(view, analysis).iter().any(|cause| view.row(&gray_key(analysis, cause), "p.value").is_some());
    push_header(&mut table, view, analysis, tested);
    for cause in causes(view, analysis) {
        push_cause(&mut table, view, analysis, cause, tested);
    }
    for (days, written) in &analysis.at {
        note_complement(&mut table, view, analysis, *days, written);
    }
    note_start(&mut table, view, analysis);
    note_analysis(&mut table, view, analysis, &[&analysis.by]);
    table.explain_gaps()
}

/// The key of Gray's test for a cause.
pub(crate) fn gray_key(analysis: &AnalysisOutline, cause: &str) -> StatKey {
    cause_key(analysis, "gray", "", cause).variable("gray", "")
}

fn push_header(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, tested: bool) {
    let level = view.level(analysis);
    let mut headings: Vec<Text> = vec!["Event".into(), "n".into(), "Events".into()];
    headings.extend(
        analysis
            .at
            .iter()
            .map(|(_, written)| format!("{} incidence, % ({level}% CI)", time_adjective(written)).into()),
    );
    if tested {
        let mut p = say![view.symbol().to_owned()];
        p.push(table.letter("Gray's test of the cumulative incidence between the groups."));
        headings.push(p);
    }
    table.head(headings);
}

fn push_cause(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, cause: &str, tested: bool) {
    if analysis.by.is_empty() {
        let cells = cells(view, analysis, &cause_key(analysis, "cif", "", cause));
        table.rows.push(Row::new(cause.to_owned(), cells).bold());
        return;
    }
    let mut head = Row::new(cause.to_owned(), vec![Cell::default(); 2 + analysis.at.len()]).bold();
    if tested {
        head.cells.push(view.number(Format::P, &gray_key(analysis, cause), &["p.value"]).into());
    }
    table.rows.push(head);
    for level in view.groups(analysis) {
        let of = cause_key(analysis, "cif", &level, cause);
        if view.row(&of.clone().variable("n", ""), "n").is_none() {
            continue;
        }
        let mut row = Row::new(level.clone(), cells(view, analysis, &of)).indent(1);
        if tested {
            row.cells.push(Cell::default());
        }
        table.rows.push(row);
    }
}

fn cells(view: &View<'_>, analysis: &AnalysisOutline, of: &StatKey) -> Vec<Cell> {
    let n = of.clone().variable("n", "");
    let mut cells: Vec<Cell> = vec![view.count(&n, "n").into(), view.count(&n, "n.event").into()];
    for (days, _) in &analysis.at {
        let at = of.clone().variable("time", &time_level(*days));
        cells.push(view.estimate(Format::SurvivalInterval, &at).into());
    }
    cells
}

/// What the complement of Kaplan-Meier would have said, so that nobody has to guess why numbers differ.
fn note_complement(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, days: f64, written: &str) {
    let [event, _, ..] = causes(view, analysis) else { return };
    let mut parts = Vec::new();
    for level in view.groups(analysis) {
        let at = cause_key(analysis, "cif", &level, event).variable("time", &time_level(days));
        if view.value(&at, "one.minus.km").is_some() {
            let number = view.number(Format::Survival, &at, &["one.minus.km"]);
            parts.push(if level.is_empty() { say![number] } else { say![number, format!(" ({level})")] });
        }
    }
    if parts.is_empty() {
        return;
    }
    let mut note = say![format!(
        "One minus Kaplan-Meier, which takes the competing events for the end of follow-up, would give for {} at {}: ",
        lower_first(event),
        time_words(written)
    )];
    note.append(Text::list(parts));
    note.push(".");
    table.note(note);
}

/// Where curves begin later than at time zero.
pub(super) fn note_start(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline) {
    let start = view.endpoint(&analysis.endpoint).and_then(|e| e.conditional_from);
    if let Some(days) = start {
        table.note(format!(
            "Conditional: counted among those still under observation {} after time zero, where the risk set reached the least size stated.",
            view.duration_words(days)
        ));
    }
}
