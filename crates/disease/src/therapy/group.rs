//! The class of a whole systemic therapy: what a table of characteristics shows.

use super::{DrugClass, DrugId, Formulary};

/// The class of the drugs given together: of several the first in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SystemicClass {
    /// A drug against HER2: antibody, tyrosine-kinase inhibitor, or conjugate of trastuzumab.
    AntiHer2,
    /// An inhibitor of CDK4/6.
    Cdk46Inhibitor,
    /// Chemotherapy.
    Chemotherapy,
    /// Another targeted drug, immune therapy, or another conjugate.
    Other,
    /// Endocrine therapy alone.
    Endocrine,
    /// No drug against the tumour.
    None,
}

impl SystemicClass {
    /// All classes with what is printed, in order.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::AntiHer2, "Anti-HER2"),
        (Self::Cdk46Inhibitor, "CDK4/6 inhibitor"),
        (Self::Chemotherapy, "Chemotherapy"),
        (Self::Other, "Other"),
        (Self::Endocrine, "Endocrine"),
        (Self::None, "None"),
    ];

    /// The class of drugs given together; bone agents do not count.
    ///
    /// A conjugate whose name begins with trastuzumab is directed against HER2; the class of conjugates alone does not say.
    #[must_use]
    pub fn of(formulary: &Formulary, drugs: impl IntoIterator<Item = DrugId>) -> Self {
        drugs.into_iter().map(|d| Self::of_drug(formulary, d)).min().unwrap_or(Self::None)
    }

    fn of_drug(formulary: &Formulary, drug: DrugId) -> Self {
        let drug = formulary.drug(drug);
        match drug.class {
            DrugClass::AntiHer2Antibody | DrugClass::Her2Tki => Self::AntiHer2,
            DrugClass::AntibodyDrugConjugate if drug.name.starts_with("trastuzumab") => Self::AntiHer2,
            DrugClass::Cdk46Inhibitor => Self::Cdk46Inhibitor,
            DrugClass::Chemotherapy(_) => Self::Chemotherapy,
            DrugClass::Endocrine(_) => Self::Endocrine,
            DrugClass::BoneAgent => Self::None,
            DrugClass::AntibodyDrugConjugate
            | DrugClass::ParpInhibitor
            | DrugClass::PathwayInhibitor
            | DrugClass::Immunotherapy
            | DrugClass::Antiangiogenic => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_class_in_order_names_a_combination() {
        let formulary = Formulary::builtin();
        for (names, class) in [
            (vec!["trastuzumab", "capecitabine"], SystemicClass::AntiHer2),
            (vec!["T-DM1"], SystemicClass::AntiHer2),
            (vec!["sacituzumab govitecan"], SystemicClass::Other),
            (vec!["letrozole", "palbociclib"], SystemicClass::Cdk46Inhibitor),
            (vec!["capecitabine", "letrozole"], SystemicClass::Chemotherapy),
            (vec!["letrozole", "zoledronic acid"], SystemicClass::Endocrine),
            (vec!["zoledronic acid"], SystemicClass::None),
            (vec![], SystemicClass::None),
        ] {
            let drugs: Vec<DrugId> = names.iter().map(|n| formulary.by_name(n).unwrap()).collect();
            assert_eq!(SystemicClass::of(formulary, drugs), class, "{names:?}");
        }
    }
}
