//! What must hold for any history: order of rows, split exposures, partial dates against all their days, bad input.

// Helpers of the properties fail as the tests do.
#![allow(clippy::unwrap_used)]

mod therapy_text;

use oligomet_base::{Day, PartialDate, Place};
use oligomet_disease::Truth;
use oligomet_disease::therapy::{
    ChangeRules, DrugId, EndReason, Exposure, ExposureEnd, History, LineRules, Lines, Setting, Switch,
    derive_lines,
};
use proptest::prelude::*;
use therapy_text::{date, formulary, patient};

/// Drugs of every kind of rule: endocrine of three kinds, LHRH, CDK4/6, taxanes, others, a class only, a bone agent.
const DRUGS: [&str; 13] = [
    "letrozole",
    "anastrozole",
    "tamoxifen",
    "fulvestrant",
    "goserelin",
    "palbociclib",
    "ribociclib",
    "paclitaxel",
    "nab-paclitaxel",
    "capecitabine",
    "trastuzumab",
    "AI",
    "denosumab",
];

fn drug() -> impl Strategy<Value = DrugId> {
    prop::sample::select(DRUGS.to_vec()).prop_map(|name| formulary().by_name(name).unwrap())
}

fn reason() -> impl Strategy<Value = EndReason> {
    prop::sample::select(EndReason::ALL.map(|(reason, _)| reason).to_vec())
}

fn setting() -> impl Strategy<Value = Setting> {
    prop::sample::select(vec![
        Setting::Metastatic,
        Setting::Metastatic,
        Setting::Metastatic,
        Setting::Maintenance,
        Setting::Adjuvant,
        Setting::NotSaid,
    ])
}

/// An exposure known to the day, within about two years of 2019-01-01 (day 17897).
fn exposure() -> impl Strategy<Value = Exposure> {
    (drug(), 17_897..18_600i32, 0..300i32, 0..10u8, reason(), setting()).prop_map(
        |(drug, start, length, open, reason, setting)| {
            let end = match open {
                0 => ExposureEnd::Ongoing,
                _ => ExposureEnd::On(PartialDate::Day(Day(start + length))),
            };
            Exposure { drug, start: Some(PartialDate::Day(Day(start))), end, reason, setting, row: None }
        },
    )
}

fn history() -> impl Strategy<Value = History> {
    let progressions = prop::option::of(prop::collection::vec(
        (17_897..18_900i32).prop_map(|d| PartialDate::Day(Day(d))),
        0..3,
    ));
    let metastasis = prop::option::of((17_800..18_300i32).prop_map(|d| PartialDate::Day(Day(d))));
    (prop::collection::vec(exposure(), 0..7), progressions, metastasis).prop_map(
        |(exposures, progressions, first_metastasis)| History {
            exposures,
            progressions,
            first_metastasis,
            death: None,
        },
    )
}

fn rules() -> impl Strategy<Value = LineRules> {
    let switch = || prop::sample::select(Switch::ALL.map(|(s, _)| s).to_vec());
    (switch(), switch(), any::<bool>()).prop_map(|(substitution, endocrine_switch, endocrine_maintenance)| {
        LineRules { substitution, endocrine_switch, endocrine_maintenance, ..LineRules::default() }
    })
}

fn lines(history: &History, rules: &LineRules) -> Lines {
    derive_lines(history, formulary(), rules)
}

/// Every numbering as lines of drugs with start, end, reasons: without the places of the rows.
fn content(lines: &Lines) -> Vec<String> {
    let line = |l: &oligomet_disease::therapy::LineOfTherapy| {
        let drugs: Vec<String> = l.drugs.iter().map(|d| format!("{:?} {:?}", d.drug, d.joined)).collect();
        format!(
            "{} {} {:?} {:?} {:?} {:?} {drugs:?}",
            l.number, l.start, l.end, l.reason, l.begun, l.maintenance
        )
    };
    let mut all: Vec<String> =
        lines.possible.iter().map(|n| n.iter().map(line).collect::<Vec<_>>().join("; ")).collect();
    all.sort();
    all
}

/// Every numbering as the set of drugs of each line.
fn numberings(lines: &Lines) -> Vec<Vec<Vec<DrugId>>> {
    let drugs = |l: &oligomet_disease::therapy::LineOfTherapy| l.drugs.iter().map(|d| d.drug).collect();
    lines.possible.iter().map(|n| n.iter().map(drugs).collect()).collect()
}

fn to_month(date: PartialDate) -> PartialDate {
    match date {
        PartialDate::Day(day) => day.to_ymd().map_or(date, |(y, m, _)| PartialDate::Month(y, m)),
        other => other,
    }
}

