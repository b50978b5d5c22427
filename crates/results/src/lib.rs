//! The result tables, their keys and exports.
