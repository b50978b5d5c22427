//! Departments with known truth: the relational records of a radiotherapy department, drawn from a profile.
//!
//! A [`Profile`] (TOML) holds what a publication prints (numbers of patients by level, kept exactly), what is assumed
//! beyond it (constraints, times, regimens), and what is put in (hazards and coefficients). [`simulate`] makes
//! [`oligomet_schema::Records`] marked as synthetic, and [`truth_json`] says what was put in. [`envelope`] draws many
//! cohorts and says where the printed numbers stand among them, so that nobody hunts a seed.
//!
//! | step | module |
//! |---|---|
//! | margins in whole numbers, constraints by swapping | `allocate` |
//! | one patient from birth to the cut-off | `history` |
//! | rows of the schema's tables | `emit` |
//! | shards in fixed order | `cohort` |
//! | statistics of many cohorts | `envelope` |
//!
//! Random numbers are ChaCha8 keyed by seed and cohort, one stream per patient: the same profile and seed give the same
//! tables for any number of threads. Architecture invariant: this crate knows no file, no study and no report.

mod allocate;
mod cohort;
mod emit;
mod envelope;
mod hazard;
mod history;
mod observed;
mod profile;
mod random;
mod rows;
mod truth;
mod variable;

pub use cohort::{Department, Options, PatientTruth, simulate};
pub use envelope::{EnvelopeRow, envelope, envelope_csv};
pub use hazard::Hazard;
pub use profile::Profile;
pub use truth::truth_json;
pub use variable::Variable;

/// What stands on every output of a simulated cohort.
pub const SENTENCE: &str = "Simulated from published margins; joint distribution invented; coefficients were put in by \
     the program; neither supports nor refutes the paper.";
