//! Why a dose, a fractionation or a sum has no meaning.

use oligomet_base::Dose;

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
