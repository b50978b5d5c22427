//! What can go wrong on the way out.

/// Why a figure cannot be exported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The text is no SVG.
    #[error("the figure is not valid SVG: {reason}")]
    Svg {
        /// What the parser says.
        reason: String,
    },
    /// The picture would have no or far too many pixels.
    #[error(
        "a picture of {width} by {height} pixels cannot be drawn: the figure at {dpi} dpi must have 1 to {limit} on each side"
    )]
    Pixels {
        /// Width in pixels.
        width: f64,
        /// Height in pixels.
        height: f64,
        /// Resolution asked for.
        dpi: u32,
        /// Greatest number of pixels on a side.
        limit: u32,
    },
    /// The PNG could not be encoded.
    #[error("the PNG cannot be encoded: {reason}")]
    Png {
        /// What the encoder says.
        reason: String,
    },
    /// The PDF could not be written.
    #[error("the PDF cannot be written: {reason}")]
    Pdf {
        /// What the writer says.
        reason: String,
    },
}
