//! Cause-specific hazards beside Fine and Gray's model.

use oligomet_base::words::lower_first;
use oligomet_results::{AnalysisOutline, StatKey, TermOutline};

use super::cox::estimate_cells;
use super::incidence::causes;
use super::note_analysis;
use crate::table::{Cell, HeaderCell, Row, Table};
use crate::text::{Text, say};
use crate::view::{View, key};

/// A model of the analysis: its words and where its coefficients are.
struct Model {
    words: String,
    coefficients: StatKey,
    fit: StatKey,
}

/// Terms as rows; for every cause the cause-specific hazard ratio, and the subdistribution hazard ratio of the event beside it.
pub(super) fn tabulate_competing_models(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let title = match analysis.title.as_str() {
        "" => format!("Competing risks: {}", lower_first(&view.endpoint_label(&analysis.endpoint))),
        title => title.to_owned(),
    };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let models: Vec<Model> = models(view, analysis)
        .into_iter()
        .filter(|m| view.run.stats.rows().iter().any(|r| r.key == m.fit))
        .collect();
    if models.is_empty() {
        return table;
    }
    push_header(&mut table, view, analysis, &models);
    for term in &analysis.terms {
        push_term(&mut table, view, term, &models);
    }
    for model in &models {
        note_fit(&mut table, view, model);
    }
    table.note(
        "A cause-specific hazard ratio says what acts on the rate of that event among those still free of all. The subdistribution hazard ratio says what acts on the share of patients with the event, whatever the way: it may differ from 1 only because the factor acts on a competing event. Neither is read alone.",
    );
    let names: Vec<&str> = analysis.terms.iter().map(|t| t.variable.as_str()).collect();
    note_analysis(&mut table, view, analysis, &names);
    table.explain_gaps()
}

fn models(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Model> {
    let of = |context: &str, cause: &str| {
        let key = key(analysis, context, "", "");
        if cause.is_empty() { key } else { key.group("cause", cause) }
    };
    let causes = causes(view, analysis);
    let specific = |cause: &String| Model {
        words: format!("{cause}: cause-specific"),
        coefficients: of("cause-specific", cause),
        fit: of("cause-specific.fit", cause),
    };
    let event = causes.first().map_or("Event", String::as_str);
    let fine_gray = Model {
        words: format!("{event}: subdistribution (Fine-Gray)"),
        coefficients: of("finegray", ""),
        fit: of("finegray.fit", ""),
    };
    let mut out: Vec<Model> = causes.iter().map(specific).collect();
    out.insert(out.len().min(1), fine_gray);
    out
}

fn push_header(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, models: &[Model]) {
    let level = view.level(analysis);
    let mut first = vec![HeaderCell { text: Text::default(), span: 1 }];
    let mut second: Vec<Text> = vec!["Factor".into()];
    for model in models {
        first.push(HeaderCell { text: model.words.clone().into(), span: 2 });
        second.push(format!("HR ({level}% CI)").into());
        second.push(view.symbol().to_owned().into());
    }
    table.header.push(first);
    table.head(second);
}

fn push_term(table: &mut Table, view: &View<'_>, term: &TermOutline, models: &[Model]) {
    let cells = |level: &str| -> Vec<Cell> {
        let of =
            |model: &Model| estimate_cells(view, &model.coefficients.clone().variable(&term.variable, level));
        models.iter().flat_map(of).collect()
    };
    if !view.is_factor(&term.variable) {
        table.rows.push(Row::new(view.term_label(term), cells("")).bold());
        return;
    }
    table.rows.push(Row::new(view.term_label(term), vec![Cell::default(); 2 * models.len()]).bold());
    let reference = view.variable(&term.variable).map_or("", |v| v.reference.as_str());
    for level in view.levels(&term.variable) {
        if level == reference {
            let none = [Cell::from("1 [Reference]"), Cell::default()];
            let cells = models.iter().flat_map(|_| none.clone()).collect();
            table.rows.push(Row::new(level.clone(), cells).indent(1));
        } else if models.iter().any(|m| {
            view.row(&m.coefficients.clone().variable(&term.variable, level), "hazard.ratio").is_some()
        }) {
            table.rows.push(Row::new(level.clone(), cells(level)).indent(1));
        }
    }
}

fn note_fit(table: &mut Table, view: &View<'_>, model: &Model) {
    if view.row(&model.fit, "n").is_none() {
        return;
    }
    let mut note = say![
        format!("{}: ", model.words),
        view.count(&model.fit, "n"),
        " patients, ",
        view.count(&model.fit, "n.event"),
        " events",
    ];
    let missing = view.row(&model.fit, "n.missing");
    if missing.is_some_and(|r| r.suppressed || r.stat.unwrap_or(0.0) > 0.0) {
        note.append(say!["; ", view.count(&model.fit, "n.missing"), " left out for a missing value"]);
    }
    note.push(".");
    table.note(note);
}
