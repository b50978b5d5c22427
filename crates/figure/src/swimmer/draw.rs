//! A laid-out swimmer plot as scenes, one per page.

use super::input::{SwimmerFigure, SwimmerLane, SwimmerMark};
use super::layout::Layout;
use crate::axis::{TICK_GAP, TICK_LENGTH, bottom_axis};
use crate::color::{BLACK, GUIDE};
use crate::error::FigureError;
use crate::font::CAP_HEIGHT;
use crate::geometry::{Box2, pt};
use crate::glyph::{arrow_head, bar};
use crate::notes::draw_grid;
use crate::scene::{Anchor, Element, Group, Line, Scene, Stroke, only_page};
use crate::size::{MARGIN, TEXT_SIZE};
use crate::svg::Svg;
use crate::under::with_note;
use std::ops::Range;

/// Height of a bar as a share of the distance from lane to lane.
const BAR_SHARE: f64 = 0.56;
/// Size of marks and the least distance of two on one lane, in points.
const MARK_SIZE: f64 = 5.4;
const MARK_APART: f64 = 5.0;
/// Length of the arrow at the end of a lane, length and half height of its head, in points.
const ARROW: f64 = 9.0;
const HEAD: (f64, f64) = (4.0, 2.1);
/// Gap between the axis's labels and its title, in points.
const TITLE_GAP: f64 = 3.0;

impl SwimmerFigure {
    /// The figure as one SVG.
    ///
    /// # Errors
    /// See [`FigureError`]: no lanes, times that are no times or lie beyond their lane, kinds that do not exist, a width
    /// too small. More lanes than fit a journal's page (225 mm, about 60) are [`FigureError::TooTall`]: use [`Self::render_pages`].
    pub fn render(&self) -> Result<Svg, FigureError> {
        Ok(self.scene()?.to_svg())
    }

    /// The figure as one SVG per page, each with legend and the same axis.
    ///
    /// # Errors
    /// As [`Self::render`], but never for the number of lanes.
    pub fn render_pages(&self) -> Result<Vec<Svg>, FigureError> {
        Ok(self.scenes()?.iter().map(Scene::to_svg).collect())
    }

