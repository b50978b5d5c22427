//! Inputs on which a fuzz target (`fuzz/`) once found a panic, a number that is none, or an answer that
//! depended on the order of the rows; cut down to what matters.

use oligomet_survival::*;

fn out_of_range<T: std::fmt::Debug>(result: Result<T>, input: &str) {
    match result {
        Err(SurvivalError::OutOfRange { what, .. }) => assert_eq!(what, input),
        other => panic!("{input}: {other:?}"),
    }
}

#[test]
fn values_beyond_the_range_of_squares_are_named() {
    let event = [true, true];
    out_of_range(Sample::new(Times::Continuous(&[1.0, f64::MAX]), &event), "time");
    let sample = Sample::new(Times::Continuous(&[1.0, 2.0]), &event).unwrap();
    out_of_range(sample.with_entry(Times::Continuous(&[0.0, -1e300])), "entry");
    out_of_range(sample.with_weights(&[1.0, 5e-324]), "weight");
    out_of_range(sample.with_weights(&[1.0, 1e155]), "weight");
    out_of_range(Design::new(&[&[1e155, 0.0]]), "covariate");
    out_of_range(Design::new(&[&[1e-155, 0.0]]), "covariate");
    out_of_range(Design::new(&[&[1.0, 0.0]]).unwrap().with_offset(&[0.0, 1e8]), "offset");
    out_of_range(concordance(&sample, &[f64::MAX, 0.0]), "score");
    let causes = [1, u32::MAX];
    out_of_range(Sample::with_causes(Times::Days(&[1, 2]), &causes), "cause");
}

#[test]
fn absurd_numbers_of_groups_are_refused_not_allocated() {
    let sample = Sample::new(Times::Days(&[1, 2]), &[true, true]).unwrap();
    let group = [0, 1];
    for n_groups in [usize::MAX, 1 << 40] {
        let refused =
            |error| assert!(matches!(error, SurvivalError::InvalidOption { option: "n_groups", .. }));
        refused(kaplan_meier_by(&sample, &group, n_groups, &KaplanMeierOptions::default()).unwrap_err());
        refused(log_rank(&sample, &group, n_groups, &LogRankOptions::default()).unwrap_err());
        refused(permutation_log_rank(&sample, &group, n_groups, 9, 1).unwrap_err());
        refused(DayTable::new(&sample, Some((&group, n_groups))).unwrap_err());
        refused(gray_test(&sample, &group, n_groups, 1, 0.0).unwrap_err());
        let options = CumulativeIncidenceOptions::default();
        refused(cumulative_incidence_by(&sample, &group, n_groups, &options).unwrap_err());
    }
}

#[test]
fn tables_of_days_too_far_apart_do_not_merge() {
    let table = |day: i32| DayTable::new(&Sample::new(Times::Days(&[day]), &[true]).unwrap(), None).unwrap();
    let merged = table(0).merge(&table(i32::MAX));
    assert!(matches!(merged, Err(SurvivalError::TableTooLarge { .. })), "{merged:?}");
}

#[test]
fn a_constant_column_is_constant_whatever_the_rounding_of_its_mean() {
    let (days, event, weights) = ([255, 254], [true, true], [249.0, 1.00000001]);
    let sample = Sample::new(Times::Days(&days), &event).unwrap().with_weights(&weights).unwrap();
    let design = Design::new(&[&[2.5, 2.5]]).unwrap();
    let model = CoxModel::new(&sample, &design, &CoxOptions::default()).unwrap();
    assert_eq!(model.fit().unwrap_err(), SurvivalError::NothingEstimable);
    assert_eq!(model.fit_firth().unwrap_err(), SurvivalError::NothingEstimable);
}

