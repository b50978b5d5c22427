//! Log-rank tests against R's `survdiff`.

use crate::common::{close, close_to, for_each_case, numbers};
use oligomet_survival::{
    LogRankOptions, LogRankWeights, PermutationTest, Sample, SurvivalError, Times, log_rank,
    pairwise_log_rank, permutation_log_rank,
};
use serde_json::Value;

#[test]
fn equals_survdiff() {
    for_each_case("log_rank", |case, data, name| {
        let group = data.codes("group");
        let strata = data.get("stratum").map(|_| data.codes("stratum"));
        let rho = case["rho"].as_f64().unwrap();
        let weights = match rho {
            0.0 => LogRankWeights::LogRank,
            rho => LogRankWeights::FlemingHarrington { rho, gamma: 0.0 },
        };
        let n_groups = group.iter().max().unwrap() + 1;
        for sample in [data.sample(), data.continuous_sample()] {
            let sample = match &strata {
                Some(strata) if case["strata"].as_bool().unwrap() => sample.with_strata(strata).unwrap(),
                _ => sample,
            };
            let test = log_rank(&sample, &group, n_groups as usize, &LogRankOptions { weights }).unwrap();
            close(&format!("{name} statistic"), test.statistic, case["statistic"].as_f64().unwrap(), 1e-9);
            assert_eq!(test.df as f64, case["df"].as_f64().unwrap(), "{name}");
            close(&format!("{name} p"), test.p_value, case["p"].as_f64().unwrap(), 1e-6);
            let (observed, expected) = (numbers(&case["observed"]), numbers(&case["expected"]));
            for (i, group) in test.groups.iter().enumerate() {
                close(&format!("{name} observed"), group.observed, observed[i].unwrap(), 1e-11);
                close(&format!("{name} expected"), group.expected, expected[i].unwrap(), 1e-11);
                for (j, v) in numbers(&case["variance"][i]).into_iter().enumerate() {
                    close_to(&format!("{name} variance"), test.variance.get(i, j), v.unwrap(), 1e-9, 1e-6);
                }
            }
        }
    });
}

#[test]
fn empty_groups_are_dropped_and_named() {
    let sample = Sample::new(Times::Days(&[1, 2, 3, 4, 5, 6]), &[true; 6]).unwrap();
    let test = log_rank(&sample, &[1, 3, 1, 3, 1, 3], 5, &LogRankOptions::default()).unwrap();
    assert_eq!((test.df, test.dropped_groups.clone()), (1, vec![0, 2, 4]));
    assert_eq!(test.groups.iter().map(|g| g.group).collect::<Vec<_>>(), [1, 3]);
    let one = log_rank(&sample, &[0; 6], 2, &LogRankOptions::default());
    assert_eq!(one, Err(SurvivalError::FewerThanTwoGroups { n: 1 }));
}

#[test]
fn no_events_is_an_error() {
    let sample = Sample::new(Times::Days(&[1, 2]), &[false, false]).unwrap();
    let test = log_rank(&sample, &[0, 1], 2, &LogRankOptions::default());
    assert_eq!(test, Err(SurvivalError::NoEvents));
}

fn weights_of(case: &Value) -> LogRankWeights {
    let of = |key: &str| case[key].as_f64().unwrap();
    match case["kind"].as_str().unwrap() {
        "log_rank" => LogRankWeights::LogRank,
        "gehan" => LogRankWeights::Gehan,
        "tarone_ware" => LogRankWeights::TaroneWare,
        "peto_peto" => LogRankWeights::PetoPeto,
        "fleming_harrington" => LogRankWeights::FlemingHarrington { rho: of("rho"), gamma: of("gamma") },
        other => panic!("{other}"),
    }
}

