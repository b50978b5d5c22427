//! The widths figures are laid out with are those the exporters draw.

use oligomet_figure::font::{BOLD_TTF, REGULAR_TTF, text_width};
use resvg::usvg::{Node, Options, Tree, fontdb};
use std::sync::Arc;

/// Width of `text` as drawn, at type size 100.
fn drawn_width(text: &str, bold: bool) -> Result<f64, Box<dyn std::error::Error>> {
    let weight = if bold { "bold" } else { "normal" };
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='9000' height='200'><text x='0' y='100' font-size='100' \
         font-weight='{weight}' font-family='Liberation Sans'>{text}</text></svg>"
    );
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(REGULAR_TTF.to_vec());
    fonts.load_font_data(BOLD_TTF.to_vec());
    let options = Options { fontdb: Arc::new(fonts), ..Options::default() };
    let tree = Tree::from_str(&svg, &options)?;
    let Some(Node::Text(node)) = tree.root().children().first() else {
        return Err("no text".into());
    };
    Ok(f64::from(node.bounding_box().width()))
}

#[test]
fn text_is_never_wider_than_measured() -> Result<(), Box<dyn std::error::Error>> {
    let texts = [
        "Overall survival (%)",
        "1,436 (0)",
        "HR 0.42 (0.25-0.71)",
        "AVAWA Ty. P < 0.001",
        "≥ 63 Gy, α/β 3.5",
    ];
    for text in texts {
        for bold in [false, true] {
            let (drawn, measured) =
                (drawn_width(&text.replace('<', "&lt;"), bold)?, text_width(text, 100.0, bold));
            // Kerning only draws letters together, by a few per cent at most.
            assert!(
                drawn <= measured + 0.1 && drawn > 0.9 * measured,
                "{text}: {drawn} drawn, {measured} measured"
            );
        }
    }
    Ok(())
}
