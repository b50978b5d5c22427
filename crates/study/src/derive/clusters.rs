//! Clusters: rows that share a patient.

use std::collections::HashMap;

use oligomet_schema::Category;

use super::{Base, Values, Variable};
use crate::plan::{Plan, VariablePlan, VariableSource};

/// The plan with clusters only where rows of the population share them, and the columns of those clusters.
#[must_use]
pub fn settled_clusters(plan: &Plan, base: &Base, rows: &[usize]) -> (Plan, Vec<Variable>) {
    let mut clusters = derive_clusters(plan, base, rows);
    let settled = settle_clusters(plan, &clusters);
    clusters.retain(|c| settled.analyses.iter().any(|a| a.sampling.clusters == c.plan.name));
    (settled, clusters)
}

/// The columns of clusters that analyses use, as codes over the population's rows, numbered as they come.
fn derive_clusters(plan: &Plan, base: &Base, rows: &[usize]) -> Vec<Variable> {
    let mut names: Vec<&str> = plan.analyses.iter().map(|a| a.sampling.clusters.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().filter(|n| !n.is_empty()).map(|name| cluster(name, base, rows)).collect()
}

/// Where the study does not ask for clusters by name and every row of the population is a patient of its own, rows are
/// independent and keep the ordinary intervals.
fn settle_clusters(plan: &Plan, clusters: &[Variable]) -> Plan {
    let repeats = |name: &str| clusters.iter().any(|c| c.plan.name == name && has_repeats(c));
    let asked = |id: &str| plan.file.analyses.iter().any(|a| a.id.text == id && a.cluster.is_some());
    let mut settled = plan.clone();
    for analysis in &mut settled.analyses {
        if !asked(&analysis.id) && !repeats(&analysis.sampling.clusters) {
            analysis.sampling.clusters.clear();
        }
    }
    settled
}

fn has_repeats(cluster: &Variable) -> bool {
    let Values::Codes(codes) = &cluster.values else { return false };
    let mut known: Vec<u32> = codes.iter().copied().filter(|c| *c != Category::MISSING).collect();
    let n = known.len();
    known.sort_unstable();
    known.dedup();
    known.len() < n
}

fn cluster(name: &str, base: &Base, rows: &[usize]) -> Variable {
    let mut known: HashMap<String, u32> = HashMap::new();
    let mut code = |row: &usize| match base.key(name, *row) {
        Some(key) => {
            let next = known.len() as u32;
            *known.entry(key).or_insert(next)
        }
        None => Category::MISSING,
    };
    let codes: Vec<u32> = rows.iter().map(&mut code).collect();
    Variable { plan: cluster_plan(name), values: Values::Codes(codes) }
}

/// Clusters have codes and no levels: identifiers stay where they are.
fn cluster_plan(name: &str) -> VariablePlan {
    VariablePlan {
        name: name.to_owned(),
        label: name.to_owned(),
        unit: String::new(),
        levels: Vec::new(),
        reference: None,
        per: None,
        definition: String::new(),
        source: VariableSource::Given,
    }
}
