//! What every other room shares: whole days and durations, integer dose, problems, and one way to write numbers.
//!
//! | module | holds |
//! |---|---|
//! | [`day`] | [`Day`], whole days since 1970-01-01, parsing and printing of dates, [`PartialDate`] |
//! | [`duration`] | [`Duration`]: `"24 mo"`, `"365 d"`, `"2 y"`; a month is 30.4375 days |
//! | [`dose`] | [`Dose`] in integer milligray |
//! | [`problem`] | [`Problem`]: what, where, why, how to mend; [`Problems`] collects and groups them |
//! | [`codes`] | the register of problem codes, `codes.toml` |
//! | [`mod@file`] | files that people write: TOML with spans, every mistake a Problem |
//! | [`number`] | the one formatter: half-up from the shortest decimal |
//! | [`suggest`] | "did you mean …?" |
//! | [`words`] | words set into a sentence |
//!
//! Architecture invariant: this crate knows no other crate of the workspace, no file and no clock.

pub mod codes;
pub mod day;
pub mod dose;
pub mod duration;
pub mod file;
pub mod number;
pub mod problem;
pub mod suggest;
pub mod words;

pub use day::{Day, PartialDate};
pub use dose::Dose;
pub use duration::{DAYS_PER_MONTH, DAYS_PER_YEAR, Duration, TimeUnit};
pub use problem::{Place, Problem, Problems, Severity};
