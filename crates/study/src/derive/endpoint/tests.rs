use super::*;
use crate::plan::{Axis, EventPlan};

fn plan(after_censor: Option<AfterCensor>, horizon: Option<f64>) -> EndpointPlan {
    let point = |name: &str| TimePoint { column: Some(name.into()), axis: Axis::Origin, label: name.into() };
    let event = |name: &str| EventPlan {
        name: name.into(),
        label: name.into(),
        happened: Some(name.into()),
        time: point(name),
        stream: None,
    };
    EndpointPlan {
        name: "RFS".into(),
        label: "RFS".into(),
        events: vec![event("recurrence"), event("death")],
        competing: vec![],
        censor: point("rtime"),
        after_censor,
        death_window: None,
        horizon,
        cutoff: None,
        ..EndpointPlan::default()
    }
}

/// Recurrence and death of one subject as (happened, time).
fn one(
    plan: &EndpointPlan,
    recurrence: (bool, f64),
    death: (bool, f64),
    censor: f64,
) -> Result<(f64, u8, bool), NoTime> {
    let column = |(happened, time): (bool, f64)| EventColumn {
        happened: vec![Some(happened)],
        time: vec![time],
        role: Role::Event,
    };
    outcome(plan, 0, 0.0, censor, &[column(recurrence), column(death)]).map(|o| (o.time, o.cause, o.late))
}

#[test]
fn a_death_after_the_end_of_recurrence_follow_up_is_what_the_study_says() {
    let late_death = ((false, 100.0), (true, 400.0), 100.0);
    let say = |choice| one(&plan(choice, None), late_death.0, late_death.1, late_death.2);
    assert_eq!(say(Some(AfterCensor::Censor)), Ok((100.0, 0, true)));
    assert_eq!(say(Some(AfterCensor::Count)), Ok((400.0, 1, true)));
}

#[test]
fn the_first_event_counts_and_the_horizon_cuts() {
    let both = one(&plan(None, None), (true, 50.0), (true, 70.0), 50.0);
    assert_eq!(both, Ok((50.0, 1, false)));
    let beyond = one(&plan(None, Some(40.0)), (true, 50.0), (true, 70.0), 50.0);
    assert_eq!(beyond, Ok((40.0, 0, false)));
    let nothing = one(&plan(None, None), (false, 0.0), (false, 0.0), f64::NAN);
    assert_eq!(nothing, Err(NoTime::FollowUp));
    let before = one(&plan(None, None), (true, -3.0), (false, 0.0), 10.0);
    assert_eq!(before, Err(NoTime::BeforeTimeZero));
}
