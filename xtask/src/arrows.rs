//! Which crate may use which. A new arrow is a decision: it is added here, and reviewed by itself.

use toml::{Table, Value};

use crate::repository::Text;

/// A crate of ours (its folder in `crates/`) and those of ours that it may use.
/// Architecture invariants: `survival` and `figure` know nobody; `import` never sees `study`; `report` sees neither
/// `schema` nor `study`, so that a report can be drawn again from results alone.
const ALLOWED: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("survival", &[]),
    ("figure", &[]),
    ("figure-export", &["figure"]),
    ("dose", &["base"]),
    ("disease", &["base"]),
    ("schema", &["base"]),
    ("results", &["base"]),
    ("import", &["base", "schema"]),
    ("template", &["schema"]),
    ("study", &["base", "schema", "survival", "dose", "disease", "results"]),
    ("report", &["base", "results", "figure"]),
    // `survival` for the statistics of an envelope.
    ("simulate", &["base", "schema", "survival"]),
    (
        "cli",
        &[
            "base",
            "survival",
            "figure",
            "figure-export",
            "dose",
            "disease",
            "schema",
            "results",
            "import",
            "study",
            "report",
            "simulate",
            "template",
        ],
    ),
];

/// Crates that are arithmetic alone, and the beginnings of names of packages that they must not use.
const ARITHMETIC: &[&str] = &["survival", "dose", "disease"];
const NOT_ARITHMETIC: &[&str] = &["arrow", "parquet", "serde", "tracing", "log", "datafusion", "csv", "jiff"];

/// Our packages are named after their folder.
const PREFIX: &str = "oligomet-";

/// Every arrow between crates that the table does not allow, with the file that draws it.
///
/// Dev-dependencies obey the same table (tests of a room need no other room), but the arithmetic crates may use any
/// package of others in their tests, such as a JSON reader for reference values.
pub(crate) fn check(manifests: &[Text]) -> Result<Vec<String>, String> {
    let mut findings = Vec::new();
    for manifest in manifests {
        let name = folder_of(&manifest.path);
        let table: Table = manifest.content.parse().map_err(|e| format!("{}: {e}", manifest.path))?;
        let Some((_, allowed)) = ALLOWED.iter().find(|(crate_name, _)| *crate_name == name) else {
            findings.push(format!("{}: {name} is not in the table of xtask/src/arrows.rs", manifest.path));
            continue;
        };
        for dependency in dependencies(&table) {
            if let Some(reason) = forbidden(name, allowed, &dependency) {
                findings.push(format!("{}: {reason} ([{}])", manifest.path, dependency.section));
            }
        }
    }
    findings.extend(absent(manifests));
    Ok(findings)
}

/// A package that a manifest names, and in which section.
struct Dependency {
    section: &'static str,
    package: String,
}

fn forbidden(name: &str, allowed: &[&str], dependency: &Dependency) -> Option<String> {
    let package = &dependency.package;
    if let Some(ours) = package.strip_prefix(PREFIX) {
        return (!allowed.contains(&ours)).then(|| format!("{name} must not use {ours}"));
    }
    let outside = dependency.section != "dev-dependencies"
        && ARITHMETIC.contains(&name)
        && NOT_ARITHMETIC.iter().any(|start| package.starts_with(start));
    outside.then(|| format!("{name} must not use {package}: it is arithmetic alone"))
}

/// The packages named in every section of a manifest, those of one platform only included.
fn dependencies(manifest: &Table) -> Vec<Dependency> {
    let platforms = manifest.get("target").and_then(Value::as_table);
    let platforms = platforms.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    let mut found = Vec::new();
    for table in std::iter::once(manifest).chain(platforms) {
        for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let packages = table.get(section).and_then(Value::as_table);
            for (key, value) in packages.into_iter().flatten() {
                // `name = { package = "other" }` uses other under another name.
                let renamed = value.get("package").and_then(Value::as_str);
                found.push(Dependency { section, package: renamed.unwrap_or(key).to_owned() });
            }
        }
    }
    found
}

/// Crates of the table that do not exist: a crate that has nothing to do yet is not in it, either.
fn absent(manifests: &[Text]) -> Vec<String> {
    let exists = |name: &str| manifests.iter().any(|m| folder_of(&m.path) == name);
    let gone = ALLOWED.iter().filter(|(name, _)| !manifests.is_empty() && !exists(name));
    gone.map(|(name, _)| format!("xtask/src/arrows.rs: crates/{name} does not exist")).collect()
}

/// `crates/base/Cargo.toml` is `base`'s.
fn folder_of(manifest: &str) -> &str {
    manifest.trim_end_matches("/Cargo.toml").trim_start_matches("crates/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(name: &str, content: &str) -> Text {
        Text { path: format!("crates/{name}/Cargo.toml"), content: content.to_owned() }
    }

    /// Findings about one manifest; that the other crates are absent is not the matter here.
    fn findings(name: &str, content: &str) -> Vec<String> {
        let mut all = check(&[manifest(name, content)]).unwrap();
        all.retain(|finding| !finding.contains("does not exist"));
        all
    }

    #[test]
    fn arrows_of_the_table_are_allowed() {
        let report =
            "[dependencies]\noligomet-base.workspace = true\noligomet-results = { path = \"../results\" }\n";
        assert_eq!(findings("report", report), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_backwards_is_told_with_its_file() {
        let found = findings("import", "[dependencies]\noligomet-study.workspace = true\n");
        assert_eq!(found, ["crates/import/Cargo.toml: import must not use study ([dependencies])"]);
    }

    #[test]
    fn renamed_platform_and_dev_dependencies_are_arrows_too() {
        let renamed = "[dependencies]\ninnocent = { package = \"oligomet-schema\", path = \"../schema\" }\n";
        assert_eq!(findings("report", renamed).len(), 1);
        let platform = "[target.'cfg(windows)'.dependencies]\noligomet-schema.workspace = true\n";
        assert_eq!(findings("report", platform).len(), 1);
        let tests = "[dev-dependencies]\noligomet-study.workspace = true\n";
        assert_eq!(findings("survival", tests).len(), 1);
    }

    #[test]
    fn arithmetic_stays_alone_but_its_tests_may_read_json() {
        assert_eq!(findings("dose", "[dependencies]\narrow-array.workspace = true\n").len(), 1);
        assert_eq!(findings("survival", "[dependencies]\ntracing = \"0.1\"\n").len(), 1);
        assert!(findings("survival", "[dev-dependencies]\nserde_json.workspace = true\n").is_empty());
        assert!(findings("base", "[dependencies]\nserde.workspace = true\n").is_empty());
    }

    #[test]
    fn crates_and_table_name_each_other() {
        assert_eq!(findings("mart", "").len(), 1);
        let all = check(&[manifest("base", "")]).unwrap();
        assert!(all.contains(&"xtask/src/arrows.rs: crates/cli does not exist".to_owned()));
    }

    #[test]
    fn a_manifest_that_cannot_be_read_is_an_error() {
        assert!(check(&[manifest("base", "[dependencies")]).is_err());
    }

    #[test]
    fn no_crate_can_reach_itself() {
        let reach = |name: &str| ALLOWED.iter().find(|(n, _)| *n == name).map_or(&[][..], |(_, to)| to);
        for (start, _) in ALLOWED {
            let mut seen: Vec<&str> = Vec::new();
            let mut open: Vec<&str> = reach(start).to_vec();
            while let Some(next) = open.pop() {
                assert_ne!(next, *start, "{start} reaches itself");
                if !seen.contains(&next) {
                    seen.push(next);
                    open.extend(reach(next));
                }
            }
        }
    }
}
