//! Relational records to the base table: the twelve patients by hand, bad input, rules over tables, the dictionary's page.

#![allow(clippy::unwrap_used)]

mod bad_input;
mod common;
mod dictionary;
mod lanes;
mod rules;
mod twelve;
