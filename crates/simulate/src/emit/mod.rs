//! A history as rows of the department's tables.

mod disease;
mod follow_up;
mod imaging;
mod radiotherapy;
mod systemic;

use oligomet_base::{Day, PartialDate};

use crate::history::History;
use crate::profile::Profile;
use crate::random::Stream;
use crate::rows::Rows;
use crate::variable::{Traits, Variable};

/// What every part of a patient's rows needs.
pub(crate) struct Patient<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) traits: &'a Traits,
    pub(crate) history: &'a History,
    pub(crate) id: &'a str,
    /// Share of cells left empty where a department often leaves them empty; 0 in a stratum without missing values.
    missing: f64,
}

/// Rows of the patient that others point to.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) patient: u32,
    pub(crate) first_episode: u32,
    /// The episode that led to the course studied; the first where both are one.
    pub(crate) event_episode: u32,
    pub(crate) lesions: Vec<u32>,
    pub(crate) courses: Vec<u32>,
    pub(crate) volumes: Vec<Vec<u32>>,
}

impl Patient<'_> {
    /// Whether a cell stays empty.
    fn is_missing(&self, stream: &mut Stream) -> bool {
        stream.chance(self.missing)
    }

    /// A value, or nothing where the cell stays empty.
    fn often<T>(&self, value: T, stream: &mut Stream) -> Option<T> {
        (!self.is_missing(stream)).then_some(value)
    }

    fn level(&self, variable: Variable) -> &str {
        self.profile.levels.name(variable, self.traits.level(variable))
    }

    /// A key of one of the patient's rows: `SYN-0001-L2`.
    fn key(&self, kind: &str, number: usize) -> String {
        format!("{}-{kind}{number}", self.id)
    }
}

/// A date that is known to the month only.
pub(crate) fn to_month(day: Day) -> Option<PartialDate> {
    day.to_ymd().map(|(y, m, _)| PartialDate::Month(y, m))
}

/// Writes all rows of a patient.
pub(crate) fn emit(
    profile: &Profile,
    traits: &Traits,
    history: &History,
    id: &str,
    stream: &mut Stream,
    rows: &mut Rows,
) {
    let stratum = profile.strata.get(usize::from(traits.level(Variable::Stratum)));
    let missing = if stratum.is_some_and(|s| s.missing) { profile.missing } else { 0.0 };
    let patient = Patient { profile, traits, history, id, missing };
    let mut written = Written::default();
    disease::person(&patient, &mut written, stream, rows);
    disease::tumour(&patient, &written, stream, rows);
    disease::episodes_and_lesions(&patient, &mut written, stream, rows);
    systemic::lines(&patient, &written, rows);
    radiotherapy::courses(&patient, &mut written, stream, rows);
    imaging::assessments(&patient, &written, stream, rows);
    follow_up::events(&patient, &written, stream, rows);
    follow_up::contacts(&patient, &written, stream, rows);
}
