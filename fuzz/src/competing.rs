//! Competing events: Aalen-Johansen, Gray, Fine-Gray.

use crate::assertions::*;
use crate::cox::check_coefficient;
use crate::{Data, Outcome};
use oligomet_survival::*;

fn options(data: &Data) -> CumulativeIncidenceOptions {
    let conf_type = [ConfType::LogLog, ConfType::Log, ConfType::Plain, ConfType::Logit, ConfType::Arcsine]
        [data.choice as usize % 5];
    let variance = if data.choice & 64 > 0 { IncidenceVariance::Aalen } else { IncidenceVariance::Jackknife };
    CumulativeIncidenceOptions { conf_type, conf_level: data.level, variance }
}

pub fn check(data: &Data) -> Outcome {
    let options = options(data);
    for sample in [data.competing(), data.competing_plain(false)].iter().flatten() {
        if let Ok(curves) = cumulative_incidence(sample, &options) {
            check_incidence(&curves, data.number);
        }
        if let Ok(groups) = cumulative_incidence_by(sample, &data.group, data.n_groups, &options) {
            groups.iter().flatten().for_each(|curves| check_incidence(curves, data.number));
        }
    }
    for cause in [1, 2, 0, u32::MAX] {
        for strata in [true, false] {
            let _ = check_gray(data, strata, cause);
        }
        let _ = check_fine_gray(data, cause);
        let specific = data.competing()?.cause_specific(cause);
        let _ = kaplan_meier(&specific, &KaplanMeierOptions::default());
    }
    Ok(())
}

fn check_incidence(curves: &CumulativeIncidence, number: f64) {
    ascending("time", &curves.time);
    not_rising("event-free", &curves.event_free);
    for (k, s) in curves.event_free.iter().enumerate() {
        probability("event-free", *s);
        let sum: f64 = curves.causes.iter().map(|c| c.incidence[k]).sum();
        close("all causes and none", sum + s, 1.0, ROUNDING);
    }
    for cause in &curves.causes {
        for k in 0..curves.time.len() {
            about_probability("incidence", cause.incidence[k]);
            at_least_0("its error", cause.std_error[k]);
            interval("incidence", cause.conf_low[k], cause.incidence[k], cause.conf_high[k]);
            cause.conf_low[k].into_iter().chain(cause.conf_high[k]).for_each(|l| probability("limit", l));
            let alone = cause.one_minus_kaplan_meier[k];
            assert!(alone >= cause.incidence[k] - ROUNDING, "1 - KM {alone} below {}", cause.incidence[k]);
        }
        for time in [number, 0.0, f64::NAN, f64::INFINITY] {
            let point = curves.at(cause.cause, time);
            point.incidence.into_iter().for_each(|p| about_probability("incidence at", p));
        }
    }
}

fn check_gray(data: &Data, strata: bool, cause: u32) -> Outcome {
    let rho = if data.choice & 2 > 0 { data.number } else { 0.0 };
    let sample = data.competing_plain(strata)?;
    let test = gray_test(&sample, &data.group, data.n_groups, cause, rho)?;
    at_least_0("Gray's statistic", test.statistic);
    probability("p", test.p_value);
    all_finite("score", &test.score);
    if data.is_tame() {
        let other = data.reordered();
        let again = gray_test(&other.competing_plain(strata)?, &other.group, other.n_groups, cause, rho);
        close("Gray's statistic", test.statistic, again.expect("the same rows").statistic, 1e-6);
    }
    Ok(())
}

fn check_fine_gray(data: &Data, cause: u32) -> Outcome {
    let slices = data.slices();
    let design = Design::new(&slices)?;
    let options = CoxOptions { conf_level: data.level, ..CoxOptions::default() };
    let fit = fit_fine_gray(&data.competing_plain(false)?, &design, cause, &options)?;
    fit.coefficients.iter().filter_map(Coefficient::estimate).for_each(check_coefficient);
    matrix("variance", &fit.variance);
    finite("log pseudo-likelihood", fit.loglik);
    finite("null log pseudo-likelihood", fit.loglik_null);
    chi_square("pseudo likelihood ratio", &fit.pseudo_likelihood_ratio);
    let all: Vec<usize> = (0..slices.len()).collect();
    fit.wald_test(&all).iter().for_each(|t| chi_square("Wald", t));
    Ok(())
}
