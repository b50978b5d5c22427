//! Endpoints: for each subject the time from time zero and what ended it, or why there is none.

use oligomet_base::number::counted;
use oligomet_base::{Place, Problem, Problems};
use oligomet_schema::ColumnData;

use crate::derive::Base;
use crate::model::AfterCensor;
use crate::plan::{EndpointPlan, EventPlan, TimePoint};

/// An endpoint's data. Vectors run over the subjects in the set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EndpointData {
    /// Name.
    pub name: String,
    /// Index of each subject in the population, ascending.
    pub subject: Vec<u32>,
    /// Time from time zero: days, or the unit of a table read for one statistic.
    pub time: Vec<f64>,
    /// When observation begins (delayed entry); `None` where everybody is observed from time zero.
    pub entry: Option<Vec<f64>>,
    /// 0 censored, 1 the event, 2 and above competing events.
    pub cause: Vec<u8>,
    /// What is printed for cause 1, 2 and so on.
    pub causes: Vec<String>,
    /// Which event, as an index into events then competing events; `u8::MAX` where censored.
    pub which: Vec<u8>,
    /// Why subjects are not in the set, and how many.
    pub excluded: Vec<(String, usize)>,
}

/// Why a subject has no time for an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoTime {
    TimeZero,
    Status(usize),
    EventTime(usize),
    FollowUp,
    BeforeTimeZero,
}

/// What happened to one subject, in days on the axis of time zero.
struct Outcome {
    time: f64,
    cause: u8,
    which: u8,
    late: bool,
    cut: bool,
}

/// Status and time of one event for every subject.
struct EventColumn {
    happened: Vec<Option<bool>>,
    time: Vec<f64>,
    competing: bool,
}

/// Derives an endpoint over the population's rows.
///
/// # Errors
/// Events after the end of follow-up in a composite endpoint whose study does not say what they are (OM110).
pub fn derive_endpoint(
    plan: &EndpointPlan,
    time_zero: &TimePoint,
    base: &Base,
    rows: &[usize],
    problems: &mut Problems,
) -> Result<EndpointData, Problems> {
    let zero = base.points(time_zero, rows);
    let censor = base.points(&plan.censor, rows);
    let events: Vec<EventColumn> = plan
        .events
        .iter()
        .map(|e| (e, false))
        .chain(plan.competing.iter().map(|e| (e, true)))
        .map(|(event, competing)| event_column(event, competing, base, rows))
        .collect();
    let mut data = EndpointData {
        name: plan.name.clone(),
        causes: vec![plan.label.clone(), "competing event".to_owned()],
        ..EndpointData::default()
    };
    let mut excluded: Vec<(NoTime, Vec<usize>)> = Vec::new();
    let (mut late, mut cut) = (Vec::new(), Vec::new());
    for i in 0..rows.len() {
        match outcome(plan, i, zero[i], censor[i], &events) {
            Ok(found) => {
                data.subject.push(i as u32);
                data.time.push(found.time);
                data.cause.push(found.cause);
                data.which.push(found.which);
                if found.late {
                    late.push(i);
                }
                if found.cut {
                    cut.push(i);
                }
            }
            Err(why) => match excluded.iter_mut().find(|(known, _)| *known == why) {
                Some((_, list)) => list.push(i),
                None => excluded.push((why, vec![i])),
            },
        }
    }
    let teller = Teller { plan, base, rows };
    teller.late_events(&late, problems)?;
    teller.cut_off(&cut, problems);
    for (why, list) in excluded {
        data.excluded.push((teller.reason(why), list.len()));
        problems.push(teller.exclusion(why, &list));
    }
    Ok(data)
}

fn event_column(event: &EventPlan, competing: bool, base: &Base, rows: &[usize]) -> EventColumn {
    let time = base.points(&event.time, rows);
    let happened = match &event.happened {
        // A date alone: it happened where there is one.
        None => time.iter().map(|t| Some(!t.is_nan())).collect(),
        Some(name) => match base.data.table.column(name).map(|c| &c.data) {
            Some(ColumnData::YesNo(values)) => {
                rows.iter().map(|&r| values.get(r).copied().flatten()).collect()
            }
            _ => vec![None; rows.len()],
        },
    };
    EventColumn { happened, time, competing }
}

