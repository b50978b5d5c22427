//! Endpoints of one history as the publication defines them.

use oligomet_base::Day;

use crate::history::History;
use crate::profile::Endpoint;

/// Days from time zero to the event or the end of observation, and whether the event came.
pub(crate) fn observe(history: &History, endpoint: Endpoint) -> (i32, bool) {
    let last = history.last_contact;
    let death = history.died.then_some(last);
    let (zero, event) = match endpoint {
        Endpoint::ProgressionAfterRadiotherapy => {
            let first: Option<Day> = history.progression_changing_therapy().into_iter().chain(death).min();
            (history.end_of_radiotherapy(), first)
        }
        Endpoint::SurvivalFromDiagnosis => (history.diagnosis, death),
        Endpoint::SurvivalFromRadiotherapy => (history.end_of_radiotherapy(), death),
        Endpoint::StopForProgression => {
            let line = history.line_at_radiotherapy();
            let stopped = line.filter(|l| l.reason == Some("progression")).and_then(|l| l.end);
            (history.end_of_radiotherapy(), stopped)
        }
    };
    (event.unwrap_or(last).days_since(zero), event.is_some())
}