#[test]
fn a_robust_variance_of_zero_is_an_error() {
    let days = [3, 5, 8, 9, 12, 14];
    let sample = Sample::new(Times::Days(&days), &[true, true, false, true, true, false]).unwrap();
    let one_cluster = sample.with_clusters(&[7; 6]).unwrap();
    let x = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0];
    let fit = fit_cox(&one_cluster, &Design::new(&[&x]).unwrap(), &CoxOptions::default());
    assert!(matches!(fit, Err(SurvivalError::NotCovered { method: "the robust variance", .. })), "{fit:?}");
    // Both subjects have the event at the same time: their residuals are 0.
    let sample = Sample::with_causes(Times::Days(&[209, 209]), &[2, 2]).unwrap();
    let fit = fit_fine_gray(&sample, &Design::new(&[&[5.0, 20.0]]).unwrap(), 2, &CoxOptions::default());
    assert!(matches!(fit, Err(SurvivalError::NotCovered { method: "the robust variance", .. })), "{fit:?}");
}

#[test]
fn an_infinite_coefficient_leaves_a_finite_robust_variance() {
    let sample = Sample::new(Times::Days(&[180, 150, 60]), &[true; 3]).unwrap();
    let x = [35.165985107421875, 255.99993896484375, 255.99998474121094];
    let options = CoxOptions { robust: true, ..CoxOptions::default() };
    let fit = fit_cox(&sample, &Design::new(&[&x]).unwrap(), &options).unwrap();
    assert!(matches!(fit.coefficients[0], Coefficient::NotEstimable(NotEstimable::Infinite { .. })));
    assert!(fit.variance.as_slice().iter().all(|v| v.is_finite()), "{:?}", fit.variance);
}

#[test]
fn ridge_penalties_out_of_range_are_refused() {
    let sample = Sample::new(Times::Days(&[1, 2]), &[true, true]).unwrap();
    let design = Design::new(&[&[0.0, 1.0]]).unwrap();
    let model = CoxModel::new(&sample, &design, &CoxOptions::default()).unwrap();
    for theta in [5e-324, 1e300, f64::NAN] {
        let refused = model.fit_ridge(theta).unwrap_err();
        assert!(matches!(refused, SurvivalError::InvalidOption { option: "theta", .. }), "{refused:?}");
    }
}

#[test]
fn trend_scores_beyond_range_are_refused() {
    let sample = Sample::new(Times::Days(&[1, 2, 3, 4]), &[true; 4]).unwrap();
    let test = log_rank(&sample, &[0, 1, 0, 1], 2, &LogRankOptions::default()).unwrap();
    out_of_range(test.trend(&[0.0, 1e300]), "trend score");
}

#[test]
fn a_search_over_all_cuts_has_lausen_1992_p_of_one() {
    let sample = Sample::new(Times::Days(&[1, 2, 3, 4, 5, 6]), &[true; 6]).unwrap();
    let options = CutpointOptions { min_prop: 0.0, max_prop: 1.0 };
    let cut = best_cutpoint(&sample, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &options).unwrap();
    assert!(cut.statistic > 1.0);
    assert_eq!(cut.p_lausen92(), 1.0);
}

#[test]
fn an_incidence_that_ends_at_one_keeps_its_limits_within_one() {
    let sample = Sample::with_causes(Times::Days(&[43, 206, 206, 142, 206]), &[2, 2, 2, 0, 2]).unwrap();
    for conf_type in [ConfType::Log, ConfType::LogLog, ConfType::Plain, ConfType::Logit, ConfType::Arcsine] {
        let options = CumulativeIncidenceOptions { conf_type, ..CumulativeIncidenceOptions::default() };
        let curves = cumulative_incidence(&sample, &options).unwrap();
        let curve = &curves.causes[1];
        assert!(curve.incidence.iter().all(|f| *f <= 1.0), "{:?}", curve.incidence);
        assert!(curve.conf_low.iter().chain(&curve.conf_high).flatten().all(|l| *l <= 1.0), "{curve:?}");
    }
}

#[test]
fn gray_refuses_powers_that_are_no_numbers() {
    let sample = Sample::with_causes(Times::Days(&[177, 177, 184, 208]), &[0, 1, 2, 1]).unwrap();
    for rho in [f64::NEG_INFINITY, f64::NAN, 1e300] {
        let refused = gray_test(&sample, &[2, 0, 2, 3], 4, 1, rho).unwrap_err();
        assert!(matches!(refused, SurvivalError::InvalidOption { option: "rho", .. }), "{refused:?}");
    }
}

