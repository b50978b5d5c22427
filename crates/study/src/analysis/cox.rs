//! Cox models: each term alone, and together; with counts, tests, concordance and the proportional-hazards test.

use oligomet_base::number::counted;
use oligomet_base::{Place, Problem, Problems};
use oligomet_results::{ModelRow, StatKey};
use oligomet_survival::{
    Coefficient, Convergence, CoxFit, CoxModel, CoxOptions, CoxWarning, Design, NotEstimable, SurvivalError,
    Ties, TimeTransform,
};

use super::sink::{Row, Sink};
use super::{Inputs, Outcomes, code};
use crate::derive::{EndpointData, Values, Variable};
use crate::model::Select;
use crate::plan::AnalysisPlan;

/// Below so many events no regression is fitted (clinical review, item 5).
const LEAST_EVENTS: usize = 10;

/// A model's columns: which term and level each one is.
struct Columns<'a> {
    terms: Vec<&'a Variable>,
    /// (term, level; `None` for a number) per column.
    of: Vec<(usize, Option<usize>)>,
    values: Vec<Vec<f64>>,
}

impl<'a> Columns<'a> {
    fn of(terms: &[&'a Variable], subjects: &[u32]) -> Self {
        let mut columns = Self { terms: terms.to_vec(), of: Vec::new(), values: Vec::new() };
        for (t, term) in terms.iter().enumerate() {
            match &term.values {
                Values::Numbers(x) => {
                    let per = term.plan.per.unwrap_or(1.0);
                    columns.push(t, None, subjects.iter().map(|s| x[*s as usize] / per).collect());
                }
                Values::Codes(_) => {
                    let reference = term.plan.reference.unwrap_or(0);
                    for level in (0..term.plan.levels.len()).filter(|l| *l != reference) {
                        let indicator = |s: &u32| f64::from(u8::from(code(term, *s) == level as u32));
                        columns.push(t, Some(level), subjects.iter().map(indicator).collect());
                    }
                }
            }
        }
        columns
    }

    fn push(&mut self, term: usize, level: Option<usize>, values: Vec<f64>) {
        self.of.push((term, level));
        self.values.push(values);
    }

    fn level_name(&self, column: usize) -> &str {
        let (term, level) = self.of[column];
        level.map_or("", |l| self.terms[term].plan.levels[l].as_str())
    }
}

/// Where a fit's rows go: the multivariable model, or one term alone.
struct Destination<'p> {
    plan: &'p AnalysisPlan,
    context: &'static str,
    fit_context: &'static str,
    model: String,
    /// The term, in the key of a univariable fit.
    alone: String,
    cohort: String,
}

impl Destination<'_> {
    fn term(&self, variable: &str, level: &str) -> Row {
        let key = StatKey::new(&self.plan.id, &self.plan.endpoint, self.context).variable(variable, level);
        Row::new(key, "cox", &self.cohort, self.plan.planned).level(self.plan.conf_level)
    }

    fn fit(&self) -> Row {
        let key =
            StatKey::new(&self.plan.id, &self.plan.endpoint, self.fit_context).variable(&self.alone, "");
        Row::new(key, "cox", &self.cohort, self.plan.planned)
    }
}

pub(super) fn run(
    plan: &AnalysisPlan,
    inputs: &Inputs<'_>,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let Some(endpoint) = inputs.endpoint(&plan.endpoint) else { return Ok(()) };
    let terms: Vec<&Variable> = plan.terms.iter().filter_map(|t| inputs.variable(t)).collect();
    let ties = if plan.ties == Ties::Breslow { "Breslow" } else { "Efron" };
    sink.method_with("cox", &[("ties", ties.to_owned()), ("missing", plan.missing.clone())]);
    for term in &terms {
        fit_one(plan, &[term], "cox.uni", endpoint, inside, sink)?;
    }
    let chosen = select(plan, &terms, sink);
    if chosen.is_empty() {
        sink.problem(
            Problem::warning(
                "OM123",
                format!("no term of `{}` meets its selection; there is no multivariable model", plan.id),
            )
            .at(Place::subject(format!("analysis `{}`", plan.id))),
        );
        return Ok(());
    }
    fit_one(plan, &chosen, "cox", endpoint, inside, sink)
}

