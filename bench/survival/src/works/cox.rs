//! Cox models with Efron's ties.

use super::engine;
use crate::AnyError;
use crate::data::Data;
use crate::timing::{Results, measure};
use oligomet_survival::{
    Concordance, CoxFit, CoxModel, CoxOptions, Design, Estimate, PhTest, Sample, SurvivalError,
    TimeTransform, Times, fit_cox,
};
use rayon::prelude::*;

/// Resamples of which the mean coefficients are compared with the peers, which refit no more.
const COMPARED: usize = 200;

fn of_estimates(fit: &CoxFit, value: fn(&Estimate) -> f64) -> Vec<f64> {
    fit.coefficients.iter().map(|c| c.estimate().map_or(f64::NAN, value)).collect()
}

fn numbers(fit: &CoxFit) -> Results {
    vec![
        ("beta", of_estimates(fit, |e| e.log_hazard_ratio)),
        ("se", of_estimates(fit, |e| e.std_error)),
        ("loglik", vec![fit.loglik]),
        ("_iterations", vec![fit.iterations as f64]),
    ]
}

/// The fit alone, from plain slices.
pub fn fit(work: &str, data: &Data) -> Result<(), AnyError> {
    let run = || fit_once(data);
    run()?;
    measure(work, engine(), || (), |()| run(), |fit| fit.as_ref().map_or(vec![], numbers));
    Ok(())
}

/// One fit of all columns.
pub fn fit_once(data: &Data) -> Result<CoxFit, SurvivalError> {
    let columns = data.slices();
    let sample = Sample::new(Times::Days(&data.days), &data.event)?;
    fit_cox(&sample, &Design::new(&columns)?, &CoxOptions::default())
}

/// Fit, concordance with its standard error, and test of proportional hazards.
pub fn full_once(data: &Data) -> Result<(CoxFit, Concordance, PhTest), SurvivalError> {
    let columns = data.slices();
    let sample = Sample::new(Times::Days(&data.days), &data.event)?;
    let design = Design::new(&columns)?;
    let model = CoxModel::new(&sample, &design, &CoxOptions::default())?;
    let fit = model.fit()?;
    let concordance = model.concordance(&fit)?;
    let test = model.ph_test(&fit, TimeTransform::KaplanMeier)?;
    Ok((fit, concordance, test))
}

pub fn full(work: &str, data: &Data) -> Result<(), AnyError> {
    full_once(data)?;
    measure(
        work,
        engine(),
        || (),
        |()| full_once(data),
        |done| {
            let Ok((fit, c, test)) = done else { return vec![] };
            let mut all = numbers(fit);
            all.extend([("c", vec![c.estimate]), ("c_se", vec![c.std_error])]);
            all.push(("ph_global", vec![test.global.statistic]));
            all.push((
                "ph",
                test.columns.iter().map(|t| t.as_ref().map_or(f64::NAN, |t| t.statistic)).collect(),
            ));
            all
        },
    );
    Ok(())
}

/// The bootstrap: each resample is gathered and fitted anew.
pub fn refit(work: &str, data: &Data, resamples: &[i32]) -> Result<(), AnyError> {
    let run = |()| -> Vec<Option<Vec<f64>>> {
        resamples.par_chunks(data.n()).map(|rows| refit_once(data, rows)).collect()
    };
    measure(
        work,
        engine(),
        || (),
        run,
        |refits| {
            let compared: Vec<&Vec<f64>> = refits.iter().take(COMPARED).flatten().collect();
            let mean = |j: usize| compared.iter().map(|b| b[j]).sum::<f64>() / compared.len() as f64;
            let failed = refits.iter().filter(|r| r.is_none()).count();
            let p = data.columns.len();
            vec![
                ("mean_beta", (0..p).map(mean).collect()),
                ("_refits", vec![refits.len() as f64]),
                ("_failed", vec![failed as f64]),
            ]
        },
    );
    Ok(())
}

fn refit_once(data: &Data, rows: &[i32]) -> Option<Vec<f64>> {
    let rows = || rows.iter().map(|&row| row as usize);
    let resampled = Data {
        days: rows().map(|row| data.days[row]).collect(),
        event: rows().map(|row| data.event[row]).collect(),
        cause: Vec::new(),
        group: Vec::new(),
        columns: data.columns.iter().map(|c| rows().map(|row| c[row]).collect()).collect(),
    };
    fit_once(&resampled).ok().map(|fit| of_estimates(&fit, |e| e.log_hazard_ratio))
}
