//! PERCIST, bone, brain, spine, local failure and toxicity: every row of the tables of their pages.

#![allow(clippy::unwrap_used)]

mod common;

use common::{Row, table};
use oligomet_base::PartialDate;
use oligomet_base::day::DateOrder;
use oligomet_disease::imaging::{Modality, Region, can_show};
use oligomet_disease::response::criteria::{Bone, Brain, SpineFacts, bone, brain, spine};
use oligomet_disease::response::local_failure::{LocalFacts, judge};
use oligomet_disease::response::percist::{self, Pair, Scan};
use oligomet_disease::toxicity::{AdverseEvent, PatientToxicity, check, phase, tabulate, worst};
use oligomet_disease::{Answer, Finding, Organ, Truth};

const CRITERIA: &str = include_str!("../../../docs/disease/response-criteria.md");
const LOCAL: &str = include_str!("../../../docs/disease/local-failure.md");
const PERCIST: &str = include_str!("../../../docs/disease/percist.md");
const IMAGING: &str = include_str!("../../../docs/disease/imaging.md");
const TOXICITY: &str = include_str!("../../../docs/disease/toxicity.md");

fn truth(row: &Row, column: &str, empty: Truth) -> Truth {
    match row.cell(column) {
        "yes" => Truth::True,
        "no" => Truth::False,
        "?" => Truth::Unknown,
        "" => empty,
        other => panic!("{other}: {row}"),
    }
}

fn names<T: Answer>(finding: &Finding<T>) -> Vec<&'static str> {
    assert_eq!(finding.possible.len() > 1, !finding.missing.is_empty());
    finding.possible.iter().map(|a| a.name()).collect()
}

#[test]
fn bone_metastases() {
    for row in table(CRITERIA, "MD Anderson (bone)").rows {
        let is = |column| truth(&row, column, Truth::False);
        let facts = Bone {
            complete: is("complete"),
            improved: is("improved"),
            larger: is("larger"),
            new_lesion: is("new_lesion"),
            flare: is("flare"),
        };
        assert_eq!(names(&bone(&facts)), row.list("answer"), "{row}");
    }
}

#[test]
fn brain_metastases() {
    for row in table(CRITERIA, "RANO-BM (brain)").rows {
        let is = |column| truth(&row, column, Truth::False);
        let facts = Brain {
            targets_gone: is("targets_gone"),
            fell_30: is("fell_30"),
            rose_20: is("rose_20"),
            non_targets_gone: is("non_targets_gone"),
            non_target_progression: is("non_target_progression"),
            new_lesion: is("new_lesion"),
            steroids: is("steroids"),
            steroids_increased: is("steroids_increased"),
            clinically_worse: is("clinically_worse"),
        };
        assert_eq!(names(&brain(&facts)), row.list("answer"), "{row}");
    }
}

#[test]
fn spinal_metastases() {
    for row in table(CRITERIA, "SPINO (spine)").rows {
        let is = |column| truth(&row, column, Truth::False);
        let facts = SpineFacts {
            larger: is("larger"),
            epidural: is("epidural"),
            neurological: is("neurological"),
            pseudoprogression: is("pseudoprogression"),
        };
        assert_eq!(names(&spine(&facts)), row.list("answer"), "{row}");
    }
}

#[test]
fn local_failure() {
    for row in table(LOCAL, "Decision table").rows {
        let is = |column| truth(&row, column, Truth::Unknown);
        let facts = LocalFacts {
            growth: is("growth"),
            biopsy: is("biopsy"),
            board: is("board"),
            imaging_course: is("imaging_course"),
        };
        assert_eq!(names(&judge(&facts)), row.list("answer"), "{row}");
    }
}

#[test]
fn metabolic_response() {
    for row in table(PERCIST, "Decision table").rows {
        let hundredths = |column: &str| -> Option<u32> {
            let text = row.cell(column);
            (!text.is_empty()).then(|| text.replace('.', "").parse().unwrap())
        };
        let is = |column| truth(&row, column, Truth::False);
        let pair = Pair {
            before: Scan {
                peak: hundredths("peak"),
                liver: hundredths("liver"),
                liver_sd: hundredths("sd"),
                minutes: hundredths("minutes"),
            },
            after: Scan {
                peak: hundredths("peak 2"),
                liver: hundredths("liver 2"),
                liver_sd: None,
                minutes: hundredths("minutes 2"),
            },
            blood_pool: hundredths("pool").zip(hundredths("pool sd")),
            resolved: is("resolved"),
            new_lesion: is("new_lesion"),
            extent: is("extent"),
        };
        assert_eq!(names(&percist::assess(&pair)), row.list("answer"), "{row}");
    }
}

