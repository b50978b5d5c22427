//! Draws every kind of figure at the widths journals ask for, from invented data, as SVG, PNG and PDF.
//!
//! `cargo run -p oligomet-figure-export --example gallery -- FOLDER`
//!
//! The pictures are meant to be looked at: they are the cases in which figures go wrong.

#[path = "gallery/flow.rs"]
mod flow;
#[path = "gallery/forest.rs"]
mod forest;
#[path = "gallery/km.rs"]
mod km;
#[path = "gallery/lanes.rs"]
mod lanes;
#[path = "gallery/random.rs"]
mod random;

use oligomet_figure::Svg;
use std::error::Error;
use std::path::Path;

/// A long line under a figure, as one made from simulated data carries.
pub(crate) const NOTE: &str = "Invented for this gallery; nothing here was measured in a patient; what it looks like when a picture must say something of itself wherever it is copied to.";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: gallery FOLDER")?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    let curves = km::figures()?.into_iter();
    for (name, svg) in curves.chain(forest::figures()?).chain(flow::figures()?).chain(lanes::figures()?) {
        save(folder, &name, &svg)?;
    }
    Ok(())
}

fn save(folder: &Path, name: &str, svg: &Svg) -> Result<(), Box<dyn Error>> {
    std::fs::write(folder.join(format!("{name}.svg")), &svg.text)?;
    std::fs::write(folder.join(format!("{name}.png")), oligomet_figure_export::png(&svg.text, 300)?)?;
    std::fs::write(folder.join(format!("{name}.pdf")), oligomet_figure_export::pdf(&svg.text)?)?;
    Ok(())
}
