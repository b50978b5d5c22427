//! Fine and Gray's model of the subdistribution hazard.

mod variance;

use crate::axis::Timeline;
use crate::cox::{
    Coefficient, Convergence, CoxOptions, Design, Direction, Estimate, Gram, NotEstimable, Objective,
    Optimum, Search, Standard, TILE_ROWS, Value, check_robust, maximise, unscale,
};
use crate::error::{Result, SurvivalError};
use crate::kaplan_meier::checked_z;
use crate::log_rank::ChiSquareTest;
use crate::matrix::{Matrix, dot};
use crate::sample::{Sample, check_length};
use crate::shards::add_assign;
use crate::table::DayTable;
use libm::{exp, log, sqrt};

/// A fitted Fine-Gray model.
#[derive(Debug, Clone, PartialEq)]
pub struct FineGrayFit {
    /// The cause of interest.
    pub cause: u32,
    /// One per column: log subdistribution hazard ratios.
    pub coefficients: Vec<Coefficient>,
    /// Robust variance that includes the estimation of the censoring weights; 0 where not estimable.
    pub variance: Matrix,
    /// Log pseudo-likelihood with all coefficients 0.
    pub loglik_null: f64,
    /// Log pseudo-likelihood at the estimate.
    pub loglik: f64,
    /// Pseudo likelihood-ratio test, as R's `summary(crr)`: not a likelihood, so a guide only.
    pub pseudo_likelihood_ratio: ChiSquareTest,
    /// Newton steps.
    pub iterations: usize,
    /// Whether the search converged.
    pub convergence: Convergence,
    /// Rows.
    pub n: usize,
    /// Rows with an event of the cause.
    pub n_events: usize,
    /// Level of the intervals.
    pub conf_level: f64,
}

impl FineGrayFit {
    /// Joint Wald test of the given columns; none if any is infinite or none is estimable.
    pub fn wald_test(&self, columns: &[usize]) -> Option<ChiSquareTest> {
        crate::cox::wald_test(&self.coefficients, &self.variance, columns)
    }
}

/// Fits Fine and Gray's proportional subdistribution hazards model of `cause`.
///
/// Those with another event stay at risk with weight G(t-) / G(X-), G the Kaplan-Meier curve of
/// censoring. Ties are Breslow's. `options` gives the confidence level and the search's limits; its
/// ties and robust flags do not apply.
///
/// # Errors
/// [`SurvivalError::NotCovered`] for weights, strata, clusters or delayed entry;
/// [`SurvivalError::NoEvents`], [`SurvivalError::NothingEstimable`].
/// # Source
/// Fine & Gray 1999; `docs/methods/fine-gray.md`. Checked against R `cmprsk::crr`: `reference/fine_gray/`.
pub fn fit_fine_gray(
    sample: &Sample<'_>,
    design: &Design<'_>,
    cause: u32,
    options: &CoxOptions,
) -> Result<FineGrayFit> {
    let z = checked_z(options.conf_level)?;
    check_covered(sample, design)?;
    let model = Model::new(sample, design, cause)?;
    let search = Search { max_iterations: options.max_iterations, tolerance: options.tolerance };
    let optimum = maximise(&model, &vec![true; design.n_columns()], search);
    let df = optimum.identified.iter().filter(|i| **i).count();
    if df == 0 {
        return Err(SurvivalError::NothingEstimable);
    }
    let robust = unscale(&model.robust_variance(sample, &optimum), &model.standard.scale);
    check_robust(&robust, &unscale(&optimum.inverse, &model.standard.scale))?;
    let coefficient = |j: usize| match optimum.infinite[j] {
        Some(sign) => Coefficient::NotEstimable(NotEstimable::Infinite {
            direction: if sign > 0.0 { Direction::Up } else { Direction::Down },
        }),
        None if !optimum.identified[j] => Coefficient::NotEstimable(NotEstimable::Constant),
        None => Coefficient::Estimated(Estimate::new(
            optimum.beta[j] / model.standard.scale[j],
            sqrt(robust.get(j, j)),
            None,
            z,
        )),
    };
    Ok(FineGrayFit {
        cause,
        coefficients: (0..design.n_columns()).map(coefficient).collect(),
        loglik_null: optimum.loglik_null,
        loglik: optimum.value,
        pseudo_likelihood_ratio: ChiSquareTest::new(2.0 * (optimum.value - optimum.loglik_null), df),
        iterations: optimum.iterations,
        convergence: if optimum.converged { Convergence::Converged } else { Convergence::NotConverged },
        n: sample.n(),
        n_events: model.events.iter().map(|&d| d as usize).sum(),
        conf_level: options.conf_level,
        variance: robust,
    })
}

