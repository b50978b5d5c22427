//! Residuals of a Cox model.

use super::robust::ScoreParts;
use super::{CoxFit, CoxModel};
use crate::error::Result;
use crate::matrix::Matrix;
use libm::{log, sqrt};

/// Residuals of every row, and of every event.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxResiduals {
    /// Event less expected events, per row (not weighted). The expectation is Efron's where the ties are.
    pub martingale: Vec<f64>,
    /// Deviance residual, per row.
    pub deviance: Vec<f64>,
    /// Score residuals, n x p (not weighted): each row's part of the score.
    pub score: Matrix,
    /// Approximate change of the coefficients when a row is left out, n x p (weighted).
    pub dfbeta: Matrix,
    /// Rows with an event, ascending by stratum and time.
    pub event_rows: Vec<usize>,
    /// Schoenfeld residuals of `event_rows`: covariates less their mean in the risk set.
    pub schoenfeld: Matrix,
}

impl CoxModel<'_> {
    /// Residuals of a fit.
    ///
    /// # Errors
    /// [`SurvivalError::InfiniteCoefficient`](crate::SurvivalError::InfiniteCoefficient).
    /// # Source
    /// Therneau, Grambsch & Fleming 1990; `docs/methods/cox.md`. Checked against R `residuals(coxph)`.
    pub fn residuals(&self, fit: &CoxFit) -> Result<CoxResiduals> {
        self.check_not_exact("residuals")?;
        fit.check_finite()?;
        let (n, p) = (self.sample.n(), self.kernel.n_columns());
        let state = self.state_at(fit);
        let parts = ScoreParts::new(&self.kernel, &state);
        let scale = &self.kernel.standard.scale;
        let mut out = CoxResiduals {
            martingale: vec![0.0; n],
            deviance: vec![0.0; n],
            score: Matrix::zeros(n, p),
            dfbeta: Matrix::zeros(n, p),
            event_rows: self.rows_of_events(),
            schoenfeld: Matrix::zeros(0, p),
        };
        out.schoenfeld = Matrix::zeros(out.event_rows.len(), p);
        let mut place_of_row = vec![usize::MAX; n];
        out.event_rows.iter().enumerate().for_each(|(k, &row)| place_of_row[row] = k);
        let variance = fit.naive_variance.as_ref().unwrap_or(&fit.variance);
        let mut weighted = vec![0.0; p];
        self.kernel.for_each_block(0..n, |start, block| {
            for (i, x) in block.chunks_exact(p).enumerate() {
                let row = start + i;
                let w = self.kernel.weight(row);
                let event = self.sample.is_event(row);
                let expected = self.expected_events(&state, row);
                out.martingale[row] = f64::from(u8::from(event)) - expected;
                out.deviance[row] = deviance(event, out.martingale[row]);
                parts.residual(&self.kernel, &state, row, x, &mut weighted);
                weighted.iter_mut().zip(scale).for_each(|(r, s)| *r *= s);
                for j in 0..p {
                    *out.score.at(row, j) = if w > 0.0 { weighted[j] / w } else { 0.0 };
                    *out.dfbeta.at(row, j) = crate::matrix::dot(variance.row(j), &weighted);
                }
                if let (k, Some(place)) = (place_of_row[row], self.kernel.grid.place(row))
                    && k != usize::MAX
                {
                    let mean = parts.mean(place.cell);
                    (0..p).for_each(|j| *out.schoenfeld.at(k, j) = (x[j] - mean[j]) * scale[j]);
                }
            }
        });
        Ok(out)
    }

    /// Expected events of a row, per unit of weight.
    fn expected_events(&self, state: &super::State, row: usize) -> f64 {
        let (Some(place), w) = (self.kernel.grid.place(row), self.kernel.weight(row)) else { return 0.0 };
        if w == 0.0 {
            return 0.0;
        }
        let mut hazard = state.hazard[place.cell] - place.entry.map_or(0.0, |e| state.hazard[e]);
        if place.event {
            hazard -= state.terms[place.cell].b;
        }
        state.risk[row] / w * hazard
    }

    fn rows_of_events(&self) -> Vec<usize> {
        let grid = &self.kernel.grid;
        let cell = |&row: &usize| grid.place(row).filter(|place| place.event).map(|place| place.cell);
        let mut rows: Vec<usize> = (0..self.sample.n()).filter(|r| cell(r).is_some()).collect();
        rows.sort_by_key(|r| cell(r));
        rows
    }
}

/// Signed root of the row's part of the deviance.
fn deviance(event: bool, martingale: f64) -> f64 {
    // The expected count is positive, so the argument of the logarithm is too.
    let term = if event { log((1.0 - martingale).max(f64::MIN_POSITIVE)) } else { 0.0 };
    martingale.signum() * sqrt((-2.0 * (martingale + term)).max(0.0))
}
