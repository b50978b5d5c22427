//! A model at coefficients that are given, not fitted.

use super::exact::Exact;
use super::newton::hold;
use super::objective::Likelihood;
use super::{CoxFit, CoxModel, Ties};
use crate::error::{Result, SurvivalError};

impl CoxModel<'_> {
    /// The model at the given coefficients, one per column: the log-likelihood of coefficients from
    /// elsewhere on these data, and all that follows from a fit (residuals, hazards, predictions, C).
    ///
    /// As R's `coxph(init = , iter.max = 0)`. The score test is of the hypothesis that these
    /// coefficients are the true ones; the likelihood-ratio statistic compares them with all 0, and is
    /// negative where they are worse. Variances are those of the information here. The fit counts as
    /// converged only if the score vanishes, that is if these are the estimates.
    ///
    /// # Errors
    /// [`SurvivalError::LengthMismatch`], [`SurvivalError::NotFinite`], and
    /// [`SurvivalError::InvalidOption`] for coefficients whose hazard ratios exceed the range of numbers.
    /// # Example
    /// ```
    /// use oligomet_survival::{CoxModel, CoxOptions, Design, Sample, Times};
    /// let event = [true, false, true, true, false, true];
    /// let sample = Sample::new(Times::Days(&[1, 1, 6, 6, 8, 9]), &event)?;
    /// let columns: [&[f64]; 1] = [&[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]];
    /// let design = Design::new(&columns)?;
    /// let model = CoxModel::new(&sample, &design, &CoxOptions::default())?;
    /// let published = model.at(&[0.5])?;
    /// assert!(published.loglik < model.fit()?.loglik);
    /// # Ok::<(), oligomet_survival::SurvivalError>(())
    /// ```
    pub fn at(&self, coefficients: &[f64]) -> Result<CoxFit> {
        crate::sample::check_length("coefficients", self.kernel.n_columns(), coefficients.len())?;
        super::check_finite("coefficient", coefficients, 0)?;
        let scaled: Vec<f64> =
            coefficients.iter().zip(&self.kernel.standard.scale).map(|(b, s)| b * s).collect();
        let held = match self.options.ties {
            Ties::Exact => hold(&Exact::new(&self.kernel), &scaled).map(|held| {
                let mut state = self.kernel.evaluate(&scaled);
                state.loglik = held.value;
                held.with_state(state)
            }),
            _ => hold(&Likelihood(&self.kernel), &scaled),
        };
        let held = held.ok_or(SurvivalError::InvalidOption {
            option: "largest coefficient",
            value: coefficients.iter().fold(0.0f64, |m, b| m.max(b.abs())),
            expected: "linear predictors stay within 500 of their mean",
        })?;
        self.report(held)
    }
}
