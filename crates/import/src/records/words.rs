//! What texts mean in every table: levels, yes and no, reasons for an empty cell.

use std::collections::HashMap;
use std::sync::OnceLock;

use oligomet_schema::{FieldSpec, Words, schema};

/// What a text that is no value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoValue {
    /// The cell is empty.
    Empty,
    /// A level of `missing_value.reason`, by its index.
    Reason(u8),
}

/// A text as texts are compared: lower case, hyphens and underscores as blanks, single blanks.
pub(super) fn plain(text: &str) -> String {
    let lower = text.to_lowercase().replace(['-', '_', '\u{2013}'], " ");
    let words: Vec<&str> = lower.split_whitespace().collect();
    // A text of signs alone (`-`) stays what it is.
    if words.is_empty() { text.to_owned() } else { words.join(" ") }
}

/// Texts that are no values, found quickly: most cells differ from all of them in length and first letter.
pub(super) struct NoValues {
    by_text: HashMap<String, NoValue>,
    /// Bit n of a first byte: some text beginning so has n bytes.
    lengths: [u64; 256],
}

impl NoValues {
    /// Those of the schema.
    pub(super) fn of_schema() -> &'static Self {
        static WORDS: OnceLock<NoValues> = OnceLock::new();
        WORDS.get_or_init(|| Self::new(&schema().words))
    }

    fn new(words: &Words) -> Self {
        let reason = schema().table("missing_value").and_then(|t| t.field("reason"));
        let level = |code: &str| reason.and_then(|f| f.levels.iter().position(|l| l.code == code));
        let mut found = Self { by_text: HashMap::new(), lengths: [0; 256] };
        for text in &words.empty {
            found.add(text, NoValue::Empty);
        }
        for (text, code) in &words.reasons {
            if let Some(at) = level(code) {
                found.add(text, NoValue::Reason(at as u8));
            }
        }
        found
    }

    fn add(&mut self, text: &str, meaning: NoValue) {
        let plain = plain(text);
        for written in [text, &plain] {
            if let Some(&first) = written.as_bytes().first() {
                for byte in [first.to_ascii_lowercase(), first.to_ascii_uppercase()] {
                    self.lengths[usize::from(byte)] |= 1 << written.len().min(63);
                }
            }
        }
        self.by_text.insert(plain, meaning);
    }

    /// What the trimmed text means where it is no value.
    #[inline]
    pub(super) fn find(&self, text: &str) -> Option<NoValue> {
        let first = *text.as_bytes().first()?;
        if self.lengths[usize::from(first)] & (1 << text.len().min(63)) == 0 {
            return None;
        }
        self.by_text.get(&plain(text)).copied()
    }
}

/// The levels of a category by what files write for them.
pub(super) struct LevelTexts {
    codes: Vec<&'static str>,
    by_plain: HashMap<String, u8>,
}

impl LevelTexts {
    pub(super) fn new(field: &'static FieldSpec) -> Self {
        let mut by_plain = HashMap::new();
        let codes: Vec<&'static str> = field.levels.iter().map(|l| l.code.as_str()).collect();
        // Codes before labels before other words: a level's own name is never another's synonym.
        let own = field.levels.iter().enumerate();
        let texts = own
            .clone()
            .map(|(at, l)| (at, &l.code))
            .chain(own.clone().map(|(at, l)| (at, &l.label)))
            .chain(own.flat_map(|(at, l)| l.also.iter().map(move |text| (at, text))));
        for (at, text) in texts {
            by_plain.entry(plain(text)).or_insert(at as u8);
        }
        Self { codes, by_plain }
    }

    /// The level of a trimmed text.
    #[inline]
    pub(super) fn find(&self, text: &str) -> Option<u8> {
        match self.codes.iter().position(|code| *code == text) {
            Some(at) => Some(at as u8),
            None => self.by_plain.get(&plain(text)).copied(),
        }
    }
}

/// Yes and no by what files write for them.
pub(super) struct YesNoTexts {
    by_plain: HashMap<String, bool>,
}

impl YesNoTexts {
    pub(super) fn of_schema() -> &'static Self {
        static WORDS: OnceLock<YesNoTexts> = OnceLock::new();
        WORDS.get_or_init(|| {
            let words = &schema().words;
            let yes = words.yes.iter().map(|text| (plain(text), true));
            let no = words.no.iter().map(|text| (plain(text), false));
            Self { by_plain: yes.chain(no).collect() }
        })
    }

    #[inline]
    pub(super) fn find(&self, text: &str) -> Option<bool> {
        match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => self.by_plain.get(&plain(text)).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_without_case_and_hyphens() {
        let lesion = schema().table("lesion").and_then(|t| t.field("organ")).unwrap();
        let organ = LevelTexts::new(lesion);
        let at = |text: &str| organ.find(text).map(|at| lesion.levels[usize::from(at)].code.as_str());
        for (text, code) in [
            ("lymph-node", "lymph-node"),
            ("Lymph node", "lymph-node"),
            ("LYMPH_NODE", "lymph-node"),
            ("LK", "lymph-node"),
            ("Knochen", "bone"),
            ("CNS", "brain"),
        ] {
            assert_eq!(at(text), Some(code), "{text}");
        }
        assert_eq!(at("knee"), None);
    }

    #[test]
    fn reasons_are_told_from_values_and_from_empty_cells() {
        let words = NoValues::of_schema();
        let reason = schema().table("missing_value").and_then(|t| t.field("reason")).unwrap();
        let code = |text: &str| match words.find(text) {
            Some(NoValue::Reason(at)) => reason.levels[usize::from(at)].code.clone(),
            Some(NoValue::Empty) => "empty".to_owned(),
            None => "value".to_owned(),
        };
        for (text, meaning) in [
            ("Not done", "not-done"),
            ("not-done", "not-done"),
            ("N/A", "not-applicable"),
            ("?", "unknown"),
            ("UNKNOWN", "unknown"),
            ("Refused", "refused"),
            ("NA", "empty"),
            ("-", "empty"),
            ("–", "empty"),
            ("12", "value"),
            ("unknown primary", "value"),
        ] {
            assert_eq!(code(text), meaning, "{text}");
        }
    }

    #[test]
    fn no_word_of_a_category_means_two_levels_or_hides_a_reason() {
        for table in &schema().tables {
            for field in &table.fields {
                let mut seen: HashMap<String, &str> = HashMap::new();
                for level in &field.levels {
                    for text in [&level.code, &level.label].into_iter().chain(&level.also) {
                        let before = seen.insert(plain(text), &level.code);
                        assert!(
                            before.is_none_or(|code| code == level.code),
                            "{}.{}: {text}",
                            table.name,
                            field.name
                        );
                    }
                }
            }
        }
    }
}
