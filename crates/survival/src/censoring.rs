//! The distribution of censoring, for weights by its inverse.

use crate::axis::Timeline;
use crate::sample::Sample;
use crate::table::DayTable;

/// G(t-) at each slot: Kaplan-Meier of being censored, where at one time events leave first.
pub(crate) fn censoring_before(sample: &Sample<'_>, timeline: &Timeline<'_>) -> Vec<f64> {
    let table = DayTable::fill(sample, timeline, 1, |_| 0);
    let lane = table.lane(0);
    let (at_risk, events) = (lane.at_risk(), lane.all_events());
    let mut g = 1.0;
    let mut before = Vec::with_capacity(at_risk.len());
    for (slot, &n) in at_risk.iter().enumerate() {
        before.push(g);
        let censored = lane.exits[slot] - events[slot];
        if censored > 0.0 {
            let left = n - events[slot];
            // Those censored are at risk: what is left cannot be less but for rounding of weights.
            g *= (1.0 - censored / left).max(0.0);
        }
    }
    before
}
