//! Dates that contradict each other.

use oligomet_base::{Day, PartialDate, Problems};

use super::find::{Rows, Span, span};
use crate::records::{NO_ROW, NoSuchField, RecordTable, Records};
use crate::spec::{AfterCutoff, FieldKind, schema};
use crate::whose::patients_of_rows;

/// For each patient the deaths recorded, and the days that the first of them allows.
struct Deaths {
    rows: Vec<Vec<usize>>,
    first: Vec<Option<Span>>,
}

fn deaths(records: &Records) -> Result<Deaths, NoSuchField> {
    let follow_up = records.table("follow_up")?;
    let (patients, dates) = (follow_up.refs("patient_id")?, follow_up.dates("date")?);
    let n = records.table("patient")?.n_rows();
    let mut found = Deaths { rows: vec![Vec::new(); n], first: vec![None; n] };
    for row in 0..follow_up.n_rows() {
        let patient = patients[row] as usize;
        if patient >= n || follow_up.level("status", row) != Some("dead") {
            continue;
        }
        found.rows[patient].push(row);
        let earlier = |a: Span, b: Span| if b.last < a.last { b } else { a };
        found.first[patient] = match (found.first[patient], span(dates[row])) {
            (Some(a), Some(b)) => Some(earlier(a, b)),
            (a, b) => a.or(b),
        };
    }
    Ok(found)
}

/// Whether a date of that table and column says that something was done or seen on it, and not that something ended later.
fn is_happening(table: &str, field: &crate::spec::FieldSpec) -> bool {
    field.kind == FieldKind::Date && field.after_cutoff == Some(AfterCutoff::Row) && table != "follow_up"
}

/// Treatments, assessments and contacts after the patient's death (OM268).
///
/// Ends are left out (a drug may be recorded as ended by death a day later), and so are biomarkers and symptoms, which may be
/// reported after it.
///
/// # Errors
/// As [`super::volume::without_fractions`].
pub fn after_death(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let (deaths, patients) = (deaths(records)?, patients_of_rows(records));
    for (at, spec) in schema().tables.iter().enumerate() {
        let table = records.table(&spec.name)?;
        for field in spec.fields.iter().filter(|f| is_happening(&spec.name, f) && spec.name != "biomarker") {
            let mut found = Rows::new(records, table);
            for_each_date(table, &field.name, &patients[at], |row, patient, date| {
                if deaths.first[patient].is_some_and(|death| death.surely_before(date)) {
                    found.add(row);
                }
            })?;
            tell_after_death(found, &field.name, problems);
        }
    }
    contacts_after_death(records, &deaths, problems)
}

fn tell_after_death(found: Rows<'_>, column: &str, problems: &mut Problems) {
    found.tell(
        problems,
        "OM268",
        |have| format!("{have} a `{column}` after the patient's death"),
        "one of the two dates is wrong, or the row is another patient's; follow-up ends at death",
        "check both dates in the record",
    );
}

/// Contacts with the living after their death.
fn contacts_after_death(
    records: &Records,
    deaths: &Deaths,
    problems: &mut Problems,
) -> Result<(), NoSuchField> {
    let follow_up = records.table("follow_up")?;
    let mut found = Rows::new(records, follow_up);
    let patients = follow_up.refs("patient_id")?;
    for_each_date(follow_up, "date", patients, |row, patient, date| {
        let alive = follow_up.level("status", row) == Some("alive");
        if alive && deaths.first[patient].is_some_and(|death| death.surely_before(date)) {
            found.add(row);
        }
    })?;
    found.tell(
        problems,
        "OM268",
        |have| format!("{have} a contact with the living patient after the death"),
        "one of the two dates is wrong, or the row is another patient's; follow-up ends at death",
        "check both dates in the record",
    );
    Ok(())
}

