//! Cox models: ties, strata, entry, weights, offset, robust, penalised, and everything after a fit.

use crate::assertions::*;
use crate::{Data, Outcome};
use oligomet_survival::*;

fn options(data: &Data) -> CoxOptions {
    let ties = [Ties::Efron, Ties::Breslow, Ties::Efron, Ties::Exact][data.choice as usize % 4];
    let max_iterations = if data.choice & 32 > 0 { 3 } else { 60 };
    CoxOptions {
        ties,
        conf_level: data.level,
        robust: data.choice & 16 > 0,
        max_iterations,
        ..CoxOptions::default()
    }
}

pub fn check(data: &Data) -> Outcome {
    let splines = spline_columns(data);
    let mut slices = data.slices();
    slices.extend(splines.iter().map(Vec::as_slice));
    let design = data.design(&slices)?;
    let terms: Vec<usize> = (0..slices.len()).map(|j| j / 2).collect();
    let design = if data.choice & 64 > 0 { design.with_terms(&terms)? } else { design };
    let sample = data.sample()?;
    let model = CoxModel::new(&sample, &design, &options(data))?;
    if data.choice & 128 > 0 {
        check_penalised(&model, data);
    }
    let fit = model.fit()?;
    check_fit(&fit);
    check_after(&model, &fit, &design, data)
}

fn spline_columns(data: &Data) -> Vec<Vec<f64>> {
    let n_knots = 2 + data.seed as usize % 6;
    match (data.choice & 8 > 0, RestrictedCubicSpline::with_harrell_knots(&data.columns[0], n_knots)) {
        (true, Ok(spline)) => spline.columns(&data.columns[0]).into_iter().skip(1).take(3).collect(),
        _ => vec![],
    }
}

pub fn check_coefficient(estimate: &Estimate) {
    finite("log hazard ratio", estimate.log_hazard_ratio);
    at_least_0("its error", estimate.std_error);
    estimate.naive_std_error.into_iter().for_each(|se| at_least_0("naive error", se));
    finite("z", estimate.statistic);
    probability("p", estimate.p_value);
    interval(
        "log hazard ratio",
        Some(estimate.conf_low),
        estimate.log_hazard_ratio,
        Some(estimate.conf_high),
    );
    // exp of a finite log may be too large for a number; the log is there beside it.
    let ratios = [estimate.hazard_ratio_low, estimate.hazard_ratio, estimate.hazard_ratio_high];
    assert!(ratios[0] >= 0.0 && ratios[0] <= ratios[1] && ratios[1] <= ratios[2], "{estimate:?}");
}

fn check_fit(fit: &CoxFit) {
    for coefficient in &fit.coefficients {
        coefficient.estimate().into_iter().for_each(check_coefficient);
    }
    matrix("variance", &fit.variance);
    fit.naive_variance.iter().for_each(|m| matrix("naive variance", m));
    finite("null log-likelihood", fit.loglik_null);
    finite("log-likelihood", fit.loglik);
    assert!(fit.loglik >= fit.loglik_null - 1e-6 * fit.loglik_null.abs().max(1.0), "{fit:?}");
    chi_square("likelihood ratio", &fit.likelihood_ratio);
    chi_square("score", &fit.score);
    fit.wald.iter().for_each(|t| chi_square("Wald", t));
    all_finite("means", &fit.means);
    finite("predictor at means", fit.linear_predictor_at_means());
    let all: Vec<usize> = (0..fit.coefficients.len()).collect();
    fit.wald_test(&all).iter().for_each(|t| chi_square("joint Wald", t));
}

fn check_after(model: &CoxModel, fit: &CoxFit, design: &Design, data: &Data) -> Outcome {
    all_finite("linear predictor", &fit.linear_predictor(design)?);
    for term in model.term_tests(fit)? {
        chi_square("term", &term.likelihood_ratio);
        term.wald.iter().for_each(|t| chi_square("term", t));
    }
    if let Ok(c) = model.concordance(fit) {
        probability("concordance", c.estimate);
        at_least_0("its error", c.std_error);
    }
    let transforms =
        [TimeTransform::KaplanMeier, TimeTransform::Identity, TimeTransform::Rank, TimeTransform::Log];
    for transform in transforms {
        if let Ok(test) = model.ph_test(fit, transform) {
            chi_square("global test of proportional hazards", &test.global);
            test.columns
                .iter()
                .chain(&test.terms)
                .flatten()
                .for_each(|t| chi_square("proportional hazards", t));
        }
    }
    if let Ok(residuals) = model.residuals(fit) {
        all_finite("martingale residual", &residuals.martingale);
        all_finite("deviance residual", &residuals.deviance);
        for m in [&residuals.score, &residuals.dfbeta, &residuals.schoenfeld] {
            matrix("residuals", m);
        }
    }
    check_curves(model, fit, data);
    Ok(())
}

fn check_curves(model: &CoxModel, fit: &CoxFit, data: &Data) {
    let mut strata = vec![0];
    if let Ok(baselines) = model.baseline_hazard(fit) {
        for baseline in &baselines {
            baseline.cumulative_hazard.iter().for_each(|h| assert!(*h >= 0.0, "baseline hazard is {h}"));
            let s = baseline.survival(data.number, 0.5);
            assert!(data.number.is_nan() || (0.0..=1.0).contains(&s), "baseline survival is {s}");
        }
        strata = baselines.iter().map(|b| b.stratum).collect();
    }
    let x: Vec<f64> = fit.means.iter().map(|m| m + 0.5).collect();
    let conf_type = [ConfType::Log, ConfType::LogLog, ConfType::Plain][data.seed as usize % 3];
    for stratum in strata.into_iter().take(3) {
        for x in [&x, &fit.means] {
            if let Ok(curve) = model.predict_survival(fit, x, stratum, conf_type, 0.95) {
                check_prediction(&curve);
            }
        }
    }
}

fn check_prediction(curve: &PredictedSurvival) {
    for k in 0..curve.time.len() {
        probability("predicted survival", curve.survival[k]);
        assert!(curve.std_error[k] >= 0.0, "error of predicted survival is {}", curve.std_error[k]);
        interval("predicted survival", curve.conf_low[k], curve.survival[k], curve.conf_high[k]);
    }
}

fn check_penalised(model: &CoxModel, data: &Data) {
    for fit in [model.fit_firth(), model.fit_ridge(data.number), model.fit_ridge(1.0)].iter().flatten() {
        fit.coefficients.iter().for_each(check_coefficient);
        matrix("penalised variance", &fit.variance);
        finite("penalised log-likelihood", fit.loglik);
        finite("penalised null log-likelihood", fit.loglik_null);
        chi_square("penalised likelihood ratio", &fit.likelihood_ratio);
        finite("effective degrees of freedom", fit.effective_df);
        for (profile, estimate) in fit.profile.iter().zip(&fit.coefficients) {
            chi_square("profile", &profile.likelihood_ratio);
            if fit.convergence == Convergence::Converged {
                interval("profile", profile.conf_low, estimate.log_hazard_ratio, profile.conf_high);
            }
        }
    }
}
