//! From result rows to printed numbers: the only place where a number becomes text.

use oligomet_base::TimeUnit;
use oligomet_base::number::shortest;
use oligomet_results::{CurveRow, RunResults, StatRow};

use crate::style::Style;
use crate::text::{Format, Source};

/// A number as it stands in a result table.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// It exists.
    Known(f64),
    /// It does not exist, and why, where the table says so.
    Nothing(String),
    /// It was withheld because it is smaller than the least count shown.
    Small,
    /// It was withheld so that another number cannot be computed from it.
    Withheld,
    /// The table has no such row.
    Absent,
}

impl Value {
    pub(crate) fn of(row: Option<&StatRow>) -> Self {
        match row {
            None => Self::Absent,
            Some(row) if row.suppressed => {
                if row.stat_text.as_deref() == Some(WITHHELD) {
                    Self::Withheld
                } else {
                    Self::Small
                }
            }
            Some(row) => match row.stat {
                Some(stat) => Self::Known(stat),
                None => Self::Nothing(row.stat_text.clone().unwrap_or_default()),
            },
        }
    }
}

/// Prints numbers in one style and unit of time.
#[derive(Debug, Clone)]
pub struct Printer {
    /// The style.
    pub style: Style,
    /// Unit in which durations are shown.
    pub unit: TimeUnit,
    /// Counts below this print as `<5` where withheld.
    pub min_cell: u32,
}

/// A printed number, with the reason where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// What is printed.
    pub text: String,
    /// Why there is no number or no interval.
    pub note: Option<String>,
}

/// What stands where a median is not reached.
pub(crate) const NOT_REACHED: &str = "NR";
const NOT_ESTIMABLE: &str = "not estimable";
/// What stands where a number was withheld, and in `stat_text` of such a row.
pub(crate) const WITHHELD: &str = "withheld";

type Writer<'a> = &'a dyn Fn(f64) -> String;

impl Printer {
    /// The printer that the run's outline asks for.
    #[must_use]
    pub fn of(run: &RunResults) -> Self {
        Self {
            style: Style::named_or_plain(&run.outline.study.style),
            unit: run.outline.study.show.unwrap_or(TimeUnit::Months),
            min_cell: run.outline.min_cell,
        }
    }

    /// `values` (those that `format` needs, in its order) as printed; `conf_level` is the level of their interval.
    #[must_use]
    pub fn print(&self, format: Format, values: &[Value], conf_level: Option<f64>) -> Printed {
        let style = &self.style;
        let percent = |v: f64, decimals| style.decimal(v * 100.0, decimals);
        let survival = |v: f64| percent(v, style.survival_decimals);
        let survival_signed = |v: f64| format!("{}%", survival(v));
        let time = |v: f64| style.decimal(v / self.unit.days(), self.time_decimals());
        let time_words = |v: f64| format!("{} {}", time(v), self.unit.name());
        let ratio = self.ratio_writer(values.first());
        let count = |v: f64| self.count(v);
        let Some(first) = values.first() else { return plain("") };
        match format {
            Format::Count => self.one_or_small(first, &count),
            Format::CountPercent(d) => self.with_second(values, &count, &|v| percent(v, d)),
            Format::AtRisk => self.with_second(values, &count, &count),
            Format::Percent(d) => self.one(first, &|v| percent(v, d)),
            Format::Survival => self.one(first, &survival_signed),
            Format::SurvivalInterval => self.interval(values, &survival, &survival, ""),
            Format::SurvivalStatement => {
                self.interval(values, &survival_signed, &survival, &self.introduction(conf_level))
            }
            Format::RatioInterval => self.interval(values, &ratio, &ratio, ""),
            Format::RatioStatement => self.interval(values, &ratio, &ratio, &self.introduction(conf_level)),
            Format::RatioInline => self.ratio_inline(values, &ratio, conf_level),
            Format::P => self.one(first, &|v| style.p_value(v)),
            Format::PStatement => self.one(first, &|v| style.p_statement(v)),
            Format::Time => not_reached(first).unwrap_or_else(|| self.one(first, &time)),
            Format::TimeInterval => self.time_interval(values, &time, &time, ""),
            Format::TimeStatement => {
                self.time_interval(values, &time_words, &time, &self.introduction(conf_level))
            }
            Format::Decimal(d) => self.one(first, &|v| style.decimal(v, d)),
            Format::MedianQuartiles(d) => {
                let write = |v: f64| style.decimal(v, d);
                self.interval(values, &write, &write, "")
            }
            Format::MeanSd(d) => {
                let write = |v: f64| style.decimal(v, d);
                self.with_second(values, &write, &write)
            }
            Format::Range(d) => self.range(values, &|v| style.decimal(v, d)),
            Format::PercentRange => self.range(values, &survival),
        }
    }

