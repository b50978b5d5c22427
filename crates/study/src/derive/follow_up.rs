//! Follow-up of the living and of the dead: deaths that a registry reports while the living are censored at their last visit.

use oligomet_base::number::{counted, fixed};
use oligomet_base::{DAYS_PER_MONTH, Place, Problem};

use crate::derive::{Base, EndpointData, event_days};
use crate::model::AfterCensor;
use crate::plan::{Axis, EndpointPlan, TimePoint};

/// A death so many months after the last contact is one that the department did not see.
pub const LATE_MONTHS: f64 = 6.0;

/// The event that a registry reports, and the day up to which it was asked.
const DEATH: &str = "death";
const LINKAGE: &str = "linkage_date";

/// How complete follow-up is, and how many deaths lie long after it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FollowUp {
    /// Deaths counted.
    pub deaths: usize,
    /// Deaths more than [`LATE_MONTHS`] after the end of follow-up.
    pub late: usize,
    /// The observed share of the follow-up that was possible, to death or to the day of linkage.
    pub completeness: Option<f64>,
}

/// Follow-up of an endpoint that counts deaths and censors the living before the day of linkage; `None` where deaths do not
/// come from a registry, or everybody is followed up to its day.
#[must_use]
pub fn follow_up(
    plan: &EndpointPlan,
    of_cohort: &TimePoint,
    base: &Base,
    rows: &[usize],
    data: &EndpointData,
) -> Option<FollowUp> {
    let death = plan.events.iter().position(|e| e.name == DEATH)?;
    base.data.table.column(LINKAGE)?;
    if plan.censor.column.as_deref() == Some(LINKAGE) || plan.after_censor == Some(AfterCensor::Censor) {
        return None;
    }
    let zero = base.points(plan.zero(of_cohort), rows);
    let censor = base.points(&plan.censor, rows);
    let linkage = TimePoint { column: Some(LINKAGE.into()), axis: Axis::Calendar, label: LINKAGE.into() };
    let linked = base.points(&linkage, rows);
    if linked.iter().all(|day| day.is_nan()) {
        return None;
    }
    let days = event_days(&plan.events[death], base, rows);
    let mut found = FollowUp { deaths: 0, late: 0, completeness: None };
    let (mut observed, mut possible) = (0.0, 0.0);
    for (k, &subject) in data.subject.iter().enumerate() {
        let i = subject as usize;
        let time = data.time[k];
        observed += time;
        if usize::from(data.which[k]) == death {
            found.deaths += 1;
            let day = days[i].first().copied().unwrap_or(f64::NAN);
            found.late += usize::from(day > censor[i] + LATE_MONTHS * DAYS_PER_MONTH);
            possible += time;
        } else if data.cause[k] == 0 && !linked[i].is_nan() {
            possible += (linked[i] - zero[i]).max(time);
        } else {
            possible += time;
        }
    }
    found.completeness = (possible > 0.0).then(|| observed / possible);
    Some(found)
}

/// What must be known of an estimate of survival with such follow-up.
#[must_use]
pub fn warn_of_registry(plan: &EndpointPlan, found: &FollowUp) -> Option<Problem> {
    if found.late == 0 {
        return None;
    }
    let what = format!(
        "{}: {} of {} more than {LATE_MONTHS} months after `{}`, while the living are censored at it",
        plan.name,
        found.late,
        counted(found.deaths, "death"),
        plan.censor.label
    );
    let complete = found.completeness.map_or(String::new(), |c| {
        format!("; {} % of the follow-up possible up to the day of linkage was observed", fixed(100.0 * c, 0))
    });
    Some(
        Problem::warning("OM116", what)
            .at(Place::subject(format!("endpoint {}", plan.name)))
            .why(format!("deaths come from a registry, and those lost to the department count when they die and not when they live: survival is underestimated{complete}"))
            .mend(format!("write censor = \"{LINKAGE}\" in [endpoint.{0}], or after_censor = \"censor\"; compare the two", plan.name)),
    )
}
