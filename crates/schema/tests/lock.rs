//! Locks: the same rows are the same lock, a changed one is refused, and the cut-off takes away what lies after it.

mod common;

use std::fs;
use std::path::Path;

use common::{add, date, dose, text_of};
use oligomet_base::{Day, PartialDate, Problems};
use oligomet_schema::Value::{Integer, Level, Number, Row, Text, YesNo};
use oligomet_schema::lock::{self, Manifest, WriteOptions};
use oligomet_schema::{Records, Value};

/// Two patients: one with a course, one who came after 2020. The same rows in two orders.
fn department(reversed: bool) -> Records {
    let mut r = Records::empty("X");
    let (first, later) = if reversed { (Row(1), Row(0)) } else { (Row(0), Row(1)) };
    let mut born = vec![("P1", "1960-05"), ("P2", "1971")];
    if reversed {
        born.reverse();
    }
    for (key, born) in born {
        add(&mut r, "patient", &[("patient_id", Text(key)), ("birth_date", date(born))]);
    }
    let episode = |key, patient, day| {
        [("episode_id", Text(key)), ("patient_id", patient), ("diagnosis_date", date(day))]
    };
    add(&mut r, "metastatic_episode", &episode("E1", first, "2019-03"));
    add(&mut r, "metastatic_episode", &episode("E2", later, "2021-03-01"));
    let lesion = |key, patient, episode, organ| {
        [
            ("lesion_id", Text(key)),
            ("patient_id", patient),
            ("episode_id", Row(episode)),
            ("organ", Level(organ)),
        ]
    };
    add(&mut r, "lesion", &lesion("L, \"1\"", first, 0, "lymph-node"));
    add(&mut r, "lesion", &lesion("L2", later, 1, "bone"));
    let line = [("line_id", Text("S1")), ("patient_id", first), ("setting", Level("metastatic"))];
    let ends = [
        ("start_date", date("2019-04-01")),
        ("end_date", date("2021-02-01")),
        ("end_reason", Level("progression")),
    ];
    add(&mut r, "systemic_line", &[line, ends].concat());
    let course = [("course_id", Text("C1")), ("patient_id", first), ("completed", YesNo(true))];
    let ends = [("start_date", date("2020-12-28")), ("end_date", date("2021-01-05"))];
    add(&mut r, "rt_course", &[&course[..], &ends].concat());
    let volume = [("volume_id", Text("V1")), ("course_id", Row(0)), ("gtv_cm3", Number(0.1 + 0.2))];
    let planned = [("dose_prescribed_gy", dose(25_500)), ("fractions_prescribed", Integer(3))];
    let given = [("dose_delivered_gy", dose(25_500)), ("fractions_delivered", Integer(3))];
    add(&mut r, "rt_volume", &[&volume[..], &planned, &given].concat());
    let toxicity = [("toxicity_id", Text("X1")), ("patient_id", first), ("course_id", Row(0))];
    let what = [("term", Text("Fatigue")), ("grade", Integer(1)), ("onset_date", date("2020-12"))];
    add(&mut r, "toxicity", &[toxicity, what].concat());
    let seen = |key, patient, day, status| {
        [("follow_up_id", Text(key)), ("patient_id", patient), ("date", date(day)), ("status", Level(status))]
    };
    add(&mut r, "follow_up", &seen("F1", first, "2020-06-01", "alive"));
    let registry = [
        ("cause_of_death", Level("cancer")),
        ("source", Level("registry")),
        ("linkage_date", date("2022-12-31")),
    ];
    add(&mut r, "follow_up", &[&seen("F2", first, "2021-05-01", "dead")[..], &registry].concat());
    add(&mut r, "follow_up", &seen("F3", later, "2022-05-01", "alive"));
    let missing = [("missing_id", Text("1")), ("table", Text("lesion")), ("row_id", Text("L2"))];
    add(
        &mut r,
        "missing_value",
        &[&missing[..], &[("column", Text("site")), ("reason", Level("lost"))]].concat(),
    );
    r
}

/// Writes a lock into a folder.
fn write(records: &Records, folder: &Path, csv: bool) -> Manifest {
    let store = |name: &str, bytes: &[u8]| -> Result<(), Problems> {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
        Ok(())
    };
    lock::write(records, WriteOptions { csv }, &store).unwrap_or_else(|problems| panic!("{problems}"))
}

fn written(records: &Records) -> (tempfile::TempDir, Manifest) {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = write(records, folder.path(), false);
    (folder, manifest)
}

