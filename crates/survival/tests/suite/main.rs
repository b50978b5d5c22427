//! Every method against hand-worked cases, against R, and against itself.

// Tests fail by panicking, and say on standard output what they left out.
#![allow(clippy::unwrap_used, clippy::print_stdout, unreachable_pub, dead_code)]

mod cause_specific;
mod cluster_bootstrap;
mod common;
mod competing;
mod concordance;
mod cox;
mod cox_more;
mod cox_terms;
mod cutpoint;
mod fuzzed;
mod kaplan_meier;
mod log_rank;
mod properties;
mod quasi_independence;
mod separation;
mod validation;
