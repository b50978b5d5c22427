//! What must hold for any data: merging, order, weights, threads, ties; and that nothing is ever NaN.

use crate::common::{close, for_each_case, numbers};
use oligomet_survival::*;
use proptest::prelude::*;

/// Rows of a random sample: exit, cause, weight, group, two covariates.
type Row = (i32, u32, u32, u32, i8, i8);

fn rows(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((1i32..40, 0u32..3, 1u32..4, 0u32..3, -4i8..5, -4i8..5), n)
}

struct Columns {
    days: Vec<i32>,
    cause: Vec<u32>,
    event: Vec<bool>,
    weight: Vec<f64>,
    group: Vec<u32>,
    x: [Vec<f64>; 2],
}

fn columns(rows: &[Row]) -> Columns {
    Columns {
        days: rows.iter().map(|r| r.0).collect(),
        cause: rows.iter().map(|r| r.1).collect(),
        event: rows.iter().map(|r| r.1 > 0).collect(),
        weight: rows.iter().map(|r| f64::from(r.2)).collect(),
        group: rows.iter().map(|r| r.3).collect(),
        x: [rows.iter().map(|r| f64::from(r.4)).collect(), rows.iter().map(|r| f64::from(r.5)).collect()],
    }
}

fn cox(c: &Columns, weights: bool, ties: Ties) -> Result<CoxFit> {
    let mut sample = Sample::new(Times::Days(&c.days), &c.event)?;
    if weights {
        sample = sample.with_weights(&c.weight)?;
    }
    let columns: [&[f64]; 2] = [&c.x[0], &c.x[1]];
    fit_cox(&sample, &Design::new(&columns)?, &CoxOptions { ties, ..CoxOptions::default() })
}

