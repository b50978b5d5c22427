//! What must hold for every patient, tried on random ones.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use oligomet_base::Severity;
use oligomet_base::day::DateOrder;
use oligomet_disease::patient::FIELDS;
use oligomet_disease::patient::fields::Kind;
use oligomet_disease::{ClassifyReport, Patient, Settings, Truth, classify};
use proptest::prelude::*;

type Pairs = Vec<(&'static str, String)>;

/// A value that the field takes; the empty text, unknown, comes often.
fn value(kind: Kind) -> BoxedStrategy<String> {
    let text =
        |texts: &'static [&'static str]| proptest::sample::select(texts).prop_map(str::to_owned).boxed();
    let known = match kind {
        Kind::Text(_) => text(&["P1"]),
        Kind::YesNo(_) => text(&["yes", "no"]),
        Kind::Date(_) => {
            let day = (2018..2022i32, 1..13i32, 1..29i32, 0..3u8);
            let write = |(y, m, d, precision)| match precision {
                0 => format!("{y}"),
                1 => format!("{y}-{m:02}"),
                _ => format!("{y}-{m:02}-{d:02}"),
            };
            day.prop_map(write).boxed()
        }
        Kind::Whole(_, most) => {
            let count = (0..most.min(8), 0..4u32, 0..5u8);
            let write = move |(low, more, form): (u32, u32, u8)| match form {
                0 => format!(">= {low}"),
                1 => format!("<= {low}"),
                2 => format!("{low}-{}", (low + more).min(most)),
                _ => low.to_string(),
            };
            count.prop_map(write).boxed()
        }
        Kind::Percent(_) | Kind::Number(_) => {
            text(&["0", "10", "14", "15", "< 20", "20", "> 20", "12-18", "60"])
        }
        Kind::Receptor(_) => text(&["positive", "negative", "0", "5", "25", ">= 20", "< 20"]),
        Kind::Her2(_) => text(&["positive", "negative"]),
        Kind::Ihc(_) => text(&["0", "1+", "2+", "3+", "0-1+"]),
        Kind::Ish(_) => text(&["amplified", "not amplified"]),
        Kind::Organs => {
            text(&["none", "bone", "bone, liver", "brain", "lung, lymph node", "leptomeninges, skin"])
        }
        Kind::NotAssessed => text(&["brain", "brain, leptomeninges", "liver"]),
    };
    prop_oneof![2 => Just(String::new()), 3 => known].boxed()
}

/// A record, complete or not, that may contradict itself.
fn record() -> impl Strategy<Value = Pairs> {
    let values: Vec<BoxedStrategy<String>> = FIELDS.iter().map(|field| value(field.kind)).collect();
    let known = |(name, text): (&'static str, String)| (!text.is_empty()).then_some((name, text));
    values.prop_map(move |texts| FIELDS.iter().map(|f| f.name).zip(texts).filter_map(known).collect())
}

fn read(pairs: &Pairs) -> Patient {
    let (patient, problems) = Patient::from_fields(pairs, DateOrder::YearMonthDay);
    assert!(problems.is_empty(), "{problems:?}");
    patient
}

fn report(patient: &Patient) -> ClassifyReport {
    classify(patient, &Settings::default())
}

/// The record without the facts at which a contradiction is told.
fn sound(mut pairs: Pairs) -> Pairs {
    loop {
        let errors = read(&pairs).problems().into_iter().filter(|p| p.severity == Severity::Error);
        let told: Vec<String> = errors.filter_map(|problem| problem.place.column).collect();
        if told.is_empty() {
            return pairs;
        }
        pairs.retain(|(name, _)| !told.iter().any(|column| column == name));
    }
}

/// The record without one fact. Organs not looked at belong to the list of organs and go with it.
fn without(pairs: &Pairs, name: &str) -> Pairs {
    let with_organs = name == "organs" || name == "organs_not_assessed";
    let gone = |other: &str| other == name || (with_organs && other.starts_with("organs"));
    pairs.iter().filter(|(n, _)| !gone(n)).cloned().collect()
}

/// Names of the facts that stand in the steps of the finding of that number.
fn told(report: &ClassifyReport, number: usize) -> BTreeSet<String> {
    let finding = &report.findings[number];
    let used = finding.steps.iter().flat_map(|step| step.used.iter().map(|fact| fact.name.to_string()));
    used.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// A fact more never adds a possible answer: so a decided answer stays as it is.
    #[test]
    fn more_data_never_widen_what_is_possible(pairs in record(), seed in 0..1000usize) {
        let pairs = sound(pairs);
        let full = report(&read(&pairs));
        for step in 0..6 {
            let name = FIELDS[(seed + 9 * step) % FIELDS.len()].name;
            let less = report(&read(&without(&pairs, name)));
            for (more, less) in full.findings.iter().zip(&less.findings) {
                for answer in &more.possible {
                    prop_assert!(less.possible.contains(answer), "{}: {answer} appears with {name}", more.rule.name);
                }
            }
        }
    }

    /// A fact that no step names has no influence, known or not, contradictory or not.
    #[test]
    fn the_trace_tells_every_fact_used(pairs in record()) {
        let full = report(&read(&pairs));
        for field in FIELDS.iter().filter(|field| field.name != "patient") {
            let others = pairs.iter().filter(|(name, _)| *name != field.name).cloned().collect();
            let less = report(&read(&others));
            for (number, (more, less)) in full.findings.iter().zip(&less.findings).enumerate() {
                let silent = !told(&full, number).contains(field.name);
                prop_assert!(
                    !silent || more.possible == less.possible,
                    "{} changes with {}, which no step names", more.rule.name, field.name
                );
            }
        }
    }

    /// Whatever stands in a record, reading it and classifying the patient ends, and all that is not understood is told.
    #[test]
    fn any_text_is_read_or_told(number in 0..FIELDS.len(), text in "\\PC{0,12}|[<>=0-9. /+%-]{1,10}") {
        let field = &FIELDS[number];
        let (patient, problems) = Patient::from_fields(&[(field.name, text.as_str())], DateOrder::DayMonthYear);
        let nothing = patient == Patient::default();
        prop_assert!(problems.len() <= 1);
        prop_assert!(problems.is_empty() || nothing, "a text that is refused leaves the fact unknown");
        for finding in report(&patient).findings {
            prop_assert!(!finding.possible.is_empty());
        }
        prop_assert_eq!(patient.problems().len(), 0, "one fact contradicts nothing");
    }

    /// Every rule leaves at least one answer, says what is missing if and only if it is undecided, and is deterministic.
    #[test]
    fn a_finding_is_whole(pairs in record()) {
        let patient = read(&pairs);
        let full = report(&patient);
        for finding in &full.findings {
            prop_assert!(!finding.possible.is_empty());
            prop_assert_eq!(finding.answer.is_some(), finding.possible.len() == 1);
            prop_assert_eq!(finding.missing.is_empty(), finding.possible.len() == 1, "{}", finding.rule.name);
            let unknown = finding.steps.iter().any(|step| step.answer == Truth::Unknown);
            prop_assert!(unknown || finding.possible.len() == 1);
        }
        prop_assert_eq!(&full, &report(&patient));
    }
}

/// A patient of whom nothing is known leaves every rule open, and every rule says what it needs.
#[test]
fn nothing_known_decides_nothing() {
    for finding in report(&Patient::default()).findings {
        assert!(finding.possible.len() > 1, "{}", finding.rule.name);
        assert!(!finding.missing.is_empty(), "{}", finding.rule.name);
        for missing in finding.missing {
            assert!(FIELDS.iter().any(|field| field.name == missing.name), "{} is no field", missing.name);
        }
    }
}
