//! Reading SVG with the bundled fonts.

use crate::error::ExportError;
use oligomet_figure::font::{BOLD_TTF, REGULAR_TTF};
use resvg::usvg::{Options, Tree, fontdb};
use std::sync::{Arc, LazyLock};

/// The bundled fonts and no others.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for font in [REGULAR_TTF, BOLD_TTF] {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(font)));
    }
    fonts.set_sans_serif_family("Liberation Sans");
    Arc::new(fonts)
});

/// `svg` parsed; one unit of the tree is one point.
pub(crate) fn parse(svg: &str) -> Result<Tree, ExportError> {
    let options = Options {
        dpi: 72.0,
        font_family: "Liberation Sans".to_owned(),
        fontdb: Arc::clone(&FONTS),
        ..Options::default()
    };
    Tree::from_str(svg, &options).map_err(|error| ExportError::Svg { reason: error.to_string() })
}
