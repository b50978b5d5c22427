//! A laid-out timeline as a scene.

use super::input::{TimelineFigure, TimelineItem};
use super::layout::{LANE_GAP, Lane, Layout, TITLE_GAP};
use super::rows::{ARROW, MARK_SIZE, Placed};
use crate::axis::{TICK_GAP, TICK_LENGTH, bottom_axis};
use crate::color::{BLACK, Color, GUIDE, WHITE, dash_pattern, series_color};
use crate::error::FigureError;
use crate::font::{ASCENT, CAP_HEIGHT};
use crate::geometry::{Box2, Point, pt};
use crate::glyph::{arrow_head, tint, uncertain};
use crate::scene::{Anchor, Element, Fill, Group, Line, Polygon, Rect, Scene, Stroke};
use crate::size::{LINE_SPACING, MARGIN, TEXT_SIZE};
use crate::svg::Svg;
use crate::under::with_note;

/// Height of a bar, in points.
const BAR: f64 = 8.4;
/// Opacity of a bar: a label on it is legible.
const OPACITY: f64 = 0.3;
/// Half the height of the ends of a line of uncertainty, in points.
const CAP: f64 = 2.0;
/// Length and half height of the head of an arrow, in points.
const HEAD: (f64, f64) = (4.0, 2.1);

impl TimelineFigure {
    /// The figure as SVG. Its height follows from the lanes.
    ///
    /// # Errors
    /// See [`FigureError`]: no events, times that are none or do not ascend, a width too small for labels and plot, more than
    /// fits a journal's page (225 mm).
    pub fn render(&self) -> Result<Svg, FigureError> {
        Ok(self.scene()?.to_svg())
    }

    /// The figure laid out, before it becomes SVG.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn scene(&self) -> Result<Scene, FigureError> {
        let layout = Layout::new(self)?;
        let mut elements = Vec::new();
        let mut y = MARGIN;
        for (i, lane) in layout.lanes.iter().enumerate() {
            if i > 0 {
                let stroke = Stroke::solid(GUIDE, 0.4);
                elements.push(line("rule", pt(MARGIN, y), pt(layout.plot.1, y), stroke));
            }
            elements.push(self.lane(&layout, i, lane, y));
            y += lane.height;
        }
        elements.extend(bottom_axis(layout.plot.0, layout.plot.1, y, &layout.ticks, TEXT_SIZE));
        let title_top = y + TICK_LENGTH + TICK_GAP + CAP_HEIGHT * TEXT_SIZE + TITLE_GAP;
        let middle = (layout.plot.0 + layout.plot.1) / 2.0;
        elements.extend(layout.title.place("axis-title", middle, title_top, Anchor::Middle));
        if let Some(zero) = self.x.zero {
            // Below everything else in drawing order, and not through words.
            let texts = texts_of(&elements);
            let pieces = free_pieces(layout.x.map(zero), MARGIN, y, &texts);
            elements.splice(0..0, pieces);
        }
        let (title, description) = (self.title.clone(), self.describe());
        let scene = Scene { width: layout.width, height: layout.height, title, description, elements };
        Ok(with_note(scene, &self.style))
    }

    fn lane(&self, layout: &Layout, number: usize, lane: &Lane, top: f64) -> Element {
        let color = if self.style.mono { BLACK } else { series_color(number, false) };
        let mut elements = lane.label.place("lane-label", MARGIN, top + LANE_GAP, Anchor::Start);
        let items = &self.lanes[number].items;
        let mut y = top + LANE_GAP;
        for (height, row) in &lane.rows {
            for placed in row {
                elements.extend(draw_item(layout, &items[placed.item], placed, color, y));
            }
            y += Layout::row_pitch(*height);
        }
        Element::Group(Group {
            class: "lane",
            title: self.lanes[number].label.clone(),
            data: Vec::new(),
            elements,
        })
    }

    /// The given description, or the items of each lane with their times.
    fn describe(&self) -> String {
        if !self.description.is_empty() {
            return self.description.clone();
        }
        let time = |t: f64| crate::number::coordinate(t);
        let when = |when: super::When| match when.is_exact() {
            true => time(when.earliest),
            false => format!("between {} and {}", time(when.earliest), time(when.latest)),
        };
        let item = |item: &TimelineItem| match item.to {
            Some(_) if item.ongoing => format!("{} from {}, ongoing", item.label, when(item.from)),
            Some(to) => format!("{} from {} to {}", item.label, when(item.from), when(to)),
            None => format!("{} at {}", item.label, when(item.from)),
        };
        let lanes = self.lanes.iter().map(|lane| {
            let items: Vec<String> = lane.items.iter().map(item).collect();
            format!("{}: {}.", lane.label, if items.is_empty() { "nothing".into() } else { items.join("; ") })
        });
        format!("{}. {}", self.x.label, lanes.collect::<Vec<_>>().join(" "))
    }
}

