//! Penalised likelihoods: Firth's correction with profile intervals, and ridge.

use super::fit::{CoxFit, Estimate};
use super::kernel::{Kernel, State};
use super::newton::{Objective, Search, Value, maximise};
use super::{CoxModel, unscale};
use crate::error::{Result, SurvivalError};
use crate::log_rank::ChiSquareTest;
use crate::matrix::{Ldl, Matrix};
use libm::sqrt;

/// Step of the central difference of the log-determinant, in units of the scaled columns.
const DIFFERENCE: f64 = 3.2e-3;
/// Step of the second differences.
const CURVATURE_STEP: f64 = 5e-3;

/// Coefficients of a penalised fit.
#[derive(Debug, Clone, PartialEq)]
pub struct PenalisedFit {
    /// One per column: Wald interval and test from the unpenalised information.
    pub coefficients: Vec<Estimate>,
    /// Firth: profile-likelihood intervals, one per column; empty for ridge.
    pub profile: Vec<ProfileInterval>,
    /// Inverse information at the estimate (for ridge with the penalty's part).
    pub variance: Matrix,
    /// Penalised log-likelihood with all coefficients 0.
    pub loglik_null: f64,
    /// Penalised log-likelihood at the estimate.
    pub loglik: f64,
    /// Twice the gain of the penalised log-likelihood.
    pub likelihood_ratio: ChiSquareTest,
    /// Effective degrees of freedom: the number of columns for Firth, fewer for ridge.
    pub effective_df: f64,
    /// Newton steps.
    pub iterations: usize,
    /// Whether the search converged.
    pub converged: bool,
}

/// An interval by the penalised profile likelihood, with its test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfileInterval {
    /// Lower limit of the log hazard ratio; none if the search found no limit.
    pub conf_low: Option<f64>,
    /// Upper limit of the log hazard ratio.
    pub conf_high: Option<f64>,
    /// Penalised likelihood-ratio test of the coefficient.
    pub likelihood_ratio: ChiSquareTest,
}

/// log L + log |I| / 2 (Firth 1993; Heinze & Schemper 2001).
struct Firth<'k, 'a>(&'k Kernel<'a>);

impl Firth<'_, '_> {
    fn half_log_determinant(&self, beta: &[f64]) -> f64 {
        let state = self.0.evaluate(beta);
        0.5 * Ldl::new(&self.0.information(&state, None), 1e-14).log_determinant()
    }
}

impl Firth<'_, '_> {
    /// The information less the second derivatives of the penalty, by differences: they steer the
    /// search only, so a few digits suffice.
    fn curvature(&self, beta: &[f64], information: &Matrix, penalty: f64) -> Matrix {
        let p = beta.len();
        let at = |j: usize, k: usize, sign: f64| {
            let mut moved = beta.to_vec();
            moved[j] += CURVATURE_STEP;
            moved[k] += sign * CURVATURE_STEP;
            let opposite: Vec<f64> = beta.iter().zip(&moved).map(|(b, m)| 2.0 * b - m).collect();
            self.half_log_determinant(&moved) + self.half_log_determinant(&opposite)
        };
        let mut curvature = information.clone();
        let square = CURVATURE_STEP * CURVATURE_STEP;
        for j in 0..p {
            *curvature.at(j, j) -= (at(j, j, 1.0) - 2.0 * penalty) / (4.0 * square);
            for k in j + 1..p {
                let mixed = (at(j, k, 1.0) - at(j, k, -1.0)) / (4.0 * square);
                *curvature.at(j, k) -= mixed;
                *curvature.at(k, j) -= mixed;
            }
        }
        curvature
    }
}

impl Objective for Firth<'_, '_> {
    type State = State;

    fn n_columns(&self) -> usize {
        self.0.n_columns()
    }

    fn evaluate(&self, beta: &[f64]) -> (State, Value) {
        let state = self.0.evaluate(beta);
        let information = self.0.information(&state, None);
        let penalty = 0.5 * Ldl::new(&information, 1e-14).log_determinant();
        let mut score = state.score.clone();
        for (j, u) in score.iter_mut().enumerate() {
            *u += derivative(|shift| {
                let mut moved = beta.to_vec();
                moved[j] += shift;
                self.half_log_determinant(&moved)
            });
        }
        let curvature = Some(self.curvature(beta, &information, penalty));
        let value = Value { value: state.loglik + penalty, score, information, curvature };
        (state, value)
    }

    fn is_monotone(&self, _: &[f64]) -> bool {
        false
    }

