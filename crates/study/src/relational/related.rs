//! The way back from a row of the base table to the records: which patient, courses and lesions it is made of.

use std::sync::Arc;

use oligomet_base::{Day, PartialDate};
use oligomet_schema::Records;

use super::columns::exact;
use super::rows::Row;
use super::source::resolve;
use crate::model::{PartialDates, Pick, Unit};

/// No place.
const NONE: u32 = u32::MAX;

/// Rows of a table for each row of the base table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Lists {
    ends: Vec<u32>,
    rows: Vec<u32>,
}

impl Lists {
    fn push(&mut self, rows: &[usize]) {
        self.rows.extend(rows.iter().map(|r| *r as u32));
        self.ends.push(self.rows.len() as u32);
    }

    fn append(&mut self, other: Self) {
        let before = self.rows.len() as u32;
        self.rows.extend(other.rows);
        self.ends.extend(other.ends.iter().map(|e| e + before));
    }

    fn of(&self, row: usize) -> &[u32] {
        let Some(&end) = self.ends.get(row) else { return &[] };
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.rows[start as usize..end as usize]
    }
}

/// What a shard writes down of its rows.
#[derive(Debug, Clone, Default)]
pub(super) struct RelatedRows {
    patient: Vec<u32>,
    episode: Vec<u32>,
    courses: Lists,
    lesions: Lists,
}

impl RelatedRows {
    pub(super) fn push(&mut self, row: &Row<'_, '_>) {
        self.patient.push(row.chart.patient as u32);
        self.episode.push(row.group.map_or(NONE, |g| g as u32));
        self.courses.push(&row.courses);
        self.lesions.push(&row.lesions);
    }

    pub(super) fn append(&mut self, other: Self) {
        self.patient.extend(other.patient);
        self.episode.extend(other.episode);
        self.courses.append(other.courses);
        self.lesions.append(other.lesions);
    }

    pub(super) fn finish(
        self,
        records: Arc<Records>,
        unit: Unit,
        n_patients: usize,
        (partial, n_partial): (PartialDates, (usize, usize)),
    ) -> Related {
        Related { records, unit, n_patients, n_partial, rows: self, partial }
    }
}

/// How many patients, courses and lesions some rows are made of, each counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Patients.
    pub patients: usize,
    /// Courses of radiotherapy.
    pub courses: usize,
    /// Lesions: those irradiated, or the units themselves.
    pub lesions: usize,
}

/// How many different places below `n` there are.
fn distinct(n: usize, places: impl Iterator<Item = u32>) -> usize {
    let mut seen = vec![false; n];
    places.filter(|at| seen.get_mut(*at as usize).is_some_and(|s| !std::mem::replace(s, true))).count()
}

/// The records behind the base table.
#[derive(Debug, Clone)]
pub struct Related {
    /// The records.
    pub records: Arc<Records>,
    /// What a row is.
    pub unit: Unit,
    /// Patients in the records, with a row or without.
    pub n_patients: usize,
    /// Dates of birth, and other dates, known to the month or year only.
    pub n_partial: (usize, usize),
    rows: RelatedRows,
    partial: PartialDates,
}

impl Related {
    /// The day of a date of the records, as the study takes it; `None` where it is not known.
    #[must_use]
    pub fn day(&self, date: PartialDate) -> Option<Day> {
        exact(resolve(date, self.partial))
    }

    /// The earliest and the latest day that a date of the records can be, as the study takes it.
    #[must_use]
    pub fn days(&self, date: PartialDate) -> Option<(Day, Day)> {
        let date = resolve(date, self.partial)?;
        Some((date.earliest()?, date.latest()?))
    }

    /// The row of `patient` of a row of the base table.
    #[must_use]
    pub fn patient(&self, row: usize) -> u32 {
        self.rows.patient.get(row).copied().unwrap_or(NONE)
    }

    /// The courses of a row, as rows of `rt_course`, by their start.
    #[must_use]
    pub fn courses(&self, row: usize) -> &[u32] {
        self.rows.courses.of(row)
    }

    /// The lesions of a row, as rows of `lesion`.
    #[must_use]
    pub fn lesions(&self, row: usize) -> &[u32] {
        self.rows.lesions.of(row)
    }

    /// How many patients, courses and lesions some rows are made of.
    #[must_use]
    pub fn counts(&self, rows: &[usize]) -> Counts {
        let n_of = |table: &str| self.records.table(table).map_or(0, oligomet_schema::RecordTable::n_rows);
        Counts {
            patients: distinct(self.n_patients, rows.iter().map(|row| self.patient(*row))),
            courses: distinct(
                n_of("rt_course"),
                rows.iter().flat_map(|row| self.courses(*row).iter().copied()),
            ),
            lesions: distinct(n_of("lesion"), rows.iter().flat_map(|row| self.lesions(*row).iter().copied())),
        }
    }

    /// Of `rows`, in the order of the table, those that the study takes of each patient: all, or those of the first or
    /// last episode (the first or last course where a row is a course).
    #[must_use]
    pub(crate) fn pick(&self, rows: &[usize], pick: Pick) -> Vec<usize> {
        if pick == Pick::All {
            return rows.to_vec();
        }
        let mut picked = Vec::with_capacity(rows.len());
        for of_patient in rows.chunk_by(|a, b| self.patient(*a) == self.patient(*b)) {
            // Rows stand by the start of their radiotherapy; lesions never irradiated last.
            let wanted = match pick {
                Pick::First => of_patient.first(),
                _ => of_patient.iter().rev().find(|r| self.rows.episode[**r] != NONE).or(of_patient.last()),
            };
            let Some(&wanted) = wanted else { continue };
            let same = |row: &&usize| match self.unit {
                Unit::Lesion => self.rows.episode[**row] == self.rows.episode[wanted],
                Unit::Patient | Unit::Episode | Unit::Course => **row == wanted,
            };
            picked.extend(of_patient.iter().filter(same));
        }
        picked
    }
}
