//! Landmarks: who is still under observation without the event at a time, and who is not, and why.

use oligomet_base::number::shortest;

use super::km::Groups;
use super::sink::{Row, Sink};
use crate::plan::AnalysisPlan;

/// At each landmark, by group: `n.risk` under observation after that day, `n.event` with the event by then, `n.competing` with a
/// competing event, `n.censor` censored by then, `n.later` whose observation begins after it. They add up to the group.
pub(super) fn write_landmarks(plan: &AnalysisPlan, groups: &Groups, sink: &mut Sink) {
    for (time, _) in &plan.landmark {
        for level in 0..groups.levels.len() {
            let of = |k: usize| groups.codes[k] == level as u32;
            let counts = groups.outcomes.at_landmark(*time, of);
            let key = groups.key(plan, "landmark", level).variable("time", &shortest(*time));
            let row = Row::new(key, "count", &groups.cohorts[level], plan.planned);
            let numbers = [
                ("n.risk", counts.at_risk),
                ("n.event", counts.events),
                ("n.competing", counts.competing),
                ("n.censor", counts.censored),
                ("n.later", counts.later),
            ];
            numbers.iter().for_each(|(name, n)| sink.add(&row, &[(name, Some(*n as f64))]));
        }
    }
}
