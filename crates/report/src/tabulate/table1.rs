//! Table 1: characteristics of the patients, overall and by group.

use oligomet_base::number::significant;
use oligomet_results::{AnalysisOutline, StatKey};

use super::note_analysis;
use crate::table::{Cell, Row, Table};
use crate::text::{Format, Span, Text, say};
use crate::view::{View, key};

/// How one statistic of a number is shown.
struct Shown {
    words: &'static str,
    names: &'static [&'static str],
    format: fn(usize) -> Format,
    /// Decimals beyond those of the data.
    more: usize,
}

const SHOWN: [(&str, Shown); 3] = [
    (
        "median",
        Shown {
            words: "median (IQR)",
            names: &["median", "p25", "p75"],
            format: Format::MedianQuartiles,
            more: 0,
        },
    ),
    ("mean", Shown { words: "mean (SD)", names: &["mean", "sd"], format: Format::MeanSd, more: 1 }),
    ("range", Shown { words: "range", names: &["min", "max"], format: Format::Range, more: 0 }),
];

/// Table 1 under construction: its columns are "all patients", then the levels of `by`.
struct Build<'a, 'v> {
    view: &'a View<'v>,
    analysis: &'a AnalysisOutline,
    levels: Vec<String>,
    percent_decimals: usize,
    tested: bool,
}

/// Label row and indented levels, a row for missing values where there are any, and a column of standardised
/// differences, or of P values where the study asks for them.
pub(super) fn tabulate_characteristics(view: &View<'_>, analysis: &AnalysisOutline) -> Table {
    let title = if analysis.title.is_empty() { "Characteristics of the patients" } else { &analysis.title };
    let mut table = Table::new(&analysis.id, title, &analysis.id);
    let levels = if analysis.by.is_empty() { Vec::new() } else { view.groups(analysis) };
    let n = view.value(&key(analysis, "table1", "", ""), "n").unwrap_or(0.0);
    let tested = !matches!(analysis.test.as_str(), "" | "none");
    let percent_decimals = view.printer.style.percent_decimals(n as u64);
    let build = Build { view, analysis, levels, percent_decimals, tested };
    build.push_header(&mut table);
    for variable in analysis.variables.iter().filter(|v| **v != analysis.by) {
        if view.is_factor(variable) {
            build.push_factor(&mut table, variable);
        } else {
            build.push_number(&mut table, variable);
        }
    }
    build.note_unknown_group(&mut table);
    table.note("Percentages are of the patients with a known value.");
    let mut names: Vec<&str> = analysis.variables.iter().map(String::as_str).collect();
    names.push(&analysis.by);
    note_analysis(&mut table, view, analysis, &names);
    table.explain_gaps()
}

impl Build<'_, '_> {
    fn key(&self, level: &str) -> StatKey {
        let by = if level.is_empty() { "" } else { self.analysis.by.as_str() };
        key(self.analysis, "table1", by, level)
    }

    /// All columns: "" for all patients, then the levels.
    fn columns(&self) -> impl Iterator<Item = &str> {
        std::iter::once("").chain(self.levels.iter().map(String::as_str))
    }

    fn push_header(&self, table: &mut Table) {
        let mut headings: Vec<Text> = vec!["Characteristic".into()];
        for level in self.columns() {
            let label = if level.is_empty() { "All patients" } else { level };
            headings.push(say![format!("{label} (n = "), self.view.count(&self.key(level), "n"), ")"]);
        }
        if !self.levels.is_empty() {
            headings.push(self.comparison_heading(table));
        }
        table.head(headings);
    }

    fn comparison_heading(&self, table: &mut Table) -> Text {
        if self.tested {
            return self.view.symbol().into();
        }
        let keys = self.analysis.variables.iter().map(|v| self.between(v));
        let method = keys.filter_map(|k| self.view.method_title(&k, "smd")).next();
        let mut heading = say!["SMD"];
        let text = match method {
            Some(method) => format!("SMD: {}.", oligomet_base::words::lower_first(&method)),
            None => "Standardised mean difference.".into(),
        };
        heading.push(table.letter(text));
        heading
    }

    /// The key of the comparison of the groups.
    fn between(&self, variable: &str) -> StatKey {
        key(self.analysis, "table1", &self.analysis.by, "").variable(variable, "")
    }

