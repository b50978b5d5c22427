//! From a department's tables to a lock and back, by the command line; and a lock as polars reads it.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Said, skipped};

/// The made-up department of the reader's tests.
fn department() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../import/tests/fixtures/department")
}

fn oligomet(arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oligomet"));
    Said::of(command.args(arguments).output().expect("the program starts"))
}

fn lock(out: &Path, more: &[&str]) -> Said {
    let (tables, out) = (department(), out.display().to_string());
    let tables = tables.display().to_string();
    let mut arguments = vec!["lock", tables.as_str(), "--cutoff", "2021-12-31", "--out", out.as_str()];
    arguments.extend_from_slice(more);
    oligomet(&arguments)
}

#[test]
fn a_department_becomes_a_lock_once() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.lock");
    let first = lock(&out, &[]);
    assert_eq!(first.code, Some(0), "{}", first.errors);
    let said = first.text;
    for part in [
        "6  patient",
        "Synthetic cohort: made by a program, no patient is real.",
        "Systemic lines: `end_date` after the cut-off, now open",
        "Follow-up: deaths after the cut-off, alive on it",
        "Identity: ",
    ] {
        assert!(said.contains(part), "{part} is not in:\n{said}");
    }
    let again = lock(&out, &[]);
    assert!(again.code == Some(0) && again.text.contains("left as it is"), "{}", again.text);
    lock(&out, &["--site", "other"]).told(1, &["OM288"]);
    let as_tables = out.display().to_string();
    oligomet(&["lock", &as_tables, "--cutoff", "2021-12-31"]).told(1, &["OM255", "the folder is a lock"]);
    let names: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names, ["x.lock"], "nothing half-written stays");
}

#[test]
fn a_cut_off_that_is_no_day_and_tables_that_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let tables = department().display().to_string();
    oligomet(&["lock", &tables, "--cutoff", "2021-12"]).told(1, &["OM281"]);
    let nowhere = folder.path().join("none").display().to_string();
    oligomet(&["lock", &nowhere, "--cutoff", "2021-12-31"]).told(1, &["OM201"]);
}

#[test]
fn a_cut_off_before_everything_locks_nothing_and_one_long_after_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let tables = department().display().to_string();
    let out = folder.path().join("x.lock");
    let to = out.display().to_string();
    let lock = |cutoff: &str| oligomet(&["lock", &tables, "--cutoff", cutoff, "--out", &to]);
    lock("1900-12-31").told(1, &["error[OM281]: none of 6 patients is left at the cut-off 1900-12-31"]);
    assert!(!out.exists(), "no empty lock");
    lock("2091-12-31").told(0, &["note[OM281]: the last date in the tables is", "2091-12-31"]);
}

#[test]
fn a_folder_around_the_tables_and_a_file_in_the_place_of_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let around = department().join("..").display().to_string();
    let said = oligomet(&["lock", &around, "--cutoff", "2021-12-31"]);
    said.told(1, &["error[OM255]", "its folder `department` has: did you mean that?"]);
    let file = folder.path().join("x.lock");
    fs::write(&file, "mine").unwrap();
    lock(&file, &[]).told(1, &["error[OM288]: a file of that name is there already"]);
    lock(&file.join("y"), &[]).told(1, &["error[OM331]", "a file stands where a folder is needed"]);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn a_template_of_another_ending_is_no_folder_of_that_name() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["t.xls", "t.CSV", "t.ods"] {
        let path = folder.path().join(name);
        oligomet(&["template", &path.display().to_string()]).told(1, &["error[OM341]", "ending in .xlsx"]);
        assert!(!path.exists());
    }
    let inside = folder.path().join("new/t.xlsx");
    assert_eq!(oligomet(&["template", &inside.display().to_string()]).code, Some(0));
    assert!(inside.is_file());
}

#[test]
fn simulate_takes_a_number_of_patients_that_can_be() {
    let profile = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/oligoprogression/PROFILE.toml");
    let profile = profile.display().to_string();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s");
    let to = out.display().to_string();
    for (option, number) in
        [("--patients", "0"), ("--patients", "-5"), ("--patients", "99999999999"), ("--envelope", "0")]
    {
        let said = oligomet(&["simulate", &profile, "--out", &to, option, number]);
        said.told(2, &[number, "a whole number from 1 to 1000000 is wanted"]);
        assert!(!out.exists(), "{option} {number}");
    }
}

