//! One row's mark in a forest plot.

use super::input::ForestValue;
use crate::axis::Scale;
use crate::color::{BLACK, Color, WHITE, series_color};
use crate::geometry::{Box2, Point, pt};
use crate::scene::{Element, Fill, Line, Polygon, Rect, Stroke};

/// Side of the largest square, in points; the smallest is drawn no smaller than it can be seen.
const LARGEST: f64 = 6.5;
const SMALLEST: f64 = 1.8;
/// Side of the open square of a reference level, in points.
const REFERENCE: f64 = 3.2;
/// Thickness of an interval, in points.
const INTERVAL_WIDTH: f64 = 0.8;
/// Length and half height of the arrow where an interval goes on, in points.
const ARROW: (f64, f64) = (3.5, 1.8);

/// The mark at height `y`: interval, arrows where it leaves the plot, square of an area in proportion to its weight.
pub(super) fn draw_mark(
    value: &ForestValue,
    scale: &Scale,
    plot: (f64, f64),
    y: f64,
    heaviest: f64,
    series: usize,
    mono: bool,
) -> Vec<Element> {
    let color = if mono { BLACK } else { series_color(series, false) };
    match *value {
        ForestValue::Nothing => Vec::new(),
        ForestValue::Reference => {
            let x = scale.map(1.0);
            let visible = (plot.0..=plot.1).contains(&x);
            if visible { vec![square(pt(x, y), REFERENCE, WHITE, Some(BLACK))] } else { Vec::new() }
        }
        ForestValue::Estimate { ratio, low, high, weight } => {
            let limits = (low.map_or(ratio, |low| low), high.map_or(ratio, |high| high));
            let mut out = interval(scale.map(limits.0), scale.map(limits.1), plot, y);
            let x = scale.map(ratio);
            if (plot.0..=plot.1).contains(&x) {
                let side = (LARGEST * (weight / heaviest).sqrt()).max(SMALLEST);
                out.push(square(pt(x, y), side, color, None));
            }
            out
        }
    }
}

/// The part of an interval inside the plot, with arrows where it goes on; ends may be infinite.
fn interval(low: f64, high: f64, plot: (f64, f64), y: f64) -> Vec<Element> {
    let (left, right) = plot;
    if low >= high {
        return Vec::new();
    }
    let (from, to) = (low.clamp(left, right), high.clamp(left, right));
    let stroke = Stroke::solid(BLACK, INTERVAL_WIDTH);
    let mut out = vec![Element::Line(Line { from: pt(from, y), to: pt(to, y), stroke, class: "interval" })];
    if low < left {
        out.push(arrow(pt(left, y), 1.0));
    }
    if high > right {
        out.push(arrow(pt(right, y), -1.0));
    }
    out
}

/// A filled arrow head with its tip at `tip`, its body towards `inwards` (1 right, -1 left).
fn arrow(tip: Point, inwards: f64) -> Element {
    let back = tip.x + inwards * ARROW.0;
    let points = vec![tip, pt(back, tip.y - ARROW.1), pt(back, tip.y + ARROW.1)];
    let fill = Some(Fill { color: BLACK, opacity: 1.0 });
    Element::Polygon(Polygon { points, stroke: None, fill, class: "arrow" })
}

fn square(centre: Point, side: f64, fill: Color, outline: Option<Color>) -> Element {
    let bounds = Box2::at(centre.x - side / 2.0, centre.y - side / 2.0, side, side);
    let stroke = outline.map(|color| Stroke::solid(color, 0.6));
    Element::Rect(Rect { bounds, stroke, fill: Some(Fill { color: fill, opacity: 1.0 }), class: "estimate" })
}
