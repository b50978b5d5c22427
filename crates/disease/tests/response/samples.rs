//! Derived beside reported responses of the public CDISC pilot subjects (`pharmaversesdtm`), where they are at hand.
//!
//! Set OLIGOMET_SAMPLES to the folder that holds `recist/`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use oligomet_base::PartialDate;
use oligomet_base::day::DateOrder;
use oligomet_disease::response::compare::{Agreement, compare};
use oligomet_disease::response::{
    Assessment, Course, Lesion, Reading, RecistParameters, Response, Role, Seen, assess, check, tenths_of_mm,
};
use oligomet_disease::{Answer, Truth};

type Record = BTreeMap<String, String>;
/// Subject and reader.
type Key = (String, String);

fn records(folder: &Path, name: &str) -> Vec<Record> {
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    lines
        .map(|cells| {
            assert_eq!(cells.len(), header.len(), "{name}: a quoted comma needs a reader of CSV");
            header.iter().cloned().zip(cells).collect()
        })
        .collect()
}

fn key(record: &Record, reader: &str) -> Key {
    (record["USUBJID"].clone(), record[reader].clone())
}

/// Visits of a subject with the day of each: lesions not assessed at one have no row there.
fn visits(readings: &[Record], reported: &[Record]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut all: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (row, date) in readings.iter().map(|r| (r, "TRDTC")).chain(reported.iter().map(|r| (r, "RSDTC"))) {
        all.entry(row["USUBJID"].clone()).or_default().insert(row["VISITNUM"].clone(), row[date].clone());
    }
    all
}

fn course(key: &Key, visits: &BTreeMap<String, String>, tu: &[Record], tr: &[Record]) -> Course {
    let mut course = Course::default();
    for (i, date) in visits.values().enumerate() {
        let date: Option<PartialDate> = PartialDate::parse(date, DateOrder::YearMonthDay);
        assert!(date.is_some());
        course.assessments.push(Assessment { date, is_baseline: i == 0, new_lesion: Truth::False });
    }
    for row in tu.iter().filter(|r| (&r["USUBJID"], &r["TUEVALID"]) == (&key.0, &key.1)) {
        let role = if row["TUORRES"] == "TARGET" { Role::Target } else { Role::NonTarget };
        let is_node = row["TULOC"] == "LYMPH NODE";
        course.lesions.push(Lesion { id: row["TULNKID"].clone(), role, is_node, organ: None });
    }
    for row in tr.iter().filter(|r| (&r["USUBJID"], &r["TREVALID"]) == (&key.0, &key.1)) {
        let lesion = course.lesions.iter().position(|l| l.id == row["TRLNKID"]).unwrap();
        let assessment = visits.keys().position(|v| *v == row["VISITNUM"]).unwrap();
        let wanted = if course.lesions[lesion].is_node { "LPERP" } else { "LDIAM" };
        let seen = match (row["TRTESTCD"].as_str(), row["TRORRES"].as_str()) {
            ("TUMSTATE", "PRESENT") => Seen::Present,
            ("TUMSTATE", "ABSENT") => Seen::Absent,
            (test, _) if test == wanted => {
                Seen::Size(tenths_of_mm(row["TRSTRESN"].parse().unwrap()).unwrap())
            }
            _ => continue,
        };
        course.readings.push(Reading { assessment, lesion, seen });
    }
    course
}

#[test]
fn derived_beside_reported() {
    let Some(folder) = std::env::var_os("OLIGOMET_SAMPLES").map(|f| Path::new(&f).join("recist")) else {
        println!("skipped: set OLIGOMET_SAMPLES to the folder with samples");
        return;
    };
    let [tu, tr, rs] = ["tu", "tr", "rs"].map(|name| records(&folder, &format!("{name}_onco_recist.csv")));
    let visits = visits(&tr, &rs);
    let keys: BTreeSet<Key> = tr.iter().map(|r| key(r, "TREVALID")).collect();
    let (mut counts, mut told, mut codes) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
    for key in &keys {
        let course = course(key, &visits[&key.0], &tu, &tr);
        for problem in check(&course, &RecistParameters::default()) {
            *codes.entry(problem.code).or_insert(0) += 1;
        }
        for point in assess(&course, &RecistParameters::default()) {
            let visit = visits[&key.0].keys().nth(point.assessment).unwrap();
            let found = rs
                .iter()
                .find(|r| (&r["USUBJID"], &r["RSEVALID"], &r["VISITNUM"]) == (&key.0, &key.1, visit));
            let Some(row) = found else { continue };
            let comparison = compare(&point, Response::from_name(&row["RSORRES"]).unwrap());
            *counts.entry(comparison.agreement).or_insert(0) += 1;
            if comparison.agreement != Agreement::Same {
                let (d, r) = (comparison.derived.name(), comparison.reported.name());
                told.push(format!("{} {} visit {visit}: derived {d}, reported {r}", key.0, key.1));
            }
        }
    }
    // Explained in docs/disease/recist.md: 5 mm back after all targets were gone.
    assert_eq!(counts, BTreeMap::from([(Agreement::Same, 65), (Agreement::ProgressionOfTargets, 1)]));
    assert_eq!(told, ["01-701-1133 RADIOLOGIST 2 visit 4.0: derived PD, reported PR"]);
    assert_eq!(codes, BTreeMap::from([("OM529", 3)]));
}
