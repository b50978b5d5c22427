//! Counting over replicates.

use rayon::prelude::*;

/// What became of one interval in one replicate.
#[derive(Debug, Clone, Copy)]
pub enum Seen {
    /// There was no interval.
    Undefined,
    /// The interval held the truth, or the test rejected.
    Yes,
    No,
}

impl Seen {
    pub fn of(value: bool) -> Self {
        if value { Seen::Yes } else { Seen::No }
    }

    /// A missing upper limit is infinite where `open` is true; any other missing limit leaves no interval.
    pub fn covers(low: Option<f64>, truth: f64, high: Option<f64>, open: bool) -> Self {
        match (low, high) {
            (Some(low), Some(high)) => Seen::of(low <= truth && truth <= high),
            (Some(low), None) if open => Seen::of(low <= truth),
            _ => Seen::Undefined,
        }
    }
}

/// Counts of one quantity.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub yes: u32,
    pub defined: u32,
    pub runs: u32,
}

impl Tally {
    fn add(&mut self, seen: Seen) {
        self.runs += 1;
        if !matches!(seen, Seen::Undefined) {
            self.defined += 1;
            self.yes += u32::from(matches!(seen, Seen::Yes));
        }
    }

    /// Share of the defined runs, in per cent; NaN without any.
    pub fn percent(&self) -> f64 {
        100.0 * f64::from(self.yes) / f64::from(self.defined)
    }

    /// Its Monte-Carlo standard error, in points.
    pub fn error(&self) -> f64 {
        let p = self.percent() / 100.0;
        100.0 * libm::sqrt(p * (1.0 - p) / f64::from(self.defined))
    }

    pub fn undefined_percent(&self) -> f64 {
        100.0 - 100.0 * f64::from(self.defined) / f64::from(self.runs)
    }
}

/// Runs the replicates and counts each of the `K` quantities.
pub fn replicate<const K: usize>(runs: u32, one: impl Fn(u64) -> [Seen; K] + Sync) -> [Tally; K] {
    let count = |mut sum: [Tally; K], replicate: u32| {
        sum.iter_mut().zip(one(u64::from(replicate))).for_each(|(tally, seen)| tally.add(seen));
        sum
    };
    let merge = |mut a: [Tally; K], b: [Tally; K]| {
        for (a, b) in a.iter_mut().zip(b) {
            a.yes += b.yes;
            a.defined += b.defined;
            a.runs += b.runs;
        }
        a
    };
    let none = || [Tally::default(); K];
    (0..runs).into_par_iter().fold(none, count).reduce(none, merge)
}