#[test]
fn no_time_lost_has_no_ratio() {
    let mean = |day: i32| {
        let days = [day];
        let sample = Sample::new(Times::Days(&days), &[true]).unwrap();
        kaplan_meier(&sample, &KaplanMeierOptions::default()).unwrap().restricted_mean(4.0).unwrap()
    };
    let ratio = mean(1000).ratio_of_time_lost(&mean(2000));
    assert!(matches!(ratio, Err(SurvivalError::NotCovered { .. })), "{ratio:?}");
    let ratio = mean(0).ratio(&mean(2));
    assert!(matches!(ratio, Err(SurvivalError::NotCovered { .. })), "{ratio:?}");
}

/// Group 2 enters after the last event; its weights, entered and left, cancel but for rounding, which made a
/// third group in some orders of the rows.
#[test]
fn weights_that_cancel_leave_nobody_at_risk() {
    let exit = [30, 40, 50, 60, 5, 6, 7, 8, 25, 26, 27, 75];
    let entry = [20, 23, 24, 32, 0, 0, 0, 0, 21, 22, 23, 70];
    let group = [2, 2, 2, 2, 0, 1, 0, 1, 2, 2, 2, 2];
    let event = [false, false, false, false, true, true, true, true, false, false, false, false];
    let weights: Vec<f64> = (0..12).map(|i| 0.1 + f64::from(i) * 0.37).collect();
    let df = |rows: &[usize]| {
        let pick = |v: &[i32]| rows.iter().map(|&r| v[r]).collect::<Vec<_>>();
        let (exit, entry) = (pick(&exit), pick(&entry));
        let group: Vec<u32> = rows.iter().map(|&r| group[r]).collect();
        let event: Vec<bool> = rows.iter().map(|&r| event[r]).collect();
        let weights: Vec<f64> = rows.iter().map(|&r| weights[r]).collect();
        let sample = Sample::new(Times::Days(&exit), &event).unwrap();
        let sample = sample.with_entry(Times::Days(&entry)).unwrap().with_weights(&weights).unwrap();
        log_rank(&sample, &group, 3, &LogRankOptions::default()).unwrap().df
    };
    for turn in 0..12 {
        let rows: Vec<usize> = (0..12).map(|i| (i * 5 + turn) % 12).collect();
        assert_eq!(df(&rows), 1, "rows {rows:?}");
    }
}

/// The pooled incidence exceeds 1 before the last event, which is of the other cause.
#[test]
fn gray_weights_count_only_at_events_of_the_cause() {
    let sample = Sample::with_causes(Times::Days(&[1, 2, 3, 4]), &[1, 1, 1, 2]).unwrap();
    let test = gray_test(&sample, &[0, 1, 2, 3], 4, 1, -1.0).unwrap();
    assert!(test.score.iter().all(|u| u.is_finite()) && test.statistic.is_finite(), "{test:?}");
}

#[test]
fn those_who_enter_after_a_survival_of_zero_do_not_raise_its_lower_limit() {
    let sample = Sample::new(Times::Days(&[3, 20, 30, 40]), &[true, true, true, true]).unwrap();
    let sample = sample.with_entry(Times::Days(&[0, 5, 5, 5])).unwrap();
    let options = KaplanMeierOptions { conf_type: ConfType::BetaProduct, ..KaplanMeierOptions::default() };
    let curve = kaplan_meier(&sample, &options).unwrap();
    assert_eq!(curve.survival, [0.0; 4]);
    assert_eq!(curve.conf_low, [Some(0.0); 4]);
}

#[test]
fn a_baseline_at_covariates_far_from_the_data_is_an_error_and_no_zero() {
    let days = [1, 2, 3, 4, 5, 6, 7, 8];
    let event = [true; 8];
    let x: Vec<f64> = [3.0, 1.0, 4.0, 1.0, 5.0, 0.0, 2.0, 1.0].iter().map(|x| 1e7 + x).collect();
    let sample = Sample::new(Times::Days(&days), &event).unwrap();
    let columns = [x.as_slice()];
    let design = Design::new(&columns).unwrap();
    let model = CoxModel::new(&sample, &design, &CoxOptions::default()).unwrap();
    let fit = model.fit().unwrap();
    assert!(fit.coefficients[0].estimate().is_some_and(|e| e.log_hazard_ratio > 0.1));
    assert!(matches!(model.baseline_hazard(&fit), Err(SurvivalError::InvalidOption { .. })));
}

