//! Which assessment can show which lesion: by its modality, and by criteria that speak of one organ.
//!
//! Page: `docs/disease/imaging.md`.

use crate::Organ;

/// How an assessment was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Modality {
    /// Computed tomography, of the trunk unless the criteria say brain.
    Ct,
    /// PET-CT.
    PetCt,
    /// Magnetic resonance imaging.
    Mri,
    /// Bone scintigraphy.
    BoneScan,
    /// Ultrasound.
    Ultrasound,
    /// Plain radiograph.
    XRay,
    /// Examination without imaging.
    Clinical,
}

impl Modality {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Ct, Self::PetCt, Self::Mri, Self::BoneScan, Self::Ultrasound, Self::XRay, Self::Clinical];

    /// The code in data.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ct => "ct",
            Self::PetCt => "pet-ct",
            Self::Mri => "mri",
            Self::BoneScan => "bone-scan",
            Self::Ultrasound => "ultrasound",
            Self::XRay => "x-ray",
            Self::Clinical => "clinical",
        }
    }

    /// The modality of that code.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.name() == name)
    }

    /// Whether it can show a lesion of that organ; `None` is another tissue: breast, chest wall, one not named.
    fn can_show(self, organ: Option<Organ>) -> bool {
        use Organ as O;
        let inside_skull = organ.is_some_and(O::is_intracranial);
        match self {
            Self::Mri => true,
            Self::Ct | Self::PetCt => !inside_skull,
            Self::BoneScan => organ == Some(O::Bone),
            Self::Ultrasound => {
                matches!(organ, None | Some(O::LymphNode | O::Liver | O::Ovary | O::Skin | O::OtherTissue))
            }
            Self::XRay => matches!(organ, Some(O::Bone | O::Lung | O::Pleura)),
            Self::Clinical => false,
        }
    }
}

/// What the criteria of an assessment say of the region it looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// RANO-BM: inside the skull.
    Head,
    /// MD Anderson criteria, SPINO: bone.
    Bone,
}

impl Region {
    /// The region that the criteria of that code look at; `None` for those of the whole body, and where none are named.
    #[must_use]
    pub fn of_criteria(code: Option<&str>) -> Option<Self> {
        match code? {
            "rano-bm" => Some(Self::Head),
            "mda-bone" | "spino" => Some(Self::Bone),
            _ => None,
        }
    }
}

/// Whether an assessment of the whole disease can have shown a lesion of that organ.
///
/// Criteria of one organ show that organ alone, and a CT judged by RANO-BM is one of the head. A modality that is not
/// recorded excludes nothing; `None` for the organ is another tissue.
#[must_use]
pub fn can_show(modality: Option<Modality>, region: Option<Region>, organ: Option<Organ>) -> bool {
    let in_region = match region {
        None => true,
        Some(Region::Head) => organ.is_some_and(Organ::is_intracranial),
        Some(Region::Bone) => organ == Some(Organ::Bone),
    };
    let of_head = region == Some(Region::Head) && modality == Some(Modality::Ct);
    in_region && (of_head || modality.is_none_or(|m| m.can_show(organ)))
}
