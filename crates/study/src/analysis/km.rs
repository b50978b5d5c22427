//! Kaplan-Meier by group: numbers at risk, survival at times, medians, restricted means, log-rank, follow-up.

use oligomet_base::number::{counted, shortest};
use oligomet_base::{Place, Problem, Problems};
use oligomet_results::{CurveRow, StatKey};
use oligomet_survival::{
    BootstrapTarget, CoxOptions, Design, KaplanMeierOptions, LogRankOptions, LogRankTest, LogRankWeights,
    MeanComparison, RestrictedMean, SurvivalCurve, SurvivalError, fit_cox, log_rank, reverse_kaplan_meier,
    reverse_kaplan_meier_by,
};

use super::intervals::{FEW_EVENTS, curves, method_of_limits, resampled};
use super::outcomes::is_known;
use super::sink::{Row, Sink, with_entries};
use super::{Inputs, Outcomes, Sampling, code, not_estimated};
use crate::check::conf_type_name;
use crate::derive::{EndpointData, Variable};
use crate::plan::{AnalysisPlan, TestPlan};

/// Below so many at risk a late part of a curve is a warning.
const FEW_AT_RISK: f64 = 10.0;

/// The groups of an analysis over an endpoint's subjects.
pub(super) struct Groups {
    /// Outcomes of the subjects whose group is known.
    pub(super) outcomes: Outcomes,
    /// Their codes.
    pub(super) codes: Vec<u32>,
    /// Levels in order; one empty level where there is no grouping.
    pub(super) levels: Vec<String>,
    /// Name of the grouping, or empty.
    pub(super) by: String,
    /// Cohort of everybody and of each level.
    pub(super) cohort: String,
    /// Cohort of each level.
    pub(super) cohorts: Vec<String>,
    /// Subjects in the analysis set whose group is not known.
    pub(super) n_missing: usize,
}

impl Groups {
    /// Groups by `by`, or everybody, among subjects that meet the restriction.
    pub(super) fn of(
        plan: &AnalysisPlan,
        by: Option<&Variable>,
        endpoint: &EndpointData,
        sampling: Sampling<'_>,
        inside: &[bool],
        sink: &mut Sink,
    ) -> Self {
        let all = Outcomes::of_curve(endpoint, sampling, |s| inside[s as usize]);
        let restricted = plan.restriction.is_some();
        let in_name =
            |name: &str| if restricted { format!("{name} in {}", plan.id) } else { name.to_owned() };
        let whole = |sink: &mut Sink| {
            if restricted {
                let name = in_name("all");
                let codes = || inside.iter().map(|i| if *i { 0 } else { u32::MAX }).collect();
                sink.grouping(&name, &["yes".to_owned()], codes);
                sink.cohort(&endpoint.name, &name, "yes", all.len())
            } else {
                sink.cohort(&endpoint.name, "", "", all.len())
            }
        };
        let cohort = whole(sink);
        let Some(by) = by else {
            let codes = vec![0; all.len()];
            let cohorts = vec![cohort.clone()];
            return Self {
                outcomes: all,
                codes,
                levels: vec![String::new()],
                by: String::new(),
                cohort,
                cohorts,
                n_missing: 0,
            };
        };
        let known = Outcomes::of_curve(endpoint, sampling, |s| inside[s as usize] && is_known(by, s));
        let codes = known.codes(by);
        let name = in_name(&by.plan.name);
        sink.grouping(&name, &by.plan.levels, || {
            (0..inside.len() as u32)
                .map(|s| if inside[s as usize] { code(by, s) } else { u32::MAX })
                .collect()
        });
        let cohorts = by
            .plan
            .levels
            .iter()
            .enumerate()
            .map(|(k, level)| {
                let n = codes.iter().filter(|c| **c == k as u32).count();
                sink.cohort(&endpoint.name, &name, level, n)
            })
            .collect();
        Self {
            n_missing: all.len() - known.len(),
            outcomes: known,
            codes,
            levels: by.plan.levels.clone(),
            by: by.plan.name.clone(),
            cohort,
            cohorts,
        }
    }

