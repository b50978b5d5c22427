//! How well covariates rank: Harrell's and Uno's concordance of a Cox model's linear predictor.

use oligomet_base::Problems;
use oligomet_results::StatKey;
use oligomet_survival::{ConcordanceWeights, CoxModel, CoxOptions, SurvivalError, weighted_concordance};

use super::cox::Columns;
use super::sink::{Row, Sink};
use super::{Inputs, Outcomes, Sampling, not_estimated};
use crate::derive::Variable;
use crate::plan::AnalysisPlan;

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let Some(endpoint) = inputs.endpoint(&plan.endpoint) else { return Ok(()) };
    let terms: Vec<&Variable> = plan.terms.iter().filter_map(|t| inputs.variable(t)).collect();
    let complete = |s: u32| inside[s as usize] && terms.iter().all(|t| !t.values.is_missing(s as usize));
    let outcomes = Outcomes::of(endpoint, Sampling::of(&plan.sampling, inputs), complete);
    let cohort = sink.cohort(&plan.endpoint, "", "", outcomes.len());
    let key = StatKey::new(&plan.id, &plan.endpoint, "concordance");
    let counts = Row::new(key.clone().variable("n", ""), "count", &cohort, plan.planned);
    let (n, events) = (outcomes.len() as f64, outcomes.n_events() as f64);
    sink.add(&counts, &[("n", Some(n)), ("n.event", Some(events))]);
    let columns = Columns::of(&terms, &outcomes.subject);
    let score = linear_predictor(plan, &columns, &outcomes).map_err(|e| not_estimated(plan, &e))?;
    let sample = outcomes.sample().map_err(|e| not_estimated(plan, &e))?;
    let kinds = [
        (ConcordanceWeights::Harrell, "concordance", ["harrell", "harrell.se"]),
        (ConcordanceWeights::Uno, "concordance-uno", ["uno", "uno.se"]),
    ];
    for (weights, method, [estimate, error]) in kinds {
        let row = Row::new(key.clone(), method, &cohort, plan.planned);
        match weighted_concordance(&sample, &score, weights) {
            Ok(c) => sink.add(&row, &[(estimate, Some(c.estimate)), (error, Some(c.std_error))]),
            Err(why) => sink.add_or(&row, estimate, None, Some(&why.to_string())),
        }
    }
    Ok(())
}

fn linear_predictor(
    plan: &AnalysisPlan,
    columns: &Columns<'_>,
    outcomes: &Outcomes,
) -> Result<Vec<f64>, SurvivalError> {
    let mut slices = Vec::new();
    let design = columns.design(&mut slices)?;
    let options = CoxOptions { ties: plan.ties, conf_level: plan.conf_level, ..CoxOptions::default() };
    let sample = outcomes.sample()?;
    let fit = CoxModel::new(&sample, &design, &options)?.fit()?;
    fit.linear_predictor(&design)
}
