//! Lesions, assessments and readings of one patient.

use oligomet_base::PartialDate;

use crate::{Organ, Truth};

/// What a lesion was at baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Measured, part of the sum.
    Target,
    /// Followed, not part of the sum.
    NonTarget,
    /// Not there at baseline.
    New,
}

/// One lesion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesion {
    /// Name in the record: `T01`.
    pub id: String,
    /// What it was at baseline.
    pub role: Role,
    /// Whether it is a lymph node, measured by its short axis; other lesions are measured by their longest diameter.
    pub is_node: bool,
    /// Organ, where known; all lymph nodes count as one organ.
    pub organ: Option<Organ>,
}

/// What was seen of one lesion at one assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seen {
    /// Longest diameter (node: short axis) in tenths of a millimetre; 0 is gone. Of a lesion that split: the sum of its parts.
    Size(i32),
    /// Gone; of a node: not seen any more.
    Absent,
    /// There, not measured.
    Present,
    /// There, too small to measure: counts with `RecistParameters::too_small`, 5 mm.
    TooSmall,
    /// There, and unequivocally progressive by the reader's judgement.
    UnequivocalProgression,
    /// Perhaps there (a new lesion of which the reader is not sure).
    Equivocal,
    /// Looked for, could not be judged.
    NotEvaluable,
    /// Grown together with the lesion of that number, whose size holds both. Counts 0 here.
    MergedInto(usize),
}

/// One assessment of a patient, in the order of the visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assessment {
    /// Date of the scan.
    pub date: Option<PartialDate>,
    /// Whether it is the baseline; exactly one is, the first.
    pub is_baseline: bool,
    /// Whether new lesions are recorded without readings; unknown if nobody looked for them.
    pub new_lesion: Truth,
}

/// What was seen of one lesion at one assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Number of the assessment, from 0.
    pub assessment: usize,
    /// Number of the lesion, from 0.
    pub lesion: usize,
    /// What was seen.
    pub seen: Seen,
}

/// All readings of one patient by one reader. Several readers are several courses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course {
    /// Lesions; their order does not matter.
    pub lesions: Vec<Lesion>,
    /// Assessments in the order of the visits.
    pub assessments: Vec<Assessment>,
    /// Readings in any order. A lesion without a reading at an assessment was not assessed there; a new lesion without one
    /// was not there.
    pub readings: Vec<Reading>,
}

/// Tenths of a millimetre, rounded half away from zero; `None` for what is no number or beyond a metre.
///
/// ```
/// use oligomet_disease::response::tenths_of_mm;
/// assert_eq!(tenths_of_mm(12.34), Some(123));
/// assert_eq!(tenths_of_mm(f64::NAN), None);
/// ```
#[must_use]
pub fn tenths_of_mm(mm: f64) -> Option<i32> {
    let tenths = (mm * 10.0).round();
    (tenths.abs() <= 10_000.0).then_some(tenths as i32)
}
