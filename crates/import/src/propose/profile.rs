//! What the cells of a column are, gathered in one pass.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use oligomet_base::day::DateOrder;
use oligomet_base::{Day, PartialDate};

use super::words::is_not_known;
use crate::build::{DateText, read_date};
use crate::cell::Cell;
use crate::number::{Evidence, Signs, read_number};

/// So many different values are kept with their counts.
const MOST_VALUES: usize = 1000;
/// So many different values are counted.
const MOST_DISTINCT: usize = 250_000;

/// What the cells of a column are.
#[derive(Debug, Default)]
pub(super) struct Profile {
    pub(super) n: usize,
    pub(super) n_empty: usize,
    /// Texts that mean "not known" and how often.
    pub(super) not_known: BTreeMap<String, usize>,
    /// Different values and how often, as long as there are few.
    pub(super) values: BTreeMap<String, usize>,
    pub(super) values_are_all: bool,
    distinct: HashSet<u64>,
    /// Numbers, and texts that read as numbers; not yet under the column's decimal sign.
    pub(super) numbers: Vec<(f64, Signs)>,
    pub(super) evidence: Evidence,
    pub(super) n_percent: usize,
    pub(super) n_bool: usize,
    pub(super) n_error: usize,
    pub(super) dates: DateProfile,
    /// Letters in all texts together.
    pub(super) n_letters: usize,
    pub(super) n_with_at: usize,
    /// Texts without any digit.
    pub(super) n_without_digit: usize,
}

/// What the dates of a column are.
#[derive(Debug, Default)]
pub(super) struct DateProfile {
    /// True dates.
    pub(super) n_true: usize,
    /// Texts that are a day in at least one order.
    pub(super) n_written: usize,
    /// Of these, how many are a day in each order of [`DateOrder::ALL`].
    pub(super) n_in_order: [usize; 3],
    /// For each order, the first text that is a day only in it.
    pub(super) witness: [Option<String>; 3],
    /// The first texts.
    pub(super) examples: Vec<String>,
    pub(super) n_partial: usize,
    pub(super) n_two_digit: usize,
    pub(super) n_compact: usize,
    days: Option<(Day, Day)>,
    /// Smallest and largest day in each order.
    written_days: [Option<(Day, Day)>; 3],
}

impl DateProfile {
    /// First and last day, texts read in that order.
    pub(super) fn range(&self, order: Option<usize>) -> Option<(Day, Day)> {
        let written = order.and_then(|o| self.written_days[o]);
        match (self.days, written) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        }
    }

    /// How many values are dates of any kind.
    pub(super) fn n_any(&self) -> usize {
        self.n_true + self.n_written + self.n_partial + self.n_two_digit
    }
}

fn widen(range: &mut Option<(Day, Day)>, day: Day) {
    *range = Some(range.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
}

impl Profile {
    pub(super) fn new() -> Self {
        Self { values_are_all: true, ..Self::default() }
    }

    pub(super) fn add(&mut self, cell: Cell<'_>) {
        self.n += 1;
        match cell {
            Cell::Empty => {
                self.n_empty += 1;
                return;
            }
            Cell::Text(text) if is_not_known(text) => {
                *self.not_known.entry(text.to_owned()).or_default() += 1;
                return;
            }
            Cell::Error(_) => {
                self.n_error += 1;
                return;
            }
            Cell::Text(text) => self.add_text(text),
            Cell::Number(x) => self.numbers.push((x, Signs::Plain)),
            Cell::Whole(n) => self.numbers.push((n as f64, Signs::Plain)),
            Cell::Percent(x) => {
                self.n_percent += 1;
                self.numbers.push((crate::cell::times_hundred(x), Signs::Plain));
            }
            Cell::Bool(_) => self.n_bool += 1,
            Cell::Day(day) => {
                self.dates.n_true += 1;
                widen(&mut self.dates.days, day);
            }
            Cell::NoDay(_) => {}
        }
        self.add_value(&cell.shown());
    }

    fn add_text(&mut self, text: &str) {
        self.n_letters += text.chars().count();
        self.n_with_at += usize::from(text.contains('@'));
        self.n_without_digit += usize::from(!text.bytes().any(|b| b.is_ascii_digit()));
        if let Some(written) = read_number(text) {
            self.evidence.add(written.signs);
            self.numbers.push((written.value, written.signs));
            self.dates.n_compact += usize::from(is_compact_date(text));
            return;
        }
        self.dates.add_text(text);
    }

    fn add_value(&mut self, shown: &str) {
        let mut hasher = DefaultHasher::new();
        shown.hash(&mut hasher);
        if self.distinct.len() < MOST_DISTINCT {
            self.distinct.insert(hasher.finish());
        }
        if let Some(n) = self.values.get_mut(shown) {
            *n += 1;
        } else if self.values.len() < MOST_VALUES {
            self.values.insert(shown.to_owned(), 1);
        } else {
            self.values_are_all = false;
        }
    }

    /// Rows with a value.
    pub(super) fn n_present(&self) -> usize {
        self.n - self.n_empty - self.n_error - self.not_known.values().sum::<usize>()
    }

    pub(super) fn n_distinct(&self) -> usize {
        self.distinct.len()
    }

    pub(super) fn distinct_is_capped(&self) -> bool {
        self.distinct.len() >= MOST_DISTINCT
    }

    /// Different values with their counts, most frequent first; `None` where there are too many to be kept.
    pub(super) fn counted(&self) -> Option<Vec<(&str, usize)>> {
        let mut list: Vec<(&str, usize)> = self.values.iter().map(|(text, n)| (text.as_str(), *n)).collect();
        list.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        self.values_are_all.then_some(list)
    }
}

fn is_compact_date(text: &str) -> bool {
    text.len() == 8 && matches!(PartialDate::parse(text, DateOrder::YearMonthDay), Some(PartialDate::Day(_)))
}

impl DateProfile {
    fn add_text(&mut self, text: &str) {
        let days = DateOrder::ALL.map(|order| match read_date(text, Some(order)) {
            DateText::Day(day) => Some(day),
            _ => None,
        });
        let fitting = days.iter().flatten().count();
        if fitting == 0 {
            match read_date(text, Some(DateOrder::DayMonthYear)) {
                DateText::Partial => self.n_partial += 1,
                DateText::TwoDigitYear => self.n_two_digit += 1,
                _ => {}
            }
            return;
        }
        self.n_written += 1;
        if self.examples.len() < 5 {
            self.examples.push(text.to_owned());
        }
        for (at, day) in days.into_iter().enumerate() {
            let Some(day) = day else { continue };
            self.n_in_order[at] += 1;
            widen(&mut self.written_days[at], day);
            if fitting == 1 && self.witness[at].is_none() {
                self.witness[at] = Some(text.to_owned());
            }
        }
    }
}
