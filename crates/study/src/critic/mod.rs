//! The critic: twelve errors of method, each found in a study with its line and the size of its harm in these data.
//!
//! A rule reads a [`Case`] (the study and what was derived from it) and gives problems: what, where, why with numbers
//! before and after, and what to write instead. A rule that cannot judge says nothing. Every rule has its page in
//! `docs/critic/`, which also says what its number of harm is a share of.

mod case;
mod clusters;
mod codes_as_numbers;
mod competing_death;
mod cutpoints;
mod events_per_parameter;
mod future;
mod nested;
mod origin;
mod positivity;
mod reference;
mod statistics;
mod subgroups;
mod tests_counted;
mod time_zero;
mod words;

use oligomet_base::{Problem, Problems, Severity};

pub(crate) use case::Case;

use crate::derive::{Base, derive_endpoint, derive_variables, select_population, settled_clusters};
use crate::plan::Plan;
use crate::run::restrictions;

/// A rule: what it finds in a study.
type Rule = fn(&Case<'_>) -> Vec<Finding>;

/// All rules, in the order of their codes.
const RULES: [Rule; 12] = [
    time_zero::judge,
    future::judge,
    events_per_parameter::judge,
    nested::judge,
    codes_as_numbers::judge,
    cutpoints::judge,
    subgroups::judge,
    tests_counted::judge,
    competing_death::judge,
    clusters::judge,
    reference::judge,
    positivity::judge,
];

/// What can move a conclusion by less than this is a note.
const NOTE_BELOW: f64 = 0.05;

/// An error of method in a study.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// What, where, why with its size in these data, and what to write instead.
    pub problem: Problem,
    /// How far it can move what is concluded, from 0 (not at all) to 1, in thousandths; each rule's page says of what it is a share.
    pub harm: f64,
}

/// Lines to be written into the study stand under the beginning of the advice.
const UNDER_ADVICE: &str = "\n         ";

impl Finding {
    fn why(mut self, why: String) -> Self {
        self.problem = self.problem.why(why);
        self
    }

    /// The advice, then lines that can be copied into the study.
    fn mend(mut self, mend: String) -> Self {
        self.problem = self.problem.mend(mend.replace('\n', UNDER_ADVICE));
        self
    }

    /// The share; what can move a conclusion by little is a note.
    fn harm(mut self, share: f64) -> Self {
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        self.harm = (share * 1000.0).round() / 1000.0;
        self.problem.severity = if self.harm < NOTE_BELOW { Severity::Note } else { Severity::Warning };
        self
    }
}

/// The findings of all rules, the most harmful first; of equal harm in the order of the rules.
pub(crate) fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = RULES.iter().flat_map(|rule| rule(case)).collect();
    found.sort_by(|a, b| b.harm.total_cmp(&a.harm));
    found
}

/// Judges a study before it runs.
///
/// # Errors
/// What would stop the run before its analyses: nobody left, a choice that the data force.
pub fn criticise(plan: &Plan, base: &Base) -> Result<Vec<Finding>, Problems> {
    let population = select_population(base, plan)?;
    let mut told = Problems::new();
    let mut stopped = Problems::new();
    let mut endpoints = Vec::new();
    for endpoint in &plan.endpoints {
        match derive_endpoint(endpoint, &plan.time_zero, base, &population.rows, &mut told) {
            Ok(data) => endpoints.push(data),
            Err(problems) => stopped.extend(problems),
        }
    }
    if !stopped.is_empty() {
        return Err(stopped);
    }
    let variables = derive_variables(&plan.variables, base, &population.rows, &mut told)?;
    let inside = restrictions(plan, base, &population, &variables)?;
    let (settled, clusters) = settled_clusters(plan, base, &population.rows);
    let case = Case::new(&settled, base, &population.rows, &variables, &endpoints, &inside, &clusters);
    Ok(judge(&case))
}
