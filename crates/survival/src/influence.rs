//! Infinitesimal-jackknife variances of step functions, in one sweep over time.
//!
//! The influence of a row on an estimate at t is a(t) - F(t) b(t), where a row at risk collects
//! -dA and -dB at each event time, and its own event adds a jump. Rows of a cluster add up. The sum of
//! squares over clusters is a quadratic form in (alpha, beta, m): what members have collected, less
//! what those at risk still collect.

use crate::axis::Timeline;
use crate::owned::compress_codes;
use crate::sample::Sample;

/// What happens at one slot, for the influence of rows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Collected {
    /// Running sum A up to and including the slot.
    pub(crate) a: f64,
    /// Running sum B up to and including the slot.
    pub(crate) b: f64,
    /// F at the slot: the influence there is a - F b.
    pub(crate) level: f64,
    /// Jump of a for a row with an event at the slot: of the cause looked at, and of another.
    pub(crate) jump_a: [f64; 2],
    /// Jump of b for a row with an event at the slot.
    pub(crate) jump_b: f64,
}

/// Sums over clusters of products of alpha, beta and m.
#[derive(Default)]
struct Products {
    aa: f64,
    ab: f64,
    bb: f64,
    am: f64,
    bm: f64,
    mm: f64,
}

impl Products {
    fn add(&mut self, [a, b, m]: [f64; 3], sign: f64) {
        self.aa += sign * a * a;
        self.ab += sign * a * b;
        self.bb += sign * b * b;
        self.am += sign * a * m;
        self.bm += sign * b * m;
        self.mm += sign * m * m;
    }

    /// Sum over clusters of (alpha - F beta - (A - F B) m)^2.
    fn form(&self, at: &Collected) -> f64 {
        let f = at.level;
        let g = at.a - f * at.b;
        let square = self.aa + f * f * self.bb + g * g * self.mm - 2.0 * f * self.ab - 2.0 * g * self.am
            + 2.0 * f * g * self.bm;
        square.max(0.0)
    }
}

/// Sum of squared influences after each slot. `cause_of_interest` 0: any event has the first jump.
pub(crate) fn squared_influence(
    sample: &Sample<'_>,
    timeline: &Timeline<'_>,
    steps: &[Collected],
    cause_of_interest: u32,
) -> Vec<f64> {
    let n = sample.n();
    let cluster = match sample.clusters {
        Some(codes) => compress_codes(codes).0,
        None => (0..n as u32).collect(),
    };
    let mut members = vec![[0.0; 3]; n];
    let mut products = Products::default();
    let by_exit = rows_by_slot(n, steps.len(), |row| timeline.exit.get(row));
    let by_entry = timeline.entry.as_ref().map(|entry| rows_by_slot(n, steps.len(), |row| entry.get(row)));
    let mut change = |products: &mut Products, row: u32, by: [f64; 3]| {
        let member = &mut members[cluster[row as usize] as usize];
        products.add(*member, -1.0);
        (0..3).for_each(|k| member[k] += by[k]);
        products.add(*member, 1.0);
    };
    if by_entry.is_none() {
        (0..n as u32).for_each(|row| change(&mut products, row, [0.0, 0.0, sample.weight(row as usize)]));
    }
    let mut squares = Vec::with_capacity(steps.len());
    for (slot, step) in steps.iter().enumerate() {
        for &row in by_exit.of(slot) {
            let w = sample.weight(row as usize);
            let (mut a, mut b) = (-w * step.a, -w * step.b);
            let cause = sample.cause(row as usize);
            if cause > 0 {
                let other = cause_of_interest != 0 && cause != cause_of_interest;
                a += w * step.jump_a[usize::from(other)];
                b += w * step.jump_b;
            }
            change(&mut products, row, [a, b, -w]);
        }
        for &row in by_entry.as_ref().map_or(&[][..], |e| e.of(slot)) {
            let w = sample.weight(row as usize);
            change(&mut products, row, [w * step.a, w * step.b, w]);
        }
        squares.push(products.form(step));
    }
    squares
}

/// Rows in order of their slot.
struct BySlot {
    rows: Vec<u32>,
    start: Vec<u32>,
}

impl BySlot {
    fn of(&self, slot: usize) -> &[u32] {
        &self.rows[self.start[slot] as usize..self.start[slot + 1] as usize]
    }
}

fn rows_by_slot(n: usize, n_slots: usize, slot: impl Fn(usize) -> usize) -> BySlot {
    let mut start = vec![0u32; n_slots + 1];
    (0..n).for_each(|row| start[slot(row) + 1] += 1);
    for s in 0..n_slots {
        start[s + 1] += start[s];
    }
    let mut next = start.clone();
    let mut rows = vec![0; n];
    for row in 0..n {
        let place = &mut next[slot(row)];
        rows[*place as usize] = row as u32;
        *place += 1;
    }
    BySlot { rows, start }
}
