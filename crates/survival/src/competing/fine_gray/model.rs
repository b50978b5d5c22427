//! The weighted partial likelihood of the subdistribution hazard.

use super::monotone::is_monotone;
use crate::axis::Timeline;
use crate::cox::{BaselineHazard, Design, Gram, Objective, Optimum, Standard, TILE_ROWS, Value};
use crate::error::{Result, SurvivalError};
use crate::matrix::{Matrix, dot};
use crate::owned::compress_codes;
use crate::sample::Sample;
use crate::shards::add_assign;
use crate::table::{DayTable, Lane};
use libm::{exp, log};
use std::ops::Range;

/// The rows on the times of the cause's events: a cell per stratum and distinct time, ascending within
/// a stratum. Between the cells lie boundaries, one more than cells in each stratum.
pub(super) struct Model<'a> {
    pub(super) sample: Sample<'a>,
    pub(super) design: &'a Design<'a>,
    pub(super) standard: Standard,
    pub(super) slots: Timeline<'a>,
    /// Cells of each stratum, and the code of the stratum.
    pub(super) strata: Vec<(Range<usize>, u32)>,
    /// Slot of each cell.
    pub(super) slot: Vec<usize>,
    /// Events of the cause in each cell, as sum of weights.
    pub(super) events: Vec<f64>,
    pub(super) n_groups: usize,
    /// G(t-) H(t-) per cell and censoring group.
    pub(super) factor: Vec<f64>,
    pub(super) rows: Vec<Row>,
    event_sum: Vec<f64>,
}

#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) stratum: u32,
    pub(super) group: u32,
    /// Boundary after the last cell at or before the row's exit.
    pub(super) passed: u32,
    /// Boundary after the last cell at or before the row's entry.
    pub(super) entered: u32,
    pub(super) kind: Kind,
    /// 1 / (G(X-) H(X-)) for a competing event.
    pub(super) inverse: f64,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Event,
    Competing,
    Censored,
}

/// Sums at one coefficient vector.
pub(super) struct State {
    /// Weight times exp(eta) of each row.
    pub(super) risk: Vec<f64>,
    /// Mean of x over the weighted risk set, per cell.
    pub(super) mean: Vec<f64>,
    /// d / S0 per cell.
    pub(super) hazard: Vec<f64>,
}

pub(super) type FineGrayOptimum = Optimum<State>;

impl<'a> Model<'a> {
    pub(super) fn new(
        sample: &Sample<'a>,
        design: &'a Design<'a>,
        cause: u32,
        censoring_groups: Option<&[u32]>,
    ) -> Result<Self> {
        let slots = Timeline::new(sample)?;
        let one = || (vec![0; sample.n()], 1);
        let (stratum, n_strata) = sample.strata.map_or_else(one, compress_codes);
        let (group, n_groups) = censoring_groups.map_or_else(one, compress_codes);
        let is_event = |row: usize| sample.cause(row) == cause && cause > 0;
        let cells = Cells::new(&slots, n_strata, (0..sample.n()).filter(|&r| is_event(r)), &stratum);
        if cells.slot.is_empty() {
            return Err(SurvivalError::NoEvents);
        }
        let table = DayTable::fill(sample, &slots, n_groups, |row| group[row] as usize);
        let curves: Vec<Vec<f64>> = (0..n_groups).map(|g| weight_curve(table.lane(g))).collect();
        let row = |r: usize| {
            let (s, exit) = (stratum[r] as usize, slots.exit.get(r));
            let kind = match sample.cause(r) {
                0 => Kind::Censored,
                _ if is_event(r) => Kind::Event,
                _ => Kind::Competing,
            };
            Row {
                stratum: stratum[r],
                group: group[r],
                passed: cells.boundary_after(s, exit),
                entered: slots.entry.as_ref().map_or(cells.first(s), |e| cells.boundary_after(s, e.get(r))),
                kind,
                inverse: 1.0 / curves[group[r] as usize][exit],
            }
        };
        let rows: Vec<Row> = (0..sample.n()).map(row).collect();
        let mut codes = sample.strata.map_or_else(|| vec![0], <[u32]>::to_vec);
        codes.sort_unstable();
        codes.dedup();
        let mut model = Model {
            sample: *sample,
            standard: Standard::new(design, sample.weights),
            design,
            events: vec![0.0; cells.slot.len()],
            n_groups,
            factor: cells.slot.iter().flat_map(|&s| curves.iter().map(move |c| c[s])).collect(),
            strata: cells.strata.into_iter().zip(codes).collect(),
            slot: cells.slot,
            rows,
            slots,
            event_sum: vec![0.0; design.n_columns()],
        };
        model.sum_events();
        Ok(model)
    }

