//! Analyses and figures: what they need, and the method warnings that can be told before running.

use oligomet_base::Problem;
use oligomet_base::file::Text;
use oligomet_base::words::lower_first;
use oligomet_results::AnalysisKind;
use oligomet_survival::{ConfType, Ties};

use super::{Checker, written};
use crate::expression::Expression;
use crate::model::Analysis;
use crate::plan::{ACUTE_DAYS, AnalysisPlan, EndpointPlan, RESAMPLES, SamplingPlan, TestPlan, VariablePlan};
use crate::read::OPEN;

/// Interval types by the words of the study file.
pub const CONF_TYPES: [(&str, ConfType); 6] = [
    ("log-log", ConfType::LogLog),
    ("log", ConfType::Log),
    ("plain", ConfType::Plain),
    ("logit", ConfType::Logit),
    ("arcsin", ConfType::Arcsine),
    ("beta-product", ConfType::BetaProduct),
];

/// The word for an interval type.
pub(crate) fn conf_type_name(conf_type: ConfType) -> &'static str {
    CONF_TYPES.iter().find(|(_, t)| *t == conf_type).map_or("log-log", |(name, _)| name)
}

const TIES: [(&str, Ties); 2] = [("efron", Ties::Efron), ("breslow", Ties::Breslow)];
const NUMBERS: [&str; 3] = ["median", "mean", "range"];

/// Above so many levels a factor is a warning.
const MANY_LEVELS: usize = 20;

