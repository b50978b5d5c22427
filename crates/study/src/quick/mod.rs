//! One statistic from one table: the same fits and rows as a study, without its files.
//!
//! A [`Question`] names columns and options. [`answer`] makes of them an endpoint, variables and a plan in memory and
//! runs the analysis that a study would run. Rows with a missing value in a used column are left out and counted.

mod data;
mod dose;
mod terms;

use oligomet_base::Problems;
use oligomet_results::{AnalysisKind, Stats};
use oligomet_schema::DataSet;
use oligomet_survival::{ConfType, LogRankWeights, Ties};

pub use crate::analysis::Statistic;
pub use crate::check::CONF_TYPES;
pub use dose::{choice_rows, dose_rows};
pub use terms::{Term, TermFunction};

use crate::analysis::{Inputs, Sink, run_statistic};
use crate::plan::{AnalysisPlan, CutpointPlan, SamplingPlan, TestPlan};
use data::Prepared;

/// What is asked of a table.
#[derive(Debug, Clone)]
pub struct Question {
    /// Which statistic.
    pub statistic: Statistic,
    /// Column of times: the end of observation.
    pub time: String,
    /// Column of delayed entry.
    pub entry: Option<String>,
    /// Column of events: 0/1, true/false, or codes.
    pub event: String,
    /// The code of the event; other codes that are not 0 compete.
    pub event_code: Option<String>,
    /// Column of groups.
    pub by: Option<String>,
    /// Column of strata.
    pub strata: Option<String>,
    /// Column of case weights.
    pub weights: Option<String>,
    /// Column of clusters.
    pub cluster: Option<String>,
    /// Covariates; see [`Term::parse`].
    pub covariates: Vec<Term>,
    /// Type of intervals.
    pub conf_type: ConfType,
    /// Level of intervals.
    pub level: f64,
    /// Times at which a curve is read.
    pub at: Vec<f64>,
    /// Horizon of the restricted mean.
    pub tau: Option<f64>,
    /// Ties.
    pub ties: Ties,
    /// Standard errors by the infinitesimal jackknife.
    pub robust: bool,
    /// Firth's penalty.
    pub firth: bool,
    /// Weights of the log-rank test.
    pub log_rank: LogRankWeights,
    /// Search for cut-points.
    pub cutpoint: CutpointPlan,
}

/// How a column is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnUse {
    /// As numbers: a value that is none is an error.
    Number,
    /// As levels or as numbers, whatever it holds.
    Any,
}

impl Question {
    /// The columns that the answer needs, in order, each once or more.
    #[must_use]
    pub fn columns(&self) -> Vec<(&str, ColumnUse)> {
        let mut columns = vec![(self.time.as_str(), ColumnUse::Number)];
        columns.extend(self.entry.iter().map(|c| (c.as_str(), ColumnUse::Number)));
        columns.push((self.event.as_str(), ColumnUse::Any));
        columns.extend(self.weights.iter().map(|c| (c.as_str(), ColumnUse::Number)));
        let codes = [&self.by, &self.strata, &self.cluster];
        columns.extend(codes.into_iter().flatten().map(|c| (c.as_str(), ColumnUse::Any)));
        columns.extend(self.covariates.iter().flat_map(Term::columns));
        columns
    }

    fn plan(&self, name: &str, prepared: &Prepared) -> AnalysisPlan {
        let named = |column: &Option<String>, role: &str| {
            column.as_ref().map_or(String::new(), |_| prepared.name_of(role))
        };
        AnalysisPlan {
            endpoint: self.event.clone(),
            by: self.by.clone().unwrap_or_default(),
            terms: self.covariates.iter().map(|t| t.text.clone()).collect(),
            at: self.at.iter().map(|t| (*t, oligomet_base::number::shortest(*t))).collect(),
            tau: self.tau.map(|t| (t, oligomet_base::number::shortest(t))),
            conf_type: self.conf_type,
            conf_level: self.level,
            test: TestPlan::LogRank,
            ties: self.ties,
            missing: "complete-case".to_owned(),
            sampling: SamplingPlan {
                strata: named(&self.strata, data::STRATA),
                weights: named(&self.weights, data::WEIGHTS),
                clusters: named(&self.cluster, data::CLUSTERS),
            },
            log_rank: self.log_rank,
            robust: self.robust,
            firth: self.firth,
            // Whoever asks for one model sees its warning; a study refuses it.
            least_events: 1,
            each_alone: false,
            mend_intervals: false,
            cutpoint: self.cutpoint.clone(),
            time_unit: "",
            ..AnalysisPlan::new(name, AnalysisKind::Km)
        }
    }
}

/// Answers a question from a table whose columns are named by their headers.
///
/// Times stay in the table's unit. `name` becomes the `analysis_id` of the rows.
///
/// # Errors
/// All problems of the data that stop it: events that are no events, negative times, entry that is not before the end,
/// an unknown level; and what the estimator cannot do with them.
pub fn answer(question: &Question, name: &str, data: &DataSet) -> Result<(Stats, Problems), Problems> {
    let prepared = data::prepare(question, data)?;
    let plan = question.plan(name, &prepared);
    let endpoints = [prepared.endpoint];
    let n = endpoints[0].subject.len();
    let inputs = Inputs {
        n_subjects: n,
        variables: &prepared.variables,
        endpoints: &endpoints,
        clusters: &[],
        source: None,
    };
    let mut sink = Sink::default();
    prepared.counted.write(name, &question.event, &mut sink);
    run_statistic(question.statistic, &plan, &inputs, &vec![true; n], &mut sink)?;
    let mut problems = prepared.problems;
    problems.extend(sink.problems);
    Ok((if question.firth { firth_first(sink.stats) } else { sink.stats }, problems))
}

/// Whoever asks for Firth's estimates finds them under `cox`, and the ordinary ones beside them under `cox.ordinary`.
fn firth_first(stats: Stats) -> Stats {
    let mut renamed = Stats::new();
    for row in stats.rows() {
        let mut row = row.clone();
        let context = row.key.context.as_str();
        row.key.context = match context {
            "cox" if row.method_id != "count" => "cox.ordinary".to_owned(),
            "cox.fit" if row.method_id != "count" => "cox.ordinary.fit".to_owned(),
            "cox.firth" => "cox".to_owned(),
            "cox.firth.fit" => "cox.fit".to_owned(),
            other => other.to_owned(),
        };
        renamed.push(row);
    }
    renamed
}