/// The history with the dates of which `coarse` says so known only to the month, and some ends not said.
fn coarsened(history: &History, coarse: &[u8]) -> History {
    let mut history = history.clone();
    for (i, exposure) in history.exposures.iter_mut().enumerate() {
        let kind = coarse.get(i).copied().unwrap_or(0);
        if kind & 1 == 1 {
            exposure.start = exposure.start.map(to_month);
        }
        exposure.end = match exposure.end {
            ExposureEnd::On(date) if kind & 2 == 2 => ExposureEnd::On(to_month(date)),
            ExposureEnd::On(_) if kind == 12 => ExposureEnd::NotSaid,
            other => other,
        };
    }
    history
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_is_irrelevant(history in history(), rules in rules(), coarse in prop::collection::vec(0..13u8, 7), seed in any::<u64>()) {
        let history = coarsened(&history, &coarse.iter().map(|c| if *c < 9 { 0 } else { *c }).collect::<Vec<u8>>());
        let mut shuffled = history.clone();
        for i in (1..shuffled.exposures.len()).rev() {
            shuffled.exposures.swap(i, (seed >> (i * 7)) as usize % (i + 1));
        }
        prop_assert_eq!(content(&lines(&history, &rules)), content(&lines(&shuffled, &rules)));
    }

    #[test]
    fn a_split_exposure_changes_no_line(history in history(), rules in rules(), which in any::<prop::sample::Index>(), cut in 0.0..1.0f64, gap in 0..2i32) {
        prop_assume!(!history.exposures.is_empty());
        let i = which.index(history.exposures.len());
        let whole = history.exposures[i];
        let (Some(PartialDate::Day(start)), ExposureEnd::On(PartialDate::Day(end))) = (whole.start, whole.end) else { return Ok(()) };
        // The same drug on adjacent days elsewhere would be joined to either piece, as it is to the whole.
        let at = Day(start.0 + ((end.0 - start.0) as f64 * cut) as i32);
        prop_assume!(at.0 + gap <= end.0);
        let mut split = history.clone();
        split.exposures[i] = Exposure { end: ExposureEnd::On(PartialDate::Day(at)), reason: EndReason::NotSaid, ..whole };
        split.exposures.push(Exposure { start: Some(PartialDate::Day(Day(at.0 + gap))), ..whole });
        let twins = history.exposures.iter().filter(|e| e.drug == whole.drug).count();
        prop_assume!(twins == 1);
        prop_assert_eq!(content(&lines(&history, &rules)), content(&lines(&split, &rules)));
    }

    #[test]
    fn a_date_made_certain_only_narrows(history in history(), rules in rules(), coarse in prop::collection::vec(0..13u8, 7)) {
        let vague = lines(&coarsened(&history, &coarse), &rules);
        let sure = lines(&history, &rules);
        prop_assert!(sure.is_complete);
        if vague.is_complete {
            for numbering in numberings(&sure) {
                prop_assert!(numberings(&vague).contains(&numbering));
            }
            let (few, many) = (sure.number_of_lines(), vague.number_of_lines());
            prop_assert!(few.low >= many.low && few.high <= many.high);
            let day = date("2019-08-15");
            for line in sure.line_at(day) {
                prop_assert!(vague.line_at(day).contains(&line));
            }
        }
    }

    #[test]
    fn therapy_unchanged_only_becomes_more_certain(history in history(), coarse in prop::collection::vec(0..13u8, 7), from in 17_897..18_500i32, length in 1..120i32) {
        let (from, until) = (PartialDate::Day(Day(from)), PartialDate::Day(Day(from + length)));
        let unchanged = |h: &History| h.is_unchanged(formulary(), from, until, &ChangeRules::default());
        let (vague, sure) = (unchanged(&coarsened(&history, &coarse)), unchanged(&history));
        prop_assert!(sure != Truth::Unknown);
        prop_assert!(vague == Truth::Unknown || vague == sure, "{vague} {sure}");
    }

    /// Lines are numbered from 1, begin after each other, and never overlap.
    #[test]
    fn lines_follow_each_other(history in history(), rules in rules()) {
        for numbering in lines(&history, &rules).possible {
            for (i, line) in numbering.iter().enumerate() {
                prop_assert_eq!(line.number as usize, i + 1);
                prop_assert!(!line.drugs.is_empty());
            }
            for pair in numbering.windows(2) {
                prop_assert!(pair[0].start < pair[1].start);
                prop_assert!(pair[0].covers(PartialDate::Day(pair[1].start.earliest.unwrap())).is_false());
            }
        }
    }
}

