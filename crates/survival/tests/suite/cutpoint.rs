//! Maximally selected rank statistics against R's `maxstat` and `mvtnorm`.

use crate::common::{close, for_each_case, load, numbers};
use oligomet_survival::{
    CutpointOptions, Sample, SurvivalError, Times, best_cutpoint, bootstrap_cutpoint, max_t_test,
};

#[test]
fn equals_maxstat() {
    for_each_case("cutpoint", |case, data, name| {
        let number = |key: &str| case[key].as_f64().unwrap();
        let options = CutpointOptions { min_prop: number("min"), max_prop: number("max") };
        let x = data.column(case["column"].as_str().unwrap());
        let best = best_cutpoint(&data.sample(), x, &options).unwrap();
        close(&format!("{name} statistic"), best.statistic, number("statistic"), 1e-11);
        close(&format!("{name} cut"), best.cutpoint, number("cut"), 1e-14);
        close(&format!("{name} Lausen 1992"), best.p_lausen92(), number("lau92"), 1e-9);
        close(&format!("{name} Lausen 1994"), best.p_lausen94(), number("lau94"), 1e-9);
        assert_eq!(best.candidates.len() as f64, number("n_cuts"), "{name}");
        for (c, expected) in best.candidates.iter().zip(numbers(&case["stats"])) {
            crate::common::close_to(name, c.statistic.abs(), expected.unwrap(), 1e-9, 1e-3);
        }
        crate::common::close_to(name, best.p_gauss(), number("p_markov"), 1e-9, 1e-3);
        if let Some(p) = case["p_mvn"].as_f64() {
            // Randomised integration: its own error estimate, fourfold.
            let error = 4.0 * number("p_mvn_error") + 1e-5;
            assert!((best.p_gauss() - p).abs() < error, "{name}: {} and {p} ± {error}", best.p_gauss());
        }
        let mc = best.p_monte_carlo(20_000, 11);
        let expected = number("cond_mc");
        let error = 4.5 * (expected.max(1e-4) * (1.0 / 20_000.0 + 1.0 / 99_999.0)).sqrt();
        assert!((mc.p_value - expected).abs() < error, "{name}: {mc:?}, R {expected}");
        assert!(mc.conf_low <= mc.p_value && mc.p_value <= mc.conf_high);
    });
}

#[test]
fn many_cuts_give_a_probability_between_the_bounds() {
    // 3,000 distinct values: R's exactGauss cannot be asked.
    let n = 3000u32;
    let x: Vec<f64> = (0..n).map(|i| f64::from(i.wrapping_mul(2_654_435_761) >> 8)).collect();
    let days: Vec<i32> = (0..n).map(|i| (i.wrapping_mul(40_503) % 4001) as i32).collect();
    let event: Vec<bool> = (0..n).map(|i| i % 3 != 0).collect();
    let sample = Sample::new(Times::Days(&days), &event).unwrap();
    let best = best_cutpoint(&sample, &x, &CutpointOptions::default()).unwrap();
    let (p, mc) = (best.p_gauss(), best.p_monte_carlo(5_000, 3));
    assert!(p > mc.conf_low - 0.02 && p < mc.conf_high + 0.02, "{p} {mc:?}");
    assert!(p <= best.p_lausen94() * 1.001);
}

#[test]
fn several_covariates_share_one_distribution() {
    let Some(data) = load("gbsg_pgr") else { return };
    let columns = [data.column("x1"), data.column("x2"), data.column("x3")];
    let test = max_t_test(&data.sample(), &columns, &CutpointOptions::default(), 2_000, 5).unwrap();
    for (cutpoint, adjusted) in test.cutpoints.iter().zip(&test.adjusted) {
        let alone = cutpoint.p_monte_carlo(2_000, 5);
        assert!(adjusted.reached >= alone.reached);
    }
    assert_eq!(test.cutpoints[1].cutpoint, 3.0);
    close("nodes", test.cutpoints[1].statistic, 7.970_242_964_280_26, 1e-9);
    // Small p-values keep their digits: between the tail of one cut and that of all cuts apart.
    let (p, cuts) = (test.cutpoints[1].p_gauss(), test.cutpoints[1].candidates.len());
    assert!(p > 1.58e-15 && p < 1.6e-15 * cuts as f64, "{p} of {cuts} cuts");
}

