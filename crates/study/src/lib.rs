//! The study file: read, check against data, plan, run.
//!
//! The way: [`check`] reads study.toml, resolves every name against the data and gives a [`Plan`] with its [`Base`] table, or
//! problems at their lines; [`run`] takes patients through population, eligibility, time zero and endpoints to analyses
//! and gives the result tables; [`output`] holds the exports that carry patients (analysis set, ADTTE, verify.R).
//!
//! Architecture invariant: nothing is formatted here. Endpoint definitions live here; estimators live in `survival`, dose
//! arithmetic in `dose`.

mod analysis;
mod check;
mod critic;
mod definitions;
mod derive;
mod describe;
mod expression;
mod methods;
mod model;
pub mod output;
mod plan;
pub mod propose;
pub mod quick;
mod read;
pub mod relational;
mod run;
mod sentence;

pub use check::{check, check_records};
pub use critic::{Finding, criticise};
pub use derive::Base;
pub use model::Unit;
pub use plan::{CutpointMethod, CutpointPlan, Plan};
pub use run::{Finished, Identity, Quiet, World, run};
