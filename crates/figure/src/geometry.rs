//! Points, rectangles, and whether lines meet them.

/// A place in points from the top left; y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// The point (x, y).
pub const fn pt(x: f64, y: f64) -> Point {
    Point { x, y }
}

/// An upright rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Box2 {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Box2 {
    /// The rectangle with its upper left corner at (x, y).
    pub fn at(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { left: x, top: y, right: x + width, bottom: y + height }
    }

    /// Width.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Height.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// The rectangle with `by` more on every side.
    pub fn grown(&self, by: f64) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// Whether the two share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether `other` lies wholly inside, with `slack` points to spare for rounding.
    pub fn holds(&self, other: &Self, slack: f64) -> bool {
        other.left >= self.left - slack
            && other.top >= self.top - slack
            && other.right <= self.right + slack
            && other.bottom <= self.bottom + slack
    }

    /// Length of the part of the segment `a`-`b` inside the rectangle (Liang & Barsky 1984).
    pub fn length_inside(&self, a: Point, b: Point) -> f64 {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        for (delta, distance) in
            [(-dx, a.x - self.left), (dx, self.right - a.x), (-dy, a.y - self.top), (dy, self.bottom - a.y)]
        {
            if delta == 0.0 {
                if distance <= 0.0 {
                    return 0.0;
                }
            } else if delta < 0.0 {
                from = from.max(distance / delta);
            } else {
                to = to.min(distance / delta);
            }
        }
        if to > from { (to - from) * dx.hypot(dy) } else { 0.0 }
    }
}

/// Distance of `p` from the segment `a`-`b`.
pub fn distance_to_segment(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let squared = dx * dx + dy * dy;
    let along =
        if squared == 0.0 { 0.0 } else { (((p.x - a.x) * dx + (p.y - a.y) * dy) / squared).clamp(0.0, 1.0) };
    (p.x - a.x - along * dx).hypot(p.y - a.y - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_inside_a_unit_square() {
        let square = Box2::at(0.0, 0.0, 1.0, 1.0);
        assert!((square.length_inside(pt(-1.0, 0.5), pt(2.0, 0.5)) - 1.0).abs() < 1e-12);
        assert!((square.length_inside(pt(0.0, 0.0), pt(1.0, 1.0)) - 2f64.sqrt()).abs() < 1e-12);
        assert_eq!(square.length_inside(pt(-1.0, 2.0), pt(2.0, 2.0)), 0.0);
        assert_eq!(square.length_inside(pt(2.0, -1.0), pt(2.0, 2.0)), 0.0);
    }

    #[test]
    fn rectangles_that_share_an_edge_do_not_overlap() {
        let left = Box2::at(0.0, 0.0, 1.0, 1.0);
        assert!(!left.overlaps(&Box2::at(1.0, 0.0, 1.0, 1.0)));
        assert!(left.overlaps(&Box2::at(0.9, 0.9, 1.0, 1.0)));
    }

    #[test]
    fn distance_to_a_segment_stops_at_its_ends() {
        assert_eq!(distance_to_segment(pt(0.5, 2.0), pt(0.0, 0.0), pt(1.0, 0.0)), 2.0);
        assert_eq!(distance_to_segment(pt(4.0, 4.0), pt(0.0, 0.0), pt(1.0, 0.0)), 5.0);
    }
}
