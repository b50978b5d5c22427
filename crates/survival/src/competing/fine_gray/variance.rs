//! The robust variance: score residuals, and what the estimated censoring curve adds to them.

use super::{FineGrayOptimum, Kind, Model, State};
use crate::cox::Gram;
use crate::matrix::Matrix;
use crate::sample::Sample;
use crate::table::DayTable;

/// Running sums over the event times, p + 1 values each: hazard, then hazard times mean.
struct Cumulated {
    width: usize,
    plain: Vec<f64>,
    weighted: Vec<f64>,
}

impl Cumulated {
    fn new(model: &Model<'_>, state: &State, p: usize) -> Self {
        let (width, m) = (p + 1, model.events.len());
        let mut sums = Cumulated { width, plain: vec![0.0; width], weighted: vec![0.0; width] };
        for c in 0..m {
            for k in 0..width {
                let mean = if k == 0 { 1.0 } else { state.mean[c * p + k - 1] };
                let step = state.hazard[c] * mean;
                sums.plain.push(sums.plain[c * width + k] + step);
                sums.weighted.push(sums.weighted[c * width + k] + model.censoring[c] * step);
            }
        }
        sums
    }

    fn plain(&self, passed: usize) -> &[f64] {
        &self.plain[passed * self.width..(passed + 1) * self.width]
    }

    /// What is still to come after the first `passed` times.
    fn weighted_after(&self, passed: usize) -> Vec<f64> {
        let last = &self.weighted[self.weighted.len() - self.width..];
        let so_far = &self.weighted[passed * self.width..(passed + 1) * self.width];
        last.iter().zip(so_far).map(|(l, s)| l - s).collect()
    }
}

impl Model<'_> {
    /// V (sum of squared residuals) V of the scaled columns, with eta and psi of Fine & Gray 1999.
    pub(super) fn robust_variance(&self, sample: &Sample<'_>, optimum: &FineGrayOptimum) -> Matrix {
        let p = self.design.n_columns();
        let state = &optimum.state;
        let sums = Cumulated::new(self, state, p);
        let psi = self.censoring_parts(sample, state, &sums, p);
        let mut gram = Gram::new(p);
        let mut residual = vec![0.0; p];
        self.for_each_row(|i, x| {
            self.score_residual(i, x, state, &sums, &mut residual);
            psi.add(i, self, &mut residual);
            gram.push(1.0, residual.iter().copied());
        });
        gram.flush();
        gram.sum.mirror_upper();
        optimum.inverse.times(&gram.sum).times(&optimum.inverse)
    }

    fn score_residual(&self, i: usize, x: &[f64], state: &State, sums: &Cumulated, residual: &mut [f64]) {
        let (row, r, p) = (self.rows[i], state.risk[i], x.len());
        let passed = row.passed as usize;
        let collected = sums.plain(passed);
        for j in 0..p {
            residual[j] = -r * (x[j] * collected[0] - collected[j + 1]);
        }
        if row.kind == Kind::Event {
            let mean = &state.mean[(passed - 1) * p..passed * p];
            (0..p).for_each(|j| residual[j] += x[j] - mean[j]);
        }
        if row.kind == Kind::Competing {
            let after = sums.weighted_after(passed);
            (0..p).for_each(|j| residual[j] -= r * row.inverse_g * (x[j] * after[0] - after[j + 1]));
        }
    }

    /// psi of each slot: what a row leaving there has collected, and what being censored there adds.
    fn censoring_parts(&self, sample: &Sample<'_>, state: &State, sums: &Cumulated, p: usize) -> Psi {
        let n_slots = self.slots.axis.len();
        let table = DayTable::fill(sample, &self.slots, 1, |_| 0);
        let lane = table.lane(0);
        let (at_risk, events) = (lane.at_risk(), lane.all_events());
        // Sum over competing events at the slot of r / G(X-), and of x times that.
        let mut leaving = vec![0.0; n_slots * (p + 1)];
        self.for_each_row(|i, x| {
            let row = self.rows[i];
            if row.kind == Kind::Competing {
                let at = self.slots.exit.get(i) * (p + 1);
                super::add(&mut leaving[at..at + p + 1], state.risk[i] * row.inverse_g, x);
            }
        });
        let mut psi = Psi { p, collected: vec![0.0; n_slots * p], censored: vec![0.0; n_slots * p] };
        let (mut before, mut running) = (vec![0.0; p + 1], vec![0.0; p]);
        let mut passed = 0;
        for slot in 0..n_slots {
            let censored = lane.exits[slot] - events[slot];
            if censored > 0.0 {
                let after = sums.weighted_after(passed);
                for j in 0..p {
                    let q = before[j + 1] * after[0] - before[0] * after[j + 1];
                    running[j] -= q * censored / (at_risk[slot] * at_risk[slot]);
                    psi.censored[slot * p + j] = q / at_risk[slot];
                }
            }
            psi.collected[slot * p..(slot + 1) * p].copy_from_slice(&running);
            crate::shards::add_assign(&mut before, &leaving[slot * (p + 1)..(slot + 1) * (p + 1)]);
            // Event times at the slot itself still count for those censored at it.
            passed += usize::from(self.slot.get(passed) == Some(&slot));
        }
        psi
    }
}

struct Psi {
    p: usize,
    collected: Vec<f64>,
    censored: Vec<f64>,
}

impl Psi {
    fn add(&self, i: usize, model: &Model<'_>, residual: &mut [f64]) {
        let at = model.slots.exit.get(i) * self.p;
        for (j, value) in residual.iter_mut().enumerate() {
            *value += self.collected[at + j];
            if model.rows[i].kind == Kind::Censored {
                *value += self.censored[at + j];
            }
        }
    }
}
