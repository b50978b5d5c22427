//! Newton's method on the partial likelihood, with aliased columns left out and infinite coefficients
//! recognised.

pub(crate) use super::objective::{Objective, Optimum, Value};
use crate::matrix::{Ldl, Matrix, dot};

/// A column is collinear with those before it if 1 - R^2 of its information is no more than this.
const COLLINEAR: f64 = 1e-11;
/// U'I^-1 U at which the last step is taken without another evaluation: the step is then at most
/// 1e-10 standard errors.
const FINAL_DECREMENT: f64 = 1e-20;
/// U'I^-1 U from which on a step of ordinary size suggests an infinite coefficient.
const FLAT: f64 = 1e-10;
/// Part of a direction below such a share of its largest may be noise: tried in this order.
const NEGLIGIBLE: [f64; 3] = [1e-4, 1e-2, 0.2];
/// A standard error of a scaled coefficient beyond this, with a coefficient to match, is no estimate
/// even where no single direction could be proved monotone.
const HOPELESS_ERROR: f64 = 30.0;
const HOPELESS_COEFFICIENT: f64 = 8.0;
/// exp of this, per mean absolute deviation of a column, is no hazard ratio.
const IMPOSSIBLE_COEFFICIENT: f64 = 25.0;
/// E-foldings by which an infinite direction is followed further, so that its rows no longer count.
const TO_THE_LIMIT: f64 = 14.0;
const MAX_HALVINGS: usize = 30;
/// exp of a linear predictor keeps all its digits up to here, of either sign, and so does its square,
/// which variances need (with offsets and weights at their limits: `limits`).
const LARGEST_PREDICTOR: f64 = 250.0;
/// Share of its information at 0 below which a column is no longer determined in the limit.
const UNDETERMINED: f64 = 1e-6;
/// Part of a column in the flat direction of another from which on they are infinite together.
const FLAT_SHARE: f64 = 0.05;
const MOST_PUSHES: usize = 30;

/// Options of the search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search {
    pub(crate) max_iterations: usize,
    /// Relative change of the log-likelihood.
    pub(crate) tolerance: f64,
}

struct Point<S> {
    beta: Vec<f64>,
    state: S,
    value: Value,
}

impl<S> Point<S> {
    fn new(objective: &impl Objective<State = S>, beta: Vec<f64>) -> Self {
        let (state, value) = objective.evaluate(&beta);
        Point { beta, state, value }
    }
}

/// Maximises the objective from coefficients of 0, over the columns that `free` allows.
pub(crate) fn maximise<O: Objective>(objective: &O, free: &[bool], search: Search) -> Optimum<O::State> {
    let p = objective.n_columns();
    let mut point = Point::new(objective, vec![0.0; p]);
    let identified = identified(objective, &point.value, free);
    let null = Ldl::new(&masked(&point.value.information, &identified), COLLINEAR);
    let score_step = null.solve(&point.value.score);
    let mut run = Run {
        objective,
        active: identified.clone(),
        infinite: vec![None; p],
        directions: Vec::new(),
        null_information: (0..p).map(|j| point.value.information.get(j, j)).collect(),
        last_step: vec![0.0; p],
        last_change: f64::INFINITY,
        decrement: f64::INFINITY,
        best_decrement: f64::INFINITY,
        out_of_range: false,
    };
    let loglik_null = point.value.value;
    let score_statistic = dot(&score_step, &point.value.score);
    let mut iterations = 0;
    let mut converged = false;
    while iterations < search.max_iterations && !converged {
        let (next, done) = run.advance(point, search.tolerance);
        point = next;
        converged = done;
        iterations += 1;
    }
    let inverse = run.final_inverse(&point);
    Optimum {
        beta: point.beta,
        state: point.state,
        value: point.value.value,
        inverse,
        robust: None,
        loglik_null,
        score_statistic,
        identified,
        infinite: run.infinite,
        directions: run.directions,
        iterations,
        converged,
    }
}

/// The objective at given coefficients of the scaled columns, as if the search had ended there. None
/// beyond the range of numbers.
pub(crate) fn hold<O: Objective>(objective: &O, beta: &[f64]) -> Option<Optimum<O::State>> {
    if objective.exceeds(beta, LARGEST_PREDICTOR) {
        return None;
    }
    let null = Point::new(objective, vec![0.0; beta.len()]);
    let identified = identified(objective, &null.value, &vec![true; beta.len()]);
    let point = Point::new(objective, beta.to_vec());
    let factor = Ldl::new(&masked(&point.value.information, &identified), COLLINEAR);
    let decrement = dot(&factor.solve(&point.value.score), &point.value.score);
    Some(Optimum {
        beta: point.beta,
        state: point.state,
        value: point.value.value,
        inverse: factor.inverse(),
        robust: None,
        loglik_null: null.value.value,
        score_statistic: decrement,
        infinite: vec![None; identified.len()],
        directions: Vec::new(),
        identified,
        iterations: 0,
        converged: decrement <= FLAT,
    })
}

