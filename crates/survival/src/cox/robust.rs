//! Score residuals and the robust variance they give.

use super::CoxModel;
use super::kernel::{Kernel, State};
use super::newton::Optimum;
use super::tile::{Gram, TILE_ROWS};
use crate::matrix::Matrix;
use crate::owned::compress_codes;
use crate::shards::{add_assign, map_merge};
use std::ops::Range;

/// Per cell, what a row collects: means of x in the risk set, and their running sums.
pub(crate) struct ScoreParts {
    p: usize,
    /// Mean of x over the cell's tie steps.
    mean: Vec<f64>,
    /// Running sum of hazard step times mean.
    collected: Vec<f64>,
    /// What an event of the cell does not collect (Efron's ties).
    spared: Vec<f64>,
}

impl ScoreParts {
    pub(crate) fn new(kernel: &Kernel<'_>, state: &State) -> Self {
        let (p, m) = (kernel.n_columns(), kernel.grid.len());
        let mut parts =
            ScoreParts { p, mean: vec![0.0; m * p], collected: vec![0.0; m * p], spared: vec![0.0; m * p] };
        for stratum in &kernel.grid.strata {
            let mut running = vec![0.0; p];
            for cell in stratum.clone() {
                let t = &state.terms[cell];
                let (s, e) = (kernel.risk_set(state, cell), kernel.tied(state, cell));
                let weight = kernel.grid.event_weight[cell];
                let inverse = if weight > 0.0 { 1.0 / weight } else { 0.0 };
                for j in 0..p {
                    running[j] += t.q1 * s[j] - t.q2 * e[j];
                    parts.mean[cell * p + j] = inverse * (t.a * s[j] - t.b * e[j]);
                    parts.collected[cell * p + j] = running[j];
                    parts.spared[cell * p + j] = t.q2 * s[j] - t.q3 * e[j];
                }
            }
        }
        parts
    }

    fn at<'s>(&self, values: &'s [f64], cell: usize) -> &'s [f64] {
        &values[cell * self.p..(cell + 1) * self.p]
    }

    /// Running sum of hazard step times mean, up to and including the cell.
    pub(crate) fn collected(&self, cell: usize) -> &[f64] {
        self.at(&self.collected, cell)
    }

    /// Mean of x in the cell's risk set.
    pub(crate) fn mean(&self, cell: usize) -> &[f64] {
        self.at(&self.mean, cell)
    }

    /// Writes the weighted score residual of a row with scaled covariates `x`.
    pub(crate) fn residual(
        &self,
        kernel: &Kernel<'_>,
        state: &State,
        row: usize,
        x: &[f64],
        residual: &mut [f64],
    ) {
        residual.fill(0.0);
        let Some(place) = kernel.grid.place(row) else { return };
        let (cell, r) = (place.cell, state.risk[row]);
        let mut hazard = state.hazard[cell] - place.entry.map_or(0.0, |e| state.hazard[e]);
        if place.event {
            hazard -= state.terms[cell].b;
        }
        for j in 0..self.p {
            let mut collected = self.at(&self.collected, cell)[j];
            if let Some(entry) = place.entry {
                collected -= self.at(&self.collected, entry)[j];
            }
            if place.event {
                collected -= self.at(&self.spared, cell)[j];
                residual[j] = kernel.weight(row) * (x[j] - self.mean(cell)[j]);
            }
            residual[j] -= r * (x[j] * hazard - collected);
        }
    }
}

impl CoxModel<'_> {
    /// V (sum over rows or clusters of score residual squared) V, of the scaled columns.
    pub(super) fn robust_variance(&self, kernel: &Kernel<'_>, optimum: &Optimum) -> Matrix {
        let meat = match self.sample.clusters {
            Some(clusters) => clustered_meat(kernel, &optimum.state, clusters),
            None => row_meat(kernel, &optimum.state),
        };
        optimum.inverse.times(&meat).times(&optimum.inverse)
    }
}

fn row_meat(kernel: &Kernel<'_>, state: &State) -> Matrix {
    let p = kernel.n_columns();
    let parts = ScoreParts::new(kernel, state);
    let sum = |rows: Range<usize>| {
        let mut gram = Gram::new(p);
        let mut residuals = vec![0.0; TILE_ROWS * p];
        kernel.for_each_block(rows, |start, block| {
            for (i, x) in block.chunks_exact(p).enumerate() {
                parts.residual(kernel, state, start + i, x, &mut residuals[i * p..(i + 1) * p]);
            }
            gram.add_block(&residuals[..block.len()], &[1.0; TILE_ROWS][..block.len() / p]);
        });
        gram.sum
    };
    let merge = |sum: &mut Matrix, part: Matrix| sum.add(&part);
    let mut meat = map_merge(kernel.shards(p * p), sum, merge).unwrap_or(Matrix::zeros(p, p));
    meat.mirror_upper();
    meat
}

fn clustered_meat(kernel: &Kernel<'_>, state: &State, clusters: &[u32]) -> Matrix {
    let p = kernel.n_columns();
    let parts = ScoreParts::new(kernel, state);
    let mut sums = ClusterSums::new(clusters, p);
    let mut residual = vec![0.0; p];
    kernel.for_each_block(0..kernel.grid.n_rows(), |start, block| {
        for (i, x) in block.chunks_exact(p).enumerate() {
            parts.residual(kernel, state, start + i, x, &mut residual);
            sums.add(start + i, &residual);
        }
    });
    sums.meat()
}

/// Sums of the score residuals of each cluster.
pub(crate) struct ClusterSums {
    p: usize,
    cluster: Vec<u32>,
    sums: Vec<f64>,
}

impl ClusterSums {
    /// `clusters`: a code per row.
    pub(crate) fn new(clusters: &[u32], p: usize) -> Self {
        let (cluster, n_clusters) = compress_codes(clusters);
        Self { p, cluster, sums: vec![0.0; n_clusters * p] }
    }

    pub(crate) fn add(&mut self, row: usize, residual: &[f64]) {
        add_assign(&mut self.sums[self.cluster[row] as usize * self.p..][..self.p], residual);
    }

    /// Sum over clusters of their sums squared, p x p.
    pub(crate) fn meat(&self) -> Matrix {
        let mut gram = Gram::new(self.p);
        self.sums.chunks_exact(self.p).for_each(|sum| gram.push(1.0, sum.iter().copied()));
        gram.flush();
        gram.sum.mirror_upper();
        gram.sum
    }
}
