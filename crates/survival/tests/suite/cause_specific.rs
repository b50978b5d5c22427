//! Cause-specific Cox models against R's `coxph` by cause.

use crate::common::{close, close_to, for_each_case, numbers};
use oligomet_survival::{
    CoxOptions, Design, Sample, SurvivalError, Ties, Times, fit_cause_specific, fit_cox,
};

#[test]
fn equals_coxph_by_cause() {
    for_each_case("cause_specific", |case, data, name| {
        let flag = |key: &str| case[key].as_bool().unwrap();
        let strata = flag("strata").then(|| data.codes("stratum"));
        let columns = data.covariates();
        let design = Design::new(&columns).unwrap();
        let ties = if case["ties"] == "efron" { Ties::Efron } else { Ties::Breslow };
        let options = CoxOptions { ties, ..CoxOptions::default() };
        let mut sample = data.causes_sample();
        if flag("weights") {
            sample = sample.with_weights(data.column("weight")).unwrap();
        }
        if let Some(strata) = &strata {
            sample = sample.with_strata(strata).unwrap();
        }
        let fits = fit_cause_specific(&sample, &design, &options).unwrap();
        assert_eq!(fits.iter().map(|f| f.cause).collect::<Vec<_>>(), [1, 2], "{name}");
        let fit = fits[case["cause"].as_u64().unwrap() as usize - 1].fit.as_ref().unwrap();
        assert_eq!(fit.n_events as u64, case["n_events"].as_u64().unwrap(), "{name}");
        for (j, e) in fit.estimates().into_iter().enumerate() {
            // A stratum's own column is constant within it: NA in R, not estimable here.
            let Some(expected) = numbers(&case["coefficients"])[j] else {
                assert_eq!(e, None, "{name} {j}");
                continue;
            };
            let e = e.unwrap_or_else(|| panic!("{name}: {:?}", fit.coefficients));
            let se = numbers(&case["se"])[j].unwrap();
            close_to(name, e.log_hazard_ratio, expected, 1e-9, 0.01 * e.std_error);
            close(name, e.std_error, se, 1e-9);
        }
        close(name, fit.loglik_null, numbers(&case["loglik"])[0].unwrap(), 1e-12);
        close(name, fit.loglik, numbers(&case["loglik"])[1].unwrap(), 1e-12);
        close(name, fit.score.statistic, case["score"].as_f64().unwrap(), 1e-9);
        close(name, fit.wald.unwrap().statistic, case["wald"].as_f64().unwrap(), 1e-9);
    });
}

#[test]
fn each_cause_stands_alone() {
    let days = [3, 5, 6, 8, 9, 11, 14, 15];
    let x = [1.0, 0.0, 3.0, 2.0, 0.5, 4.0, 1.5, 2.5];
    let columns: [&[f64]; 1] = [&x];
    let (design, options) = (Design::new(&columns).unwrap(), CoxOptions::default());
    // Cause 4 happens once, to the last at risk: nothing can be compared, and the others are fitted.
    let cause = [1, 7, 1, 0, 7, 7, 1, 4];
    let sample = Sample::with_causes(Times::Days(&days), &cause).unwrap();
    let fits = fit_cause_specific(&sample, &design, &options).unwrap();
    assert_eq!(fits.iter().map(|f| f.cause).collect::<Vec<_>>(), [1, 4, 7]);
    assert_eq!(fits[1].fit, Err(SurvivalError::NothingEstimable));
    let event: Vec<bool> = cause.iter().map(|&c| c == 7).collect();
    let alone = fit_cox(&Sample::new(Times::Days(&days), &event).unwrap(), &design, &options).unwrap();
    assert_eq!(fits[2].fit.as_ref(), Ok(&alone));
    // One cause, already chosen, or without codes.
    let chosen = fit_cause_specific(&sample.cause_specific(7), &design, &options).unwrap();
    assert_eq!((chosen.len(), chosen[0].cause), (1, 7));
    let plain = Sample::new(Times::Days(&days), &event).unwrap();
    assert_eq!(fit_cause_specific(&plain, &design, &options).unwrap()[0].cause, 1);
    let none = Sample::with_causes(Times::Days(&days), &[0; 8]).unwrap();
    assert_eq!(fit_cause_specific(&none, &design, &options), Err(SurvivalError::NoEvents));
}
