//! Labels and units from headers.

use super::words::words_of;

/// What is printed for a header: `tumour_size_mm` gives `Tumour size`.
pub(super) fn label_of(header: &str, unit_words: usize) -> String {
    let plain = match header.find(['(', '[']) {
        Some(at) if header.ends_with([')', ']']) && !header[..at].trim().is_empty() => &header[..at],
        _ => header,
    };
    let mut words: Vec<String> = plain
        .split(|c: char| c.is_whitespace() || c == '_' || c == '.')
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect();
    let keep = words.len().saturating_sub(unit_words).max(1);
    words.truncate(keep);
    let words: Vec<String> = words.iter().map(|word| printed(word)).collect();
    let text = words.join(" ");
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => header.to_owned(),
    }
}

/// Abbreviations that are written in capitals.
fn printed(word: &str) -> String {
    const CAPITALS: &[&str] = &[
        "er", "pr", "her2", "ecog", "asa", "psa", "bmi", "kps", "gtv", "ptv", "ctv", "os", "pfs", "dfs",
        "rfs", "rt", "ct", "mri", "pet", "hr", "icu", "bed", "eqd2", "who", "figo", "nyha", "ldh", "cea",
        "pgr", "id", "mrn",
    ];
    if CAPITALS.contains(&word) { word.to_uppercase() } else { word.to_owned() }
}

/// The unit that a header names, and how many of its last words it is (0 where it stands in brackets).
pub(super) fn unit_of(header: &str) -> Option<(String, usize)> {
    if let Some((_, rest)) = header.rsplit_once(['(', '[']) {
        let inner = rest.trim_end_matches([')', ']']).trim();
        let is_unit = !inner.is_empty() && inner.chars().count() <= 12 && header.ends_with([')', ']']);
        return is_unit.then(|| (spelled(inner), 0));
    }
    const UNITS: &[&str] = &[
        "mm", "cm", "gy", "kg", "ml", "ccm", "cc", "cm3", "ng", "ug", "mg", "percent", "%", "years", "yrs",
        "cgy",
    ];
    let words = words_of(header);
    let last = words.last()?;
    (words.len() > 1 && UNITS.contains(&last.as_str())).then(|| (spelled(last), 1))
}

fn spelled(unit: &str) -> String {
    match unit.to_lowercase().as_str() {
        "y" | "yr" | "yrs" | "year" | "jahre" | "j" | "years" => "years".into(),
        "gy" => "Gy".into(),
        "cgy" => "cGy".into(),
        "cc" | "ccm" | "cm3" | "cm^3" => "cm³".into(),
        "percent" => "%".into(),
        _ => unit.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_labels_and_units() {
        assert_eq!(label_of("Age (y)", 0), "Age");
        assert_eq!(label_of("tumour_size_mm", 1), "Tumour size");
        assert_eq!(label_of("er", 0), "ER");
        assert_eq!(unit_of("Age (y)"), Some(("years".into(), 0)));
        assert_eq!(unit_of("tumour_size_mm"), Some(("mm".into(), 1)));
        assert_eq!(unit_of("age"), None);
        assert_eq!(unit_of("PSA [ng/ml]"), Some(("ng/ml".into(), 0)));
    }
}
