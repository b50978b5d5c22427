//! The two additive passes behind a Cox fit.
//!
//! Pass one sums r = w exp(eta) and r x per event cell (and, for Efron's ties, apart for the events
//! of the cell): log-likelihood and score follow from these sums, in any row order, merged by
//! addition. Pass two sums c x x' over rows, where c is r times what the row's event times add up to;
//! the information is that sum less the products of the risk-set means, cell by cell.

use super::design::Design;
use super::grid::{Place, RiskGrid};
use super::tile::{Gram, Rows, Standard, TILE_ROWS, with_width};
use crate::error::Result;
use crate::exp::exp_in_place;
use crate::matrix::{Matrix, dot};
use crate::sample::{Sample, check_length};
use crate::shards::{add_assign, map_merge, matrix_shards, with_slices};
use libm::log;
use std::borrow::Cow;
use std::ops::Range;

/// A sample and design, laid out for evaluation. Coefficients here are of the scaled columns.
#[derive(Debug, Clone)]
pub(crate) struct Kernel<'a> {
    pub(crate) design: &'a Design<'a>,
    pub(crate) standard: Standard,
    rows: Rows,
    pub(crate) grid: RiskGrid,
    pub(crate) weights: Option<&'a [f64]>,
    /// Subtracted from every offset, so that exp(eta) stays in range.
    offset_shift: f64,
    /// Efron's ties, where there are any.
    efron: bool,
    /// Sum of w x over events.
    event_sum: Vec<f64>,
    /// Sum of w (offset - shift) over events.
    event_offset: f64,
}

/// Sums and derived terms of the cells at one coefficient vector.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// r of each row.
    pub(crate) risk: Vec<f64>,
    /// Records of p + 1 values: first r, then r x. After the scan: sums over the risk set.
    table: Vec<f64>,
    pub(crate) terms: Vec<CellTerms>,
    /// Sum of `terms[..].a` within the stratum, up to and including the cell.
    pub(crate) hazard: Vec<f64>,
    pub(crate) loglik: f64,
    pub(crate) score: Vec<f64>,
}

/// Sums over the tie steps of one cell: f is the share of the tied events already taken out, a the
/// risk-set sum less that share, and W the mean weight of the events.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CellTerms {
    /// Sum of W / a: the hazard step for those who survive the cell.
    pub(crate) a: f64,
    /// Sum of W f / a.
    pub(crate) b: f64,
    /// Sum of W / a^2.
    pub(crate) q1: f64,
    /// Sum of W f / a^2.
    pub(crate) q2: f64,
    /// Sum of W f^2 / a^2.
    pub(crate) q3: f64,
}

