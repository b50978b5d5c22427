//! A department's tables, read whole: what is right, and everything that can be wrong with them.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use oligomet_base::{Day, PartialDate, Problems, Severity};
use oligomet_import::{ReadOptions, Silent, read_records};
use oligomet_schema::csv::{file_name, to_csv};
use oligomet_schema::{NO_ROW, Records, schema};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/department")
}

fn read(path: &Path) -> Result<(Records, Problems), Problems> {
    read_records(path, &ReadOptions::default(), &mut Silent)
}

/// A copy of the fixture that a test may change.
struct Copy(tempfile::TempDir);

impl Copy {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for entry in fs::read_dir(fixture()).expect("the fixture") {
            let path = entry.expect("an entry").path();
            fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("a copy");
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) -> &Self {
        fs::write(self.path().join(name), text).expect("a file");
        self
    }

    fn append(&self, name: &str, line: &str) -> &Self {
        let text = fs::read_to_string(self.path().join(name)).expect("a file");
        self.write(name, &format!("{text}{line}\n"))
    }

    fn replace(&self, name: &str, from: &str, to: &str) -> &Self {
        let text = fs::read_to_string(self.path().join(name)).expect("a file");
        assert!(text.contains(from), "{name} has no {from}");
        self.write(name, &text.replacen(from, to, 1))
    }
}

fn codes(problems: &Problems) -> Vec<&'static str> {
    problems.iter().filter(|p| p.severity != Severity::Note).map(|p| p.code).collect()
}

fn row_of(records: &Records, table: &str, key: &str) -> usize {
    records.rows_by_key(table).expect("a table")[key] as usize
}

fn n_rows(records: &Records, table: &str) -> usize {
    records.table(table).expect("a table").n_rows()
}

/// Rows of the source are rows read or rows set aside, table by table.
fn assert_account(records: &Records) {
    for table in &records.tables {
        let Some(source) = table.source.and_then(|at| records.sources.get(at)) else { continue };
        let label = format!("{}: ", table.spec().label);
        let aside: usize =
            records.set_aside.iter().filter(|s| s.label.starts_with(&label)).map(|s| s.n_rows).sum();
        let read = table.source_rows.iter().filter(|row| **row > 0).count();
        assert_eq!(read + aside, source.n_rows, "{}: {:?}", table.spec().name, records.set_aside);
    }
}

#[test]
fn a_department_is_read_as_it_was_written() {
    let (records, problems) = read(&fixture()).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(codes(&problems), [] as [&str; 0], "{problems}");
    assert!(records.synthetic);
    assert_account(&records);
    let patients = records.table("patient").unwrap();
    let born = patients.dates("birth_date").unwrap();
    assert_eq!(patients.n_rows(), 6);
    assert_eq!(born[0], Some(PartialDate::Month(1960, 5)));
    assert_eq!(born[1], Some(PartialDate::Year(1971)));
    assert_eq!(born[2], Day::from_ymd(1955, 11, 3).map(PartialDate::Day));
    assert!((0..6).all(|row| patients.level("sex", row) == Some("female")));
    let tumours = records.table("primary_tumour").unwrap();
    assert_eq!(tumours.numbers("ki67_percent").unwrap()[0], 12.5);
    assert_eq!(tumours.numbers("er_percent").unwrap()[0], 90.0);
    assert_eq!(
        (tumours.level("her2_ihc", 2), tumours.level("her2_ish", 3)),
        (Some("1+"), Some("not-amplified"))
    );
    assert_eq!(tumours.yes_no("controlled").unwrap()[5], Some(true));
    let volumes = records.table("rt_volume").unwrap();
    let volume = row_of(&records, "rt_volume", "V3b");
    assert_eq!(volumes.doses("dose_prescribed_gy").unwrap()[volume].unwrap().milligray(), 25_500);
    let first = row_of(&records, "rt_volume", "V1");
    assert_eq!(volumes.doses("dose_prescribed_gy").unwrap()[first].unwrap().milligray(), 27_000);
    assert_eq!(volumes.numbers("gtv_cm3").unwrap()[first], 12.4);
    assert_eq!(volumes.level("technique", volume), Some("sbrt"));
    let courses = records.table("rt_course").unwrap();
    let (again, before) = (row_of(&records, "rt_course", "C3b"), row_of(&records, "rt_course", "C3"));
    assert_eq!(courses.refs("previous_course_id").unwrap()[again], before as u32);
    assert_eq!(courses.level("intent", row_of(&records, "rt_course", "C2")), Some("radical"));
}

