//! A study resolved against data: every name found, every kind known, every forced choice made.

use oligomet_base::file::{Text, TomlFile};
use oligomet_results::AnalysisKind;
use oligomet_survival::{ConfType, LogRankWeights, Ties};

use crate::expression::Expression;
use crate::model::{AfterCensor, Covariate, Intercurrent, Score, Select, StudyFile, UnknownAnswer};

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
    /// The study file itself, so that what is found later still has its line.
    pub written: Written,
}

/// A file as written.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// Its name as the user gave it, without its folder.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Written {
    /// The place of a span: line, character and the line's text.
    #[must_use]
    pub fn place(&self, span: std::ops::Range<usize>) -> oligomet_base::Place {
        TomlFile::new(self.name.as_str(), self.text.as_str()).place(span)
    }
}

impl Plan {
    /// The variable of that name.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&VariablePlan> {
        self.variables.iter().find(|v| v.name == name)
    }
}

/// The axis on which times are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Axis {
    /// Days since 1970-01-01.
    #[default]
    Calendar,
    /// Days since the table's origin of times.
    Origin,
}

/// A point in time of every patient.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// When; not used where a stream tells.
    pub time: TimePoint,
    /// The stream of the base table that holds the days; `None` where columns tell.
    pub stream: Option<String>,
}

/// An endpoint.
#[derive(Debug, Clone, Default)]
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
    /// The definition that it follows, or empty.
    pub definition: String,
    /// Its own time zero; `None` for the cohort's.
    pub time_zero: Option<TimePoint>,
    /// Delayed entry: nobody is at risk before it.
    pub entry: Option<TimePoint>,
    /// Curves begin where so many are at risk.
    pub min_risk_set: Option<u32>,
    /// Intercurrent events and what each does.
    pub intercurrent: Vec<(EventPlan, Intercurrent)>,
    /// Where the definition comes from, or empty.
    pub source: String,
}

impl EndpointPlan {
    /// What is printed for cause 1, 2 and so on: the event, then each competing event.
    #[must_use]
    pub fn causes(&self) -> Vec<String> {
        let events: Vec<&str> = self.events.iter().map(|e| e.label.as_str()).collect();
        let first = if events.is_empty() { self.label.clone() } else { events.join(" or ") };
        std::iter::once(first).chain(self.competing.iter().map(|e| e.label.clone())).collect()
    }

    /// Events, competing events and intercurrent events, in the order in which `which` counts them.
    pub fn all_events(&self) -> impl Iterator<Item = &EventPlan> {
        self.events.iter().chain(&self.competing).chain(self.intercurrent.iter().map(|(e, _)| e))
    }

    /// From when it counts.
    #[must_use]
    pub fn zero<'a>(&'a self, of_cohort: &'a TimePoint) -> &'a TimePoint {
        self.time_zero.as_ref().unwrap_or(of_cohort)
    }
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
    /// Its values were given, with no study behind them.
    Given,
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
    /// Variables that say how subjects were sampled.
    pub sampling: SamplingPlan,
    /// Weights of the log-rank test.
    pub log_rank: LogRankWeights,
    /// Standard errors of models by the infinitesimal jackknife.
    pub robust: bool,
    /// Firth's penalty beside the ordinary model.
    pub firth: bool,
    /// Below so many events no model is fitted.
    pub least_events: usize,
    /// Every term of a model alone, too.
    pub each_alone: bool,
    /// Beta-product limits where events are few or the estimate is 0 or 1.
    pub mend_intervals: bool,
    /// Search for cut-points.
    pub cutpoint: CutpointPlan,
    /// Unit of times in the results: `days`, or empty where the data's own unit is not known.
    pub time_unit: &'static str,
    /// The factor compared within subgroups, or the dose groups by site.
    pub factor: String,
    /// Levels that count as a response.
    pub responders: Vec<String>,
    /// The share stated beforehand.
    pub against: Option<f64>,
    /// What the share is compared for.
    pub alternative: Alternative,
    /// Whether the share is of those with the event; `None`: where the endpoint has competing events.
    pub incidence: Option<bool>,
    /// Landmarks: days and as written.
    pub landmark: Vec<(f64, String)>,
    /// Events marked on lanes.
    pub marks: Vec<EventPlan>,
    /// Identifier of the patient of a timeline.
    pub subject: String,
    /// Days after the origin below which toxicity is acute.
    pub acute_days: u32,
    /// Resamples of clusters, and their seed.
    pub resampling: (u32, u64),
}

