//! Optimism of a model's concordance by the bootstrap.

use crate::concordance::concordance;
use crate::cox::{CoxOptions, Design, fit_cox};
use crate::error::{Result, SurvivalError};
use crate::owned::{OwnedSample, pick};
use crate::random::Stream;
use crate::sample::Sample;
use rayon::prelude::*;

/// Concordance of a Cox model, apparent and corrected for having been fitted to the same rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OptimismCorrected {
    /// Harrell's C of the model on the rows it was fitted to.
    pub apparent: f64,
    /// Mean over resamples of (C on the resample - C of the resample's model on all rows).
    pub optimism: f64,
    /// Apparent less optimism.
    pub corrected: f64,
    /// Resamples asked for.
    pub replicates: u32,
    /// Resamples whose model could not be fitted, or had an infinite coefficient: left out.
    pub undefined: u32,
}

/// Harrell's bootstrap: the model is fitted to resamples of the rows and tried on all rows.
///
/// # Errors
/// Those of [`fit_cox`]; [`SurvivalError::NothingEstimable`] if no resample could be used.
/// # Source
/// Harrell, Lee & Mark 1996; `docs/methods/concordance.md`.
pub fn bootstrap_optimism(
    sample: &Sample<'_>,
    design: &Design<'_>,
    options: &CoxOptions,
    replicates: u32,
    seed: u64,
) -> Result<OptimismCorrected> {
    let fit = fit_cox(sample, design, options)?;
    let apparent = concordance(sample, &fit.linear_predictor(design)?)?.estimate;
    let one = |replicate: u32| -> Option<f64> {
        let rows = Stream::new(seed, u64::from(replicate)).resample(sample.n());
        let part = OwnedSample::select(sample, &rows);
        let columns: Vec<Vec<f64>> = design.columns.iter().map(|c| pick(c, &rows)).collect();
        let offset = design.offset.map(|o| pick(o, &rows));
        let borrowed: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let mut resampled = Design::new(&borrowed).ok()?;
        if let Some(offset) = &offset {
            resampled = resampled.with_offset(offset).ok()?;
        }
        let fit = fit_cox(&part.as_sample(), &resampled, options).ok()?;
        fit.check_finite().ok()?;
        let own = concordance(&part.as_sample(), &fit.linear_predictor(&resampled).ok()?).ok()?;
        let all = concordance(sample, &fit.linear_predictor(design).ok()?).ok()?;
        Some(own.estimate - all.estimate)
    };
    let found: Vec<f64> = (0..replicates).into_par_iter().filter_map(one).collect();
    if found.is_empty() {
        return Err(SurvivalError::NothingEstimable);
    }
    let optimism = found.iter().sum::<f64>() / found.len() as f64;
    Ok(OptimismCorrected {
        apparent,
        optimism,
        corrected: apparent - optimism,
        replicates,
        undefined: replicates - found.len() as u32,
    })
}
