//! Concordance against R's `concordance`.

use crate::common::{close, close_to, for_each_case, numbers};
use oligomet_survival::{
    ConcordanceWeights, CoxOptions, Design, Sample, SurvivalError, Ties, Times, bootstrap_optimism,
    concordance, weighted_concordance,
};

#[test]
fn equals_r_concordance() {
    for_each_case("concordance", |case, data, name| {
        let flag = |key: &str| case[key].as_bool().unwrap();
        let score: Vec<f64> = numbers(&case["score"]).into_iter().map(Option::unwrap).collect();
        let strata = flag("strata").then(|| data.codes("stratum"));
        let clusters = flag("cluster").then(|| data.codes("cluster"));
        let weights = match case["timewt"].as_str().unwrap() {
            "n" => ConcordanceWeights::Harrell,
            "n/G2" => ConcordanceWeights::Uno,
            "S" => ConcordanceWeights::Survival,
            "S/G" => ConcordanceWeights::SurvivalOverCensoring,
            "I" => ConcordanceWeights::Events,
            other => panic!("{other}"),
        };
        for mut sample in [data.sample(), data.continuous_sample()] {
            if flag("weights") {
                sample = sample.with_weights(data.column("weight")).unwrap();
            }
            if let Some(strata) = &strata {
                sample = sample.with_strata(strata).unwrap();
            }
            if let Some(clusters) = &clusters {
                sample = sample.with_clusters(clusters).unwrap();
            }
            let c = weighted_concordance(&sample, &score, weights).unwrap();
            close(&format!("{name} C"), c.estimate, case["estimate"].as_f64().unwrap(), 1e-11);
            close(&format!("{name} se"), c.std_error, case["se"].as_f64().unwrap(), 1e-9);
            if weights == ConcordanceWeights::Harrell {
                for (found, expected) in
                    [c.concordant, c.discordant, c.tied_score].into_iter().zip(numbers(&case["counts"]))
                {
                    close_to(&format!("{name} pairs"), found, expected.unwrap(), 1e-10, 1.0);
                }
            }
        }
    });
}

/// Without weights pairs are counted in whole numbers, with weights summed up another way: weights of 1 must
/// change nothing, whether scores are all different, few, or all one.
#[test]
fn counted_pairs_equal_weighted_ones() {
    let draw = |i: usize, k: usize| (i * 7_919 + k * 104_729) * 2_654_435_761 % 1_000_003;
    for (n, days, levels) in
        [(7, 3, 3), (300, 40, 1_000_003), (3_000, 200, 1_000_003), (3_000, 2_000, 6), (500, 9, 1)]
    {
        let day: Vec<i32> = (0..n).map(|i| (draw(i, 1) % days) as i32).collect();
        let event: Vec<bool> = (0..n).map(|i| draw(i, 2) % 5 < 3).collect();
        let cluster: Vec<u32> = (0..n).map(|i| (draw(i, 4) % 50) as u32).collect();
        let score: Vec<f64> = (0..n).map(|i| (draw(i, 3) % levels) as f64 - 3.0).collect();
        let ones = vec![1.0; n];
        let plain = Sample::new(Times::Days(&day), &event).unwrap();
        for sample in [plain, plain.with_clusters(&cluster).unwrap()] {
            let counted = concordance(&sample, &score).unwrap();
            let weighted = concordance(&sample.with_weights(&ones).unwrap(), &score).unwrap();
            let pairs =
                |c: oligomet_survival::Concordance| [c.concordant, c.discordant, c.tied_score, c.estimate];
            assert_eq!(pairs(counted), pairs(weighted));
            close("std_error", counted.std_error, weighted.std_error, 1e-12);
        }
    }
}

#[test]
fn two_events_at_one_time_are_not_comparable() {
    let sample = Sample::new(Times::Days(&[5, 5]), &[true, true]).unwrap();
    assert_eq!(concordance(&sample, &[1.0, 2.0]), Err(SurvivalError::NoComparablePairs));
    let sample = Sample::new(Times::Days(&[5, 5]), &[true, false]).unwrap();
    assert_eq!(concordance(&sample, &[1.0, 2.0]).unwrap().estimate, 0.0);
}

/// Both sides are means over resamples: they agree within four Monte-Carlo standard errors, which for
/// 2,000 resamples a side is 0.13 times the spread of one resample's optimism.
#[test]
fn bootstrap_optimism_agrees_with_r_within_monte_carlo_error() {
    for_each_case("optimism", |case, data, name| {
        let of = |key: &str| case[key].as_f64().unwrap();
        let columns = data.covariates();
        let design = Design::new(&columns).unwrap();
        let ties = if case["ties"] == "efron" { Ties::Efron } else { Ties::Breslow };
        let options = CoxOptions { ties, ..CoxOptions::default() };
        let found = bootstrap_optimism(&data.sample(), &design, &options, 2000, 1).unwrap();
        close(&format!("{name} apparent"), found.apparent, of("apparent"), 1e-9);
        let error = of("sd") * (1.0 / of("replicates") + 1.0 / 2000.0).sqrt();
        let difference = found.optimism - of("optimism");
        assert!(difference.abs() < 4.0 * error, "{name}: {difference} with a standard error of {error}");
        // R keeps resamples with an infinite coefficient; here they are counted and left out: 18 of the
        // 2,000 of ovarian, hardly any elsewhere.
        assert!(found.undefined <= 40, "{name}: {found:?}");
    });
}
