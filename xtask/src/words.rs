//! What must not stand in a tracked file: paths of a machine, and hosts of package registries.

use crate::repository::Text;

/// Each is written in two halves, so that this file does not hold what it forbids.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (concat!("/ho", "me/"), "a path of one machine"),
    (concat!("/tmp/te", "am"), "a path of one machine"),
    (concat!("/tmp/t", "-"), "a path of one machine"),
    (concat!("crates", ".io"), "a host of a package registry"),
    (concat!("pypi", ".org"), "a host of a package registry"),
    (concat!("pythonhosted", ".org"), "a host of a package registry"),
    (concat!("deb.deb", "ian"), "a host of a package registry"),
    (concat!("npmjs", ".org"), "a host of a package registry"),
];

/// Lock files name the registry themselves.
const EXEMPT: &str = "Cargo.lock";

/// Every forbidden word, with file and line.
pub(crate) fn check(texts: &[Text]) -> Vec<String> {
    let mut findings = Vec::new();
    for text in texts.iter().filter(|text| !text.path.ends_with(EXEMPT)) {
        for (i, line) in text.content.lines().enumerate() {
            let found = FORBIDDEN.iter().filter(|(word, _)| line.contains(word));
            findings.extend(found.map(|(word, why)| format!("{}:{}: {word} is {why}", text.path, i + 1)));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str, content: String) -> Text {
        Text { path: path.to_owned(), content }
    }

    #[test]
    fn every_forbidden_word_is_found_with_its_line() {
        for (word, _) in FORBIDDEN {
            let found = check(&[text("docs/a.md", format!("first\nsee {word}x\n"))]);
            assert_eq!(found.len(), 1, "{word}");
            assert!(found[0].starts_with("docs/a.md:2: "), "{}", found[0]);
        }
    }

    #[test]
    fn lock_files_may_name_the_registry() {
        let line = concat!("source = \"registry+index.crates", ".io\"\n").to_owned();
        assert!(
            check(&[text("Cargo.lock", line.clone()), text("bench/survival/Cargo.lock", line)]).is_empty()
        );
    }

    #[test]
    fn this_file_does_not_hold_what_it_forbids() {
        assert!(check(&[text("xtask/src/words.rs", include_str!("words.rs").to_owned())]).is_empty());
    }
}
