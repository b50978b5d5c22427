//! Which interval a curve gets: the one that the study names, and beta-product limits where that one cannot be trusted.

use oligomet_survival::{ConfType, KaplanMeierOptions, Result, Sample, SurvivalCurve, kaplan_meier_by};

use crate::plan::AnalysisPlan;

/// Below so many events the large-sample intervals miss their level (clinical review, item 5).
pub(super) const FEW_EVENTS: usize = 10;

/// Curves by group with the study's intervals. Where a group has fewer than 10 events, all its limits are those of the
/// beta-product method; where the estimate is 0 or 1, those of that time are. A statistic asked for by name keeps the
/// intervals it was asked for.
pub(super) fn curves(
    plan: &AnalysisPlan,
    sample: &Sample<'_>,
    codes: &[u32],
    n_groups: usize,
) -> Result<Vec<Option<SurvivalCurve>>> {
    let options = KaplanMeierOptions { conf_type: plan.conf_type, conf_level: plan.conf_level };
    let mut curves = kaplan_meier_by(sample, codes, n_groups, &options)?;
    if !plan.mend_intervals || plan.conf_type == ConfType::BetaProduct {
        return Ok(curves);
    }
    // Weighted data have no beta-product limits: their curves keep what they have.
    let exact = KaplanMeierOptions { conf_type: ConfType::BetaProduct, ..options };
    if let Ok(limits) = kaplan_meier_by(sample, codes, n_groups, &exact) {
        for (curve, limits) in curves.iter_mut().flatten().zip(limits.into_iter().flatten()) {
            mend(curve, limits);
        }
    }
    Ok(curves)
}

fn mend(curve: &mut SurvivalCurve, limits: SurvivalCurve) {
    if curve.n_events < FEW_EVENTS as f64 {
        *curve = limits;
        return;
    }
    for k in 0..curve.time.len() {
        if curve.survival[k] <= 0.0 || curve.survival[k] >= 1.0 {
            (curve.conf_low[k], curve.conf_high[k]) = (limits.conf_low[k], limits.conf_high[k]);
        }
    }
}

/// The method of the limits of a curve at a point of it.
pub(super) fn method_of_limits(
    plan: &AnalysisPlan,
    curve: &SurvivalCurve,
    survival: Option<f64>,
) -> &'static str {
    let at_an_end = survival.is_some_and(|s| s <= 0.0 || s >= 1.0) && plan.mend_intervals;
    if curve.conf_type == ConfType::BetaProduct || at_an_end { "beta-product" } else { "kaplan-meier" }
}
