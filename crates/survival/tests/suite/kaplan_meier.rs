//! Kaplan-Meier against R's `survfit`, and by hand.

use crate::common::{Data, close, close_option, close_to, for_each_case, numbers};
use oligomet_survival::{
    ConfType, HazardTies, KaplanMeierOptions, Sample, SurvivalCurve, SurvivalError, Times,
    fleming_harrington, fleming_harrington_by, kaplan_meier, kaplan_meier_by,
};
use serde_json::Value;

const TOLERANCE: f64 = 1e-11;

fn conf_type(case: &Value) -> ConfType {
    match case["conf_type"].as_str().unwrap() {
        "plain" => ConfType::Plain,
        "log" => ConfType::Log,
        "log-log" => ConfType::LogLog,
        "logit" => ConfType::Logit,
        "arcsin" => ConfType::Arcsine,
        other => panic!("{other}"),
    }
}

fn curve_of(case: &Value, data: &Data, continuous: bool) -> SurvivalCurve {
    let data = match case["group"].as_f64() {
        Some(g) => data.filter(|i| data.column("group")[i] == g),
        None => data.clone(),
    };
    let weights = case["weights"].as_bool().unwrap().then(|| data.column("weight").to_vec());
    let mut sample = if continuous { data.continuous_sample() } else { data.sample() };
    if let Some(weights) = &weights {
        sample = sample.with_weights(weights).unwrap();
    }
    let clusters: Option<Vec<u32>> = match case["robust"].as_str() {
        Some("cluster") => Some(data.codes("cluster")),
        Some(_) => Some((0..data.n() as u32).collect()),
        None => None,
    };
    if let Some(clusters) = &clusters {
        sample = sample.with_clusters(clusters).unwrap();
    }
    if case["reverse"].as_bool().unwrap() {
        sample = sample.reversed();
    }
    let options = KaplanMeierOptions { conf_type: conf_type(case), ..Default::default() };
    match (case["stype"].as_u64(), case["ctype"].as_u64()) {
        (Some(1), _) => kaplan_meier(&sample, &options).unwrap(),
        (_, Some(1)) => fleming_harrington(&sample, HazardTies::NelsonAalen, &options).unwrap(),
        _ => fleming_harrington(&sample, HazardTies::FlemingHarrington, &options).unwrap(),
    }
}

fn check_curve(name: &str, case: &Value, curve: &SurvivalCurve) {
    assert_eq!(curve.time.len() as f64, case["n_rows"].as_f64().unwrap(), "{name}");
    for (i, row) in numbers(&case["row"]).into_iter().enumerate() {
        let k = row.unwrap() as usize;
        let expected = |key: &str| numbers(&case[key])[i];
        let plain = |what: &str, found: f64| {
            close_to(&format!("{name} {what} row {k}"), found, expected(what).unwrap(), TOLERANCE, 1e-12);
        };
        plain("time", curve.time[k]);
        plain("n_risk", curve.n_at_risk[k]);
        plain("n_event", curve.n_event[k]);
        close_to(
            &format!("{name} n_censor {k}"),
            curve.n_censored[k],
            expected("n_censor").unwrap(),
            1e-12,
            1.0,
        );
        plain("survival", curve.survival[k]);
        plain("cumhaz", curve.cumulative_hazard[k]);
        plain("cumhaz_se", curve.cumulative_hazard_std_error[k]);
        let se = expected("log_se").map(|se| se * curve.survival[k]);
        close_option(&format!("{name} se {k}"), curve.std_error[k], se, TOLERANCE);
        if case["intervals"].as_bool().unwrap() {
            close_option(&format!("{name} lower {k}"), curve.conf_low[k], expected("lower"), TOLERANCE);
            close_option(&format!("{name} upper {k}"), curve.conf_high[k], expected("upper"), TOLERANCE);
        }
    }
}

