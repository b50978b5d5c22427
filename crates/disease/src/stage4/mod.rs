//! Characters of stage IV disease: status, presentation, disease-free interval, burden, extent, disease outside the breast.
//!
//! Page with the decision tables: `docs/disease/stage4.md`.

mod course;
mod extent;
mod outside_breast;

pub use course::{
    Interval, Presentation, StageFour, disease_free_days, disease_free_interval, presentation, status,
};
pub use extent::{Burden, Cranial, Extent, Pattern, burden, cranial, extent, pattern};
pub use outside_breast::{OutsideBreast, outside_breast};

pub(crate) use course::metastatic_by_dates;

use crate::counting::NodeCounting;
use crate::settings::{Parameters as List, Slot};

/// Months after the first diagnosis within which metastases count as present at diagnosis, where the record does not say.
pub(crate) const DE_NOVO_MONTHS: u32 = 4;

/// The day from which a disease-free interval counts; studies differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IntervalOrigin {
    /// First diagnosis of the primary tumour.
    #[default]
    PrimaryDiagnosis,
    /// End of the local treatment of the primary tumour.
    EndOfPrimaryTreatment,
}

impl IntervalOrigin {
    /// The name in settings and in print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PrimaryDiagnosis => "primary diagnosis",
            Self::EndOfPrimaryTreatment => "end of primary treatment",
        }
    }

    /// The origin of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::PrimaryDiagnosis, Self::EndOfPrimaryTreatment].into_iter().find(|o| o.name() == name)
    }
}

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Months after the first diagnosis within which metastases count as de novo, where the record does not say: 4 (unverified).
    pub de_novo_months: u32,
    /// Calendar months after the first diagnosis up to which metastases are synchronous: 6.
    pub synchronous_months: u32,
    /// From which day a disease-free interval counts.
    pub interval_origin: IntervalOrigin,
    /// Calendar months from which a disease-free interval is long: 24.
    pub interval_cut_months: u32,
    /// Most lesions of oligometastatic disease: 5.
    pub omd_max: u32,
    /// How lymph nodes are counted.
    pub node_counting: NodeCounting,
    /// Whether brain and leptomeninges count as visceral.
    pub brain_is_visceral: bool,
    /// Whether de novo disease is coded "stable outside the breast", as Kim 2023 did.
    pub de_novo_as_stable: bool,
    /// Whether stable lesions beside progressing ones make a mixed response; otherwise a responding one must be there.
    pub stable_beside_progressing_is_mixed: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            de_novo_months: DE_NOVO_MONTHS,
            synchronous_months: 6,
            interval_origin: IntervalOrigin::PrimaryDiagnosis,
            interval_cut_months: 24,
            omd_max: 5,
            node_counting: NodeCounting::EachNode,
            brain_is_visceral: true,
            de_novo_as_stable: false,
            stable_beside_progressing_is_mixed: false,
        }
    }
}

impl List for Parameters {
    fn slots(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("de_novo_months", Slot::Whole(&mut self.de_novo_months)),
            ("synchronous_months", Slot::Whole(&mut self.synchronous_months)),
            ("interval_origin", Slot::Origin(&mut self.interval_origin)),
            ("interval_cut_months", Slot::Whole(&mut self.interval_cut_months)),
            ("omd_max", Slot::Whole(&mut self.omd_max)),
            ("node_counting", Slot::Nodes(&mut self.node_counting)),
            ("brain_is_visceral", Slot::Switch(&mut self.brain_is_visceral)),
            ("de_novo_as_stable", Slot::Switch(&mut self.de_novo_as_stable)),
            (
                "stable_beside_progressing_is_mixed",
                Slot::Switch(&mut self.stable_beside_progressing_is_mixed),
            ),
        ]
    }
}

impl Parameters {
    /// Those that a rule uses, as printed with it.
    fn named(&self, names: &[&str]) -> Vec<crate::Fact> {
        self.facts_where(|name| names.contains(&name))
    }
}

/// Kim 2023 is the source of several of these rules.
const KIM: &str = "Kim 2023, Radiat Oncol 18:168, doi 10.1186/s13014-023-02357-7";
