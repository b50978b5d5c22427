//! Predicted survival of a subject with given covariates.

use super::robust::ScoreParts;
use super::{CoxFit, CoxModel};
use crate::error::{Result, SurvivalError};
use crate::kaplan_meier::{ConfType, checked_z, interval};
use crate::matrix::dot;
use crate::sample::check_length;
use libm::{exp, sqrt};

/// Predicted survival in one stratum: a row per event time.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictedSurvival {
    /// Event times of the stratum, ascending.
    pub time: Vec<f64>,
    /// Cumulative hazard of the subject.
    pub cumulative_hazard: Vec<f64>,
    /// exp(-cumulative hazard).
    pub survival: Vec<f64>,
    /// Standard error of the cumulative hazard, which is that of log S: from the baseline and the
    /// coefficients together.
    pub std_error: Vec<f64>,
    /// Lower limit of S.
    pub conf_low: Vec<Option<f64>>,
    /// Upper limit of S.
    pub conf_high: Vec<Option<f64>>,
}

impl CoxModel<'_> {
    /// Survival of a subject with covariates `x` (one value per column) and offset 0, in the stratum
    /// with the given code (0 without strata).
    ///
    /// The variance of the cumulative hazard is r^2 (sum of dV + q' V q): Breslow's or Efron's
    /// variance of the baseline, and what the coefficients add.
    ///
    /// # Errors
    /// [`SurvivalError::InfiniteCoefficient`]; [`SurvivalError::LengthMismatch`];
    /// [`SurvivalError::GroupOutOfRange`] for an unknown stratum.
    /// # Source
    /// Tsiatis 1981; Therneau & Grambsch 2000, section 10.2. Checked against R `survfit(coxph)`.
    pub fn predict_survival(
        &self,
        fit: &CoxFit,
        x: &[f64],
        stratum: u32,
        conf_type: ConfType,
        conf_level: f64,
    ) -> Result<PredictedSurvival> {
        self.check_not_exact("predicted survival")?;
        fit.check_finite()?;
        check_length("x", self.kernel.n_columns(), x.len())?;
        crate::cox::check_finite("x", x, 0)?;
        let z = checked_z(conf_level)?;
        let grid = &self.kernel.grid;
        let index =
            grid.stratum_codes.iter().position(|&s| s == stratum).ok_or(SurvivalError::GroupOutOfRange {
                row: 0,
                group: stratum,
                n_groups: grid.stratum_codes.len(),
            })?;
        let state = self.state_at(fit);
        let parts = ScoreParts::new(&self.kernel, &state);
        let standard = &self.kernel.standard;
        let scaled: Vec<f64> = (0..x.len()).map(|j| (x[j] - standard.mean[j]) / standard.scale[j]).collect();
        let risk = exp(dot(&scaled, &fit.scaled) - self.kernel.offset_shift());
        let variance = fit.naive_variance.as_ref().unwrap_or(&fit.variance);
        let mut out = PredictedSurvival {
            time: Vec::new(),
            cumulative_hazard: Vec::new(),
            survival: Vec::new(),
            std_error: Vec::new(),
            conf_low: Vec::new(),
            conf_high: Vec::new(),
        };
        let mut baseline_variance = 0.0;
        for cell in grid.strata[index].clone() {
            baseline_variance += self.hazard_variance(&state, cell);
            let hazard = state.hazard[cell];
            let q: Vec<f64> = (0..x.len())
                .map(|j| standard.scale[j] * (scaled[j] * hazard - parts.collected(cell)[j]))
                .collect();
            let se = risk * sqrt(baseline_variance + variance.quadratic_form(&q));
            let survival = exp(-risk * hazard);
            let (low, high) = interval(conf_type, survival, Some(se), z);
            out.time.push(grid.time[cell]);
            out.cumulative_hazard.push(risk * hazard);
            out.survival.push(survival);
            out.std_error.push(se);
            out.conf_low.push(low);
            out.conf_high.push(high);
        }
        Ok(out)
    }

    /// Sum over the cell's tie steps of W / a^2: the variance of its hazard step.
    fn hazard_variance(&self, state: &super::State, cell: usize) -> f64 {
        state.terms[cell].q1
    }
}
