//! The order in which levels are proposed: as a person would write them.

/// Sorts texts by the first number in them ("<=20", "20-50", ">50"), texts without numbers by letter.
pub(super) fn sort_levels(levels: &mut [String]) {
    levels.sort_by(|a, b| {
        let (x, y) = (key(a), key(b));
        x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)).then_with(|| a.cmp(b))
    });
}

/// The first number, and whether the level lies below, at or above it.
fn key(text: &str) -> (f64, u8) {
    let digits: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let number = digits.trim_end_matches('.').parse().unwrap_or(f64::INFINITY);
    let below = text.contains(['<', '≤']);
    let above = text.contains(['>', '≥']);
    (number, if below { 0 } else { 1 + u8::from(above) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_within_texts_are_compared_as_numbers() {
        let mut levels: Vec<String> = [">50", "20-50", "<=20", "unknown", "10"].map(str::to_owned).into();
        sort_levels(&mut levels);
        assert_eq!(levels, ["10", "<=20", "20-50", ">50", "unknown"]);
        let mut stages: Vec<String> = ["T4", "T10", "T1"].map(str::to_owned).into();
        sort_levels(&mut stages);
        assert_eq!(stages, ["T1", "T4", "T10"]);
    }
}
