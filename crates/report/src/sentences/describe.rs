//! Table 1 in words.

use oligomet_base::words::lower_first;
use oligomet_results::AnalysisOutline;

use crate::text::{Format, Text, say};
use crate::view::{View, key};

/// A standardised difference above this is named; the usual mark for groups that differ.
const NAMED_DIFFERENCE: f64 = 0.1;

/// Whom the table describes, and in what the groups differ.
pub(crate) fn characteristics(view: &View<'_>, analysis: &AnalysisOutline) -> Vec<Text> {
    let all = key(analysis, "table1", "", "");
    let mut text = say!["The table describes ", view.count(&all, "n"), " patients"];
    if analysis.by.is_empty() {
        text.push(".");
        return vec![text];
    }
    text.push(format!(", by {}: ", lower_first(&view.label(&analysis.by))));
    let level = |level: &String| {
        let of = key(analysis, "table1", &analysis.by, level);
        say![format!("{level} in "), view.count(&of, "n")]
    };
    text.append(Text::list(view.groups(analysis).iter().map(level).collect()));
    text.push(".");
    vec![text, differences(view, analysis)]
}

fn differences(view: &View<'_>, analysis: &AnalysisOutline) -> Text {
    let mut named = Vec::new();
    for variable in &analysis.variables {
        let between = key(analysis, "table1", &analysis.by, "").variable(variable, "");
        if view.value(&between, "smd").is_some_and(|smd| smd.abs() > NAMED_DIFFERENCE) {
            let smd = view.number(Format::Decimal(2), &between, &["smd"]);
            named.push(say![format!("{} (", lower_first(&view.label(variable))), smd, ")"]);
        }
    }
    if named.is_empty() {
        return Text::default();
    }
    let mut text = say!["The groups differed by a standardised difference of more than 0.1 in "];
    text.append(Text::list(named));
    text.push(".");
    text
}
