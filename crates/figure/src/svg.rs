//! A scene as SVG text.

use crate::color::{Color, WHITE};
use crate::font::FONT_FAMILY;
use crate::geometry::{Box2, Point, pt};
use crate::number::coordinate;
use crate::scene::{Anchor, Element, Fill, Group, Path, Scene, Stroke, Text};
use crate::size::POINTS_PER_MM;
use std::fmt::Write as _;

/// A figure as SVG text with its size.
#[derive(Debug, Clone, PartialEq)]
pub struct Svg {
    /// The document, UTF-8, with editable `<text>`, `<title>` and `<desc>`.
    pub text: String,
    /// Width in mm.
    pub width_mm: f64,
    /// Height in mm.
    pub height_mm: f64,
}

impl Scene {
    /// The scene as an SVG document: one unit of the view box is one point, the size is in mm.
    pub fn to_svg(&self) -> Svg {
        let (width_mm, height_mm) = (self.width / POINTS_PER_MM, self.height / POINTS_PER_MM);
        let (width, height) = (coordinate(self.width), coordinate(self.height));
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"{FONT_FAMILY}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
            coordinate(width_mm),
            coordinate(height_mm),
            escape(&self.title),
            escape(&self.description),
            hex(WHITE),
        );
        write_elements(&mut out, &self.elements);
        out.push_str("</svg>\n");
        Svg { text: out, width_mm, height_mm }
    }
}

fn write_elements(out: &mut String, elements: &[Element]) {
    for element in elements {
        match element {
            Element::Text(text) => write_text(out, text),
            Element::Line(line) => {
                let Point { x: x2, y: y2 } = line.to;
                let _ = write!(out, "<line class=\"{}\" {}", line.class, at("x1", "y1", line.from));
                let _ = writeln!(out, " {}{}/>", at("x2", "y2", pt(x2, y2)), stroke(&line.stroke));
            }
            Element::Rect(rect) => {
                let Box2 { left, top, .. } = rect.bounds;
                let (width, height) = (coordinate(rect.bounds.width()), coordinate(rect.bounds.height()));
                let _ = write!(out, "<rect class=\"{}\" {}", rect.class, at("x", "y", pt(left, top)));
                let _ = writeln!(
                    out,
                    " width=\"{width}\" height=\"{height}\"{}/>",
                    paint(rect.fill, rect.stroke)
                );
            }
            Element::Polygon(polygon) => {
                let _ = write!(out, "<path class=\"{}\" d=\"", polygon.class);
                write_line(out, &polygon.points);
                let _ = writeln!(out, "Z\"{}/>", paint(polygon.fill, polygon.stroke));
            }
            Element::Path(path) => write_path(out, path),
            Element::Group(group) => write_group(out, group),
        }
    }
}

fn write_text(out: &mut String, text: &Text) {
    let _ = write!(out, "<text class=\"{}\" {}", text.class, at("x", "y", text.at));
    let _ = write!(out, " font-size=\"{}\"", coordinate(text.size));
    match text.anchor {
        Anchor::Start => {}
        Anchor::Middle => out.push_str(" text-anchor=\"middle\""),
        Anchor::End => out.push_str(" text-anchor=\"end\""),
    }
    if text.bold {
        out.push_str(" font-weight=\"bold\"");
    }
    if text.upwards {
        let _ = write!(out, " transform=\"rotate(-90 {} {})\"", coordinate(text.at.x), coordinate(text.at.y));
    }
    if text.color.0 != 0 {
        let _ = write!(out, " fill=\"{}\"", hex(text.color));
    }
    let _ = writeln!(out, ">{}</text>", escape(&text.content));
}

fn write_path(out: &mut String, path: &Path) {
    let _ = write!(out, "<path class=\"{}\" d=\"", path.class);
    for line in &path.lines {
        write_line(out, line);
    }
    let _ = writeln!(out, "\" fill=\"none\"{}/>", stroke(&path.stroke));
}

/// One line's commands; steps use H and V, which keeps long curves short.
fn write_line(out: &mut String, points: &[Point]) {
    let mut last: Option<(String, String)> = None;
    for point in points {
        let (x, y) = (coordinate(point.x), coordinate(point.y));
        let _ = match &last {
            None => write!(out, "M{x} {y}"),
            Some((last_x, last_y)) if *last_x == x && *last_y == y => Ok(()),
            Some((_, last_y)) if *last_y == y => write!(out, "H{x}"),
            Some((last_x, _)) if *last_x == x => write!(out, "V{y}"),
            Some(_) => write!(out, "L{x} {y}"),
        };
        last = Some((x, y));
    }
}

fn write_group(out: &mut String, group: &Group) {
    let _ = write!(out, "<g class=\"{}\"", group.class);
    for (name, value) in &group.data {
        let _ = write!(out, " data-{name}=\"{}\"", escape(value));
    }
    out.push('>');
    if !group.title.is_empty() {
        let _ = write!(out, "<title>{}</title>", escape(&group.title));
    }
    out.push('\n');
    write_elements(out, &group.elements);
    out.push_str("</g>\n");
}

fn at(x_name: &str, y_name: &str, point: Point) -> String {
    format!("{x_name}=\"{}\" {y_name}=\"{}\"", coordinate(point.x), coordinate(point.y))
}

fn paint(fill: Option<Fill>, outline: Option<Stroke>) -> String {
    let mut out = match fill {
        None => " fill=\"none\"".to_owned(),
        Some(fill) if fill.opacity >= 1.0 => format!(" fill=\"{}\"", hex(fill.color)),
        Some(fill) => format!(" fill=\"{}\" fill-opacity=\"{}\"", hex(fill.color), coordinate(fill.opacity)),
    };
    if let Some(outline) = outline {
        out.push_str(&stroke(&outline));
    }
    out
}

fn stroke(stroke: &Stroke) -> String {
    let mut out = format!(" stroke=\"{}\" stroke-width=\"{}\"", hex(stroke.color), coordinate(stroke.width));
    if !stroke.dash.is_empty() {
        let lengths: Vec<String> = stroke.dash.iter().map(|length| coordinate(*length)).collect();
        let _ = write!(out, " stroke-dasharray=\"{}\"", lengths.join(" "));
    }
    out
}

fn hex(color: Color) -> String {
    format!("#{:06X}", color.0)
}

/// `text` with the characters that mean something to XML replaced, and those it forbids left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            '\u{FFFE}' | '\u{FFFF}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_is_escaped() {
        assert_eq!(escape("a<b & \"c\"\u{0}\u{FFFF}'>"), "a&lt;b &amp; &quot;c&quot;&#39;&gt;");
    }

    #[test]
    fn steps_are_written_short() {
        let mut out = String::new();
        write_line(&mut out, &[pt(0.0, 0.0), pt(2.0, 0.0), pt(2.0, 3.5), pt(2.001, 3.501), pt(4.0, 5.0)]);
        assert_eq!(out, "M0 0H2V3.5L4 5");
    }
}
