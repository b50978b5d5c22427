//! Fine and Gray's model.

use super::engine;
use crate::AnyError;
use crate::data::Data;
use crate::timing::measure;
use oligomet_survival::{
    CoxOptions, Design, Estimate, FineGrayFit, Sample, SurvivalError, Times, fit_fine_gray,
};

/// One fit with its robust variance.
pub fn fit_once(data: &Data) -> Result<FineGrayFit, SurvivalError> {
    let columns = data.slices();
    let sample = Sample::with_causes(Times::Days(&data.days), &data.cause)?;
    fit_fine_gray(&sample, &Design::new(&columns)?, 1, &CoxOptions::default())
}

pub fn fine_gray(work: &str, data: &Data) -> Result<(), AnyError> {
    fit_once(data)?;
    measure(
        work,
        engine(),
        || (),
        |()| fit_once(data),
        |fit| {
            let Ok(fit) = fit else { return vec![] };
            let of = |value: fn(&Estimate) -> f64| {
                fit.coefficients.iter().map(|c| c.estimate().map_or(f64::NAN, value)).collect()
            };
            vec![
                ("beta", of(|e| e.log_hazard_ratio)),
                ("se", of(|e| e.std_error)),
                ("loglik", vec![fit.loglik]),
            ]
        },
    );
    Ok(())
}
