//! One group's steps as lines on the page.

use super::input::{CurveDirection, KaplanMeierFigure, KmGroup};
use crate::axis::Scale;
use crate::color::{Color, dash_pattern, series_color};
use crate::geometry::{Point, pt};
use crate::scene::Stroke;
use crate::simplify::simplify;

/// Thickness of curves, and of those only shown beside, in points.
const CURVE_WIDTH: f64 = 1.2;
const THIN_WIDTH: f64 = 0.7;

/// Marks nearer than this to the last one drawn cannot be told from it, in points.
const MARK_DISTANCE: f64 = 0.1;

/// Greatest distance by which a simplified curve leaves the true one, in points: half a dot of a 720 dpi
/// printer. With more than [`FEW_GROUPS`] curves it grows in proportion, so that the file stays small.
const TOLERANCE: f64 = 0.05;
const FEW_GROUPS: f64 = 4.0;

/// The same for the edges of ribbons, which have no outline and are pale.
const RIBBON_TOLERANCE: f64 = 0.12;

/// Half the height of a censor mark, in points, and where a group has more than [`MANY`] of them.
const MARK_HALF: f64 = 2.0;
const MARK_HALF_OF_MANY: f64 = 1.5;
const MANY: usize = 120;
/// Thickness of a censor mark, in points.
pub(super) const MARK_WIDTH: f64 = 0.5;
/// Share of a curve's length covered by marks above which they merge.
const MERGING_SHARE: f64 = 0.6;

/// A group's curve on the page.
pub(super) struct Curve {
    /// The estimate.
    pub(super) line: Vec<Point>,
    /// Closed outlines between the confidence limits; several where limits are undefined in between.
    pub(super) ribbons: Vec<Vec<Point>>,
    /// Places of censor marks.
    pub(super) marks: Vec<Point>,
    /// Half the height of a mark, in points: less where there are many.
    pub(super) mark_half: f64,
    /// Median time on the page, if it is on the axis.
    pub(super) median_x: Option<f64>,
    /// How the line is drawn.
    pub(super) stroke: Stroke,
}

/// The two scales of a plot and the last time shown.
pub(super) struct Scales {
    /// Time to points.
    pub(super) x: Scale,
    /// Probability to points.
    pub(super) y: Scale,
    /// End of the time axis.
    pub(super) x_max: f64,
    /// Top of the probability axis.
    pub(super) y_max: f64,
}

/// A piece of a step function: from, to, lower limit, estimate, upper limit.
struct Piece {
    from: f64,
    to: f64,
    estimate: f64,
    limits: Option<(f64, f64)>,
}

/// Puts group number `index` on the page.
pub(super) fn draw(figure: &KaplanMeierFigure, index: usize, scales: &Scales) -> Curve {
    let group = &figure.groups[index];
    let pieces = pieces(group, figure.direction, scales.x_max);
    let place =
        |time: f64, probability: f64| pt(scales.x.map(time), scales.y.map(probability.min(scales.y_max)));
    let growth = (figure.groups.len() as f64 / FEW_GROUPS).max(1.0);
    let line = pieces.iter().flat_map(|p| [place(p.from, p.estimate), place(p.to, p.estimate)]).collect();
    let ribbons =
        if figure.ribbon { ribbons(&pieces, &place, RIBBON_TOLERANCE * growth) } else { Vec::new() };
    let marks = if figure.censor_marks { marks(group, scales, &place) } else { Vec::new() };
    Curve {
        line: simplify(without_repeats(line), TOLERANCE * growth),
        ribbons,
        mark_half: if marks.len() > MANY { MARK_HALF_OF_MANY } else { MARK_HALF },
        marks,
        median_x: group
            .median
            .filter(|_| figure.median_line)
            .filter(|median| *median <= scales.x_max)
            .map(|median| scales.x.map(median)),
        stroke: stroke(figure, index),
    }
}

/// Whether some group has so many marks that they would merge into a band and hide the curve.
pub(super) fn marks_merge(curves: &[Curve]) -> bool {
    curves.iter().any(|curve| {
        let span = curve.line.last().zip(curve.line.first()).map_or(0.0, |(last, first)| last.x - first.x);
        curve.marks.len() > MANY && curve.marks.len() as f64 * MARK_WIDTH > MERGING_SHARE * span
    })
}

/// Colour and dash of group number `index`.
pub(super) fn stroke(figure: &KaplanMeierFigure, index: usize) -> Stroke {
    let group = &figure.groups[index];
    let mono = figure.style.mono;
    let color: Color = series_color(group.color.unwrap_or(index), mono);
    // Every sixth curve has an old colour again: it gets the next dash.
    let dash = group.dash.unwrap_or(if mono { index } else { index / 6 });
    let width = if group.thin { THIN_WIDTH } else { CURVE_WIDTH };
    Stroke { color, width, dash: dash_pattern(dash) }
}

/// The step function from the group's start to its end or the axis's, whichever comes first.
fn pieces(group: &KmGroup, direction: CurveDirection, x_max: f64) -> Vec<Piece> {
    let start = if direction == CurveDirection::Survival { 1.0 } else { 0.0 };
    let end = group.end_time.min(x_max);
    let mut pieces = vec![Piece {
        from: group.start_time.min(end),
        to: end,
        estimate: start,
        limits: Some((start, start)),
    }];
    for step in group.steps.iter().take_while(|step| step.time <= end) {
        if let Some(last) = pieces.last_mut() {
            last.to = step.time;
        }
        let limits = step.conf_low.zip(step.conf_high);
        pieces.push(Piece { from: step.time, to: end, estimate: step.estimate, limits });
    }
    pieces
}

fn ribbons(pieces: &[Piece], place: &impl Fn(f64, f64) -> Point, tolerance: f64) -> Vec<Vec<Point>> {
    let runs = pieces.chunk_by(|a, b| a.limits.is_some() == b.limits.is_some());
    let outline = |run: &[Piece]| {
        let edge = |upper: bool| -> Vec<Point> {
            let limit = |p: &Piece| p.limits.map_or(p.estimate, |(low, high)| if upper { high } else { low });
            let points = run.iter().flat_map(|p| [place(p.from, limit(p)), place(p.to, limit(p))]).collect();
            simplify(without_repeats(points), tolerance)
        };
        let mut points = edge(true);
        points.extend(edge(false).into_iter().rev());
        points
    };
    let defined = runs.filter(|run| run.iter().all(|piece| piece.limits.is_some()));
    defined.map(outline).collect()
}

fn marks(group: &KmGroup, scales: &Scales, place: &impl Fn(f64, f64) -> Point) -> Vec<Point> {
    let shown = group.censor_marks.iter().filter(|mark| mark.time <= scales.x_max);
    let mut marks: Vec<Point> = shown.map(|mark| place(mark.time, mark.estimate)).collect();
    marks.sort_by(|a, b| a.x.total_cmp(&b.x));
    apart(&marks, MARK_DISTANCE)
}

/// Those of `points` that are at least `distance` from the one kept before.
fn apart(points: &[Point], distance: f64) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        if kept.last().is_none_or(|last| (last.x - point.x).hypot(last.y - point.y) >= distance) {
            kept.push(*point);
        }
    }
    kept
}

/// `points` without neighbours at the very same place.
fn without_repeats(mut points: Vec<Point>) -> Vec<Point> {
    points.dedup();
    points
}
