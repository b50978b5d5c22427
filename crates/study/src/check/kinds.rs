//! What each kind of analysis needs, and the options of single kinds.

use oligomet_base::Problem;
use oligomet_base::file::Text;
use oligomet_results::AnalysisKind;
use oligomet_schema::ColumnType;

use super::Checker;
use crate::model::Analysis;
use crate::plan::{Alternative, CutpointMethod, CutpointPlan, EventPlan, VariablePlan};

/// The column whose equal values are one patient.
const PATIENT: &str = "patient_id";

impl Checker<'_> {
    /// Keys without which an analysis of that kind means nothing.
    pub(super) fn needs(&self, analysis: &Analysis) {
        let need = |there: bool, key: &str, why: &str| {
            if !there {
                let what = format!("analysis `{}` needs `{key}`", analysis.id.text);
                self.file.report_at(analysis.span.clone(), Problem::error("OM305", what).why(why.to_owned()));
            }
        };
        let endpoint = analysis.endpoint.is_some();
        match analysis.kind {
            AnalysisKind::Table1 => {
                need(!analysis.vars.is_empty(), "vars", "it lists the characteristics described")
            }
            AnalysisKind::Rate => {
                need(endpoint, "endpoint", "rates are of an endpoint");
                need(!analysis.vars.is_empty(), "vars", "it lists the factors whose levels are compared");
                need(!analysis.at.is_empty(), "at", "it says at which times, as at = [\"24 mo\"]");
            }
            AnalysisKind::Km | AnalysisKind::Cif => need(endpoint, "endpoint", "a curve is of an endpoint"),
            AnalysisKind::Cox | AnalysisKind::FineGray => {
                need(endpoint, "endpoint", "a model is of an endpoint");
                need(!analysis.terms.is_empty(), "terms", "it lists the covariates of the model");
            }
            AnalysisKind::Subgroups => {
                need(endpoint, "endpoint", "an effect is on an endpoint");
                need(analysis.factor.is_some(), "factor", "it names the factor whose effect is compared");
                need(
                    !analysis.vars.is_empty(),
                    "vars",
                    "it lists the covariates whose levels are the subgroups",
                );
            }
            AnalysisKind::Cutpoint => {
                need(endpoint, "endpoint", "a cut-point is searched for an endpoint");
                need(!analysis.terms.is_empty(), "terms", "it lists the numbers in which a cut is searched");
            }
            AnalysisKind::DoseBySite => {
                need(analysis.dose.is_some(), "dose", "it names the covariate with the dose groups");
                need(analysis.site.is_some(), "site", "it names the covariate with the sites");
            }
            AnalysisKind::Response => {
                need(!analysis.vars.is_empty(), "vars", "it lists the covariates whose levels are responses")
            }
            AnalysisKind::Proportion => {
                need(endpoint, "endpoint", "the share is of an endpoint");
                need(!analysis.at.is_empty(), "at", "it says at which times, as at = [\"3 mo\", \"6 mo\"]");
                let why = "it is the share stated beforehand, as against = 0.3 for 30 %";
                need(analysis.against.is_some(), "against", why);
            }
            AnalysisKind::Swimmer => need(endpoint, "endpoint", "a lane ends where the endpoint does"),
            AnalysisKind::Timeline => {
                need(analysis.subject.is_some(), "subject", "it names the patient, as in the data")
            }
            AnalysisKind::Toxicity => {}
        }
    }

    /// Whether a covariate must have levels in this analysis.
    pub(super) fn must_have_levels(analysis: &Analysis, name: &Text) -> bool {
        let is = |other: &Option<Text>| other.as_ref().is_some_and(|o| o.text == name.text);
        let in_vars = analysis.vars.iter().any(|v| v.text == name.text);
        let levels_alone =
            matches!(analysis.kind, AnalysisKind::Rate | AnalysisKind::Subgroups | AnalysisKind::Response);
        is(&analysis.by) || is(&analysis.dose) || is(&analysis.site) || (levels_alone && in_vars)
    }

    /// Whether a covariate of levels is compared with its reference level in this analysis.
    pub(super) fn is_compared(analysis: &Analysis, name: &Text) -> bool {
        let models = !matches!(analysis.kind, AnalysisKind::Cutpoint);
        let is = |other: &Option<Text>| other.as_ref().is_some_and(|o| o.text == name.text);
        (models && analysis.terms.iter().any(|t| t.text == name.text))
            || is(&analysis.factor)
            || is(&analysis.dose)
    }

    /// The column of clusters. Lesions and courses of one patient are not independent: where rows repeat patients, they are
    /// clusters unless the study says otherwise.
    pub(super) fn cluster(&self, analysis: &Analysis) -> String {
        let table = &self.base.data.table;
        match &analysis.cluster {
            Some(text) if text.text == "none" => String::new(),
            Some(text) => {
                if table.column(&text.text).is_none() {
                    let mut known: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
                    known.push("none");
                    self.unknown_name(text, "column of clusters", &known);
                }
                text.text.clone()
            }
            None => {
                let estimated = matches!(
                    analysis.kind,
                    AnalysisKind::Km
                        | AnalysisKind::Rate
                        | AnalysisKind::Cox
                        | AnalysisKind::Cif
                        | AnalysisKind::FineGray
                        | AnalysisKind::Subgroups
                        | AnalysisKind::Proportion
                        | AnalysisKind::DoseBySite
                );
                if estimated && self.base.repeats(PATIENT) { PATIENT.to_owned() } else { String::new() }
            }
        }
    }

    pub(super) fn cutpoint(&self, analysis: &Analysis) -> CutpointPlan {
        let mut plan = CutpointPlan::default();
        let share = |x: Option<f64>, key: &str, default: f64| match x {
            Some(x) if (0.0..=1.0).contains(&x) => x,
            Some(x) => {
                let what = format!("`{key}` of `{}` must lie between 0 and 1, not {x}", analysis.id.text);
                self.file.report_at(analysis.span.clone(), Problem::error("OM304", what));
                default
            }
            None => default,
        };
        plan.min_prop = share(analysis.cut_range.0, "min_prop", plan.min_prop);
        plan.max_prop = share(analysis.cut_range.1, "max_prop", plan.max_prop);
        let words = CutpointMethod::ALL.map(|(word, _)| word);
        let mut methods = Vec::new();
        for word in &analysis.p_methods {
            match CutpointMethod::ALL.iter().find(|(known, _)| *known == word.text) {
                Some((_, method)) => methods.push(*method),
                None => self.unknown_name(word, "way of adjusting", &words),
            }
        }
        if !methods.is_empty() {
            plan.methods = methods;
        }
        let (replicates, seed) = self.resampling(analysis, (plan.replicates, plan.seed));
        (plan.replicates, plan.seed) = (replicates, seed);
        plan
    }

    /// Number of resamples or permutations, and their seed.
    pub(super) fn resampling(&self, analysis: &Analysis, default: (u32, u64)) -> (u32, u64) {
        let whole = |x: Option<f64>, key: &str, least: f64| {
            let x = x?;
            if x.fract() == 0.0 && (least..=10_000_000.0).contains(&x) {
                return Some(x);
            }
            let what = format!(
                "`{key}` of `{}` must be a whole number of at least {least}, not {x}",
                analysis.id.text
            );
            self.file.report_at(analysis.span.clone(), Problem::error("OM304", what));
            None
        };
        let replicates = whole(analysis.replicates.0, "replicates", 100.0);
        let seed = whole(analysis.replicates.1, "seed", 0.0);
        (replicates.map_or(default.0, |r| r as u32), seed.map_or(default.1, |s| s as u64))
    }

    pub(super) fn against(&self, analysis: &Analysis) -> Option<f64> {
        let share = analysis.against?;
        if share > 0.0 && share < 1.0 {
            return Some(share);
        }
        let what = format!("`against` of `{}` must lie between 0 and 1, not {share}", analysis.id.text);
        self.file
            .report_at(analysis.span.clone(), Problem::error("OM304", what).mend("30 % is against = 0.3"));
        None
    }

    pub(super) fn alternative(&self, analysis: &Analysis) -> Alternative {
        let written = analysis.alternative.clone().map(|t| ("alternative".to_owned(), t));
        self.word(written, &Alternative::NAMES, Alternative::TwoSided)
    }

    pub(super) fn marks(&self, analysis: &Analysis) -> Option<Vec<EventPlan>> {
        analysis.marks.iter().map(|name| self.event(name)).collect()
    }

    /// Responders are levels of every covariate described.
    pub(super) fn responders(&self, analysis: &Analysis, variables: &[Option<VariablePlan>]) {
        for name in &analysis.vars {
            let Some(variable) = variables.iter().flatten().find(|v| v.name == name.text) else { continue };
            let known: Vec<&str> = variable.levels.iter().map(String::as_str).collect();
            for level in analysis.responders.iter().filter(|r| !known.contains(&r.text.as_str())) {
                self.unknown_name(level, &format!("level of `{}`", name.text), &known);
            }
        }
    }

    /// A search for cuts needs an order.
    pub(super) fn searched(&self, analysis: &Analysis, variables: &[Option<VariablePlan>]) {
        if analysis.kind != AnalysisKind::Cutpoint {
            return;
        }
        for name in &analysis.terms {
            let factor = variables.iter().flatten().any(|v| v.name == name.text && !v.is_number());
            if factor {
                let what = format!("`{}` has levels: there is no cut to search in them", name.text);
                self.file.report_at(
                    name.span.clone(),
                    Problem::error("OM326", what)
                        .why("a cut-point lies between two values of a number")
                        .mend("name a number; levels are compared by `rate` or `cox`"),
                );
            }
        }
    }
}

