//! Cumulative incidence, Gray's test and the Fine-Gray model against R's `survfit` and `cmprsk`.

use crate::common::{Data, close, close_option, close_to, for_each_case, load, numbers};
use oligomet_survival::{
    ConfType, Convergence, CoxOptions, CoxWarning, CumulativeIncidence, CumulativeIncidenceOptions, Design,
    Direction, FineGrayFit, FineGrayModel, IncidenceVariance, KaplanMeierOptions, Sample, SurvivalError,
    Times, cumulative_incidence, fit_fine_gray, gray_test, kaplan_meier,
};
use serde_json::Value;

/// The sample of a case of cumulative incidence, and the options but for the interval.
fn with_incidence_case(case: &Value, data: &Data, check: impl Fn(&Sample<'_>, IncidenceVariance)) {
    let flag = |key: &str| case[key].as_bool().unwrap();
    let clusters = flag("cluster").then(|| data.codes("cluster"));
    let mut sample = data.causes_sample();
    if flag("weights") {
        sample = sample.with_weights(data.column("weight")).unwrap();
    }
    if let Some(clusters) = &clusters {
        sample = sample.with_clusters(clusters).unwrap();
    }
    check(&sample, if flag("aalen") { IncidenceVariance::Aalen } else { IncidenceVariance::Jackknife });
}

/// Times of a case with their number; R reads decimals a last bit apart.
fn times_of(case: &Value, cif: &CumulativeIncidence) -> Vec<(usize, f64)> {
    let last = *cif.time.last().unwrap();
    let nudged = numbers(&case["time"]).into_iter().map(|t| (t.unwrap() * (1.0 + 1e-14)).min(last));
    nudged.enumerate().collect()
}

#[test]
fn cumulative_incidence_equals_survfit_and_cuminc() {
    for_each_case("cumulative_incidence", |case, data, name| {
        with_incidence_case(case, data, |sample, variance| {
            let options = CumulativeIncidenceOptions { variance, ..Default::default() };
            let cif = cumulative_incidence(sample, &options).unwrap();
            for (i, t) in times_of(case, &cif) {
                for (c, curve) in cif.causes.iter().enumerate() {
                    let label = format!("{name} cause {} at {t}", c + 1);
                    let point = cif.at(curve.cause, t);
                    let of = |key: &str| numbers(&case[key][c])[i].unwrap();
                    close_to(&label, point.incidence.unwrap(), of("incidence"), 1e-11, 1e-9);
                    close_to(&label, point.std_error.unwrap(), of("se"), 1e-9, 1e-6);
                    let row = cif.time.iter().rposition(|&u| u <= t).unwrap();
                    let alone = curve.one_minus_kaplan_meier[row];
                    close_to(&format!("{label} 1 - KM"), alone, of("one_minus_km"), 1e-11, 1e-9);
                }
            }
            // R's own number for a time with decimals may be its neighbour.
            let tail = cif.tail_begins(10.0);
            match (tail, case["tail_below_10"].as_f64()) {
                (Some(found), Some(expected)) => close(&format!("{name} tail"), found, expected, 1e-14),
                (found, expected) => assert_eq!(found, expected, "{name} tail"),
            }
        });
    });
}

#[test]
fn intervals_of_incidence_equal_survfit_and_cuminc() {
    for_each_case("cumulative_incidence", |case, data, name| {
        for expected in case["intervals"].as_array().unwrap() {
            with_incidence_case(case, data, |sample, variance| {
                let conf_type = match expected["conf_type"].as_str().unwrap() {
                    "plain" => ConfType::Plain,
                    "log" => ConfType::Log,
                    "log-log" => ConfType::LogLog,
                    "logit" => ConfType::Logit,
                    _ => ConfType::Arcsine,
                };
                let options = CumulativeIncidenceOptions { variance, conf_type, ..Default::default() };
                let cif = cumulative_incidence(sample, &options).unwrap();
                for (i, t) in times_of(case, &cif) {
                    for (c, curve) in cif.causes.iter().enumerate() {
                        let point = cif.at(curve.cause, t);
                        // While the incidence is 0 R prints limits of 0 or NaN: here there is none.
                        if point.incidence == Some(0.0) {
                            assert_eq!((point.conf_low, point.conf_high), (None, None));
                            continue;
                        }
                        let label = format!("{name} {conf_type:?} cause {} at {t}", c + 1);
                        let of = |key: &str| numbers(&expected[key][c])[i];
                        close_option(&label, point.conf_low, of("lower"), 1e-8);
                        close_option(&label, point.conf_high, of("upper"), 1e-8);
                    }
                }
            });
        }
    });
}

/// At risk at 2, 3, 5 and 7: 5, 4, 2 and 1; where two of them enter at 4: 3, 2, 3 and 2.
#[test]
fn the_tail_begins_where_few_are_at_risk() {
    let days = [2, 3, 3, 5, 7];
    let sample = Sample::with_causes(Times::Days(&days), &[1, 0, 1, 2, 0]).unwrap();
    let cif = cumulative_incidence(&sample, &CumulativeIncidenceOptions::default()).unwrap();
    let curve = kaplan_meier(&sample, &KaplanMeierOptions::default()).unwrap();
    for (minimum, begins) in
        [(1.0, None), (2.0, Some(7.0)), (4.0, Some(5.0)), (4.5, Some(3.0)), (9.0, Some(2.0))]
    {
        assert_eq!(cif.tail_begins(minimum), begins, "{minimum}");
        assert_eq!(curve.tail_begins(minimum), begins, "{minimum}");
    }
    let entered = Sample::with_causes(Times::Days(&[2, 3, 5, 7, 7]), &[1, 1, 2, 0, 0]).unwrap();
    let entered = entered.with_entry(Times::Days(&[0, 0, 0, 4, 4])).unwrap();
    let cif = cumulative_incidence(&entered, &CumulativeIncidenceOptions::default()).unwrap();
    assert_eq!(cif.n_at_risk, [3.0, 2.0, 3.0, 2.0]);
    assert_eq!(cif.tail_begins(3.0), Some(3.0));
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

/// Coefficients, variance and log-likelihoods of a case, within relative `tolerance`.
fn check_fine_gray(name: &str, fit: &FineGrayFit, case: &Value, tolerance: f64) {
    assert_eq!(fit.convergence, Convergence::Converged);
    for (j, c) in fit.coefficients.iter().enumerate() {
        let (e, expected) = (c.estimate().unwrap(), numbers(&case["coefficients"])[j].unwrap());
        let label = format!("{name} beta {j}");
        close_to(&label, e.log_hazard_ratio, expected, tolerance, e.std_error.max(expected.abs()));
        for (k, v) in numbers(&case["variance"][j]).into_iter().enumerate() {
            let floor = (fit.variance.get(j, j) * fit.variance.get(k, k)).sqrt();
            let label = format!("{name} variance {j} {k}");
            close_to(&label, fit.variance.get(j, k), v.unwrap(), tolerance, floor);
        }
    }
    close(&format!("{name} loglik"), fit.loglik, case["loglik"].as_f64().unwrap(), 1e-11);
    close(&format!("{name} null"), fit.loglik_null, case["loglik_null"].as_f64().unwrap(), 1e-11);
}

#[test]
fn fine_gray_equals_crr() {
    for_each_case("fine_gray", |case, data, name| {
        let columns = data.covariates();
        let design = Design::new(&columns).unwrap();
        let cause = case["cause"].as_u64().unwrap() as u32;
        let options = CoxOptions::default();
        let sample = data.causes_sample();
        match case["kind"].as_str().unwrap() {
            "crr" => {
                let fit = fit_fine_gray(&sample, &design, cause, &options).unwrap();
                assert!(!fit.weights_taken_as_known);
                check_fine_gray(name, &fit, case, 1e-8);
            }
            "cengroup" => {
                let groups = data.codes(case["groups"].as_str().unwrap());
                let model = FineGrayModel::new(&sample, &design, cause, &options).unwrap();
                let fit = model.with_censoring_groups(&groups).unwrap().fit().unwrap();
                // crr's line search stops short: its own optimum is right to about 1e-7.
                check_fine_gray(name, &fit, case, 3e-7);
            }
            "clusters" => {
                let clusters = data.codes("cluster");
                let fit = fit_fine_gray(&sample.with_clusters(&clusters).unwrap(), &design, cause, &options);
                let fit = fit.unwrap();
                assert!(!fit.weights_taken_as_known);
                check_fine_gray(name, &fit, case, 1e-8);
            }
            "predict" => {
                let fit = fit_fine_gray(&sample, &design, cause, &options).unwrap();
                for (at, expected) in
                    case["at"].as_array().unwrap().iter().zip(case["incidence"].as_array().unwrap())
                {
                    let x: Vec<f64> = numbers(at).into_iter().map(Option::unwrap).collect();
                    let curve = fit.predict(&x, 0).unwrap();
                    for (t, f) in numbers(&case["time"]).into_iter().zip(numbers(expected)) {
                        close(&format!("{name} incidence"), curve.at(t.unwrap()), f.unwrap(), 1e-9);
                    }
                }
            }
            _ => {}
        }
    });
}

/// Distinct times, as the reference script makes them.
fn spread(data: &Data) -> (Vec<f64>, Vec<f64>) {
    let shift = |i: usize| (i + 1) as f64 / 1024.0;
    let exit = data.column("time").iter().enumerate().map(|(i, t)| t + shift(i)).collect();
    let moved = |i: usize, e: f64| if e > 0.0 { e + shift(i) - 1.0 / 2048.0 } else { 0.0 };
    let entry = data.get("entry").map(|e| e.iter().enumerate().map(|(i, &e)| moved(i, e)).collect());
    (exit, entry.unwrap_or_default())
}

#[test]
fn fine_gray_equals_finegray_with_coxph() {
    for_each_case("fine_gray", |case, data, name| {
        if case["kind"] != "finegray" {
            return;
        }
        let flag = |key: &str| case[key].as_bool().unwrap();
        let (exit, entry) = spread(data);
        let (strata, clusters) = (data.codes("stratum"), data.codes("cluster"));
        let mut sample = Sample::with_causes(Times::Continuous(&exit), &data.cause).unwrap();
        if flag("clusters") {
            sample = sample.with_clusters(&clusters).unwrap();
        }
        // Without delayed entry or weights our variance has a part more than coxph's: weights of 1.
        let whole: Vec<f64> = data.column("weight").iter().map(|w| w.ceil()).collect();
        let ones = vec![1.0; data.n()];
        sample = sample.with_weights(if flag("weights") { &whole } else { &ones }).unwrap();
        if flag("entry") {
            sample = sample.with_entry(Times::Continuous(&entry)).unwrap();
        }
        let columns = data.covariates();
        let design = Design::new(&columns).unwrap();
        let cause = case["cause"].as_u64().unwrap() as u32;
        let groups = if flag("strata") { strata.clone() } else { vec![0; data.n()] };
        if flag("strata") {
            sample = sample.with_strata(&strata).unwrap();
        }
        let model = FineGrayModel::new(&sample, &design, cause, &CoxOptions::default()).unwrap();
        let fit = model.with_censoring_groups(&groups).unwrap().fit().unwrap();
        assert!(fit.weights_taken_as_known);
        check_fine_gray(name, &fit, case, 1e-8);
    });
}

fn estimate(fit: &FineGrayFit, j: usize) -> f64 {
    fit.coefficients[j].estimate().unwrap().log_hazard_ratio
}

#[test]
fn the_same_rows_in_two_strata_halve_the_variance() {
    let Some(data) = load("days") else { return };
    let columns = data.covariates();
    let once =
        fit_fine_gray(&data.causes_sample(), &Design::new(&columns).unwrap(), 1, &CoxOptions::default());
    let once = once.unwrap();
    let twice = |v: &[f64]| [v, v].concat();
    let (exit, cause) = (twice(data.column("time")), [data.cause.clone(), data.cause.clone()].concat());
    let strata: Vec<u32> = (0..2 * data.n()).map(|i| 7 + (i / data.n()) as u32).collect();
    let doubled: Vec<Vec<f64>> = columns.iter().map(|c| twice(c)).collect();
    let borrowed: Vec<&[f64]> = doubled.iter().map(Vec::as_slice).collect();
    let design = Design::new(&borrowed).unwrap();
    let sample = Sample::with_causes(Times::Continuous(&exit), &cause).unwrap().with_strata(&strata).unwrap();
    let model = FineGrayModel::new(&sample, &design, 1, &CoxOptions::default()).unwrap();
    let both = model.with_censoring_groups(&strata).unwrap().fit().unwrap();
    for j in 0..columns.len() {
        close("beta", estimate(&both, j), estimate(&once, j), 1e-9);
        close("variance", both.variance.get(j, j), once.variance.get(j, j) / 2.0, 1e-9);
    }
    assert_eq!(both.predict(&[0.0; 3], 8).unwrap().time, once.predict(&[0.0; 3], 0).unwrap().time);
    assert_eq!(both.predict(&[0.0; 3], 0), Err(SurvivalError::NoEvents));
}

/// Rows of six patients with two lesions each, in days; the sample, two covariates and the patients.
const LESION_DAYS: [i32; 12] = [3, 5, 8, 9, 12, 14, 2, 4, 6, 7, 10, 11];
const LESION_CAUSE: [u32; 12] = [1, 2, 0, 1, 2, 0, 1, 1, 1, 2, 1, 0];
const TREATED: [f64; 12] = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
const SIZE: [f64; 12] = [1.5, 0.5, 2.5, 1.0, 3.0, 0.7, 2.2, 1.1, 0.9, 1.8, 2.0, 0.4];
const PATIENT: [u32; 12] = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6];

fn lesions(times: usize, clusters: Option<&[u32]>) -> FineGrayFit {
    let (days, cause) = (LESION_DAYS.repeat(times), LESION_CAUSE.repeat(times));
    let (treated, size) = (TREATED.repeat(times), SIZE.repeat(times));
    let repeated = clusters.map(|c| c.repeat(times));
    let mut sample = Sample::with_causes(Times::Days(&days), &cause).unwrap();
    if let Some(clusters) = &repeated {
        sample = sample.with_clusters(clusters).unwrap();
    }
    fit_fine_gray(&sample, &Design::new(&[&treated, &size]).unwrap(), 1, &CoxOptions::default()).unwrap()
}

fn assert_same_variance(a: &FineGrayFit, b: &FineGrayFit, factor: f64) {
    for j in 0..2 {
        close("beta", estimate(a, j), estimate(b, j), 1e-9);
        for k in 0..2 {
            close("variance", a.variance.get(j, k), factor * b.variance.get(j, k), 1e-9);
        }
    }
}

#[test]
fn clusters_of_one_are_the_ordinary_robust_variance() {
    let each: Vec<u32> = (0..12).map(|i| 100 - 7 * i).collect();
    assert_same_variance(&lesions(1, Some(&each)), &lesions(1, None), 1.0);
}

#[test]
fn rows_repeated_inside_their_cluster_say_nothing_more() {
    let once = lesions(1, Some(&PATIENT));
    assert_same_variance(&lesions(2, Some(&PATIENT)), &once, 1.0);
    assert_same_variance(&lesions(3, Some(&PATIENT)), &once, 1.0);
    // As independent rows they would.
    assert_same_variance(&lesions(2, None), &lesions(1, None), 0.5);
    let (clustered, alone) = (once.variance.get(1, 1), lesions(1, None).variance.get(1, 1));
    assert!((clustered / alone - 1.0).abs() > 0.01, "{clustered} {alone}");
}

/// One patient's scores sum to 0: there is no variance, and none is made of rounding.
#[test]
fn a_single_cluster_has_no_variance() {
    let sample = Sample::with_causes(Times::Days(&LESION_DAYS), &LESION_CAUSE).unwrap();
    let sample = sample.with_clusters(&[1; 12]).unwrap();
    let fit = fit_fine_gray(&sample, &Design::new(&[&TREATED]).unwrap(), 1, &CoxOptions::default());
    let what = "scores that vanish in every cluster";
    assert_eq!(fit, Err(SurvivalError::NotCovered { method: "the robust variance", what }));
}

#[test]
fn a_fit_says_what_its_reader_must_know() {
    let fit = lesions(1, None);
    assert_eq!(fit.warnings, [CoxWarning::FewEventsPerParameter { events: 6, parameters: 2 }]);
    let sample = Sample::with_causes(Times::Days(&LESION_DAYS), &LESION_CAUSE).unwrap();
    let of = |columns: &[&[f64]], options: &CoxOptions| {
        fit_fine_gray(&sample, &Design::new(columns).unwrap(), 1, options).unwrap().warnings
    };
    // No event of the cause without the factor: its coefficient is infinite.
    let separating: Vec<f64> = LESION_CAUSE.iter().map(|c| f64::from(u8::from(*c == 1))).collect();
    let said = of(&[&separating], &CoxOptions::default());
    assert!(
        matches!(said[0], CoxWarning::MonotoneLikelihood { column: 0, direction: Direction::Up }),
        "{said:?}"
    );
    let twice: Vec<f64> = SIZE.iter().map(|x| 2.0 * x).collect();
    let said = of(&[&SIZE, &TREATED, &twice], &CoxOptions::default());
    assert_eq!(said[0], CoxWarning::Collinear { column: 2, with: vec![0] });
    assert_eq!(of(&[&SIZE, &[4.0; 12]], &CoxOptions::default())[0], CoxWarning::Constant { column: 1 });
    let said = of(&[&SIZE, &TREATED], &CoxOptions { max_iterations: 1, ..CoxOptions::default() });
    assert_eq!(said[0], CoxWarning::NotConverged { iterations: 1 });
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
