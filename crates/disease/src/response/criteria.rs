//! Named criteria where RECIST serves badly: bone (MD Anderson), brain (RANO-BM), spine (SPINO).
//!
//! What a reader judges is a fact here; the rules join the facts. Page: `docs/disease/response-criteria.md`.

use crate::ask::{Path, Question, conclude};
use crate::{Answer, Finding, Rule, Truth};

/// MD Anderson criteria for bone as written here.
pub const BONE: Rule = Rule {
    name: "md-anderson-bone",
    version: "1",
    source: "Hamaoka 2004, J Clin Oncol 22:2942-2953, as tabulated in PMC3863546 (Hayashi 2012, Table 1), read",
};

/// RANO-BM as written here.
pub const BRAIN: Rule = Rule {
    name: "rano-bm",
    version: "1",
    source: "Lin 2015, Lancet Oncol 16:e270-e278, as reprinted in PMC6499019 (Table 4), read",
};

/// SPINO as written here.
pub const SPINE: Rule = Rule {
    name: "spino",
    version: "1",
    source: "Thibault 2015, Lancet Oncol 16:e595-e603, from memory, unverified",
};

/// Response by one of these criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Graded {
    /// Complete response.
    Complete,
    /// Partial response.
    Partial,
    /// Stable disease.
    Stable,
    /// Progressive disease.
    Progression,
}

impl Answer for Graded {
    fn name(self) -> &'static str {
        match self {
            Self::Complete => "CR",
            Self::Partial => "PR",
            Self::Stable => "SD",
            Self::Progression => "PD",
        }
    }
}

/// What is known of the bone metastases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bone {
    /// Complete fill-in or sclerosis of lytic lesions, normal density of blastic ones, no signal left.
    pub complete: Truth,
    /// Sclerotic rim, partial fill-in, regression of a measurable or blastic lesion.
    pub improved: Truth,
    /// An existing lesion is larger.
    pub larger: Truth,
    /// A new lesion.
    pub new_lesion: Truth,
    /// What looks larger or new is judged to be a flare.
    pub flare: Truth,
}

/// Response of bone metastases.
#[must_use]
pub fn bone(facts: &Bone) -> Finding<Graded> {
    let questions = [
        Question::fact("a new lesion in bone?", "new_lesion", facts.new_lesion),
        Question::fact("an existing lesion larger?", "larger", facts.larger),
        Question::fact("explained by a flare?", "flare", facts.flare),
        Question::fact("all lesions filled in, sclerosed or normal?", "complete", facts.complete),
        Question::fact("partial fill-in, sclerotic rim or regression?", "improved", facts.improved),
    ];
    conclude(
        BONE,
        Vec::new(),
        |i| questions[i].clone(),
        |path| {
            if (path.ask(0) || path.ask(1)) && !path.ask(2) {
                Graded::Progression
            } else if path.ask(3) {
                Graded::Complete
            } else if path.ask(4) {
                Graded::Partial
            } else {
                Graded::Stable
            }
        },
    )
}

/// What is known of the brain metastases and the patient.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Brain {
    /// All target lesions gone.
    pub targets_gone: Truth,
    /// Sum of longest diameters 30 % or more below baseline.
    pub fell_30: Truth,
    /// Sum 20 % or more above its nadir.
    pub rose_20: Truth,
    /// All non-target lesions gone, or none at baseline.
    pub non_targets_gone: Truth,
    /// Unequivocal progression of a non-target lesion.
    pub non_target_progression: Truth,
    /// A new lesion, visible in at least two projections.
    pub new_lesion: Truth,
    /// On corticosteroids.
    pub steroids: Truth,
    /// More corticosteroids than before.
    pub steroids_increased: Truth,
    /// Clinically worse.
    pub clinically_worse: Truth,
}

/// Response of brain metastases. More corticosteroids alone are no progression, but exclude a partial response.
#[must_use]
pub fn brain(facts: &Brain) -> Finding<Graded> {
    let questions = [
        Question::fact("sum 20 % above its nadir?", "rose_20", facts.rose_20),
        Question::fact(
            "non-target lesion progressive?",
            "non_target_progression",
            facts.non_target_progression,
        ),
        Question::fact("a new lesion?", "new_lesion", facts.new_lesion),
        Question::fact("clinically worse?", "clinically_worse", facts.clinically_worse),
        Question::fact("target lesions gone?", "targets_gone", facts.targets_gone),
        Question::fact("non-target lesions gone?", "non_targets_gone", facts.non_targets_gone),
        Question::fact("on corticosteroids?", "steroids", facts.steroids),
        Question::fact("sum 30 % below baseline?", "fell_30", facts.fell_30),
        Question::fact("more corticosteroids?", "steroids_increased", facts.steroids_increased),
    ];
    conclude(BRAIN, Vec::new(), |i| questions[i].clone(), decide_brain)
}

fn decide_brain(path: &mut Path<'_>) -> Graded {
    if path.ask(0) || path.ask(1) || path.ask(2) || path.ask(3) {
        return Graded::Progression;
    }
    let gone = path.ask(4);
    if gone && path.ask(5) && !path.ask(6) {
        return Graded::Complete;
    }
    if (gone || path.ask(7)) && !path.ask(8) { Graded::Partial } else { Graded::Stable }
}

/// State of an irradiated spinal metastasis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spine {
    /// Controlled.
    Control,
    /// Larger, but it may be pseudoprogression: magnetic resonance imaging again.
    Repeat,
    /// Local progression.
    Progression,
}

impl Answer for Spine {
    fn name(self) -> &'static str {
        match self {
            Self::Control => "local control",
            Self::Repeat => "repeat imaging",
            Self::Progression => "local progression",
        }
    }
}

/// What is known of the irradiated spinal metastasis.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SpineFacts {
    /// Gross unequivocal increase of volume or a diameter.
    pub larger: Truth,
    /// New or progressive tumour in the epidural space.
    pub epidural: Truth,
    /// Neurological deterioration by epidural disease known before.
    pub neurological: Truth,
    /// Pseudoprogression is possible: early, or judged so.
    pub pseudoprogression: Truth,
}

/// State of an irradiated spinal metastasis.
#[must_use]
pub fn spine(facts: &SpineFacts) -> Finding<Spine> {
    let questions = [
        Question::fact("new or progressive epidural tumour?", "epidural", facts.epidural),
        Question::fact("deterioration by epidural disease?", "neurological", facts.neurological),
        Question::fact("unequivocally larger?", "larger", facts.larger),
        Question::fact("pseudoprogression possible?", "pseudoprogression", facts.pseudoprogression),
    ];
    conclude(
        SPINE,
        Vec::new(),
        |i| questions[i].clone(),
        |path| {
            if path.ask(0) || path.ask(1) {
                Spine::Progression
            } else if !path.ask(2) {
                Spine::Control
            } else if path.ask(3) {
                Spine::Repeat
            } else {
                Spine::Progression
            }
        },
    )
}
