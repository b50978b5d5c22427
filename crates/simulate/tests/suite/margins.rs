//! Every row of Table 1, recomputed from the tables.

use std::collections::BTreeMap;

use crate::eligibility::{eligible, index_course};
use crate::records;
use crate::tables::{ByPatient, view};

type Counts = BTreeMap<String, usize>;

fn tally(of: impl Fn(usize) -> String) -> Counts {
    let mut counts = Counts::new();
    for patient in eligible(records()) {
        *counts.entry(of(patient)).or_default() += 1;
    }
    counts
}

fn expect(found: &Counts, expected: &[(&str, usize)]) {
    let expected: Counts = expected.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect();
    assert_eq!(*found, expected);
}

fn tumour(patient: usize) -> usize {
    view(records(), "primary_tumour").of("patient_id", patient)[0]
}

fn volumes(patient: usize) -> Vec<usize> {
    view(records(), "rt_volume").of("course_id", index_course(records(), patient))
}

/// Age in completed years when radiotherapy begins.
fn age(patient: usize) -> i32 {
    let birth = view(records(), "patient").day("birth_date", patient).unwrap();
    let start = view(records(), "rt_course").day("start_date", index_course(records(), patient)).unwrap();
    (0..120).take_while(|y| birth.add_months(12 * (y + 1)).unwrap() <= start).count() as i32
}

#[test]
fn ages() {
    let mut ages: Vec<i32> = eligible(records()).into_iter().map(age).collect();
    ages.sort_unstable();
    assert_eq!((ages[0], ages[29], ages[58]), (34, 57, 86));
    let group = |p| {
        match age(p) {
            ..40 => "<40",
            40..=50 => "40-50",
            51..=70 => "51-70",
            _ => ">70",
        }
        .to_owned()
    };
    expect(&tally(group), &[("<40", 5), ("40-50", 15), ("51-70", 28), (">70", 11)]);
}

#[test]
fn onset_subtype_and_receptors() {
    let t = view(records(), "primary_tumour");
    let onset = |p| t.text("m_category", tumour(p));
    expect(&tally(onset), &[("M1", 13), ("M0", 46)]);
    // St. Gallen 2013, written out: oestrogen receptor 1 %, progesterone receptor 20 %, Ki-67 20 %.
    let subtype = |p| {
        let row = tumour(p);
        let her2 = match t.level("her2_ihc", row) {
            "3+" => true,
            "2+" => t.level("her2_ish", row) == "amplified",
            _ => false,
        };
        assert_eq!(her2, t.level("her2_status", row) == "positive");
        let (er, pr, ki67) =
            (t.number("er_percent", row), t.number("pr_percent", row), t.number("ki67_percent", row));
        let name = match (her2, er >= 1.0) {
            (true, true) => "HER2+/ER+",
            (true, false) => "HER2+/ER-",
            (false, true) if ki67 < 20.0 && pr >= 20.0 => "luminal A-like",
            (false, true) => "luminal B-like",
            (false, false) => {
                assert!(pr < 1.0);
                "triple negative"
            }
        };
        name.to_owned()
    };
    expect(
        &tally(subtype),
        &[
            ("luminal A-like", 6),
            ("luminal B-like", 25),
            ("HER2+/ER+", 19),
            ("HER2+/ER-", 5),
            ("triple negative", 4),
        ],
    );
}

#[test]
fn organs() {
    let v = view(records(), "rt_volume");
    let organ = |p| v.level("organ", volumes(p)[0]).to_owned();
    expect(
        &tally(organ),
        &[("brain", 19), ("bone", 23), ("lung", 3), ("lymph-node", 11), ("breast", 1), ("liver", 2)],
    );
}

/// The line ongoing when radiotherapy begins, and its drugs still given then.
fn therapy(patient: usize) -> (i32, Vec<String>) {
    let by = ByPatient { records: records() };
    let start = by.view("rt_course").day("start_date", index_course(records(), patient)).unwrap();
    let ongoing = |view: &crate::tables::View<'_>, r: usize| {
        view.day("start_date", r).unwrap() <= start && view.day("end_date", r).is_none_or(|e| e >= start)
    };
    let line = by.view("systemic_line");
    let rows: Vec<usize> =
        by.rows("systemic_line", patient).into_iter().filter(|&r| ongoing(&line, r)).collect();
    assert_eq!(rows.len(), 1, "one line at a time");
    let drug = by.view("drug_exposure");
    let given = by.rows("drug_exposure", patient).into_iter().filter(|&r| ongoing(&drug, r));
    let mut names: Vec<String> = given.map(|r| drug.text("drug", r)).collect();
    names.sort();
    (line.integer("line_number", rows[0]).unwrap(), names)
}