    fn may_diverge(&self) -> bool {
        false
    }

    fn largest_predictor(&self, beta: &[f64]) -> f64 {
        self.0.largest_predictor(beta)
    }
}

/// Derivative at 0 by central differences, with Richardson's extrapolation twice: error of order h^6.
fn derivative(f: impl Fn(f64) -> f64) -> f64 {
    let h = DIFFERENCE;
    let central = |h: f64| (f(h) - f(-h)) / (2.0 * h);
    let (a, b, c) = (central(h), central(h / 2.0), central(h / 4.0));
    let (ab, bc) = ((4.0 * b - a) / 3.0, (4.0 * c - b) / 3.0);
    (16.0 * bc - ab) / 15.0
}

/// log L - theta/2 sum of (coefficient of the unscaled column)^2.
struct Ridge<'k, 'a> {
    kernel: &'k Kernel<'a>,
    /// theta / scale^2 per column.
    weight: Vec<f64>,
}

impl Objective for Ridge<'_, '_> {
    type State = Matrix;

    fn n_columns(&self) -> usize {
        self.kernel.n_columns()
    }

    /// The state is the information without the penalty's part.
    fn evaluate(&self, beta: &[f64]) -> (Matrix, Value) {
        let state = self.kernel.evaluate(beta);
        let plain = self.kernel.information(&state, None);
        let mut information = plain.clone();
        let (mut value, mut score) = (state.loglik, state.score);
        for (j, (&b, &w)) in beta.iter().zip(&self.weight).enumerate() {
            value -= 0.5 * w * b * b;
            score[j] -= w * b;
            *information.at(j, j) += w;
        }
        (plain, Value { value, score, information, curvature: None })
    }

    fn is_monotone(&self, _: &[f64]) -> bool {
        false
    }

    fn may_diverge(&self) -> bool {
        false
    }

    fn largest_predictor(&self, beta: &[f64]) -> f64 {
        self.kernel.largest_predictor(beta)
    }
}

