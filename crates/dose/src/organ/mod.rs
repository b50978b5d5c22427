//! Organ limits from a cited table: exact match of the number of fractions, no silent conversion.

mod assess;
mod limit;

pub use assess::{Assessment, OrganDose};
pub use limit::{DerivedLimit, Metric, Operator, OrganLimit, Tissue, Verification};

use std::sync::LazyLock;

use oligomet_base::Problem;

use crate::table::read_rows;

/// A table of organ limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganLimits {
    limits: Vec<OrganLimit>,
}

static PUBLISHED: LazyLock<OrganLimits> = LazyLock::new(|| {
    OrganLimits::read("oar_constraints.csv", include_str!("../../data/oar_constraints.csv")).0
});

impl OrganLimits {
    /// The table that comes with the program, `crates/dose/data/oar_constraints.csv`.
    #[must_use]
    pub fn published() -> &'static Self {
        &PUBLISHED
    }

    /// A table in the form of the published one, such as a department's own, and a Problem for every row that cannot
    /// be read.
    #[must_use]
    pub fn read(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let (limits, problems) = read_rows(file, text, limit::organ_limit);
        (Self { limits }, problems)
    }

    /// All limits, in order.
    #[must_use]
    pub fn limits(&self) -> &[OrganLimit] {
        &self.limits
    }

    /// Limits for a structure, by the name of the table or of TG-263, case folded.
    pub fn for_structure<'a>(&'a self, structure: &'a str) -> impl Iterator<Item = &'a OrganLimit> {
        self.limits.iter().filter(move |limit| limit.is_of(structure))
    }

    /// Limits for a structure that hold for exactly this number of fractions.
    pub fn matching<'a>(&'a self, structure: &'a str, n: u32) -> impl Iterator<Item = &'a OrganLimit> {
        self.for_structure(structure).filter(move |limit| limit.holds_for(n))
    }
}
