//! Subgroups: the hazard ratio of one factor within the levels of covariates, and whether it differs between them.
//!
//! The P value of a subgroup says nothing about a difference between subgroups; the test of interaction does. It stands
//! once per covariate, by the likelihood-ratio test of the products (by Wald's test with robust variance in clustered data).

use oligomet_base::number::fixed;
use oligomet_base::{Place, Problem, Problems};
use oligomet_results::StatKey;
use oligomet_survival::{ChiSquareTest, CoxModel, CoxOptions, Design, SurvivalError};

use super::cox::{Columns, no_coefficient, write_coefficient};
use super::sink::{Row, Sink};
use super::{Inputs, Outcomes, Sampling, code};
use crate::derive::{EndpointData, Variable};
use crate::plan::AnalysisPlan;

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let (Some(endpoint), Some(factor)) = (inputs.endpoint(&plan.endpoint), inputs.variable(&plan.factor))
    else {
        return Ok(());
    };
    let forest = Forest { plan, endpoint, factor, sampling: Sampling::of(&plan.sampling, inputs), inside };
    forest.write_subgroup("overall", "", &|_| true, sink);
    for variable in plan.vars.iter().filter_map(|v| inputs.variable(v)) {
        for (k, level) in variable.plan.levels.iter().enumerate() {
            forest.write_subgroup(&variable.plan.name, level, &|s| code(variable, s) == k as u32, sink);
        }
        forest.write_interaction(variable, sink);
    }
    if plan.vars.len() > 1 {
        sink.problem(
            Problem::note("OM103", format!("`{}` makes {} tests of interaction", plan.id, plan.vars.len()))
                .at(Place::subject(format!("analysis `{}`", plan.id)))
                .why(format!(
                    "with {} tests of true null hypotheses, one or more P values below 0.05 come by chance with probability {}",
                    plan.vars.len(),
                    fixed(1.0 - 0.95f64.powi(plan.vars.len() as i32), 2)
                )),
        );
    }
    Ok(())
}

struct Forest<'a> {
    plan: &'a AnalysisPlan,
    endpoint: &'a EndpointData,
    factor: &'a Variable,
    sampling: Sampling<'a>,
    inside: &'a [bool],
}

