//! Maximally selected log-rank statistics.

use super::engine;
use crate::AnyError;
use crate::data::Data;
use crate::timing::measure;
use oligomet_survival::{Cutpoint, CutpointOptions, Sample, SurvivalError, Times, best_cutpoint};

const PERMUTATIONS: u32 = 99_999;

fn best(data: &Data) -> Result<Cutpoint, SurvivalError> {
    let sample = Sample::new(Times::Days(&data.days), &data.event)?;
    best_cutpoint(&sample, &data.columns[0], &CutpointOptions::default())
}

pub fn monte_carlo(work: &str, data: &Data) -> Result<(), AnyError> {
    time(work, data, "p_mc", |best| best.p_monte_carlo(PERMUTATIONS, 1).p_value)
}

/// The p-value by the deterministic recursion.
pub fn gauss(work: &str, data: &Data) -> Result<(), AnyError> {
    time(work, data, "p_gauss", Cutpoint::p_gauss)
}

fn time(
    work: &str,
    data: &Data,
    name: &'static str,
    p_value: impl Fn(&Cutpoint) -> f64,
) -> Result<(), AnyError> {
    best(data)?;
    let run = |()| best(data).map(|best| (p_value(&best), best));
    measure(
        work,
        engine(),
        || (),
        run,
        |done| {
            let Ok((p, best)) = done else { return vec![] };
            vec![("statistic", vec![best.statistic]), ("cutpoint", vec![best.cutpoint]), (name, vec![*p])]
        },
    );
    Ok(())
}
