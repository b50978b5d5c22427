//! What changed from one run to another, in words.

mod numbers;
mod outline;

use oligomet_results::RunResults;

/// What a change concerns, the most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Numbers of patients.
    Patients,
    /// Numbers of events.
    Events,
    /// A P value that is now on the other side of 0.05, or a ratio on the other side of 1.
    Verdict,
    /// Hazard ratios, survival, medians, restricted means, follow-up.
    Estimate,
    /// P values.
    PValue,
    /// Other numbers.
    Number,
    /// Analyses or numbers that only one of the runs has.
    OnlyInOne,
    /// How numbers were computed.
    Method,
    /// Definitions: endpoints, variables, rules, analyses.
    Definition,
    /// Files, study file, version of the program.
    Provenance,
}

/// A change, as a sentence without its full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it concerns.
    pub kind: ChangeKind,
    /// What changed: `Overall survival: 1 event more (1,272 to 1,273)`.
    pub text: String,
}

/// What changed from `earlier` to `later`: patients, events, estimates, P values, methods, definitions, files; sorted by
/// importance. Empty if the runs are the same.
#[must_use]
pub fn compare(earlier: &RunResults, later: &RunResults) -> Vec<Change> {
    let mut changes = numbers::flow(earlier, later);
    changes.extend(numbers::numbers(earlier, later));
    changes.extend(outline::methods(earlier, later));
    changes.extend(outline::definitions(earlier, later));
    changes.extend(outline::provenance(earlier, later));
    changes.sort_by_key(|change| change.kind);
    changes
}

/// The changes as lines of text; says so where there are none, and where only files and versions differ.
#[must_use]
pub fn describe_changes(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "Nothing changed: the same numbers, methods, definitions and files.\n".into();
    }
    let mut out = String::new();
    if changes.iter().all(|c| c.kind >= ChangeKind::Method) {
        out.push_str("No number changed.\n");
    }
    for change in changes {
        out.push_str(&change.text);
        out.push('\n');
    }
    out
}

/// `3 patients more (2,982 to 2,985)`.
fn count_change(what: &str, earlier: f64, later: f64) -> Option<String> {
    let (difference, word) = (later - earlier, if later > earlier { "more" } else { "fewer" });
    let count = |n: f64| oligomet_base::number::count(n.abs() as u64);
    let plural = if difference.abs() == 1.0 { "" } else { "s" };
    (difference != 0.0).then(|| {
        format!("{} {what}{plural} {word} ({} to {})", count(difference), count(earlier), count(later))
    })
}
