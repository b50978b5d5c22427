//! Endpoints: events and times found, axes that agree.

use oligomet_base::Problem;
use oligomet_base::day::{DateOrder, PartialDate};
use oligomet_base::file::Text;
use oligomet_schema::EventTiming;

use super::Checker;
use crate::definitions::Definitions;
use crate::model::{Endpoint, Intercurrent, Unit};
use crate::plan::{Axis, EndpointPlan, EventPlan, TimePoint};
use crate::read::OPEN;

impl Checker<'_> {
    pub(super) fn endpoints(&self, time_zero: Option<&TimePoint>) -> Vec<Option<EndpointPlan>> {
        self.study.endpoints.iter().map(|e| self.endpoint(e, time_zero)).collect()
    }

    fn endpoint(&self, endpoint: &Endpoint, of_cohort: Option<&TimePoint>) -> Option<EndpointPlan> {
        let events: Option<Vec<EventPlan>> = endpoint.event.iter().map(|e| self.event(e)).collect();
        let competing: Option<Vec<EventPlan>> = endpoint.competing.iter().map(|e| self.event(e)).collect();
        let intercurrent = self.intercurrent(endpoint);
        let censor = self.censor(endpoint);
        let own_zero = endpoint.time_zero.as_ref().map(|t| self.own_zero(endpoint, t));
        let entry = endpoint.entry.as_ref().map(|t| self.time_point(t, "entry"));
        self.unit_of(endpoint);
        let (events, competing, intercurrent, censor) = (events?, competing?, intercurrent?, censor?);
        let (own_zero, entry) = (all_or_none(own_zero)?, all_or_none(entry)?);
        let zero = own_zero.as_ref().or(of_cohort)?;
        let of_events = events.iter().chain(&competing).chain(intercurrent.iter().map(|(e, _)| e));
        for point in of_events.map(|e| &e.time).chain([&censor]).chain(&entry) {
            self.same_axis(endpoint, point, zero);
        }
        let definition = endpoint.definition.as_ref().map(|d| d.text.clone()).unwrap_or_default();
        let source = Definitions::get().definition(&definition).map(|d| d.source.clone()).unwrap_or_default();
        Some(EndpointPlan {
            name: endpoint.name.text.clone(),
            label: endpoint.label.text.clone(),
            events,
            competing,
            censor,
            after_censor: endpoint.after_censor,
            death_window: endpoint.death_window.map(|d| d.days()),
            horizon: endpoint.horizon.map(|d| d.days()),
            cutoff: self.cutoff(zero),
            name_span: endpoint.name.span.clone(),
            definition,
            time_zero: own_zero,
            entry,
            min_risk_set: endpoint.min_risk_set,
            intercurrent,
            source,
        })
    }

    /// Intercurrent events; those that a definition names and the data do not know are left out, since nothing tells of them.
    fn intercurrent(&self, endpoint: &Endpoint) -> Option<Vec<(EventPlan, Intercurrent)>> {
        let defined = endpoint.definition.as_ref().map(|d| d.span.clone());
        let known = |name: &Text| Some(name.span.clone()) != defined || self.knows_event(&name.text);
        let named = endpoint.intercurrent.iter().filter(|(name, _)| known(name));
        named.map(|(name, what)| Some((self.event(name)?, *what))).collect()
    }

    fn knows_event(&self, name: &str) -> bool {
        self.base.data.event(name).is_some() || self.base.streams.stream(name).is_some()
    }

    /// A definition that means something for one unit only.
    fn unit_of(&self, endpoint: &Endpoint) {
        let Some(name) = &endpoint.definition else { return };
        let Some(definition) = Definitions::get().definition(&name.text) else { return };
        if self.base.streams.is_empty() || definition.units.is_empty() {
            return;
        }
        let unit = self.study.study.unit.as_ref().map_or(Unit::Patient, |(unit, _)| *unit).name();
        if !definition.units.iter().any(|u| u == unit) {
            let what = format!("`{}` has no meaning for rows that are one {unit} each", name.text);
            self.file.report_at(
                name.span.clone(),
                Problem::error("OM325", what)
                    .why("a lesion has its own clock and its own failures; a patient has the first failure of any treated lesion")
                    .mend(format!("write `unit = \"{}\"` in [study], or another definition", definition.units[0])),
            );
        }
    }

    /// An endpoint's own time zero; an open question is answered with what its definition advises.
    fn own_zero(&self, endpoint: &Endpoint, name: &Text) -> Option<TimePoint> {
        if name.text != OPEN {
            return self.time_point(name, "time_zero");
        }
        let definition = endpoint.definition.as_ref().and_then(|d| Definitions::get().definition(&d.text));
        let advice = definition.map_or(String::new(), |d| format!(" ({} advises: {})", d.name, d.time_zero));
        let question = format!("from which date does {} count?{advice}", endpoint.name.text);
        self.open_question(name, &question, &self.time_columns());
        None
    }

    fn censor(&self, endpoint: &Endpoint) -> Option<TimePoint> {
        let name = endpoint.censor.as_ref()?;
        if name.text == OPEN {
            let question =
                format!("until when was a patient without the event of {} followed?", endpoint.name.text);
            self.open_question(name, &question, &self.time_columns());
            return None;
        }
        self.time_point(name, "censor")
    }

    /// An event: a stream of the base table, or an event of site.toml.
    pub(super) fn event(&self, name: &Text) -> Option<EventPlan> {
        if let Some(plan) = self.stream(name) {
            return Some(plan);
        }
        let data = &self.base.data;
        let Some(source) = data.event(&name.text) else {
            let mut known: Vec<&str> = data.events.iter().map(|e| e.name.as_str()).collect();
            known.extend(self.base.streams.names().map(|(name, _)| name));
            if name.text == OPEN {
                let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
                self.open_question(name, "which events end this endpoint?", &known);
            } else {
                self.unknown_name(name, "event", &known);
            }
            return None;
        };
        let (happened, column) = match &source.timing {
            EventTiming::Dated { date } => (None, date),
            EventTiming::Flagged { happened, time } => (Some(happened.clone()), time),
        };
        let at = Text { text: column.clone(), span: name.span.clone() };
        let time = self.time_point(&at, &format!("the time of `{}`", name.text))?;
        Some(EventPlan {
            name: source.name.clone(),
            label: source.label.clone(),
            happened,
            time,
            stream: None,
        })
    }

    fn stream(&self, name: &Text) -> Option<EventPlan> {
        let (stream, label) = self.base.streams.names().find(|(stream, _)| *stream == name.text)?;
        let time = TimePoint { column: None, axis: Axis::Calendar, label: label.to_owned() };
        let (name, label, stream) = (name.text.clone(), label.to_owned(), Some(stream.to_owned()));
        Some(EventPlan { name, label, happened: None, time, stream })
    }

    fn same_axis(&self, endpoint: &Endpoint, point: &TimePoint, zero: &TimePoint) {
        if point.axis == zero.axis {
            return;
        }
        let say = |p: &TimePoint| match p.axis {
            Axis::Calendar => format!("`{}` is a calendar date", p.column.as_deref().unwrap_or("time zero")),
            Axis::Origin => {
                format!("`{}` is a time since the origin", p.column.as_deref().unwrap_or("time zero"))
            }
        };
        self.file.report_at(
            endpoint.span.clone(),
            Problem::error("OM316", format!("the times of {} cannot be compared: {}, {}", endpoint.name.text, say(point), say(zero)))
                .why("a date and a length of time are on different axes")
                .mend("give dates for all, or say in site.toml under [times] which date column is the `origin` of the durations"),
        );
    }

    fn cutoff(&self, zero: &TimePoint) -> Option<f64> {
        let cutoff = self.study.study.cutoff.as_ref()?;
        match PartialDate::parse(cutoff, DateOrder::YearMonthDay) {
            Some(PartialDate::Day(day)) if zero.axis == Axis::Calendar => Some(f64::from(day.0)),
            Some(PartialDate::Day(_)) => None,
            _ => {
                let what = format!("the cut-off \"{}\" is no date", cutoff.text);
                self.file.report_at(
                    cutoff.span.clone(),
                    Problem::error("OM304", what).mend("write cutoff = 2022-12-31"),
                );
                None
            }
        }
    }
}

/// What was asked for and found, or not asked for; nothing where it was asked for and not found.
fn all_or_none<T>(asked: Option<Option<T>>) -> Option<Option<T>> {
    match asked {
        Some(None) => None,
        Some(found) => Some(found),
        None => Some(None),
    }
}
