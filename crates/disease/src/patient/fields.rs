//! The dictionary of fields: name, meaning and allowed values of every fact of a patient.

use oligomet_base::PartialDate;

use super::Patient;
use crate::{Count, Measured, Truth};

/// One field: a key of a patient's file, or a column of a table of patients.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name: `primary_diagnosis`.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What may stand there.
    pub kind: Kind,
}

/// What may stand in a field, and where it goes.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text(fn(&mut Patient) -> &mut String),
    /// Yes or no.
    YesNo(fn(&mut Patient) -> &mut Truth),
    /// A date, known to the day, month or year.
    Date(fn(&mut Patient) -> &mut Option<PartialDate>),
    /// A whole number or its bounds, at most that.
    Whole(fn(&mut Patient) -> &mut Count, u32),
    /// A percentage or its bounds.
    Percent(fn(&mut Patient) -> &mut Measured),
    /// A number that is not negative, or its bounds.
    Number(fn(&mut Patient) -> &mut Measured),
    /// A hormone receptor: percent of stained cells, or positive or negative.
    Receptor(fn(&mut Patient) -> &mut Measured),
    /// HER2 as a whole: positive or negative.
    Her2(fn(&mut Patient) -> &mut Truth),
    /// HER2 immunohistochemistry: 0, 1+, 2+, 3+.
    Ihc(fn(&mut Patient) -> &mut Count),
    /// In-situ hybridisation: amplified or not amplified.
    Ish(fn(&mut Patient) -> &mut Truth),
    /// Organs involved.
    Organs,
    /// Organs not looked at.
    NotAssessed,
}

impl Kind {
    /// The allowed values in words.
    #[must_use]
    pub fn allowed(self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::YesNo(_) => "yes, no",
            Self::Date(_) => "a date; a month (2019-03) or a year (2019) where no more is known",
            Self::Whole(..) => "a whole number, or its bounds: 3, > 5, <= 3, 1-3",
            Self::Percent(_) => "0 to 100, or bounds: 15, < 20, 10-20",
            Self::Number(_) => "a number, or its bounds: 22, > 15",
            Self::Receptor(_) => "percent of stained cells (90, < 1), positive, negative",
            Self::Her2(_) => "positive, negative",
            Self::Ihc(_) => "0, 1+, 2+, 3+",
            Self::Ish(_) => "amplified, not amplified",
            Self::Organs => "organs separated by commas, or none",
            Self::NotAssessed => "organs separated by commas",
        }
    }
}

/// The field of that name; spaces, hyphens and capitals do not matter.
#[must_use]
pub fn find(name: &str) -> Option<&'static Field> {
    let plain = name.trim().to_lowercase().replace([' ', '-'], "_");
    FIELDS.iter().find(|field| field.name == plain)
}

const fn field(name: &'static str, kind: Kind, meaning: &'static str) -> Field {
    Field { name, meaning, kind }
}

const NO_LIMIT: u32 = 9999;