fn date(text: &str) -> Option<PartialDate> {
    PartialDate::parse(text, DateOrder::YearMonthDay)
}

#[test]
fn acute_and_late() {
    for row in table(TOXICITY, "Phase").rows {
        let found = phase(date(row.cell("origin")), date(row.cell("onset")), 90);
        assert_eq!(format!("{found:?}"), row.cell("phase"), "{row}");
    }
}

fn event(term: &str, grade: Option<u8>, onset: &str) -> AdverseEvent {
    AdverseEvent { term: term.into(), grade, onset: date(onset), version: Some("5.0".into()) }
}

fn patient(id: &str, events: Vec<AdverseEvent>) -> PatientToxicity {
    PatientToxicity { id: id.into(), is_assessed: true, origin: date("2020-01-01"), events }
}

#[test]
fn worst_grades_by_hand() {
    let a = patient(
        "a",
        vec![
            event("Fatigue", Some(1), "2020-01-10"),
            event("Fatigue", Some(3), "2020-01-20"),
            event("Fatigue", Some(2), "2021-01-10"),
        ],
    );
    let b =
        patient("b", vec![event("Fatigue", None, "2020-01-10"), event("Pneumonitis", Some(0), "2020-02-01")]);
    let c = patient("c", vec![]);
    let none = PatientToxicity { is_assessed: false, ..patient("d", vec![]) };
    let grades = [&a, &b, &c, &none].map(|p| worst(p).map(|w| (w.known, w.may_be_higher)));
    assert_eq!(grades, [Some((3, false)), Some((0, true)), Some((0, false)), None]);
    assert_eq!(worst(&b).unwrap().at_least(1), Truth::Unknown);
    let table = tabulate(&[a, b, c, none], 90);
    assert_eq!((table.n_assessed, table.n_not_assessed), (3, 1));
    let fatigue = &table.rows[0];
    assert_eq!((fatigue.acute.by_grade, fatigue.acute.unknown_grade), ([0, 0, 1, 0, 0], 1));
    assert_eq!((fatigue.late.by_grade, fatigue.late.unknown_grade), ([0, 1, 0, 0, 0], 0));
    assert_eq!((fatigue.any.by_grade, fatigue.any.unknown_grade), ([0, 0, 1, 0, 0], 1));
    assert_eq!(table.rows[1].any.by_grade, [0; 5]);
}

#[test]
fn problems_of_toxicity() {
    let mut old = event("Pain", Some(2), "2020-02-01");
    old.version = Some("4.03".into());
    let patients =
        [patient("a", vec![old, event("Pain", Some(7), "2020-02-01"), event("Pain", Some(1), "2019-02-01")])];
    let codes: Vec<_> = check(&patients).iter().map(|p| p.code).collect();
    assert_eq!(codes, ["OM531", "OM532", "OM533"]);
    assert!(worst(&patients[0]).unwrap().may_be_higher);
}

#[test]
fn an_assessment_shows_the_organs_of_its_row_and_no_others() {
    let organs: Vec<Option<Organ>> = Organ::ALL.into_iter().map(Some).chain([None]).collect();
    for row in table(IMAGING, "By modality").rows {
        let modality = Modality::from_name(row.cell("modality"));
        assert_eq!(modality.is_none(), row.cell("modality").is_empty(), "{row}");
        let region = Region::of_criteria(Some(row.cell("criteria")));
        let shown = organs.iter().filter(|organ| can_show(modality, region, **organ));
        let shown: Vec<&str> = shown.map(|organ| organ.map_or("breast", Organ::name)).collect();
        let mut listed: Vec<&str> = row.cell("shows").split(", ").filter(|name| *name != "none").collect();
        listed.sort_by_key(|name| organs.iter().position(|o| o.map_or("breast", Organ::name) == *name));
        assert_eq!(shown, listed, "{row}");
    }
}
