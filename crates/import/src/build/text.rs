//! Identifiers and texts.

use super::issue::{IssueKind, Issues};
use crate::cell::Cell;

#[derive(Debug, Default)]
pub(super) struct TextBuilder {
    pub(super) values: Vec<Option<Box<str>>>,
}

impl TextBuilder {
    pub(super) fn push(&mut self, cell: Cell<'_>, issues: &mut Issues) {
        let value = match cell {
            Cell::Empty => None,
            Cell::Error(text) => {
                issues.add(IssueKind::ErrorCell, text, self.values.len());
                None
            }
            other => Some(Box::from(other.shown())),
        };
        self.values.push(value);
    }
}
