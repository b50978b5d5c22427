//! Endpoints: for each subject the time from time zero and what ended it, or why there is none.

mod columns;
mod tell;
#[cfg(test)]
mod tests;

use oligomet_base::Problems;

use crate::derive::Base;
use crate::model::AfterCensor;
use crate::plan::{EndpointPlan, TimePoint};
pub use columns::event_days;
use columns::{EventColumn, Role};
use tell::Teller;

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
    /// 0 censored, 1 the event, 2 and above the competing events in their order.
    pub cause: Vec<u8>,
    /// What is printed for cause 1, 2 and so on.
    pub causes: Vec<String>,
    /// Which event, as an index into events, competing events and intercurrent events; `u8::MAX` where censored.
    pub which: Vec<u8>,
    /// Why subjects are not in the set, and how many.
    pub excluded: Vec<(String, usize)>,
    /// The time from which curves begin; `None` where they begin at time zero.
    pub conditional_from: Option<f64>,
    /// Counts behind it: what is counted, of what, and how many.
    pub counts: Vec<(&'static str, String, usize)>,
}

impl EndpointData {
    /// Whether some subject had a competing event.
    #[must_use]
    pub fn has_competing(&self) -> bool {
        self.cause.iter().any(|c| *c > 1)
    }
}

/// Why a subject has no time for an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoTime {
    TimeZero,
    Status(usize),
    EventTime(usize),
    FollowUp,
    BeforeTimeZero,
    Entry,
    NotAtRisk,
}

/// What happened to one subject, in days on the axis of time zero.
#[derive(Debug, Clone, Copy, Default)]
struct Outcome {
    time: f64,
    cause: u8,
    which: u8,
    /// An event after the end of follow-up.
    late: bool,
    /// Censored at the cut-off.
    cut: bool,
    /// A competing event after the end of follow-up: inside its window or beyond it.
    inside_window: bool,
    beyond_window: bool,
    /// The column of the intercurrent event at which it was censored.
    intercurrent: Option<usize>,
}

impl Outcome {
    fn censored(time: f64) -> Self {
        Self { time, which: u8::MAX, ..Self::default() }
    }
}

/// Positions of subjects in the population for which something must be told.
#[derive(Default)]
struct Lists {
    late: Vec<usize>,
    cut: Vec<usize>,
    inside_window: Vec<usize>,
    beyond_window: Vec<usize>,
    excluded: Vec<(NoTime, Vec<usize>)>,
}

impl Lists {
    fn take(&mut self, i: usize, found: &Outcome) {
        let lists = [
            (found.late, &mut self.late),
            (found.cut, &mut self.cut),
            (found.inside_window, &mut self.inside_window),
            (found.beyond_window, &mut self.beyond_window),
        ];
        lists.into_iter().filter(|(wanted, _)| *wanted).for_each(|(_, list)| list.push(i));
    }

    fn exclude(&mut self, i: usize, why: NoTime) {
        match self.excluded.iter_mut().find(|(known, _)| *known == why) {
            Some((_, list)) => list.push(i),
            None => self.excluded.push((why, vec![i])),
        }
    }
}

