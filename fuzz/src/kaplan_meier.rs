//! Kaplan-Meier and Fleming-Harrington curves, quantiles, restricted means, tables merged from parts.

use crate::assertions::*;
use crate::{Data, Outcome};
use oligomet_survival::*;

const CONF_TYPES: [ConfType; 6] = [
    ConfType::Plain,
    ConfType::Log,
    ConfType::LogLog,
    ConfType::Logit,
    ConfType::Arcsine,
    ConfType::BetaProduct,
];

fn options(data: &Data) -> KaplanMeierOptions {
    let conf_type = CONF_TYPES[data.choice as usize % CONF_TYPES.len()];
    KaplanMeierOptions { conf_type, conf_level: data.level }
}

pub fn check(data: &Data) -> Outcome {
    let options = options(data);
    let sample = data.sample()?;
    if let Ok(curve) = kaplan_meier(&sample, &options) {
        check_curve(&curve, data.number);
        same_in_any_order(data, &curve, &options);
    }
    for curve in
        [reverse_kaplan_meier(&sample, &options), kaplan_meier(&data.plain()?, &options)].iter().flatten()
    {
        check_curve(curve, data.number);
    }
    for ties in [HazardTies::NelsonAalen, HazardTies::FlemingHarrington] {
        if let Ok(curve) = fleming_harrington(&sample, ties, &options) {
            check_curve(&curve, data.number);
        }
    }
    let _ = split_and_merged(data, &options);
    let by_group = kaplan_meier_by(&sample, &data.group, data.n_groups, &options)?;
    by_group.iter().flatten().for_each(|curve| check_curve(curve, data.number));
    compare_means(&by_group, data.number)
}

fn check_curve(curve: &SurvivalCurve, number: f64) {
    ascending("time", &curve.time);
    not_rising("survival", &curve.survival);
    all_finite("at risk", &curve.n_at_risk);
    all_finite("cumulative hazard", &curve.cumulative_hazard);
    all_finite("error of the hazard", &curve.cumulative_hazard_std_error);
    for k in 0..curve.time.len() {
        probability("survival", curve.survival[k]);
        at_least_0("events", curve.n_event[k]);
        at_least_0("censored", curve.n_censored[k]);
        curve.std_error[k].into_iter().for_each(|se| at_least_0("standard error", se));
        interval("survival", curve.conf_low[k], curve.survival[k], curve.conf_high[k]);
        curve.conf_low[k].into_iter().chain(curve.conf_high[k]).for_each(|limit| probability("limit", limit));
    }
    for time in [number, 0.0, -1.0, f64::NAN, f64::INFINITY] {
        let point = curve.at(time);
        point.survival.into_iter().for_each(|s| probability("survival at", s));
        interval("survival at", point.conf_low, point.survival.unwrap_or(0.5), point.conf_high);
        finite("at risk", point.n_at_risk);
    }
    for p in [0.5, 0.0, 1.0, number] {
        let quantile = curve.quantile(p);
        let values = [quantile.conf_low, quantile.estimate, quantile.conf_high];
        values.iter().flatten().for_each(|&v| finite("quantile", v));
        // The curve tells shares apart down to the tolerance of its plateaus.
        if p > 1e-7 && p < 1.0 - 1e-7 {
            check_quantile(&quantile);
        }
    }
    let _ = curve.tail_begins(number);
    for horizon in [number, curve.time.last().copied().unwrap_or(1.0)] {
        if let Ok(mean) = curve.restricted_mean(horizon) {
            finite("restricted mean", mean.estimate);
            at_least_0("its error", mean.std_error);
            assert!(mean.estimate <= horizon * (1.0 + ROUNDING), "{mean:?}");
            interval("restricted mean", Some(mean.conf_low), mean.estimate, Some(mean.conf_high));
        }
    }
}

fn check_quantile(q: &Quantile) {
    if let (Some(low), Some(high)) = (q.conf_low, q.conf_high) {
        assert!(low <= high, "{q:?}");
    }
    if let (Some(low), Some(estimate)) = (q.conf_low, q.estimate) {
        assert!(low <= estimate, "{q:?}");
    }
    if let (Some(estimate), Some(high)) = (q.estimate, q.conf_high) {
        assert!(estimate <= high, "{q:?}");
    }
}

fn same_in_any_order(data: &Data, curve: &SurvivalCurve, options: &KaplanMeierOptions) {
    if !data.is_tame() {
        return;
    }
    let other = data.reordered();
    let again = other.sample().and_then(|s| kaplan_meier(&s, options));
    let again = again.expect("the same rows in another order");
    all_close("time", &curve.time, &again.time, 0.0);
    all_close("survival", &curve.survival, &again.survival, ROUNDING);
}

/// Tables of two halves of the rows, merged, are the table of the whole.
fn split_and_merged(data: &Data, options: &KaplanMeierOptions) -> Outcome {
    let rows: Vec<usize> = (0..data.n).collect();
    let (first, second) = rows.split_at(data.n / 2);
    let (first, second) = (data.select(first), data.select(second));
    let table = |part: &Data| DayTable::new(&part.sample()?, Some((&part.group, part.n_groups)));
    let whole = table(data)?;
    // A part may have no weight at all, or near-ties of its own: then there is nothing to merge.
    let merged = table(&first)?.merge(&table(&second)?)?;
    assert_eq!(whole.n_lanes(), merged.n_lanes());
    for lane in 0..whole.n_lanes() {
        let curves =
            (kaplan_meier_from_table(&whole, lane, options), kaplan_meier_from_table(&merged, lane, options));
        match curves {
            (Ok(a), Ok(b)) if matches!(whole.axis(), TimeAxis::Days { .. }) && data.is_tame() => {
                all_close("merged times", &a.time, &b.time, 0.0);
                all_close("merged survival", &a.survival, &b.survival, ROUNDING);
            }
            (Ok(a), Ok(b)) => [a, b].iter().for_each(|curve| check_curve(curve, data.number)),
            (Err(a), Err(b)) => assert_eq!(a.to_string(), b.to_string()),
            (a, b) => panic!("whole {a:?}, merged {b:?}"),
        }
    }
    Ok(())
}

fn compare_means(curves: &[Option<SurvivalCurve>], horizon: f64) -> Outcome {
    let means: Vec<RestrictedMean> =
        curves.iter().flatten().filter_map(|c| c.restricted_mean(horizon).ok()).collect();
    let [a, b, ..] = means.as_slice() else { return Ok(()) };
    for comparison in [a.difference(b), a.ratio(b), a.ratio_of_time_lost(b)].iter().flatten() {
        finite("comparison", comparison.estimate);
        finite("its error", comparison.std_error);
        interval("comparison", Some(comparison.conf_low), comparison.estimate, Some(comparison.conf_high));
        probability("p", comparison.p_value);
    }
    Ok(())
}