    fn sum_events(&mut self) {
        let mut sum = vec![0.0; self.design.n_columns()];
        let mut events = vec![0.0; self.events.len()];
        self.for_each_row(|i, x| {
            if self.rows[i].kind == Kind::Event {
                let w = self.sample.weight(i);
                sum.iter_mut().zip(x).for_each(|(s, x)| *s += w * x);
                events[self.cell_of_event(i)] += w;
            }
        });
        (self.event_sum, self.events) = (sum, events);
    }

    /// Rows with an event of the cause.
    pub(super) fn n_events(&self) -> usize {
        self.rows.iter().filter(|r| r.kind == Kind::Event).count()
    }

    /// Whether the variance leaves out that the weights were estimated.
    pub(super) fn weights_taken_as_known(&self) -> bool {
        self.sample.weights.is_some() || self.sample.entry.is_some()
    }

    /// The cell before the event's boundary.
    pub(super) fn cell_of_event(&self, row: usize) -> usize {
        (self.rows[row].passed - self.rows[row].stratum) as usize - 1
    }

    pub(super) fn n_boundaries(&self) -> usize {
        self.events.len() + self.strata.len()
    }

    /// First boundary of a stratum; the last is as many further as it has cells.
    pub(super) fn first_boundary(&self, stratum: usize) -> usize {
        self.strata[stratum].0.start + stratum
    }

    pub(super) fn last_boundary(&self, stratum: usize) -> usize {
        self.strata[stratum].0.end + stratum
    }

    fn for_each_block(&self, mut f: impl FnMut(usize, &[f64])) {
        let (p, n) = (self.design.n_columns(), self.rows.len());
        let mut tile = vec![0.0; TILE_ROWS * p];
        for start in (0..n).step_by(TILE_ROWS) {
            let block = &mut tile[..TILE_ROWS.min(n - start) * p];
            self.standard.load(self.design, start, block);
            f(start, block);
        }
    }

    pub(super) fn for_each_row(&self, mut f: impl FnMut(usize, &[f64])) {
        let p = self.design.n_columns();
        self.for_each_block(|start, block| {
            block.chunks_exact(p).enumerate().for_each(|(i, x)| f(start + i, x));
        });
    }

    /// Sums over the weighted risk set of each cell: r, then r x.
    fn risk_sums(&self, beta: &[f64], risk: &mut Vec<f64>) -> Vec<f64> {
        let (width, m) = (self.design.n_columns() + 1, self.events.len());
        // By boundary: those under observation, and per group competing events with their weight
        // without G(t-) H(t-).
        let mut under = vec![0.0; self.n_boundaries() * width];
        let mut competing = vec![0.0; self.n_boundaries() * self.n_groups * width];
        self.for_each_row(|i, x| {
            let row = self.rows[i];
            let r = self.sample.weight(i) * exp(dot(x, beta));
            risk.push(r);
            add(&mut under[row.passed as usize * width..][..width], r, x);
            if self.sample.entry.is_some() {
                add(&mut under[row.entered as usize * width..][..width], -r, x);
            }
            if row.kind == Kind::Competing {
                let at = row.passed as usize * self.n_groups + row.group as usize;
                add(&mut competing[at * width..][..width], r * row.inverse, x);
            }
        });
        let mut sums = vec![0.0; m * width];
        let mut running = vec![0.0; width];
        for (s, (cells, _)) in self.strata.iter().enumerate() {
            running.fill(0.0);
            for c in cells.clone().rev() {
                add_assign(&mut running, &under[(c + s + 1) * width..][..width]);
                sums[c * width..][..width].copy_from_slice(&running);
            }
            for g in 0..self.n_groups {
                running.fill(0.0);
                for c in cells.clone() {
                    add_assign(&mut running, &competing[((c + s) * self.n_groups + g) * width..][..width]);
                    let factor = self.factor[c * self.n_groups + g];
                    let pairs = sums[c * width..][..width].iter_mut().zip(&running);
                    pairs.for_each(|(sum, w)| *sum += factor * w);
                }
            }
        }
        sums
    }

