//! A finished figure.

/// A figure as SVG text with its size.
#[derive(Debug, Clone, PartialEq)]
pub struct Svg {
    /// The document, UTF-8, with editable `<text>`, `<title>` and `<desc>`.
    pub text: String,
    /// Width in mm.
    pub width_mm: f64,
    /// Height in mm.
    pub height_mm: f64,
}
