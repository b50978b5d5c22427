//! Difference and ratio of two restricted means.

use super::{RestrictedMean, checked_z};
use crate::error::{Result, SurvivalError};
use crate::special::normal_two_sided;
use libm::{exp, log, sqrt};

/// Ratios beyond this or its inverse, and relative errors beyond the second, are no comparison: exp of the
/// limits would leave the range of numbers.
const LARGEST_RATIO: f64 = 1e50;
const LARGEST_RELATIVE_ERROR: f64 = 50.0;

/// A comparison of two groups by their restricted means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanComparison {
    /// The difference, or the ratio.
    pub estimate: f64,
    /// Standard error of the difference, or of the logarithm of the ratio.
    pub std_error: f64,
    /// Lower limit.
    pub conf_low: f64,
    /// Upper limit.
    pub conf_high: f64,
    /// Two-sided p-value of no difference.
    pub p_value: f64,
}

impl RestrictedMean {
    /// This mean less another of the same horizon, from independent subjects.
    ///
    /// # Errors
    /// None for means made by this crate.
    /// # Source
    /// Uno et al. 2014; R `survRM2::rmst2`.
    pub fn difference(&self, other: &RestrictedMean) -> Result<MeanComparison> {
        let z = checked_z(self.conf_level)?;
        let estimate = self.estimate - other.estimate;
        let std_error = sqrt(self.std_error * self.std_error + other.std_error * other.std_error);
        Ok(MeanComparison {
            estimate,
            std_error,
            conf_low: estimate - z * std_error,
            conf_high: estimate + z * std_error,
            p_value: two_sided(estimate, std_error),
        })
    }

    /// This mean over another of the same horizon; the interval is symmetric for the logarithm.
    ///
    /// # Errors
    /// [`SurvivalError::NotCovered`] for a mean of 0.
    pub fn ratio(&self, other: &RestrictedMean) -> Result<MeanComparison> {
        ratio(self.conf_level, (self.estimate, self.std_error), (other.estimate, other.std_error))
    }

    /// Ratio of the times lost before the horizon (horizon less mean).
    ///
    /// # Errors
    /// [`SurvivalError::NotCovered`] if no time was lost.
    pub fn ratio_of_time_lost(&self, other: &RestrictedMean) -> Result<MeanComparison> {
        let lost = |m: &RestrictedMean| (m.horizon - m.estimate, m.std_error);
        ratio(self.conf_level, lost(self), lost(other))
    }
}

fn ratio(conf_level: f64, (a, se_a): (f64, f64), (b, se_b): (f64, f64)) -> Result<MeanComparison> {
    let z = checked_z(conf_level)?;
    // Also where one is nearly 0 and the ratio, or its error, is beyond the range of numbers.
    let in_range = (1.0 / LARGEST_RATIO..LARGEST_RATIO).contains(&(a / b));
    let (relative_a, relative_b) = (se_a / a, se_b / b);
    let sure = relative_a < LARGEST_RELATIVE_ERROR && relative_b < LARGEST_RELATIVE_ERROR;
    if !(a > 0.0 && b > 0.0 && in_range && sure) {
        let what = "a mean, or a time lost, of about 0";
        return Err(SurvivalError::NotCovered { method: "the ratio of restricted means", what });
    }
    let value = log(a / b);
    let std_error = sqrt((se_a / a) * (se_a / a) + (se_b / b) * (se_b / b));
    Ok(MeanComparison {
        estimate: a / b,
        std_error,
        conf_low: exp(value - z * std_error),
        conf_high: exp(value + z * std_error),
        p_value: two_sided(value, std_error),
    })
}

/// Without variance the two are equal or certainly not.
fn two_sided(estimate: f64, std_error: f64) -> f64 {
    if std_error > 0.0 {
        normal_two_sided(estimate / std_error)
    } else if estimate == 0.0 {
        1.0
    } else {
        0.0
    }
}
