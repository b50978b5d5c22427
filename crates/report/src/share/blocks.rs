//! Tables in which numbers add up in more than one way: subgroups, dose by site, toxicity, response, stated shares, causes.
//! Where one count of a block is small the whole block goes: what is left can then not be solved for it.

use std::collections::BTreeSet;

use oligomet_results::{AnalysisKind, RunResults, StatKey, StatRow};

use super::cells::{Mark, Withheld, is_count};

/// Marks what must go of the analyses beyond Table 1, rates, curves and Cox models.
pub(super) fn withhold_blocks(run: &RunResults, withheld: &mut Withheld) {
    one_by_one(run, withheld);
    subgroups(run, withheld);
    dose_by_site(run, withheld);
    by_term(run, withheld, "toxicity");
    by_term(run, withheld, "response");
    stated_shares(run, withheld);
    landmarks(run, withheld);
    models(run, withheld);
    // Beside an incidence, the complement of Kaplan-Meier tells how many competing events there were.
    withheld.mark_all(run, Mark::Withheld, |row| row.stat_name == "one.minus.km");
}

/// Patients one by one are no part of a shared run, in numbers either.
fn one_by_one(run: &RunResults, withheld: &mut Withheld) {
    withheld.mark_all(run, Mark::Withheld, |row| matches!(row.key.context.as_str(), "swimmer" | "timeline"));
}

fn small(withheld: &Withheld, row: &StatRow) -> bool {
    is_count(&row.stat_name) && row.stat.is_some_and(|n| withheld.is_small(n))
}

/// Marks every row that `block` picks if one of them is a small count, or is withheld already.
fn all_or_none(run: &RunResults, withheld: &mut Withheld, block: impl Fn(&StatRow) -> bool) {
    let some =
        run.stats.rows().iter().any(|row| {
            block(row) && (small(withheld, row) || (is_count(&row.stat_name) && withheld.has(row)))
        });
    if some {
        withheld.mark_all(run, Mark::Withheld, block);
    }
}

/// Factor by covariate: a covariate's block goes as a whole, its test of interaction stays; all blocks go with the row of all
/// patients, of which they are parts.
fn subgroups(run: &RunResults, withheld: &mut Withheld) {
    let analyses = run.outline.analyses.iter().filter(|a| a.kind == AnalysisKind::Subgroups);
    for analysis in analyses {
        let of = |row: &StatRow, name: &str| {
            row.key.analysis_id == analysis.id
                && matches!(row.key.context.as_str(), "subgroup" | "subgroup.arm")
                && (row.key.variable == name || name.is_empty())
        };
        let overall = run.stats.rows().iter().any(|row| of(row, "overall") && small(withheld, row));
        if overall {
            withheld.mark_all(run, Mark::Withheld, |row| of(row, ""));
        }
        for name in &analysis.variables {
            all_or_none(run, withheld, |row| of(row, name));
        }
        withheld.mark_all(run, Mark::Withheld, |row| {
            row.key.analysis_id == analysis.id && row.key.context == "interaction" && is_count(&row.stat_name)
        });
    }
}

/// Site by dose: cells, the names of empty ones and the contrasts go together; totals of sites and doses follow their own rule.
fn dose_by_site(run: &RunResults, withheld: &mut Withheld) {
    let analyses = run.outline.analyses.iter().filter(|a| a.kind == AnalysisKind::DoseBySite);
    for analysis in analyses {
        let inner = |row: &StatRow| {
            let cell = !row.key.groups[0].level.is_empty() && !row.key.variable_level.is_empty();
            row.key.analysis_id == analysis.id
                && match row.key.context.as_str() {
                    "dose-by-site" => cell,
                    "positivity" | "within-site" => true,
                    _ => false,
                }
        };
        all_or_none(run, withheld, inner);
    }
}

/// Levels or grades of one term, over all groups: they add up to each other and over the groups.
fn by_term(run: &RunResults, withheld: &mut Withheld, context: &str) {
    let terms: BTreeSet<(&str, &str)> = run
        .stats
        .rows()
        .iter()
        .filter(|row| row.key.context == context && !row.key.variable.is_empty())
        .map(|row| (row.key.analysis_id.as_str(), row.key.variable.as_str()))
        .collect();
    for (analysis, term) in terms {
        all_or_none(run, withheld, |row| {
            row.key.context == context && row.key.analysis_id == analysis && row.key.variable == term
        });
    }
}

/// With the event, still observed and censored by a time add up to the group: small ones go with the share that tells them.
fn stated_shares(run: &RunResults, withheld: &mut Withheld) {
    slices(run, withheld, "proportion", |row| row.stat_name != "n" && row.stat_name != "against");
}

fn landmarks(run: &RunResults, withheld: &mut Withheld) {
    slices(run, withheld, "landmark", |row| is_count(&row.stat_name));
}

/// All groups at one time of an analysis.
fn slices(run: &RunResults, withheld: &mut Withheld, context: &str, of_slice: impl Fn(&StatRow) -> bool) {
    let times: BTreeSet<(&str, &str)> = run
        .stats
        .rows()
        .iter()
        .filter(|row| row.key.context == context)
        .map(|row| (row.key.analysis_id.as_str(), row.key.variable_level.as_str()))
        .collect();
    for (analysis, time) in times {
        all_or_none(run, withheld, |row| {
            row.key.context == context
                && row.key.analysis_id == analysis
                && row.key.variable_level == time
                && of_slice(row)
        });
    }
}

/// A model of few events, and the counts of one that left few patients out.
fn models(run: &RunResults, withheld: &mut Withheld) {
    for fit in ["finegray.fit", "cause-specific.fit"] {
        let is_fit = |row: &&StatRow| row.key.context == fit && small(withheld, row);
        let few: Vec<&StatRow> = run.stats.rows().iter().filter(is_fit).collect();
        for row in few {
            let same = |other: &StatRow| {
                let base = |key: &StatKey| (key.analysis_id.clone(), key.groups.clone());
                base(&other.key) == base(&row.key)
                    && (other.key.context == fit || other.key.context == fit.trim_end_matches(".fit"))
            };
            let events = row.stat_name == "n.event";
            withheld
                .mark_all(run, Mark::Withheld, |other| same(other) && (events || is_count(&other.stat_name)));
        }
    }
}
