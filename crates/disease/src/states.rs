//! The states of oligometastatic disease of ESTRO and EORTC (2020): five questions, nine states.
//!
//! Page with the decision table: `docs/disease/states.md`.

use crate::ask::{Path, Question, conclude};
use crate::counting::{self, NodeCounting};
use crate::dates::{more_than_months, not_after, surely_after};
use crate::patient::{Patient, stated_or_derived};
use crate::settings::{Parameters as List, Slot};
use crate::{Answer, Finding, Rule, Truth};

/// The rule as written here.
pub const RULE: Rule = Rule {
    name: "estro-eortc-states",
    version: "1",
    source: "Guckenberger 2020, Lancet Oncol 21:e18-e28; decision tree from memory, unverified against the figure",
};

/// One of the nine states, or not oligometastatic now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Found with the primary tumour or soon after.
    Synchronous,
    /// First oligometastatic disease, later, without systemic therapy.
    MetachronousOligorecurrence,
    /// First oligometastatic disease, later, under systemic therapy.
    MetachronousOligoprogression,
    /// After earlier oligometastatic disease, without systemic therapy.
    RepeatOligorecurrence,
    /// After earlier oligometastatic disease, progressing under systemic therapy.
    RepeatOligoprogression,
    /// After earlier oligometastatic disease, not progressing under systemic therapy.
    RepeatOligopersistence,
    /// After polymetastatic disease, without systemic therapy.
    InducedOligorecurrence,
    /// After polymetastatic disease, progressing under systemic therapy.
    InducedOligoprogression,
    /// After polymetastatic disease, not progressing under systemic therapy.
    InducedOligopersistence,
    /// More lesions than oligometastatic disease has, and no oligoprogression.
    PolymetastaticNow,
    /// No metastasis is seen now.
    NoMetastasisNow,
}

impl Answer for State {
    fn name(self) -> &'static str {
        match self {
            Self::Synchronous => "synchronous oligometastatic disease",
            Self::MetachronousOligorecurrence => "metachronous oligorecurrence",
            Self::MetachronousOligoprogression => "metachronous oligoprogression",
            Self::RepeatOligorecurrence => "repeat oligorecurrence",
            Self::RepeatOligoprogression => "repeat oligoprogression",
            Self::RepeatOligopersistence => "repeat oligopersistence",
            Self::InducedOligorecurrence => "induced oligorecurrence",
            Self::InducedOligoprogression => "induced oligoprogression",
            Self::InducedOligopersistence => "induced oligopersistence",
            Self::PolymetastaticNow => "polymetastatic now",
            Self::NoMetastasisNow => "no metastasis now",
        }
    }
}

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Most lesions of oligometastatic disease: 5; other consensus papers say 3.
    pub omd_max: u32,
    /// Most progressing lesions of oligoprogression where the total is above `omd_max`.
    pub progressing_max: u32,
    /// Calendar months after the first diagnosis up to which disease is synchronous: 6.
    pub synchronous_months: u32,
    /// How lymph nodes are counted.
    pub node_counting: NodeCounting,
    /// Whether adjuvant endocrine therapy at relapse counts as active systemic therapy.
    pub adjuvant_endocrine_is_active: bool,
    /// Days after the last dose during which systemic therapy still counts as ongoing.
    pub grace_days: u32,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            omd_max: 5,
            progressing_max: 5,
            synchronous_months: 6,
            node_counting: NodeCounting::EachNode,
            adjuvant_endocrine_is_active: true,
            grace_days: 0,
        }
    }
}

impl List for Parameters {
    fn slots(&mut self) -> Vec<(&'static str, Slot<'_>)> {
        vec![
            ("omd_max", Slot::Whole(&mut self.omd_max)),
            ("progressing_max", Slot::Whole(&mut self.progressing_max)),
            ("synchronous_months", Slot::Whole(&mut self.synchronous_months)),
            ("node_counting", Slot::Nodes(&mut self.node_counting)),
            ("adjuvant_endocrine_is_active", Slot::Switch(&mut self.adjuvant_endocrine_is_active)),
            ("grace_days", Slot::Whole(&mut self.grace_days)),
        ]
    }
}

