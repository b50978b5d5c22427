//! The readings of a course as a table: one cell per assessment and lesion.

use super::course::{Course, Role, Seen};
use super::span::Span;

/// Sizes from here on are no lesion of a patient: 50 cm.
pub(crate) const ABSURD_TENTHS: i32 = 5000;

/// The cells of a course.
pub(crate) struct Matrix {
    cells: Vec<Option<Seen>>,
    n_lesions: usize,
    /// Cells with readings that contradict each other; they hold no reading.
    pub conflicts: Vec<(usize, usize)>,
}

impl Matrix {
    /// The cells; contradictory readings and sizes that cannot be leave a cell not evaluable.
    pub(crate) fn new(course: &Course) -> Self {
        let n_lesions = course.lesions.len();
        let mut matrix = Self {
            cells: vec![None; n_lesions * course.assessments.len()],
            n_lesions,
            conflicts: Vec::new(),
        };
        for reading in &course.readings {
            if reading.lesion < n_lesions && reading.assessment < course.assessments.len() {
                matrix.add(reading.assessment, reading.lesion, reading.seen);
            }
        }
        matrix
    }

    fn add(&mut self, assessment: usize, lesion: usize, seen: Seen) {
        let seen = match seen {
            Seen::Size(0) => Seen::Absent,
            Seen::Size(size) if !(1..ABSURD_TENTHS).contains(&size) => Seen::NotEvaluable,
            Seen::MergedInto(other) if other >= self.n_lesions || other == lesion => Seen::NotEvaluable,
            seen => seen,
        };
        let cell = &mut self.cells[assessment * self.n_lesions + lesion];
        if cell.is_none_or(|old| old == seen) {
            *cell = Some(seen);
        } else {
            *cell = Some(Seen::NotEvaluable);
            if !self.conflicts.contains(&(assessment, lesion)) {
                self.conflicts.push((assessment, lesion));
            }
        }
    }

    /// What was seen; a contradiction is not evaluable, whatever was read after it.
    pub(crate) fn seen(&self, assessment: usize, lesion: usize) -> Option<Seen> {
        if self.conflicts.contains(&(assessment, lesion)) {
            return Some(Seen::NotEvaluable);
        }
        self.cells[assessment * self.n_lesions + lesion]
    }

    /// The size, with its bounds where it was not measured.
    pub(crate) fn size(&self, assessment: usize, lesion: usize, too_small: i64) -> Span {
        match self.seen(assessment, lesion) {
            Some(Seen::Size(tenths)) => Span::exactly(tenths.into()),
            Some(Seen::Absent | Seen::MergedInto(_)) => Span::NOTHING,
            Some(Seen::TooSmall) => Span::exactly(too_small),
            Some(Seen::Present | Seen::UnequivocalProgression) => Span { low: 1, ..Span::UNKNOWN },
            Some(Seen::Equivocal | Seen::NotEvaluable) | None => Span::UNKNOWN,
        }
    }
}

/// Numbers of the lesions of that role.
pub(crate) fn of_role(course: &Course, role: Role) -> Vec<usize> {
    (0..course.lesions.len()).filter(|i| course.lesions[*i].role == role).collect()
}

/// The lesion and day of a cell, as printed.
pub(crate) fn cell_name(course: &Course, assessment: usize, lesion: usize) -> String {
    match course.assessments[assessment].date {
        Some(date) => format!("{} on {date}", course.lesions[lesion].id),
        None => format!("{} at assessment {}", course.lesions[lesion].id, assessment + 1),
    }
}
