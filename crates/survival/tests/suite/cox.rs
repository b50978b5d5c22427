//! Cox models against R's `coxph`, `cox.zph` and `basehaz`, and by hand.

use crate::common::{close, close_to, for_each_case, numbers};
use oligomet_survival::{
    Coefficient, Convergence, CoxFit, CoxModel, CoxOptions, CoxWarning, Design, Direction, NotEstimable,
    Sample, SurvivalError, Ties, TimeTransform, Times, fit_cox,
};
use serde_json::Value;

fn number(case: &Value, key: &str) -> f64 {
    case[key].as_f64().unwrap_or_else(|| panic!("{key}"))
}

fn flag(case: &Value, key: &str) -> bool {
    case[key].as_bool().unwrap()
}

fn check_fit(name: &str, case: &Value, fit: &CoxFit) {
    assert_eq!(fit.convergence, Convergence::Converged, "{name}");
    let expected = |key: &str| numbers(&case[key]);
    for (j, coefficient) in fit.coefficients.iter().enumerate() {
        let e =
            coefficient.estimate().unwrap_or_else(|| panic!("{name}: coefficient {j} is {coefficient:?}"));
        // A coefficient near 0 is as exact as its standard error.
        close_to(
            &format!("{name} beta {j}"),
            e.log_hazard_ratio,
            expected("coefficients")[j].unwrap(),
            1e-9,
            0.01 * e.std_error,
        );
        let naive = e.naive_std_error.unwrap_or(e.std_error);
        close(&format!("{name} naive se {j}"), naive, expected("naive_se")[j].unwrap(), 1e-9);
        close(&format!("{name} p {j}"), e.p_value, expected("p")[j].unwrap(), 1e-6);
        for (k, v) in numbers(&case["variance"][j]).into_iter().enumerate() {
            let floor = (fit.variance.get(j, j) * fit.variance.get(k, k)).sqrt();
            close_to(&format!("{name} variance"), fit.variance.get(j, k), v.unwrap(), 1e-9, floor);
        }
    }
    close(&format!("{name} null"), fit.loglik_null, expected("loglik")[0].unwrap(), 1e-12);
    close(&format!("{name} loglik"), fit.loglik, expected("loglik")[1].unwrap(), 1e-12);
    close(&format!("{name} score"), fit.score.statistic, number(case, "score"), 1e-9);
    close(&format!("{name} wald"), fit.wald.unwrap().statistic, number(case, "wald"), 1e-9);
}

fn check_model(name: &str, case: &Value, model: &CoxModel<'_>, fit: &CoxFit) {
    let c = model.concordance(fit).unwrap();
    close(&format!("{name} C"), c.estimate, number(case, "concordance"), 1e-9);
    close(&format!("{name} C se"), c.std_error, number(case, "concordance_se"), 1e-8);
    let transforms = [
        ("zph", TimeTransform::KaplanMeier),
        ("zph_identity", TimeTransform::Identity),
        ("zph_rank", TimeTransform::Rank),
    ];
    for (key, transform) in transforms {
        let test = model.ph_test(fit, transform).unwrap();
        let expected = numbers(&case[key]);
        for (j, t) in test.columns.iter().enumerate() {
            close_to(&format!("{name} {key} {j}"), t.unwrap().statistic, expected[j].unwrap(), 1e-8, 1e-3);
        }
        close(
            &format!("{name} {key} global"),
            test.global.statistic,
            expected.last().unwrap().unwrap(),
            1e-8,
        );
    }
    let last: Vec<f64> = model
        .baseline_hazard(fit)
        .unwrap()
        .iter()
        .filter_map(|b| b.cumulative_hazard.last().copied())
        .collect();
    for (found, expected) in last.iter().zip(numbers(&case["last_hazard"])) {
        close(&format!("{name} hazard"), *found, expected.unwrap(), 1e-9);
    }
    if fit.coefficients.len() > 1 {
        for test in model.term_tests(fit).unwrap() {
            let expected = numbers(&case["dropped_lr"])[test.term].unwrap();
            close_to(
                &format!("{name} LR {}", test.term),
                test.likelihood_ratio.statistic,
                expected,
                1e-9,
                1e-3 * fit.loglik.abs(),
            );
        }
    }
}

