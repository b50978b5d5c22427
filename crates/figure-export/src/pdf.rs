//! SVG to PDF.

use crate::error::ExportError;
use crate::tree::parse;
use krilla::Document;
use krilla::geom::Size;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};

/// `svg` as a one-page PDF of the figure's own size, with selectable text in the embedded font.
///
/// # Errors
/// [`ExportError::Svg`] if `svg` cannot be parsed or has no size; [`ExportError::Pdf`] if writing fails.
pub fn pdf(svg: &str) -> Result<Vec<u8>, ExportError> {
    let tree = parse(svg)?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let failed = |reason: &str| ExportError::Pdf { reason: reason.to_owned() };
    let size = Size::from_wh(width, height).ok_or_else(|| failed("the figure has no size"))?;
    let settings = PageSettings::from_wh(width, height).ok_or_else(|| failed("the page has no size"))?;
    let mut document = Document::new();
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    surface
        .draw_svg(&tree, size, SvgSettings::default())
        .ok_or_else(|| failed("the figure cannot be drawn"))?;
    surface.finish();
    page.finish();
    document.finish().map_err(|error| ExportError::Pdf { reason: format!("{error:?}") })
}
