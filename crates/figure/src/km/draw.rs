//! A laid-out Kaplan-Meier figure as a scene.

use super::check::check;
use super::curve::{Curve, MARK_WIDTH, draw, marks_merge};
use super::input::{CurveDirection, KaplanMeierFigure, KmGroup};
use super::inside::Above;
use super::layout::{Layout, lay_out};
use crate::axis::{TICK_GAP, TICK_LENGTH, bottom_axis, left_axis};
use crate::color::{GUIDE, dash_pattern};
use crate::error::FigureError;
use crate::font::{ASCENT, text_width};
use crate::geometry::{Box2, Point, pt};
use crate::number::{coordinate, tick_label};
use crate::scene::{Anchor, Element, Fill, Group, Line, Path, Polygon, Scene, Stroke, Text};
use crate::size::{LINE_SPACING, TEXT_SIZE, TITLE_SIZE};
use crate::svg::Svg;
use crate::under::with_note;

/// Opacity of ribbons.
const RIBBON_OPACITY: f64 = 0.15;
/// Gap between tick labels and the vertical title, in points.
const Y_TITLE_GAP: f64 = 3.0;

impl KaplanMeierFigure {
    /// The figure as SVG.
    ///
    /// # Errors
    /// See [`FigureError`]: no groups, numbers that are not finite or out of range, times that do not
    /// ascend, a risk table of the wrong shape, a width or height too small for the content.
    pub fn render(&self) -> Result<Svg, FigureError> {
        Ok(self.scene()?.to_svg())
    }

    /// The figure laid out, before it becomes SVG.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn scene(&self) -> Result<Scene, FigureError> {
        check(self)?;
        let plot = lay_out(self, 0.0)?.plot;
        let [first_plans @ .., last_plan] = Above::PLANS;
        for plan in first_plans {
            let (layout, curves, header) = self.lay_out_below(plan, &plot)?;
            if let Some(inside) = plan.inside(self, &layout, &curves) {
                return Ok(self.assemble(&layout, &curves, [header, inside].concat()));
            }
        }
        let (layout, curves, header) = self.lay_out_below(last_plan, &plot)?;
        Ok(self.assemble(&layout, &curves, header))
    }

    /// Layout, curves and what stands above a plot as wide as `plot`.
    fn lay_out_below(
        &self,
        plan: Above,
        plot: &Box2,
    ) -> Result<(Layout<'_>, Vec<Curve>, Vec<Element>), FigureError> {
        let (_, height) = plan.header(self, plot.left, plot.right);
        let layout = lay_out(self, height)?;
        let mut curves: Vec<Curve> = (0..self.groups.len()).map(|i| draw(self, i, &layout.scales)).collect();
        if marks_merge(&curves) {
            curves.iter_mut().for_each(|curve| curve.marks.clear());
        }
        let (header, _) = plan.header(self, layout.plot.left, layout.plot.right);
        Ok((layout, curves, header))
    }

    fn assemble(&self, layout: &Layout<'_>, curves: &[Curve], labels: Vec<Element>) -> Scene {
        let mut plot: Vec<Element> = curves.iter().flat_map(ribbon_elements).collect();
        plot.extend(guides(layout, curves));
        plot.extend(axes(layout));
        for (group, curve) in self.groups.iter().zip(curves) {
            plot.push(curve_group(group, curve));
        }
        plot.extend(labels);
        let data = plot_data(layout);
        let mut elements =
            vec![Element::Group(Group { class: "plot", data, elements: plot, ..Group::default() })];
        if let Some((table, mode)) = &layout.table {
            let tick_x: Vec<f64> = layout.x_ticks.iter().map(|tick| tick.at).collect();
            elements.push(table.draw(*mode, &tick_x, layout.table_top));
        }
        let (title, mut description) = (self.title.clone(), self.describe());
        let has_marks = self.groups.iter().any(|group| !group.censor_marks.is_empty());
        if self.censor_marks && has_marks && curves.iter().all(|curve| curve.marks.is_empty()) {
            description
                .push_str(" Censor marks are left out: there are so many that they would hide the curves.");
        }
        let scene = Scene { width: layout.width, height: layout.height, title, description, elements };
        with_note(scene, &self.style)
    }

    /// The given description, or one sentence per group.
    fn describe(&self) -> String {
        if !self.description.is_empty() {
            return self.description.clone();
        }
        let start = if self.direction == CurveDirection::Survival { 1.0 } else { 0.0 };
        let sentence = |group: &KmGroup| {
            let last = group.steps.last().map_or(start, |step| step.estimate);
            let median = group.median.map_or("not reached".to_owned(), coordinate);
            let (percent, end) = (coordinate(last * 100.0), coordinate(group.end_time));
            format!("{}: {percent} % at the last time, {end}; median {median}.", group.label)
        };
        let sentences: Vec<String> = self.groups.iter().map(sentence).collect();
        format!("{} against {}. {}", self.y_label, self.x.label, sentences.join(" "))
    }
}

