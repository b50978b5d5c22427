//! Cumulative incidence of competing events: Aalen-Johansen by group, Gray's test; a Fine-Gray model where terms are asked for.

use oligomet_base::Problems;
use oligomet_base::number::shortest;
use oligomet_results::{CurveRow, Group, StatKey};
use oligomet_survival::{
    BootstrapTarget, CumulativeIncidence, CumulativeIncidenceOptions, SurvivalError, cumulative_incidence_by,
    gray_test,
};

use super::finegray::Models;
use super::intervals::{FEW_EVENTS, resampled};
use super::km::{Groups, TOO_SMALL};
use super::sink::{Row, Sink, with_entries};
use super::{Inputs, Sampling, not_estimated};
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
    let mut curves =
        cumulative_incidence_by(&whole, &groups.codes, groups.levels.len(), &options).map_err(failed)?;
    let options =
        [("intervals", conf_type_name(plan.conf_type).to_owned()), ("level", shortest(plan.conf_level))];
    sink.method_with("aalen-johansen", &options);
    // A competing event that nobody had has a curve, too: it was looked for.
    curves.iter_mut().flatten().for_each(|curve| curve.show_causes(endpoint.causes.len()));
    for (level, curve) in curves.iter().enumerate() {
        if let Some(curve) = curve {
            write_curve(plan, &groups, endpoint, level, curve, sink);
            write_steps(plan, &groups, endpoint, level, curve, sink);
        }
    }
    super::landmark::write_landmarks(plan, &groups, sink);
    if !groups.by.is_empty() && plan.test == TestPlan::LogRank {
        for (at, name) in endpoint.causes.iter().enumerate() {
            let test = gray_test(&sample, &groups.codes, groups.levels.len(), at as u32 + 1, 0.0);
            let key = of_cause(StatKey::new(&plan.id, &plan.endpoint, "gray").group(&groups.by, ""), name);
            let clustered = plan.resamples_clusters().then(|| TOO_SMALL.to_owned());
            let row =
                Row::new(key.variable("gray", ""), "gray", &groups.cohort, plan.planned).warn(clustered);
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
        Models::new(plan, &terms, endpoint, sampling, inside, sink).write_fine_gray(sink);
    }
    Ok(())
}

/// The key of one cause: the second group, whether or not there is a first.
fn of_cause(mut key: StatKey, cause: &str) -> StatKey {
    key.groups[1] = Group { name: "cause".to_owned(), level: cause.to_owned() };
    key
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
        let target = BootstrapTarget::Incidence { cause };
        let resampled = resampled(plan, &groups.of_level(level), target, events, sink);
        let counts = Row::new(key("n", ""), "count", &groups.cohorts[level], plan.planned);
        sink.add(&counts, &[("n", Some(curve.n as f64)), ("n.event", Some(events as f64))]);
        for (k, (time, _)) in plan.at.iter().enumerate() {
            let point = curve.at(cause, *time);
            let row = Row::new(
                key("time", &shortest(*time)),
                "aalen-johansen",
                &groups.cohorts[level],
                plan.planned,
            )
            .level(plan.conf_level);
            sink.add_or(&row, "estimate", point.incidence, Some("beyond the last follow-up"));
            let (method, low, high) = match resampled.as_ref().map(|points| points[k]) {
                Some(b) => ("cluster-bootstrap", b.conf_low, b.conf_high),
                None => ("aalen-johansen", point.conf_low, point.conf_high),
            };
            sink.add_or(&row, "std.error", point.std_error, Some("not defined here"));
            let limits = Row { method, ..row.clone() };
            sink.add_or(&limits, "conf.low", low, Some("not defined here"));
            sink.add_or(&limits, "conf.high", high, Some("not defined here"));
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

/// The steps of the curves, one set per cause.
fn write_steps(
    plan: &AnalysisPlan,
    groups: &Groups,
    endpoint: &EndpointData,
    level: usize,
    curve: &CumulativeIncidence,
    sink: &mut Sink,
) {
    let few = |cause: u32| {
        let own = |k: usize| groups.codes[k] == level as u32;
        plan.resamples_clusters() && groups.outcomes.cause_where(cause, own) < FEW_EVENTS
    };
    let censored = groups.outcomes.censored_by(&curve.time, |k| groups.codes[k] == level as u32);
    let entries = groups.outcomes.entry_steps(|k| groups.codes[k] == level as u32);
    for (name, cause) in endpoint.causes.iter().zip(&curve.causes) {
        let step = |i: usize| CurveRow {
            analysis_id: plan.id.clone(),
            endpoint: plan.endpoint.clone(),
            group: groups.by.clone(),
            group_level: groups.levels[level].clone(),
            cause: name.clone(),
            time: curve.time[i],
            n_risk: curve.n_at_risk[i],
            n_event: cause.n_event[i],
            n_censor: censored[i],
            cum_event: cause.cum_event[i],
            estimate: cause.incidence[i],
            std_error: Some(cause.std_error[i]),
            conf_low: cause.conf_low[i].filter(|_| !few(cause.cause)),
            conf_high: cause.conf_high[i].filter(|_| !few(cause.cause)),
            one_minus_km: Some(cause.one_minus_kaplan_meier[i]),
        };
        let steps = (0..curve.time.len()).map(step).collect();
        sink.curves.extend(with_entries(steps, &entries, 0.0));
    }
}
