//! Colours and dashes.

/// An opaque colour, `0xRRGGBB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color(pub u32);

/// Black: text, axes.
pub const BLACK: Color = Color(0x00_0000);
/// White: background.
pub const WHITE: Color = Color(0xFF_FFFF);
/// Grey of guide lines.
pub const GUIDE: Color = Color(0x80_8080);

/// Colours that people with any colour vision can tell apart (Okabe & Ito 2008), yellow left out
/// because it is too pale on white.
pub const OKABE_ITO: [Color; 6] = [
    Color(0x00_72B2),
    Color(0xD5_5E00),
    Color(0x00_9E73),
    Color(0xCC_79A7),
    Color(0xE6_9F00),
    Color(0x56_B4E9),
];

/// Dash patterns in points, as unlike each other as four can be; the first is solid.
const DASHES: [&[f64]; 4] = [&[], &[4.0, 2.0], &[1.2, 1.6], &[7.0, 1.8, 1.2, 1.8]];

/// Shades of black-and-white figures: four dashes in black, then four in a grey dark enough on paper.
const SHADES: [Color; 2] = [BLACK, Color(0x88_8888)];

/// Colour number `index`; starts again after the last one.
pub fn series_color(index: usize, mono: bool) -> Color {
    if mono { SHADES[(index / DASHES.len()) % SHADES.len()] } else { OKABE_ITO[index % OKABE_ITO.len()] }
}

/// Dash pattern number `index`; starts again after the last one.
pub fn dash_pattern(index: usize) -> &'static [f64] {
    DASHES[index % DASHES.len()]
}

/// Ratio of luminances of two colours, 1 to 21 (WCAG 2.2).
pub fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(color: Color) -> f64 {
    let channel = |shift: u32| {
        let value = f64::from((color.0 >> shift) & 0xFF) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_of_black_on_white_is_21() {
        assert!((contrast(BLACK, WHITE) - 21.0).abs() < 1e-9);
    }

    #[test]
    fn every_curve_can_be_seen_on_white() {
        // 3 : 1 is WCAG's limit for graphics; orange (2.3) and sky blue (2.3) fall below it, which
        // is why they come last and why no figure relies on colour alone.
        for color in &OKABE_ITO[..3] {
            assert!(contrast(*color, WHITE) >= 3.0);
        }
        for index in 0..18 {
            assert!(contrast(series_color(index, true), WHITE) >= 3.0);
        }
    }
}