/// Patients with deaths on different days (OM269).
///
/// Two rows that can be the same day (clinic and registry) are one death.
///
/// # Errors
/// As [`super::volume::without_fractions`].
pub fn two_deaths(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let follow_up = records.table("follow_up")?;
    let dates = follow_up.dates("date")?;
    let mut found = Rows::new(records, follow_up).in_column("date");
    for rows in deaths(records)?.rows {
        let spans: Vec<Span> = rows.iter().filter_map(|&row| span(dates[row])).collect();
        let apart = |a: &Span| spans.iter().any(|b| a.surely_before(*b));
        if spans.iter().any(apart) {
            rows.iter().for_each(|&row| found.add(row));
        }
    }
    found.tell(
        problems,
        "OM269",
        |have| format!("{have} one of several deaths of a patient on different days"),
        "the earliest is used; which is right cannot be told",
        "keep the right date of death",
    );
    Ok(())
}

/// Patients whose follow-up ends before something else that is recorded of them (OM270).
///
/// # Errors
/// As [`super::volume::without_fractions`].
pub fn followed_long_enough(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let follow_up = records.table("follow_up")?;
    let n = records.table("patient")?.n_rows();
    let mut until: Vec<Option<(Day, usize)>> = vec![None; n];
    let mut has_death = vec![false; n];
    let patients = follow_up.refs("patient_id")?;
    for_each_date(follow_up, "date", patients, |row, patient, date| {
        has_death[patient] |= follow_up.level("status", row) == Some("dead");
        if until[patient].is_none_or(|(day, _)| day < date.last) {
            until[patient] = Some((date.last, row));
        }
    })?;
    let last = last_event(records)?;
    let mut found = Rows::new(records, follow_up).in_column("date");
    for patient in 0..n {
        if let (Some((day, row)), Some(event), false) = (until[patient], last[patient], has_death[patient])
            && day < event
        {
            found.add(row);
        }
    }
    found.tell(
        problems,
        "OM270",
        |have| format!("{have} the last follow-up of a patient, and something is recorded after it"),
        "the patient was alive at the later date; follow-up that ends too early makes survival look shorter",
        "add the later contact; until then the study decides by its rule for the end of follow-up",
    );
    Ok(())
}

/// For each patient the last day on which something surely was done or seen.
fn last_event(records: &Records) -> Result<Vec<Option<Day>>, NoSuchField> {
    let patients = patients_of_rows(records);
    let mut last: Vec<Option<Day>> = vec![None; records.table("patient")?.n_rows()];
    for (at, spec) in schema().tables.iter().enumerate() {
        for field in spec.fields.iter().filter(|f| is_happening(&spec.name, f)) {
            for_each_date(records.table(&spec.name)?, &field.name, &patients[at], |_, patient, date| {
                last[patient] = last[patient].max(Some(date.first));
            })?;
        }
    }
    Ok(last)
}

/// Start and end of everything that has both.
const STARTS_AND_ENDS: [(&str, &str, &str); 5] = [
    ("systemic_line", "start_date", "end_date"),
    ("drug_exposure", "start_date", "end_date"),
    ("rt_course", "start_date", "end_date"),
    ("toxicity", "onset_date", "resolved_date"),
    ("primary_tumour", "diagnosis_date", "local_treatment_end_date"),
];

/// Rows that end before they start (OM271).
///
/// # Errors
/// As [`super::volume::without_fractions`].
pub fn ends_before_start(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    for (table, start, end) in STARTS_AND_ENDS {
        let table = records.table(table)?;
        let (starts, ends) = (table.dates(start)?, table.dates(end)?);
        let mut found = Rows::new(records, table).in_column(end);
        for row in 0..table.n_rows() {
            if matches!((span(starts[row]), span(ends[row])), (Some(s), Some(e)) if e.surely_before(s)) {
                found.add(row);
            }
        }
        found.tell(
            problems,
            "OM271",
            |have| format!("{have} an `{end}` before the `{start}`"),
            "one of the two dates is wrong; a negative time cannot enter an analysis",
            "check both dates in the record",
        );
    }
    Ok(())
}

