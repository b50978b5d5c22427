//! The robust variance: score residuals, and what the estimated censoring curve adds to them.

use super::model::{FineGrayOptimum, Kind, Model, State, add};
use crate::cox::{ClusterSums, Gram};
use crate::matrix::Matrix;
use crate::shards::add_assign;
use crate::table::DayTable;

/// Running sums over the cells of each stratum, by boundary, p + 1 values each: hazard, then hazard
/// times mean; plain, and per group with the factor G(t-) H(t-).
struct Cumulated {
    width: usize,
    n_groups: usize,
    plain: Vec<f64>,
    weighted: Vec<f64>,
}

impl Cumulated {
    fn new(model: &Model<'_>, state: &State, p: usize) -> Self {
        let (width, n_groups, n) = (p + 1, model.n_groups, model.n_boundaries());
        let mut sums = Cumulated {
            width,
            n_groups,
            plain: vec![0.0; n * width],
            weighted: vec![0.0; n * n_groups * width],
        };
        for (s, (cells, _)) in model.strata.iter().enumerate() {
            for c in cells.clone() {
                let b = c + s;
                for k in 0..width {
                    let mean = if k == 0 { 1.0 } else { state.mean[c * p + k - 1] };
                    let step = state.hazard[c] * mean;
                    sums.plain[(b + 1) * width + k] = sums.plain[b * width + k] + step;
                    for g in 0..n_groups {
                        let at = |b: usize| (b * n_groups + g) * width + k;
                        sums.weighted[at(b + 1)] =
                            sums.weighted[at(b)] + model.factor[c * n_groups + g] * step;
                    }
                }
            }
        }
        sums
    }

    fn plain(&self, boundary: usize) -> &[f64] {
        &self.plain[boundary * self.width..][..self.width]
    }

    fn weighted(&self, boundary: usize, group: usize) -> &[f64] {
        &self.weighted[(boundary * self.n_groups + group) * self.width..][..self.width]
    }

    /// What is still to come after a boundary, up to the stratum's last.
    fn weighted_after(&self, boundary: usize, last: usize, group: usize) -> Vec<f64> {
        let (end, so_far) = (self.weighted(last, group), self.weighted(boundary, group));
        end.iter().zip(so_far).map(|(l, s)| l - s).collect()
    }
}