/// What a reader's cross-hair needs to turn a place on the page into time and probability.
fn plot_data(layout: &Layout<'_>) -> Vec<(&'static str, String)> {
    let Box2 { left, top, right, bottom } = layout.plot;
    let places = [("left", left), ("right", right), ("top", top), ("bottom", bottom)];
    let mut data: Vec<(&'static str, String)> =
        places.map(|(name, value)| (name, coordinate(value))).to_vec();
    data.push(("x-max", tick_label(layout.scales.x_max)));
    data.push(("y-max", tick_label(layout.scales.y_max)));
    data
}

fn ribbon_elements(curve: &Curve) -> Vec<Element> {
    let fill = Some(Fill { color: curve.stroke.color, opacity: RIBBON_OPACITY });
    let polygon =
        |points: &Vec<Point>| Polygon { points: points.clone(), stroke: None, fill, class: "ribbon" };
    curve.ribbons.iter().map(polygon).map(Element::Polygon).collect()
}

/// From 50 % to the right and down to the axis at each median.
pub(super) fn guides(layout: &Layout<'_>, curves: &[Curve]) -> Vec<Element> {
    let medians: Vec<f64> = curves.iter().filter_map(|curve| curve.median_x).collect();
    let Some(farthest) = medians.iter().copied().reduce(f64::max) else {
        return Vec::new();
    };
    let half = layout.scales.y.map(0.5);
    let stroke = Stroke { color: GUIDE, width: 0.6, dash: dash_pattern(2) };
    let line = |from: Point, to: Point| Element::Line(Line { from, to, stroke, class: "guide" });
    let mut out = vec![line(pt(layout.plot.left, half), pt(farthest, half))];
    out.extend(medians.iter().map(|x| line(pt(*x, half), pt(*x, layout.plot.bottom))));
    out
}

fn axes(layout: &Layout<'_>) -> Vec<Element> {
    let Box2 { left, top, right, bottom } = layout.plot;
    let mut out = left_axis(left, top, bottom, &layout.y_ticks);
    out.extend(bottom_axis(left, right, bottom, &layout.x_ticks, TEXT_SIZE));
    out.extend(layout.x_title.place("axis-title", (left + right) / 2.0, layout.x_title_top, Anchor::Middle));
    let widest_label =
        layout.y_ticks.iter().map(|tick| text_width(&tick.label, TEXT_SIZE, false)).fold(0.0, f64::max);
    let title_right = left - TICK_LENGTH - TICK_GAP - widest_label - Y_TITLE_GAP;
    let n_lines = layout.y_title.lines.len();
    for (i, line) in layout.y_title.lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        // Read upwards: the first line is the leftmost, the last one's descenders end at `title_right`.
        let after = (n_lines - 1 - i) as f64 * LINE_SPACING * TITLE_SIZE;
        let x = title_right - (LINE_SPACING - ASCENT) * TITLE_SIZE - after;
        let text =
            Text::new("axis-title", line.as_str(), pt(x, (top + bottom) / 2.0), TITLE_SIZE, Anchor::Middle);
        out.push(Element::Text(Text { upwards: true, ..text }));
    }
    out
}

fn curve_group(group: &KmGroup, curve: &Curve) -> Element {
    let path = |lines, stroke, class| Element::Path(Path { lines, stroke, class });
    let mut elements = vec![path(vec![curve.line.clone()], curve.stroke, "curve")];
    if !curve.marks.is_empty() {
        let mark = |p: &Point| vec![pt(p.x, p.y - curve.mark_half), pt(p.x, p.y + curve.mark_half)];
        let stroke = Stroke::solid(curve.stroke.color, MARK_WIDTH);
        elements.push(path(curve.marks.iter().map(mark).collect(), stroke, "censor"));
    }
    Element::Group(Group { class: "group", title: group.label.clone(), data: Vec::new(), elements })
}
