//! Performance status, tumour markers, contacts, death.

use oligomet_base::Day;

use super::{Patient, Written};
use crate::random::Stream;
use crate::rows::Rows;

/// Days between contacts that are written beside the last.
const CONTACTS: i32 = 180;

pub(super) fn events(p: &Patient<'_>, written: &Written, stream: &mut Stream, rows: &mut Rows) {
    let start = p.history.start_of_radiotherapy();
    let symptomatic = p.history.courses.get(p.history.index_course).is_some_and(|c| c.intent == "palliative");
    let weights = if symptomatic { [0.25, 0.45, 0.3] } else { [0.6, 0.35, 0.05] };
    let later = p.history.assessments.iter().map(|a| a.day).find(|day| *day > start);
    for (i, day) in [Some(start), later].into_iter().flatten().enumerate() {
        let ecog = stream.weighted(weights.into_iter()) as i32;
        if p.is_missing(stream) {
            continue;
        }
        rows.row("performance")
            .text("performance_id", &p.key("K", i + 1))
            .refer("patient_id", Some(written.patient))
            .day("date", Some(day))
            .level("scale", "ecog")
            .integer("value", Some(ecog))
            .end();
    }
    if stream.chance(0.6) {
        let value = (30.0 * libm::exp(1.1 * stream.normal())).round();
        rows.row("biomarker")
            .text("biomarker_id", &p.key("B", 1))
            .refer("patient_id", Some(written.patient))
            .day("date", Some(p.history.event))
            .text("analyte", "ca15-3")
            .number("value", Some(value.min(5000.0)))
            .text("unit", "U/mL")
            .end();
    }
}

pub(super) fn contacts(p: &Patient<'_>, written: &Written, stream: &mut Stream, rows: &mut Rows) {
    let last = p.history.last_contact;
    let mut day = Day(p.history.end_of_radiotherapy().0 + stream.whole(15, 28));
    let mut number = 0;
    let mut row = |day: Day, dead: bool, stream: &mut Stream, rows: &mut Rows| {
        number += 1;
        let cause = if stream.chance(0.92) { "cancer" } else { "other" };
        let source = if dead || stream.chance(0.9) { "clinic" } else { "phone" };
        rows.row("follow_up")
            .text("follow_up_id", &p.key("U", number))
            .refer("patient_id", Some(written.patient))
            .day("date", Some(day))
            .level("status", if dead { "dead" } else { "alive" })
            .level("source", source)
            .maybe_level("cause_of_death", dead.then_some(cause))
            .end();
    };
    while day < Day(last.0 - 20) {
        row(day, false, stream, rows);
        day = Day(day.0 + CONTACTS);
    }
    row(last, p.history.died, stream, rows);
}
