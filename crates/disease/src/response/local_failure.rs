//! Local failure of an irradiated lesion: suspected by growth, confirmed only by a named decision.
//!
//! Page: `docs/disease/local-failure.md`.

use crate::ask::{Question, conclude};
use crate::{Answer, Finding, Rule, Truth};

/// The rule as written here.
pub const RULE: Rule = Rule {
    name: "local-failure",
    version: "1",
    source: "this project: growth of 20 % and 5 mm alone is suspicion, since fibrosis, pseudoprogression and radionecrosis grow too",
};

/// State of an irradiated lesion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LocalState {
    /// No sign of failure.
    Controlled,
    /// Larger, explained by fibrosis, pseudoprogression or radionecrosis.
    OtherCause,
    /// Larger, not decided.
    Suspected,
    /// Failure, decided by biopsy, a multidisciplinary board, or the course of imaging.
    Confirmed,
}

impl Answer for LocalState {
    fn name(self) -> &'static str {
        match self {
            Self::Controlled => "controlled",
            Self::OtherCause => "larger by another cause",
            Self::Suspected => "local failure suspected",
            Self::Confirmed => "local failure confirmed",
        }
    }
}

/// What is known of an irradiated lesion. Each decision is yes (tumour), no (another cause), or unknown (none made).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LocalFacts {
    /// Growth, as by [`super::lesion::progressing_lesions`], or unequivocal progression as read.
    pub growth: Truth,
    /// Biopsy shows tumour.
    pub biopsy: Truth,
    /// A multidisciplinary board says tumour.
    pub board: Truth,
    /// The further course of imaging shows tumour.
    pub imaging_course: Truth,
}

/// State of an irradiated lesion. A biopsy stands above a board, a board above imaging; the trace names who decided.
#[must_use]
pub fn judge(facts: &LocalFacts) -> Finding<LocalState> {
    let decisions =
        [("biopsy", facts.biopsy), ("board", facts.board), ("imaging_course", facts.imaging_course)];
    let decision = decisions.iter().find_map(|(name, answer)| answer.known().map(|yes| (*name, yes)));
    let decided = match decision {
        Some((name, yes)) => Question::fact("decided to be tumour?", name, yes.into()),
        None => Question::new("decided to be tumour?", Truth::False),
    };
    let growth = Question::fact("larger?", "growth", facts.growth);
    let questions = [decided, growth];
    conclude(
        RULE,
        Vec::new(),
        |i| questions[i].clone(),
        |path| {
            let tumour = path.ask(0);
            if tumour {
                LocalState::Confirmed
            } else if !path.ask(1) {
                LocalState::Controlled
            } else if decision.is_some() {
                LocalState::OtherCause
            } else {
                LocalState::Suspected
            }
        },
    )
}
