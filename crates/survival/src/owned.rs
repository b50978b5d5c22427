//! Samples that own their rows: parts of a sample, resamples.

use crate::sample::{Events, Sample, Times};

#[derive(Debug, Clone)]
enum OwnedTimes {
    Days(Vec<i32>),
    Continuous(Vec<f64>),
}

impl OwnedTimes {
    fn select(from: Times<'_>, rows: &[u32]) -> Self {
        match from {
            Times::Days(d) => OwnedTimes::Days(pick(d, rows)),
            Times::Continuous(t) => OwnedTimes::Continuous(pick(t, rows)),
        }
    }

    fn borrow(&self) -> Times<'_> {
        match self {
            OwnedTimes::Days(d) => Times::Days(d),
            OwnedTimes::Continuous(t) => Times::Continuous(t),
        }
    }
}

/// Selected rows of a sample (a row may be chosen more than once).
#[derive(Debug, Clone)]
pub(crate) struct OwnedSample {
    exit: OwnedTimes,
    entry: Option<OwnedTimes>,
    cause: Vec<u32>,
    weights: Option<Vec<f64>>,
    strata: Option<Vec<u32>>,
    clusters: Option<Vec<u32>>,
}

pub(crate) fn pick<T: Copy>(from: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|&r| from[r as usize]).collect()
}

impl OwnedSample {
    pub(crate) fn select(sample: &Sample<'_>, rows: &[u32]) -> Self {
        OwnedSample {
            exit: OwnedTimes::select(sample.exit, rows),
            entry: sample.entry.map(|e| OwnedTimes::select(e, rows)),
            cause: rows.iter().map(|&r| sample.cause(r as usize)).collect(),
            weights: sample.weights.map(|w| pick(w, rows)),
            strata: sample.strata.map(|s| pick(s, rows)),
            clusters: sample.clusters.map(|c| pick(c, rows)),
        }
    }

    /// The rows as a sample; they were checked when the whole sample was made.
    pub(crate) fn as_sample(&self) -> Sample<'_> {
        Sample {
            exit: self.exit.borrow(),
            entry: self.entry.as_ref().map(OwnedTimes::borrow),
            events: Events::Causes(&self.cause),
            weights: self.weights.as_deref(),
            strata: self.strata.as_deref(),
            clusters: self.clusters.as_deref(),
            exit_days: None,
        }
    }
}

/// Rows of each group, in order: a counting sort of the codes.
pub(crate) fn rows_by_group(codes: &[u32], n_groups: usize) -> Vec<Vec<u32>> {
    let mut rows = vec![Vec::new(); n_groups];
    for (row, &g) in codes.iter().enumerate() {
        rows[g as usize].push(row as u32);
    }
    rows
}

/// Any codes as 0, 1, ..., in ascending order of the codes, and how many there are.
pub(crate) fn compress_codes(codes: &[u32]) -> (Vec<u32>, usize) {
    let mut distinct = codes.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let index = |c: &u32| distinct.partition_point(|d| d < c) as u32;
    (codes.iter().map(index).collect(), distinct.len())
}