fn assert_same(a: &Records, b: &Records) {
    for table in &a.tables {
        let name = &table.spec().name;
        assert_eq!(text_of(a, name), text_of(b, name), "{name}");
    }
}

fn refused(folder: &Path) -> (&'static str, String) {
    let problems = lock::open(folder).expect_err("it is not as it was written");
    let first = problems.iter().next().expect("a problem");
    (first.code, problems.to_string())
}

fn end_of_2020() -> Day {
    Day::from_ymd(2020, 12, 31).expect("a day")
}

#[test]
fn what_is_locked_is_opened_again() {
    let records = department(false).sorted_by_key();
    let (folder, manifest) = written(&records);
    let (again, opened) = lock::open(folder.path()).unwrap_or_else(|problems| panic!("{problems}"));
    assert_same(&records, &again);
    assert_eq!(manifest.identity, lock::identity_of(&records));
    assert_eq!(manifest, opened);
    assert_eq!(again.table("rt_volume").unwrap().numbers("gtv_cm3").unwrap()[0], 0.1 + 0.2);
    let born = again.table("patient").unwrap().dates("birth_date").unwrap();
    assert_eq!(born, [Some(PartialDate::Month(1960, 5)), Some(PartialDate::Year(1971))]);
}

#[test]
fn the_same_rows_in_another_order_are_the_same_lock() {
    let ((one, a), (other, b)) = (written(&department(false)), written(&department(true)));
    assert_eq!(a, b);
    for table in &a.tables {
        let read = |folder: &tempfile::TempDir| fs::read(folder.path().join(&table.file)).unwrap();
        assert_eq!(read(&one), read(&other), "{}", table.file);
    }
}

#[test]
fn any_other_value_is_another_lock() {
    let identity = lock::identity_of(&department(false));
    let clear =
        |r: &mut Records| r.table_mut("rt_volume").unwrap().fields.iter_mut().for_each(|f| f.clear(0));
    let row = |r: &mut Records| {
        let row = [("performance_id", Text("1")), ("patient_id", Row(0)), ("date", date("2020-01-01"))];
        add(r, "performance", &[&row[..], &[("scale", Level("ecog")), ("value", Integer(0))]].concat());
    };
    let changes: [&dyn Fn(&mut Records); 5] = [
        &|r| r.site = "Y".to_owned(),
        &|r| r.synthetic = true,
        &|r| r.cutoff = Some(Day(18_000)),
        &clear,
        &row,
    ];
    for (at, change) in changes.iter().enumerate() {
        let mut changed = department(false);
        change(&mut changed);
        assert_ne!(lock::identity_of(&changed), identity, "change {at}");
    }
    assert_eq!(lock::identity_of(&department(true)), identity);
}

/// Every file of a lock with copies, its folder and the files' names.
fn with_copies() -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let manifest = write(&department(false), folder.path(), true);
    let tables = manifest.tables.iter().map(|t| t.file.clone());
    let files = tables.chain(manifest.csv.iter().map(|c| c.file.clone())).collect();
    (folder, files)
}

#[test]
fn a_lock_edited_by_hand_is_refused_and_the_file_named() {
    let (folder, files) = with_copies();
    assert_eq!(files.len(), 2 * oligomet_schema::schema().tables.len());
    for file in &files {
        let path = folder.path().join(file);
        let bytes = fs::read(&path).unwrap();
        let mut edited = bytes.clone();
        let middle = edited.len() / 2;
        edited[middle] ^= 1;
        fs::write(&path, &edited).unwrap();
        let (code, said) = refused(folder.path());
        assert!(code == "OM279" && said.contains(file), "{said}");
        fs::remove_file(&path).unwrap();
        let (code, said) = refused(folder.path());
        assert!(code == "OM279" && said.contains(file), "{said}");
        fs::write(&path, &bytes).unwrap();
    }
    assert!(lock::open(folder.path()).is_ok());
}