/// Patients whose first metastases were found before the first diagnosis (OM272).
///
/// # Errors
/// As [`super::volume::without_fractions`].
pub fn metastasis_before_primary(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let (tumours, episodes) = (records.table("primary_tumour")?, records.table("metastatic_episode")?);
    let n = records.table("patient")?.n_rows();
    let mut first: Vec<Option<Span>> = vec![None; n];
    for_each_date(tumours, "diagnosis_date", tumours.refs("patient_id")?, |_, patient, date| {
        if first[patient].is_none_or(|known| date.first < known.first) {
            first[patient] = Some(date);
        }
    })?;
    let mut found = Rows::new(records, episodes).in_column("diagnosis_date");
    for_each_date(episodes, "diagnosis_date", episodes.refs("patient_id")?, |row, patient, date| {
        if first[patient].is_some_and(|primary| date.surely_before(primary)) {
            found.add(row);
        }
    })?;
    found.tell(
        problems,
        "OM272",
        |have| format!("{have} metastases before the first diagnosis of a primary"),
        "the disease-free interval would be negative; a primary found through its metastases is diagnosed on the same day",
        "check both dates in the record",
    );
    Ok(())
}

/// Rows before the patient's birth (OM287).
///
/// # Errors
/// As [`super::volume::without_fractions`].
pub fn before_birth(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let born = records.table("patient")?.dates("birth_date")?;
    let patients = patients_of_rows(records);
    for (at, spec) in schema().tables.iter().enumerate() {
        let table = records.table(&spec.name)?;
        for field in spec.fields.iter().filter(|f| f.kind == FieldKind::Date && f.name != "birth_date") {
            let mut found = Rows::new(records, table);
            for_each_date(table, &field.name, &patients[at], |row, patient, date| {
                if span(born[patient]).is_some_and(|birth| date.surely_before(birth)) {
                    found.add(row);
                }
            })?;
            found.tell(
                problems,
                "OM287",
                |have| format!("{have} a `{}` before the patient's birth", field.name),
                "one of the two dates is wrong; the age would be negative",
                "check both dates in the record",
            );
        }
    }
    Ok(())
}

/// Days by which a measurement may be earlier than the date first seen: a lesion is often found on an earlier scan afterwards.
const MEASURED_EARLIER: i32 = 90;

/// Measurements of a lesion more than 90 days before it was first seen (OM286).
///
/// # Errors
/// As [`super::volume::without_fractions`].
pub fn measured_before_seen(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let measurements = records.table("lesion_measurement")?;
    let assessed = records.table("imaging_assessment")?.dates("date")?;
    let seen = records.table("lesion")?.dates("first_seen_date")?;
    let (assessments, lesions) = (measurements.refs("assessment_id")?, measurements.refs("lesion_id")?);
    let mut found = Rows::new(records, measurements);
    for row in 0..measurements.n_rows() {
        let of = |dates: &[Option<PartialDate>], at: u32| span(dates.get(at as usize).copied().flatten());
        if let (Some(scan), Some(first)) = (of(assessed, assessments[row]), of(seen, lesions[row]))
            && first.first.days_since(scan.last) > MEASURED_EARLIER
        {
            found.add(row);
        }
    }
    found.tell(
        problems,
        "OM286",
        |have| {
            format!("{have} a measurement more than {MEASURED_EARLIER} days before the lesion was first seen")
        },
        "the lesion was there at the earlier date, or the measurement is another lesion's",
        "correct `first_seen_date` of the lesion, or the lesion of the measurement",
    );
    Ok(())
}

/// Every date of a column with its row and its patient.
fn for_each_date(
    table: &RecordTable,
    column: &str,
    patients: &[u32],
    mut each: impl FnMut(usize, usize, Span),
) -> Result<(), NoSuchField> {
    let dates = table.dates(column)?;
    for (row, (date, &patient)) in dates.iter().zip(patients).enumerate() {
        if let (Some(date), true) = (span(*date), patient != NO_ROW) {
            each(row, patient as usize, date);
        }
    }
    Ok(())
}
