//! Fractionation arithmetic by the linear-quadratic model, exact.
//!
//! Doses are integer milligray and derived doses are computed as fractions of integers, then rounded once to 1e-9 Gy, so
//! that a threshold means the same everywhere: 50 Gy in 5 fractions has a BED at 10 Gy of exactly 100.
//!
//! | module | holds |
//! |---|---|
//! | `fractionation`, `effect` | [`Fractionation`], [`AlphaBeta`]; [`Bed`], [`Eqd`]: quantities that know their alpha/beta |
//! | `schedule` | [`Schedule`]: what people write, read and printed back |
//! | `repopulation`, `repair`, `linear` | time, several fractions a day, long fractions, LQ-L |
//! | `reirradiation` | [`EarlierCourse`]: cumulative dose, recovery stated |
//! | `inverse`, `practice` | [`Isoeffect`]: iso-effective schedules; [`PracticeTable`]: what is cited for a [`Site`] |
//! | `organ` | [`OrganLimits`]: cited limits, exact match of fractions |
//! | `prescription`, `compare` | what a prescription means in the volume; alternatives in one table |
//!
//! Every formula with its source stands in `docs/dose.md`.
//!
//! Architecture invariant: no file, no clock, no statistics.

mod compare;
mod effect;
mod error;
mod exact;
mod fractionation;
mod inverse;
mod linear;
mod organ;
mod practice;
mod prescription;
mod reirradiation;
mod repair;
mod repopulation;
mod schedule;
mod table;

pub use compare::{Alternative, Comparison, DoseRow, LinearBeside, Note, Quantity, Threshold, compare};
pub use effect::{Bed, Eqd, bed, eqd2, eqdx};
pub use error::DoseError;
pub use fractionation::{AlphaBeta, Fractionation};
pub use inverse::{Choice, Isoeffect};
pub use linear::{LQ_REASONABLE, LQ_VALIDATED, LinearQuadraticLinear};
pub use organ::{
    Assessment, DerivedLimit, Metric, Operator, OrganDose, OrganLimit, OrganLimits, Tissue, Verification,
};
pub use practice::{CitedSchedule, Practice, PracticeTable, Role, Site};
pub use prescription::PrescriptionMetrics;
pub use reirradiation::{EarlierCourse, Recovery};
pub use repair::{RepairHalfTime, bed_incomplete_repair, bed_protracted};
pub use repopulation::Repopulation;
pub use schedule::{DoseLevel, Phase, Schedule, ScheduleError, ScheduleProblem};