    /// The figure laid out on one page.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn scene(&self) -> Result<Scene, FigureError> {
        only_page(self.scenes()?)
    }

    /// The figure laid out, one scene per page.
    ///
    /// # Errors
    /// As [`Self::render_pages`].
    pub fn scenes(&self) -> Result<Vec<Scene>, FigureError> {
        let layout = Layout::new(self)?;
        Ok(layout.pages.iter().map(|page| self.page(&layout, page.clone())).collect())
    }

    fn page(&self, layout: &Layout, page: Range<usize>) -> Scene {
        let (mut elements, _) = draw_grid(&layout.legend, MARGIN, MARGIN, layout.width - 2.0 * MARGIN);
        let top = MARGIN + layout.head;
        if layout.heading.width() > 0.0 {
            let heading_top = top - layout.heading.height() - 2.0;
            elements.extend(layout.heading.place("heading", MARGIN, heading_top, Anchor::Start));
        }
        let mut y = top;
        for position in page.clone() {
            let height = layout.lane_height(position);
            elements.push(self.lane(layout, position, y + height / 2.0));
            y += height;
        }
        let (left, right) = layout.plot;
        elements.extend(bottom_axis(left, right, y, &layout.ticks, TEXT_SIZE));
        let title_top = y + TICK_LENGTH + TICK_GAP + CAP_HEIGHT * TEXT_SIZE + TITLE_GAP;
        elements.extend(layout.title.place("axis-title", (left + right) / 2.0, title_top, Anchor::Middle));
        let height = y + layout.foot + MARGIN;
        let (title, description) = (self.title.clone(), self.describe(layout, page));
        with_note(Scene { width: layout.width, height, title, description, elements }, &self.style)
    }

    fn lane(&self, layout: &Layout, position: usize, y: f64) -> Element {
        let lane = &self.lanes[layout.order[position]];
        let label = &layout.labels[position];
        let mut elements = label.place("lane-label", MARGIN, y - label.height() / 2.0, Anchor::Start);
        let half = BAR_SHARE * layout.pitch / 2.0;
        let (start, end) = (layout.plot.0, layout.x.map(lane.end));
        // The thin line shows how long the patient was observed where no phase covers it.
        elements.push(line("lane", start, end, y, Stroke::solid(GUIDE, 0.6)));
        let mut bars = lane.bars.clone();
        bars.sort_by(|a, b| a.from.total_cmp(&b.from));
        for piece in bars {
            let (from, to) = (layout.x.map(piece.from), layout.x.map(piece.to));
            let bounds = Box2 { left: from, top: y - half, right: to, bottom: y + half };
            elements.extend(bar(piece.phase, self.style.mono, bounds));
        }
        let (marks, last) = self.marks(layout, lane, y);
        if lane.ongoing {
            elements.extend(arrow(end.max(last), layout.width - MARGIN, y));
        }
        elements.extend(marks);
        Element::Group(Group { class: "lane", title: lane.label.clone(), data: Vec::new(), elements })
    }

    /// The marks of a lane, those that would hide each other beside each other, and where the last one ends.
    fn marks(&self, layout: &Layout, lane: &SwimmerLane, y: f64) -> (Vec<Element>, f64) {
        let mut marks: Vec<SwimmerMark> = lane.marks.clone();
        marks.sort_by(|a, b| a.time.total_cmp(&b.time).then(a.kind.cmp(&b.kind)));
        let limit = layout.width - MARGIN - MARK_SIZE * 0.6;
        let wanted: Vec<f64> = marks.iter().map(|mark| layout.x.map(mark.time)).collect();
        let places = apart(&wanted, (layout.plot.0, limit));
        let last = places.last().map_or(0.0, |x| x + MARK_SIZE / 2.0);
        let draw = |(mark, x): (&SwimmerMark, &f64)| self.marks[mark.kind].shape.draw(pt(*x, y), MARK_SIZE);
        (marks.iter().zip(&places).flat_map(draw).collect(), last)
    }

    /// The given description, or how many lanes the page has, how long, and how many of them have which mark.
    fn describe(&self, layout: &Layout, page: Range<usize>) -> String {
        if !self.description.is_empty() {
            return self.description.clone();
        }
        let lanes: Vec<&SwimmerLane> = page.map(|i| &self.lanes[layout.order[i]]).collect();
        let with =
            |kind: usize| lanes.iter().filter(|lane| lane.marks.iter().any(|m| m.kind == kind)).count();
        let counts: Vec<String> =
            self.marks.iter().enumerate().map(|(i, kind)| format!("{}: {}", kind.label, with(i))).collect();
        let longest = lanes.iter().map(|lane| lane.end).fold(0.0, f64::max);
        format!(
            "One lane for each of {} patients against {}; the longest is {}. Lanes with a mark: {}.",
            lanes.len(),
            self.x.label,
            crate::number::coordinate(longest),
            counts.join(", ")
        )
    }
}

fn line(class: &'static str, from: f64, to: f64, y: f64, stroke: Stroke) -> Element {
    Element::Line(Line { from: pt(from, y), to: pt(to, y), stroke, class })
}

/// An arrow that begins at `from`, as long as there is room up to `limit`.
fn arrow(from: f64, limit: f64, y: f64) -> Vec<Element> {
    let tip = (from + ARROW).min(limit);
    let tail = (tip - HEAD.0).max(from.min(tip));
    vec![
        line("arrow", from.min(tip - HEAD.0), tail, y, Stroke::solid(BLACK, 0.8)),
        arrow_head(pt(tip, y), HEAD.0, HEAD.1),
    ]
}

/// Places as near to `wanted` (ascending) as keeps them apart, none outside `range`; closer where there are too many for it.
fn apart(wanted: &[f64], range: (f64, f64)) -> Vec<f64> {
    let mut places: Vec<f64> = wanted.to_vec();
    let gap = MARK_APART.min((range.1 - range.0) / (wanted.len().max(2) - 1) as f64);
    for i in 1..places.len() {
        places[i] = places[i].max(places[i - 1] + gap);
    }
    let mut bound = range.1;
    for place in places.iter_mut().rev() {
        *place = place.min(bound);
        bound = *place - gap;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_one_day_stand_beside_each_other() {
        assert_eq!(apart(&[10.0, 10.0, 40.0], (0.0, 100.0)), [10.0, 15.0, 40.0]);
        assert_eq!(apart(&[99.0, 99.0], (0.0, 100.0)), [95.0, 100.0]);
        assert!(apart(&[], (0.0, 5.0)).is_empty());
        let many = apart(&[50.0; 100], (0.0, 99.0));
        assert!((many[0] - 0.0).abs() < 1e-9 && many[99] == 99.0);
    }
}
