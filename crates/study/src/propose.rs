//! A study file proposed from the data: everything that can be read off is filled in with its reason, and the four choices
//! that decide the result are left open as questions.

use std::fmt::Write as _;

use oligomet_schema::{Column, ColumnData, ColumnType, DataSet, EventSource, EventTiming};

/// A factor with more levels is left out of tables and models.
const MOST_LEVELS: usize = 8;
/// So many terms at most are proposed for a model.
const MOST_TERMS: usize = 10;

/// What is proposed of the data.
struct Found<'a> {
    numbers: Vec<&'a Column>,
    factors: Vec<&'a Column>,
    times: Vec<String>,
    endpoints: Vec<ProposedEndpoint<'a>>,
}

struct ProposedEndpoint<'a> {
    name: String,
    label: String,
    events: Vec<&'a EventSource>,
    censors: Vec<String>,
}

/// The text of a study file named `id`.
#[must_use]
pub fn propose_study(id: &str, data: &DataSet) -> String {
    let found = look(data);
    let mut out = String::new();
    head(&mut out, id);
    cohort(&mut out, &found);
    endpoints(&mut out, &found);
    covariates(&mut out, &found);
    analyses(&mut out, &found);
    out
}

fn look(data: &DataSet) -> Found<'_> {
    let columns = &data.table.columns;
    let used: Vec<&str> = data.events.iter().flat_map(columns_of_event).collect();
    let free = |c: &&Column| !used.contains(&c.name.as_str());
    let is_factor = |c: &&Column| match &c.data {
        ColumnData::YesNo(_) => true,
        ColumnData::Category(k) => (2..=MOST_LEVELS).contains(&k.levels.len()),
        _ => false,
    };
    let mut times: Vec<String> = data.origin.iter().cloned().collect();
    let is_time = |c: &&Column| matches!(c.kind, ColumnType::Date | ColumnType::Duration);
    times.extend(
        columns.iter().filter(is_time).map(|c| c.name.clone()).filter(|n| data.origin.as_ref() != Some(n)),
    );
    Found {
        numbers: columns.iter().filter(free).filter(|c| c.kind == ColumnType::Number).collect(),
        factors: columns.iter().filter(free).filter(is_factor).collect(),
        endpoints: proposed_endpoints(data),
        times,
    }
}

fn columns_of_event(event: &EventSource) -> Vec<&str> {
    match &event.timing {
        EventTiming::Dated { date } => vec![date],
        EventTiming::Flagged { happened, time } => vec![happened, time],
    }
}

fn proposed_endpoints(data: &DataSet) -> Vec<ProposedEndpoint<'_>> {
    let is_death = |e: &&EventSource| ["death", "died", "dead", "exitus"].iter().any(|w| e.name.contains(w));
    let death = data.events.iter().find(is_death);
    let mut found = Vec::new();
    if let Some(death) = death {
        found.push(endpoint("OS", "Overall survival", vec![death], data));
    }
    for event in data.events.iter().filter(|e| !is_death(e)) {
        let (name, label) = match event.name.as_str() {
            n if n.contains("recur") || n.contains("relapse") => {
                ("RFS".to_owned(), "Recurrence-free survival".to_owned())
            }
            n if n.contains("progress") || n.contains("pfs") => {
                ("PFS".to_owned(), "Progression-free survival".to_owned())
            }
            n => (
                format!("{}_free", n.to_uppercase()),
                format!("Survival without {}", event.label.to_lowercase()),
            ),
        };
        let name = if found.iter().any(|e: &ProposedEndpoint<'_>| e.name == name) {
            format!("{name}_{}", event.name)
        } else {
            name
        };
        found.push(endpoint(&name, &label, std::iter::once(event).chain(death).collect(), data));
    }
    found
}

fn endpoint<'a>(
    name: &str,
    label: &str,
    events: Vec<&'a EventSource>,
    data: &DataSet,
) -> ProposedEndpoint<'a> {
    let flagged = events.iter().filter_map(|e| match &e.timing {
        EventTiming::Flagged { time, .. } => Some(time.clone()),
        EventTiming::Dated { .. } => None,
    });
    let mut censors: Vec<String> = flagged.collect();
    if censors.is_empty() {
        let event_columns: Vec<&str> = data.events.iter().flat_map(columns_of_event).collect();
        let last = |c: &&Column| c.kind == ColumnType::Date && !event_columns.contains(&c.name.as_str());
        censors = data.table.columns.iter().filter(last).map(|c| c.name.clone()).collect();
    }
    censors.dedup();
    ProposedEndpoint { name: name.into(), label: label.into(), events, censors }
}

/// Writing to a String cannot fail.
macro_rules! line {
    ($out:expr) => { let _ = writeln!($out); };
    ($out:expr, $($arg:tt)*) => { let _ = writeln!($out, $($arg)*); };
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn list<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    let all: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("[{}]", all.join(", "))
}

fn head(out: &mut String, id: &str) {
    let plain: String =
        id.chars().map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-') { c } else { '-' }).collect();
    line!(
        out,
        "# The study. Where a \"?\" stands, a question is open: answer it, then `oligomet check study.toml` and"
    );
    line!(out, "# `oligomet run study.toml`. Everything else was proposed from the data and can be changed.");
    line!(out, "format = 1\n");
    line!(out, "[study]");
    line!(out, "id = {}", quoted(&plain));
    line!(out, "title = {}", quoted(id));
    line!(
        out,
        "design = \"retrospective-cohort\"   # prospective-cohort | prognostic-model | target-trial | randomised\n"
    );
}

