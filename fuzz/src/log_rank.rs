//! The log-rank family: all weights, trend, pairs, permutation.

use crate::assertions::*;
use crate::{Data, Outcome};
use oligomet_survival::*;

fn options(data: &Data) -> LogRankOptions {
    let weights = match data.choice % 6 {
        0 => LogRankWeights::LogRank,
        1 => LogRankWeights::Gehan,
        2 => LogRankWeights::TaroneWare,
        3 => LogRankWeights::PetoPeto,
        4 => LogRankWeights::FlemingHarrington { rho: data.number, gamma: data.number },
        _ => LogRankWeights::FlemingHarrington { rho: 0.0, gamma: 1.0 },
    };
    LogRankOptions { weights }
}

pub fn check(data: &Data) -> Outcome {
    let sample = data.sample()?;
    let options = options(data);
    for sample in [sample, sample.without_strata(), data.plain()?] {
        if let Ok(test) = log_rank(&sample, &data.group, data.n_groups, &options) {
            check_test(&test);
            check_trend(&test, data);
        }
    }
    if let Ok(test) = log_rank(&sample, &data.group, data.n_groups, &options) {
        same_in_any_order(data, &test, &options);
    }
    check_permutation(data);
    for pair in pairwise_log_rank(&sample, &data.group, data.n_groups, &options)? {
        pair.test.iter().for_each(check_test);
        pair.p_adjusted.into_iter().for_each(|p| probability("adjusted p", p));
        assert_eq!(pair.test.is_ok(), pair.p_adjusted.is_some());
    }
    Ok(())
}

fn check_test(test: &LogRankTest) {
    at_least_0("statistic", test.statistic);
    probability("p", test.p_value);
    assert!(test.df >= 1 && test.df < test.groups.len(), "{test:?}");
    matrix("variance", &test.variance);
    all_finite("score", &test.score);
    for group in &test.groups {
        at_least_0("observed", group.observed);
        at_least_0("expected", group.expected);
    }
    let size: f64 = test.groups.iter().map(|g| g.observed + g.expected).sum();
    assert!(test.score.iter().sum::<f64>().abs() <= ROUNDING * size.max(1e-300), "scores sum to 0: {test:?}");
}

fn check_trend(test: &LogRankTest, data: &Data) {
    let codes: Vec<f64> = (0..8).map(f64::from).collect();
    for scores in std::iter::once(&codes).chain(&data.columns) {
        if let Ok(trend) = test.trend(scores) {
            chi_square("trend", &trend);
        }
    }
}

fn check_permutation(data: &Data) {
    let Ok(sample) = data.plain() else { return };
    let rows: Vec<usize> = (0..data.n.min(14)).collect();
    let small = data.select(&rows);
    let Ok(few) = small.plain() else { return };
    for (sample, group) in [(sample, &data.group), (few, &small.group)] {
        if let Ok(test) = permutation_log_rank(&sample, group, data.n_groups, 19, data.seed) {
            probability("permutation p", test.p_value());
            assert!(test.p_value() > 0.0);
        }
    }
}

fn same_in_any_order(data: &Data, test: &LogRankTest, options: &LogRankOptions) {
    if !data.is_tame() {
        return;
    }
    let other = data.reordered();
    let again = other.sample().and_then(|s| log_rank(&s, &other.group, other.n_groups, options));
    let again = again.expect("the same rows in another order");
    assert_eq!(test.df, again.df);
    close("statistic", test.statistic, again.statistic, 1e-6);
}
