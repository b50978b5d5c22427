//! Factors as wholes, splines and interactions in Cox models against R's `coxph`, `cox.zph` and `Hmisc`.

use crate::common::{Data, close, close_to, for_each_case, numbers};
use oligomet_survival::{
    CoxFit, CoxModel, CoxOptions, Design, RestrictedCubicSpline, Ties, TimeTransform, fit_cox,
};
use serde_json::Value;

/// Indicators of the groups but the first, and which term each column of the model is of.
fn factor(data: &Data, columns: &[&str]) -> (Vec<Vec<f64>>, Vec<usize>) {
    let group = data.codes("group");
    let levels = *group.iter().max().unwrap();
    let of_level = |l: u32| group.iter().map(|&g| f64::from(u8::from(g == l))).collect::<Vec<f64>>();
    let mut design: Vec<Vec<f64>> = (1..=levels).map(of_level).collect();
    let mut terms = vec![0; design.len()];
    for (k, column) in columns.iter().enumerate() {
        design.push(data.column(column).to_vec());
        terms.push(k + 1);
    }
    (design, terms)
}

#[test]
fn terms_equal_coxph_and_zph() {
    for_each_case("terms", |case, data, name| {
        if case["kind"] != "terms" {
            return;
        }
        let names: Vec<&str> = match &case["columns"] {
            Value::Array(all) => all.iter().map(|c| c.as_str().unwrap()).collect(),
            one => vec![one.as_str().unwrap()],
        };
        let (columns, terms) = factor(data, &names);
        let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
        let design = Design::new(&slices).unwrap().with_terms(&terms).unwrap();
        let ties = if case["ties"] == "efron" { Ties::Efron } else { Ties::Breslow };
        let clusters = case["cluster"].as_bool().unwrap().then(|| data.codes("cluster"));
        let mut sample = data.sample();
        if let Some(clusters) = &clusters {
            sample = sample.with_clusters(clusters).unwrap();
        }
        let model = CoxModel::new(&sample, &design, &CoxOptions { ties, ..Default::default() }).unwrap();
        let fit = model.fit().unwrap();
        let of = |key: &str, j: usize| numbers(&case[key])[j].unwrap();
        for (j, test) in model.term_tests(&fit).unwrap().iter().enumerate() {
            let wald = test.wald.unwrap();
            close(&format!("{name} Wald {j}"), wald.statistic, of("wald", j), 1e-8);
            assert_eq!(
                (wald.df as f64, test.likelihood_ratio.df as f64),
                (of("df", j), of("df", j)),
                "{name}"
            );
            let floor = 1e-3 * fit.loglik.abs();
            close_to(&format!("{name} LR {j}"), test.likelihood_ratio.statistic, of("lr", j), 1e-9, floor);
        }
        let ph = model.ph_test(&fit, TimeTransform::KaplanMeier).unwrap();
        for (j, test) in ph.terms.iter().map(|t| t.unwrap()).chain([ph.global]).enumerate() {
            close_to(&format!("{name} zph {j}"), test.statistic, of("zph", j), 1e-8, 1e-3);
            close(&format!("{name} zph p {j}"), test.p_value, of("zph_p", j), 1e-6);
            assert_eq!(test.df as f64, of("zph_df", j), "{name}");
        }
        let ph = model.ph_test(&fit, TimeTransform::Log).unwrap();
        for (j, test) in ph.terms.iter().map(|t| t.unwrap()).chain([ph.global]).enumerate() {
            close_to(&format!("{name} zph log {j}"), test.statistic, of("zph_log", j), 1e-8, 1e-3);
        }
    });
}