#[test]
fn reasons_become_rows_of_their_own() {
    let (records, problems) = read(&fixture()).unwrap();
    let reasons = records.table("missing_value").unwrap();
    let all: Vec<(&str, Option<&str>)> =
        (0..reasons.n_rows()).map(|row| (reasons.key(row), reasons.level("reason", row))).collect();
    assert_eq!(
        all,
        [
            ("patient/SYN-P4/menopausal_status", Some("unknown")),
            ("patient/SYN-P6/menopausal_status", Some("unknown")),
            ("primary_tumour/T1/her2_ish", Some("not-done")),
            ("primary_tumour/T2/her2_ish", Some("not-applicable")),
        ]
    );
    assert_eq!(problems.iter().filter(|p| p.code == "OM276").count(), 2, "{problems}");
}

#[test]
fn what_is_written_is_read_again() {
    let (records, _) = read(&fixture()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for table in &records.tables {
        fs::write(folder.path().join(file_name(table.spec())), to_csv(table, &records)).unwrap();
    }
    let (again, problems) = read(folder.path()).unwrap();
    assert_eq!(codes(&problems), [] as [&str; 0], "{problems}");
    for (before, after) in records.tables.iter().zip(&again.tables) {
        assert_eq!(to_csv(before, &records), to_csv(after, &again), "{}", before.spec().name);
    }
}

#[test]
fn each_table_may_be_absent_or_empty_and_patients_must_not() {
    for table in &schema().tables {
        for empty in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let (records, _) = read(&fixture()).unwrap();
            for other in &records.tables {
                let mut text = to_csv(other, &records);
                if other.spec().name == table.name {
                    let end = text.iter().position(|b| *b == b'\n').unwrap();
                    text.truncate(end + 1);
                    if !empty {
                        continue;
                    }
                }
                fs::write(folder.path().join(file_name(other.spec())), text).unwrap();
            }
            let outcome = read(folder.path());
            match (table.name.as_str(), outcome) {
                ("patient", Err(problems)) => {
                    assert!(problems.iter().any(|p| p.code == "OM260"), "{problems}")
                }
                ("patient", Ok(_)) => panic!("no patient was needed"),
                (name, Ok((records, problems))) => {
                    assert_eq!(n_rows(&records, name), 0);
                    assert!(
                        problems.iter().any(|p| p.code == "OM260" && p.what.contains(name)),
                        "{problems}"
                    );
                    assert_account(&records);
                }
                (name, Err(problems)) => panic!("{name}: {problems}"),
            }
        }
    }
}

#[test]
fn a_wrong_header_stops_and_names_the_table() {
    for table in &schema().tables {
        let copy = Copy::new();
        let (records, _) = read(&fixture()).unwrap();
        for entry in fs::read_dir(copy.path()).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for other in &records.tables {
            let text = String::from_utf8(to_csv(other, &records)).unwrap();
            let text = if other.spec().name == table.name {
                format!("Report of 2023\n{}", text.split_once('\n').unwrap().1)
            } else {
                text
            };
            copy.write(&file_name(other.spec()), &text);
        }
        let problems = read(copy.path()).unwrap_err();
        let stops: Vec<&str> = problems
            .iter()
            .filter(|p| p.severity == Severity::Error)
            .filter_map(|p| p.place.file.as_deref())
            .collect();
        assert!(
            !stops.is_empty() && stops.iter().all(|f| *f == file_name(table)),
            "{}: {problems}",
            table.name
        );
    }
}

