//! Quantiles of survival time with Brookmeyer-Crowley intervals.

use super::SurvivalCurve;

/// S(t) within this of the level is a plateau at the level.
const PLATEAU: f64 = crate::axis::TIME_TOLERANCE;

/// A quantile of survival time with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// Share with the event: 0.5 is the median.
    pub probability: f64,
    /// The time; none if the curve does not fall so far.
    pub estimate: Option<f64>,
    /// Lower limit: where the lower band falls so far.
    pub conf_low: Option<f64>,
    /// Upper limit: where the upper band falls so far; none if it never does.
    pub conf_high: Option<f64>,
}

impl SurvivalCurve {
    /// Time by which the share `probability` has had the event, 0 < `probability` < 1.
    ///
    /// The first time with S(t) < 1 - `probability`. Where S(t) equals 1 - `probability` over a
    /// plateau, the middle between its beginning and the next event, or the end of follow-up if
    /// there is none. The limits apply the same rule to the pointwise band (Brookmeyer & Crowley
    /// 1982), as R's `quantile(survfit(...))`.
    pub fn quantile(&self, probability: f64) -> Quantile {
        let estimate = |k: usize| Some(self.survival[k]);
        Quantile {
            probability,
            estimate: self.first_time_below(1.0 - probability, estimate),
            conf_low: self.first_time_below(1.0 - probability, |k| self.conf_low[k]),
            conf_high: self.first_time_below(1.0 - probability, |k| self.conf_high[k]),
        }
    }

    fn first_time_below(&self, level: f64, column: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let rows = self.time.len();
        let reaches = |k: &usize| column(*k).is_some_and(|s| s <= level + PLATEAU);
        let passes = |k: &usize| column(*k).is_some_and(|s| s <= level - PLATEAU);
        let begin = (0..rows).find(reaches)?;
        match (begin..rows).find(passes) {
            Some(next) => Some((self.time[begin] + self.time[next]) / 2.0),
            // The plateau lasts to the end of the curve.
            None if rows.checked_sub(1).and_then(&column).is_some() => {
                Some((self.time[begin] + self.time[rows - 1]) / 2.0)
            }
            None => None,
        }
    }
}