#[test]
fn offsets_equal_coxph() {
    for_each_case("terms", |case, data, name| {
        if case["kind"] != "offset" {
            return;
        }
        let offset: Vec<f64> = numbers(&case["offset"]).into_iter().map(Option::unwrap).collect();
        let names = case["columns"].as_array().unwrap();
        let columns: Vec<&[f64]> = names.iter().map(|c| data.column(c.as_str().unwrap())).collect();
        let design = Design::new(&columns).unwrap().with_offset(&offset).unwrap();
        let ties = if case["ties"] == "efron" { Ties::Efron } else { Ties::Breslow };
        let mut sample = data.sample();
        if case["weights"].as_bool().unwrap() {
            sample = sample.with_weights(data.column("weight")).unwrap();
        }
        let fit = fit_cox(&sample, &design, &CoxOptions { ties, ..Default::default() }).unwrap();
        for (j, e) in fit.estimates().into_iter().enumerate() {
            let (e, of) = (e.unwrap(), |key: &str| numbers(&case[key])[j].unwrap());
            close_to(&format!("{name} beta {j}"), e.log_hazard_ratio, of("coefficients"), 1e-8, e.std_error);
            close(&format!("{name} se {j}"), e.std_error, of("se"), 1e-8);
        }
        for (found, expected) in [fit.loglik_null, fit.loglik].iter().zip(numbers(&case["loglik"])) {
            close(&format!("{name} loglik"), *found, expected.unwrap(), 1e-11);
        }
        close(&format!("{name} score"), fit.score.statistic, case["score"].as_f64().unwrap(), 1e-8);
    });
}

fn fit(data: &Data, columns: &[Vec<f64>]) -> CoxFit {
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    fit_cox(&data.sample(), &Design::new(&slices).unwrap(), &CoxOptions::default()).unwrap()
}

fn check_coefficients(name: &str, case: &Value, fit: &CoxFit) {
    for (j, expected) in numbers(&case["coefficients"]).into_iter().enumerate() {
        let e = fit.coefficients[j].estimate().unwrap();
        close_to(&format!("{name} beta {j}"), e.log_hazard_ratio, expected.unwrap(), 1e-8, e.std_error);
    }
    close(&format!("{name} loglik"), fit.loglik, case["loglik"].as_f64().unwrap(), 1e-11);
}

fn check_spline(name: &str, case: &Value, data: &Data) {
    let x = data.column(case["column"].as_str().unwrap());
    let n_knots = case["n_knots"].as_u64().unwrap() as usize;
    let spline = RestrictedCubicSpline::with_harrell_knots(x, n_knots).unwrap();
    for (k, (found, expected)) in spline.knots().iter().zip(numbers(&case["knots"])).enumerate() {
        close(&format!("{name} knot {k}"), *found, expected.unwrap(), 1e-13);
    }
    let basis = spline.columns(x);
    for (i, row) in numbers(&case["row"]).into_iter().enumerate() {
        let row = row.unwrap() as usize;
        for (j, expected) in numbers(&case["basis"][i]).into_iter().enumerate() {
            close_to(&format!("{name} basis {row} {j}"), basis[j][row], expected.unwrap(), 1e-11, 1e-3);
        }
    }
    let curved = fit(data, &basis);
    check_coefficients(name, case, &curved);
    let columns: Vec<usize> = (1..basis.len()).collect();
    let wald = curved.wald_test(&columns).unwrap();
    close(&format!("{name} Wald"), wald.statistic, case["wald_curved"].as_f64().unwrap(), 1e-7);
    let gain = 2.0 * (curved.loglik - fit(data, &basis[..1]).loglik);
    close_to(&format!("{name} LR"), gain, case["lr_curved"].as_f64().unwrap(), 1e-8, 1e-2);
}

fn check_interaction(name: &str, case: &Value, data: &Data) {
    let column = |key: &str| data.column(case[key].as_str().unwrap()).to_vec();
    let (a, b) = (column("a"), column("b"));
    let product = a.iter().zip(&b).map(|(a, b)| a * b).collect();
    let main = fit(data, &[a.clone(), b.clone()]);
    let both = fit(data, &[a, b, product]);
    check_coefficients(name, case, &both);
    for (e, se) in both.estimates().into_iter().zip(numbers(&case["se"])) {
        close(&format!("{name} se"), e.unwrap().std_error, se.unwrap(), 1e-8);
    }
    close_to(name, 2.0 * (both.loglik - main.loglik), case["lr"].as_f64().unwrap(), 1e-8, 1e-2);
}

#[test]
fn splines_and_interactions_equal_hmisc_and_coxph() {
    for_each_case("splines", |case, data, name| match case["kind"].as_str() {
        Some("spline") => check_spline(name, case, data),
        _ => check_interaction(name, case, data),
    });
}
