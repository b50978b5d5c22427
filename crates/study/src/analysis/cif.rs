//! Cumulative incidence of competing events: Aalen-Johansen by group, Gray's test, Fine-Gray models.

use oligomet_base::number::shortest;
use oligomet_base::{Place, Problem, Problems};
use oligomet_results::{Group, StatKey};
use oligomet_survival::{
    Coefficient, CoxOptions, CumulativeIncidence, CumulativeIncidenceOptions, SurvivalError,
    cumulative_incidence_by, fit_fine_gray, gray_test,
};

use super::cox::Columns;
use super::km::Groups;
use super::sink::{Row, Sink};
use super::{Inputs, Outcomes, Sampling};
use crate::check::conf_type_name;
use crate::derive::{EndpointData, Variable};
use crate::plan::{AnalysisPlan, TestPlan};

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let Some(endpoint) = inputs.endpoint(&plan.endpoint) else { return Ok(()) };
    let sampling = Sampling::of(&plan.sampling, inputs);
    let groups = Groups::of(plan, inputs.variable(&plan.by), endpoint, sampling, inside, sink);
    let failed = |e: SurvivalError| Problems::from(not_estimated(plan, &e));
    let options = CumulativeIncidenceOptions {
        conf_type: plan.conf_type,
        conf_level: plan.conf_level,
        ..CumulativeIncidenceOptions::default()
    };
    let sample = groups.outcomes.sample_with_causes().map_err(failed)?;
    // Strata are for the test and the model; a curve is of a whole group.
    let whole = sample.without_strata();
    let curves =
        cumulative_incidence_by(&whole, &groups.codes, groups.levels.len(), &options).map_err(failed)?;
    let options =
        [("intervals", conf_type_name(plan.conf_type).to_owned()), ("level", shortest(plan.conf_level))];
    sink.method_with("aalen-johansen", &options);
    for (level, curve) in curves.iter().enumerate() {
        if let Some(curve) = curve {
            write_curve(plan, &groups, endpoint, level, curve, sink);
        }
    }
    if !groups.by.is_empty() && plan.test == TestPlan::LogRank {
        for (at, name) in endpoint.causes.iter().enumerate() {
            let test = gray_test(&sample, &groups.codes, groups.levels.len(), at as u32 + 1, 0.0);
            let key = of_cause(StatKey::new(&plan.id, &plan.endpoint, "gray").group(&groups.by, ""), name);
            let row = Row::new(key.variable("gray", ""), "gray", &groups.cohort, plan.planned);
            match test {
                Ok(t) => sink.add(
                    &row,
                    &[
                        ("statistic", Some(t.statistic)),
                        ("parameter", Some(t.df as f64)),
                        ("p.value", Some(t.p_value)),
                    ],
                ),
                Err(error) => sink.add_or(&row, "p.value", None, Some(&error.to_string())),
            }
        }
    }
    let terms: Vec<&Variable> = plan.terms.iter().filter_map(|t| inputs.variable(t)).collect();
    if !terms.is_empty() {
        write_fine_gray(plan, &terms, endpoint, sampling, inside, sink);
    }
    Ok(())
}

/// The key of one cause: the second group, whether or not there is a first.
fn of_cause(mut key: StatKey, cause: &str) -> StatKey {
    key.groups[1] = Group { name: "cause".to_owned(), level: cause.to_owned() };
    key
}

fn not_estimated(plan: &AnalysisPlan, error: &SurvivalError) -> Problem {
    Problem::error("OM120", format!("`{}` could not be estimated: {error}", plan.id))
        .at(Place::subject(format!("analysis `{}`", plan.id)))
        .why("the analysis is left out of the report; the others go on")
}

