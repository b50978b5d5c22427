//! Cox's proportional hazards model.

mod at;
mod baseline;
mod cause_specific;
mod design;
mod exact;
mod firth;
mod fit;
mod grid;
mod kernel;
mod limit;
mod monotone;
mod newton;
mod objective;
mod penalised;
mod ph_test;
mod predict;
mod profile;
mod residuals;
mod robust;
mod tile;

pub use baseline::BaselineHazard;
pub use cause_specific::{CauseSpecificFit, fit_cause_specific};
pub use design::Design;
pub use fit::{
    Coefficient, Convergence, CoxFit, CoxOptions, CoxWarning, Direction, Estimate, NotEstimable, Ties,
};
pub use penalised::{PenalisedFit, Penalty, ProfileInterval};
pub use ph_test::{PhTest, TimeTransform};
pub use predict::PredictedSurvival;
pub use residuals::CoxResiduals;

use crate::concordance::{Concordance, concordance};
use crate::error::{Result, SurvivalError};
use crate::kaplan_meier::checked_z;
use crate::log_rank::ChiSquareTest;
use crate::matrix::{Matrix, dot};
use crate::sample::Sample;
use fit::standard_error;
use kernel::{Kernel, State};
use objective::Likelihood;

pub(crate) use design::check_finite;
pub(crate) use fit::{check_robust, unscale, wald_test};
pub(crate) use newton::{Search, maximise};
pub(crate) use objective::{Objective, Optimum, Value};
pub(crate) use robust::ClusterSums;
pub(crate) use tile::{Gram, Standard, TILE_ROWS};

/// A sample and a design, laid out once for fitting and all that follows a fit.
#[derive(Debug, Clone)]
pub struct CoxModel<'a> {
    sample: Sample<'a>,
    options: CoxOptions,
    kernel: Kernel<'a>,
    z: f64,
}

/// Tests of one term: all columns of a factor together.
#[derive(Debug, Clone, PartialEq)]
pub struct TermTest {
    /// Number of the term.
    pub term: usize,
    /// Joint Wald test; none if a coefficient is infinite or none is estimable.
    pub wald: Option<ChiSquareTest>,
    /// Likelihood-ratio test against the model without the term.
    pub likelihood_ratio: ChiSquareTest,
}

/// Fits Cox's model: hazard(t | x) = baseline(t) exp(x'beta), with a baseline per stratum of the sample.
///
/// Counting-process rows give delayed entry and time-varying covariates. A coefficient that does not
/// exist is [`Coefficient::NotEstimable`], never a large number.
///
/// # Errors
/// [`SurvivalError::NoEvents`], [`SurvivalError::LengthMismatch`], [`SurvivalError::InvalidOption`].
/// # Source
/// Cox 1972; Efron 1977; Breslow 1974; `docs/methods/cox.md`.
/// Checked against R `survival::coxph()`: `reference/cox/`.
/// # Example
/// ```
/// use oligomet_survival::{fit_cox, CoxOptions, Design, Sample, Ties, Times};
/// // Therneau & Grambsch 2000, appendix E.1: beta = log((3 + sqrt(33)) / 2) with Breslow's ties.
/// let sample = Sample::new(Times::Days(&[1, 1, 6, 6, 8, 9]), &[true, false, true, true, false, true])?;
/// let x = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
/// let options = CoxOptions { ties: Ties::Breslow, ..CoxOptions::default() };
/// let fit = fit_cox(&sample, &Design::new(&[&x])?, &options)?;
/// let beta = fit.coefficients[0].estimate().map(|e| e.log_hazard_ratio);
/// assert!((beta.unwrap_or(0.0) - ((3.0 + 33f64.sqrt()) / 2.0).ln()).abs() < 1e-12);
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn fit_cox(sample: &Sample<'_>, design: &Design<'_>, options: &CoxOptions) -> Result<CoxFit> {
    CoxModel::new(sample, design, options)?.fit()
}

