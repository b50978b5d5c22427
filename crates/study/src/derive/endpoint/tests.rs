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

// ---- definitions, by hand: time zero is day 1000

use oligomet_base::Day;
use oligomet_schema::{Column, ColumnData, ColumnType, DataSet, Table};

use crate::definitions::Definitions;
use crate::model::Intercurrent;
use crate::plan::EventPlan as Event;
use crate::relational::{EventDays, STREAMS, Streams};

/// One patient: what happened on which days, the last imaging, the last contact, and delayed entry.
#[derive(Default)]
struct Patient {
    events: Vec<(&'static str, i32)>,
    unknown: Vec<(&'static str, i32, i32)>,
    imaging: i32,
    contact: i32,
    entry: Option<i32>,
}

impl Patient {
    fn of(events: &[(&'static str, i32)], imaging: i32, contact: i32) -> Self {
        Self { events: events.to_vec(), imaging, contact, ..Self::default() }
    }

    fn base(&self) -> Base {
        let date = |name: &str, day: Option<i32>| Column {
            name: name.into(),
            label: name.into(),
            kind: ColumnType::Date,
            unit: None,
            time_unit: None,
            header: String::new(),
            data: ColumnData::Date(vec![day.map(Day)]),
        };
        let columns = vec![
            date("zero", Some(1000)),
            date("last_imaging_date", Some(self.imaging)),
            date("lesion_assessment_date", Some(self.imaging)),
            date("last_contact_date", Some(self.contact)),
            date("entry", self.entry),
        ];
        let mut streams = Streams::new();
        for (place, (name, _)) in STREAMS.iter().enumerate() {
            let known = self.events.iter().filter(|(n, _)| n == name).map(|(_, day)| (*day, *day));
            let unknown = self.unknown.iter().filter(|(n, ..)| n == name).map(|(_, from, to)| (*from, *to));
            let days = |(from, to)| EventDays { earliest: Day(from), latest: Day(to), certain: true };
            streams.at(place).push_row(&mut known.chain(unknown).map(days).collect());
        }
        let table = Table { columns, source_rows: vec![2] };
        Base { data: DataSet { table, ..DataSet::default() }, streams, ..Base::default() }
    }
}

fn calendar(name: &str) -> TimePoint {
    TimePoint { column: Some(name.into()), axis: Axis::Calendar, label: name.into() }
}

/// The plan of a definition as the check makes it.
fn defined(name: &str) -> EndpointPlan {
    let definition = Definitions::get().definition(name).expect("a definition");
    let event = |name: &String| Event {
        name: name.clone(),
        label: name.clone(),
        happened: None,
        time: TimePoint::default(),
        stream: Some(name.clone()),
    };
    EndpointPlan {
        name: name.into(),
        label: definition.label.clone(),
        events: definition.event.iter().map(event).collect(),
        competing: definition.competing.iter().map(event).collect(),
        censor: calendar(&definition.censor),
        after_censor: definition.after_censor,
        death_window: definition.death_window.map(|d| d.days()),
        intercurrent: definition.intercurrent.iter().map(|(n, what)| (event(n), *what)).collect(),
        ..EndpointPlan::default()
    }
}

/// (time, cause) of a patient, or the reason why there is none.
fn ended(plan: &EndpointPlan, patient: &Patient) -> Result<(f64, u8), String> {
    let mut problems = Problems::new();
    let found = derive_endpoint(plan, &calendar("zero"), &patient.base(), &[0], &mut problems);
    let found = found.map_err(|p| p.to_string())?;
    match found.excluded.first() {
        Some((why, _)) => Err(why.clone()),
        None => Ok((found.time[0], found.cause[0])),
    }
}

#[test]
fn overall_survival_counts_death_on_the_day_itself_and_refuses_one_before() {
    let os = defined("os");
    assert_eq!(ended(&os, &Patient::of(&[("death", 1500)], 1200, 1400)), Ok((500.0, 1)));
    assert_eq!(ended(&os, &Patient::of(&[], 1200, 1400)), Ok((400.0, 0)));
    assert_eq!(ended(&os, &Patient::of(&[("death", 1000)], 1000, 1000)), Ok((0.0, 1)));
    let before = ended(&os, &Patient::of(&[("death", 990)], 1200, 1400));
    assert_eq!(before, Err("Event or end of follow-up before time zero".into()));
}

#[test]
fn progression_is_the_first_after_time_zero() {
    let earlier =
        Patient::of(&[("progression", 900), ("progression", 1000), ("progression", 1100)], 1200, 1400);
    assert_eq!(ended(&defined("pfs"), &earlier), Ok((100.0, 1)));
    // Without one, death counts at its own time, though the last imaging was before it.
    assert_eq!(ended(&defined("pfs"), &Patient::of(&[("death", 1300)], 1200, 1300)), Ok((300.0, 1)));
    assert_eq!(ended(&defined("pfs"), &Patient::of(&[("progression", 900)], 1200, 1300)), Ok((200.0, 0)));
}

#[test]
fn the_two_readings_of_pfs_ar_differ_in_death_alone() {
    let died = Patient::of(&[("progression", 1050), ("death", 1300)], 1250, 1300);
    assert_eq!(ended(&defined("pfs-ar-change"), &died), Ok((300.0, 2)));
    assert_eq!(ended(&defined("pfs-ar-or-death"), &died), Ok((300.0, 1)));
    let changed = Patient::of(&[("progression_changing_therapy", 1150), ("death", 1300)], 1250, 1300);
    assert_eq!(ended(&defined("pfs-ar-change"), &changed), Ok((150.0, 1)));
    assert_eq!(ended(&defined("pfs-ar-or-death"), &changed), Ok((150.0, 1)));
}

#[test]
fn stops_for_other_reasons_and_death_compete_with_discontinuation() {
    let plan = defined("discontinuation");
    let stop = |name, day| ended(&plan, &Patient::of(&[(name, day)], 1200, 1400));
    assert_eq!(stop("stop_progression", 1090), Ok((90.0, 1)));
    assert_eq!(stop("death", 1091), Ok((91.0, 2)));
    assert_eq!(stop("stop_toxicity", 1092), Ok((92.0, 3)));
    assert_eq!(stop("stop_other", 1093), Ok((93.0, 4)));
    let next = Patient::of(&[("next_systemic_therapy", 1250), ("death", 1400)], 1200, 1400);
    assert_eq!(ended(&defined("ttnt"), &next), Ok((250.0, 1)));
    assert_eq!(ended(&defined("ttnt"), &Patient::of(&[("death", 1400)], 1200, 1400)), Ok((400.0, 2)));
}

/// Six months are 182.625 days: after an assessment on day 1200 the window ends on day 1382.
#[test]
fn death_competes_with_local_failure_only_near_the_last_assessment() {
    for name in ["lc-lesion", "lc-patient"] {
        let plan = defined(name);
        let died = |day| ended(&plan, &Patient::of(&[("death", day)], 1200, day));
        assert_eq!(died(1150), Ok((150.0, 2)));
        assert_eq!(died(1382), Ok((382.0, 2)));
        assert_eq!(died(1383), Ok((200.0, 0)));
        let failed = Patient::of(&[("local_failure", 1180), ("death", 1383)], 1200, 1383);
        assert_eq!(ended(&plan, &failed), Ok((180.0, 1)));
    }
    let distant = Patient::of(&[("distant_progression", 1120), ("death", 1300)], 1200, 1300);
    assert_eq!(ended(&defined("distant-progression"), &distant), Ok((120.0, 1)));
}

#[test]
fn the_window_is_counted_and_another_window_decides_otherwise() {
    let patient = Patient::of(&[("death", 1383)], 1200, 1383);
    let count = |plan: &EndpointPlan| {
        let data =
            derive_endpoint(plan, &calendar("zero"), &patient.base(), &[0], &mut Problems::new()).unwrap();
        let of = |level: &str| data.counts.iter().find(|(_, l, _)| l == level).map(|(.., n)| *n);
        (of("inside"), of("beyond"))
    };
    let mut plan = defined("lc-lesion");
    assert_eq!(count(&plan), (Some(0), Some(1)));
    plan.death_window = Some(183.0);
    assert_eq!(count(&plan), (Some(1), Some(0)));
}

#[test]
fn an_intercurrent_treatment_censors_counts_or_changes_nothing() {
    let mut plan = defined("lc-lesion");
    let treated = Patient::of(&[("local_treatment", 1150), ("local_failure", 1180)], 1200, 1400);
    assert_eq!(ended(&plan, &treated), Ok((150.0, 0)));
    let same_day = Patient::of(&[("local_treatment", 1150), ("local_failure", 1150)], 1200, 1400);
    assert_eq!(ended(&plan, &same_day), Ok((150.0, 1)));
    // A death within the window of the last assessment, but after the other treatment, no longer competes.
    let later = Patient::of(&[("local_treatment", 1150), ("death", 1210)], 1200, 1210);
    assert_eq!(ended(&plan, &later), Ok((150.0, 0)));
    plan.intercurrent[0].1 = Intercurrent::Ignore;
    assert_eq!(ended(&plan, &treated), Ok((180.0, 1)));
    plan.intercurrent[0].1 = Intercurrent::Event;
    assert_eq!(ended(&plan, &treated), Ok((150.0, 1)));
}

#[test]
fn a_day_that_is_not_known_is_no_guess() {
    let mut patient = Patient::of(&[("progression", 1300)], 1400, 1400);
    patient.unknown.push(("progression", 1100, 1130));
    let why = ended(&defined("pfs"), &patient);
    assert_eq!(why, Err("progression happened, its time is missing".into()));
    // Surely after the known one, or surely before time zero: it changes nothing.
    patient.unknown = vec![("progression", 1310, 1340), ("progression", 900, 930)];
    assert_eq!(ended(&defined("pfs"), &patient), Ok((300.0, 1)));
}

#[test]
fn delayed_entry_leaves_out_those_who_were_never_at_risk() {
    let mut plan = defined("os");
    plan.entry = Some(calendar("entry"));
    let entered = |entry, death| {
        let mut patient = Patient::of(&[("death", death)], 1000, death);
        patient.entry = entry;
        let data =
            derive_endpoint(&plan, &calendar("zero"), &patient.base(), &[0], &mut Problems::new()).unwrap();
        (data.excluded.first().map(|(why, _)| why.clone()), data.entry.unwrap().first().copied())
    };
    assert_eq!(entered(Some(1100), 1200), (None, Some(100.0)));
    assert_eq!(entered(Some(950), 1200), (None, Some(0.0)));
    let late = Some("Observation ended before delayed entry, or on its day".to_owned());
    assert_eq!(entered(Some(1200), 1200), (late.clone(), None));
    assert_eq!(entered(Some(1300), 1200), (late, None));
    assert_eq!(entered(None, 1200).0, Some("The date of entry is missing".into()));
}

/// Entries 0, 10, 20, 20, exits 15, 100, 100, 100: one at risk after 0, two after 10, and after 20 four less the one who left.
#[test]
fn curves_begin_where_enough_are_under_observation() {
    let (entry, exit) = ([0.0, 10.0, 20.0, 20.0], [15.0, 100.0, 100.0, 100.0]);
    assert_eq!(first_at_risk(&entry, &exit, 1), Some(0.0));
    assert_eq!(first_at_risk(&entry, &exit, 2), Some(10.0));
    assert_eq!(first_at_risk(&entry, &exit, 3), Some(20.0));
    assert_eq!(first_at_risk(&entry, &exit, 4), None);
}
