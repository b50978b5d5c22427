//! Questions that `site.toml` still leaves open: a "?" where only a person knows the answer.

use std::ops::Range;

use oligomet_base::Problem;
use oligomet_base::file::{Section, Text, TomlFile};

/// A "?" in `site.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenQuestion {
    /// The block: `[column.diagnosis_date]`.
    pub block: String,
    /// The key: `order`.
    pub key: String,
    /// The question in plain words.
    pub question: String,
    /// Possible answers as they are to be written; empty where any text may stand.
    pub answers: Vec<String>,
}

/// What writes "?" for an answer that is not known yet.
pub(super) const OPEN: &str = "?";

/// Reads answers of one file and keeps the questions that are open.
#[derive(Debug, Default)]
pub(super) struct Questions {
    pub(super) open: Vec<OpenQuestion>,
}

impl Questions {
    /// The text under `key`, or `None` and a problem when it is still "?".
    pub(super) fn text(
        &mut self,
        section: &Section<'_>,
        key: &'static str,
        question: &str,
        answers: &[&str],
    ) -> Option<Text> {
        let text = section.text(key)?;
        if text.text.trim() != OPEN {
            return Some(text);
        }
        self.add(section.file(), text.span, section.title(), key, question, answers);
        None
    }

    /// The list under `key`, or `None` and a problem when one of its texts is still "?".
    pub(super) fn texts(
        &mut self,
        section: &Section<'_>,
        key: &'static str,
        question: &str,
    ) -> Option<Vec<Text>> {
        let texts = section.texts(key)?;
        let open = texts.iter().find(|t| t.text.trim() == OPEN).map(|t| t.span.clone());
        let Some(span) = open else { return Some(texts) };
        self.add(section.file(), span, section.title(), key, question, &[]);
        None
    }

    fn add(
        &mut self,
        file: &TomlFile,
        span: Range<usize>,
        block: &str,
        key: &str,
        question: &str,
        answers: &[&str],
    ) {
        let mend = match answers {
            [] => "write the answer in place of the question mark".to_owned(),
            some => format!("write one of {} in place of the question mark", quoted(some)),
        };
        file.report_at(
            span,
            Problem::error("OM241", format!("`{key}` in {block} is still an open question: {question}"))
                .why("the file alone does not tell; a guess could change every result")
                .mend(mend),
        );
        self.open.push(OpenQuestion {
            block: block.to_owned(),
            key: key.to_owned(),
            question: question.to_owned(),
            answers: answers.iter().map(|&a| a.to_owned()).collect(),
        });
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(", ")
}
