//! Exports that carry patients: never part of what is shared.

mod adtte;
mod analysis_set;
mod verify;

pub use adtte::adtte_csv;
pub use analysis_set::{analysis_set_csv, identifiers_csv};
pub use verify::verify_r;
