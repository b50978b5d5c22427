//! A laid-out flow diagram as a scene.

use super::input::{FlowBox, FlowExclusion, FlowFigure};
use super::layout::{Layout, Placed, lay_out};
use crate::color::{BLACK, WHITE};
use crate::error::FigureError;
use crate::geometry::{Point, pt};
use crate::scene::{Element, Fill, Group, Path, Polygon, Rect, Scene, Stroke};
use crate::size::check_size;
use crate::svg::Svg;
use crate::under::with_note;

/// Thickness of boxes and arrows, in points.
const LINE_WIDTH: f64 = 0.6;
/// Length and half width of an arrow head, in points.
const HEAD: (f64, f64) = (4.5, 2.0);

impl FlowFigure {
    /// The figure as SVG. Its height follows from the boxes.
    ///
    /// # Errors
    /// [`FigureError::Empty`] without boxes, and [`FigureError::BadSize`].
    pub fn render(&self) -> Result<Svg, FigureError> {
        Ok(self.scene()?.to_svg())
    }

    /// The figure laid out, before it becomes SVG.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn scene(&self) -> Result<Scene, FigureError> {
        check_size(&self.style)?;
        if self.steps.is_empty() {
            return Err(FigureError::Empty { what: "boxes" });
        }
        let layout = lay_out(self);
        let mut elements = arrows(&layout);
        let sides = layout.side.iter().flatten();
        elements.extend(layout.main.iter().chain(sides).chain(layout.split.iter().flatten()).map(draw_box));
        let (title, description) = (self.title.clone(), self.describe());
        let scene = Scene { width: layout.width, height: layout.height, title, description, elements };
        Ok(with_note(scene, &self.style))
    }

    /// The given description, or the boxes in reading order.
    fn describe(&self) -> String {
        if !self.description.is_empty() {
            return self.description.clone();
        }
        let mut sentences = Vec::new();
        for step in &self.steps {
            sentences.push(box_sentence(&step.main));
            sentences.extend(step.excluded.iter().map(exclusion_sentence));
        }
        sentences.extend(self.split.iter().map(box_sentence));
        sentences.join(" ")
    }
}

fn box_sentence(flow_box: &FlowBox) -> String {
    format!("{}: {}.", flow_box.label, flow_box.counts.join(", "))
}

fn exclusion_sentence(excluded: &FlowExclusion) -> String {
    let reasons: Vec<String> = excluded.reasons.iter().map(|r| format!("{}, {}", r.label, r.count)).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join("; ")) };
    format!("{}: {}{reasons}.", excluded.label, excluded.count)
}

fn draw_box(placed: &Placed) -> Element {
    let fill = Some(Fill { color: WHITE, opacity: 1.0 });
    let stroke = Some(Stroke::solid(BLACK, LINE_WIDTH));
    let mut elements = vec![Element::Rect(Rect { bounds: placed.bounds, stroke, fill, class: "box" })];
    elements.extend(placed.texts());
    Element::Group(Group { class: "flow-box", elements, ..Group::default() })
}

fn arrows(layout: &Layout) -> Vec<Element> {
    let mut out = Vec::new();
    for (i, main) in layout.main.iter().enumerate() {
        let start = pt(main.middle_x(), main.bounds.bottom);
        if let Some(next) = layout.main.get(i + 1) {
            out.extend(arrow(&[start, pt(start.x, next.bounds.top)]));
        }
        for side in &layout.side[i] {
            let turn = pt(start.x, side.middle_y());
            out.extend(arrow(&[start, turn, pt(side.bounds.left, turn.y)]));
        }
    }
    if let Some(last) = layout.main.last() {
        out.extend(branches(last, layout));
    }
    out
}

/// From the last main box to every group: down, along a common line, down. Groups of a later row are reached by a line
/// left of the rows before it, so that no arrow crosses a box.
fn branches(last: &Placed, layout: &Layout) -> Vec<Element> {
    let start = pt(last.middle_x(), last.bounds.bottom);
    let turn = |group: &Placed| group.bounds.top - 11.0;
    let Some(first) = layout.split.first().and_then(|row| row.first()).map(turn) else {
        return Vec::new();
    };
    let branch = |(row, group): (usize, &Placed)| {
        let (x, turn) = (group.middle_x(), turn(group));
        let mut line = vec![start, pt(start.x, first)];
        if row > 0 {
            line.extend([pt(layout.trunk, first), pt(layout.trunk, turn)]);
        }
        line.extend([pt(x, turn), pt(x, group.bounds.top)]);
        arrow(&line)
    };
    let groups = layout.split.iter().enumerate().flat_map(|(i, row)| row.iter().map(move |group| (i, group)));
    groups.flat_map(branch).collect()
}

/// A line through `points` with a head at its end.
fn arrow(points: &[Point]) -> Vec<Element> {
    let [.., before, tip] = points else {
        return Vec::new();
    };
    let length = (tip.x - before.x).hypot(tip.y - before.y).max(f64::MIN_POSITIVE);
    let (dx, dy) = ((tip.x - before.x) / length, (tip.y - before.y) / length);
    let back = pt(tip.x - dx * HEAD.0, tip.y - dy * HEAD.0);
    let head = vec![
        *tip,
        pt(back.x - dy * HEAD.1, back.y + dx * HEAD.1),
        pt(back.x + dy * HEAD.1, back.y - dx * HEAD.1),
    ];
    let mut line = points.to_vec();
    if let Some(end) = line.last_mut() {
        *end = back;
    }
    let stroke = Stroke::solid(BLACK, LINE_WIDTH);
    let fill = Some(Fill { color: BLACK, opacity: 1.0 });
    vec![
        Element::Path(Path { lines: vec![line], stroke, class: "arrow" }),
        Element::Polygon(Polygon { points: head, stroke: None, fill, class: "arrow-head" }),
    ]
}
