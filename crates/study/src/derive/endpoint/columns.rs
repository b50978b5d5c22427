//! Whether and when each event of an endpoint happened, from columns or from streams.

use oligomet_base::Day;
use oligomet_schema::ColumnData;

use crate::derive::Base;
use crate::model::Intercurrent;
use crate::plan::{EndpointPlan, EventPlan};
use crate::relational::{EventDays, First, Streams};

/// What an event does to its endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It is the event.
    Event,
    /// It competes; its cause.
    Competing(u8),
    /// Observation ends at it.
    Stop,
}

/// Status and time of one event for every subject.
#[derive(Debug)]
pub(super) struct EventColumn {
    pub(super) happened: Vec<Option<bool>>,
    pub(super) time: Vec<f64>,
    pub(super) role: Role,
}

/// The columns of an endpoint: events, competing events, intercurrent events (those that are ignored never happen).
pub(super) fn event_columns(
    plan: &EndpointPlan,
    base: &Base,
    rows: &[usize],
    zero: &[f64],
) -> Vec<EventColumn> {
    let events = plan.events.iter().map(|e| (e, Some(Role::Event)));
    let competing =
        plan.competing.iter().enumerate().map(|(j, e)| (e, Some(Role::Competing((j + 2).min(255) as u8))));
    let intercurrent = plan.intercurrent.iter().map(|(e, what)| {
        let role = match what {
            Intercurrent::Censor => Some(Role::Stop),
            Intercurrent::Event => Some(Role::Event),
            Intercurrent::Ignore => None,
        };
        (e, role)
    });
    let column = |(event, role): (&EventPlan, Option<Role>)| match role {
        Some(role) => event_column(event, role, base, rows, zero),
        None => EventColumn {
            happened: vec![Some(false); rows.len()],
            time: vec![f64::NAN; rows.len()],
            role: Role::Stop,
        },
    };
    events.chain(competing).chain(intercurrent).map(column).collect()
}

fn event_column(event: &EventPlan, role: Role, base: &Base, rows: &[usize], zero: &[f64]) -> EventColumn {
    if let Some(name) = &event.stream {
        return from_stream(name, &base.streams, role, rows, zero);
    }
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
    EventColumn { happened, time, role }
}

/// All days of an event per row that are known, on its axis.
pub fn event_days(event: &EventPlan, base: &Base, rows: &[usize]) -> Vec<Vec<f64>> {
    if let Some(name) = &event.stream {
        let days = |&row: &usize| {
            let known = base.streams.events(name, row).iter().filter_map(EventDays::day);
            known.map(|day| f64::from(day.0)).collect()
        };
        return rows.iter().map(days).collect();
    }
    let zero = vec![0.0; rows.len()];
    let column = event_column(event, Role::Event, base, rows, &zero);
    let of = |(happened, time): (&Option<bool>, &f64)| match happened {
        Some(true) if !time.is_nan() => vec![*time],
        _ => Vec::new(),
    };
    column.happened.iter().zip(&column.time).map(of).collect()
}

/// The stream whose events count on the day of time zero itself.
const DEATH: &str = "death";

/// The first day after time zero; for death also the day itself, and a death before time zero is kept, since it
/// contradicts it. Where an event whose day is not known can be the first, the time is missing.
fn from_stream(name: &str, streams: &Streams, role: Role, rows: &[usize], zero: &[f64]) -> EventColumn {
    let mut column = EventColumn { happened: Vec::new(), time: Vec::new(), role };
    let dead = name == DEATH;
    for (&row, &zero) in rows.iter().zip(zero) {
        let first = match zero.is_nan() {
            true => First::Never,
            false => streams.first_after(name, row, Day(zero as i32), dead),
        };
        let earlier = || streams.events(name, row).iter().map(|e| f64::from(e.latest.0)).reduce(f64::min);
        let (happened, time) = match first {
            First::On(day) => (true, f64::from(day.0)),
            First::Unknown => (true, f64::NAN),
            First::Never if dead => earlier().map_or((false, f64::NAN), |day| (true, day)),
            First::Never => (false, f64::NAN),
        };
        column.happened.push(Some(happened));
        column.time.push(time);
    }
    column
}
