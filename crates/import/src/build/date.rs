//! Dates.

use oligomet_base::day::DateOrder;
use oligomet_base::{Day, PartialDate};

use super::issue::{IssueKind, Issues};
use crate::cell::Cell;

/// Days before and after these are kept and reported: a file's "not known" is often written 01.01.1900 or 31.12.2999.
const EARLIEST_PLAUSIBLE: Day = Day(-25_567 + 366);
const LATEST_PLAUSIBLE: Day = Day(47_846);

pub(super) struct DateBuilder {
    order: Option<DateOrder>,
    pub(super) values: Vec<Option<Day>>,
}

impl DateBuilder {
    pub(super) fn new(order: Option<DateOrder>) -> Self {
        Self { order, values: Vec::new() }
    }

    pub(super) fn push(&mut self, cell: Cell<'_>, issues: &mut Issues) {
        let index = self.values.len();
        let day = match cell {
            Cell::Empty => None,
            Cell::Day(day) => Some(day),
            Cell::Text(text) => self.text(text, issues),
            other => {
                let kind = match other {
                    Cell::Error(_) => IssueKind::ErrorCell,
                    Cell::Number(_) | Cell::Whole(_) | Cell::Percent(_) => IssueKind::NumberInDate,
                    _ => IssueKind::NotDate,
                };
                issues.add(kind, &other.shown(), index);
                None
            }
        };
        if let Some(day) = day
            && !is_plausible(day)
        {
            issues.add(IssueKind::ImplausibleDate, &cell.shown(), index);
        }
        self.values.push(day);
    }

    fn text(&self, text: &str, issues: &mut Issues) -> Option<Day> {
        let index = self.values.len();
        let kind = match read_date(text, self.order) {
            DateText::Day(day) => return Some(day),
            DateText::YearFirst(day) => {
                issues.add(IssueKind::YearFirst, text, index);
                return Some(day);
            }
            DateText::Partial => IssueKind::PartialDate,
            DateText::TwoDigitYear => IssueKind::TwoDigitYear,
            DateText::NoOrder => IssueKind::NoOrder,
            DateText::Number => IssueKind::NumberInDate,
            DateText::No => IssueKind::NotDate,
        };
        issues.add(kind, text, index);
        None
    }
}

/// Whether a day lies in 1901 to 2100.
pub(crate) fn is_plausible(day: Day) -> bool {
    (EARLIEST_PLAUSIBLE..=LATEST_PLAUSIBLE).contains(&day)
}

/// What a text in a date column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateText {
    /// A day in the column's order.
    Day(Day),
    /// Year, month, day in a column of another order: it can mean nothing else.
    YearFirst(Day),
    /// Month and year, or the year alone.
    Partial,
    /// 3/4/19.
    TwoDigitYear,
    /// A date, but the order of its parts was not told.
    NoOrder,
    /// A number, such as Excel's 43831.
    Number,
    /// No date.
    No,
}

/// Reads a written date; a time of day behind it is cut off.
pub(crate) fn read_date(text: &str, order: Option<DateOrder>) -> DateText {
    let Some(date) = date_part(text) else { return DateText::No };
    if let Some(order) = order
        && let Some(PartialDate::Day(day)) = PartialDate::parse(date, order)
    {
        return DateText::Day(day);
    }
    let separated = !date.bytes().all(|b| b.is_ascii_digit());
    match PartialDate::parse(date, DateOrder::YearMonthDay) {
        Some(PartialDate::Day(day)) if order.is_none() && separated => return DateText::Day(day),
        Some(PartialDate::Day(day)) if separated => return DateText::YearFirst(day),
        Some(PartialDate::Month(..) | PartialDate::Year(_)) => return DateText::Partial,
        _ => {}
    }
    match () {
        () if order.is_none() && is_date_in_some_order(date) => DateText::NoOrder,
        () if has_two_digit_year(date, order) => DateText::TwoDigitYear,
        () if date.parse::<f64>().is_ok_and(f64::is_finite) => DateText::Number,
        () => DateText::No,
    }
}

fn is_date_in_some_order(date: &str) -> bool {
    DateOrder::ALL
        .into_iter()
        .any(|order| matches!(PartialDate::parse(date, order), Some(PartialDate::Day(_))))
}

/// Three parts that would be a date if the year were written in full.
fn has_two_digit_year(date: &str, order: Option<DateOrder>) -> bool {
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return false };
    let full = |year: &str| {
        (year.len() == 2 && year.bytes().all(|b| b.is_ascii_digit())).then(|| format!("20{year}"))
    };
    let is_day = |text: String, order| matches!(PartialDate::parse(&text, order), Some(PartialDate::Day(_)));
    let year_last = full(c).is_some_and(|year| {
        let text = format!("{a}-{b}-{year}");
        is_day(text.clone(), DateOrder::DayMonthYear) || is_day(text, DateOrder::MonthDayYear)
    });
    let year_first = order == Some(DateOrder::YearMonthDay)
        && full(a).is_some_and(|year| is_day(format!("{year}-{b}-{c}"), DateOrder::YearMonthDay));
    year_last || year_first
}

/// The part before a time of day; `None` where something else follows the date.
pub(crate) fn date_part(text: &str) -> Option<&str> {
    let Some(at) = text.find([' ', 'T', '\u{a0}']) else { return Some(text) };
    let (date, rest) = (&text[..at], text[at..].trim_start_matches(['T', ' ', '\u{a0}']));
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let is_time = rest.contains(':')
        && digits(rest) >= 3
        && rest.bytes().all(|b| b.is_ascii_digit() || b":.,+-ZAPMapm ".contains(&b));
    is_time.then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i16, m: i8, d: i8) -> Day {
        Day::from_ymd(y, m, d).unwrap()
    }

    #[test]
    fn plausible_days_are_1901_to_2100() {
        assert_eq!(EARLIEST_PLAUSIBLE.to_string(), "1901-01-02");
        assert_eq!(LATEST_PLAUSIBLE.to_string(), "2100-12-31");
    }

    #[test]
    fn a_text_is_a_date_only_as_the_column_says() {
        let dmy = Some(DateOrder::DayMonthYear);
        for (text, order, want) in [
            ("31.12.2020", dmy, DateText::Day(day(2020, 12, 31))),
            ("31.12.2020 14:30", dmy, DateText::Day(day(2020, 12, 31))),
            ("2020-12-31T00:00:00.000Z", None, DateText::Day(day(2020, 12, 31))),
            ("12/31/2020 2:30 PM", Some(DateOrder::MonthDayYear), DateText::Day(day(2020, 12, 31))),
            ("2020-12-31", dmy, DateText::YearFirst(day(2020, 12, 31))),
            ("20201231", Some(DateOrder::YearMonthDay), DateText::Day(day(2020, 12, 31))),
            ("31.02.2020", dmy, DateText::No),
            ("31.12.2020 or later", dmy, DateText::No),
            ("03/2019", dmy, DateText::Partial),
            ("2019", dmy, DateText::Partial),
            ("3/4/19", dmy, DateText::TwoDigitYear),
            ("19-04-03", Some(DateOrder::YearMonthDay), DateText::TwoDigitYear),
            ("31.12.2020", None, DateText::NoOrder),
            ("43831", dmy, DateText::Number),
            ("?", dmy, DateText::No),
            ("", dmy, DateText::No),
        ] {
            assert_eq!(read_date(text, order), want, "{text}");
        }
    }
}