#[test]
fn a_template_is_a_workbook_or_a_folder_and_replaces_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["tables.xlsx", "tables"] {
        let path = folder.path().join(name).display().to_string();
        assert_eq!(oligomet(&["template", &path]).code, Some(0));
        oligomet(&["template", &path]).told(1, &["OM332"]);
        // A template without rows has no patient, and that is all that is wrong with it.
        let empty = oligomet(&["lock", &path, "--cutoff", "2021-12-31"]);
        empty.told(1, &["error[OM260]"]);
        let said = empty.errors;
        assert_eq!(said.matches("error[").count(), 1, "{said}");
        assert!(!said.contains("warning["), "{said}");
    }
    let header = fs::read_to_string(folder.path().join("tables/rt_target.csv")).unwrap();
    assert_eq!(header, "target_id,volume_id,lesion_id,link\n");
}

const READ_WITH_R: &str = "
folder <- commandArgs(TRUE)[1]
told <- read.csv(text = commandArgs(TRUE)[2], colClasses = c(sha256_rows = 'character'))
stopifnot(nrow(told) > 20)
read <- function(table) read.csv(file.path(folder, 'csv', paste0(table, '.csv')), colClasses = 'character', na.strings = '')
for (i in seq_len(nrow(told))) {
  table <- read(told$table[i])
  stopifnot(nrow(table) == told$rows[i], !anyDuplicated(table[[1]]), !anyNA(table[[1]]))
}
joined <- merge(merge(read('rt_volume'), read('rt_course'), by = 'course_id'), read('patient'), by = 'patient_id')
cat(nrow(joined), sum(as.numeric(joined$dose_prescribed_gy)), as.character(min(as.Date(joined$start_date))), sep = '\\n')
";

#[test]
fn r_reads_the_copies_of_a_lock() {
    if Command::new("Rscript").arg("--version").output().is_err() {
        skipped("no R (scripts/setup.sh installs it)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.lock");
    let locked = lock(&out, &["--csv", "--format", "csv"]);
    assert_eq!(locked.code, Some(0), "{}", locked.errors);
    let read =
        Command::new("Rscript").args(["-e", READ_WITH_R]).arg(&out).arg(&locked.text).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    // The doses and the first day of the Parquet files, below.
    assert_eq!(
        String::from_utf8_lossy(&read.stdout).lines().collect::<Vec<_>>(),
        ["9", "317.5", "2016-03-07"]
    );
}

/// A Python with polars: told, made by scripts/setup.sh, or that of the machine.
fn python() -> Option<PathBuf> {
    let told = std::env::var_os("OLIGOMET_PYTHON").map(PathBuf::from);
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    let candidates = told.into_iter().chain([target.join("python/bin/python"), PathBuf::from("python3")]);
    let has_polars = |python: &PathBuf| {
        let tried = Command::new(python).args(["-c", "import polars"]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    candidates.into_iter().find(has_polars)
}

const READ_WITH_POLARS: &str = "
import json, sys, polars as pl
folder = sys.argv[1]
manifest = json.load(open(folder + '/manifest.json'))
for table in manifest['tables']:
    frame = pl.read_parquet(folder + '/' + table['file'])
    assert frame.height == table['rows'], table['name']
volumes = pl.read_parquet(folder + '/rt_volume.parquet')
courses = pl.read_parquet(folder + '/rt_course.parquet')
patients = pl.read_parquet(folder + '/patient.parquet')
assert volumes.schema['dose_prescribed_mgy'] == pl.Int64
assert courses.schema['start_date'] == pl.Date
joined = volumes.join(courses, on='course_id').join(patients, on='patient_id')
assert joined.height == volumes.height
print(joined['dose_prescribed_mgy'].sum())
print(courses['start_date'].min())
print(patients.sort('patient_id')['birth_date_precision'].to_list())
print(joined.filter(pl.col('technique') == 'sbrt').height)
csv = pl.read_csv(folder + '/csv/rt_volume.csv')
print(csv['dose_prescribed_gy'].sum())
";

#[test]
fn polars_reads_a_lock() {
    let Some(python) = python() else {
        skipped("no Python with polars (scripts/setup.sh installs it)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("x.lock");
    let locked = lock(&out, &["--csv"]);
    assert_eq!(locked.code, Some(0), "{}", locked.errors);
    let read = Command::new(python).args(["-c", READ_WITH_POLARS]).arg(&out).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    // 27 + 50 + 20 + 30 + 25.5 + 60 + 30 + 25 + 50 Gy; the first course began on 7 March 2016.
    let said = String::from_utf8_lossy(&read.stdout).into_owned();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines,
        ["317500", "2016-03-07", "['month', 'year', 'day', 'day', 'day', 'month']", "7", "317.5"],
        "{said}"
    );
}
