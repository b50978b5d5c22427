//! One group: survival at a time, the median, the restricted mean.

use crate::draw::{Draw, Truth};
use crate::tally::{Seen, Tally, replicate};
use oligomet_survival::{ConfType, KaplanMeierOptions, Sample, SurvivalCurve, Times, kaplan_meier};

pub const CONF_TYPES: [ConfType; 6] = [
    ConfType::LogLog,
    ConfType::Log,
    ConfType::Plain,
    ConfType::Logit,
    ConfType::Arcsine,
    ConfType::BetaProduct,
];
pub const CONF_NAMES: [&str; 6] = ["log-log", "log", "plain", "logit", "arcsine", "beta product"];
/// Beta-product intervals are for few events, and their quantiles take long: counted up to this size, for one
/// distribution.
const LARGEST_FOR_BETA_PRODUCT: usize = 60;
pub const LEVELS: [f64; 3] = [0.9, 0.5, 0.2];

/// Intervals of S(t) at three levels, then of the median, six kinds each; then the restricted mean; then
/// whether the median's log-log interval had an upper limit.
pub fn coverage(truth: &Truth, setting: u64, n: usize, runs: u32) -> [Tally; 26] {
    let times = LEVELS.map(|level| truth.time_of(level));
    let survival = times.map(|t| truth.survival(t));
    let median = truth.seen_median();
    let horizon = truth.time_of(0.35);
    let mean = truth.restricted_mean(horizon);
    let beta_product = n <= LARGEST_FOR_BETA_PRODUCT && truth.shape == 1.0 && truth.visit == 1.0;
    replicate(runs, |run| {
        let (days, event) = truth.subjects(&mut Draw::new(setting, run), n);
        let mut seen = [Seen::Undefined; 26];
        let kinds = if beta_product { 6 } else { 5 };
        for (i, conf_type) in CONF_TYPES.into_iter().enumerate().take(kinds) {
            let Some(curve) = curve(&days, &event, conf_type) else { continue };
            for (k, (&t, &s)) in times.iter().zip(&survival).enumerate() {
                let point = curve.at(t);
                seen[6 * k + i] = Seen::covers(point.conf_low, s, point.conf_high, false);
            }
            let quantile = curve.median();
            seen[18 + i] = Seen::covers(quantile.conf_low, median, quantile.conf_high, true);
            if i == 0 {
                let found = curve.restricted_mean(horizon).ok();
                seen[24] =
                    found.map_or(Seen::Undefined, |m| Seen::of(m.conf_low <= mean && mean <= m.conf_high));
                seen[25] = Seen::of(quantile.conf_high.is_some());
            }
        }
        seen
    })
}

fn curve(days: &[i32], event: &[bool], conf_type: ConfType) -> Option<SurvivalCurve> {
    let options = KaplanMeierOptions { conf_type, ..KaplanMeierOptions::default() };
    kaplan_meier(&Sample::new(Times::Days(days), event).ok()?, &options).ok()
}