/// All weights, the trend test, strata and delayed entry, counted out in R from their definition.
#[test]
fn weighted_and_trend_tests_equal_the_definition() {
    for_each_case("weighted_log_rank", |case, data, name| {
        if case["kind"] == "pairwise" {
            return;
        }
        let group = data.codes("group");
        let n_groups = *group.iter().max().unwrap() as usize + 1;
        let options = LogRankOptions { weights: weights_of(case) };
        let strata = case["strata"].as_bool().unwrap().then(|| data.codes("stratum"));
        for mut sample in [data.sample(), data.continuous_sample()] {
            if let Some(strata) = &strata {
                sample = sample.with_strata(strata).unwrap();
            }
            let test = log_rank(&sample, &group, n_groups, &options).unwrap();
            let of = |key: &str| case[key].as_f64().unwrap();
            let (observed, expected) = (numbers(&case["observed"]), numbers(&case["expected"]));
            for (i, group) in test.groups.iter().enumerate() {
                close(&format!("{name} observed"), group.observed, observed[i].unwrap(), 1e-11);
                close(&format!("{name} expected"), group.expected, expected[i].unwrap(), 1e-11);
                for (j, v) in numbers(&case["variance"][i]).into_iter().enumerate() {
                    let floor = (test.variance.get(i, i) * test.variance.get(j, j)).sqrt();
                    close_to(&format!("{name} variance"), test.variance.get(i, j), v.unwrap(), 1e-10, floor);
                }
            }
            close_to(&format!("{name} statistic"), test.statistic, of("statistic"), 1e-9, 1e-3);
            assert_eq!(test.df as f64, of("df"), "{name}");
            close(&format!("{name} p"), test.p_value, of("p"), 1e-6);
            let scores: Vec<f64> = numbers(&case["scores"]).into_iter().flatten().collect();
            let trend = test.trend(&scores).unwrap();
            close_to(&format!("{name} trend"), trend.statistic, of("trend"), 1e-9, 1e-3);
            close(&format!("{name} trend p"), trend.p_value, of("trend_p"), 1e-6);
            assert_eq!(trend.df, 1);
        }
    });
}

#[test]
fn pairs_and_holm_equal_survdiff() {
    for_each_case("weighted_log_rank", |case, data, name| {
        if case["kind"] != "pairwise" {
            return;
        }
        let group = data.codes("group");
        let n_groups = *group.iter().max().unwrap() as usize + 1;
        let rho = case["rho"].as_f64().unwrap();
        let options = LogRankOptions { weights: LogRankWeights::FlemingHarrington { rho, gamma: 0.0 } };
        let tests = pairwise_log_rank(&data.sample(), &group, n_groups, &options).unwrap();
        assert_eq!(tests.len(), case["pairs"].as_array().unwrap().len(), "{name}");
        for (i, pair) in tests.iter().enumerate() {
            let codes: Vec<f64> = numbers(&case["pairs"][i]).into_iter().flatten().collect();
            assert_eq!(vec![f64::from(pair.first), f64::from(pair.second)], codes, "{name}");
            let of = |key: &str| numbers(&case[key])[i].unwrap();
            let test = pair.test.as_ref().unwrap();
            close(&format!("{name} statistic"), test.statistic, of("statistic"), 1e-9);
            close(&format!("{name} p"), test.p_value, of("p"), 1e-6);
            close(&format!("{name} adjusted"), pair.p_adjusted.unwrap(), of("holm"), 1e-6);
        }
    });
}

/// Three groups, no ties, by hand: at times 1 to 4 one of 4, 3, 2, 1 has the event.
#[test]
fn trend_by_hand() {
    let sample = Sample::new(Times::Days(&[1, 2, 3, 4]), &[true; 4]).unwrap();
    let test = log_rank(&sample, &[2, 1, 1, 0], 3, &LogRankOptions::default()).unwrap();
    // Scores 0, 1, 2: means of the risk sets 4/4, 2/3, 1/2, 0; variances 1/2, 2/9, 1/4, 0.
    let u: f64 = (2.0 - 1.0) + (1.0 - 2.0 / 3.0) + (1.0 - 0.5);
    let v = 0.5 + 2.0 / 9.0 + 0.25;
    close("trend", test.trend(&[0.0, 1.0, 2.0]).unwrap().statistic, u * u / v, 1e-13);
    // A linear change of the scores changes nothing.
    close("shifted", test.trend(&[5.0, 3.0, 1.0]).unwrap().statistic, u * u / v, 1e-13);
    assert_eq!(test.trend(&[1.0; 3]), Err(SurvivalError::SingularInformation));
    assert!(matches!(test.trend(&[0.0, 1.0]), Err(SurvivalError::LengthMismatch { .. })));
}

/// All arrangements, enumerated in R too, and permuted ones within their own interval of the same p-value.
#[test]
fn permutation_p_values_equal_enumeration_in_r() {
    for_each_case("permutation_log_rank", |case, data, name| {
        let rows = case["first"].as_u64().unwrap() as usize..=case["last"].as_u64().unwrap() as usize;
        let data = data.filter(|i| rows.contains(&i));
        let group: Vec<u32> =
            data.column(case["group"].as_str().unwrap()).iter().map(|&g| u32::from(g > 0.0)).collect();
        let test = permutation_log_rank(&data.sample(), &group, 2, 0, 1).unwrap();
        let PermutationTest::Exact { p_value, arrangements } = test else { panic!("{name}: {test:?}") };
        close(&format!("{name} p"), p_value, case["p"].as_f64().unwrap(), 1e-12);
        assert_eq!(arrangements as f64, case["arrangements"].as_f64().unwrap(), "{name}");
    });
}
