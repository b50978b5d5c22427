//! Widths of text in the bundled Liberation Sans, which has the metrics of Arial.

use std::sync::LazyLock;
use ttf_parser::Face;

/// Liberation Sans Regular as shipped with figures, for exporters that embed or draw text.
pub static REGULAR_TTF: &[u8] = include_bytes!("../fonts/LiberationSans-Regular.ttf");

/// Liberation Sans Bold as shipped with figures.
pub static BOLD_TTF: &[u8] = include_bytes!("../fonts/LiberationSans-Bold.ttf");

/// The `font-family` of every figure: the bundled font, then those with the same metrics.
pub const FONT_FAMILY: &str = "Liberation Sans, Arial, Helvetica, sans-serif";

/// Height of ascenders above the baseline, as a multiple of the type size.
pub const ASCENT: f64 = 0.74;

/// Depth of descenders and brackets below the baseline, as a multiple of the type size.
pub const DESCENT: f64 = 0.22;

/// Height of digits and capitals, as a multiple of the type size.
pub const CAP_HEIGHT: f64 = 0.69;

/// Width assumed for a character the font lacks (emoji, CJK), as a multiple of the type size: they are square.
const MISSING_WIDTH: f64 = 1.0;

/// Width assumed for every character should the bundled font fail to parse, as a multiple of the type size.
const AVERAGE_WIDTH: f64 = 0.6;

static REGULAR: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(REGULAR_TTF, 0).ok());
static BOLD: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(BOLD_TTF, 0).ok());

/// Width of one line of text in points at type size `size`.
pub fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    text.chars().map(|c| char_width(c, bold)).sum::<f64>() * size
}

/// Advance of one character as a multiple of the type size.
fn char_width(c: char, bold: bool) -> f64 {
    let Some(face) = (if bold { BOLD.as_ref() } else { REGULAR.as_ref() }) else {
        return AVERAGE_WIDTH;
    };
    face.glyph_index(c)
        .and_then(|glyph| face.glyph_hor_advance(glyph))
        .map_or(MISSING_WIDTH, |advance| f64::from(advance) / f64::from(face.units_per_em()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_arial() {
        // Arial's advances per 2048 units: digit 1139, "M" 1706, space 569; bold "M" 1706, bold "a" 1139.
        assert!((text_width("0", 2048.0, false) - 1139.0).abs() < 1e-9);
        assert!((text_width("M M", 2048.0, false) - (2.0 * 1706.0 + 569.0)).abs() < 1e-9);
        assert!((text_width("a", 2048.0, true) - 1139.0).abs() < 1e-9);
    }

    #[test]
    fn a_missing_glyph_is_as_wide_as_it_is_high() {
        assert!((text_width("癌", 10.0, false) - 10.0).abs() < 1e-12);
        assert!((text_width("🎗", 10.0, true) - 10.0).abs() < 1e-12);
    }
}