    pub(super) fn key(&self, plan: &AnalysisPlan, context: &str, level: usize) -> StatKey {
        let key = StatKey::new(&plan.id, &plan.endpoint, context);
        if self.by.is_empty() { key } else { key.group(&self.by, &self.levels[level]) }
    }

    /// The outcomes of a level.
    pub(super) fn of_level(&self, level: usize) -> Outcomes {
        self.outcomes.subset(|k| self.codes[k] == level as u32)
    }

    /// (patients, events) of a level.
    pub(super) fn counts(&self, level: usize) -> (usize, usize) {
        self.outcomes.counts_where(|k| self.codes[k] == level as u32)
    }
}

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let Some(endpoint) = inputs.endpoint(&plan.endpoint) else { return Ok(()) };
    let sampling = Sampling::of(&plan.sampling, inputs);
    let groups = Groups::of(plan, inputs.variable(&plan.by), endpoint, sampling, inside, sink);
    tell_missing(plan, &groups, sink);
    let failed = |e: SurvivalError| {
        Problems::from(
            not_estimated(plan, &e).mend("look at the counts of this endpoint in the flow of patients"),
        )
    };
    let options = KaplanMeierOptions { conf_type: plan.conf_type, conf_level: plan.conf_level };
    let sample = groups.outcomes.sample().map_err(failed)?;
    let curves = curves(plan, &sample, &groups.codes, groups.levels.len()).map_err(failed)?;
    let follow_up =
        reverse_kaplan_meier_by(&sample, &groups.codes, groups.levels.len(), &options).map_err(failed)?;
    sink.method_with(
        "kaplan-meier",
        &[("intervals", conf_type_name(plan.conf_type).to_owned()), ("level", shortest(plan.conf_level))],
    );
    let mut means = Vec::new();
    for (k, curve) in curves.iter().enumerate() {
        let Some(curve) = curve else {
            tell_empty(plan, &groups, k, sink);
            continue;
        };
        write_counts(plan, &groups, k, sink);
        write_points(plan, &groups, k, curve, "survival", sink);
        means.extend(write_restricted_mean(plan, &groups, k, curve, sink).map(|mean| (k, mean)));
        write_curve(plan, &groups, k, curve, sink);
        if let Some(Some(reverse)) = follow_up.get(k) {
            let row = Row::new(
                groups.key(plan, "followup", k),
                "reverse-kaplan-meier",
                &groups.cohorts[k],
                plan.planned,
            );
            write_quartiles(&row.unit(plan.time_unit), reverse, plan.conf_level, sink);
        }
    }
    write_mean_comparisons(plan, &groups, &means, sink);
    super::landmark::write_landmarks(plan, &groups, sink);
    if !groups.by.is_empty() && plan.test == TestPlan::LogRank {
        write_log_rank(plan, &groups, "logrank", sink);
    }
    Ok(())
}

fn tell_missing(plan: &AnalysisPlan, groups: &Groups, sink: &mut Sink) {
    if groups.n_missing > 0 {
        sink.problem(
            Problem::note(
                "OM121",
                format!(
                    "{} not in `{}`: `{}` is not known",
                    counted(groups.n_missing, "patient"),
                    plan.id,
                    groups.by
                ),
            )
            .at(Place::subject(format!("analysis `{}`", plan.id)))
            .why("a patient whose group is unknown belongs to no curve"),
        );
    }
}

