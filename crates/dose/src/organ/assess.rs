//! Measured values beside the limits that hold for them.

use oligomet_base::{Place, Problem};

use super::OrganLimits;
use super::limit::{Metric, OrganLimit, Verification};

/// A value measured in a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganDose {
    /// The structure, by the table's name or TG-263's.
    pub structure: String,
    /// What was measured.
    pub metric: Metric,
    /// Its value in thousandths of the limit's unit: milligray for doses.
    pub value_thousandths: i64,
}

/// How a structure stands to a limit. Three-valued: what was not measured or not verified is neither within nor beyond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assessment<'a> {
    /// Measured and judged.
    Judged {
        /// The limit.
        limit: &'a OrganLimit,
        /// The value.
        measured: &'a OrganDose,
        /// Whether the limit is kept.
        is_within: bool,
    },
    /// No value for this limit: not assessed, which is not a pass.
    NotAssessed {
        /// The limit.
        limit: &'a OrganLimit,
    },
    /// The limit was read once only, or its sources disagree, and nobody has confirmed it.
    Unverified {
        /// The limit.
        limit: &'a OrganLimit,
    },
    /// The table has limits for the structure, for other numbers of fractions.
    NoLimit {
        /// The structure.
        structure: &'a str,
        /// The number of fractions asked for.
        n_fractions: u32,
        /// Numbers of fractions that have a limit: fewest and most of each.
        published_for: Vec<(u32, u32)>,
    },
    /// The table does not know the structure.
    UnknownStructure {
        /// The structure.
        structure: &'a str,
    },
}

impl OrganLimits {
    /// Every limit of the structures asked for that holds for exactly `n_fractions`, judged where it was measured and is
    /// verified or named in `confirmed`. A structure without such a limit is told; nothing is converted.
    #[must_use]
    pub fn assess<'a>(
        &'a self,
        structures: &[&'a str],
        n_fractions: u32,
        measured: &'a [OrganDose],
        confirmed: &[&str],
    ) -> Vec<Assessment<'a>> {
        let mut found = Vec::new();
        for &structure in structures {
            let before = found.len();
            found
                .extend(self.matching(structure, n_fractions).map(|limit| judge(limit, measured, confirmed)));
            if found.len() == before {
                found.push(self.without_limit(structure, n_fractions));
            }
        }
        found
    }

    fn without_limit<'a>(&self, structure: &'a str, n_fractions: u32) -> Assessment<'a> {
        let mut published_for: Vec<(u32, u32)> = self
            .limits
            .iter()
            .filter(|limit| limit.is_of(structure))
            .map(|limit| limit.n_fractions)
            .collect();
        published_for.sort_unstable();
        published_for.dedup();
        if published_for.is_empty() {
            return Assessment::UnknownStructure { structure };
        }
        Assessment::NoLimit { structure, n_fractions, published_for }
    }
}

fn judge<'a>(limit: &'a OrganLimit, measured: &'a [OrganDose], confirmed: &[&str]) -> Assessment<'a> {
    if !limit.is_verified() && !confirmed.contains(&limit.limit_id.as_str()) {
        return Assessment::Unverified { limit };
    }
    let of_this = |dose: &&OrganDose| dose.metric == limit.metric && limit.is_of(&dose.structure);
    match measured.iter().find(of_this) {
        None => Assessment::NotAssessed { limit },
        Some(measured) => {
            let is_within = limit.operator.holds(measured.value_thousandths, limit.limit_thousandths);
            Assessment::Judged { limit, measured, is_within }
        }
    }
}

impl Assessment<'_> {
    /// Whether the limit is kept: unknown where it was not measured, not verified or does not exist.
    #[must_use]
    pub fn is_within(&self) -> Option<bool> {
        match self {
            Self::Judged { is_within, .. } => Some(*is_within),
            _ => None,
        }
    }

    /// Why nothing was judged, where the limit and not the measurement is the reason: OM410 or OM411.
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        match self {
            Self::Judged { .. } | Self::NotAssessed { .. } => None,
            Self::Unverified { limit } => Some(unverified(limit)),
            Self::NoLimit { structure, n_fractions, published_for } => {
                Some(no_limit(structure, *n_fractions, published_for))
            }
            Self::UnknownStructure { structure } => Some(
                Problem::warning("OM410", format!("the table has no limit for \"{structure}\""))
                    .why("a structure without a limit is not assessed, which is not a pass")
                    .mend("use the structure's name after TG-263, or add the limit to a table of your own"),
            ),
        }
    }
}

fn unverified(limit: &OrganLimit) -> Problem {
    let reason = match limit.verification {
        Verification::Conflict => "its sources disagree",
        _ => "it was read in one place only",
    };
    Problem::warning("OM411", format!("{limit} is not verified: {reason}"))
        .at(Place::subject(format!("limit {}, {} ({})", limit.limit_id, limit.source, limit.locator)))
        .why("a limit that was copied wrongly harms; it is not judged against")
        .mend(format!(
            "look it up in its primary source, then confirm it by its identifier, {}",
            limit.limit_id
        ))
}

fn no_limit(structure: &str, n_fractions: u32, published_for: &[(u32, u32)]) -> Problem {
    let range = |&(few, most): &(u32, u32)| {
        if few == most { few.to_string() } else { format!("{few}-{most}") }
    };
    let known: Vec<String> = published_for.iter().map(range).collect();
    Problem::warning("OM410", format!("no limit for {structure} in {n_fractions} fractions"))
        .why(format!("limits hold for the numbers of fractions they were published for: {}", known.join(", ")))
        .mend("ask for a conversion by name, with its alpha/beta, or add a published limit to a table of your own")
}