impl<'a> Kernel<'a> {
    pub(crate) fn new(sample: &Sample<'a>, design: &'a Design<'a>, efron: bool) -> Result<Self> {
        check_length("covariate", sample.n(), design.n_rows())?;
        let grid = RiskGrid::new(sample)?;
        let standard = Standard::new(design, sample.weights);
        let rows = Rows::new(&standard, design);
        let offset_shift = design.offset.map_or(0.0, |o| o.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        let mut kernel = Kernel {
            design,
            standard,
            rows,
            efron: efron && grid.has_ties(),
            grid,
            weights: sample.weights,
            offset_shift,
            event_sum: Vec::new(),
            event_offset: 0.0,
        };
        (kernel.event_sum, kernel.event_offset) = kernel.sum_events(|_| 1.0);
        Ok(kernel)
    }

    pub(crate) fn n_columns(&self) -> usize {
        self.design.n_columns()
    }

    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |w| w[row])
    }

    pub(crate) fn offset(&self, row: usize) -> f64 {
        self.design.offset.map_or(0.0, |o| o[row] - self.offset_shift)
    }

    /// What was subtracted from every offset.
    pub(crate) fn offset_shift(&self) -> f64 {
        self.offset_shift
    }

    pub(crate) fn shards(&self, table_cells: usize) -> Vec<Range<usize>> {
        matrix_shards(self.grid.n_rows(), self.n_columns(), table_cells)
    }

    /// Calls `f` with each block of rows: the first row's index and the block, row by row.
    #[inline(always)]
    pub(crate) fn for_each_block(&self, rows: Range<usize>, f: impl FnMut(usize, &[f64])) {
        self.rows.for_each_block(&self.standard, self.design, rows, f);
    }

    /// x'beta + offset - shift of each row.
    pub(crate) fn linear_predictor(&self, beta: &[f64]) -> Vec<f64> {
        let mut eta = vec![0.0; self.grid.n_rows()];
        let fill = |(rows, eta): (Range<usize>, &mut [f64])| {
            let first = rows.start;
            self.for_each_block(rows, |start, block| {
                for (i, x) in block.chunks_exact(beta.len()).enumerate() {
                    eta[start + i - first] = dot(x, beta) + self.offset(start + i);
                }
            });
        };
        map_merge(with_slices(self.shards(1), &mut eta, 1), fill, |_, _| ());
        eta
    }

    /// Largest |x'beta| over the rows.
    pub(crate) fn largest_predictor(&self, beta: &[f64]) -> f64 {
        let mut largest = 0.0f64;
        self.for_each_block(0..self.grid.n_rows(), |_, block| {
            block.chunks_exact(beta.len()).for_each(|x| largest = largest.max(dot(x, beta).abs()));
        });
        largest
    }

    /// True if x'beta of a row is larger in size than the limit. The data are gone through only where columns and
    /// coefficients do not exclude it.
    pub(crate) fn exceeds(&self, beta: &[f64], limit: f64) -> bool {
        self.standard.predictor_bound(self.design, beta) > limit && self.largest_predictor(beta) > limit
    }

    /// Sums over events of factor w x, and of factor w (offset - shift); the factor is one of the cell.
    pub(crate) fn sum_events(&self, factor: impl Fn(usize) -> f64 + Sync) -> (Vec<f64>, f64) {
        let p = self.n_columns();
        let sum = |rows: Range<usize>| {
            let (mut x_sum, mut offset_sum) = (vec![0.0; p], 0.0);
            self.for_each_block(rows, |start, block| {
                for (i, x) in block.chunks_exact(p).enumerate() {
                    if let Some(place) = self.grid.place(start + i).filter(|place| place.event) {
                        let w = self.weight(start + i) * factor(place.cell);
                        x_sum.iter_mut().zip(x).for_each(|(s, x)| *s += w * x);
                        offset_sum += w * self.offset(start + i);
                    }
                }
            });
            (x_sum, offset_sum)
        };
        let merged = map_merge(self.shards(p), sum, |sum: &mut (Vec<f64>, f64), part| {
            add_assign(&mut sum.0, &part.0);
            sum.1 += part.1;
        });
        merged.unwrap_or((vec![0.0; p], 0.0))
    }

    /// Record of a row: its cell, apart for events where ties are Efron's.
    #[inline(always)]
    fn record(&self, place: Place) -> usize {
        if self.efron { 2 * place.cell + usize::from(place.event) } else { place.cell }
    }

    /// Tied events of the cell leave one by one (Efron), not all at once.
    pub(crate) fn has_tied_steps(&self, cell: usize) -> bool {
        self.efron && self.grid.events[cell] > 1
    }

    fn n_records(&self) -> usize {
        if self.efron { 2 * self.grid.len() } else { self.grid.len() }
    }

    /// Pass one and what follows from it: log-likelihood and score at `beta`.
    pub(crate) fn evaluate(&self, beta: &[f64]) -> State {
        let width = self.n_columns() + 1;
        let mut risk = vec![0.0; self.grid.n_rows()];
        let parts = with_slices(self.shards(self.n_records() * width), &mut risk, 1);
        let sum = |(rows, risk): (Range<usize>, &mut [f64])| {
            with_width!(self.n_columns(), |p| self.sum_rows(p, beta, rows, risk))
        };
        let merge = |sum: &mut Vec<f64>, part: Vec<f64>| add_assign(sum, &part);
        let mut table = map_merge(parts, sum, merge).unwrap_or_default();
        with_width!(self.n_columns(), |p| {
            self.suffix_sums(p + 1, &mut table);
            self.derive(p, beta, risk, table)
        })
    }

    #[inline(always)]
    fn sum_rows(&self, p: usize, beta: &[f64], rows: Range<usize>, risk: &mut [f64]) -> Vec<f64> {
        let (width, beta) = (p + 1, &beta[..p]);
        let mut table = vec![0.0; self.n_records() * width];
        let first = rows.start;
        let mut hazard = [0.0; TILE_ROWS];
        self.for_each_block(rows, |start, block| {
            let hazard = &mut hazard[..block.len() / p];
            for (i, (x, h)) in block.chunks_exact(p).zip(hazard.iter_mut()).enumerate() {
                *h = dot(x, beta) + self.offset(start + i);
            }
            exp_in_place(hazard);
            for (i, (x, h)) in block.chunks_exact(p).zip(hazard).enumerate() {
                let row = start + i;
                let Some(place) = self.grid.place(row) else { continue };
                let r = self.weight(row) * *h;
                risk[row - first] = r;
                add_record(&mut table[self.record(place) * width..][..width], r, x);
                if let Some(entry) = place.entry {
                    let record = if self.efron { 2 * entry } else { entry };
                    add_record(&mut table[record * width..][..width], -r, x);
                }
            }
        });
        table
    }

    /// Turns sums by cell into sums over each cell's risk set, from the last cell of a stratum back.
    #[inline(always)]
    fn suffix_sums(&self, width: usize, table: &mut [f64]) {
        let mut sum = vec![0.0; width];
        for stratum in &self.grid.strata {
            sum.fill(0.0);
            for cell in stratum.clone().rev() {
                if self.efron {
                    let pair = &mut table[2 * cell * width..][..2 * width];
                    let (all, events) = pair.split_at_mut(width);
                    for ((s, a), e) in sum.iter_mut().zip(all).zip(events) {
                        *s += *a + *e;
                        *a = *s;
                    }
                } else {
                    for (s, a) in sum.iter_mut().zip(&mut table[cell * width..][..width]) {
                        *s += *a;
                        *a = *s;
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn derive(&self, p: usize, beta: &[f64], risk: Vec<f64>, table: Vec<f64>) -> State {
        let mut state = State {
            risk,
            table,
            terms: Vec::with_capacity(self.grid.len()),
            hazard: Vec::with_capacity(self.grid.len()),
            loglik: dot(beta, &self.event_sum) + self.event_offset,
            score: self.event_sum.clone(),
        };
        let mut logs = Logs::new();
        for stratum in &self.grid.strata {
            let mut hazard = 0.0;
            for cell in stratum.clone() {
                let terms = self.cell_terms(&state, cell, &mut logs);
                let State { score, table, .. } = &mut state;
                let (set, tied) =
                    (self.record_of(p, table, cell, false), self.record_of(p, table, cell, true));
                for ((u, s), e) in score[..p].iter_mut().zip(set).zip(tied) {
                    *u -= terms.a * s - terms.b * e;
                }
                hazard += terms.a;
                state.terms.push(terms);
                state.hazard.push(hazard);
            }
        }
        state.loglik -= logs.value();
        state
    }

    /// The cell's terms; the logarithms of the likelihood go to `logs`.
    fn cell_terms(&self, state: &State, cell: usize, logs: &mut Logs) -> CellTerms {
        let (total, weight) = (self.risk_total(state, cell), self.grid.event_weight[cell]);
        if weight == 0.0 {
            return CellTerms::default();
        }
        let d = self.grid.events[cell];
        if !self.has_tied_steps(cell) {
            let a = weight / total;
            logs.add(weight, total);
            return CellTerms { a, q1: a / total, ..CellTerms::default() };
        }
        let tied = self.tied_total(state, cell);
        let mean_weight = weight / f64::from(d);
        let mut terms = CellTerms::default();
        for step in 0..d {
            let f = f64::from(step) / f64::from(d);
            let a = total - f * tied;
            let inverse = 1.0 / a;
            let hazard = mean_weight * inverse;
            terms.a += hazard;
            terms.b += f * hazard;
            terms.q1 += hazard * inverse;
            terms.q2 += f * hazard * inverse;
            terms.q3 += f * f * hazard * inverse;
            logs.add(mean_weight, a);
        }
        terms
    }

    fn risk_total(&self, state: &State, cell: usize) -> f64 {
        let record = if self.efron { 2 * cell } else { cell };
        state.table[record * (self.n_columns() + 1)]
    }

    fn tied_total(&self, state: &State, cell: usize) -> f64 {
        if self.efron { state.table[(2 * cell + 1) * (self.n_columns() + 1)] } else { 0.0 }
    }

    /// Sum of r x over the cell's risk set.
    pub(crate) fn risk_set<'s>(&self, state: &'s State, cell: usize) -> &'s [f64] {
        self.record_of(self.n_columns(), &state.table, cell, false)
    }

    /// Sum of r x over the cell's events; meaningful for Efron's ties only (else multiplied by 0).
    pub(crate) fn tied<'s>(&self, state: &'s State, cell: usize) -> &'s [f64] {
        self.record_of(self.n_columns(), &state.table, cell, true)
    }

    /// Sum of r x over the cell's risk set, or over its events where these are kept apart.
    #[inline(always)]
    fn record_of<'s>(&self, p: usize, table: &'s [f64], cell: usize, tied: bool) -> &'s [f64] {
        let record = if self.efron { 2 * cell + usize::from(tied) } else { cell };
        &table[record * (p + 1) + 1..][..p]
    }

    /// Pass two: the information.
    pub(crate) fn information(&self, state: &State) -> Matrix {
        let [information] = self.informations(state, [None]);
        information
    }

    /// Pass two for several factors at once: each sum over cells of psi times the cell's information (psi = 1
    /// where none).
    pub(crate) fn informations<const N: usize>(
        &self,
        state: &State,
        psi: [Option<&[f64]>; N],
    ) -> [Matrix; N] {
        let p = self.n_columns();
        let cumulated: [Cow<'_, [f64]>; N] = psi.map(|psi| match psi {
            None => Cow::Borrowed(&state.hazard[..]),
            Some(_) => Cow::Owned(self.cumulate(state, psi, |t| t.a)),
        });
        let sum = |rows: Range<usize>| {
            let mut grams: [Gram; N] = std::array::from_fn(|_| Gram::new(p));
            let mut weights = [0.0; TILE_ROWS];
            self.for_each_block(rows, |start, block| {
                let weights = &mut weights[..block.len() / p];
                for ((gram, psi), cumulative) in grams.iter_mut().zip(psi).zip(&cumulated) {
                    for (i, weight) in weights.iter_mut().enumerate() {
                        *weight = self.information_weight(state, cumulative, psi, start + i);
                    }
                    gram.add_block(block, weights);
                }
            });
            grams.map(|gram| gram.sum)
        };
        let merge = |sum: &mut [Matrix; N], part: [Matrix; N]| {
            sum.iter_mut().zip(&part).for_each(|(sum, part)| sum.add(part));
        };
        let zeros = || std::array::from_fn(|_| Matrix::zeros(p, p));
        let mut informations = map_merge(self.shards(p * p), sum, merge).unwrap_or_else(zeros);
        for (information, psi) in informations.iter_mut().zip(psi) {
            let means =
                |cells: Range<usize>| with_width!(p, |p| self.products_of_means(p, state, psi, cells));
            let cells = matrix_shards(self.grid.len(), p, p * p);
            let products = map_merge(cells, means, |sum: &mut Matrix, part| sum.add(&part));
            information.add(&products.unwrap_or_else(|| Matrix::zeros(p, p)));
            information.mirror_upper();
        }
        informations
    }

    /// What a row's x x' counts in the information: r times the sum over its event times.
    #[inline(always)]
    fn information_weight(&self, state: &State, cumulative: &[f64], psi: Option<&[f64]>, row: usize) -> f64 {
        let Some(place) = self.grid.place(row) else { return 0.0 };
        let mut sum = cumulative[place.cell] - place.entry.map_or(0.0, |e| cumulative[e]);
        if place.event && self.efron {
            sum -= psi.map_or(1.0, |g| g[place.cell]) * state.terms[place.cell].b;
        }
        state.risk[row] * sum
    }

    /// Minus the sum over cells and tie steps of psi W m m', m the mean of x in the risk set.
    #[inline(always)]
    fn products_of_means(&self, p: usize, state: &State, psi: Option<&[f64]>, cells: Range<usize>) -> Matrix {
        let mut gram = Gram::new(p);
        for cell in cells {
            let terms = &state.terms[cell];
            if terms.q1 == 0.0 {
                continue;
            }
            let factor = -psi.map_or(1.0, |g| g[cell]);
            let s = self.record_of(p, &state.table, cell, false);
            if terms.q2 == 0.0 {
                gram.push(factor * terms.q1, s.iter().copied());
                continue;
            }
            let e = self.record_of(p, &state.table, cell, true);
            // q1 ss' - q2 (se' + es') + q3 ee' as a sum of two squares.
            let ratio = terms.q2 / terms.q1;
            gram.push(factor * terms.q1, s.iter().zip(e).map(|(s, e)| s - ratio * e));
            gram.push(factor * (terms.q3 - ratio * terms.q2), e.iter().copied());
        }
        gram.flush();
        gram.sum
    }

    /// Sum over the cells of a stratum, up to and including each, of psi times `part`.
    pub(crate) fn cumulate(
        &self,
        state: &State,
        psi: Option<&[f64]>,
        part: impl Fn(&CellTerms) -> f64,
    ) -> Vec<f64> {
        let mut cumulative = vec![0.0; self.grid.len()];
        for stratum in &self.grid.strata {
            let mut sum = 0.0;
            for cell in stratum.clone() {
                sum += psi.map_or(1.0, |g| g[cell]) * part(&state.terms[cell]);
                cumulative[cell] = sum;
            }
        }
        cumulative
    }
}

/// A sum of weighted logarithms. Neighbours of the same weight are multiplied before their log is taken.
struct Logs {
    sum: f64,
    weight: f64,
    product: f64,
}

impl Logs {
    fn new() -> Self {
        Logs { sum: 0.0, weight: 1.0, product: 1.0 }
    }

    /// Adds weight log(value).
    #[inline]
    fn add(&mut self, weight: f64, value: f64) {
        // Far from the ends of the range: sums of risks and their inverses are within 1e180 (`limits`).
        if weight != self.weight || !(1e-100..1e100).contains(&self.product) {
            self.sum = self.value();
            (self.weight, self.product) = (weight, 1.0);
        }
        self.product *= value;
    }

    fn value(&self) -> f64 {
        self.sum + self.weight * log(self.product)
    }
}

#[inline(always)]
fn add_record(record: &mut [f64], r: f64, x: &[f64]) {
    record[0] += r;
    for (sum, &x) in record[1..].iter_mut().zip(x) {
        *sum += r * x;
    }
}
