//! Volumes, their fractions, boosts and phases.

use std::collections::HashMap;

use oligomet_base::Problems;

use super::find::Rows;
use crate::records::{NoSuchField, Records};

/// Volumes with a dose but without a number of fractions, prescribed or delivered (OM265).
///
/// # Errors
/// [`NoSuchField`] where the schema lacks a column named here, as for all checks.
pub fn without_fractions(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let volumes = records.table("rt_volume")?;
    let (prescribed, delivered) = (volumes.doses("dose_prescribed_gy")?, volumes.doses("dose_delivered_gy")?);
    let (planned, given) =
        (volumes.integers("fractions_prescribed")?, volumes.integers("fractions_delivered")?);
    let phases = records.children("rt_phase", "volume_id")?;
    let mut found = Rows::new(records, volumes);
    for row in 0..volumes.n_rows() {
        let has_dose = prescribed[row].is_some() || delivered[row].is_some();
        let has_fractions = planned[row].is_some() || given[row].is_some() || !phases.of(row).is_empty();
        if has_dose && !has_fractions {
            found.add(row);
        }
    }
    found.tell(
        problems,
        "OM265",
        |have| format!("{have} a dose but no number of fractions"),
        "BED and EQD2 need the dose per fraction; a dose in an unknown number of fractions has none, and is unknown in every rule",
        "take the number from the treatment record",
    );
    Ok(())
}

/// Levels of one simultaneous integrated boost that differ in fractions (OM266).
///
/// # Errors
/// As [`without_fractions`].
pub fn boost_levels(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let volumes = records.table("rt_volume")?;
    let (courses, groups) = (volumes.refs("course_id")?, volumes.texts("boost_group")?);
    let mut found = Rows::new(records, volumes).in_column("boost_group");
    for column in ["fractions_prescribed", "fractions_delivered"] {
        let fractions = volumes.integers(column)?;
        let mut first_of: HashMap<(u32, &str), (usize, i32)> = HashMap::new();
        for row in 0..volumes.n_rows() {
            let (Some(group), Some(n)) = (groups.get(row), fractions[row]) else { continue };
            let (first, known) = *first_of.entry((courses[row], group)).or_insert((row, n));
            if known != n {
                found.add(first);
                found.add(row);
            }
        }
    }
    found.tell(
        problems,
        "OM266",
        |have| format!("{have} other fractions than other levels of the same boost"),
        "levels of a simultaneous integrated boost are irradiated in the same sessions; with different numbers they are phases or courses of their own",
        "correct the fractions, or give volumes treated one after the other no common `boost_group`",
    );
    Ok(())
}

/// Phases whose doses or fractions do not add up to those prescribed for their volume (OM267).
///
/// # Errors
/// As [`without_fractions`].
pub fn phases(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let (volumes, phases) = (records.table("rt_volume")?, records.table("rt_phase")?);
    let (doses, fractions) = (phases.doses("dose_gy")?, phases.integers("fractions")?);
    let (total, n) = (volumes.doses("dose_prescribed_gy")?, volumes.integers("fractions_prescribed")?);
    let of_volume = records.children("rt_phase", "volume_id")?;
    let mut found = Rows::new(records, volumes);
    for row in 0..volumes.n_rows() {
        let rows = of_volume.of(row);
        let of = |phase: &u32| *phase as usize;
        let dose: Option<i64> = rows.iter().map(|p| doses[of(p)].map(oligomet_base::Dose::milligray)).sum();
        let sessions: Option<i64> = rows.iter().map(|p| fractions[of(p)].map(i64::from)).sum();
        let differs = |a: Option<i64>, b: Option<i64>| matches!((a, b), (Some(a), Some(b)) if a != b);
        let planned = (total[row].map(oligomet_base::Dose::milligray), n[row].map(i64::from));
        if !rows.is_empty() && (differs(dose, planned.0) || differs(sessions, planned.1)) {
            found.add(row);
        }
    }
    found.tell(
        problems,
        "OM267",
        |have| format!("{have} phases that do not add up to the dose or the fractions of the volume"),
        "one of the two is wrong, and the biologically effective dose follows from it",
        "correct the volume or its rows in `rt_phase`",
    );
    Ok(())
}

/// Volumes with more fractions delivered than prescribed (OM273).
///
/// # Errors
/// As [`without_fractions`].
pub fn more_than_prescribed(records: &Records, problems: &mut Problems) -> Result<(), NoSuchField> {
    let volumes = records.table("rt_volume")?;
    let (planned, given) =
        (volumes.integers("fractions_prescribed")?, volumes.integers("fractions_delivered")?);
    let mut found = Rows::new(records, volumes).in_column("fractions_delivered");
    for row in 0..volumes.n_rows() {
        if matches!((planned[row], given[row]), (Some(planned), Some(given)) if given > planned) {
            found.add(row);
        }
    }
    found.tell(
        problems,
        "OM273",
        |have| format!("{have} more fractions delivered than prescribed"),
        "the prescription was changed, or two volumes stand in one row; the delivered fractions are used",
        "check the treatment record; write a changed prescription as prescribed in the end",
    );
    Ok(())
}
