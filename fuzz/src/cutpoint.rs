//! Cut-points: the best, its p-values, its effect, its interval, several covariates at once.

use crate::assertions::*;
use crate::cox::check_coefficient;
use crate::{Data, Outcome};
use oligomet_survival::*;

fn options(data: &Data) -> CutpointOptions {
    match data.choice % 4 {
        0 => CutpointOptions { min_prop: 0.0, max_prop: 1.0 },
        1 => CutpointOptions { min_prop: data.number, max_prop: 1.0 - data.number },
        _ => CutpointOptions::default(),
    }
}

pub fn check(data: &Data) -> Outcome {
    let options = options(data);
    let x = &data.columns[0];
    if let Ok(sample) = data.sample() {
        let _ = best_cutpoint(&sample, x, &options).map(|cut| check_cut(&cut, data));
    }
    let sample = data.plain()?;
    let slices = data.slices();
    if let Ok(test) = max_t_test(&sample, &slices, &options, 19, data.seed) {
        test.cutpoints.iter().for_each(|cut| check_cut(cut, data));
        test.adjusted.iter().for_each(check_monte_carlo);
    }
    if let Ok(range) = bootstrap_cutpoint(&sample, x, &options, data.level, 9, data.seed) {
        finite("lower limit", range.conf_low);
        assert!(range.conf_low <= range.conf_high, "{range:?}");
        probability("same cut", range.same_cut);
        assert!(range.undefined < range.replicates);
    }
    let cut = best_cutpoint(&sample, x, &options)?;
    check_cut(&cut, data);
    same_in_any_order(data, &cut, &options);
    let effect = cut.effect(&sample, x)?;
    check_coefficient(&effect.naive);
    probability("shrinkage", effect.shrinkage);
    finite("corrected log hazard ratio", effect.corrected_log_hazard_ratio);
    Ok(())
}

fn check_cut(cut: &Cutpoint, data: &Data) {
    finite("cut-point", cut.cutpoint);
    at_least_0("statistic", cut.statistic);
    for candidate in &cut.candidates {
        finite("candidate", candidate.statistic);
        assert!(candidate.statistic.abs() <= cut.statistic);
        assert!(candidate.n_low >= 1 && candidate.n_low < cut.n, "{candidate:?}");
    }
    probability("p by Lausen 1992", cut.p_lausen92());
    probability("p by Lausen 1994", cut.p_lausen94());
    probability("p by recursion", cut.p_gauss());
    check_monte_carlo(&cut.p_monte_carlo(19, data.seed));
    let _ = cut.has_few_values();
}

fn check_monte_carlo(p: &MonteCarlo) {
    probability("p", p.p_value);
    assert!(p.p_value > 0.0 && p.conf_low <= p.conf_high, "{p:?}");
    probability("limit", p.conf_low);
    probability("limit", p.conf_high);
}

fn same_in_any_order(data: &Data, cut: &Cutpoint, options: &CutpointOptions) {
    if !data.is_tame() {
        return;
    }
    let other = data.reordered();
    let again = other.plain().and_then(|s| best_cutpoint(&s, &other.columns[0], options));
    let again = again.expect("the same rows in another order");
    close("statistic", cut.statistic, again.statistic, 1e-9);
    assert_eq!(cut.candidates.len(), again.candidates.len());
}
