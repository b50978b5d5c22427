//! SVG figures as PNG and PDF.
//!
//! Both are made from the very SVG that the report shows, so that no second drawing can differ. Text is set
//! in the bundled Liberation Sans alone: fonts of the machine are never looked at, the same SVG gives the same
//! bytes everywhere. [`png`] records its resolution; [`pdf`] keeps text as text in an embedded subset of the font.
//!
//! # Example
//! ```
//! use oligomet_figure_export::{pdf, png};
//! let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="84mm" height="50mm" viewBox="0 0 238.11 141.73">
//!   <text x="20" y="20" font-size="7" font-family="Liberation Sans">n = 2,982</text></svg>"#;
//! assert!(png(svg, 300)?.starts_with(b"\x89PNG"));
//! assert!(pdf(svg)?.starts_with(b"%PDF"));
//! # Ok::<(), oligomet_figure_export::ExportError>(())
//! ```

mod error;
mod pdf;
mod png;
mod tree;

pub use error::ExportError;
pub use pdf::pdf;
pub use png::png;
