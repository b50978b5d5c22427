//! From the base table to what analyses need: time points, endpoints, covariates, scores, the flow of patients.

mod base;
mod clusters;
mod cohort;
mod disease;
mod endpoint;
mod follow_up;
mod variable;

pub use base::Base;
pub use clusters::settled_clusters;
pub(crate) use cohort::noun;
pub use cohort::{FlowStep, Population, select_population};
pub(crate) use disease::{Answers as RuleAnswers, DiseaseRules};
pub use endpoint::{EndpointData, derive_endpoint, event_days};
pub use follow_up::{follow_up, warn_of_registry};
pub use variable::{Values, Variable, derive_variables, variable_columns};
pub(crate) use variable::{as_column, variable_numbers};
