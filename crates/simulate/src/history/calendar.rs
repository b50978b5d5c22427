//! Days on which treatment is given.

use oligomet_base::{DAYS_PER_MONTH, Day};

/// The nearest whole day to a number of months; far future where it is infinite.
pub(crate) fn days(months: f64) -> i32 {
    // 80,000 days are 219 years: beyond every cut-off, and sums of two stay within i32.
    (months * DAYS_PER_MONTH).round().min(80_000.0) as i32
}

/// So many days later.
pub(super) fn plus(day: Day, days: i32) -> Day {
    Day(day.0 + days)
}

/// Whether treatment is given on that day: Monday to Friday (day 0 was a Thursday).
fn is_working_day(day: Day) -> bool {
    (day.0 + 3).rem_euclid(7) < 5
}

/// That day, or the next working day.
pub(super) fn working_day(day: Day) -> Day {
    let mut day = day;
    while !is_working_day(day) {
        day = plus(day, 1);
    }
    day
}

/// The day of the last fraction. High doses per fraction are given every other working day.
pub(super) fn last_fraction(start: Day, fractions: i32, per_day: i32, every_other: bool) -> Day {
    let sessions = (fractions + per_day - 1) / per_day.max(1);
    let mut day = working_day(start);
    for _ in 1..sessions {
        day = working_day(plus(day, if every_other { 2 } else { 1 }));
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        let date = oligomet_base::PartialDate::parse(text, oligomet_base::day::DateOrder::YearMonthDay);
        date.and_then(oligomet_base::PartialDate::earliest).unwrap()
    }

    #[test]
    fn courses_run_over_working_days() {
        // 2021-03-01 was a Monday.
        assert_eq!(last_fraction(day("2021-03-01"), 10, 1, false), day("2021-03-12"));
        assert_eq!(last_fraction(day("2021-03-01"), 5, 1, true), day("2021-03-10"));
        assert_eq!(last_fraction(day("2021-03-01"), 14, 2, false), day("2021-03-09"));
        assert_eq!(working_day(day("2021-03-06")), day("2021-03-08"));
    }
}
