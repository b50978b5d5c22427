//! Definitions as sentences.

use oligomet_base::number::shortest;
use oligomet_base::{DAYS_PER_MONTH, number::fixed};

use crate::model::{AfterCensor, Intercurrent, StopOf};
use crate::plan::{EndpointPlan, EventPlan, TimePoint};

/// An endpoint's definition, for the methods section. `stop`: when a line of several drugs has stopped.
#[must_use]
pub fn endpoint_sentence(endpoint: &EndpointPlan, time_zero: &TimePoint, stop: StopOf) -> String {
    let mut text = format!(
        "{} was the time from {} to {}",
        endpoint.label,
        time_zero.label.to_lowercase(),
        names(&endpoint.events)
    );
    if endpoint.events.len() > 1 {
        text.push_str(", whichever came first");
    }
    text.push_str(&format!(
        "; patients without the event were censored at {}",
        endpoint.censor.label.to_lowercase()
    ));
    text.push_str(assessed(endpoint));
    match endpoint.after_censor {
        Some(AfterCensor::Censor) => text.push_str(", and so were patients whose event came after it"),
        Some(AfterCensor::Count) => text.push_str("; an event after it counted at its own time"),
        None => {}
    }
    competition(endpoint, &mut text);
    for (event, what) in &endpoint.intercurrent {
        let label = event.label.to_lowercase();
        text.push_str(&match what {
            Intercurrent::Censor => format!("; {label} ended observation without the event"),
            Intercurrent::Ignore => format!("; {label} changed nothing"),
            Intercurrent::Event => format!("; {label} counted as the event"),
        });
    }
    if endpoint.events.iter().chain(&endpoint.competing).any(|e| e.name.starts_with("stop_")) {
        text.push_str(match stop {
            StopOf::Line => "; a therapy of several drugs had stopped when the last of them had",
            StopOf::AnyDrug => "; a therapy of several drugs had stopped when the first of them had",
        });
    }
    begin(endpoint, &mut text);
    if let Some(days) = endpoint.horizon {
        text.push_str(&format!("; what happened after {} days was not analysed", shortest(days)));
    }
    text.push('.');
    text
}

/// What an assessment of a lesion is, where the base table says until when lesions were assessed.
fn assessed(endpoint: &EndpointPlan) -> &'static str {
    let of_records = endpoint.events.iter().any(|e| e.stream.is_some());
    if of_records && endpoint.censor.column.as_deref() == Some("lesion_assessment_date") {
        " (the latest of its measurements and local events; of a lesion never measured after its first fraction, of the patient's imaging that can show its organ; of several lesions the earliest)"
    } else {
        ""
    }
}

fn names(events: &[EventPlan]) -> String {
    let labels: Vec<String> = events.iter().map(|e| e.label.to_lowercase()).collect();
    join_or(&labels)
}

/// What competes, and how long after the last assessment.
fn competition(endpoint: &EndpointPlan, text: &mut String) {
    if endpoint.competing.is_empty() {
        return;
    }
    text.push_str(&format!("; {} competed with the event", names(&endpoint.competing)));
    if let Some(days) = endpoint.death_window {
        text.push_str(&format!(
            " when it came within {} months of that time; patients in whom it came later were censored there",
            fixed(days / DAYS_PER_MONTH, 1)
        ));
    }
}

/// Delayed entry, and where curves begin.
fn begin(endpoint: &EndpointPlan, text: &mut String) {
    if let Some(entry) = &endpoint.entry {
        text.push_str(&format!("; patients were under observation from {} on", entry.label.to_lowercase()));
    }
    if let Some(least) = endpoint.min_risk_set {
        text.push_str(&format!(
            "; curves begin where {least} patients were under observation and are conditional on reaching that time"
        ));
    }
}

fn join_or(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_aloud() {
        let of = |parts: &[&str]| join_or(&parts.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["death"]), "death");
        assert_eq!(of(&["a", "b", "c"]), "a, b or c");
    }
}
