//! The results as tables and sentences ask for them.

use oligomet_base::number::shortest;
use oligomet_base::{Duration, TimeUnit};
use oligomet_results::{
    AnalysisOutline, CurveRow, EndpointOutline, RunResults, StatKey, StatRow, TermOutline, VariableKind,
    VariableOutline,
};

use crate::print::{Printer, values_of};
use crate::text::{Format, Number, Source};

/// A run with its printer.
pub(crate) struct View<'a> {
    pub(crate) run: &'a RunResults,
    pub(crate) printer: Printer,
}

impl<'a> View<'a> {
    pub(crate) fn new(run: &'a RunResults) -> Self {
        Self { run, printer: Printer::of(run) }
    }

    /// The numbers of a key, printed.
    pub(crate) fn number(&self, format: Format, key: &StatKey, names: &[&'static str]) -> Number {
        let source = Source::Stat { key: Box::new(key.clone()), names: names.to_vec() };
        let row = names.iter().find_map(|name| self.run.stats.row(key, name));
        self.bound(format, source, row.map(|r| r.cohort_id.clone()).unwrap_or_default())
    }

    pub(crate) fn bound(&self, format: Format, source: Source, cohort_id: String) -> Number {
        let (values, conf_level) = values_of(self.run, &source);
        let printed = self.printer.print(format, &values, conf_level);
        Number { text: printed.text, format, source, cohort_id, note: printed.note }
    }

    pub(crate) fn count(&self, key: &StatKey, name: &'static str) -> Number {
        self.number(Format::Count, key, &[name])
    }

    pub(crate) fn estimate(&self, format: Format, key: &StatKey) -> Number {
        self.number(format, key, &["estimate", "conf.low", "conf.high"])
    }

    pub(crate) fn ratio(&self, format: Format, key: &StatKey) -> Number {
        self.number(format, key, &["hazard.ratio", "hazard.ratio.low", "hazard.ratio.high"])
    }

    pub(crate) fn row(&self, key: &StatKey, name: &str) -> Option<&'a StatRow> {
        self.run.stats.row(key, name)
    }

    pub(crate) fn value(&self, key: &StatKey, name: &str) -> Option<f64> {
        self.run.stats.value(key, name)
    }

    /// Whether the table has rows of an analysis and context.
    pub(crate) fn has(&self, analysis_id: &str, context: &str) -> bool {
        self.run.stats.of(analysis_id, context).next().is_some()
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&'a VariableOutline> {
        self.run.outline.variables.iter().find(|v| v.name == name)
    }

    /// A covariate's label; its name where the outline does not know it.
    pub(crate) fn label(&self, name: &str) -> String {
        match self.variable(name) {
            Some(v) if !v.label.is_empty() => v.label.clone(),
            _ => name.to_owned(),
        }
    }

    /// A covariate's label with its unit: `Age, years`.
    pub(crate) fn label_unit(&self, name: &str) -> String {
        match self.variable(name) {
            Some(v) if !v.unit.is_empty() => format!("{}, {}", self.label(name), v.unit),
            _ => self.label(name),
        }
    }

