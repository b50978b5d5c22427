//! Files that people write (study.toml, site.toml): a tree with spans, read key by key, every mistake a [`Problem`].
//!
//! Reading goes on after a mistake, so that all of them are told at once. A key that nobody asked for is an error
//! with a suggestion: a misspelt option must never be ignored silently.

mod node;
mod section;

pub use node::{Key, Node, Value};
pub use section::{Section, Text};

use std::cell::RefCell;
use std::ops::Range;

use crate::problem::{Excerpt, Place, Problem, Problems};

/// A file being read: its name, its text and what was wrong so far.
#[derive(Debug)]
pub struct TomlFile {
    name: String,
    text: String,
    problems: RefCell<Problems>,
}

impl TomlFile {
    /// A file of that name (as the user gave it, without its folder) and content.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), problems: RefCell::default() }
    }

    /// The name given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Parses the text into a tree.
    ///
    /// # Errors
    /// A [`Problem`] (OM301) at the place where the text is no TOML.
    pub fn parse(&self) -> Result<Node, Box<Problem>> {
        match toml::de::DeTable::parse(&self.text) {
            Ok(root) => Ok(Node::from_table(root)),
            Err(error) => {
                let message = error.message().lines().next().unwrap_or("not readable").to_owned();
                let span = error.span().unwrap_or(0..0);
                Err(Box::new(
                    Problem::error("OM301", format!("the file is not well formed: {message}"))
                        .at(self.place(span))
                        .why("nothing after this place can be understood")
                        .mend(
                            "texts stand in \"quotes\", lists in [brackets], and each key once in its block",
                        ),
                ))
            }
        }
    }

    /// The place of a span: line, character and the line's text.
    #[must_use]
    pub fn place(&self, span: Range<usize>) -> Place {
        let start = span.start.min(self.text.len());
        let before = self.text.get(..start).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let line_text = self.text.get(line_start..).unwrap_or("").lines().next().unwrap_or("");
        let character = before.get(line_start..).unwrap_or("").chars().count() + 1;
        let end_in_line = span.end.min(line_start + line_text.len()).max(start);
        let length = self.text.get(start..end_in_line).map_or(1, |s| s.chars().count()).max(1);
        Place {
            file: Some(self.name.clone()),
            line: Some(before.matches('\n').count() + 1),
            character: Some(character),
            excerpt: Some(Excerpt { text: line_text.replace('\t', " "), length }),
            ..Place::default()
        }
    }

    /// Adds a problem.
    pub fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Adds a problem at a span.
    pub fn report_at(&self, span: Range<usize>, problem: Problem) {
        self.report(problem.at(self.place(span)));
    }

    /// What was wrong, emptied.
    #[must_use]
    pub fn take_problems(&self) -> Problems {
        self.problems.take()
    }
}
