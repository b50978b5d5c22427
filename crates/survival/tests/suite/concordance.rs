//! Concordance against R's `concordance`.

use crate::common::{close, close_to, for_each_case, numbers};
use oligomet_survival::{
    ConcordanceWeights, Sample, SurvivalError, Times, concordance, weighted_concordance,
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
            _ => ConcordanceWeights::Uno,
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

#[test]
fn two_events_at_one_time_are_not_comparable() {
    let sample = Sample::new(Times::Days(&[5, 5]), &[true, true]).unwrap();
    assert_eq!(concordance(&sample, &[1.0, 2.0]), Err(SurvivalError::NoComparablePairs));
    let sample = Sample::new(Times::Days(&[5, 5]), &[true, false]).unwrap();
    assert_eq!(concordance(&sample, &[1.0, 2.0]).unwrap().estimate, 0.0);
}
