//! Concordance: Harrell's, Uno's, and its optimism.

use crate::assertions::*;
use crate::{Data, Outcome};
use oligomet_survival::*;

pub fn check(data: &Data) -> Outcome {
    let score = &data.columns[0];
    for weights in [ConcordanceWeights::Harrell, ConcordanceWeights::Uno] {
        for sample in [data.sample(), data.plain(), data.competing()].iter().flatten() {
            if let Ok(c) = weighted_concordance(sample, score, weights) {
                check_concordance(&c);
                turned(sample, score, weights, &c);
            }
        }
    }
    same_in_any_order(data);
    let slices = data.slices();
    let design = data.design(&slices)?;
    let corrected = bootstrap_optimism(&data.sample()?, &design, &CoxOptions::default(), 5, data.seed)?;
    probability("apparent concordance", corrected.apparent);
    finite("optimism", corrected.optimism);
    close("corrected", corrected.corrected, corrected.apparent - corrected.optimism, ROUNDING);
    Ok(())
}

fn check_concordance(c: &Concordance) {
    probability("concordance", c.estimate);
    at_least_0("its error", c.std_error);
    at_least_0("concordant", c.concordant);
    at_least_0("discordant", c.discordant);
    at_least_0("tied", c.tied_score);
}

/// With the score turned round, C becomes 1 - C.
fn turned(sample: &Sample, score: &[f64], weights: ConcordanceWeights, c: &Concordance) {
    let turned: Vec<f64> = score.iter().map(|s| -s).collect();
    let other = weighted_concordance(sample, &turned, weights).expect("the same pairs");
    close("concordance of the turned score", other.estimate, 1.0 - c.estimate, ROUNDING);
}

fn same_in_any_order(data: &Data) {
    if !data.is_tame() {
        return;
    }
    let other = data.reordered();
    let once = data.sample().and_then(|s| concordance(&s, &data.columns[0]));
    let again = other.sample().and_then(|s| concordance(&s, &other.columns[0]));
    if let (Ok(a), Ok(b)) = (once, again) {
        close("concordance", a.estimate, b.estimate, ROUNDING);
        close("its error", a.std_error, b.std_error, 1e-6);
    }
}