fn write_curve(
    plan: &AnalysisPlan,
    groups: &Groups,
    endpoint: &EndpointData,
    level: usize,
    curve: &CumulativeIncidence,
    sink: &mut Sink,
) {
    for (at, name) in endpoint.causes.iter().enumerate() {
        let cause = at as u32 + 1;
        let key = |variable: &str, value: &str| {
            of_cause(groups.key(plan, "cif", level), name).variable(variable, value)
        };
        let events = groups.outcomes.cause_where(cause, |k| groups.codes[k] == level as u32);
        let counts = Row::new(key("n", ""), "count", &groups.cohorts[level], plan.planned);
        sink.add(&counts, &[("n", Some(curve.n as f64)), ("n.event", Some(events as f64))]);
        for (time, _) in &plan.at {
            let point = curve.at(cause, *time);
            let row = Row::new(
                key("time", &shortest(*time)),
                "aalen-johansen",
                &groups.cohorts[level],
                plan.planned,
            )
            .level(plan.conf_level);
            sink.add_or(&row, "estimate", point.incidence, Some("beyond the last follow-up"));
            for (stat, value) in
                [("std.error", point.std_error), ("conf.low", point.conf_low), ("conf.high", point.conf_high)]
            {
                sink.add_or(&row, stat, value, Some("not defined here"));
            }
            sink.add(&row, &[("cum.event", Some(point.cum_event))]);
            let beside = curve.causes.get(at).and_then(|c| {
                let last = curve.time.partition_point(|t| *t <= *time);
                last.checked_sub(1).map_or(Some(0.0), |k| c.one_minus_kaplan_meier.get(k).copied())
            });
            let beside = beside.filter(|_| point.incidence.is_some());
            let row = Row { method: "one-minus-kaplan-meier", ..row };
            sink.add_or(&row, "one.minus.km", beside, Some("beyond the last follow-up"));
        }
    }
}

fn write_fine_gray(
    plan: &AnalysisPlan,
    terms: &[&Variable],
    endpoint: &EndpointData,
    sampling: Sampling<'_>,
    inside: &[bool],
    sink: &mut Sink,
) {
    let complete = |s: u32| inside[s as usize] && terms.iter().all(|t| !t.values.is_missing(s as usize));
    let outcomes = Outcomes::of(endpoint, sampling, complete);
    let cohort = sink.cohort(&plan.endpoint, "", "", outcomes.len());
    let columns = Columns::of(terms, &outcomes.subject);
    let options = CoxOptions { conf_level: plan.conf_level, ..CoxOptions::default() };
    let mut slices = Vec::new();
    let fitted = columns.design(&mut slices).and_then(|design| {
        let sample = outcomes.sample_with_causes()?;
        fit_fine_gray(&sample, &design, 1, &options)
    });
    let key = |context: &str| StatKey::new(&plan.id, &plan.endpoint, context);
    let fit_row = Row::new(key("finegray.fit"), "fine-gray", &cohort, plan.planned);
    let counts = Row { method: "count", ..fit_row.clone() };
    let events = outcomes.n_of_cause(1);
    sink.add(&counts, &[("n", Some(outcomes.len() as f64)), ("n.event", Some(events as f64))]);
    let fit = match fitted {
        Ok(fit) => fit,
        Err(error) => return sink.add_or(&fit_row, "loglik", None, Some(&error.to_string())),
    };
    for (c, coefficient) in fit.coefficients.iter().enumerate() {
        let (term, _) = columns.of[c];
        let key = key("finegray").variable(&columns.terms[term].plan.name, columns.level_name(c));
        let row = Row::new(key, "fine-gray", &cohort, plan.planned).level(plan.conf_level);
        match coefficient {
            Coefficient::Estimated(e) => {
                let numbers = [
                    ("estimate", Some(e.log_hazard_ratio)),
                    ("std.error", Some(e.std_error)),
                    ("statistic", Some(e.statistic)),
                    ("p.value", Some(e.p_value)),
                    ("conf.low", Some(e.conf_low)),
                    ("conf.high", Some(e.conf_high)),
                    ("hazard.ratio", Some(e.hazard_ratio)),
                    ("hazard.ratio.low", Some(e.hazard_ratio_low)),
                    ("hazard.ratio.high", Some(e.hazard_ratio_high)),
                ];
                sink.add(&row, &numbers);
            }
            Coefficient::NotEstimable(why) => {
                sink.add_or(&row, "estimate", None, Some(&columns.why_not(why)));
            }
        }
    }
    sink.add(&fit_row, &[("loglik.null", Some(fit.loglik_null)), ("loglik", Some(fit.loglik))]);
}