fn same_fit(a: &Result<CoxFit>, b: &Result<CoxFit>, tolerance: f64) {
    match (a, b) {
        (Ok(a), Ok(b)) => {
            assert!(
                (a.loglik - b.loglik).abs() <= tolerance * a.loglik.abs().max(1.0),
                "{} {}",
                a.loglik,
                b.loglik
            );
            for (a, b) in a.coefficients.iter().zip(&b.coefficients) {
                match (a.estimate(), b.estimate()) {
                    (Some(a), Some(b)) => {
                        let error = (a.log_hazard_ratio - b.log_hazard_ratio).abs() / a.std_error;
                        assert!(error < tolerance, "{a:?} {b:?}");
                    }
                    (a, b) => assert_eq!(a.is_some(), b.is_some()),
                }
            }
        }
        (a, b) => assert_eq!(a.is_err(), b.is_err()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn tables_of_parts_merge_to_the_whole(rows in rows(2..60), split in 0.0f64..1.0) {
        let at = 1 + ((rows.len() - 2) as f64 * split) as usize;
        let (first, second, all) = (columns(&rows[..at]), columns(&rows[at..]), columns(&rows));
        let table = |c: &Columns| {
            let sample = Sample::with_causes(Times::Days(&c.days), &c.cause).unwrap().with_weights(&c.weight).unwrap();
            DayTable::new(&sample, Some((&c.group, 3))).unwrap()
        };
        let merged = table(&first).merge(&table(&second)).unwrap();
        for lane in 0..3 {
            let options = KaplanMeierOptions::default();
            let merged = kaplan_meier_from_table(&merged, lane, &options);
            let whole = kaplan_meier_from_table(&table(&all), lane, &options);
            prop_assert_eq!(merged, whole);
        }
    }

    #[test]
    fn row_order_does_not_matter(rows in rows(6..50)) {
        let mut reversed = rows.clone();
        reversed.reverse();
        let (a, b) = (columns(&rows), columns(&reversed));
        same_fit(&cox(&a, true, Ties::Efron), &cox(&b, true, Ties::Efron), 1e-8);
        let km = |c: &Columns| {
            kaplan_meier(&Sample::new(Times::Days(&c.days), &c.event).unwrap(), &KaplanMeierOptions::default())
        };
        prop_assert_eq!(km(&a), km(&b));
    }

    #[test]
    fn whole_weights_are_repeated_rows(rows in rows(6..40)) {
        let repeated: Vec<Row> =
            rows.iter().flat_map(|r| std::iter::repeat_n(*r, r.2 as usize)).collect();
        let (a, b) = (columns(&rows), columns(&repeated));
        // Not with Efron's ties, which see the rows of a tie.
        same_fit(&cox(&a, true, Ties::Breslow), &cox(&b, false, Ties::Breslow), 1e-8);
        let sample = Sample::new(Times::Days(&a.days), &a.event).unwrap().with_weights(&a.weight).unwrap();
        let weighted = kaplan_meier(&sample, &KaplanMeierOptions::default()).unwrap();
        let expanded = Sample::new(Times::Days(&b.days), &b.event).unwrap();
        let expanded = kaplan_meier(&expanded, &KaplanMeierOptions::default()).unwrap();
        prop_assert_eq!(weighted.survival, expanded.survival);
        prop_assert_eq!(weighted.std_error, expanded.std_error);
    }

    #[test]
    fn without_ties_all_treatments_agree(mut rows in rows(6..40)) {
        rows.iter_mut().enumerate().for_each(|(i, r)| r.0 = 1 + i as i32 * 3);
        let c = columns(&rows);
        let efron = cox(&c, false, Ties::Efron);
        same_fit(&efron, &cox(&c, false, Ties::Breslow), 1e-12);
        same_fit(&efron, &cox(&c, false, Ties::Exact), 1e-7);
    }

    #[test]
    fn splitting_follow_up_changes_nothing(rows in rows(6..40), cut in 2i32..30) {
        let c = columns(&rows);
        let (mut entry, mut exit, mut event, mut x) = (vec![], vec![], vec![], [vec![], vec![]]);
        for i in 0..c.days.len() {
            let pieces: Vec<(i32, i32)> =
                if c.days[i] > cut { vec![(0, cut), (cut, c.days[i])] } else { vec![(0, c.days[i])] };
            for (k, piece) in pieces.iter().enumerate() {
                entry.push(piece.0);
                exit.push(piece.1);
                event.push(c.event[i] && k + 1 == pieces.len());
                (0..2).for_each(|j| x[j].push(c.x[j][i]));
            }
        }
        let sample = Sample::new(Times::Days(&exit), &event).unwrap().with_entry(Times::Days(&entry)).unwrap();
        let columns: [&[f64]; 2] = [&x[0], &x[1]];
        let split = fit_cox(&sample, &Design::new(&columns).unwrap(), &CoxOptions::default());
        same_fit(&cox(&c, false, Ties::Efron), &split, 1e-7);
    }

    #[test]
    fn any_data_give_finite_numbers_or_an_error(rows in rows(1..25)) {
        let c = columns(&rows);
        let sample = Sample::with_causes(Times::Days(&c.days), &c.cause).unwrap();
        let finite = |v: f64| assert!(v.is_finite(), "{v}");
        for conf_type in [ConfType::Plain, ConfType::Log, ConfType::LogLog, ConfType::Logit, ConfType::Arcsine, ConfType::BetaProduct] {
            let curve = kaplan_meier(&sample, &KaplanMeierOptions { conf_type, ..Default::default() }).unwrap();
            for k in 0..curve.time.len() {
                curve.conf_low[k].into_iter().chain(curve.conf_high[k]).chain(curve.std_error[k]).for_each(finite);
                if let (Some(low), Some(high)) = (curve.conf_low[k], curve.conf_high[k]) {
                    assert!(low <= curve.survival[k] + 1e-12 && curve.survival[k] <= high + 1e-12);
                }
            }
        }
        if let Ok(test) = log_rank(&sample, &c.group, 3, &LogRankOptions::default()) {
            finite(test.statistic);
            assert!(test.statistic >= 0.0 && test.p_value <= 1.0);
        }
        if let Ok(test) = gray_test(&sample, &c.group, 3, 1, 0.0) {
            finite(test.statistic);
        }
        let cif = cumulative_incidence(&sample, &CumulativeIncidenceOptions::default()).unwrap();
        for k in 0..cif.time.len() {
            let total: f64 = cif.causes.iter().map(|c| c.incidence[k]).sum::<f64>() + cif.event_free[k];
            assert!((total - 1.0).abs() < 1e-12);
            cif.causes.iter().for_each(|c| finite(c.std_error[k]));
        }
        for ties in [Ties::Efron, Ties::Breslow, Ties::Exact] {
            if let Ok(fit) = cox(&c, false, ties) {
                fit.estimates().into_iter().flatten().for_each(|e| {
                    finite(e.log_hazard_ratio);
                    finite(e.std_error);
                    assert!(e.log_hazard_ratio.abs() < 60.0, "{ties:?} {e:?}");
                });
                finite(fit.loglik);
            }
        }
        if let Ok(c) = concordance(&sample, &c.x[0]) {
            assert!((0.0..=1.0).contains(&c.estimate));
            finite(c.std_error);
        }
        if let Ok(best) = best_cutpoint(&sample, &c.x[0], &CutpointOptions::default()) {
            for p in [best.p_gauss(), best.p_lausen92(), best.p_lausen94()] {
                assert!((0.0..=1.0).contains(&p));
            }
        }
    }
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let n = 150_000usize;
    let days: Vec<i32> = (0..n).map(|i| 1 + ((i * 7919) % 2503) as i32).collect();
    let event: Vec<bool> = (0..n).map(|i| (i * 31) % 5 < 3).collect();
    let weight: Vec<f64> = (0..n).map(|i| 0.1 + ((i * 17) % 23) as f64 / 7.0).collect();
    let x: Vec<Vec<f64>> =
        (1..4).map(|j| (0..n).map(|i| (((i * (13 + j)) % 101) as f64).sqrt()).collect()).collect();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let sample = Sample::new(Times::Days(&days), &event).unwrap().with_weights(&weight).unwrap();
            let columns: Vec<&[f64]> = x.iter().map(Vec::as_slice).collect();
            let design = Design::new(&columns).unwrap();
            let options = CoxOptions { robust: true, ..CoxOptions::default() };
            let model = CoxModel::new(&sample, &design, &options).unwrap();
            let fit = model.fit().unwrap();
            let ph = model.ph_test(&fit, TimeTransform::KaplanMeier).unwrap();
            let c = model.concordance(&fit).unwrap();
            (fit, ph, c, kaplan_meier(&sample, &KaplanMeierOptions::default()).unwrap())
        })
    };
    // Equal to the last bit.
    assert_eq!(run(1), run(4));
}

