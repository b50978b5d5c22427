//! Texts of the file and what they stand for.

use std::collections::HashMap;

use crate::cell::Cell;

/// Codes looked up by text, number or truth value.
#[derive(Debug)]
pub(super) struct Codes {
    texts: Vec<(Box<str>, u32)>,
    /// Only where there are so many texts that looking at each would be slow.
    by_text: HashMap<Box<str>, u32>,
    numbers: Vec<(f64, u32)>,
}

/// Up to so many texts are compared one by one.
const FEW: usize = 12;

impl Codes {
    /// The first of two equal texts counts.
    pub(super) fn new<'a>(texts: impl IntoIterator<Item = (&'a str, u32)>) -> Self {
        let texts: Vec<(Box<str>, u32)> = texts.into_iter().map(|(t, code)| (t.into(), code)).collect();
        let numbers = texts.iter().filter_map(|(t, code)| Some((t.parse().ok()?, *code))).collect();
        let by_text = match texts.len() > FEW {
            true => texts.iter().rev().cloned().collect(),
            false => HashMap::new(),
        };
        Self { texts, by_text, numbers }
    }

    /// The code of a cell. Texts must be equal; a number equals the text that writes it (1 and 1.0 are "1"), and a
    /// truth value equals "true", "1" or "false", "0".
    pub(super) fn find(&self, cell: Cell<'_>) -> Option<u32> {
        match cell {
            Cell::Text(text) => self.of_text(text),
            Cell::Number(x) => self.of_number(x),
            Cell::Whole(n) => self.of_number(n as f64),
            Cell::Bool(truth) => self.of_bool(truth),
            Cell::Day(_) | Cell::Percent(_) => self.of_text(&cell.shown()),
            Cell::Empty | Cell::NoDay(_) | Cell::Error(_) => None,
        }
    }

    fn of_text(&self, text: &str) -> Option<u32> {
        if self.by_text.is_empty() {
            return self.texts.iter().find(|(t, _)| **t == *text).map(|(_, code)| *code);
        }
        self.by_text.get(text).copied()
    }

    fn of_number(&self, x: f64) -> Option<u32> {
        self.numbers.iter().find(|(n, _)| *n == x).map(|(_, code)| *code)
    }

    fn of_bool(&self, truth: bool) -> Option<u32> {
        let word = if truth { "true" } else { "false" };
        let by_word = self.texts.iter().find(|(t, _)| t.eq_ignore_ascii_case(word)).map(|(_, code)| *code);
        by_word.or_else(|| self.of_number(f64::from(u8::from(truth))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_code_is_found_however_the_cell_holds_it() {
        let codes = Codes::new([("1", 7), ("0", 8)]);
        for cell in [Cell::Text("1"), Cell::Number(1.0), Cell::Whole(1), Cell::Bool(true)] {
            assert_eq!(codes.find(cell), Some(7), "{cell:?}");
        }
        assert_eq!(codes.find(Cell::Text("1.0")), None);
        assert_eq!(codes.find(Cell::Bool(false)), Some(8));
    }

    #[test]
    fn many_texts_are_found_as_few_are() {
        let texts: Vec<String> = (0..50).map(|n| format!("level {n}")).collect();
        let codes = Codes::new(texts.iter().enumerate().map(|(i, t)| (t.as_str(), i as u32)));
        assert_eq!(codes.find(Cell::Text("level 37")), Some(37));
        assert_eq!(codes.find(Cell::Text("level 50")), None);
    }
}
