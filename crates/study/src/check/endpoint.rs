//! Endpoints: events and times found, axes that agree.

use oligomet_base::Problem;
use oligomet_base::day::{DateOrder, PartialDate};
use oligomet_base::file::Text;
use oligomet_schema::EventTiming;

use super::Checker;
use crate::model::Endpoint;
use crate::plan::{Axis, EndpointPlan, EventPlan, TimePoint};
use crate::read::OPEN;

impl Checker<'_> {
    pub(super) fn endpoints(&self, time_zero: Option<&TimePoint>) -> Vec<Option<EndpointPlan>> {
        self.study.endpoints.iter().map(|e| self.endpoint(e, time_zero)).collect()
    }

    fn endpoint(&self, endpoint: &Endpoint, time_zero: Option<&TimePoint>) -> Option<EndpointPlan> {
        let events: Option<Vec<EventPlan>> = endpoint.event.iter().map(|e| self.event(e)).collect();
        let competing: Option<Vec<EventPlan>> = endpoint.competing.iter().map(|e| self.event(e)).collect();
        let censor = self.censor(endpoint);
        let (events, competing, censor, zero) = (events?, competing?, censor?, time_zero?);
        for point in events.iter().chain(&competing).map(|e| &e.time).chain([&censor]) {
            self.same_axis(endpoint, point, zero);
        }
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
        })
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

    fn event(&self, name: &Text) -> Option<EventPlan> {
        let data = &self.base.data;
        let Some(source) = data.event(&name.text) else {
            if name.text == OPEN {
                let known: Vec<String> = data.events.iter().map(|e| e.name.clone()).collect();
                self.open_question(name, "which events end this endpoint?", &known);
            } else {
                let known: Vec<&str> = data.events.iter().map(|e| e.name.as_str()).collect();
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
        Some(EventPlan { name: source.name.clone(), label: source.label.clone(), happened, time })
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
