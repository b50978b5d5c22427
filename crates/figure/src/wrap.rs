//! Breaking text into lines of a given width, and blocks of such lines.

use crate::font::{ASCENT, DESCENT, text_width};
use crate::geometry::pt;
use crate::scene::{Anchor, Element, Text};
use crate::size::LINE_SPACING;

/// Lines of `text`, each at most `max_width` points wide if at least one character fits.
///
/// Breaks at white space, after hyphens, dashes and slashes, and inside a word only where the word
/// alone is too wide. A line break in the text is kept; other white space is one space. Characters
/// that XML forbids are left out. An empty text is one empty line.
pub(crate) fn wrap(text: &str, max_width: f64, size: f64, bold: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(is_breaking_space).filter(|word| !word.is_empty()) {
            append_word(&mut lines, &mut line, &printable(word), max_width, size, bold);
        }
        lines.push(line);
    }
    lines
}

/// White space at which a line may end: all but the spaces made to prevent it.
fn is_breaking_space(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{A0}' | '\u{2007}' | '\u{202F}')
}

/// Widest line of a text that may hold line breaks, in points.
pub(crate) fn natural_width(text: &str, size: f64, bold: bool) -> f64 {
    widest(&wrap(text, f64::INFINITY, size, bold), size, bold)
}

/// Width of the widest piece of `text` that [`wrap`] does not break unless it must, in points.
pub(crate) fn widest_word(text: &str, size: f64, bold: bool) -> f64 {
    let words = text.split(is_breaking_space).flat_map(pieces);
    words.map(|word| text_width(&printable(word), size, bold)).fold(0.0, f64::max)
}

/// Widest of several lines, in points.
pub(crate) fn widest(lines: &[String], size: f64, bold: bool) -> f64 {
    lines.iter().map(|line| text_width(line, size, bold)).fold(0.0, f64::max)
}

/// `word` without control characters and the two code points that XML forbids.
fn printable(word: &str) -> String {
    word.chars().filter(|c| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')).collect()
}

fn append_word(
    lines: &mut Vec<String>,
    line: &mut String,
    word: &str,
    max_width: f64,
    size: f64,
    bold: bool,
) {
    let mut glue = if line.is_empty() { "" } else { " " };
    for piece in pieces(word) {
        let candidate = format!("{line}{glue}{piece}");
        if text_width(&candidate, size, bold) <= max_width {
            *line = candidate;
        } else {
            if !line.is_empty() {
                lines.push(std::mem::take(line));
            }
            append_letters(lines, line, piece, max_width, size, bold);
        }
        glue = "";
    }
}

/// A piece at the start of a line, cut between letters where it is too wide.
fn append_letters(
    lines: &mut Vec<String>,
    line: &mut String,
    piece: &str,
    max_width: f64,
    size: f64,
    bold: bool,
) {
    if text_width(piece, size, bold) <= max_width {
        line.push_str(piece);
        return;
    }
    for letter in piece.chars() {
        let candidate = format!("{line}{letter}");
        if !line.is_empty() && text_width(&candidate, size, bold) > max_width {
            lines.push(std::mem::take(line));
        }
        line.push(letter);
    }
}

/// A word cut after hyphens, dashes and slashes between letters ("site/technique", "well-differentiated"),
/// but not inside numbers ("1978-1993", "1/2").
fn pieces(word: &str) -> Vec<&str> {
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let mut cuts = vec![0];
    for three in letters.windows(3) {
        let (before, mark, (next, after)) = (three[0].1, three[1].1, three[2]);
        if matches!(mark, '-' | '–' | '—' | '/') && before.is_alphabetic() && after.is_alphabetic() {
            cuts.push(next);
        }
    }
    cuts.push(word.len());
    cuts.windows(2).map(|cut| &word[cut[0]..cut[1]]).collect()
}

/// Steps in which a block is made narrower to balance its lines, in points.
const BALANCE_STEP: f64 = 2.0;

/// Lines of text set as one piece.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TextBlock {
    /// The lines, from the top.
    pub(crate) lines: Vec<String>,
    /// Type size in points.
    pub(crate) size: f64,
    /// Bold face.
    pub(crate) bold: bool,
}

