//! A fitted Cox model: what is reported.

use crate::error::{Result, SurvivalError};
use crate::log_rank::ChiSquareTest;
use crate::matrix::{Ldl, Matrix};
use crate::special::normal_two_sided;
use libm::{exp, sqrt};

/// Treatment of tied event times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Ties {
    /// Efron's approximation (R's default, and ours).
    #[default]
    Efron,
    /// Breslow's approximation (Stata's and SAS's default).
    Breslow,
    /// Exact: all choices of the tied events from the risk set (R's `ties = "exact"`). For small data
    /// without weights; the fit alone is available, not residuals, curves or the test of proportional hazards.
    Exact,
}

/// How a Cox model is fitted and reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoxOptions {
    /// Treatment of ties. Default: Efron.
    pub ties: Ties,
    /// Two-sided confidence level of the intervals. Default: 0.95.
    pub conf_level: f64,
    /// Newton steps at most. Default: 60.
    pub max_iterations: usize,
    /// Relative change of the log-likelihood at convergence. Default: 1e-12. The score must vanish too.
    pub tolerance: f64,
    /// Robust (sandwich) variance, each row or cluster contributing its own score. Default: false;
    /// always on for samples with clusters.
    pub robust: bool,
}

impl Default for CoxOptions {
    fn default() -> Self {
        CoxOptions {
            ties: Ties::Efron,
            conf_level: 0.95,
            max_iterations: 60,
            tolerance: 1e-12,
            robust: false,
        }
    }
}

/// A coefficient that exists, with its Wald test and interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The coefficient.
    pub log_hazard_ratio: f64,
    /// exp(coefficient).
    pub hazard_ratio: f64,
    /// Standard error of the coefficient: robust if the fit is robust.
    pub std_error: f64,
    /// Model-based standard error, where `std_error` is robust.
    pub naive_std_error: Option<f64>,
    /// z = coefficient / standard error.
    pub statistic: f64,
    /// Two-sided p-value of z.
    pub p_value: f64,
    /// Lower limit of the coefficient.
    pub conf_low: f64,
    /// Upper limit of the coefficient.
    pub conf_high: f64,
    /// Lower limit of the hazard ratio.
    pub hazard_ratio_low: f64,
    /// Upper limit of the hazard ratio.
    pub hazard_ratio_high: f64,
}

impl Estimate {
    pub(crate) fn new(coefficient: f64, std_error: f64, naive: Option<f64>, z: f64) -> Self {
        let statistic = coefficient / std_error;
        let (conf_low, conf_high) = (coefficient - z * std_error, coefficient + z * std_error);
        Estimate {
            log_hazard_ratio: coefficient,
            hazard_ratio: exp(coefficient),
            std_error,
            naive_std_error: naive,
            statistic,
            p_value: normal_two_sided(statistic),
            conf_low,
            conf_high,
            hazard_ratio_low: exp(conf_low),
            hazard_ratio_high: exp(conf_high),
        }
    }
}

/// Which way a coefficient has no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To plus infinity.
    Up,
    /// To minus infinity.
    Down,
}

/// Why a coefficient has no estimate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotEstimable {
    /// The likelihood rises for ever in this direction (monotone likelihood, separation): at every
    /// event the subject had the highest value in the risk set. Firth's penalty gives an estimate.
    Infinite {
        /// Sign of the coefficient.
        direction: Direction,
    },
    /// The column does not vary within any risk set.
    Constant,
    /// The column is a linear combination of others.
    Collinear {
        /// Those others.
        with: Vec<usize>,
    },
}

/// One coefficient of a fit.
#[derive(Debug, Clone, PartialEq)]
pub enum Coefficient {
    /// Estimated.
    Estimated(Estimate),
    /// Not estimable, and why.
    NotEstimable(NotEstimable),
}

impl Coefficient {
    /// The estimate, if there is one.
    pub fn estimate(&self) -> Option<&Estimate> {
        match self {
            Coefficient::Estimated(estimate) => Some(estimate),
            Coefficient::NotEstimable(_) => None,
        }
    }
}

/// Whether the search for the optimum ended at one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convergence {
    /// The relative change of the log-likelihood and the score are below tolerance.
    Converged,
    /// The limit of iterations was reached, or no step improved: do not trust the numbers.
    NotConverged,
}

impl Convergence {
    pub(crate) fn of(converged: bool) -> Self {
        if converged { Convergence::Converged } else { Convergence::NotConverged }
    }
}

