//! Marks and bars that can be told apart without colour: by shape, shade and hatching.

use crate::color::{BLACK, Color, WHITE, series_color};
use crate::geometry::{Box2, Point, pt};
use crate::scene::{Element, Fill, Path, Polygon, Rect, Stroke};

/// A mark on a lane of time. Shapes, not colours, tell marks apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MarkShape {
    /// A filled triangle, tip up.
    Triangle,
    /// A filled triangle, tip down.
    TriangleDown,
    /// A filled diamond.
    Diamond,
    /// A filled circle.
    Circle,
    /// An open circle.
    OpenCircle,
    /// A filled square.
    Square,
    /// An open square.
    OpenSquare,
    /// Two crossed strokes.
    Cross,
    /// An upright stroke.
    Stroke,
}

/// Thickness of the strokes of marks, and of the white line around them, in points.
const MARK_WIDTH: f64 = 0.8;
const HALO: f64 = 0.5;
/// Corners of the polygon that stands for a circle.
const CIRCLE_CORNERS: usize = 20;
/// Thickness of a bar's outline and of its hatching, in points.
const OUTLINE: f64 = 0.5;
const HATCH: f64 = 0.5;
/// Distance of hatching lines, in points.
const HATCH_GAP: f64 = 2.6;

impl MarkShape {
    /// The mark at `at`, `size` points high and wide.
    pub(crate) fn draw(self, at: Point, size: f64) -> Vec<Element> {
        let r = size / 2.0;
        let corners = |shares: &[(f64, f64)]| -> Vec<Point> {
            shares.iter().map(|(x, y)| pt(at.x + r * x, at.y + r * y)).collect()
        };
        match self {
            Self::Triangle => solid(corners(&[(0.0, -1.0), (1.0, 0.85), (-1.0, 0.85)])),
            Self::TriangleDown => solid(corners(&[(0.0, 1.0), (-1.0, -0.85), (1.0, -0.85)])),
            Self::Diamond => solid(corners(&[(0.0, -1.1), (0.9, 0.0), (0.0, 1.1), (-0.9, 0.0)])),
            Self::Circle => solid(circle(at, 0.9 * r)),
            Self::OpenCircle => open(circle(at, 0.85 * r)),
            Self::Square => solid(corners(&[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)])),
            Self::OpenSquare => open(corners(&[(-0.75, -0.75), (0.75, -0.75), (0.75, 0.75), (-0.75, 0.75)])),
            Self::Cross => {
                strokes(&[corners(&[(-0.8, -0.8), (0.8, 0.8)]), corners(&[(-0.8, 0.8), (0.8, -0.8)])])
            }
            Self::Stroke => strokes(&[corners(&[(0.0, -1.15), (0.0, 1.15)])]),
        }
    }
}

fn circle(at: Point, r: f64) -> Vec<Point> {
    let corner = |i: usize| {
        let angle = std::f64::consts::TAU * i as f64 / CIRCLE_CORNERS as f64;
        pt(at.x + r * angle.cos(), at.y + r * angle.sin())
    };
    (0..CIRCLE_CORNERS).map(corner).collect()
}

fn solid(points: Vec<Point>) -> Vec<Element> {
    let fill = Some(Fill { color: BLACK, opacity: 1.0 });
    vec![Element::Polygon(Polygon { points, stroke: Some(Stroke::solid(WHITE, HALO)), fill, class: "mark" })]
}

fn open(points: Vec<Point>) -> Vec<Element> {
    let fill = Some(Fill { color: WHITE, opacity: 1.0 });
    let stroke = Some(Stroke::solid(BLACK, MARK_WIDTH));
    vec![Element::Polygon(Polygon { points, stroke, fill, class: "mark" })]
}

fn strokes(lines: &[Vec<Point>]) -> Vec<Element> {
    let path = |stroke| Element::Path(Path { lines: lines.to_vec(), stroke, class: "mark" });
    vec![
        path(Stroke::solid(WHITE, 1.6 * MARK_WIDTH + 2.0 * HALO)),
        path(Stroke::solid(BLACK, 1.6 * MARK_WIDTH)),
    ]
}

/// Hatching of a bar.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Hatching {
    None,
    Rising,
    Upright,
    Falling,
}

/// Opacity of the filling and hatching of bars, in the order of use.
const LOOKS: [(f64, Hatching); 6] = [
    (0.5, Hatching::None),
    (0.12, Hatching::Rising),
    (0.0, Hatching::None),
    (0.85, Hatching::None),
    (0.12, Hatching::Upright),
    (0.12, Hatching::Falling),
];

