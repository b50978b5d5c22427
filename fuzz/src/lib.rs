//! Random data into every estimator of `oligomet-survival`.
//!
//! [`Data`] makes a small sample of the fuzzer's bytes: tame ones, so that the estimators are reached, and wild
//! ones with every value that a file can hold. Each module feeds one family of estimators and asserts: a
//! typed error, or numbers that exist, lie where they can lie, and do not depend on the order of the rows.

pub mod assertions;
pub mod competing;
pub mod concordance;
pub mod cox;
pub mod cutpoint;
mod data;
pub mod kaplan_meier;
pub mod log_rank;

pub use data::Data;

/// A typed error ends a check early; that is an allowed outcome.
pub type Outcome = oligomet_survival::Result<()>;
