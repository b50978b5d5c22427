//! Intervals by the penalised profile likelihood.

use super::firth::Firth;
use super::newton::{Objective, Optimum, Search, Value, maximise};
use super::penalised::ProfileInterval;
use crate::log_rank::ChiSquareTest;
use libm::sqrt;

/// Distance of the signed root from its target at which a limit is found: the limit is then right to
/// about this many standard errors.
const ROOT_TOLERANCE: f64 = 1e-11;
const MOST_WIDENINGS: usize = 60;
const MOST_STEPS: usize = 100;

/// The penalised likelihood around its optimum.
pub(super) struct Profile<'o, 'k, 'a, S> {
    pub(super) objective: &'o Firth<'k, 'a>,
    pub(super) best: &'o Optimum<S>,
    pub(super) search: Search,
    /// Quantile of the signed root: 1.96 for a 95 % interval.
    pub(super) z: f64,
}

/// A point of the profile: the others maximised with one coefficient held.
struct Held {
    beta: Vec<f64>,
    value: f64,
    /// Derivative of the profile by the held coefficient.
    slope: f64,
}

impl<S> Profile<'_, '_, '_, S> {
    /// Limits (of the scaled column j) and test of the coefficient.
    pub(super) fn interval(&self, j: usize) -> ProfileInterval {
        let null = self.hold(j, 0.0, &self.expected(j, 0.0)).value;
        ProfileInterval {
            conf_low: self.limit(j, -1.0),
            conf_high: self.limit(j, 1.0),
            likelihood_ratio: ChiSquareTest::new((2.0 * (self.best.value - null)).max(0.0), 1),
        }
    }

    /// Where the others should be if coefficient j is moved: along its column of the variance.
    fn expected(&self, j: usize, held: f64) -> Vec<f64> {
        let inverse = &self.best.inverse;
        let moved = (held - self.best.beta[j]) / inverse.get(j, j);
        self.best.beta.iter().enumerate().map(|(k, b)| b + moved * inverse.get(k, j)).collect()
    }

    fn hold(&self, j: usize, held: f64, start: &[f64]) -> Held {
        let mut start = start.to_vec();
        start[j] = held;
        let free: Vec<bool> = (0..start.len()).map(|k| k != j).collect();
        let found = maximise(&Shifted { objective: self.objective, start: &start }, &free, self.search);
        let beta: Vec<f64> = start.iter().zip(&found.beta).map(|(s, b)| s + b).collect();
        Held { beta, value: found.value, slope: found.state[j] }
    }

    /// Where the profile has fallen by half the chi-square quantile, on one side. Newton's method on
    /// the signed root, which is nearly linear; bisection where a step would leave the bracket.
    fn limit(&self, j: usize, sign: f64) -> Option<f64> {
        let step = sign * self.z * sqrt(self.best.inverse.get(j, j));
        let (mut inner, mut outer) = (self.best.beta[j], None);
        let mut at = inner + step;
        let mut start = self.expected(j, at);
        let mut widenings = 0;
        for _ in 0..MOST_STEPS {
            let held = self.hold(j, at, &start);
            let fallen = sqrt((2.0 * (self.best.value - held.value)).max(0.0));
            if !fallen.is_finite() {
                return None;
            }
            let short = self.z - fallen;
            let width = outer.map_or(f64::INFINITY, |o: f64| (o - inner).abs());
            if short.abs() < ROOT_TOLERANCE || width < 1e-12 * step.abs() {
                return Some(at);
            }
            if short > 0.0 {
                inner = at
            } else {
                outer = Some(at)
            }
            // The root's slope is -slope / fallen.
            let newton = at - short * fallen / held.slope;
            let next = match outer {
                Some(outer) if (newton - inner) * (newton - outer) < 0.0 => newton,
                Some(outer) => 0.5 * (inner + outer),
                None => {
                    widenings += 1;
                    let ahead = (newton - at) / step;
                    if ahead.is_finite() && ahead > 0.0 { at + ahead.min(2.0) * step } else { at + step }
                }
            };
            if widenings > MOST_WIDENINGS {
                return None;
            }
            start = held.beta;
            at = next;
        }
        None
    }
}

/// The objective from another origin, so that a search begins where it should soon end.
struct Shifted<'o, 'k, 'a> {
    objective: &'o Firth<'k, 'a>,
    start: &'o [f64],
}

impl Shifted<'_, '_, '_> {
    fn moved(&self, beta: &[f64]) -> Vec<f64> {
        self.start.iter().zip(beta).map(|(s, b)| s + b).collect()
    }
}

impl Objective for Shifted<'_, '_, '_> {
    /// The score of all columns, held ones too.
    type State = Vec<f64>;

    fn n_columns(&self) -> usize {
        self.objective.n_columns()
    }

    fn evaluate(&self, beta: &[f64]) -> (Vec<f64>, Value) {
        let (_, value) = self.objective.evaluate(&self.moved(beta));
        (value.score.clone(), value)
    }

    fn is_monotone(&self, _: &[f64]) -> bool {
        false
    }

    fn may_diverge(&self) -> bool {
        false
    }

    fn exceeds(&self, beta: &[f64], limit: f64) -> bool {
        self.objective.exceeds(&self.moved(beta), limit)
    }
}