/// The terms of the multivariable model.
fn select<'a>(plan: &AnalysisPlan, terms: &[&'a Variable], sink: &mut Sink) -> Vec<&'a Variable> {
    let Select::Univariable(limit) = plan.select else { return terms.to_vec() };
    sink.problem(
        Problem::warning("OM104", format!("terms of `{}` were selected by their univariable P value", plan.id))
            .at(Place::subject(format!("analysis `{}`", plan.id)))
            .why("selection by P in the same data makes the remaining hazard ratios too large and their intervals too narrow")
            .mend("name the terms beforehand from what is known, and write select = \"none\""),
    );
    let p_value = |term: &&&Variable| {
        let key = StatKey::new(&plan.id, &plan.endpoint, "cox.uni.fit").variable(&term.plan.name, "");
        sink.stats.value(&key, "lr.p.value").is_some_and(|p| p < limit)
    };
    terms.iter().filter(p_value).copied().collect()
}

fn fit_one(
    plan: &AnalysisPlan,
    terms: &[&Variable],
    context: &'static str,
    endpoint: &EndpointData,
    inside: &[bool],
    sink: &mut Sink,
) -> Result<(), Problems> {
    let complete = |s: u32| inside[s as usize] && terms.iter().all(|t| !t.values.is_missing(s as usize));
    let outcomes = Outcomes::of(endpoint, complete);
    let n_candidates = endpoint.subject.iter().filter(|s| inside[**s as usize]).count();
    let to = destination(plan, terms, context, &outcomes, n_candidates, inside.len(), sink);
    write_counts(&to, terms, &outcomes, n_candidates, inside.len(), sink);
    if outcomes.n_events() < LEAST_EVENTS {
        too_few_events(&to, terms, outcomes.n_events(), sink);
        return Ok(());
    }
    let columns = Columns::of(terms, &outcomes.subject);
    if let Err(error) = fit_and_write(&to, &outcomes, &columns, sink) {
        sink.add_or(&to.fit(), "loglik", None, Some(&error.to_string()));
        sink.problem(
            Problem::warning(
                "OM120",
                format!("the model of `{}` ({}) could not be fitted: {error}", plan.id, to.model),
            )
            .at(Place::subject(format!("analysis `{}`", plan.id)))
            .why("the model is left out of the report; the others go on"),
        );
    }
    Ok(())
}

fn fit_and_write(
    to: &Destination<'_>,
    outcomes: &Outcomes,
    columns: &Columns<'_>,
    sink: &mut Sink,
) -> Result<(), SurvivalError> {
    let slices: Vec<&[f64]> = columns.values.iter().map(Vec::as_slice).collect();
    let terms: Vec<usize> = columns.of.iter().map(|(t, _)| *t).collect();
    let design = Design::new(&slices)?.with_terms(&terms)?;
    let options = CoxOptions { ties: to.plan.ties, conf_level: to.plan.conf_level, ..CoxOptions::default() };
    let sample = outcomes.sample()?;
    let model = CoxModel::new(&sample, &design, &options)?;
    let fit = model.fit()?;
    write_coefficients(to, columns, &fit, sink);
    write_fit(to, &model, &fit, sink);
    write_terms(to, columns, &model, &fit, sink);
    if to.alone.is_empty() {
        write_proportional_hazards(to, columns, &model, &fit, sink);
    }
    write_model(to, columns, &model, &fit, sink);
    tell_warnings(to, columns, &fit, sink);
    Ok(())
}

fn destination<'p>(
    plan: &'p AnalysisPlan,
    terms: &[&Variable],
    context: &'static str,
    outcomes: &Outcomes,
    n_candidates: usize,
    n_subjects: usize,
    sink: &mut Sink,
) -> Destination<'p> {
    let multivariable = context == "cox";
    let alone = if multivariable { String::new() } else { terms[0].plan.name.clone() };
    let whole = outcomes.len() == n_candidates && plan.restriction.is_none();
    let cohort = if whole {
        sink.cohort(&plan.endpoint, "", "", outcomes.len())
    } else {
        let name = if multivariable { format!("in {}", plan.id) } else { format!("in {}: {alone}", plan.id) };
        sink.grouping(&name, &["yes".to_owned()], || {
            let mut codes = vec![u32::MAX; n_subjects];
            for s in &outcomes.subject {
                codes[*s as usize] = 0;
            }
            codes
        });
        sink.cohort(&plan.endpoint, &name, "yes", outcomes.len())
    };
    Destination {
        plan,
        context,
        fit_context: if multivariable { "cox.fit" } else { "cox.uni.fit" },
        model: if multivariable { "multivariable".into() } else { format!("univariable: {alone}") },
        alone,
        cohort,
    }
}

