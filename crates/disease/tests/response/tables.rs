//! Every row of the tables in the docs page.

use oligomet_disease::Answer;
use oligomet_disease::response::lesion::progressing_lesions;
use oligomet_disease::response::{RecistParameters, Response, TimePoint, assess, outcome};

use crate::common::{Row, table};
use crate::recist_text::{course, course_every};

const PAGE: &str = include_str!("../../../../docs/disease/recist.md");

fn words(points: &[TimePoint], of: impl Fn(&TimePoint) -> String) -> String {
    points.iter().map(of).collect::<Vec<_>>().join(" ")
}

fn possible(point: &TimePoint) -> String {
    point.finding.possible.iter().map(|r| r.name()).collect::<Vec<_>>().join("/")
}

fn run(title: &str, check: impl Fn(&Row)) {
    let rows = table(PAGE, title).rows;
    assert!(rows.len() > 4, "{title}");
    rows.iter().for_each(check);
}

fn check_responses(row: &Row) {
    let points = assess(&course(row.cell("course")), &RecistParameters::default());
    assert_eq!(words(&points, |p| p.response.name().into()), row.cell("response"), "{row}");
    assert_eq!(words(&points, possible), row.cell("possible"), "{row}");
}

#[test]
fn responses_of_target_lesions() {
    run("Target lesions", check_responses);
}

#[test]
fn responses_of_non_target_and_new_lesions() {
    run("Non-target and new lesions", check_responses);
}

#[test]
fn what_is_missing() {
    run("Missing data", check_responses);
}

/// A course of two assessments whose target and non-target lesions and new lesions respond so.
fn made(target: &str, non_target: &str, new: &str) -> String {
    let target = match target {
        "CR" => "T: 50 gone;",
        "PR" => "T: 50 30;",
        "SD" => "T: 50 50;",
        "PD" => "T: 50 70;",
        "NE" => "T: 50 NE;",
        _ => "",
    };
    let non_target = match non_target {
        "CR" => "N: present gone;",
        "non-CR/non-PD" => "N: present present;",
        "PD" => "N: present worse;",
        "NE" => "N: present NE;",
        _ => "",
    };
    let new = if new == "yes" { "new: - present" } else { "new: - -" };
    format!("{target}{non_target}{new}")
}

#[test]
fn overall_table() {
    let mut n_rows = 0;
    let mut combinations = std::collections::BTreeSet::new();
    for row in table(PAGE, "Overall response").rows {
        let all = |cell: &str, every: &[&'static str]| -> Vec<String> {
            if cell == "any" {
                every.iter().map(|s| (*s).to_owned()).collect()
            } else {
                cell.split(" or ").map(str::to_owned).collect()
            }
        };
        for target in all(row.cell("target"), &["CR", "PR", "SD", "PD", "NE", "none"]) {
            for other in all(row.cell("non-target"), &["CR", "non-CR/non-PD", "PD", "NE", "none"]) {
                for new in all(row.cell("new lesion"), &["yes", "no"]) {
                    n_rows += 1;
                    combinations.insert((target.clone(), other.clone(), new.clone()));
                    let points = assess(&course(&made(&target, &other, &new)), &RecistParameters::default());
                    let name = points[0].response.name();
                    assert_eq!(name, row.cell("overall"), "{target}, {other}, new {new}: {row}");
                    let shown = |r: Option<Response>| r.map_or("none", Response::name);
                    assert_eq!(shown(points[0].target), target);
                    assert_eq!(shown(points[0].non_target), other);
                }
            }
        }
    }
    assert_eq!((n_rows, combinations.len()), (60, 60));
}

#[test]
fn best_response() {
    run("Best overall response", |row| {
        let every = row.cell("every").parse().unwrap();
        let parameters =
            RecistParameters { confirm: row.cell("confirm") == "yes", ..RecistParameters::default() };
        let course = course_every(row.cell("course"), every);
        let points = assess(&course, &parameters);
        let outcome = outcome(&course, &points, &parameters);
        let best: Vec<&str> = outcome.best.possible.iter().map(|r| r.name()).collect();
        assert_eq!(best.join(" or "), row.cell("best"), "{row}");
        let shown = |at: Option<usize>| at.map_or("-".into(), |at| (at + 1).to_string());
        assert_eq!(shown(outcome.progression), row.cell("progression"), "{row}");
        assert_eq!(shown(outcome.first_response), row.cell("first response"), "{row}");
        let days = outcome
            .response_days
            .map_or("-".into(), |d| format!("{}{}", d.min, if outcome.response_ended { "" } else { "+" }));
        assert_eq!(days, row.cell("days"), "{row}");
    });
}

#[test]
fn each_lesion_by_itself() {
    run("Each lesion by itself", |row| {
        let found = progressing_lesions(&course(row.cell("course")), &RecistParameters::default());
        let counts: Vec<String> = found
            .iter()
            .map(|p| match p.progressing.exact() {
                Some(n) => n.to_string(),
                None => format!("{}-{}", p.progressing.low, p.progressing.high.unwrap()),
            })
            .collect();
        assert_eq!(counts.join(" "), row.cell("progressing"), "{row}");
    });
}
