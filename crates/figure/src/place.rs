//! Finding room for a legend, a note or a label where nothing else is drawn.

use crate::geometry::{Box2, Point, pt};

/// Distance kept from what is drawn, in points.
const CLEARANCE: f64 = 2.0;

/// Positions tried along each side.
const POSITIONS: usize = 16;

/// What is drawn in an area already.
#[derive(Debug, Clone, Default)]
pub(crate) struct Occupied {
    /// Lines.
    pub(crate) segments: Vec<(Point, Point)>,
    /// Texts and other boxes.
    pub(crate) boxes: Vec<Box2>,
}

/// A corner of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub(crate) enum Corner {
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}

impl Occupied {
    /// Adds the segments of a line.
    pub(crate) fn add_line(&mut self, points: &[Point]) {
        self.segments.extend(points.windows(2).map(|w| (w[0], w[1])));
    }

    /// Whether nothing comes within the clearance of `wanted`.
    pub(crate) fn is_free(&self, wanted: &Box2) -> bool {
        let wanted = wanted.grown(CLEARANCE);
        self.boxes.iter().all(|b| !b.overlaps(&wanted))
            && self
                .segments
                .iter()
                .all(|(a, b)| is_apart(&wanted, *a, *b) || wanted.length_inside(*a, *b) <= 0.0)
    }

    /// Shortest distance from any line to the box, in points; never more than the true one, which it is
    /// for upright and level segments.
    pub(crate) fn room_around(&self, wanted: &Box2) -> f64 {
        let squared = |(a, b): &(Point, Point)| {
            let dx = (wanted.left - a.x.max(b.x)).max(a.x.min(b.x) - wanted.right).max(0.0);
            let dy = (wanted.top - a.y.max(b.y)).max(a.y.min(b.y) - wanted.bottom).max(0.0);
            dx * dx + dy * dy
        };
        self.segments.iter().map(squared).fold(f64::INFINITY, f64::min).sqrt()
    }

    /// A free place of this size inside `area`, as near as possible to the first corner of
    /// `corners` that has one; corners themselves come before places along an edge, and those before the middle.
    pub(crate) fn find_place(
        &self,
        area: &Box2,
        width: f64,
        height: f64,
        corners: &[Corner],
    ) -> Option<Box2> {
        let (spare_x, spare_y) = (area.width() - width, area.height() - height);
        if spare_x < 0.0 || spare_y < 0.0 {
            return None;
        }
        let place =
            |fx: f64, fy: f64| Box2::at(area.left + fx * spare_x, area.top + fy * spare_y, width, height);
        let in_corner = corners.iter().map(|corner| corner.shares()).map(|(x, y)| place(x, y));
        in_corner.chain(Self::others(corners, place)).find(|b| self.is_free(b))
    }

    /// Places away from the corners, nearest to the first corner first, edges before the middle.
    fn others(corners: &[Corner], place: impl Fn(f64, f64) -> Box2) -> Vec<Box2> {
        let (corner_x, corner_y) = corners.first().map_or((1.0, 0.0), |corner| corner.shares());
        let share = |i: usize| i as f64 / POSITIONS as f64;
        let mut shares: Vec<(f64, f64)> =
            (0..=POSITIONS).flat_map(|i| (0..=POSITIONS).map(move |j| (share(i), share(j)))).collect();
        let cost = |(x, y): &(f64, f64)| {
            let from_edge = x.min(1.0 - x).min(*y).min(1.0 - y);
            (x - corner_x).hypot(y - corner_y) + 2.0 * from_edge
        };
        shares.sort_by(|a, b| cost(a).total_cmp(&cost(b)));
        shares.into_iter().map(|(x, y)| place(x, y)).collect()
    }
}

/// Whether the segment lies wholly on one side of the box: a quick answer for most.
fn is_apart(wanted: &Box2, a: Point, b: Point) -> bool {
    a.x.max(b.x) < wanted.left
        || a.x.min(b.x) > wanted.right
        || a.y.max(b.y) < wanted.top
        || a.y.min(b.y) > wanted.bottom
}

