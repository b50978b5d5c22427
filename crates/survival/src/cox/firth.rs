//! Firth's penalty: half the log-determinant of the information, with its derivatives.

use super::kernel::{Kernel, State};
use super::newton::{Objective, Value};
use crate::matrix::{Ldl, Matrix, dot};
use crate::shards::add_assign;
use libm::log;
use std::ops::Range;

/// Step of the differences of the score that give the curvature: it steers the search only.
const CURVATURE_STEP: f64 = 1e-5;

/// log L + log |I| / 2 (Firth 1993; Heinze & Schemper 2001), I that of the columns as given.
pub(super) struct Firth<'k, 'a> {
    kernel: &'k Kernel<'a>,
    /// What log |I| / 2 of the columns as given has more than that of the scaled ones.
    log_scale: f64,
    /// Standardised covariates, row by row.
    x: Vec<f64>,
    /// Rows by the cell of their exit, and where each cell begins.
    exits: ByCell,
    /// Rows by the cell of their entry.
    entries: ByCell,
}

/// Rows in order of cells.
struct ByCell {
    rows: Vec<u32>,
    begin: Vec<usize>,
}

impl ByCell {
    fn new(n_cells: usize, cells: impl Iterator<Item = (u32, usize)>) -> Self {
        let mut pairs: Vec<(usize, u32)> = cells.map(|(row, cell)| (cell, row)).collect();
        pairs.sort_unstable();
        let begin = (0..=n_cells).map(|c| pairs.partition_point(|&(cell, _)| cell < c)).collect();
        ByCell { rows: pairs.into_iter().map(|(_, row)| row).collect(), begin }
    }

    fn of(&self, cell: usize) -> &[u32] {
        &self.rows[self.begin[cell]..self.begin[cell + 1]]
    }
}

/// Sums of r times 1, x, u, u x and x x' over some rows; u = x'Vx.
#[derive(Clone)]
struct Sums {
    p: usize,
    values: Vec<f64>,
}

impl Sums {
    fn new(p: usize) -> Self {
        Sums { p, values: vec![0.0; 2 + 2 * p + p * p] }
    }

    fn add(&mut self, r: f64, u: f64, x: &[f64]) {
        let p = self.p;
        let (first, squares) = self.values.split_at_mut(2 + 2 * p);
        for (half, factor) in first.chunks_exact_mut(1 + p).zip([r, r * u]) {
            half[0] += factor;
            half[1..].iter_mut().zip(x).for_each(|(s, x)| *s += factor * x);
        }
        for (row, xi) in squares.chunks_exact_mut(p).zip(x) {
            row.iter_mut().zip(x).for_each(|(s, xj)| *s += r * xi * xj);
        }
    }

    fn range(&self, range: Range<usize>) -> &[f64] {
        &self.values[range]
    }

    fn r(&self) -> f64 {
        self.values[0]
    }

    fn x(&self) -> &[f64] {
        self.range(1..self.p + 1)
    }

    fn u(&self) -> f64 {
        self.values[self.p + 1]
    }

    fn ux(&self) -> &[f64] {
        self.range(self.p + 2..2 * self.p + 2)
    }

    fn xx(&self, row: usize) -> &[f64] {
        let start = 2 + (2 + row) * self.p;
        self.range(start..start + self.p)
    }

    /// Adds `hazard` times the third central moment of x_j with the quadratic form V: what
    /// (x_j - m_j) (x - m)'V(x - m) has as its mean, times the sum of r.
    fn add_third_moment(&self, hazard: f64, inverse: &Matrix, score: &mut [f64]) {
        let mean: Vec<f64> = self.x().iter().map(|s| s / self.r()).collect();
        let direction = inverse.times_vector(&mean);
        let form = dot(&mean, &direction);
        for (j, value) in score.iter_mut().enumerate() {
            let with_direction = dot(self.xx(j), &direction);
            let moment =
                self.ux()[j] - mean[j] * self.u() - 2.0 * with_direction + 2.0 * self.r() * mean[j] * form;
            *value += hazard * moment;
        }
    }
}

impl<'k, 'a> Firth<'k, 'a> {
    pub(super) fn new(kernel: &'k Kernel<'a>) -> Self {
        let (n, m) = (kernel.grid.n_rows(), kernel.grid.len());
        let mut x = Vec::with_capacity(n * kernel.n_columns());
        kernel.for_each_block(0..n, |_, block| x.extend_from_slice(block));
        let places = || (0..n as u32).filter_map(|row| Some((row, kernel.grid.place(row as usize)?)));
        Firth {
            kernel,
            log_scale: kernel.standard.scale.iter().map(|&s| log(s)).sum(),
            x,
            exits: ByCell::new(m, places().map(|(row, place)| (row, place.cell))),
            entries: ByCell::new(m, places().filter_map(|(row, place)| Some((row, place.entry?)))),
        }
    }

    fn row(&self, row: u32) -> &[f64] {
        let p = self.kernel.n_columns();
        &self.x[row as usize * p..][..p]
    }

