//! The timeline of the published case on the docs page, and what is told of bad events.
// Helpers of the tests fail as the tests do.
#![allow(clippy::unwrap_used)]

mod common;
mod therapy_text;

use oligomet_base::{PartialDate, Place};
use oligomet_disease::dates::DayRange;
use oligomet_disease::therapy::{ChangeRules, derive_lines};
use oligomet_disease::timeline::{
    Interval, LaneKind, Lasting, SpanEnd, Timeline, TimelineEvent, TimelineZero, problems,
};
use therapy_text::{date, formulary, patient};

const PAGE: &str = include_str!("../../../docs/disease/timeline.md");

fn known(cell: &str) -> Option<PartialDate> {
    (cell != "?").then(|| date(cell))
}

fn case() -> Vec<TimelineEvent> {
    let event = |row: common::Row| {
        let lasting = match row.cell("end") {
            "" => Lasting::Moment,
            "?" => Lasting::NotSaid,
            day => Lasting::Until(date(day)),
        };
        let lane = LaneKind::from_name(row.cell("lane")).unwrap();
        TimelineEvent::span(lane, row.cell("event"), known(row.cell("start")), lasting)
    };
    common::table(PAGE, "Events").rows.into_iter().map(event).collect()
}

#[test]
fn printed_intervals_stand_beside_the_computed_ones() {
    let dates: Vec<String> =
        case().iter().filter_map(|event| event.start).map(|date| date.to_string()).collect();
    for row in common::table(PAGE, "Printed against computed").rows {
        let (from, to) = (row.cell("from"), row.cell("to"));
        assert!(
            dates.iter().any(|d| d == from) && dates.iter().any(|d| d == to),
            "{row}: a date of the case"
        );
        let interval = Interval::between(date(from), date(to)).unwrap();
        let apart = interval.months_apart.map_or_else(String::new, |months| months.to_string());
        let (min, max) = interval.months();
        let DayRange { min: first, max: last } = interval.days;
        assert_eq!(apart, row.cell("months apart"), "{row}");
        assert_eq!(format!("{first} to {last}"), row.cell("days"), "{row}");
        assert_eq!(format!("{min:.1} to {max:.1}"), row.cell("months of 30.4375 days"), "{row}");
        if !row.cell("printed").is_empty() {
            assert!(!interval.may_be_months(row.cell("printed").parse().unwrap()), "{row}");
        }
    }
}

/// No two dates of the case that are printed to the month are 17 months apart; of all pairs only diagnosis and metastases
/// can be.
#[test]
fn no_pair_of_dates_gives_the_printed_17_months() {
    let events = case();
    let mut dates: Vec<PartialDate> = events.iter().filter_map(|event| event.start).collect();
    dates.extend(events.iter().filter_map(|event| match event.lasting {
        Lasting::Until(date) => Some(date),
        _ => None,
    }));
    let mut pairs = std::collections::BTreeSet::new();
    for from in &dates {
        for to in &dates {
            if Interval::between(*from, *to).unwrap().may_be_months(17.0) {
                pairs.insert(format!("{from} to {to}"));
            }
        }
    }
    assert_eq!(pairs.into_iter().collect::<Vec<_>>(), ["2011 to 2012"]);
}

