//! Toxicity: patients by term, worst grade and phase (acute, late), from the table of adverse events.

use oligomet_base::{Day, PartialDate, Place, Problem, Problems};
use oligomet_disease::toxicity::{AdverseEvent, GradeCounts, PatientToxicity, check, tabulate, worst};
use oligomet_results::StatKey;
use oligomet_schema::{NoSuchField, Records};
use oligomet_survival::binomial_interval;

use super::sink::{Row, Sink};
use super::{Inputs, Source, code};
use crate::plan::AnalysisPlan;

/// What stands as the term for all terms together.
const ANY_TERM: &str = "any term";

/// From when acute and late are counted; the cohort's time zero where there is no such column.
const ORIGIN: &str = "rt_start_date";

/// Grades from which toxicity is called severe.
const SEVERE: u8 = 3;

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let Some(source) = inputs.source else { return Ok(()) };
    let patients = patients(source).ok_or_else(|| needs_records(plan))?;
    let everybody: Vec<u32> = (0..inputs.n_subjects as u32).filter(|s| inside[*s as usize]).collect();
    let cohort = sink.members("", &plan.id, &everybody, inputs.n_subjects, inputs.n_subjects);
    let once = each_once(source, &everybody);
    let of = |subjects: &[u32]| subjects.iter().map(|s| patients[*s as usize].clone()).collect::<Vec<_>>();
    let all = of(&once);
    sink.problems.extend(check(&all));
    sink.problem(
        Problem::note(
            "OM153",
            format!("`{}` counts everybody without a row of toxicity as free of it", plan.id),
        )
        .at(Place::subject(format!("analysis `{}`", plan.id)))
        .why("the records do not say who was asked and had none"),
    );
    write_group(plan, "", &all, &cohort, sink);
    if let Some(by) = inputs.variable(&plan.by) {
        for (k, level) in by.plan.levels.iter().enumerate() {
            let own: Vec<u32> = once.iter().copied().filter(|s| code(by, *s) == k as u32).collect();
            let name = format!("{}: {level}", plan.id);
            let cohort = sink.members("", &name, &own, usize::MAX, inputs.n_subjects);
            write_group(plan, level, &of(&own), &cohort, sink);
        }
    }
    Ok(())
}

fn needs_records(plan: &AnalysisPlan) -> Problems {
    Problem::error("OM153", format!("`{}` needs the table `toxicity`, and the data have none", plan.id))
        .at(Place::subject(format!("analysis `{}`", plan.id)))
        .why("terms and grades of one patient are several rows; a sheet with a row per patient cannot hold them")
        .mend("give the tables of a department (`tables` in site.toml), or leave the analysis out")
        .into()
}

/// Of subjects, the first of each patient: a patient with several lesions or courses counts once.
fn each_once(source: Source<'_>, subjects: &[u32]) -> Vec<u32> {
    let Some(related) = &source.base.related else { return subjects.to_vec() };
    let mut seen = std::collections::BTreeSet::new();
    subjects.iter().copied().filter(|s| seen.insert(related.patient(source.rows[*s as usize]))).collect()
}

/// The adverse events of every subject's patient; `None` without a table of them.
fn patients(source: Source<'_>) -> Option<Vec<PatientToxicity>> {
    let related = source.base.related.as_ref()?;
    let by_patient = events_by_patient(&related.records, related.n_patients).ok().flatten()?;
    let origin = origins(source);
    let one = |(i, &row): (usize, &usize)| {
        let patient = related.patient(row);
        let day = origin[i];
        PatientToxicity {
            id: source.base.data.table.id(row),
            is_assessed: true,
            origin: (!day.is_nan()).then_some(PartialDate::Day(Day(day as i32))),
            events: by_patient.get(patient as usize).cloned().unwrap_or_default(),
        }
    };
    Some(source.rows.iter().enumerate().map(one).collect())
}

