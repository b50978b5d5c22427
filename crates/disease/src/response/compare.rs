//! Derived beside reported responses: every difference with its kind.

use super::recist::{Response, TimePoint};

/// How a derived response relates to the reported one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agreement {
    /// The same.
    Same,
    /// Reported as evaluable, derived NE: a lesion that RECIST needs was not assessed.
    ReportedDespiteMissing,
    /// Reported NE, derived an answer: what is there is enough.
    ReportedNotEvaluable,
    /// Derived progression by a non-target or new lesion, which the report leaves out.
    ProgressionBesideTargets,
    /// Derived progression by the sum of the target lesions, not reported.
    ProgressionOfTargets,
    /// Progression reported that the measurements do not show (a reader's judgement, or a lesion not recorded).
    ProgressionNotInMeasurements,
    /// Response against stable disease: the report has the better one.
    ReportedBetter,
    /// Response against stable disease: the report has the worse one.
    ReportedWorse,
}

impl Agreement {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Same,
        Self::ReportedDespiteMissing,
        Self::ReportedNotEvaluable,
        Self::ProgressionBesideTargets,
        Self::ProgressionOfTargets,
        Self::ProgressionNotInMeasurements,
        Self::ReportedBetter,
        Self::ReportedWorse,
    ];

    /// The words printed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::ReportedDespiteMissing => "reported although a lesion was not assessed",
            Self::ReportedNotEvaluable => "reported NE although evaluable",
            Self::ProgressionBesideTargets => "progression of non-target or new lesions not reported",
            Self::ProgressionOfTargets => "progression of target lesions not reported",
            Self::ProgressionNotInMeasurements => "reported progression not in the measurements",
            Self::ReportedBetter => "reported better than derived",
            Self::ReportedWorse => "reported worse than derived",
        }
    }
}

/// A derived response beside the reported one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// Number of the assessment.
    pub assessment: usize,
    /// Derived by [`super::assess`].
    pub derived: Response,
    /// As reported.
    pub reported: Response,
    /// How they relate.
    pub agreement: Agreement,
    /// Whether the reported response is among those still possible.
    pub reported_is_possible: bool,
}

/// Compares one derived response with the reported one.
#[must_use]
pub fn compare(point: &TimePoint, reported: Response) -> Comparison {
    let derived = point.response;
    let agreement = match (derived, reported) {
        (d, r) if d == r => Agreement::Same,
        (Response::NotEvaluable, _) => Agreement::ReportedDespiteMissing,
        (_, Response::NotEvaluable) => Agreement::ReportedNotEvaluable,
        (Response::Progression, _) if point.target == Some(Response::Progression) => {
            Agreement::ProgressionOfTargets
        }
        (Response::Progression, _) => Agreement::ProgressionBesideTargets,
        (_, Response::Progression) => Agreement::ProgressionNotInMeasurements,
        (d, r) if r < d => Agreement::ReportedBetter,
        _ => Agreement::ReportedWorse,
    };
    let reported_is_possible = point.finding.possible.contains(&reported);
    Comparison { assessment: point.assessment, derived, reported, agreement, reported_is_possible }
}
