//! Tables, figures, sentences and the page of one small study.

#![allow(clippy::unwrap_used, reason = "helpers of tests, which clippy does not take for tests")]

mod compare;
mod fixture;
mod kinds;
mod page;
mod share;
mod tables;
