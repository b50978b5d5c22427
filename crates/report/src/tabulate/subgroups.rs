//! One factor's hazard ratio within the levels of covariates, with tests of interaction.

use oligomet_base::words::lower_first;
use oligomet_results::{AnalysisOutline, StatKey};

use super::cox::estimate_cells;
use super::note_analysis;
use crate::table::{Cell, Row, Table};
use crate::text::{Format, Text, say};
use crate::view::{View, key};

/// The key of a subgroup's number: `level` is the factor's, `""` for all of the subgroup.
pub(crate) fn subgroup_key(
    analysis: &AnalysisOutline,
    context: &str,
    factor_level: &str,
    name: &str,
    level: &str,
) -> StatKey {
    key(analysis, context, "", "").group(&analysis.factor, factor_level).variable(name, level)
}

/// The levels of the factor that are compared with its reference level.
pub(crate) fn compared(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<String> {
    let reference = view.variable(&analysis.factor).map_or("", |v| v.reference.as_str());
    view.levels(&analysis.factor).iter().filter(|level| *level != reference).cloned().collect()
}

/// Subgroups in their order: all patients, then covariate by covariate (`name`, `level`); a level of `None` is the covariate's own row.
pub(crate) fn subgroup_rows(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<(String, Option<String>)> {
    let mut out = vec![("overall".to_owned(), Some(String::new()))];
    for name in &analysis.variables {
        out.push((name.clone(), None));
        for level in view.levels(name) {
            if view.row(&subgroup_key(analysis, "subgroup", "", name, level), "n").is_some() {
                out.push((name.clone(), Some(level.clone())));
            }
        }
    }
    out
}

/// Subgroup; events and patients of every level of the factor; hazard ratios; P for interaction on the covariate's row.
pub(super) fn tabulate_subgroups(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let endpoint = lower_first(&view.endpoint_label(&analysis.endpoint));
    let factor = view.label(&analysis.factor);
    let title = match analysis.title.as_str() {
        "" => format!("{factor} and {endpoint} in subgroups"),
        title => title.to_owned(),
    };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let compared = compared(view, analysis);
    push_header(&mut table, view, analysis, &compared);
    for (name, level) in subgroup_rows(view, analysis) {
        match level {
            None => table.rows.push(covariate_row(view, analysis, &name, compared.len())),
            Some(level) => table.rows.push(level_row(view, analysis, &name, &level, &compared)),
        }
    }
    let reference = view.variable(&analysis.factor).map_or("", |v| v.reference.as_str());
    table.note(format!("Hazard ratios of {} against {reference}.", compared.join(", ")));
    table.note("A hazard ratio in a subgroup says nothing of a difference between subgroups; the test of interaction does.");
    note_analysis(&mut table, view, analysis, &[&analysis.factor]);
    table.explain_gaps()
}

fn push_header(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, compared: &[String]) {
    let level = view.level(analysis);
    let mut headings: Vec<Text> = vec!["Subgroup".into()];
    headings.extend(view.levels(&analysis.factor).iter().map(|arm| Text::from(format!("{arm}: events / n"))));
    for arm in compared {
        headings.push(match compared {
            [_] => format!("HR ({level}% CI)").into(),
            _ => format!("{arm}: HR ({level}% CI)").into(),
        });
    }
    let mut p = say![format!("{} for interaction", view.symbol())];
    p.push(
        table.letter(
            "Test of the products of factor and covariate, over all levels of the covariate at once.",
        ),
    );
    headings.push(p);
    table.head(headings);
}

fn covariate_row(view: &View<'_>, analysis: &AnalysisOutline, name: &str, n_compared: usize) -> Row {
    let test = subgroup_key(analysis, "interaction", "", name, "");
    let mut cells = vec![Cell::default(); view.levels(&analysis.factor).len() + n_compared];
    cells.push(view.number(Format::P, &test, &["p.value"]).into());
    Row::new(view.label(name), cells).bold()
}

fn level_row(
    view: &View<'_>,
    analysis: &AnalysisOutline,
    name: &str,
    level: &str,
    compared: &[String],
) -> Row {
    let arm = |arm: &String| {
        let key = subgroup_key(analysis, "subgroup.arm", arm, name, level);
        Cell::from(say![view.count(&key, "n.event"), " / ", view.count(&key, "n")])
    };
    let mut cells: Vec<Cell> = view.levels(&analysis.factor).iter().map(arm).collect();
    for arm in compared {
        let [ratio, _] = estimate_cells(view, &subgroup_key(analysis, "subgroup", arm, name, level));
        cells.push(ratio);
    }
    cells.push(Cell::default());
    match name {
        "overall" => Row::new("All patients", cells).bold(),
        _ => Row::new(level.to_owned(), cells).indent(1),
    }
}