fn line(class: &'static str, from: Point, to: Point, stroke: Stroke) -> Element {
    Element::Line(Line { from, to, stroke, class })
}

/// Bar or mark with what is uncertain of it, and its label; the row's first line begins at `top`.
fn draw_item(layout: &Layout, item: &TimelineItem, placed: &Placed, color: Color, top: f64) -> Vec<Element> {
    let middle = top + LINE_SPACING * TEXT_SIZE / 2.0;
    let mut out = match item.to {
        Some(to) => draw_bar(layout, item, to, placed, color, middle),
        None => draw_mark(layout, item, middle),
    };
    let (left, label) = &placed.label;
    // The middle of the label's first line is the bar's.
    let label_top = middle + (CAP_HEIGHT / 2.0 - ASCENT) * TEXT_SIZE;
    out.extend(label.place("item-label", *left, label_top, Anchor::Start));
    out
}

fn draw_bar(
    layout: &Layout,
    item: &TimelineItem,
    to: super::When,
    placed: &Placed,
    color: Color,
    y: f64,
) -> Vec<Element> {
    let x = |t: f64| layout.x.map(t);
    let (top, bottom) = (y - BAR / 2.0, y + BAR / 2.0);
    let bounds = |left: f64, right: f64| Box2 { left, top, right, bottom };
    let (first, last) = (x(item.from.earliest), x(to.latest).max(x(item.from.earliest) + 1.2));
    let (sure_from, sure_to) = (x(item.from.latest).min(last), x(to.earliest).max(first));
    let mut out = Vec::new();
    if sure_to > sure_from {
        out.push(tint(bounds(sure_from, sure_to), color, OPACITY));
        if !item.from.is_exact() {
            out.extend(uncertain(bounds(first, sure_from), color));
        }
        if !to.is_exact() {
            out.extend(uncertain(bounds(sure_to, last), color));
        }
    } else if item.from.is_exact() && to.is_exact() {
        out.push(tint(bounds(first, last), color, OPACITY));
    } else {
        // Begin and end may have been on either side of each other: nothing of it is certain.
        out.extend(uncertain(bounds(first, last), color));
    }
    out.extend(outline(item.from.is_exact(), to.is_exact(), bounds(first, last), color));
    if item.ongoing {
        let tip = placed.shape.1.max(last + 1.0);
        let tail = (tip - HEAD.0).max(last);
        out.push(line("arrow", pt(last, y), pt(tail, y), Stroke::solid(BLACK, 0.8)));
        out.push(arrow_head(pt(tip, y), HEAD.0.min(ARROW), HEAD.1));
    }
    out
}