/// Patients and events of every term and level.
fn write_counts(
    to: &Destination<'_>,
    terms: &[&Variable],
    outcomes: &Outcomes,
    n_candidates: usize,
    n_subjects: usize,
    sink: &mut Sink,
) {
    let mut inside: Option<Vec<bool>> = None;
    for term in terms {
        if term.plan.is_number() {
            let row = Row { method: "count", ..to.term(&term.plan.name, "") };
            sink.add(
                &row,
                &[("n", Some(outcomes.len() as f64)), ("n.event", Some(outcomes.n_events() as f64))],
            );
            continue;
        }
        let whole = to.cohort == to.plan.endpoint;
        let name = if whole {
            term.plan.name.clone()
        } else {
            format!(
                "{} {}",
                term.plan.name,
                to.cohort.split('|').nth(1).unwrap_or("").trim_end_matches("=yes")
            )
        };
        let members = inside.get_or_insert_with(|| {
            let mut members = vec![false; n_subjects];
            outcomes.subject.iter().for_each(|s| members[*s as usize] = true);
            members
        });
        sink.grouping(&name, &term.plan.levels, || {
            let of = |s: u32| if whole || members[s as usize] { code(term, s) } else { u32::MAX };
            (0..n_subjects as u32).map(of).collect()
        });
        for (k, level) in term.plan.levels.iter().enumerate() {
            let (n, events) = outcomes.counts(|s| code(term, s) == k as u32);
            let cohort = sink.cohort(&to.plan.endpoint, &name, level, n);
            let row = Row { method: "count", cohort, ..to.term(&term.plan.name, level) };
            sink.add(&row, &[("n", Some(n as f64)), ("n.event", Some(events as f64))]);
        }
    }
    let missing = n_candidates - outcomes.len();
    let row = Row { method: "count", ..to.fit() };
    let numbers = [
        ("n", Some(outcomes.len() as f64)),
        ("n.event", Some(outcomes.n_events() as f64)),
        ("n.missing", Some(missing as f64)),
    ];
    sink.add(&row, &numbers);
    if missing > 0 && to.alone.is_empty() {
        sink.problem(
            Problem::note(
                "OM124",
                format!(
                    "{} not in the model of `{}`: a covariate is missing",
                    counted(missing, "patient"),
                    to.plan.id
                ),
            )
            .at(Place::subject(format!("analysis `{}`", to.plan.id)))
            .why("the study asks for complete cases; they may differ from the others"),
        );
    }
}

fn too_few_events(to: &Destination<'_>, terms: &[&Variable], events: usize, sink: &mut Sink) {
    let why = format!("not fitted: {events} events, fewer than {LEAST_EVENTS}");
    for term in terms {
        let levels: Vec<&str> = match term.plan.is_number() {
            true => vec![""],
            false => term.plan.levels.iter().map(String::as_str).collect(),
        };
        for level in
            levels.into_iter().filter(|l| term.plan.reference.is_none_or(|r| term.plan.levels[r] != *l))
        {
            sink.add_or(&to.term(&term.plan.name, level), "estimate", None, Some(&why));
        }
    }
    sink.add_or(&to.fit(), "loglik", None, Some(&why));
    if to.alone.is_empty() {
        sink.problem(
            Problem::warning("OM105", format!("the model of `{}` is {why}", to.plan.id))
                .at(Place::subject(format!("analysis `{}`", to.plan.id)))
                .why("with so few events hazard ratios and their intervals mean nothing")
                .mend("show curves and counts; wait for more follow-up"),
        );
    }
}

/// Why a coefficient does not exist, in words.
fn why_not(columns: &Columns<'_>, why: &NotEstimable) -> String {
    match why {
        NotEstimable::Infinite { .. } => {
            "not estimable: the covariate separates patients with the event from the others (the hazard ratio has no finite estimate)".into()
        }
        NotEstimable::Constant => "not estimable: it is the same in all patients of the model".into(),
        NotEstimable::Collinear { with } => {
            let others: Vec<String> = with
                .iter()
                .map(|&c| {
                    let (term, _) = columns.of[c];
                    let level = columns.level_name(c);
                    let name = &columns.terms[term].plan.label;
                    if level.is_empty() { name.clone() } else { format!("{name} {level}") }
                })
                .collect();
            format!("not estimable: it follows from {}", others.join(", "))
        }
    }
}