    fn comparison(&self, table: &mut Table, variable: &str) -> Option<Cell> {
        if self.levels.is_empty() {
            return None;
        }
        let key = self.between(variable);
        if !self.tested {
            return Some(self.view.number(Format::Decimal(2), &key, &["smd"]).into());
        }
        let mut text = say![self.view.number(Format::P, &key, &["p.value"])];
        if let Some(method) = self.view.method_title(&key, "p.value").filter(|_| !text.is_empty()) {
            text.push(table.letter(format!("{method}.")));
        }
        Some(text.into())
    }

    fn row(&self, label: impl Into<Text>, cell: impl Fn(&StatKey) -> Span) -> Row {
        let cells = self.columns().map(|level| Cell::from(Text(vec![cell(&self.key(level))]))).collect();
        Row::new(label, cells)
    }

    fn empty_row(&self, label: String) -> Row {
        Row::new(label, self.columns().map(|_| Cell::default()).collect()).bold()
    }

    fn push_factor(&self, table: &mut Table, variable: &str) {
        let mut head = self.empty_row(format!("{}, n (%)", self.view.label(variable)));
        head.cells.extend(self.comparison(table, variable));
        table.rows.push(head);
        for level in self.view.levels(variable) {
            let number = |key: &StatKey| {
                let key = key.clone().variable(variable, level);
                self.view.number(Format::CountPercent(self.percent_decimals), &key, &["n", "p"]).into()
            };
            self.push_indented(table, self.row(level.clone(), number));
        }
        self.push_missing(table, variable);
    }

    fn push_number(&self, table: &mut Table, variable: &str) {
        let wanted = |name: &str| match self.analysis.numbers.is_empty() {
            true => name == "median",
            false => self.analysis.numbers.iter().any(|n| n == name),
        };
        let shown: Vec<&Shown> = SHOWN.iter().filter(|(name, _)| wanted(name)).map(|(_, s)| s).collect();
        let label = self.view.label_unit(variable);
        let decimals = self.decimals(variable);
        let row = |label: String, shown: &Shown| {
            let format = (shown.format)(decimals + shown.more);
            self.row(label, |key| {
                self.view.number(format, &key.clone().variable(variable, ""), shown.names).into()
            })
        };
        if let [only] = shown.as_slice() {
            let mut row = row(format!("{label}, {}", only.words), only).bold();
            row.cells.extend(self.comparison(table, variable));
            table.rows.push(row);
        } else {
            let mut head = self.empty_row(label);
            head.cells.extend(self.comparison(table, variable));
            table.rows.push(head);
            for shown in shown {
                let words = crate::table::sentence(shown.words).trim_end_matches('.').to_owned();
                self.push_indented(table, row(words, shown));
            }
        }
        self.push_missing(table, variable);
    }

    /// Patients whose group is unknown are in the first column alone.
    fn note_unknown_group(&self, table: &mut Table) {
        let key = self.key("").variable(&self.analysis.by, "");
        let some =
            self.view.row(&key, "n.missing").is_some_and(|r| r.suppressed || r.stat.unwrap_or(0.0) > 0.0);
        if some && !self.levels.is_empty() {
            let by = oligomet_base::words::lower_first(&self.view.label(&self.analysis.by));
            let n = self.view.count(&key, "n.missing");
            table.note(say!["Patients whose ", by, " is unknown are in the first column alone: ", n, "."]);
        }
    }

    fn push_indented(&self, table: &mut Table, mut row: Row) {
        if !self.levels.is_empty() {
            row.cells.push(Cell::default());
        }
        table.rows.push(row.indent(1));
    }

    fn push_missing(&self, table: &mut Table, variable: &str) {
        let missing = |level: &str| {
            let key = self.key(level).variable(variable, "");
            let row = self.view.row(&key, "n.missing");
            row.is_some_and(|r| r.suppressed || r.stat.unwrap_or(0.0) > 0.0)
        };
        if self.columns().any(missing) {
            let count =
                |key: &StatKey| self.view.count(&key.clone().variable(variable, ""), "n.missing").into();
            self.push_indented(table, self.row("Missing", count));
        }
    }

    /// Decimals that the values of a variable need: none for whole numbers, else so many that the quartile
    /// farther from zero has three significant figures.
    fn decimals(&self, variable: &str) -> usize {
        let key = self.key("").variable(variable, "");
        let values: Vec<f64> =
            ["median", "p25", "p75"].iter().filter_map(|name| self.view.value(&key, name)).collect();
        if values.iter().all(|v| v.fract() == 0.0) {
            return 0;
        }
        let greatest = values.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
        significant(greatest, 3).split_once('.').map_or(0, |(_, digits)| digits.len()).min(4)
    }
}