    /// Decimals of durations in the unit shown.
    fn time_decimals(&self) -> usize {
        if self.unit == TimeUnit::Days { 0 } else { 1 }
    }

    fn introduction(&self, conf_level: Option<f64>) -> String {
        match conf_level {
            Some(level) => self.style.interval_introduction(level),
            None => "CI ".into(),
        }
    }

    fn ratio_writer(&self, ratio: Option<&Value>) -> impl Fn(f64) -> String + '_ {
        let more = match ratio {
            Some(Value::Known(ratio)) => self.style.ratio_decimals_for(*ratio),
            _ => None,
        };
        move |v| match more {
            Some(decimals) if (0.1..10.0).contains(&v) => self.style.decimal(v, decimals),
            _ => self.style.ratio(v),
        }
    }

    fn count(&self, n: f64) -> String {
        // Weighted counts are not whole; they are shown as they are.
        if n.fract() == 0.0 && (0.0..1e15).contains(&n) {
            self.style.count(n as u64)
        } else {
            self.style.decimal(n, 1)
        }
    }

    fn one(&self, value: &Value, write: Writer<'_>) -> Printed {
        match value {
            Value::Known(v) => plain(write(*v)),
            Value::Nothing(why) => Printed { text: NOT_ESTIMABLE.into(), note: Some(reason(why)) },
            Value::Small | Value::Withheld => plain(WITHHELD),
            Value::Absent => plain(""),
        }
    }

    /// `first (second)`; only the first where there is no second.
    fn with_second(&self, values: &[Value], first: Writer<'_>, second: Writer<'_>) -> Printed {
        let Some(value) = values.first() else { return plain("") };
        let head = self.one_or_small(value, first);
        match values.get(1) {
            Some(inner @ (Value::Known(_) | Value::Small | Value::Withheld)) if known(value) => {
                let inner = self.one_or_small(inner, second).text;
                Printed { text: format!("{} ({inner})", head.text), note: head.note }
            }
            _ => head,
        }
    }

    fn one_or_small(&self, value: &Value, write: Writer<'_>) -> Printed {
        if *value == Value::Small { plain(format!("<{}", self.min_cell)) } else { self.one(value, write) }
    }

    /// `estimate (low–high)`; the reason as a note where there are no limits.
    fn interval(&self, values: &[Value], estimate: Writer<'_>, limit: Writer<'_>, intro: &str) -> Printed {
        let Some(value) = values.first() else { return plain("") };
        let mut printed = self.one(value, estimate);
        if let (Value::Known(_), Some(low), Some(high)) = (value, values.get(1), values.get(2)) {
            match (low, high) {
                (Value::Known(low), Value::Known(high)) => {
                    let both = self.style.interval(&limit(*low), &limit(*high));
                    printed.text = format!("{} ({intro}{both})", printed.text);
                }
                (Value::Nothing(why), _) | (_, Value::Nothing(why)) => {
                    printed.note = Some(format!("no interval: {}", reason(why)));
                }
                _ => {}
            }
        }
        printed
    }

    /// `1.64, 95% CI 1.40–1.92`: a ratio with its limits without brackets.
    fn ratio_inline(&self, values: &[Value], ratio: Writer<'_>, conf_level: Option<f64>) -> Printed {
        let [value, Value::Known(low), Value::Known(high)] = values else {
            return self.interval(values, ratio, ratio, "");
        };
        let printed = self.one(value, ratio);
        let both = self.style.interval(&ratio(*low), &ratio(*high));
        Printed { text: format!("{}, {}{both}", printed.text, self.introduction(conf_level)), ..printed }
    }

    /// A duration with limits, of which those that are not reached say so.
    fn time_interval(&self, values: &[Value], time: Writer<'_>, limit: Writer<'_>, intro: &str) -> Printed {
        let Some(value) = values.first() else { return plain("") };
        let mut printed = not_reached(value).unwrap_or_else(|| self.one(value, time));
        let write = |v: &Value| not_reached(v).unwrap_or_else(|| self.one(v, limit)).text;
        let (Some(low), Some(high)) = (values.get(1), values.get(2)) else { return printed };
        let some = [low, high].iter().any(|v| matches!(v, Value::Known(_)));
        if some && (matches!(value, Value::Known(_)) || printed.text == NOT_REACHED) {
            let both = self.style.interval(&write(low), &write(high));
            printed.text = format!("{} ({intro}{both})", printed.text);
        }
        printed
    }

    fn range(&self, values: &[Value], write: Writer<'_>) -> Printed {
        match values {
            [Value::Known(low), Value::Known(high)] => {
                plain(self.style.interval(&write(*low), &write(*high)))
            }
            [first, ..] => self.one(first, write),
            [] => plain(""),
        }
    }
}

