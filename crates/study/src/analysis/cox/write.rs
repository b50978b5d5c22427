//! From a fit to rows: coefficients, tests, the model itself, and what must be known about it.

use oligomet_base::{Place, Problem};
use oligomet_results::{ModelRow, StatKey};
use oligomet_survival::{
    Coefficient, Convergence, CoxFit, CoxModel, CoxWarning, PenalisedFit, TimeTransform,
};

use super::Destination;
use super::columns::Columns;
use crate::analysis::sink::{Row, Sink};

pub(super) fn write_coefficients(to: &Destination<'_>, columns: &Columns<'_>, fit: &CoxFit, sink: &mut Sink) {
    for (c, coefficient) in fit.coefficients.iter().enumerate() {
        let mut row = to.term(&columns.variable(c).plan.name, columns.level_name(c));
        row.cohort = cohort_of_level(sink, &row).unwrap_or(row.cohort);
        write_coefficient(&row, coefficient, columns, sink);
    }
}

/// The numbers of one coefficient, or why there are none.
pub(in crate::analysis) fn write_coefficient(
    row: &Row,
    coefficient: &Coefficient,
    columns: &Columns<'_>,
    sink: &mut Sink,
) {
    match coefficient {
        Coefficient::Estimated(e) => {
            let mut numbers = vec![
                ("estimate", Some(e.log_hazard_ratio)),
                ("std.error", Some(e.naive_std_error.unwrap_or(e.std_error))),
                ("statistic", Some(e.statistic)),
                ("p.value", Some(e.p_value)),
                ("conf.low", Some(e.conf_low)),
                ("conf.high", Some(e.conf_high)),
                ("hazard.ratio", Some(e.hazard_ratio)),
                ("hazard.ratio.low", Some(e.hazard_ratio_low)),
                ("hazard.ratio.high", Some(e.hazard_ratio_high)),
            ];
            if e.naive_std_error.is_some() {
                numbers.insert(2, ("robust.se", Some(e.std_error)));
            }
            sink.add(row, &numbers);
        }
        Coefficient::NotEstimable(why) => no_coefficient(row, &columns.why_not(why), sink),
    }
}

/// Why a coefficient does not exist, where its numbers would stand.
pub(in crate::analysis) fn no_coefficient(row: &Row, why: &str, sink: &mut Sink) {
    let row = row.clone().warn(Some(why.to_owned()));
    for name in ["estimate", "std.error", "p.value", "hazard.ratio", "hazard.ratio.low", "hazard.ratio.high"]
    {
        sink.add_or(&row, name, None, Some(why));
    }
}

/// The cohort of the level's own patients, written with its counts.
fn cohort_of_level(sink: &Sink, row: &Row) -> Option<String> {
    sink.stats.row(&row.key, "n").map(|n| n.cohort_id.clone())
}

pub(super) fn write_fit(to: &Destination<'_>, model: &CoxModel<'_>, fit: &CoxFit, sink: &mut Sink) {
    let row = to.fit();
    let numbers = [
        ("loglik.null", Some(fit.loglik_null)),
        ("loglik", Some(fit.loglik)),
        ("lr", Some(fit.likelihood_ratio.statistic)),
        ("lr.p.value", Some(fit.likelihood_ratio.p_value)),
        ("wald", fit.wald.as_ref().map(|w| w.statistic)),
        ("wald.p.value", fit.wald.as_ref().map(|w| w.p_value)),
        ("score", Some(fit.score.statistic)),
        ("score.p.value", Some(fit.score.p_value)),
        ("df", Some(fit.likelihood_ratio.df as f64)),
    ];
    sink.add(&row, &numbers);
    let row = Row { method: "concordance", ..row };
    match model.concordance(fit) {
        Ok(c) => {
            sink.add(&row, &[("concordance", c.estimate.into()), ("concordance.se", c.std_error.into())])
        }
        Err(error) => sink.add_or(&row, "concordance", None, Some(&error.to_string())),
    }
}

