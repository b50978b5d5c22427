//! Fixed shards and a fixed merge tree: the same additions in the same order for any number of threads.

use rayon::prelude::*;
use std::ops::Range;

/// Rows that one shard holds at least, so that small data stay on one thread.
const SHARD_ROWS: usize = 1 << 15;
/// More shards than this gain nothing and cost memory.
const MAX_SHARDS: usize = 16;

/// Splits rows into shards. Depends on the data's size only, never on the number of threads.
///
/// `table_cells` is the number of values in each shard's table: the tables of all shards together
/// stay below a fraction of the input.
pub(crate) fn shards(n: usize, table_cells: usize) -> Vec<Range<usize>> {
    let by_rows = n / SHARD_ROWS;
    let by_memory = n / table_cells.max(1);
    let count = by_rows.min(by_memory.max(1)).clamp(1, MAX_SHARDS);
    (0..count).map(|s| n * s / count..n * (s + 1) / count).collect()
}

/// Values that a shard of a matrix works through at least.
const SHARD_VALUES: usize = 1 << 17;

/// Splits the rows of a matrix of `width` columns into shards, by the work and not by rows alone; all tables of
/// `table_cells` together stay below half of the matrix, but for one of a large matrix, which is worth two.
pub(crate) fn matrix_shards(n: usize, width: usize, table_cells: usize) -> Vec<Range<usize>> {
    let by_work = n * width / SHARD_VALUES;
    let by_memory = n * width / (2 * table_cells.max(1));
    let least = if by_work >= 4 { 2 } else { 1 };
    let count = by_work.min(by_memory.max(least)).clamp(1, MAX_SHARDS);
    (0..count).map(|s| n * s / count..n * (s + 1) / count).collect()
}

/// Computes one value per shard and merges them pairwise in a fixed tree.
pub(crate) fn map_merge<I: Send, T: Send>(
    shards: Vec<I>,
    compute: impl Fn(I) -> T + Sync,
    merge: impl Fn(&mut T, T),
) -> Option<T> {
    if shards.len() == 1 {
        return shards.into_iter().next().map(compute);
    }
    let mut level: Vec<T> = shards.into_par_iter().map(&compute).collect();
    while level.len() > 1 {
        let mut next = Vec::with_capacity(level.len().div_ceil(2));
        let mut pairs = level.into_iter();
        while let Some(mut left) = pairs.next() {
            if let Some(right) = pairs.next() {
                merge(&mut left, right);
            }
            next.push(left);
        }
        level = next;
    }
    level.pop()
}

/// Each shard with its part of `values`, which has `width` values per row.
pub(crate) fn with_slices(
    shards: Vec<Range<usize>>,
    mut values: &mut [f64],
    width: usize,
) -> Vec<(Range<usize>, &mut [f64])> {
    let mut parts = Vec::with_capacity(shards.len());
    for shard in shards {
        let (part, rest) = values.split_at_mut(shard.len() * width);
        values = rest;
        parts.push((shard, part));
    }
    parts
}

/// Adds `other` to `sum`, element by element.
pub(crate) fn add_assign(sum: &mut [f64], other: &[f64]) {
    for (s, o) in sum.iter_mut().zip(other) {
        *s += o;
    }
}