/// Kind of bar number `index` in `bounds`; starts again after the sixth.
pub(crate) fn bar(index: usize, mono: bool, bounds: Box2) -> Vec<Element> {
    let color = if mono { BLACK } else { series_color(index, false) };
    let (opacity, hatching) = LOOKS[index % LOOKS.len()];
    // The shade of a black-and-white bar leaves black marks on it to be seen.
    let opacity = if mono { 0.75 * opacity } else { opacity };
    let mut out = vec![tint(bounds, WHITE, 1.0), tint(bounds, color, opacity)];
    let lines = hatch(hatching, bounds);
    if !lines.is_empty() {
        out.push(Element::Path(Path { lines, stroke: Stroke::solid(color, HATCH), class: "bar-hatch" }));
    }
    let stroke = Some(Stroke::solid(color, OUTLINE));
    out.push(Element::Rect(Rect { bounds, stroke, fill: None, class: "bar" }));
    out
}

/// An area of one shade without an outline.
pub(crate) fn tint(bounds: Box2, color: Color, opacity: f64) -> Element {
    Element::Rect(Rect { bounds, stroke: None, fill: Some(Fill { color, opacity }), class: "bar-fill" })
}

/// Hatching of what is not known exactly, in `bounds`.
pub(crate) fn uncertain(bounds: Box2, color: Color) -> Vec<Element> {
    let lines = hatch(Hatching::Rising, bounds);
    let stroke = Stroke::solid(color, HATCH);
    let mut out = vec![tint(bounds, color, 0.06)];
    if !lines.is_empty() {
        out.push(Element::Path(Path { lines, stroke, class: "bar-hatch" }));
    }
    out
}

fn hatch(hatching: Hatching, bounds: Box2) -> Vec<Vec<Point>> {
    let height = bounds.height();
    // How far a line moves to the right on its way up.
    let lean = match hatching {
        Hatching::None => return Vec::new(),
        Hatching::Rising => height,
        Hatching::Upright => 0.0,
        Hatching::Falling => -height,
    };
    let reach = lean.abs();
    let count = ((bounds.width() + reach) / HATCH_GAP).floor().max(0.0) as usize;
    let line = |i: usize| {
        let foot = bounds.left - lean.max(0.0) + (i as f64 + 0.5) * HATCH_GAP;
        clipped(pt(foot, bounds.bottom), pt(foot + lean, bounds.top), bounds)
    };
    (0..count).filter_map(line).collect()
}

/// The part of a line from the lower to the upper edge of `bounds` that lies between its sides.
fn clipped(foot: Point, head: Point, bounds: Box2) -> Option<Vec<Point>> {
    let run = head.x - foot.x;
    if run == 0.0 {
        let inside = foot.x > bounds.left && foot.x < bounds.right;
        return inside.then(|| vec![foot, head]);
    }
    let share = |x: f64| ((x - foot.x) / run).clamp(0.0, 1.0);
    let (a, b) = (share(bounds.left), share(bounds.right));
    let (from, to) = (a.min(b), a.max(b));
    let at = |t: f64| pt(foot.x + t * run, foot.y + t * (head.y - foot.y));
    (to - from > 1e-9).then(|| vec![at(from), at(to)])
}

/// A filled head of an arrow to the right, its tip at `tip`.
pub(crate) fn arrow_head(tip: Point, length: f64, half: f64) -> Element {
    let points = vec![tip, pt(tip.x - length, tip.y - half), pt(tip.x - length, tip.y + half)];
    let fill = Some(Fill { color: BLACK, opacity: 1.0 });
    Element::Polygon(Polygon { points, stroke: None, fill, class: "arrow" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hatching_stays_inside_its_bar() {
        let bounds = Box2::at(10.0, 20.0, 13.0, 5.0);
        for hatching in [Hatching::Rising, Hatching::Upright, Hatching::Falling] {
            let lines = hatch(hatching, bounds);
            assert!(lines.len() >= 4, "{hatching:?}");
            let inside = |p: &Point| bounds.holds(&Box2::at(p.x, p.y, 0.0, 0.0), 1e-9);
            assert!(lines.iter().flatten().all(inside), "{hatching:?}: {lines:?}");
        }
        assert!(hatch(Hatching::Rising, Box2::at(0.0, 0.0, 0.0, 5.0)).is_empty());
    }

    #[test]
    fn marks_are_as_large_as_asked() {
        for shape in [MarkShape::Triangle, MarkShape::Diamond, MarkShape::OpenCircle, MarkShape::Square] {
            for element in shape.draw(pt(0.0, 0.0), 6.0) {
                if let Element::Polygon(polygon) = element {
                    assert!(
                        polygon.points.iter().all(|p| p.x.abs() <= 3.3 + 1e-9 && p.y.abs() <= 3.3 + 1e-9)
                    );
                }
            }
        }
    }
}