impl<'a> CoxModel<'a> {
    /// Lays out the data.
    ///
    /// # Errors
    /// As [`fit_cox`].
    pub fn new(sample: &Sample<'a>, design: &'a Design<'a>, options: &CoxOptions) -> Result<Self> {
        let z = checked_z(options.conf_level)?;
        check_positive("tolerance", options.tolerance)?;
        check_positive("max_iterations", options.max_iterations as f64)?;
        if options.ties == Ties::Exact
            && (sample.weights.is_some() || sample.clusters.is_some() || options.robust)
        {
            let what = "weights or robust variances";
            return Err(SurvivalError::NotCovered { method: "the exact partial likelihood", what });
        }
        let kernel = Kernel::new(sample, design, options.ties == Ties::Efron)?;
        if kernel.grid.event_weight.iter().all(|&w| w == 0.0) {
            return Err(SurvivalError::NoEvents);
        }
        Ok(CoxModel { sample: *sample, options: *options, kernel, z })
    }

    fn search(&self) -> Search {
        Search { max_iterations: self.options.max_iterations, tolerance: self.options.tolerance }
    }

    /// Fits the model.
    ///
    /// # Errors
    /// [`SurvivalError::NothingEstimable`] if no column varies within a risk set;
    /// [`SurvivalError::NotCovered`] for a robust variance of 0, as of a single cluster.
    pub fn fit(&self) -> Result<CoxFit> {
        let free = vec![true; self.kernel.n_columns()];
        let optimum = self.maximise(&free)?;
        if !optimum.identified.contains(&true) {
            return Err(SurvivalError::NothingEstimable);
        }
        self.report(optimum)
    }

    /// The optimum over the columns that `free` allows, with the chosen ties; in the limit where it
    /// rises for ever.
    fn maximise(&self, free: &[bool]) -> Result<Optimum> {
        let found = self.search_on(&self.kernel, free);
        if found.infinite.iter().all(Option::is_none) { Ok(found) } else { self.to_supremum(found, free) }
    }

    fn search_on(&self, kernel: &Kernel<'_>, free: &[bool]) -> Optimum {
        if self.options.ties != Ties::Exact {
            return maximise(&Likelihood(kernel), free, self.search());
        }
        let found = maximise(&exact::Exact::new(kernel), free, self.search());
        let mut state = kernel.evaluate(&found.beta);
        state.loglik = found.value;
        found.with_state(state)
    }

    /// Methods that have no counterpart for exact ties say so.
    pub(crate) fn check_not_exact(&self, what: &'static str) -> Result<()> {
        if self.options.ties == Ties::Exact {
            return Err(SurvivalError::NotCovered { method: "the exact partial likelihood", what });
        }
        Ok(())
    }

    fn is_robust(&self) -> bool {
        self.options.robust || self.sample.clusters.is_some()
    }

    fn report(&self, optimum: Optimum) -> Result<CoxFit> {
        let scale = &self.kernel.standard.scale;
        let naive = unscale(&optimum.inverse, scale);
        let robust = self.is_robust();
        let mut variance = naive.clone();
        if robust {
            let scaled = match &optimum.robust {
                Some(robust) => robust,
                None => &self.robust_variance(&self.kernel, &optimum),
            };
            variance = unscale(scaled, scale);
            check_robust(&variance, &naive)?;
        }
        let coefficients = self.coefficients(&optimum, &variance, robust.then_some(&naive));
        let beta = coefficients.iter().map(|c| c.estimate().map_or(0.0, |e| e.log_hazard_ratio)).collect();
        let df = optimum.n_identified();
        let all: Vec<usize> = (0..coefficients.len()).collect();
        let loglik = optimum.state.loglik;
        Ok(CoxFit {
            wald: wald_test(&coefficients, &variance, &all),
            warnings: optimum.warnings(&coefficients, self.sample.n_events(), df as f64),
            coefficients,
            variance,
            naive_variance: robust.then_some(naive),
            loglik_null: optimum.loglik_null,
            loglik,
            likelihood_ratio: ChiSquareTest::new(2.0 * (loglik - optimum.loglik_null), df),
            score: ChiSquareTest::new(optimum.score_statistic, df),
            iterations: optimum.iterations,
            convergence: Convergence::of(optimum.converged),
            n: self.sample.n(),
            n_events: self.sample.n_events(),
            means: self.kernel.standard.mean.clone(),
            ties: self.options.ties,
            conf_level: self.options.conf_level,
            beta,
            scaled: optimum.beta,
        })
    }