impl Corner {
    /// The corner as shares of the spare width and height.
    fn shares(self) -> (f64, f64) {
        match self {
            Self::TopLeft => (0.0, 0.0),
            Self::TopRight => (1.0, 0.0),
            Self::BottomLeft => (0.0, 1.0),
            Self::BottomRight => (1.0, 1.0),
        }
    }
}

/// The part of a line between `left` and `right`: lowest and highest y, if any.
pub(crate) fn y_range(points: &[Point], left: f64, right: f64) -> Option<(f64, f64)> {
    let mut range: Option<(f64, f64)> = None;
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if a.x.max(b.x) < left || a.x.min(b.x) > right {
            continue;
        }
        let (first, last) = if a.x <= b.x { (a, b) } else { (b, a) };
        for p in [cut(first, last, left), cut(last, first, right)] {
            range = Some(range.map_or((p.y, p.y), |(low, high)| (low.min(p.y), high.max(p.y))));
        }
    }
    range
}

/// The part of a line between `top` and `bottom`: lowest and highest x, if any.
pub(crate) fn x_range(points: &[Point], top: f64, bottom: f64) -> Option<(f64, f64)> {
    let turned: Vec<Point> = points.iter().map(|p| pt(p.y, p.x)).collect();
    y_range(&turned, top, bottom)
}

/// `a` moved along `a`-`b` to `x` if `x` lies between them.
fn cut(a: Point, b: Point, x: f64) -> Point {
    let between = (a.x < x && x < b.x) || (b.x < x && x < a.x);
    if between { pt(x, a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)) } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_falling_curve_leaves_the_top_right_free() {
        let mut occupied = Occupied::default();
        occupied.add_line(&[pt(0.0, 0.0), pt(50.0, 60.0), pt(100.0, 90.0)]);
        let area = Box2::at(0.0, 0.0, 100.0, 100.0);
        let found = occupied.find_place(&area, 30.0, 20.0, &[Corner::TopRight, Corner::BottomLeft]);
        assert_eq!(found, Some(Box2::at(70.0, 0.0, 30.0, 20.0)));
    }

    #[test]
    fn a_full_area_has_no_place() {
        let mut occupied = Occupied::default();
        for i in 0..10 {
            occupied.add_line(&[pt(0.0, f64::from(i) * 10.0), pt(100.0, f64::from(i) * 10.0)]);
        }
        let area = Box2::at(0.0, 0.0, 100.0, 100.0);
        assert_eq!(occupied.find_place(&area, 30.0, 20.0, &[Corner::TopRight]), None);
        assert_eq!(occupied.find_place(&area, 130.0, 2.0, &[Corner::TopRight]), None);
    }

    #[test]
    fn room_is_the_distance_to_the_nearest_line() {
        let mut occupied = Occupied::default();
        occupied.add_line(&[pt(0.0, 0.0), pt(0.0, 100.0), pt(100.0, 100.0)]);
        assert_eq!(occupied.room_around(&Box2::at(30.0, 20.0, 10.0, 10.0)), 30.0);
        assert_eq!(occupied.room_around(&Box2::at(-5.0, 20.0, 10.0, 10.0)), 0.0);
        assert_eq!(Occupied::default().room_around(&Box2::at(0.0, 0.0, 1.0, 1.0)), f64::INFINITY);
    }

    #[test]
    fn the_range_of_a_step() {
        let points = [pt(0.0, 0.0), pt(10.0, 0.0), pt(10.0, 5.0), pt(20.0, 5.0)];
        assert_eq!(y_range(&points, 2.0, 8.0), Some((0.0, 0.0)));
        assert_eq!(y_range(&points, 8.0, 12.0), Some((0.0, 5.0)));
        assert_eq!(y_range(&points, 30.0, 40.0), None);
        assert_eq!(x_range(&points, 1.0, 2.0), Some((10.0, 10.0)));
        let rising = [pt(0.0, 5.0), pt(10.0, 5.0), pt(10.0, 0.0), pt(20.0, 0.0)];
        assert_eq!(x_range(&rising, -1.0, 2.0), Some((10.0, 20.0)));
    }
}
