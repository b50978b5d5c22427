//! Monotone likelihood: proof that a direction of coefficients has no finite optimum.

use super::kernel::Kernel;

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
