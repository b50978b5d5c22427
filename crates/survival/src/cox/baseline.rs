//! Baseline hazard.

use super::fit::{Coefficient, NotEstimable};
use super::{CoxFit, CoxModel};
use crate::error::{Result, SurvivalError};
use crate::matrix::dot;
use libm::exp;

/// Cumulative baseline hazard of one stratum, at covariates 0 and offset 0.
#[derive(Debug, Clone, PartialEq)]
pub struct BaselineHazard {
    /// Code of the stratum (0 without strata).
    pub stratum: u32,
    /// Event times, ascending.
    pub time: Vec<f64>,
    /// Cumulative hazard at each time: Breslow's estimate, or Efron's where the ties are.
    pub cumulative_hazard: Vec<f64>,
}

impl BaselineHazard {
    /// The cumulative hazard at a time: 0 before the first event, flat after the last.
    pub fn at(&self, time: f64) -> f64 {
        match self.time.partition_point(|&t| t <= time) {
            0 => 0.0,
            k => self.cumulative_hazard[k - 1],
        }
    }

    /// Survival at a time for a subject with the given linear predictor ([`CoxFit::linear_predictor`]).
    pub fn survival(&self, time: f64, linear_predictor: f64) -> f64 {
        exp(-self.at(time) * exp(linear_predictor))
    }
}

impl CoxFit {
    pub(crate) fn check_finite(&self) -> Result<()> {
        let infinite =
            |c: &Coefficient| matches!(c, Coefficient::NotEstimable(NotEstimable::Infinite { .. }));
        match self.coefficients.iter().position(infinite) {
            Some(column) => Err(SurvivalError::InfiniteCoefficient { column }),
            None => Ok(()),
        }
    }
}

impl CoxModel<'_> {
    /// Cumulative baseline hazard of each stratum, in ascending order of its code.
    ///
    /// At covariates 0 (aliased columns have the coefficient 0). For the hazard at the
    /// means, as R's `basehaz(centered = TRUE)`, multiply by the exponential of
    /// [`CoxFit::linear_predictor_at_means`].
    ///
    /// # Errors
    /// [`SurvivalError::InfiniteCoefficient`]: such a model has no baseline at covariates 0;
    /// [`SurvivalError::InvalidOption`] if covariates 0 lie so far from the data that the hazard there is no number.
    pub fn baseline_hazard(&self, fit: &CoxFit) -> Result<Vec<BaselineHazard>> {
        self.check_not_exact("the baseline hazard")?;
        fit.check_finite()?;
        let state = self.state_at(fit);
        // The kernel works with centred columns and shifted offsets.
        let shift = self.kernel_shift(fit);
        let factor = exp(-shift);
        if !(factor.is_finite() && factor > 0.0) {
            let expected = "covariates 0 lie too far from the data for a baseline hazard: centre them";
            return Err(SurvivalError::InvalidOption {
                option: "linear predictor at 0",
                value: shift,
                expected,
            });
        }
        let grid = &self.kernel.grid;
        let stratum = |(s, cells): (usize, &std::ops::Range<usize>)| BaselineHazard {
            stratum: grid.stratum_codes[s],
            time: grid.time[cells.clone()].to_vec(),
            cumulative_hazard: state.hazard[cells.clone()].iter().map(|h| h * factor).collect(),
        };
        Ok(grid.strata.iter().enumerate().map(stratum).collect())
    }

    /// Linear predictor less the kernel's own (centred) one.
    pub(crate) fn kernel_shift(&self, fit: &CoxFit) -> f64 {
        let standard = &self.kernel.standard;
        let per_column: Vec<f64> = fit.scaled.iter().zip(&standard.scale).map(|(b, s)| b / s).collect();
        dot(&per_column, &standard.mean) + self.kernel.offset_shift()
    }
}
