//! Expressions of the study file: a listed subset of SQL, typed against the names in scope and run in SQLite.
//!
//! Allowed: comparison, AND, OR, NOT, IN, BETWEEN, IS NULL, CASE, arithmetic. A missing value makes the answer unknown
//! (SQL's NULL). Text beside a date must be a date (`'2019-03-01'`), beside a duration a duration (`'6 mo'`), beside a
//! category one of its levels: a misspelt level is an error and not a rule that is never true.

mod bounds;
mod evaluate;
mod kind;
mod lower;
mod tables;

pub use evaluate::{evaluate_numbers, evaluate_texts, evaluate_truth};
pub use kind::{Kind, Scope};
pub use lower::{Expression, ExpressionError};
