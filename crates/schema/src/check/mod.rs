//! Facts of records that contradict each other. Nothing is changed: every kind is a problem with its rows.
//!
//! | function | says |
//! |---|---|
//! | [`volume::without_fractions`] | a dose without its number of fractions has no BED (OM265) |
//! | [`volume::boost_levels`] | levels of one simultaneous integrated boost have the same fractions (OM266) |
//! | [`volume::phases`] | phases add up to their volume (OM267) |
//! | [`volume::more_than_prescribed`] | no more fractions were delivered than prescribed (OM273) |
//! | [`time::after_death`] | nothing happens to a patient after death (OM268) |
//! | [`time::two_deaths`] | nobody dies twice (OM269) |
//! | [`time::followed_long_enough`] | follow-up reaches the last event (OM270) |
//! | [`time::ends_before_start`] | nothing ends before it starts (OM271) |
//! | [`time::metastasis_before_primary`] | metastases are not found before the primary (OM272) |
//! | [`time::before_birth`] | nothing happens before birth (OM287) |
//! | [`time::measured_before_seen`] | a lesion is not measured long before it was first seen (OM286) |
//! | [`relation::counts_of_lesions`] | no more lesions progress, or were treated, than there are (OM274) |
//! | [`relation::previous_course`] | a course re-irradiates an earlier one of the same patient (OM275) |
//! | [`relation::other_patients`] | references of a row lead to one patient (OM263) |
//!
//! Dates known to the month or year contradict another date only where no day that they allow fits.

mod find;
pub mod relation;
pub mod time;
pub mod volume;

use oligomet_base::Problems;

use crate::records::{NoSuchField, Records};

/// A check: adds what it finds.
type Check = fn(&Records, &mut Problems) -> Result<(), NoSuchField>;

const CHECKS: &[Check] = &[
    volume::without_fractions,
    volume::boost_levels,
    volume::phases,
    volume::more_than_prescribed,
    time::after_death,
    time::two_deaths,
    time::followed_long_enough,
    time::ends_before_start,
    time::metastasis_before_primary,
    time::before_birth,
    time::measured_before_seen,
    relation::counts_of_lesions,
    relation::previous_course,
    relation::other_patients,
];

/// Everything in the records that contradicts something else in them: warnings, none of which stops.
#[must_use]
pub fn check(records: &Records) -> Problems {
    let mut problems = Problems::new();
    for check in CHECKS {
        // A check that names a column the schema does not have finds nothing; the test of this module proves that none does.
        let _ = check(records, &mut problems);
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_names_columns_that_there_are() {
        let records = Records::empty("X");
        for check in CHECKS {
            let mut problems = Problems::new();
            assert_eq!(check(&records, &mut problems), Ok(()));
            assert!(problems.is_empty());
        }
    }
}
