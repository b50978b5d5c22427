//! Headers of events.

use super::{has, time_unit};

/// Words that may say that a date is when an event happened or a patient was last seen.
pub(in crate::propose) fn stems(words: &[String]) -> Vec<String> {
    const FLAG: &[&str] = &[
        "event",
        "ev",
        "status",
        "stat",
        "ind",
        "indicator",
        "flag",
        "yn",
        "happened",
        "occurred",
        "occurrence",
    ];
    const TIME: &[&str] = &[
        "time", "date", "datum", "dat", "dt", "of", "to", "fu", "at", "zeit", "the", "first", "until",
        "from", "in", "am",
    ];
    let mut stems = Vec::new();
    for word in words {
        let is_unit = time_unit(std::slice::from_ref(word)).is_some() && word.len() > 1;
        if is_unit || FLAG.contains(&word.as_str()) || TIME.contains(&word.as_str()) {
            continue;
        }
        let stem = ["time", "date", "datum", "event", "status"]
            .iter()
            .find_map(|end| word.strip_suffix(end))
            .unwrap_or(word);
        let stem = stem.strip_prefix("cens").filter(|rest| !rest.starts_with("or")).unwrap_or(stem);
        if !stem.is_empty() {
            stems.push(stem.to_owned());
        }
    }
    stems
}

/// Whether a header speaks of censoring, so that 1 may mean that the event did not happen.
pub(in crate::propose) fn speaks_of_censoring(words: &[String]) -> bool {
    words.iter().any(|word| word.starts_with("cens") || word.starts_with("zens"))
}

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::propose) struct Concept {
    /// Kinds of one family are told by one time: progression and progression or death.
    pub(in crate::propose) family: u8,
    pub(in crate::propose) name: &'static str,
    pub(in crate::propose) label: &'static str,
}

const fn concept(family: u8, name: &'static str, label: &'static str) -> Concept {
    Concept { family, name, label }
}

const CONCEPTS: &[(Concept, &[&str])] = &[
    (
        concept(0, "death", "Death"),
        &[
            "death",
            "dead",
            "died",
            "deceased",
            "dth",
            "exitus",
            "tod",
            "todes",
            "tot",
            "verstorben",
            "vital",
            "mort",
            "deces",
            "décès",
            "os",
            "surv",
            "survival",
            "overall",
            "dod",
            "muerte",
            "mortality",
            "d",
            "sterbe",
            "fallecimiento",
        ],
    ),
    (
        concept(1, "recurrence", "Recurrence"),
        &["recur", "recurr", "recurrence", "rec", "relapse", "rel", "rezidiv", "recid", "récidive", "r"],
    ),
    (concept(1, "recurrence_or_death", "Recurrence or death"), &["rfs", "dfs", "efs"]),
    (
        concept(2, "progression", "Progression"),
        &["prog", "progression", "progr", "progress", "pd", "progress", "p"],
    ),
    (concept(2, "progression_or_death", "Progression or death"), &["pfs"]),
    (
        concept(3, "metastasis", "Distant metastasis"),
        &["met", "mets", "metastasis", "metastases", "distant", "metastase"],
    ),
    (concept(3, "metastasis_or_death", "Distant metastasis or death"), &["dmfs"]),
    (
        concept(4, "local_failure", "Local failure"),
        &["lf", "lrr", "locoregional", "lc", "localfailure", "local", "lrf", "lokalrezidiv"],
    ),
];

/// The kind of event of which the stems of a header speak.
pub(in crate::propose) fn concept_of(stems: &[String]) -> Option<Concept> {
    // A local recurrence is a local failure: the more special kind stands last.
    CONCEPTS.iter().rev().find(|(_, words)| has(stems, words)).map(|(concept, _)| *concept)
}
