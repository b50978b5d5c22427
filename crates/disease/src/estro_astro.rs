//! The definition of oligometastatic disease of ESTRO and ASTRO (2020) for radiotherapy.
//!
//! Page with the decision table: `docs/disease/estro-astro.md`.

use crate::ask::{Question, Verdict, all_hold};
use crate::counting::{self, NodeCounting};
use crate::patient::Patient;
use crate::settings::{Parameters as List, Slot};
use crate::{Finding, Rule};

/// The rule as written here.
pub const RULE: Rule = Rule {
    name: "estro-astro-definition",
    version: "1",
    source: "Lievens 2020, Radiother Oncol 148:157-166 (abstract read)",
};

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Most lesions: 5.
    pub omd_max: u32,
    /// How lymph nodes are counted.
    pub node_counting: NodeCounting,
    /// Whether the primary tumour must be controlled; the consensus calls it optional.
    pub controlled_primary_required: bool,
    /// Whether the lesions must have been counted on high-resolution imaging; the consensus calls it crucial, outside the definition.
    pub high_resolution_required: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            omd_max: 5,
            node_counting: NodeCounting::EachNode,
            controlled_primary_required: false,
            high_resolution_required: false,
        }
    }
}

impl List for Parameters {
    fn slots(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("omd_max", Slot::Whole(&mut self.omd_max)),
            ("node_counting", Slot::Nodes(&mut self.node_counting)),
            ("controlled_primary_required", Slot::Switch(&mut self.controlled_primary_required)),
            ("high_resolution_required", Slot::Switch(&mut self.high_resolution_required)),
        ]
    }
}

/// Whether the definition is met.
#[must_use]
pub fn classify(p: &Patient, parameters: &Parameters) -> Finding<Verdict> {
    let total = counting::total(p, parameters.node_counting);
    let number = total.at_least(1).and(total.at_most(parameters.omd_max));
    let number = Question::new("at least 1 lesion, and no more than the limit?", number);
    let mut conditions = vec![
        counting::total_used(number, parameters.node_counting, p),
        Question::fact(
            "all safely treatable with curative-intent radiotherapy?",
            "all_treatable",
            p.all_treatable,
        ),
    ];
    if parameters.controlled_primary_required {
        conditions.push(Question::fact(
            "primary tumour controlled?",
            "primary_controlled",
            p.primary_controlled,
        ));
    }
    if parameters.high_resolution_required {
        let seen = p.high_resolution_imaging;
        conditions.push(Question::fact(
            "counted on high-resolution imaging?",
            "high_resolution_imaging",
            seen,
        ));
    }
    all_hold(RULE, parameters.facts(), conditions)
}
