//! Toxicity by CTCAE grades: the worst per term and patient, acute and late, and the table.
//!
//! Page: `docs/disease/toxicity.md`. Whether a term has a grade (some have no grade 5) is not checked: the list of terms is not held here.

use std::collections::BTreeMap;

use oligomet_base::{PartialDate, Place, Problem};

use crate::Truth;
use crate::dates::days_between;

/// One adverse event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdverseEvent {
    /// CTCAE term.
    pub term: String,
    /// Grade 1 to 5, 0 for looked for and absent; `None` if the event is known and its grade is not.
    pub grade: Option<u8>,
    /// First day of this grade.
    pub onset: Option<PartialDate>,
    /// Version of CTCAE, as written: `5.0`.
    pub version: Option<String>,
}

/// The adverse events of one patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientToxicity {
    /// Name in the data.
    pub id: String,
    /// Whether toxicity was assessed: no events and not assessed is not grade 0.
    pub is_assessed: bool,
    /// The day from which acute and late are counted: start or end of radiotherapy, as the study says.
    pub origin: Option<PartialDate>,
    /// Events in any order.
    pub events: Vec<AdverseEvent>,
}

/// When an event began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Fewer days after the origin than the cut.
    Acute,
    /// That many or more.
    Late,
    /// The dates do not say.
    Unknown,
}

/// A worst grade: the highest known, and whether an event of unknown grade may be higher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct WorstGrade {
    /// Highest known grade; 0 if none was above it.
    pub known: u8,
    /// Whether some grade is not known, so that the worst can be higher.
    pub may_be_higher: bool,
}

impl WorstGrade {
    /// Whether the worst grade is that or higher.
    #[must_use]
    pub fn at_least(self, grade: u8) -> Truth {
        match (self.known >= grade, self.may_be_higher) {
            (true, _) => Truth::True,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::False,
        }
    }

    fn with(self, grade: Option<u8>) -> Self {
        match grade.filter(|g| *g <= 5) {
            Some(grade) => {
                let known = self.known.max(grade);
                Self { known, may_be_higher: self.may_be_higher && known < 5 }
            }
            None => Self { may_be_higher: self.known < 5, ..self },
        }
    }
}

/// The phase of an event; days from the origin below `acute_days` (usually 90) are acute.
#[must_use]
pub fn phase(origin: Option<PartialDate>, onset: Option<PartialDate>, acute_days: u32) -> Phase {
    let cut = i32::try_from(acute_days).unwrap_or(i32::MAX);
    match days_between(origin, onset) {
        Some(days) if days.max < 0 => Phase::Unknown,
        Some(days) if days.max < cut => Phase::Acute,
        Some(days) if days.min >= cut => Phase::Late,
        _ => Phase::Unknown,
    }
}

/// Worst grade of one patient over all terms; `None` if toxicity was not assessed.
#[must_use]
pub fn worst(patient: &PatientToxicity) -> Option<WorstGrade> {
    let grades = patient.events.iter().map(|e| e.grade);
    patient.is_assessed.then(|| grades.fold(WorstGrade::default(), WorstGrade::with))
}

/// Patients by worst grade in one phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GradeCounts {
    /// Patients whose worst grade is known to be 1, 2, 3, 4, 5.
    pub by_grade: [u32; 5],
    /// Patients with the event whose worst grade is not known.
    pub unknown_grade: u32,
}

/// One row of the table: a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermRow {
    /// CTCAE term.
    pub term: String,
    /// Acute.
    pub acute: GradeCounts,
    /// Late.
    pub late: GradeCounts,
    /// Events whose phase the dates do not say.
    pub unknown_phase: GradeCounts,
    /// At any time: the worst of all phases, each patient once.
    pub any: GradeCounts,
}

/// The table of a group of patients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToxicityTable {
    /// Patients assessed: the denominator.
    pub n_assessed: u32,
    /// Patients not assessed, told beside it.
    pub n_not_assessed: u32,
    /// Terms in alphabetical order.
    pub rows: Vec<TermRow>,
}

/// Patients by worst grade per term, acute and late. A patient counts once per term and phase.
#[must_use]
pub fn tabulate(patients: &[PatientToxicity], acute_days: u32) -> ToxicityTable {
    let mut rows: BTreeMap<&str, TermRow> = BTreeMap::new();
    let assessed = patients.iter().filter(|p| p.is_assessed);
    for patient in assessed.clone() {
        for (term, worst) in worst_by_term(patient, acute_days) {
            let row = rows.entry(term).or_insert_with(|| TermRow {
                term: term.to_owned(),
                acute: GradeCounts::default(),
                late: GradeCounts::default(),
                unknown_phase: GradeCounts::default(),
                any: GradeCounts::default(),
            });
            for (counts, worst) in
                [&mut row.acute, &mut row.late, &mut row.unknown_phase, &mut row.any].into_iter().zip(worst)
            {
                count(counts, worst);
            }
        }
    }
    let n_assessed = assessed.count() as u32;
    ToxicityTable {
        n_assessed,
        n_not_assessed: patients.len() as u32 - n_assessed,
        rows: rows.into_values().collect(),
    }
}

/// Worst grade per term: acute, late, phase unknown, at any time; `None` without an event.
fn worst_by_term(patient: &PatientToxicity, acute_days: u32) -> BTreeMap<&str, [Option<WorstGrade>; 4]> {
    let mut terms: BTreeMap<&str, [Option<WorstGrade>; 4]> = BTreeMap::new();
    for event in &patient.events {
        let cells = terms.entry(event.term.trim()).or_default();
        for cell in [phase(patient.origin, event.onset, acute_days) as usize, 3] {
            cells[cell] = Some(cells[cell].unwrap_or_default().with(event.grade));
        }
    }
    terms
}

fn count(counts: &mut GradeCounts, worst: Option<WorstGrade>) {
    match worst {
        Some(WorstGrade { may_be_higher: true, .. }) => counts.unknown_grade += 1,
        Some(WorstGrade { known: grade @ 1..=5, .. }) => counts.by_grade[usize::from(grade) - 1] += 1,
        _ => {}
    }
}

/// Problems of a group: versions mixed (OM531), grades that do not exist (OM532), events before the origin (OM533).
#[must_use]
pub fn check(patients: &[PatientToxicity]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let events = || patients.iter().flat_map(|p| p.events.iter().map(move |e| (p, e)));
    let mut versions: Vec<&str> = events().filter_map(|(_, e)| e.version.as_deref()).collect();
    versions.sort_unstable();
    versions.dedup();
    if versions.len() > 1 {
        problems.push(
            Problem::warning("OM531", format!("versions of CTCAE mixed: {}", versions.join(", ")))
                .why("the same event can have another grade in another version")
                .mend("report by version, or grade again by one"),
        );
    }
    for (patient, event) in events() {
        let place = || Place::subject(format!("{} of patient {}", event.term, patient.id));
        if event.grade.is_some_and(|g| g > 5) {
            problems.push(
                Problem::error("OM532", "a grade above 5")
                    .at(place())
                    .why("CTCAE has grades 1 to 5; the grade counts as unknown")
                    .mend("look up the grade"),
            );
        }
        if days_between(patient.origin, event.onset).is_some_and(|days| days.max < 0) {
            problems.push(
                Problem::warning("OM533", "an adverse event before the treatment it is counted from")
                    .at(place())
                    .why("it is neither acute nor late and is counted apart")
                    .mend("check both dates; an event that was there before is a baseline finding"),
            );
        }
    }
    problems
}
