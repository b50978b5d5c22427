//! The common logarithmic axis.

use super::input::{ForestFigure, ForestValue};

/// Limits are shown up to this ratio beyond the outermost estimates; longer intervals end in an arrow.
const FARTHEST_LIMIT: f64 = 6.0;
/// An axis is at least this wide: from 0.8 to 1.25.
const LEAST_SPAN: f64 = 1.5625;
/// Ratio of a tick to the end of the axis within which the axis goes on to the tick.
const NEAR_TICK: f64 = 1.35;
/// White space at both ends, as a share of the axis.
const PADDING: f64 = 0.04;

/// Ends of the axis: those asked for, or wide enough for the null, every estimate and all but the widest intervals.
pub(super) fn ends(figure: &ForestFigure) -> (f64, f64) {
    // Logarithms of everything; the null is 0.
    let (mut least, mut greatest) = (0.0_f64, 0.0_f64);
    let (mut lowest, mut highest) = (0.0_f64, 0.0_f64);
    for mark in figure.rows.iter().flat_map(|row| &row.marks) {
        if let ForestValue::Estimate { ratio, low, high, .. } = mark.value {
            least = least.min(ratio.ln());
            greatest = greatest.max(ratio.ln());
            // The logarithm of a limit of 0 or infinity is infinite; the reach below cuts it.
            lowest = lowest.min(low.map_or(0.0, f64::ln));
            highest = highest.max(high.map_or(0.0, f64::ln));
        }
    }
    let reach = FARTHEST_LIMIT.ln();
    let (mut left, mut right) =
        (lowest.max(least - reach).min(least), highest.min(greatest + reach).max(greatest));
    let missing = LEAST_SPAN.ln() - (right - left);
    if missing > 0.0 {
        (left, right) = (left - missing / 2.0, right + missing / 2.0);
    }
    let padding = PADDING * (right - left);
    let left_end = figure.axis.min.unwrap_or_else(|| 1.0 / out_to_tick((padding - left).exp()));
    let right_end = figure.axis.max.unwrap_or_else(|| out_to_tick((right + padding).exp()));
    // One end asked for may lie beyond the other, automatic one.
    if left_end < right_end { (left_end, right_end) } else { beyond(figure, left_end, right_end) }
}

/// `ratio` (≥ 1), or the next of 1, 2, 5, 10 … if that is near: an axis that ends at a tick reads better.
/// Its inverse is a tick as well.
fn out_to_tick(ratio: f64) -> f64 {
    let decade = 10f64.powf(ratio.log10().floor());
    let next = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * decade).into_iter().find(|tick| *tick >= ratio);
    next.filter(|tick| *tick <= NEAR_TICK * ratio).unwrap_or(ratio)
}

fn beyond(figure: &ForestFigure, left_end: f64, right_end: f64) -> (f64, f64) {
    if figure.axis.min.is_some() {
        (left_end, left_end * LEAST_SPAN)
    } else {
        (right_end / LEAST_SPAN, right_end)
    }
}
