//! `[endpoint.X]`

use oligomet_base::Problem;
use oligomet_base::file::{Key, Section, Text};

use super::check_name;
use crate::definitions::{Definition, Definitions, read_intercurrent};
use crate::model::{AfterCensor, Endpoint};

pub(super) fn read_endpoints(top: &Section<'_>) -> Vec<Endpoint> {
    top.named_sections("endpoint").into_iter().map(|(key, s)| read_endpoint(key, s)).collect()
}

/// What the study does not say is taken from the definition that it names.
fn read_endpoint(key: Key, s: Section<'_>) -> Endpoint {
    let name = Text { text: key.name, span: key.span };
    check_name(s.file(), &name);
    let definition = s.text("definition");
    let known = definition.as_ref().and_then(|d| Definitions::get().definition(&d.text));
    if let (Some(name), None) = (&definition, known) {
        s.unknown_word("definition", name, &Definitions::get().names());
    }
    let defined = Defined { definition: known, place: definition.clone().unwrap_or_default() };
    let event = s.texts("event").unwrap_or_else(|| defined.texts(|d| &d.event));
    if event.is_empty() && definition.is_none() {
        s.missing(
            "event",
            "it lists the events that end the endpoint, as event = [\"recurrence\", \"death\"], or `definition` names what it means",
        );
    }
    let competing = s.texts("competing").unwrap_or_else(|| defined.texts(|d| &d.competing));
    refuse_both(&s, &name, &event, &competing);
    let intercurrent = read_intercurrent(&s);
    let endpoint = Endpoint {
        label: s.text("label").or_else(|| defined.text(|d| &d.label)).unwrap_or_else(|| name.clone()),
        event,
        competing,
        censor: read_censor(&s, &defined),
        after_censor: s.choice("after_censor", &AfterCensor::NAMES).or_else(|| known?.after_censor),
        death_window: s.parsed("death_window").or_else(|| known?.death_window),
        horizon: s.parsed("horizon"),
        span: s.span(),
        definition: definition.filter(|_| known.is_some()),
        time_zero: s.text("time_zero"),
        entry: s.text("entry"),
        min_risk_set: read_min_risk_set(&s),
        intercurrent: if s.has("intercurrent") { intercurrent } else { defined.intercurrent() },
        name,
    };
    s.finish();
    endpoint
}

/// What a definition says, at the place where the study names it.
struct Defined {
    definition: Option<&'static Definition>,
    place: Text,
}

impl Defined {
    fn at(&self, text: &str) -> Text {
        Text { text: text.to_owned(), span: self.place.span.clone() }
    }

    fn text(&self, of: fn(&Definition) -> &String) -> Option<Text> {
        self.definition.map(|d| self.at(of(d)))
    }

    fn texts(&self, of: fn(&Definition) -> &Vec<String>) -> Vec<Text> {
        self.definition.map(|d| of(d).iter().map(|t| self.at(t)).collect()).unwrap_or_default()
    }

    fn intercurrent(&self) -> Vec<(Text, crate::model::Intercurrent)> {
        let all = self.definition.map(|d| d.intercurrent.as_slice()).unwrap_or_default();
        all.iter().map(|(name, what)| (self.at(name), *what)).collect()
    }
}

fn read_censor(s: &Section<'_>, defined: &Defined) -> Option<Text> {
    if s.has("censor") || defined.definition.is_none() {
        return s.required_text(
            "censor",
            "what ends the follow-up of a patient without the event has no default: papers go wrong here",
        );
    }
    defined.text(|d| &d.censor)
}

fn refuse_both(s: &Section<'_>, name: &Text, event: &[Text], competing: &[Text]) {
    for both in competing.iter().filter(|c| event.iter().any(|e| e.text == c.text)) {
        let what = format!("`{}` is both an event of {} and competing with it", both.text, name.text);
        s.file().report_at(
            both.span.clone(),
            Problem::error("OM311", what).mend("leave it in one of the two lists"),
        );
    }
}

fn read_min_risk_set(s: &Section<'_>) -> Option<u32> {
    let n = s.number("min_risk_set")?;
    if n >= 1.0 && n.fract() == 0.0 && n <= 1e6 {
        return Some(n as u32);
    }
    let what = format!("`min_risk_set` in {} must be a whole number above 0, not {n}", s.title());
    s.file().report_at(s.span(), Problem::error("OM304", what).mend("write min_risk_set = 10"));
    None
}
