//! What a row is, and how it came from the records, in sentences for the methods section.

use oligomet_base::number::{counted, shortest};

use super::related::Related;
use super::{EPISODE_GAP_DAYS, pick_of};
use crate::model::{DoseRule, PartialDates, Pick, StopOf, Unit};
use crate::plan::Plan;

/// What a row is, which of a patient's rows are studied, which volume gives the dose, and what stands for a day not known.
pub(crate) fn records_sentences(plan: &Plan, related: &Related) -> String {
    let mut out = vec![unit(plan, related.unit)];
    if related.unit != Unit::Patient {
        out.push(pick(pick_of(&plan.file), related.unit));
    }
    if let Some(dose) = &plan.file.dose {
        out.push(match dose.rule {
            Some(DoseRule::Highest) => "Of volumes with different doses the one with the highest biologically effective dose counted.".into(),
            Some(DoseRule::Lowest) => "Of volumes with different doses the one with the lowest biologically effective dose counted.".into(),
            Some(DoseRule::PerLesion) => "The dose was that of the lesion's own volume, of several the highest.".into(),
            None => "Rows whose volumes had different doses counted as having no known dose.".into(),
        });
    }
    out.push("Lines of systemic therapy were derived from the drugs by the rule lines-of-therapy.".into());
    if uses_stops(plan) {
        out.push(match plan.file.therapy.stop {
            StopOf::Line => {
                "The therapy ongoing at time zero counted as stopped on the last day of its line.".into()
            }
            StopOf::AnyDrug => {
                "The therapy ongoing at time zero counted as stopped when the first of its drugs was.".into()
            }
        });
    }
    out.extend(partial(plan, related));
    out.join(" ")
}

fn unit(plan: &Plan, unit: Unit) -> String {
    let gap = plan.file.cohort.episode_gap.map_or(f64::from(EPISODE_GAP_DAYS), |d| d.days());
    let episode = format!(
        "an episode of radiotherapy: courses that name the same metastatic episode, or of which each began at most {} days after the end of the one before",
        shortest(gap)
    );
    match unit {
        Unit::Patient => {
            let which = if pick_of(&plan.file) == Pick::Last { "last" } else { "first" };
            format!("A row is a patient with the {which} of the patient's episodes ({}).", &episode[3..])
        }
        Unit::Episode => format!("A row is {episode}."),
        Unit::Course => "A row is a course of radiotherapy.".into(),
        Unit::Lesion => "A row is a lesion with the first course that irradiated it.".into(),
    }
}

fn pick(pick: Pick, unit: Unit) -> String {
    let of = match unit {
        Unit::Course => "course",
        _ => "episode",
    };
    match pick {
        Pick::All => format!("All {}s of a patient were taken.", unit.name()),
        Pick::First => format!("Of each patient the first {of} in the population was taken."),
        Pick::Last => format!("Of each patient the last {of} in the population was taken."),
    }
}

/// Whether an endpoint speaks of stopping systemic therapy.
fn uses_stops(plan: &Plan) -> bool {
    let endpoints = plan.endpoints.iter();
    endpoints.flat_map(|e| e.events.iter().chain(&e.competing)).any(|e| e.name.starts_with("stop_"))
}

fn partial(plan: &Plan, related: &Related) -> Option<String> {
    let (births, others) = related.n_partial;
    let dates = plan.file.dates;
    let say = |n: usize, what: &str, policy: PartialDates| {
        let then = match policy {
            PartialDates::Unknown => "what depends on the day is unknown",
            PartialDates::Middle => "the middle stands for it",
            PartialDates::Earliest => "the first day stands for it",
            PartialDates::Latest => "the last day stands for it",
        };
        (n > 0).then(|| format!("Of {}{what} only the month or year is known: {then}.", counted(n, "date")))
    };
    let birth = say(births, " of birth", dates.birth.unwrap_or(dates.partial));
    let other = say(others, "", dates.partial);
    let found: Vec<String> = birth.into_iter().chain(other).collect();
    (!found.is_empty()).then(|| found.join(" "))
}
