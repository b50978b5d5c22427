//! Stage IV in space: number of lesions, number and kind of organs, inside or outside the skull.

use super::{KIM, Parameters};
use crate::ask::{Question, conclude};
use crate::counting;
use crate::patient::Patient;
use crate::{Answer, Finding, Organ, Rule};

const BURDEN: Rule = Rule { name: "metastatic-burden", version: "1", source: KIM };
const EXTENT: Rule = Rule { name: "organ-extent", version: "1", source: KIM };
const PATTERN: Rule = Rule {
    name: "organ-pattern",
    version: "1",
    source: "usage of trials of metastatic breast cancer; from memory, unverified",
};
const CRANIAL: Rule = Rule {
    name: "cranial-extent",
    version: "1",
    source: "brain against other sites, as in Marazzi 2024, J Pers Med 14:805",
};

/// Number of lesions, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Burden {
    /// None is seen.
    None,
    /// 1 to the limit.
    Oligometastatic,
    /// More.
    Polymetastatic,
}

impl Answer for Burden {
    fn name(self) -> &'static str {
        match self {
            Self::None => "no metastasis",
            Self::Oligometastatic => "oligometastatic",
            Self::Polymetastatic => "polymetastatic",
        }
    }
}

/// Number of organs, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Extent {
    /// None.
    None,
    /// One.
    OneOrgan,
    /// Two or more.
    SeveralOrgans,
}

impl Answer for Extent {
    fn name(self) -> &'static str {
        match self {
            Self::None => "no organ",
            Self::OneOrgan => "one organ",
            Self::SeveralOrgans => "several organs",
        }
    }
}

/// Kind of organs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// None.
    None,
    /// Bone and nothing else.
    BoneOnly,
    /// Nodes, skin, other tissue, with or without bone, and nothing visceral.
    NonVisceral,
    /// At least one visceral organ.
    Visceral,
}

impl Answer for Pattern {
    fn name(self) -> &'static str {
        match self {
            Self::None => "no organ",
            Self::BoneOnly => "bone only",
            Self::NonVisceral => "non-visceral",
            Self::Visceral => "visceral",
        }
    }
}

/// Inside or outside the skull.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cranial {
    /// None.
    None,
    /// Outside only.
    Extracranial,
    /// Inside only.
    Intracranial,
    /// Both.
    Both,
}

impl Answer for Cranial {
    fn name(self) -> &'static str {
        match self {
            Self::None => "no organ",
            Self::Extracranial => "extracranial only",
            Self::Intracranial => "intracranial only",
            Self::Both => "intracranial and extracranial",
        }
    }
}

/// Oligo- or polymetastatic by the number of lesions now. Whether there was polymetastatic disease before is a fact of
/// history that this does not answer.
#[must_use]
pub fn burden(p: &Patient, parameters: &Parameters) -> Finding<Burden> {
    let nodes = parameters.node_counting;
    let n = counting::total(p, nodes);
    let counted = |text: &'static str, answer| counting::total_used(Question::new(text, answer), nodes, p);
    let question = |number| match number {
        0 => counted("any metastasis?", n.at_least(1)),
        _ => counted("more lesions than oligometastatic disease has?", !n.at_most(parameters.omd_max)),
    };
    conclude(BURDEN, parameters.named(&["omd_max", "node_counting"]), question, |path| {
        if !path.ask(0) {
            Burden::None
        } else if path.ask(1) {
            Burden::Polymetastatic
        } else {
            Burden::Oligometastatic
        }
    })
}

fn organs(p: &Patient, text: &'static str, answer: crate::Truth) -> Question {
    Question::new(text, answer).organs(&p.organs)
}

/// One organ or several.
#[must_use]
pub fn extent(p: &Patient) -> Finding<Extent> {
    let n = p.organs.count();
    let question = |number| match number {
        0 => organs(p, "any organ?", n.at_least(1)),
        _ => organs(p, "more than one organ?", n.at_least(2)),
    };
    conclude(EXTENT, Vec::new(), question, |path| {
        if !path.ask(0) {
            Extent::None
        } else if path.ask(1) {
            Extent::SeveralOrgans
        } else {
            Extent::OneOrgan
        }
    })
}

/// Bone only, non-visceral, or visceral.
#[must_use]
pub fn pattern(p: &Patient, parameters: &Parameters) -> Finding<Pattern> {
    let visceral = |organ: Organ| organ.is_visceral(parameters.brain_is_visceral);
    let other = |organ: Organ| !visceral(organ) && organ != Organ::Bone;
    let question = |number| match number {
        0 => organs(p, "a visceral organ?", p.organs.any(visceral)),
        1 => organs(p, "another organ than bone?", p.organs.any(other)),
        _ => organs(p, "bone?", p.organs.is_involved(Organ::Bone)),
    };
    conclude(PATTERN, parameters.named(&["brain_is_visceral"]), question, |path| {
        if path.ask(0) {
            Pattern::Visceral
        } else if path.ask(1) {
            Pattern::NonVisceral
        } else if path.ask(2) {
            Pattern::BoneOnly
        } else {
            Pattern::None
        }
    })
}

/// Inside the skull, outside, or both. A brain that was not imaged leaves it open.
#[must_use]
pub fn cranial(p: &Patient) -> Finding<Cranial> {
    let question = |number| match number {
        0 => organs(p, "brain or leptomeninges?", p.organs.any(Organ::is_intracranial)),
        _ => organs(p, "an organ outside the skull?", p.organs.any(|organ| !organ.is_intracranial())),
    };
    conclude(CRANIAL, Vec::new(), question, |path| match (path.ask(0), path.ask(1)) {
        (true, true) => Cranial::Both,
        (true, false) => Cranial::Intracranial,
        (false, true) => Cranial::Extracranial,
        (false, false) => Cranial::None,
    })
}
