//! Where rows of results are collected.

use std::collections::BTreeMap;

use oligomet_base::{Problem, Problems};
use oligomet_results::{CohortRow, CurveRow, Grouping, Lane, MethodRow, ModelRow, StatKey, StatRow, Stats};

use crate::methods;

/// Rows of results, and what was noticed on the way.
#[derive(Debug, Default)]
pub struct Sink {
    /// Numbers.
    pub stats: Stats,
    /// Curves.
    pub curves: Vec<CurveRow>,
    /// Models.
    pub models: Vec<ModelRow>,
    /// Methods used, by name.
    pub methods: BTreeMap<String, MethodRow>,
    /// Cohorts.
    pub cohorts: Vec<CohortRow>,
    /// Groupings of subjects.
    pub groupings: Vec<Grouping>,
    /// Lanes of subjects.
    pub lanes: Vec<Lane>,
    /// What was noticed.
    pub problems: Problems,
}

/// What the numbers of one place have in common.
#[derive(Debug, Clone)]
pub struct Row {
    /// Their key.
    pub key: StatKey,
    /// Method.
    pub method: &'static str,
    /// Cohort.
    pub cohort: String,
    /// Unit.
    pub unit: &'static str,
    /// Interval level.
    pub conf_level: Option<f64>,
    /// Planned.
    pub planned: bool,
    /// What the reader must know.
    pub warning: Option<String>,
}

/// The steps of a curve, with a row for every time at which somebody enters and nobody leaves: between two rows the
/// number at risk is then that of the later one. `entries`: these times with the number at risk just before, ascending;
/// `start`: the estimate before the first step.
pub(super) fn with_entries(steps: Vec<CurveRow>, entries: &[(f64, f64)], start: f64) -> Vec<CurveRow> {
    let Some(first) = steps.first().filter(|_| !entries.is_empty()) else { return steps };
    let mut before = CurveRow {
        cum_event: 0.0,
        estimate: start,
        std_error: Some(0.0),
        conf_low: None,
        conf_high: None,
        one_minus_km: first.one_minus_km.map(|_| 0.0),
        ..first.clone()
    };
    let mut entries = entries.iter().peekable();
    let mut out = Vec::with_capacity(steps.len());
    for step in steps {
        while let Some((time, n_risk)) = entries.next_if(|(time, _)| *time <= step.time) {
            if *time < step.time {
                let entered =
                    CurveRow { time: *time, n_risk: *n_risk, n_event: 0.0, n_censor: 0.0, ..before.clone() };
                out.push(entered);
            }
        }
        before = step.clone();
        out.push(step);
    }
    out
}

impl Row {
    /// Numbers under a key.
    #[must_use]
    pub fn new(key: StatKey, method: &'static str, cohort: &str, planned: bool) -> Self {
        Self { key, method, cohort: cohort.into(), unit: "", conf_level: None, planned, warning: None }
    }

    /// In a unit.
    #[must_use]
    pub fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// With intervals of that level.
    #[must_use]
    pub fn level(mut self, level: f64) -> Self {
        self.conf_level = Some(level);
        self
    }

    /// With a warning.
    #[must_use]
    pub fn warn(mut self, warning: Option<String>) -> Self {
        self.warning = warning;
        self
    }
}

impl Sink {
    /// Adds numbers; a number that does not exist is `None`.
    pub fn add(&mut self, row: &Row, numbers: &[(&str, Option<f64>)]) {
        for (name, stat) in numbers {
            self.add_or(row, name, *stat, None);
        }
    }

    /// Adds a number, or says why there is none.
    pub fn add_or(&mut self, row: &Row, name: &str, stat: Option<f64>, why_not: Option<&str>) {
        self.method(row.method);
        let interval = matches!(name, "conf.low" | "conf.high" | "hazard.ratio.low" | "hazard.ratio.high");
        self.stats.push(StatRow {
            key: row.key.clone(),
            stat_name: name.to_owned(),
            stat,
            stat_text: if stat.is_none() { why_not.map(str::to_owned) } else { None },
            unit: row.unit.to_owned(),
            conf_level: row.conf_level.filter(|_| interval),
            method_id: row.method.to_owned(),
            cohort_id: row.cohort.clone(),
            planned: row.planned,
            suppressed: false,
            warning: row.warning.clone(),
        });
    }

    /// Notes that a method was used.
    pub fn method(&mut self, id: &'static str) {
        if !id.is_empty() && !self.methods.contains_key(id) {
            self.methods.insert(id.to_owned(), methods::describe(id));
        }
    }

    /// Notes that a method was used with these options.
    pub fn method_with(&mut self, id: &'static str, options: &[(&str, String)]) {
        self.method(id);
        if let Some(method) = self.methods.get_mut(id) {
            methods::add_options(method, options);
        }
    }

    /// Adds a problem.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The cohort of an endpoint and a group, made on first use.
    pub fn cohort(&mut self, endpoint: &str, group: &str, level: &str, n: usize) -> String {
        let mut id = if endpoint.is_empty() { "all".to_owned() } else { endpoint.to_owned() };
        if !group.is_empty() {
            id.push_str(&format!("|{group}={level}"));
        }
        if !self.cohorts.iter().any(|c| c.cohort_id == id) {
            self.cohorts.push(CohortRow {
                cohort_id: id.clone(),
                endpoint: endpoint.into(),
                group: group.into(),
                group_level: level.into(),
                n: n as f64,
                filter: filter(endpoint, group, level),
            });
        }
        id
    }

    /// The cohort of some of an endpoint's subjects: everybody where they are all `n_candidates`, otherwise a grouping of their own,
    /// called `in NAME`.
    pub fn members(
        &mut self,
        endpoint: &str,
        name: &str,
        subjects: &[u32],
        n_candidates: usize,
        n_subjects: usize,
    ) -> String {
        if subjects.len() == n_candidates {
            return self.cohort(endpoint, "", "", n_candidates);
        }
        let name = format!("in {name}");
        self.grouping(&name, &["yes".to_owned()], || {
            let mut codes = vec![u32::MAX; n_subjects];
            subjects.iter().for_each(|s| codes[*s as usize] = 0);
            codes
        });
        self.cohort(endpoint, &name, "yes", subjects.len())
    }

    /// A grouping of the subjects, added once.
    pub fn grouping(&mut self, name: &str, levels: &[String], codes: impl FnOnce() -> Vec<u32>) {
        if !self.groupings.iter().any(|g| g.name == name) {
            self.groupings.push(Grouping { name: name.into(), levels: levels.to_vec(), codes: codes() });
        }
    }
}

fn filter(endpoint: &str, group: &str, level: &str) -> String {
    let quote = |text: &str| text.replace('\'', "''");
    let mut parts = Vec::new();
    if !endpoint.is_empty() {
        parts.push(format!("endpoint = '{}'", quote(endpoint)));
    }
    if !group.is_empty() {
        parts.push(format!("\"{}\" = '{}'", group.replace('"', "\"\""), quote(level)));
    }
    parts.join(" AND ")
}
