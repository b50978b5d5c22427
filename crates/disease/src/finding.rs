//! What a rule returns: the answers still possible, the steps that led there, and what is missing.

use std::borrow::Cow;

use crate::Truth;

/// An answer of a rule: a closed list of states, each with the name printed.
///
/// The order of the values is the order in which they are printed.
pub trait Answer: Copy + Ord {
    /// The name printed and stored, also that of the decision table: `synchronous oligometastatic disease`.
    fn name(self) -> &'static str;
}

/// A rule: its name, version and source, printed with every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable name, also that of its page in `docs/disease`: `estro-eortc`.
    pub name: &'static str,
    /// Version of this rule as written here; it changes when an answer can change.
    pub version: &'static str,
    /// Where the rule comes from, as a citation.
    pub source: &'static str,
}

/// A fact that a step used: its name and its value as printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Name as in the data: `primary_diagnosis`.
    pub name: Cow<'static, str>,
    /// Value as printed: `2019-03`.
    pub value: Cow<'static, str>,
}

/// Numbers as printed, by their value.
const SMALL: [&str; 25] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18",
    "19", "20", "21", "22", "23", "24",
];

impl Fact {
    /// A fact as printed.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl ToString) -> Self {
        Self { name: name.into(), value: Cow::Owned(value.to_string()) }
    }

    /// A fact whose value is a whole number. Small ones, nearly all that occur, are not copied.
    #[must_use]
    pub fn whole(name: &'static str, value: u32) -> Self {
        match SMALL.get(value as usize) {
            Some(word) => Self::word(name, word),
            None => Self::new(name, value),
        }
    }

    /// A fact whose value is a fixed word; nothing is copied.
    #[must_use]
    pub fn word(name: &'static str, value: &'static str) -> Self {
        Self { name: Cow::Borrowed(name), value: Cow::Borrowed(value) }
    }
}

/// One question that the rule asked, its answer, and the facts that answered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The question in words: `disease first seen more than 6 months after the primary?`
    pub question: Cow<'static, str>,
    /// The answer.
    pub answer: Truth,
    /// Facts used; empty if none was known.
    pub used: Vec<Fact>,
}

/// A fact that is missing and what it would settle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Name as in the data: `systemic_therapy`.
    pub name: Cow<'static, str>,
    /// What it would settle: `under systemic therapy? yes: metachronous oligoprogression; no: metachronous oligorecurrence`.
    pub settles: String,
}

/// The answer of a rule with its trace.
///
/// `possible` is never empty and holds each answer once, in the rule's own order; one element means that the rule is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding<T> {
    /// The rule that answered.
    pub rule: Rule,
    /// Parameters in force, as printed: `synchronous cut` = `6 months`.
    pub parameters: Vec<Fact>,
    /// Answers that remain possible with what is known.
    pub possible: Vec<T>,
    /// The questions in the order asked.
    pub steps: Vec<Step>,
    /// What is missing, in the order in which it would help; empty where the rule is decided.
    pub missing: Vec<Missing>,
}

impl<T> Finding<T> {
    /// The answer, if only one is possible.
    #[must_use]
    pub fn decided(&self) -> Option<&T> {
        match self.possible.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}