#[test]
fn files_and_columns_that_are_no_tables_are_told() {
    let copy = Copy::new();
    copy.write("biomrker.csv", "biomarker_id\n").append("lesion.csv", "");
    copy.replace("lesion.csv", "measurable", "mesurable");
    let (_, problems) = read(copy.path()).unwrap();
    let told =
        |code: &str, what: &str| problems.iter().any(|p| p.code == code && p.to_string().contains(what));
    assert!(told("OM256", "did you mean `biomarker`?"), "{problems}");
    assert!(told("OM259", "did you mean `measurable`?"), "{problems}");
    // Free text is set aside, and said.
    assert!(told("OM259", "`Notes`"), "{problems}");
    copy.write("patient.csv", "patient_id\nX\n");
    assert_eq!(codes(&read(copy.path()).unwrap_err()), ["OM257"]);
    let nothing = tempfile::tempdir().unwrap();
    assert_eq!(codes(&read(nothing.path()).unwrap_err()), ["OM255"]);
    assert_eq!(codes(&read(&nothing.path().join("none.csv")).unwrap_err()), ["OM201"]);
    assert_eq!(codes(&read(&copy.path().join("lesion.csv")).unwrap_err()), ["OM255"]);
}

#[test]
fn a_second_header_is_no_patient() {
    let first = "SYN-P1;weiblich";
    let copy = Copy::new();
    copy.replace("Patients.csv", first, &format!("pseudonym;sex of her;day of birth;her state;\n{first}"));
    let (records, problems) = read(copy.path()).unwrap_or_else(|problems| panic!("{problems}"));
    assert_account(&records);
    assert_eq!(n_rows(&records, "patient"), 6, "{problems}");
    let told = problems.iter().find(|p| p.code == "OM289").unwrap_or_else(|| panic!("{problems}"));
    assert_eq!((told.place.file.as_deref(), told.place.row), (Some("Patients.csv"), Some(2)));
    // A patient with one bad value, or with a good one beside bad ones, is a patient.
    for row in ["SYN-P0;weiblich;no day;no state;", "SYN-P0;;no day;;"] {
        let copy = Copy::new();
        copy.replace("Patients.csv", first, &format!("{row}\n{first}"));
        let (records, problems) = read(copy.path()).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(n_rows(&records, "patient"), 7, "{row}: {problems}");
    }
}

#[test]
fn the_note_of_an_open_workbook_is_told_as_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("~$department.xlsx");
    fs::write(&path, [7, b'A', b'n', b'n', b'a']).unwrap();
    let problems = read(&path).unwrap_err();
    assert_eq!(codes(&problems), ["OM202"]);
    assert!(problems.to_string().contains("close `department.xlsx`"), "{problems}");
}

#[test]
fn rows_that_cannot_be_used_are_set_aside_and_counted() {
    let copy = Copy::new();
    copy.append("lesion.csv", ",SYN-P1,E1,bone,,,");
    copy.append("lesion.csv", "L1,SYN-P1,E1,Knochen,T8,2017-06-20,no");
    copy.append("lesion.csv", "L9,SYN-P6,E6,liver,,2021-03-10,yes");
    copy.append("lesion.csv", "L20,SYN-P1,E1,,,,");
    copy.append("lesion.csv", "L21,SYN-P1,E1,bone,a,2017-06-20,no,one,too,many");
    copy.append("lesion.csv", "L22,SYN-P99,E1,bone,,,");
    copy.append("lesion.csv", "L23,SYN-P1,E99,bone,,,");
    copy.append("lesion.csv", "L24,SYN-P1,E2,bone,,,");
    copy.append("lesion.csv", "L25,SYN-P1,E1,knee,,,");
    let (records, problems) = read(copy.path()).unwrap_or_else(|problems| panic!("{problems}"));
    assert_account(&records);
    let steps: Vec<(&str, usize)> = records
        .set_aside
        .iter()
        .filter(|s| s.label.starts_with("Lesions: "))
        .map(|s| (s.label.trim_start_matches("Lesions: "), s.n_rows))
        .collect();
    assert_eq!(
        steps,
        [
            ("rows with more cells than headers", 1),
            ("rows without key", 1),
            ("repeated rows", 1),
            ("different rows with one key", 2),
            ("rows without `organ`", 2),
            ("rows whose `patient_id` points nowhere", 1),
        ]
    );
    // L23 and L24 stay, their episode missing; L9 has left, and with it what points to it.
    let lesions = records.table("lesion").unwrap();
    for key in ["L23", "L24"] {
        assert_eq!(lesions.refs("episode_id").unwrap()[row_of(&records, "lesion", key)], NO_ROW);
    }
    assert_eq!(n_rows(&records, "rt_target"), 8);
    assert_eq!(n_rows(&records, "lesion_measurement"), 3);
    for code in ["OM226", "OM227", "OM228", "OM230", "OM261", "OM262", "OM263", "OM211"] {
        assert!(problems.iter().any(|p| p.code == code), "{code}: {problems}");
    }
    let nowhere =
        problems.iter().find(|p| p.code == "OM262" && p.place.column.as_deref() == Some("patient_id"));
    assert_eq!(nowhere.unwrap().place.row, Some(16));
}

