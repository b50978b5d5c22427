//! The line under a figure that it must carry wherever it is copied to.

use crate::scene::{Anchor, Scene};
use crate::size::{FigureStyle, MARGIN, POINTS_PER_MM, SMALLEST_SIZE};
use crate::wrap::TextBlock;

/// Gap between the figure and the line, in points.
const GAP: f64 = 5.0;

fn block(style: &FigureStyle) -> Option<TextBlock> {
    if style.note.trim().is_empty() {
        return None;
    }
    let width = style.width_mm * POINTS_PER_MM - 2.0 * MARGIN;
    Some(TextBlock::wrapped(&style.note, width, SMALLEST_SIZE, false))
}

/// Height that the line adds to a figure, in points; 0 where there is none.
pub(crate) fn height(style: &FigureStyle) -> f64 {
    block(style).map_or(0.0, |block| GAP + block.height())
}

/// The scene with the line under it, higher by [`height`].
pub(crate) fn with_note(mut scene: Scene, style: &FigureStyle) -> Scene {
    if let Some(block) = block(style) {
        let top = scene.height - MARGIN + GAP;
        scene.elements.extend(block.place("note", MARGIN, top, Anchor::Start));
        scene.height += GAP + block.height();
        let space = if scene.description.is_empty() { "" } else { " " };
        scene.description = format!("{}{space}{}", scene.description, style.note);
    }
    scene
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::{outside_page, overlapping_texts};

    #[test]
    fn the_note_is_inside_wrapped_and_small() {
        let style = FigureStyle { note: "word ".repeat(60), ..FigureStyle::of_width(84.0) };
        let scene = Scene {
            width: 84.0 * POINTS_PER_MM,
            height: 50.0,
            title: String::new(),
            description: String::new(),
            elements: Vec::new(),
        };
        let scene = with_note(scene, &style);
        assert!(outside_page(&scene).is_empty() && overlapping_texts(&scene).is_empty());
        assert!(scene.texts().len() >= 3 && scene.texts().iter().all(|text| text.size == SMALLEST_SIZE));
        assert!((scene.height - 50.0 - height(&style)).abs() < 1e-9);
        assert_eq!(height(&FigureStyle::of_width(84.0)), 0.0);
    }
}
