//! What Newton's method maximises, and what it leaves behind.

use super::fit::{Coefficient, CoxWarning, Direction, NotEstimable};
use super::kernel::{Kernel, State};
use super::monotone::is_monotone;
use crate::matrix::{Ldl, Matrix};

/// Events per estimated coefficient below which a fit warns.
const EVENTS_PER_PARAMETER: f64 = 10.0;

/// Information per event and unit of spread below which a column may not vary within any risk set.
const SUSPICIOUS: f64 = 1e-9;
/// Share of its second moment below which a variance is rounding.
const ROUNDING: f64 = 1e-13;

/// Where the search ended.
pub(crate) struct Optimum<S = State> {
    /// Coefficients of the scaled columns; 0 for aliased columns, large for infinite ones.
    pub(crate) beta: Vec<f64>,
    pub(crate) state: S,
    /// Objective at the end.
    pub(crate) value: f64,
    /// Inverse information over the estimable columns; 0 elsewhere.
    pub(crate) inverse: Matrix,
    /// Robust variance, where the information alone does not give it (in the limit).
    pub(crate) robust: Option<Matrix>,
    pub(crate) loglik_null: f64,
    /// U'I^-1 U at 0.
    pub(crate) score_statistic: f64,
    /// Columns that are not aliased.
    pub(crate) identified: Vec<bool>,
    /// Columns whose coefficient is infinite, with its sign.
    pub(crate) infinite: Vec<Option<f64>>,
    /// Directions along which the objective was proved to rise for ever.
    pub(crate) directions: Vec<Vec<f64>>,
    pub(crate) iterations: usize,
    pub(crate) converged: bool,
}

impl<S> Optimum<S> {
    /// Columns that are not aliased.
    pub(crate) fn n_identified(&self) -> usize {
        self.identified.iter().filter(|i| **i).count()
    }

    /// Why column j has no coefficient; `null` gives the information at coefficients of 0.
    pub(crate) fn why_not(&self, j: usize, null: impl FnOnce() -> Matrix) -> Option<NotEstimable> {
        if let Some(sign) = self.infinite[j] {
            let direction = if sign > 0.0 { Direction::Up } else { Direction::Down };
            return Some(NotEstimable::Infinite { direction });
        }
        if self.identified[j] && self.inverse.get(j, j) > 0.0 {
            return None;
        }
        let with = self.collinear_with(j, &null());
        Some(if with.is_empty() { NotEstimable::Constant } else { NotEstimable::Collinear { with } })
    }

    /// The identified columns whose combination gives column j, by regression in the null information.
    fn collinear_with(&self, j: usize, information: &Matrix) -> Vec<usize> {
        let before: Vec<usize> = (0..j).filter(|&k| self.identified[k]).collect();
        let largest = (0..self.beta.len()).fold(0.0f64, |m, k| m.max(information.get(k, k)));
        if information.get(j, j) <= 1e-12 * largest {
            return Vec::new();
        }
        let rhs: Vec<f64> = before.iter().map(|&k| information.get(k, j)).collect();
        let combination = Ldl::new(&information.select(&before, &before), 1e-12).solve(&rhs);
        let size = combination.iter().fold(0.0f64, |m, c| m.max(c.abs()));
        before.iter().zip(&combination).filter(|(_, c)| c.abs() > 1e-6 * size).map(|(&k, _)| k).collect()
    }