/// Names of sources, counts set aside, even spaces: nothing in the manifest is outside its hash. Every 17th byte, for the time.
#[test]
fn any_byte_of_the_manifest_that_is_edited_is_found() {
    let (folder, _) = with_copies();
    let path = folder.path().join(lock::MANIFEST);
    let bytes = fs::read(&path).unwrap();
    for at in (0..bytes.len()).step_by(17) {
        let mut edited = bytes.clone();
        edited[at] ^= 1;
        fs::write(&path, &edited).unwrap();
        let (_, said) = refused(folder.path());
        assert!(said.contains("manifest.json"), "byte {at}: {said}");
    }
    let mut longer = bytes.clone();
    longer.push(b'\n');
    fs::write(&path, &longer).unwrap();
    assert_eq!(refused(folder.path()).0, "OM279");
    // Without its hash, or as if it were of the format that had none.
    let text = String::from_utf8(bytes).unwrap();
    let line = text.lines().find(|line| line.contains("sha256_manifest")).unwrap();
    fs::write(&path, text.replace(line, "")).unwrap();
    assert_eq!(refused(folder.path()).0, "OM279");
    fs::write(&path, text.replace("\"format\": 2", "\"format\": 1")).unwrap();
    assert_eq!(refused(folder.path()).0, "OM279");
    fs::write(&path, text).unwrap();
    assert!(lock::open(folder.path()).is_ok());
}

/// A manifest with the hash that its text has, as a person who knows how would write it.
fn resealed(json: &str) -> String {
    use sha2::{Digest, Sha256};
    let (before, rest) = json.split_once("\"sha256_manifest\": \"").expect("a hash");
    let (_, after) = rest.split_once('"').expect("the end of the hash");
    let open = format!("{before}\"sha256_manifest\": \"\"{after}");
    let hash: String = Sha256::digest(open.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{before}\"sha256_manifest\": \"{hash}\"{after}")
}

#[test]
fn rows_changed_together_with_the_hash_of_their_file_are_refused() {
    let (folder, manifest) = written(&department(false));
    let mut changed = department(false);
    changed.table_mut("rt_volume").unwrap().fields.iter_mut().for_each(|f| f.clear(0));
    let (other, false_manifest) = written(&changed);
    fs::copy(other.path().join("rt_volume.parquet"), folder.path().join("rt_volume.parquet")).unwrap();
    let entry = |m: &Manifest| m.tables.iter().find(|t| t.name == "rt_volume").cloned().unwrap();
    let path = folder.path().join(lock::MANIFEST);
    let json = fs::read_to_string(&path).unwrap();
    let json = json.replace(&entry(&manifest).sha256_file, &entry(&false_manifest).sha256_file);
    fs::write(&path, resealed(&json)).unwrap();
    let (code, said) = refused(folder.path());
    assert!(code == "OM279" && said.contains("rt_volume.parquet"), "{said}");
    // The hash of the rows changed, too: the identity of the whole no longer fits.
    let json = json.replace(&entry(&manifest).sha256_rows, &entry(&false_manifest).sha256_rows);
    fs::write(&path, resealed(&json)).unwrap();
    let (code, said) = refused(folder.path());
    assert!(code == "OM279" && said.contains("manifest.json"), "{said}");
}

#[test]
fn a_manifest_edited_by_hand_is_refused() {
    let (folder, _) = written(&department(false));
    let path = folder.path().join(lock::MANIFEST);
    let json = fs::read_to_string(&path).unwrap();
    for (from, to, code) in [
        ("\"site\": \"X\"", "\"site\": \"Y\"", "OM279"),
        ("\"synthetic\": false", "\"synthetic\": true", "OM279"),
        ("\"format\": 2", "\"format\": 3", "OM280"),
        ("\"schema_format\": 1", "\"schema_format\": 99", "OM280"),
        ("\"format\": 2", "\"format\": 0", "OM278"),
        ("oligomet lock", "oligomet run", "OM278"),
        ("\"patient.parquet\"", "\"../patient.parquet\"", "OM279"),
        ("\"rows\": 2", "\"rows\": 3", "OM279"),
        ("{", "[", "OM278"),
    ] {
        assert!(json.contains(from), "{from}");
        let edited = json.replacen(from, to, 1);
        // With its hash made to fit, too: what the manifest says is compared with the rows.
        for edited in [resealed(&edited), edited] {
            fs::write(&path, edited).unwrap();
            let (found, said) = refused(folder.path());
            assert_eq!(found, code, "{from}: {said}");
        }
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(refused(folder.path()).0, "OM278");
    assert!(!lock::is_lock(folder.path()));
}

/// The first format must be read as long as there are locks of it. The folder was written by the first version.
#[test]
fn a_lock_of_format_1_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/format-1.lock");
    let records = lock::censor(department(false), end_of_2020()).records;
    if std::env::var_os("OLIGOMET_WRITE_FIXTURES").is_some() {
        fs::create_dir_all(&folder).unwrap();
        write(&records, &folder, false);
    }
    let (read, manifest) = lock::open(&folder).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(manifest.format, 1);
    assert_eq!(read.table("patient").unwrap().n_rows(), 1);
    assert_same(&read, &records);
}