#[test]
fn the_case_is_laid_out_from_its_radiotherapy() {
    let events = case();
    let radiotherapy = events.iter().position(|event| event.lane == LaneKind::Radiotherapy).unwrap();
    let timeline = Timeline::new(TimelineZero::Event(radiotherapy), &events).unwrap();
    assert_eq!(timeline.zero.to_string(), "2015-09");
    let kinds: Vec<&str> = timeline.lanes.iter().map(|lane| lane.kind.name()).collect();
    assert_eq!(kinds, ["disease", "systemic", "radiotherapy", "imaging", "response"]);

    let course = &timeline.lane(LaneKind::Radiotherapy).unwrap().spans[0];
    assert_eq!(course.start, Some(DayRange { min: 0, max: 0 }));
    let disease = &timeline.lane(LaneKind::Disease).unwrap().marks;
    let days: Vec<(i32, i32)> = disease.iter().map(|mark| (mark.at.min, mark.at.max)).collect();
    // By hand: 30 September 2015 back to 1 January 2012 is 366 + 365 + 365 + 272 = 1368 days; 1 September 2015 to
    // 31 October 2016 is 366 + 60 = 426, 30 September 2015 to 1 October 2016 is 367.
    assert_eq!(days, [(-1733, -1340), (-1368, -974), (-213, -154), (367, 426)]);
    let systemic = &timeline.lane(LaneKind::Systemic).unwrap().spans;
    assert_eq!(systemic.len(), 3);
    let conjugate = systemic.iter().find(|span| span.label == "T-DM1").unwrap();
    assert_eq!((conjugate.start, conjugate.end), (None, SpanEnd::At(DayRange { min: 367, max: 426 })));
    let codes: Vec<&str> = problems(&events, &Place::default()).iter().map(|p| p.code).collect();
    assert_eq!(codes, ["OM550"], "the adjuvant therapy has no date");
}

#[test]
fn the_lines_of_the_case_depend_on_a_date_that_is_not_printed() {
    for row in common::table(PAGE, "Lines of therapy in that case").rows {
        let facts: Vec<String> =
            row.cell("progressions").split(';').map(|d| format!("progression {}", d.trim())).collect();
        let (history, rules) = patient(row.cell("exposures"), &facts.join("; "));
        let lines = derive_lines(&history, formulary(), &rules);
        let written = match lines.decided() {
            None => "several".to_owned(),
            Some(numbering) => {
                let name = |l: &oligomet_disease::therapy::LineOfTherapy| {
                    l.drugs
                        .iter()
                        .map(|d| formulary().drug(d.drug).name.as_str())
                        .collect::<Vec<_>>()
                        .join(" + ")
                };
                numbering.iter().map(name).collect::<Vec<_>>().join("; ")
            }
        };
        assert_eq!(written, row.cell("lines"), "{row}");
        let unchanged =
            history.is_unchanged(formulary(), date("2015-09"), date("2016-02"), &ChangeRules::default());
        assert_eq!(unchanged.name(), row.cell("unchanged from 2015-09 to 2016-02"), "{row}");
    }
}

#[test]
fn events_in_the_wrong_order_are_told() {
    let imaging = |day| TimelineEvent::moment(LaneKind::Imaging, "CT", day);
    let events = [
        TimelineEvent::death(date("2020-05")),
        imaging(known("2020-06-01")),
        imaging(known("2020-05-31")),
        imaging(None),
        TimelineEvent::span(
            LaneKind::Surgery,
            "resection",
            known("2019-05"),
            Lasting::Until(date("2019-04-30")),
        ),
    ];
    let told = problems(&events, &Place::subject("patient P1"));
    let codes: Vec<&str> = told.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["OM552", "OM550", "OM551"]);
    assert!(told.iter().all(|p| p.to_string().contains("patient P1")));
    // Nothing can count from an event without a date.
    assert_eq!(Timeline::new(TimelineZero::Event(3), &events), None);
    assert_eq!(Timeline::new(TimelineZero::Event(9), &events), None);
}

#[test]
fn a_history_has_its_events() {
    let (history, _) =
        patient("letrozole 2020-01-01..2020-06-30 progression", "progression 2020-06-30; death 2021-01");
    let events = history.timeline_events(formulary());
    let timeline = Timeline::new(TimelineZero::Date(date("2020-01-01")), &events).unwrap();
    let systemic = &timeline.lane(LaneKind::Systemic).unwrap().spans[0];
    assert_eq!(
        (systemic.label.as_str(), systemic.end),
        ("letrozole", SpanEnd::At(DayRange { min: 181, max: 181 }))
    );
    let marks: Vec<i32> = timeline.lane(LaneKind::Disease).unwrap().marks.iter().map(|m| m.at.min).collect();
    assert_eq!(marks, [181, 366]);
}
