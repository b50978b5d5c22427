//! Tables, sentences and pages from results.
