//! PNG and PDF of whole figures.

use oligomet_figure::{FigureStyle, KaplanMeierFigure, KmGroup, KmStep, Svg, TimeAxis};
use oligomet_figure_export::{ExportError, pdf, png};

fn figure(label: &str) -> Result<Svg, oligomet_figure::FigureError> {
    let steps = vec![KmStep { time: 12.0, estimate: 0.5, conf_low: Some(0.3), conf_high: Some(0.7) }];
    let group = KmGroup { label: label.into(), steps, end_time: 60.0, ..KmGroup::default() };
    let other = KmGroup { label: "Other".into(), end_time: 48.0, ..KmGroup::default() };
    let mut figure =
        KaplanMeierFigure::new("Title", "Survival (%)", TimeAxis::months("Months"), vec![group, other]);
    figure.style = FigureStyle { height_mm: Some(60.0), ..FigureStyle::of_width(84.0) };
    figure.render()
}

/// The four bytes at `at`, most significant first.
fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[test]
fn a_png_has_the_size_and_records_the_resolution() -> Result<(), Box<dyn std::error::Error>> {
    let bytes = png(&figure("A")?.text, 300)?;
    // 84 mm and 60 mm at 300 dpi are 992.1 and 708.7 dots.
    assert_eq!((number(&bytes, 16), number(&bytes, 20)), (993, 709));
    let at = find(&bytes, b"pHYs").ok_or("no pHYs")? + 4;
    // 300 dots per inch are 11811 per metre; unit 1 is the metre.
    assert_eq!((number(&bytes, at), number(&bytes, at + 4), bytes[at + 8]), (11_811, 11_811, 1));
    Ok(())
}

#[test]
fn a_pdf_has_the_size_and_embeds_the_font() -> Result<(), Box<dyn std::error::Error>> {
    let bytes = pdf(&figure("A")?.text)?;
    let text = String::from_utf8_lossy(&bytes);
    // 84 mm are 238.11 points.
    assert!(text.contains("/MediaBox[0 0 238.1"), "page size");
    assert!(text.contains("LiberationSans") && text.contains("/FontFile"), "embedded font");
    Ok(())
}

#[test]
fn the_same_figure_gives_the_same_bytes() -> Result<(), Box<dyn std::error::Error>> {
    let svg = figure("A")?;
    assert_eq!(png(&svg.text, 150)?, png(&svg.text, 150)?);
    assert_eq!(pdf(&svg.text)?, pdf(&svg.text)?);
    Ok(())
}

#[test]
fn characters_without_a_glyph_do_not_stop_the_export() -> Result<(), Box<dyn std::error::Error>> {
    let svg = figure("<b>&\"'</b> 乳癌 🎗 مرحبا é\u{301}")?;
    assert!(png(&svg.text, 72)?.starts_with(b"\x89PNG"));
    assert!(pdf(&svg.text)?.starts_with(b"%PDF"));
    Ok(())
}

#[test]
fn what_cannot_be_drawn_is_a_typed_error() -> Result<(), Box<dyn std::error::Error>> {
    assert!(matches!(png("no picture", 300), Err(ExportError::Svg { .. })));
    assert!(matches!(pdf("<svg"), Err(ExportError::Svg { .. })));
    let svg = figure("A")?;
    assert!(matches!(png(&svg.text, 0), Err(ExportError::Pixels { .. })));
    assert!(matches!(png(&svg.text, 1_000_000), Err(ExportError::Pixels { .. })));
    Ok(())
}
