//! "Did you mean …?": the nearest known name.

/// Known names nearest to `wrong`, best first, at most `most`; none that is too far to be meant.
///
/// Distance: optimal string alignment (a swap of neighbours counts once), case folded. A name is offered when it
/// is within a third of its length, or when one begins with the other.
///
/// ```
/// use oligomet_base::suggest::nearest;
/// assert_eq!(nearest("recurence", ["death", "recurrence"], 1), ["recurrence"]);
/// assert!(nearest("xyz", ["death"], 1).is_empty());
/// ```
#[must_use]
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let wrong = wrong.to_lowercase();
    let mut scored: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let distance = alignment_distance(&wrong, &lower);
            let longest = wrong.chars().count().max(lower.chars().count());
            let prefix = wrong.len() >= 3 && (lower.starts_with(&wrong) || wrong.starts_with(&lower));
            (distance * 3 <= longest.max(3) || prefix).then_some((distance, name))
        })
        .collect();
    scored.sort();
    scored.into_iter().take(most).map(|(_, name)| name).collect()
}

/// A sentence for a Problem's `mend`: `did you mean "x"?`, or the known names when there are few.
#[must_use]
pub fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    let near = nearest(wrong, known.clone(), 2);
    match near.as_slice() {
        [one] => Some(format!("did you mean `{one}`?")),
        [one, two] => Some(format!("did you mean `{one}` or `{two}`?")),
        _ => {
            let all: Vec<&str> = known.into_iter().collect();
            (!all.is_empty() && all.len() <= 12).then(|| format!("known here: {}", all.join(", ")))
        }
    }
}

fn alignment_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swap_counts_once_and_far_names_are_not_offered() {
        assert_eq!(alignment_distance("age", "aeg"), 1);
        assert_eq!(alignment_distance("kitten", "sitting"), 3);
        assert_eq!(nearest("tme_zero", ["time_zero", "title"], 2), ["time_zero"]);
        assert_eq!(did_you_mean("zzzz", ["a", "b"]), Some("known here: a, b".into()));
    }
}