#[test]
fn equals_coxph() {
    for_each_case("cox", |case, data, name| {
        let strata = flag(case, "strata").then(|| data.codes("stratum"));
        let clusters = flag(case, "cluster").then(|| data.codes("cluster"));
        let columns = data.covariates();
        let design = Design::new(&columns).unwrap();
        let ties = if case["ties"] == "efron" { Ties::Efron } else { Ties::Breslow };
        let options = CoxOptions { ties, robust: flag(case, "robust"), ..CoxOptions::default() };
        for mut sample in [data.sample(), data.continuous_sample()] {
            if flag(case, "weights") {
                sample = sample.with_weights(data.column("weight")).unwrap();
            }
            if let Some(strata) = &strata {
                sample = sample.with_strata(strata).unwrap();
            }
            if let Some(clusters) = &clusters {
                sample = sample.with_clusters(clusters).unwrap();
            }
            let model = CoxModel::new(&sample, &design, &options).unwrap();
            let fit = model.fit().unwrap();
            check_fit(name, case, &fit);
            check_model(name, case, &model, &fit);
        }
    });
}

const SIX_DAYS: [i32; 6] = [1, 1, 6, 6, 8, 9];
const SIX_EVENTS: [bool; 6] = [true, false, true, true, false, true];
const SIX_X: [f64; 6] = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0];

fn six(ties: Ties) -> CoxFit {
    let sample = Sample::new(Times::Days(&SIX_DAYS), &SIX_EVENTS).unwrap();
    fit_cox(&sample, &Design::new(&[&SIX_X]).unwrap(), &CoxOptions { ties, ..CoxOptions::default() }).unwrap()
}

/// Therneau & Grambsch 2000, appendix E.1.
#[test]
fn six_subjects_by_hand() {
    let breslow = six(Ties::Breslow);
    let beta = breslow.coefficients[0].estimate().unwrap().log_hazard_ratio;
    let r = (3.0 + 33f64.sqrt()) / 2.0;
    close("Breslow beta", beta, r.ln(), 1e-13);
    // At beta 0: log-likelihood -log 6 - 2 log 4 - 0; U = 1 - 1/2 ... by hand 6 x 4^2 = 96.
    close("Breslow null", breslow.loglik_null, -(96f64.ln()), 1e-14);
    close("Breslow loglik", breslow.loglik, -3.824_749_505_002_87, 1e-13);
    let efron = six(Ties::Efron);
    close(
        "Efron beta",
        efron.coefficients[0].estimate().unwrap().log_hazard_ratio,
        1.676_857_485_592_897,
        1e-14,
    );
    close("Efron null", efron.loglik_null, -4.276_666_119_016_06, 1e-13);
    close("Efron loglik", efron.loglik, -3.358_974_840_263_34, 1e-13);
    // Score test: U(0)^2 / I(0), with I(0) = 83/144 and U(0) = 52/48.
    close("Efron score test", efron.score.statistic, (52.0f64 / 48.0).powi(2) * 144.0 / 83.0, 1e-13);
}

#[test]
fn a_separating_covariate_is_named_and_the_rest_estimated() {
    // Everyone with x = 1 has the event before everyone with x = 0.
    let days = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    let event = [true, true, true, true, true, true, false, true, false, true];
    let x = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let age = [61.0, 50.0, 70.0, 44.0, 58.0, 66.0, 49.0, 71.0, 53.0, 60.0];
    let sample = Sample::new(Times::Days(&days), &event).unwrap();
    let fit = fit_cox(&sample, &Design::new(&[&x, &age]).unwrap(), &CoxOptions::default()).unwrap();
    let infinite = NotEstimable::Infinite { direction: Direction::Up };
    assert_eq!(fit.coefficients[0], Coefficient::NotEstimable(infinite));
    assert_eq!(fit.wald, None);
    assert!(fit.warnings.contains(&CoxWarning::MonotoneLikelihood { column: 0, direction: Direction::Up }));
    // In the limit the two groups are strata: the other coefficient is the stratified one, but that the
    // events of x = 1 no longer see x = 0, which is what a stratum says.
    let strata: Vec<u32> = x.iter().map(|&v| v as u32).collect();
    let stratified = sample.with_strata(&strata).unwrap();
    let limit = fit_cox(&stratified, &Design::new(&[&age]).unwrap(), &CoxOptions::default()).unwrap();
    let (found, expected) =
        (fit.coefficients[1].estimate().unwrap(), limit.coefficients[0].estimate().unwrap());
    close("other coefficient", found.log_hazard_ratio, expected.log_hazard_ratio, 1e-9);
    close("other se", found.std_error, expected.std_error, 1e-9);
    close("supremum", fit.loglik, limit.loglik, 1e-11);
}

#[test]
fn a_group_without_events_is_infinite_downwards() {
    let days = [5, 8, 9, 12, 13, 20, 21, 30, 33, 40];
    let event = [true, false, true, false, true, false, true, false, true, false];
    let x: Vec<f64> = event.iter().map(|&e| if e { 0.0 } else { 1.0 }).collect();
    let sample = Sample::new(Times::Days(&days), &event).unwrap();
    let fit = fit_cox(&sample, &Design::new(&[&x]).unwrap(), &CoxOptions::default()).unwrap();
    let infinite = NotEstimable::Infinite { direction: Direction::Down };
    assert_eq!(fit.coefficients[0], Coefficient::NotEstimable(infinite));
}