fn outcome(
    plan: &EndpointPlan,
    i: usize,
    zero: f64,
    censor: f64,
    events: &[EventColumn],
) -> Result<Outcome, NoTime> {
    if zero.is_nan() {
        return Err(NoTime::TimeZero);
    }
    let mut first: Option<(f64, usize)> = None;
    for (k, event) in events.iter().enumerate() {
        match event.happened[i] {
            None => return Err(NoTime::Status(k)),
            Some(false) => {}
            Some(true) if event.time[i].is_nan() => return Err(NoTime::EventTime(k)),
            Some(true) => {
                // Events of interest stand before competing ones: on the same day they win.
                if first.is_none_or(|(earliest, _)| event.time[i] < earliest) {
                    first = Some((event.time[i], k));
                }
            }
        }
    }
    if censor.is_nan() && first.is_none() {
        return Err(NoTime::FollowUp);
    }
    let mut found = decide(plan, first, censor, events);
    if let Some(cutoff) = plan.cutoff.filter(|c| found.time > *c) {
        found = Outcome { time: cutoff, cause: 0, which: u8::MAX, late: found.late, cut: true };
    }
    found.time -= zero;
    if found.time < 0.0 {
        return Err(NoTime::BeforeTimeZero);
    }
    if let Some(horizon) = plan.horizon.filter(|h| found.time > *h) {
        found = Outcome { time: horizon, cause: 0, which: u8::MAX, ..found };
    }
    Ok(found)
}

/// Which comes first, the event or the end of follow-up, by the study's choice.
fn decide(plan: &EndpointPlan, first: Option<(f64, usize)>, censor: f64, events: &[EventColumn]) -> Outcome {
    let censored = |late| Outcome { time: censor, cause: 0, which: u8::MAX, late, cut: false };
    let Some((time, k)) = first else { return censored(false) };
    let competing = events[k].competing;
    let happened =
        |late| Outcome { time, cause: if competing { 2 } else { 1 }, which: k as u8, late, cut: false };
    if censor.is_nan() || time <= censor {
        return happened(false);
    }
    if competing && let Some(window) = plan.death_window {
        return if time <= censor + window { happened(false) } else { censored(false) };
    }
    match plan.after_censor {
        Some(AfterCensor::Censor) => censored(true),
        // Where the study does not say, an event that alone makes the endpoint counts: it was seen.
        Some(AfterCensor::Count) | None => happened(true),
    }
}

/// Puts what was found into words.
struct Teller<'a> {
    plan: &'a EndpointPlan,
    base: &'a Base,
    rows: &'a [usize],
}

