//! What happened to one patient, whole, before any of it is written into tables.

mod after;
mod before;
mod calendar;
mod draw;
mod outcome;
mod therapy;

use oligomet_base::Day;

pub(crate) use calendar::days as days_of_months;
pub(crate) use draw::draw;

/// The history of a patient, all of it until the cut-off, death or loss.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) birth: Day,
    pub(crate) diagnosis: Day,
    pub(crate) metastasis: Day,
    /// When the event that led to the first course was found.
    pub(crate) event: Day,
    pub(crate) de_novo: bool,
    pub(crate) lines: Vec<Line>,
    pub(crate) lesions: Vec<Lesion>,
    /// Metastatic lesions present at the first metastases, and when radiotherapy was decided.
    pub(crate) n_lesions: (i32, i32),
    /// In the order in which they were given; [`History::index_course`] is the one studied.
    pub(crate) courses: Vec<Course>,
    pub(crate) index_course: usize,
    pub(crate) assessments: Vec<Assessment>,
    pub(crate) local_failures: Vec<LocalFailure>,
    /// The last day of observation.
    pub(crate) last_contact: Day,
    pub(crate) died: bool,
    pub(crate) latent: Latent,
}

/// Months at which things would have happened, whether or not they were seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Latent {
    /// From the end of radiotherapy.
    pub(crate) progression: f64,
    /// From the first reassessment.
    pub(crate) death_before: f64,
    /// From the progression.
    pub(crate) death_after: f64,
    /// From the first reassessment.
    pub(crate) stop_toxicity: f64,
    /// From the first reassessment.
    pub(crate) stop_other: f64,
    /// From the first reassessment.
    pub(crate) further_course: f64,
    /// From the first reassessment.
    pub(crate) loss: f64,
    /// From the end of radiotherapy, by treated lesion.
    pub(crate) local_failure: Vec<f64>,
}

/// Setting of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    Adjuvant,
    Metastatic,
}

/// A systemic treatment.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) setting: Setting,
    pub(crate) number: Option<i32>,
    /// Place among the regimens of the profile.
    pub(crate) regimen: usize,
    pub(crate) start: Day,
    pub(crate) end: Option<Day>,
    pub(crate) reason: Option<&'static str>,
}

impl Line {
    /// A line of therapy for metastatic disease that goes on.
    pub(crate) fn ongoing(number: i32, regimen: usize, start: Day) -> Self {
        Self { setting: Setting::Metastatic, number: Some(number), regimen, start, end: None, reason: None }
    }
}

/// A lesion.
#[derive(Debug, Clone)]
pub(crate) struct Lesion {
    pub(crate) organ: String,
    pub(crate) first_seen: Day,
    /// Found with the event that led to radiotherapy (or to the further course), not before.
    pub(crate) is_new: bool,
    pub(crate) progressing: bool,
    /// Course that irradiates it.
    pub(crate) course: Option<usize>,
    pub(crate) diameter_mm: f64,
}

/// A course of radiotherapy.
#[derive(Debug, Clone)]
pub(crate) struct Course {
    pub(crate) start: Day,
    pub(crate) end: Day,
    pub(crate) intent: String,
    pub(crate) indication: String,
    pub(crate) schedule: usize,
    pub(crate) organ: String,
    /// Course that it re-irradiates.
    pub(crate) previous: Option<usize>,
}

/// Overall response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Response {
    Partial,
    Stable,
    Progressive,
}

/// An imaging assessment.
#[derive(Debug, Clone)]
pub(crate) struct Assessment {
    pub(crate) day: Day,
    pub(crate) response: Response,
    /// Lesions that progress, by their place.
    pub(crate) progressing: Vec<usize>,
    /// Progressing lesions that have no row of their own.
    pub(crate) others_progressing: i32,
    pub(crate) new_lesions: bool,
}

/// A local failure that was seen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocalFailure {
    pub(crate) lesion: usize,
    pub(crate) day: Day,
}

impl History {
    /// End of the course studied.
    pub(crate) fn end_of_radiotherapy(&self) -> Day {
        self.courses.get(self.index_course).map_or(self.event, |c| c.end)
    }

    /// Start of the course studied.
    pub(crate) fn start_of_radiotherapy(&self) -> Day {
        self.courses.get(self.index_course).map_or(self.event, |c| c.start)
    }

    /// The line ongoing when that course began.
    pub(crate) fn line_at_radiotherapy(&self) -> Option<&Line> {
        let at = self.start_of_radiotherapy();
        self.lines
            .iter()
            .find(|l| l.setting == Setting::Metastatic && l.start <= at && l.end.is_none_or(|end| end >= at))
    }

    /// The progression that changed systemic therapy, if it was seen: the end, for progression, of a line after
    /// radiotherapy.
    pub(crate) fn progression_changing_therapy(&self) -> Option<Day> {
        let after = self.end_of_radiotherapy();
        let ends = self.lines.iter().filter(|l| l.reason == Some("progression")).filter_map(|l| l.end);
        ends.filter(|end| *end > after).min()
    }
}