#[test]
fn constant_and_collinear_columns_are_named() {
    let days = [5, 8, 9, 12, 13, 20, 21, 30, 33, 40];
    let event = [true, false, true, true, true, false, true, false, true, false];
    let a = [1.0, 0.0, 3.0, 2.0, 5.0, 1.0, 0.0, 2.0, 1.0, 4.0];
    let b = [0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0];
    let sum: Vec<f64> = a.iter().zip(b).map(|(a, b)| 2.0 * a - b + 7.0).collect();
    let seven = [7.1; 10];
    let sample = Sample::new(Times::Days(&days), &event).unwrap();
    let design = Design::new(&[&a, &seven, &b, &sum]).unwrap();
    let fit = fit_cox(&sample, &design, &CoxOptions::default()).unwrap();
    assert_eq!(fit.coefficients[1], Coefficient::NotEstimable(NotEstimable::Constant));
    let with = vec![0, 2];
    assert_eq!(fit.coefficients[3], Coefficient::NotEstimable(NotEstimable::Collinear { with }));
    assert_eq!(fit.likelihood_ratio.df, 2);
    let alone = fit_cox(&sample, &Design::new(&[&a, &b]).unwrap(), &CoxOptions::default()).unwrap();
    close("loglik", fit.loglik, alone.loglik, 1e-13);
    let only = fit_cox(&sample, &Design::new(&[&seven]).unwrap(), &CoxOptions::default());
    assert_eq!(only, Err(SurvivalError::NothingEstimable));
}

#[test]
fn no_events_is_an_error() {
    let sample = Sample::new(Times::Days(&[1, 2]), &[false, false]).unwrap();
    let fit = fit_cox(&sample, &Design::new(&[&[1.0, 2.0]]).unwrap(), &CoxOptions::default());
    assert_eq!(fit, Err(SurvivalError::NoEvents));
}

#[test]
fn a_factor_is_tested_as_a_whole() {
    let Some(data) = crate::common::load("larynx") else { return };
    let columns = data.covariates();
    let design = Design::new(&columns).unwrap().with_terms(&[0, 0, 0, 1]).unwrap();
    let options = CoxOptions { ties: Ties::Breslow, ..CoxOptions::default() };
    let model = CoxModel::new(&data.sample(), &design, &options).unwrap();
    let fit = model.fit().unwrap();
    // Klein & Moeschberger 2003, section 8.4: stage given age, Wald 17.63 and likelihood ratio 15.48 on 3.
    let tests = model.term_tests(&fit).unwrap();
    assert!((tests[0].wald.unwrap().statistic - 17.63).abs() < 0.02, "{tests:?}");
    assert_eq!((tests[0].likelihood_ratio.df, tests[1].likelihood_ratio.df), (3, 1));
    let ph = model.ph_test(&fit, TimeTransform::KaplanMeier).unwrap();
    assert_eq!(ph.terms.iter().map(|t| t.unwrap().df).collect::<Vec<_>>(), [3, 1]);
}

/// A column that only tells the strata apart varies in no risk set, whatever rounding leaves of it.
#[test]
fn a_column_of_the_strata_is_constant() {
    for seed in 0..40u64 {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) + 1;
        let mut draw = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let n = 20 + draw(150) as usize;
        let days: Vec<i32> = (0..n).map(|_| 1 + draw(60) as i32).collect();
        let event: Vec<bool> = (0..n).map(|_| draw(3) > 0).collect();
        let strata: Vec<u32> = (0..n).map(|_| draw(3) as u32).collect();
        let level = [0.1, 1.0 / 3.0, 1e3 / 7.0];
        let constant: Vec<f64> = strata.iter().map(|&s| level[s as usize]).collect();
        let x: Vec<f64> = (0..n).map(|_| draw(10) as f64).collect();
        let sample = Sample::new(Times::Days(&days), &event).unwrap().with_strata(&strata).unwrap();
        for ties in [Ties::Efron, Ties::Breslow, Ties::Exact] {
            let options = CoxOptions { ties, ..CoxOptions::default() };
            let fit = fit_cox(&sample, &Design::new(&[&constant, &x]).unwrap(), &options).unwrap();
            let found = &fit.coefficients[0];
            assert_eq!(found, &Coefficient::NotEstimable(NotEstimable::Constant), "{seed} {ties:?}");
            assert!(fit.coefficients[1].estimate().is_some(), "{seed} {ties:?}");
            let alone = fit_cox(&sample, &Design::new(&[&constant]).unwrap(), &options);
            assert_eq!(alone, Err(SurvivalError::NothingEstimable), "{seed} {ties:?}");
        }
    }
}
