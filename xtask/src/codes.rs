//! Problem codes: every one used is explained, every one explained is used.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::repository::Text;

/// The register that `oligomet explain` reads.
pub(crate) const REGISTER: &str = "crates/base/codes.toml";

/// Codes without an entry, entries without a use, and entries that stand twice.
pub(crate) fn check(register: &Text, sources: &[Text]) -> Result<Vec<String>, String> {
    let explained = explained(register)?;
    let used = used(sources);
    let mut findings = Vec::new();
    for (code, places) in used.iter().filter(|(code, _)| !explained.contains_key(*code)) {
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        findings.push(format!("{code} has no entry in {}: used in {}", register.path, places.join(", ")));
    }
    for (code, n) in explained {
        if !used.contains_key(&code) {
            findings.push(format!("{}: {code} is used nowhere in crates/*/src", register.path));
        }
        if n > 1 {
            findings.push(format!("{}: {code} stands {n} times", register.path));
        }
    }
    Ok(findings)
}

/// How often each code stands in the register.
fn explained(register: &Text) -> Result<BTreeMap<String, usize>, String> {
    let table: Table = register.content.parse().map_err(|e| format!("{}: {e}", register.path))?;
    let entries = table.get("code").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut counts = BTreeMap::new();
    for entry in entries {
        let code = entry.get("code").and_then(Value::as_str);
        let code = code.ok_or_else(|| format!("{}: an entry has no code", register.path))?;
        *counts.entry(code.to_owned()).or_default() += 1;
    }
    Ok(counts)
}

/// The codes in the sources, each with the files that name it.
fn used(sources: &[Text]) -> BTreeMap<String, BTreeSet<String>> {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        for code in codes_in(&source.content) {
            used.entry(code.to_owned()).or_default().insert(source.path.clone());
        }
    }
    used
}

/// `OM` and three digits, with no letter or digit on either side.
fn codes_in(text: &str) -> impl Iterator<Item = &str> {
    let alone = |byte: Option<&u8>| byte.is_none_or(|b| !b.is_ascii_alphanumeric());
    text.match_indices("OM").filter_map(move |(at, _)| {
        let code = text.get(at..at + 5)?;
        let digits = code.as_bytes()[2..].iter().all(u8::is_ascii_digit);
        let before = at.checked_sub(1).and_then(|i| text.as_bytes().get(i));
        (digits && alone(before) && alone(text.as_bytes().get(at + 5))).then_some(code)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str, content: &str) -> Text {
        Text { path: path.to_owned(), content: content.to_owned() }
    }

    fn register(codes: &[&str]) -> Text {
        let entries: String = codes.iter().map(|c| format!("[[code]]\ncode = \"{c}\"\n")).collect();
        text(REGISTER, &entries)
    }

    #[test]
    fn codes_are_found_in_code_and_only_whole() {
        let found: Vec<&str> = codes_in("(\"OM101\") OM2041 ROM303 OM30 ≥OM404 OM").collect();
        assert_eq!(found, ["OM101", "OM404"]);
    }

    #[test]
    fn used_and_explained_agree() {
        let sources = [text("crates/base/src/lib.rs", "\"OM101\" \"OM202\"")];
        assert!(check(&register(&["OM101", "OM202"]), &sources).unwrap().is_empty());
    }

    #[test]
    fn all_that_is_missing_is_told_at_once() {
        let sources = [text("crates/a/src/x.rs", "OM250 OM251"), text("crates/a/src/y.rs", "OM250")];
        let found = check(&register(&["OM101", "OM101"]), &sources).unwrap();
        assert_eq!(
            found,
            [
                "OM250 has no entry in crates/base/codes.toml: used in crates/a/src/x.rs, crates/a/src/y.rs",
                "OM251 has no entry in crates/base/codes.toml: used in crates/a/src/x.rs",
                "crates/base/codes.toml: OM101 is used nowhere in crates/*/src",
                "crates/base/codes.toml: OM101 stands 2 times",
            ]
        );
    }
}
