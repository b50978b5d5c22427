//! Fractionation arithmetic by the linear-quadratic model, exact.
//!
//! Doses are integer milligray and derived doses are computed as fractions of integers, then rounded once to 1e-9 Gy, so
//! that a threshold means the same everywhere: 50 Gy in 5 fractions has a BED at 10 Gy of exactly 100.
//!
//! Architecture invariant: no file, no clock, no statistics.

mod effect;
mod error;
mod exact;
mod fractionation;
mod inverse;
mod linear;
mod practice;
mod reirradiation;
mod repair;
mod repopulation;
mod schedule;
mod table;

pub use effect::{Bed, Eqd, bed, eqd2, eqdx};
pub use error::DoseError;
pub use fractionation::{AlphaBeta, Fractionation};
pub use inverse::{Choice, Isoeffect};
pub use linear::{LQ_REASONABLE, LQ_VALIDATED, LinearQuadraticLinear};
pub use practice::{CitedSchedule, Practice, PracticeTable, Role, Site};
pub use reirradiation::{EarlierCourse, Recovery};
pub use repair::{RepairHalfTime, bed_incomplete_repair, bed_protracted};
pub use repopulation::Repopulation;
pub use schedule::{DoseLevel, Phase, Schedule, ScheduleError, ScheduleProblem};
