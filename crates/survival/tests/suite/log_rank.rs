//! Log-rank tests against R's `survdiff`.

use crate::common::{close, close_to, for_each_case, numbers};
use oligomet_survival::{LogRankOptions, LogRankWeights, Sample, SurvivalError, Times, log_rank};

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
