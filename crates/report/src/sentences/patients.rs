//! Flow of patients and follow-up in words.

use oligomet_base::words::lower_first;
use oligomet_results::{EndpointOutline, FlowOutline, StatKey};

use crate::tabulate::{endpoint_reasons, flow_key};
use crate::text::{Format, Text, say};
use crate::view::View;

/// `Of 2,982 patients in the source, 43 were left out (no follow-up, 43); 2,939 were analysed.`
pub(crate) fn flow(view: &View<'_>) -> Text {
    let steps: Vec<&FlowOutline> = view.run.outline.flow.iter().filter(|s| s.kind != "endpoint").collect();
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else { return Text::default() };
    let mut reasons: Vec<Text> = Vec::new();
    for step in steps.iter().skip(1) {
        reasons.extend(left_out(view, step));
    }
    let unit = plural(&view.run.outline.study.unit);
    let mut text = say!["Of ", view.count(&flow_key(&first.id, ""), "n"), format!(" {unit} in the source, ")];
    if reasons.is_empty() {
        text.append(say!["none was left out; ", view.count(&flow_key(&last.id, ""), "n"), " were analysed."]);
        return text;
    }
    text.push("these were left out: ");
    text.append(Text::list(reasons));
    text.append(say![". This left ", view.count(&flow_key(&last.id, ""), "n"), format!(" {unit}")]);
    if unit != "patients" && view.row(&flow_key(&last.id, ""), "n.patients").is_some() {
        text.append(say![" of ", view.count(&flow_key(&last.id, ""), "n.patients"), " patients"]);
    }
    text.push(" for analysis.");
    text
}

fn plural(unit: &str) -> String {
    if unit.is_empty() { "patients".into() } else { format!("{unit}s") }
}

fn left_out(view: &View<'_>, step: &FlowOutline) -> Option<Text> {
    let key = flow_key(&step.id, "");
    let row = view.row(&key, "n.excluded")?;
    let label = match step.kind.as_str() {
        "population" => "not belonging to the population".to_owned(),
        _ => lower_first(&step.label),
    };
    if row.stat == Some(0.0) && view.value(&key, "n.excluded.patients").is_some_and(|n| n > 0.0) {
        // A patient without any row leaves none behind.
        return Some(say![view.count(&key, "n.excluded.patients"), format!(" patients for {label}")]);
    }
    (row.suppressed || row.stat? > 0.0).then(|| say![view.count(&key, "n.excluded"), format!(" for {label}")])
}

/// How many patients and events each endpoint has, and who has no time for it.
pub(crate) fn endpoints(view: &View<'_>) -> Text {
    let mut text = Text::default();
    let several = view.run.outline.endpoints.len() > 1;
    for endpoint in &view.run.outline.endpoints {
        let id = format!("endpoint:{}", endpoint.name);
        let key = flow_key(&id, "");
        if view.row(&key, "n").is_none() {
            continue;
        }
        if !text.is_empty() {
            text.push(" ");
        }
        text.append(say![
            format!("{} was analysed in ", view.endpoint_label(&endpoint.name)),
            view.count(&key, "n"),
            format!(" {}, with ", plural(&view.run.outline.study.unit)),
            view.count(&key, "n.event"),
            " events",
        ]);
        let reasons: Vec<Text> = endpoint_reasons(view, &id)
            .into_iter()
            .filter(|reason| {
                let row = view.row(&flow_key(&id, reason), "n.excluded");
                row.is_some_and(|r| r.suppressed || r.stat.unwrap_or(0.0) > 0.0)
            })
            .map(|reason| {
                let count = view.count(&flow_key(&id, &reason), "n.excluded");
                say![count, format!(" for {}", lower_first(&reason))]
            })
            .collect();
        if !reasons.is_empty() {
            text.push("; not counted: ");
            text.append(Text::list(reasons));
        }
        text.push(".");
        text.append(few_events(view, &key, several));
    }
    text
}

/// Where `several` endpoints are told of, the warning is said of this one alone.
fn few_events(view: &View<'_>, key: &StatKey, several: bool) -> Text {
    let (these, of_it) = if several { ("The last are", " of this endpoint") } else { ("These are", "") };
    match view.value(key, "n.event") {
        Some(n) if n < super::FEW_EVENTS => Text::from(format!(
            " {these} few events: estimates{of_it} are uncertain and models are not to be trusted."
        )),
        _ => Text::default(),
    }
}

/// Median follow-up of each endpoint with its interval and quartiles.
pub(crate) fn follow_up(view: &View<'_>) -> Text {
    let parts: Vec<Text> = view.run.outline.endpoints.iter().filter_map(|e| follow_up_of(view, e)).collect();
    if parts.is_empty() {
        return Text::default();
    }
    let mut text = say!["Median follow-up (reverse Kaplan-Meier) was "];
    text.append(Text::list(parts));
    text.push(".");
    text
}

fn follow_up_of(view: &View<'_>, endpoint: &EndpointOutline) -> Option<Text> {
    let of = |prob: &str| StatKey::new("followup", &endpoint.name, "followup").variable("prob", prob);
    view.row(&of("0.5"), "estimate")?;
    let label = lower_first(&view.endpoint_label(&endpoint.name));
    let mut text = say![view.estimate(Format::TimeStatement, &of("0.5")), format!(" for {label}")];
    if view.value(&of("0.25"), "estimate").is_some() && view.value(&of("0.75"), "estimate").is_some() {
        let quartile = |prob: &str| view.number(Format::Time, &of(prob), &["estimate"]);
        text.append(say![" (quartiles ", quartile("0.25"), " and ", quartile("0.75"), ")"]);
    }
    Some(text)
}
