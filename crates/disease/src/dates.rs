//! Order and distance of dates that may be known only to the month or year: a guess is never made.

use oligomet_base::{Day, PartialDate};

use crate::Truth;

/// Days from one date to another, smallest and largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRange {
    /// The smallest number of days it can be.
    pub min: i32,
    /// The largest number of days it can be.
    pub max: i32,
}

impl std::fmt::Display for DayRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.min == self.max {
            write!(f, "{} days", self.min)
        } else {
            write!(f, "{} to {} days", self.min, self.max)
        }
    }
}

/// First and last day that a date can be; `None` where it is missing.
fn bounds(date: Option<PartialDate>) -> Option<(Day, Day)> {
    let date = date?;
    Some((date.earliest()?, date.latest()?))
}

/// Days from `from` to `to`; `None` where one of them is missing.
#[must_use]
pub fn days_between(from: Option<PartialDate>, to: Option<PartialDate>) -> Option<DayRange> {
    let ((first, last), (to_first, to_last)) = (bounds(from)?, bounds(to)?);
    Some(DayRange { min: to_first.days_since(last), max: to_last.days_since(first) })
}

/// Whether `to` is more than that many calendar months after `from`.
///
/// 2020-01-15 to 2020-07-15 is exactly 6 months, hence not more. A date known to the month is asked with its first and
/// with its last day; if the answers differ, it is not known. Dates in the wrong order contradict each other and decide
/// nothing.
#[must_use]
pub fn more_than_months(from: Option<PartialDate>, to: Option<PartialDate>, months: u32) -> Truth {
    compare(from, to, months, |to, limit| to > limit)
}

/// Whether `to` is that many calendar months after `from`, or more.
#[must_use]
pub fn at_least_months(from: Option<PartialDate>, to: Option<PartialDate>, months: u32) -> Truth {
    compare(from, to, months, |to, limit| to >= limit)
}

fn compare(
    from: Option<PartialDate>,
    to: Option<PartialDate>,
    months: u32,
    holds: impl Fn(Day, Day) -> bool,
) -> Truth {
    let (Some((first, last)), Some((to_first, to_last))) = (bounds(from), bounds(to)) else {
        return Truth::Unknown;
    };
    if to_last < first {
        return Truth::Unknown;
    }
    // Adding months never reverses the order of two days, so the extremes lie at the ends.
    let limit = |day: Day| day.add_months(i32::try_from(months).ok()?);
    match (limit(first), limit(last)) {
        (_, Some(limit)) if holds(to_first, limit) => Truth::True,
        (Some(limit), _) if !holds(to_last, limit) => Truth::False,
        _ => Truth::Unknown,
    }
}

/// Whether `earlier` is on or before `later`, or at most that many days after it.
#[must_use]
pub fn not_after(earlier: Option<PartialDate>, later: Option<PartialDate>, grace_days: u32) -> Truth {
    let grace = i32::try_from(grace_days).unwrap_or(i32::MAX);
    match days_between(later, earlier) {
        Some(days) if days.max <= grace => Truth::True,
        Some(days) if days.min > grace => Truth::False,
        _ => Truth::Unknown,
    }
}

/// Whether `earlier` is surely after `later`, whatever the missing days are: a contradiction.
#[must_use]
pub fn surely_after(earlier: Option<PartialDate>, later: Option<PartialDate>) -> bool {
    days_between(earlier, later).is_some_and(|days| days.max < 0)
}

#[cfg(test)]
mod tests {
    use oligomet_base::day::DateOrder;

    use super::*;

    fn date(text: &str) -> Option<PartialDate> {
        Some(PartialDate::parse(text, DateOrder::YearMonthDay).unwrap())
    }

    #[test]
    fn six_months_are_six_calendar_months() {
        let after = |from, to| more_than_months(date(from), date(to), 6);
        assert_eq!(after("2020-01-15", "2020-07-15"), Truth::False);
        assert_eq!(after("2020-01-15", "2020-07-16"), Truth::True);
        // 31 August plus 6 months is the last day of February.
        assert_eq!(after("2019-08-31", "2020-02-29"), Truth::False);
        assert_eq!(after("2019-08-31", "2020-03-01"), Truth::True);
    }

    #[test]
    fn a_month_that_straddles_the_cut_decides_nothing() {
        let after = |from, to| more_than_months(date(from), date(to), 6);
        assert_eq!(after("2020-01-15", "2020-07"), Truth::Unknown);
        assert_eq!(after("2020-01-15", "2020-08"), Truth::True);
        assert_eq!(after("2020-01", "2020-06"), Truth::False);
        assert_eq!(after("2019", "2020-03"), Truth::Unknown);
        assert_eq!(after("2018", "2020"), Truth::True);
        assert_eq!(more_than_months(None, date("2020"), 6), Truth::Unknown);
    }

    #[test]
    fn days_have_a_smallest_and_a_largest_number() {
        assert_eq!(days_between(date("2020-01"), date("2020-03-10")), Some(DayRange { min: 39, max: 69 }));
        assert!(surely_after(date("2020-05"), date("2020-04-30")));
        assert!(!surely_after(date("2020-05"), date("2020-05-01")));
    }

    /// Every pair of days that two partial dates can mean is asked; the answer is known only if all agree.
    #[test]
    fn partial_dates_agree_with_all_their_days() {
        for (from, to) in
            [("2019-08", "2020-02"), ("2019-08", "2020-03"), ("2019-12", "2020-06"), ("2019-07", "2020-01")]
        {
            let days = |d: Option<PartialDate>| {
                let (a, b) = bounds(d).unwrap();
                (a.0..=b.0).map(Day)
            };
            let answers: Vec<Truth> = days(date(from))
                .flat_map(|f| days(date(to)).map(move |t| (f, t)))
                .map(|(f, t)| more_than_months(Some(PartialDate::Day(f)), Some(PartialDate::Day(t)), 6))
                .collect();
            let expected = if answers.iter().all(|a| *a == answers[0]) { answers[0] } else { Truth::Unknown };
            assert_eq!(more_than_months(date(from), date(to), 6), expected, "{from} {to}");
        }
    }
}