impl Checker<'_> {
    pub(super) fn analyses(
        &self,
        endpoints: &[Option<EndpointPlan>],
        variables: &[Option<VariablePlan>],
    ) -> Vec<Option<AnalysisPlan>> {
        self.study.analyses.iter().map(|a| self.analysis(a, endpoints, variables)).collect()
    }

    fn analysis(
        &self,
        analysis: &Analysis,
        endpoints: &[Option<EndpointPlan>],
        variables: &[Option<VariablePlan>],
    ) -> Option<AnalysisPlan> {
        let endpoint = self.endpoint_of(analysis, endpoints);
        self.needs(analysis);
        let restriction = match &analysis.restriction {
            Some(text) => Some((text.clone(), self.restriction(text, variables)?)),
            None => None,
        };
        for name in analysis.names() {
            self.variable_warnings(analysis, name, variables);
        }
        self.responders(analysis, variables);
        self.searched(analysis, variables);
        let marks = self.marks(analysis);
        let factor = analysis.factor.as_ref().or(analysis.dose.as_ref());
        let by = analysis.by.as_ref().or(analysis.site.as_ref());
        let missing = self.missing(analysis);
        let chosen = |key: &str, text: &Option<Text>| text.clone().map(|t| (key.to_owned(), t));
        let conf_type = self.word(chosen("ci", &analysis.ci), &CONF_TYPES, ConfType::LogLog);
        let ties = self.word(chosen("ties", &analysis.ties), &TIES, Ties::Efron);
        let test = self.test(analysis);
        for number in analysis.numbers.iter().filter(|n| !NUMBERS.contains(&n.text.as_str())) {
            self.unknown_name(number, "statistic of numbers", &NUMBERS);
        }
        Some(AnalysisPlan {
            title: title(analysis, endpoint.as_ref().and_then(|e| e.as_ref()), variables),
            endpoint: analysis.endpoint.as_ref().map(|e| e.text.clone()).unwrap_or_default(),
            by: by.map(|b| b.text.clone()).unwrap_or_default(),
            vars: analysis.vars.iter().map(|v| v.text.clone()).collect(),
            terms: analysis.terms.iter().map(|t| t.text.clone()).collect(),
            at: analysis.at.iter().map(written).collect(),
            tau: analysis.tau.as_ref().map(written),
            conf_type,
            conf_level: analysis.level,
            test,
            numbers: analysis.numbers.iter().map(|n| n.text.clone()).collect(),
            ties,
            missing,
            select: analysis.select,
            restriction,
            planned: analysis.planned,
            sampling: SamplingPlan { clusters: self.cluster(analysis), ..SamplingPlan::default() },
            cutpoint: self.cutpoint(analysis),
            factor: factor.map(|f| f.text.clone()).unwrap_or_default(),
            responders: analysis.responders.iter().map(|r| r.text.clone()).collect(),
            against: self.against(analysis),
            alternative: self.alternative(analysis),
            incidence: self.measure(analysis),
            landmark: analysis.landmark.iter().map(written).collect(),
            marks: marks?,
            subject: analysis.subject.as_ref().map(|s| s.text.clone()).unwrap_or_default(),
            acute_days: analysis.acute.map_or(ACUTE_DAYS, |d| d.days() as u32),
            resampling: self.resampling(analysis, (RESAMPLES, 1)),
            ..AnalysisPlan::new(&analysis.id.text, analysis.kind)
        })
    }

    fn endpoint_of(
        &self,
        analysis: &Analysis,
        endpoints: &[Option<EndpointPlan>],
    ) -> Option<Option<EndpointPlan>> {
        let name = analysis.endpoint.as_ref()?;
        let known: Vec<&str> = self.study.endpoints.iter().map(|e| e.name.text.as_str()).collect();
        let Some(at) = known.iter().position(|k| *k == name.text) else {
            self.unknown_name(name, "endpoint", &known);
            return None;
        };
        endpoints.get(at).cloned()
    }

    fn restriction(&self, text: &Text, variables: &[Option<VariablePlan>]) -> Option<Expression> {
        let columns = crate::derive::variable_columns(variables.iter().flatten());
        let scope = self.base.scope_with(&columns);
        self.rule(text, &scope)
    }

    fn variable_warnings(&self, analysis: &Analysis, name: &Text, variables: &[Option<VariablePlan>]) {
        let Some(variable) = variables.iter().flatten().find(|v| v.name == name.text) else { return };
        if Self::must_have_levels(analysis, name) && variable.is_number() {
            let what = format!("`{}` is a number and cannot form groups", name.text);
            let mend =
                format!("add [covariate.{}_group] with from = \"{0}\" and a `cut`, and use that", name.text);
            self.file.report_at(name.span.clone(), Problem::error("OM320", what).mend(mend));
        }
        let is_term = Self::is_compared(analysis, name);
        let open = self
            .study
            .covariates
            .iter()
            .any(|c| c.name.text == name.text && c.reference.as_ref().is_some_and(|r| r.text == OPEN));
        if is_term && !variable.is_number() && variable.reference.is_none() && !open {
            self.open_question(
                name,
                &format!(
                    "with which level of `{}` shall the others be compared? (write `ref` in [covariate.{0}])",
                    name.text
                ),
                &variable.levels,
            );
        }
        if variable.levels.len() > MANY_LEVELS {
            self.file.report_at(
                name.span.clone(),
                Problem::warning("OM101", format!("`{}` has {} levels", name.text, variable.levels.len()))
                    .why("most levels hold few patients; estimates for them mean little, and tables become unreadable")
                    .mend("gather levels with `group`, or use it as a number"),
            );
        }
    }

    fn missing(&self, analysis: &Analysis) -> String {
        if !matches!(analysis.kind, AnalysisKind::Cox | AnalysisKind::FineGray) {
            return String::new();
        }
        let question = "what shall happen to patients of whom a covariate is missing?";
        let answers = ["complete-case".to_owned()];
        match &analysis.missing {
            None => {
                let at = Text { text: String::new(), span: analysis.span.clone() };
                self.open_question(
                    &at,
                    &format!("{question} (write `missing` in analysis `{}`)", analysis.id.text),
                    &answers,
                );
            }
            Some(text) if text.text == OPEN => self.open_question(text, question, &answers),
            Some(text) if text.text == "complete-case" => {}
            Some(text) if text.text.starts_with("mi:") => self.file.report_at(
                text.span.clone(),
                Problem::error("OM321", "multiple imputation is not available yet")
                    .why("leaving patients out instead would not be what the study says")
                    .mend("write missing = \"complete-case\"; how many are left out is counted and printed"),
            ),
            Some(text) => self.unknown_name(text, "way with missing values", &["complete-case"]),
        }
        "complete-case".into()
    }

    /// Whether a share is of those with the event.
    fn measure(&self, analysis: &Analysis) -> Option<bool> {
        let written = analysis.measure.clone().map(|t| ("measure".to_owned(), t));
        self.word(written, &[("incidence", Some(true)), ("survival", Some(false))], None)
    }

    pub(super) fn word<T: Copy>(
        &self,
        written: Option<(String, Text)>,
        words: &[(&str, T)],
        default: T,
    ) -> T {
        let Some((key, text)) = written else { return default };
        match words.iter().find(|(word, _)| *word == text.text) {
            Some((_, value)) => *value,
            None => {
                let known: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
                self.unknown_name(&text, &format!("`{key}`"), &known);
                default
            }
        }
    }

    fn test(&self, analysis: &Analysis) -> TestPlan {
        let words: &[(&str, TestPlan)] = match analysis.kind {
            AnalysisKind::Table1 | AnalysisKind::Response => {
                &[("none", TestPlan::None), ("auto", TestPlan::Auto)]
            }
            AnalysisKind::Cif => &[("gray", TestPlan::LogRank), ("none", TestPlan::None)],
            _ => &[("logrank", TestPlan::LogRank), ("none", TestPlan::None)],
        };
        let table = matches!(analysis.kind, AnalysisKind::Table1 | AnalysisKind::Response);
        let default = if table { TestPlan::None } else { TestPlan::LogRank };
        self.word(analysis.test.clone().map(|t| ("test".to_owned(), t)), words, default)
    }

    pub(super) fn figures(&self, _analyses: &[Option<AnalysisPlan>]) {
        for figure in &self.study.figures {
            let of = &figure.of;
            let drawn = self.study.analyses.iter().find(|a| a.id.text == of.text);
            let drawable = drawn.is_some_and(|a| is_drawn(a.kind));
            if of.text == "flow" || drawable {
                continue;
            }
            let mut known: Vec<&str> =
                self.study.analyses.iter().filter(|a| is_drawn(a.kind)).map(|a| a.id.text.as_str()).collect();
            known.push("flow");
            self.unknown_name(of, "analysis that can be drawn", &known);
        }
    }
}

