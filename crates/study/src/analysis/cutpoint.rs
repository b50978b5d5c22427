//! Cut-points chosen from the data: the largest log-rank statistic over all cuts, with P values adjusted for the choice.

use oligomet_base::Problems;
use oligomet_base::number::shortest;
use oligomet_results::StatKey;
use oligomet_survival::{
    Cutpoint, CutpointOptions, Sample, SurvivalError, best_cutpoint, bootstrap_cutpoint, max_t_test,
};

use super::sink::{Row, Sink};
use super::{Inputs, Outcomes, Sampling, not_estimated};
use crate::derive::{Values, Variable};
use crate::plan::{AnalysisPlan, CutpointMethod};

/// Resamples for the interval of a cut-point: its limits are values of the data and need no more.
const RESAMPLES: u32 = 1_000;

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
    let key = StatKey::new(&plan.id, &plan.endpoint, "cutpoint");
    let counts = Row::new(key.clone().variable("n", ""), "count", &cohort, plan.planned);
    let (n, events) = (outcomes.len() as f64, outcomes.n_events() as f64);
    sink.add(&counts, &[("n", Some(n)), ("n.event", Some(events))]);
    let sample = outcomes.sample().map_err(|e| not_estimated(plan, &e))?;
    let options = CutpointOptions { min_prop: plan.cutpoint.min_prop, max_prop: plan.cutpoint.max_prop };
    let columns: Vec<Vec<f64>> = terms.iter().map(|t| numbers(t, &outcomes)).collect();
    for (term, x) in terms.iter().zip(&columns) {
        let cut = best_cutpoint(&sample, x, &options).map_err(|e| not_estimated(plan, &e))?;
        let search = Search { plan, name: &term.plan.name, cohort: &cohort, key: &key };
        search.write_p_values(&cut, sink);
        search.write_interval(&sample, x, &options, sink);
        search.write_effect(&cut, &sample, x, sink);
    }
    if terms.len() > 1 {
        write_max_t(plan, &terms, &columns, &sample, &options, &cohort, sink)
            .map_err(|e| not_estimated(plan, &e))?;
    }
    Ok(())
}

fn numbers(term: &Variable, outcomes: &Outcomes) -> Vec<f64> {
    match &term.values {
        Values::Numbers(x) => outcomes.subject.iter().map(|s| x[*s as usize]).collect(),
        // Levels have an order: their places.
        // A spline or a product is searched in its first column.
        Values::Columns(all) => outcomes.subject.iter().map(|s| all[0].1[*s as usize]).collect(),
        Values::Codes(codes) => outcomes.subject.iter().map(|s| f64::from(codes[*s as usize])).collect(),
    }
}

/// The search in one covariate.
struct Search<'a> {
    plan: &'a AnalysisPlan,
    name: &'a str,
    cohort: &'a str,
    key: &'a StatKey,
}

impl Search<'_> {
    fn row(&self, level: &str, method: &'static str) -> Row {
        let key = self.key.clone().variable(self.name, level);
        Row::new(key, method, self.cohort, self.plan.planned)
    }

    /// One row set per way of adjusting, the same cut and statistic in each.
    fn write_p_values(&self, cut: &Cutpoint, sink: &mut Sink) {
        for method in &self.plan.cutpoint.methods {
            let (id, p) = match method {
                CutpointMethod::Gauss => ("maxstat-gauss", cut.p_gauss()),
                CutpointMethod::Lausen92 => ("maxstat-lau92", cut.p_lausen92()),
                CutpointMethod::Lausen94 => ("maxstat-lau94", cut.p_lausen94()),
                CutpointMethod::MonteCarlo => {
                    let search = &self.plan.cutpoint;
                    let p = cut.p_monte_carlo(search.replicates, search.seed);
                    let options =
                        [("replicates", search.replicates.to_string()), ("seed", search.seed.to_string())];
                    sink.method_with("maxstat-condmc", &options);
                    ("maxstat-condmc", p.p_value)
                }
            };
            let asymptotic = matches!(method, CutpointMethod::Lausen92 | CutpointMethod::Lausen94);
            let few = (asymptotic && cut.has_few_values())
                .then(|| "assumes a continuous covariate; this one has few values".to_owned());
            let name = CutpointMethod::ALL.iter().find(|(_, m)| m == method).map_or("", |(name, _)| name);
            let numbers =
                [("cutpoint", Some(cut.cutpoint)), ("statistic", Some(cut.statistic)), ("p.value", Some(p))];
            sink.add(&self.row(name, id).warn(few), &numbers);
        }
    }

    fn write_interval(&self, sample: &Sample<'_>, x: &[f64], options: &CutpointOptions, sink: &mut Sink) {
        let row = self.row("interval", "cutpoint-bootstrap").level(self.plan.conf_level);
        let seed = self.plan.cutpoint.seed;
        sink.method_with(
            "cutpoint-bootstrap",
            &[("replicates", shortest(f64::from(RESAMPLES))), ("seed", seed.to_string())],
        );
        match bootstrap_cutpoint(sample, x, options, self.plan.conf_level, RESAMPLES, seed) {
            Ok(interval) => {
                let numbers = [
                    ("conf.low", Some(interval.conf_low)),
                    ("conf.high", Some(interval.conf_high)),
                    ("same.cut", Some(interval.same_cut)),
                    ("n.undefined", Some(f64::from(interval.undefined))),
                ];
                sink.add(&row, &numbers);
            }
            Err(error) => sink.add_or(&row, "conf.low", None, Some(&error.to_string())),
        }
    }

    fn write_effect(&self, cut: &Cutpoint, sample: &Sample<'_>, x: &[f64], sink: &mut Sink) {
        let row = self.row("effect", "cutpoint-shrinkage");
        match cut.effect(sample, x) {
            Ok(effect) => {
                let numbers = [
                    ("estimate", Some(effect.corrected_log_hazard_ratio)),
                    ("estimate.naive", Some(effect.naive.log_hazard_ratio)),
                    ("shrinkage", Some(effect.shrinkage)),
                ];
                sink.add(&row, &numbers);
            }
            Err(error) => sink.add_or(&row, "estimate", None, Some(&error.to_string())),
        }
    }
}

/// P values adjusted for the cuts of all covariates together.
fn write_max_t(
    plan: &AnalysisPlan,
    terms: &[&Variable],
    columns: &[Vec<f64>],
    sample: &Sample<'_>,
    options: &CutpointOptions,
    cohort: &str,
    sink: &mut Sink,
) -> Result<(), SurvivalError> {
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let search = &plan.cutpoint;
    let all = max_t_test(sample, &slices, options, search.replicates, search.seed)?;
    for (term, p) in terms.iter().zip(&all.adjusted) {
        let key = StatKey::new(&plan.id, &plan.endpoint, "cutpoint").variable(&term.plan.name, "max-t");
        sink.add(&Row::new(key, "maxstat-max-t", cohort, plan.planned), &[("p.value", Some(p.p_value))]);
    }
    Ok(())
}