fn check_derived(name: &str, case: &Value, curve: &SurvivalCurve) {
    for (i, p) in [0.25, 0.5, 0.75].into_iter().enumerate() {
        let q = curve.quantile(p);
        let pairs =
            [("quantile", q.estimate), ("quantile_lower", q.conf_low), ("quantile_upper", q.conf_high)];
        let compared = if case["intervals"].as_bool().unwrap() { &pairs[..] } else { &pairs[..1] };
        for &(key, found) in compared {
            close_option(&format!("{name} {key} {p}"), found, numbers(&case[key])[i], 1e-12);
        }
    }
    let mean = curve.restricted_mean(case["tau"].as_f64().unwrap()).unwrap();
    close(&format!("{name} rmean"), mean.estimate, case["rmean"].as_f64().unwrap(), TOLERANCE);
    close(&format!("{name} rmean se"), mean.std_error, case["rmean_se"].as_f64().unwrap(), TOLERANCE);
    for (t, n) in numbers(&case["at"]).into_iter().zip(numbers(&case["at_risk"])) {
        close_to(&format!("{name} at {t:?}"), curve.at(t.unwrap()).n_at_risk, n.unwrap(), 1e-12, 1.0);
    }
}

#[test]
fn equals_survfit() {
    for_each_case("kaplan_meier", |case, data, name| {
        let curve = curve_of(case, data, false);
        check_curve(name, case, &curve);
        check_derived(name, case, &curve);
        let sorted = curve_of(case, data, true);
        check_curve(name, case, &sorted);
        check_derived(name, case, &sorted);
    });
}

#[test]
fn six_subjects_by_hand() {
    let sample =
        Sample::new(Times::Days(&[1, 1, 6, 6, 8, 9]), &[true, false, true, true, false, true]).unwrap();
    let curve = kaplan_meier(&sample, &KaplanMeierOptions::default()).unwrap();
    // At day 6 four are at risk and two have the event.
    assert_eq!(curve.n_at_risk, [6.0, 4.0, 2.0, 1.0]);
    for (found, expected) in curve.survival.iter().zip([5.0 / 6.0, 5.0 / 12.0, 5.0 / 12.0, 0.0]) {
        assert!((found - expected).abs() < 1e-15);
    }
    // Greenwood at day 6: 1 / (6 x 5) + 2 / (4 x 2).
    close("se", curve.std_error[1].unwrap(), 5.0 / 12.0 * (1.0f64 / 30.0 + 0.25).sqrt(), 1e-14);
    assert_eq!(curve.std_error[3], None);
    assert_eq!(curve.at(6.5).cum_event, 3.0);
    assert_eq!(curve.at(20.0).survival, Some(0.0));
}

#[test]
fn a_group_without_subjects_is_visible() {
    let sample = Sample::new(Times::Days(&[4, 5, 6]), &[true, false, true]).unwrap();
    let curves = kaplan_meier_by(&sample, &[0, 2, 2], 4, &KaplanMeierOptions::default()).unwrap();
    let n: Vec<Option<usize>> = curves.iter().map(|c| c.as_ref().map(|c| c.n)).collect();
    assert_eq!(n, [Some(1), None, Some(2), None]);
}

#[test]
fn fleming_harrington_by_hand() {
    let days = [1, 1, 6, 6, 8, 9];
    let event = [true, false, true, true, false, true];
    let sample = Sample::new(Times::Days(&days), &event).unwrap();
    let options = KaplanMeierOptions::default();
    // Hazard steps d/n: 1/6, 2/4, 1; one after the other: 1/6, 1/4 + 1/3, 1.
    let aalen = fleming_harrington(&sample, HazardTies::NelsonAalen, &options).unwrap();
    let single = fleming_harrington(&sample, HazardTies::FlemingHarrington, &options).unwrap();
    close("H aalen", aalen.cumulative_hazard[3], 1.0 / 6.0 + 0.5 + 1.0, 1e-15);
    close("S aalen", aalen.survival[3], (-5.0f64 / 3.0).exp(), 1e-15);
    close("H single", single.cumulative_hazard[3], 1.0 / 6.0 + 1.0 / 4.0 + 1.0 / 3.0 + 1.0, 1e-15);
    let variance: f64 = 1.0 / 36.0 + 1.0 / 16.0 + 1.0 / 9.0;
    close("se", single.std_error[1].unwrap(), (-0.75f64).exp() * variance.sqrt(), 1e-14);
    // Area to 8: 1 + 5 exp(-1/6) + 2 exp(-3/4); the area from 6 on is 2 exp(-3/4).
    let late = 2.0 * (-0.75f64).exp();
    let mean = single.restricted_mean(8.0).unwrap();
    let all = 5.0 * (-1.0f64 / 6.0).exp() + late;
    close("mean", mean.estimate, 1.0 + all, 1e-15);
    let variance = all * all / 36.0 + late * late * (1.0 / 16.0 + 1.0 / 9.0);
    close("mean se", mean.std_error, variance.sqrt(), 1e-14);
    // The curve does not reach 0, so that nothing is known beyond the last time.
    assert_eq!(single.at(9.5).survival, None);
    let by = fleming_harrington_by(&sample, &[0; 6], 1, HazardTies::FlemingHarrington, &options).unwrap();
    assert_eq!(by[0].as_ref(), Some(&single));
    let beta = KaplanMeierOptions { conf_type: ConfType::BetaProduct, ..options };
    let refused = fleming_harrington(&sample, HazardTies::NelsonAalen, &beta);
    assert!(matches!(refused, Err(SurvivalError::NotCovered { .. })));
}

