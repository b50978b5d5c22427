//! Competing events in models: a Cox model of the hazard of every cause, and beside it Fine and Gray's model of the event.
//!
//! The two answer different questions and never stand alone: cause-specific hazards say what acts on an event, the
//! subdistribution says how the share of patients who have it differs (clinical review, item 3).

use oligomet_base::{Place, Problem, Problems};
use oligomet_results::StatKey;
use oligomet_survival::{Convergence, CoxModel, CoxOptions, CoxWarning, SurvivalError, fit_fine_gray};

use super::cox::{Columns, Warned, no_coefficient, tell_warnings, write_coefficient};
use super::sink::{Row, Sink};
use super::{Inputs, Outcomes, Sampling};
use crate::derive::{EndpointData, Variable};
use crate::plan::AnalysisPlan;

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let Some(endpoint) = inputs.endpoint(&plan.endpoint) else { return Ok(()) };
    let terms: Vec<&Variable> = plan.terms.iter().filter_map(|t| inputs.variable(t)).collect();
    let sampling = Sampling::of(&plan.sampling, inputs);
    if !endpoint.has_competing() {
        sink.problem(
            Problem::note("OM150", format!("no competing event came first in {}", endpoint.name))
                .at(Place::subject(format!("analysis `{}`", plan.id)))
                .why("Fine and Gray's model is then Cox's model, and the share with the event is one minus Kaplan-Meier"),
        );
    }
    let models = Models::new(plan, &terms, endpoint, sampling, inside, sink);
    for cause in 1..=endpoint.causes.len() as u32 {
        models.write_cause_specific(cause, &endpoint.causes[cause as usize - 1], sink);
    }
    models.write_fine_gray(sink);
    Ok(())
}

/// The subjects and columns that all models of one analysis share.
pub(super) struct Models<'a> {
    plan: &'a AnalysisPlan,
    outcomes: Outcomes,
    columns: Columns<'a>,
    cohort: String,
    n_candidates: usize,
}