fn tell_empty(plan: &AnalysisPlan, groups: &Groups, level: usize, sink: &mut Sink) {
    let row = Row::new(
        groups.key(plan, "survival", level).variable("n", ""),
        "count",
        &groups.cohorts[level],
        plan.planned,
    );
    sink.add(&row, &[("n", Some(0.0)), ("n.event", Some(0.0))]);
    sink.problem(
        Problem::note(
            "OM122",
            format!("nobody is in the group \"{}\" of `{}`", groups.levels[level], groups.by),
        )
        .at(Place::subject(format!("analysis `{}`", plan.id)))
        .why("a group without patients has no curve"),
    );
}

fn write_counts(plan: &AnalysisPlan, groups: &Groups, level: usize, sink: &mut Sink) {
    let (n, events) = groups.counts(level);
    let row = Row::new(
        groups.key(plan, "survival", level).variable("n", ""),
        "count",
        &groups.cohorts[level],
        plan.planned,
    );
    sink.add(&row, &[("n", Some(n as f64)), ("n.event", Some(events as f64))]);
}

/// Survival at the times asked for, and the median.
pub(super) fn write_points(
    plan: &AnalysisPlan,
    groups: &Groups,
    level: usize,
    curve: &SurvivalCurve,
    context: &str,
    sink: &mut Sink,
) {
    let outcomes = groups.of_level(level);
    let resampled = resampled(plan, &outcomes, BootstrapTarget::Survival, outcomes.n_events(), sink);
    for (k, (days, _)) in plan.at.iter().enumerate() {
        let point = curve.at(*days);
        let key = groups.key(plan, context, level).variable("time", &shortest(*days));
        let few = (point.n_at_risk < FEW_AT_RISK).then(|| "fewer than 10 patients at risk".to_owned());
        let row = Row::new(key, "kaplan-meier", &groups.cohorts[level], plan.planned)
            .level(plan.conf_level)
            .warn(few);
        sink.add_or(&row, "estimate", point.survival, Some("beyond the last follow-up"));
        sink.add_or(&row, "std.error", point.std_error, Some("not defined here"));
        let (method, low, high) = match resampled.as_ref().map(|points| points[k]) {
            Some(b) => ("cluster-bootstrap", b.conf_low, b.conf_high),
            None => (method_of_limits(plan, curve, point.survival), point.conf_low, point.conf_high),
        };
        let limits = Row { method, ..row.clone() };
        sink.add_or(&limits, "conf.low", low, Some("not defined where S is 0 or 1"));
        sink.add_or(&limits, "conf.high", high, Some("not defined where S is 0 or 1"));
        sink.add(&row, &[("n.risk", Some(point.n_at_risk)), ("cum.event", Some(point.cum_event))]);
    }
    let key = groups.key(plan, context, level).variable("prob", "0.5");
    let row = Row::new(key, "median", &groups.cohorts[level], plan.planned)
        .unit(plan.time_unit)
        .level(plan.conf_level);
    write_quantile(&row, curve, 0.5, sink);
}

fn write_quantile(row: &Row, curve: &SurvivalCurve, p: f64, sink: &mut Sink) {
    let quantile = curve.quantile(p);
    let not_reached = Some("not reached");
    sink.add_or(row, "estimate", quantile.estimate, not_reached);
    sink.add_or(row, "conf.low", quantile.conf_low, not_reached);
    sink.add_or(row, "conf.high", quantile.conf_high, not_reached);
}

fn write_quartiles(row: &Row, curve: &SurvivalCurve, level: f64, sink: &mut Sink) {
    for p in [0.25, 0.5, 0.75] {
        let mut own = row.clone().level(level);
        own.key = own.key.variable("prob", &shortest(p));
        write_quantile(&own, curve, p, sink);
    }
}

