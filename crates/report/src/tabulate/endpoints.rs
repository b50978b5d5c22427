//! What stands behind the endpoints: causes, windows, intercurrent events, delayed entry, completeness of follow-up.

use oligomet_results::StatKey;

use crate::table::{Cell, Row, Table};
use crate::text::{Format, Span, Text, say};
use crate::view::View;

/// Words of a count.
fn words(variable: &str, level: &str) -> String {
    match (variable, level) {
        ("cause", cause) => format!("First event: {cause}"),
        ("window", "inside") => "Competing events within their window after the last assessment".to_owned(),
        ("window", "beyond") => {
            "Competing events after their window: censored at the last assessment".to_owned()
        }
        ("assessed", by) => format!("Last assessed by: {}", oligomet_base::words::lower_first(by)),
        ("intercurrent", event) => format!("Observation ended by an intercurrent event: {event}"),
        ("registry", "deaths") => "Deaths".to_owned(),
        ("registry", "late deaths") => "Deaths long after the last contact, as from a registry".to_owned(),
        (variable, "") => variable.to_owned(),
        (variable, level) => format!("{variable}: {level}"),
    }
}

/// Endpoints with what was counted of each; `None` where the results say nothing of the kind.
pub(super) fn tabulate_endpoints(view: &View<'_>) -> Option<Table> {
    let mut table = Table::new("endpoints", "What stands behind the endpoints", "");
    table.head(vec!["Endpoint".into(), "n".into()]);
    for endpoint in &view.run.outline.endpoints {
        let mut rows = Vec::new();
        let mut seen: Vec<&StatKey> = Vec::new();
        for row in view.run.stats.of("endpoint", "endpoint") {
            if row.key.endpoint != endpoint.name || seen.contains(&&row.key) {
                continue;
            }
            seen.push(&row.key);
            rows.extend(row_of(view, &row.key));
        }
        if rows.is_empty() {
            continue;
        }
        table.rows.push(Row::new(view.endpoint_label(&endpoint.name), vec![Cell::default()]).bold());
        table.rows.extend(rows);
        if let Some(days) = endpoint.conditional_from {
            table.note(format!(
                "Curves of {} begin {} after time zero, where the risk set reached the least size stated; they speak of those still under observation then.",
                oligomet_base::words::lower_first(&view.endpoint_label(&endpoint.name)),
                view.duration_words(days)
            ));
        }
    }
    (!table.rows.is_empty()).then(|| table.explain_gaps())
}

fn row_of(view: &View<'_>, key: &StatKey) -> Vec<Row> {
    let label = words(&key.variable, &key.variable_level);
    match (key.variable.as_str(), key.variable_level.as_str()) {
        ("entry", _) => {
            let mut rows = vec![
                Row::new(
                    "Observation begins after time zero (delayed entry)",
                    vec![view.count(key, "n.later").into()],
                )
                .indent(1),
            ];
            rows.extend(quasi_independence(view, key).map(|text| {
                Row::new("Entry and event: conditional Kendall's tau", vec![Cell { text, words: false }])
                    .indent(1)
            }));
            rows
        }
        ("registry", "completeness") => {
            let share = view.number(Format::Survival, key, &["estimate"]);
            vec![Row::new("Completeness of follow-up", vec![share.into()]).indent(1)]
        }
        _ => vec![Row::new(label, vec![view.count(key, "n").into()]).indent(1)],
    }
}

/// The test of quasi-independence: tau and P.
fn quasi_independence(view: &View<'_>, key: &StatKey) -> Option<Text> {
    view.value(key, "p.value")?;
    let tau = Span::from(view.number(Format::Decimal(2), key, &["estimate"]));
    Some(say![tau, " (", view.number(Format::PStatement, key, &["p.value"]), ")"])
}