impl Teller<'_> {
    fn event(&self, k: usize) -> &EventPlan {
        let own = &self.plan.events;
        if k < own.len() { &own[k] } else { &self.plan.competing[k - own.len()] }
    }

    fn reason(&self, why: NoTime) -> String {
        match why {
            NoTime::TimeZero => "Time zero is missing".into(),
            NoTime::Status(k) => format!("Whether {} happened is not known", self.event(k).label),
            NoTime::EventTime(k) => format!("{} happened, its time is missing", self.event(k).label),
            NoTime::FollowUp => "No event and no end of follow-up".into(),
            NoTime::BeforeTimeZero => "Event or end of follow-up before time zero".into(),
        }
    }

    fn place(&self, list: &[usize]) -> Place {
        let mut place = Place::subject(format!("endpoint {}", self.plan.name));
        place.file = self.base.data.sources.first().map(|s| s.name.clone());
        place.sheet = self.base.data.sources.first().and_then(|s| s.sheet.clone());
        place.row = list.first().and_then(|&i| self.row_number(i));
        place
    }

    fn row_number(&self, i: usize) -> Option<u64> {
        self.rows.get(i).and_then(|&r| self.base.data.table.source_rows.get(r)).map(|&n| u64::from(n))
    }

    fn with_rows(&self, mut problem: Problem, list: &[usize]) -> Problem {
        problem = problem.at(self.place(list));
        problem.also_rows = list.iter().skip(1).filter_map(|&i| self.row_number(i)).collect();
        problem
    }

    fn exclusion(&self, why: NoTime, list: &[usize]) -> Problem {
        let reason = self.reason(why);
        let what = format!(
            "{} not analysed for {}: {}",
            counted(list.len(), "patient"),
            self.plan.name,
            lower_start(&reason)
        );
        let mend = match why {
            NoTime::TimeZero => "complete the date of time zero, or choose another time zero",
            NoTime::Status(_) | NoTime::EventTime(_) => "complete the record; nothing is guessed",
            NoTime::FollowUp => "complete the end of follow-up",
            NoTime::BeforeTimeZero => {
                "look for exchanged or mistyped dates; if patients truly had the event before time zero, leave them out by an eligibility rule that says so"
            }
        };
        let problem = Problem::warning("OM111", what)
            .why("time from time zero cannot be computed; the patients are counted in the flow of patients")
            .mend(mend);
        self.with_rows(problem, list)
    }

    /// An event after the end of follow-up: counted where it alone makes the endpoint, otherwise the study must say.
    fn late_events(&self, list: &[usize], problems: &mut Problems) -> Result<(), Problems> {
        if list.is_empty() {
            return Ok(());
        }
        let name = &self.plan.name;
        let n = counted(list.len(), "patient");
        let what =
            format!("an event of {name} after `{}`, the end of follow-up, in {n}", self.plan.censor.label);
        let composite = self.plan.events.len() + self.plan.competing.len() > 1;
        let problem = match (self.plan.after_censor, composite) {
            (Some(AfterCensor::Censor), _) => Problem::note("OM110", format!("{what}: censored there, as the study says"))
                .why("between the end of follow-up and the event nobody looked for the other events"),
            (Some(AfterCensor::Count), _) => Problem::note("OM110", format!("{what}: counted at its own time, as the study says"))
                .why("between the end of follow-up and the event nobody looked for the other events, which may have come first"),
            (None, false) => Problem::warning("OM110", format!("{what}: counted at its own time"))
                .why("the event was seen, so it counts; but if deaths come from a registry while the living are censored at their last visit, survival is underestimated")
                .mend("give the date up to which the registry was asked as the end of follow-up, or write after_censor = \"count\" or \"censor\" in the endpoint"),
            (None, true) => {
                let problem = Problem::error("OM110", what)
                    .why("the endpoint has several events, and after the end of follow-up nobody looked for the others: counting and censoring give different results")
                    .mend(format!("write after_censor = \"censor\" (follow-up of {name} ends there) or \"count\" (the event counts at its time) in [endpoint.{name}]"));
                return Err(self.with_rows(problem, list).into());
            }
        };
        problems.push(self.with_rows(problem, list));
        Ok(())
    }

    fn cut_off(&self, list: &[usize], problems: &mut Problems) {
        if list.is_empty() {
            return;
        }
        let what = format!(
            "follow-up for {} beyond the data cut-off in {}: censored at it",
            self.plan.name,
            counted(list.len(), "patient")
        );
        problems.push(
            self.with_rows(Problem::note("OM112", what).why("what lies after the cut-off is not used"), list),
        );
    }
}

fn lower_start(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Axis;

    fn plan(after_censor: Option<AfterCensor>, horizon: Option<f64>) -> EndpointPlan {
        let point =
            |name: &str| TimePoint { column: Some(name.into()), axis: Axis::Origin, label: name.into() };
        let event = |name: &str| EventPlan {
            name: name.into(),
            label: name.into(),
            happened: Some(name.into()),
            time: point(name),
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
            name_span: 0..0,
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
            competing: false,
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
}
