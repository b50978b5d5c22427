//! Page sizes and type sizes. Everything inside a scene is measured in points (1 pt = 1/72 inch).

use crate::error::FigureError;

/// Points in a millimetre.
pub const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// Width of a figure set in one column of most journals, in mm.
pub const SINGLE_COLUMN_MM: f64 = 84.0;

/// Width of a figure set in one and a half columns, in mm.
pub const ONE_AND_A_HALF_COLUMN_MM: f64 = 120.0;

/// Width of a figure across both columns, in mm.
pub const DOUBLE_COLUMN_MM: f64 = 174.0;

/// Greatest height of a figure that journals print on one page, in mm.
pub const PAGE_HEIGHT_MM: f64 = 225.0;

/// Type size of axis titles, in points.
pub const TITLE_SIZE: f64 = 8.0;

/// Type size of everything else, in points.
pub const TEXT_SIZE: f64 = 7.0;

/// Smallest type that journals accept, in points; used where [`TEXT_SIZE`] does not fit.
pub const SMALLEST_SIZE: f64 = 6.0;

/// Distance from one baseline to the next, as a multiple of the type size.
pub const LINE_SPACING: f64 = 1.2;

/// White border of every figure, in points.
pub const MARGIN: f64 = 3.0;

/// How a figure is drawn, apart from what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureStyle {
    /// Width in mm, 50 to 1000; journals ask for 84, 120 or 174.
    pub width_mm: f64,
    /// Height in mm, or `None` to let the content decide. Flow diagrams and forest plots always
    /// take the height of their content and ignore this.
    pub height_mm: Option<f64>,
    /// Black and greys only; curves are told apart by dashes.
    pub mono: bool,
    /// A line under everything else, in small type and wrapped to the width: what the picture must say wherever it is
    /// copied to ("Simulated …"). Empty for none.
    pub note: String,
}

impl FigureStyle {
    /// Colour figure of the given width, height by content.
    pub fn of_width(width_mm: f64) -> Self {
        Self { width_mm, height_mm: None, mono: false, note: String::new() }
    }
}

impl Default for FigureStyle {
    fn default() -> Self {
        Self::of_width(DOUBLE_COLUMN_MM)
    }
}

/// Smallest and largest width or height of a figure, in mm.
const USABLE_MM: std::ops::RangeInclusive<f64> = 50.0..=1000.0;

/// Refuses widths and heights that no page has.
pub(crate) fn check_size(style: &FigureStyle) -> Result<(), FigureError> {
    let sizes = [("width", Some(style.width_mm)), ("height", style.height_mm)];
    for (what, value) in sizes {
        if let Some(value) = value.filter(|value| !USABLE_MM.contains(value)) {
            return Err(FigureError::BadSize { what, value });
        }
    }
    Ok(())
}
