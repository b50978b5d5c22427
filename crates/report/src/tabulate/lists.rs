//! Tables of words: scores, problems, methods.

use std::collections::BTreeSet;

use oligomet_base::number::fixed;
use oligomet_results::{FindingRow, StatKey};

use crate::table::{Cell, Row, Table};
use crate::view::View;

/// How many patients each level of a score has.
pub(super) fn tabulate_scores(view: &View<'_>) -> Option<Table> {
    let mut names: Vec<&str> = Vec::new();
    for row in view.run.stats.of("score", "score") {
        if !names.contains(&row.key.variable.as_str()) {
            names.push(&row.key.variable);
        }
    }
    let mut table = Table::new("scores", "Scores", "");
    table.head(vec!["Score".into(), "n".into()]);
    for name in &names {
        let key = |level: &str| StatKey::new("score", "", "score").variable(name, level);
        table.rows.push(Row::new(view.label(name), vec![Cell::default()]).bold());
        for level in view.levels(name) {
            let count = view.count(&key(level), "n");
            table.rows.push(Row::new(level.clone(), vec![count.into()]).indent(1));
        }
        if view.value(&key(""), "n.missing").unwrap_or(0.0) > 0.0 {
            let count = view.count(&key(""), "n.missing");
            table.rows.push(Row::new("Missing", vec![count.into()]).indent(1));
        }
    }
    (!names.is_empty()).then(|| table.explain_gaps())
}

/// Findings, the severest first and of those the most harmful.
pub(crate) fn findings_by_severity<'a>(view: &View<'a>) -> Vec<&'a FindingRow> {
    let mut findings: Vec<&FindingRow> = view.run.findings.iter().collect();
    let rank = |f: &FindingRow| match f.severity.as_str() {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    };
    findings.sort_by(|a, b| rank(a).cmp(&rank(b)).then(b.harm.total_cmp(&a.harm)));
    findings
}

/// Everything found in the data and the study: what, where, why it matters, how to mend it.
pub(super) fn tabulate_problems(view: &View<'_>) -> Table {
    let mut table = Table::new("problems", "Problems found in the data and the study", "");
    let headings = ["Problem", "Severity", "Code", "Rows", "Where", "Why it matters", "How to mend it"];
    table.head(headings.iter().map(|h| (*h).into()).collect());
    for finding in findings_by_severity(view) {
        let rows = if finding.n_rows > 0.0 { fixed(finding.n_rows, 0) } else { String::new() };
        let cells = vec![
            Cell::words(finding.severity.clone()),
            Cell::words(finding.code.clone()),
            rows.into(),
            Cell::words(finding.place.clone()),
            Cell::words(finding.why.clone()),
            Cell::words(finding.mend.clone()),
        ];
        table.rows.push(Row::new(finding.text.clone(), cells));
    }
    table
}

/// How every kind of number was computed.
pub(crate) fn tabulate_methods(view: &View<'_>) -> Table {
    let mut table = Table::new("methods", "Method of every number", "");
    table.head(["Method", "What was done", "Options", "Sources"].iter().map(|h| (*h).into()).collect());
    let used: BTreeSet<&str> = view.run.stats.rows().iter().map(|r| r.method_id.as_str()).collect();
    for method in view.run.methods.iter().filter(|m| used.contains(m.method_id.as_str())) {
        let cells = vec![
            Cell::words(method.sentence.clone()),
            Cell::words(options_in_words(&method.options)),
            Cell::words(method.source.clone()),
        ];
        let label = if method.title.is_empty() { &method.method_id } else { &method.title };
        table.rows.push(Row::new(label.clone(), cells));
    }
    table
}

/// `{"ties":"efron"}` as `ties: efron`; what is no JSON object stays as it is.
fn options_in_words(options: &str) -> String {
    let Ok(serde_json::Value::Object(map)) = serde_json::from_str(options) else { return options.to_owned() };
    let word = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    map.iter().map(|(name, value)| format!("{name}: {}", word(value))).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_words() {
        assert_eq!(
            options_in_words(r#"{"conf_level":0.95,"ties":"efron"}"#),
            "conf_level: 0.95; ties: efron"
        );
        assert_eq!(options_in_words("as written"), "as written");
    }
}
