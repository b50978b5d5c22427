//! A study resolved against data: every name found, every kind known, every forced choice made.

use oligomet_base::file::Text;
use oligomet_results::AnalysisKind;
use oligomet_survival::{ConfType, Ties};

use crate::expression::Expression;
use crate::model::{AfterCensor, Covariate, Score, Select, StudyFile, UnknownAnswer};

/// A study ready to run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The study as written.
    pub file: StudyFile,
    /// When time begins.
    pub time_zero: TimePoint,
    /// Who belongs to the population; absent means everybody.
    pub population: Option<Expression>,
    /// Eligibility in order.
    pub rules: Vec<Rule>,
    /// Endpoints.
    pub endpoints: Vec<EndpointPlan>,
    /// Covariates and scores, in the order of the study, then those used without a block.
    pub variables: Vec<VariablePlan>,
    /// Analyses.
    pub analyses: Vec<AnalysisPlan>,
}

impl Plan {
    /// The variable of that name.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&VariablePlan> {
        self.variables.iter().find(|v| v.name == name)
    }
}

/// The axis on which times are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Days since 1970-01-01.
    Calendar,
    /// Days since the table's origin of times.
    Origin,
}

/// A point in time of every patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimePoint {
    /// The column; `None` for the origin itself.
    pub column: Option<String>,
    /// Its axis.
    pub axis: Axis,
    /// What is printed.
    pub label: String,
}

/// An eligibility rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Short name.
    pub id: String,
    /// What is printed.
    pub label: String,
    /// As written.
    pub text: String,
    /// Understood.
    pub expression: Expression,
    /// Says who stays.
    pub keeps: bool,
    /// What an unknown answer does.
    pub missing: UnknownAnswer,
}

/// When an event of an endpoint happened.
#[derive(Debug, Clone)]
pub struct EventPlan {
    /// Name.
    pub name: String,
    /// What is printed.
    pub label: String,
    /// The yes-no column; `None` where a date alone tells.
    pub happened: Option<String>,
    /// When.
    pub time: TimePoint,
}

/// An endpoint.
#[derive(Debug, Clone)]
pub struct EndpointPlan {
    /// Name.
    pub name: String,
    /// What is printed.
    pub label: String,
    /// Events that end it.
    pub events: Vec<EventPlan>,
    /// Competing events.
    pub competing: Vec<EventPlan>,
    /// End of follow-up.
    pub censor: TimePoint,
    /// Events after it; `None` where the study does not say.
    pub after_censor: Option<AfterCensor>,
    /// Days after the end of follow-up within which a competing event counts.
    pub death_window: Option<f64>,
    /// Days after which nothing is analysed.
    pub horizon: Option<f64>,
    /// Data cut-off on the calendar axis.
    pub cutoff: Option<f64>,
    /// Where it stands in the study file.
    pub name_span: std::ops::Range<usize>,
}

/// A covariate or score.
#[derive(Debug, Clone)]
pub struct VariablePlan {
    /// Name.
    pub name: String,
    /// What is printed.
    pub label: String,
    /// Unit printed.
    pub unit: String,
    /// Levels in order; empty for a number.
    pub levels: Vec<String>,
    /// Index of the reference level.
    pub reference: Option<usize>,
    /// A ratio is per this many units.
    pub per: Option<f64>,
    /// Definition as a sentence.
    pub definition: String,
    /// How it comes from the base table.
    pub source: VariableSource,
}

impl VariablePlan {
    /// Whether it is a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.levels.is_empty()
    }
}

/// How a variable comes from the base table.
#[derive(Debug, Clone)]
pub enum VariableSource {
    /// From a column or an expression.
    Covariate(Box<Covariate>, Expression),
    /// From points.
    Score(Box<Score>),
}

/// An analysis.
#[derive(Debug, Clone)]
pub struct AnalysisPlan {
    /// Short name.
    pub id: String,
    /// What it is.
    pub kind: AnalysisKind,
    /// What is printed.
    pub title: String,
    /// Endpoint, or empty.
    pub endpoint: String,
    /// Grouping, or empty.
    pub by: String,
    /// Covariates described.
    pub vars: Vec<String>,
    /// Terms.
    pub terms: Vec<String>,
    /// Times: days and as written.
    pub at: Vec<(f64, String)>,
    /// Horizon of the restricted mean: days and as written.
    pub tau: Option<(f64, String)>,
    /// Interval type.
    pub conf_type: ConfType,
    /// Interval level.
    pub conf_level: f64,
    /// Whether a test is done, and which.
    pub test: TestPlan,
    /// Statistics of numbers in table 1.
    pub numbers: Vec<String>,
    /// Ties.
    pub ties: Ties,
    /// What is done with missing values, as printed.
    pub missing: String,
    /// Selection.
    pub select: Select,
    /// Restriction.
    pub restriction: Option<(Text, Expression)>,
    /// Planned, or post hoc.
    pub planned: bool,
}

/// The test of an analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestPlan {
    /// None.
    None,
    /// Log-rank.
    LogRank,
    /// In table 1: Kruskal-Wallis or Wilcoxon for numbers, Pearson's chi-squared or Fisher's exact for factors.
    Auto,
}
