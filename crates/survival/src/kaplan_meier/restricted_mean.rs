//! Restricted mean survival time.

use super::{SurvivalCurve, checked_z};
use crate::error::{Result, SurvivalError};

/// Mean survival time within a horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestrictedMean {
    /// The horizon.
    pub horizon: f64,
    /// Area under S(t) from 0 to the horizon.
    pub estimate: f64,
    /// Standard error.
    pub std_error: f64,
    /// Lower limit, estimate - z SE.
    pub conf_low: f64,
    /// Upper limit, estimate + z SE.
    pub conf_high: f64,
    /// Confidence level.
    pub conf_level: f64,
}

impl SurvivalCurve {
    /// Area under the curve from 0 to `horizon`. The standard error is the root of the sum over event
    /// times of (area from there to the horizon)^2 times what the time adds to the variance of log S:
    /// Greenwood's d / (n (n - d)), or that of the hazard for a Fleming-Harrington curve. Clusters do
    /// not change it.
    ///
    /// # Errors
    /// [`SurvivalError::InvalidOption`] for a horizon that is not positive and finite;
    /// [`SurvivalError::HorizonBeyondFollowUp`] beyond the last time, unless the curve has reached 0.
    /// # Source
    /// Klein & Moeschberger 2003, section 4.5; R `print(survfit, rmean = tau)`.
    pub fn restricted_mean(&self, horizon: f64) -> Result<RestrictedMean> {
        self.check_horizon(horizon)?;
        let z = checked_z(self.conf_level)?;
        let rows = self.time.partition_point(|&t| t <= horizon);
        let (mut area, mut variance, mut end) = (0.0, 0.0, horizon);
        // Backwards: the area from each event time to the horizon is then at hand.
        for k in (0..rows).rev() {
            area += self.survival[k] * (end - self.time[k]);
            end = self.time[k];
            variance += area * area * self.log_variance_step(k);
        }
        let estimate = area + end;
        let std_error = libm::sqrt(variance);
        Ok(RestrictedMean {
            horizon,
            estimate,
            std_error,
            conf_low: estimate - z * std_error,
            conf_high: estimate + z * std_error,
            conf_level: self.conf_level,
        })
    }

    fn check_horizon(&self, horizon: f64) -> Result<()> {
        if !(horizon > 0.0 && horizon.is_finite()) {
            return Err(SurvivalError::InvalidOption {
                option: "horizon",
                value: horizon,
                expected: "it is a positive time",
            });
        }
        let last = self.time.last().copied().unwrap_or(0.0);
        if horizon > last && self.survival.last() != Some(&0.0) {
            return Err(SurvivalError::HorizonBeyondFollowUp { horizon, last });
        }
        Ok(())
    }
}
