//! How lymph nodes are counted as lesions: every study says it differently, and the count decides.

use crate::Count;
use crate::ask::Question;
use crate::patient::{Lesions, Patient};

/// A rule for counting lymph nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NodeCounting {
    /// Each node is a lesion. OLIGOMA counts so (Krug 2021, Clin Transl Radiat Oncol 28:90).
    #[default]
    EachNode,
    /// Each nodal region (basin) with nodes is one lesion.
    EachRegion,
    /// All nodes together are one lesion.
    AllAsOne,
}

impl NodeCounting {
    /// All rules.
    pub const ALL: [Self; 3] = [Self::EachNode, Self::EachRegion, Self::AllAsOne];

    /// The name in settings and in print.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EachNode => "each node",
            Self::EachRegion => "each region",
            Self::AllAsOne => "all nodes as one",
        }
    }

    /// The rule of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// The number of lesions after this rule, with its smallest and largest value where facts are missing.
    ///
    /// A recorded number of lesions counts each node; of L lesions with n nodes in r regions, L - n + r or L - n + min(n, 1)
    /// remain. `nodes` cannot exceed `lesions`, `nodal_regions` cannot exceed `nodes`, and nodes lie in at least one region.
    /// Counts that contradict this give an unknown number.
    #[must_use]
    pub fn count(self, l: &Lesions) -> Count {
        let merged = |most_nodes: u32, regions: u32| match self {
            Self::EachNode => most_nodes,
            Self::EachRegion => regions.max(most_nodes.min(1)),
            Self::AllAsOne => most_nodes.min(1),
        };
        let most = l.lesions.high.unwrap_or(u32::MAX);
        let fewest_nodes = l.nodes.low.max(l.nodal_regions.low);
        let most_regions = l.nodal_regions.high.unwrap_or(u32::MAX);
        let consistent = fewest_nodes <= most
            && l.nodes.high.is_none_or(|high| high >= fewest_nodes)
            && (l.nodal_regions.high != Some(0) || fewest_nodes == 0);
        if !consistent {
            return Count::UNKNOWN;
        }
        let low = l.lesions.low.max(fewest_nodes);
        let most_nodes = if most_regions == 0 { 0 } else { l.nodes.high.unwrap_or(u32::MAX).min(low) };
        let counted_regions = match self {
            Self::EachNode => fewest_nodes,
            Self::EachRegion => fewest_nodes.min(most_regions),
            Self::AllAsOne => fewest_nodes.min(1),
        };
        let high = l.lesions.high.map(|high| high - fewest_nodes + counted_regions);
        Count { low: low - most_nodes + merged(most_nodes, l.nodal_regions.low), high }
    }

    /// Adds to a question the facts that this count uses; `names` are those of lesions, nodes and regions.
    ///
    /// Nodes and regions that the rule does not need are told where they are known, since they bound the number.
    fn used(self, question: Question, names: [&'static str; 3], l: &Lesions) -> Question {
        let nodes_needed = self != Self::EachNode && !l.lesions.at_most(1).is_true();
        let regions_needed = nodes_needed && self == Self::EachRegion && !l.nodes.at_most(1).is_true();
        let add = |question: Question, name, count: Count, needed| match (needed, count.is_unknown()) {
            (true, _) => question.count(name, count),
            (false, false) => question.derived(name, count),
            (false, true) => question,
        };
        let question = question.count(names[0], l.lesions);
        let question = add(question, names[1], l.nodes, nodes_needed);
        add(question, names[2], l.nodal_regions, regions_needed)
    }
}

/// Field names of the lesions present.
const TOTAL: [&str; 3] = ["lesions", "nodes", "nodal_regions"];
/// Field names of the progressing lesions.
const PROGRESSING: [&str; 3] = ["progressing_lesions", "progressing_nodes", "progressing_nodal_regions"];

/// Lesions present: as counted, and at least as many as progress.
pub(crate) fn total(p: &Patient, counting: NodeCounting) -> Count {
    let (total, progressing) = (counting.count(&p.total), counting.count(&p.progressing));
    let contradictory = total.high.is_some_and(|high| high < progressing.low);
    if contradictory { total } else { Count { low: total.low.max(progressing.low), ..total } }
}

/// Progressing lesions: as counted, and no more than are present.
pub(crate) fn progressing(p: &Patient, counting: NodeCounting) -> Count {
    counting.count(&p.progressing).within(counting.count(&p.total))
}

/// Adds the facts behind [`total`].
pub(crate) fn total_used(question: Question, counting: NodeCounting, p: &Patient) -> Question {
    let question = counting.used(question, TOTAL, &p.total);
    let limited = counting.count(&p.total).exact().is_none() && p.progressing != Lesions::default();
    if limited { counting.used(question, PROGRESSING, &p.progressing) } else { question }
}

/// Adds the facts behind [`progressing`].
pub(crate) fn progressing_used(question: Question, counting: NodeCounting, p: &Patient) -> Question {
    let question = counting.used(question, PROGRESSING, &p.progressing);
    let limited = counting.count(&p.progressing).exact().is_none() && p.total != Lesions::default();
    if limited { counting.used(question, TOTAL, &p.total) } else { question }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_rules_count_the_same_lesions_differently() {
        let exact = Count::exactly;
        let l = Lesions { lesions: exact(7), nodes: exact(5), nodal_regions: exact(2) };
        let counts = NodeCounting::ALL.map(|rule| rule.count(&l).exact());
        assert_eq!(counts, [Some(7), Some(4), Some(3)]);
    }

    /// Every way in which up to 5 lesions can be made up is counted by hand; the bounds must be the extremes of those
    /// that the known facts allow.
    #[test]
    fn bounds_are_those_of_all_completions() {
        let ranges = || (0..=4u32).flat_map(|a| (a..=4).map(move |b| Count { low: a, high: Some(b) }));
        let unknown = || ranges().filter(|c| c.low == 0 || c.exact().is_some());
        let inside =
            |c: Count, n: u32| c.at_least(n).is_true() || (c.low <= n && c.high.is_none_or(|h| n <= h));
        for lesions in ranges() {
            for nodes in unknown() {
                for regions in unknown() {
                    let l = Lesions { lesions, nodes, nodal_regions: regions };
                    for rule in NodeCounting::ALL {
                        let mut counts = Vec::new();
                        for a in 0..=4u32 {
                            for n in 0..=a {
                                for r in n.min(1)..=n {
                                    if (lesions.low..=4).contains(&a)
                                        && lesions.high.is_none_or(|h| a <= h)
                                        && nodes.low <= n
                                        && nodes.high.is_none_or(|h| n <= h)
                                        && regions.low <= r
                                        && regions.high.is_none_or(|h| r <= h)
                                    {
                                        counts.push(match rule {
                                            NodeCounting::EachNode => a,
                                            NodeCounting::EachRegion => a - n + r,
                                            NodeCounting::AllAsOne => a - n + n.min(1),
                                        });
                                    }
                                }
                            }
                        }
                        let found = rule.count(&l);
                        match (counts.iter().min(), counts.iter().max()) {
                            (Some(min), Some(max)) => {
                                assert_eq!((found.low, found.high), (*min, Some(*max)), "{rule:?} {l:?}");
                            }
                            _ => assert!(found.is_unknown(), "{rule:?} {l:?}"),
                        }
                        assert!(counts.iter().all(|n| inside(found, *n)));
                    }
                }
            }
        }
    }
}
