//! The lanes of swimmer plots and timelines, counted by hand from the tables of the twelve patients.

use oligomet_results::{Lane, LaneKind};

use crate::common::{checked, ran, records, suite_file, twelve};

/// The lanes of the analysis `[[analysis]]` written in `text`, added to a study of the twelve.
fn lanes(study: &str, text: &str) -> Vec<Lane> {
    let (plan, base, _) = checked(&format!("{study}\n{text}"), records(&twelve()));
    ran(&plan, &base).results.subjects.unwrap().lanes
}

/// `episodes.toml` as it is, and without its criteria of eligibility, which P09 does not meet.
fn everybody() -> String {
    let study = suite_file("twelve/episodes.toml");
    let (head, rest) = study.split_once("[[eligibility]]").unwrap();
    let (_, tail) = rest.split_once("[endpoint.OS]").unwrap();
    format!("{head}[endpoint.OS]{tail}")
}

/// Four stay: P01, P02, P03 and P10 are subjects 0 to 3, and the endpoint's days stand in `twelve.rs`. Progressions after
/// time zero, from `imaging_assessment.csv`: P01 on 2020-10-30, P02 on 2020-08-31, P03 on 2020-06-15, P10 never.
#[test]
fn a_swimmer_plot_has_the_lanes_of_those_who_stay() {
    let study = suite_file("twelve/episodes.toml");
    let swimmer =
        "[[analysis]]\nid = \"swim\"\nkind = \"swimmer\"\nendpoint = \"OS\"\nmarks = [\"progression\"]\n";
    let drawn: Vec<_> = lanes(&study, swimmer)
        .into_iter()
        .map(|l| (l.kind, l.lane, l.subject, l.what, l.from, l.to, l.ongoing))
        .collect();
    let observed = |lane, subject, what: &str, to: f64, ongoing| {
        (LaneKind::Observed, lane, subject, what.to_owned(), 0.0, Some(to), ongoing)
    };
    let progression =
        |lane, subject, day: f64| (LaneKind::Mark, lane, subject, "progression".to_owned(), day, None, false);
    // The longest on top.
    let expected = [
        observed(0, 1, "censored", 736.0, true),
        observed(1, 0, "death", 610.0, false),
        observed(2, 3, "censored", 574.0, true),
        observed(3, 2, "death", 477.0, false),
        progression(0, 1, 189.0),
        progression(1, 0, 382.0),
        progression(3, 2, 350.0),
    ];
    assert_eq!(drawn, expected);
}

/// P06 counts from 2020-01-13 and died on 2020-07-01, day 170: paclitaxel and capecitabine had ended before, and with the
/// end of capecitabine taken away it lasts until the death, without going on.
#[test]
fn a_therapy_without_an_end_lasts_until_death() {
    let mut tables = twelve();
    let (_, lines) = tables.iter_mut().find(|(name, _)| name == "systemic_line").unwrap();
    *lines = lines.replace("capecitabine,2017-03-15,2020-04-15,progression", "capecitabine,2017-03-15,,");
    let timeline = "[[analysis]]\nid = \"line\"\nkind = \"timeline\"\nsubject = \"P06\"\n";
    let (plan, base, _) = checked(&format!("{}\n{timeline}", everybody()), records(&tables));
    let lanes = ran(&plan, &base).results.subjects.unwrap().lanes;
    let therapies = lanes.iter().filter(|l| l.what == "systemic_line");
    let drawn: Vec<_> = therapies.map(|l| (l.label.as_str(), l.to, l.ongoing)).collect();
    // 2017-03-01 to 2020-01-13: 1048 days.
    assert_eq!(drawn, [("paclitaxel", Some(-1048.0), false), ("capecitabine", Some(170.0), false)]);
}

/// P09 counts from 2020-03-02. The CT of 2020-06 is somewhere from day 91 to day 120, however `[dates]` counts it elsewhere.
#[test]
fn a_timeline_leaves_a_month_a_month() {
    let timeline = "[[analysis]]\nid = \"line\"\nkind = \"timeline\"\nsubject = \"P09\"\n";
    let drawn: Vec<_> = lanes(&everybody(), timeline)
        .into_iter()
        .map(|l| (l.lane, l.what, l.kind, (l.from, l.from_latest), (l.to, l.to_latest), l.ongoing))
        .collect();
    let mark = |lane, what: &str, from: f64, latest| {
        (lane, what.to_owned(), LaneKind::Mark, (from, latest), (None, None), false)
    };
    let expected = [
        (0, "systemic_line".to_owned(), LaneKind::Span, (-760.0, None), (Some(336.0), None), true),
        (1, "rt_course".to_owned(), LaneKind::Span, (0.0, None), (Some(8.0), None), false),
        mark(3, "imaging_assessment", -21.0, None),
        mark(3, "imaging_assessment", 91.0, Some(120.0)),
        mark(5, "follow_up", 336.0, None),
    ];
    assert_eq!(drawn, expected);
}