/// One test per factor over all its levels.
pub(super) fn write_terms(
    to: &Destination<'_>,
    columns: &Columns<'_>,
    model: &CoxModel<'_>,
    fit: &CoxFit,
    sink: &mut Sink,
) {
    let Ok(tests) = model.term_tests(fit) else { return };
    for test in tests {
        let Some(term) = columns.terms.get(test.term).filter(|t| !t.plan.is_number()) else { continue };
        let row = Row { method: "likelihood-ratio", ..to.term(&term.plan.name, "") };
        let lr = &test.likelihood_ratio;
        let numbers = [
            ("statistic.global", Some(lr.statistic)),
            ("parameter.global", Some(lr.df as f64)),
            ("p.value.global", Some(lr.p_value)),
        ];
        sink.add(&row, &numbers);
    }
}

pub(super) fn write_proportional_hazards(
    to: &Destination<'_>,
    columns: &Columns<'_>,
    model: &CoxModel<'_>,
    fit: &CoxFit,
    sink: &mut Sink,
) {
    let row = |name: &str| {
        let key = StatKey::new(&to.plan.id, &to.plan.endpoint, "cox.ph").variable(name, "");
        Row::new(key, "proportional-hazards", &to.cohort, to.plan.planned)
    };
    let test = match model.ph_test(fit, TimeTransform::KaplanMeier) {
        Ok(test) => test,
        Err(error) => return sink.add_or(&row("GLOBAL"), "p.value", None, Some(&error.to_string())),
    };
    let named = columns.terms.iter().zip(&test.terms).map(|(t, r)| (t.plan.name.as_str(), r.as_ref()));
    for (name, result) in named.chain([("GLOBAL", Some(&test.global))]) {
        match result {
            Some(r) => {
                let numbers = [
                    ("statistic", Some(r.statistic)),
                    ("parameter", Some(r.df as f64)),
                    ("p.value", Some(r.p_value)),
                ];
                sink.add(&row(name), &numbers);
            }
            None => sink.add_or(&row(name), "p.value", None, Some("not estimable")),
        }
    }
    let violated = test.terms.iter().flatten().any(|r| r.p_value < 0.05) || test.global.p_value < 0.05;
    if violated {
        sink.problem(
            Problem::warning(
                "OM106",
                format!(
                    "hazards in `{}` are not proportional over the whole follow-up (P < 0.05)",
                    to.plan.id
                ),
            )
            .at(Place::subject(format!("analysis `{}`", to.plan.id)))
            .why("a single hazard ratio is then an average over time that depends on the length of follow-up")
            .mend("look at the curves; give restricted means, or hazard ratios for parts of the follow-up"),
        );
    }
}

pub(super) fn write_model(
    to: &Destination<'_>,
    columns: &Columns<'_>,
    model: &CoxModel<'_>,
    fit: &CoxFit,
    sink: &mut Sink,
) {
    let base = ModelRow { analysis_id: to.plan.id.clone(), model: to.model.clone(), ..ModelRow::default() };
    for (c, coefficient) in fit.coefficients.iter().enumerate() {
        let estimate = coefficient.estimate();
        sink.models.push(ModelRow {
            kind: "coefficient".into(),
            term: columns.variable(c).plan.name.clone(),
            level: columns.level_name(c).to_owned(),
            value: estimate.map(|e| e.log_hazard_ratio),
            std_error: estimate.map(|e| e.std_error),
            centre: Some(0.0),
            ..base.clone()
        });
    }
    if !to.alone.is_empty() {
        return;
    }
    for hazard in model.baseline_hazard(fit).iter().flatten() {
        for (time, value) in hazard.time.iter().zip(&hazard.cumulative_hazard) {
            let point =
                ModelRow { kind: "baseline".into(), time: Some(*time), value: Some(*value), ..base.clone() };
            sink.models.push(point);
        }
    }
}

