//! Definitions as sentences.

use oligomet_base::number::shortest;
use oligomet_base::{DAYS_PER_MONTH, number::fixed};

use crate::model::AfterCensor;
use crate::plan::{EndpointPlan, TimePoint};

/// An endpoint's definition, for the methods section.
#[must_use]
pub fn endpoint_sentence(endpoint: &EndpointPlan, time_zero: &TimePoint) -> String {
    let names = |events: &[crate::plan::EventPlan]| {
        let labels: Vec<String> = events.iter().map(|e| e.label.to_lowercase()).collect();
        join_or(&labels)
    };
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
    match endpoint.after_censor {
        Some(AfterCensor::Censor) => text.push_str(", and so were patients whose event came after it"),
        Some(AfterCensor::Count) => text.push_str("; an event after it counted at its own time"),
        None => {}
    }
    if !endpoint.competing.is_empty() {
        text.push_str(&format!("; {} competed with the event", names(&endpoint.competing)));
        if let Some(days) = endpoint.death_window {
            text.push_str(&format!(
                " when it came within {} months of that time",
                fixed(days / DAYS_PER_MONTH, 1)
            ));
        }
    }
    if let Some(days) = endpoint.horizon {
        text.push_str(&format!("; what happened after {} days was not analysed", shortest(days)));
    }
    text.push('.');
    text
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