#[test]
fn what_lies_after_the_cut_off_is_not_in_the_lock_and_counted() {
    let censored = lock::censor(department(false), end_of_2020());
    let records = &censored.records;
    let n = |name: &str| records.table(name).unwrap().n_rows();
    assert_eq!((n("patient"), n("metastatic_episode"), n("lesion"), n("missing_value")), (1, 1, 1, 0));
    let line = records.table("systemic_line").unwrap();
    assert_eq!((line.dates("end_date").unwrap()[0], line.level("end_reason", 0)), (None, None));
    let course = records.table("rt_course").unwrap();
    assert_eq!((course.dates("end_date").unwrap()[0], course.yes_no("completed").unwrap()[0]), (None, None));
    let volume = records.table("rt_volume").unwrap();
    assert_eq!(volume.doses("dose_delivered_gy").unwrap()[0], None);
    assert_eq!(volume.integers("fractions_delivered").unwrap()[0], None);
    assert_eq!(volume.integers("fractions_prescribed").unwrap()[0], Some(3));
    let follow_up = text_of(records, "follow_up");
    let rows: Vec<&str> = follow_up.lines().skip(1).collect();
    assert_eq!(rows, ["F1,P1,2020-06-01,alive,,,", "F2,P1,2020-12-31,alive,registry,,2020-12-31"]);
    let steps: Vec<(&str, usize)> = censored.steps.iter().map(|s| (s.label.as_str(), s.n_rows)).collect();
    assert_eq!(
        steps,
        [
            ("Patients: rows after the cut-off", 1),
            ("Metastatic episodes: rows after the cut-off", 1),
            ("Lesions: rows after the cut-off", 1),
            ("Follow-up: rows after the cut-off", 1),
            ("Systemic lines: `end_date` after the cut-off, now open", 1),
            ("Radiotherapy courses: `end_date` after the cut-off, now open", 1),
            ("Radiotherapy volumes: delivered dose not known at the cut-off", 1),
            ("Follow-up: deaths after the cut-off, alive on it", 1),
            ("Follow-up: linkage after the cut-off, now on it", 1),
            ("Why values are missing: of rows after the cut-off", 1),
        ]
    );
    assert_eq!(records.cutoff, Some(end_of_2020()));
    assert!(censored.problems.is_empty(), "{}", censored.problems);
}

#[test]
fn a_date_on_both_sides_of_the_cut_off_stays_and_is_told() {
    let censored = lock::censor(department(false), Day(end_of_2020().0 - 16));
    let told: Vec<&str> = censored.problems.iter().filter_map(|p| p.place.column.as_deref()).collect();
    assert_eq!(told, ["onset_date"], "{}", censored.problems);
    assert_eq!(censored.records.table("rt_course").unwrap().n_rows(), 0);
    // Its course has left: the event stays, the reference does not.
    let toxicity = censored.records.table("toxicity").unwrap();
    assert_eq!((toxicity.n_rows(), toxicity.refs("course_id").unwrap()[0]), (1, oligomet_schema::NO_ROW));
}

#[test]
fn a_cut_off_after_everything_changes_nothing() {
    let records = department(false);
    let censored = lock::censor(records.clone(), Day(end_of_2020().0 + 1000));
    assert!(censored.steps.is_empty() && censored.problems.is_empty());
    assert_same(&records, &censored.records);
}

#[test]
fn copies_as_csv_are_beside_the_files_and_named() {
    let records = department(false).sorted_by_key();
    let folder = tempfile::tempdir().unwrap();
    let manifest = write(&records, folder.path(), true);
    assert_eq!(manifest.csv.len(), records.tables.len());
    let copy = fs::read_to_string(folder.path().join("csv/rt_volume.csv")).unwrap();
    assert_eq!(copy, text_of(&records, "rt_volume"));
}

#[test]
fn a_number_of_rows_that_differs_from_the_rest_is_no_table() {
    let spec = department(false).table("patient").unwrap().spec();
    let mut fields = department(false).table("patient").unwrap().fields.clone();
    assert!(oligomet_schema::RecordTable::from_fields(spec, fields.clone(), vec![2, 3], None).is_ok());
    assert!(oligomet_schema::RecordTable::from_fields(spec, fields.clone(), vec![2], None).is_err());
    fields.pop();
    assert!(oligomet_schema::RecordTable::from_fields(spec, fields, vec![2, 3], None).is_err());
    assert_eq!(Value::Missing, department(false).table("patient").unwrap().value(99, 0));
}
