//! Monotone likelihood: proof that a direction of coefficients has no finite optimum.

use super::kernel::Kernel;
use crate::matrix::{Ldl, Matrix, dot};

/// Slack of the comparison, relative to the size of the direction's scores.
const SLACK: f64 = 1e-6;

/// True if along `direction` (of the scaled columns) every event has the highest score of its risk
/// set, and some risk set a lower one: the likelihood then rises for ever (Bryson & Johnson 1981).
pub(crate) fn is_monotone(kernel: &Kernel<'_>, direction: &[f64]) -> bool {
    check(kernel, direction, true)
}

/// As [`is_monotone`] for the exact likelihood: tied events are compared with the others only.
pub(crate) fn is_monotone_exact(kernel: &Kernel<'_>, direction: &[f64]) -> bool {
    check(kernel, direction, false)
}

fn check(kernel: &Kernel<'_>, direction: &[f64], among_ties: bool) -> bool {
    if a_row_disproves(kernel, direction, among_ties) {
        return false;
    }
    let p = kernel.n_columns();
    let n = kernel.grid.n_rows();
    let mut score = vec![0.0; n];
    kernel.for_each_block(0..n, |start, block| {
        for (i, x) in block.chunks_exact(p).enumerate() {
            score[start + i] = crate::matrix::dot(x, direction);
        }
    });
    let size = score.iter().fold(0.0f64, |m, s| m.max(s.abs()));
    let slack = SLACK * size;
    if first_event_is_not_highest(kernel, &score, among_ties, slack) {
        return false;
    }
    let extremes = Extremes::new(kernel, &score, among_ties);
    extremes.every_event_is_highest(slack) && extremes.some_risk_set_differs(slack)
}

/// Rows that are looked at for a disproof without going through all.
const FEW_ROWS: usize = 512;

/// Disproof by an event of the first event time and one of the first rows: it settles most directions without a
/// pass through the data. The slack is at least that of the whole comparison.
fn a_row_disproves(kernel: &Kernel<'_>, direction: &[f64], among_ties: bool) -> bool {
    let Some(stratum) = kernel.grid.strata.first() else { return false };
    let first = stratum.start;
    let is_first = |row: usize| kernel.grid.place(row).is_some_and(|q| q.event && q.cell == first);
    let mut rows = 0..kernel.grid.n_rows();
    let Some(event) = rows.find(|&row| is_first(row) && kernel.weight(row) > 0.0) else { return false };
    let mut score_of_event = 0.0;
    kernel.for_each_block(event..event + 1, |_, x| score_of_event = dot(x, direction));
    let limit = score_of_event + SLACK * kernel.standard.predictor_bound(kernel.design, direction);
    let mut disproved = false;
    kernel.for_each_block(0..FEW_ROWS.min(kernel.grid.n_rows()), |start, block| {
        for (i, x) in block.chunks_exact(direction.len()).enumerate() {
            let row = start + i;
            let at_risk =
                kernel.grid.place(row).is_some_and(|q| stratum.contains(&q.cell) && q.covers(first));
            let compared = at_risk && kernel.weight(row) > 0.0 && (among_ties || !is_first(row));
            disproved |= compared && dot(x, direction) > limit;
        }
    });
    disproved
}

/// Disproof by the first event time alone, which settles nearly every direction.
fn first_event_is_not_highest(kernel: &Kernel<'_>, score: &[f64], among_ties: bool, slack: f64) -> bool {
    let Some(stratum) = kernel.grid.strata.first() else { return false };
    let first = stratum.start;
    let (mut highest, mut lowest_event) = (f64::NEG_INFINITY, f64::INFINITY);
    for (row, &s) in score.iter().enumerate() {
        let Some(place) = kernel.grid.place(row) else { continue };
        if !stratum.contains(&place.cell) || !place.covers(first) || kernel.weight(row) <= 0.0 {
            continue;
        }
        let event = place.event && place.cell == first;
        if event && s < lowest_event {
            lowest_event = s;
        }
        if (!event || among_ties) && s > highest {
            highest = s;
        }
    }
    lowest_event < highest - slack
}

/// Shares of the largest comparison within which one counts as tight, tried in this order.
const TIGHT: [f64; 6] = [1e-6, 1e-4, 1e-3, 1e-2, 0.05, 0.2];
/// More comparisons of an event with a row at risk are not gone through.
const MOST_COMPARISONS: usize = 20_000_000;

/// A monotone direction near the given one. A search without end approaches one, but some comparisons
/// that have to be 0 on it are still a little off: they are made 0, and the result is put to the proof.
pub(super) fn nearest_monotone(kernel: &Kernel<'_>, way: &[f64], among_ties: bool) -> Option<Vec<f64>> {
    let (p, n) = (kernel.n_columns(), kernel.grid.n_rows());
    if n.saturating_mul(kernel.grid.len()) > MOST_COMPARISONS {
        return None;
    }
    let mut x = Vec::with_capacity(n * p);
    kernel.for_each_block(0..n, |_, block| x.extend_from_slice(block));
    let mut way = way.to_vec();
    for share in TIGHT {
        let tight = tight_comparisons(kernel, &x, &way, share);
        let factor = Ldl::new(&tight, 1e-9);
        let kept: Vec<usize> = (0..p).filter(|&j| factor.is_kept(j)).collect();
        let rest: Vec<f64> = (0..p).map(|j| if factor.is_kept(j) { 0.0 } else { way[j] }).collect();
        let pull: Vec<f64> = (0..p).map(|i| -dot(tight.row(i), &rest)).collect();
        let solved = factor.solve(&pull);
        let mut found = rest;
        kept.iter().for_each(|&j| found[j] = solved[j]);
        let largest = found.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        if largest <= 0.0 || !largest.is_finite() {
            return None;
        }
        found.iter_mut().for_each(|v| *v = if v.abs() < 1e-9 * largest { 0.0 } else { *v / largest });
        if check(kernel, &found, among_ties) {
            return Some(found);
        }
        way = found;
    }
    None
}