    /// Derivatives of log |I| / 2: half the sum over risk sets of the third central moments.
    fn penalty_score(&self, state: &State, inverse: &Matrix) -> Vec<f64> {
        let p = self.kernel.n_columns();
        let mut score = vec![0.0; p];
        let (mut at_risk, mut tied) = (Sums::new(p), Sums::new(p));
        for stratum in &self.kernel.grid.strata {
            at_risk.values.fill(0.0);
            for cell in stratum.clone().rev() {
                tied.values.fill(0.0);
                let apart = self.kernel.has_tied_steps(cell);
                for &row in self.exits.of(cell) {
                    let (x, r) = (self.row(row), state.risk[row as usize]);
                    let u = inverse.quadratic_form(x);
                    at_risk.add(r, u, x);
                    if apart && self.kernel.grid.place(row as usize).is_some_and(|place| place.event) {
                        tied.add(r, u, x);
                    }
                }
                for &row in self.entries.of(cell) {
                    let x = self.row(row);
                    at_risk.add(-state.risk[row as usize], inverse.quadratic_form(x), x);
                }
                self.add_cell(cell, &at_risk, &tied, inverse, &mut score);
            }
        }
        score.iter_mut().for_each(|u| *u *= 0.5);
        score
    }

    /// One term per tie step, with its share of the tied events taken out.
    fn add_cell(&self, cell: usize, at_risk: &Sums, tied: &Sums, inverse: &Matrix, score: &mut [f64]) {
        let weight = self.kernel.grid.event_weight[cell];
        if weight == 0.0 {
            return;
        }
        if !self.kernel.has_tied_steps(cell) {
            return at_risk.add_third_moment(weight / at_risk.r(), inverse, score);
        }
        let d = f64::from(self.kernel.grid.events[cell]);
        let taken: Vec<f64> = tied.values.iter().map(|t| -t / d).collect();
        let mut left = at_risk.clone();
        for _ in 0..self.kernel.grid.events[cell] {
            left.add_third_moment(weight / d / left.r(), inverse, score);
            add_assign(&mut left.values, &taken);
        }
    }

    /// Objective, its score and the information.
    fn first_order(&self, beta: &[f64]) -> (State, f64, Vec<f64>, Matrix) {
        let state = self.kernel.evaluate(beta);
        let information = self.kernel.information(&state);
        let factor = Ldl::new(&information, 1e-14);
        let mut score = self.penalty_score(&state, &factor.inverse());
        add_assign(&mut score, &state.score);
        let value = state.loglik + 0.5 * factor.log_determinant() + self.log_scale;
        (state, value, score, information)
    }

    /// Minus the second derivatives, by differences of the score.
    fn curvature(&self, beta: &[f64], score: &[f64]) -> Matrix {
        let p = beta.len();
        let mut curvature = Matrix::zeros(p, p);
        for j in 0..p {
            let mut moved = beta.to_vec();
            moved[j] += CURVATURE_STEP;
            let (_, _, there, _) = self.first_order(&moved);
            for k in 0..p {
                let half = 0.5 * (score[k] - there[k]) / CURVATURE_STEP;
                *curvature.at(j, k) += half;
                *curvature.at(k, j) += half;
            }
        }
        curvature
    }
}

impl Objective for Firth<'_, '_> {
    type State = State;

    fn n_columns(&self) -> usize {
        self.kernel.n_columns()
    }

    fn evaluate(&self, beta: &[f64]) -> (State, Value) {
        let (state, value, score, information) = self.first_order(beta);
        let curvature = Some(self.curvature(beta, &score));
        (state, Value { value, score, information, curvature })
    }

    fn is_monotone(&self, _: &[f64]) -> bool {
        false
    }

    fn may_diverge(&self) -> bool {
        false
    }

    fn exceeds(&self, beta: &[f64], limit: f64) -> bool {
        self.kernel.exceeds(beta, limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cox::Design;
    use crate::sample::{Sample, Times};

    /// The analytic score is the derivative of the objective, with ties, delayed entry and strata.
    #[test]
    fn the_score_is_the_derivative() {
        let days = [3, 3, 5, 5, 5, 8, 9, 12, 12, 14, 15, 15];
        let entry = [0, 1, 0, 2, 3, 4, 0, 5, 8, 9, 3, 12];
        let event = [true, true, true, false, true, true, false, true, true, false, true, true];
        let strata = [0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 1];
        let x = [0.5, 1.5, -0.3, 2.2, 0.1, -1.0, 0.7, 0.2, 1.1, -0.6, 0.9, 0.0];
        let z = [1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0];
        let columns: [&[f64]; 2] = [&x, &z];
        let design = Design::new(&columns).unwrap();
        let plain = Sample::new(Times::Days(&days), &event).unwrap();
        let entered = plain.with_entry(Times::Days(&entry)).unwrap();
        let stratified = entered.with_strata(&strata).unwrap();
        for (sample, efron) in [(plain, true), (plain, false), (entered, true), (stratified, true)] {
            let kernel = Kernel::new(&sample, &design, efron).unwrap();
            let firth = Firth::new(&kernel);
            let at = |a: f64, b: f64| firth.first_order(&[0.3 + a, -0.4 + b]);
            let (score, h) = (at(0.0, 0.0).2, 1e-4);
            let numerical =
                [(at(h, 0.0).1 - at(-h, 0.0).1) / (2.0 * h), (at(0.0, h).1 - at(0.0, -h).1) / (2.0 * h)];
            for (u, expected) in score.iter().zip(numerical) {
                assert!((u - expected).abs() < 1e-6 * expected.abs().max(1.0), "{u} {expected}");
            }
        }
    }
}
