//! Analyses: from derived data through `survival` to rows of the result tables. One path per kind.

mod cif;
mod concordance;
mod counts;
mod cox;
mod cutpoint;
mod dose_by_site;
mod finegray;
mod intervals;
mod km;
mod landmark;
mod outcomes;
mod proportion;
mod rate;
mod response;
mod sink;
mod subgroups;
mod swimmer;
mod table1;
mod timeline;
mod toxicity;

pub use counts::write_endpoint;
pub use sink::{Row, Sink};

use oligomet_base::{Place, Problem, Problems};
use oligomet_results::AnalysisKind;
use oligomet_schema::Category;
use oligomet_survival::SurvivalError;

use crate::derive::{Base, EndpointData, Values, Variable};
use crate::plan::{AnalysisPlan, Plan};

/// What every analysis reads.
pub struct Inputs<'a> {
    /// Number of subjects in the population.
    pub n_subjects: usize,
    /// Variables over the subjects.
    pub variables: &'a [Variable],
    /// Endpoints.
    pub endpoints: &'a [EndpointData],
    /// Clusters by their column.
    pub clusters: &'a [Variable],
    /// The plan, the base table and its rows that are the subjects; `None` for one statistic from one table.
    pub source: Option<Source<'a>>,
}

/// Where subjects come from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The study.
    pub plan: &'a Plan,
    /// The base table.
    pub base: &'a Base,
    /// The row of each subject.
    pub rows: &'a [usize],
}

impl<'a> Inputs<'a> {
    /// The variable of that name; the check has made sure that it is there.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&'a Variable> {
        self.variables.iter().find(|v| v.plan.name == name)
    }

    /// The clusters of that column, or the variable that plays their part.
    #[must_use]
    pub fn cluster(&self, name: &str) -> Option<&'a Variable> {
        self.clusters.iter().find(|v| v.plan.name == name).or_else(|| self.variable(name))
    }

    /// The endpoint of that name.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> Option<&'a EndpointData> {
        self.endpoints.iter().find(|e| e.name == name)
    }
}

/// Runs one analysis into the sink. `inside[i]`: subject i meets the analysis's restriction.
///
/// # Errors
/// What stops the analysis, as a problem; the others go on.
pub fn run_analysis(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    if !plan.sampling.clusters.is_empty() {
        sink.method_with("cluster-robust", &[("clusters", plan.sampling.clusters.clone())]);
    }
    match plan.kind {
        AnalysisKind::Table1 => {
            table1::run(plan, inputs, inside, sink);
            Ok(())
        }
        AnalysisKind::Rate => rate::run(plan, inputs, inside, sink),
        AnalysisKind::Km => km::run(plan, inputs, inside, sink),
        AnalysisKind::Cox => cox::run(plan, inputs, inside, sink),
        AnalysisKind::Cif => cif::run(plan, inputs, inside, sink),
        AnalysisKind::Cutpoint => cutpoint::run(plan, inputs, inside, sink),
        AnalysisKind::FineGray => finegray::run(plan, inputs, inside, sink),
        AnalysisKind::DoseBySite => dose_by_site::run(plan, inputs, inside, sink),
        AnalysisKind::Response => response::run(plan, inputs, inside, sink),
        AnalysisKind::Proportion => proportion::run(plan, inputs, inside, sink),
        AnalysisKind::Swimmer => swimmer::run(plan, inputs, inside, sink),
        AnalysisKind::Subgroups => subgroups::run(plan, inputs, inside, sink),
        AnalysisKind::Toxicity => toxicity::run(plan, inputs, inside, sink),
        AnalysisKind::Timeline => timeline::run(plan, inputs, sink),
    }
}

/// Statistics that a table is asked for by name, beside the analyses of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Kaplan-Meier, restricted means and the log-rank test.
    Km,
    /// A Cox model.
    Cox,
    /// Cumulative incidence, Gray's test, a Fine-Gray model.
    Cif,
    /// Cut-points.
    Cutpoint,
    /// Concordance.
    Concordance,
}

/// Runs one statistic into the sink; see [`run_analysis`].
///
/// # Errors
/// What stops it, as problems.
pub fn run_statistic(
    statistic: Statistic,
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    match statistic {
        Statistic::Km => km::run(plan, inputs, inside, sink),
        Statistic::Cox => cox::run(plan, inputs, inside, sink),
        Statistic::Cif => cif::run(plan, inputs, inside, sink),
        Statistic::Cutpoint => cutpoint::run(plan, inputs, inside, sink),
        Statistic::Concordance => concordance::run(plan, inputs, inside, sink),
    }
}

pub(crate) use cox::{Columns, model_columns};
pub use km::run_follow_up;
pub(crate) use outcomes::{Outcomes, Sampling};

/// The code of a subject's level.
pub(crate) fn code(variable: &Variable, subject: u32) -> u32 {
    match &variable.values {
        Values::Codes(codes) => codes.get(subject as usize).copied().unwrap_or(Category::MISSING),
        Values::Numbers(_) | Values::Columns(_) => Category::MISSING,
    }
}

/// What is told where an analysis cannot be estimated.
fn not_estimated(plan: &AnalysisPlan, error: &SurvivalError) -> Problem {
    Problem::error("OM120", format!("`{}` could not be estimated: {error}", plan.id))
        .at(Place::subject(format!("analysis `{}`", plan.id)))
        .why("the analysis is left out of the report; the others go on")
}

/// Why nothing is given of so few events: `not fitted: 1 event, fewer than 10`.
fn too_few(what: &str, events: usize, least: usize) -> String {
    format!("{what}: {}, fewer than {least}", oligomet_base::number::counted(events, "event"))
}
