//! Dates as precise as they were written.

use oligomet_base::day::DateOrder;
use oligomet_base::{Day, PartialDate};

use crate::build::{DateText, IssueKind, Issues, date_part, is_plausible, read_date};
use crate::cell::Cell;

/// How often dates with slashes can only have the day or the month first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct OrderSeen {
    pub(super) day_first: u64,
    pub(super) month_first: u64,
}

impl OrderSeen {
    /// The order that all values allow; `None` where none tells, or they contradict each other.
    pub(super) fn order(self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (1.., 0) => Some(DateOrder::DayMonthYear),
            (0, 1..) => Some(DateOrder::MonthDayYear),
            _ => None,
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.day_first += other.day_first;
        self.month_first += other.month_first;
    }
}

/// A column of dates being built.
#[derive(Default)]
pub(super) struct DateBuilder {
    /// The order given for the whole source.
    given: Option<DateOrder>,
    pub(super) values: Vec<Option<PartialDate>>,
    /// Dates that can be read in two orders: their row and text.
    pending: Vec<(u32, Box<str>)>,
    pub(super) seen: OrderSeen,
}

impl DateBuilder {
    pub(super) fn new(given: Option<DateOrder>) -> Self {
        Self { given, ..Self::default() }
    }

    /// Adds a cell that is neither empty nor a reason.
    #[inline]
    pub(super) fn push(&mut self, cell: Cell<'_>, issues: &mut Issues) {
        let at = self.values.len();
        let value = match cell {
            Cell::Text(text) => match iso_day(text) {
                Some(day) => Some(PartialDate::Day(day)),
                None => self.text(text, issues),
            },
            Cell::Day(day) => Some(PartialDate::Day(day)),
            Cell::Empty => None,
            other => not_text(other, at, issues),
        };
        if value.and_then(PartialDate::earliest).is_some_and(|day| !is_plausible(day)) {
            issues.add(IssueKind::ImplausibleDate, &cell.shown(), at);
        }
        self.values.push(value);
    }

    fn text(&mut self, text: &str, issues: &mut Issues) -> Option<PartialDate> {
        let at = self.values.len();
        let Some(date) = date_part(text).map(without_unknown_parts) else {
            issues.add(IssueKind::NotDate, text, at);
            return None;
        };
        let kind = match read_date(&date, None) {
            DateText::Day(day) | DateText::YearFirst(day) => return Some(PartialDate::Day(day)),
            DateText::Partial => return PartialDate::parse(&date, DateOrder::YearMonthDay),
            DateText::NoOrder => return self.without_order(&date, text, issues),
            DateText::TwoDigitYear => IssueKind::TwoDigitYear,
            DateText::Number => IssueKind::NumberInDate,
            DateText::No => IssueKind::NotDate,
        };
        issues.add(kind, text, at);
        None
    }

    /// A date whose year is not first. Points stand between day, month and year in this order wherever they are used;
    /// slashes and hyphens are used for both orders, and only other values of the column tell which.
    fn without_order(&mut self, date: &str, text: &str, issues: &mut Issues) -> Option<PartialDate> {
        let under = |order| PartialDate::parse(date, order);
        let given = if date.contains('.') { Some(DateOrder::DayMonthYear) } else { self.given };
        if let Some(order) = given {
            let read = under(order);
            if read.is_none() {
                issues.add(IssueKind::NotDate, text, self.values.len());
            }
            return read;
        }
        if let Some(compact) = compact_year_first(date) {
            return Some(compact);
        }
        match (under(DateOrder::DayMonthYear), under(DateOrder::MonthDayYear)) {
            (Some(a), Some(b)) if a == b => Some(a),
            (Some(_), Some(_)) => {
                self.pending.push((self.values.len() as u32, text.into()));
                None
            }
            (Some(day_first), None) => {
                self.seen.day_first += 1;
                Some(day_first)
            }
            (None, Some(month_first)) => {
                self.seen.month_first += 1;
                Some(month_first)
            }
            (None, None) => {
                issues.add(IssueKind::NotDate, text, self.values.len());
                None
            }
        }
    }

    /// The dates, those of two readings in the order that this column or its table shows.
    pub(super) fn finish(mut self, of_table: OrderSeen, issues: &mut Issues) -> Vec<Option<PartialDate>> {
        let has_own = self.seen != OrderSeen::default();
        let order = if has_own { self.seen.order() } else { of_table.order() };
        for (at, text) in std::mem::take(&mut self.pending) {
            let date = date_part(&text).map(without_unknown_parts).unwrap_or_default();
            let read = order.and_then(|order| PartialDate::parse(&date, order));
            if read.is_none() {
                issues.add(IssueKind::NoOrder, &text, at as usize);
            }
            self.values[at as usize] = read;
        }
        self.values
    }
}

