//! What a drug is.

use std::fmt;

/// Kinds of endocrine therapy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndocrineKind {
    /// Aromatase inhibitor.
    AromataseInhibitor,
    /// Selective oestrogen receptor modulator: tamoxifen.
    Serm,
    /// Selective oestrogen receptor degrader: fulvestrant.
    Serd,
    /// LHRH analogue, for ovarian suppression.
    Lhrh,
    /// Progestin.
    Progestin,
    /// Endocrine therapy, which kind is not said.
    NotSaid,
}

/// Kinds of chemotherapy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChemotherapyKind {
    /// Taxane.
    Taxane,
    /// Anthracycline or anthracenedione.
    Anthracycline,
    /// Antimetabolite.
    Antimetabolite,
    /// Vinca alkaloid.
    Vinca,
    /// Platinum compound.
    Platinum,
    /// Alkylating agent.
    Alkylating,
    /// Topoisomerase inhibitor.
    Topoisomerase,
    /// Another cytotoxic drug: eribulin, ixabepilone, mitomycin.
    Other,
    /// Chemotherapy, which kind is not said.
    NotSaid,
}

/// What a drug is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DrugClass {
    /// Antibody against HER2.
    AntiHer2Antibody,
    /// Tyrosine-kinase inhibitor of HER2.
    Her2Tki,
    /// Antibody-drug conjugate.
    AntibodyDrugConjugate,
    /// Inhibitor of CDK4/6.
    Cdk46Inhibitor,
    /// Endocrine therapy.
    Endocrine(EndocrineKind),
    /// Chemotherapy.
    Chemotherapy(ChemotherapyKind),
    /// PARP inhibitor.
    ParpInhibitor,
    /// Inhibitor of PI3K, AKT or mTOR.
    PathwayInhibitor,
    /// Immune checkpoint inhibitor.
    Immunotherapy,
    /// Inhibitor of angiogenesis.
    Antiangiogenic,
    /// Agent that protects bone: supportive, no treatment of the tumour.
    BoneAgent,
}

use ChemotherapyKind as C;
use EndocrineKind as E;

impl DrugClass {
    /// All classes, in the order printed, each with its name in `data/drugs.toml` and in print.
    pub const ALL: [(Self, &'static str); 24] = [
        (Self::AntiHer2Antibody, "anti-HER2 antibody"),
        (Self::Her2Tki, "HER2 tyrosine-kinase inhibitor"),
        (Self::AntibodyDrugConjugate, "antibody-drug conjugate"),
        (Self::Cdk46Inhibitor, "CDK4/6 inhibitor"),
        (Self::Endocrine(E::AromataseInhibitor), "endocrine: aromatase inhibitor"),
        (Self::Endocrine(E::Serm), "endocrine: SERM"),
        (Self::Endocrine(E::Serd), "endocrine: SERD"),
        (Self::Endocrine(E::Lhrh), "endocrine: LHRH analogue"),
        (Self::Endocrine(E::Progestin), "endocrine: progestin"),
        (Self::Endocrine(E::NotSaid), "endocrine"),
        (Self::Chemotherapy(C::Taxane), "chemotherapy: taxane"),
        (Self::Chemotherapy(C::Anthracycline), "chemotherapy: anthracycline"),
        (Self::Chemotherapy(C::Antimetabolite), "chemotherapy: antimetabolite"),
        (Self::Chemotherapy(C::Vinca), "chemotherapy: vinca alkaloid"),
        (Self::Chemotherapy(C::Platinum), "chemotherapy: platinum"),
        (Self::Chemotherapy(C::Alkylating), "chemotherapy: alkylating agent"),
        (Self::Chemotherapy(C::Topoisomerase), "chemotherapy: topoisomerase inhibitor"),
        (Self::Chemotherapy(C::Other), "chemotherapy: other"),
        (Self::Chemotherapy(C::NotSaid), "chemotherapy"),
        (Self::ParpInhibitor, "PARP inhibitor"),
        (Self::PathwayInhibitor, "PI3K/AKT/mTOR inhibitor"),
        (Self::Immunotherapy, "immunotherapy"),
        (Self::Antiangiogenic, "antiangiogenic"),
        (Self::BoneAgent, "bone agent"),
    ];

    /// The name in data and in print: `endocrine: aromatase inhibitor`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(class, _)| *class == self).map_or("", |(_, name)| *name)
    }

    /// The class of that name, case folded.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        Self::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(class, _)| *class)
    }

    /// Whether it treats the tumour: everything but bone agents.
    #[must_use]
    pub fn is_antitumour(self) -> bool {
        self != Self::BoneAgent
    }

    /// Whether it can begin a line of therapy or keep one going: antitumour, and no LHRH analogue, which accompanies others.
    #[must_use]
    pub fn makes_lines(self) -> bool {
        self.is_antitumour() && self != Self::Endocrine(E::Lhrh)
    }

    /// Whether it is endocrine therapy, ovarian suppression included.
    #[must_use]
    pub fn is_endocrine(self) -> bool {
        matches!(self, Self::Endocrine(_))
    }

    /// Whether it is chemotherapy; antibody-drug conjugates are a class of their own.
    #[must_use]
    pub fn is_chemotherapy(self) -> bool {
        matches!(self, Self::Chemotherapy(_))
    }

    /// Whether this class is said without its kind and that one is of a kind: `chemotherapy` covers taxanes.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        match self {
            Self::Endocrine(E::NotSaid) => other.is_endocrine(),
            Self::Chemotherapy(C::NotSaid) => other.is_chemotherapy(),
            _ => false,
        }
    }

    /// Whether it acts on HER2: antibody or tyrosine-kinase inhibitor. For conjugates the class does not say.
    #[must_use]
    pub fn is_anti_her2(self) -> bool {
        matches!(self, Self::AntiHer2Antibody | Self::Her2Tki)
    }
}

impl fmt::Display for DrugClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_found_by_its_name() {
        for (class, name) in DrugClass::ALL {
            assert_eq!(class.name(), name);
            assert_eq!(DrugClass::from_name(&name.to_uppercase()), Some(class));
        }
    }

    #[test]
    fn what_accompanies_makes_no_line() {
        assert!(!DrugClass::BoneAgent.is_antitumour());
        assert!(
            DrugClass::Endocrine(E::Lhrh).is_antitumour() && !DrugClass::Endocrine(E::Lhrh).makes_lines()
        );
        assert!(DrugClass::Endocrine(E::Serm).makes_lines());
    }
}
