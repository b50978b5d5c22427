//! Residuals, predicted survival and penalised fits against R.

use crate::common::{Data, close, close_option, close_to, for_each_case, numbers};
use oligomet_survival::{
    ConfType, Convergence, CoxModel, CoxOptions, CoxWarning, Design, PenalisedFit, Penalty,
    RestrictedCubicSpline, Sample, Ties, Times, fit_cox,
};
use serde_json::Value;

/// Runs `check` on the model of a case.
fn with_model(case: &Value, data: &Data, check: impl FnOnce(&CoxModel<'_>, &Data)) {
    let flag = |key: &str| case[key].as_bool().unwrap_or(false);
    let data = match case["n"].as_u64() {
        Some(n) => data.filter(|i| (i as u64) < n),
        None => data.clone(),
    };
    let strata = flag("strata").then(|| data.codes("stratum"));
    let columns = data.covariates();
    let design = Design::new(&columns).unwrap();
    let ties = if case["ties"] == "efron" { Ties::Efron } else { Ties::Breslow };
    let mut sample = data.sample();
    if flag("weights") {
        sample = sample.with_weights(data.column("weight")).unwrap();
    }
    if let Some(strata) = &strata {
        sample = sample.with_strata(strata).unwrap();
    }
    check(&CoxModel::new(&sample, &design, &CoxOptions { ties, ..Default::default() }).unwrap(), &data);
}

#[test]
fn residuals_equal_coxph() {
    for_each_case("residuals", |case, data, name| {
        with_model(case, data, |model, _| {
            let fit = model.fit().unwrap();
            let found = model.residuals(&fit).unwrap();
            for (i, row) in numbers(&case["row"]).into_iter().enumerate() {
                let row = row.unwrap() as usize;
                let of = |key: &str| numbers(&case[key])[i].unwrap();
                let label = format!("{name} row {row}");
                close_to(&label, found.martingale[row], of("martingale"), 1e-8, 0.1);
                close_to(&label, found.deviance[row], of("deviance"), 1e-8, 0.1);
                for j in 0..fit.coefficients.len() {
                    let se = fit.coefficients[j].estimate().unwrap().std_error;
                    let expected = |key: &str| numbers(&case[key][i])[j].unwrap();
                    close_to(&label, found.score.get(row, j), expected("score"), 1e-8, 0.1 / se);
                    close_to(&label, found.dfbeta.get(row, j), expected("dfbeta"), 1e-8, 0.1 * se);
                }
            }
            assert_eq!(found.event_rows.len() as f64, case["n_events"].as_f64().unwrap());
            for (j, expected) in numbers(&case["schoenfeld_sum_sq"]).into_iter().enumerate() {
                let sum: f64 = (0..found.event_rows.len()).map(|k| found.schoenfeld.get(k, j).powi(2)).sum();
                close(&format!("{name} Schoenfeld {j}"), sum, expected.unwrap(), 1e-8);
            }
        });
    });
}

/// Therneau & Grambsch 2000, appendix E.1: Breslow residuals at beta = log((3 + sqrt 33) / 2).
#[test]
fn residuals_by_hand() {
    let sample =
        Sample::new(Times::Days(&[1, 1, 6, 6, 8, 9]), &[true, false, true, true, false, true]).unwrap();
    let columns: [&[f64]; 1] = [&[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]];
    let design = Design::new(&columns).unwrap();
    let options = CoxOptions { ties: Ties::Breslow, ..CoxOptions::default() };
    let model = CoxModel::new(&sample, &design, &options).unwrap();
    let fit = model.fit().unwrap();
    let r = (3.0 + 33f64.sqrt()) / 2.0;
    // Hazard steps: 1/(3r + 3) at 1, 2/(r + 3) at 6, 1 at 9.
    let (a, b) = (1.0 / (3.0 * r + 3.0), 2.0 / (r + 3.0));
    let expected = [1.0 - r * a, -r * a, 1.0 - r * (a + b), 1.0 - (a + b), -(a + b), -(a + b)];
    for (i, (found, expected)) in model.residuals(&fit).unwrap().martingale.iter().zip(expected).enumerate() {
        let last = if i == 5 { 0.0 } else { expected };
        let wanted = if i == 5 { 1.0 - (a + b + 1.0) } else { last };
        assert!((found - wanted).abs() < 1e-12, "row {i}: {found} {wanted}");
    }
    let hazard = model.baseline_hazard(&fit).unwrap();
    assert!((hazard[0].at(9.0) - (a + b + 1.0)).abs() < 1e-12);
}

#[test]
fn predicted_survival_equals_survfit() {
    for_each_case("predicted_survival", |case, data, name| {
        with_model(case, data, |model, data| {
            let fit = model.fit().unwrap();
            let x: Vec<f64> = data.covariates().iter().map(|c| c[2]).collect();
            let stratum = if case["strata"].as_bool().unwrap() { data.codes("stratum")[2] } else { 0 };
            let found = model.predict_survival(&fit, &x, stratum, ConfType::LogLog, 0.95).unwrap();
            for (i, t) in numbers(&case["time"]).into_iter().enumerate() {
                let t = t.unwrap();
                let k = found.time.iter().position(|u| (u / t - 1.0).abs() < 1e-12).unwrap();
                let of = |key: &str| numbers(&case[key])[i];
                close_to(name, found.survival[k], of("survival").unwrap(), 1e-9, 1e-6);
                close(name, found.std_error[k], of("se").unwrap(), 1e-8);
                close_option(name, found.conf_low[k], of("lower"), 1e-7);
                close_option(name, found.conf_high[k], of("upper"), 1e-7);
            }
        });
    });
}

#[test]
fn penalised_fits_equal_r() {
    for_each_case("penalised", |case, data, name| {
        with_model(case, data, |model, data| {
            let firth = case["kind"] == "firth";
            let fit = if firth {
                model.fit_firth().unwrap()
            } else {
                model.fit_ridge(case["theta"].as_f64().unwrap()).unwrap()
            };
            assert_eq!(fit.convergence, Convergence::Converged, "{name}");
            let kind = if firth {
                Penalty::Firth
            } else {
                Penalty::Ridge { theta: case["theta"].as_f64().unwrap() }
            };
            assert_eq!(
                (fit.penalty, fit.n, fit.n_events),
                (kind, data.n(), data.sample().n_events()),
                "{name}"
            );
            let few = (fit.n_events as f64) < 10.0 * fit.effective_df;
            let warned = fit.warnings.iter().any(|w| matches!(w, CoxWarning::FewEventsPerParameter { .. }));
            assert_eq!((warned, fit.warnings.len()), (few, usize::from(few)), "{name}");
            let of = |key: &str, j: usize| numbers(&case[key])[j].unwrap();
            for (j, e) in fit.coefficients.iter().enumerate() {
                // The references are optima of differences: good to 1e-6 standard errors (Firth).
                let tolerance = if firth { 1e-6 } else { 1e-8 };
                close_to(
                    &format!("{name} beta {j}"),
                    e.log_hazard_ratio,
                    of("coefficients", j),
                    tolerance,
                    e.std_error,
                );
                close(&format!("{name} se {j}"), e.std_error, of("se", j), tolerance);
                if firth {
                    let profile = fit.profile[j];
                    let (low, high) = (profile.conf_low.unwrap(), profile.conf_high.unwrap());
                    close_to(&format!("{name} low {j}"), low, of("lower", j), 1e-6, e.std_error);
                    close_to(&format!("{name} high {j}"), high, of("upper", j), 1e-6, e.std_error);
                    close_to(
                        &format!("{name} LR {j}"),
                        profile.likelihood_ratio.statistic,
                        of("lr", j),
                        1e-8,
                        1.0,
                    );
                }
            }
            close(&format!("{name} at 0"), fit.loglik_null, case["loglik_null"].as_f64().unwrap(), 1e-11);
            close(&format!("{name} loglik"), fit.loglik, case["loglik"].as_f64().unwrap(), 1e-10);
            if !firth {
                close(name, fit.effective_df, case["df"].as_f64().unwrap(), 1e-8);
            }
        });
    });
}

/// Heinze & Schemper 2001: two subjects, the exposed one first. With p = e^b/(1 + e^b) the likelihood is p, the
/// information p (1 - p): the penalised log-likelihood 3b/2 - 2 log(1 + e^b), greatest where p = 3/4, b = log 3.
fn two_subjects(x: f64) -> PenalisedFit {
    let sample = Sample::new(Times::Days(&[1, 2]), &[true, true]).unwrap();
    let columns: [&[f64]; 1] = [&[x, 0.0]];
    let design = Design::new(&columns).unwrap();
    let model = CoxModel::new(&sample, &design, &CoxOptions::default()).unwrap();
    assert!(model.fit().unwrap().suggests_firth());
    model.fit_firth().unwrap()
}

#[test]
fn firth_of_two_subjects_is_log_three() {
    let fit = two_subjects(1.0);
    let e = fit.coefficients[0];
    close("log 3", e.log_hazard_ratio, 3f64.ln(), 1e-9);
    close("error", e.std_error, 4.0 / 3f64.sqrt(), 1e-9);
    close("log-likelihood", fit.loglik, 1.5 * 3f64.ln() - 4.0 * 2f64.ln(), 1e-12);
    close("at 0", fit.loglik_null, -2.0 * 2f64.ln(), 1e-12);
    close("likelihood ratio", fit.likelihood_ratio.statistic, 3.0 * 3f64.ln() - 4.0 * 2f64.ln(), 1e-12);
    // At the limits twice the fall is the 95 % quantile of chi-square with one degree of freedom.
    let fall = |b: f64| 2.0 * (fit.loglik - (1.5 * b - 2.0 * b.exp().ln_1p()));
    let quantile = 3.841_458_820_694_124;
    close("lower limit", fall(fit.profile[0].conf_low.unwrap()), quantile, 1e-9);
    close("upper limit", fall(fit.profile[0].conf_high.unwrap()), quantile, 1e-9);
    assert_eq!(fit.profile[0].likelihood_ratio.df, 1);
    close("its test", fit.profile[0].likelihood_ratio.statistic, fit.likelihood_ratio.statistic, 1e-12);
}

/// A unit seven times smaller multiplies the information by 49: the penalty shifts by log 7, its gains do not.
#[test]
fn firths_likelihood_is_that_of_the_columns_as_given() {
    let (fit, in_sevenths) = (two_subjects(1.0), two_subjects(7.0));
    close("coefficient", in_sevenths.coefficients[0].log_hazard_ratio, 3f64.ln() / 7.0, 1e-9);
    close("log-likelihood", in_sevenths.loglik, fit.loglik + 7f64.ln(), 1e-12);
    close("at 0", in_sevenths.loglik_null, fit.loglik_null + 7f64.ln(), 1e-12);
    close("test", in_sevenths.likelihood_ratio.statistic, fit.likelihood_ratio.statistic, 1e-10);
}

/// The breast cancer data of Heinze & Schemper 2001 (grading separates), with the numbers that R's coxphf prints.
/// Its log-likelihoods are those of columns divided by their standard deviations: log of each more.
#[test]
fn firth_of_the_breast_data_equals_coxphf() {
    for_each_case("coxphf", |case, data, name| {
        with_model(case, data, |model, data| {
            let fit = model.fit_firth().unwrap();
            let of = |key: &str, j: usize| numbers(&case[key])[j].unwrap();
            let shift: f64 = data.covariates().iter().map(|c| standard_deviation(c).ln()).sum();
            // coxphf stops at a change of 1e-4 to 1e-6; its printed digits are better than that, not all right.
            let tolerance = case["tolerance"].as_f64().unwrap();
            for (j, (e, profile)) in fit.coefficients.iter().zip(&fit.profile).enumerate() {
                let what = |key: &str| format!("{name} {key} {j}");
                close_to(&what("beta"), e.log_hazard_ratio, of("coefficients", j), tolerance, e.std_error);
                close(&what("se"), e.std_error, of("se", j), tolerance);
                close(&what("low"), profile.conf_low.unwrap().exp(), of("hazard_ratio_low", j), 1e-5);
                close(&what("high"), profile.conf_high.unwrap().exp(), of("hazard_ratio_high", j), 1e-5);
                close(&what("p"), profile.likelihood_ratio.p_value, of("p", j), 1e-5);
            }
            close(name, fit.loglik_null - shift, case["loglik_null"].as_f64().unwrap(), 1e-10);
            close(name, fit.loglik - shift, case["loglik"].as_f64().unwrap(), 1e-10);
        });
    });
}

fn standard_deviation(x: &[f64]) -> f64 {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    (x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (x.len() - 1) as f64).sqrt()
}

#[test]
fn a_spline_is_linear_in_the_tails_and_fits() {
    let x: Vec<f64> = (0..60).map(|i| f64::from(i) / 3.0).collect();
    let spline = RestrictedCubicSpline::with_harrell_knots(&x, 4).unwrap();
    let columns = spline.columns(&[25.0, 26.0, 27.0]);
    for column in &columns {
        // Second difference beyond the last knot.
        assert!((column[0] - 2.0 * column[1] + column[2]).abs() < 1e-9);
    }
    let days: Vec<i32> = (0..60).map(|i| 1 + (i * 37) % 101).collect();
    let event: Vec<bool> = (0..60).map(|i| i % 4 != 0).collect();
    let sample = Sample::new(Times::Days(&days), &event).unwrap();
    let basis = spline.columns(&x);
    let columns: Vec<&[f64]> = basis.iter().map(Vec::as_slice).collect();
    let design = Design::new(&columns).unwrap().with_terms(&[0, 0, 0]).unwrap();
    let fit = fit_cox(&sample, &design, &CoxOptions::default()).unwrap();
    assert_eq!(fit.wald_test(&[1, 2]).unwrap().df, 2); // the test of non-linearity
}
