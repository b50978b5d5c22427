//! The numbers that a publication prints of what was put in.

use oligomet_base::file::{Section, Value};

use super::margins::condition;
use super::read::wrong;
use super::{Endpoint, Printed, Statistic};
use crate::variable::Levels;

const STATISTICS: [(&str, Statistic); 8] = [
    ("median", Statistic::Median),
    ("median-low", Statistic::MedianLow),
    ("median-high", Statistic::MedianHigh),
    ("mean", Statistic::Mean),
    ("at-risk", Statistic::AtRisk),
    ("events", Statistic::Events),
    ("log-rank-chi-square", Statistic::LogRankChiSquare),
    ("log-rank-p", Statistic::LogRankP),
];

const ENDPOINTS: [(&str, Endpoint); 4] = [
    ("pfs-ar", Endpoint::ProgressionAfterRadiotherapy),
    ("os-from-diagnosis", Endpoint::SurvivalFromDiagnosis),
    ("os-from-radiotherapy", Endpoint::SurvivalFromRadiotherapy),
    ("stop-for-progression", Endpoint::StopForProgression),
];

/// The `[[printed]]` blocks.
pub(super) fn printed(top: &Section<'_>, levels: &Levels) -> Vec<Printed> {
    top.repeated_sections("printed").into_iter().filter_map(|s| one(s, levels)).collect()
}

fn one(s: Section<'_>, levels: &Levels) -> Option<Printed> {
    for key in ["statistic", "endpoint", "value"] {
        if !s.has(key) {
            s.missing(key, "the envelope places the printed number among the simulated ones");
        }
    }
    let statistic = s.choice("statistic", &STATISTICS);
    let at_months = s.number("at_months");
    if matches!(statistic, Some(Statistic::AtRisk | Statistic::Events)) && at_months.is_none() {
        s.missing("at_months", "a number at risk or of events is one at a time");
    }
    let groups = groups(&s, levels);
    let tested = matches!(statistic, Some(Statistic::LogRankChiSquare | Statistic::LogRankP));
    if tested && groups.len() < 2 {
        wrong(&s, "groups", "a log-rank test needs `groups`: a list of two conditions or more");
    }
    let text = |key: &'static str| s.required_text(key, "the table of the envelope names it").map(|t| t.text);
    let (id, place) = (text("id"), text("place"));
    let (endpoint, value) = (s.choice("endpoint", &ENDPOINTS), s.number("value"));
    let of = condition(&s, "of", levels).unwrap_or_default();
    s.finish();
    Some(Printed {
        id: id?,
        place: place?,
        statistic: statistic?,
        endpoint: endpoint?,
        value: value?,
        at_months,
        of,
        groups,
    })
}

fn groups(s: &Section<'_>, levels: &Levels) -> Vec<crate::variable::Condition> {
    let Some(Value::List(list)) = s.node("groups").map(|n| &n.value) else { return Vec::new() };
    let as_section = |node| Section::new(s.file(), "groups", node);
    list.iter().filter_map(as_section).map(|g| super::margins::condition_of(g, levels)).collect()
}
