//! Response: how many patients have each level, with exact intervals, by group; and how many respond.

use oligomet_base::{Place, Problem, Problems};
use oligomet_results::StatKey;
use oligomet_survival::binomial_interval;

use super::outcomes::is_known;
use super::sink::{Row, Sink};
use super::{Inputs, code};
use crate::derive::Variable;
use crate::describe::{chi_squared, fisher_exact};
use crate::plan::{AnalysisPlan, TestPlan};

/// What stands as the level for all responders together.
const RESPONDERS: &str = "responders";

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let groups = groups(plan, inputs, inside, sink);
    for variable in plan.vars.iter().filter_map(|v| inputs.variable(v)) {
        for group in &groups {
            write_group(plan, variable, group, sink);
        }
        if groups.len() > 2 && plan.test == TestPlan::Auto {
            write_test(plan, variable, &groups[1..], sink);
        }
    }
    let repeated = inputs.source.is_some_and(|s| s.base.repeats_among("patient_id", s.rows));
    if repeated {
        sink.problem(
            Problem::warning("OM152", format!("`{}` counts rows of which several are of one patient", plan.id))
                .at(Place::subject(format!("analysis `{}`", plan.id)))
                .why("exact intervals take rows as independent; those of one patient are not, so they are too narrow")
                .mend("count patients, or read the intervals as the narrowest that are possible"),
        );
    }
    Ok(())
}

struct ResponseGroup {
    level: String,
    subjects: Vec<u32>,
    cohort: String,
}

/// Everybody, then each level of the grouping.
fn groups(plan: &AnalysisPlan, inputs: &Inputs<'_>, inside: &[bool], sink: &mut Sink) -> Vec<ResponseGroup> {
    let everybody: Vec<u32> = (0..inputs.n_subjects as u32).filter(|s| inside[*s as usize]).collect();
    let n = inputs.n_subjects;
    let cohort = sink.members("", &plan.id, &everybody, n, n);
    let mut groups = vec![ResponseGroup { level: String::new(), subjects: everybody.clone(), cohort }];
    let Some(by) = inputs.variable(&plan.by) else { return groups };
    for (k, level) in by.plan.levels.iter().enumerate() {
        let subjects: Vec<u32> = everybody.iter().copied().filter(|s| code(by, *s) == k as u32).collect();
        let cohort = sink.members("", &format!("{}: {level}", plan.id), &subjects, usize::MAX, n);
        groups.push(ResponseGroup { level: level.clone(), subjects, cohort });
    }
    groups
}

fn key(plan: &AnalysisPlan, level: &str) -> StatKey {
    let key = StatKey::new(&plan.id, "", "response");
    if level.is_empty() { key } else { key.group(&plan.by, level) }
}

fn write_group(plan: &AnalysisPlan, variable: &Variable, group: &ResponseGroup, sink: &mut Sink) {
    let name = &variable.plan.name;
    let known: Vec<u32> = group.subjects.iter().copied().filter(|s| is_known(variable, *s)).collect();
    let row = |level: &str, method: &'static str| {
        Row::new(key(plan, &group.level).variable(name, level), method, &group.cohort, plan.planned)
            .level(plan.conf_level)
    };
    let missing = group.subjects.len() - known.len();
    sink.add(&row("", "count"), &[("n", Some(known.len() as f64)), ("n.missing", Some(missing as f64))]);
    let mut share = |level: &str, k: usize| {
        sink.add(&row(level, "count"), &[("n", Some(k as f64))]);
        let exact = row(level, "clopper-pearson");
        if known.is_empty() {
            return sink.add_or(&exact, "estimate", None, Some("nobody's response is known"));
        }
        let (low, high) = binomial_interval(k as u32, known.len() as u32, plan.conf_level);
        let estimate = k as f64 / known.len() as f64;
        sink.add(&exact, &[("estimate", Some(estimate)), ("conf.low", Some(low)), ("conf.high", Some(high))]);
    };
    for (k, level) in variable.plan.levels.iter().enumerate() {
        share(level, known.iter().filter(|s| code(variable, **s) == k as u32).count());
    }
    if !plan.responders.is_empty() {
        share(RESPONDERS, known.iter().filter(|s| responds(plan, variable, **s)).count());
    }
}

fn responds(plan: &AnalysisPlan, variable: &Variable, subject: u32) -> bool {
    let level = variable.plan.levels.get(code(variable, subject) as usize);
    level.is_some_and(|l| plan.responders.contains(l))
}

/// Responders between groups where responders are named, otherwise all levels.
fn write_test(plan: &AnalysisPlan, variable: &Variable, groups: &[ResponseGroup], sink: &mut Sink) {
    let n_levels = if plan.responders.is_empty() { variable.plan.levels.len() } else { 2 };
    let mut counts = vec![vec![0.0; groups.len()]; n_levels];
    for (g, group) in groups.iter().enumerate() {
        for s in group.subjects.iter().filter(|s| is_known(variable, **s)) {
            let level = match plan.responders.is_empty() {
                true => code(variable, *s) as usize,
                false => usize::from(responds(plan, variable, *s)),
            };
            counts[level][g] += 1.0;
        }
    }
    let test = chi_squared(&counts);
    let few = test.as_ref().is_none_or(|t| t.warning.is_some());
    let test = if few { fisher_exact(&counts).or(test) } else { test };
    let key = StatKey::new(&plan.id, "", "response").group(&plan.by, "").variable(&variable.plan.name, "");
    match test {
        Some(test) => {
            let row = Row::new(key, test.method_id, "all", plan.planned).warn(test.warning);
            sink.add(&row, &[("p.value", Some(test.p_value))]);
            sink.add_or(&row, "statistic", test.statistic, Some("an exact test has none"));
        }
        None => {
            let row = Row::new(key, "count", "all", plan.planned);
            sink.add_or(&row, "p.value", None, Some("groups cannot be compared"));
        }
    }
}
