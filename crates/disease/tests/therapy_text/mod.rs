//! Histories written as in the tables of the docs pages: `letrozole 2020-01-01..2020-06-30 toxicity; palbociclib 2020-02..on`.
// A table that cannot be read must fail the test that reads it.
#![allow(dead_code, clippy::unwrap_used)]

use oligomet_base::day::DateOrder;
use oligomet_base::{PartialDate, Place};
use oligomet_disease::therapy::{
    EndReason, Exposure, ExposureEnd, Formulary, History, LineRules, Setting, Switch,
};

/// The drugs that the program carries.
pub fn formulary() -> &'static Formulary {
    Formulary::builtin()
}

/// A date; panics if it is none.
pub fn date(text: &str) -> PartialDate {
    PartialDate::parse(text, DateOrder::YearMonthDay).unwrap_or_else(|| panic!("{text} is no date"))
}

/// A history and the rules in force; panics at what it cannot read.
pub fn patient(exposures: &str, facts: &str) -> (History, LineRules) {
    let parts = exposures.split(';').map(str::trim).filter(|part| !part.is_empty());
    let rows = parts.enumerate().flat_map(|(i, part)| row(part, i as u64 + 1)).collect();
    let mut history = History { exposures: rows, ..History::default() };
    let mut rules = LineRules::default();
    for fact in facts.split(';').map(str::trim).filter(|fact| !fact.is_empty()) {
        let (name, value) = fact.split_once(' ').unwrap_or_else(|| panic!("{fact}"));
        let switch = || Switch::ALL.into_iter().find(|(_, name)| *name == value).map(|(s, _)| s).unwrap();
        match name {
            "progression" => history.progressions.get_or_insert_default().push(date(value)),
            "metastasis" => history.first_metastasis = Some(date(value)),
            "death" => history.death = Some(date(value)),
            "window" => rules.window_days = value.parse().unwrap(),
            "gap" => rules.gap_days = value.parse().unwrap(),
            "substitution" => rules.substitution = switch(),
            "endocrine_switch" => rules.endocrine_switch = switch(),
            "endocrine_maintenance" => rules.endocrine_maintenance = value == "same line",
            "same_month_together" => rules.same_month_together = value == "yes",
            other => panic!("{other}"),
        }
    }
    (history, rules)
}

fn row(text: &str, row: u64) -> Vec<Exposure> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let place =
        words.iter().position(|word| word.contains("..")).unwrap_or_else(|| panic!("{text}: no dates"));
    let written = formulary().read_drugs(&words[..place].join(" "), &Place::default());
    assert!(written.is_complete(), "{text}: {:?}", written.problems);
    let (start, end) = words[place].split_once("..").unwrap();
    let end = match end {
        "on" => ExposureEnd::Ongoing,
        "?" => ExposureEnd::NotSaid,
        day => ExposureEnd::On(date(day)),
    };
    let mut exposure = Exposure::new(written.drugs[0], (start != "?").then(|| date(start)), end);
    exposure.row = Some(row);
    for word in &words[place + 1..] {
        let word = word.replace('-', " ");
        match (EndReason::from_name(&word).filter(|_| word != "not said"), Setting::from_name(&word)) {
            (Some(reason), _) => exposure.reason = reason,
            (None, Some(setting)) => exposure.setting = setting,
            (None, None) => panic!("{text}: {word}"),
        }
    }
    written.drugs.iter().map(|drug| Exposure { drug: *drug, ..exposure }).collect()
}