#[test]
fn bootstrap_and_corrected_effect() {
    let Some(data) = load("hohnloser") else { return };
    let options = CutpointOptions::default();
    let best = best_cutpoint(&data.sample(), data.column("x1"), &options).unwrap();
    let interval = bootstrap_cutpoint(&data.sample(), data.column("x1"), &options, 0.95, 400, 9).unwrap();
    assert!(interval.conf_low <= best.cutpoint && best.cutpoint <= interval.conf_high);
    let again = bootstrap_cutpoint(&data.sample(), data.column("x1"), &options, 0.95, 400, 9).unwrap();
    assert_eq!(interval, again);
    let effect = best.effect(&data.sample(), data.column("x1")).unwrap();
    let z = effect.naive.statistic;
    close("shrinkage", effect.shrinkage, 1.0 - 1.0 / (z * z), 1e-12);
}

#[test]
fn a_constant_covariate_has_no_cut() {
    let sample = Sample::new(Times::Days(&[1, 2, 3]), &[true; 3]).unwrap();
    let best = best_cutpoint(&sample, &[1.0; 3], &CutpointOptions::default());
    assert_eq!(best, Err(SurvivalError::NoCut));
}

/// Both are Monte-Carlo shares, of 20,000 permutations each.
#[test]
fn max_t_equals_permutations_in_r() {
    for_each_case("max_t", |case, data, name| {
        let n = case["n"].as_u64().unwrap() as usize;
        let data = data.filter(|i| i < n);
        let names: Vec<&str> =
            case["columns"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
        let columns: Vec<&[f64]> = names.iter().map(|c| data.column(c)).collect();
        let test = max_t_test(&data.sample(), &columns, &CutpointOptions::default(), 20_000, 77).unwrap();
        let theirs = case["replicates"].as_f64().unwrap();
        for (j, (cut, adjusted)) in test.cutpoints.iter().zip(&test.adjusted).enumerate() {
            close(
                &format!("{name} statistic {j}"),
                cut.statistic,
                numbers(&case["statistic"])[j].unwrap(),
                1e-10,
            );
            let p = numbers(&case["reached"])[j].unwrap() / theirs;
            let error = 4.0 * ((p * (1.0 - p)).max(1e-4) * (1.0 / theirs + 1.0 / 20_000.0)).sqrt();
            assert!((adjusted.p_value - p).abs() < error, "{name} {j}: {adjusted:?}, R {p} ± {error}");
        }
    });
}

#[test]
fn the_bootstrap_of_the_cut_equals_resampled_maxstat() {
    for_each_case("cutpoint_bootstrap", |case, data, name| {
        let number = |key: &str| case[key].as_f64().unwrap();
        let (sample, x) = (data.sample(), data.column(case["column"].as_str().unwrap()));
        for expected in case["limits"].as_array().unwrap() {
            let level = expected["level"].as_f64().unwrap();
            let found =
                bootstrap_cutpoint(&sample, x, &CutpointOptions::default(), level, 2_000, 31).unwrap();
            for (key, limit) in [("low", found.conf_low), ("high", found.conf_high)] {
                let band = numbers(&expected[key]);
                let within = band[0].unwrap() - 1e-9 <= limit && limit <= band[1].unwrap() + 1e-9;
                assert!(within, "{name} {level} {key}: {limit} is outside {band:?}");
            }
            let same = number("same_cut");
            let error = 4.0 * (same * (1.0 - same) * (1.0 / 2_000.0 + 1.0 / number("replicates"))).sqrt();
            assert!((found.same_cut - same).abs() < error, "{name}: {} and {same} ± {error}", found.same_cut);
            assert!(f64::from(found.undefined) <= number("undefined") + 20.0, "{name}");
        }
    });
}
