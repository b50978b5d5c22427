//! Levels, and yes or no.

use oligomet_schema::Category;

use super::codes::Codes;
use super::issue::{IssueKind, Issues};
use crate::cell::Cell;
use crate::site::{CategoryMap, YesNoMap};

pub(super) struct CategoryBuilder {
    known: Codes,
    levels: Vec<String>,
    pub(super) codes: Vec<u32>,
}

impl CategoryBuilder {
    pub(super) fn new(map: &CategoryMap) -> Self {
        let known = Codes::new(map.texts.iter().map(|(text, code)| (text.as_str(), *code)));
        Self { known, levels: map.levels.clone(), codes: Vec::new() }
    }

    pub(super) fn push(&mut self, cell: Cell<'_>, issues: &mut Issues) {
        let code = look_up(&self.known, cell, IssueKind::UnknownLevel, issues, self.codes.len());
        self.codes.push(code.unwrap_or(Category::MISSING));
    }

    pub(super) fn finish(self) -> Category {
        Category { codes: self.codes, levels: self.levels }
    }
}

const YES: u32 = 1;
const NO: u32 = 0;

pub(super) struct YesNoBuilder {
    known: Codes,
    pub(super) values: Vec<Option<bool>>,
}

impl YesNoBuilder {
    pub(super) fn new(map: &YesNoMap) -> Self {
        let yes = map.yes.iter().map(|t| (t.as_str(), YES));
        let no = map.no.iter().map(|t| (t.as_str(), NO));
        Self { known: Codes::new(yes.chain(no)), values: Vec::new() }
    }

    pub(super) fn push(&mut self, cell: Cell<'_>, issues: &mut Issues) {
        let code = look_up(&self.known, cell, IssueKind::UnknownYesNo, issues, self.values.len());
        self.values.push(code.map(|code| code == YES));
    }
}

fn look_up(known: &Codes, cell: Cell<'_>, kind: IssueKind, issues: &mut Issues, index: usize) -> Option<u32> {
    if cell.is_empty() {
        return None;
    }
    let code = known.find(cell);
    if code.is_none() {
        match cell {
            Cell::Error(text) => issues.add(IssueKind::ErrorCell, text, index),
            other => issues.add(kind, &other.shown(), index),
        }
    }
    code
}