/// Kinds of which there is a figure.
pub(crate) fn is_drawn(kind: AnalysisKind) -> bool {
    matches!(
        kind,
        AnalysisKind::Km
            | AnalysisKind::Cox
            | AnalysisKind::Cif
            | AnalysisKind::Subgroups
            | AnalysisKind::Swimmer
            | AnalysisKind::Timeline
    )
}

fn title(analysis: &Analysis, endpoint: Option<&EndpointPlan>, variables: &[Option<VariablePlan>]) -> String {
    if let Some(title) = &analysis.title {
        return title.text.clone();
    }
    let by = analysis.by.as_ref().map(|b| {
        let label =
            variables.iter().flatten().find(|v| v.name == b.text).map_or(b.text.clone(), |v| v.label.clone());
        format!(" by {}", lower_first(&label))
    });
    let by = by.unwrap_or_default();
    let endpoint = endpoint.map(|e| e.label.clone()).unwrap_or_default();
    match analysis.kind {
        AnalysisKind::Table1 => format!("Characteristics{by}"),
        AnalysisKind::Rate => format!("{endpoint} by factor"),
        AnalysisKind::Km => format!("{endpoint}{by}"),
        AnalysisKind::Cox => format!("Factors associated with {}", lower_first(&endpoint)),
        AnalysisKind::Cif => format!("Cumulative incidence: {}{by}", lower_first(&endpoint)),
        AnalysisKind::FineGray => {
            format!("{endpoint}: cause-specific and subdistribution hazards")
        }
        AnalysisKind::Subgroups => format!("{endpoint}: effect by subgroup"),
        AnalysisKind::Cutpoint => format!("Cut-points for {}", lower_first(&endpoint)),
        AnalysisKind::DoseBySite => "Dose by site".to_owned(),
        AnalysisKind::Toxicity => format!("Toxicity{by}"),
        AnalysisKind::Response => format!("Response{by}"),
        AnalysisKind::Proportion => format!("{endpoint} against a share stated beforehand"),
        AnalysisKind::Swimmer => "Course of each patient".to_owned(),
        AnalysisKind::Timeline => "Timeline of a patient".to_owned(),
    }
}
