//! All findings of one patient as plain rows, so that a front only prints.

use crate::oligoprogression::RuleSet;
use crate::patient::Patient;
use crate::settings::Settings;
use crate::{
    Answer, Fact, Finding, Missing, Rule, Step, estro_astro, oligoprogression, stage4, states, subtype,
};

/// The finding of one rule, its states as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The rule.
    pub rule: Rule,
    /// The answer, if only one is possible.
    pub answer: Option<&'static str>,
    /// Answers that remain possible, in the rule's order.
    pub possible: Vec<&'static str>,
    /// Parameters in force.
    pub parameters: Vec<Fact>,
    /// The questions asked, with the facts used.
    pub steps: Vec<Step>,
    /// What is missing and would help.
    pub missing: Vec<Missing>,
}

impl<T: Answer> From<Finding<T>> for Answered {
    fn from(finding: Finding<T>) -> Self {
        Self {
            rule: finding.rule,
            answer: finding.decided().map(|answer| answer.name()),
            possible: finding.possible.iter().map(|answer| answer.name()).collect(),
            parameters: finding.parameters,
            steps: finding.steps,
            missing: finding.missing,
        }
    }
}

/// One line of a report: a step of a rule, with the rule's answer beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Name of the rule.
    pub rule: &'static str,
    /// The answer, or `undecided`.
    pub answer: &'static str,
    /// Answers still possible, joined by ` or `.
    pub possible: String,
    /// The question of this step.
    pub step: String,
    /// Its answer: yes, no, unknown.
    pub step_answer: &'static str,
    /// Facts used in this step: `name = value`, joined by `; `.
    pub facts: String,
    /// Names of the facts missing for the rule, joined by `, `; empty where it is decided.
    pub missing: String,
}

/// Every rule's finding about one patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassifyReport {
    /// Identifier of the patient, empty if there is none.
    pub patient: String,
    /// One per rule, in a fixed order.
    pub findings: Vec<Answered>,
}

impl ClassifyReport {
    /// One row per step of every rule.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        self.findings.iter().flat_map(rows).collect()
    }
}

fn rows(finding: &Answered) -> Vec<Row> {
    let possible = finding.possible.join(" or ");
    let missing: Vec<&str> = finding.missing.iter().map(|m| &*m.name).collect();
    let missing = missing.join(", ");
    let row = |step: &Step| Row {
        rule: finding.rule.name,
        answer: finding.answer.unwrap_or("undecided"),
        possible: possible.clone(),
        step: step.question.to_string(),
        step_answer: step.answer.name(),
        facts: facts(&step.used),
        missing: missing.clone(),
    };
    finding.steps.iter().map(row).collect()
}

/// Facts as text: `name = value; name = value`.
#[must_use]
pub fn facts(facts: &[Fact]) -> String {
    let parts: Vec<String> = facts.iter().map(|f| format!("{} = {}", f.name, f.value)).collect();
    parts.join("; ")
}

/// One rule about one patient.
type Ask = fn(&Patient, &Settings) -> Answered;

/// All rules, in the order of a report.
const RULES: [Ask; 16] = [
    |p, s| states::classify(p, &s.states).into(),
    |p, s| estro_astro::classify(p, &s.estro_astro).into(),
    |p, s| oligoprogression::classify(RuleSet::ALL[0], p, &s.oligoprogression).into(),
    |p, s| oligoprogression::classify(RuleSet::ALL[1], p, &s.oligoprogression).into(),
    |p, s| oligoprogression::classify(RuleSet::ALL[2], p, &s.oligoprogression).into(),
    |p, s| oligoprogression::classify(RuleSet::ALL[3], p, &s.oligoprogression).into(),
    |p, s| subtype::classify(p, &s.subtype).into(),
    |p, _| subtype::her2(p).into(),
    |p, s| stage4::status(p, &s.stage4).into(),
    |p, s| stage4::presentation(p, &s.stage4).into(),
    |p, s| stage4::disease_free_interval(p, &s.stage4).into(),
    |p, s| stage4::burden(p, &s.stage4).into(),
    |p, _| stage4::extent(p).into(),
    |p, s| stage4::pattern(p, &s.stage4).into(),
    |p, _| stage4::cranial(p).into(),
    |p, s| stage4::outside_breast(p, &s.stage4).into(),
];

/// All rules about one patient, with these settings. What contradicts itself is unknown to the rules; tell the reader with
/// [`Patient::problems`].
#[must_use]
pub fn classify(p: &Patient, settings: &Settings) -> ClassifyReport {
    let findings = RULES.iter().map(|ask| ask(p, settings)).collect();
    ClassifyReport { patient: p.id.clone(), findings }
}

/// The rule at that place of a report's findings about one patient; `None` where there is none.
#[must_use]
pub fn classify_one(at: usize, p: &Patient, settings: &Settings) -> Option<Answered> {
    RULES.get(at).map(|ask| ask(p, settings))
}
