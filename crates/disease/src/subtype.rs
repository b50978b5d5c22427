//! HER2 status after ASCO/CAP, and the surrogate subtypes of the St. Gallen consensus of 2013.
//!
//! Page with the decision tables: `docs/disease/subtype.md`.

use oligomet_base::{Problem, Severity};

use crate::ask::{Path, Question, conclude};
use crate::patient::Patient;
use crate::patient::contradiction;
use crate::settings::{Parameters as List, Slot};
use crate::{Answer, Finding, Rule, Truth};

/// HER2 as written here.
pub const HER2: Rule = Rule {
    name: "her2-status",
    version: "1",
    source: "ASCO/CAP 2018 (Wolff, J Clin Oncol 36:2105; pocket guideline read); HER2-low as in DESTINY-Breast04 (Modi 2022, N Engl J Med 387:9), from memory, unverified",
};

/// The subtype as written here.
pub const RULE: Rule = Rule {
    name: "st-gallen-2013-subtype",
    version: "1",
    source: "Goldhirsch 2013, Ann Oncol 24:2206-2223, as tabulated in PMC6797629; refinement: Maisonneuve 2014, Breast Cancer Res 16:R65 (abstract)",
};

/// HER2 status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Her2 {
    /// Immunohistochemistry 0.
    Zero,
    /// Immunohistochemistry 1+, or 2+ without amplification: negative, and HER2-low.
    Low,
    /// Immunohistochemistry 3+, or 2+ with amplification.
    Positive,
}

impl Answer for Her2 {
    fn name(self) -> &'static str {
        match self {
            Self::Zero => "HER2 0",
            Self::Low => "HER2-low",
            Self::Positive => "HER2 positive",
        }
    }
}

/// Surrogate subtype.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subtype {
    /// Hormone receptor positive, HER2 negative, low proliferation, high progesterone receptor.
    LuminalA,
    /// Hormone receptor positive, HER2 negative, not luminal A-like.
    LuminalB,
    /// Oestrogen receptor and HER2 positive.
    LuminalBHer2,
    /// HER2 positive, both hormone receptors negative.
    Her2,
    /// All three negative.
    TripleNegative,
    /// Oestrogen receptor negative, progesterone receptor positive: not defined by the consensus.
    NotDefined,
}

impl Answer for Subtype {
    fn name(self) -> &'static str {
        match self {
            Self::LuminalA => "luminal A-like",
            Self::LuminalB => "luminal B-like, HER2 negative",
            Self::LuminalBHer2 => "luminal B-like, HER2 positive",
            Self::Her2 => "HER2 positive, non-luminal",
            Self::TripleNegative => "triple negative",
            Self::NotDefined => "not defined: ER negative, PR positive",
        }
    }
}

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Percent of cells from which a hormone receptor is positive: 1.
    pub receptor_cut: f64,
    /// Percent from which Ki-67 is high: 20; the consensus also allows a laboratory's own, often 14.
    pub ki67_cut: f64,
    /// Percent from which the progesterone receptor is high: 20.
    pub pr_cut: f64,
    /// Maisonneuve's refinement: below `ki67_low_cut` luminal A-like whatever the progesterone receptor.
    pub maisonneuve: bool,
    /// The lower cut of the refinement: 14.
    pub ki67_low_cut: f64,
    /// Whether a tumour with progesterone receptor alone counts as luminal B-like.
    pub pr_alone_is_luminal: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            receptor_cut: 1.0,
            ki67_cut: 20.0,
            pr_cut: 20.0,
            maisonneuve: false,
            ki67_low_cut: 14.0,
            pr_alone_is_luminal: false,
        }
    }
}

impl List for Parameters {
    fn slots(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("receptor_cut", Slot::Number(&mut self.receptor_cut)),
            ("ki67_cut", Slot::Number(&mut self.ki67_cut)),
            ("pr_cut", Slot::Number(&mut self.pr_cut)),
            ("maisonneuve", Slot::Switch(&mut self.maisonneuve)),
            ("ki67_low_cut", Slot::Number(&mut self.ki67_low_cut)),
            ("pr_alone_is_luminal", Slot::Switch(&mut self.pr_alone_is_luminal)),
        ]
    }
}

/// HER2 by the results of the laboratory, and whether these contradict what is reported as a whole.
struct Her2Results {
    positive: Truth,
    low: Truth,
    contradictory: bool,
}

fn her2_results(p: &Patient) -> Her2Results {
    let three = p.her2_ihc.at_least(3);
    let two = p.her2_ihc.at_least(2);
    let one = p.her2_ihc.at_least(1);
    let by_results = three.or(two.and(p.her2_ish));
    let contradictory = p.her2 != Truth::Unknown && by_results != Truth::Unknown && p.her2 != by_results;
    let positive = match (contradictory, p.her2) {
        (true, _) => Truth::Unknown,
        (false, Truth::Unknown) => by_results,
        (false, stated) => stated,
    };
    Her2Results { positive, low: one, contradictory }
}

