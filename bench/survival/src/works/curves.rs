//! Kaplan-Meier, log-rank and concordance.

use super::engine;
use crate::AnyError;
use crate::data::Data;
use crate::timing::{Results, measure};
use oligomet_survival::{
    Concordance, CurvePoint, KaplanMeierOptions, LogRankOptions, LogRankTest, Sample, SurvivalCurve,
    SurvivalError, Times, concordance as harrell, kaplan_meier as km, log_rank as test,
};

/// Days at which curves are compared.
const DAYS: [f64; 4] = [100.0, 500.0, 1500.0, 3000.0];

pub fn kaplan_meier_once(data: &Data) -> Result<SurvivalCurve, SurvivalError> {
    km(&Sample::new(Times::Days(&data.days), &data.event)?, &KaplanMeierOptions::default())
}

/// The curve of times that are no whole days.
pub fn kaplan_meier_of_times(times: &[f64], event: &[bool]) -> Result<SurvivalCurve, SurvivalError> {
    km(&Sample::new(Times::Continuous(times), event)?, &KaplanMeierOptions::default())
}

pub fn kaplan_meier(work: &str, data: &Data) -> Result<(), AnyError> {
    kaplan_meier_once(data)?;
    let run = |()| kaplan_meier_once(data);
    measure(work, engine(), || (), run, |curve| curve.as_ref().map_or(vec![], points));
    Ok(())
}

fn points(curve: &SurvivalCurve) -> Results {
    let at = |value: fn(&CurvePoint) -> Option<f64>| {
        DAYS.iter().map(|&t| value(&curve.at(t)).unwrap_or(f64::NAN)).collect()
    };
    vec![("survival", at(|p| p.survival)), ("low", at(|p| p.conf_low)), ("high", at(|p| p.conf_high))]
}

/// Days held as floating-point numbers made into integers.
pub fn convert(work: &str, data: &Data) -> Result<(), AnyError> {
    let days: Vec<f64> = data.days.iter().map(|&d| f64::from(d)).collect();
    let convert = |()| days.iter().map(|&d| d as i32).collect::<Vec<i32>>();
    measure(work, engine(), || (), convert, |days| vec![("_rows", vec![days.len() as f64])]);
    Ok(())
}

pub fn log_rank_once(data: &Data) -> Result<LogRankTest, SurvivalError> {
    let sample = Sample::new(Times::Days(&data.days), &data.event)?;
    test(&sample, &data.group, 4, &LogRankOptions::default())
}

pub fn log_rank(work: &str, data: &Data) -> Result<(), AnyError> {
    log_rank_once(data)?;
    let results = |test: &LogRankTest| vec![("chi_square", vec![test.statistic])];
    measure(work, engine(), || (), |()| log_rank_once(data), |t| t.as_ref().map_or(vec![], results));
    Ok(())
}

pub fn concordance_once(data: &Data, score: &[f64]) -> Result<Concordance, SurvivalError> {
    harrell(&Sample::new(Times::Days(&data.days), &data.event)?, score)
}

pub fn concordance(work: &str, data: &Data) -> Result<(), AnyError> {
    let score = data.score();
    concordance_once(data, &score)?;
    let results = |c: &Concordance| vec![("c", vec![c.estimate]), ("c_se", vec![c.std_error])];
    let run = |()| concordance_once(data, &score);
    measure(work, engine(), || (), run, |c| c.as_ref().map_or(vec![], results));
    Ok(())
}
