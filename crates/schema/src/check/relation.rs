//! Numbers of lesions, and references between rows.

use oligomet_base::Problems;

use super::find::{Rows, span};
use crate::records::{NO_ROW, NoSuchField, Records};
use crate::spec::schema;
use crate::whose::patients_of_rows;

/// Assessments with more lesions progressing, or treated before, than there are (OM274).
///
/// # Errors
/// As [`super::volume::without_fractions`].
pub fn counts_of_lesions(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let assessments = records.table("imaging_assessment")?;
    let total = assessments.integers("n_lesions_total")?;
    for column in ["n_lesions_progressing", "n_lesions_treated"] {
        let part = assessments.integers(column)?;
        let mut found = Rows::new(records, assessments).in_column(column);
        for row in 0..assessments.n_rows() {
            if matches!((part[row], total[row]), (Some(part), Some(total)) if part > total) {
                found.add(row);
            }
        }
        found.tell(
            problems,
            "OM274",
            |have| format!("{have} a larger `{column}` than `n_lesions_total`"),
            "oligoprogression is told by these numbers; one of them is wrong",
            "count the lesions again in the report; lesions that vanished are not present",
        );
    }
    Ok(())
}

/// Courses whose previous course is later, or of another patient (OM275).
///
/// # Errors
/// As [`super::volume::without_fractions`].
pub fn previous_course(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let courses = records.table("rt_course")?;
    let (previous, patients) = (courses.refs("previous_course_id")?, courses.refs("patient_id")?);
    let starts = courses.dates("start_date")?;
    let mut found = Rows::new(records, courses).in_column("previous_course_id");
    for row in 0..courses.n_rows() {
        let before = previous[row] as usize;
        if before >= courses.n_rows() {
            continue;
        }
        let later =
            matches!((span(starts[row]), span(starts[before])), (Some(a), Some(b)) if a.surely_before(b));
        if later || patients[row] != patients[before] {
            found.add(row);
        }
    }
    found.tell(
        problems,
        "OM275",
        |have| format!("{have} a previous course that is later or another patient's"),
        "re-irradiation adds up doses from the first course on",
        "point from the later course to the earlier one",
    );
    Ok(())
}

/// Rows whose references lead to two patients (OM263): a target that links another patient's lesion.
///
/// # Errors
/// As [`super::volume::without_fractions`].
pub fn other_patients(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let patients = patients_of_rows(records);
    for (at, spec) in schema().tables.iter().enumerate() {
        let table = records.table(&spec.name)?;
        let mut found = Rows::new(records, table);
        for field in &spec.fields {
            let Some(to) = field.to.as_deref().and_then(|to| schema().position(to)) else { continue };
            for (row, target) in table.refs(&field.name)?.iter().enumerate() {
                let own = patients[at].get(row).copied().unwrap_or(NO_ROW);
                let there = patients[to].get(*target as usize).copied().unwrap_or(NO_ROW);
                if own != NO_ROW && there != NO_ROW && own != there {
                    found.add(row);
                }
            }
        }
        found.tell(
            problems,
            "OM263",
            |have| format!("{have} references that lead to two patients"),
            "which of them is right cannot be told",
            "correct the keys",
        );
    }
    Ok(())
}
