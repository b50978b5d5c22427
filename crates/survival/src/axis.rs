//! The time axis: slots on which tables are summed, and the one rule for near-ties.

use crate::error::{Result, SurvivalError};
use crate::sample::{Sample, Times, range_of_days};

/// Continuous times are one time if they differ by no more than this, absolutely or relative to the
/// mean size of all times: the square root of the machine epsilon, as R's `survival` does.
///
/// Neighbouring times are chained: the rule is applied between consecutive distinct values.
pub const TIME_TOLERANCE: f64 = 1.490_116_119_384_765_6e-8;

/// Slots of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum TimeAxis {
    /// Every day from `first` on, `n` of them, also those on which nothing happens.
    Days {
        /// First day.
        first: i32,
        /// Number of days.
        n: usize,
    },
    /// Ascending distinct times.
    Distinct(Vec<f64>),
}

impl TimeAxis {
    /// Number of slots.
    pub fn len(&self) -> usize {
        match self {
            TimeAxis::Days { n, .. } => *n,
            TimeAxis::Distinct(t) => t.len(),
        }
    }

    /// True without slots.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Time of a slot.
    ///
    /// # Panics
    /// If `slot` is not below [`TimeAxis::len`].
    pub fn time(&self, slot: usize) -> f64 {
        match self {
            TimeAxis::Days { first, .. } => f64::from(*first) + slot as f64,
            TimeAxis::Distinct(t) => t[slot],
        }
    }
}

/// Slot of each row, computed or looked up.
#[derive(Debug, Clone)]
pub(crate) enum Slots<'a> {
    Days { days: &'a [i32], first: i32 },
    Ranks(Vec<u32>),
}

impl Slots<'_> {
    #[inline(always)]
    pub(crate) fn get(&self, row: usize) -> usize {
        match self {
            Slots::Days { days, first } => days[row].wrapping_sub(*first) as u32 as usize,
            Slots::Ranks(ranks) => ranks[row] as usize,
        }
    }
}

/// A sample laid on an axis.
#[derive(Debug, Clone)]
pub(crate) struct Timeline<'a> {
    pub(crate) axis: TimeAxis,
    pub(crate) exit: Slots<'a>,
    pub(crate) entry: Option<Slots<'a>>,
}

impl<'a> Timeline<'a> {
    /// Days become a dense axis where that costs no more than the rows; everything else is ranked.
    pub(crate) fn new(sample: &Sample<'a>) -> Result<Self> {
        if let Times::Days(exit) = sample.exit {
            let entry = match sample.entry {
                Some(Times::Days(e)) => Some(e),
                _ => None,
            };
            let range = sample.exit_days.unwrap_or_else(|| range_of_days(exit));
            if let Some(timeline) = Self::dense(exit, range, entry) {
                return Ok(timeline);
            }
            return Ok(Self::ranked_days(exit, entry));
        }
        Self::ranked(sample)
    }

    fn dense(exit: &'a [i32], (mut first, last): (i32, i32), entry: Option<&'a [i32]>) -> Option<Self> {
        if let Some(entry) = entry {
            first = entry.iter().fold(first, |a, &d| a.min(d));
        }
        let n = (i64::from(last) - i64::from(first) + 1) as usize;
        if n > 4 * exit.len() + 64 {
            return None;
        }
        Some(Timeline {
            axis: TimeAxis::Days { first, n },
            exit: Slots::Days { days: exit, first },
            entry: entry.map(|days| Slots::Days { days, first }),
        })
    }

    fn ranked_days(exit: &[i32], entry: Option<&[i32]>) -> Self {
        let mut days: Vec<i32> = exit.iter().chain(entry.unwrap_or(&[])).copied().collect();
        days.sort_unstable();
        days.dedup();
        let rank = |d: &i32| days.partition_point(|x| x < d) as u32;
        Timeline {
            exit: Slots::Ranks(exit.iter().map(rank).collect()),
            entry: entry.map(|e| Slots::Ranks(e.iter().map(rank).collect())),
            axis: TimeAxis::Distinct(days.iter().map(|&d| f64::from(d)).collect()),
        }
    }

    fn ranked(sample: &Sample<'a>) -> Result<Self> {
        let (Times::Continuous(exit), entry) = (sample.exit, sample.entry) else {
            return Err(SurvivalError::MixedTimes);
        };
        let entry = match entry {
            Some(Times::Continuous(e)) => Some(e),
            _ => None,
        };
        let (distinct, ranks) = distinct_ranks(exit, entry.unwrap_or(&[]));
        let (exit_ranks, entry_ranks) = ranks.split_at(exit.len());
        if let Some(entry) = entry
            && let Some(row) = (0..exit.len()).find(|&r| entry_ranks[r] >= exit_ranks[r])
        {
            return Err(SurvivalError::EntryNotBeforeExit { row, entry: entry[row], exit: exit[row] });
        }
        Ok(Timeline {
            axis: TimeAxis::Distinct(distinct),
            exit: Slots::Ranks(exit_ranks.to_vec()),
            entry: entry.map(|_| Slots::Ranks(entry_ranks.to_vec())),
        })
    }
}

/// Sorts the values, joins near-ties, and gives the distinct times and each value's rank among them.
fn distinct_ranks(exit: &[f64], entry: &[f64]) -> (Vec<f64>, Vec<u32>) {
    let n = exit.len() + entry.len();
    let value = |i: u32| {
        let i = i as usize;
        if i < exit.len() { exit[i] } else { entry[i - exit.len()] }
    };
    let mut keyed: Vec<(f64, u32)> = (0..n as u32).map(|i| (value(i), i)).collect();
    keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let tolerance = tie_tolerance(&keyed);
    let mut distinct: Vec<f64> = Vec::new();
    let mut ranks = vec![0u32; n];
    let mut previous = f64::NEG_INFINITY;
    for &(time, index) in &keyed {
        if time - previous > tolerance {
            distinct.push(time);
        }
        previous = time;
        ranks[index as usize] = (distinct.len() - 1) as u32;
    }
    (distinct, ranks)
}

/// The near-tie tolerance of these sorted values: see [`TIME_TOLERANCE`].
fn tie_tolerance(sorted: &[(f64, u32)]) -> f64 {
    let (mut sum, mut count, mut previous) = (0.0, 0usize, f64::NAN);
    for &(time, _) in sorted {
        if time != previous {
            sum += time.abs();
            count += 1;
            previous = time;
        }
    }
    let mean = if count == 0 { 0.0 } else { sum / count as f64 };
    TIME_TOLERANCE * mean.max(1.0)
}
