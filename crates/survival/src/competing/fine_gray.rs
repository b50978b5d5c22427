//! Fine and Gray's model of the subdistribution hazard.

mod model;
mod monotone;
mod predict;
mod variance;

pub use predict::PredictedIncidence;

use crate::cox::{
    BaselineHazard, Coefficient, Convergence, CoxOptions, CoxWarning, Design, Estimate, Objective, Search,
    check_robust, maximise, unscale,
};
use crate::error::{Result, SurvivalError};
use crate::kaplan_meier::checked_z;
use crate::log_rank::ChiSquareTest;
use crate::matrix::Matrix;
use crate::sample::{Sample, check_length};
use libm::sqrt;
use model::Model;

/// A fitted Fine-Gray model.
#[derive(Debug, Clone, PartialEq)]
pub struct FineGrayFit {
    /// The cause of interest.
    pub cause: u32,
    /// One per column: log subdistribution hazard ratios.
    pub coefficients: Vec<Coefficient>,
    /// Robust variance, over clusters where the sample has some; 0 where not estimable. It includes the estimation of the censoring weights
    /// unless there are case weights or delayed entries: see [`FineGrayFit::weights_taken_as_known`].
    pub variance: Matrix,
    /// The variance takes the weights of those with a competing event as known, not estimated.
    pub weights_taken_as_known: bool,
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
    /// What a reader must know.
    pub warnings: Vec<CoxWarning>,
    /// Rows.
    pub n: usize,
    /// Rows with an event of the cause.
    pub n_events: usize,
    /// Level of the intervals.
    pub conf_level: f64,
    /// Cumulative subdistribution hazard at x = 0, per stratum; empty if a coefficient is infinite.
    pub baseline: Vec<BaselineHazard>,
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
/// censoring; with delayed entry G(t-) H(t-) / (G(X-) H(X-)), H the distribution of entry, estimated
/// backwards in time. Ties are Breslow's. Strata have baselines of their own. `options` gives the
/// confidence level and the search's limits; its ties and robust flags do not apply.
///
/// # Errors
/// [`SurvivalError::NotCovered`] for an offset, or for a robust variance of 0, as of a single cluster; [`SurvivalError::NoEvents`],
/// [`SurvivalError::NothingEstimable`], [`SurvivalError::LengthMismatch`].
/// # Source
/// Fine & Gray 1999; Geskus 2011 and Zhang, Zhang & Fine 2011 (delayed entry); Zhou et al. 2011 (strata), 2012 (clusters);
/// `docs/methods/fine-gray.md`. Checked against R `cmprsk::crr` and `survival::finegray`:
/// `reference/fine_gray/`.
/// # Example
/// ```
/// use oligomet_survival::{CoxOptions, Design, Sample, Times, fit_fine_gray};
/// let days = [3, 5, 8, 9, 12, 14, 2, 4, 6, 7, 10, 11];
/// let cause = [1, 2, 0, 1, 2, 0, 1, 1, 1, 2, 1, 0];
/// let treated = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
/// let sample = Sample::with_causes(Times::Days(&days), &cause)?;
/// let fit = fit_fine_gray(&sample, &Design::new(&[&treated])?, 1, &CoxOptions::default())?;
/// let (with, without) = (fit.predict(&[1.0], 0)?, fit.predict(&[0.0], 0)?);
/// assert!(with.incidence.last() < without.incidence.last());
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn fit_fine_gray(
    sample: &Sample<'_>,
    design: &Design<'_>,
    cause: u32,
    options: &CoxOptions,
) -> Result<FineGrayFit> {
    FineGrayModel::new(sample, design, cause, options)?.fit()
}

/// A Fine-Gray model before it is fitted: [`fit_fine_gray`] with a choice of censoring groups.
#[derive(Debug, Clone, Copy)]
pub struct FineGrayModel<'a> {
    sample: Sample<'a>,
    design: &'a Design<'a>,
    cause: u32,
    options: CoxOptions,
    censoring_groups: Option<&'a [u32]>,
    z: f64,
}

impl<'a> FineGrayModel<'a> {
    /// As [`fit_fine_gray`], not yet fitted.
    ///
    /// # Errors
    /// As [`fit_fine_gray`].
    pub fn new(
        sample: &Sample<'a>,
        design: &'a Design<'a>,
        cause: u32,
        options: &CoxOptions,
    ) -> Result<Self> {
        let z = checked_z(options.conf_level)?;
        check_length("covariate", sample.n(), design.n_rows())?;
        if design.offset.is_some() {
            let method = "the Fine-Gray model";
            return Err(SurvivalError::NotCovered { method, what: "an offset" });
        }
        Ok(FineGrayModel { sample: *sample, design, cause, options: *options, censoring_groups: None, z })
    }

    /// Groups with a distribution of censoring (and of entry) of their own, a code per row: R's
    /// `crr(cengroup = )`. The strata themselves may be given.
    ///
    /// # Errors
    /// [`SurvivalError::LengthMismatch`].
    pub fn with_censoring_groups(mut self, groups: &'a [u32]) -> Result<Self> {
        check_length("censoring group", self.sample.n(), groups.len())?;
        self.censoring_groups = Some(groups);
        Ok(self)
    }

    /// Fits the model.
    ///
    /// # Errors
    /// As [`fit_fine_gray`].
    pub fn fit(&self) -> Result<FineGrayFit> {
        let model = Model::new(&self.sample, self.design, self.cause, self.censoring_groups)?;
        let search =
            Search { max_iterations: self.options.max_iterations, tolerance: self.options.tolerance };
        let optimum = maximise(&model, &vec![true; self.design.n_columns()], search);
        let df = optimum.n_identified();
        if df == 0 {
            return Err(SurvivalError::NothingEstimable);
        }
        let scale = &model.standard.scale;
        let variance = unscale(&model.robust_variance(&optimum), scale);
        check_robust(&variance, &unscale(&optimum.inverse, scale))?;
        let null = || model.evaluate(&vec![0.0; optimum.beta.len()]).1.information;
        let coefficient = |j: usize| match optimum.why_not(j, null) {
            Some(why) => Coefficient::NotEstimable(why),
            None => {
                let error = sqrt(variance.get(j, j));
                Coefficient::Estimated(Estimate::new(optimum.beta[j] / scale[j], error, None, self.z))
            }
        };
        let coefficients: Vec<Coefficient> = (0..self.design.n_columns()).map(coefficient).collect();
        let infinite = optimum.infinite.iter().any(Option::is_some);
        Ok(FineGrayFit {
            cause: self.cause,
            warnings: optimum.warnings(&coefficients, model.n_events(), df as f64),
            coefficients,
            loglik_null: optimum.loglik_null,
            loglik: optimum.value,
            pseudo_likelihood_ratio: ChiSquareTest::new(2.0 * (optimum.value - optimum.loglik_null), df),
            iterations: optimum.iterations,
            convergence: Convergence::of(optimum.converged),
            n: self.sample.n(),
            n_events: model.n_events(),
            conf_level: self.options.conf_level,
            baseline: if infinite { Vec::new() } else { model.baseline(&optimum.state, &optimum.beta) },
            variance,
            weights_taken_as_known: model.weights_taken_as_known(),
        })
    }
}