#[test]
fn restricted_means_compare_as_in_survrm2() {
    for_each_case("restricted_mean", |case, data, name| {
        let groups: Vec<f64> = numbers(&case["groups"]).into_iter().flatten().collect();
        let tau = case["tau"].as_f64().unwrap();
        let mean = |i: usize| {
            let arm = data.filter(|row| data.column("group")[row] == groups[i]);
            let curve = kaplan_meier(&arm.sample(), &KaplanMeierOptions::default()).unwrap();
            let mean = curve.restricted_mean(tau).unwrap();
            close(&format!("{name} mean {i}"), mean.estimate, numbers(&case["mean"])[i].unwrap(), 1e-11);
            close(&format!("{name} se {i}"), mean.std_error, numbers(&case["se"])[i].unwrap(), 1e-11);
            mean
        };
        let (a, b) = (mean(0), mean(1));
        let comparisons = [
            ("difference", a.difference(&b).unwrap()),
            ("ratio", a.ratio(&b).unwrap()),
            ("lost", a.ratio_of_time_lost(&b).unwrap()),
        ];
        for (key, found) in comparisons {
            let expected = numbers(&case[key]);
            // A difference near 0 is as exact as its standard error.
            let floor = if key == "difference" { found.std_error } else { 1e-300 };
            let all = [found.estimate, found.std_error, found.conf_low, found.conf_high];
            for (i, value) in all.into_iter().enumerate() {
                close_to(&format!("{name} {key} {i}"), value, expected[i].unwrap(), 1e-10, floor);
            }
            close(&format!("{name} {key} p"), found.p_value, expected[4].unwrap(), 1e-6);
        }
    });
}

fn beta_product(sample: &Sample<'_>, conf_level: f64) -> SurvivalCurve {
    let options = KaplanMeierOptions { conf_type: ConfType::BetaProduct, conf_level };
    kaplan_meier(sample, &options).unwrap()
}

#[test]
fn beta_product_intervals_under_censoring() {
    for_each_case("beta_product", |case, data, name| {
        let data = match case["group"].as_f64() {
            Some(g) => data.filter(|i| data.column("group")[i] == g),
            None => data.clone(),
        };
        for sample in [data.sample(), data.continuous_sample()] {
            let curve = beta_product(&sample, case["level"].as_f64().unwrap());
            for (i, row) in numbers(&case["row"]).into_iter().enumerate() {
                let k = row.unwrap() as usize;
                close(name, curve.time[k], numbers(&case["time"])[i].unwrap(), 1e-12);
                let of = |key: &str| numbers(&case[key])[i];
                close_option(&format!("{name} low {k}"), curve.conf_low[k], of("lower"), 1e-9);
                close_option(&format!("{name} high {k}"), curve.conf_high[k], of("upper"), 1e-9);
            }
        }
    });
}

/// Four events, none censored, as the vignette of R's `bpcp` prints the intervals after each time.
#[test]
fn beta_product_as_bpcp_prints_it() {
    let sample = Sample::new(Times::Days(&[3, 7, 8, 14]), &[true; 4]).unwrap();
    let curve = beta_product(&sample, 0.95);
    let printed =
        [(0.194120450, 0.9936905), (0.067585986, 0.9324140), (0.006309463, 0.8058796), (0.0, 0.6023646)];
    for (k, (low, high)) in printed.into_iter().enumerate() {
        assert!((curve.conf_low[k].unwrap() - low).abs() < 5e-9, "{k}");
        assert!((curve.conf_high[k].unwrap() - high).abs() < 5e-8, "{k}");
    }
}
