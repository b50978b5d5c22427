//! Tsai's conditional Kendall's tau: by hand, by counting pairs, and against R's conditional logistic model.

use crate::common::{close, close_to, for_each_case};
use oligomet_survival::{SurvivalError, quasi_independence_test};
use proptest::prelude::*;

/// Klein & Moeschberger's notation: five rows, every risk set written out.
///
/// Rows (entry, exit]: A (0, 4] event, B (1, 3] event, C (2, 6] censored, D (3, 7] event, E (5, 8] event.
/// At 3, B of {A, B, C} (D enters at 3 and is not yet at risk): A earlier, C later: 1 - 1 = 0.
/// At 4, A of {A, C, D}: both entered later: +2. At 7, D of {D, E}: +1. At 8, E is alone.
/// Variances: (9 - 1)/3, (9 - 1)/3, (4 - 1)/3.
#[test]
fn five_rows_by_hand() {
    let entry = [0.0, 1.0, 2.0, 3.0, 5.0];
    let exit = [4.0, 3.0, 6.0, 7.0, 8.0];
    let test = quasi_independence_test(&entry, &exit, &[true, true, false, true, true]).unwrap();
    assert_eq!((test.comparable_pairs, test.concordant_pairs, test.discordant_pairs), (5, 4, 1));
    assert_eq!((test.statistic, test.n, test.n_events), (3.0, 5, 4));
    close("tau", test.tau, 3.0 / 5.0, 1e-15);
    close("variance", test.variance, 19.0 / 3.0, 1e-15);
    close("z", test.z, 3.0 / (19.0f64 / 3.0).sqrt(), 1e-15);
}

/// Two events at one time are not compared with each other, and draw 2 of the 4 at risk: the scores of the
/// entries 0, 1, 1, 2 are +3, 0, 0, -3, their squares' mean 9/2, the variance 2 (4 - 2)/(4 - 1) 9/2 = 6.
/// The events entered at 0 and 1: +3 + 0. Pairs: 2 with each of the 2 who stay.
#[test]
fn tied_events_and_tied_entries_by_hand() {
    let test =
        quasi_independence_test(&[0.0, 1.0, 1.0, 2.0], &[5.0, 5.0, 9.0, 9.0], &[true, true, false, false])
            .unwrap();
    assert_eq!((test.comparable_pairs, test.concordant_pairs, test.discordant_pairs), (4, 3, 0));
    assert_eq!(test.statistic, 3.0);
    close("variance", test.variance, 6.0, 1e-15);
}

#[test]
fn without_pairs_there_is_no_test() {
    // One leaves as the other enters: never at risk together.
    let apart = quasi_independence_test(&[0.0, 3.0], &[3.0, 6.0], &[true, true]);
    assert_eq!(apart, Err(SurvivalError::NoComparablePairs));
    let censored = quasi_independence_test(&[0.0, 1.0], &[3.0, 6.0], &[false, true]);
    assert_eq!(censored, Err(SurvivalError::NoComparablePairs));
    let together = quasi_independence_test(&[1.0, 1.0], &[3.0, 6.0], &[true, true]);
    assert_eq!(together, Err(SurvivalError::SingularInformation));
    let late = quasi_independence_test(&[4.0, 1.0], &[3.0, 6.0], &[true, true]);
    assert_eq!(late, Err(SurvivalError::EntryNotBeforeExit { row: 0, entry: 4.0, exit: 3.0 }));
    let not_finite = quasi_independence_test(&[0.0, f64::NAN], &[3.0, 6.0], &[true, true]);
    assert_eq!(not_finite, Err(SurvivalError::TimeNotFinite { row: 1 }));
}

/// S'V^-1 S is the score test at 0 of a conditional logistic model (exact ties) with a stratum per event time
/// and, for each row at risk, entries later less entries earlier than its own.
#[test]
fn equals_the_score_test_of_clogit() {
    for_each_case("quasi_independence", |case, data, name| {
        let kept = |i: usize| case["group"].as_u64().is_none_or(|g| data.codes("group")[i] == g as u32);
        let data = data.filter(kept);
        let test = quasi_independence_test(data.column("entry"), data.column("time"), &data.event).unwrap();
        let number = |key: &str| case[key].as_f64().unwrap();
        close(&format!("{name} chi-square"), test.z * test.z, number("score"), 1e-9);
        close(&format!("{name} p"), test.p_value, number("p"), 1e-8);
        close_to(&format!("{name} tau"), test.tau, number("tau"), 1e-12, 1e-3);
        assert_eq!(test.comparable_pairs as f64, number("pairs"), "{name}");
        assert_eq!(test.statistic, number("statistic"), "{name}");
    });
}

/// The definition: every pair, in turn.
fn by_pairs(entry: &[i32], exit: &[i32], event: &[bool]) -> (u64, u64, u64) {
    let (mut concordant, mut discordant, mut pairs) = (0, 0, 0);
    for i in 0..entry.len() {
        for j in 0..entry.len() {
            // i leaves first, by an event, with j at risk; a censoring at the same time comes later.
            let first = exit[i] < exit[j] || (exit[i] == exit[j] && !event[j]);
            if i != j && event[i] && first && entry[j] < exit[i] {
                pairs += 1;
                concordant += u64::from(entry[j] > entry[i]);
                discordant += u64::from(entry[j] < entry[i]);
            }
        }
    }
    (concordant, discordant, pairs)
}

/// The variance from its definition: d of the risk set drawn without replacement.
fn variance_by_risk_sets(entry: &[i32], exit: &[i32], event: &[bool]) -> f64 {
    let n = entry.len();
    let mut times: Vec<i32> = (0..n).filter(|&i| event[i]).map(|i| exit[i]).collect();
    times.sort_unstable();
    times.dedup();
    let mut variance = 0.0;
    for t in times {
        let at_risk: Vec<usize> = (0..n).filter(|&i| entry[i] < t && t <= exit[i]).collect();
        let d = at_risk.iter().filter(|&&i| event[i] && exit[i] == t).count() as f64;
        let r = at_risk.len() as f64;
        let score =
            |i: usize| at_risk.iter().map(|&k| f64::from((entry[k] - entry[i]).signum())).sum::<f64>();
        let squares: f64 = at_risk.iter().map(|&i| score(i).powi(2)).sum();
        if r > 1.0 {
            variance += d * (r - d) / (r - 1.0) * squares / r;
        }
    }
    variance
}

proptest! {
    #[test]
    fn counts_and_variance_equal_the_definition(
        rows in prop::collection::vec((0..12i32, 1..8i32, any::<bool>()), 2..40)
    ) {
        let entry: Vec<i32> = rows.iter().map(|r| r.0).collect();
        let exit: Vec<i32> = rows.iter().map(|r| r.0 + r.1).collect();
        let event: Vec<bool> = rows.iter().map(|r| r.2).collect();
        let real = |v: &[i32]| v.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
        let (concordant, discordant, pairs) = by_pairs(&entry, &exit, &event);
        match quasi_independence_test(&real(&entry), &real(&exit), &event) {
            Ok(test) => {
                prop_assert_eq!(test.comparable_pairs, pairs);
                prop_assert_eq!(test.concordant_pairs, concordant);
                prop_assert_eq!(test.discordant_pairs, discordant);
                let variance = variance_by_risk_sets(&entry, &exit, &event);
                prop_assert!((test.variance - variance).abs() < 1e-9 * variance);
            }
            Err(SurvivalError::NoComparablePairs) => prop_assert_eq!(pairs, 0),
            Err(SurvivalError::SingularInformation) => prop_assert_eq!(concordant + discordant, 0),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
