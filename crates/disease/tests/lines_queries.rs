//! Questions about lines at a date, therapy unchanged, and the trace, on histories written out by hand.
// Helpers of the tests fail as the tests do.
#![allow(clippy::unwrap_used)]

mod therapy_text;

use oligomet_disease::dates::DayRange;
use oligomet_disease::therapy::{ChangeRules, History, Lines, derive_lines};
use oligomet_disease::{Count, Truth};
use therapy_text::{date, formulary, patient};

fn read(exposures: &str, facts: &str) -> (History, Lines) {
    let (history, rules) = patient(exposures, facts);
    let lines = derive_lines(&history, formulary(), &rules);
    (history, lines)
}

const TWO_LINES: &str = "letrozole + palbociclib 2020-01-01..2021-03-31 progression; \
                         fulvestrant 2021-04-20..2021-09-30 progression; denosumab 2020-02-01..on";

#[test]
fn the_line_at_a_date() {
    let (_, lines) = read(TWO_LINES, "");
    for (day, wanted) in [
        ("2019-12-31", vec![None]),
        ("2020-01-01", vec![Some(1)]),
        ("2021-03-31", vec![Some(1)]),
        ("2021-04-10", vec![None]),
        ("2021-04-20", vec![Some(2)]),
        ("2021-10-01", vec![None]),
        ("2020-05", vec![Some(1)]),
        ("2021-04", vec![None, Some(2)]),
        ("2021-03", vec![Some(1)]),
        ("2021", vec![None, Some(1), Some(2)]),
    ] {
        assert_eq!(lines.line_at(date(day)), wanted, "{day}");
    }
    assert_eq!(lines.begun_before(date("2021-04-20")), Count::exactly(1));
    assert_eq!(lines.begun_before(date("2021-04-21")), Count::exactly(2));
    assert_eq!(lines.begun_before(date("2021-04")), "1-2".parse().unwrap());
    assert_eq!(lines.number_of_lines(), Count::exactly(2));
}

#[test]
fn time_to_the_next_systemic_therapy() {
    let (_, lines) = read(TWO_LINES, "");
    let next = lines.next_after(date("2020-09-01"));
    assert_eq!(next.len(), 1);
    assert_eq!(next[0].line, Some(2));
    // 30 days of September, 92 of the rest of 2020, 90 to the end of March 2021, 19 to 20 April.
    assert_eq!(next[0].days_from(date("2020-09-01")), Some(DayRange { min: 231, max: 231 }));
    assert_eq!(lines.next_after(date("2021-05-01"))[0].line, None);
    let (_, open) = read("letrozole 2020-01-10..on; palbociclib 2020-02..on", "");
    let numbers: Vec<Option<u32>> =
        open.next_after(date("2020-01-20")).iter().map(|next| next.line).collect();
    assert_eq!(numbers, [None, Some(2)]);
}

#[test]
fn drugs_at_a_date_with_grace() {
    let (history, _) = read(TWO_LINES, "");
    let names = |day: &str, grace| -> Vec<(String, Truth)> {
        let drugs = history.drugs_at(date(day), grace);
        drugs.into_iter().map(|(d, truth)| (formulary().drug(d).name.clone(), truth)).collect()
    };
    assert_eq!(names("2021-04-10", 0), [("denosumab".into(), Truth::True)]);
    assert_eq!(names("2021-04-10", 28).len(), 3);
    assert_eq!(
        names("2021-04", 0),
        [("fulvestrant".into(), Truth::Unknown), ("denosumab".into(), Truth::True)]
    );
    assert_eq!(history.on_therapy(formulary(), date("2021-04-10"), 0), Truth::False);
    assert_eq!(history.on_therapy(formulary(), date("2021-04-10"), 21), Truth::True);
}

