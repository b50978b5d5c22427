//! Scales from data to the page, and axes with ticks.

use crate::color::BLACK;
use crate::font::{CAP_HEIGHT, text_width};
use crate::geometry::{Point, pt};
use crate::scene::{Anchor, Element, Line, Stroke, Text};
use crate::size::TEXT_SIZE;

/// Thickness of axes, in points.
pub(crate) const AXIS_WIDTH: f64 = 0.6;
/// Length of tick marks, in points.
pub(crate) const TICK_LENGTH: f64 = 3.0;
/// Gap between a tick mark and its label, in points.
pub(crate) const TICK_GAP: f64 = 2.0;

/// A straight or logarithmic map from data to points on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    domain: (f64, f64),
    range: (f64, f64),
    log: bool,
}

impl Scale {
    /// Maps `domain` onto `range` in proportion. An empty domain maps to the start of the range.
    pub(crate) fn linear(domain: (f64, f64), range: (f64, f64)) -> Self {
        Self { domain, range, log: false }
    }

    /// Maps the logarithm of `domain` (both ends above 0) onto `range` in proportion.
    pub(crate) fn log(domain: (f64, f64), range: (f64, f64)) -> Self {
        Self { domain: (domain.0.ln(), domain.1.ln()), range, log: true }
    }

    /// Where `value` lies on the page, in points.
    pub(crate) fn map(&self, value: f64) -> f64 {
        let value = if self.log { value.ln() } else { value };
        let span = self.domain.1 - self.domain.0;
        let share = if span == 0.0 { 0.0 } else { (value - self.domain.0) / span };
        self.range.0 + share * (self.range.1 - self.range.0)
    }
}

/// A tick: place on the page along the axis, in points, and label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    /// Place along the axis.
    pub(crate) at: f64,
    /// Label.
    pub(crate) label: String,
}

/// A straight black line of an axis.
pub(crate) fn axis_line(class: &'static str, from: Point, to: Point) -> Element {
    Element::Line(Line { from, to, stroke: Stroke::solid(BLACK, AXIS_WIDTH), class })
}

/// Horizontal axis from `left` to `right` at height `y` with ticks and their labels of type size `size` below; labels
/// that would touch are thinned evenly.
pub(crate) fn bottom_axis(left: f64, right: f64, y: f64, ticks: &[Tick], size: f64) -> Vec<Element> {
    let mut out = vec![axis_line("axis", pt(left, y), pt(right, y))];
    let every = label_stride(ticks, size);
    let baseline = y + TICK_LENGTH + TICK_GAP + CAP_HEIGHT * size;
    for (i, tick) in ticks.iter().enumerate() {
        out.push(axis_line("tick", pt(tick.at, y), pt(tick.at, y + TICK_LENGTH)));
        if i % every == 0 {
            let at = pt(tick.at, baseline);
            out.push(Element::Text(Text::new("x-tick", tick.label.as_str(), at, size, Anchor::Middle)));
        }
    }
    out
}

/// Vertical axis from `top` to `bottom` at `x` with ticks and their labels on the left.
pub(crate) fn left_axis(x: f64, top: f64, bottom: f64, ticks: &[Tick]) -> Vec<Element> {
    let mut out = vec![axis_line("axis", pt(x, top), pt(x, bottom))];
    for tick in ticks {
        out.push(axis_line("tick", pt(x - TICK_LENGTH, tick.at), pt(x, tick.at)));
        let at = pt(x - TICK_LENGTH - TICK_GAP, tick.at + CAP_HEIGHT / 2.0 * TEXT_SIZE);
        out.push(Element::Text(Text::new("y-tick", tick.label.as_str(), at, TEXT_SIZE, Anchor::End)));
    }
    out
}

/// 1 if every label fits beside the next with a gap, 2 if every second one does, and so on.
fn label_stride(ticks: &[Tick], size: f64) -> usize {
    let half = |tick: &Tick| text_width(&tick.label, size, false) / 2.0;
    let fits = |every: usize| {
        let shown: Vec<&Tick> = ticks.iter().step_by(every).collect();
        shown.windows(2).all(|pair| (pair[1].at - pair[0].at).abs() >= half(pair[0]) + half(pair[1]) + 3.0)
    };
    (1..ticks.len()).find(|every| fits(*every)).unwrap_or(ticks.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_map_ends_to_ends() {
        let scale = Scale::linear((0.0, 60.0), (40.0, 240.0));
        assert_eq!((scale.map(0.0), scale.map(30.0), scale.map(60.0)), (40.0, 140.0, 240.0));
        let scale = Scale::log((0.1, 10.0), (0.0, 2.0));
        assert!((scale.map(1.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn crowded_labels_are_thinned_evenly() {
        let ticks: Vec<Tick> =
            (0..11).map(|i| Tick { at: f64::from(i) * 12.0, label: format!("{}", i * 1000) }).collect();
        assert_eq!(label_stride(&ticks, 7.0), 2);
        let far: Vec<Tick> = ticks[..2].iter().map(|t| Tick { at: t.at * 9.0, ..t.clone() }).collect();
        assert_eq!(label_stride(&far, 7.0), 1);
        assert_eq!(label_stride(&[], 7.0), 1);
    }
}