/// Sum of a a' over the comparisons a = event less row at risk that `way` makes no more than `share` of
/// the largest.
fn tight_comparisons(kernel: &Kernel<'_>, x: &[f64], way: &[f64], share: f64) -> Matrix {
    let (p, n) = (way.len(), kernel.grid.n_rows());
    let row = |i: usize| &x[i * p..(i + 1) * p];
    let score: Vec<f64> = (0..n).map(|i| dot(row(i), way)).collect();
    let (low, high) =
        score.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &s| (l.min(s), h.max(s)));
    let mut sum = Matrix::zeros(p, p);
    for stratum in &kernel.grid.strata {
        for event in 0..n {
            let Some(at) = kernel.grid.place(event).filter(|q| q.event && stratum.contains(&q.cell)) else {
                continue;
            };
            for other in 0..n {
                let at_risk =
                    kernel.grid.place(other).is_some_and(|q| stratum.contains(&q.cell) && q.covers(at.cell));
                if at_risk && score[event] - score[other] <= share * (high - low) {
                    let a: Vec<f64> = row(event).iter().zip(row(other)).map(|(e, o)| e - o).collect();
                    for i in 0..p {
                        for j in 0..p {
                            *sum.at(i, j) += a[i] * a[j];
                        }
                    }
                }
            }
        }
    }
    sum
}

/// Highest and lowest score of each cell's risk set, and the lowest of its events.
struct Extremes {
    /// Highest score of the rows that do not have their event in the cell.
    highest_other: Vec<f64>,
    among_ties: bool,
    highest: Vec<f64>,
    lowest: Vec<f64>,
    lowest_event: Vec<f64>,
}

impl Extremes {
    fn new(kernel: &Kernel<'_>, score: &[f64], among_ties: bool) -> Self {
        let m = kernel.grid.len();
        let mut all = Extremes {
            highest_other: vec![f64::NEG_INFINITY; m],
            among_ties,
            highest: vec![f64::NEG_INFINITY; m],
            lowest: vec![f64::INFINITY; m],
            lowest_event: vec![f64::INFINITY; m],
        };
        if kernel.grid.has_entry() {
            all.fill_intervals(kernel, score);
        } else {
            all.fill_suffixes(kernel, score);
        }
        all
    }

    fn note(&mut self, cell: usize, score: f64) {
        self.highest[cell] = self.highest[cell].max(score);
        self.lowest[cell] = self.lowest[cell].min(score);
    }

    fn fill_suffixes(&mut self, kernel: &Kernel<'_>, score: &[f64]) {
        for (row, &s) in score.iter().enumerate() {
            if let Some(place) = kernel.grid.place(row).filter(|_| kernel.weight(row) > 0.0) {
                self.note(place.cell, s);
                if !place.event {
                    self.highest_other[place.cell] = self.highest_other[place.cell].max(s);
                }
                if place.event {
                    self.lowest_event[place.cell] = self.lowest_event[place.cell].min(s);
                }
            }
        }
        for stratum in &kernel.grid.strata {
            for cell in stratum.clone().rev().skip(1) {
                let (high, low) = (self.highest[cell + 1], self.lowest[cell + 1]);
                self.note(cell, high);
                self.note(cell, low);
                self.highest_other[cell] = self.highest_other[cell].max(high);
            }
        }
    }

    /// With delayed entry a row is in a run of cells, not in all up to its exit.
    fn fill_intervals(&mut self, kernel: &Kernel<'_>, score: &[f64]) {
        for (row, &s) in score.iter().enumerate() {
            let Some(place) = kernel.grid.place(row).filter(|_| kernel.weight(row) > 0.0) else { continue };
            let stratum = &kernel.grid.strata[kernel.grid.stratum_of_cell(place.cell)];
            for cell in place.entry.map_or(stratum.start, |e| e + 1)..=place.cell {
                self.note(cell, s);
                if !place.event || cell != place.cell {
                    self.highest_other[cell] = self.highest_other[cell].max(s);
                }
            }
            if place.event {
                self.lowest_event[place.cell] = self.lowest_event[place.cell].min(s);
            }
        }
    }

    fn every_event_is_highest(&self, slack: f64) -> bool {
        let highest = if self.among_ties { &self.highest } else { &self.highest_other };
        self.lowest_event.iter().zip(highest).all(|(event, highest)| *event >= highest - slack)
    }

    fn some_risk_set_differs(&self, slack: f64) -> bool {
        self.lowest.iter().zip(&self.highest).any(|(lowest, highest)| highest - lowest > 10.0 * slack)
    }
}
