//! Why a dose, a fractionation or a sum has no meaning.

use oligomet_base::{Dose, Problem};

use crate::fractionation::AlphaBeta;

/// Why a dose, a fractionation, a parameter or a sum has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum DoseError {
    /// No fractions.
    #[error("a dose needs at least one fraction")]
    NoFractions,
    /// More fractions than any course has.
    #[error("{n_fractions} fractions are more than a course of radiotherapy has")]
    TooManyFractions {
        /// The number.
        n_fractions: u32,
    },
    /// Zero or negative.
    #[error("a dose of {dose} is not above 0")]
    NotPositive {
        /// The dose.
        dose: Dose,
    },
    /// Too large for gray.
    #[error("{dose} is too large; is it written in centigray?")]
    TooLarge {
        /// The dose.
        dose: Dose,
    },
    /// Zero, negative, finer than a milligray, or far from any tissue.
    #[error("alpha/beta must be between 0.1 and 1000 Gy, in whole milligray")]
    AlphaBeta,
    /// Biologically effective doses of different alpha/beta, or equivalent doses for different fractions, do not add.
    #[error(
        "doses at alpha/beta {} and {} Gy{} are different quantities and do not add",
        left.gray(), right.gray(), if left == right { " for different reference fractions" } else { "" }
    )]
    DifferentQuantities {
        /// alpha/beta of the one.
        left: AlphaBeta,
        /// alpha/beta of the other.
        right: AlphaBeta,
    },
    /// Phases whose numbers of fractions have no common denominator that could be held.
    #[error("a sum of so many phases cannot be computed exactly")]
    TooIntricate,
    /// A parameter of a model outside its range.
    #[error("{parameter} must be {range}")]
    Parameter {
        /// Which.
        parameter: &'static str,
        /// What it may be.
        range: &'static str,
    },
    /// What is taken away is more than there is.
    #[error("the loss by repopulation is more than the dose: these parameters do not describe this course")]
    LossAboveDose,
    /// More fractions a day than fractions.
    #[error("{per_day} fractions a day, but only {n_fractions} in all")]
    MoreADayThanInAll {
        /// Fractions in all.
        n_fractions: u32,
        /// Fractions a day.
        per_day: u32,
    },
    /// Metrics of a volume that cannot be together.
    #[error("{lower} of {low} is above {higher} of {high}")]
    Contradiction {
        /// The metric that should be the lower one.
        lower: &'static str,
        /// Its dose.
        low: Dose,
        /// The metric that should be the higher one.
        higher: &'static str,
        /// Its dose.
        high: Dose,
    },
}

impl DoseError {
    /// As a Problem, with the error's own words.
    #[must_use]
    pub fn to_problem(self) -> Problem {
        self.to_problem_about(self.to_string())
    }

    /// As a Problem about something that is named by the caller.
    #[must_use]
    pub(crate) fn to_problem_about(self, what: String) -> Problem {
        let (code, why, mend) = match self {
            Self::AlphaBeta => (
                "OM401",
                "BED and EQD2 have no meaning without alpha/beta, and nothing is assumed",
                "give a value in gray and its source; 3.5 Gy is START's estimate for breast cancer, 10 Gy the custom",
            ),
            Self::DifferentQuantities { .. } => (
                "OM405",
                "a BED or EQD2 belongs to its alpha/beta as a length belongs to its unit",
                "compute all courses at one alpha/beta, once for the tumour and once for each tissue",
            ),
            Self::Parameter { .. } | Self::LossAboveDose => (
                "OM406",
                "a model outside its range gives numbers without meaning",
                "look up the parameter and its unit",
            ),
            Self::Contradiction { .. } => (
                "OM407",
                "which of the two is wrong cannot be known, so neither is used",
                "read both from the plan again; D98 <= D50 <= D2",
            ),
            _ => (
                "OM402",
                "BED and EQD2 need a dose above 0 and below 300 Gy, given in 1 to 200 fractions",
                "look whether the dose is in Gy and the two numbers are not exchanged",
            ),
        };
        Problem::error(code, what).why(why).mend(mend)
    }
}