fn plain(text: impl Into<String>) -> Printed {
    Printed { text: text.into(), note: None }
}

fn known(value: &Value) -> bool {
    matches!(value, Value::Known(_))
}

fn reason(why: &str) -> String {
    let short = why.strip_prefix("not estimable: ").unwrap_or(why);
    if short.is_empty() { "there is no such number in these data".into() } else { short.into() }
}

fn not_reached(value: &Value) -> Option<Printed> {
    match value {
        Value::Nothing(why) if why.is_empty() || why.contains("not reached") => Some(plain(NOT_REACHED)),
        _ => None,
    }
}

/// The values that a source names, and the level of their interval.
#[must_use]
pub fn values_of(run: &RunResults, source: &Source) -> (Vec<Value>, Option<f64>) {
    match source {
        Source::Stat { key, names } => {
            let rows: Vec<Option<&StatRow>> = names.iter().map(|name| run.stats.row(key, name)).collect();
            let level = rows.iter().flatten().find_map(|row| row.conf_level);
            (rows.into_iter().map(Value::of).collect(), level)
        }
        Source::Curve { analysis_id, endpoint, group, group_level, days, names } => {
            let block = curve_block(&run.curves, [analysis_id, endpoint, group, group_level]);
            let value = |name: &&str| curve_value(&block, *days, name, run.outline.shared);
            (names.iter().map(value).collect(), None)
        }
    }
}

/// The rows of one curve, ascending in time.
pub(crate) fn curve_block<'a>(curves: &'a [CurveRow], of: [&str; 4]) -> Vec<&'a CurveRow> {
    let same = |r: &&CurveRow| [&r.analysis_id, &r.endpoint, &r.group, &r.group_level] == of;
    curves.iter().filter(same).collect()
}

/// At risk at t: that of the first row at or after t, nobody beyond the last. Events by t: those of the last row at or before t.
/// A shared curve has gaps, so that only its own times can be read off.
pub(crate) fn curve_value(block: &[&CurveRow], days: f64, name: &str, shared: bool) -> Value {
    // A tick of 12 months and a time stored as 365.25 days are the same time.
    let slack = 1e-9 * days.max(1.0);
    if shared && !block.iter().any(|r| (r.time - days).abs() <= slack) {
        return Value::Withheld;
    }
    Value::Known(match name {
        "n.risk" => block.iter().find(|r| r.time >= days - slack).map_or(0.0, |r| r.n_risk),
        _ => block.iter().rev().find(|r| r.time <= days + slack).map_or(0.0, |r| r.cum_event),
    })
}

/// The text of a time in a key.
pub(crate) fn time_level(days: f64) -> String {
    shortest(days)
}

#[cfg(test)]
mod tests {
    use super::Value::{Known, Nothing, Small, Withheld};
    use super::*;

    fn printer() -> Printer {
        Printer { style: Style::named_or_plain("plain"), unit: TimeUnit::Months, min_cell: 5 }
    }

    fn text(format: Format, values: &[Value]) -> String {
        printer().print(format, values, Some(0.95)).text
    }