/// A number where a year alone was typed into a workbook; anything else is no date.
fn not_text(cell: Cell<'_>, at: usize, issues: &mut Issues) -> Option<PartialDate> {
    let year = match cell {
        Cell::Whole(n) => Some(n as f64),
        Cell::Number(x) => Some(x),
        _ => None,
    };
    if let Some(year) = year.filter(|y| y.fract() == 0.0 && (1901.0..=2100.0).contains(y)) {
        return Some(PartialDate::Year(year as i16));
    }
    let kind = match cell {
        Cell::Error(_) => IssueKind::ErrorCell,
        Cell::Number(_) | Cell::Whole(_) | Cell::Percent(_) => IssueKind::NumberInDate,
        _ => IssueKind::NotDate,
    };
    issues.add(kind, &cell.shown(), at);
    None
}

/// `2019-03-01` and nothing else: what most files hold.
#[inline]
fn iso_day(text: &str) -> Option<Day> {
    let b = text.as_bytes();
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    let digit = |at: usize| b[at].is_ascii_digit().then(|| i16::from(b[at] - b'0'));
    let year = digit(0)? * 1000 + digit(1)? * 100 + digit(2)? * 10 + digit(3)?;
    Day::from_ymd(year, (digit(5)? * 10 + digit(6)?) as i8, (digit(8)? * 10 + digit(9)?) as i8)
}

/// A date without the parts that say "not known": `00.03.2019` and `xx.03.2019` are March 2019, `2019-00-00` the year.
fn without_unknown_parts(date: &str) -> String {
    let is_unknown = |part: &str| {
        matches!(part, "00" | "0" | "0000" | "??" | "?" | "????")
            || part.eq_ignore_ascii_case("xx")
            || part == "__"
    };
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return date.to_owned() };
    if ![a, b, c].into_iter().any(|part| is_unknown(part)) {
        return date.to_owned();
    }
    let year_first = a.len() == 4;
    let (year, month, day) = if year_first { (a, b, c) } else { (c, b, a) };
    match (is_unknown(month), is_unknown(day)) {
        _ if is_unknown(year) => date.to_owned(),
        (true, true) => (*year).to_owned(),
        // A day of an unknown month: only the year is known.
        (true, false) => (*year).to_owned(),
        _ => format!("{year}-{month}"),
    }
}

/// `20190301`, where no other order gives a date.
fn compact_year_first(date: &str) -> Option<PartialDate> {
    let year: u16 = date.get(..4)?.parse().ok()?;
    let compact = date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit());
    if !compact || !(1901..=2100).contains(&year) {
        return None;
    }
    let under = |order| PartialDate::parse(date, order);
    let others = under(DateOrder::DayMonthYear).or(under(DateOrder::MonthDayYear));
    if others.is_some() { None } else { under(DateOrder::YearMonthDay) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(texts: &[&str], of_table: OrderSeen) -> (Vec<String>, usize) {
        let mut issues = Issues::default();
        let mut builder = DateBuilder::default();
        texts.iter().for_each(|text| builder.push(Cell::text(text), &mut issues));
        let values = builder.finish(of_table, &mut issues);
        let texts: Vec<String> =
            values.iter().map(|v| v.map_or_else(|| "-".to_owned(), |date| date.to_string())).collect();
        let n_missing = texts.iter().filter(|t| *t == "-").count();
        (texts, n_missing)
    }

    #[test]
    fn dates_keep_the_precision_they_were_written_with() {
        let texts = [
            "2019-03-01",
            "2019-03",
            "2019",
            "01.03.2019",
            "03.2019",
            "00.03.2019",
            "xx.03.2019",
            "00.00.2019",
            "2019-03-00",
            "2019-00-00",
            "20190301",
            "2019-03-01 12:30",
            "12-Mar-2019",
        ];
        let want = [
            "2019-03-01",
            "2019-03",
            "2019",
            "2019-03-01",
            "2019-03",
            "2019-03",
            "2019-03",
            "2019",
            "2019-03",
            "2019",
            "2019-03-01",
            "2019-03-01",
            "2019-03-12",
        ];
        assert_eq!(read(&texts, OrderSeen::default()).0, want);
    }

    #[test]
    fn what_is_no_date_is_missing() {
        for text in ["31.02.2019", "2019-13-01", "3/4/19", "soon", "43831", "00.00.0000", "2019-02-30"] {
            assert_eq!(read(&[text], OrderSeen::default()).1, 1, "{text}");
        }
    }

    #[test]
    fn slashes_are_read_as_the_column_or_its_table_shows_and_never_guessed() {
        let nothing = OrderSeen::default();
        assert_eq!(read(&["03/04/2019", "31/12/2019"], nothing).0, ["2019-04-03", "2019-12-31"]);
        assert_eq!(read(&["03/04/2019", "12/31/2019"], nothing).0, ["2019-03-04", "2019-12-31"]);
        assert_eq!(read(&["03/04/2019"], OrderSeen { day_first: 1, month_first: 0 }).0, ["2019-04-03"]);
        assert_eq!(read(&["03/04/2019", "04/04/2019"], nothing).0, ["-", "2019-04-04"]);
        assert_eq!(read(&["03/04/2019", "31/12/2019", "12/31/2019"], nothing).1, 1);
    }
}
