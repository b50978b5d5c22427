//! How long the base table of many patients takes: `cargo run --release -p oligomet-study --example records_speed -- 100000`.
//!
//! Patients are made by arithmetic, 30 rows each; they are no cohort and mean nothing.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use oligomet_base::{Day, Dose, PartialDate, Problems};
use oligomet_schema::{Records, Value};
use oligomet_study::{Identity, Quiet, check_records, run};

const STUDY: &str = "format = 1
[study]
id = \"speed\"
title = \"Speed\"
unit = \"episode\"
[cohort]
population = \"rt_intent = 'radical'\"
time_zero = \"rt_start_date\"
pick = \"first\"
[dose]
alpha_beta = 4
sensitivity = [10]
rule = \"highest\"
[disease]
rules = [\"estro-eortc-states\"]
[[eligibility]]
id = \"age\"
label = \"Younger than 18\"
keep = \"age >= 18\"
missing = \"drop\"
[[eligibility]]
id = \"brain\"
label = \"Leptomeningeal disease\"
drop = \"EXISTS (SELECT 1 FROM lesion WHERE organ = 'leptomeninges' AND first_seen_date < time_zero)\"
missing = \"keep\"
[endpoint.OS]
label = \"OS\"
event = [\"death\"]
censor = \"last_contact_date\"
[[analysis]]
id = \"os\"
kind = \"km\"
endpoint = \"OS\"
";

fn main() {
    let n: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(10_000);
    let started = Instant::now();
    let records = records(n);
    let rows: usize = records.tables.iter().map(oligomet_schema::RecordTable::n_rows).sum();
    println!("{n} patients, {rows} rows made in {:.1} s", started.elapsed().as_secs_f64());
    let started = Instant::now();
    let (checked, problems) = check_records("study.toml", STUDY, records);
    let (plan, base) = checked.unwrap_or_else(|| panic!("{problems}"));
    println!("base table of {} rows in {:.2} s", base.data.table.n_rows(), started.elapsed().as_secs_f64());
    let started = Instant::now();
    let finished = run(&plan, &base, Problems::new(), &Identity::default(), &mut Quiet).unwrap();
    println!("run of {} rows in {:.2} s", finished.population.rows.len(), started.elapsed().as_secs_f64());
}

fn date(days: i32) -> Value<'static> {
    Value::Date(PartialDate::Day(Day(days)))
}

fn add(records: &mut Records, table: &str, values: &[(&str, Value<'_>)]) -> u32 {
    records.table_mut(table).unwrap().push(values).unwrap()
}

fn records(n: usize) -> Records {
    let mut records = Records::empty("SYN");
    for p in 0..n {
        patient(&mut records, p);
    }
    for table in &mut records.tables {
        table.source_rows = (2..table.n_rows() as u32 + 2).collect();
    }
    records
}

/// About 30 rows of one patient.
fn patient(r: &mut Records, p: usize) {
    let key = |kind: &str, k: usize| format!("SYN-{p}-{kind}{k}");
    let shift = (p % 1000) as i32;
    let start = 16_000 + shift;
    let id = key("", 0);
    let row =
        add(r, "patient", &[("patient_id", Value::Text(&id)), ("birth_date", date(start - 20_000 - shift))]);
    let patient = ("patient_id", Value::Row(row));
    let tumour = key("T", 0);
    let values = [("tumour_id", Value::Text(&tumour)), patient, ("diagnosis_date", date(start - 900))];
    let more =
        [("er_percent", Value::Number(90.0)), ("ki67_percent", Value::Number(20.0 + f64::from(shift % 20)))];
    add(r, "primary_tumour", &[&values[..], &more[..]].concat());
    let episodes: Vec<u32> = (0..2)
        .map(|k| {
            let id = key("E", k);
            let at = date(start - 300 + 280 * k as i32);
            add(
                r,
                "metastatic_episode",
                &[
                    ("episode_id", Value::Text(&id)),
                    patient,
                    ("diagnosis_date", at),
                    ("polymetastatic", Value::YesNo(false)),
                ],
            )
        })
        .collect();
    let organs = ["bone", "lung", "liver", "brain"];
    let lesions: Vec<u32> = (0..4)
        .map(|k| {
            let id = key("L", k);
            let organ = Value::Level(organs[(p + k) % 4]);
            add(
                r,
                "lesion",
                &[
                    ("lesion_id", Value::Text(&id)),
                    patient,
                    ("organ", organ),
                    ("first_seen_date", date(start - 300 + 70 * k as i32)),
                ],
            )
        })
        .collect();
    for (k, (regimen, from, until)) in [
        (["letrozole", "palbociclib"], -290, Some(200)),
        (["fulvestrant", "abemaciclib"], 215, Some(500)),
        (["capecitabine", "zoledronic acid"], 510, None),
    ]
    .into_iter()
    .enumerate()
    {
        let id = key("S", k);
        let mut values = vec![
            ("line_id", Value::Text(&id)),
            patient,
            ("setting", Value::Level("metastatic")),
            ("start_date", date(start + from)),
        ];
        values.extend(until.map(|u| ("end_date", date(start + u))));
        let line = add(r, "systemic_line", &values);
        for (j, drug) in regimen.iter().enumerate() {
            let id = key("D", 2 * k + j);
            let mut values = vec![
                ("exposure_id", Value::Text(&id)),
                patient,
                ("line_id", Value::Row(line)),
                ("drug", Value::Text(drug)),
                ("start_date", date(start + from)),
            ];
            values.extend(until.map(|u| ("end_date", date(start + u))));
            values.extend(until.map(|_| ("end_reason", Value::Level("progression"))));
            add(r, "drug_exposure", &values);
        }
    }
    for k in 0..2_usize {
        let id = key("C", k);
        let at = start + 400 * k as i32;
        let course = add(
            r,
            "rt_course",
            &[
                ("course_id", Value::Text(&id)),
                patient,
                ("episode_id", Value::Row(episodes[k])),
                ("start_date", date(at)),
                ("end_date", date(at + 4)),
                ("intent", Value::Level("radical")),
            ],
        );
        let id = key("V", k);
        let dose = Value::Dose(Dose::from_milligray(30_000 + 1000 * i64::from(shift % 10)));
        let volume = add(
            r,
            "rt_volume",
            &[
                ("volume_id", Value::Text(&id)),
                ("course_id", Value::Row(course)),
                ("dose_prescribed_gy", dose),
                ("fractions_prescribed", Value::Integer(5)),
            ],
        );
        let id = key("K", k);
        add(
            r,
            "rt_target",
            &[
                ("target_id", Value::Text(&id)),
                ("volume_id", Value::Row(volume)),
                ("lesion_id", Value::Row(lesions[k])),
            ],
        );
    }
    for k in 0..6_i32 {
        let id = key("A", k as usize);
        let response = Value::Level(if k % 3 == 0 { "PD" } else { "SD" });
        add(
            r,
            "imaging_assessment",
            &[
                ("assessment_id", Value::Text(&id)),
                patient,
                ("date", date(start - 20 + 90 * k)),
                ("modality", Value::Level("ct")),
                ("response", response),
                ("n_lesions_total", Value::Integer(4)),
                ("n_lesions_progressing", Value::Integer(1)),
            ],
        );
    }
    let id = key("U", 0);
    add(
        r,
        "follow_up",
        &[
            ("follow_up_id", Value::Text(&id)),
            patient,
            ("date", date(start + 700 + shift / 2)),
            ("status", Value::Level(if p.is_multiple_of(3) { "dead" } else { "alive" })),
        ],
    );
}
