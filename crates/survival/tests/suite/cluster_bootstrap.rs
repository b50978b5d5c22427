//! The cluster bootstrap: every resample of few clusters, by hand and enumerated in R.

use crate::common::{close, close_to, for_each_case, numbers};
use oligomet_survival::{
    BootstrapTarget, ClusterBootstrapOptions, Sample, SurvivalError, Times, cluster_bootstrap_survival,
};
use serde_json::Value;

fn options(conf_level: f64, replicates: u32) -> ClusterBootstrapOptions {
    ClusterBootstrapOptions { conf_level, replicates, seed: 11, ..ClusterBootstrapOptions::default() }
}

/// Two patients: A with two lesions that fail at day 5, B with one that does not. Of the 4 resamples AA has
/// S(5) = 0, AB and BA have 1/3, BB has 1. The lower quartile of the distribution lies at the step from 0 to
/// 1/3: with levels to either side of 1/2 the limits are 0 to 1 and 1/3 to 1/3.
#[test]
fn two_clusters_by_hand() {
    let sample = Sample::new(Times::Days(&[5, 5, 9]), &[true, true, false]).unwrap();
    let sample = sample.with_clusters(&[1, 1, 2]).unwrap();
    let limits = |level: f64| {
        let result = cluster_bootstrap_survival(&sample, &[5.0], &options(level, 20_000)).unwrap();
        assert_eq!((result.n_clusters, result.n, result.n_events), (2, 3, 2));
        let point = result.points[0];
        close("estimate", point.estimate.unwrap(), 1.0 / 3.0, 1e-12);
        assert_eq!(point.undefined, 0);
        (point.conf_low.unwrap(), point.conf_high.unwrap())
    };
    assert_eq!(limits(0.6), (0.0, 1.0));
    let (low, high) = limits(0.4);
    close("low", low, 1.0 / 3.0, 1e-12);
    close("high", high, 1.0 / 3.0, 1e-12);
}

/// B is followed to day 9 and A only to day 7: at day 8 the resample AA, a quarter of all, has no curve.
#[test]
fn resamples_that_do_not_reach_the_time_are_counted() {
    let sample = Sample::new(Times::Days(&[5, 7, 9]), &[true, false, false]).unwrap();
    let sample = sample.with_clusters(&[1, 1, 2]).unwrap();
    let point = cluster_bootstrap_survival(&sample, &[8.0, 10.0], &options(0.95, 20_000)).unwrap().points;
    close_to("undefined", f64::from(point[0].undefined) / 20_000.0, 0.25, 0.05, 1.0);
    assert_eq!((point[1].estimate, point[1].conf_low, point[1].undefined), (None, None, 20_000));
}

fn check_point(name: &str, found: &oligomet_survival::BootstrapPoint, case: &Value, level: &Value) {
    let number = |v: &Value, key: &str| v[key].as_f64().unwrap();
    close(&format!("{name} estimate"), found.estimate.unwrap(), number(case, "estimate"), 1e-11);
    let (share, undefined) = (f64::from(found.undefined) / 20_000.0, number(case, "undefined"));
    let error = (undefined * (1.0 - undefined) / 20_000.0).sqrt();
    assert!((share - undefined).abs() <= 5.0 * error, "{name} undefined: {share} and {undefined}");
    for (key, limit) in [("low", found.conf_low), ("high", found.conf_high)] {
        let (band, limit) = (numbers(&level[key]), limit.unwrap());
        let within = band[0].unwrap() - 1e-9 <= limit && limit <= band[1].unwrap() + 1e-9;
        assert!(within, "{name} {key}: {limit} is outside {band:?}");
    }
}

#[test]
fn limits_are_the_quantiles_of_all_resamples() {
    for_each_case("cluster_bootstrap", |case, data, name| {
        let n_clusters = case["clusters"].as_u64().unwrap() as u32;
        let data = data.filter(|i| data.codes("cluster")[i] < n_clusters);
        let clusters = data.codes("cluster");
        let sample = data.causes_sample().with_clusters(&clusters).unwrap();
        let points = case["points"].as_array().unwrap();
        let times: Vec<f64> = points.iter().map(|p| p["time"].as_f64().unwrap()).collect();
        for k in 0..4 {
            let level = points[0]["limits"][k]["level"].as_f64().unwrap();
            let target = match case["target"].as_str() {
                Some("survival") => BootstrapTarget::Survival,
                _ => BootstrapTarget::Incidence { cause: 1 },
            };
            let options = ClusterBootstrapOptions { target, ..options(level, 20_000) };
            let found = cluster_bootstrap_survival(&sample, &times, &options).unwrap();
            for (found, point) in found.points.iter().zip(points) {
                check_point(&format!("{name} at {}", found.time), found, point, &point["limits"][k]);
            }
        }
    });
}

#[test]
fn without_clusters_rows_are_drawn_and_the_order_of_threads_does_not_matter() {
    let days: Vec<i32> = (1..=30).collect();
    let event: Vec<bool> = (0..30).map(|i| i % 3 != 0).collect();
    let sample = Sample::new(Times::Days(&days), &event).unwrap();
    let own: Vec<u32> = (0..30).collect();
    let clustered = sample.with_clusters(&own).unwrap();
    let of =
        |sample: &Sample<'_>| cluster_bootstrap_survival(sample, &[10.0, 20.0], &options(0.9, 500)).unwrap();
    assert_eq!(of(&sample), of(&clustered));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(pool.install(|| of(&sample)), of(&sample));
}

#[test]
fn what_cannot_be_is_an_error_or_none() {
    let sample = Sample::new(Times::Days(&[5, 7, 9]), &[false; 3]).unwrap();
    // Without events every resample gives 1: no interval, not one of no width.
    let result = cluster_bootstrap_survival(&sample, &[6.0], &options(0.95, 200)).unwrap();
    assert_eq!((result.points[0].estimate, result.points[0].conf_low), (Some(1.0), None));
    let one = sample.with_clusters(&[4; 3]).unwrap();
    let alone = cluster_bootstrap_survival(&one, &[6.0], &options(0.95, 200));
    assert_eq!(alone, Err(SurvivalError::NothingEstimable));
    let incidence =
        ClusterBootstrapOptions { target: BootstrapTarget::Incidence { cause: 2 }, ..options(0.95, 9) };
    assert!(matches!(
        cluster_bootstrap_survival(&sample, &[6.0], &incidence),
        Err(SurvivalError::InvalidOption { option: "cause", .. })
    ));
    assert!(cluster_bootstrap_survival(&sample, &[f64::NAN], &options(0.95, 9)).is_err());
    assert!(cluster_bootstrap_survival(&sample, &[6.0], &options(0.95, 0)).is_err());
}
