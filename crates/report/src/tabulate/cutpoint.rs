//! Cut-points searched in the data, never without their adjusted P values.

use oligomet_base::words::lower_first;
use oligomet_results::{AnalysisOutline, StatKey, TermOutline};

use super::note_analysis;
use crate::table::{Cell, Row, Table};
use crate::text::{Format, say};
use crate::view::{View, key};

/// Ways of adjusting P, in the order in which they are shown, with their words.
pub(crate) const METHODS: [(&str, &str); 4] = [
    ("condmc", "Permutations of these data"),
    ("gauss", "Correlated normal statistics of these data"),
    ("lau94", "Improved Bonferroni (asymptotic)"),
    ("lau92", "Lausen and Schumacher (asymptotic)"),
];

/// The key of a number of a search.
pub(crate) fn cut_key(analysis: &AnalysisOutline, variable: &str, level: &str) -> StatKey {
    key(analysis, "cutpoint", "", "").variable(variable, level)
}

/// Words of a method as the key has it; the key's own word where it is none of ours.
fn method_words(view: &View<'_>, of: &StatKey) -> String {
    let known = METHODS.iter().find(|(name, _)| *name == of.variable_level);
    known.map_or_else(
        || view.method_title(of, "p.value").unwrap_or_else(|| of.variable_level.clone()),
        |(_, words)| (*words).to_owned(),
    )
}

/// The searches of a term that have P values, those on the data at hand first.
pub(crate) fn searches(view: &View<'_>, analysis: &AnalysisOutline, term: &TermOutline) -> Vec<StatKey> {
    let mut keys: Vec<StatKey> = view
        .run
        .stats
        .of(&analysis.id, "cutpoint")
        .filter(|row| row.key.variable == term.variable && row.stat_name == "p.value")
        .map(|row| row.key.clone())
        .filter(|key| key.variable_level != "max-t")
        .collect();
    let place = |key: &StatKey| METHODS.iter().position(|(name, _)| *name == key.variable_level);
    keys.sort_by_key(|key| place(key).unwrap_or(METHODS.len()));
    keys
}

/// Per covariate: the cut-point with its interval, the statistic, every adjusted P value, and the effect shrunk for the search.
pub(super) fn tabulate_cutpoints(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let title = match analysis.title.as_str() {
        "" => format!("Cut-points for {}", lower_first(&view.endpoint_label(&analysis.endpoint))),
        title => title.to_owned(),
    };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let p = format!("Adjusted {}", view.symbol());
    table.head(vec!["Covariate".into(), "Cut-point".into(), "Statistic".into(), p.into()]);
    for term in &analysis.terms {
        push_term(&mut table, view, analysis, term);
    }
    if table.rows.is_empty() {
        return table;
    }
    let n = cut_key(analysis, "n", "");
    if view.row(&n, "n").is_some() {
        table.note(say![view.count(&n, "n"), " patients, ", view.count(&n, "n.event"), " events."]);
    }
    table.note(
        "The P value of the cut-point taken as if it had been chosen beforehand is not shown: it is wrong.",
    );
    let names: Vec<&str> = analysis.terms.iter().map(|t| t.variable.as_str()).collect();
    note_analysis(&mut table, view, analysis, &names);
    table.explain_gaps()
}

fn push_term(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, term: &TermOutline) {
    let searches = searches(view, analysis, term);
    let Some(first) = searches.first() else { return };
    let cells = vec![
        view.number(Format::Decimal(2), first, &["cutpoint"]).into(),
        view.number(Format::Decimal(2), first, &["statistic"]).into(),
        Cell::default(),
    ];
    table.rows.push(Row::new(view.label_unit(&term.variable), cells).bold());
    for key in &searches {
        let mut p = say![view.number(Format::P, key, &["p.value"])];
        if let Some(warning) = view.row(key, "p.value").and_then(|r| r.warning.clone()) {
            p.push(table.letter(crate::table::sentence(&warning)));
        }
        let cells = vec![Cell::default(), Cell::default(), p.into()];
        table.rows.push(Row::new(method_words(view, key), cells).indent(1));
    }
    let all = cut_key(analysis, &term.variable, "max-t");
    if view.row(&all, "p.value").is_some() {
        let cells = vec![Cell::default(), Cell::default(), view.number(Format::P, &all, &["p.value"]).into()];
        table.rows.push(Row::new("Adjusted for the cuts of all covariates", cells).indent(1));
    }
    push_interval(table, view, analysis, term);
}

/// The interval of the cut-point and the effect shrunk for its choice.
fn push_interval(table: &mut Table, view: &View<'_>, analysis: &AnalysisOutline, term: &TermOutline) {
    let interval = cut_key(analysis, &term.variable, "interval");
    if view.value(&interval, "conf.low").is_some() {
        let range = view.number(Format::Range(2), &interval, &["conf.low", "conf.high"]);
        let level = view.level(analysis);
        let mut label = say![format!("Cut-points found again in resamples, {level}%")];
        if view.value(&interval, "same.cut").is_some() {
            let same = view.number(Format::Percent(0), &interval, &["same.cut"]);
            label.append(say!["; the same one in ", same, "%"]);
        }
        let cells = vec![range.into(), Cell::default(), Cell::default()];
        table.rows.push(Row::new(label, cells).indent(1));
    }
    let effect = cut_key(analysis, &term.variable, "effect");
    if view.value(&effect, "estimate").is_some() {
        let number = |name| view.number(Format::Decimal(2), &effect, &[name]);
        table.note(say![
            format!("{}: log hazard ratio at the cut-point ", view.label(&term.variable)),
            number("estimate.naive"),
            ", shrunk for its choice ",
            number("estimate"),
            "."
        ]);
    }
}
