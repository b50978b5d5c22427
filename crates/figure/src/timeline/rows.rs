//! Which items of a lane stand in which row, and where their labels go.

use super::input::{TimelineItem, TimelineLane};
use crate::axis::Scale;
use crate::size::TEXT_SIZE;
use crate::wrap::TextBlock;

/// Size of marks, in points.
pub(super) const MARK_SIZE: f64 = 6.0;
/// Least width of a bar that can be seen, in points.
const LEAST_BAR: f64 = 1.2;
/// Length of the arrow of what goes on, in points.
pub(super) const ARROW: f64 = 9.0;
/// Gap between a bar or mark and its label, and least gap between items of a row, in points.
const LABEL_GAP: f64 = 2.5;
const ITEM_GAP: f64 = 4.0;
/// White space beside a label inside its bar, in points.
const INSIDE_GAP: f64 = 2.0;
/// Widest label beside an item, as a share of the plot.
const LABEL_SHARE: f64 = 0.42;

/// An item on the page, from left to right.
pub(super) struct Placed {
    /// Number of the item in its lane.
    pub(super) item: usize,
    /// Left and right end of bar or mark, what is uncertain included, the arrow too.
    pub(super) shape: (f64, f64),
    /// The label and its left edge.
    pub(super) label: (f64, TextBlock),
}

impl Placed {
    /// Left and right end of all of it.
    fn extent(&self) -> (f64, f64) {
        let (left, block) = &self.label;
        let right = if block.width() > 0.0 { left + block.width() } else { self.shape.1 };
        (self.shape.0.min(*left), self.shape.1.max(right))
    }
}

/// Rows of a lane: items by their begin, each in the first row in which it touches nothing.
pub(super) fn rows(lane: &TimelineLane, x: &Scale, plot: (f64, f64)) -> Vec<Vec<Placed>> {
    let mut order: Vec<usize> = (0..lane.items.len()).collect();
    order.sort_by(|a, b| {
        let begin = |i: &usize| lane.items[*i].from.earliest;
        begin(a).total_cmp(&begin(b))
    });
    let mut rows: Vec<Vec<Placed>> = Vec::new();
    for i in order {
        let placed = place(&lane.items[i], i, x, plot);
        let (left, right) = placed.extent();
        let free = |row: &Vec<Placed>| {
            row.iter().all(|other| {
                let (from, to) = other.extent();
                right + ITEM_GAP <= from || to + ITEM_GAP <= left
            })
        };
        match rows.iter_mut().find(|row| free(row)) {
            Some(row) => row.push(placed),
            None => rows.push(vec![placed]),
        }
    }
    rows
}

/// Bar or mark of an item with its label: inside a bar that is long enough, else right of it, else left, wrapped if need be.
fn place(item: &TimelineItem, number: usize, x: &Scale, plot: (f64, f64)) -> Placed {
    let shape = shape(item, x, plot.1);
    let one_line = TextBlock::wrapped(&item.label, f64::INFINITY, TEXT_SIZE, false);
    // A label inside stands in the part of the bar that is certain.
    if let Some(to) = item.to {
        let (from, to) = (x.map(item.from.latest), x.map(to.earliest).min(plot.1));
        if one_line.width() > 0.0 && to - from >= one_line.width() + 2.0 * INSIDE_GAP {
            return Placed { item: number, shape, label: (from + INSIDE_GAP, one_line) };
        }
    }
    let block = TextBlock::wrapped(&item.label, LABEL_SHARE * (plot.1 - plot.0), TEXT_SIZE, false);
    let (right_place, left_place) = (shape.1 + LABEL_GAP, shape.0 - LABEL_GAP - block.width());
    let left = if right_place + block.width() <= plot.1 {
        right_place
    } else if left_place >= plot.0 {
        left_place
    } else {
        return squeezed(item, number, shape, plot);
    };
    Placed { item: number, shape, label: (left, block) }
}

/// An item as long as the plot: its label on the side that has more room, wrapped to it.
fn squeezed(item: &TimelineItem, number: usize, shape: (f64, f64), plot: (f64, f64)) -> Placed {
    let (before, after) = (shape.0 - plot.0, plot.1 - shape.1);
    let room = (before.max(after) - LABEL_GAP).max(0.0);
    let widest = TextBlock::wrapped(&item.label, LABEL_SHARE * (plot.1 - plot.0), TEXT_SIZE, false);
    if room < widest.width().min(4.0 * TEXT_SIZE) {
        // No room on either side: the label has a row of lines of its own below the bar.
        let below = TextBlock::wrapped(&format!("\n{}", item.label), plot.1 - plot.0, TEXT_SIZE, false);
        let left = shape.0.min(plot.1 - below.width()).max(plot.0);
        return Placed { item: number, shape, label: (left, below) };
    }
    let block = TextBlock::wrapped(&item.label, room, TEXT_SIZE, false);
    let left = if after >= before { shape.1 + LABEL_GAP } else { shape.0 - LABEL_GAP - block.width() };
    Placed { item: number, shape, label: (left, block) }
}

/// Left and right end of what is drawn of an item.
fn shape(item: &TimelineItem, x: &Scale, right: f64) -> (f64, f64) {
    let from = x.map(item.from.earliest);
    let Some(to) = item.to else {
        let (first, last) = (from, x.map(item.from.latest));
        let middle = x.map(item.from.middle());
        return (first.min(middle - MARK_SIZE / 2.0), last.max(middle + MARK_SIZE / 2.0));
    };
    let end = x.map(to.latest).max(from + LEAST_BAR);
    (from, if item.ongoing { (end + ARROW).min(right) } else { end })
}
