//! Schedules, golden values, properties and tables of `oligomet-dose`.

mod schedule;
