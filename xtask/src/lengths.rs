//! Lengths of source files: a long file is several things in one.

use crate::repository::Text;

/// No source file is longer than this, in lines.
pub(crate) const LIMIT: usize = 600;

/// The files that are too long.
pub(crate) fn check(sources: &[Text]) -> Vec<String> {
    let too_long = by_length(sources).into_iter().filter(|(n, _)| *n > LIMIT);
    too_long.map(|(n, path)| format!("{path}: {n} lines, {LIMIT} are the limit")).collect()
}

/// The longest files, as text.
pub(crate) fn longest(sources: &[Text], count: usize) -> String {
    let lines = by_length(sources).into_iter().take(count).map(|(n, path)| format!("  {n:>4}  {path}"));
    std::iter::once("longest files, in lines:".to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
}

fn by_length(sources: &[Text]) -> Vec<(usize, &str)> {
    let mut lengths: Vec<(usize, &str)> =
        sources.iter().map(|source| (source.content.lines().count(), source.path.as_str())).collect();
    lengths.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, n: usize) -> Text {
        Text { path: path.to_owned(), content: "x\n".repeat(n) }
    }

    #[test]
    fn only_files_beyond_the_limit_are_told() {
        let found = check(&[lines("short.rs", LIMIT), lines("long.rs", LIMIT + 1)]);
        assert_eq!(found, ["long.rs: 601 lines, 600 are the limit"]);
    }

    #[test]
    fn the_longest_come_first() {
        let text = longest(&[lines("b.rs", 2), lines("c.rs", 3), lines("a.rs", 2)], 2);
        assert_eq!(text, "longest files, in lines:\n     3  c.rs\n     2  a.rs");
    }
}