    /// Running sums of `hazard` over the cells of a stratum, by boundary: plain, and per group with the
    /// factor G(t-) H(t-).
    fn cumulate(&self, hazard: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut plain = vec![0.0; self.n_boundaries()];
        let mut weighted = vec![0.0; self.n_boundaries() * self.n_groups];
        for (s, (cells, _)) in self.strata.iter().enumerate() {
            for c in cells.clone() {
                let b = c + s;
                plain[b + 1] = plain[b] + hazard[c];
                for g in 0..self.n_groups {
                    let step = self.factor[c * self.n_groups + g] * hazard[c];
                    weighted[(b + 1) * self.n_groups + g] = weighted[b * self.n_groups + g] + step;
                }
            }
        }
        (plain, weighted)
    }

    fn information(&self, state: &State) -> Matrix {
        let p = self.design.n_columns();
        let (plain, weighted) = self.cumulate(&state.hazard);
        let coefficient = |i: usize| {
            let row = self.rows[i];
            let mut sum = plain[row.passed as usize] - plain[row.entered as usize];
            if row.kind == Kind::Competing {
                let at = |boundary: usize| weighted[boundary * self.n_groups + row.group as usize];
                let last = self.last_boundary(row.stratum as usize);
                sum += row.inverse * (at(last) - at(row.passed as usize));
            }
            state.risk[i] * sum
        };
        let mut gram = Gram::new(p);
        let mut coefficients = [0.0; TILE_ROWS];
        self.for_each_block(|start, block| {
            let rows = block.len() / p;
            (0..rows).for_each(|i| coefficients[i] = coefficient(start + i));
            gram.add_block(block, &coefficients[..rows]);
        });
        for (c, mean) in state.mean.chunks_exact(p).enumerate() {
            gram.push(-self.events[c], mean.iter().copied());
        }
        gram.flush();
        gram.sum.mirror_upper();
        gram.sum
    }

    /// Cumulative subdistribution hazard at x = 0 (of the columns as given) of each stratum.
    pub(super) fn baseline(&self, state: &State, beta: &[f64]) -> Vec<BaselineHazard> {
        let at_mean: f64 =
            (0..beta.len()).map(|j| beta[j] * self.standard.mean[j] / self.standard.scale[j]).sum();
        let to_zero = exp(-at_mean);
        let of = |(cells, code): &(Range<usize>, u32)| {
            let mut sum = 0.0;
            let mut step = |c: usize| {
                sum += to_zero * state.hazard[c];
                sum
            };
            BaselineHazard {
                stratum: *code,
                time: cells.clone().map(|c| self.slots.axis.time(self.slot[c])).collect(),
                cumulative_hazard: cells.clone().map(&mut step).collect(),
            }
        };
        self.strata.iter().map(of).collect()
    }
}

/// Where the cause has its events.
struct Cells {
    strata: Vec<Range<usize>>,
    slot: Vec<usize>,
}