const ANY: usize = 0;
const FEW: usize = 1;
const POLYMETASTATIC_BEFORE: usize = 2;
const OLIGOMETASTATIC_BEFORE: usize = 3;
const LATE: usize = 4;
const ACTIVE_THERAPY: usize = 5;
const PROGRESSING: usize = 6;
const FEW_PROGRESSING: usize = 7;

/// The state of one patient.
///
/// Oligoprogression counts the progressing lesions; the total may then be any number. Polymetastatic disease is a fact of
/// history, never inferred from the number seen now.
#[must_use]
pub fn classify(patient: &Patient, parameters: &Parameters) -> Finding<State> {
    conclude(RULE, parameters.facts(), |number| question(patient, parameters, number), decide)
}

fn decide(path: &mut Path<'_>) -> State {
    if !path.ask(ANY) {
        return State::NoMetastasisNow;
    }
    if path.ask(FEW) { decide_few(path) } else { decide_many(path) }
}

/// Up to `omd_max` lesions: the tree of the consensus.
fn decide_few(path: &mut Path<'_>) -> State {
    let history = history(path);
    if history == History::Synchronous {
        return State::Synchronous;
    }
    if !path.ask(ACTIVE_THERAPY) {
        return recurrence(history);
    }
    if history == History::Metachronous || path.ask(PROGRESSING) {
        return progression(history);
    }
    persistence(history)
}

