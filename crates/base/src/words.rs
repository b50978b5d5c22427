//! Words set into a sentence.

/// `text` as it stands inside a sentence: the first letter small, unless it begins an abbreviation or a name like
/// `EQD2`, `T-DM1` or a single capital.
#[must_use]
pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::lower_first;

    #[test]
    fn abbreviations_keep_their_capitals() {
        let same = |text: &str| assert_eq!(lower_first(text), text);
        assert_eq!(lower_first("Overall survival"), "overall survival");
        assert_eq!(lower_first("Étendue"), "étendue");
        assert_eq!(lower_first("A lesion"), "a lesion");
        ["EQD2 to breast", "T-DM1", "A", "", "≥100 Gy"].into_iter().for_each(same);
    }
}
