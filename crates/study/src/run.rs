//! From a plan and a base table to results.

use oligomet_base::number::shortest;
use oligomet_base::{Place, Problem, Problems, TimeUnit};
use oligomet_results::{
    AnalysisOutline, EndpointOutline, FigureOutline, FindingRow, FlowOutline, Outline, RunResults,
    SourceOutline, StatKey, StudyOutline, SubjectSet, Subjects, TermOutline, VariableKind, VariableOutline,
};

use crate::analysis::{Inputs, Sink, Source, run_analysis, run_follow_up, write_endpoint};
use crate::critic::{Case, Finding, judge};
use crate::derive::{
    Base, EndpointData, FlowStep, Population, Values, Variable, as_column, derive_endpoint, derive_variables,
    select_population, settled_clusters,
};
use crate::expression::{Scope, evaluate_truth};
use crate::plan::{AnalysisPlan, EndpointPlan, Plan, TestPlan};
use crate::relational::records_sentences;
use crate::sentence::endpoint_sentence;

/// The outside, as a run sees it.
pub trait World {
    /// Told what is being done and how far it is, 0 to 1.
    fn progress(&mut self, what: &str, done: f64);
    /// Whether the user wants to stop.
    fn cancelled(&self) -> bool;
}

/// A world that says nothing and never stops.
#[derive(Debug, Default)]
pub struct Quiet;