fn origins(source: Source<'_>) -> Vec<f64> {
    let mut point = source.plan.time_zero.clone();
    if source.base.data.table.column(ORIGIN).is_some() {
        point.column = Some(ORIGIN.to_owned());
    }
    source.base.points(&point, source.rows)
}

fn events_by_patient(
    records: &Records,
    n_patients: usize,
) -> Result<Option<Vec<Vec<AdverseEvent>>>, NoSuchField> {
    let table = records.table("toxicity")?;
    if table.source.is_none() && table.n_rows() == 0 {
        return Ok(None);
    }
    let (of, terms) = (table.refs("patient_id")?, table.texts("term")?);
    let (grades, onsets) = (table.integers("grade")?, table.dates("onset_date")?);
    let versions = table.texts("ctcae_version")?;
    let mut found = vec![Vec::new(); n_patients];
    for row in 0..table.n_rows() {
        let Some(events) = found.get_mut(of[row] as usize) else { continue };
        events.push(AdverseEvent {
            term: terms.get(row).unwrap_or("").to_owned(),
            grade: grades[row].and_then(|g| u8::try_from(g).ok()),
            onset: onsets[row],
            version: versions.get(row).map(str::to_owned),
        });
    }
    Ok(Some(found))
}

fn write_group(
    plan: &AnalysisPlan,
    level: &str,
    patients: &[PatientToxicity],
    cohort: &str,
    sink: &mut Sink,
) {
    let table = tabulate(patients, plan.acute_days);
    let key = |phase: &str, term: &str, grade: &str| {
        let mut key = StatKey::new(&plan.id, "", "toxicity");
        if !level.is_empty() {
            key.groups[0] = oligomet_results::Group { name: plan.by.clone(), level: level.to_owned() };
        }
        key.groups[1] = oligomet_results::Group { name: "phase".to_owned(), level: phase.to_owned() };
        key.variable(term, grade)
    };
    let row = |phase: &str, term: &str, grade: &str, method: &'static str| {
        Row::new(key(phase, term, grade), method, cohort, plan.planned).level(plan.conf_level)
    };
    let n = table.n_assessed;
    sink.add(&row("any", "", "", "count"), &[("n", Some(f64::from(n)))]);
    for term in &table.rows {
        let phases =
            [("acute", term.acute), ("late", term.late), ("unknown", term.unknown_phase), ("any", term.any)];
        for (phase, counts) in phases {
            for (g, count) in counts.by_grade.iter().enumerate() {
                let row = row(phase, &term.term, &(g + 1).to_string(), "count");
                sink.add(&row, &[("n", Some(f64::from(*count)))]);
            }
            let unknown = row(phase, &term.term, "unknown", "count");
            sink.add(&unknown, &[("n", Some(f64::from(counts.unknown_grade)))]);
            let exact = row(phase, &term.term, ">=3", "clopper-pearson");
            write_share(&exact, severe(&counts), n, plan.conf_level, sink);
        }
    }
    let severe = patients.iter().filter_map(worst).filter(|w| w.known >= SEVERE).count() as u32;
    let exact = row("any", ANY_TERM, ">=3", "clopper-pearson");
    write_share(&exact, severe, n, plan.conf_level, sink);
}

/// Patients whose worst grade is surely severe.
fn severe(counts: &GradeCounts) -> u32 {
    counts.by_grade[usize::from(SEVERE) - 1..].iter().sum()
}

fn write_share(row: &Row, k: u32, n: u32, conf_level: f64, sink: &mut Sink) {
    sink.add(&Row { method: "count", ..row.clone() }, &[("n", Some(f64::from(k)))]);
    if n == 0 {
        return sink.add_or(row, "estimate", None, Some("nobody is in this group"));
    }
    let (low, high) = binomial_interval(k, n, conf_level);
    let share = f64::from(k) / f64::from(n);
    sink.add(row, &[("estimate", Some(share)), ("conf.low", Some(low)), ("conf.high", Some(high))]);
}