#[test]
fn exact_ties_equal_coxph() {
    for_each_case("cox_exact", |case, data, name| {
        let strata = case["strata"].as_bool().unwrap().then(|| data.codes("stratum"));
        let columns = data.covariates();
        let design = Design::new(&columns).unwrap();
        let mut sample = data.sample();
        if let Some(strata) = &strata {
            sample = sample.with_strata(strata).unwrap();
        }
        let options = CoxOptions { ties: Ties::Exact, ..CoxOptions::default() };
        let fit = fit_cox(&sample, &design, &options).unwrap();
        for (j, e) in fit.estimates().into_iter().enumerate() {
            // NA in R: a column that is constant within every stratum.
            if numbers(&case["coefficients"])[j].is_none() {
                assert_eq!(e, None, "{name} {j}");
                continue;
            }
            let e = e.unwrap_or_else(|| panic!("{name} {j}: {:?}", fit.coefficients));
            let of = |key: &str| numbers(&case[key])[j].unwrap();
            crate::common::close_to(name, e.log_hazard_ratio, of("coefficients"), 1e-8, e.std_error);
            close(name, e.std_error, of("se"), 1e-8);
        }
        close(name, fit.loglik_null, numbers(&case["loglik"])[0].unwrap(), 1e-11);
        close(name, fit.loglik, numbers(&case["loglik"])[1].unwrap(), 1e-11);
        close(name, fit.score.statistic, case["score"].as_f64().unwrap(), 1e-9);
    });
}

/// Therneau & Grambsch 2000, appendix E.1: the exact likelihood of test data 1 rises to -2 log 3.
#[test]
fn the_exact_likelihood_of_the_six_is_monotone() {
    let sample =
        Sample::new(Times::Days(&[1, 1, 6, 6, 8, 9]), &[true, false, true, true, false, true]).unwrap();
    let columns: [&[f64]; 1] = [&[1.0, 1.0, 1.0, 0.0, 0.0, 0.0]];
    let options = CoxOptions { ties: Ties::Exact, ..CoxOptions::default() };
    let fit = fit_cox(&sample, &Design::new(&columns).unwrap(), &options).unwrap();
    assert!(matches!(
        fit.coefficients[0],
        Coefficient::NotEstimable(NotEstimable::Infinite { direction: Direction::Up })
    ));
    close("supremum", fit.loglik, -2.0 * 3f64.ln(), 1e-12);
}

