//! Analyses: from derived data through `survival` to rows of the result tables. One path per kind.

mod cox;
mod km;
mod rate;
mod sink;
mod table1;

pub use sink::{Row, Sink};

use oligomet_base::Problems;
use oligomet_results::AnalysisKind;
use oligomet_schema::Category;
use oligomet_survival::{Sample, SurvivalError, Times};

use crate::derive::{EndpointData, Values, Variable};
use crate::plan::AnalysisPlan;

/// What every analysis reads.
pub struct Inputs<'a> {
    /// Number of subjects in the population.
    pub n_subjects: usize,
    /// Variables over the subjects.
    pub variables: &'a [Variable],
    /// Endpoints.
    pub endpoints: &'a [EndpointData],
}

impl<'a> Inputs<'a> {
    /// The variable of that name; the check has made sure that it is there.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&'a Variable> {
        self.variables.iter().find(|v| v.plan.name == name)
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
    match plan.kind {
        AnalysisKind::Table1 => {
            table1::run(plan, inputs, inside, sink);
            Ok(())
        }
        AnalysisKind::Rate => rate::run(plan, inputs, inside, sink),
        AnalysisKind::Km => km::run(plan, inputs, inside, sink),
        AnalysisKind::Cox => cox::run(plan, inputs, inside, sink),
    }
}

pub use km::run_follow_up;

/// Times and events of some subjects, ready for `survival`: whole days where the data are whole days.
pub(crate) struct Outcomes {
    days: Option<Vec<i32>>,
    times: Vec<f64>,
    event: Vec<bool>,
    /// The subjects, in the same order.
    pub(crate) subject: Vec<u32>,
}

impl Outcomes {
    /// Those of the endpoint's subjects whom `wanted` names. A competing event ends observation without the event.
    pub(crate) fn of(endpoint: &EndpointData, wanted: impl Fn(u32) -> bool) -> Self {
        let (mut times, mut event, mut subject) = (Vec::new(), Vec::new(), Vec::new());
        for (k, &s) in endpoint.subject.iter().enumerate() {
            if wanted(s) {
                times.push(endpoint.time[k]);
                event.push(endpoint.cause[k] == 1);
                subject.push(s);
            }
        }
        let whole = times.iter().all(|t| t.fract() == 0.0 && *t < 1e9);
        let days = whole.then(|| times.iter().map(|t| *t as i32).collect());
        Self { days, times, event, subject }
    }

    pub(crate) fn sample(&self) -> Result<Sample<'_>, SurvivalError> {
        let times = match &self.days {
            Some(days) => Times::Days(days),
            None => Times::Continuous(&self.times),
        };
        Sample::new(times, &self.event)
    }

    pub(crate) fn len(&self) -> usize {
        self.subject.len()
    }

    pub(crate) fn n_events(&self) -> usize {
        self.event.iter().filter(|e| **e).count()
    }

    /// (patients, events) among those whose position here meets `wanted`.
    pub(crate) fn counts_where(&self, wanted: impl Fn(usize) -> bool) -> (usize, usize) {
        let of = self.event.iter().enumerate().filter(|(k, _)| wanted(*k));
        of.fold((0, 0), |(n, d), (_, e)| (n + 1, d + usize::from(*e)))
    }

    /// (patients, events) among the subjects for whom `wanted` holds.
    pub(crate) fn counts(&self, wanted: impl Fn(u32) -> bool) -> (usize, usize) {
        self.counts_where(|k| wanted(self.subject[k]))
    }
}

/// The code of a subject's level.
pub(crate) fn code(variable: &Variable, subject: u32) -> u32 {
    match &variable.values {
        Values::Codes(codes) => codes.get(subject as usize).copied().unwrap_or(Category::MISSING),
        Values::Numbers(_) => Category::MISSING,
    }
}
