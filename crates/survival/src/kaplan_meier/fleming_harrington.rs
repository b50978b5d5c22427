//! Survival as the exponential of the cumulative hazard.

use super::curves::Curves;
use super::estimator::{HazardTies, SurvivalEstimator};
use super::{ConfType, KaplanMeierOptions, SurvivalCurve};
use crate::error::{Result, SurvivalError};
use crate::sample::Sample;

/// Fleming and Harrington's estimate of the survival function, S(t) = exp(-H(t)), of all rows together.
///
/// H is the cumulative hazard with the chosen treatment of ties; the variance of log S is that of H. The
/// curve never reaches 0, which makes it the choice for small risk sets and for comparison with a Cox
/// model's baseline. Delayed entry, weights and clusters are those of [`kaplan_meier`](super::kaplan_meier),
/// and the curve gives the same: intervals, quantiles, restricted means (with this variance).
///
/// # Errors
/// As [`kaplan_meier`](super::kaplan_meier); [`SurvivalError::NotCovered`] for beta-product intervals,
/// which belong to Kaplan and Meier's estimate.
/// # Source
/// Fleming & Harrington 1984; Nelson 1972; Aalen 1978; `docs/methods/kaplan-meier.md`.
/// Checked against R `survival::survfit(stype = 2)`: `reference/kaplan_meier/`.
/// # Example
/// ```
/// use oligomet_survival::{HazardTies, KaplanMeierOptions, Sample, Times, fleming_harrington};
/// let sample = Sample::new(Times::Days(&[1, 1, 6, 6, 8, 9]), &[true, false, true, true, false, true])?;
/// let options = KaplanMeierOptions::default();
/// let curve = fleming_harrington(&sample, HazardTies::FlemingHarrington, &options)?;
/// // Two of four at day 6, one after the other: 1/6, then 1/4 + 1/3.
/// assert!((curve.survival[1] - (-(1.0 / 6.0 + 1.0 / 4.0 + 1.0 / 3.0f64)).exp()).abs() < 1e-15);
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn fleming_harrington(
    sample: &Sample<'_>,
    ties: HazardTies,
    options: &KaplanMeierOptions,
) -> Result<SurvivalCurve> {
    curves(ties, options)?.of_sample(sample)
}

/// [`fleming_harrington`] of each group; `None` for a group without subjects.
///
/// # Errors
/// As [`fleming_harrington`], and [`SurvivalError::GroupOutOfRange`] or [`SurvivalError::LengthMismatch`] for the codes.
pub fn fleming_harrington_by(
    sample: &Sample<'_>,
    group: &[u32],
    n_groups: usize,
    ties: HazardTies,
    options: &KaplanMeierOptions,
) -> Result<Vec<Option<SurvivalCurve>>> {
    curves(ties, options)?.by_group(sample, group, n_groups)
}

fn curves(ties: HazardTies, options: &KaplanMeierOptions) -> Result<Curves> {
    if options.conf_type == ConfType::BetaProduct {
        let (method, what) = ("the beta-product interval", "Fleming-Harrington estimates");
        return Err(SurvivalError::NotCovered { method, what });
    }
    Curves::new(SurvivalEstimator::FlemingHarrington { ties }, options)
}
