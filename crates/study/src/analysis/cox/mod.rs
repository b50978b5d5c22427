//! Cox models: each term alone, and together; with counts, tests, concordance and the proportional-hazards test.

mod columns;
mod write;

use oligomet_base::number::counted;
use oligomet_base::{Place, Problem, Problems};
use oligomet_results::StatKey;
use oligomet_survival::{CoxModel, CoxOptions, SurvivalError, Ties};

pub(crate) use columns::{Columns, model_columns};
pub(super) use write::{Warned, no_coefficient, tell_warnings, write_coefficient};

use super::sink::{Row, Sink};
use super::{Inputs, Outcomes, Sampling, code};
use crate::derive::{EndpointData, Variable};
use crate::model::Select;
use crate::plan::AnalysisPlan;
use write::{
    write_coefficients, write_firth, write_fit, write_model, write_proportional_hazards, write_terms,
};

/// Where a fit's rows go: the multivariable model, or one term alone.
#[derive(Clone)]
struct Destination<'p> {
    plan: &'p AnalysisPlan,
    context: &'static str,
    fit_context: &'static str,
    model: String,
    /// The term, in the key of a univariable fit.
    alone: String,
    cohort: String,
}

impl Destination<'_> {
    fn term(&self, variable: &str, level: &str) -> Row {
        let key = StatKey::new(&self.plan.id, &self.plan.endpoint, self.context).variable(variable, level);
        Row::new(key, "cox", &self.cohort, self.plan.planned).level(self.plan.conf_level)
    }

    fn fit(&self) -> Row {
        let key =
            StatKey::new(&self.plan.id, &self.plan.endpoint, self.fit_context).variable(&self.alone, "");
        Row::new(key, "cox", &self.cohort, self.plan.planned)
    }
}

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let Some(endpoint) = inputs.endpoint(&plan.endpoint) else { return Ok(()) };
    let terms: Vec<&Variable> = plan.terms.iter().filter_map(|t| inputs.variable(t)).collect();
    let ties = match plan.ties {
        Ties::Breslow => "Breslow",
        Ties::Exact => "exact",
        _ => "Efron",
    };
    let sampling = Sampling::of(&plan.sampling, inputs);
    sink.method_with("cox", &[("ties", ties.to_owned()), ("missing", plan.missing.clone())]);
    for term in terms.iter().filter(|_| plan.each_alone) {
        fit_one(plan, &[term], "cox.uni", endpoint, sampling, inside, sink);
    }
    let chosen = select(plan, &terms, sink);
    if chosen.is_empty() {
        sink.problem(
            Problem::warning(
                "OM123",
                format!("no term of `{}` meets its selection; there is no multivariable model", plan.id),
            )
            .at(Place::subject(format!("analysis `{}`", plan.id))),
        );
        return Ok(());
    }
    fit_one(plan, &chosen, "cox", endpoint, sampling, inside, sink);
    Ok(())
}

/// The terms of the multivariable model.
fn select<'a>(plan: &AnalysisPlan, terms: &[&'a Variable], sink: &mut Sink) -> Vec<&'a Variable> {
    let Select::Univariable(limit) = plan.select else { return terms.to_vec() };
    sink.problem(
        Problem::warning("OM104", format!("terms of `{}` were selected by their univariable P value", plan.id))
            .at(Place::subject(format!("analysis `{}`", plan.id)))
            .why("selection by P in the same data makes the remaining hazard ratios too large and their intervals too narrow")
            .mend("name the terms beforehand from what is known, and write select = \"none\""),
    );
    let p_value = |term: &&&Variable| {
        let key = StatKey::new(&plan.id, &plan.endpoint, "cox.uni.fit").variable(&term.plan.name, "");
        sink.stats.value(&key, "lr.p.value").is_some_and(|p| p < limit)
    };
    terms.iter().filter(p_value).copied().collect()
}

fn fit_one(
    plan: &AnalysisPlan,
    terms: &[&Variable],
    context: &'static str,
    endpoint: &EndpointData,
    sampling: Sampling<'_>,
    inside: &[bool],
    sink: &mut Sink,
) {
    let complete = |s: u32| inside[s as usize] && terms.iter().all(|t| !t.values.is_missing(s as usize));
    let outcomes = Outcomes::of(endpoint, sampling, complete);
    let n_candidates = endpoint.subject.iter().filter(|s| inside[**s as usize]).count();
    let to = destination(plan, terms, context, &outcomes, n_candidates, inside.len(), sink);
    write_counts(&to, terms, &outcomes, n_candidates, inside.len(), sink);
    if outcomes.n_events() < plan.least_events {
        return too_few_events(&to, terms, outcomes.n_events(), sink);
    }
    let columns = Columns::of(terms, &outcomes.subject);
    if let Err(error) = fit_and_write(&to, &outcomes, &columns, sink) {
        sink.add_or(&to.fit(), "loglik", None, Some(&error.to_string()));
        sink.problem(
            Problem::warning(
                "OM120",
                format!("the model of `{}` ({}) could not be fitted: {error}", plan.id, to.model),
            )
            .at(Place::subject(format!("analysis `{}`", plan.id)))
            .why("the model is left out of the report; the others go on"),
        );
    }
}

