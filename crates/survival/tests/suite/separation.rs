//! Likelihoods that rise for ever: the supremum against R and by hand.

use crate::common::{cases, close, close_to, numbers};
use oligomet_survival::{
    Coefficient, CoxFit, CoxModel, CoxOptions, Design, Direction, NotEstimable, Sample, Ties, Times, fit_cox,
};

fn infinite(fit: &CoxFit) -> Vec<Option<Direction>> {
    let direction = |c: &Coefficient| match c {
        Coefficient::NotEstimable(NotEstimable::Infinite { direction }) => Some(*direction),
        _ => None,
    };
    fit.coefficients.iter().map(direction).collect()
}

/// `coxph` sent along the divergent direction until nothing is gained.
#[test]
fn suprema_equal_coxph_far_out() {
    let all = cases("separation");
    for case in &all {
        let name = case["case"].as_str().unwrap();
        let column = |key: &str| -> Vec<f64> { numbers(&case[key]).into_iter().flatten().collect() };
        let days: Vec<i32> = column("time").iter().map(|&t| t as i32).collect();
        let event: Vec<bool> = column("status").iter().map(|&s| s > 0.0).collect();
        let x = [column("x1"), column("x2"), column("x3")];
        let columns: Vec<&[f64]> = x.iter().map(Vec::as_slice).collect();
        let ties = if case["ties"] == "efron" { Ties::Efron } else { Ties::Breslow };
        let options = CoxOptions { ties, ..CoxOptions::default() };
        let sample = Sample::new(Times::Days(&days), &event).unwrap();
        let fit = fit_cox(&sample, &Design::new(&columns).unwrap(), &options).unwrap();
        let of = |key: &str| case[key].as_f64().unwrap();
        close(&format!("{name} null"), fit.loglik_null, of("loglik_null"), 1e-12);
        close_to(&format!("{name} supremum"), fit.loglik, of("loglik"), 1e-9, 1.0);
        let statistic = 2.0 * (of("loglik") - of("loglik_null"));
        close(&format!("{name} likelihood ratio"), fit.likelihood_ratio.statistic, statistic, 1e-9);
        assert!(infinite(&fit).iter().any(Option::is_some), "{name}: {:?}", fit.coefficients);
    }
    assert_eq!(all.len(), 60);
}

/// Everyone with a > b has the event before everyone else. In the limit the two are strata apart, and
/// what is left of a and b is estimated within them.
#[test]
fn a_combination_separates() {
    let days = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    let event = [true, true, false, true, true, true, true, false, true, true, false, true];
    // a - b is 1 in the first six and 0 in the others; a varies within both.
    let a = [1.0, 2.0, 1.0, 1.0, 2.0, 1.0, 1.0, 0.0, 1.0, 0.0, 2.0, 1.0];
    let b = [0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 2.0, 1.0];
    let age = [61.0, 50.0, 70.0, 44.0, 58.0, 66.0, 49.0, 71.0, 53.0, 60.0, 64.0, 47.0];
    let sample = Sample::new(Times::Days(&days), &event).unwrap();
    for ties in [Ties::Efron, Ties::Breslow, Ties::Exact] {
        let options = CoxOptions { ties, ..CoxOptions::default() };
        let fit = fit_cox(&sample, &Design::new(&[&a, &b, &age]).unwrap(), &options).unwrap();
        assert_eq!(infinite(&fit), [Some(Direction::Up), Some(Direction::Down), None], "{ties:?}");
        let strata: Vec<u32> = (0..12).map(|i| u32::from(a[i] > b[i])).collect();
        let stratified = sample.with_strata(&strata).unwrap();
        let limit = fit_cox(&stratified, &Design::new(&[&a, &age]).unwrap(), &options).unwrap();
        close("supremum", fit.loglik, limit.loglik, 1e-12);
        let (found, expected) = (fit.coefficients[2].estimate(), limit.coefficients[1].estimate());
        let (found, expected) = (found.unwrap(), expected.unwrap());
        close("age", found.log_hazard_ratio, expected.log_hazard_ratio, 1e-9);
        close("age se", found.std_error, expected.std_error, 1e-9);
    }
    // Robust errors and tests of terms come from the limit too.
    let options = CoxOptions { robust: true, ..CoxOptions::default() };
    let columns: [&[f64]; 3] = [&a, &b, &age];
    let design = Design::new(&columns).unwrap();
    let model = CoxModel::new(&sample, &design, &options).unwrap();
    let fit = model.fit().unwrap();
    let strata: Vec<u32> = (0..12).map(|i| u32::from(a[i] > b[i])).collect();
    let stratified = sample.with_strata(&strata).unwrap();
    let limit = fit_cox(&stratified, &Design::new(&[&a, &age]).unwrap(), &options).unwrap();
    let robust = |c: &Coefficient| c.estimate().unwrap().std_error;
    close("robust", robust(&fit.coefficients[2]), robust(&limit.coefficients[1]), 1e-9);
    let without_age = fit_cox(&stratified, &Design::new(&[&a]).unwrap(), &options).unwrap();
    let expected = 2.0 * (limit.loglik - without_age.loglik);
    close("age LR", model.term_tests(&fit).unwrap()[2].likelihood_ratio.statistic, expected, 1e-9);
}

/// A covariate that orders all events: the likelihood of every event goes to 1, its logarithm to 0.
#[test]
fn a_perfect_order_has_the_supremum_0() {
    let days: Vec<i32> = (1..=100).collect();
    let x: Vec<f64> = (1..=100).map(|i| 1.0 / f64::from(i)).collect();
    let sample = Sample::new(Times::Days(&days), &[true; 100]).unwrap();
    let fit = fit_cox(&sample, &Design::new(&[&x]).unwrap(), &CoxOptions::default()).unwrap();
    assert_eq!(infinite(&fit), [Some(Direction::Up)]);
    assert!(fit.loglik.abs() < 1e-9, "{}", fit.loglik);
    close("LR", fit.likelihood_ratio.statistic, -2.0 * fit.loglik_null, 1e-9);
}

/// A covariate with few very large values: its largest predictors leave the range of numbers while its coefficient
/// is still ordinary. The search stays within the range and finds the optimum (by the score: it vanishes).
#[test]
fn heavy_tails_stay_within_the_range_of_numbers() {
    let days: Vec<i32> = (1..=400).collect();
    // Two rows far out, one of them the last: no order is perfect.
    let x: Vec<f64> =
        (1..=400).map(|i| if i == 1 || i == 400 { 400.0 } else { f64::from(i * 7 % 11) / 10.0 }).collect();
    let sample = Sample::new(Times::Days(&days), &[true; 400]).unwrap();
    let columns: [&[f64]; 1] = [&x];
    let design = Design::new(&columns).unwrap();
    let model = CoxModel::new(&sample, &design, &CoxOptions::default()).unwrap();
    let fit = model.fit().unwrap();
    assert_eq!(fit.convergence, oligomet_survival::Convergence::Converged);
    let beta = fit.coefficients[0].estimate().unwrap().log_hazard_ratio;
    for other in [beta - 0.01, beta + 0.01] {
        assert!(model.at(&[other]).unwrap().loglik < fit.loglik);
    }
}