impl CoxModel<'_> {
    /// Firth's penalised likelihood: finite estimates also where the likelihood is monotone.
    ///
    /// With profile intervals, which are to be preferred to Wald's where events are few. It stands
    /// beside the ordinary fit and is never put in its place silently.
    ///
    /// # Errors
    /// [`SurvivalError::NothingEstimable`] if a column is constant or collinear.
    /// # Source
    /// Heinze & Schemper 2001; `docs/methods/cox-firth.md`. The penalty uses the information of the
    /// ties chosen; R's `coxphf` has Breslow's.
    pub fn fit_firth(&self) -> Result<PenalisedFit> {
        self.check_not_exact("Firth's penalty")?;
        let objective = Firth(&self.kernel);
        let p = self.kernel.n_columns();
        let free = vec![true; p];
        let best = maximise(&objective, &free, self.search());
        if best.identified.contains(&false) {
            return Err(SurvivalError::NothingEstimable);
        }
        let scale = self.kernel.standard.scale.clone();
        let variance = unscale(&best.inverse, &scale);
        let estimate =
            |j: usize| Estimate::new(best.beta[j] / scale[j], sqrt(variance.get(j, j)), None, self.z);
        let profile = |j: usize| {
            let without: Vec<bool> = (0..p).map(|k| k != j).collect();
            let null = profile_value(&objective, self.search(), j, 0.0, &without);
            let limit = |sign: f64| {
                self.profile_limit(
                    &objective,
                    j,
                    best.beta[j],
                    sqrt(best.inverse.get(j, j)),
                    best.value,
                    sign,
                )
                .map(|b| b / scale[j])
            };
            ProfileInterval {
                conf_low: limit(-1.0),
                conf_high: limit(1.0),
                likelihood_ratio: ChiSquareTest::new((2.0 * (best.value - null)).max(0.0), 1),
            }
        };
        Ok(PenalisedFit {
            coefficients: (0..p).map(estimate).collect(),
            profile: (0..p).map(profile).collect(),
            variance,
            loglik_null: best.loglik_null,
            loglik: best.value,
            likelihood_ratio: ChiSquareTest::new(2.0 * (best.value - best.loglik_null), p),
            effective_df: p as f64,
            iterations: best.iterations,
            converged: best.converged,
        })
    }

    /// Where the profile has fallen by half the chi-square quantile, on one side: by secant steps
    /// on the signed root, which is nearly linear.
    fn profile_limit(
        &self,
        objective: &Firth<'_, '_>,
        j: usize,
        estimate: f64,
        std_error: f64,
        best: f64,
        sign: f64,
    ) -> Option<f64> {
        let free: Vec<bool> = (0..self.kernel.n_columns()).map(|k| k != j).collect();
        let root = |b: f64| {
            let value = profile_value(objective, self.search(), j, b, &free);
            sqrt((2.0 * (best - value)).max(0.0)) - self.z
        };
        let (mut inner, mut f_inner) = (estimate, -self.z);
        let mut outer = estimate + sign * self.z * std_error;
        let mut f_outer = root(outer);
        let mut widenings = 0;
        while f_outer < 0.0 {
            (inner, f_inner) = (outer, f_outer);
            outer += sign * self.z * std_error;
            f_outer = root(outer);
            widenings += 1;
            if widenings > 60 || !f_outer.is_finite() {
                return None;
            }
        }
        // Illinois variant of false position: keeps the bracket.
        for _ in 0..100 {
            let middle = outer - f_outer * (outer - inner) / (f_outer - f_inner);
            let f = root(middle);
            if f.abs() < 1e-11 || (outer - inner).abs() < 1e-12 * std_error {
                return Some(middle);
            }
            if f.signum() == f_outer.signum() {
                f_inner *= 0.5;
            } else {
                (inner, f_inner) = (outer, f_outer);
            }
            (outer, f_outer) = (middle, f);
        }
        Some(outer)
    }

    /// Ridge: maximises log L - theta/2 times the sum of squared coefficients of the columns as given.
    ///
    /// # Errors
    /// [`SurvivalError::InvalidOption`] unless theta is positive and finite.
    /// # Source
    /// Gray 1992; R `survival::ridge(..., scale = FALSE)`; `docs/methods/cox.md`.
    pub fn fit_ridge(&self, theta: f64) -> Result<PenalisedFit> {
        if !(theta > 0.0 && theta.is_finite()) {
            return Err(SurvivalError::InvalidOption {
                option: "theta",
                value: theta,
                expected: "it is positive",
            });
        }
        self.check_not_exact("ridge")?;
        let scale = &self.kernel.standard.scale;
        let objective =
            Ridge { kernel: &self.kernel, weight: scale.iter().map(|s| theta / (s * s)).collect() };
        let p = self.kernel.n_columns();
        let best = maximise(&objective, &vec![true; p], self.search());
        let variance = unscale(&best.inverse, scale);
        let influence = best.inverse.times(&best.state);
        let effective_df = (0..p).map(|j| influence.get(j, j)).sum();
        let estimate =
            |j: usize| Estimate::new(best.beta[j] / scale[j], sqrt(variance.get(j, j)), None, self.z);
        Ok(PenalisedFit {
            coefficients: (0..p).map(estimate).collect(),
            profile: Vec::new(),
            variance,
            loglik_null: best.loglik_null,
            loglik: best.value,
            likelihood_ratio: ChiSquareTest::new(2.0 * (best.value - best.loglik_null), p),
            effective_df,
            iterations: best.iterations,
            converged: best.converged,
        })
    }
}

/// Penalised log-likelihood maximised over the other columns, with column j held.
fn profile_value(objective: &Firth<'_, '_>, search: Search, j: usize, held: f64, free: &[bool]) -> f64 {
    let held = Held { objective, j, held };
    maximise(&held, free, search).value
}

struct Held<'o, 'k, 'a> {
    objective: &'o Firth<'k, 'a>,
    j: usize,
    held: f64,
}

impl Objective for Held<'_, '_, '_> {
    type State = State;

    fn n_columns(&self) -> usize {
        self.objective.n_columns()
    }

    fn evaluate(&self, beta: &[f64]) -> (State, Value) {
        let mut beta = beta.to_vec();
        beta[self.j] = self.held;
        self.objective.evaluate(&beta)
    }

    fn is_monotone(&self, _: &[f64]) -> bool {
        false
    }

    fn may_diverge(&self) -> bool {
        false
    }

    fn largest_predictor(&self, beta: &[f64]) -> f64 {
        self.objective.largest_predictor(beta)
    }
}

impl CoxFit {
    /// True where Firth's fit should stand beside this one: an infinite coefficient, or a warning of
    /// few events.
    pub fn suggests_firth(&self) -> bool {
        self.warnings.iter().any(|w| {
            matches!(
                w,
                super::CoxWarning::MonotoneLikelihood { .. }
                    | super::CoxWarning::FewEventsPerParameter { .. }
            )
        })
    }
}