/// Rows that enter after the events, with weights that cancel in no order of the rows but for rounding: entered and
/// left, they were taken for comparable pairs, of either score.
#[test]
fn weights_entered_and_left_are_no_comparable_pairs() {
    let exit = [5, 9, 30, 40, 50, 60, 70, 33, 44];
    let entry = [0, 6, 20, 23, 24, 32, 20, 21, 22];
    let event = [true, true, false, false, false, false, false, false, false];
    let score = [3.0, 3.0, 1.0, 5.0, 2.0, 4.0, 3.0, 6.0, 0.5];
    let weights =
        |turn: usize| (0..9).map(|i| 1.00000002 + ((i * 5 + turn) % 9) as f64 * 0.37).collect::<Vec<f64>>();
    for turn in 0..9 {
        let weights = weights(turn);
        let sample = Sample::new(Times::Days(&exit), &event).unwrap();
        let sample = sample.with_entry(Times::Days(&entry)).unwrap().with_weights(&weights).unwrap();
        assert_eq!(concordance(&sample, &score), Err(SurvivalError::NoComparablePairs), "{turn}");
    }
}

/// One comparable pair among weights entered and left: C is 1, that of the turned score 0.
#[test]
fn the_concordance_of_the_turned_score_is_its_complement() {
    let exit = [5, 8, 30, 40, 50, 60, 70, 33, 44];
    let entry = [0, 2, 20, 23, 24, 32, 20, 21, 22];
    let event = [true, false, false, false, false, false, false, false, false];
    let score = [3.0, 2.0, 1.0, 5.0, 2.5, 4.0, 3.0, 6.0, 0.5];
    let turned: Vec<f64> = score.iter().map(|s| -s).collect();
    for turn in 0..9 {
        let mut weights: Vec<f64> =
            (0..9).map(|i| 1e8 * (1.00000002 + ((i * 5 + turn) % 9) as f64 * 0.37)).collect();
        (weights[0], weights[1]) = (1e-9, 1e-9);
        let sample = Sample::new(Times::Days(&exit), &event).unwrap();
        let sample = sample.with_entry(Times::Days(&entry)).unwrap().with_weights(&weights).unwrap();
        let (c, other) = (concordance(&sample, &score).unwrap(), concordance(&sample, &turned).unwrap());
        assert_eq!((c.estimate, other.estimate), (1.0, 0.0), "{turn}: {c:?} {other:?}");
        assert_eq!((c.std_error, other.std_error), (0.0, 0.0), "{turn}");
    }
}

/// All at risk have the event; what other weights, entered and left, leave of rounding are no survivors. The order of
/// the rows once decided whether there was a test.
#[test]
fn weights_entered_and_left_are_no_survivors() {
    let exit = [5, 5, 12, 12, 30, 40, 50, 60, 70, 33];
    let entry = [0, 0, 6, 7, 20, 23, 24, 32, 20, 21];
    let event = [true, true, true, true, false, false, false, false, false, false];
    let group = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
    for turn in 0..10 {
        let mut weights: Vec<f64> =
            (0..10).map(|i| 1e6 * (1.00000002 + ((i * 7 + turn) % 10) as f64 * 0.37)).collect();
        weights[..4].iter_mut().for_each(|w| *w *= 1e-6);
        let sample = Sample::new(Times::Days(&exit), &event).unwrap();
        let sample = sample.with_entry(Times::Days(&entry)).unwrap().with_weights(&weights).unwrap();
        let test = log_rank(&sample, &group, 2, &LogRankOptions::default());
        assert_eq!(test, Err(SurvivalError::SingularInformation), "{turn}");
    }
}