impl<'a> Models<'a> {
    /// Complete cases of the terms.
    pub(super) fn new(
        plan: &'a AnalysisPlan,
        terms: &[&'a Variable],
        endpoint: &EndpointData,
        sampling: Sampling<'_>,
        inside: &[bool],
        sink: &mut Sink,
    ) -> Self {
        let complete = |s: u32| inside[s as usize] && terms.iter().all(|t| !t.values.is_missing(s as usize));
        let outcomes = Outcomes::of(endpoint, sampling, complete);
        let n_candidates = endpoint.subject.iter().filter(|s| inside[**s as usize]).count();
        let cohort = sink.members(&plan.endpoint, &plan.id, &outcomes.subject, n_candidates, inside.len());
        let columns = Columns::of(terms, &outcomes.subject);
        Self { plan, outcomes, columns, cohort, n_candidates }
    }

    fn options(&self) -> CoxOptions {
        CoxOptions {
            ties: self.plan.ties,
            conf_level: self.plan.conf_level,
            robust: self.plan.robust,
            ..CoxOptions::default()
        }
    }

    fn key(&self, context: &str, cause: &str) -> StatKey {
        let key = StatKey::new(&self.plan.id, &self.plan.endpoint, context);
        if cause.is_empty() { key } else { key.group("cause", cause) }
    }

    fn row(&self, key: StatKey, method: &'static str) -> Row {
        Row::new(key, method, &self.cohort, self.plan.planned)
    }

    /// Cox's model of the hazard of one cause, all others censored.
    fn write_cause_specific(&self, cause: u32, name: &str, sink: &mut Sink) {
        let key = || self.key("cause-specific", name);
        let fit_row = self.row(self.key("cause-specific.fit", name), "cox-cause-specific");
        let events = self.write_counts(cause, &fit_row, sink);
        if events < self.plan.least_events {
            let why = super::too_few("not fitted", events, self.plan.least_events);
            self.write_none(&key, "cox-cause-specific", &why, sink);
            return sink.add_or(&fit_row, "loglik", None, Some(&why));
        }
        let mut slices = Vec::new();
        let fitted = self.columns.design(&mut slices).and_then(|design| {
            let sample = self.outcomes.sample_with_causes()?.cause_specific(cause);
            CoxModel::new(&sample, &design, &self.options())?.fit()
        });
        match fitted {
            Ok(fit) => {
                self.write_coefficients(&key, "cox-cause-specific", &fit.coefficients, sink);
                let model = format!("hazard of {}", name.to_lowercase());
                self.tell_warnings(&model, fit.convergence, &fit.warnings, sink);
                let numbers = [
                    ("loglik.null", Some(fit.loglik_null)),
                    ("loglik", Some(fit.loglik)),
                    ("df", Some(fit.likelihood_ratio.df as f64)),
                ];
                sink.add(&fit_row, &numbers);
            }
            Err(error) => self.write_failure(&key, &fit_row, "cox-cause-specific", &error, sink),
        }
    }

    /// Fine and Gray's model of the event.
    pub(super) fn write_fine_gray(&self, sink: &mut Sink) {
        let key = || self.key("finegray", "");
        let fit_row = self.row(self.key("finegray.fit", ""), "fine-gray");
        let events = self.write_counts(1, &fit_row, sink);
        if events < self.plan.least_events {
            let why = super::too_few("not fitted", events, self.plan.least_events);
            self.write_none(&key, "fine-gray", &why, sink);
            return sink.add_or(&fit_row, "loglik", None, Some(&why));
        }
        let mut slices = Vec::new();
        let fitted = self.columns.design(&mut slices).and_then(|design| {
            let sample = self.outcomes.sample_with_causes()?;
            fit_fine_gray(&sample, &design, 1, &self.options())
        });
        match fitted {
            Ok(fit) => {
                self.write_coefficients(&key, "fine-gray", &fit.coefficients, sink);
                self.tell_warnings("Fine and Gray's model", fit.convergence, &fit.warnings, sink);
                sink.add(&fit_row, &[("loglik.null", Some(fit.loglik_null)), ("loglik", Some(fit.loglik))]);
            }
            Err(error) => self.write_failure(&key, &fit_row, "fine-gray", &error, sink),
        }
    }

    /// Patients and events of a cause.
    fn write_counts(&self, cause: u32, fit_row: &Row, sink: &mut Sink) -> usize {
        let events = self.outcomes.n_of_cause(cause);
        let counts = Row { method: "count", ..fit_row.clone() };
        let n = self.outcomes.len();
        let numbers = [
            ("n", Some(n as f64)),
            ("n.event", Some(events as f64)),
            ("n.missing", Some((self.n_candidates - n) as f64)),
        ];
        sink.add(&counts, &numbers);
        events
    }

    fn write_coefficients(
        &self,
        key: &dyn Fn() -> StatKey,
        method: &'static str,
        coefficients: &[oligomet_survival::Coefficient],
        sink: &mut Sink,
    ) {
        for (c, coefficient) in coefficients.iter().enumerate() {
            write_coefficient(&self.coefficient_row(key(), method, c), coefficient, &self.columns, sink);
        }
    }

    fn tell_warnings(&self, model: &str, convergence: Convergence, warnings: &[CoxWarning], sink: &mut Sink) {
        let analysis = &self.plan.id;
        let fit = Warned { analysis, model, is_of_one_term: false, convergence, warnings };
        tell_warnings(&fit, &self.columns, sink);
    }

    fn coefficient_row(&self, key: StatKey, method: &'static str, column: usize) -> Row {
        let key = key.variable(&self.columns.variable(column).plan.name, self.columns.level_name(column));
        self.row(key, method).level(self.plan.conf_level)
    }

    fn write_none(&self, key: &dyn Fn() -> StatKey, method: &'static str, why: &str, sink: &mut Sink) {
        for column in 0..self.columns.of.len() {
            no_coefficient(&self.coefficient_row(key(), method, column), why, sink);
        }
    }

    fn write_failure(
        &self,
        key: &dyn Fn() -> StatKey,
        fit_row: &Row,
        method: &'static str,
        error: &SurvivalError,
        sink: &mut Sink,
    ) {
        let why = error.to_string();
        self.write_none(key, method, &why, sink);
        sink.add_or(fit_row, "loglik", None, Some(&why));
    }
}
