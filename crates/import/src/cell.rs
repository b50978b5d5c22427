//! A cell of any source, borrowed from it.

use std::borrow::Cow;

use oligomet_base::Day;

/// A cell. Texts are trimmed and not empty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    Empty,
    Text(&'a str),
    Number(f64),
    /// A whole number, kept exactly (identifiers of 17 digits).
    Whole(i64),
    /// A number that the workbook shows as percent: 0.45 is shown as 45 %.
    Percent(f64),
    Bool(bool),
    Day(Day),
    /// A date cell whose number is no day of the calendar, or a time of day alone.
    NoDay(f64),
    /// `#N/A` and its kind.
    Error(&'static str),
}

impl<'a> Cell<'a> {
    /// A text cell, trimmed; an empty text is an empty cell.
    pub(crate) fn text(text: &'a str) -> Self {
        let trimmed = trim(text);
        if trimmed.is_empty() { Self::Empty } else { Self::Text(trimmed) }
    }

    pub(crate) fn is_empty(self) -> bool {
        matches!(self, Self::Empty)
    }

    /// What a person sees; numbers in their shortest form.
    pub(crate) fn shown(self) -> Cow<'a, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(x) | Self::NoDay(x) => Cow::Owned(plain_number(x)),
            Self::Whole(n) => Cow::Owned(n.to_string()),
            Self::Percent(x) => Cow::Owned(format!("{}%", plain_number(times_hundred(x)))),
            Self::Bool(true) => Cow::Borrowed("TRUE"),
            Self::Bool(false) => Cow::Borrowed("FALSE"),
            Self::Day(day) => Cow::Owned(day.to_string()),
            Self::Error(text) => Cow::Borrowed(text),
        }
    }
}

/// The shortest text of a number, without an exponent.
pub(crate) fn plain_number(x: f64) -> String {
    format!("{x}")
}

/// A hundred times the number as written: 0.29 becomes 29, not 28.999999999999996.
pub(crate) fn times_hundred(x: f64) -> f64 {
    format!("{x}e2").parse().unwrap_or(x * 100.0)
}

/// Without blanks at either end, those of typesetting included.
fn trim(text: &str) -> &str {
    let plain_end = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_graphic());
    let bytes = text.as_bytes();
    if plain_end(bytes.first()) && plain_end(bytes.last()) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}

/// Texts that mean "not known".
#[derive(Debug, Default)]
pub(crate) struct MissingTexts {
    texts: Vec<String>,
    numbers: Vec<f64>,
}

impl MissingTexts {
    pub(crate) fn new<'a>(texts: impl IntoIterator<Item = &'a String>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(|t| trim(t).to_owned()).collect();
        let numbers = texts.iter().filter_map(|t| t.parse().ok()).collect();
        Self { texts, numbers }
    }

    /// Whether the cell is empty or means "not known".
    pub(crate) fn contains(&self, cell: Cell<'_>) -> bool {
        match cell {
            Cell::Empty => true,
            _ if self.texts.is_empty() => false,
            Cell::Text(text) => self.texts.iter().any(|t| t == text),
            Cell::Number(x) => self.numbers.contains(&x),
            Cell::Whole(n) => self.numbers.contains(&(n as f64)),
            Cell::Error(text) => self.texts.iter().any(|t| t == text),
            Cell::Day(day) => self.texts.contains(&day.to_string()),
            Cell::Percent(_) | Cell::Bool(_) | Cell::NoDay(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_of_every_kind_are_trimmed() {
        assert_eq!(Cell::text("\u{a0} 12 \u{feff}"), Cell::Text("12"));
        assert_eq!(Cell::text(" \t\u{200b}"), Cell::Empty);
        assert_eq!(Cell::text("a b"), Cell::Text("a b"));
    }

    #[test]
    fn missing_numbers_match_however_the_cell_holds_them() {
        let missing = MissingTexts::new(&["999".to_owned(), "?".to_owned()]);
        for cell in [Cell::Text("999"), Cell::Number(999.0), Cell::Whole(999), Cell::Text("?"), Cell::Empty] {
            assert!(missing.contains(cell), "{cell:?}");
        }
        assert!(!missing.contains(Cell::Number(99.0)));
    }

    #[test]
    fn percent_is_shifted_in_decimal() {
        assert_eq!(times_hundred(0.29), 29.0);
        assert_eq!(Cell::Percent(0.45).shown(), "45%");
    }
}
