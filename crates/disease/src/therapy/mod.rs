//! Systemic therapy: drugs and their classes, exposures as recorded, and the lines of therapy that follow from them.
//!
//! | module | holds |
//! |---|---|
//! | [`class`] | [`DrugClass`]: what a drug is, and whether it can begin a line |
//! | [`formulary`] | [`Formulary`]: the drugs of `data/drugs.toml`, with names as clinicians type them |
//! | [`written`] | a text such as `HP + docetaxel` read as drugs; nothing is guessed |
//!
//! `docs/disease/drug-classes.md` and `docs/disease/lines-of-therapy.md` hold the sources and the decision tables.

pub mod class;
pub mod formulary;
pub mod written;

pub use class::{ChemotherapyKind, DrugClass, EndocrineKind};
pub use formulary::{Drug, DrugId, Formulary};
pub use written::Written;
