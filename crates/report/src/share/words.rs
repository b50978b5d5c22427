//! Texts and lists that name few patients or single values.

use std::collections::{BTreeMap, BTreeSet};

use oligomet_base::codes;
use oligomet_results::RunResults;

use super::cells::Withheld;
use super::levels::Hidden;

/// Findings lose the rows and values they quote; models their baseline, whose steps are single events; cohorts that are withheld go; warnings and reasons that name a small number go.
pub(super) fn clean(run: &mut RunResults, hidden: &BTreeMap<String, Hidden>, withheld: &Withheld) {
    clean_findings(run, withheld);
    run.models.retain(|m| {
        m.kind != "baseline" && !hidden.get(&m.term).is_some_and(|h| h.primary.contains(&m.level))
    });
    let small = |n: f64| withheld.is_small(n);
    // Parts of an analysis set made for one number (`in …`) tell by their size what blocks withhold.
    run.cohorts.retain(|c| !c.group.starts_with("in "));
    run.cohorts.retain(|c| !small(c.n) && !hidden.get(&c.group).is_some_and(|h| h.has(&c.group_level)));
    let cohorts: BTreeSet<String> = run.cohorts.iter().map(|c| c.cohort_id.clone()).collect();
    let least = run.outline.min_cell;
    for row in run.stats.rows_mut() {
        if !cohorts.contains(&row.cohort_id) {
            row.cohort_id.clear();
        }
        for text in [&mut row.warning, &mut row.stat_text] {
            if text.as_deref().is_some_and(|t| names_small_number(t, least)) {
                *text = None;
            }
        }
    }
    // The rows of a file less the patients of the flow would be those set aside.
    for source in &mut run.outline.sources {
        source.n_rows = 0;
    }
}

fn clean_findings(run: &mut RunResults, withheld: &Withheld) {
    let least = run.outline.min_cell;
    for finding in &mut run.findings {
        if let Some((file, _)) = finding.place.split_once(", row ") {
            finding.place = file.to_owned();
        } else if finding.place.starts_with("row ") {
            finding.place.clear();
        }
        // What was written in a cell is a patient's value: the code's own words say enough.
        finding.text = codes::find(&finding.code).map_or_else(|| "a problem".to_owned(), |code| code.title);
        if withheld.is_small(finding.n_rows) {
            finding.n_rows = 0.0;
        }
        for text in [&mut finding.why, &mut finding.mend] {
            if names_small_number(text, least) {
                text.clear();
            }
        }
    }
}

/// Whether a text has a whole number from 1 to one below the least count as a word of its own.
fn names_small_number(text: &str, least: u32) -> bool {
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '.' || c == '_'));
    words.filter_map(|w| w.trim_end_matches('.').parse::<u32>().ok()).any(|n| n > 0 && n < least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_in_texts_are_found() {
        assert!(names_small_number("only 3 events", 5));
        assert!(names_small_number("events: 4.", 5));
        assert!(!names_small_number("fewer than 10 events", 5));
        assert!(!names_small_number("P < 0.05, grade2", 5));
    }
}
