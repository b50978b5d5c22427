//! Survival by level of several factors: the commonest table of the field.

use oligomet_base::{Place, Problem, Problems};
use oligomet_results::StatKey;
use oligomet_survival::SurvivalError;

use super::intervals::curves;
use super::km::{Groups, write_log_rank, write_points};
use super::sink::{Row, Sink};
use super::{Inputs, Sampling, not_estimated};
use crate::plan::{AnalysisPlan, TestPlan};

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let Some(endpoint) = inputs.endpoint(&plan.endpoint) else { return Ok(()) };
    let sampling = Sampling::of(&plan.sampling, inputs);
    let everybody = Groups::of(plan, None, endpoint, sampling, inside, sink);
    write_factor(plan, &everybody, sink).map_err(|e| not_estimated(plan, &e))?;
    for name in &plan.vars {
        let groups = Groups::of(plan, inputs.variable(name), endpoint, sampling, inside, sink);
        write_factor(plan, &groups, sink).map_err(|e| not_estimated(plan, &e))?;
        let key =
            StatKey::new(&plan.id, &plan.endpoint, "rate").group(&groups.by, "").variable("missing", "");
        let row = Row::new(key, "count", &groups.cohort, plan.planned);
        sink.add(&row, &[("n.missing", Some(groups.n_missing as f64))]);
        if plan.test == TestPlan::LogRank {
            write_log_rank(plan, &groups, "rate", sink);
        }
    }
    if plan.vars.len() > 1 && plan.test == TestPlan::LogRank {
        sink.problem(
            Problem::note("OM103", format!("`{}` makes {} tests", plan.id, plan.vars.len()))
                .at(Place::subject(format!("analysis `{}`", plan.id)))
                .why(format!(
                    "with {} tests of true null hypotheses, one or more P values below 0.05 come by chance with probability {}",
                    plan.vars.len(),
                    oligomet_base::number::fixed(1.0 - 0.95f64.powi(plan.vars.len() as i32), 2)
                )),
        );
    }
    Ok(())
}

fn write_factor(plan: &AnalysisPlan, groups: &Groups, sink: &mut Sink) -> Result<(), SurvivalError> {
    let sample = groups.outcomes.sample()?;
    let curves = curves(plan, &sample, &groups.codes, groups.levels.len())?;
    for (k, curve) in curves.iter().enumerate() {
        let (n, events) = groups.counts(k);
        let row = Row::new(
            groups.key(plan, "rate", k).variable("n", ""),
            "count",
            &groups.cohorts[k],
            plan.planned,
        );
        sink.add(&row, &[("n", Some(n as f64)), ("n.event", Some(events as f64))]);
        if let Some(curve) = curve {
            write_points(plan, groups, k, curve, "rate", sink);
        }
    }
    Ok(())
}