fn check_covered(sample: &Sample<'_>, design: &Design<'_>) -> Result<()> {
    check_length("covariate", sample.n(), design.n_rows())?;
    let what = match sample {
        Sample { weights: Some(_), .. } => "weights",
        Sample { strata: Some(_), .. } => "strata",
        Sample { clusters: Some(_), .. } => "clusters",
        Sample { entry: Some(_), .. } => "delayed entry",
        _ if design.offset.is_some() => "an offset",
        _ => return Ok(()),
    };
    Err(SurvivalError::NotCovered { method: "the Fine-Gray model", what })
}

/// The rows on the times of the cause's events.
struct Model<'a> {
    design: &'a Design<'a>,
    standard: Standard,
    slots: Timeline<'a>,
    /// Events of the cause at each of its times.
    events: Vec<f64>,
    /// G(t-) at each of its times.
    censoring: Vec<f64>,
    /// Slot of each of its times.
    slot: Vec<usize>,
    rows: Vec<Row>,
    event_sum: Vec<f64>,
}

#[derive(Clone, Copy)]
struct Row {
    /// Event times of the cause up to and including the row's exit.
    passed: u32,
    kind: Kind,
    /// 1 / G(X-) for a competing event.
    inverse_g: f64,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Event,
    Competing,
    Censored,
}

/// Sums at one coefficient vector.
struct State {
    risk: Vec<f64>,
    /// Mean of x over the weighted risk set, per event time.
    mean: Vec<f64>,
    /// d / S0 per event time.
    hazard: Vec<f64>,
}