fn write_coefficients(to: &Destination<'_>, columns: &Columns<'_>, fit: &CoxFit, sink: &mut Sink) {
    for (c, coefficient) in fit.coefficients.iter().enumerate() {
        let (term, _) = columns.of[c];
        let mut row = to.term(&columns.terms[term].plan.name, columns.level_name(c));
        row.cohort = cohort_of_level(sink, &row).unwrap_or(row.cohort);
        match coefficient {
            Coefficient::Estimated(e) => {
                let numbers = [
                    ("estimate", Some(e.log_hazard_ratio)),
                    ("std.error", Some(e.std_error)),
                    ("statistic", Some(e.statistic)),
                    ("p.value", Some(e.p_value)),
                    ("conf.low", Some(e.conf_low)),
                    ("conf.high", Some(e.conf_high)),
                    ("hazard.ratio", Some(e.hazard_ratio)),
                    ("hazard.ratio.low", Some(e.hazard_ratio_low)),
                    ("hazard.ratio.high", Some(e.hazard_ratio_high)),
                ];
                sink.add(&row, &numbers);
            }
            Coefficient::NotEstimable(why) => {
                let text = why_not(columns, why);
                let row = row.warn(Some(text.clone()));
                for name in [
                    "estimate",
                    "std.error",
                    "p.value",
                    "hazard.ratio",
                    "hazard.ratio.low",
                    "hazard.ratio.high",
                ] {
                    sink.add_or(&row, name, None, Some(&text));
                }
            }
        }
    }
}

/// The cohort of the level's own patients, written with its counts.
fn cohort_of_level(sink: &Sink, row: &Row) -> Option<String> {
    sink.stats.row(&row.key, "n").map(|n| n.cohort_id.clone())
}

fn write_fit(to: &Destination<'_>, model: &CoxModel<'_>, fit: &CoxFit, sink: &mut Sink) {
    let row = to.fit();
    let numbers = [
        ("loglik.null", Some(fit.loglik_null)),
        ("loglik", Some(fit.loglik)),
        ("lr", Some(fit.likelihood_ratio.statistic)),
        ("lr.p.value", Some(fit.likelihood_ratio.p_value)),
        ("wald", fit.wald.as_ref().map(|w| w.statistic)),
        ("wald.p.value", fit.wald.as_ref().map(|w| w.p_value)),
        ("score", Some(fit.score.statistic)),
        ("score.p.value", Some(fit.score.p_value)),
        ("df", Some(fit.likelihood_ratio.df as f64)),
    ];
    sink.add(&row, &numbers);
    let row = Row { method: "concordance", ..row };
    match model.concordance(fit) {
        Ok(c) => {
            sink.add(&row, &[("concordance", c.estimate.into()), ("concordance.se", c.std_error.into())])
        }
        Err(error) => sink.add_or(&row, "concordance", None, Some(&error.to_string())),
    }
}

/// One test per factor over all its levels.
fn write_terms(
    to: &Destination<'_>,
    columns: &Columns<'_>,
    model: &CoxModel<'_>,
    fit: &CoxFit,
    sink: &mut Sink,
) {
    let Ok(tests) = model.term_tests(fit) else { return };
    for test in tests {
        let Some(term) = columns.terms.get(test.term).filter(|t| !t.plan.is_number()) else { continue };
        let row = Row { method: "likelihood-ratio", ..to.term(&term.plan.name, "") };
        let lr = &test.likelihood_ratio;
        let numbers = [
            ("statistic.global", Some(lr.statistic)),
            ("parameter.global", Some(lr.df as f64)),
            ("p.value.global", Some(lr.p_value)),
        ];
        sink.add(&row, &numbers);
    }
}

