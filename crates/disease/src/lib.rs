//! Clinical rules of metastatic breast cancer: three-valued, versioned, parameterised, each answer with its trace.
//!
//! A rule never guesses. Its answer is a [`Finding`]: the answers still possible with what is known (exactly one if the
//! rule is decided), the steps with the facts that each used, and the facts that are missing with what they would settle.
//!
//! | module | holds |
//! |---|---|
//! | [`truth`] | [`Truth`]: true, false, unknown (Kleene's logic) |
//! | [`dates`] | order and distance of dates known to the day, month or year |
//! | [`measure`] | [`Count`], [`Measured`]: numbers known exactly, within bounds, or not |
//! | [`organ`] | [`Organ`], [`Organs`]: involved, free, or not assessed |
//! | [`ask`] | how a rule is asked, and the answers that remain |
//! | [`finding`] | [`Rule`], [`Finding`], [`Step`], [`Fact`], [`Missing`] |
//!
//! Every rule has a page in `docs/disease` with its source and its decision table; the tests read the tables.
//!
//! Architecture invariant: no file, no clock, no statistics, no formula of dose.

pub mod ask;
pub mod dates;
pub mod finding;
pub mod measure;
pub mod organ;
pub mod truth;

pub use ask::Verdict;
pub use finding::{Answer, Fact, Finding, Missing, Rule, Step};
pub use measure::{Count, Measured};
pub use organ::{Organ, Organs};
pub use truth::Truth;
