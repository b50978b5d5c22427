//! Which numbers are withheld, and how each of them is marked.

use std::collections::BTreeMap;

use oligomet_results::{RunResults, StatKey, StatRow};

use crate::print::WITHHELD;

/// How a withheld number is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// It is a small count: printed `<5`.
    Small,
    /// It would give a small count away: printed `withheld`.
    Withheld,
}

/// The numbers that are withheld so far. A number once marked `Withheld` stays so: what is said of it must not grow.
pub(super) struct Withheld {
    least: f64,
    marks: BTreeMap<(StatKey, String), Mark>,
}

/// Whether the name is that of a count of patients or rows.
pub(super) fn is_count(name: &str) -> bool {
    name == "n" || name.starts_with("n.") || name == "cum.event"
}

impl Withheld {
    pub(super) fn new(run: &RunResults) -> Self {
        Self { least: f64::from(run.outline.min_cell), marks: BTreeMap::new() }
    }

    /// The least count shown.
    pub(super) fn least(&self) -> f64 {
        self.least
    }

    pub(super) fn is_small(&self, n: f64) -> bool {
        n > 0.0 && n < self.least
    }

    pub(super) fn mark(&mut self, row: &StatRow, mark: Mark) {
        if row.stat.is_some() {
            let known = self.marks.entry((row.key.clone(), row.stat_name.clone())).or_insert(mark);
            if mark == Mark::Withheld {
                *known = mark;
            }
        }
    }

    pub(super) fn has(&self, row: &StatRow) -> bool {
        self.marks.contains_key(&(row.key.clone(), row.stat_name.clone()))
    }

    /// Marks every row that `which` picks.
    pub(super) fn mark_all(&mut self, run: &RunResults, mark: Mark, which: impl Fn(&StatRow) -> bool) {
        for row in run.stats.rows().iter().filter(|row| which(row)) {
            self.mark(row, mark);
        }
    }

    /// Small counts that no rule has reached: they are in no sum.
    pub(super) fn rest(&mut self, run: &RunResults) {
        let least = self.least;
        let small =
            |row: &StatRow| is_count(&row.stat_name) && row.stat.is_some_and(|n| n > 0.0 && n < least);
        for row in run.stats.rows() {
            if small(row) && !self.has(row) {
                self.mark(row, Mark::Small);
            }
        }
    }

    /// Takes the numbers out of the table, and warnings and reasons that come with them.
    pub(super) fn apply(&self, run: &mut RunResults) {
        for row in run.stats.rows_mut() {
            if let Some(mark) = self.marks.get(&(row.key.clone(), row.stat_name.clone())) {
                row.stat = None;
                row.suppressed = true;
                row.warning = None;
                row.stat_text = match mark {
                    Mark::Small => None,
                    Mark::Withheld => Some(WITHHELD.into()),
                };
            }
        }
    }
}
