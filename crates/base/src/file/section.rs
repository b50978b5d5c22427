//! A block of a file, read key by key.

use std::cell::RefCell;
use std::ops::Range;
use std::str::FromStr;

use super::{Key, Node, TomlFile, Value};
use crate::problem::Problem;
use crate::suggest::did_you_mean;

/// A text and where it stands, so that what it names can be resolved later and still be underlined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Bytes of the file.
    pub span: Range<usize>,
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// A block: asks for its keys, then [`Section::finish`] names those that nobody asked for.
pub struct Section<'a> {
    file: &'a TomlFile,
    /// How a person finds it: `[study]`, `[endpoint.OS]`.
    title: String,
    span: Range<usize>,
    entries: &'a [(Key, Node)],
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    /// The block that `node` is; `None` (and a problem) when it is something else.
    #[must_use]
    pub fn new(file: &'a TomlFile, title: impl Into<String>, node: &'a Node) -> Option<Self> {
        let title = title.into();
        match &node.value {
            Value::Table(entries) => {
                Some(Self { file, title, span: node.span.clone(), entries, asked: RefCell::default() })
            }
            other => {
                wrong_kind(file, &title, node.span.clone(), "a block", other);
                None
            }
        }
    }

    /// The file it stands in.
    #[must_use]
    pub fn file(&self) -> &'a TomlFile {
        self.file
    }

    /// How a person finds it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where it begins.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The value under a key, whatever it is.
    #[must_use]
    pub fn node(&self, key: &'static str) -> Option<&'a Node> {
        self.asked.borrow_mut().push(key);
        self.entries.iter().find(|(k, _)| k.name == key).map(|(_, node)| node)
    }

    /// Whether the key stands there.
    #[must_use]
    pub fn has(&self, key: &'static str) -> bool {
        self.node(key).is_some()
    }

    /// All entries in the order written; for blocks whose keys are names that the user chose.
    #[must_use]
    pub fn entries(&self) -> &'a [(Key, Node)] {
        self.entries
    }

    fn typed<T>(&self, key: &'static str, wanted: &str, take: impl Fn(&'a Node) -> Option<T>) -> Option<T> {
        let node = self.node(key)?;
        let taken = take(node);
        if taken.is_none() {
            wrong_kind(
                self.file,
                &format!("`{key}` in {}", self.title),
                node.span.clone(),
                wanted,
                &node.value,
            );
        }
        taken
    }

    /// A text.
    #[must_use]
    pub fn text(&self, key: &'static str) -> Option<Text> {
        self.typed(key, "a text in \"quotes\"", as_text)
    }

    /// A text that must stand there.
    #[must_use]
    pub fn required_text(&self, key: &'static str, why: &str) -> Option<Text> {
        if !self.has(key) {
            self.missing(key, why);
        }
        self.text(key)
    }

    /// A number.
    #[must_use]
    pub fn number(&self, key: &'static str) -> Option<f64> {
        self.typed(key, "a number", as_number)
    }

    /// true or false.
    #[must_use]
    pub fn bool(&self, key: &'static str) -> Option<bool> {
        self.typed(key, "true or false", |n| match n.value {
            Value::Bool(b) => Some(b),
            _ => None,
        })
    }

    /// A date, as written with or without quotes.
    #[must_use]
    pub fn date(&self, key: &'static str) -> Option<Text> {
        self.typed(key, "a date as 2021-06-30", |n| match &n.value {
            Value::Date(text) | Value::Text(text) => Some(Text { text: text.clone(), span: n.span.clone() }),
            _ => None,
        })
    }

    /// A list of texts; one text alone is a list of one.
    #[must_use]
    pub fn texts(&self, key: &'static str) -> Option<Vec<Text>> {
        self.typed(key, "a list of texts", |n| match &n.value {
            Value::Text(_) => as_text(n).map(|t| vec![t]),
            Value::List(list) => list.iter().map(as_text).collect(),
            _ => None,
        })
    }

    /// A list of numbers.
    #[must_use]
    pub fn numbers(&self, key: &'static str) -> Option<Vec<f64>> {
        self.typed(key, "a list of numbers", |n| match &n.value {
            Value::Number(_) => as_number(n).map(|x| vec![x]),
            Value::List(list) => list.iter().map(as_number).collect(),
            _ => None,
        })
    }

    /// A text that reads as `T`, such as a duration; its own message tells what is wrong.
    #[must_use]
    pub fn parsed<T: FromStr>(&self, key: &'static str) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        self.text(key).and_then(|text| self.parse_text(key, &text))
    }

    /// A list of texts that read as `T`.
    #[must_use]
    pub fn parsed_list<T: FromStr>(&self, key: &'static str) -> Option<Vec<T>>
    where
        T::Err: std::fmt::Display,
    {
        let texts = self.texts(key)?;
        Some(texts.iter().filter_map(|text| self.parse_text(key, text)).collect())
    }

    fn parse_text<T: FromStr>(&self, key: &str, text: &Text) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        match text.text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let what = format!("`{key}` in {}: {error}", self.title);
                self.file.report_at(text.span.clone(), Problem::error("OM304", what));
                None
            }
        }
    }

    /// One of a few words, each standing for a value.
    #[must_use]
    pub fn choice<T: Clone>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = choices.iter().find(|(word, _)| *word == text.text).map(|(_, value)| value.clone());
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.unknown_word(key, &text, &words);
        }
        found
    }

    /// Says that `text` is none of the words possible there.
    pub fn unknown_word(&self, key: &str, text: &Text, words: &[&str]) {
        let mut problem =
            Problem::error("OM303", format!("`{key}` in {} cannot be \"{}\"", self.title, text.text));
        problem.mend = match did_you_mean(text, words.iter().copied()) {
            Some(hint) => format!("{hint} possible: {}", words.join(", ")),
            None => format!("possible: {}", words.join(", ")),
        };
        self.file.report_at(text.span.clone(), problem);
    }

    /// A block inside.
    #[must_use]
    pub fn section(&self, key: &'static str) -> Option<Section<'a>> {
        let node = self.node(key)?;
        Section::new(self.file, format!("[{key}]"), node)
    }

    /// Blocks whose names the user chose: `[endpoint.OS]`.
    #[must_use]
    pub fn named_sections(&self, key: &'static str) -> Vec<(Key, Section<'a>)> {
        let Some(block) = self.section(key) else { return Vec::new() };
        block
            .entries
            .iter()
            .filter_map(|(name, node)| {
                let section = Section::new(self.file, format!("[{key}.{}]", name.name), node)?;
                Some((name.clone(), section))
            })
            .collect()
    }

    /// Repeated blocks: `[[analysis]]`.
    #[must_use]
    pub fn repeated_sections(&self, key: &'static str) -> Vec<Section<'a>> {
        let Some(node) = self.node(key) else { return Vec::new() };
        let Value::List(list) = &node.value else {
            let wanted = format!("repeated blocks, each beginning with [[{key}]]");
            wrong_kind(self.file, key, node.span.clone(), &wanted, &node.value);
            return Vec::new();
        };
        let title = |i: usize| format!("[[{key}]] number {}", i + 1);
        list.iter().enumerate().filter_map(|(i, n)| Section::new(self.file, title(i), n)).collect()
    }

    /// Says that a key must stand there.
    pub fn missing(&self, key: &str, why: &str) {
        self.file.report_at(
            self.span.clone(),
            Problem::error("OM305", format!("{} needs `{key}`", self.title)).why(why.to_owned()),
        );
    }

    /// Names every key that nobody asked for.
    pub fn finish(self) {
        let asked = self.asked.into_inner();
        for (key, _) in self.entries.iter().filter(|(k, _)| !asked.contains(&k.name.as_str())) {
            let mut known = asked.clone();
            known.sort_unstable();
            known.dedup();
            let what = format!("{} has no key `{}`", self.title, key.name);
            let mend = did_you_mean(&key.name, known.iter().copied())
                .unwrap_or_else(|| format!("known here: {}", known.join(", ")));
            let why = "a key that is not known would be ignored silently, and with it what you meant";
            self.file.report_at(key.span.clone(), Problem::error("OM302", what).why(why).mend(mend));
        }
    }
}

fn as_text(node: &Node) -> Option<Text> {
    match &node.value {
        Value::Text(text) => Some(Text { text: text.clone(), span: node.span.clone() }),
        _ => None,
    }
}

fn as_number(node: &Node) -> Option<f64> {
    match node.value {
        Value::Number(n) if n.is_finite() => Some(n),
        _ => None,
    }
}

fn wrong_kind(file: &TomlFile, what: &str, span: Range<usize>, wanted: &str, found: &Value) {
    file.report_at(span, Problem::error("OM304", format!("{what} must be {wanted}, not {}", found.kind())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Duration;

    fn read(text: &str, read: impl FnOnce(&Section<'_>)) -> String {
        let file = TomlFile::new("study.toml", text);
        match file.parse() {
            Ok(root) => {
                let section = Section::new(&file, "the file", &root).unwrap();
                read(&section);
                section.finish();
                file.take_problems().to_string()
            }
            Err(problem) => problem.to_string(),
        }
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line_and_a_suggestion() {
        let said = read("title = \"x\"\nlable = \"y\"\n", |s| {
            let _ = (s.text("title"), s.text("label"));
        });
        assert!(said.contains("has no key `lable`"), "{said}");
        assert!(said.contains("study.toml, line 2, character 1"), "{said}");
        assert!(said.contains("did you mean `label`?"), "{said}");
    }

    #[test]
    fn wrong_kinds_are_all_told_at_once() {
        let said = read("a = 1\nb = \"12\"\nc = [1, \"x\"]\n", |s| {
            assert!(s.text("a").is_none());
            assert!(s.parsed::<Duration>("b").is_none());
            assert!(s.numbers("c").is_none());
        });
        assert_eq!(said.matches("error[").count(), 3, "{said}");
    }

    #[test]
    fn text_that_is_no_toml_is_shown_where_it_breaks() {
        let said = read("a = 1\nb = = 2\n", |_| {});
        assert!(said.starts_with("error[OM301]") && said.contains("line 2"), "{said}");
    }

    #[test]
    fn entries_keep_the_order_of_the_file() {
        read("[levels]\nz = 1\na = 2\nm = 3\n", |s| {
            let order: Vec<&str> =
                s.section("levels").unwrap().entries().iter().map(|(k, _)| k.name.as_str()).collect();
            assert_eq!(order, ["z", "a", "m"]);
        });
    }
}
