//! Labels written beside their curves, which spares the reader a legend and the need for colour.

use super::curve::Curve;
use crate::font::{ASCENT, DESCENT, text_width};
use crate::geometry::{Box2, pt};
use crate::place::{Occupied, x_range, y_range};
use crate::scene::{Anchor, Text};
use crate::size::TEXT_SIZE;

/// More curves than this get a legend.
const MOST_CURVES: usize = 6;
/// Distance of a label from its curve or from the marks that stick out of it, in points.
const OWN_DISTANCE: f64 = 2.6;
/// Greatest distance of a label from its curve, in points.
const FARTHEST: f64 = 14.0;
/// Most that a curve may fall along its label, in heights of the label.
const STEEPEST: f64 = 3.2;
/// Least distance of a label from every other curve: clearly more than from its own, in points.
const OTHER_DISTANCE: f64 = 6.0;
/// Distances beyond this are all as good, in points.
const ENOUGH: f64 = 20.0;
/// Largest share of the plot's width for a label.
const WIDEST_SHARE: f64 = 0.45;
/// What a place at the right end gains over one at the left, where curves lie closer, in points of distance.
const RIGHT_BONUS: f64 = 14.0;
/// What a place loses where the edge of a ribbon runs through it, in points of distance.
const EDGE_PENALTY: f64 = 6.0;
/// What a place beside a steep curve loses against one along which the curve runs, in points of distance.
const BESIDE_PENALTY: f64 = 14.0;
/// Distance between places tried, in points.
const STRIDE: f64 = 4.0;

/// A label for every curve, each nearer to its own than to any other; `None` if one has no such place.
pub(super) fn direct_labels(
    labels: &[&str],
    curves: &[Curve],
    plot: &Box2,
    occupied: &Occupied,
) -> Option<Vec<Text>> {
    if labels.len() > MOST_CURVES {
        return None;
    }
    let mut order: Vec<usize> = (0..labels.len()).collect();
    // A label that finds no place after the others chooses before them in the next round.
    for _ in 0..=labels.len() {
        match place_in_order(labels, &order, curves, plot, occupied) {
            Ok(places) => return Some(texts(labels, places)),
            Err(failed) => {
                order.retain(|i| *i != failed);
                order.insert(0, failed);
            }
        }
    }
    None
}

/// (label, place) in the order of choosing, or the first label without a place.
fn place_in_order(
    labels: &[&str],
    order: &[usize],
    curves: &[Curve],
    plot: &Box2,
    occupied: &Occupied,
) -> Result<Vec<(usize, Box2)>, usize> {
    let mut occupied = occupied.clone();
    let mut places = Vec::new();
    for i in order {
        let place = best_place(labels[*i], *i, curves, plot, &occupied).ok_or(*i)?;
        occupied.boxes.push(place);
        places.push((*i, place));
    }
    Ok(places)
}

fn texts(labels: &[&str], mut places: Vec<(usize, Box2)>) -> Vec<Text> {
    places.sort_by_key(|(i, _)| *i);
    let text = |(i, place): (usize, Box2)| {
        let at = pt(place.left, place.top + ASCENT * TEXT_SIZE);
        Text::new("direct-label", labels[i], at, TEXT_SIZE, Anchor::Start)
    };
    places.into_iter().map(text).collect()
}

fn best_place(label: &str, own: usize, curves: &[Curve], plot: &Box2, occupied: &Occupied) -> Option<Box2> {
    let (width, height) = (text_width(label, TEXT_SIZE, false), (ASCENT + DESCENT) * TEXT_SIZE);
    if width == 0.0 || width > WIDEST_SHARE * plot.width() {
        return None;
    }
    let mut edges = Occupied::default();
    curves.iter().flat_map(|curve| &curve.ribbons).for_each(|outline| edges.add_line(outline));
    let mut others = Occupied::default();
    for (i, curve) in curves.iter().enumerate() {
        if i != own {
            others.add_line(&curve.line);
        }
    }
    let curve = &curves[own];
    let end = curve.line.last()?.x;
    let mut best: Option<(f64, Box2)> = None;
    let lefts =
        (0..).map(|i| end - width - f64::from(i) * STRIDE).take_while(|left| *left >= plot.left + 3.0);
    let tops = (0..).map(|i| plot.top + f64::from(i) * STRIDE).take_while(|top| *top < plot.bottom);
    let along = lefts.flat_map(|left| places(curve, left, width, height)).map(|found| (found, 0.0));
    let across = tops.flat_map(|top| beside(curve, top, width, height)).map(|found| (found, BESIDE_PENALTY));
    for ((place, distance), penalty) in along.chain(across) {
        if !plot.grown(-1.0).holds(&place, 0.0) || !occupied.is_free(&place) {
            continue;
        }
        let room = others.room_around(&place).min(ENOUGH);
        let on_edge = if edges.is_free(&place) { 0.0 } else { EDGE_PENALTY };
        let score =
            room + RIGHT_BONUS * (place.left - plot.left) / plot.width() - on_edge - penalty - distance / 2.0;
        if room >= OTHER_DISTANCE.max(1.4 * distance) && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, place));
        }
    }
    best.map(|(_, place)| place)
}

/// Places left and right of a steep curve, each with its distance from it.
fn beside(curve: &Curve, top: f64, width: f64, height: f64) -> Vec<(Box2, f64)> {
    let Some((first, last)) = x_range(&curve.line, top, top + height) else {
        return Vec::new();
    };
    let distance = OWN_DISTANCE + (last - first) / 4.0;
    let lefts = [first - OWN_DISTANCE - width, last + OWN_DISTANCE];
    lefts.map(|left| (Box2::at(left, top, width, height), distance)).to_vec()
}

/// Places above and below the curve, and above and below its ribbon, each with its distance from the curve.
fn places(curve: &Curve, left: f64, width: f64, height: f64) -> Vec<(Box2, f64)> {
    let right = left + width;
    let Some((high, low)) = y_range(&curve.line, left, right) else {
        return Vec::new();
    };
    // A label beside a cliff would be far from most of its curve.
    let drop = low - high;
    if drop > STEEPEST * height {
        return Vec::new();
    }
    let reach = OWN_DISTANCE + if curve.marks.is_empty() { 0.0 } else { curve.mark_half };
    let mut tops = vec![high - reach - height, low + reach];
    for (high, low) in curve.ribbons.iter().filter_map(|outline| y_range(outline, left, right)) {
        tops.extend([high - OWN_DISTANCE - height, low + OWN_DISTANCE]);
    }
    let distance = |top: f64| (high - top - height).max(top - low) + drop / 4.0;
    let place = |top: f64| (Box2::at(left, top, width, height), distance(top));
    tops.into_iter().map(place).filter(|(_, distance)| *distance <= FARTHEST).collect()
}
