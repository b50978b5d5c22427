//! A study before the critic: the plan, what was derived from the data, and fits that several rules need.

use std::cell::OnceCell;
use std::ops::Range;

use oligomet_base::number::{counted, fixed, significant};
use oligomet_base::{Place, Problem, TimeUnit};
use oligomet_results::AnalysisKind;
use oligomet_survival::CoxFit;

use super::Finding;
use super::statistics::fit;
use crate::analysis::{Columns, Inputs, Outcomes, Sampling};
use crate::derive::{Base, EndpointData, Variable};
use crate::model::{Analysis, Covariate};
use crate::plan::{AnalysisPlan, EndpointPlan, Plan, TimePoint, VariablePlan, VariableSource};

/// Above so many patients what is costly is not computed, and the finding says so.
pub(super) const MOST_PATIENTS: usize = 100_000;

/// A study before the critic.
pub(crate) struct Case<'a> {
    /// The study.
    pub(super) plan: &'a Plan,
    /// The base table.
    pub(super) base: &'a Base,
    /// Rows of the population.
    pub(super) rows: &'a [usize],
    /// Variables over the population.
    pub(super) variables: &'a [Variable],
    /// Endpoints over the population.
    pub(super) endpoints: &'a [EndpointData],
    /// Who meets the restriction of each analysis.
    pub(super) inside: &'a [Vec<bool>],
    /// Clusters that analyses name.
    clusters: &'a [Variable],
    models: OnceCell<Vec<Model<'a>>>,
}

/// The multivariable model of a Cox analysis over its complete cases.
pub(super) struct Model<'a> {
    /// The analysis.
    pub(super) analysis: &'a AnalysisPlan,
    /// Times and events of the complete cases.
    pub(super) outcomes: Outcomes,
    /// Its columns.
    pub(super) columns: Columns<'a>,
    /// The fit; `None` where there is none or it would be too costly.
    pub(super) fit: Option<CoxFit>,
}

impl Model<'_> {
    /// The columns of a term.
    pub(super) fn columns_of(&self, term: usize) -> Vec<usize> {
        (0..self.columns.of.len()).filter(|&c| self.columns.of[c].0 == term).collect()
    }

    /// (log hazard ratio, column) of the largest effect among `wanted`.
    pub(super) fn largest_effect(&self, wanted: impl Fn(usize) -> bool) -> Option<(f64, usize)> {
        let estimates = self.fit.as_ref()?.estimates();
        let of =
            |(c, e): (usize, &Option<&oligomet_survival::Estimate>)| Some((e.as_ref()?.log_hazard_ratio, c));
        estimates.iter().enumerate().filter(|(c, _)| wanted(*c)).filter_map(of).fold(None, |best, now| {
            match best {
                Some((size, _)) if f64::abs(size) >= f64::abs(now.0) => best,
                _ => Some(now),
            }
        })
    }
}

impl<'a> Case<'a> {
    /// A study with what was derived from it; `inside[k][i]`: subject i meets the restriction of analysis k.
    pub(crate) fn new(
        plan: &'a Plan,
        base: &'a Base,
        rows: &'a [usize],
        variables: &'a [Variable],
        endpoints: &'a [EndpointData],
        inside: &'a [Vec<bool>],
        clusters: &'a [Variable],
    ) -> Self {
        Self { plan, base, rows, variables, endpoints, inside, clusters, models: OnceCell::new() }
    }

    /// Whether the population is too large for what is costly.
    pub(super) fn is_large(&self) -> bool {
        self.rows.len() > MOST_PATIENTS
    }