/// All fields, in the order in which a form would ask for them.
pub const FIELDS: &[Field] = &[
    field("patient", Kind::Text(|p| &mut p.id), "opaque identifier; no name, no date of birth"),
    field(
        "primary_diagnosis",
        Kind::Date(|p| &mut p.primary_diagnosis),
        "first diagnosis of the breast cancer",
    ),
    field(
        "primary_treatment_end",
        Kind::Date(|p| &mut p.primary_treatment_end),
        "end of the local treatment of the primary tumour (surgery or radiotherapy, whichever is last)",
    ),
    field("first_metastasis", Kind::Date(|p| &mut p.first_metastasis), "first distant metastasis ever"),
    field(
        "omd_diagnosis",
        Kind::Date(|p| &mut p.omd_diagnosis),
        "diagnosis of the metastatic state in question; everything below holds on that day",
    ),
    field(
        "stage_iv_at_diagnosis",
        Kind::YesNo(|p| &mut p.stage_iv_at_diagnosis),
        "distant metastases were present at the first diagnosis",
    ),
    field(
        "progressed_after_treatment",
        Kind::YesNo(|p| &mut p.progressed_after_treatment),
        "the disease progressed after treatment for stage IV disease",
    ),
    field(
        "history_polymetastatic",
        Kind::YesNo(|p| &mut p.history_polymetastatic),
        "polymetastatic disease at any earlier time, whatever is seen now",
    ),
    field(
        "history_oligometastatic",
        Kind::YesNo(|p| &mut p.history_oligometastatic),
        "oligometastatic disease at any earlier time",
    ),
    field(
        "lesions",
        Kind::Whole(|p| &mut p.total.lesions, NO_LIMIT),
        "distant metastatic lesions present, each lymph node counted as one",
    ),
    field(
        "nodes",
        Kind::Whole(|p| &mut p.total.nodes, NO_LIMIT),
        "how many of the lesions are distant lymph nodes",
    ),
    field(
        "nodal_regions",
        Kind::Whole(|p| &mut p.total.nodal_regions, NO_LIMIT),
        "in how many nodal regions (basins) these nodes lie",
    ),
    field(
        "progressing_lesions",
        Kind::Whole(|p| &mut p.progressing.lesions, NO_LIMIT),
        "how many of the lesions progress, new ones included",
    ),
    field(
        "progressing_nodes",
        Kind::Whole(|p| &mut p.progressing.nodes, NO_LIMIT),
        "how many of the progressing lesions are lymph nodes",
    ),
    field(
        "progressing_nodal_regions",
        Kind::Whole(|p| &mut p.progressing.nodal_regions, NO_LIMIT),
        "in how many nodal regions the progressing nodes lie",
    ),
    field(
        "treated_lesions",
        Kind::Whole(|p| &mut p.treated.lesions, NO_LIMIT),
        "how many of the lesions were treated locally",
    ),
    field(
        "treated_nodes",
        Kind::Whole(|p| &mut p.treated.nodes, NO_LIMIT),
        "how many of the treated lesions are lymph nodes",
    ),
    field(
        "treated_nodal_regions",
        Kind::Whole(|p| &mut p.treated.nodal_regions, NO_LIMIT),
        "in how many nodal regions the treated nodes lie",
    ),
    field("organs", Kind::Organs, "all organs in which distant metastases were found"),
    field(
        "organs_not_assessed",
        Kind::NotAssessed,
        "organs that were not looked at, such as a brain without imaging",
    ),
    field(
        "progressing_organs",
        Kind::Whole(|p| &mut p.progressing_organs, 20),
        "in how many organs lesions progress",
    ),
    field(
        "progressing_intracranial",
        Kind::YesNo(|p| &mut p.progressing_intracranial),
        "a lesion of brain or leptomeninges progresses",
    ),
    field(
        "locoregional_progressing",
        Kind::YesNo(|p| &mut p.locoregional_progressing),
        "the primary tumour, a local recurrence or regional nodes progress",
    ),
    field(
        "progressing_treatable",
        Kind::YesNo(|p| &mut p.progressing_treatable),
        "every progressing lesion can be treated with ablative local therapy",
    ),
    field(
        "progressing_irradiated_before",
        Kind::YesNo(|p| &mut p.progressing_irradiated_before),
        "a progressing lesion had been irradiated before",
    ),
    field(
        "all_progressing_treated",
        Kind::YesNo(|p| &mut p.all_progressing_treated),
        "every progressing lesion was irradiated",
    ),
    field(
        "growth_percent",
        Kind::Number(|p| &mut p.growth_percent),
        "growth of the progressing lesion that grew least, in percent of its size at the start of the therapy",
    ),
    field("size_mm", Kind::Number(|p| &mut p.size_mm), "size of the smallest progressing lesion, in mm"),
    field(
        "suv_rise_percent",
        Kind::Number(|p| &mut p.suv_rise_percent),
        "rise of SUVmax of the progressing lesion in which it rose least, in percent",
    ),
    field(
        "confirmed_by_pet",
        Kind::YesNo(|p| &mut p.confirmed_by_pet),
        "a second FDG-PET-CT about 6 weeks later confirmed the oligoprogression",
    ),
    field(
        "systemic_therapy",
        Kind::YesNo(|p| &mut p.systemic_therapy),
        "systemic anti-cancer therapy was ongoing",
    ),
    field(
        "systemic_start",
        Kind::Date(|p| &mut p.systemic_start),
        "first day of the systemic therapy ongoing, or else of the last one before",
    ),
    field(
        "systemic_end",
        Kind::Date(|p| &mut p.systemic_end),
        "last day of that therapy; left empty while it continues",
    ),
    field(
        "adjuvant_endocrine_only",
        Kind::YesNo(|p| &mut p.adjuvant_endocrine_only),
        "the only systemic therapy ongoing is adjuvant endocrine therapy",
    ),
    field(
        "line_of_therapy",
        Kind::Whole(|p| &mut p.line_of_therapy, 50),
        "number of the current line of systemic therapy for metastatic disease (0: none yet)",
    ),
    field(
        "controlled_six_months",
        Kind::YesNo(|p| &mut p.controlled_six_months),
        "that therapy had held the disease (response or stable) for at least 6 months",
    ),
    field(
        "cdk46_with_ai",
        Kind::YesNo(|p| &mut p.cdk46_with_ai),
        "that therapy is a CDK4/6 inhibitor with an aromatase inhibitor",
    ),
    field(
        "chemotherapy_for_metastases",
        Kind::YesNo(|p| &mut p.chemotherapy_for_metastases),
        "chemotherapy was given for metastatic disease at any time",
    ),
    field(
        "systemic_unchanged",
        Kind::YesNo(|p| &mut p.systemic_unchanged),
        "systemic therapy stayed unchanged after radiotherapy until the next imaging or clinical progression",
    ),
    field("radiotherapy_end", Kind::Date(|p| &mut p.radiotherapy_end), "last day of the radiotherapy"),
    field("next_imaging", Kind::Date(|p| &mut p.next_imaging), "first imaging after the radiotherapy"),
    field("ecog", Kind::Whole(|p| &mut p.ecog, 5), "ECOG performance status, 0 to 5"),
    field(
        "primary_controlled",
        Kind::YesNo(|p| &mut p.primary_controlled),
        "the primary tumour is controlled",
    ),
    field(
        "all_treatable",
        Kind::YesNo(|p| &mut p.all_treatable),
        "all metastases can be treated safely with curative-intent radiotherapy",
    ),
    field(
        "high_resolution_imaging",
        Kind::YesNo(|p| &mut p.high_resolution_imaging),
        "the number of lesions rests on high-resolution imaging",
    ),
    field("er", Kind::Receptor(|p| &mut p.er), "oestrogen receptor"),
    field("pr", Kind::Receptor(|p| &mut p.pr), "progesterone receptor"),
    field("her2", Kind::Her2(|p| &mut p.her2), "HER2 as the pathologist reports it as a whole"),
    field("her2_ihc", Kind::Ihc(|p| &mut p.her2_ihc), "HER2 immunohistochemistry"),
    field("her2_ish", Kind::Ish(|p| &mut p.her2_ish), "HER2 in-situ hybridisation"),
    field("ki67", Kind::Percent(|p| &mut p.ki67), "Ki-67, percent of stained nuclei"),
    field(
        "outside_progressing",
        Kind::YesNo(|p| &mut p.outside_progressing),
        "a lesion outside the irradiated breast progresses",
    ),
    field(
        "outside_responding",
        Kind::YesNo(|p| &mut p.outside_responding),
        "a lesion outside the irradiated breast responds",
    ),
    field(
        "outside_stable",
        Kind::YesNo(|p| &mut p.outside_stable),
        "a lesion outside the irradiated breast is stable",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found_however_they_are_written() {
        for (i, field) in FIELDS.iter().enumerate() {
            assert!(FIELDS[i + 1..].iter().all(|other| other.name != field.name), "{}", field.name);
            assert!(!field.meaning.is_empty());
        }
        assert_eq!(find(" Primary Diagnosis ").map(|f| f.name), Some("primary_diagnosis"));
        assert_eq!(find("Ki-67").map(|f| f.name), None);
    }
}
