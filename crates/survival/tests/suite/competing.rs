//! Cumulative incidence, Gray's test and the Fine-Gray model against R's `survfit` and `cmprsk`.

use crate::common::{close, close_option, close_to, for_each_case, numbers};
use oligomet_survival::{
    ConfType, Convergence, CoxOptions, CumulativeIncidenceOptions, Design, IncidenceVariance, Sample,
    SurvivalError, Times, cumulative_incidence, fit_fine_gray, gray_test,
};

#[test]
fn cumulative_incidence_equals_survfit_and_cuminc() {
    for_each_case("cumulative_incidence", |case, data, name| {
        let flag = |key: &str| case[key].as_bool().unwrap();
        let clusters = flag("cluster").then(|| data.codes("cluster"));
        let mut sample = data.causes_sample();
        if flag("weights") {
            sample = sample.with_weights(data.column("weight")).unwrap();
        }
        if let Some(clusters) = &clusters {
            sample = sample.with_clusters(clusters).unwrap();
        }
        let variance = if flag("aalen") { IncidenceVariance::Aalen } else { IncidenceVariance::Jackknife };
        let options =
            CumulativeIncidenceOptions { conf_type: ConfType::LogLog, variance, ..Default::default() };
        let cif = cumulative_incidence(&sample, &options).unwrap();
        for (i, t) in numbers(&case["time"]).into_iter().enumerate() {
            // R reads decimals a last bit apart.
            let t = (t.unwrap() * (1.0 + 1e-14)).min(*cif.time.last().unwrap());
            for (c, curve) in cif.causes.iter().enumerate() {
                let label = format!("{name} cause {} at {t}", c + 1);
                let point = cif.at(curve.cause, t);
                let of = |key: &str| case[key].get(c).and_then(|v| numbers(v)[i]);
                close_to(&label, point.incidence.unwrap(), of("incidence").unwrap(), 1e-11, 1e-9);
                close_to(&label, point.std_error.unwrap(), of("se").unwrap(), 1e-9, 1e-6);
                if !flag("aalen") && !flag("cluster") && point.incidence.unwrap() > 0.0 {
                    close_option(&label, point.conf_low, of("lower"), 1e-8);
                    close_option(&label, point.conf_high, of("upper"), 1e-8);
                }
            }
        }
    });
}

#[test]
fn gray_test_equals_cuminc() {
    for_each_case("gray", |case, data, name| {
        let group = data.codes("group");
        let strata = data.codes("stratum");
        let n_groups = *group.iter().max().unwrap() as usize + 1;
        let mut sample = data.causes_sample();
        if case["strata"].as_bool().unwrap() {
            sample = sample.with_strata(&strata).unwrap();
        }
        for (i, expected) in numbers(&case["statistic"]).into_iter().enumerate() {
            let test =
                gray_test(&sample, &group, n_groups, i as u32 + 1, case["rho"].as_f64().unwrap()).unwrap();
            close(&format!("{name} statistic"), test.statistic, expected.unwrap(), 1e-9);
            close(&format!("{name} p"), test.p_value, numbers(&case["p"])[i].unwrap(), 1e-6);
            assert_eq!(test.df as f64, numbers(&case["df"])[i].unwrap(), "{name}");
        }
    });
}

#[test]
fn fine_gray_equals_crr() {
    for_each_case("fine_gray", |case, data, name| {
        let columns = data.covariates();
        let design = Design::new(&columns).unwrap();
        let cause = case["cause"].as_u64().unwrap() as u32;
        let fit = fit_fine_gray(&data.causes_sample(), &design, cause, &CoxOptions::default()).unwrap();
        assert_eq!(fit.convergence, Convergence::Converged);
        for (j, c) in fit.coefficients.iter().enumerate() {
            let (e, expected) = (c.estimate().unwrap(), numbers(&case["coefficients"])[j].unwrap());
            close_to(&format!("{name} beta {j}"), e.log_hazard_ratio, expected, 1e-8, 0.01 * e.std_error);
            for (k, v) in numbers(&case["variance"][j]).into_iter().enumerate() {
                let floor = (fit.variance.get(j, j) * fit.variance.get(k, k)).sqrt();
                close_to(
                    &format!("{name} variance {j} {k}"),
                    fit.variance.get(j, k),
                    v.unwrap(),
                    1e-8,
                    floor,
                );
            }
        }
        close(&format!("{name} loglik"), fit.loglik, case["loglik"].as_f64().unwrap(), 1e-11);
        close(&format!("{name} null"), fit.loglik_null, case["loglik_null"].as_f64().unwrap(), 1e-11);
    });
}

#[test]
fn one_cause_is_one_minus_kaplan_meier() {
    let sample = Sample::with_causes(Times::Days(&[2, 3, 3, 5, 7]), &[1, 0, 1, 1, 0]).unwrap();
    let cif = cumulative_incidence(&sample, &CumulativeIncidenceOptions::default()).unwrap();
    for (f, km) in cif.causes[0].incidence.iter().zip(&cif.causes[0].one_minus_kaplan_meier) {
        assert!((f - km).abs() < 1e-15);
    }
    // Infinitesimal jackknife = Greenwood without weights: at 3, S = 4/5 x 3/4 = 3/5.
    let greenwood = 0.6 * (1.0f64 / 20.0 + 1.0 / 12.0).sqrt();
    close("se", cif.causes[0].std_error[1], greenwood, 1e-12);
}

#[test]
fn what_is_not_covered_is_an_error() {
    let sample = Sample::with_causes(Times::Days(&[2, 3, 4]), &[1, 0, 2]).unwrap();
    let weighted = sample.with_weights(&[1.0, 2.0, 1.0]).unwrap();
    let test = gray_test(&weighted, &[0, 1, 1], 2, 1, 0.0);
    assert_eq!(test, Err(SurvivalError::NotCovered { method: "Gray's test", what: "weights" }));
    assert_eq!(gray_test(&sample, &[0, 1, 1], 2, 3, 0.0), Err(SurvivalError::NoEvents));
}
