//! RECIST 1.1: the response at each assessment, from measurements.
//!
//! Page with the decision tables: `docs/disease/recist.md`.

use super::course::Course;
use super::matrix::Matrix;
use super::{overall, target};
use crate::settings::{Parameters as List, Slot};
use crate::{Answer, Finding, Rule};

/// The rule as written here.
pub const RULE: Rule = Rule {
    name: "recist-1.1",
    version: "1",
    source: "Eisenhauer 2009, Eur J Cancer 45:228-247, from memory and published summaries; unverified against the tables of the paper",
};

/// Response at one assessment, or over a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Response {
    /// Complete response.
    Complete,
    /// Partial response.
    Partial,
    /// Stable disease.
    Stable,
    /// Neither complete response nor progression: no target lesions to measure.
    NonCrNonPd,
    /// Progressive disease.
    Progression,
    /// No disease at baseline, none now.
    NoDisease,
    /// Not evaluable.
    NotEvaluable,
}

impl Response {
    /// All responses.
    pub const ALL: [Self; 7] = [
        Self::Complete,
        Self::Partial,
        Self::Stable,
        Self::NonCrNonPd,
        Self::Progression,
        Self::NoDisease,
        Self::NotEvaluable,
    ];

    /// The response of that name: `PR`, `non-CR/non-PD` (case does not matter).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name().eq_ignore_ascii_case(name.trim()))
    }
}

impl Answer for Response {
    fn name(self) -> &'static str {
        match self {
            Self::Complete => "CR",
            Self::Partial => "PR",
            Self::Stable => "SD",
            Self::NonCrNonPd => "non-CR/non-PD",
            Self::Progression => "PD",
            Self::NoDisease => "NED",
            Self::NotEvaluable => "NE",
        }
    }
}

/// What can be chosen. Lengths are tenths of a millimetre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecistParameters {
    /// Size of a lesion too small to measure: 50.
    pub too_small: u32,
    /// Short axis from which a node is not normal: 100.
    pub normal_node: u32,
    /// Percent below baseline that are a partial response: 30 (at most 100).
    pub response_percent: u32,
    /// Percent above the nadir that are progression: 20.
    pub progression_percent: u32,
    /// Growth above the nadir that progression needs as well: 50.
    pub progression_tenths: u32,
    /// Most target lesions: 5.
    pub max_targets: u32,
    /// Most target lesions in one organ: 2.
    pub max_per_organ: u32,
    /// Smallest measurable longest diameter: 100 (CT with slices of 5 mm at most).
    pub measurable: u32,
    /// Smallest short axis of a target node: 150.
    pub measurable_node: u32,
    /// Whether CR and PR must be seen again to count as best response.
    pub confirm: bool,
    /// Days after which a response can be confirmed: 28.
    pub confirm_days: u32,
    /// Most assessments not evaluable between a response and its confirmation: 1.
    pub confirm_max_ne: u32,
    /// Days from baseline from which stable disease counts: 42.
    pub stable_days: u32,
}

impl Default for RecistParameters {
    fn default() -> Self {
        Self {
            too_small: 50,
            normal_node: 100,
            response_percent: 30,
            progression_percent: 20,
            progression_tenths: 50,
            max_targets: 5,
            max_per_organ: 2,
            measurable: 100,
            measurable_node: 150,
            confirm: false,
            confirm_days: 28,
            confirm_max_ne: 1,
            stable_days: 42,
        }
    }
}

impl List for RecistParameters {
    fn slots(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("too_small", Slot::Whole(&mut self.too_small)),
            ("normal_node", Slot::Whole(&mut self.normal_node)),
            ("response_percent", Slot::Whole(&mut self.response_percent)),
            ("progression_percent", Slot::Whole(&mut self.progression_percent)),
            ("progression_tenths", Slot::Whole(&mut self.progression_tenths)),
            ("max_targets", Slot::Whole(&mut self.max_targets)),
            ("max_per_organ", Slot::Whole(&mut self.max_per_organ)),
            ("measurable", Slot::Whole(&mut self.measurable)),
            ("measurable_node", Slot::Whole(&mut self.measurable_node)),
            ("confirm", Slot::Switch(&mut self.confirm)),
            ("confirm_days", Slot::Whole(&mut self.confirm_days)),
            ("confirm_max_ne", Slot::Whole(&mut self.confirm_max_ne)),
            ("stable_days", Slot::Whole(&mut self.stable_days)),
        ]
    }
}

/// The response at one assessment after baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimePoint {
    /// Number of the assessment.
    pub assessment: usize,
    /// What RECIST says of the target lesions; `None` without target lesions.
    pub target: Option<Response>,
    /// What it says of the non-target lesions; `None` without any.
    pub non_target: Option<Response>,
    /// What its table says overall. NE where what is there cannot be judged.
    pub response: Response,
    /// Sum of the target lesions in tenths of a millimetre, if all are known.
    pub sum_tenths: Option<i64>,
    /// What the overall response can be if all that is missing were known (never NE), with the trace.
    pub finding: Finding<Response>,
}

/// The response at every assessment after the baseline, in order.
///
/// Empty where the first assessment is not the baseline or there is none; [`super::check()`] says so (OM520).
#[must_use]
pub fn assess(course: &Course, parameters: &RecistParameters) -> Vec<TimePoint> {
    if !course.assessments.first().is_some_and(|a| a.is_baseline) {
        return Vec::new();
    }
    let matrix = Matrix::new(course);
    let targets = target::follow(course, &matrix, parameters);
    let facts = parameters.facts_where(|name| ASSESSED.contains(&name));
    let others = overall::Others::new(course, &matrix, parameters);
    (1..course.assessments.len()).map(|at| overall::time_point(&others, &targets, at, &facts)).collect()
}

/// Parameters that the response at an assessment depends on.
const ASSESSED: [&str; 5] =
    ["too_small", "normal_node", "response_percent", "progression_percent", "progression_tenths"];