fn write_proportional_hazards(
    to: &Destination<'_>,
    columns: &Columns<'_>,
    model: &CoxModel<'_>,
    fit: &CoxFit,
    sink: &mut Sink,
) {
    let row = |name: &str| {
        let key = StatKey::new(&to.plan.id, &to.plan.endpoint, "cox.ph").variable(name, "");
        Row::new(key, "proportional-hazards", &to.cohort, to.plan.planned)
    };
    let test = match model.ph_test(fit, TimeTransform::KaplanMeier) {
        Ok(test) => test,
        Err(error) => return sink.add_or(&row("GLOBAL"), "p.value", None, Some(&error.to_string())),
    };
    let named = columns.terms.iter().zip(&test.terms).map(|(t, r)| (t.plan.name.as_str(), r.as_ref()));
    for (name, result) in named.chain([("GLOBAL", Some(&test.global))]) {
        match result {
            Some(r) => {
                let numbers = [
                    ("statistic", Some(r.statistic)),
                    ("parameter", Some(r.df as f64)),
                    ("p.value", Some(r.p_value)),
                ];
                sink.add(&row(name), &numbers);
            }
            None => sink.add_or(&row(name), "p.value", None, Some("not estimable")),
        }
    }
    let violated = test.terms.iter().flatten().any(|r| r.p_value < 0.05) || test.global.p_value < 0.05;
    if violated {
        sink.problem(
            Problem::warning(
                "OM106",
                format!(
                    "hazards in `{}` are not proportional over the whole follow-up (P < 0.05)",
                    to.plan.id
                ),
            )
            .at(Place::subject(format!("analysis `{}`", to.plan.id)))
            .why("a single hazard ratio is then an average over time that depends on the length of follow-up")
            .mend("look at the curves; give restricted means, or hazard ratios for parts of the follow-up"),
        );
    }
}

fn write_model(
    to: &Destination<'_>,
    columns: &Columns<'_>,
    model: &CoxModel<'_>,
    fit: &CoxFit,
    sink: &mut Sink,
) {
    let base = ModelRow { analysis_id: to.plan.id.clone(), model: to.model.clone(), ..ModelRow::default() };
    for (c, coefficient) in fit.coefficients.iter().enumerate() {
        let (term, _) = columns.of[c];
        let estimate = coefficient.estimate();
        sink.models.push(ModelRow {
            kind: "coefficient".into(),
            term: columns.terms[term].plan.name.clone(),
            level: columns.level_name(c).to_owned(),
            value: estimate.map(|e| e.log_hazard_ratio),
            std_error: estimate.map(|e| e.std_error),
            centre: Some(0.0),
            ..base.clone()
        });
    }
    if !to.alone.is_empty() {
        return;
    }
    for hazard in model.baseline_hazard(fit).iter().flatten() {
        for (time, value) in hazard.time.iter().zip(&hazard.cumulative_hazard) {
            let point =
                ModelRow { kind: "baseline".into(), time: Some(*time), value: Some(*value), ..base.clone() };
            sink.models.push(point);
        }
    }
}

fn tell_warnings(to: &Destination<'_>, columns: &Columns<'_>, fit: &CoxFit, sink: &mut Sink) {
    let place = || Place::subject(format!("analysis `{}`, {}", to.plan.id, to.model));
    if fit.convergence != Convergence::Converged {
        sink.problem(
            Problem::warning("OM125", format!("the model of `{}` did not converge", to.plan.id))
                .at(place())
                .why("its estimates are not the maximum of the likelihood"),
        );
    }
    for warning in &fit.warnings {
        match warning {
            CoxWarning::MonotoneLikelihood { column, .. } => {
                let (term, _) = columns.of[*column];
                let label = &columns.terms[term].plan.label;
                sink.problem(
                    Problem::warning("OM107", format!("{label} {} separates patients with the event from the others", columns.level_name(*column)))
                        .at(place())
                        .why("its hazard ratio has no finite estimate; a large number printed in its place would mean nothing")
                        .mend("show the counts; gather levels, or say that it cannot be estimated"),
                );
            }
            CoxWarning::FewEventsPerParameter { events, parameters } if to.alone.is_empty() => {
                sink.problem(
                    Problem::warning(
                        "OM108",
                        format!("{events} events for {parameters} parameters in `{}`", to.plan.id),
                    )
                    .at(place())
                    .why("below about 10 events per parameter hazard ratios are unstable and too extreme")
                    .mend("name fewer terms beforehand"),
                );
            }
            _ => {}
        }
    }
}