fn her2_question(p: &Patient, text: &'static str, answer: Truth) -> Question {
    let mut question = Question::new(text, answer);
    if p.her2 != Truth::Unknown {
        let stated = if p.her2.is_true() { "positive" } else { "negative" };
        question = question.derived("her2", stated);
    }
    question = question.count("her2_ihc", p.her2_ihc);
    let ish_matters = !p.her2_ihc.at_least(2).is_false() && !p.her2_ihc.at_least(3).is_true();
    match (ish_matters, p.her2_ish) {
        (true, Truth::True) => question.derived("her2_ish", "amplified"),
        (true, Truth::False) => question.derived("her2_ish", "not amplified"),
        (true, Truth::Unknown) => question.given("her2_ish", Truth::Unknown),
        (false, _) => question,
    }
}

fn her2_positive(p: &Patient) -> Question {
    her2_question(p, "HER2 positive?", her2_results(p).positive)
}

/// The condition "HER2 negative" of other rules.
pub(crate) fn her2_negative(p: &Patient) -> Question {
    her2_question(p, "HER2 negative?", !her2_results(p).positive)
}

/// HER2 results that contradict each other (OM508).
pub(crate) fn her2_problem(p: &Patient) -> Option<Problem> {
    let why = "HER2 decides the subtype and the therapies that are open";
    if her2_results(p).contradictory {
        let what = "her2 as reported contradicts her2_ihc and her2_ish";
        return Some(contradiction(Severity::Error, "OM508", "her2", what, why));
    }
    let strong_without = p.her2_ihc.at_least(3).is_true() && p.her2_ish.is_false();
    let weak_with = p.her2_ihc.at_most(1).is_true() && p.her2_ish.is_true();
    let what = "her2_ihc and her2_ish disagree; the rule follows immunohistochemistry (0, 1+, 3+ decide)";
    (strong_without || weak_with).then(|| contradiction(Severity::Warning, "OM508", "her2_ish", what, why))
}

/// HER2 status of one patient; HER2-low is kept apart.
#[must_use]
pub fn her2(p: &Patient) -> Finding<Her2> {
    let results = her2_results(p);
    let question = |number| match number {
        0 => her2_question(p, "HER2 positive?", results.positive),
        _ => her2_question(p, "HER2-low (1+, or 2+ without amplification)?", results.low),
    };
    conclude(HER2, Vec::new(), question, |path| {
        if path.ask(0) {
            Her2::Positive
        } else if path.ask(1) {
            Her2::Low
        } else {
            Her2::Zero
        }
    })
}

const ER: usize = 0;
const PR: usize = 1;
const HER2_POSITIVE: usize = 2;
const KI67_LOWEST: usize = 3;
const KI67_HIGH: usize = 4;
const PR_HIGH: usize = 5;

/// Subtype of one patient. Without Ki-67 both luminal A-like and luminal B-like stay possible.
#[must_use]
pub fn classify(p: &Patient, parameters: &Parameters) -> Finding<Subtype> {
    let receptor = |text: &'static str, name: &'static str, value: crate::Measured, cut: f64| {
        Question::new(text, value.at_least(cut)).measured(name, value)
    };
    let question = |number| match number {
        ER => receptor("oestrogen receptor positive?", "er", p.er, parameters.receptor_cut),
        PR => receptor("progesterone receptor positive?", "pr", p.pr, parameters.receptor_cut),
        HER2_POSITIVE => her2_positive(p),
        KI67_LOWEST => {
            let low = !p.ki67.at_least(parameters.ki67_low_cut);
            Question::new("Ki-67 below the lower cut?", low).measured("ki67", p.ki67)
        }
        KI67_HIGH => receptor("Ki-67 high?", "ki67", p.ki67, parameters.ki67_cut),
        _ => receptor("progesterone receptor high?", "pr", p.pr, parameters.pr_cut),
    };
    conclude(RULE, parameters.facts(), question, |path| decide(path, parameters))
}

fn decide(path: &mut Path<'_>, parameters: &Parameters) -> Subtype {
    let er = path.ask(ER);
    let her2 = path.ask(HER2_POSITIVE);
    if !er && path.ask(PR) {
        return match (parameters.pr_alone_is_luminal, her2) {
            (false, _) => Subtype::NotDefined,
            (true, true) => Subtype::LuminalBHer2,
            (true, false) => Subtype::LuminalB,
        };
    }
    match (er, her2) {
        (true, true) => Subtype::LuminalBHer2,
        (false, true) => Subtype::Her2,
        (false, false) => Subtype::TripleNegative,
        (true, false) => luminal(path, parameters),
    }
}

fn luminal(path: &mut Path<'_>, parameters: &Parameters) -> Subtype {
    if parameters.maisonneuve && path.ask(KI67_LOWEST) {
        return Subtype::LuminalA;
    }
    if path.ask(KI67_HIGH) || !path.ask(PR_HIGH) { Subtype::LuminalB } else { Subtype::LuminalA }
}
