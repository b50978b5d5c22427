//! `[[analysis]]` as typed values.

use std::ops::Range;

use oligomet_base::Duration;
use oligomet_base::file::Text;
use oligomet_results::AnalysisKind;

/// How terms enter a multivariable model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Select {
    /// All terms, stated beforehand.
    All,
    /// Those with a univariable P below a limit.
    Univariable(f64),
}

/// `[[analysis]]`
#[derive(Debug, Clone)]
pub struct Analysis {
    /// Short name.
    pub id: Text,
    /// What it is.
    pub kind: AnalysisKind,
    /// What is printed.
    pub title: Option<Text>,
    /// Endpoint.
    pub endpoint: Option<Text>,
    /// Grouping.
    pub by: Option<Text>,
    /// Covariates described.
    pub vars: Vec<Text>,
    /// Terms of a model.
    pub terms: Vec<Text>,
    /// Times.
    pub at: Vec<Duration>,
    /// Horizon of the restricted mean.
    pub tau: Option<Duration>,
    /// Interval type.
    pub ci: Option<Text>,
    /// Interval level.
    pub level: f64,
    /// Test.
    pub test: Option<Text>,
    /// Statistics of numbers in table 1.
    pub numbers: Vec<Text>,
    /// Ties of Cox's model.
    pub ties: Option<Text>,
    /// What is done with missing values. A forced choice in models.
    pub missing: Option<Text>,
    /// How terms enter.
    pub select: Select,
    /// Restriction.
    pub restriction: Option<Text>,
    /// Planned, or post hoc.
    pub planned: bool,
    /// Where the block stands.
    pub span: Range<usize>,
    /// Column whose equal values are not independent; `none` for no clusters.
    pub cluster: Option<Text>,
    /// The factor compared within subgroups.
    pub factor: Option<Text>,
    /// Dose groups.
    pub dose: Option<Text>,
    /// Sites.
    pub site: Option<Text>,
    /// Levels that count as a response.
    pub responders: Vec<Text>,
    /// The share stated beforehand.
    pub against: Option<f64>,
    /// What the share is compared for: `two-sided`, `less`, `greater`.
    pub alternative: Option<Text>,
    /// Whether the share is of those with the event (`incidence`) or without (`survival`).
    pub measure: Option<Text>,
    /// Landmarks at which those at risk are counted.
    pub landmark: Vec<Duration>,
    /// Events marked on lanes.
    pub marks: Vec<Text>,
    /// Identifier of the patient of a timeline.
    pub subject: Option<Text>,
    /// Days after the origin below which toxicity is acute.
    pub acute: Option<Duration>,
    /// Smallest and largest share of subjects at or below a cut-point.
    pub cut_range: (Option<f64>, Option<f64>),
    /// How P values of a cut-point are adjusted.
    pub p_methods: Vec<Text>,
    /// Permutations or resamples, and the seed of their random numbers.
    pub replicates: (Option<f64>, Option<f64>),
}

impl Analysis {
    /// The covariates that it names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Text> {
        let single = self.by.iter().chain(&self.factor).chain(&self.dose).chain(&self.site);
        single.chain(&self.vars).chain(&self.terms)
    }
}
