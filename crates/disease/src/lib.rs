//! Clinical rules of metastatic breast cancer: three-valued, versioned, parameterised, each answer with its trace.
//!
//! A rule never guesses. Its answer is a [`Finding`]: the answers still possible with what is known (exactly one if the
//! rule is decided), the steps with the facts that each used, and the facts that are missing with what they would settle.
//!
//! | module | holds |
//! |---|---|
//! | [`truth`] | [`Truth`]: true, false, unknown (Kleene's logic) |
//! | [`finding`] | [`Rule`], [`Finding`], [`Step`], [`Fact`], [`Missing`] |
//!
//! Every rule has a page in `docs/disease` with its source and its decision table; the tests read the tables.
//!
//! Architecture invariant: no file, no clock, no statistics, no formula of dose.

pub mod finding;
pub mod truth;

pub use finding::{Fact, Finding, Missing, Rule, Step};
pub use truth::Truth;
