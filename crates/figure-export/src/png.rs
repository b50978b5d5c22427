//! SVG to PNG.

use crate::error::ExportError;
use crate::tree::parse;
use resvg::tiny_skia::{Color, Pixmap, Transform};

/// Points in an inch.
const POINTS_PER_INCH: f32 = 72.0;

/// Greatest number of pixels on a side: an A3 page at 1200 dpi has 19,843.
const LIMIT: u32 = 20_000;

/// `svg` as PNG at `dpi` dots per inch, 8-bit RGB on white, with its resolution recorded (pHYs).
///
/// Journals ask for 300 dpi for pictures and 600 to 1200 for line art.
///
/// # Errors
/// [`ExportError::Svg`] if `svg` cannot be parsed; [`ExportError::Pixels`] if a side would have no pixel
/// or more than 20,000; [`ExportError::Png`] if encoding fails.
pub fn png(svg: &str, dpi: u32) -> Result<Vec<u8>, ExportError> {
    let tree = parse(svg)?;
    let scale = dpi as f32 / POINTS_PER_INCH;
    let (width, height) = ((tree.size().width() * scale).ceil(), (tree.size().height() * scale).ceil());
    let pixels = ExportError::Pixels { width: width.into(), height: height.into(), dpi, limit: LIMIT };
    let allowed = 1.0..=LIMIT as f32;
    if !allowed.contains(&width) || !allowed.contains(&height) {
        return Err(pixels);
    }
    let Some(mut canvas) = Pixmap::new(width as u32, height as u32) else {
        return Err(pixels);
    };
    canvas.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut canvas.as_mut());
    encode(&canvas, dpi)
}

/// The opaque canvas without its alpha channel, which some journals' systems refuse.
fn encode(canvas: &Pixmap, dpi: u32) -> Result<Vec<u8>, ExportError> {
    let rgb: Vec<u8> =
        canvas.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    let mut out = Vec::new();
    let failed = |error: png::EncodingError| ExportError::Png { reason: error.to_string() };
    let mut encoder = png::Encoder::new(&mut out, canvas.width(), canvas.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let per_metre = (f64::from(dpi) / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&rgb).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(out)
}
