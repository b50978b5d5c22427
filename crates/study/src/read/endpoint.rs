//! `[endpoint.X]`

use oligomet_base::Problem;
use oligomet_base::file::{Key, Section, Text};

use super::check_name;
use crate::model::{AfterCensor, Endpoint};

pub(super) fn read_endpoints(top: &Section<'_>) -> Vec<Endpoint> {
    top.named_sections("endpoint").into_iter().map(|(key, s)| read_endpoint(key, s)).collect()
}

fn read_endpoint(key: Key, s: Section<'_>) -> Endpoint {
    let name = Text { text: key.name, span: key.span };
    check_name(s.file(), &name);
    let event = s.texts("event").unwrap_or_default();
    if event.is_empty() {
        s.missing(
            "event",
            "it lists the events that end the endpoint, as event = [\"recurrence\", \"death\"]",
        );
    }
    let competing = s.texts("competing").unwrap_or_default();
    for both in competing.iter().filter(|c| event.iter().any(|e| e.text == c.text)) {
        let what = format!("`{}` is both an event of {} and competing with it", both.text, name.text);
        s.file().report_at(
            both.span.clone(),
            Problem::error("OM311", what).mend("leave it in one of the two lists"),
        );
    }
    let endpoint = Endpoint {
        label: s.text("label").unwrap_or_else(|| name.clone()),
        event,
        competing,
        censor: s.required_text(
            "censor",
            "what ends the follow-up of a patient without the event has no default: papers go wrong here",
        ),
        after_censor: s
            .choice("after_censor", &[("censor", AfterCensor::Censor), ("count", AfterCensor::Count)]),
        death_window: s.parsed("death_window"),
        horizon: s.parsed("horizon"),
        span: s.span(),
        name,
    };
    s.finish();
    endpoint
}