impl Model<'_> {
    /// V (sum of squared residuals) V of the scaled columns, with eta and psi of Fine & Gray 1999; eta
    /// alone with case weights or delayed entry. Of clusters their sums are squared (Zhou et al. 2012).
    pub(super) fn robust_variance(&self, optimum: &FineGrayOptimum) -> Matrix {
        let p = self.design.n_columns();
        let state = &optimum.state;
        let sums = Cumulated::new(self, state, p);
        let psi = (!self.weights_taken_as_known()).then(|| self.censoring_parts(state, &sums, p));
        let residuals = Residuals { model: self, state, sums: &sums, psi: psi.as_ref() };
        let meat = match self.sample.clusters {
            Some(clusters) => {
                let mut of_cluster = ClusterSums::new(clusters, p);
                residuals.for_each(|i, residual| of_cluster.add(i, residual));
                of_cluster.meat()
            }
            None => {
                let mut gram = Gram::new(p);
                residuals.for_each(|_, residual| gram.push(1.0, residual.iter().copied()));
                gram.flush();
                gram.sum.mirror_upper();
                gram.sum
            }
        };
        optimum.inverse.times(&meat).times(&optimum.inverse)
    }

    /// The row's score, times its weight.
    fn score_residual(&self, i: usize, x: &[f64], state: &State, sums: &Cumulated, residual: &mut [f64]) {
        let (row, r, p) = (self.rows[i], state.risk[i], x.len());
        let (passed, entered) = (sums.plain(row.passed as usize), sums.plain(row.entered as usize));
        let collected = |k: usize| passed[k] - entered[k];
        for j in 0..p {
            residual[j] = -r * (x[j] * collected(0) - collected(j + 1));
        }
        if row.kind == Kind::Event {
            let (mean, w) = (&state.mean[self.cell_of_event(i) * p..][..p], self.sample.weight(i));
            (0..p).for_each(|j| residual[j] += w * (x[j] - mean[j]));
        }
        if row.kind == Kind::Competing {
            let last = self.last_boundary(row.stratum as usize);
            let after = sums.weighted_after(row.passed as usize, last, row.group as usize);
            (0..p).for_each(|j| residual[j] -= r * row.inverse * (x[j] * after[0] - after[j + 1]));
        }
    }

    /// psi of each slot and censoring group: what a row leaving there has collected, and what being
    /// censored there adds.
    fn censoring_parts(&self, state: &State, sums: &Cumulated, p: usize) -> Psi {
        let (n_slots, n_strata, width) = (self.slots.axis.len(), self.strata.len(), p + 1);
        let lane_of = |row: usize| self.rows[row].group as usize;
        let table = DayTable::fill(&self.sample, &self.slots, self.n_groups, lane_of);
        // Sum over competing events at the slot of r / G(X-), and of x times that.
        let mut leaving = vec![0.0; self.n_groups * n_strata * n_slots * width];
        let at = |group: usize, stratum: usize, slot: usize| {
            ((group * n_strata + stratum) * n_slots + slot) * width
        };
        self.for_each_row(|i, x| {
            let row = self.rows[i];
            if row.kind == Kind::Competing {
                let start = at(row.group as usize, row.stratum as usize, self.slots.exit.get(i));
                add(&mut leaving[start..start + width], state.risk[i] * row.inverse, x);
            }
        });
        let size = self.n_groups * n_slots * p;
        let mut psi = Psi { p, n_slots, collected: vec![0.0; size], censored: vec![0.0; size] };
        for group in 0..self.n_groups {
            let lane = table.lane(group);
            let (at_risk, events) = (lane.at_risk(), lane.all_events());
            let mut before = vec![0.0; n_strata * width];
            let mut running = vec![0.0; p];
            let mut boundary: Vec<usize> = (0..n_strata).map(|s| self.first_boundary(s)).collect();
            for slot in 0..n_slots {
                let censored = lane.exits[slot] - events[slot];
                let start = psi.at(group, slot);
                if censored > 0.0 {
                    for s in 0..n_strata {
                        let after = sums.weighted_after(boundary[s], self.last_boundary(s), group);
                        let before = &before[s * width..][..width];
                        for j in 0..p {
                            let q = before[j + 1] * after[0] - before[0] * after[j + 1];
                            running[j] -= q * censored / (at_risk[slot] * at_risk[slot]);
                            psi.censored[start + j] += q / at_risk[slot];
                        }
                    }
                }
                psi.collected[start..start + p].copy_from_slice(&running);
                for s in 0..n_strata {
                    add_assign(&mut before[s * width..][..width], &leaving[at(group, s, slot)..][..width]);
                    // Event times at the slot itself still count for those censored at it.
                    let more = boundary[s] < self.last_boundary(s);
                    boundary[s] += usize::from(more && self.slot[boundary[s] - s] == slot);
                }
            }
        }
        psi
    }
}

/// eta + psi of every row.
struct Residuals<'r> {
    model: &'r Model<'r>,
    state: &'r State,
    sums: &'r Cumulated,
    psi: Option<&'r Psi>,
}

impl Residuals<'_> {
    fn for_each(&self, mut take: impl FnMut(usize, &[f64])) {
        let mut residual = vec![0.0; self.model.design.n_columns()];
        self.model.for_each_row(|i, x| {
            self.model.score_residual(i, x, self.state, self.sums, &mut residual);
            if let Some(psi) = self.psi {
                psi.add(i, self.model, &mut residual);
            }
            take(i, &residual);
        });
    }
}

struct Psi {
    p: usize,
    n_slots: usize,
    collected: Vec<f64>,
    censored: Vec<f64>,
}

impl Psi {
    fn at(&self, group: usize, slot: usize) -> usize {
        (group * self.n_slots + slot) * self.p
    }

    fn add(&self, i: usize, model: &Model<'_>, residual: &mut [f64]) {
        let at = self.at(model.rows[i].group as usize, model.slots.exit.get(i));
        for (j, value) in residual.iter_mut().enumerate() {
            *value += self.collected[at + j];
            if model.rows[i].kind == Kind::Censored {
                *value += self.censored[at + j];
            }
        }
    }
}