#[test]
fn lines_and_therapies() {
    let line = |p| therapy(p).0.min(4).to_string();
    expect(&tally(line), &[("1", 39), ("2", 14), ("3", 3), ("4", 3)]);
    let class = |p| {
        let drugs = therapy(p).1;
        let any = |names: &[&str]| drugs.iter().any(|d| names.contains(&d.as_str()));
        if any(&["trastuzumab", "pertuzumab", "trastuzumab emtansine", "lapatinib"]) {
            drugs.join(" + ")
        } else if any(&["palbociclib", "ribociclib", "abemaciclib"]) {
            "CDK4/6".to_owned()
        } else if any(&["letrozole", "fulvestrant", "exemestane", "tamoxifen"]) {
            "endocrine".to_owned()
        } else {
            assert!(any(&["capecitabine", "paclitaxel", "eribulin"]), "{drugs:?}");
            "chemotherapy".to_owned()
        }
    };
    expect(
        &tally(class),
        &[
            ("pertuzumab + trastuzumab", 13),
            ("trastuzumab emtansine", 6),
            ("capecitabine + trastuzumab", 2),
            ("capecitabine + lapatinib", 1),
            ("trastuzumab + vinorelbine", 1),
            ("letrozole + trastuzumab", 1),
            ("CDK4/6", 17),
            ("endocrine", 12),
            ("chemotherapy", 6),
        ],
    );
}

#[test]
fn techniques_and_schedules() {
    let v = view(records(), "rt_volume");
    let technique = |p| {
        match v.level("technique", volumes(p)[0]) {
            "vmat" | "sbrt" => "VMAT/SBRT",
            other => other,
        }
        .to_owned()
    };
    expect(&tally(technique), &[("3d-crt", 9), ("imrt", 1), ("VMAT/SBRT", 49)]);
    let doses = records().table("rt_volume").unwrap().doses("dose_delivered_gy").unwrap();
    let schedule = |p| {
        let rows = volumes(p);
        let group = v.text("boost_group", rows[0]);
        assert_eq!(rows.len() > 1, !group.is_empty(), "levels of a boost are one group");
        let levels: Vec<String> = rows.iter().map(|&r| doses[r].unwrap().gray().to_string()).collect();
        let fractions = v.integer("fractions_delivered", rows[0]).unwrap();
        let again = view(records(), "rt_course").refers("previous_course_id", index_course(records(), p));
        let again = if again.is_some() { "re-RT " } else { "" };
        format!("{} {again}{}/{fractions}", v.level("organ", rows[0]), levels.join("-"))
    };
    expect(
        &tally(schedule),
        &[
            ("bone 30-20/5", 10),
            ("bone 35-20/5", 5),
            ("bone 40-20/5", 1),
            ("bone 30/10", 3),
            ("bone 20/5", 3),
            ("bone re-RT 16/14", 1),
            ("brain 25.5/3", 10),
            ("brain 50-30/10", 7),
            ("brain 30/10", 1),
            ("brain re-RT 16/14", 1),
            ("lung 50/5", 3),
            ("lymph-node 50/5", 6),
            ("lymph-node 35/5", 2),
            ("lymph-node 57.5-50/25", 1),
            ("lymph-node re-RT 38/30", 1),
            ("lymph-node 28/16", 1),
            ("liver 40/5", 2),
            ("breast 24/3", 1),
        ],
    );
}

/// BED of the highest level in integers: D (1 + d / ab) at or above a limit is D (n ab + D) >= limit n ab, in mGy.
#[test]
fn counts_of_bed_are_those_that_the_profile_states() {
    let doses = records().table("rt_volume").unwrap().doses("dose_delivered_gy").unwrap();
    let v = view(records(), "rt_volume");
    let reaches = |p: usize, ab: i64, limit: i64| {
        let row = volumes(p)[0];
        let (dose, n) =
            (doses[row].unwrap().milligray(), i64::from(v.integer("fractions_delivered", row).unwrap()));
        dose * (n * ab * 1000 + dose) >= limit * 1000 * n * ab * 1000
    };
    let count = |ab, limit| eligible(records()).into_iter().filter(|&p| reaches(p, ab, limit)).count();
    // Printed: 9, 14, 18, 44.
    assert_eq!([count(10, 100), count(10, 75), count(4, 100), count(4, 75)], [9, 16, 19, 47]);
}
