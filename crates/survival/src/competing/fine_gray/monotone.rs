//! Monotone likelihood: proof that a direction of coefficients has no finite optimum.

use super::model::{Kind, Model};
use crate::matrix::dot;

/// Slack of the comparison, relative to the size of the direction's scores.
const SLACK: f64 = 1e-6;

/// True if along `direction` every event has the highest score of those at risk (under observation, or
/// with a competing event before), and some risk set a lower one.
pub(super) fn is_monotone(model: &Model<'_>, direction: &[f64]) -> bool {
    let mut score = Vec::with_capacity(model.rows.len());
    model.for_each_row(|_, x| score.push(dot(x, direction)));
    let slack = SLACK * score.iter().fold(0.0f64, |m, s| m.max(s.abs()));
    if first_event_is_not_highest(model, &score, slack) {
        return false;
    }
    let at_risk = at_risk(model, &score);
    let mut lowest_event = vec![f64::INFINITY; model.events.len()];
    for (i, &s) in counted(model, &score).filter(|&(i, _)| model.rows[i].kind == Kind::Event) {
        let lowest = &mut lowest_event[model.cell_of_event(i)];
        *lowest = lowest.min(s);
    }
    let all = at_risk.iter().zip(&lowest_event).all(|(extremes, event)| *event >= extremes.highest - slack);
    all && at_risk.iter().any(|extremes| extremes.highest - extremes.lowest > 10.0 * slack)
}

fn counted<'s>(model: &Model<'_>, score: &'s [f64]) -> impl Iterator<Item = (usize, &'s f64)> {
    score.iter().enumerate().filter(|&(i, _)| model.sample.weight(i) > 0.0)
}

/// Disproof by the first cell alone, which settles nearly every direction.
fn first_event_is_not_highest(model: &Model<'_>, score: &[f64], slack: f64) -> bool {
    let Some(stratum) = model.strata.iter().position(|(cells, _)| !cells.is_empty()) else { return false };
    let first = model.first_boundary(stratum) as u32;
    let (mut highest, mut lowest_event) = (f64::NEG_INFINITY, f64::INFINITY);
    for (i, &s) in counted(model, score) {
        let row = model.rows[i];
        if row.stratum as usize != stratum || row.entered != first {
            continue;
        }
        if (row.passed > first || row.kind == Kind::Competing) && s > highest {
            highest = s;
        }
        if row.passed == first + 1 && row.kind == Kind::Event && s < lowest_event {
            lowest_event = s;
        }
    }
    lowest_event < highest - slack
}

#[derive(Clone, Copy)]
struct Extremes {
    highest: f64,
    lowest: f64,
}

impl Extremes {
    const NONE: Extremes = Extremes { highest: f64::NEG_INFINITY, lowest: f64::INFINITY };

    fn of(score: f64) -> Self {
        Extremes { highest: score, lowest: score }
    }

    fn note(&mut self, other: Extremes) {
        self.highest = self.highest.max(other.highest);
        self.lowest = self.lowest.min(other.lowest);
    }
}

/// Extremes of each cell's risk set.
fn at_risk(model: &Model<'_>, score: &[f64]) -> Vec<Extremes> {
    let mut under = vec![Extremes::NONE; model.events.len()];
    let mut competing = under.clone();
    let entries = model.sample.entry.is_some();
    for (i, &s) in counted(model, score) {
        let row = model.rows[i];
        // Boundaries lie as many before their cells as there are strata before.
        let (from, to) = ((row.entered - row.stratum) as usize, (row.passed - row.stratum) as usize);
        let cells = &model.strata[row.stratum as usize].0;
        // Without delayed entry the last cell suffices: the others follow from later ones.
        let begin = if entries { from } else { to.saturating_sub(1).max(from) };
        under[begin..to].iter_mut().for_each(|e| e.note(Extremes::of(s)));
        if row.kind == Kind::Competing && to < cells.end {
            competing[to].note(Extremes::of(s));
        }
    }
    for (cells, _) in &model.strata {
        for c in cells.clone().skip(1) {
            let before = competing[c - 1];
            competing[c].note(before);
        }
        for c in cells.clone().rev().skip(1).filter(|_| !entries) {
            let after = under[c + 1];
            under[c].note(after);
        }
    }
    under.iter_mut().zip(competing).for_each(|(u, c)| u.note(c));
    under
}