fn write_restricted_mean(
    plan: &AnalysisPlan,
    groups: &Groups,
    level: usize,
    curve: &SurvivalCurve,
    sink: &mut Sink,
) -> Option<RestrictedMean> {
    let (days, _) = *plan.tau.as_ref()?;
    let key = groups.key(plan, "rmst", level).variable("tau", &shortest(days));
    let row = Row::new(key, "restricted-mean", &groups.cohorts[level], plan.planned)
        .unit(plan.time_unit)
        .level(plan.conf_level);
    match curve.restricted_mean(days) {
        Ok(mean) => {
            let numbers = [
                ("estimate", Some(mean.estimate)),
                ("std.error", Some(mean.std_error)),
                ("conf.low", Some(mean.conf_low)),
                ("conf.high", Some(mean.conf_high)),
            ];
            sink.add(&row, &numbers);
            Some(mean)
        }
        Err(error) => {
            sink.add_or(&row, "estimate", None, Some(&error.to_string()));
            None
        }
    }
}

/// Every group's restricted mean against that of the first group: difference and ratio.
fn write_mean_comparisons(
    plan: &AnalysisPlan,
    groups: &Groups,
    means: &[(usize, RestrictedMean)],
    sink: &mut Sink,
) {
    let Some(((first, reference), others)) = means.split_first() else { return };
    for (level, mean) in others {
        let compared: [(&str, Result<MeanComparison, SurvivalError>); 2] =
            [("difference", mean.difference(reference)), ("ratio", mean.ratio(reference))];
        for (name, comparison) in compared {
            let Ok(c) = comparison else { continue };
            let key = groups.key(plan, "rmst", *level).variable(name, &groups.levels[*first]);
            let row = Row::new(key, "restricted-mean", &groups.cohort, plan.planned)
                .unit(if name == "ratio" { "" } else { plan.time_unit })
                .level(plan.conf_level);
            let numbers = [
                ("estimate", Some(c.estimate)),
                ("std.error", Some(c.std_error)),
                ("conf.low", Some(c.conf_low)),
                ("conf.high", Some(c.conf_high)),
                ("p.value", Some(c.p_value)),
            ];
            sink.add(&row, &numbers);
        }
    }
}

fn write_curve(plan: &AnalysisPlan, groups: &Groups, level: usize, curve: &SurvivalCurve, sink: &mut Sink) {
    let steps = (0..curve.time.len()).map(|i| CurveRow {
        analysis_id: plan.id.clone(),
        endpoint: plan.endpoint.clone(),
        group: groups.by.clone(),
        group_level: groups.levels[level].clone(),
        time: curve.time[i],
        n_risk: curve.n_at_risk[i],
        n_event: curve.n_event[i],
        n_censor: curve.n_censored[i],
        cum_event: curve.cum_event[i],
        estimate: curve.survival[i],
        std_error: curve.std_error[i],
        conf_low: curve.conf_low[i],
        conf_high: curve.conf_high[i],
        ..CurveRow::default()
    });
    let entries = groups.outcomes.entry_steps(|k| groups.codes[k] == level as u32);
    sink.curves.extend(with_entries(steps.collect(), &entries, 1.0));
}

/// The log-rank test between groups, or why there is none.
pub(super) fn write_log_rank(plan: &AnalysisPlan, groups: &Groups, context: &str, sink: &mut Sink) {
    let key = StatKey::new(&plan.id, &plan.endpoint, context).group(&groups.by, "").variable("logrank", "");
    let events = groups.outcomes.n_events();
    let few = (events < FEW_EVENTS).then(|| format!("{events} events: the P value is approximate"));
    let clustered = !plan.sampling.clusters.is_empty() && plan.mend_intervals;
    let warning = few.or_else(|| clustered.then(|| TOO_SMALL.to_owned()));
    let row = Row::new(key, "log-rank", &groups.cohort, plan.planned).warn(warning);
    if clustered && events >= FEW_EVENTS {
        write_robust_test(plan, groups, context, sink);
    }
    if plan.log_rank != LogRankWeights::LogRank {
        sink.method_with("log-rank", &[("weights", weights_name(plan.log_rank))]);
    }
    let test: Result<LogRankTest, SurvivalError> = groups.outcomes.sample().and_then(|sample| {
        log_rank(&sample, &groups.codes, groups.levels.len(), &LogRankOptions { weights: plan.log_rank })
    });
    match test {
        Ok(test) if test.df > 0 => {
            let numbers = [
                ("statistic", Some(test.statistic)),
                ("parameter", Some(test.df as f64)),
                ("p.value", Some(test.p_value)),
            ];
            sink.add(&row, &numbers);
        }
        Ok(_) => sink.add_or(&row, "p.value", None, Some("fewer than two groups can be compared")),
        Err(error) => sink.add_or(&row, "p.value", None, Some(&error.to_string())),
    }
}

