//! What is wrong with a written schedule, and where in it.

use std::fmt;

use oligomet_base::Problem;

use crate::error::DoseError;

/// Why a text is no schedule.
#[derive(Debug, Clone, PartialEq)]
pub enum ScheduleProblem {
    /// Nothing is written.
    Empty,
    /// A word or sign that is not understood.
    Unknown {
        /// As written.
        text: String,
    },
    /// A number that is not understood, or finer than a milligray.
    Number {
        /// As written.
        text: String,
    },
    /// A comma that may separate thousands or decimals.
    Separator {
        /// As written.
        text: String,
    },
    /// A factor times a factor without a unit.
    Ambiguous {
        /// One reading: so many fractions of so many gray.
        one: String,
        /// The other.
        other: String,
    },
    /// A dose without a number of fractions.
    NoFractions,
    /// Something else was expected.
    Expected {
        /// What.
        expected: &'static str,
    },
    /// SIB with one dose level.
    SibWithOneLevel,
    /// More phases or levels than a schedule has.
    TooMany {
        /// `phases` or `dose levels`.
        what: &'static str,
    },
    /// It reads well and has no meaning.
    Dose(DoseError),
}

/// A text that is no schedule: what is wrong, and which characters are meant.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleError {
    /// The text.
    pub text: String,
    /// What is wrong.
    pub problem: ScheduleProblem,
    /// First character meant, from 0.
    pub at: usize,
    /// Characters meant; 0 at the end of the text.
    pub length: usize,
}

impl std::error::Error for ScheduleError {}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is no schedule: ", self.text)?;
        match &self.problem {
            ScheduleProblem::Empty => f.write_str("nothing is written"),
            ScheduleProblem::Unknown { text } => write!(f, "\"{text}\" is not understood"),
            ScheduleProblem::Number { text } => {
                write!(f, "\"{text}\" is no number of milligray or fractions")
            }
            ScheduleProblem::Separator { text } => write!(f, "the comma in \"{text}\" has two meanings"),
            ScheduleProblem::Ambiguous { one, other } => write!(f, "it may be {one} or {other}"),
            ScheduleProblem::NoFractions => f.write_str("the number of fractions is missing"),
            ScheduleProblem::Expected { expected } => write!(f, "{expected} is missing"),
            ScheduleProblem::SibWithOneLevel => {
                f.write_str("a simultaneous boost has at least two dose levels")
            }
            ScheduleProblem::TooMany { what } => write!(f, "it has more than four {what}"),
            ScheduleProblem::Dose(error) => error.fmt(f),
        }
    }
}

impl ScheduleError {
    /// As a Problem: OM403, OM404 where it has two readings, OM402 where the numbers have no meaning.
    #[must_use]
    pub fn to_problem(&self) -> Problem {
        match &self.problem {
            ScheduleProblem::Ambiguous { .. } | ScheduleProblem::Separator { .. } => {
                Problem::error("OM404", self.to_string())
                    .why("the readings are different treatments, with different BED")
                    .mend("write the unit at the dose, `5 x 8 Gy`, or the total, `40 Gy / 5`; write decimals with a point")
            }
            ScheduleProblem::Dose(error) => error.to_problem_about(self.to_string()),
            ScheduleProblem::NoFractions => Problem::error("OM403", self.to_string())
                .why("BED and EQD2 need the dose per fraction; 27 Gy in an unknown number of fractions has no BED")
                .mend("take the number of fractions from the treatment record: `27 Gy / 3`"),
            _ => Problem::error("OM403", self.to_string())
                .why("a schedule that is guessed has a BED that is guessed")
                .mend("write it as `50 Gy / 5`, `5 x 10 Gy`, `57.5/50 Gy / 25`, `16 Gy / 14 BID` or `30 Gy / 10 + 10 Gy / 5`"),
        }
    }
}
