//! Which interval a curve gets: the one that the study names, and beta-product limits where that one cannot be trusted.

use oligomet_survival::{
    BootstrapPoint, BootstrapTarget, ClusterBootstrapOptions, ConfType, KaplanMeierOptions, Result, Sample,
    SurvivalCurve, cluster_bootstrap_survival, kaplan_meier_by,
};

use super::Outcomes;
use super::sink::Sink;
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
    if plan.resamples_clusters() {
        // Neither large-sample nor exact limits hold there: points have those of resampled patients.
        curves.iter_mut().flatten().filter(|c| c.n_events < FEW_EVENTS as f64).for_each(without_limits);
        return Ok(curves);
    }
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

fn without_limits(curve: &mut SurvivalCurve) {
    curve.conf_low.fill(None);
    curve.conf_high.fill(None);
}

/// Limits of an estimate at the times asked for by resampling patients, where rows of one patient are several and events
/// few; `None` where the curve's own limits hold.
pub(super) fn resampled(
    plan: &AnalysisPlan,
    outcomes: &Outcomes,
    target: BootstrapTarget,
    events: usize,
    sink: &mut Sink,
) -> Option<Vec<BootstrapPoint>> {
    if !plan.resamples_clusters() || events >= FEW_EVENTS || plan.at.is_empty() {
        return None;
    }
    let (replicates, seed) = plan.resampling;
    let options = ClusterBootstrapOptions { target, conf_level: plan.conf_level, replicates, seed };
    let times: Vec<f64> = plan.at.iter().map(|(t, _)| *t).collect();
    let options_told = [("replicates", replicates.to_string()), ("seed", seed.to_string())];
    sink.method_with("cluster-bootstrap", &options_told);
    let sample = match target {
        BootstrapTarget::Survival => outcomes.sample(),
        _ => outcomes.sample_with_causes(),
    };
    let found = sample.and_then(|s| cluster_bootstrap_survival(&s, &times, &options));
    let nothing = |time: &f64| BootstrapPoint {
        time: *time,
        estimate: None,
        conf_low: None,
        conf_high: None,
        undefined: replicates,
    };
    Some(found.map_or_else(|_| times.iter().map(nothing).collect(), |b| b.points))
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
