//! Numbers and durations.

use oligomet_base::TimeUnit;
use oligomet_schema::ColumnData;

use super::issue::{IssueKind, Issues};
use crate::cell::{Cell, plain_number, times_hundred};
use crate::number::{Decimal, Evidence, Signs, read_number, value_under};
use crate::site::{DurationMap, NumberMap};

/// What a column of numbers is beside its numbers.
enum Meaning {
    Number { is_percent: bool, range: Option<(f64, f64)> },
    Duration(TimeUnit),
}

pub(crate) struct NumberBuilder {
    meaning: Meaning,
    /// The sign given in `site.toml`.
    pub(crate) decimal: Option<Decimal>,
    pub(crate) values: Vec<f64>,
    /// What the signs of each value allow; empty while all are plain or certain with a point.
    signs: Vec<Signs>,
    evidence: Evidence,
    /// The first text of each of [`Signs`] with a sign.
    first: [Option<Box<str>>; 4],
}

impl NumberBuilder {
    pub(crate) fn of_number(map: &NumberMap, of_file: Option<Decimal>) -> Self {
        let is_percent = map.unit.as_deref() == Some("%");
        Self::new(Meaning::Number { is_percent, range: map.range }, map.decimal.or(of_file))
    }

    pub(super) fn of_duration(map: &DurationMap, of_file: Option<Decimal>) -> Self {
        let unit = map.unit.unwrap_or(TimeUnit::Days);
        Self::new(Meaning::Duration(unit), map.decimal.or(of_file))
    }

    fn new(meaning: Meaning, decimal: Option<Decimal>) -> Self {
        let (values, signs) = (Vec::new(), Vec::new());
        Self { meaning, decimal, values, signs, evidence: Evidence::default(), first: [const { None }; 4] }
    }

    pub(crate) fn examples(&self) -> Vec<&str> {
        self.first.iter().filter_map(|t| t.as_deref()).collect()
    }

    /// How the numbers are written; `None` where the sign is given.
    pub(crate) fn open_evidence(&self) -> Option<Evidence> {
        self.decimal.is_none().then_some(self.evidence)
    }

    fn is_percent(&self) -> bool {
        matches!(self.meaning, Meaning::Number { is_percent: true, .. })
    }

    #[inline]
    pub(crate) fn push(&mut self, cell: Cell<'_>, issues: &mut Issues) {
        let value = match cell {
            Cell::Number(x) if x.is_finite() => x,
            Cell::Whole(n) => n as f64,
            Cell::Empty => f64::NAN,
            other => self.unusual(other, issues),
        };
        self.values.push(value);
    }

    /// The value of a cell that is no plain number; NaN and an issue where it has none.
    fn unusual(&mut self, cell: Cell<'_>, issues: &mut Issues) -> f64 {
        let index = self.values.len();
        let kind = match cell {
            Cell::Text(text) => return self.text(text, issues),
            Cell::Percent(fraction) if self.is_percent() => return times_hundred(fraction),
            Cell::Percent(fraction) => {
                issues.add(IssueKind::PercentCell, &cell.shown(), index);
                return fraction;
            }
            Cell::Error(_) => IssueKind::ErrorCell,
            Cell::Day(_) | Cell::NoDay(_) => IssueKind::DateInNumber,
            _ => IssueKind::NotNumber,
        };
        issues.add(kind, &cell.shown(), index);
        f64::NAN
    }

    fn text(&mut self, text: &str, issues: &mut Issues) -> f64 {
        let without_percent = match self.is_percent() {
            true => text.strip_suffix('%').map_or(text, str::trim_end),
            false => text,
        };
        let Some(written) = read_number(without_percent) else {
            issues.add(kind_of_bad_number(text), text, self.values.len());
            return f64::NAN;
        };
        if written.signs != Signs::Plain {
            self.remember(written.signs, text);
        }
        written.value
    }

    fn remember(&mut self, signs: Signs, text: &str) {
        self.evidence.add(signs);
        let first = &mut self.first[slot(signs)];
        if first.is_none() {
            *first = Some(text.into());
        }
        self.signs.resize(self.values.len(), Signs::Plain);
        self.signs.push(signs);
    }

    /// The values under the column's decimal sign, in days where they are durations.
    pub(crate) fn finish(mut self, decimal: Decimal, issues: &mut Issues) -> ColumnData {
        self.apply(decimal, issues);
        match self.meaning {
            Meaning::Number { range, .. } => {
                report_outside(&self.values, range, issues);
                ColumnData::Number(self.values)
            }
            Meaning::Duration(unit) => {
                report_negative(&self.values, issues);
                if unit != TimeUnit::Days {
                    // Not rounded: two times that are equal in months stay equal in days.
                    self.values.iter_mut().for_each(|x| *x *= unit.days());
                }
                ColumnData::Duration(self.values)
            }
        }
    }

    fn apply(&mut self, decimal: Decimal, issues: &mut Issues) {
        for (index, (value, &signs)) in self.values.iter_mut().zip(&self.signs).enumerate() {
            if signs == Signs::Plain {
                continue;
            }
            match value_under(*value, signs, decimal) {
                Some(read) => *value = read,
                None => {
                    issues.add(IssueKind::OtherDecimal(decimal), &as_written(*value, signs), index);
                    *value = f64::NAN;
                }
            }
        }
    }
}

fn slot(signs: Signs) -> usize {
    match signs {
        Signs::Plain | Signs::Point => 0,
        Signs::Comma => 1,
        Signs::PointOrThousand => 2,
        Signs::CommaOrThousand => 3,
    }
}

fn as_written(value: f64, signs: Signs) -> String {
    let text = plain_number(value);
    if signs == Signs::Comma { text.replace('.', ",") } else { text }
}

fn kind_of_bad_number(text: &str) -> IssueKind {
    let limit = ['<', '>', '≤', '≥', '~'].iter().any(|&sign| text.starts_with(sign));
    let percent = text.strip_suffix('%').is_some_and(|rest| read_number(rest.trim_end()).is_some());
    match (limit, percent) {
        (true, _) => IssueKind::Limit,
        (_, true) => IssueKind::PercentText,
        _ => IssueKind::NotNumber,
    }
}

fn report_outside(values: &[f64], range: Option<(f64, f64)>, issues: &mut Issues) {
    let Some((low, high)) = range else { return };
    for (index, &value) in values.iter().enumerate() {
        if value < low || value > high {
            issues.add(IssueKind::OutsideRange, &plain_number(value), index);
        }
    }
}

fn report_negative(values: &[f64], issues: &mut Issues) {
    for (index, &value) in values.iter().enumerate() {
        if value < 0.0 {
            issues.add(IssueKind::NegativeDuration, &plain_number(value), index);
        }
    }
}