    fn coefficients(&self, optimum: &Optimum, variance: &Matrix, naive: Option<&Matrix>) -> Vec<Coefficient> {
        (0..optimum.beta.len())
            .map(|j| match self.why_not(optimum, j) {
                Some(why) => Coefficient::NotEstimable(why),
                None => Coefficient::Estimated(Estimate::new(
                    optimum.beta[j] / self.kernel.standard.scale[j],
                    standard_error(variance, j),
                    naive.map(|v| standard_error(v, j)),
                    self.z,
                )),
            })
            .collect()
    }

    fn why_not(&self, optimum: &Optimum, j: usize) -> Option<NotEstimable> {
        let null = || self.kernel.information(&self.kernel.evaluate(&vec![0.0; optimum.beta.len()]));
        optimum.why_not(j, null)
    }

    /// Wald and likelihood-ratio tests of each term of the design. The latter refits the model once
    /// per term.
    ///
    /// # Errors
    /// None at present; fits of a checked model do not fail.
    pub fn term_tests(&self, fit: &CoxFit) -> Result<Vec<TermTest>> {
        let design = self.kernel.design;
        let df = fit.likelihood_ratio.df;
        let test = |term: usize| -> Result<TermTest> {
            let columns = design.columns_of_term(term);
            let free: Vec<bool> = (0..design.n_columns()).map(|j| !columns.contains(&j)).collect();
            let without = self.maximise(&free)?;
            // Without the term, columns nearly collinear with it may be determined: then it takes no freedom.
            let lost = df.saturating_sub(without.identified.iter().filter(|i| **i).count());
            Ok(TermTest {
                term,
                wald: fit.wald_test(&columns),
                likelihood_ratio: ChiSquareTest::new(2.0 * (fit.loglik - without.state.loglik), lost),
            })
        };
        let terms = (0..design.n_terms()).filter(|&t| !design.columns_of_term(t).is_empty());
        terms.map(test).collect()
    }

    /// Harrell's C of the fit's linear predictor; see [`concordance`](crate::concordance).
    ///
    /// # Errors
    /// [`SurvivalError::NoComparablePairs`].
    pub fn concordance(&self, fit: &CoxFit) -> Result<Concordance> {
        concordance(&self.sample, &self.scaled_predictor(fit))
    }

    /// The linear predictor up to a constant, infinite coefficients counting as very large.
    fn scaled_predictor(&self, fit: &CoxFit) -> Vec<f64> {
        self.kernel.linear_predictor(&fit.scaled)
    }

    /// The likelihood's state at the fit.
    pub(crate) fn state_at(&self, fit: &CoxFit) -> State {
        self.kernel.evaluate(&fit.scaled)
    }
}

impl CoxFit {
    /// x'beta + offset of each row of a design: not centred. Coefficients that are not estimable count 0.
    ///
    /// # Errors
    /// [`SurvivalError::LengthMismatch`] if the design has other columns than the model.
    pub fn linear_predictor(&self, design: &Design<'_>) -> Result<Vec<f64>> {
        crate::sample::check_length("design", self.beta.len(), design.n_columns())?;
        let mut eta = design.offset.map_or_else(|| vec![0.0; design.n_rows()], <[f64]>::to_vec);
        for (column, &beta) in design.columns.iter().zip(&self.beta) {
            if beta != 0.0 {
                eta.iter_mut().zip(*column).for_each(|(e, x)| *e += beta * x);
            }
        }
        Ok(eta)
    }

    /// The linear predictor at the column means, without offset.
    pub fn linear_predictor_at_means(&self) -> f64 {
        dot(&self.beta, &self.means)
    }
}

fn check_positive(option: &'static str, value: f64) -> Result<()> {
    if value > 0.0 {
        return Ok(());
    }
    Err(SurvivalError::InvalidOption { option, value, expected: "it is positive" })
}
