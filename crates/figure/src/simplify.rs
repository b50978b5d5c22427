//! Fewer points for the same picture.

use crate::geometry::{Point, distance_to_segment};

/// Lines with no more points than this are kept as they are, so that usual curves stay exact.
const KEPT_WHOLE: usize = 1500;

/// `points` without those that nobody could see: every point left out lies within `tolerance` points of
/// the line that remains. First and last point stay. Few points stay as they are.
pub(crate) fn simplify(points: Vec<Point>, tolerance: f64) -> Vec<Point> {
    if points.len() <= KEPT_WHOLE {
        return points;
    }
    douglas_peucker(&thin(&points, tolerance * 0.4), tolerance * 0.6)
}

/// Leaves out points within `distance` of the last one kept; a cheap pass that bounds the number of
/// points by the size of the page.
fn thin(points: &[Point], distance: f64) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for (i, point) in points.iter().enumerate() {
        let far = kept.last().is_none_or(|last| (last.x - point.x).hypot(last.y - point.y) > distance);
        if far || i + 1 == points.len() {
            kept.push(*point);
        }
    }
    kept
}

/// Douglas & Peucker 1973, with a stack instead of recursion.
fn douglas_peucker(points: &[Point], tolerance: f64) -> Vec<Point> {
    let Some(last) = points.len().checked_sub(1) else {
        return Vec::new();
    };
    let mut keep = vec![false; points.len()];
    (keep[0], keep[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let mut farthest = (tolerance, 0);
        for (i, point) in points.iter().enumerate().take(to).skip(from + 1) {
            let distance = distance_to_segment(*point, points[from], points[to]);
            if distance > farthest.0 {
                farthest = (distance, i);
            }
        }
        if farthest.1 > 0 {
            keep[farthest.1] = true;
            open.extend([(from, farthest.1), (farthest.1, to)]);
        }
    }
    points.iter().zip(keep).filter(|(_, keep)| *keep).map(|(point, _)| *point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::pt;

    const TOLERANCE: f64 = 0.05;

    /// A falling staircase of `n` steps over 400 × 200 points.
    fn staircase(n: usize) -> Vec<Point> {
        let mut points = vec![pt(0.0, 0.0)];
        for i in 1..=n {
            let share = i as f64 / n as f64;
            let x = 400.0 * share;
            points.push(pt(x, points[points.len() - 1].y));
            points.push(pt(x, 200.0 * (1.0 - (-3.0 * share).exp())));
        }
        points
    }

    #[test]
    fn a_small_curve_stays_exact() {
        let points = staircase(300);
        assert_eq!(simplify(points.clone(), TOLERANCE), points);
    }

    #[test]
    fn a_huge_curve_stays_within_the_tolerance() {
        let points = staircase(200_000);
        let simple = simplify(points.clone(), TOLERANCE);
        assert!(simple.len() < 500, "{} points", simple.len());
        for point in points.iter().step_by(37) {
            let nearest = simple
                .windows(2)
                .map(|s| distance_to_segment(*point, s[0], s[1]))
                .fold(f64::INFINITY, f64::min);
            assert!(nearest <= TOLERANCE, "{nearest}");
        }
    }

    #[test]
    fn visible_steps_of_a_huge_curve_stay() {
        let mut points = staircase(100_000);
        points.extend([pt(410.0, 190.0), pt(410.0, 195.0), pt(420.0, 195.0)]);
        let simple = simplify(points.clone(), TOLERANCE);
        assert_eq!(simple[simple.len() - 3..], points[points.len() - 3..]);
    }
}
