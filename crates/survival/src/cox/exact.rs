//! The exact (discrete) partial likelihood of tied events.
//!
//! At each time the d events are compared with every choice of d from the risk set. The sum over
//! all choices of the product of exp(eta) is an elementary symmetric polynomial, built up row by row
//! together with its first two derivatives (Gail, Lubin & Rubinstein 1981): O(n d p^2) per event time.

use super::kernel::Kernel;
use super::monotone::is_monotone_exact;
use super::objective::{Objective, Value, is_rounding};
use crate::matrix::{Matrix, dot};
use libm::{exp, log};

pub(super) struct Exact<'k, 'a> {
    kernel: &'k Kernel<'a>,
    /// Scaled covariates, row by row.
    x: Vec<f64>,
}

impl<'k, 'a> Exact<'k, 'a> {
    pub(super) fn new(kernel: &'k Kernel<'a>) -> Self {
        let mut x = Vec::with_capacity(kernel.grid.n_rows() * kernel.n_columns());
        kernel.for_each_block(0..kernel.grid.n_rows(), |_, block| x.extend_from_slice(block));
        Exact { kernel, x }
    }

    fn row(&self, row: usize) -> &[f64] {
        let p = self.kernel.n_columns();
        &self.x[row * p..(row + 1) * p]
    }

    fn eta(&self, row: usize, beta: &[f64]) -> f64 {
        dot(self.row(row), beta) + self.kernel.offset(row)
    }
}

/// Polynomial of one order with its derivatives.
#[derive(Clone)]
struct Order {
    value: f64,
    gradient: Vec<f64>,
    /// Upper triangle.
    hessian: Matrix,
}

/// Elementary symmetric polynomials of orders 0 to d of the rows added so far.
struct Polynomials(Vec<Order>);

impl Polynomials {
    fn new(d: usize, p: usize) -> Self {
        let zero = Order { value: 0.0, gradient: vec![0.0; p], hessian: Matrix::zeros(p, p) };
        let mut orders = vec![zero; d + 1];
        orders[0].value = 1.0;
        Polynomials(orders)
    }

    fn add(&mut self, r: f64, x: &[f64]) {
        for k in (1..self.0.len()).rev() {
            let (lower, upper) = self.0.split_at_mut(k);
            let (before, order) = (&lower[k - 1], &mut upper[0]);
            order.value += r * before.value;
            for i in 0..x.len() {
                for j in i..x.len() {
                    *order.hessian.at(i, j) += r
                        * (before.hessian.get(i, j)
                            + x[i] * before.gradient[j]
                            + x[j] * before.gradient[i]
                            + x[i] * x[j] * before.value);
                }
                order.gradient[i] += r * (before.gradient[i] + x[i] * before.value);
            }
        }
    }
}

impl Objective for Exact<'_, '_> {
    type State = ();

    fn n_columns(&self) -> usize {
        self.kernel.n_columns()
    }

    fn evaluate(&self, beta: &[f64]) -> ((), Value) {
        let (p, grid) = (self.n_columns(), &self.kernel.grid);
        let eta: Vec<f64> = (0..grid.n_rows()).map(|row| self.eta(row, beta)).collect();
        let (mut value, mut score, mut information) = (0.0, vec![0.0; p], Matrix::zeros(p, p));
        for stratum in &grid.strata {
            for cell in stratum.clone() {
                let d = grid.events[cell] as usize;
                let at_risk: Vec<usize> = (0..grid.n_rows())
                    .filter(|&row| {
                        grid.place(row).is_some_and(|q| stratum.contains(&q.cell) && q.covers(cell))
                    })
                    .collect();
                // Scaled so that the polynomial of order d is near 1.
                let mean = at_risk.iter().map(|&row| exp(eta[row])).sum::<f64>() / d as f64;
                let mut polynomials = Polynomials::new(d, p);
                for &row in &at_risk {
                    polynomials.add(exp(eta[row]) / mean, self.row(row));
                    if grid.place(row).is_some_and(|q| q.event && q.cell == cell) {
                        value += eta[row];
                        score.iter_mut().zip(self.row(row)).for_each(|(u, x)| *u += x);
                    }
                }
                let top = &polynomials.0[d];
                value -= log(top.value) + d as f64 * log(mean);
                for (i, u) in score.iter_mut().enumerate() {
                    *u -= top.gradient[i] / top.value;
                    for j in i..p {
                        *information.at(i, j) += top.hessian.get(i, j) / top.value
                            - top.gradient[i] * top.gradient[j] / (top.value * top.value);
                    }
                }
            }
        }
        information.mirror_upper();
        ((), Value { value, score, information, curvature: None })
    }

    fn is_monotone(&self, direction: &[f64]) -> bool {
        is_monotone_exact(self.kernel, direction)
    }

    fn exceeds(&self, beta: &[f64], limit: f64) -> bool {
        self.kernel.exceeds(beta, limit)
    }

    fn is_rounding(&self, column: usize, information: f64) -> bool {
        is_rounding(self.kernel, column, information)
    }
}
