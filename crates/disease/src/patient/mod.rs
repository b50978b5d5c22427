//! The facts of one patient that the rules take, at one point in time: the diagnosis of the metastatic state in question.
//!
//! Every fact may be unknown. [`fields`] is the dictionary of their names, meanings and allowed values; it serves a file
//! of one patient and a table of patients alike. [`Patient::from_fields`] reads, [`Patient::problems`] finds contradictions.

pub mod fields;
mod problems;

mod read;

use oligomet_base::PartialDate;

pub use fields::{FIELDS, Field};
pub(crate) use problems::contradiction;

use crate::{Count, Measured, Organs, Truth};

/// How many lesions, and how many of them are lymph nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lesions {
    /// All distant metastatic lesions, each lymph node counted as one.
    pub lesions: Count,
    /// How many of these are lymph nodes.
    pub nodes: Count,
    /// In how many nodal regions (basins) these nodes lie.
    pub nodal_regions: Count,
}

/// What is known of one patient, at the diagnosis of the metastatic state in question (`omd_diagnosis`).
///
/// The default knows nothing. Meanings of the fields: [`FIELDS`], and `docs/disease/fields.md`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Patient {
    /// Opaque identifier, if there is one.
    pub id: String,
    /// First diagnosis of the primary tumour.
    pub primary_diagnosis: Option<PartialDate>,
    /// End of the local treatment of the primary tumour.
    pub primary_treatment_end: Option<PartialDate>,
    /// First distant metastasis ever.
    pub first_metastasis: Option<PartialDate>,
    /// Diagnosis of the metastatic state in question.
    pub omd_diagnosis: Option<PartialDate>,
    /// Whether distant metastases were present at the first diagnosis.
    pub stage_iv_at_diagnosis: Truth,
    /// Whether the disease progressed after treatment for stage IV disease.
    pub progressed_after_treatment: Truth,
    /// Whether there was polymetastatic disease at any earlier time.
    pub history_polymetastatic: Truth,
    /// Whether there was oligometastatic disease at any earlier time.
    pub history_oligometastatic: Truth,
    /// Lesions present.
    pub total: Lesions,
    /// Those of them that progress, new ones included.
    pub progressing: Lesions,
    /// Those of them treated locally.
    pub treated: Lesions,
    /// Organs with distant metastases.
    pub organs: Organs,
    /// In how many organs lesions progress.
    pub progressing_organs: Count,
    /// Whether a lesion inside the skull progresses.
    pub progressing_intracranial: Truth,
    /// Whether the primary tumour, a local recurrence or regional nodes progress.
    pub locoregional_progressing: Truth,
    /// Whether every progressing lesion can be treated with ablative radiotherapy.
    pub progressing_treatable: Truth,
    /// Whether a progressing lesion was irradiated before.
    pub progressing_irradiated_before: Truth,
    /// Whether every progressing lesion was irradiated.
    pub all_progressing_treated: Truth,
    /// Smallest growth among the progressing lesions, percent.
    pub growth_percent: Measured,
    /// Smallest size among the progressing lesions, mm.
    pub size_mm: Measured,
    /// Smallest rise of SUVmax among the progressing lesions, percent.
    pub suv_rise_percent: Measured,
    /// Whether a second FDG-PET-CT confirmed the oligoprogression.
    pub confirmed_by_pet: Truth,
    /// Whether systemic therapy was ongoing.
    pub systemic_therapy: Truth,
    /// Start of the systemic therapy at, or last before, the diagnosis in question.
    pub systemic_start: Option<PartialDate>,
    /// Its last day.
    pub systemic_end: Option<PartialDate>,
    /// Whether adjuvant endocrine therapy is the only systemic therapy ongoing.
    pub adjuvant_endocrine_only: Truth,
    /// Number of the line of systemic therapy for metastatic disease.
    pub line_of_therapy: Count,
    /// Whether that therapy had achieved a response or stable disease for at least 6 months.
    pub controlled_six_months: Truth,
    /// Whether it is a CDK4/6 inhibitor with an aromatase inhibitor.
    pub cdk46_with_ai: Truth,
    /// Whether chemotherapy was ever given for metastatic disease.
    pub chemotherapy_for_metastases: Truth,
    /// Whether systemic therapy stayed unchanged until the next imaging or clinical progression.
    pub systemic_unchanged: Truth,
    /// Last day of radiotherapy.
    pub radiotherapy_end: Option<PartialDate>,
    /// First imaging after radiotherapy.
    pub next_imaging: Option<PartialDate>,
    /// ECOG performance status.
    pub ecog: Count,
    /// Whether the primary tumour is controlled.
    pub primary_controlled: Truth,
    /// Whether all metastases can be treated safely with curative-intent radiotherapy.
    pub all_treatable: Truth,
    /// Whether the number of lesions rests on high-resolution imaging.
    pub high_resolution_imaging: Truth,
    /// Oestrogen receptor, percent of stained cells.
    pub er: Measured,
    /// Progesterone receptor, percent of stained cells.
    pub pr: Measured,
    /// HER2 as reported as a whole: positive or negative.
    pub her2: Truth,
    /// HER2 immunohistochemistry, 0 to 3.
    pub her2_ihc: Count,
    /// Whether HER2 is amplified by in-situ hybridisation.
    pub her2_ish: Truth,
    /// Ki-67, percent of stained nuclei.
    pub ki67: Measured,
    /// Whether a lesion outside the breast progresses.
    pub outside_progressing: Truth,
    /// Whether a lesion outside the breast responds.
    pub outside_responding: Truth,
    /// Whether a lesion outside the breast is stable.
    pub outside_stable: Truth,
}

/// A fact that the record states and that also follows from others: where the two contradict each other, neither is believed.
#[must_use]
pub(crate) fn stated_or_derived(stated: Truth, derived: Truth) -> Truth {
    match (stated.known(), derived.known()) {
        (Some(a), Some(b)) if a != b => Truth::Unknown,
        (Some(a), _) => a.into(),
        (None, _) => derived,
    }
}