impl World for Quiet {
    fn progress(&mut self, _what: &str, _done: f64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// What identifies the inputs of a run.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    /// SHA-256 of study.toml.
    pub study_sha256: String,
    /// SHA-256 of site.toml.
    pub site_sha256: String,
    /// Version of the program.
    pub program_version: String,
}

/// Everything a run derived, for the exports that carry patients.
#[derive(Debug)]
pub struct Finished {
    /// The result tables.
    pub results: RunResults,
    /// The population.
    pub population: Population,
    /// Variables over the population.
    pub variables: Vec<Variable>,
    /// Endpoints over the population.
    pub endpoints: Vec<EndpointData>,
    /// Who meets the restriction of each restricted analysis.
    pub restrictions: Vec<(String, Vec<bool>)>,
    /// Clusters by their column.
    pub clusters: Vec<Variable>,
}

/// Runs a plan.
///
/// # Errors
/// What stops the whole run: nobody left, a rule that must be answered and cannot be, a choice that the data force. What
/// stops one analysis is a finding, and the others go on.
pub fn run(
    plan: &Plan,
    base: &Base,
    known_problems: Problems,
    identity: &Identity,
    world: &mut dyn World,
) -> Result<Finished, Problems> {
    let mut sink = Sink::default();
    world.progress("selecting patients", 0.0);
    let population = select_population(base, plan)?;
    stop_if_cancelled(world)?;
    world.progress("deriving endpoints", 0.1);
    let endpoints = all_endpoints(plan, base, &population, &mut sink)?;
    stop_if_cancelled(world)?;
    let variables = derive_variables(&plan.variables, base, &population.rows, &mut sink.problems)?;
    write_flow(&population, &endpoints, &mut sink);
    write_variables(&variables, &mut sink);
    for endpoint in &endpoints {
        if let Err(error) = run_follow_up(endpoint, &mut sink) {
            sink.problem(
                Problem::warning(
                    "OM120",
                    format!("follow-up of {} could not be estimated: {error}", endpoint.name),
                )
                .at(Place::subject(format!("endpoint {}", endpoint.name))),
            );
        }
    }
    let (settled, clusters) = settled_clusters(plan, base, &population.rows);
    let plan = &settled;
    let inputs = Inputs {
        n_subjects: population.rows.len(),
        variables: &variables,
        endpoints: &endpoints,
        clusters: &clusters,
        source: Some(Source { plan, base, rows: &population.rows }),
    };
    let inside = restrictions(plan, base, &population, &variables)?;
    for (k, (analysis, inside)) in plan.analyses.iter().zip(&inside).enumerate() {
        stop_if_cancelled(world)?;
        world.progress(&analysis.title, 0.2 + 0.7 * k as f64 / plan.analyses.len() as f64);
        if let Err(problems) = run_analysis(analysis, &inputs, inside, &mut sink) {
            sink.problems.extend(problems);
        }
    }
    stop_if_cancelled(world)?;
    world.progress("looking for errors of method", 0.95);
    let case = Case::new(plan, base, &population.rows, &variables, &endpoints, &inside, &clusters);
    let findings = all_findings(&judge(&case), known_problems, std::mem::take(&mut sink.problems));
    let restricted = plan.analyses.iter().zip(inside).filter(|(a, _)| a.restriction.is_some());
    let restrictions = restricted.map(|(a, inside)| (a.id.clone(), inside)).collect();
    let subjects = subjects(&population, &endpoints, &mut sink);
    let results = RunResults {
        outline: outline(plan, base, &population, &endpoints, identity),
        stats: sink.stats,
        curves: sink.curves,
        methods: crate::methods::in_order(sink.methods),
        models: sink.models,
        findings,
        cohorts: sink.cohorts,
        subjects: Some(subjects),
    };
    Ok(Finished { results, population, variables, endpoints, restrictions, clusters })
}

/// The critic's findings first, the most harmful of all first; then what is known from the check, and what the analyses told.
/// A model of few events is told once: by the critic, with its size.
fn all_findings(critic: &[Finding], known: Problems, told: Problems) -> Vec<FindingRow> {
    let few_events = critic.iter().any(|f| f.problem.code == "OM132");
    let told = told.into_iter().filter(|p| !(few_events && p.code == "OM108"));
    let rest: Problems = known.into_iter().chain(told).collect();
    let rows = critic.iter().map(|f| (&f.problem, f.harm)).chain(rest.iter().map(|p| (p, 0.0)));
    rows.enumerate().map(|(i, (problem, harm))| FindingRow { harm, ..finding((i, problem)) }).collect()
}

fn stop_if_cancelled(world: &dyn World) -> Result<(), Problems> {
    if world.cancelled() {
        return Err(Problem::error("OM330", "stopped at your request").why("nothing was written").into());
    }
    Ok(())
}

fn all_endpoints(
    plan: &Plan,
    base: &Base,
    population: &Population,
    sink: &mut Sink,
) -> Result<Vec<EndpointData>, Problems> {
    let mut found = Vec::new();
    let mut stopped = Problems::new();
    for endpoint in &plan.endpoints {
        match derive_endpoint(endpoint, &plan.time_zero, base, &population.rows, &mut sink.problems) {
            Ok(data) => {
                let source = Source { plan, base, rows: &population.rows };
                write_endpoint(endpoint, &data, source, sink);
                found.push(data);
            }
            Err(problems) => stopped.extend(problems),
        }
    }
    if stopped.is_empty() { Ok(found) } else { Err(stopped) }
}

/// Who meets the restriction of each analysis.
pub(crate) fn restrictions(
    plan: &Plan,
    base: &Base,
    population: &Population,
    variables: &[Variable],
) -> Result<Vec<Vec<bool>>, Problems> {
    plan.analyses.iter().map(|a| restriction(a, base, population, variables)).collect()
}

fn restriction(
    analysis: &AnalysisPlan,
    base: &Base,
    population: &Population,
    variables: &[Variable],
) -> Result<Vec<bool>, Problems> {
    let Some((text, expression)) = &analysis.restriction else {
        return Ok(vec![true; population.rows.len()]);
    };
    let columns: Vec<_> = variables.iter().map(|v| as_column(&v.plan, &v.values)).collect();
    let table = base.data.table.select(&population.rows);
    let scope = Scope::of_columns(columns.iter().chain(&table.columns))
        .with_related(base.related.as_ref(), Some(&population.rows));
    let rows: Vec<usize> = (0..population.rows.len()).collect();
    let answers = evaluate_truth(expression, &scope, &rows).map_err(|e| {
        Problem::error("OM315", format!("the restriction `{}` could not be run: {e}", text.text))
            .at(Place::subject(format!("analysis `{}`", analysis.id)))
    })?;
    // A restriction that cannot be answered leaves the patient out, as in SQL; the count stands in the report.
    Ok(answers.iter().map(|a| *a == Some(true)).collect())
}

fn write_flow(population: &Population, endpoints: &[EndpointData], sink: &mut Sink) {
    use crate::analysis::Row;
    let everybody = sink.cohort("", "", "", population.rows.len());
    let mut before: Option<crate::relational::Counts> = None;
    for step in &population.steps {
        let key = StatKey::new("flow", "", "flow").variable(&step.id, "");
        let cohort = if step.kind == "final" { everybody.as_str() } else { "" };
        let row = Row::new(key, "count", cohort, true);
        let numbers = [
            ("n", Some(step.n as f64)),
            ("n.excluded", Some(step.n_excluded as f64)),
            ("n.unknown", Some(step.n_unknown as f64)),
        ];
        sink.add(&row, &numbers);
        if let Some(counts) = step.counts {
            let patients_before = before.map_or(counts.patients, |c| c.patients);
            let numbers = [
                ("n.patients", Some(counts.patients as f64)),
                ("n.courses", Some(counts.courses as f64)),
                ("n.lesions", Some(counts.lesions as f64)),
                ("n.excluded.patients", Some((patients_before - counts.patients) as f64)),
            ];
            sink.add(&row, &numbers);
        }
        before = step.counts;
    }
    for endpoint in endpoints {
        let id = format!("endpoint:{}", endpoint.name);
        let key = StatKey::new("flow", "", "flow");
        for (reason, n) in &endpoint.excluded {
            let row = Row::new(key.clone().variable(&id, reason), "count", "", true);
            sink.add(&row, &[("n.excluded", Some(*n as f64))]);
        }
        let cohort = sink.cohort(&endpoint.name, "", "", endpoint.subject.len());
        let events = endpoint.cause.iter().filter(|c| **c == 1).count();
        let row = Row::new(key.variable(&id, ""), "count", &cohort, true);
        sink.add(&row, &[("n", Some(endpoint.subject.len() as f64)), ("n.event", Some(events as f64))]);
    }
}

/// Levels of scores: how many patients fall into each.
fn write_variables(variables: &[Variable], sink: &mut Sink) {
    use crate::analysis::Row;
    use crate::plan::VariableSource;
    for variable in variables {
        let (VariableSource::Score(_), Values::Codes(codes)) = (&variable.plan.source, &variable.values)
        else {
            continue;
        };
        sink.grouping(&variable.plan.name, &variable.plan.levels, || codes.clone());
        for (k, level) in variable.plan.levels.iter().enumerate() {
            let n = codes.iter().filter(|c| **c == k as u32).count();
            let cohort = sink.cohort("", &variable.plan.name, level, n);
            let key = StatKey::new("score", "", "score").variable(&variable.plan.name, level);
            sink.add(&Row::new(key, "count", &cohort, true), &[("n", Some(n as f64))]);
        }
        let missing = (0..codes.len()).filter(|&i| variable.values.is_missing(i)).count();
        let key = StatKey::new("score", "", "score").variable(&variable.plan.name, "");
        sink.add(&Row::new(key, "count", "", true), &[("n.missing", Some(missing as f64))]);
    }
}

fn subjects(population: &Population, endpoints: &[EndpointData], sink: &mut Sink) -> Subjects {
    let sets = endpoints
        .iter()
        .map(|e| SubjectSet {
            endpoint: e.name.clone(),
            subject: e.subject.clone(),
            entry: e.entry.clone().unwrap_or_default(),
            exit: e.time.clone(),
            event: e.cause.clone(),
        })
        .collect();
    Subjects {
        n: population.rows.len(),
        sets,
        groupings: std::mem::take(&mut sink.groupings),
        lanes: std::mem::take(&mut sink.lanes),
    }
}

fn finding((i, problem): (usize, &Problem)) -> FindingRow {
    let mut place = problem.place.to_string();
    if !problem.also_rows.is_empty() {
        let shown: Vec<String> = problem.also_rows.iter().take(50).map(u64::to_string).collect();
        place.push_str(&format!("; also rows {}", shown.join(", ")));
        if problem.also_rows.len() > shown.len() {
            place.push_str(&format!(" and {} more", problem.also_rows.len() - shown.len()));
        }
    }
    FindingRow {
        finding_id: (i + 1).to_string(),
        code: problem.code.to_owned(),
        severity: problem.severity.name().to_owned(),
        place,
        text: problem.what.clone(),
        why: problem.why.clone(),
        mend: problem.mend.clone(),
        n_rows: problem.n_rows() as f64,
        harm: 0.0,
    }
}

fn outline(
    plan: &Plan,
    base: &Base,
    population: &Population,
    endpoints: &[EndpointData],
    identity: &Identity,
) -> Outline {
    Outline {
        schema_version: oligomet_results::SCHEMA_VERSION,
        program_version: identity.program_version.clone(),
        study_sha256: identity.study_sha256.clone(),
        site_sha256: identity.site_sha256.clone(),
        shared: false,
        min_cell: plan.file.report.min_cell,
        study: study_outline(plan, base),
        sources: base.data.sources.iter().map(source_outline).collect(),
        flow: flow_outline(population, plan, endpoints),
        variables: plan.variables.iter().map(variable_outline).collect(),
        endpoints: plan
            .endpoints
            .iter()
            .zip(endpoints)
            .map(|(e, data)| endpoint_outline(e, data, plan))
            .collect(),
        analyses: plan.analyses.iter().map(|a| analysis_outline(a, plan)).collect(),
        figures: figure_outlines(plan),
        amendments: plan.file.amendments.iter().map(amendment_text).collect(),
        synthetic: base.related.as_ref().is_some_and(|r| r.records.synthetic),
    }
}

fn study_outline(plan: &Plan, base: &Base) -> StudyOutline {
    let study = &plan.file.study;
    let cohort = &plan.file.cohort;
    let text = |t: &Option<oligomet_base::file::Text>| t.as_ref().map(|t| t.text.clone()).unwrap_or_default();
    let ethics: Vec<String> = study.ethics.iter().map(|(k, v)| format!("{k}: {v}")).collect();
    StudyOutline {
        id: study.id.text.clone(),
        title: study.title.text.clone(),
        design: text(&study.design),
        unit: crate::relational::unit_of(&plan.file).name().into(),
        cohort_label: text(&cohort.label),
        population: text(&cohort.population),
        time_zero: text(&cohort.time_zero),
        time_zero_label: plan.time_zero.label.clone(),
        show: Some(study.show.unwrap_or(TimeUnit::Months)),
        period: study.period.as_ref().map(|(a, b)| format!("{} to {}", a.text, b.text)).unwrap_or_default(),
        cutoff: text(&study.cutoff),
        ethics: ethics.join("; "),
        guidelines: study.guidelines.iter().map(|g| g.text.clone()).collect(),
        style: plan.file.report.style.clone(),
        records: base.related.as_ref().map(|r| records_sentences(plan, r)).unwrap_or_default(),
    }
}

fn source_outline(source: &oligomet_schema::SourceFile) -> SourceOutline {
    SourceOutline {
        name: source.name.clone(),
        sheet: source.sheet.clone().unwrap_or_default(),
        sha256: source.sha256.clone(),
        n_rows: source.n_rows as u64,
        unmapped: source.unmapped.clone(),
    }
}

fn flow_outline(population: &Population, plan: &Plan, endpoints: &[EndpointData]) -> Vec<FlowOutline> {
    let step = |s: &FlowStep| FlowOutline {
        id: s.id.clone(),
        label: s.label.clone(),
        kind: s.kind.to_owned(),
        rule: s.rule.clone(),
        missing: s.missing.clone(),
    };
    let of_endpoint = |e: &EndpointData| FlowOutline {
        id: format!("endpoint:{}", e.name),
        label: plan.endpoints.iter().find(|p| p.name == e.name).map_or(e.name.clone(), |p| p.label.clone()),
        kind: "endpoint".into(),
        ..FlowOutline::default()
    };
    population.steps.iter().map(step).chain(endpoints.iter().map(of_endpoint)).collect()
}

fn variable_outline(variable: &crate::plan::VariablePlan) -> VariableOutline {
    let cut_source = match &variable.source {
        crate::plan::VariableSource::Covariate(c, _) => c.cut_source.map_or("", |s| s.name()),
        crate::plan::VariableSource::Score(_) | crate::plan::VariableSource::Given => "",
    };
    VariableOutline {
        name: variable.name.clone(),
        label: variable.label.clone(),
        unit: variable.unit.clone(),
        kind: if variable.is_number() { VariableKind::Number } else { VariableKind::Factor },
        levels: variable.levels.clone(),
        reference: variable.reference.and_then(|r| variable.levels.get(r)).cloned().unwrap_or_default(),
        definition: variable.definition.clone(),
        cut_source: cut_source.to_owned(),
    }
}

fn endpoint_outline(endpoint: &EndpointPlan, data: &EndpointData, plan: &Plan) -> EndpointOutline {
    EndpointOutline {
        name: endpoint.name.clone(),
        label: endpoint.label.clone(),
        sentence: endpoint_sentence(endpoint, endpoint.zero(&plan.time_zero), plan.file.therapy.stop),
        time_zero_label: endpoint.time_zero.as_ref().map_or_else(String::new, |zero| zero.label.clone()),
        causes: data.causes.clone(),
        conditional_from: data.conditional_from,
        source: endpoint.source.clone(),
    }
}

fn analysis_outline(analysis: &AnalysisPlan, plan: &Plan) -> AnalysisOutline {
    let term =
        |name: &String| TermOutline { variable: name.clone(), per: plan.variable(name).and_then(|v| v.per) };
    AnalysisOutline {
        id: analysis.id.clone(),
        kind: analysis.kind,
        title: analysis.title.clone(),
        endpoint: analysis.endpoint.clone(),
        by: analysis.by.clone(),
        variables: analysis.vars.clone(),
        terms: analysis.terms.iter().map(term).collect(),
        at: analysis.at.clone(),
        tau: analysis.tau.clone(),
        conf_level: analysis.conf_level,
        conf_type: crate::check::conf_type_name(analysis.conf_type).into(),
        numbers: if analysis.numbers.is_empty() { vec!["median".into()] } else { analysis.numbers.clone() },
        test: match analysis.test {
            TestPlan::None => "none",
            TestPlan::LogRank => "logrank",
            TestPlan::Auto => "auto",
        }
        .into(),
        planned: analysis.planned,
        restriction: analysis.restriction.as_ref().map(|(t, _)| t.text.clone()).unwrap_or_default(),
        missing: analysis.missing.clone(),
        select: match analysis.select {
            crate::model::Select::All => "none".into(),
            crate::model::Select::Univariable(p) => format!("univariable p<{}", shortest(p)),
        },
        cluster: analysis.sampling.clusters.clone(),
        factor: analysis.factor.clone(),
        against: analysis.against,
        alternative: analysis.against.map_or("", |_| analysis.alternative.name()).to_owned(),
        landmark: analysis.landmark.clone(),
        marks: analysis.marks.iter().map(|m| m.name.clone()).collect(),
    }
}

/// The figures that the study names; without any, the flow, every curve and every model.
fn figure_outlines(plan: &Plan) -> Vec<FigureOutline> {
    if plan.file.figures.is_empty() {
        let drawn = plan.analyses.iter().filter(|a| crate::check::is_drawn(a.kind));
        let flow = default_figure("flow", "flow", "Flow of patients");
        return std::iter::once(flow).chain(drawn.map(|a| default_figure(&a.id, &a.id, &a.title))).collect();
    }
    plan.file
        .figures
        .iter()
        .map(|f| {
            let title = plan
                .analyses
                .iter()
                .find(|a| a.id == f.of.text)
                .map_or("Flow of patients", |a| a.title.as_str());
            let default = default_figure(&f.id, &f.of, title);
            FigureOutline {
                caption: f.caption.as_ref().map_or(default.caption, |c| c.text.clone()),
                width_mm: f.width_mm,
                table: f
                    .table
                    .as_ref()
                    .map_or(default.table, |rows| rows.iter().map(|r| r.text.clone()).collect()),
                ribbon: f.ribbon.unwrap_or(default.ribbon),
                censor_marks: f.censor_marks.unwrap_or(default.censor_marks),
                median: f.median.unwrap_or(default.median),
                mono: f.mono,
                x_max: f.x_max.map(|d| d.days()),
                x_tick: f.x_tick.map(|d| d.days()),
                one_minus_km: f.one_minus_km,
                id: default.id,
                of: default.of,
            }
        })
        .collect()
}

fn default_figure(id: &str, of: &str, caption: &str) -> FigureOutline {
    FigureOutline {
        id: id.into(),
        of: of.into(),
        caption: caption.into(),
        width_mm: 174.0,
        table: vec!["at_risk".into(), "events".into()],
        ribbon: true,
        censor_marks: true,
        median: true,
        mono: false,
        x_max: None,
        x_tick: None,
        one_minus_km: false,
    }
}

fn amendment_text(a: &crate::model::Amendment) -> String {
    let when = if a.after_data { "after the data were seen" } else { "before the data were seen" };
    format!("{} ({when}): {}. Reason: {}.", a.date.text, a.what.text, a.why.text)
}