/// Where a share must lie for its test to speak against the one stated beforehand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Alternative {
    /// Anywhere else.
    #[default]
    TwoSided,
    /// Below.
    Less,
    /// Above.
    Greater,
}

impl Alternative {
    /// The words of the study file.
    pub const NAMES: [(&'static str, Self); 3] =
        [("two-sided", Self::TwoSided), ("less", Self::Less), ("greater", Self::Greater)];

    /// The word of the study file.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, a)| *a == self).map_or("", |(n, _)| n)
    }
}

/// Below so many days after radiotherapy toxicity is acute (RTOG/EORTC: 90 days from the start of radiotherapy).
pub const ACUTE_DAYS: u32 = 90;

/// Resamples of clusters.
pub const RESAMPLES: u32 = 2_000;

/// Below so many events no regression is fitted in a study (clinical review, item 5).
pub const LEAST_EVENTS: usize = 10;

impl AnalysisPlan {
    /// An analysis of that kind with every choice that has a default.
    #[must_use]
    pub fn new(id: &str, kind: AnalysisKind) -> Self {
        Self {
            id: id.to_owned(),
            kind,
            title: String::new(),
            endpoint: String::new(),
            by: String::new(),
            vars: Vec::new(),
            terms: Vec::new(),
            at: Vec::new(),
            tau: None,
            conf_type: ConfType::LogLog,
            conf_level: 0.95,
            test: TestPlan::LogRank,
            numbers: Vec::new(),
            ties: Ties::Efron,
            missing: String::new(),
            select: Select::All,
            restriction: None,
            planned: true,
            sampling: SamplingPlan::default(),
            log_rank: LogRankWeights::LogRank,
            robust: false,
            firth: false,
            least_events: LEAST_EVENTS,
            each_alone: true,
            mend_intervals: true,
            cutpoint: CutpointPlan::default(),
            time_unit: "days",
            factor: String::new(),
            responders: Vec::new(),
            against: None,
            alternative: Alternative::default(),
            incidence: None,
            landmark: Vec::new(),
            marks: Vec::new(),
            subject: String::new(),
            acute_days: ACUTE_DAYS,
            resampling: (RESAMPLES, 1),
        }
    }
}

impl AnalysisPlan {
    /// Whether rows of one patient are several, so that few events need intervals by resampling patients.
    #[must_use]
    pub fn resamples_clusters(&self) -> bool {
        self.mend_intervals && !self.sampling.clusters.is_empty()
    }
}

/// Names of the variables that say how subjects were sampled; empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SamplingPlan {
    /// Levels with a baseline hazard, or a test, of their own.
    pub strata: String,
    /// Case weights.
    pub weights: String,
    /// Subjects of one cluster are not independent.
    pub clusters: String,
}

/// How the P value of a cut-point is adjusted for its choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutpointMethod {
    /// The distribution of the largest of the correlated normal statistics, by a recursion over the cuts.
    Gauss,
    /// Lausen and Schumacher 1992.
    Lausen92,
    /// Lausen and Schumacher 1994.
    Lausen94,
    /// Permutations of the data at hand.
    MonteCarlo,
}

impl CutpointMethod {
    /// All, with the word for each.
    pub const ALL: [(&'static str, Self); 4] = [
        ("gauss", Self::Gauss),
        ("lau92", Self::Lausen92),
        ("lau94", Self::Lausen94),
        ("condmc", Self::MonteCarlo),
    ];
}

/// A search for cut-points.
#[derive(Debug, Clone, PartialEq)]
pub struct CutpointPlan {
    /// Smallest share of subjects at or below a cut.
    pub min_prop: f64,
    /// Largest share of subjects at or below a cut.
    pub max_prop: f64,
    /// P values wanted.
    pub methods: Vec<CutpointMethod>,
    /// Permutations, and resamples for the interval of the cut-point.
    pub replicates: u32,
    /// Seed of the random numbers.
    pub seed: u64,
}

impl Default for CutpointPlan {
    fn default() -> Self {
        Self {
            min_prop: 0.1,
            max_prop: 0.9,
            methods: CutpointMethod::ALL.map(|(_, method)| method).to_vec(),
            replicates: 99_999,
            seed: 1,
        }
    }
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