impl Cells {
    fn new(
        slots: &Timeline<'_>,
        n_strata: usize,
        event_rows: impl Iterator<Item = usize>,
        stratum: &[u32],
    ) -> Self {
        let mut cells: Vec<(u32, usize)> = event_rows.map(|r| (stratum[r], slots.exit.get(r))).collect();
        cells.sort_unstable();
        cells.dedup();
        let begin = |s: u32| cells.partition_point(|&(stratum, _)| stratum < s);
        Cells {
            strata: (0..n_strata as u32).map(|s| begin(s)..begin(s + 1)).collect(),
            slot: cells.iter().map(|&(_, slot)| slot).collect(),
        }
    }

    fn first(&self, stratum: usize) -> u32 {
        (self.strata[stratum].start + stratum) as u32
    }

    /// Boundary after the stratum's last cell at or before the slot.
    fn boundary_after(&self, stratum: usize, slot: usize) -> u32 {
        let cells = self.strata[stratum].clone();
        self.first(stratum) + self.slot[cells].partition_point(|&s| s <= slot) as u32
    }
}

pub(super) fn add(record: &mut [f64], r: f64, x: &[f64]) {
    record[0] += r;
    record[1..].iter_mut().zip(x).for_each(|(s, x)| *s += r * x);
}

/// G(t-) H(t-) per slot. G: Kaplan-Meier with censoring as the event and all others at risk at their
/// time. H: backwards in time with entry as the event, from those under observation just after the slot.
fn weight_curve(lane: Lane<'_>) -> Vec<f64> {
    let (at_risk, events) = (lane.at_risk(), lane.all_events());
    let mut g = 1.0;
    let mut before = Vec::with_capacity(at_risk.len());
    for (slot, &n) in at_risk.iter().enumerate() {
        before.push(g);
        let censored = lane.exits[slot] - events[slot];
        if censored > 0.0 {
            g *= (n - censored) / n;
        }
    }
    let Some(entries) = lane.entries else { return before };
    let mut h = 1.0;
    for slot in (0..before.len()).rev() {
        let after = at_risk.get(slot + 1).copied().unwrap_or(0.0);
        let left = (after - entries[slot]) / after;
        // Where nobody is left the distribution before is not known; the first entry is such a place.
        if entries[slot] > 0.0 && left > 1e-12 {
            h *= left;
        }
        before[slot] *= h;
    }
    before
}

impl Objective for Model<'_> {
    type State = State;

    fn n_columns(&self) -> usize {
        self.design.n_columns()
    }

    fn evaluate(&self, beta: &[f64]) -> (State, Value) {
        let p = self.design.n_columns();
        let mut risk = Vec::with_capacity(self.rows.len());
        let sums = self.risk_sums(beta, &mut risk);
        let mut value = dot(beta, &self.event_sum);
        let mut score = self.event_sum.clone();
        let (mut mean, mut hazard) = (Vec::with_capacity(self.events.len() * p), Vec::new());
        for (sum, &d) in sums.chunks_exact(p + 1).zip(&self.events) {
            // A cell whose events all have weight 0 counts for nothing.
            let (step, log_sum) = if d > 0.0 { (d / sum[0], log(sum[0])) } else { (0.0, 0.0) };
            value -= d * log_sum;
            hazard.push(step);
            score.iter_mut().zip(&sum[1..]).for_each(|(u, s)| *u -= step * s);
            mean.extend(sum[1..].iter().map(|s| if d > 0.0 { s / sum[0] } else { 0.0 }));
        }
        let state = State { risk, mean, hazard };
        let information = self.information(&state);
        (state, Value { value, score, information, curvature: None })
    }

    fn exceeds(&self, beta: &[f64], limit: f64) -> bool {
        if self.standard.predictor_bound(self.design, beta) <= limit {
            return false;
        }
        let mut largest = 0.0f64;
        self.for_each_row(|_, x| largest = largest.max(dot(x, beta).abs()));
        largest > limit
    }

    fn is_monotone(&self, direction: &[f64]) -> bool {
        is_monotone(self, direction)
    }
}
