//! Fractionation arithmetic by the linear-quadratic model, exact.
//!
//! Doses are integer milligray and derived doses are computed as fractions of integers, then rounded once to 1e-9 Gy, so
//! that a threshold means the same everywhere: 50 Gy in 5 fractions has a BED at 10 Gy of exactly 100.
//!
//! Architecture invariant: no file, no clock, no statistics.

mod fractionation;

pub use fractionation::{AlphaBeta, DoseError, Fractionation, bed, eqd2};