#[test]
fn courses_in_a_circle_lose_their_links() {
    let copy = Copy::new();
    copy.replace("RT Courses.csv", "symptom,yes,", "symptom,yes,C3b");
    copy.replace(
        "RT Courses.csv",
        "SYN-P5,E5,2020-11-16,2020-11-20,radical,oligometastatic,yes,",
        "SYN-P5,E5,2020-11-16,2020-11-20,radical,oligometastatic,yes,C5",
    );
    copy.replace(
        "RT Courses.csv",
        "SYN-P6,E6,2021-05-03,2021-05-07,radical,oligometastatic,no,",
        "SYN-P6,E6,2021-05-03,2021-05-07,radical,oligometastatic,no,C4",
    );
    let (records, problems) = read(copy.path()).unwrap();
    let previous = records.table("rt_course").unwrap().refs("previous_course_id").unwrap();
    assert!(previous.iter().all(|row| *row == NO_ROW));
    let circle = problems.iter().find(|p| p.code == "OM264").unwrap();
    assert_eq!(circle.n_rows(), 3, "{circle}");
    assert!(problems.iter().any(|p| p.code == "OM263"), "{problems}");
}

#[test]
fn values_that_cannot_be_read_are_missing_and_told_with_their_rows() {
    let copy = Copy::new();
    copy.replace("rt_volume.csv", "27 Gy;3;27;3", "4000 cGy;2,5;27,0004;3");
    copy.replace("rt_volume.csv", "50;5;50;5", "500;5;50;5");
    copy.replace("lesion.csv", "2020-10-02,no", "03/04/2020,perhaps");
    copy.replace("performance.csv", "2017-09-01,ECOG,0", "31.02.2017,ECOG,0");
    let (records, problems) = read(copy.path()).unwrap();
    assert_account(&records);
    for code in ["OM208", "OM284", "OM285", "OM214", "OM219", "OM212", "OM204", "OM261"] {
        assert!(problems.iter().any(|p| p.code == code), "{code}: {problems}");
    }
    let volumes = records.table("rt_volume").unwrap();
    let (first, second) = (row_of(&records, "rt_volume", "V1"), row_of(&records, "rt_volume", "V1b"));
    assert_eq!(volumes.doses("dose_prescribed_gy").unwrap()[first], None);
    assert_eq!(volumes.integers("fractions_prescribed").unwrap()[first], None);
    assert_eq!(volumes.doses("dose_delivered_gy").unwrap()[first], None);
    // Outside the plausible range: kept.
    assert_eq!(volumes.doses("dose_prescribed_gy").unwrap()[second].unwrap().milligray(), 500_000);
    assert_eq!(n_rows(&records, "performance"), 2);
}

#[test]
fn two_headers_for_one_column_stop() {
    let copy = Copy::new();
    copy.replace("RT Courses.csv", "completed", "begin");
    let problems = read(copy.path()).unwrap_err();
    assert!(codes(&problems).contains(&"OM221"), "{problems}");
}

#[test]
fn made_up_patients_among_real_ones_are_told() {
    let copy = Copy::new();
    copy.append("Patients.csv", "P7;w;1971;pre;");
    let (records, problems) = read(copy.path()).unwrap();
    assert!(!records.synthetic && codes(&problems) == ["OM283"], "{problems}");
}

