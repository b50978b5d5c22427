//! The rule of lines of therapy: its version, source and parameters.

use crate::{Fact, Rule};

/// The rule of lines of therapy.
pub const LINES_OF_THERAPY: Rule = Rule {
    name: "lines-of-therapy",
    version: "1",
    source: "rules of this project after Saini & Twelves, Br J Cancer 2021;125:155; window of 28 days as in algorithms for \
             claims and records (PMC8548977, table 5); docs/disease/lines-of-therapy.md",
};

/// When a drug that takes the place of another stays within the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Switch {
    /// Never: a new line.
    NewLine,
    /// If the other was stopped for toxicity.
    ForToxicity,
    /// Unless the other was stopped for progression.
    UnlessProgression,
}

impl Switch {
    /// All of them with their names in data and in print.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::NewLine, "new line"),
        (Self::ForToxicity, "same line if for toxicity"),
        (Self::UnlessProgression, "same line unless for progression"),
    ];

    /// The name in data and in print.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(switch, _)| *switch == self).map_or("", |(_, name)| *name)
    }
}

/// Parameters of the rule; printed with every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineRules {
    /// Drugs started at most that many days after the start of a line belong to it.
    pub window_days: i32,
    /// A line without any drug for more than that many days has ended.
    pub gap_days: i32,
    /// A drug that goes on at most that many days after the start of another has been replaced by it.
    pub overlap_days: i32,
    /// A pause of one drug of at most that many days, not for progression, is no end.
    pub interruption_days: i32,
    /// A drug in place of another of its class: paclitaxel, then nab-paclitaxel.
    pub substitution: Switch,
    /// An endocrine drug in place of one of another kind: tamoxifen, then an aromatase inhibitor.
    pub endocrine_switch: Switch,
    /// Whether endocrine therapy begun after chemotherapy without progression maintains the line.
    pub endocrine_maintenance: bool,
    /// Whether drugs whose starts are written as the same month are taken to have started on the same day. Off, since
    /// days found later may say otherwise; where months are all there is, it decides what would stay open.
    pub same_month_together: bool,
}

impl Default for LineRules {
    fn default() -> Self {
        Self {
            window_days: 28,
            gap_days: 90,
            overlap_days: 28,
            interruption_days: 28,
            substitution: Switch::ForToxicity,
            endocrine_switch: Switch::ForToxicity,
            endocrine_maintenance: true,
            same_month_together: false,
        }
    }
}

impl LineRules {
    /// The parameters as printed.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        vec![
            Fact::new("window", format!("{} days", self.window_days)),
            Fact::new("gap", format!("{} days", self.gap_days)),
            Fact::new("overlap", format!("{} days", self.overlap_days)),
            Fact::new("interruption", format!("{} days", self.interruption_days)),
            Fact::word("substitution", self.substitution.name()),
            Fact::word("endocrine_switch", self.endocrine_switch.name()),
            Fact::word(
                "endocrine_maintenance",
                if self.endocrine_maintenance { "same line" } else { "new line" },
            ),
            Fact::word("same_month_together", if self.same_month_together { "yes" } else { "no" }),
        ]
    }
}