    pub(crate) fn levels(&self, name: &str) -> &'a [String] {
        self.variable(name).map_or(&[], |v| &v.levels)
    }

    pub(crate) fn is_factor(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|v| v.kind == VariableKind::Factor)
    }

    /// A model term as printed: `Age, per 10 years`.
    pub(crate) fn term_label(&self, term: &TermOutline) -> String {
        let label = self.label(&term.variable);
        let unit = self.variable(&term.variable).map(|v| v.unit.clone()).unwrap_or_default();
        match (self.is_factor(&term.variable), term.per) {
            (true, _) => label,
            (false, Some(per)) if per != 1.0 => {
                format!("{label}, per {} {unit}", shortest(per)).trim_end().into()
            }
            (false, _) if unit.is_empty() => format!("{label}, per unit"),
            (false, _) => format!("{label}, per {}", singular(&unit)),
        }
    }

    /// A model term in a sentence: `age (per 10 years)`.
    pub(crate) fn term_words(&self, term: &TermOutline) -> String {
        let label = self.term_label(term);
        match label.rsplit_once(", per ") {
            Some((name, per)) if !self.is_factor(&term.variable) => format!("{name} (per {per})"),
            _ => label,
        }
    }

    pub(crate) fn endpoint(&self, name: &str) -> Option<&'a EndpointOutline> {
        self.run.outline.endpoints.iter().find(|e| e.name == name)
    }

    pub(crate) fn endpoint_label(&self, name: &str) -> String {
        match self.endpoint(name) {
            Some(e) if !e.label.is_empty() => e.label.clone(),
            _ => name.to_owned(),
        }
    }

    pub(crate) fn analysis(&self, id: &str) -> Option<&'a AnalysisOutline> {
        self.run.outline.analyses.iter().find(|a| a.id == id)
    }

    /// The curve of an analysis and level.
    pub(crate) fn curve(&self, analysis: &AnalysisOutline, level: &str) -> Vec<&'a CurveRow> {
        crate::print::curve_block(&self.run.curves, [&analysis.id, &analysis.endpoint, &analysis.by, level])
    }

    /// The levels by which an analysis is split, or one empty level.
    pub(crate) fn groups(&self, analysis: &AnalysisOutline) -> Vec<String> {
        if analysis.by.is_empty() { vec![String::new()] } else { self.levels(&analysis.by).to_vec() }
    }

    /// Level of the intervals in percent, `95`.
    pub(crate) fn level(&self, analysis: &AnalysisOutline) -> String {
        crate::style::level_percent(if analysis.conf_level > 0.0 { analysis.conf_level } else { 0.95 })
    }

    pub(crate) fn unit(&self) -> TimeUnit {
        self.printer.unit
    }

    /// A number of days in the unit shown: `1.8 months`.
    pub(crate) fn duration_words(&self, days: f64) -> String {
        let decimals = if self.unit() == TimeUnit::Days { 0 } else { 1 };
        let amount = self.printer.style.decimal(days / self.unit().days(), decimals);
        format!("{amount} {}", self.unit().name())
    }

    pub(crate) fn symbol(&self) -> &str {
        &self.printer.style.p.symbol
    }

    /// Name of the method behind a number, for a footnote.
    pub(crate) fn method_title(&self, key: &StatKey, stat_name: &str) -> Option<String> {
        let id = &self.row(key, stat_name)?.method_id;
        self.run.methods.iter().find(|m| m.method_id == *id).map(|m| m.title.clone())
    }
}

/// A key of `stats` for a level of a group; none where the group is empty.
pub(crate) fn key(analysis: &AnalysisOutline, context: &str, group: &str, level: &str) -> StatKey {
    let key = StatKey::new(&analysis.id, &analysis.endpoint, context);
    if group.is_empty() { key } else { key.group(group, level) }
}

/// `24 mo` as `24 months`; what cannot be read stays as written.
pub(crate) fn time_words(written: &str) -> String {
    match written.parse::<Duration>() {
        Ok(time) if time.amount == 1.0 => format!("1 {}", singular(time.unit.name())),
        Ok(time) => format!("{} {}", shortest(time.amount), time.unit.name()),
        Err(_) => written.to_owned(),
    }
}

/// `24 mo` as `24-month`.
pub(crate) fn time_adjective(written: &str) -> String {
    match written.parse::<Duration>() {
        Ok(time) => format!("{}-{}", shortest(time.amount), singular(time.unit.name())),
        Err(_) => written.to_owned(),
    }
}

fn singular(unit: &str) -> &str {
    match unit {
        "days" | "weeks" | "months" | "years" => &unit[..unit.len() - 1],
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_words() {
        assert_eq!(time_words("24 mo"), "24 months");
        assert_eq!(time_words("1 y"), "1 year");
        assert_eq!(time_adjective("5 y"), "5-year");
        assert_eq!(time_words("soon"), "soon");
    }
}
