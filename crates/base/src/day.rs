//! Whole days, and dates that are known only to the month or year.

use std::fmt;

use jiff::civil::Date;

/// A calendar day, counted from 1970-01-01 (day 0). Dates in the clinic carry no time of day.
///
/// ```
/// use oligomet_base::Day;
/// let start = Day::from_ymd(2019, 3, 1).unwrap();
/// assert_eq!(start.to_string(), "2019-03-01");
/// assert_eq!(Day::from_ymd(2019, 3, 31).unwrap().days_since(start), 30);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// Excel counts 1899-12-30 as day 0 (its 1900 system, in which 29 February 1900 exists, so only serials from 61 on are sound).
const EXCEL_EPOCH: Day = Day(-25_569);

impl Day {
    /// The day of a civil date; `None` where the calendar has no such day (31 February).
    #[must_use]
    pub fn from_ymd(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = Date::new(year, month, day).ok()?;
        Some(Self::from_date(date))
    }

    fn from_date(date: Date) -> Self {
        // The calendar of `jiff` spans 19,998 years, 7.3 million days: always within i32.
        Self(date.duration_since(EPOCH).as_hours() as i32 / 24)
    }

    /// The day of an Excel serial number in the 1900 date system; fractions of a day are cut off.
    ///
    /// `None` below 61 (before 1 March 1900, where Excel's calendar is wrong) and beyond year 9999.
    #[must_use]
    pub fn from_excel_serial(serial: f64) -> Option<Self> {
        if !(61.0..2_958_466.0).contains(&serial) {
            return None;
        }
        Some(Self(EXCEL_EPOCH.0 + serial.floor() as i32))
    }

    /// Days from `earlier` to this day (negative when this day is before it).
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// The civil date as (year, month, day); `None` outside years -9999 to 9999.
    #[must_use]
    pub fn to_ymd(self) -> Option<(i16, i8, i8)> {
        let date = EPOCH.checked_add(jiff::Span::new().try_days(self.0).ok()?).ok()?;
        Some((date.year(), date.month(), date.day()))
    }

    /// This day moved by whole calendar months, to the last day of the month where it would not exist.
    #[must_use]
    pub fn add_months(self, months: i32) -> Option<Self> {
        let date = EPOCH.checked_add(jiff::Span::new().try_days(self.0).ok()?).ok()?;
        Some(Self::from_date(date.checked_add(jiff::Span::new().try_months(months).ok()?).ok()?))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_ymd() {
            Some((y, m, d)) => write!(f, "{y:04}-{m:02}-{d:02}"),
            None => write!(f, "day {}", self.0),
        }
    }
}

/// The order of day, month and year in a written date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// 2019-03-01, 2019/03/01, 20190301
    YearMonthDay,
    /// 01.03.2019, 1/3/19
    DayMonthYear,
    /// 03/01/2019
    MonthDayYear,
}

impl DateOrder {
    /// All orders, in the order in which they are tried.
    pub const ALL: [Self; 3] = [Self::YearMonthDay, Self::DayMonthYear, Self::MonthDayYear];

    /// The name used in `site.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::YearMonthDay => "yyyy-mm-dd",
            Self::DayMonthYear => "dd-mm-yyyy",
            Self::MonthDayYear => "mm-dd-yyyy",
        }
    }

    /// The order of that name, as `site.toml` writes it (any separator).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let plain = name.to_ascii_lowercase().replace(['/', '.', ' '], "-");
        Self::ALL.into_iter().find(|o| o.name() == plain)
    }
}

/// A date as precise as it was written: to the day, the month or the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartialDate {
    /// Known to the day.
    Day(Day),
    /// Known to the month.
    Month(i16, i8),
    /// Known to the year.
    Year(i16),
}

impl PartialDate {
    /// The earliest day it can be.
    #[must_use]
    pub fn earliest(self) -> Option<Day> {
        match self {
            Self::Day(day) => Some(day),
            Self::Month(y, m) => Day::from_ymd(y, m, 1),
            Self::Year(y) => Day::from_ymd(y, 1, 1),
        }
    }

    /// The latest day it can be.
    #[must_use]
    pub fn latest(self) -> Option<Day> {
        match self {
            Self::Day(day) => Some(day),
            Self::Month(y, m) => Some(Day(Day::from_ymd(y, m, 1)?.add_months(1)?.0 - 1)),
            Self::Year(y) => Day::from_ymd(y, 12, 31),
        }
    }

