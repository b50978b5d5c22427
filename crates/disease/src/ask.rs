//! How a rule is asked: its questions, and the answers that remain when every unknown one is answered both ways.
//!
//! A rule is written once, as two-valued code that asks its questions by number. [`conclude`] runs it along every path
//! that the known answers leave open, so the possible states are exactly those of all completions of the unknown facts.

use std::borrow::Cow;

use oligomet_base::PartialDate;

use crate::organ::OrganList;
use crate::{Answer, Count, Fact, Finding, Measured, Missing, Organs, Rule, Step, Truth};

/// One question of a rule about one patient.
#[derive(Debug, Clone)]
pub struct Question {
    text: Cow<'static, str>,
    answer: Truth,
    used: Vec<Fact>,
    missing: Vec<&'static str>,
}

impl Question {
    /// A question that derives its answer from several facts.
    #[must_use]
    pub fn new(text: impl Into<Cow<'static, str>>, answer: Truth) -> Self {
        Self { text: text.into(), answer, used: Vec::new(), missing: Vec::new() }
    }

    /// A question that one fact answers.
    #[must_use]
    pub fn fact(text: &'static str, name: &'static str, answer: Truth) -> Self {
        Self::new(text, answer).given(name, answer)
    }

    /// Says that a yes-or-no fact was used, or that it is missing.
    #[must_use]
    pub fn given(mut self, name: &'static str, value: Truth) -> Self {
        match value {
            Truth::Unknown => self.missing.push(name),
            known => self.used.push(Fact::word(name, known.name())),
        }
        self
    }

    /// Says that a date was used; one that is missing, or known only to the month or year, is told as such.
    #[must_use]
    pub fn date(mut self, name: &'static str, date: Option<PartialDate>) -> Self {
        if !matches!(date, Some(PartialDate::Day(_))) {
            self.missing.push(name);
        }
        self.used.extend(date.map(|date| Fact::new(name, date)));
        self
    }

    /// Says that a count was used; one that is missing or has only bounds is told as such.
    #[must_use]
    pub fn count(mut self, name: &'static str, count: Count) -> Self {
        if count.exact().is_none() {
            self.missing.push(name);
        }
        match count.exact() {
            Some(n) => self.used.push(Fact::whole(name, n)),
            None if count.is_unknown() => {}
            None => self.used.push(Fact::new(name, count)),
        }
        self
    }

    /// Says that a measured value was used; one that is missing or has only bounds is told as such.
    #[must_use]
    pub fn measured(mut self, name: &'static str, value: Measured) -> Self {
        if value.low < value.high {
            self.missing.push(name);
        }
        if !value.is_unknown() {
            self.used.push(Fact::new(name, value));
        }
        self
    }

    /// Says that the involved organs were used; a missing list, or organs not looked at, are told as such.
    #[must_use]
    pub fn organs(mut self, organs: &Organs) -> Self {
        match &organs.involved {
            Some(list) => self.used.push(Fact::new("organs", OrganList(list))),
            None => self.missing.push("organs"),
        }
        if organs.involved.is_some() && !organs.not_assessed.is_empty() {
            self.used.push(Fact::new("organs_not_assessed", OrganList(&organs.not_assessed)));
            self.missing.push("organs_not_assessed");
        }
        self
    }

    /// Adds a derived value to the trace: a number of days, a count after a rule of counting.
    #[must_use]
    pub fn derived(mut self, name: &'static str, value: impl ToString) -> Self {
        self.used.push(Fact::new(name, value));
        self
    }
}

/// The answers along one path through a rule. A question is formed when it is first asked.
pub struct Path<'a> {
    form: &'a dyn Fn(usize) -> Question,
    asked: Vec<(usize, Question)>,
    chosen: Vec<(usize, bool)>,
}

impl Path<'_> {
    /// The answer to the question of that number on this path: the known one, or the one chosen for it here.
    pub fn ask(&mut self, number: usize) -> bool {
        if let Some(known) = self.question(number).answer.known() {
            return known;
        }
        if let Some((_, answer)) = self.chosen.iter().find(|(q, _)| *q == number) {
            return *answer;
        }
        self.chosen.push((number, true));
        true
    }

    fn question(&mut self, number: usize) -> &Question {
        let at = self.asked.iter().position(|(n, _)| *n == number).unwrap_or_else(|| {
            self.asked.push((number, (self.form)(number)));
            self.asked.len() - 1
        });
        &self.asked[at].1
    }
}

/// What one path led to, and the answers chosen on it.
struct Leaf<T> {
    answer: T,
    chosen: Vec<(usize, bool)>,
}