impl TextBlock {
    /// `text` wrapped to `max_width` points.
    pub(crate) fn wrapped(text: &str, max_width: f64, size: f64, bold: bool) -> Self {
        Self { lines: wrap(text, max_width, size, bold), size, bold }
    }

    /// `text` in as few lines as [`Self::wrapped`] makes, of nearly equal length, cutting no word that it leaves whole.
    pub(crate) fn balanced(text: &str, max_width: f64, size: f64, bold: bool) -> Self {
        let mut best = Self::wrapped(text, max_width, size, bold);
        let mut width = best.width();
        let widest_word = widest_word(text, size, bold);
        loop {
            width -= BALANCE_STEP;
            if width < widest_word {
                return best;
            }
            let narrower = Self::wrapped(text, width, size, bold);
            if width <= 0.0 || narrower.lines.len() > best.lines.len() || narrower.width() > width {
                return best;
            }
            best = narrower;
        }
    }

    /// Width of the widest line, in points.
    pub(crate) fn width(&self) -> f64 {
        widest(&self.lines, self.size, self.bold)
    }

    /// From the ascenders of the first line to the descenders of the last, in points.
    pub(crate) fn height(&self) -> f64 {
        let gaps = self.lines.len().saturating_sub(1) as f64;
        (ASCENT + DESCENT + gaps * LINE_SPACING) * self.size
    }

    /// The lines as elements, the block's top at `top` and each line anchored at `x`.
    pub(crate) fn place(&self, class: &'static str, x: f64, top: f64, anchor: Anchor) -> Vec<Element> {
        let baseline = |i: usize| top + (ASCENT + i as f64 * LINE_SPACING) * self.size;
        let text = |(i, line): (usize, &String)| {
            let text = Text::new(class, line.as_str(), pt(x, baseline(i)), self.size, anchor);
            Element::Text(Text { bold: self.bold, ..text })
        };
        self.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()).map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn breaks_where_a_reader_would() {
        let narrow = |text: &str, letters: f64| wrap(text, letters * 0.6, 1.0, false);
        assert_eq!(
            narrow("well-differentiated tumours", 12.0),
            ["well-", "differentiated", "tumours"].map(String::from)
        );
        assert_eq!(wrap("a\nb  c", 100.0, 7.0, false), ["a", "b c"].map(String::from));
        assert_eq!(wrap("1978-1993", 20.0, 7.0, false).concat(), "1978-1993");
        assert_eq!(
            wrap("lost (n\u{A0}=\u{A0}3)", 26.0, 7.0, false),
            ["lost", "(n\u{A0}=\u{A0}3)"].map(String::from)
        );
        assert_eq!(wrap("", 20.0, 7.0, false), [String::new()]);
        assert_eq!(wrap("a\u{0}b\u{1b}", 20.0, 7.0, false), ["ab".to_owned()]);
    }

    #[test]
    fn balancing_cuts_no_word() {
        // At 9 letters "abcdefghi" fills its line; lines of 7 would be as many, with the word in two.
        let width = text_width("abcdefghi", 7.0, false) + 1e-6;
        let block = TextBlock::balanced("abcdefghi jk", width, 7.0, false);
        assert_eq!(block.lines, ["abcdefghi", "jk"].map(String::from));
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_letter_is_lost(text in "\\PC{0,60}", width in 8.0..200.0f64) {
            let lines = wrap(&text, width, 7.0, false);
            for line in &lines {
                prop_assert!(text_width(line, 7.0, false) <= width || line.chars().count() == 1);
            }
            let bare = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(bare(&lines.concat()), bare(&printable(&text)));
        }
    }
}
