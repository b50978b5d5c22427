//! The subjects behind the numbers. Local only: never part of what is shared.

/// Everyone in the study's population after eligibility, under opaque ids, with the groups and the endpoints' times.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Subjects {
    /// Number of subjects.
    pub n: usize,
    /// Which subjects are in which analysis set, with times.
    pub sets: Vec<SubjectSet>,
    /// Levels of every grouping.
    pub groupings: Vec<Grouping>,
    /// What swimmer plots and timelines draw.
    pub lanes: Vec<Lane>,
}

/// What a piece of a lane is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LaneKind {
    /// The lane itself: from the beginning to the end of observation.
    #[default]
    Observed,
    /// Something that lasts: a line of therapy, a course.
    Span,
    /// Something that happens on a day.
    Mark,
}

impl LaneKind {
    /// The word in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Span => "span",
            Self::Mark => "mark",
        }
    }
}

/// A piece of a subject's lane in a swimmer plot, or of a patient's timeline.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lane {
    /// Analysis.
    pub analysis_id: String,
    /// The subject.
    pub subject: u32,
    /// Order of the lane from the top: one per subject in a swimmer plot, one per sort of record in a timeline.
    pub lane: u32,
    /// What the piece is.
    pub kind: LaneKind,
    /// Name of the event, stream or table: `progression`, `systemic_line`.
    pub what: String,
    /// What is printed.
    pub label: String,
    /// Days since time zero; of a date known to the month or year the first day that it can be.
    pub from: f64,
    /// The last day that `from` can be; `None` where the day is known.
    pub from_latest: Option<f64>,
    /// Days since time zero at which it ends, the first that it can be; `None` for a mark.
    pub to: Option<f64>,
    /// The last day that `to` can be; `None` where the day is known.
    pub to_latest: Option<f64>,
    /// Whether it goes on at its end (an arrow): observation without the event, a therapy not yet ended.
    pub ongoing: bool,
}

/// An endpoint's analysis set.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SubjectSet {
    /// Endpoint.
    pub endpoint: String,
    /// Index of each subject, ascending.
    pub subject: Vec<u32>,
    /// Days from time zero at which observation began; empty where all began at 0.
    pub entry: Vec<f64>,
    /// Days from time zero at which it ended.
    pub exit: Vec<f64>,
    /// Which event ended it; 0 is none.
    pub event: Vec<u8>,
}

/// A grouping of all subjects.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grouping {
    /// Variable.
    pub name: String,
    /// Levels in order.
    pub levels: Vec<String>,
    /// Index into `levels` per subject; `u32::MAX` where unknown.
    pub codes: Vec<u32>,
}

impl Subjects {
    /// The opaque id of a subject: `S0001`, wide enough for all.
    #[must_use]
    pub fn id(&self, subject: u32) -> String {
        let width = self.n.max(1).to_string().len().max(4);
        format!("S{:0width$}", u64::from(subject) + 1)
    }

    /// The grouping of that name.
    #[must_use]
    pub fn grouping(&self, name: &str) -> Option<&Grouping> {
        self.groupings.iter().find(|g| g.name == name)
    }

    /// The analysis set of that endpoint.
    #[must_use]
    pub fn set(&self, endpoint: &str) -> Option<&SubjectSet> {
        self.sets.iter().find(|s| s.endpoint == endpoint)
    }
}