#[test]
fn permutation_test_of_two_separate_groups() {
    // 20 choices of 3 from 6; only the observed one and its mirror image are as extreme.
    let sample = Sample::new(Times::Days(&[1, 2, 3, 4, 5, 6]), &[true; 6]).unwrap();
    let test = permutation_log_rank(&sample, &[0, 0, 0, 1, 1, 1], 2, 1000, 1).unwrap();
    assert_eq!(test, PermutationTest::Exact { p_value: 0.1, arrangements: 20 });
    // Monte-Carlo agrees with enumeration within its own interval.
    let days: Vec<i32> = (0..24).map(|i| 1 + (i * 11) % 29).collect();
    let event: Vec<bool> = (0..24).map(|i| i % 3 != 1).collect();
    let group: Vec<u32> = (0..24).map(|i| u32::from(i % 4 == 0)).collect();
    let sample = Sample::new(Times::Days(&days), &event).unwrap();
    let PermutationTest::Exact { p_value, .. } = permutation_log_rank(&sample, &group, 2, 0, 1).unwrap()
    else {
        panic!("enumerated");
    };
    let three: Vec<u32> = group.iter().enumerate().map(|(i, &g)| if i == 1 { 2 } else { g }).collect();
    assert!(matches!(permutation_log_rank(&sample, &three, 3, 999, 1), Ok(PermutationTest::MonteCarlo(_))));
    assert!(p_value > 0.0 && p_value <= 1.0);
}

/// Without censoring the beta-product interval is Clopper and Pearson's; R: binom.test(7, 10)$conf.int.
#[test]
fn beta_product_without_censoring_is_clopper_pearson() {
    let days: Vec<i32> = (1..=10).collect();
    let sample = Sample::new(Times::Days(&days), &[true; 10]).unwrap();
    let options = KaplanMeierOptions { conf_type: ConfType::BetaProduct, ..Default::default() };
    let curve = kaplan_meier(&sample, &options).unwrap();
    close("low", curve.conf_low[2].unwrap(), 0.347_547_149_940_002_7, 1e-9);
    close("high", curve.conf_high[2].unwrap(), 0.933_260_488_822_265_5, 1e-9);
    assert_eq!(curve.conf_low[9], Some(0.0)); // S = 0
    close("high at 0", curve.conf_high[9].unwrap(), 1.0 - 0.025f64.powf(0.1), 1e-9);
    assert_eq!(curve.at(0.5).conf_high, Some(1.0)); // S = 1
}

#[test]
fn restricted_means_compare_and_the_bootstrap_corrects() {
    let c = columns(
        &(0..80)
            .map(|i| {
                (1 + (i * 7) % 39, u32::from(i % 3 > 0), 1, (i % 2) as u32, (i % 9) as i8 - 4, (i % 5) as i8)
            })
            .collect::<Vec<Row>>(),
    );
    let sample = Sample::new(Times::Days(&c.days), &c.event).unwrap();
    let curves = kaplan_meier_by(&sample, &c.group, 2, &KaplanMeierOptions::default()).unwrap();
    let means: Vec<RestrictedMean> =
        curves.iter().map(|c| c.as_ref().unwrap().restricted_mean(30.0).unwrap()).collect();
    let difference = means[0].difference(&means[1]).unwrap();
    close("difference", difference.estimate, means[0].estimate - means[1].estimate, 1e-14);
    let ratio = means[0].ratio(&means[1]).unwrap();
    close("ratio", ratio.estimate, means[0].estimate / means[1].estimate, 1e-14);
    assert!(ratio.conf_low < ratio.estimate && ratio.estimate < ratio.conf_high);
    let columns: [&[f64]; 2] = [&c.x[0], &c.x[1]];
    let design = Design::new(&columns).unwrap();
    let corrected = bootstrap_optimism(&sample, &design, &CoxOptions::default(), 40, 7).unwrap();
    close("corrected", corrected.corrected, corrected.apparent - corrected.optimism, 1e-14);
    assert_eq!(corrected, bootstrap_optimism(&sample, &design, &CoxOptions::default(), 40, 7).unwrap());
}

/// The sets that tests read; those that are absent are named, and the count is right.
#[test]
fn data_sets_are_listed() {
    let sets = [
        "lung",
        "rotterdam",
        "gbsg",
        "veteran",
        "ovarian",
        "colon",
        "pbc",
        "mgus2",
        "kidney",
        "heart",
        "nwtco",
        "channing",
        "larynx",
        "bmt",
        "aml",
        "cgd",
        "flchain",
        "dlbcl",
        "hohnloser",
        "sphase",
        "lung_age",
        "gbsg_pgr",
    ];
    let absent = sets.iter().filter(|s| crate::common::load(s).is_none()).count();
    println!("{} of {} data sets of R packages are there", sets.len() - absent, sets.len());
    for ours in ["days", "continuous", "entry"] {
        assert_eq!(crate::common::load(ours).unwrap().n(), 240);
    }
}