#[test]
fn therapy_unchanged_until_the_next_imaging() {
    let unchanged = |exposures: &str, from: &str, until: &str, rules: &ChangeRules| {
        let (history, _) = read(exposures, "");
        history.is_unchanged(formulary(), date(from), date(until), rules)
    };
    let usual = ChangeRules::default();
    assert_eq!(unchanged(TWO_LINES, "2020-06-01", "2020-09-01", &usual), Truth::True);
    assert_eq!(unchanged(TWO_LINES, "2021-02-01", "2021-04-01", &usual), Truth::False);
    // Stopped on the day of the imaging, because of it: unchanged until then.
    assert_eq!(unchanged(TWO_LINES, "2021-01-01", "2021-03-31", &usual), Truth::True);
    // Begun before the first day asked, or after the imaging.
    assert_eq!(unchanged("letrozole 2020-06-01..on", "2020-06-01", "2020-09-01", &usual), Truth::True);
    assert_eq!(unchanged("letrozole 2020-06-02..on", "2020-06-01", "2020-09-01", &usual), Truth::False);
    assert_eq!(unchanged("letrozole 2020-06..on", "2020-06-10", "2020-09-01", &usual), Truth::Unknown);
    // A pause during radiotherapy, a new row of the same drug, a bone agent: no change.
    let pause = "palbociclib 2020-01-01..2020-05-28; palbociclib 2020-06-15..on; denosumab 2020-06-05..on";
    assert_eq!(unchanged(pause, "2020-05-20", "2020-09-01", &usual), Truth::True);
    let short = ChangeRules { interruption_days: 14, ..usual };
    assert_eq!(unchanged(pause, "2020-05-20", "2020-09-01", &short), Truth::False);
    let induction = "HP 2020-01-01..on; docetaxel 2020-01-01..2020-06-01 planned";
    assert_eq!(unchanged(induction, "2020-05-20", "2020-09-01", &usual), Truth::False);
    let planned = ChangeRules { planned_end_counts: false, ..usual };
    assert_eq!(unchanged(induction, "2020-05-20", "2020-09-01", &planned), Truth::True);
    let ovaries = "letrozole 2020-01-01..on; goserelin 2020-06-10..on";
    assert_eq!(unchanged(ovaries, "2020-06-01", "2020-09-01", &usual), Truth::True);
    let counted = ChangeRules { lhrh_counts: true, ..usual };
    assert_eq!(unchanged(ovaries, "2020-06-01", "2020-09-01", &counted), Truth::False);
}

#[test]
fn the_trace_names_the_question_and_what_is_missing() {
    let (history, lines) = read("letrozole 2020-01-10..on; palbociclib 2020-02..on", "");
    let finding = lines.finding(&history, formulary()).unwrap();
    assert_eq!((finding.rule.name, finding.possible.len()), ("lines-of-therapy", 2));
    assert!(finding.parameters.iter().any(|fact| fact.name == "window" && fact.value == "28 days"));
    let window = finding.steps.iter().find(|step| step.question.contains("at most 28 days")).unwrap();
    assert_eq!(window.answer, Truth::Unknown);
    assert!(window.question.contains("palbociclib (row 2)") && window.question.contains("letrozole (row 1)"));
    assert!(window.used.iter().any(|fact| fact.value == "2020-02"));
    assert_eq!(finding.missing[0].name, "start of palbociclib (row 2)");
    assert!(finding.missing[0].settles.contains("lines possible: 1 to 2"), "{}", finding.missing[0].settles);

    let (history, lines) = read(TWO_LINES, "");
    let finding = lines.finding(&history, formulary()).unwrap();
    assert!(finding.decided().is_some() && finding.missing.is_empty());
    assert!(finding.steps.iter().all(|step| step.answer != Truth::Unknown));
}

#[test]
fn nothing_recorded_is_no_line() {
    let (_, lines) = read("", "");
    assert_eq!(lines.decided(), Some(&Vec::new()));
    assert_eq!(lines.line_at(date("2020-01-01")), [None]);
    assert_eq!(lines.number_of_lines(), Count::exactly(0));
}
