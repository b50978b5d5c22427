//! Organs that metastases involve, each known, excluded or not assessed.

use std::fmt;

use crate::Truth;

/// An organ or tissue with distant metastases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Organ {
    /// Bone, with or without a soft-tissue part.
    Bone,
    /// Distant lymph nodes; regional nodes are locoregional disease.
    LymphNode,
    /// Lung parenchyma.
    Lung,
    /// Pleura, or an effusion taken as metastatic.
    Pleura,
    /// Liver.
    Liver,
    /// Brain parenchyma.
    Brain,
    /// Leptomeninges.
    Leptomeninges,
    /// Adrenal gland.
    Adrenal,
    /// Ovary.
    Ovary,
    /// Peritoneum.
    Peritoneum,
    /// Skin and soft tissue outside the treated breast and chest wall.
    Skin,
    /// Another organ inside a body cavity.
    OtherVisceral,
    /// Another tissue.
    OtherTissue,
}

impl Organ {
    /// All of them, in the order printed.
    pub const ALL: [Self; 13] = [
        Self::Bone,
        Self::LymphNode,
        Self::Lung,
        Self::Pleura,
        Self::Liver,
        Self::Brain,
        Self::Leptomeninges,
        Self::Adrenal,
        Self::Ovary,
        Self::Peritoneum,
        Self::Skin,
        Self::OtherVisceral,
        Self::OtherTissue,
    ];

    /// The name in data and in print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bone => "bone",
            Self::LymphNode => "lymph node",
            Self::Lung => "lung",
            Self::Pleura => "pleura",
            Self::Liver => "liver",
            Self::Brain => "brain",
            Self::Leptomeninges => "leptomeninges",
            Self::Adrenal => "adrenal",
            Self::Ovary => "ovary",
            Self::Peritoneum => "peritoneum",
            Self::Skin => "skin",
            Self::OtherVisceral => "other visceral",
            Self::OtherTissue => "other tissue",
        }
    }

    /// The organ of that name, case folded.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let plain = name.trim().to_lowercase().replace('_', " ");
        Self::ALL.into_iter().find(|organ| organ.name() == plain)
    }

    /// Whether it is inside the skull.
    #[must_use]
    pub fn is_intracranial(self) -> bool {
        matches!(self, Self::Brain | Self::Leptomeninges)
    }

    /// Whether it counts as visceral. Trials differ about the brain, so the caller says.
    #[must_use]
    pub fn is_visceral(self, brain_counts: bool) -> bool {
        match self {
            Self::Bone | Self::LymphNode | Self::Skin | Self::OtherTissue => false,
            Self::Brain | Self::Leptomeninges => brain_counts,
            _ => true,
        }
    }
}

/// Which organs are involved.
///
/// `involved` is the whole list of organs in which metastases were found; an organ that is not in it is free of them,
/// unless it is in `not_assessed`. Without a list nothing is known of any organ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Organs {
    /// Organs in which metastases were found; `None` where the record does not say.
    pub involved: Option<Vec<Organ>>,
    /// Organs that were not looked at: brain without symptoms, most often.
    pub not_assessed: Vec<Organ>,
}

impl Organs {
    /// Whether that organ is involved.
    #[must_use]
    pub fn is_involved(&self, organ: Organ) -> Truth {
        match &self.involved {
            None => Truth::Unknown,
            Some(list) if list.contains(&organ) => Truth::True,
            Some(_) if self.not_assessed.contains(&organ) => Truth::Unknown,
            Some(_) => Truth::False,
        }
    }

    /// Whether one of those for which `wanted` holds is involved.
    #[must_use]
    pub fn any(&self, wanted: impl Fn(Organ) -> bool) -> Truth {
        Truth::any(Organ::ALL.into_iter().filter(|o| wanted(*o)).map(|o| self.is_involved(o)))
    }

    /// How many are involved.
    #[must_use]
    pub fn count(&self) -> crate::Count {
        let with = |truth| Organ::ALL.into_iter().filter(|o| self.is_involved(*o) == truth).count() as u32;
        let low = with(Truth::True);
        let high = self.involved.is_some().then(|| low + with(Truth::Unknown));
        crate::Count { low, high }
    }
}

/// Writes a list of organs as data hold it: `bone, liver`; `none` for an empty one.
pub struct OrganList<'a>(
    /// The organs, in the order written.
    pub &'a [Organ],
);

impl fmt::Display for OrganList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (i, organ) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            f.write_str(organ.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organ_not_assessed_is_neither_involved_nor_free() {
        let organs = Organs { involved: Some(vec![Organ::Bone]), not_assessed: vec![Organ::Brain] };
        assert_eq!(organs.is_involved(Organ::Bone), Truth::True);
        assert_eq!(organs.is_involved(Organ::Liver), Truth::False);
        assert_eq!(organs.is_involved(Organ::Brain), Truth::Unknown);
        assert_eq!(organs.count(), "1-2".parse().unwrap());
        assert!(Organs::default().count().is_unknown());
    }

    #[test]
    fn every_organ_is_found_by_its_name() {
        for organ in Organ::ALL {
            assert_eq!(Organ::from_name(&organ.name().to_uppercase()), Some(organ));
        }
    }
}
