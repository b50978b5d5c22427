//! What endpoints mean: `data/endpoints.toml`, read once.

use std::sync::OnceLock;

use oligomet_base::Duration;
use oligomet_base::file::{Section, Text, TomlFile};

use crate::model::{AfterCensor, Intercurrent};

const FILE: &str = "endpoints.toml";
const TEXT: &str = include_str!("../data/endpoints.toml");

/// What an endpoint means where the study says no more than its name.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) event: Vec<String>,
    pub(crate) competing: Vec<String>,
    pub(crate) censor: String,
    pub(crate) after_censor: Option<AfterCensor>,
    pub(crate) death_window: Option<Duration>,
    pub(crate) intercurrent: Vec<(String, Intercurrent)>,
    /// Units for which it has a meaning; empty for all.
    pub(crate) units: Vec<String>,
    /// From when to count, in words.
    pub(crate) time_zero: String,
    pub(crate) source: String,
}

/// All definitions.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    pub(crate) definitions: Vec<Definition>,
}

impl Definitions {
    /// Those of the file.
    pub(crate) fn get() -> &'static Self {
        static READ: OnceLock<Definitions> = OnceLock::new();
        READ.get_or_init(|| read(&TomlFile::new(FILE, TEXT)).unwrap_or_default())
    }

    pub(crate) fn definition(&self, name: &str) -> Option<&Definition> {
        self.definitions.iter().find(|d| d.name == name)
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.definitions.iter().map(|d| d.name.as_str()).collect()
    }
}

fn read(file: &TomlFile) -> Option<Definitions> {
    let root = file.parse().ok()?;
    let top = Section::new(file, FILE, &root)?;
    let _ = top.number("format");
    let definitions =
        top.named_sections("definition").into_iter().map(|(key, s)| read_definition(key.name, s));
    let definitions = definitions.collect();
    top.finish();
    Some(Definitions { definitions })
}

fn read_definition(name: String, s: Section<'_>) -> Definition {
    let list =
        |key: &'static str| s.texts(key).unwrap_or_default().into_iter().map(|t| t.text).collect::<Vec<_>>();
    let definition = Definition {
        label: required(&s, "label"),
        event: list("event"),
        competing: list("competing"),
        censor: required(&s, "censor"),
        after_censor: s.choice("after_censor", &AfterCensor::NAMES),
        death_window: s.parsed("death_window"),
        intercurrent: read_intercurrent(&s).into_iter().map(|(t, what)| (t.text, what)).collect(),
        units: list("units"),
        time_zero: required(&s, "time_zero"),
        source: required(&s, "source"),
        name,
    };
    s.finish();
    definition
}

fn required(s: &Section<'_>, key: &'static str) -> String {
    s.required_text(key, "every definition has it").unwrap_or_default().text
}

/// `intercurrent = { local_treatment = "censor" }`
pub(crate) fn read_intercurrent(s: &Section<'_>) -> Vec<(Text, Intercurrent)> {
    let Some(block) = s.section("intercurrent") else { return Vec::new() };
    let mut found = Vec::new();
    for (key, node) in block.entries() {
        let name = Text { text: key.name.clone(), span: key.span.clone() };
        let oligomet_base::file::Value::Text(word) = &node.value else {
            let what = format!("`{}` in {} must be a word", key.name, block.title());
            let problem = oligomet_base::Problem::error("OM304", what);
            block
                .file()
                .report_at(node.span.clone(), problem.mend("write \"censor\", \"ignore\" or \"event\""));
            continue;
        };
        match Intercurrent::NAMES.iter().find(|(known, _)| known == word) {
            Some((_, what)) => found.push((name, *what)),
            None => {
                let text = Text { text: word.clone(), span: node.span.clone() };
                let words = Intercurrent::NAMES.map(|(known, _)| known);
                block.unknown_word(&key.name, &text, &words);
            }
        }
    }
    // Any name may stand here: the check says which of them nobody knows.
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relational::STREAMS;

    #[test]
    fn the_file_is_read_without_a_problem_and_names_agree() {
        let file = TomlFile::new(FILE, TEXT);
        let read = read(&file).unwrap();
        let problems: Vec<String> = file.take_problems().iter().map(|p| p.what.clone()).collect();
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(read.definitions.len(), 9);
        for definition in &read.definitions {
            let names = definition.event.iter().chain(&definition.competing);
            for name in names.chain(definition.intercurrent.iter().map(|(name, _)| name)) {
                assert!(STREAMS.iter().any(|(s, _)| s == name), "{name} of {} is no stream", definition.name);
            }
            assert!(!definition.event.is_empty() && !definition.source.is_empty(), "{}", definition.name);
        }
    }
}
