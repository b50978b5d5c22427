//! The words and signs of a written schedule.

use super::error::{ScheduleError, ScheduleProblem};

/// What a piece of the text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Gray,
    Centigray,
    Slash,
    Dash,
    Times,
    Plus,
    In,
    Fractions,
    Sib,
    PerDay(u32),
}

/// A piece of the text and where it stands, in characters.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) at: usize,
}

impl Token {
    pub(super) fn length(&self) -> usize {
        self.text.chars().count()
    }
}

/// Cuts a text into its words and signs.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ScheduleError> {
    let characters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&first) = characters.get(at) {
        if first.is_whitespace() {
            at += 1;
            continue;
        }
        let piece: String = piece_at(&characters[at..]);
        let length = piece.chars().count();
        let kind = kind_of(&piece).ok_or_else(|| ScheduleError {
            text: text.into(),
            problem: ScheduleProblem::Unknown { text: piece.clone() },
            at,
            length,
        })?;
        found.push(Token { kind, text: piece, at });
        at += length;
    }
    Ok(found)
}

/// A number, a word, or one sign. `b.i.d.` is one word.
fn piece_at(rest: &[char]) -> String {
    let is_number = |c: &&char| c.is_ascii_digit() || **c == '.' || **c == ',';
    let is_word = |c: &&char| c.is_alphabetic() || **c == '.';
    match rest.first() {
        Some(c) if c.is_ascii_digit() || *c == '.' => rest.iter().take_while(is_number).collect(),
        // The `x` of `5x7` stands alone; there is no word that begins with one.
        Some(c) if c.is_alphabetic() && !"xX".contains(*c) => rest.iter().take_while(is_word).collect(),
        Some(c) => c.to_string(),
        None => String::new(),
    }
}

fn kind_of(piece: &str) -> Option<Kind> {
    if piece.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Some(Kind::Number);
    }
    let plain = piece.to_lowercase().replace('.', "");
    Some(match plain.as_str() {
        "gy" | "gray" => Kind::Gray,
        "cgy" | "centigray" => Kind::Centigray,
        "/" => Kind::Slash,
        "-" | "\u{2013}" => Kind::Dash,
        "x" | "*" | "\u{d7}" | "of" => Kind::Times,
        "+" => Kind::Plus,
        "in" => Kind::In,
        "#" | "fr" | "frs" | "fx" | "fxs" | "frac" | "fraction" | "fractions" => Kind::Fractions,
        "sib" => Kind::Sib,
        "qd" | "daily" => Kind::PerDay(1),
        "bid" => Kind::PerDay(2),
        "tid" => Kind::PerDay(3),
        "qid" => Kind::PerDay(4),
        _ => return None,
    })
}
