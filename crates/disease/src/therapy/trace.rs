//! The answer about lines of therapy with its trace, as every other rule gives it.

use oligomet_base::PartialDate;

use super::exposure::History;
use super::lines::{Lines, Numbering};
use super::path::{Question, Topic};
use super::{Formulary, LINES_OF_THERAPY};
use crate::{Fact, Finding, Missing, Step, Truth};

impl Lines {
    /// The answer with its trace: each question once, with the dates that answered it, and what is missing.
    ///
    /// `history` and `formulary` must be those from which the lines were derived. `None` if the lines could not be
    /// numbered ([`Lines::problem`]).
    #[must_use]
    pub fn finding(&self, history: &History, formulary: &Formulary) -> Option<Finding<Numbering>> {
        if !self.is_complete {
            return None;
        }
        let words = Words { history, formulary, lines: self };
        let mut seen: Vec<Question> = Vec::new();
        let mut steps = Vec::new();
        let mut missing = Vec::new();
        for (question, answer) in &self.asked {
            if seen.contains(question) {
                continue;
            }
            seen.push(*question);
            steps.push(words.step(*question, *answer));
            if *answer == Truth::Unknown && self.decided().is_none() {
                missing.push(words.missing(*question));
            }
        }
        let possible = self.possible.clone();
        Some(Finding { rule: LINES_OF_THERAPY, parameters: self.rules.facts(), possible, steps, missing })
    }
}

struct Words<'a> {
    history: &'a History,
    formulary: &'a Formulary,
    lines: &'a Lines,
}

impl Words<'_> {
    /// `letrozole (row 3)`.
    fn exposure(&self, exposure: u32) -> String {
        let recorded = &self.history.exposures[exposure as usize];
        let name = &self.formulary.drug(recorded.drug).name;
        match recorded.row {
            Some(row) => format!("{name} (row {row})"),
            None => format!("{name} (exposure {})", exposure + 1),
        }
    }

    fn text(&self, question: Question) -> String {
        let (about, rules) = (self.exposure(question.about), &self.lines.rules);
        let other = |words: &Self| words.exposure(question.against);
        match question.topic {
            Topic::Metastatic => format!("{about} given for metastatic disease?"),
            Topic::Before => format!("{about} started before {}?", other(self)),
            Topic::SameDay => format!("{about} started on the same day as {}?", other(self)),
            Topic::Window => {
                format!(
                    "{about} started at most {} days after the line began with {}?",
                    rules.window_days,
                    other(self)
                )
            }
            Topic::SameDrug => format!("{about} the same drug as {}?", other(self)),
            Topic::Continues => {
                format!("{about} followed {} within {} days?", other(self), rules.interruption_days)
            }
            Topic::Replaced => {
                format!(
                    "{} ended at most {} days after the start of {about}?",
                    other(self),
                    rules.overlap_days
                )
            }
            Topic::EndedBefore => format!("{} ended before {about} started?", other(self)),
            Topic::WithinGap => {
                format!("{about} started at most {} days after the end of {}?", rules.gap_days, other(self))
            }
            Topic::GoesOn => {
                let days = rules.overlap_days;
                format!("{} replaced, ending at most {days} days after the start of {about}?", other(self))
            }
            Topic::Outlasts => {
                format!("{} ended with or before {about}, give or take the overlap?", other(self))
            }
            Topic::ForProgression => format!("{about} stopped for progression?"),
            Topic::ForToxicity => format!("{about} stopped for toxicity?"),
            Topic::ProgressionBefore => {
                format!("progression {} within the line, before {about}?", question.against + 1)
            }
        }
    }

    /// Dates and facts behind a question, those not recorded left out.
    fn used(&self, question: Question) -> Vec<Fact> {
        let exposure = |i: u32| self.history.exposures[i as usize];
        let (about, date) =
            (exposure(question.about), |name, date: Option<PartialDate>| date.map(|d| Fact::new(name, d)));
        let start = || date("start", about.start);
        let other_start = || date("start_of_other", exposure(question.against).start);
        let other_end = || Some(Fact::new("end_of_other", exposure(question.against).end));
        let facts = match question.topic {
            Topic::Metastatic => {
                let metastasis = date("first_metastasis", self.history.first_metastasis);
                vec![start(), Some(Fact::word("setting", about.setting.name())), metastasis]
            }
            Topic::Before | Topic::SameDay | Topic::Window => vec![start(), other_start()],
            Topic::Continues | Topic::Replaced | Topic::EndedBefore | Topic::WithinGap | Topic::GoesOn => {
                vec![start(), other_end()]
            }
            Topic::Outlasts => vec![Some(Fact::new("end", about.end)), other_end()],
            Topic::SameDrug => Vec::new(),
            Topic::ForProgression | Topic::ForToxicity => {
                vec![Some(Fact::word("reason", about.reason.name()))]
            }
            Topic::ProgressionBefore => {
                let list = self.history.progressions.as_deref().unwrap_or_default();
                vec![start(), date("progression", list.get(question.against as usize).copied())]
            }
        };
        facts.into_iter().flatten().collect()
    }

    fn step(&self, question: Question, answer: Truth) -> Step {
        Step { question: self.text(question).into(), answer, used: self.used(question) }
    }

    /// What would answer an open question, and what depends on it.
    fn missing(&self, question: Question) -> Missing {
        let name = match question.topic {
            Topic::Metastatic => "setting",
            Topic::Before | Topic::SameDay | Topic::Window => "start",
            Topic::SameDrug => "drug",
            Topic::ForProgression | Topic::ForToxicity => "reason_of_end",
            Topic::ProgressionBefore => "progression",
            Topic::Continues | Topic::Replaced | Topic::EndedBefore | Topic::WithinGap => "start_and_end",
            Topic::GoesOn | Topic::Outlasts => "end",
        };
        let count = self.lines.number_of_lines();
        let settles = format!("{} lines possible: {count}", self.text(question));
        Missing { name: format!("{name} of {}", self.exposure(question.about)).into(), settles }
    }
}