impl Forest<'_> {
    fn key(&self, context: &str, level: &str) -> StatKey {
        StatKey::new(&self.plan.id, &self.plan.endpoint, context).group(&self.factor.plan.name, level)
    }

    fn options(&self) -> CoxOptions {
        CoxOptions { ties: self.plan.ties, conf_level: self.plan.conf_level, ..CoxOptions::default() }
    }

    /// Counts, counts by level of the factor, and its hazard ratio among the subjects that `belongs` names.
    fn write_subgroup(&self, name: &str, level: &str, belongs: &dyn Fn(u32) -> bool, sink: &mut Sink) {
        let known =
            |s: u32| self.inside[s as usize] && belongs(s) && !self.factor.values.is_missing(s as usize);
        let outcomes = Outcomes::of(self.endpoint, self.sampling, known);
        let cohort = self.cohort(name, level, &outcomes, sink);
        let row = |key: StatKey, method: &'static str| {
            Row::new(key.variable(name, level), method, &cohort, self.plan.planned)
                .level(self.plan.conf_level)
        };
        let (n, events) = (outcomes.len(), outcomes.n_events());
        let counts = row(self.key("subgroup", ""), "count");
        sink.add(&counts, &[("n", Some(n as f64)), ("n.event", Some(events as f64))]);
        for (k, arm) in self.factor.plan.levels.iter().enumerate() {
            let (n, events) = outcomes.counts(|s| code(self.factor, s) == k as u32);
            let arm = row(self.key("subgroup.arm", arm), "count");
            sink.add(&arm, &[("n", Some(n as f64)), ("n.event", Some(events as f64))]);
        }
        let columns = Columns::of(&[self.factor], &outcomes.subject);
        let own = |c: usize| row(self.key("subgroup", columns.level_name(c)), "cox");
        let fitted = match events < self.plan.least_events {
            true => Err(super::too_few("not fitted", events, self.plan.least_events)),
            false => self.fit(&columns, &outcomes).map_err(|e| e.to_string()),
        };
        match fitted {
            Ok(coefficients) => {
                for (c, coefficient) in coefficients.iter().enumerate() {
                    write_coefficient(&own(c), coefficient, &columns, sink);
                }
            }
            Err(why) => (0..columns.of.len()).for_each(|c| no_coefficient(&own(c), &why, sink)),
        }
    }

    fn fit(
        &self,
        columns: &Columns<'_>,
        outcomes: &Outcomes,
    ) -> Result<Vec<oligomet_survival::Coefficient>, SurvivalError> {
        let mut slices = Vec::new();
        let design = columns.design(&mut slices)?;
        let sample = outcomes.sample()?;
        Ok(CoxModel::new(&sample, &design, &self.options())?.fit()?.coefficients)
    }

    fn cohort(&self, name: &str, level: &str, outcomes: &Outcomes, sink: &mut Sink) -> String {
        let label = if level.is_empty() { name.to_owned() } else { format!("{name} {level}") };
        let id = format!("{}: {label}", self.plan.id);
        sink.members(&self.plan.endpoint, &id, &outcomes.subject, usize::MAX, self.inside.len())
    }

    /// Whether the factor's hazard ratios differ between the levels of a covariate.
    fn write_interaction(&self, variable: &Variable, sink: &mut Sink) {
        let name = &variable.plan.name;
        let complete = |s: u32| {
            let s = s as usize;
            self.inside[s] && !self.factor.values.is_missing(s) && !variable.values.is_missing(s)
        };
        let outcomes = Outcomes::of(self.endpoint, self.sampling, complete);
        let candidates = self.endpoint.subject.iter().filter(|s| self.inside[**s as usize]).count();
        let cohort = self.cohort(name, "known", &outcomes, sink);
        let key = self.key("interaction", "").variable(name, "");
        let counts = Row::new(key.clone(), "count", &cohort, self.plan.planned);
        let (n, events) = (outcomes.len(), outcomes.n_events());
        let numbers = [
            ("n", Some(n as f64)),
            ("n.event", Some(events as f64)),
            ("n.missing", Some((candidates - n) as f64)),
        ];
        sink.add(&counts, &numbers);
        let row = Row { method: "interaction", ..counts };
        let test = match events < self.plan.least_events {
            true => Err(super::too_few("not tested", events, self.plan.least_events)),
            false => self.interaction(variable, &outcomes).map_err(|e| e.to_string()),
        };
        match test {
            Ok(Some(test)) if test.df > 0 => sink.add(
                &row,
                &[
                    ("statistic", Some(test.statistic)),
                    ("parameter", Some(test.df as f64)),
                    ("p.value", Some(test.p_value)),
                ],
            ),
            Ok(_) => sink.add_or(&row, "p.value", None, Some("the products cannot be estimated")),
            Err(why) => sink.add_or(&row, "p.value", None, Some(&why)),
        }
    }

    fn interaction(
        &self,
        variable: &Variable,
        outcomes: &Outcomes,
    ) -> Result<Option<ChiSquareTest>, SurvivalError> {
        let (own, other) =
            (Columns::of(&[self.factor], &outcomes.subject), Columns::of(&[variable], &outcomes.subject));
        let products: Vec<Vec<f64>> = own
            .values
            .iter()
            .flat_map(|a| other.values.iter().map(|b| a.iter().zip(b).map(|(x, y)| x * y).collect()))
            .collect();
        let parts = [&own.values, &other.values, &products];
        let slices: Vec<&[f64]> = parts.iter().flat_map(|p| p.iter().map(Vec::as_slice)).collect();
        let terms: Vec<usize> =
            parts.iter().enumerate().flat_map(|(t, p)| std::iter::repeat_n(t, p.len())).collect();
        let design = Design::new(&slices)?.with_terms(&terms)?;
        let sample = outcomes.sample()?;
        let model = CoxModel::new(&sample, &design, &self.options())?;
        let fit = model.fit()?;
        let tests = model.term_tests(&fit)?;
        let test = tests.into_iter().find(|t| t.term == 2);
        let clustered = fit.is_robust();
        Ok(test.and_then(|t| if clustered { t.wald } else { Some(t.likelihood_ratio) }))
    }
}