/// What stands at a test that takes rows as independent where they are not.
pub(super) const TOO_SMALL: &str = "takes rows of one patient as independent: too small";

/// Wald's test with robust variance over patients that no group's hazard differs from the first one's.
fn write_robust_test(plan: &AnalysisPlan, groups: &Groups, context: &str, sink: &mut Sink) {
    let key = StatKey::new(&plan.id, &plan.endpoint, context).group(&groups.by, "").variable("robust", "");
    let row = Row::new(key, "cluster-robust", &groups.cohort, plan.planned);
    let indicators: Vec<Vec<f64>> = (1..groups.levels.len())
        .map(|l| groups.codes.iter().map(|c| f64::from(u8::from(*c == l as u32))).collect())
        .collect();
    let slices: Vec<&[f64]> = indicators.iter().map(Vec::as_slice).collect();
    let options = CoxOptions { ties: plan.ties, conf_level: plan.conf_level, ..CoxOptions::default() };
    let fitted = groups.outcomes.sample().and_then(|sample| {
        let design = Design::new(&slices)?;
        fit_cox(&sample, &design, &options)
    });
    match fitted.map(|fit| fit.wald) {
        Ok(Some(test)) => {
            let numbers = [
                ("statistic", Some(test.statistic)),
                ("parameter", Some(test.df as f64)),
                ("p.value", Some(test.p_value)),
            ];
            sink.add(&row, &numbers);
        }
        Ok(None) => sink.add_or(&row, "p.value", None, Some("a hazard ratio has no finite estimate")),
        Err(error) => sink.add_or(&row, "p.value", None, Some(&error.to_string())),
    }
}

/// The weights of a test of the log-rank family, as printed.
fn weights_name(weights: LogRankWeights) -> String {
    match weights {
        LogRankWeights::FlemingHarrington { rho, gamma } => {
            format!("Fleming-Harrington, rho {}, gamma {}", shortest(rho), shortest(gamma))
        }
        LogRankWeights::Gehan => "Gehan".to_owned(),
        LogRankWeights::TaroneWare => "Tarone-Ware".to_owned(),
        LogRankWeights::PetoPeto => "Peto-Peto".to_owned(),
        _ => "none".to_owned(),
    }
}

/// Follow-up of an endpoint's whole analysis set, by the reverse Kaplan-Meier method.
///
/// # Errors
/// What `survival` says of the data.
pub fn run_follow_up(endpoint: &EndpointData, sink: &mut Sink) -> Result<(), SurvivalError> {
    let outcomes = Outcomes::of(endpoint, Sampling::default(), |_| true);
    let cohort = sink.cohort(&endpoint.name, "", "", outcomes.len());
    let key = StatKey::new("followup", &endpoint.name, "followup");
    let counts = Row::new(key.clone().variable("n", ""), "count", &cohort, true);
    sink.add(&counts, &[("n", Some(outcomes.len() as f64)), ("n.event", Some(outcomes.n_events() as f64))]);
    if outcomes.len() == 0 {
        return Ok(());
    }
    let options = KaplanMeierOptions::default();
    let curve = reverse_kaplan_meier(&outcomes.sample()?, &options)?;
    let row = Row::new(key, "reverse-kaplan-meier", &cohort, true).unit("days");
    write_quartiles(&row, &curve, options.conf_level, sink);
    Ok(())
}