/// The finding of a rule that asks questions by number, each formed by `form`, and decides by `decide`.
pub fn conclude<T: Answer>(
    rule: Rule,
    parameters: Vec<Fact>,
    form: impl Fn(usize) -> Question,
    decide: impl Fn(&mut Path<'_>) -> T,
) -> Finding<T> {
    let (leaves, asked) = walk(&form, decide);
    let possible = states(leaves.iter());
    let missing = if possible.len() > 1 { missing(&asked, &leaves) } else { Vec::new() };
    let steps = asked.into_iter().map(|(_, question)| step(question)).collect();
    Finding { rule, parameters, possible, steps, missing }
}

/// Runs the rule along every open path: after each run the last choice still open is turned.
fn walk<T>(
    form: &dyn Fn(usize) -> Question,
    decide: impl Fn(&mut Path<'_>) -> T,
) -> (Vec<Leaf<T>>, Vec<(usize, Question)>) {
    let mut leaves = Vec::new();
    let mut path = Path { form, asked: Vec::new(), chosen: Vec::new() };
    loop {
        let answer = decide(&mut path);
        leaves.push(Leaf { answer, chosen: path.chosen.clone() });
        while path.chosen.last().is_some_and(|(_, answer)| !answer) {
            path.chosen.pop();
        }
        match path.chosen.last_mut() {
            Some((_, answer)) => *answer = false,
            None => return (leaves, path.asked),
        }
    }
}

fn states<'a, T: Answer + 'a>(leaves: impl Iterator<Item = &'a Leaf<T>>) -> Vec<T> {
    let mut states: Vec<T> = leaves.map(|leaf| leaf.answer).collect();
    states.sort_unstable();
    states.dedup();
    states
}

/// What is missing: unknown questions on whose answer something depends, with what remains under either answer.
fn missing<T: Answer>(asked: &[(usize, Question)], leaves: &[Leaf<T>]) -> Vec<Missing> {
    let mut found: Vec<Missing> = Vec::new();
    for (number, question) in asked {
        if question.answer.known().is_some() {
            continue;
        }
        let under =
            |answer: bool| states(leaves.iter().filter(|leaf| leaf.chosen.contains(&(*number, answer))));
        let (yes, no) = (under(true), under(false));
        if yes == no && yes.len() == 1 {
            continue;
        }
        let settles = format!("{} yes: {}; no: {}", question.text, words(&yes), words(&no));
        add_missing(&mut found, question, &settles);
    }
    found
}

fn words<T: Answer>(states: &[T]) -> String {
    states.iter().map(|state| state.name()).collect::<Vec<_>>().join(" or ")
}

/// Adds what the missing facts of a question would settle; a fact that two questions need stands once.
///
/// A question can be open with no fact missing: those it has contradict each other, and each is to be looked up.
fn add_missing(found: &mut Vec<Missing>, question: &Question, settles: &str) {
    if question.missing.is_empty() {
        for fact in &question.used {
            add_one(found, fact.name.clone(), format!("contradictory facts: {settles}"));
        }
    }
    for name in &question.missing {
        add_one(found, Cow::Borrowed(*name), settles.to_owned());
    }
}

fn add_one(found: &mut Vec<Missing>, name: Cow<'static, str>, settles: String) {
    match found.iter_mut().find(|known| known.name == name) {
        Some(known) => {
            known.settles.push_str(" | ");
            known.settles.push_str(&settles);
        }
        None => found.push(Missing { name, settles }),
    }
}

fn step(question: Question) -> Step {
    Step { question: question.text, answer: question.answer, used: question.used }
}

/// Whether a list of conditions is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Every condition holds.
    Met,
    /// At least one condition does not hold.
    NotMet,
}

impl Answer for Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
        }
    }
}

/// The finding of a rule that is met where all its conditions hold. Every condition is a step, also after one that fails.
///
/// The conditions must not share an unknown fact; then Kleene's conjunction is the set of all completions.
pub fn all_hold(rule: Rule, parameters: Vec<Fact>, conditions: Vec<Question>) -> Finding<Verdict> {
    let all = Truth::all(conditions.iter().map(|c| c.answer));
    let possible = match all {
        Truth::True => vec![Verdict::Met],
        Truth::False => vec![Verdict::NotMet],
        Truth::Unknown => vec![Verdict::Met, Verdict::NotMet],
    };
    let mut missing = Vec::new();
    let open = conditions.iter().filter(|c| all == Truth::Unknown && c.answer == Truth::Unknown);
    for condition in open {
        let settles = format!("{} no: not met; yes: met if all other conditions hold", condition.text);
        add_missing(&mut missing, condition, &settles);
    }
    Finding { rule, parameters, possible, steps: conditions.into_iter().map(step).collect(), missing }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule { name: "test", version: "1", source: "none" };

    fn questions(answers: [Truth; 3]) -> impl Fn(usize) -> Question {
        move |i| Question::fact("does it?", ["a", "b", "c"][i], answers[i])
    }

    /// a and (b or c), asked lazily.
    fn lazy(path: &mut Path<'_>) -> Verdict {
        let met = path.ask(0) && (path.ask(1) || path.ask(2));
        if met { Verdict::Met } else { Verdict::NotMet }
    }

    #[test]
    fn paths_agree_with_all_completions() {
        use Truth::{False, True, Unknown};
        let all = [True, False, Unknown];
        for a in all {
            for b in all {
                for c in all {
                    let found = conclude(RULE, Vec::new(), questions([a, b, c]), lazy).possible;
                    let expected = match a.and(b.or(c)) {
                        True => vec![Verdict::Met],
                        False => vec![Verdict::NotMet],
                        Unknown => vec![Verdict::Met, Verdict::NotMet],
                    };
                    assert_eq!(found, expected, "{a} {b} {c}");
                }
            }
        }
    }

    #[test]
    fn only_what_was_asked_is_a_step_and_only_what_matters_is_missing() {
        let found =
            conclude(RULE, Vec::new(), questions([Truth::False, Truth::Unknown, Truth::Unknown]), lazy);
        assert_eq!(found.steps.len(), 1);
        assert!(found.missing.is_empty());
        let found = conclude(RULE, Vec::new(), questions([Truth::True, Truth::Unknown, Truth::True]), lazy);
        assert_eq!(found.decided(), Some(&Verdict::Met));
        let found =
            conclude(RULE, Vec::new(), questions([Truth::Unknown, Truth::True, Truth::Unknown]), lazy);
        assert_eq!(found.missing.len(), 1);
        assert_eq!(found.missing[0].settles, "does it? yes: met; no: not met");
    }
}