fn cohort(out: &mut String, found: &Found<'_>) {
    line!(out, "[cohort]");
    line!(out, "label = \"Patients analysed\"");
    line!(
        out,
        "# QUESTION 1. From which date do you count? The same for everybody: the day of surgery, of diagnosis, of the"
    );
    line!(
        out,
        "# start of radiotherapy ... A patient who had to live until that day to be in your table makes the choice matter."
    );
    line!(out, "# Possible here: {}", found.times.join(", "));
    line!(out, "time_zero = \"?\"\n");
    line!(out, "# Who is left out, one block per reason, in this order. Example:");
    line!(out, "# [[eligibility]]");
    line!(out, "# id = \"adult\"");
    line!(out, "# keep = \"age >= 18\"");
    line!(out, "# label = \"Younger than 18\"");
    line!(out, "# missing = \"keep\"    # a patient of unknown age: keep | drop | stop\n");
}

fn endpoints(out: &mut String, found: &Found<'_>) {
    if found.endpoints.is_empty() {
        line!(
            out,
            "# No event was found in the data. Name one in site.toml under [event.death], then write here:"
        );
        line!(
            out,
            "# [endpoint.OS]\n# label = \"Overall survival\"\n# event = [\"death\"]\n# censor = \"last_contact\"\n"
        );
        return;
    }
    for (k, endpoint) in found.endpoints.iter().enumerate() {
        line!(out, "[endpoint.{}]", endpoint.name);
        line!(out, "label = {}", quoted(&endpoint.label));
        line!(out, "event = {}", list(endpoint.events.iter().map(|e| e.name.as_str())));
        if k == 0 {
            line!(
                out,
                "# QUESTION 2. Until when was a patient without the event followed? The last date on which the event could"
            );
            line!(out, "# have been seen: for death the last contact, for recurrence the last examination.");
        }
        let possible = if endpoint.censors.is_empty() { &found.times } else { &endpoint.censors };
        line!(out, "# Possible here: {}", possible.join(", "));
        line!(out, "censor = \"?\"\n");
    }
}

fn covariates(out: &mut String, found: &Found<'_>) {
    let mut asked = false;
    for column in &found.factors {
        line!(out, "[covariate.{}]", column.name);
        line!(out, "label = {}", quoted(&column.label));
        match &column.data {
            ColumnData::Category(c) => {
                if !asked {
                    line!(
                        out,
                        "# QUESTION 3. With which level shall the others be compared? It has the hazard ratio 1."
                    );
                    asked = true;
                }
                line!(out, "# Levels: {}", c.levels.join(" | "));
                line!(out, "ref = \"?\"\n");
            }
            _ => {
                line!(out, "ref = \"No\"   # proposed: yes compared with no\n");
            }
        }
    }
    for column in &found.numbers {
        line!(out, "[covariate.{}]", column.name);
        line!(out, "label = {}", quoted(&column.label));
        line!(out, "# per = 10   # the hazard ratio per 10 {}", column.unit.as_deref().unwrap_or("units"));
        line!(
            out,
            "# cut = {{ at = [50], labels = [\"<50\", \">=50\"] }}   # groups instead of a number; then say cut_source\n"
        );
    }
}

fn analyses(out: &mut String, found: &Found<'_>) {
    let names: Vec<&str> = found.numbers.iter().chain(&found.factors).map(|c| c.name.as_str()).collect();
    if !names.is_empty() {
        line!(out, "[[analysis]]");
        line!(out, "id = \"table1\"\nkind = \"table1\"");
        line!(out, "vars = {}", list(names.iter().copied()));
        line!(
            out,
            "# by = \"...\"                # columns by a covariate; numbers = [\"median\", \"mean\", \"range\"]; test = \"auto\"\n"
        );
    }
    let factors: Vec<&str> = found.factors.iter().map(|c| c.name.as_str()).collect();
    for (k, endpoint) in found.endpoints.iter().enumerate() {
        let key = endpoint.name.to_lowercase();
        line!(out, "[[analysis]]");
        line!(out, "id = \"km_{key}\"\nkind = \"km\"\nendpoint = {}", quoted(&endpoint.name));
        if let Some(by) = factors.first() {
            line!(
                out,
                "by = {}                # the first factor of the table; choose yours, or leave the line out",
                quoted(by)
            );
        }
        line!(out, "at = [\"24 mo\", \"60 mo\"]\n");
        if !factors.is_empty() {
            line!(out, "[[analysis]]");
            line!(out, "id = \"rate_{key}\"\nkind = \"rate\"\nendpoint = {}", quoted(&endpoint.name));
            line!(out, "vars = {}", list(factors.iter().copied()));
            line!(out, "at = [\"24 mo\"]\n");
        }
        if !names.is_empty() {
            line!(out, "[[analysis]]");
            line!(out, "id = \"cox_{key}\"\nkind = \"cox\"\nendpoint = {}", quoted(&endpoint.name));
            line!(
                out,
                "terms = {}   # name beforehand what you want to adjust for",
                list(names.iter().copied().take(MOST_TERMS))
            );
            if k == 0 {
                line!(
                    out,
                    "# QUESTION 4. What shall happen to patients of whom a covariate is missing? \"complete-case\" leaves them out of"
                );
                line!(out, "# this model, counted; they may differ from the others.");
            }
            line!(out, "missing = \"?\"   # complete-case\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_toml_reads_them() {
        assert_eq!(quoted("a \"b\" \\ \t"), "\"a \\\"b\\\" \\\\ \\u0009\"");
    }
}
