//! Dose groups by site: what was given where, and what that forbids.

use oligomet_base::words::lower_first;
use oligomet_results::{AnalysisOutline, StatKey};

use super::cox::estimate_cells;
use super::note_analysis;
use crate::table::{Cell, Row, Table};
use crate::text::{Text, say};
use crate::view::{View, key};

/// The key of a cell, of a site (`dose` empty) or of a dose (`site` empty).
pub(crate) fn cell_key(analysis: &AnalysisOutline, context: &str, site: &str, dose: &str) -> StatKey {
    key(analysis, context, "", "").group(&analysis.by, site).variable(&analysis.factor, dose)
}

/// Levels of a covariate that some patient of the table has: all of those that occur, in their order.
fn given(view: &View<'_>, analysis: &AnalysisOutline, sites: bool) -> Vec<String> {
    let name = if sites { &analysis.by } else { &analysis.factor };
    let occurs = |level: &&String| {
        let of = if sites {
            cell_key(analysis, "dose-by-site", level, "")
        } else {
            cell_key(analysis, "dose-by-site", "", level)
        };
        view.row(&of, "n").is_some_and(|row| row.suppressed || row.stat.unwrap_or(0.0) > 0.0)
    };
    view.levels(name).iter().filter(occurs).cloned().collect()
}

/// Sites as rows, dose groups as columns, empty cells named as such.
pub(super) fn tabulate_cells(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let title = match analysis.title.as_str() {
        "" => format!("{} by {}", view.label(&analysis.factor), lower_first(&view.label(&analysis.by))),
        title => title.to_owned(),
    };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let (sites, doses) = (given(view, analysis, true), given(view, analysis, false));
    let mut headings: Vec<Text> = vec![view.label(&analysis.by).into()];
    headings.extend(doses.iter().map(|dose| Text::from(dose.clone())));
    headings.push("All".into());
    table.head(headings);
    let mut row = |label: &str, site: &str| {
        let mut cells: Vec<Cell> = doses.iter().map(|dose| cell(view, analysis, site, dose)).collect();
        cells.push(cell(view, analysis, site, ""));
        let row = Row::new(label.to_owned(), cells);
        table.rows.push(if site.is_empty() { row.bold() } else { row });
    };
    sites.iter().for_each(|site| row(site, site));
    if !sites.is_empty() {
        row("All sites", "");
    }
    table.note(verdict(view, analysis));
    let all = cell_key(analysis, "dose-by-site", "", "");
    if view.row(&all, "n.missing").is_some_and(|r| r.suppressed || r.stat.unwrap_or(0.0) > 0.0) {
        table.note(say!["Without a known site or dose: ", view.count(&all, "n.missing"), "."]);
    }
    note_analysis(&mut table, view, analysis, &[&analysis.factor, &analysis.by]);
    table.explain_gaps()
}

/// A count; an empty cell says that nothing was given.
fn cell(view: &View<'_>, analysis: &AnalysisOutline, site: &str, dose: &str) -> Cell {
    let of = cell_key(analysis, "dose-by-site", site, dose);
    let number = view.count(&of, "n");
    match view.value(&of, "n") {
        Some(0.0) if !site.is_empty() && !dose.is_empty() => say![number, " (empty)"].into(),
        _ => number.into(),
    }
}

/// Whether an effect of dose may be adjusted for site in these data, in words.
pub(crate) fn verdict(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let of = cell_key(analysis, "positivity", "", "");
    match view.value(&of, "positive") {
        None => Text::default(),
        Some(1.0) => Text::from("Every dose was given at every site: positivity holds in these data."),
        Some(_) => say![
            view.count(&of, "n.empty"),
            " of ",
            view.count(&of, "n.cells"),
            " combinations of site and dose were never given: an effect of dose adjusted for site would be extrapolated into them, so none is given. Read the contrasts within sites."
        ],
    }
}

/// Hazard ratios of dose within each site, and over the sites compared at once.
pub(super) fn tabulate_contrasts(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let endpoint = lower_first(&view.endpoint_label(&analysis.endpoint));
    let title = format!("{} and {endpoint} within sites", view.label(&analysis.factor));
    let mut table = Table::new(format!("{}_within", analysis.id), title, &analysis.id);
    if !view.has(&analysis.id, "within-site") {
        return table;
    }
    let level = view.level(analysis);
    let headings = [
        view.label(&analysis.by),
        "n".into(),
        "Events".into(),
        format!("HR ({level}% CI)"),
        view.symbol().to_owned(),
    ];
    table.head(headings.into_iter().map(Text::from).collect());
    for site in given(view, analysis, true) {
        push_site(&mut table, view, analysis, &site, &site);
    }
    push_site(&mut table, view, analysis, "Sites with two doses or more, each with its own baseline", "");
    let adjusted = key(analysis, "within-site", "", "").group(&analysis.by, "").variable("adjusted", "");
    if let Some(why) = view.row(&adjusted, "estimate").and_then(|row| row.stat_text.clone()) {
        table.note(format!("Dose effect adjusted for site: {why}."));
    }
    table.explain_gaps()
}

fn push_site(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, label: &str, site: &str) {
    let of = |dose: &str| cell_key(analysis, "within-site", site, dose);
    if view.row(&of(""), "n").is_none() {
        return;
    }
    let counts =
        |key: &StatKey| -> Vec<Cell> { vec![view.count(key, "n").into(), view.count(key, "n.event").into()] };
    let mut head = counts(&of(""));
    head.extend([Cell::default(), Cell::default()]);
    table.rows.push(Row::new(label.to_owned(), head).bold());
    let reference = view.variable(&analysis.factor).map_or("", |v| v.reference.as_str());
    for dose in view.levels(&analysis.factor) {
        let key = of(dose);
        if view.row(&key, "n").is_none_or(|r| r.stat == Some(0.0)) {
            continue;
        }
        let mut cells = counts(&key);
        if dose == reference {
            cells.extend([Cell::from("1 [Reference]"), Cell::default()]);
        } else {
            cells.extend(estimate_cells(view, &key));
        }
        table.rows.push(Row::new(dose.clone(), cells).indent(1));
    }
}