#[test]
fn a_missing_value_that_names_no_cell_or_a_value_is_set_aside() {
    let copy = Copy::new();
    copy.write(
        "missing_value.csv",
        "missing_id,table,row_id,column,reason\n\
         1,Lesions,L1,laterality,not done\n\
         2,lesion,L1,organ,lost\n\
         3,lesion,L99,organ,lost\n\
         4,knee,L1,organ,lost\n\
         5,primary_tumour,T1,her2_ish,refused\n",
    );
    let (records, problems) = read(copy.path()).unwrap();
    assert_account(&records);
    assert_eq!(codes(&problems), ["OM277", "OM277"], "{problems}");
    // Two rows of the source stay (one of them for a cell that says so itself), three are added.
    assert_eq!(n_rows(&records, "missing_value"), 5);
}

#[test]
fn a_workbook_holds_the_same_as_the_folder() {
    let (records, _) = read(&fixture()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("department.xlsx");
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().set_name("Read me").unwrap().write(0, 0, "What this is").unwrap();
    for table in &records.tables {
        let sheet = workbook.add_worksheet().set_name(table.spec().label.clone()).unwrap();
        let text = String::from_utf8(to_csv(table, &records)).unwrap();
        for (row, line) in text.lines().enumerate() {
            // The fixture's only cell with a comma.
            let line = line.replace("\"rib, 5th\"", "rib; 5th");
            for (column, cell) in line.split(',').enumerate() {
                let cell = cell.replace("rib; 5th", "rib, 5th");
                match cell.parse::<f64>() {
                    Ok(number) => drop(sheet.write(row as u32, column as u16, number)),
                    Err(_) => drop(sheet.write(row as u32, column as u16, cell)),
                }
            }
        }
    }
    workbook.save(&path).unwrap();
    let (again, problems) = read(&path).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(codes(&problems), [] as [&str; 0], "{problems}");
    for (before, after) in records.tables.iter().zip(&again.tables) {
        let text = |t, r| String::from_utf8(to_csv(t, r)).unwrap();
        assert_eq!(text(before, &records), text(after, &again));
    }
    assert_account(&again);
}

#[test]
fn true_dates_years_and_percent_of_a_spreadsheet_are_read() {
    let text = |t: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{t}</text:p></table:table-cell>")
    };
    let date = |d: &str| format!("<table:table-cell office:value-type=\"date\" office:date-value=\"{d}\"/>");
    let number = |x: &str| format!("<table:table-cell office:value-type=\"float\" office:value=\"{x}\"/>");
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let patients = [
        row(&["Patient", "Date of birth"].map(text)),
        row(&[number("7"), number("1960")]),
        row(&[text("8"), date("1961-02-03")]),
        row(&[text("9"), number("43831")]),
    ];
    let courses = [
        row(&["Course", "Patient", "First fraction"].map(text)),
        row(&[text("C1"), text("7"), date("2019-03-01")]),
        row(&[text("C2"), number("8"), text("01.04.2019")]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tables.ods");
    let sheets = [
        ("Patients", patients.concat()),
        ("Radiotherapy courses", courses.concat()),
        ("Chart 1", String::new()),
    ];
    let sheets: Vec<(&str, &str)> = sheets.iter().map(|(name, rows)| (*name, rows.as_str())).collect();
    fs::write(&path, common::open_document(&sheets)).unwrap();
    let (records, problems) = read(&path).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(codes(&problems), ["OM207"], "{problems}");
    let born = records.table("patient").unwrap().dates("birth_date").unwrap();
    assert_eq!(born, [Some(PartialDate::Year(1960)), Day::from_ymd(1961, 2, 3).map(PartialDate::Day), None]);
    let courses = records.table("rt_course").unwrap();
    assert_eq!(courses.refs("patient_id").unwrap(), [0, 1]);
    assert_eq!(courses.dates("start_date").unwrap()[1], Day::from_ymd(2019, 4, 1).map(PartialDate::Day));
    assert_account(&records);
}