impl<'a> Model<'a> {
    fn new(sample: &Sample<'a>, design: &'a Design<'a>, cause: u32) -> Result<Self> {
        let slots = Timeline::new(sample)?;
        let g = censoring_curve(sample, &slots);
        let mut at_slot = vec![0.0; slots.axis.len()];
        let is_event = |row: usize| sample.cause(row) == cause && cause > 0;
        (0..sample.n()).filter(|&r| is_event(r)).for_each(|r| at_slot[slots.exit.get(r)] += 1.0);
        let slot: Vec<usize> = (0..at_slot.len()).filter(|&s| at_slot[s] > 0.0).collect();
        if slot.is_empty() {
            return Err(SurvivalError::NoEvents);
        }
        let mut passed = vec![0u32; at_slot.len()];
        let mut count = 0;
        for (s, &d) in at_slot.iter().enumerate() {
            count += u32::from(d > 0.0);
            passed[s] = count;
        }
        let row = |r: usize| {
            let exit = slots.exit.get(r);
            let kind = match sample.cause(r) {
                0 => Kind::Censored,
                _ if is_event(r) => Kind::Event,
                _ => Kind::Competing,
            };
            Row { passed: passed[exit], kind, inverse_g: 1.0 / g[exit] }
        };
        let rows: Vec<Row> = (0..sample.n()).map(row).collect();
        let mut model = Model {
            standard: Standard::new(design, None),
            design,
            events: slot.iter().map(|&s| at_slot[s]).collect(),
            censoring: slot.iter().map(|&s| g[s]).collect(),
            slot,
            rows,
            slots,
            event_sum: vec![0.0; design.n_columns()],
        };
        let mut sum = vec![0.0; design.n_columns()];
        model.for_each_row(|i, x| {
            if model.rows[i].kind == Kind::Event {
                add_assign(&mut sum, x);
            }
        });
        model.event_sum = sum;
        Ok(model)
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

    fn for_each_row(&self, mut f: impl FnMut(usize, &[f64])) {
        let p = self.design.n_columns();
        self.for_each_block(|start, block| {
            block.chunks_exact(p).enumerate().for_each(|(i, x)| f(start + i, x));
        });
    }

    /// Sums over the weighted risk set of each event time: r, then r x.
    fn risk_sums(&self, beta: &[f64], risk: &mut Vec<f64>) -> Vec<f64> {
        let (width, m) = (self.design.n_columns() + 1, self.events.len());
        // By number of event times passed: those under observation, and competing events with their
        // weight without G(t-).
        let mut under = vec![0.0; (m + 1) * width];
        let mut competing = vec![0.0; (m + 1) * width];
        self.for_each_row(|i, x| {
            let r = exp(dot(x, beta));
            risk.push(r);
            let at = self.rows[i].passed as usize * width;
            add(&mut under[at..at + width], r, x);
            if self.rows[i].kind == Kind::Competing {
                add(&mut competing[at..at + width], r * self.rows[i].inverse_g, x);
            }
        });
        let mut sums = vec![0.0; m * width];
        let mut running = vec![0.0; width];
        for c in (0..m).rev() {
            add_assign(&mut running, &under[(c + 1) * width..(c + 2) * width]);
            sums[c * width..(c + 1) * width].copy_from_slice(&running);
        }
        running.fill(0.0);
        for c in 0..m {
            add_assign(&mut running, &competing[c * width..(c + 1) * width]);
            for (s, w) in sums[c * width..(c + 1) * width].iter_mut().zip(&running) {
                *s += self.censoring[c] * w;
            }
        }
        sums
    }

    /// Running sums of `values`, with and without the factor G(t-): entry k covers the first k times.
    fn cumulate(&self, values: impl Fn(usize) -> f64) -> (Vec<f64>, Vec<f64>) {
        let (mut plain, mut weighted) = (vec![0.0], vec![0.0]);
        for c in 0..self.events.len() {
            plain.push(plain[c] + values(c));
            weighted.push(weighted[c] + self.censoring[c] * values(c));
        }
        (plain, weighted)
    }

    fn information(&self, state: &State) -> Matrix {
        let p = self.design.n_columns();
        let (plain, weighted) = self.cumulate(|c| state.hazard[c]);
        let last = self.events.len();
        let mut gram = Gram::new(p);
        let mut coefficients = [0.0; TILE_ROWS];
        self.for_each_block(|start, block| {
            let rows = block.len() / p;
            for (i, c) in coefficients.iter_mut().enumerate().take(rows) {
                let row = self.rows[start + i];
                let passed = row.passed as usize;
                let mut sum = plain[passed];
                if row.kind == Kind::Competing {
                    sum += row.inverse_g * (weighted[last] - weighted[passed]);
                }
                *c = state.risk[start + i] * sum;
            }
            gram.add_block(block, &coefficients[..rows]);
        });
        for (c, mean) in state.mean.chunks_exact(p).enumerate() {
            gram.push(-self.events[c], mean.iter().copied());
        }
        gram.flush();
        gram.sum.mirror_upper();
        gram.sum
    }
}

fn add(record: &mut [f64], r: f64, x: &[f64]) {
    record[0] += r;
    record[1..].iter_mut().zip(x).for_each(|(s, x)| *s += r * x);
}

/// G(t-) per slot: Kaplan-Meier with censoring as the event and all others at risk at their time.
fn censoring_curve(sample: &Sample<'_>, slots: &Timeline<'_>) -> Vec<f64> {
    let table = DayTable::fill(sample, slots, 1, |_| 0);
    let lane = table.lane(0);
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
            value -= d * log(sum[0]);
            hazard.push(d / sum[0]);
            for (u, s) in score.iter_mut().zip(&sum[1..]) {
                *u -= d * s / sum[0];
            }
            mean.extend(sum[1..].iter().map(|s| s / sum[0]));
        }
        let state = State { risk, mean, hazard };
        let information = self.information(&state);
        (state, Value { value, score, information, curvature: None })
    }

    fn largest_predictor(&self, beta: &[f64]) -> f64 {
        let mut largest = 0.0f64;
        self.for_each_row(|_, x| largest = largest.max(dot(x, beta).abs()));
        largest
    }

    /// Every event has the highest score of those at risk: under observation, or with a competing
    /// event before.
    fn is_monotone(&self, direction: &[f64]) -> bool {
        let m = self.events.len();
        let (mut under, mut competing) = (vec![f64::NEG_INFINITY; m + 1], vec![f64::NEG_INFINITY; m + 1]);
        let (mut lowest_event, mut lowest, mut size) = (vec![f64::INFINITY; m], f64::INFINITY, 0.0f64);
        self.for_each_row(|i, x| {
            let score = dot(x, direction);
            let (row, passed) = (self.rows[i], self.rows[i].passed as usize);
            size = size.max(score.abs());
            lowest = lowest.min(score);
            under[passed] = under[passed].max(score);
            if row.kind == Kind::Competing {
                competing[passed] = competing[passed].max(score);
            }
            if row.kind == Kind::Event {
                lowest_event[passed - 1] = lowest_event[passed - 1].min(score);
            }
        });
        (0..m).rev().for_each(|k| under[k] = under[k].max(under[k + 1]));
        (1..=m).for_each(|k| competing[k] = competing[k].max(competing[k - 1]));
        let slack = 1e-6 * size;
        let highest = (0..m).map(|c| under[c + 1].max(competing[c]));
        let all = highest.zip(&lowest_event).all(|(high, event)| *event >= high - slack);
        all && lowest < lowest_event[0] - 10.0 * slack
    }
}

type FineGrayOptimum = Optimum<State>;