fn fit_and_write(
    to: &Destination<'_>,
    outcomes: &Outcomes,
    columns: &Columns<'_>,
    sink: &mut Sink,
) -> Result<(), SurvivalError> {
    let mut slices = Vec::new();
    let design = columns.design(&mut slices)?;
    let options = CoxOptions {
        ties: to.plan.ties,
        conf_level: to.plan.conf_level,
        robust: to.plan.robust,
        ..CoxOptions::default()
    };
    let sample = outcomes.sample()?;
    let model = CoxModel::new(&sample, &design, &options)?;
    let fit = model.fit()?;
    write_coefficients(to, columns, &fit, sink);
    write_fit(to, &model, &fit, sink);
    write_terms(to, columns, &model, &fit, sink);
    if to.alone.is_empty() {
        write_proportional_hazards(to, columns, &model, &fit, sink);
    }
    write_model(to, columns, &model, &fit, sink);
    let warned = Warned {
        analysis: &to.plan.id,
        model: &to.model,
        is_of_one_term: !to.alone.is_empty(),
        convergence: fit.convergence,
        warnings: &fit.warnings,
    };
    tell_warnings(&warned, columns, sink);
    if to.plan.firth && to.alone.is_empty() {
        let firth = Destination { context: "cox.firth", fit_context: "cox.firth.fit", ..to.clone() };
        write_firth(&firth, columns, &model.fit_firth()?, sink);
    }
    Ok(())
}

fn destination<'p>(
    plan: &'p AnalysisPlan,
    terms: &[&Variable],
    context: &'static str,
    outcomes: &Outcomes,
    n_candidates: usize,
    n_subjects: usize,
    sink: &mut Sink,
) -> Destination<'p> {
    let multivariable = context == "cox";
    let alone = if multivariable { String::new() } else { terms[0].plan.name.clone() };
    let whole = outcomes.len() == n_candidates && plan.restriction.is_none();
    let cohort = if whole {
        sink.cohort(&plan.endpoint, "", "", outcomes.len())
    } else {
        let name = if multivariable { format!("in {}", plan.id) } else { format!("in {}: {alone}", plan.id) };
        sink.grouping(&name, &["yes".to_owned()], || {
            let mut codes = vec![u32::MAX; n_subjects];
            for s in &outcomes.subject {
                codes[*s as usize] = 0;
            }
            codes
        });
        sink.cohort(&plan.endpoint, &name, "yes", outcomes.len())
    };
    Destination {
        plan,
        context,
        fit_context: if multivariable { "cox.fit" } else { "cox.uni.fit" },
        model: if multivariable { "multivariable".into() } else { format!("univariable: {alone}") },
        alone,
        cohort,
    }
}

/// Patients and events of every term and level.
fn write_counts(
    to: &Destination<'_>,
    terms: &[&Variable],
    outcomes: &Outcomes,
    n_candidates: usize,
    n_subjects: usize,
    sink: &mut Sink,
) {
    let mut inside: Option<Vec<bool>> = None;
    for term in terms {
        if term.plan.is_number() {
            let row = Row { method: "count", ..to.term(&term.plan.name, "") };
            sink.add(
                &row,
                &[("n", Some(outcomes.len() as f64)), ("n.event", Some(outcomes.n_events() as f64))],
            );
            continue;
        }
        let whole = to.cohort == to.plan.endpoint;
        let name = if whole {
            term.plan.name.clone()
        } else {
            format!(
                "{} {}",
                term.plan.name,
                to.cohort.split('|').nth(1).unwrap_or("").trim_end_matches("=yes")
            )
        };
        let members = inside.get_or_insert_with(|| {
            let mut members = vec![false; n_subjects];
            outcomes.subject.iter().for_each(|s| members[*s as usize] = true);
            members
        });
        sink.grouping(&name, &term.plan.levels, || {
            let of = |s: u32| if whole || members[s as usize] { code(term, s) } else { u32::MAX };
            (0..n_subjects as u32).map(of).collect()
        });
        for (k, level) in term.plan.levels.iter().enumerate() {
            let (n, events) = outcomes.counts(|s| code(term, s) == k as u32);
            let cohort = sink.cohort(&to.plan.endpoint, &name, level, n);
            let row = Row { method: "count", cohort, ..to.term(&term.plan.name, level) };
            sink.add(&row, &[("n", Some(n as f64)), ("n.event", Some(events as f64))]);
        }
    }
    let missing = n_candidates - outcomes.len();
    let row = Row { method: "count", ..to.fit() };
    let numbers = [
        ("n", Some(outcomes.len() as f64)),
        ("n.event", Some(outcomes.n_events() as f64)),
        ("n.missing", Some(missing as f64)),
    ];
    sink.add(&row, &numbers);
    if missing > 0 && to.alone.is_empty() {
        sink.problem(
            Problem::note(
                "OM124",
                format!(
                    "{} not in the model of `{}`: a covariate is missing",
                    counted(missing, "patient"),
                    to.plan.id
                ),
            )
            .at(Place::subject(format!("analysis `{}`", to.plan.id)))
            .why("the study asks for complete cases; they may differ from the others"),
        );
    }
}

fn too_few_events(to: &Destination<'_>, terms: &[&Variable], events: usize, sink: &mut Sink) {
    let why = crate::analysis::too_few("not fitted", events, to.plan.least_events);
    for term in terms {
        let levels: Vec<&str> = match term.plan.is_number() {
            true => vec![""],
            false => term.plan.levels.iter().map(String::as_str).collect(),
        };
        for level in
            levels.into_iter().filter(|l| term.plan.reference.is_none_or(|r| term.plan.levels[r] != *l))
        {
            sink.add_or(&to.term(&term.plan.name, level), "estimate", None, Some(&why));
        }
    }
    sink.add_or(&to.fit(), "loglik", None, Some(&why));
    if to.alone.is_empty() {
        sink.problem(
            Problem::warning("OM105", format!("the model of `{}` is {why}", to.plan.id))
                .at(Place::subject(format!("analysis `{}`", to.plan.id)))
                .why("with so few events hazard ratios and their intervals mean nothing")
                .mend("show curves and counts; wait for more follow-up"),
        );
    }
}
