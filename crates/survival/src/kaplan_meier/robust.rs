//! Robust standard errors of a survival curve.

use super::curves::Curves;
use super::estimator::{HazardStep, HazardTies, SurvivalEstimator, survivors};
use super::{SurvivalCurve, interval};
use crate::axis::Timeline;
use crate::error::Result;
use crate::influence::{Collected, squared_influence};
use crate::sample::Sample;
use crate::table::DayTable;
use libm::sqrt;

/// The curve with errors from the infinitesimal jackknife over clusters. The influence of a row on
/// log S(t) is minus the sum of its martingale steps over n - d (Kaplan-Meier), or minus its influence
/// on the cumulative hazard.
pub(super) fn robust_curve(sample: &Sample<'_>, curves: &Curves) -> Result<SurvivalCurve> {
    let timeline = Timeline::new(sample)?;
    let table = DayTable::fill(sample, &timeline, 1, |_| 0);
    let counts = curves.event_rows(sample)?.map(|c| c.lane(0).all_events());
    let lane = table.lane(0);
    let mut curve = curves.of_lane(&lane, counts.as_deref());
    let (at_risk, events) = (lane.at_risk(), lane.all_events());
    let rows = counts.as_deref().unwrap_or(&events);
    let squares = |step: &dyn Fn(f64, f64, f64) -> HazardStep| {
        let steps = (0..events.len()).map(|s| step(at_risk[s], events[s], rows[s]));
        running_squares(sample, &timeline, steps)
    };
    let (hazard_squares, log_squares) = match curves.estimator {
        SurvivalEstimator::KaplanMeier => {
            (squares(&|n, d, m| HazardTies::NelsonAalen.step(n, d, m)), squares(&product_step))
        }
        SurvivalEstimator::FlemingHarrington { ties } => {
            let hazard = squares(&|n, d, m| ties.step(n, d, m));
            (hazard.clone(), hazard)
        }
    };
    let reported = (0..lane.axis.len()).filter(|&s| lane.exits[s] > 0.0);
    for (k, slot) in reported.enumerate() {
        let survival = curve.survival[k];
        let log_se = (survival > 0.0).then(|| sqrt(log_squares[slot]));
        curve.log_std_error[k] = log_se;
        curve.std_error[k] = log_se.map(|se| se * survival);
        curve.cumulative_hazard_std_error[k] = sqrt(hazard_squares[slot]);
        (curve.conf_low[k], curve.conf_high[k]) =
            interval(curves.options.conf_type, survival, log_se, curves.z);
    }
    Ok(curve)
}

/// The influence on -log of Kaplan and Meier's factor 1 - d/n.
fn product_step(n: f64, d: f64, _rows: f64) -> HazardStep {
    match survivors(n, d) {
        left if d > 0.0 && left > 0.0 => {
            HazardStep { per_event: 1.0 / left, per_at_risk: d / (n * left), ..HazardStep::default() }
        }
        _ => HazardStep::default(),
    }
}

/// Sum of squared influences on a running sum of steps.
fn running_squares(
    sample: &Sample<'_>,
    timeline: &Timeline<'_>,
    steps: impl Iterator<Item = HazardStep>,
) -> Vec<f64> {
    let mut running = Collected { level: 1.0, ..Collected::default() };
    let collect = |step: HazardStep| {
        running.jump_b = step.per_event;
        running.b += step.per_at_risk;
        running
    };
    let steps: Vec<Collected> = steps.map(collect).collect();
    squared_influence(sample, timeline, &steps, 0)
}
