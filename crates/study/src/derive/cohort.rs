//! From the source to the population, step by step; every step is counted.

use oligomet_base::number::counted;
use oligomet_base::{Place, Problem, Problems};

use crate::derive::Base;
use crate::expression::evaluate_truth;
use crate::model::{Pick, Unit, UnknownAnswer};
use crate::plan::{Plan, Rule};
use crate::relational::{Counts, Related, pick_of};

/// A step of the flow of patients.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlowStep {
    /// Short name, unique.
    pub id: String,
    /// What is printed.
    pub label: String,
    /// `source`, `set-aside`, `population`, `pick`, `eligibility` or `final`.
    pub kind: &'static str,
    /// The rule as written, or empty.
    pub rule: String,
    /// What an unknown answer did, or empty.
    pub missing: String,
    /// Left after the step.
    pub n: usize,
    /// Removed by it.
    pub n_excluded: usize,
    /// Rows for which the rule could not be answered.
    pub n_unknown: usize,
    /// Patients, courses and lesions left, each counted once; `None` for one table with a row per patient.
    pub counts: Option<Counts>,
}

/// Who is studied.
#[derive(Debug, Clone, Default)]
pub struct Population {
    /// Rows of the base table, ascending.
    pub rows: Vec<usize>,
    /// How it came to them.
    pub steps: Vec<FlowStep>,
}

/// Applies population and eligibility in their order.
///
/// # Errors
/// A rule with `missing = "stop"` that cannot be answered for somebody, or nobody left.
pub fn select_population(base: &Base, plan: &Plan) -> Result<Population, Problems> {
    let mut steps = match &base.related {
        Some(related) => first_steps(related, base.data.table.n_rows()),
        None => source_steps(base),
    };
    let mut rows: Vec<usize> = (0..base.data.table.n_rows()).collect();
    if let (Some(expression), Some(text)) = (&plan.population, &plan.file.cohort.population) {
        let rule = Rule {
            id: "population".into(),
            label: "In the population".into(),
            text: text.text.clone(),
            expression: expression.clone(),
            keeps: true,
            missing: UnknownAnswer::Drop,
        };
        rows = apply(&rule, "population", base, rows, &mut steps)?;
    }
    if let Some(related) = &base.related {
        rows = picked(related, plan, rows, &mut steps);
    }
    for rule in &plan.rules {
        rows = apply(rule, "eligibility", base, rows, &mut steps)?;
    }
    let label = plan.file.cohort.label.as_ref().map_or_else(
        || format!("{} analysed", plural(base.related.as_ref().map_or(Unit::Patient, |r| r.unit))),
        |l| l.text.clone(),
    );
    let counts = base.related.as_ref().map(|r| r.counts(&rows));
    steps.push(FlowStep {
        id: "final".into(),
        label,
        kind: "final",
        n: rows.len(),
        counts,
        ..FlowStep::default()
    });
    if rows.is_empty() {
        return Err(nobody_left(&steps).into());
    }
    Ok(Population { rows, steps })
}

/// The rows of one table, and those set aside before the study began.
fn source_steps(base: &Base) -> Vec<FlowStep> {
    let data = &base.data;
    let mut steps = vec![FlowStep {
        id: "source".into(),
        label: source_label(base),
        kind: "source",
        n: data.n_source_rows,
        ..FlowStep::default()
    }];
    let mut left = data.n_source_rows;
    for (i, aside) in data.set_aside.iter().filter(|s| s.n_rows > 0).enumerate() {
        left -= aside.n_rows;
        steps.push(FlowStep {
            id: format!("set_aside_{}", i + 1),
            label: aside.label.clone(),
            kind: "set-aside",
            n: left,
            n_excluded: aside.n_rows,
            ..FlowStep::default()
        });
    }
    steps
}

/// The patients of the records, then those who have a unit: a patient without radiotherapy has no episode and no course.
fn first_steps(related: &Related, n_rows: usize) -> Vec<FlowStep> {
    let rows: Vec<usize> = (0..n_rows).collect();
    let with_units = related.counts(&rows);
    let all = Counts { patients: related.n_patients, ..with_units };
    let mut steps = vec![FlowStep {
        id: "source".into(),
        label: "Patients in the records".into(),
        kind: "source",
        n: n_rows,
        counts: Some(all),
        ..FlowStep::default()
    }];
    if with_units.patients < all.patients {
        let label = match related.unit {
            Unit::Lesion => "No lesion recorded",
            _ => "No radiotherapy recorded",
        };
        steps.push(FlowStep {
            id: "units".into(),
            label: label.into(),
            kind: "set-aside",
            n: n_rows,
            counts: Some(with_units),
            ..FlowStep::default()
        });
    }
    steps
}

