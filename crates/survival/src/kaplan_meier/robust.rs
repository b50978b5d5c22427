//! Robust standard errors of a Kaplan-Meier curve.

use super::{KaplanMeierOptions, SurvivalCurve, curve_of_lane, interval};
use crate::axis::Timeline;
use crate::error::Result;
use crate::influence::{Collected, squared_influence};
use crate::sample::Sample;
use crate::table::DayTable;
use libm::sqrt;

/// The curve with errors from the infinitesimal jackknife over clusters. The influence of a row on
/// S(t) is -S(t) times the sum of its martingale steps over n - d.
pub(super) fn robust_curve(
    sample: &Sample<'_>,
    options: &KaplanMeierOptions,
    z: f64,
) -> Result<SurvivalCurve> {
    let timeline = Timeline::new(sample)?;
    let table = DayTable::fill(sample, &timeline, 1, |_| 0);
    let lane = table.lane(0);
    let mut curve = curve_of_lane(&lane, options, z);
    let (at_risk, events) = (lane.at_risk(), lane.all_events());
    let log_survival = |n: f64, d: f64| if n - d > 1e-12 * n { 1.0 / (n - d) } else { 0.0 };
    let survival_squares = squares(sample, &timeline, &at_risk, &events, log_survival);
    let hazard_squares = squares(sample, &timeline, &at_risk, &events, |n, _| 1.0 / n);
    let reported = (0..lane.axis.len()).filter(|&s| lane.exits[s] > 0.0);
    for (k, slot) in reported.enumerate() {
        let survival = curve.survival[k];
        let log_se = (survival > 0.0).then(|| sqrt(survival_squares[slot]));
        curve.log_std_error[k] = log_se;
        curve.std_error[k] = log_se.map(|se| se * survival);
        curve.cumulative_hazard_std_error[k] = sqrt(hazard_squares[slot]);
        (curve.conf_low[k], curve.conf_high[k]) = interval(options.conf_type, survival, log_se, z);
    }
    Ok(curve)
}

/// Sum of squared influences on a sum over event times, where an event counts `per_event(n, d)`.
fn squares(
    sample: &Sample<'_>,
    timeline: &Timeline<'_>,
    at_risk: &[f64],
    events: &[f64],
    per_event: impl Fn(f64, f64) -> f64,
) -> Vec<f64> {
    let mut running = Collected { level: 1.0, ..Collected::default() };
    let step = |(&n, &d): (&f64, &f64)| {
        if d > 0.0 {
            running.jump_b = per_event(n, d);
            running.b += running.jump_b * d / n;
        }
        running
    };
    let steps: Vec<Collected> = at_risk.iter().zip(events).map(step).collect();
    squared_influence(sample, timeline, &steps, 0)
}