/// More lesions: oligoprogression if few of them progress under therapy, else polymetastatic.
fn decide_many(path: &mut Path<'_>) -> State {
    if !path.ask(ACTIVE_THERAPY) || !path.ask(PROGRESSING) || !path.ask(FEW_PROGRESSING) {
        return State::PolymetastaticNow;
    }
    match history(path) {
        History::Synchronous => State::PolymetastaticNow,
        other => progression(other),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum History {
    Synchronous,
    Metachronous,
    Repeat,
    Induced,
}

fn history(path: &mut Path<'_>) -> History {
    if path.ask(POLYMETASTATIC_BEFORE) {
        History::Induced
    } else if path.ask(OLIGOMETASTATIC_BEFORE) {
        History::Repeat
    } else if path.ask(LATE) {
        History::Metachronous
    } else {
        History::Synchronous
    }
}

fn recurrence(history: History) -> State {
    match history {
        History::Repeat => State::RepeatOligorecurrence,
        History::Induced => State::InducedOligorecurrence,
        History::Synchronous | History::Metachronous => State::MetachronousOligorecurrence,
    }
}

fn progression(history: History) -> State {
    match history {
        History::Repeat => State::RepeatOligoprogression,
        History::Induced => State::InducedOligoprogression,
        History::Synchronous | History::Metachronous => State::MetachronousOligoprogression,
    }
}

fn persistence(history: History) -> State {
    if history == History::Induced { State::InducedOligopersistence } else { State::RepeatOligopersistence }
}

fn question(p: &Patient, parameters: &Parameters, number: usize) -> Question {
    let nodes = parameters.node_counting;
    let counted = |text: &'static str, answer| counting::total_used(Question::new(text, answer), nodes, p);
    let progress =
        |text: &'static str, answer| counting::progressing_used(Question::new(text, answer), nodes, p);
    let total = || counting::total(p, nodes);
    let progressing = || counting::progressing(p, nodes);
    match number {
        ANY => counted("any metastasis now?", total().at_least(1)),
        FEW => {
            let few = total().at_most(parameters.omd_max);
            counted("no more lesions than oligometastatic disease has?", few)
        }
        POLYMETASTATIC_BEFORE => polymetastatic_before(p),
        OLIGOMETASTATIC_BEFORE => oligometastatic_before(p),
        LATE => late(p, parameters),
        ACTIVE_THERAPY => active_therapy(p, parameters.adjuvant_endocrine_is_active, parameters.grace_days),
        PROGRESSING => progress("any lesion progressing?", progressing().at_least(1)),
        _ => progress("few lesions progressing?", progressing().at_most(parameters.progressing_max)),
    }
}

/// Polymetastatic disease before, as stated, or as the dates leave no other way.
///
/// Where the first metastasis was surely before the state in question, there was metastatic disease of one of the two
/// kinds; so if one is denied, the other is certain.
fn polymetastatic_before(p: &Patient) -> Question {
    let (name, stated) = ("history_polymetastatic", p.history_polymetastatic);
    let text = "polymetastatic before?";
    if stated == Truth::Unknown && p.history_oligometastatic.is_false() && metastatic_earlier(p) {
        certain_by_dates(text, p).given("history_oligometastatic", p.history_oligometastatic)
    } else {
        Question::fact(text, name, stated)
    }
}

/// Oligometastatic disease before, likewise; asked only where polymetastatic disease before is denied.
fn oligometastatic_before(p: &Patient) -> Question {
    let (name, stated) = ("history_oligometastatic", p.history_oligometastatic);
    let text = "oligometastatic before?";
    if stated == Truth::Unknown && metastatic_earlier(p) {
        certain_by_dates(text, p)
    } else {
        Question::fact(text, name, stated)
    }
}

fn metastatic_earlier(p: &Patient) -> bool {
    surely_after(p.omd_diagnosis, p.first_metastasis)
}

fn certain_by_dates(text: &'static str, p: &Patient) -> Question {
    let question = Question::new(text, Truth::True);
    question.date("first_metastasis", p.first_metastasis).date("omd_diagnosis", p.omd_diagnosis)
}

/// Whether the disease was first diagnosed more than the synchronous months after the primary tumour.
///
/// Asked only where there was no earlier metastatic disease: then the date of the state in question is that of the first
/// metastasis, and either date answers.
fn late(p: &Patient, parameters: &Parameters) -> Question {
    let after = |date| more_than_months(p.primary_diagnosis, date, parameters.synchronous_months);
    let answer = stated_or_derived(after(p.omd_diagnosis), after(p.first_metastasis));
    let question = Question::new("diagnosed later than synchronous disease is?", answer)
        .date("primary_diagnosis", p.primary_diagnosis)
        .date("omd_diagnosis", p.omd_diagnosis);
    if p.first_metastasis.is_some() {
        question.date("first_metastasis", p.first_metastasis)
    } else {
        question
    }
}

/// Whether systemic therapy was active at the diagnosis in question: as stated, or by its first and last day.
pub(crate) fn active_therapy(p: &Patient, adjuvant_endocrine_is_active: bool, grace_days: u32) -> Question {
    let by_dates = therapy_by_dates(p, grace_days);
    let ongoing = stated_or_derived(p.systemic_therapy, by_dates);
    let adjuvant_matters = !adjuvant_endocrine_is_active && !ongoing.is_false();
    let answer = if adjuvant_matters { ongoing.and(!p.adjuvant_endocrine_only) } else { ongoing };
    let mut question = Question::new("under active systemic therapy?", answer);
    if p.systemic_therapy != Truth::Unknown || by_dates == Truth::Unknown {
        question = question.given("systemic_therapy", p.systemic_therapy);
    }
    if by_dates != Truth::Unknown {
        question = question.date("systemic_start", p.systemic_start);
        question = question.date("systemic_end", p.systemic_end).date("omd_diagnosis", p.omd_diagnosis);
    }
    if adjuvant_matters {
        question.given("adjuvant_endocrine_only", p.adjuvant_endocrine_only)
    } else {
        question
    }
}

/// Whether the dates of systemic therapy cover the diagnosis in question, that many days after its end included.
#[must_use]
pub(crate) fn therapy_by_dates(p: &Patient, grace_days: u32) -> Truth {
    let started = not_after(p.systemic_start, p.omd_diagnosis, 0);
    let not_ended = not_after(p.omd_diagnosis, p.systemic_end, grace_days);
    started.and(not_ended)
}
