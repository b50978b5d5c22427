//! Cox models, univariable and multivariable side by side, and their test of proportional hazards.

use oligomet_results::{AnalysisOutline, StatKey, TermOutline};

use super::note_analysis;
use crate::table::{Cell, HeaderCell, Row, Table};
use crate::text::{Format, Text, say};
use crate::view::{View, key};

/// The contexts that a Cox analysis has, in print order.
pub(crate) fn cox_contexts(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<(&'static str, &'static str)> {
    let all = [("cox.uni", "Univariable"), ("cox", "Multivariable")];
    all.into_iter().filter(|(context, _)| view.has(&analysis.id, context)).collect()
}

/// Label row and indented levels with n, events and hazard ratios; reference rows; the P value over all levels on the label row.
pub(super) fn tabulate_cox(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let title = match analysis.title.as_str() {
        "" => format!(
            "Hazard ratios for {}",
            oligomet_base::words::lower_first(&view.endpoint_label(&analysis.endpoint))
        ),
        title => title.to_owned(),
    };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let contexts = cox_contexts(view, analysis);
    if contexts.is_empty() {
        return table;
    }
    push_header(&mut table, view, analysis, &contexts);
    for term in &analysis.terms {
        if view.is_factor(&term.variable) {
            push_factor(&mut table, view, analysis, term, &contexts);
        } else {
            push_number(&mut table, view, analysis, term, &contexts);
        }
    }
    push_fit(&mut table, view, analysis);
    let names: Vec<&str> = analysis.terms.iter().map(|t| t.variable.as_str()).collect();
    note_analysis(&mut table, view, analysis, &names);
    table.explain_gaps()
}

fn push_header(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, contexts: &[(&str, &str)]) {
    let level = view.level(analysis);
    let mut first = vec![HeaderCell { text: Text::default(), span: 3 }];
    let mut second: Vec<Text> = vec!["Factor".into(), "n".into(), "Events".into()];
    for (_, words) in contexts {
        first.push(HeaderCell { text: (*words).into(), span: 2 });
        second.push(format!("HR ({level}% CI)").into());
        let mut p = say![view.symbol().to_owned()];
        p.push(table.letter(
            "Wald test of the row's coefficient; on the row of a factor the likelihood-ratio test over all its levels.",
        ));
        second.push(p);
    }
    table.header.push(first);
    table.head(second);
}

fn coefficient(analysis: &AnalysisOutline, context: &str, term: &str, level: &str) -> StatKey {
    key(analysis, context, "", "").variable(term, level)
}

/// n and events of a row: of the multivariable model where the term is in it, else of the univariable one.
fn counts(view: &View<'_>, analysis: &AnalysisOutline, term: &str, level: &str) -> [Cell; 2] {
    let multi = coefficient(analysis, "cox", term, level);
    let key = match view.row(&multi, "n") {
        Some(_) => multi,
        None => coefficient(analysis, "cox.uni", term, level),
    };
    [view.count(&key, "n").into(), view.count(&key, "n.event").into()]
}

pub(super) fn estimate_cells(view: &View<'_>, key: &StatKey) -> [Cell; 2] {
    if view.row(key, "hazard.ratio").is_none() {
        return [Cell::words("not in the model"), Cell::default()];
    }
    let ratio = view.ratio(Format::RatioInterval, key);
    let p = match view.value(key, "hazard.ratio") {
        Some(_) => view.number(Format::P, key, &["p.value"]).into(),
        None => Cell::default(),
    };
    [ratio.into(), p]
}

fn push_number(
    table: &mut Table,
    view: &View<'_>,
    analysis: &AnalysisOutline,
    term: &TermOutline,
    contexts: &[(&str, &str)],
) {
    let mut cells = counts(view, analysis, &term.variable, "").to_vec();
    for (context, _) in contexts {
        cells.extend(estimate_cells(view, &coefficient(analysis, context, &term.variable, "")));
    }
    table.rows.push(Row::new(view.term_label(term), cells).bold());
}

fn push_factor(
    table: &mut Table,
    view: &View<'_>,
    analysis: &AnalysisOutline,
    term: &TermOutline,
    contexts: &[(&str, &str)],
) {
    let levels = view.levels(&term.variable);
    let mut head = vec![Cell::default(), Cell::default()];
    for (context, _) in contexts {
        head.push(Cell::default());
        head.push(if levels.len() > 2 {
            let all = coefficient(analysis, context, &term.variable, "");
            view.number(Format::P, &all, &["p.value.global"]).into()
        } else {
            Cell::default()
        });
    }
    table.rows.push(Row::new(view.term_label(term), head).bold());
    let reference = view.variable(&term.variable).map_or("", |v| v.reference.as_str());
    for level in levels {
        push_level(table, view, analysis, &term.variable, level, level == reference, contexts);
    }
}

fn push_level(
    table: &mut Table,
    view: &View<'_>,
    analysis: &AnalysisOutline,
    term: &str,
    level: &str,
    is_reference: bool,
    contexts: &[(&str, &str)],
) {
    let mut cells = counts(view, analysis, term, level).to_vec();
    if !is_reference && cells.iter().all(|c| c.text.is_empty()) {
        return; // a level that no patient of this analysis has
    }
    for (context, _) in contexts {
        if is_reference {
            cells.extend([Cell::from("1 [Reference]"), Cell::default()]);
        } else {
            cells.extend(estimate_cells(view, &coefficient(analysis, context, term, level)));
        }
    }
    table.rows.push(Row::new(level.to_owned(), cells).indent(1));
}

/// What a reader needs to judge the multivariable model: size, discrimination, proportional hazards.
fn push_fit(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline) {
    let fit = key(analysis, "cox.fit", "", "");
    if view.row(&fit, "n").is_some() {
        let mut size = say![
            "Multivariable model: ",
            view.count(&fit, "n"),
            " patients, ",
            view.count(&fit, "n.event"),
            " events, ",
            view.count(&fit, "df"),
            " parameters",
        ];
        if view.row(&fit, "n.missing").is_some() {
            size.append(say!["; ", view.count(&fit, "n.missing"), " patients left out for a missing value"]);
        }
        size.push(".");
        table.note(size);
    }
    if view.value(&fit, "concordance").is_some() {
        let number = |name| view.number(Format::Decimal(3), &fit, &[name]);
        table.note(say![
            "Harrell's C ",
            number("concordance"),
            " (standard error ",
            number("concordance.se"),
            ")."
        ]);
    }
    let global = key(analysis, "cox.ph", "", "").variable("GLOBAL", "");
    if view.row(&global, "p.value").is_some() {
        let p = view.number(Format::PStatement, &global, &["p.value"]);
        table.note(say!["Test of proportional hazards over all terms: ", p, "."]);
    }
    if !matches!(analysis.select.as_str(), "" | "none") {
        table.note(format!("Terms of the multivariable model were selected: {}.", analysis.select));
    }
}

/// The test of proportional hazards per term and over all of them.
pub(super) fn tabulate_proportional_hazards(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let endpoint = oligomet_base::words::lower_first(&view.endpoint_label(&analysis.endpoint));
    let title = format!("Test of proportional hazards: {endpoint}, multivariable model");
    let mut table = Table::new(format!("{}_ph", analysis.id), title, &analysis.id);
    table.head(vec!["Term".into(), "χ²".into(), "df".into(), view.symbol().to_owned().into()]);
    let terms = analysis.terms.iter().map(|t| (t.variable.as_str(), view.label(&t.variable)));
    for (name, label) in terms.chain([("GLOBAL", "All terms".to_owned())]) {
        let test = key(analysis, "cox.ph", "", "").variable(name, "");
        if view.row(&test, "p.value").is_none() {
            continue;
        }
        let cells = vec![
            view.number(Format::Decimal(2), &test, &["statistic"]).into(),
            view.count(&test, "parameter").into(),
            view.number(Format::P, &test, &["p.value"]).into(),
        ];
        let row = Row::new(label, cells);
        table.rows.push(if name == "GLOBAL" { row.bold() } else { row });
    }
    table.explain_gaps()
}