/// A fit of which something must be told.
pub(in crate::analysis) struct Warned<'a> {
    /// The analysis.
    pub(in crate::analysis) analysis: &'a str,
    /// Which of its models.
    pub(in crate::analysis) model: &'a str,
    /// A model of one term among several: few events are told of the joint one.
    pub(in crate::analysis) is_of_one_term: bool,
    pub(in crate::analysis) convergence: Convergence,
    pub(in crate::analysis) warnings: &'a [CoxWarning],
}

/// Tells what a reader of a fit must know.
pub(in crate::analysis) fn tell_warnings(fit: &Warned<'_>, columns: &Columns<'_>, sink: &mut Sink) {
    let place = || Place::subject(format!("analysis `{}`, {}", fit.analysis, fit.model));
    if fit.convergence != Convergence::Converged {
        sink.problem(
            Problem::warning("OM125", format!("the model of `{}` did not converge", fit.analysis))
                .at(place())
                .why("its estimates are not the maximum of the likelihood"),
        );
    }
    for warning in fit.warnings {
        match warning {
            CoxWarning::MonotoneLikelihood { column, .. } => {
                sink.problem(
                    Problem::warning("OM107", format!("{} separates patients with the event from the others", columns.label(*column)))
                        .at(place())
                        .why("its hazard ratio has no finite estimate; a large number printed in its place would mean nothing")
                        .mend("show the counts; gather levels, or say that it cannot be estimated"),
                );
            }
            CoxWarning::FewEventsPerParameter { events, parameters } if !fit.is_of_one_term => {
                sink.problem(
                    Problem::warning(
                        "OM108",
                        format!("{events} events for {parameters} parameters in `{}`", fit.analysis),
                    )
                    .at(place())
                    .why("below about 10 events per parameter hazard ratios are unstable and too extreme")
                    .mend("name fewer terms beforehand"),
                );
            }
            _ => {}
        }
    }
}

/// Firth's estimates: intervals and P values by the penalised profile likelihood.
pub(super) fn write_firth(to: &Destination<'_>, columns: &Columns<'_>, fit: &PenalisedFit, sink: &mut Sink) {
    for (c, (estimate, profile)) in fit.coefficients.iter().zip(&fit.profile).enumerate() {
        let row =
            Row { method: "cox-firth", ..to.term(&columns.variable(c).plan.name, columns.level_name(c)) };
        let exp = |x: Option<f64>| x.map(libm::exp);
        let numbers = [
            ("estimate", Some(estimate.log_hazard_ratio)),
            ("std.error", Some(estimate.std_error)),
            ("statistic", Some(profile.likelihood_ratio.statistic)),
            ("p.value", Some(profile.likelihood_ratio.p_value)),
            ("conf.low", profile.conf_low),
            ("conf.high", profile.conf_high),
            ("hazard.ratio", Some(estimate.hazard_ratio)),
            ("hazard.ratio.low", exp(profile.conf_low)),
            ("hazard.ratio.high", exp(profile.conf_high)),
        ];
        numbers.iter().for_each(|(name, stat)| sink.add_or(&row, name, *stat, Some("no limit was found")));
    }
    let row = Row { method: "cox-firth", ..to.fit() };
    let numbers = [
        ("loglik.null", Some(fit.loglik_null)),
        ("loglik", Some(fit.loglik)),
        ("lr", Some(fit.likelihood_ratio.statistic)),
        ("lr.p.value", Some(fit.likelihood_ratio.p_value)),
        ("df", Some(fit.likelihood_ratio.df as f64)),
    ];
    sink.add(&row, &numbers);
    if fit.convergence != Convergence::Converged {
        sink.problem(
            Problem::warning("OM125", format!("the penalised model of `{}` did not converge", to.plan.id))
                .at(Place::subject(format!("analysis `{}`", to.plan.id)))
                .why("its estimates are not the maximum of the likelihood"),
        );
    }
}
