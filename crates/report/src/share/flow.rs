//! The flow of patients: counts along a chain of differences.

use oligomet_results::{RunResults, StatKey};

use super::cells::{Mark, Withheld};

fn key(id: &str) -> StatKey {
    StatKey::new("flow", "", "flow").variable(id, "")
}

/// Withholds steps so that no difference of two numbers shown is small: from one number shown to the next nobody or at least the
/// least count has left, and the last number, the patients analysed, is shown.
pub(super) fn withhold_flow(run: &RunResults, withheld: &mut Withheld) {
    let ids: Vec<&str> =
        run.outline.flow.iter().filter(|s| s.kind != "endpoint").map(|s| s.id.as_str()).collect();
    let left: Vec<f64> = ids.iter().filter_map(|id| run.stats.value(&key(id), "n")).collect();
    if left.len() != ids.len() {
        return;
    }
    // Patients, courses and lesions of a step would give small differences away: only those analysed are shown.
    for id in ids.iter().rev().skip(1) {
        for name in ["n.patients", "n.courses", "n.lesions", "n.excluded.patients"] {
            if let Some(row) = run.stats.row(&key(id), name) {
                withheld.mark(row, Mark::Withheld);
            }
        }
    }
    let shown = shown_steps(&left, withheld);
    for (i, id) in ids.iter().enumerate() {
        let alone = shown.contains(&i) && (i == 0 || shown.contains(&(i - 1)));
        for name in ["n", "n.excluded"] {
            let keep = if name == "n" { shown.contains(&i) } else { alone };
            if let Some(row) = run.stats.row(&key(id), name).filter(|_| !keep) {
                withheld.mark(row, Mark::Withheld);
            }
        }
    }
    withhold_endpoints(run, withheld, left.last().copied().unwrap_or(0.0));
}

/// Steps whose number is shown: the last and the first where that is possible, then those between whose differences from their
/// shown neighbours are not small. Ascending.
fn shown_steps(left: &[f64], withheld: &Withheld) -> Vec<usize> {
    let mut shown: Vec<usize> = Vec::new();
    let last = left.len().saturating_sub(1);
    for i in [last, 0].into_iter().chain(1..last) {
        let place = shown.partition_point(|k| *k < i);
        if i >= left.len() || shown.get(place) == Some(&i) {
            continue;
        }
        let neighbours = [place.checked_sub(1).and_then(|p| shown.get(p)), shown.get(place)];
        let small_step = |k: &usize| withheld.is_small((left[i] - left[*k]).abs());
        if !neighbours.into_iter().flatten().any(small_step) && !withheld.is_small(left[i]) {
            shown.insert(place, i);
        }
    }
    shown
}

/// Patients without a time for an endpoint: where a reason or their total is small, all of them and the endpoint's number in
/// this table.
fn withhold_endpoints(run: &RunResults, withheld: &mut Withheld, analysed: f64) {
    for endpoint in run.outline.flow.iter().filter(|s| s.kind == "endpoint") {
        let of = |row: &oligomet_results::StatRow| {
            row.key.analysis_id == "flow" && row.key.variable == endpoint.id
        };
        let n = run.stats.value(&key(&endpoint.id), "n").unwrap_or(analysed);
        let small_reason = run.stats.rows().iter().any(|row| {
            of(row) && row.stat_name == "n.excluded" && withheld.is_small(row.stat.unwrap_or(0.0))
        });
        if small_reason || withheld.is_small(analysed - n) {
            withheld.mark_all(run, Mark::Withheld, |row| {
                of(row) && (row.stat_name == "n.excluded" || row.stat_name == "n")
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(left: &[f64]) -> Vec<usize> {
        let mut run = crate::share::levels::tests::empty_run();
        run.outline.min_cell = 5;
        shown_steps(left, &Withheld::new(&run))
    }

    #[test]
    fn no_difference_of_shown_numbers_is_small() {
        assert_eq!(shown(&[100.0, 97.0, 88.0, 80.0]), [0, 2, 3]);
        assert_eq!(shown(&[100.0, 100.0, 80.0]), [0, 1, 2]);
        assert_eq!(shown(&[83.0, 80.0]), [1]);
        assert_eq!(shown(&[4.0]), [0_usize; 0]);
        assert_eq!(shown(&[]), [0_usize; 0]);
    }
}
