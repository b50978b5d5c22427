//! Systemic therapy: drugs and their classes, exposures as recorded, and the lines of therapy that follow from them.
//!
//! | module | holds |
//! |---|---|
//! | [`class`] | [`DrugClass`]: what a drug is, and whether it can begin a line |
//! | [`formulary`] | [`Formulary`]: the drugs of `data/drugs.toml`, with names as clinicians type them |
//! | [`group`] | [`SystemicClass`]: the class of drugs given together |
//! | [`written`] | a text such as `HP + docetaxel` read as drugs; nothing is guessed |
//! | [`exposure`] | [`Exposure`], [`History`]: what is recorded |
//! | [`rules`] | [`LineRules`]: the parameters of the rule of lines |
//! | [`lines`] | [`derive_lines`]: lines of therapy, every numbering that partial dates leave possible |
//! | [`query`] | the line at a date, drugs ongoing, therapy unchanged, next therapy |
//!
//! `docs/disease/drug-classes.md` and `docs/disease/lines-of-therapy.md` hold the sources and the decision tables.

mod check;
pub mod class;
mod course;
pub mod exposure;
pub mod formulary;
pub mod group;
pub mod lines;
mod moments;
mod number;
mod path;
mod prepare;
pub mod query;
pub mod rules;
mod trace;
pub mod written;

pub use class::{ChemotherapyKind, DrugClass, EndocrineKind};
pub use exposure::{EndReason, Exposure, ExposureEnd, History, Setting};
pub use formulary::{Drug, DrugId, Formulary};
pub use group::SystemicClass;
pub use lines::{Begun, DayBounds, Joined, LineDrug, LineEnd, LineOfTherapy, Lines, Numbering, derive_lines};
pub use query::{ChangeRules, NextTherapy};
pub use rules::{LINES_OF_THERAPY, LineRules, Switch};
pub use written::Written;
