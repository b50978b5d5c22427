//! RECIST: every row of the tables in `docs/disease/recist.md`, properties, bad input, and the public samples.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;
mod recist_text;

#[path = "response/properties.rs"]
mod properties;
#[path = "response/samples.rs"]
mod samples;
#[path = "response/tables.rs"]
mod tables;
#[path = "response/wrong.rs"]
mod wrong;