/// Derives an endpoint over the population's rows. `of_cohort`: the cohort's time zero, used where the endpoint has none.
///
/// # Errors
/// Events after the end of follow-up in a composite endpoint whose study does not say what they are (OM110).
pub fn derive_endpoint(
    plan: &EndpointPlan,
    of_cohort: &TimePoint,
    base: &Base,
    rows: &[usize],
    problems: &mut Problems,
) -> Result<EndpointData, Problems> {
    let zero = base.points(plan.zero(of_cohort), rows);
    let censor = base.points(&plan.censor, rows);
    let entry = plan.entry.as_ref().map(|e| base.points(e, rows));
    let events = columns::event_columns(plan, base, rows, &zero);
    let mut data = EndpointData { name: plan.name.clone(), causes: plan.causes(), ..EndpointData::default() };
    let mut lists = Lists::default();
    let mut intercurrent = vec![0; events.len()];
    let mut entries = Vec::new();
    for i in 0..rows.len() {
        let found = outcome(plan, i, zero[i], censor[i], &events)
            .and_then(|found| Ok((found, entry_of(entry.as_deref().map(|e| e[i]), zero[i], found.time)?)));
        let (found, begins) = match found {
            Ok(found) => found,
            Err(why) => {
                lists.exclude(i, why);
                continue;
            }
        };
        data.subject.push(i as u32);
        data.time.push(found.time);
        data.cause.push(found.cause);
        data.which.push(found.which);
        entries.push(begins);
        lists.take(i, &found);
        if let Some(k) = found.intercurrent {
            intercurrent[k] += 1;
        }
    }
    data.entry = entry.is_some().then_some(entries);
    let teller = Teller { plan, base, rows };
    teller.late_events(&lists.late, problems)?;
    teller.tell(&lists, &intercurrent, &mut data, problems);
    begin_curves(plan, &mut data, &teller, problems);
    Ok(data)
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
    // The earliest event that ends observation, and the earliest intercurrent event that censors.
    let mut first: Option<(f64, usize)> = None;
    let mut stop = first;
    for (k, event) in events.iter().enumerate() {
        match event.happened[i] {
            None => return Err(NoTime::Status(k)),
            Some(false) => {}
            Some(true) if event.time[i].is_nan() => return Err(NoTime::EventTime(k)),
            Some(true) => {
                let earliest = if event.role == Role::Stop { &mut stop } else { &mut first };
                // Events of interest stand before competing ones: on the same day they win.
                if earliest.is_none_or(|(known, _)| event.time[i] < known) {
                    *earliest = Some((event.time[i], k));
                }
            }
        }
    }
    if censor.is_nan() && first.is_none() && stop.is_none() {
        return Err(NoTime::FollowUp);
    }
    let mut found = decide(plan, first, censor, events);
    // On the day of an intercurrent event an event of the endpoint still counts.
    if let Some((time, k)) = stop.filter(|(time, _)| found.time.is_nan() || *time < found.time) {
        found = Outcome { intercurrent: Some(k), ..Outcome::censored(time) };
    }
    if let Some(cutoff) = plan.cutoff.filter(|c| found.time > *c) {
        found = Outcome { late: found.late, cut: true, ..Outcome::censored(cutoff) };
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
    let Some((time, k)) = first else { return Outcome::censored(censor) };
    let cause = match events[k].role {
        Role::Event => 1,
        Role::Competing(cause) => cause,
        Role::Stop => 0,
    };
    let happened = Outcome { time, cause, which: k as u8, ..Outcome::default() };
    if censor.is_nan() || time <= censor {
        return happened;
    }
    if cause > 1
        && let Some(window) = plan.death_window
    {
        return if time <= censor + window {
            Outcome { inside_window: true, ..happened }
        } else {
            Outcome { beyond_window: true, ..Outcome::censored(censor) }
        };
    }
    match plan.after_censor {
        Some(AfterCensor::Censor) => Outcome { late: true, ..Outcome::censored(censor) },
        // Where the study does not say, an event that alone makes the endpoint counts: it was seen.
        Some(AfterCensor::Count) | None => Outcome { late: true, ..happened },
    }
}

/// When a subject comes under observation, in days since time zero: not before it.
fn entry_of(entry: Option<f64>, zero: f64, end: f64) -> Result<f64, NoTime> {
    let Some(entry) = entry else { return Ok(0.0) };
    if entry.is_nan() {
        return Err(NoTime::Entry);
    }
    let begins = (entry - zero).max(0.0);
    if begins < end { Ok(begins) } else { Err(NoTime::NotAtRisk) }
}

/// Where curves begin: the first time of entry at which so many are under observation as the study asks for.
fn begin_curves(plan: &EndpointPlan, data: &mut EndpointData, teller: &Teller<'_>, problems: &mut Problems) {
    let Some(least) = plan.min_risk_set.map(|n| n as usize).filter(|_| !data.time.is_empty()) else { return };
    let at_zero = vec![0.0; data.time.len()];
    let entry = data.entry.as_ref().unwrap_or(&at_zero);
    match first_at_risk(entry, &data.time, least) {
        Some(from) => data.conditional_from = (from > 0.0).then_some(from),
        // Nobody stays under observation after the last time: no curve is drawn.
        None => data.conditional_from = data.time.iter().copied().reduce(f64::max),
    }
    if let Some(from) = data.conditional_from {
        teller.conditional(from, least, data, problems);
    }
}

/// The first entry just after which at least so many are under observation.
fn first_at_risk(entry: &[f64], time: &[f64], least: usize) -> Option<f64> {
    let mut entries: Vec<f64> = entry.to_vec();
    entries.sort_by(f64::total_cmp);
    entries.dedup();
    let mut exits: Vec<f64> = time.to_vec();
    exits.sort_by(f64::total_cmp);
    let mut begun: Vec<f64> = entry.to_vec();
    begun.sort_by(f64::total_cmp);
    entries.into_iter().find(|from| {
        let entered = begun.partition_point(|e| e <= from);
        let left = exits.partition_point(|t| t <= from);
        entered.saturating_sub(left) >= least
    })
}