    /// Reads a written date in the given order. A time of day behind it is cut off. Two-digit years
    /// are refused: 19 may be 1919 or 2019, and that is the reader's decision, not ours.
    ///
    /// ```
    /// use oligomet_base::day::{DateOrder, PartialDate};
    /// let d = PartialDate::parse("31.12.2020", DateOrder::DayMonthYear).unwrap();
    /// assert_eq!(d.earliest().unwrap().to_string(), "2020-12-31");
    /// assert!(matches!(PartialDate::parse("03/2019", DateOrder::DayMonthYear), Some(PartialDate::Month(2019, 3))));
    /// assert!(PartialDate::parse("31.02.2020", DateOrder::DayMonthYear).is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str, order: DateOrder) -> Option<Self> {
        let text = text.trim();
        let date_part = text.split(['T', ' ']).next().unwrap_or(text);
        if date_part.len() == 8 && date_part.bytes().all(|b| b.is_ascii_digit()) {
            return parse_compact(date_part, order);
        }
        let parts: Vec<&str> = date_part.split(['-', '/', '.']).filter(|p| !p.is_empty()).collect();
        match parts.as_slice() {
            [a, b, c] => parse_full([a, b, c], order),
            [a, b] => parse_month(a, b),
            [year] => Some(Self::Year(four_digit_year(year)?)),
            _ => None,
        }
    }
}

fn parse_compact(digits: &str, order: DateOrder) -> Option<PartialDate> {
    let cut = |from: usize, to: usize| digits.get(from..to);
    let parts = match order {
        DateOrder::YearMonthDay => [cut(0, 4)?, cut(4, 6)?, cut(6, 8)?],
        DateOrder::DayMonthYear | DateOrder::MonthDayYear => [cut(0, 2)?, cut(2, 4)?, cut(4, 8)?],
    };
    parse_full(parts, order)
}

fn parse_full(parts: [&str; 3], order: DateOrder) -> Option<PartialDate> {
    let (year, month, day) = match order {
        DateOrder::YearMonthDay => (parts[0], parts[1], parts[2]),
        DateOrder::DayMonthYear => (parts[2], parts[1], parts[0]),
        DateOrder::MonthDayYear => (parts[2], parts[0], parts[1]),
    };
    let day = Day::from_ymd(four_digit_year(year)?, month_number(month)?, small_number(day)?)?;
    Some(PartialDate::Day(day))
}

fn parse_month(a: &str, b: &str) -> Option<PartialDate> {
    let (year, month) = if a.len() == 4 { (a, b) } else { (b, a) };
    let (year, month) = (four_digit_year(year)?, month_number(month)?);
    Day::from_ymd(year, month, 1).map(|_| PartialDate::Month(year, month))
}

fn four_digit_year(text: &str) -> Option<i16> {
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn small_number(text: &str) -> Option<i8> {
    (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn month_number(text: &str) -> Option<i8> {
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if let Some(n) = small_number(text) {
        return Some(n);
    }
    let lower = text.to_lowercase();
    NAMES.iter().position(|n| lower.starts_with(n)).map(|i| i as i8 + 1)
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Self::Year(y) => write!(f, "{y:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epoch_leap_days_and_excel_serials() {
        assert_eq!(Day::from_ymd(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::from_ymd(1969, 12, 31), Some(Day(-1)));
        assert_eq!(Day::from_ymd(2000, 2, 29).map(|d| d.to_string()), Some("2000-02-29".into()));
        assert_eq!(Day::from_ymd(1900, 2, 29), None);
        // Excel shows 43831 as 2020-01-01.
        assert_eq!(Day::from_excel_serial(43_831.75).map(|d| d.to_string()), Some("2020-01-01".into()));
        assert_eq!(Day::from_excel_serial(60.0), None);
    }

    #[test]
    fn every_day_prints_and_reads_back() {
        for n in (-40_000..40_000).step_by(7) {
            let text = Day(n).to_string();
            assert_eq!(PartialDate::parse(&text, DateOrder::YearMonthDay), Some(PartialDate::Day(Day(n))));
        }
    }

    #[test]
    fn orders_are_not_guessed_and_two_digit_years_are_refused() {
        let text = "03/04/2019";
        let as_day_first = PartialDate::parse(text, DateOrder::DayMonthYear).and_then(PartialDate::earliest);
        let as_month_first =
            PartialDate::parse(text, DateOrder::MonthDayYear).and_then(PartialDate::earliest);
        assert_eq!(as_day_first, Day::from_ymd(2019, 4, 3));
        assert_eq!(as_month_first, Day::from_ymd(2019, 3, 4));
        assert_eq!(PartialDate::parse("3/4/19", DateOrder::DayMonthYear), None);
        assert_eq!(
            PartialDate::parse("12-Mar-2019", DateOrder::DayMonthYear).map(|d| d.to_string()),
            Some("2019-03-12".into())
        );
    }

    #[test]
    fn months_end_where_the_calendar_says() {
        let january = Day::from_ymd(2020, 1, 31).and_then(|d| d.add_months(1));
        assert_eq!(january, Day::from_ymd(2020, 2, 29));
        assert_eq!(PartialDate::Month(2019, 2).latest(), Day::from_ymd(2019, 2, 28));
    }
}