    #[test]
    fn each_format() {
        let none = || Nothing(String::new());
        for (format, values, want) in [
            (Format::Count, vec![Known(2982.0)], "2,982"),
            (Format::CountPercent(1), vec![Known(212.0), Known(0.267)], "212 (26.7)"),
            (Format::AtRisk, vec![Known(120.0), Known(3.0)], "120 (3)"),
            (Format::SurvivalInterval, vec![Known(0.639), Known(0.551), Known(0.715)], "63.9 (55.1–71.5)"),
            (
                Format::SurvivalStatement,
                vec![Known(0.639), Known(0.551), Known(0.715)],
                "63.9% (95% CI 55.1–71.5)",
            ),
            (Format::RatioInterval, vec![Known(1.6432), Known(1.4), Known(12.04)], "1.64 (1.40–12.0)"),
            (Format::RatioInterval, vec![Known(1.004), Known(1.0013), Known(1.007)], "1.004 (1.001–1.007)"),
            (Format::RatioInline, vec![Known(1.6432), Known(1.4), Known(1.92)], "1.64, 95% CI 1.40–1.92"),
            (Format::TimeInterval, vec![Known(840.075), Known(623.97), none()], "27.6 (20.5–NR)"),
            (Format::TimeInterval, vec![none(), Known(623.97), none()], "NR (20.5–NR)"),
            (Format::TimeInterval, vec![none(), none(), none()], "NR"),
            (
                Format::TimeStatement,
                vec![Known(840.075), Known(623.97), none()],
                "27.6 months (95% CI 20.5–NR)",
            ),
            (Format::MedianQuartiles(0), vec![Known(54.0), Known(45.0), Known(65.0)], "54 (45–65)"),
            (Format::MeanSd(1), vec![Known(55.06), Known(12.95)], "55.1 (13.0)"),
            (Format::Range(0), vec![Known(-3.0), Known(90.0)], "\u{2212}3 to 90"),
            (Format::PercentRange, vec![Known(0.021), Known(0.215)], "2.1–21.5"),
            (Format::PStatement, vec![Known(1e-9)], "P < 0.001"),
        ] {
            assert_eq!(text(format, &values), want, "{format}");
        }
    }

    #[test]
    fn what_does_not_exist_says_why() {
        let printed =
            printer().print(Format::RatioInterval, &[Nothing("not estimable: separation".into())], None);
        assert_eq!(printed, Printed { text: "not estimable".into(), note: Some("separation".into()) });
        let certain = printer().print(
            Format::SurvivalInterval,
            &[Known(1.0), Nothing("log-log has no limits at 1".into()), Nothing(String::new())],
            None,
        );
        assert_eq!(certain.text, "100.0");
        assert_eq!(certain.note.as_deref(), Some("no interval: log-log has no limits at 1"));
    }

    #[test]
    fn small_cells_print_as_small() {
        assert_eq!(text(Format::CountPercent(1), &[Small, Withheld]), "<5");
        assert_eq!(text(Format::AtRisk, &[Known(120.0), Small]), "120 (<5)");
        assert_eq!(text(Format::Count, &[Small]), "<5");
        assert_eq!(text(Format::Count, &[Withheld]), "withheld");
        assert_eq!(text(Format::SurvivalInterval, &[Withheld]), "withheld");
    }

    #[test]
    fn at_risk_just_before_and_events_up_to() {
        let row = |time, n_risk, cum_event| CurveRow { time, n_risk, cum_event, ..CurveRow::default() };
        let rows = [row(10.0, 4.0, 1.0), row(20.0, 2.0, 1.0), row(30.0, 1.0, 2.0)];
        let block: Vec<&CurveRow> = rows.iter().collect();
        for (days, at_risk, events) in
            [(0.0, 4.0, 0.0), (10.0, 4.0, 1.0), (10.5, 2.0, 1.0), (30.0, 1.0, 2.0), (31.0, 0.0, 2.0)]
        {
            assert_eq!(curve_value(&block, days, "n.risk", false), Known(at_risk), "at {days}");
            assert_eq!(curve_value(&block, days, "cum.event", false), Known(events), "at {days}");
        }
        assert_eq!(curve_value(&block, 20.0, "n.risk", true), Known(2.0));
        assert_eq!(curve_value(&block, 21.0, "n.risk", true), Withheld);
    }
}
