//! The study file: parse, check, plan, run.
