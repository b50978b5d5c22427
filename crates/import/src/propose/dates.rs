//! In which order the dates of a column are written.

use oligomet_base::day::DateOrder;

use super::profile::DateProfile;

/// What is concluded about the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Order {
    /// Every value is a true date: no order is needed.
    NotNeeded,
    Known(DateOrder, String),
    /// Day and month cannot be told apart.
    Open(String),
}

/// The order of dates written as text.
pub(super) fn order_of(dates: &DateProfile) -> Order {
    if dates.n_written == 0 {
        return Order::NotNeeded;
    }
    let most = dates.n_in_order.iter().copied().max().unwrap_or(0);
    let best: Vec<usize> = (0..3).filter(|&at| dates.n_in_order[at] == most).collect();
    let written = |n: usize| format!("{n} of {} written dates", dates.n_written);
    match best.as_slice() {
        &[at] => {
            let order = DateOrder::ALL[at];
            let because = match (&dates.witness[at], order) {
                (Some(text), DateOrder::DayMonthYear) => format!("; day first because of {text}"),
                (Some(text), DateOrder::MonthDayYear) => format!("; month first because of {text}"),
                _ => String::new(),
            };
            Order::Known(order, format!("{} are {}{because}", written(most), order.name()))
        }
        _ => {
            let example = dates.examples.first().map(String::as_str).unwrap_or_default();
            Order::Open(format!(
                "{} are dates, but every day is 12 or less, as in {example}: day first or month first?",
                written(most)
            ))
        }
    }
}

/// The place of an order in [`DateOrder::ALL`].
pub(super) fn index_of(order: DateOrder) -> Option<usize> {
    DateOrder::ALL.iter().position(|&o| o == order)
}
