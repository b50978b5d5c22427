//! A profile: what is known of a department, and what is put in.

mod margins;
mod printed;
mod read;
mod therapy;
mod truth;

use oligomet_base::{Day, Dose};

use crate::hazard::Hazard;
use crate::random::Stream;
use crate::variable::{Condition, Levels, Variable};

/// A profile as read.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Short name.
    pub id: String,
    /// What the department re-enacts.
    pub title: String,
    /// Short name of the department.
    pub site: String,
    /// The publication.
    pub source: String,
    /// Which reading was used where the publication contradicts itself or is silent.
    pub readings: Vec<String>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Nothing is recorded after this day.
    pub cutoff: Day,
    /// First and last day on which the radiotherapy studied begins.
    pub period: (Day, Day),
    /// Share of cells left empty where a department often leaves them empty.
    pub missing: f64,
    pub(crate) regimens: Vec<Regimen>,
    pub(crate) schedules: Vec<Schedule>,
    pub(crate) times: CourseOfDisease,
    pub(crate) truth: Truth,
    pub(crate) strata: Vec<Stratum>,
    pub(crate) printed: Vec<Printed>,
    pub(crate) levels: Levels,
    pub(crate) age_groups: Vec<(i32, i32)>,
}

impl Profile {
    /// Patients of all strata as published.
    #[must_use]
    pub fn n_patients(&self) -> usize {
        self.strata.iter().map(|s| s.n).sum()
    }

    /// Name of every stratum with its published number of patients.
    #[must_use]
    pub fn strata(&self) -> Vec<(&str, usize)> {
        self.strata.iter().map(|s| (s.id.as_str(), s.n)).collect()
    }
}

/// Drugs given together.
#[derive(Debug, Clone)]
pub(crate) struct Regimen {
    pub(crate) name: String,
    pub(crate) class: String,
    pub(crate) drugs: Vec<String>,
    /// Drugs given only at the beginning, for so many months.
    pub(crate) induction: Vec<String>,
    pub(crate) induction_months: f64,
    /// Subtypes for which it is given.
    pub(crate) subtypes: Vec<u16>,
    /// Lines of the metastatic setting in which it is given; empty: adjuvant alone.
    pub(crate) lines: Vec<i32>,
    pub(crate) adjuvant_months: Option<f64>,
    /// First day on which the department could give it.
    pub(crate) since: Option<Day>,
    pub(crate) weight: f64,
}

/// A level of a schedule: the boost first, then what surrounds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DoseLevel {
    pub(crate) volume: String,
    pub(crate) dose: Dose,
    pub(crate) fractions: i32,
}

/// A schedule of radiotherapy.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Schedule {
    pub(crate) name: String,
    pub(crate) technique: String,
    pub(crate) stereotactic: bool,
    pub(crate) levels: Vec<DoseLevel>,
    pub(crate) per_day: i32,
    /// Schedule of the course that it re-irradiates.
    pub(crate) reirradiates: Option<usize>,
}

/// Times in months, log-normal within a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LogNormal {
    pub(crate) median: f64,
    pub(crate) log_sd: f64,
    pub(crate) range: (f64, f64),
}

impl LogNormal {
    /// A draw within the range and below `most`; uniform there where the distribution hardly reaches it.
    pub(crate) fn draw(&self, most: f64, stream: &mut Stream) -> f64 {
        let high = self.range.1.min(most);
        for _ in 0..64 {
            let value = self.median * libm::exp(self.log_sd * stream.normal());
            if value >= self.range.0 && value <= high {
                return value;
            }
        }
        let low = self.range.0.min(high);
        low + (high - low) * stream.uniform()
    }
}

/// How long what goes before radiotherapy takes, and how often imaging is done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CourseOfDisease {
    pub(crate) disease_free: LogNormal,
    pub(crate) first_line: LogNormal,
    pub(crate) later_line: LogNormal,
    /// Days between assessments, and how far they stray.
    pub(crate) imaging_days: (i32, i32),
}