    pub(super) fn variable(&self, name: &str) -> Option<&'a Variable> {
        self.variables.iter().find(|v| v.plan.name == name)
    }

    pub(super) fn endpoint(&self, name: &str) -> Option<&'a EndpointData> {
        self.endpoints.iter().find(|e| e.name == name)
    }

    /// From when an endpoint counts.
    pub(super) fn zero_of<'e>(&'e self, endpoint: &'e EndpointPlan) -> &'e TimePoint {
        endpoint.zero(&self.plan.time_zero)
    }

    /// The endpoints that some analysis takes.
    pub(super) fn analysed_endpoints(&self) -> impl Iterator<Item = &'a EndpointPlan> {
        let plan = self.plan;
        plan.endpoints.iter().filter(|e| plan.analyses.iter().any(|a| a.endpoint == e.name))
    }

    /// So many rows, by what a row is: `59 patients`, `90 lesions`.
    pub(super) fn counted(&self, rows: usize) -> String {
        counted(rows, self.base.related.as_ref().map_or("patient", |r| r.unit.name()))
    }

    /// The block of an analysis.
    pub(super) fn block(&self, id: &str) -> Option<&'a Analysis> {
        self.plan.file.analyses.iter().find(|a| a.id.text == id)
    }

    /// Outcomes of the subjects of analysis `k` whom `wanted` names.
    pub(super) fn outcomes(&self, k: usize, wanted: impl Fn(u32) -> bool) -> Option<Outcomes> {
        let analysis = &self.plan.analyses[k];
        let endpoint = self.endpoint(&analysis.endpoint)?;
        let inside = &self.inside[k];
        Some(Outcomes::of(endpoint, self.sampling(analysis), |s| inside[s as usize] && wanted(s)))
    }

    /// How the subjects of an analysis were sampled.
    pub(super) fn sampling(&self, analysis: &AnalysisPlan) -> Sampling<'a> {
        let inputs = Inputs {
            n_subjects: self.rows.len(),
            variables: self.variables,
            endpoints: self.endpoints,
            clusters: self.clusters,
            source: None,
        };
        Sampling::of(&analysis.sampling, &inputs)
    }

    /// The multivariable models of the study with events enough to be fitted.
    pub(super) fn models(&self) -> &[Model<'a>] {
        self.models.get_or_init(|| {
            let cox = self.plan.analyses.iter().enumerate().filter(|(_, a)| a.kind == AnalysisKind::Cox);
            cox.filter_map(|(k, _)| self.model(k)).collect()
        })
    }

    fn model(&self, k: usize) -> Option<Model<'a>> {
        let analysis = &self.plan.analyses[k];
        let terms: Vec<&'a Variable> = analysis.terms.iter().filter_map(|t| self.variable(t)).collect();
        let complete = |s: u32| terms.iter().all(|t| !t.values.is_missing(s as usize));
        let outcomes = self.outcomes(k, complete)?;
        if outcomes.n_events() < analysis.least_events.max(1) {
            return None;
        }
        let columns = Columns::of(&terms, &outcomes.subject);
        let fit = (!self.is_large()).then(|| fit(&outcomes, &columns)).flatten();
        Some(Model { analysis, outcomes, columns, fit })
    }

    /// A finding at a span of the study file.
    pub(super) fn finding(
        &self,
        code: &'static str,
        what: impl Into<String>,
        span: Range<usize>,
        subject: impl Into<String>,
    ) -> Finding {
        let place = Place { subject: Some(subject.into()), ..self.plan.written.place(span) };
        Finding { problem: Problem::warning(code, what).at(place), harm: 0.0 }
    }

    /// Where the terms of an analysis stand; its name where it took them over from another.
    pub(super) fn span_of_terms(&self, id: &str) -> Range<usize> {
        let Some(block) = self.block(id) else { return 0..0 };
        match (block.terms.first(), block.terms.last()) {
            (Some(first), Some(last)) if !self.is_taken_over(block) => first.span.start..last.span.end,
            _ => block.id.span.clone(),
        }
    }

    fn is_taken_over(&self, block: &Analysis) -> bool {
        let begins = |a: &Analysis| a.terms.first().map(|t| t.span.start);
        let earlier = self.plan.file.analyses.iter().take_while(|a| a.id.text != block.id.text);
        earlier.map(begins).any(|start| start.is_some() && start == begins(block))
    }

    /// Where a term of an analysis is named.
    pub(super) fn span_of_use(&self, id: &str, name: &str) -> Range<usize> {
        let Some(block) = self.block(id) else { return 0..0 };
        let named = block.by.iter().chain(&block.vars).chain(&block.terms).find(|t| t.text == name);
        named.map_or_else(|| block.id.span.clone(), |t| t.span.clone())
    }

    /// Where a variable is defined: its block, or where it is used without one.
    pub(super) fn span_of_variable(&self, name: &str) -> Range<usize> {
        let file = &self.plan.file;
        let covariate = file.covariates.iter().find(|c| c.name.text == name).map(|c| c.name.span.clone());
        let score = file.scores.iter().find(|s| s.name.text == name).map(|s| s.name.span.clone());
        let implicit = self.variable(name).and_then(|v| covariate_of(&v.plan)).map(|c| c.name.span.clone());
        covariate.or(score).or(implicit).unwrap_or(0..0)
    }

    /// A length of time in the unit of the study: `24.4 months`.
    pub(super) fn time(&self, days: f64) -> String {
        let unit = self.plan.file.study.show.unwrap_or(TimeUnit::Months);
        format!("{} {}", fixed(days / unit.days(), if unit == TimeUnit::Days { 0 } else { 1 }), unit.name())
    }
}

/// The block that defines a covariate.
pub(super) fn covariate_of(plan: &VariablePlan) -> Option<&Covariate> {
    match &plan.source {
        VariableSource::Covariate(covariate, _) => Some(covariate),
        VariableSource::Score(_) | VariableSource::Given => None,
    }
}

/// A P value in a sentence: `P = 0.030`, `P < 0.001`.
pub(super) fn p_text(p: f64) -> String {
    match p {
        p if p < 0.001 => "P < 0.001".into(),
        p if p < 0.0995 => format!("P = {}", significant(p, 2)),
        p => format!("P = {}", fixed(p, 2)),
    }
}

/// A share as a whole percentage: `18 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", fixed(share * 100.0, 0))
}

/// A hazard ratio: `0.94`.
pub(super) fn ratio(log_hazard_ratio: f64) -> String {
    let ratio = libm::exp(log_hazard_ratio);
    if ratio >= 10.0 { fixed(ratio, 1) } else { fixed(ratio, 2) }
}

/// Names in quotes for a list of a study file: `"a", "b"`.
pub(super) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|n| format!("\"{n}\"")).collect();
    names.join(", ")
}
