//! Checks a laid-out figure as a picky editor would: texts that touch, stick out or are crossed out.

use crate::geometry::{Box2, Point};
use crate::scene::{Element, Scene};

/// Rounding that does not count as touching, in points.
const SLACK: f64 = 1e-6;

/// Pairs of texts whose rectangles overlap.
pub fn overlapping_texts(scene: &Scene) -> Vec<(String, String)> {
    let texts: Vec<(Box2, String)> =
        scene.texts().into_iter().map(|text| (text.bounds().grown(-SLACK), text.content)).collect();
    let mut found = Vec::new();
    for (i, (bounds, content)) in texts.iter().enumerate() {
        for (other_bounds, other) in &texts[i + 1..] {
            if bounds.overlaps(other_bounds) {
                found.push((content.clone(), other.clone()));
            }
        }
    }
    found
}

/// Texts and shapes that are not wholly on the page, named by content or class.
pub fn outside_page(scene: &Scene) -> Vec<String> {
    let page = Box2::at(0.0, 0.0, scene.width, scene.height);
    let mut found = Vec::new();
    scene.for_each(&mut |element| {
        let (bounds, name) = match element {
            Element::Text(text) => (text.bounds(), text.content.clone()),
            other => (bounds_of_points(&outline(other)), class(other).to_owned()),
        };
        if !page.holds(&bounds, SLACK) {
            found.push(format!("{name}: {bounds:?}"));
        }
    });
    found
}

/// Texts crossed by a line, path or outline; those of the classes in `allowed` do not count.
pub fn crossed_texts(scene: &Scene, allowed: &[&str]) -> Vec<(String, &'static str)> {
    let texts: Vec<(Box2, String)> =
        scene.texts().into_iter().map(|text| (text.bounds().grown(-SLACK), text.content)).collect();
    let mut found = Vec::new();
    scene.for_each(&mut |element| {
        if matches!(element, Element::Text(_)) || allowed.contains(&class(element)) {
            return;
        }
        for (a, b) in segments(element) {
            for (bounds, content) in &texts {
                if bounds.length_inside(a, b) > SLACK {
                    found.push((content.clone(), class(element)));
                }
            }
        }
    });
    found.dedup();
    found
}

/// What an element is.
fn class(element: &Element) -> &'static str {
    match element {
        Element::Text(text) => text.class,
        Element::Line(line) => line.class,
        Element::Rect(rect) => rect.class,
        Element::Polygon(polygon) => polygon.class,
        Element::Path(path) => path.class,
        Element::Group(group) => group.class,
    }
}

/// The stroked segments of a shape.
fn segments(element: &Element) -> Vec<(Point, Point)> {
    let pairs = |points: &[Point]| points.windows(2).map(|w| (w[0], w[1])).collect::<Vec<_>>();
    match element {
        Element::Path(path) => path.lines.iter().flat_map(|line| pairs(line)).collect(),
        Element::Polygon(_) | Element::Rect(_) => {
            let mut points = outline(element);
            points.extend(points.first().copied());
            pairs(&points)
        }
        other => pairs(&outline(other)),
    }
}

/// The corners of a shape.
fn outline(element: &Element) -> Vec<Point> {
    match element {
        Element::Line(line) => vec![line.from, line.to],
        Element::Rect(rect) => {
            let Box2 { left, top, right, bottom } = rect.bounds;
            [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point { x, y }).to_vec()
        }
        Element::Polygon(polygon) => polygon.points.clone(),
        Element::Path(path) => path.lines.concat(),
        Element::Text(_) | Element::Group(_) => Vec::new(),
    }
}

fn bounds_of_points(points: &[Point]) -> Box2 {
    let Some(first) = points.first() else {
        return Box2::at(0.0, 0.0, 0.0, 0.0);
    };
    // `min` and `max` pass over NaN: a point that is nowhere must not pass as one on the page.
    if let Some(nowhere) = points.iter().find(|p| !(p.x.is_finite() && p.y.is_finite())) {
        return Box2::at(nowhere.x, nowhere.y, 0.0, 0.0);
    }
    points.iter().fold(Box2::at(first.x, first.y, 0.0, 0.0), |b, p| Box2 {
        left: b.left.min(p.x),
        top: b.top.min(p.y),
        right: b.right.max(p.x),
        bottom: b.bottom.max(p.y),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::color::BLACK;
    use crate::geometry::pt;
    use crate::scene::{Anchor, Line, Stroke, Text};

    fn scene(elements: Vec<Element>) -> Scene {
        Scene { width: 100.0, height: 50.0, title: String::new(), description: String::new(), elements }
    }

    fn text(content: &str, x: f64, y: f64) -> Element {
        Element::Text(Text::new("t", content, pt(x, y), 7.0, Anchor::Start))
    }

    #[test]
    fn sees_texts_that_touch() {
        assert_eq!(
            overlapping_texts(&scene(vec![text("abc", 10.0, 20.0), text("def", 15.0, 22.0)])).len(),
            1
        );
        assert!(overlapping_texts(&scene(vec![text("abc", 10.0, 20.0), text("def", 10.0, 30.0)])).is_empty());
    }

    #[test]
    fn sees_texts_off_the_page() {
        assert_eq!(outside_page(&scene(vec![text("abc", 95.0, 20.0)])).len(), 1);
        assert!(outside_page(&scene(vec![text("abc", 10.0, 20.0)])).is_empty());
        let stroke = Stroke::solid(BLACK, 0.5);
        let nowhere = Line { from: pt(1.0, 1.0), to: pt(f64::NAN, 1.0), stroke, class: "rule" };
        assert_eq!(outside_page(&scene(vec![Element::Line(nowhere)])).len(), 1);
    }

    #[test]
    fn sees_texts_that_are_crossed_out() {
        let line = |y: f64| {
            let stroke = Stroke::solid(BLACK, 0.5);
            Element::Line(Line { from: pt(0.0, y), to: pt(100.0, y), stroke, class: "rule" })
        };
        assert_eq!(crossed_texts(&scene(vec![text("abc", 10.0, 20.0), line(18.0)]), &[]).len(), 1);
        assert!(crossed_texts(&scene(vec![text("abc", 10.0, 20.0), line(18.0)]), &["rule"]).is_empty());
        assert!(crossed_texts(&scene(vec![text("abc", 10.0, 20.0), line(25.0)]), &[]).is_empty());
    }
}