/// What is put in.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Truth {
    /// Documented progression that changes therapy: months after the end of radiotherapy.
    pub(crate) progression: Hazard,
    /// Death before that progression: months after the first reassessment.
    pub(crate) death_before: Hazard,
    /// Death after it: months after the progression.
    pub(crate) death_after: Hazard,
    /// Failure of a treated lesion: months after the end of radiotherapy.
    pub(crate) local_failure: Hazard,
    /// End of therapy for toxicity: months after the first reassessment.
    pub(crate) stop_toxicity: Hazard,
    /// End of therapy for other reasons: months after the first reassessment.
    pub(crate) stop_other: Hazard,
    /// A new lesion irradiated under the same therapy: months after the first reassessment.
    pub(crate) further_course: Hazard,
    /// Loss to follow-up: months after the first reassessment.
    pub(crate) loss: Hazard,
    /// Probability that a course has an adverse event of grade 1 or 2, and of grade 3.
    pub(crate) toxicity: (f64, f64),
}

/// What happens to systemic therapy around radiotherapy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Therapy {
    /// Continued unchanged.
    Kept,
    /// Ended for progression during or right after radiotherapy, another begun before the next imaging.
    Changed,
    /// None ongoing.
    None,
}

/// When the first imaging after radiotherapy is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Imaging {
    /// Within three months.
    InTime,
    /// Later.
    Late,
    /// Never.
    None,
}

/// A group of treated patients.
#[derive(Debug, Clone)]
pub(crate) struct Stratum {
    pub(crate) id: String,
    pub(crate) n: usize,
    pub(crate) intent: String,
    pub(crate) indication: String,
    pub(crate) therapy: Therapy,
    pub(crate) imaging: Imaging,
    /// Whether lesions progress when radiotherapy is decided.
    pub(crate) progressing: bool,
    /// Whether every progressing lesion is irradiated.
    pub(crate) all_treated: bool,
    /// Metastatic lesions present in all.
    pub(crate) lesions_present: (i32, i32),
    /// Whether cells stay empty.
    pub(crate) missing: bool,
    /// Median and range of the age at radiotherapy, exact.
    pub(crate) age: Option<ExactAge>,
    pub(crate) margins: Vec<Margin>,
    pub(crate) constraints: Vec<Constraint>,
}

/// Median and range that the ages must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExactAge {
    pub(crate) median: i32,
    pub(crate) range: (i32, i32),
}

/// Whole numbers of patients by level, of all or of a part.
#[derive(Debug, Clone)]
pub(crate) struct Margin {
    pub(crate) of: Variable,
    pub(crate) within: Condition,
    /// Level and number (or share).
    pub(crate) counts: Vec<(u16, f64)>,
    /// The numbers are those of the publication and must add up.
    pub(crate) exact: bool,
    /// For messages.
    pub(crate) title: String,
}

/// Patients for whom `when` holds are patients for whom `then` holds.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) when: Condition,
    pub(crate) then: Condition,
    pub(crate) title: String,
}

/// A statistic of a cohort that a publication prints.
#[derive(Debug, Clone)]
pub(crate) struct Printed {
    pub(crate) id: String,
    pub(crate) place: String,
    pub(crate) statistic: Statistic,
    pub(crate) endpoint: Endpoint,
    pub(crate) value: f64,
    pub(crate) at_months: Option<f64>,
    pub(crate) of: Condition,
    pub(crate) groups: Vec<Condition>,
}

/// A statistic of one endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statistic {
    Median,
    MedianLow,
    MedianHigh,
    Mean,
    AtRisk,
    Events,
    LogRankChiSquare,
    LogRankP,
}

/// An endpoint as the publication defines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// Progression that changes therapy, or death, from the end of radiotherapy.
    ProgressionAfterRadiotherapy,
    /// Death from the primary diagnosis, without delayed entry.
    SurvivalFromDiagnosis,
    /// Death from the end of radiotherapy.
    SurvivalFromRadiotherapy,
    /// End of the ongoing therapy for progression, from the end of radiotherapy.
    StopForProgression,
}