/// Of each patient the units that the study takes; a step where it takes not all.
fn picked(related: &Related, plan: &Plan, rows: Vec<usize>, steps: &mut Vec<FlowStep>) -> Vec<usize> {
    let pick = pick_of(&plan.file);
    if pick == Pick::All || related.unit == Unit::Patient {
        return rows;
    }
    let kept = related.pick(&rows, pick);
    let label = match (pick, related.unit) {
        (Pick::Last, Unit::Course) => "Earlier courses of the same patient",
        (Pick::Last, Unit::Lesion) => "Lesions of earlier episodes of the same patient",
        (Pick::Last, _) => "Earlier episodes of the same patient",
        (_, Unit::Course) => "Later courses of the same patient",
        (_, Unit::Lesion) => "Lesions of later episodes of the same patient",
        _ => "Later episodes of the same patient",
    };
    steps.push(FlowStep {
        id: "pick".into(),
        label: label.into(),
        kind: "pick",
        rule: format!("pick {}", pick.name()),
        n: kept.len(),
        n_excluded: rows.len() - kept.len(),
        counts: Some(related.counts(&kept)),
        ..FlowStep::default()
    });
    kept
}

fn plural(unit: Unit) -> &'static str {
    match unit {
        Unit::Patient => "Patients",
        Unit::Episode => "Episodes",
        Unit::Course => "Courses",
        Unit::Lesion => "Lesions",
    }
}

fn source_label(base: &Base) -> String {
    match base.data.sources.as_slice() {
        [one] => format!("Rows in {}", one.name),
        _ => "Rows read".into(),
    }
}

fn apply(
    rule: &Rule,
    kind: &'static str,
    base: &Base,
    rows: Vec<usize>,
    steps: &mut Vec<FlowStep>,
) -> Result<Vec<usize>, Problems> {
    let answers =
        evaluate_truth(&rule.expression, &base.scope(), &rows).map_err(|e| rule_failed(rule, &e))?;
    let unknown: Vec<usize> =
        rows.iter().zip(&answers).filter(|(_, a)| a.is_none()).map(|(r, _)| *r).collect();
    if rule.missing == UnknownAnswer::Stop
        && let Some(&first) = unknown.first()
    {
        return Err(cannot_be_answered(rule, base, first, &unknown).into());
    }
    let stays = |answer: &Option<bool>| match answer {
        Some(yes) => *yes == rule.keeps,
        None => rule.missing == UnknownAnswer::Keep,
    };
    let kept: Vec<usize> = rows.iter().zip(&answers).filter(|(_, a)| stays(a)).map(|(r, _)| *r).collect();
    steps.push(FlowStep {
        id: rule.id.clone(),
        label: rule.label.clone(),
        kind,
        rule: format!("{} {}", if rule.keeps { "keep" } else { "drop" }, rule.text),
        missing: rule.missing.name().into(),
        n: kept.len(),
        n_excluded: rows.len() - kept.len(),
        n_unknown: unknown.len(),
        counts: base.related.as_ref().map(|r| r.counts(&kept)),
    });
    Ok(kept)
}

/// What a row is, as a noun.
pub(crate) fn noun(base: &Base) -> &'static str {
    base.related.as_ref().map_or("patient", |r| r.unit.name())
}

fn rule_failed(rule: &Rule, error: &rusqlite::Error) -> Problem {
    Problem::error("OM315", format!("the rule `{}` could not be run: {error}", rule.text))
        .at(Place::subject(format!("eligibility `{}`", rule.id)))
}

fn cannot_be_answered(rule: &Rule, base: &Base, first: usize, unknown: &[usize]) -> Problem {
    let row_number = |r: &usize| base.data.table.source_rows.get(*r).map(|&n| u64::from(n));
    let mut place = Place::subject(format!("eligibility `{}`", rule.id));
    place.row = row_number(&first);
    place.file = base.data.sources.first().map(|s| s.name.clone());
    let mut problem = Problem::error(
        "OM322",
        format!("`{}` cannot be answered for {}", rule.text, counted(unknown.len(), noun(base))),
    )
    .at(place)
    .why("the study says that the run stops in this case (missing = \"stop\")")
    .mend("complete the data, or write missing = \"keep\" or \"drop\"");
    problem.also_rows = unknown.iter().skip(1).filter_map(row_number).collect();
    problem
}

fn nobody_left(steps: &[FlowStep]) -> Problem {
    let told: Vec<String> = steps
        .iter()
        .filter(|s| s.n_excluded > 0)
        .map(|s| format!("{} left by \"{}\"", s.n_excluded, s.label))
        .collect();
    let why = if told.is_empty() { "the table has no rows".to_owned() } else { told.join(", ") };
    Problem::error("OM323", "nobody is left to be studied")
        .at(Place::subject("the flow of patients"))
        .why(why)
        .mend("look at the rule that removed most; `keep` says who stays, `drop` who leaves")
}
