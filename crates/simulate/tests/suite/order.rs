//! The tables contradict themselves nowhere.

use oligomet_base::Day;
use oligomet_schema::{FieldKind, NO_ROW, Records};
use oligomet_simulate::{Options, simulate};

use crate::tables::{ByPatient, View};
use crate::{profile, records};

#[test]
fn keys_are_unique_and_references_stay_with_their_patient() {
    let records = records();
    for table in &records.tables {
        let mut keys: Vec<&str> = (0..table.n_rows()).map(|row| table.key(row)).collect();
        keys.sort_unstable();
        let n = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), n, "{}", table.spec().name);
        assert!(keys.iter().all(|k| k.starts_with("SYN-")), "{}", table.spec().name);
        for field in table.spec().fields.iter().filter(|f| f.kind == FieldKind::Ref) {
            let to = records.table(field.to.as_deref().unwrap()).unwrap();
            for (row, &pointed) in table.refs(&field.name).unwrap().iter().enumerate() {
                assert!(pointed != NO_ROW || !field.required, "{}.{}", table.spec().name, field.name);
                if pointed != NO_ROW {
                    let (own, other) = (&table.key(row)[..8], &to.key(pointed as usize)[..8]);
                    assert_eq!(own, other, "{}.{}", table.spec().name, field.name);
                }
            }
        }
    }
}

#[test]
fn required_cells_are_filled_and_numbers_lie_in_their_range() {
    for table in &records().tables {
        for (spec, field) in table.spec().fields.iter().zip(&table.fields) {
            for row in 0..table.n_rows() {
                let name = format!("{}.{} row {row}", table.spec().name, spec.name);
                assert!(!(spec.required && field.is_missing(row)), "{name}");
                if let (Some((low, high)), oligomet_schema::Value::Number(x)) =
                    (spec.range, field.value(spec, row))
                {
                    assert!((low..=high).contains(&x), "{name}: {x}");
                }
            }
        }
    }
}

fn ascending(days: &[(&str, Option<Day>)], of: &str) {
    let known: Vec<(&str, Day)> = days.iter().filter_map(|(n, d)| d.map(|d| (*n, d))).collect();
    for pair in known.windows(2) {
        assert!(
            pair[0].1 <= pair[1].1,
            "{of}: {} {} after {} {}",
            pair[0].0,
            pair[0].1,
            pair[1].0,
            pair[1].1
        );
    }
}

fn check_patient(records: &Records, patient: usize, cutoff: Day) {
    let by = ByPatient { records };
    let id = records.table("patient").unwrap().key(patient).to_owned();
    let contact = by.view("follow_up");
    let contacts = by.rows("follow_up", patient);
    let last = contacts.iter().filter_map(|&r| contact.day("date", r)).max().unwrap();
    let dead: Vec<usize> =
        contacts.iter().copied().filter(|&r| contact.level("status", r) == "dead").collect();
    assert!(dead.len() <= 1 && dead.iter().all(|&r| contact.day("date", r) == Some(last)), "{id}");
    assert!(last <= cutoff, "{id}");
    let tumour = by.view("primary_tumour");
    let diagnosis = tumour.day("diagnosis_date", by.rows("primary_tumour", patient)[0]);
    let episodes = by.rows("metastatic_episode", patient);
    let episode = by.view("metastatic_episode");
    let metastasis = episodes.iter().filter_map(|&r| episode.day("diagnosis_date", r)).min();
    let birth = by.view("patient").day("birth_date", patient);
    ascending(
        &[("birth", birth), ("diagnosis", diagnosis), ("metastasis", metastasis), ("last", Some(last))],
        &id,
    );
    assert!(diagnosis.unwrap().days_since(birth.unwrap()) > 18 * 365, "{id} was a child at diagnosis");
    check_lines(&by, patient, (diagnosis, metastasis, last), &id);
    let course = by.view("rt_course");
    for row in by.rows("rt_course", patient) {
        let (start, end) = (course.day("start_date", row), course.day("end_date", row));
        ascending(&[("diagnosis", diagnosis), ("start", start), ("end", end), ("last", Some(last))], &id);
        if let Some(previous) = course.refers("previous_course_id", row) {
            assert!(course.day("end_date", previous) < start, "{id}");
        }
    }
    for (table, field) in
        [("imaging_assessment", "date"), ("performance", "date"), ("toxicity", "onset_date")]
    {
        let view: View<'_> = by.view(table);
        for row in by.rows(table, patient) {
            let day = view.day(field, row);
            ascending(&[("diagnosis", diagnosis), (table, day), ("last", Some(last))], &id);
        }
    }
    let lesion = by.view("lesion");
    for row in by.rows("lesion", patient) {
        ascending(&[("metastasis", metastasis), ("seen", lesion.day("first_seen_date", row))], &id);
    }
}

/// Lines of the metastatic setting follow one another, numbered from 1, within the patient's time.
fn check_lines(by: &ByPatient<'_>, patient: usize, days: (Option<Day>, Option<Day>, Day), id: &str) {
    let line = by.view("systemic_line");
    let (diagnosis, metastasis, last) = days;
    let mut before: Option<Day> = None;
    let mut number = 0;
    for row in by.rows("systemic_line", patient) {
        let (start, end) = (line.day("start_date", row), line.day("end_date", row));
        ascending(&[("diagnosis", diagnosis), ("start", start), ("end", end), ("last", Some(last))], id);
        if line.level("setting", row) == "adjuvant" {
            ascending(&[("end of adjuvant", end), ("metastasis", metastasis)], id);
            continue;
        }
        number += 1;
        assert_eq!(line.integer("line_number", row), Some(number), "{id}");
        ascending(&[("metastasis", metastasis), ("before", before), ("start", start)], id);
        assert!(before.is_some() || number == 1, "{id}: a line begins while one goes on");
        before = end;
    }
    let drug = by.view("drug_exposure");
    for row in by.rows("drug_exposure", patient) {
        let of = drug.refers("line_id", row).unwrap();
        let (from, to) = (line.day("start_date", of), line.day("end_date", of));
        ascending(
            &[("line", from), ("drug", drug.day("start_date", row)), ("end", drug.day("end_date", row))],
            id,
        );
        assert!(to.is_none() || drug.day("end_date", row).is_some_and(|e| Some(e) <= to), "{id}");
    }
}

#[test]
fn dates_follow_one_another_for_every_patient() {
    let n = records().table("patient").unwrap().n_rows();
    (0..n).for_each(|p| check_patient(records(), p, profile().cutoff));
}

#[test]
fn the_checks_of_the_schema_find_nothing() {
    let problems = oligomet_schema::check::check(records());
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn other_seeds_and_sizes_are_as_consistent() {
    for seed in 1..4 {
        let options = Options { patients: Some(400), seed: Some(seed) };
        let department = simulate(profile(), options).unwrap_or_else(|p| panic!("{p}"));
        assert!(department.records.synthetic);
        (0..400).for_each(|p| check_patient(&department.records, p, profile().cutoff));
    }
}