/// The columns that vary within the risk sets and are not given by those before them.
fn identified<O: Objective>(objective: &O, at_zero: &Value, free: &[bool]) -> Vec<bool> {
    let information = &at_zero.information;
    let varies: Vec<bool> =
        (0..free.len()).map(|j| free[j] && !objective.is_rounding(j, information.get(j, j))).collect();
    let factor = Ldl::new(&masked(information, &varies), COLLINEAR);
    (0..free.len()).map(|j| factor.is_kept(j)).collect()
}

struct Run<'o, O: Objective> {
    objective: &'o O,
    active: Vec<bool>,
    infinite: Vec<Option<f64>>,
    directions: Vec<Vec<f64>>,
    /// Diagonal of the information at 0.
    null_information: Vec<f64>,
    /// The step before: the way the search was going when the information lost a rank.
    last_step: Vec<f64>,
    last_change: f64,
    decrement: f64,
    best_decrement: f64,
    /// The last step would have left the range of numbers: perhaps it leads on for ever.
    out_of_range: bool,
}

impl<O: Objective> Run<'_, O> {
    /// One Newton step; true once nothing is left to gain.
    fn advance(&mut self, mut point: Point<O::State>, tolerance: f64) -> (Point<O::State>, bool) {
        let factor = self.factor(&point.value);
        let score: Vec<f64> =
            point.value.score.iter().zip(&self.active).map(|(u, &a)| if a { *u } else { 0.0 }).collect();
        let step = factor.solve(&score);
        self.decrement = dot(&step, &score).max(0.0);
        let lost_rank = factor.rank() < self.active.iter().filter(|a| **a).count();
        let suspicious = self.decrement < FLAT || lost_rank || std::mem::take(&mut self.out_of_range);
        if suspicious
            && self.candidates(&point, &step, &factor).iter().any(|v| self.follow_to_limit(&mut point, v))
        {
            return (point, false);
        }
        // At the floor of rounding the decrement stops falling.
        let at_floor = self.decrement < 1e-14 && self.decrement > 0.9 * self.best_decrement;
        self.best_decrement = self.best_decrement.min(self.decrement);
        let settled = self.last_change <= tolerance || self.decrement <= FINAL_DECREMENT;
        if (self.decrement <= FINAL_DECREMENT || at_floor) && settled {
            if self.decrement > 0.0 && self.decrement <= FINAL_DECREMENT {
                point.beta.iter_mut().zip(&step).for_each(|(b, s)| *b += s);
            }
            return (point, true);
        }
        let next = self.step(point, &step);
        self.last_step = step;
        next
    }

    /// Inverse information over the estimable columns. Columns that the information no longer
    /// determines, though it did at 0, have gone to infinity.
    fn final_inverse(&mut self, point: &Point<O::State>) -> Matrix {
        loop {
            let factor = Ldl::new(&masked(&point.value.information, &self.active), COLLINEAR);
            let inverse = factor.inverse();
            let lost = |j: &usize| {
                let uncertain = inverse.get(*j, *j) > HOPELESS_ERROR * HOPELESS_ERROR;
                // Beside an infinite coefficient, a huge one is bound to it.
                let bound = uncertain || self.infinite.iter().any(Option::is_some);
                let size = point.beta[*j].abs();
                let hopeless = size > IMPOSSIBLE_COEFFICIENT || (bound && size > HOPELESS_COEFFICIENT);
                self.active[*j] && (!factor.is_kept(*j) || hopeless)
            };
            let lost: Vec<usize> = (0..self.active.len()).filter(lost).collect();
            if lost.is_empty() || !self.objective.may_diverge() {
                return inverse;
            }
            // A column goes with those that its flat direction needs.
            let mut together = lost.clone();
            for &j in lost.iter().filter(|&&j| !factor.is_kept(j)) {
                let column: Vec<f64> =
                    (0..self.active.len()).map(|i| point.value.information.get(i, j)).collect();
                let flat = factor.solve(&column);
                together.extend((0..flat.len()).filter(|&i| self.active[i] && flat[i].abs() > FLAT_SHARE));
            }
            for j in together {
                self.infinite[j] = Some(if point.beta[j] < 0.0 { -1.0 } else { 1.0 });
                self.active[j] = false;
            }
        }
    }

    /// The curvature where it is positive definite, else the information.
    fn factor(&self, value: &Value) -> Ldl {
        let wanted = self.active.iter().filter(|a| **a).count();
        let curvature = value.curvature.as_ref().map(|c| Ldl::new(&masked(c, &self.active), COLLINEAR));
        curvature
            .filter(|f| f.rank() == wanted)
            .unwrap_or_else(|| Ldl::new(&masked(&value.information, &self.active), COLLINEAR))
    }

    /// Follows the step, halved until the objective does not fall.
    fn step(&mut self, point: Point<O::State>, step: &[f64]) -> (Point<O::State>, bool) {
        let old = point.value.value;
        let slack = 1e-13 * old.abs().max(1.0);
        let mut share = 1.0;
        for _ in 0..MAX_HALVINGS {
            let beta: Vec<f64> = point.beta.iter().zip(step).map(|(b, s)| b + share * s).collect();
            if self.objective.exceeds(&beta, LARGEST_PREDICTOR) {
                self.out_of_range = true;
                share /= 2.0;
                continue;
            }
            let next = Point::new(self.objective, beta);
            if next.value.value.is_finite() && next.value.value >= old - slack {
                self.last_change = (next.value.value - old).abs() / next.value.value.abs().max(1e-300);
                return (next, false);
            }
            share /= 2.0;
        }
        // No step improves: rounding, if the decrement is small; else the search has failed.
        let done = self.decrement < 1e-9;
        self.last_change = 0.0;
        (point, done)
    }

    /// Directions along which the objective may rise for ever, the likeliest first: this step, the one
    /// before, the way come so far, and the flat direction of each column that has lost its rank.
    fn candidates(&self, point: &Point<O::State>, step: &[f64], factor: &Ldl) -> Vec<Vec<f64>> {
        let mut all = vec![step.to_vec(), self.last_step.clone(), point.beta.clone()];
        let active = |value: f64, i: usize| if self.active[i] { value } else { 0.0 };
        for j in (0..step.len()).filter(|&j| self.active[j] && !factor.is_kept(j)) {
            let column: Vec<f64> =
                (0..step.len()).map(|i| active(point.value.information.get(i, j), i)).collect();
            let mut flat: Vec<f64> = factor.solve(&column).iter().map(|v| -v).collect();
            flat[j] = 1.0;
            let sign = if dot(&flat, &point.beta) < 0.0 { -1.0 } else { 1.0 };
            all.push(flat.iter().map(|v| sign * v).collect());
        }
        for v in &mut all {
            v.iter_mut().enumerate().for_each(|(i, v)| *v = active(*v, i));
        }
        all
    }

    /// If the direction has no finite optimum: marks its columns and moves on to the limit.
    fn follow_to_limit(&mut self, point: &mut Point<O::State>, direction: &[f64]) -> bool {
        let largest = direction.iter().fold(0.0f64, |m, d| m.max(d.abs()));
        if largest < 0.1 {
            return false;
        }
        let clean = |share: &f64| -> Vec<f64> {
            direction.iter().map(|&d| if d.abs() < share * largest { 0.0 } else { d / largest }).collect()
        };
        let mut directions: Vec<Vec<f64>> = NEGLIGIBLE.iter().map(clean).collect();
        directions.dedup();
        let monotone = directions.into_iter().find(|v| self.objective.is_monotone(v));
        let Some(clean) = monotone else { return false };
        for (j, &d) in clean.iter().enumerate().filter(|(_, d)| **d != 0.0) {
            self.infinite[j] = Some(d.signum());
            self.active[j] = false;
        }
        self.best_decrement = f64::INFINITY;
        self.push_to_limit(point, &clean, TO_THE_LIMIT * largest.clamp(0.1, 3.0));
        self.drop_undetermined(point);
        self.directions.push(clean);
        true
    }

    /// In the limit other columns may no longer be determined: nobody is left to compare.
    fn drop_undetermined(&mut self, point: &Point<O::State>) {
        for j in 0..self.active.len() {
            let left = point.value.information.get(j, j);
            if self.active[j] && left <= UNDETERMINED * self.null_information[j] {
                self.active[j] = false;
                self.infinite[j] = Some(if point.beta[j] < 0.0 { -1.0 } else { 1.0 });
            }
        }
    }

    /// Moves along a monotone direction, further each time, until the objective no longer rises.
    fn push_to_limit(&self, point: &mut Point<O::State>, direction: &[f64], mut length: f64) {
        for _ in 0..MOST_PUSHES {
            let beta: Vec<f64> = point.beta.iter().zip(direction).map(|(b, d)| b + length * d).collect();
            if self.objective.exceeds(&beta, LARGEST_PREDICTOR) {
                return;
            }
            let next = Point::new(self.objective, beta);
            let gain = next.value.value - point.value.value;
            // Beyond the range of numbers: the last point is the limit, as near as it can be.
            if !gain.is_finite() || next.value.information.as_slice().iter().any(|v| !v.is_finite()) {
                return;
            }
            *point = next;
            if gain <= 1e-14 * point.value.value.abs().max(1.0) {
                return;
            }
            length *= 1.5;
        }
    }
}

/// The matrix with rows and columns that are not active set to 0.
fn masked(matrix: &Matrix, active: &[bool]) -> Matrix {
    let p = active.len();
    let mut out = matrix.clone();
    for i in 0..p {
        for j in 0..p {
            if !(active[i] && active[j]) {
                *out.at(i, j) = 0.0;
            }
        }
    }
    out
}
