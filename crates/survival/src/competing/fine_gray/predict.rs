//! The cumulative incidence that a Fine-Gray fit predicts.

use super::FineGrayFit;
use crate::cox::{Coefficient, NotEstimable, check_finite};
use crate::error::{Result, SurvivalError};
use crate::sample::check_length;
use libm::{exp, expm1};

/// Predicted cumulative incidence of the cause: a step function that begins at 0.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictedIncidence {
    /// Times at which it rises: the times of the cause's events in the stratum.
    pub time: Vec<f64>,
    /// Cumulative incidence from each of these times on.
    pub incidence: Vec<f64>,
}

impl PredictedIncidence {
    /// The incidence at a time: 0 before the first event, the last value after the last.
    pub fn at(&self, time: f64) -> f64 {
        let passed = self.time.partition_point(|&t| t <= time);
        passed.checked_sub(1).map_or(0.0, |i| self.incidence[i])
    }
}

impl FineGrayFit {
    /// Predicted cumulative incidence for covariates `x` (one per column, not centred):
    /// 1 - exp(-baseline exp(x'beta)). `stratum` is the code of the sample's stratum, 0 without strata.
    /// Coefficients that are not estimable count 0.
    ///
    /// # Errors
    /// [`SurvivalError::LengthMismatch`], [`SurvivalError::NotFinite`];
    /// [`SurvivalError::InfiniteCoefficient`]; [`SurvivalError::NoEvents`] of the cause in the stratum.
    /// # Source
    /// Fine & Gray 1999, section 4; checked against R `cmprsk::predict.crr()`: `reference/fine_gray/`.
    pub fn predict(&self, x: &[f64], stratum: u32) -> Result<PredictedIncidence> {
        check_length("x", self.coefficients.len(), x.len())?;
        check_finite("x", x, 0)?;
        let infinite =
            |c: &Coefficient| matches!(c, Coefficient::NotEstimable(NotEstimable::Infinite { .. }));
        if let Some(column) = self.coefficients.iter().position(infinite) {
            return Err(SurvivalError::InfiniteCoefficient { column });
        }
        let baseline = self.baseline.iter().find(|b| b.stratum == stratum && !b.time.is_empty());
        let baseline = baseline.ok_or(SurvivalError::NoEvents)?;
        let effect = |(c, x): (&Coefficient, &f64)| c.estimate().map_or(0.0, |e| e.log_hazard_ratio * x);
        let ratio = exp(self.coefficients.iter().zip(x).map(effect).sum());
        let incidence = baseline.cumulative_hazard.iter().map(|h| -expm1(-h * ratio)).collect();
        Ok(PredictedIncidence { time: baseline.time.clone(), incidence })
    }
}
