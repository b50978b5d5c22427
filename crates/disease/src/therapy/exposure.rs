//! Exposures to drugs as recorded, with the other facts of a history that decide lines of therapy.

use std::fmt;

use oligomet_base::PartialDate;

use super::DrugId;

/// When an exposure ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExposureEnd {
    /// On that date, the last day on the drug.
    On(PartialDate),
    /// Not yet, at the last contact.
    Ongoing,
    /// The record does not say.
    NotSaid,
}

/// Why an exposure, or a line, ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndReason {
    /// Progression of the disease.
    Progression,
    /// Toxicity or intolerance.
    Toxicity,
    /// As planned: a number of cycles, the end of induction.
    Planned,
    /// The patient's wish.
    Wish,
    /// Death.
    Death,
    /// Another reason.
    Other,
    /// The record does not say.
    NotSaid,
}

impl EndReason {
    /// All reasons with their names in data and in print.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Progression, "progression"),
        (Self::Toxicity, "toxicity"),
        (Self::Planned, "planned"),
        (Self::Wish, "wish"),
        (Self::Death, "death"),
        (Self::Other, "other"),
        (Self::NotSaid, "not said"),
    ];

    /// The name in data and in print.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(reason, _)| *reason == self).map_or("", |(_, name)| *name)
    }

    /// The reason of that name, case folded.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let plain = name.trim().to_lowercase().replace('_', " ");
        Self::ALL.iter().find(|(_, known)| *known == plain).map(|(reason, _)| *reason)
    }
}

/// For what a drug was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// Before surgery of the primary tumour.
    Neoadjuvant,
    /// After surgery of the primary tumour.
    Adjuvant,
    /// For metastatic disease.
    Metastatic,
    /// For metastatic disease, and recorded as maintenance of the line before it.
    Maintenance,
    /// The record does not say.
    NotSaid,
}

impl Setting {
    /// All settings with their names in data and in print.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Neoadjuvant, "neoadjuvant"),
        (Self::Adjuvant, "adjuvant"),
        (Self::Metastatic, "metastatic"),
        (Self::Maintenance, "maintenance"),
        (Self::NotSaid, "not said"),
    ];

    /// The name in data and in print.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(setting, _)| *setting == self).map_or("", |(_, name)| *name)
    }

    /// The setting of that name, case folded.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let plain = name.trim().to_lowercase().replace('_', " ");
        Self::ALL.iter().find(|(_, known)| *known == plain).map(|(setting, _)| *setting)
    }
}

/// One drug, given from a date to a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// The drug; a biosimilar or another form of administration is the same drug.
    pub drug: DrugId,
    /// First day on the drug; `None` where the record does not say.
    pub start: Option<PartialDate>,
    /// When it ended.
    pub end: ExposureEnd,
    /// Why it ended.
    pub reason: EndReason,
    /// For what it was given.
    pub setting: Setting,
    /// Row of the source, for the trace and for problems.
    pub row: Option<u64>,
}

impl Exposure {
    /// An exposure for metastatic disease of which the reason of ending is not said.
    #[must_use]
    pub fn new(drug: DrugId, start: Option<PartialDate>, end: ExposureEnd) -> Self {
        Self { drug, start, end, reason: EndReason::NotSaid, setting: Setting::Metastatic, row: None }
    }

    /// The date of its end, if one is recorded.
    #[must_use]
    pub fn end_date(&self) -> Option<PartialDate> {
        match self.end {
            ExposureEnd::On(date) => Some(date),
            _ => None,
        }
    }
}

/// What is recorded of one patient's systemic therapy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Exposures in any order.
    pub exposures: Vec<Exposure>,
    /// All progressions of the metastatic disease; `None` where they were not recorded as such, so that only the reasons
    /// of ending tell of them.
    pub progressions: Option<Vec<PartialDate>>,
    /// First distant metastasis: decides about exposures whose setting is not said.
    pub first_metastasis: Option<PartialDate>,
    /// Death.
    pub death: Option<PartialDate>,
}

impl fmt::Display for ExposureEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(date) => write!(f, "{date}"),
            Self::Ongoing => f.write_str("ongoing"),
            Self::NotSaid => f.write_str("not said"),
        }
    }
}
