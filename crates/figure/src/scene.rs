//! What a figure consists of once it is laid out: elements at fixed places, in points from the top left.

use crate::color::{BLACK, Color};
use crate::error::FigureError;
use crate::font::{ASCENT, DESCENT, text_width};
use crate::geometry::{Box2, Point};
use crate::size::{PAGE_HEIGHT_MM, POINTS_PER_MM};

/// A laid-out figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// Name for screen readers.
    pub title: String,
    /// Description for screen readers.
    pub description: String,
    /// Elements, drawn in order.
    pub elements: Vec<Element>,
}

/// Anything drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Element {
    /// One line of text.
    Text(Text),
    /// A straight line.
    Line(Line),
    /// A rectangle.
    Rect(Rect),
    /// A closed polygon.
    Polygon(Polygon),
    /// One or several open lines with corners.
    Path(Path),
    /// Elements that belong together.
    Group(Group),
}

/// One line of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Place of the anchor on the baseline.
    pub at: Point,
    /// The text.
    pub content: String,
    /// Type size in points.
    pub size: f64,
    /// Bold face.
    pub bold: bool,
    /// Which end of the text the anchor is.
    pub anchor: Anchor,
    /// Turned a quarter to the left, to be read upwards.
    pub upwards: bool,
    /// Colour.
    pub color: Color,
    /// What the text is, for style sheets and tests.
    pub class: &'static str,
}

/// Which point of a text its place names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Left end.
    Start,
    /// Middle.
    Middle,
    /// Right end.
    End,
}

impl Text {
    /// Black, upright, regular text.
    pub fn new(
        class: &'static str,
        content: impl Into<String>,
        at: Point,
        size: f64,
        anchor: Anchor,
    ) -> Self {
        Self { at, content: content.into(), size, bold: false, anchor, upwards: false, color: BLACK, class }
    }

    /// The rectangle that the text covers, from ascenders to descenders.
    pub fn bounds(&self) -> Box2 {
        let width = text_width(&self.content, self.size, self.bold);
        let before = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        };
        let (above, below) = (ASCENT * self.size, DESCENT * self.size);
        let Point { x, y } = self.at;
        if self.upwards {
            Box2 { left: x - above, top: y + before - width, right: x + below, bottom: y + before }
        } else {
            Box2 { left: x - before, top: y - above, right: x - before + width, bottom: y + below }
        }
    }
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub color: Color,
    /// Thickness in points.
    pub width: f64,
    /// Dash lengths in points; empty for solid.
    pub dash: &'static [f64],
}

impl Stroke {
    /// A solid line.
    pub fn solid(color: Color, width: f64) -> Self {
        Self { color, width, dash: &[] }
    }
}

/// How an area is filled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fill {
    /// Colour.
    pub color: Color,
    /// 0 (nothing) to 1.
    pub opacity: f64,
}

/// A straight line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// One end.
    pub from: Point,
    /// Other end.
    pub to: Point,
    /// Stroke.
    pub stroke: Stroke,
    /// What the line is.
    pub class: &'static str,
}

/// A rectangle.
#[derive(Debug, Clone, PartialEq)]
pub struct Rect {
    /// Its edges.
    pub bounds: Box2,
    /// Outline, if any.
    pub stroke: Option<Stroke>,
    /// Filling, if any.
    pub fill: Option<Fill>,
    /// What the rectangle is.
    pub class: &'static str,
}

/// A closed polygon.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    /// Corners.
    pub points: Vec<Point>,
    /// Outline, if any.
    pub stroke: Option<Stroke>,
    /// Filling, if any.
    pub fill: Option<Fill>,
    /// What the polygon is.
    pub class: &'static str,
}

/// Open lines with corners, drawn as one.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// Each line's points.
    pub lines: Vec<Vec<Point>>,
    /// Stroke.
    pub stroke: Stroke,
    /// What the path is.
    pub class: &'static str,
}

/// Elements that belong together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    /// What the group is.
    pub class: &'static str,
    /// Name shown by browsers under the pointer; may be empty.
    pub title: String,
    /// `data-…` attributes: name without "data-", value.
    pub data: Vec<(&'static str, String)>,
    /// Its elements.
    pub elements: Vec<Element>,
}

impl Scene {
    /// Calls `visit` with every element that is not a group, in drawing order.
    pub fn for_each(&self, visit: &mut dyn FnMut(&Element)) {
        fn walk(elements: &[Element], visit: &mut dyn FnMut(&Element)) {
            for element in elements {
                match element {
                    Element::Group(group) => walk(&group.elements, visit),
                    other => visit(other),
                }
            }
        }
        walk(&self.elements, visit);
    }

    /// Every text, in drawing order.
    pub fn texts(&self) -> Vec<Text> {
        let mut texts = Vec::new();
        self.for_each(&mut |element| {
            if let Element::Text(text) = element {
                texts.push(text.clone());
            }
        });
        texts
    }
}

/// The one page of a figure.
///
/// # Errors
/// [`FigureError::TooTall`] where it takes several, with the height that all of them have together.
pub(crate) fn only_page(mut pages: Vec<Scene>) -> Result<Scene, FigureError> {
    match pages.pop() {
        Some(page) if pages.is_empty() => Ok(page),
        last => {
            let height: f64 = pages.iter().chain(last.as_ref()).map(|page| page.height).sum();
            let needed_mm = (height / POINTS_PER_MM).ceil();
            Err(FigureError::TooTall { height_mm: PAGE_HEIGHT_MM, needed_mm })
        }
    }
}