/// The edges of a bar; an end that is not known exactly is dashed.
fn outline(from_exact: bool, to_exact: bool, bounds: Box2, color: Color) -> Vec<Element> {
    let solid = Stroke::solid(color, 0.6);
    if from_exact && to_exact {
        return vec![Element::Rect(Rect { bounds, stroke: Some(solid), fill: None, class: "bar" })];
    }
    let Box2 { left, top, right, bottom } = bounds;
    let end = |exact: bool| if exact { solid } else { Stroke { dash: dash_pattern(2), ..solid } };
    vec![
        line("bar", pt(left, top), pt(right, top), solid),
        line("bar", pt(left, bottom), pt(right, bottom), solid),
        line("bar", pt(left, top), pt(left, bottom), end(from_exact)),
        line("bar", pt(right, top), pt(right, bottom), end(to_exact)),
    ]
}

/// A mark; over the time in which it can have been a line with ends, its mark in the middle.
fn draw_mark(layout: &Layout, item: &TimelineItem, y: f64) -> Vec<Element> {
    let x = |t: f64| layout.x.map(t);
    let mut out = Vec::new();
    if !item.from.is_exact() {
        let (from, to) = (x(item.from.earliest), x(item.from.latest));
        let stroke = Stroke::solid(BLACK, 0.6);
        out.push(line("uncertain", pt(from, y), pt(to, y), stroke));
        out.push(line("uncertain", pt(from, y - CAP), pt(from, y + CAP), stroke));
        out.push(line("uncertain", pt(to, y - CAP), pt(to, y + CAP), stroke));
    }
    let mark = item.shape.draw(pt(x(item.from.middle()), y), MARK_SIZE);
    out.extend(if item.from.is_exact() { mark } else { hollow(mark) });
    out
}

/// A mark whose date is not known exactly: its outline alone, to be seen also where the line is shorter than the mark.
fn hollow(mark: Vec<Element>) -> Vec<Element> {
    let empty = |element| match element {
        Element::Polygon(polygon) => Element::Polygon(Polygon {
            fill: Some(Fill { color: WHITE, opacity: 1.0 }),
            stroke: Some(Stroke::solid(BLACK, 0.7)),
            ..polygon
        }),
        other => other,
    };
    mark.into_iter().map(empty).collect()
}

/// The places of all texts.
fn texts_of(elements: &[Element]) -> Vec<Box2> {
    let elements = elements.to_vec();
    let scene = Scene { width: 0.0, height: 0.0, title: String::new(), description: String::new(), elements };
    scene.texts().iter().map(|text| text.bounds().grown(1.0)).collect()
}

/// The parts of an upright line that run through no text.
fn free_pieces(x: f64, top: f64, bottom: f64, texts: &[Box2]) -> Vec<Element> {
    let beside = |b: &&Box2| b.left < x && x < b.right && b.top < bottom;
    let mut hit: Vec<&Box2> = texts.iter().filter(beside).collect();
    hit.sort_by(|a, b| a.top.total_cmp(&b.top));
    let mut pieces = Vec::new();
    let mut from = top;
    for text in hit {
        if text.top > from {
            pieces.push((from, text.top.min(bottom)));
        }
        from = from.max(text.bottom);
    }
    if bottom > from {
        pieces.push((from, bottom));
    }
    let stroke = Stroke { color: GUIDE, width: 0.7, dash: dash_pattern(1) };
    pieces.into_iter().map(|(a, b)| line("zero", pt(x, a), pt(x, b), stroke)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_time_zero_leaves_words_alone() {
        let texts = [
            Box2::at(0.0, 10.0, 20.0, 5.0),
            Box2::at(0.0, 14.0, 20.0, 5.0),
            Box2::at(50.0, 30.0, 9.0, 5.0),
            Box2::at(0.0, 101.0, 20.0, 5.0),
            Box2::at(0.0, 109.0, 20.0, 5.0),
        ];
        let pieces = free_pieces(10.0, 0.0, 100.0, &texts);
        let ends: Vec<(f64, f64)> = pieces
            .iter()
            .filter_map(|e| if let Element::Line(l) = e { Some((l.from.y, l.to.y)) } else { None })
            .collect();
        assert_eq!(ends, [(0.0, 10.0), (19.0, 100.0)]);
    }
}