impl crate::derive::Base {
    /// Whether a column's values stand in several rows.
    pub(crate) fn repeats(&self, name: &str) -> bool {
        let all: Vec<usize> = (0..self.data.table.n_rows()).collect();
        self.repeats_among(name, &all)
    }

    /// Whether a column's values stand in several of these rows.
    pub(crate) fn repeats_among(&self, name: &str, rows: &[usize]) -> bool {
        let Some(column) = self.data.table.column(name) else { return false };
        if !matches!(
            column.kind,
            ColumnType::Id | ColumnType::Text | ColumnType::Category | ColumnType::Number
        ) {
            return false;
        }
        let mut keys: Vec<String> = rows.iter().filter_map(|r| self.key(name, *r)).collect();
        let n = keys.len();
        keys.sort_unstable();
        keys.dedup();
        keys.len() < n
    }

    /// A value as a text that equal values share; `None` where missing.
    pub(crate) fn key(&self, name: &str, row: usize) -> Option<String> {
        use oligomet_schema::ColumnData;
        match &self.data.table.column(name)?.data {
            ColumnData::Text(values) => values.get(row)?.as_deref().map(str::to_owned),
            ColumnData::Category(c) => c.levels.get(*c.codes.get(row)? as usize).cloned(),
            ColumnData::Number(values) => {
                let x = *values.get(row)?;
                (!x.is_nan()).then(|| oligomet_base::number::shortest(x))
            }
            ColumnData::YesNo(values) => values.get(row).copied().flatten().map(|b| b.to_string()),
            _ => None,
        }
    }
}