/// What a reader of the fit must know.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CoxWarning {
    /// The search did not end at an optimum.
    NotConverged {
        /// Steps taken.
        iterations: usize,
    },
    /// A coefficient is infinite.
    MonotoneLikelihood {
        /// Its column.
        column: usize,
        /// Its sign.
        direction: Direction,
    },
    /// A column does not vary within any risk set.
    Constant {
        /// The column.
        column: usize,
    },
    /// A column is a linear combination of others.
    Collinear {
        /// The column.
        column: usize,
        /// The others.
        with: Vec<usize>,
    },
    /// Fewer than ten events per estimated coefficient.
    FewEventsPerParameter {
        /// Events.
        events: usize,
        /// Coefficients.
        parameters: usize,
    },
}

/// A fitted Cox model.
#[derive(Debug, Clone, PartialEq)]
pub struct CoxFit {
    /// One per column of the design.
    pub coefficients: Vec<Coefficient>,
    /// Variance of the coefficients, p x p: robust if the fit is robust; rows and columns of
    /// coefficients that are not estimable are 0.
    pub variance: Matrix,
    /// Inverse information, where `variance` is robust.
    pub naive_variance: Option<Matrix>,
    /// Log partial likelihood with all coefficients 0.
    pub loglik_null: f64,
    /// Log partial likelihood at the estimate (its supremum if a coefficient is infinite).
    pub loglik: f64,
    /// Likelihood-ratio test of all coefficients.
    pub likelihood_ratio: ChiSquareTest,
    /// Wald test of all coefficients; none if one is infinite or none is estimable.
    pub wald: Option<ChiSquareTest>,
    /// Score test of all coefficients.
    pub score: ChiSquareTest,
    /// Newton steps.
    pub iterations: usize,
    /// Whether the search converged.
    pub convergence: Convergence,
    /// What a reader must know.
    pub warnings: Vec<CoxWarning>,
    /// Rows.
    pub n: usize,
    /// Rows with an event.
    pub n_events: usize,
    /// Column means (weighted), around which curves may be centred.
    pub means: Vec<f64>,
    /// Treatment of ties.
    pub ties: Ties,
    /// Level of the intervals.
    pub conf_level: f64,
    /// Coefficients by column, 0 where not estimable, for predictions.
    pub(crate) beta: Vec<f64>,
    /// Coefficients of the scaled columns at which the likelihood was last evaluated.
    pub(crate) scaled: Vec<f64>,
}

impl CoxFit {
    /// Estimates by column, where they exist.
    pub fn estimates(&self) -> Vec<Option<&Estimate>> {
        self.coefficients.iter().map(Coefficient::estimate).collect()
    }

    /// Joint Wald test of the given columns (a factor); none if any is infinite or none is estimable.
    pub fn wald_test(&self, columns: &[usize]) -> Option<ChiSquareTest> {
        wald_test(&self.coefficients, &self.variance, columns)
    }

    /// Robust standard errors were asked for.
    pub fn is_robust(&self) -> bool {
        self.naive_variance.is_some()
    }
}

pub(crate) fn wald_test(
    coefficients: &[Coefficient],
    variance: &Matrix,
    columns: &[usize],
) -> Option<ChiSquareTest> {
    let infinite =
        |&j: &usize| matches!(coefficients[j], Coefficient::NotEstimable(NotEstimable::Infinite { .. }));
    if columns.iter().any(infinite) {
        return None;
    }
    let used: Vec<usize> =
        columns.iter().copied().filter(|&j| coefficients[j].estimate().is_some()).collect();
    let beta: Vec<f64> =
        used.iter().filter_map(|&j| coefficients[j].estimate()).map(|e| e.log_hazard_ratio).collect();
    let factor = Ldl::new(&variance.select(&used, &used), 1e-14);
    if factor.rank() == 0 {
        return None;
    }
    Some(ChiSquareTest::new(crate::matrix::dot(&factor.solve(&beta), &beta), factor.rank()))
}

/// Rescales a variance of scaled columns to one of the columns.
pub(crate) fn unscale(variance: &Matrix, scale: &[f64]) -> Matrix {
    let mut out = variance.clone();
    for (i, si) in scale.iter().enumerate() {
        for (j, sj) in scale.iter().enumerate() {
            *out.at(i, j) /= si * sj;
        }
    }
    out
}

/// Scores that vanish in every cluster (there is one only, or the residuals are 0) say nothing about the
/// variance: what is left is rounding, and a z from it would be a huge number.
pub(crate) fn check_robust(robust: &Matrix, naive: &Matrix) -> Result<()> {
    let vanishes = |j: &usize| naive.get(*j, *j) > 0.0 && robust.get(*j, *j) <= 1e-20 * naive.get(*j, *j);
    if (0..naive.n_rows()).any(|j| vanishes(&j)) {
        let what = "scores that vanish in every cluster";
        return Err(SurvivalError::NotCovered { method: "the robust variance", what });
    }
    Ok(())
}

pub(crate) fn standard_error(variance: &Matrix, j: usize) -> f64 {
    sqrt(variance.get(j, j).max(0.0))
}
