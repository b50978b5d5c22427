//! Schedules, golden values, properties and tables of `oligomet-dose`.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod compare;
mod golden;
mod organ;
mod properties;
mod schedule;
