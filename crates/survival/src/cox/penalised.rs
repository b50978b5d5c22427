//! Penalised likelihoods: Firth's correction with profile intervals, and ridge.

use super::firth::Firth;
use super::fit::{Convergence, CoxFit, CoxWarning, Estimate, Ties};
use super::kernel::Kernel;
use super::newton::{Objective, Value, maximise};
use super::profile::Profile;
use super::{CoxModel, Optimum, unscale};
use crate::error::{Result, SurvivalError};
use crate::limits::{LARGEST, SMALLEST};
use crate::log_rank::ChiSquareTest;
use crate::matrix::Matrix;
use libm::sqrt;

/// Coefficients of a penalised fit.
#[derive(Debug, Clone, PartialEq)]
pub struct PenalisedFit {
    /// One per column: Wald interval and test from the unpenalised information.
    pub coefficients: Vec<Estimate>,
    /// Firth: profile-likelihood intervals, one per column; empty for ridge.
    pub profile: Vec<ProfileInterval>,
    /// Inverse information at the estimate (for ridge with the penalty's part).
    pub variance: Matrix,
    /// Penalised log-likelihood with all coefficients 0, of the columns as given: Firth's penalty, half
    /// the log-determinant of the information, shifts with the unit of a column.
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
    pub convergence: Convergence,
    /// What a reader must know: no convergence, few events per effective degree of freedom. Infinite coefficients
    /// there are none, which is what the penalty is for.
    pub warnings: Vec<CoxWarning>,
    /// The penalty.
    pub penalty: Penalty,
    /// Rows.
    pub n: usize,
    /// Rows with an event.
    pub n_events: usize,
    /// Treatment of ties.
    pub ties: Ties,
    /// Level of the intervals.
    pub conf_level: f64,
}

/// What keeps the coefficients finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Penalty {
    /// Half the log-determinant of the information.
    Firth,
    /// Less theta/2 times the sum of squared coefficients of the columns as given.
    Ridge {
        /// theta.
        theta: f64,
    },
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
        let plain = self.kernel.information(&state);
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

    fn exceeds(&self, beta: &[f64], limit: f64) -> bool {
        self.kernel.exceeds(beta, limit)
    }
}

impl CoxModel<'_> {
    /// Firth's penalised likelihood: finite estimates also where the likelihood is monotone.
    ///
    /// With profile intervals, which are to be preferred to Wald's where events are few. It stands
    /// beside the ordinary fit and is never put in its place silently.
    ///
    /// # Errors
    /// [`SurvivalError::NothingEstimable`] if a column is constant or collinear; [`SurvivalError::SingularInformation`]
    /// if the information vanishes where the search ended.
    /// # Source
    /// Heinze & Schemper 2001; `docs/methods/cox-firth.md`. The penalty uses the information of the
    /// ties chosen; R's `coxphf` has Breslow's.
    pub fn fit_firth(&self) -> Result<PenalisedFit> {
        self.check_not_exact("Firth's penalty")?;
        let objective = Firth::new(&self.kernel);
        let p = self.kernel.n_columns();
        let best = maximise(&objective, &vec![true; p], self.search());
        if best.identified.contains(&false) {
            return Err(SurvivalError::NothingEstimable);
        }
        check_determined(&best.inverse)?;
        let scale = &self.kernel.standard.scale;
        let variance = unscale(&best.inverse, scale);
        let estimate =
            |j: usize| Estimate::new(best.beta[j] / scale[j], sqrt(variance.get(j, j)), None, self.z);
        let around = Profile { objective: &objective, best: &best, search: self.search(), z: self.z };
        let profile = |j: usize| {
            let scaled = around.interval(j);
            let unscaled = |limit: Option<f64>| limit.map(|b| b / scale[j]);
            let (conf_low, conf_high) = (unscaled(scaled.conf_low), unscaled(scaled.conf_high));
            ProfileInterval { conf_low, conf_high, ..scaled }
        };
        let (coefficients, profile) = ((0..p).map(estimate).collect(), (0..p).map(profile).collect());
        let fit = self.penalised(&best, Penalty::Firth, p as f64, coefficients, variance);
        Ok(PenalisedFit { profile, ..fit })
    }

    /// Ridge: maximises log L - theta/2 times the sum of squared coefficients of the columns as given.
    ///
    /// # Errors
    /// [`SurvivalError::InvalidOption`] unless theta lies between 1e-50 and 1e50;
    /// [`SurvivalError::SingularInformation`].
    /// # Source
    /// Gray 1992; R `survival::ridge(..., scale = FALSE)`; `docs/methods/cox.md`.
    pub fn fit_ridge(&self, theta: f64) -> Result<PenalisedFit> {
        if !(SMALLEST..=LARGEST).contains(&theta) {
            return Err(SurvivalError::InvalidOption {
                option: "theta",
                value: theta,
                expected: "it lies between 1e-50 and 1e50",
            });
        }
        self.check_not_exact("ridge")?;
        let scale = &self.kernel.standard.scale;
        let objective =
            Ridge { kernel: &self.kernel, weight: scale.iter().map(|s| theta / (s * s)).collect() };
        let p = self.kernel.n_columns();
        let best = maximise(&objective, &vec![true; p], self.search());
        check_determined(&best.inverse)?;
        let variance = unscale(&best.inverse, scale);
        let influence = best.inverse.times(&best.state);
        let effective_df = (0..p).map(|j| influence.get(j, j)).sum();
        let estimate =
            |j: usize| Estimate::new(best.beta[j] / scale[j], sqrt(variance.get(j, j)), None, self.z);
        let coefficients = (0..p).map(estimate).collect();
        Ok(self.penalised(&best, Penalty::Ridge { theta }, effective_df, coefficients, variance))
    }

    fn penalised<S>(
        &self,
        best: &Optimum<S>,
        penalty: Penalty,
        effective_df: f64,
        coefficients: Vec<Estimate>,
        variance: Matrix,
    ) -> PenalisedFit {
        let n_events = self.sample.n_events();
        PenalisedFit {
            likelihood_ratio: ChiSquareTest::new(2.0 * (best.value - best.loglik_null), coefficients.len()),
            coefficients,
            profile: Vec::new(),
            variance,
            loglik_null: best.loglik_null,
            loglik: best.value,
            effective_df,
            iterations: best.iterations,
            convergence: Convergence::of(best.converged),
            // No coefficient is infinite, constant or collinear here.
            warnings: best.warnings(&[], n_events, effective_df),
            penalty,
            n: self.sample.n(),
            n_events,
            ties: self.options.ties,
            conf_level: self.options.conf_level,
        }
    }
}

/// Every coefficient has a variance.
fn check_determined(inverse: &Matrix) -> Result<()> {
    let exists = |j: usize| inverse.get(j, j) > 0.0 && inverse.get(j, j).is_finite();
    if (0..inverse.n_rows()).all(exists) { Ok(()) } else { Err(SurvivalError::SingularInformation) }
}

impl CoxFit {
    /// True where Firth's fit should stand beside this one: an infinite coefficient, or a warning of
    /// few events.
    pub fn suggests_firth(&self) -> bool {
        self.warnings.iter().any(|w| {
            matches!(w, CoxWarning::MonotoneLikelihood { .. } | CoxWarning::FewEventsPerParameter { .. })
        })
    }
}