/// The numberings of a history with partial dates are those of all choices of days: none missing, none invented.
#[test]
fn partial_dates_give_exactly_the_numberings_of_all_their_days() {
    for (exposures, facts) in [
        ("letrozole 2020-02-10..2020-06-15 toxicity; palbociclib 2020-03..on", ""),
        ("tamoxifen 2020-02..2020-03 toxicity; letrozole 2020-06..on", ""),
        ("paclitaxel 2020-02..2020-03-20 planned; letrozole 2020-06..on", "progression 2020-06-03"),
        ("capecitabine 2020-02-01..2020-02 planned; capecitabine 2020-05..on", ""),
        ("docetaxel 2020-02..2020-02-20 progression; capecitabine 2020-03..on", ""),
    ] {
        let (history, rules) = patient(exposures, facts);
        let mut found = numberings(&lines(&history, &rules));
        let mut all = Vec::new();
        each_choice(&history, 0, &mut |chosen| {
            for numbering in numberings(&lines(chosen, &rules)) {
                if !all.contains(&numbering) {
                    all.push(numbering);
                }
            }
        });
        found.sort();
        all.sort();
        assert_eq!(found, all, "{exposures}");
    }
}

fn each_choice(history: &History, place: usize, found: &mut impl FnMut(&History)) {
    let Some(exposure) = history.exposures.get(place / 2) else { return found(history) };
    let date = if place.is_multiple_of(2) { exposure.start } else { exposure.end_date() };
    let Some(date) = date else { return each_choice(history, place + 1, found) };
    let (first, last) = (date.earliest().unwrap(), date.latest().unwrap());
    for day in first.0..=last.0 {
        let mut chosen = history.clone();
        let day = PartialDate::Day(Day(day));
        let exposure = &mut chosen.exposures[place / 2];
        if place.is_multiple_of(2) {
            exposure.start = Some(day);
        } else {
            exposure.end = ExposureEnd::On(day);
        }
        let start = exposure.start.and_then(PartialDate::earliest);
        if exposure.end_date().and_then(PartialDate::latest) >= start || exposure.end_date().is_none() {
            each_choice(&chosen, place + 1, found);
        }
    }
}

#[test]
fn bad_input_is_told_with_its_row() {
    let cases = [
        ("letrozole 2020-06-01..2020-01-01", "", "OM545"),
        ("letrozole 2020-06-01..on; fulvestrant 2021-06-01..on", "death 2021-01-01", "OM546"),
        ("letrozole 2020-06-01..2021-06-01", "death 2021-01-01", "OM546"),
        ("letrozole ?..2020-01-01", "", "OM544"),
        ("letrozole 2020-01-01..2020-06-01; letrozole 2020-05-01..2020-09-01", "", "OM547"),
        ("letrozole 2020-01-01..on", "metastasis 2021-01", "OM548"),
        ("letrozole 2020-01-01..on", "metastasis 2019-01; progression 2018-01-01", "OM548"),
    ];
    for (exposures, facts, code) in cases {
        let (history, rules) = patient(exposures, facts);
        let problems = history.problems(formulary(), &Place::file("therapy.csv"));
        let codes: Vec<&str> = problems.iter().map(|p| p.code).collect();
        assert_eq!(codes, [code], "{exposures}");
        assert!(problems[0].to_string().contains("therapy.csv"), "{}", problems[0]);
        assert!(!problems[0].why.is_empty() && !problems[0].mend.is_empty());
        assert!(lines(&history, &rules).is_complete);
    }
    let (history, _) =
        patient("letrozole 2020-01-01..2020-06-01; fulvestrant 2020-06-01..on", "metastasis 2019-01");
    assert!(history.problems(formulary(), &Place::default()).is_empty());
    // Adjacent pieces and a second drug of the class are no duplicates.
    let (history, _) = patient("letrozole 2020-01-01..2020-06-01; letrozole 2020-06-01..on", "");
    assert!(history.problems(formulary(), &Place::default()).is_empty());
}

#[test]
fn dates_without_end_are_not_followed_forever() {
    let many = DRUGS[..11].iter().map(|drug| format!("{drug} 2020..2021")).collect::<Vec<_>>().join("; ");
    let (history, rules) = patient(&many, "");
    let lines = lines(&history, &rules);
    assert!(!lines.is_complete && lines.possible.is_empty());
    assert_eq!(lines.problem(&Place::default()).unwrap().code, "OM549");
    assert_eq!(lines.finding(&history, formulary()), None);
    assert!(lines.number_of_lines().is_unknown() && lines.line_at(date("2020-06-01")).is_empty());
}
