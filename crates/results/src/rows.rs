//! Rows of the smaller tables.

use serde::{Deserialize, Serialize};

/// A step of a curve; with delayed entry also a time at which somebody enters, for the number at risk.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CurveRow {
    /// Analysis.
    pub analysis_id: String,
    /// Endpoint.
    pub endpoint: String,
    /// Grouping variable, or empty.
    pub group: String,
    /// Its level.
    pub group_level: String,
    /// Cause whose cumulative incidence it is, as printed; empty for survival.
    pub cause: String,
    /// Days since time zero.
    pub time: f64,
    /// Under observation just before.
    pub n_risk: f64,
    /// Events at this time.
    pub n_event: f64,
    /// Censored at this time.
    pub n_censor: f64,
    /// Events so far.
    pub cum_event: f64,
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: Option<f64>,
    /// Lower limit.
    pub conf_low: Option<f64>,
    /// Upper limit.
    pub conf_high: Option<f64>,
    /// One minus the Kaplan-Meier estimate that censors the other causes; `None` for survival.
    pub one_minus_km: Option<f64>,
}

/// How numbers were computed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodRow {
    /// Name used in `stats`.
    pub method_id: String,
    /// Name of the method.
    pub title: String,
    /// A sentence for the methods section.
    pub sentence: String,
    /// Every option, as JSON.
    pub options: String,
    /// References.
    pub source: String,
}

/// A coefficient, or a point of a baseline hazard.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ModelRow {
    /// Analysis.
    pub analysis_id: String,
    /// `multivariable`, or `univariable: term`.
    pub model: String,
    /// `coefficient` or `baseline`.
    pub kind: String,
    /// Covariate.
    pub term: String,
    /// Level, empty for numbers.
    pub level: String,
    /// Days since time zero, for the baseline.
    pub time: Option<f64>,
    /// Log hazard ratio or cumulative baseline hazard.
    pub value: Option<f64>,
    /// Standard error of a coefficient.
    pub std_error: Option<f64>,
    /// Subtracted before fitting.
    pub centre: Option<f64>,
}

/// Something found in the data or the study.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FindingRow {
    /// Number in order.
    pub finding_id: String,
    /// Code.
    pub code: String,
    /// note, warning, error.
    pub severity: String,
    /// Where.
    pub place: String,
    /// What.
    pub text: String,
    /// Why it matters.
    pub why: String,
    /// How to mend it.
    pub mend: String,
    /// How many rows.
    pub n_rows: f64,
    /// How much harm it does if nothing is done about it, the greater the worse; 0 for what has no rank. Orders findings of one severity.
    pub harm: f64,
}

/// Who is behind a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CohortRow {
    /// Name used in `stats`.
    pub cohort_id: String,
    /// Endpoint whose analysis set it is, or empty.
    pub endpoint: String,
    /// Grouping variable, or empty.
    pub group: String,
    /// Its level.
    pub group_level: String,
    /// Patients.
    pub n: f64,
    /// The filter on `subjects`.
    pub filter: String,
}