    /// What a reader of the fit must know: of the search, of coefficients that do not exist, of few events.
    /// `parameters` are counted as they are used up: a penalty uses less than one a column.
    pub(crate) fn warnings(
        &self,
        coefficients: &[Coefficient],
        events: usize,
        parameters: f64,
    ) -> Vec<CoxWarning> {
        let mut warnings = Vec::new();
        if !self.converged {
            warnings.push(CoxWarning::NotConverged { iterations: self.iterations });
        }
        for (column, coefficient) in coefficients.iter().enumerate() {
            warnings.extend(match coefficient {
                Coefficient::Estimated(_) => None,
                Coefficient::NotEstimable(NotEstimable::Infinite { direction }) => {
                    Some(CoxWarning::MonotoneLikelihood { column, direction: *direction })
                }
                Coefficient::NotEstimable(NotEstimable::Constant) => Some(CoxWarning::Constant { column }),
                Coefficient::NotEstimable(NotEstimable::Collinear { with }) => {
                    Some(CoxWarning::Collinear { column, with: with.clone() })
                }
            });
        }
        if (events as f64) < EVENTS_PER_PARAMETER * parameters {
            let parameters = libm::ceil(parameters) as usize;
            warnings.push(CoxWarning::FewEventsPerParameter { events, parameters });
        }
        warnings
    }

    /// The same optimum with another state.
    pub(crate) fn with_state<T>(self, state: T) -> Optimum<T> {
        Optimum {
            state,
            beta: self.beta,
            value: self.value,
            inverse: self.inverse,
            robust: self.robust,
            loglik_null: self.loglik_null,
            score_statistic: self.score_statistic,
            identified: self.identified,
            infinite: self.infinite,
            directions: self.directions,
            iterations: self.iterations,
            converged: self.converged,
        }
    }
}

/// What the search maximises.
pub(crate) trait Objective {
    /// What an evaluation leaves behind.
    type State;
    fn n_columns(&self) -> usize;
    /// Value, score and information at `beta`.
    fn evaluate(&self, beta: &[f64]) -> (Self::State, Value);
    /// True if the objective rises for ever along the direction.
    fn is_monotone(&self, direction: &[f64]) -> bool;
    /// True if the linear predictor of a row is larger in size than the limit.
    fn exceeds(&self, beta: &[f64], limit: f64) -> bool;
    /// True if the column's information at 0 is only what rounding leaves of none.
    fn is_rounding(&self, _column: usize, _information: f64) -> bool {
        false
    }
    /// False where a penalty keeps every coefficient finite.
    fn may_diverge(&self) -> bool {
        true
    }
}

/// Objective, score and information.
pub(crate) struct Value {
    pub(crate) value: f64,
    pub(crate) score: Vec<f64>,
    /// Minus the second derivatives of the likelihood: its inverse is the variance.
    pub(crate) information: Matrix,
    /// Minus the second derivatives of the objective, where they are not the information.
    pub(crate) curvature: Option<Matrix>,
}

/// The partial likelihood itself.
pub(crate) struct Likelihood<'k, 'a>(pub(crate) &'k Kernel<'a>);

impl Objective for Likelihood<'_, '_> {
    type State = State;

    fn n_columns(&self) -> usize {
        self.0.n_columns()
    }

    fn evaluate(&self, beta: &[f64]) -> (State, Value) {
        let state = self.0.evaluate(beta);
        let information = self.0.information(&state);
        let value = Value { value: state.loglik, score: state.score.clone(), information, curvature: None };
        (state, value)
    }

    fn is_monotone(&self, direction: &[f64]) -> bool {
        is_monotone(self.0, direction)
    }

    fn exceeds(&self, beta: &[f64], limit: f64) -> bool {
        self.0.exceeds(beta, limit)
    }

    fn is_rounding(&self, column: usize, information: f64) -> bool {
        is_rounding(self.0, column, information)
    }
}

/// Information is a variance, a difference of second moments: below this share of the moment it is
/// rounding. The moment is only summed up where the information is small.
pub(super) fn is_rounding(kernel: &Kernel<'_>, column: usize, information: f64) -> bool {
    let events: f64 = kernel.grid.event_weight.iter().sum();
    if information > SUSPICIOUS * events {
        return false;
    }
    let (mut moment, mut total) = (0.0, 0.0);
    kernel.for_each_block(0..kernel.grid.n_rows(), |start, block| {
        for (i, x) in block.chunks_exact(kernel.n_columns()).enumerate() {
            let w = kernel.weight(start + i);
            moment += w * x[column] * x[column];
            total += w;
        }
    });
    information <= ROUNDING * events * moment / total
}
