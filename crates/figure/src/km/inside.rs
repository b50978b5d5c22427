//! Where labels, legend and annotations go: inside the plot if nothing is hidden, else above it.

use super::curve::{Curve, stroke};
use super::direct::direct_labels;
use super::draw::guides;
use super::input::{CurveDirection, KaplanMeierFigure};
use super::layout::Layout;
use crate::geometry::{Box2, pt};
use crate::notes::{Note, Swatch, column_size, draw_column, draw_grid};
use crate::place::{Corner, Occupied};
use crate::scene::{Element, Line};
use crate::size::MARGIN;

/// Distance of legend and annotations from the plot's edges, in points.
const INSET: f64 = 5.0;
/// Largest share of the plot's width for a legend inside it.
const LEGEND_SHARE: f64 = 0.55;
/// Gap between what stands above the plot and the plot, in points.
const HEADER_GAP: f64 = 3.0;

/// What stands above the plot instead of inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Above {
    legend: bool,
    annotations: bool,
}

impl Above {
    /// The plans, the best first; the last one always works.
    pub(super) const PLANS: [Self; 4] = [
        Self { legend: false, annotations: false },
        Self { legend: true, annotations: false },
        Self { legend: false, annotations: true },
        Self { legend: true, annotations: true },
    ];

    /// Elements above a plot between `left` and `right`, and their height in points.
    ///
    /// They begin at the plot's left edge, or at the page's where that saves lines.
    pub(super) fn header(self, figure: &KaplanMeierFigure, left: f64, right: f64) -> (Vec<Element>, f64) {
        let width = right - left;
        let at_plot = self.header_between(figure, left, width);
        let at_page = self.header_between(figure, MARGIN, right - MARGIN);
        if at_page.1 < at_plot.1 { at_page } else { at_plot }
    }

    fn header_between(self, figure: &KaplanMeierFigure, left: f64, width: f64) -> (Vec<Element>, f64) {
        let mut blocks = Vec::new();
        if self.legend {
            blocks.push(entries(figure, width));
        }
        if self.annotations {
            blocks.push(annotations(figure, width));
        }
        let (mut out, mut height) = (Vec::new(), 0.0);
        for notes in blocks.iter().filter(|notes| !notes.is_empty()) {
            let (elements, block_height) = draw_grid(notes, left, MARGIN + height, width);
            out.extend(elements);
            height += block_height + HEADER_GAP;
        }
        (out, height)
    }

    /// What is to stand inside the plot, placed; `None` if it would hide something.
    pub(super) fn inside(
        self,
        figure: &KaplanMeierFigure,
        layout: &Layout<'_>,
        curves: &[Curve],
    ) -> Option<Vec<Element>> {
        let width = layout.plot.width() - 2.0 * INSET;
        let notes = if self.annotations { Vec::new() } else { annotations(figure, width) };
        let legend = if self.legend { Vec::new() } else { entries(figure, width * LEGEND_SHARE) };
        if !legend.is_empty() {
            let mut occupied = occupied(layout, curves, false);
            let labels: Vec<&str> = figure.groups.iter().map(|group| group.label.as_str()).collect();
            if let Some(labels) = direct_labels(&labels, curves, &layout.plot, &occupied) {
                occupied.boxes.extend(labels.iter().map(crate::scene::Text::bounds));
                let mut out: Vec<Element> = labels.into_iter().map(Element::Text).collect();
                out.extend(place_in(figure, layout, occupied, &[&notes])?);
                return Some(out);
            }
        }
        let together: Vec<Note> = legend.iter().chain(&notes).cloned().collect();
        // Best over bare paper; over a ribbon a text is still legible.
        [true, false].into_iter().find_map(|ribbons| {
            let free = || occupied(layout, curves, ribbons);
            place_in(figure, layout, free(), &[&together])
                .or_else(|| place_in(figure, layout, free(), &[&legend, &notes]))
        })
    }
}

/// Each block in the free corner it likes best; `None` if one finds no place.
fn place_in(
    figure: &KaplanMeierFigure,
    layout: &Layout<'_>,
    mut occupied: Occupied,
    blocks: &[&[Note]],
) -> Option<Vec<Element>> {
    use Corner::{BottomLeft, BottomRight, TopLeft, TopRight};
    let corners = match figure.direction {
        CurveDirection::Survival => [TopRight, BottomLeft, BottomRight, TopLeft],
        CurveDirection::CumulativeIncidence => [TopLeft, BottomRight, TopRight, BottomLeft],
    };
    let area = layout.plot.grown(-INSET);
    let mut out = Vec::new();
    for notes in blocks.iter().filter(|notes| !notes.is_empty()) {
        let (width, height) = column_size(notes);
        let place = occupied.find_place(&area, width, height, &corners)?;
        occupied.boxes.push(place);
        out.extend(draw_column(notes, place));
    }
    Some(out)
}

/// Legend entries; a single curve needs none.
fn entries(figure: &KaplanMeierFigure, max_width: f64) -> Vec<Note> {
    if figure.groups.len() < 2 {
        return Vec::new();
    }
    let entry = |(i, group): (usize, &super::input::KmGroup)| {
        Note::entry(&group.label, Swatch::Line(stroke(figure, i)), max_width)
    };
    figure.groups.iter().enumerate().map(entry).collect()
}

fn annotations(figure: &KaplanMeierFigure, max_width: f64) -> Vec<Note> {
    let lines = figure.annotations.iter().filter(|line| !line.trim().is_empty());
    lines.map(|line| Note::annotation(line, max_width)).collect()
}

/// What is drawn in the plot: curves with their marks, median lines, on request ribbons.
fn occupied(layout: &Layout<'_>, curves: &[Curve], ribbons: bool) -> Occupied {
    let mut occupied = Occupied::default();
    for curve in curves {
        occupied.add_line(&curve.line);
        for mark in &curve.marks {
            let (top, bottom) = (mark.y - curve.mark_half, mark.y + curve.mark_half);
            occupied.segments.push((pt(mark.x, top), pt(mark.x, bottom)));
        }
        for outline in curve.ribbons.iter().filter(|_| ribbons) {
            occupied.add_line(outline);
            add_rungs(&mut occupied, outline, &layout.plot);
        }
    }
    for element in guides(layout, curves) {
        if let Element::Line(Line { from, to, .. }) = element {
            occupied.segments.push((from, to));
        }
    }
    occupied
}

/// Vertical lines across a ribbon, so that a box wholly inside it is seen to be on it.
fn add_rungs(occupied: &mut Occupied, outline: &[crate::geometry::Point], plot: &Box2) {
    let half = outline.len() / 2;
    let stride = (outline.len() / 200).max(1);
    for (upper, lower) in outline[..half].iter().zip(outline[half..].iter().rev()).step_by(stride) {
        let x = upper.x.min(plot.right);
        occupied.segments.push((pt(x, upper.y), pt(x, lower.y)));
    }
}
