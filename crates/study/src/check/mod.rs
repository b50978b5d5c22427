//! Resolves a study against data: names, kinds, forced choices. All problems at once, each at its line.

mod analysis;
mod endpoint;
mod kinds;
mod variable;

pub use analysis::CONF_TYPES;
pub(crate) use analysis::{conf_type_name, is_drawn};
pub(crate) use variable::NO_YES;

use oligomet_base::file::{Text, TomlFile};
use oligomet_base::suggest::did_you_mean;
use oligomet_base::{Duration, Problem, Problems};
use oligomet_schema::{ColumnType, DataSet, ProblemsFound, Records};

use crate::derive::Base;
use crate::expression::{Expression, ExpressionError, Scope};
use crate::model::{StudyFile, Unit};
use crate::plan::{Axis, Plan, Rule, TimePoint, Written};
use crate::read::{OPEN, read_study};

/// Reads and checks a study against data.
///
/// Gives the plan and the base table, or `None` where an error stands among the problems.
#[must_use]
pub fn check(name: &str, text: &str, data: DataSet) -> ProblemsFound<Option<(Plan, Base)>> {
    let file = TomlFile::new(name, text);
    let Some(study) = read_study(&file) else { return (None, file.take_problems()) };
    refuse_relational(&study, &file);
    let base = Base::new(data, &study, &file);
    finish(&file, &study, base)
}

/// Reads and checks a study against relational records.
///
/// Gives the plan and the base table with one row per unit, or `None` where an error stands among the problems.
#[must_use]
pub fn check_records(name: &str, text: &str, records: Records) -> ProblemsFound<Option<(Plan, Base)>> {
    let file = TomlFile::new(name, text);
    let Some(study) = read_study(&file) else { return (None, file.take_problems()) };
    let base = crate::relational::build(records, &study, &file);
    finish(&file, &study, base)
}

fn finish(file: &TomlFile, study: &StudyFile, base: Base) -> ProblemsFound<Option<(Plan, Base)>> {
    let plan = Checker { file, study, base: &base }.plan();
    let problems: Problems = file.take_problems();
    if problems.has_errors() {
        return (None, problems);
    }
    (plan.map(|plan| (plan, base)), problems)
}

/// What needs the relational tables of a department cannot be asked of one table.
fn refuse_relational(study: &StudyFile, file: &TomlFile) {
    if let Some((unit, span)) = study.study.unit.as_ref().filter(|(u, _)| *u != Unit::Patient) {
        let what = format!("the unit cannot be \"{}\" for a table with one row per patient", unit.name());
        let problem = Problem::error("OM310", what)
            .why("courses and lesions need the relational tables of a department, where patients repeat")
            .mend("write `unit = \"patient\"`");
        file.report_at(span.clone(), problem);
    }
}

/// What every part of the check needs.
struct Checker<'a> {
    file: &'a TomlFile,
    study: &'a StudyFile,
    base: &'a Base,
}

impl Checker<'_> {
    fn plan(&self) -> Option<Plan> {
        let time_zero = self.time_zero();
        let scope = self.base.scope();
        let population = self.study.cohort.population.as_ref().map(|p| self.rule(p, &scope));
        let rules: Vec<Option<Rule>> =
            self.study.eligibility.iter().map(|e| self.eligibility(e, &scope)).collect();
        let endpoints = self.endpoints(time_zero.as_ref());
        let variables = self.variables(&scope);
        let analyses = self.analyses(&endpoints, &variables);
        self.figures(&analyses);
        if self.study.analyses.is_empty() {
            self.file.report(
                Problem::error("OM312", "the study has no analysis")
                    .why("there would be nothing to report")
                    .mend("add blocks that begin with [[analysis]]"),
            );
        }
        let population = match population {
            Some(None) => return None,
            Some(found) => found,
            None => None,
        };
        Some(Plan {
            file: self.study.clone(),
            time_zero: time_zero?,
            population,
            rules: rules.into_iter().collect::<Option<Vec<_>>>()?,
            endpoints: endpoints.into_iter().collect::<Option<Vec<_>>>()?,
            variables: variables.into_iter().collect::<Option<Vec<_>>>()?,
            analyses: analyses.into_iter().collect::<Option<Vec<_>>>()?,
            written: Written { name: self.file.name().to_owned(), text: self.file.text().to_owned() },
        })
    }

    fn time_zero(&self) -> Option<TimePoint> {
        let name = self.study.cohort.time_zero.as_ref()?;
        if name.text == OPEN {
            self.open_question(name, "from which date do you count?", &self.time_columns());
            return None;
        }
        let mut point = self.time_point(name, "time_zero")?;
        if let Some(label) = &self.study.cohort.time_zero_label {
            point.label = label.text.clone();
        }
        Some(point)
    }

    fn eligibility(&self, rule: &crate::model::Eligibility, scope: &Scope<'_>) -> Option<Rule> {
        let expression = self.rule(&rule.rule, scope)?;
        Some(Rule {
            id: rule.id.text.clone(),
            label: rule.label.text.clone(),
            text: rule.rule.text.clone(),
            expression,
            keeps: rule.keeps,
            missing: rule.missing?,
        })
    }

    fn rule(&self, text: &Text, scope: &Scope<'_>) -> Option<Expression> {
        self.understood(text, Expression::parse_rule(text, scope))
    }

    fn understood(&self, text: &Text, parsed: Result<Expression, ExpressionError>) -> Option<Expression> {
        match parsed {
            Ok(expression) => Some(expression),
            Err(error) => {
                self.file.report(expression_problem(self.file, text, &error));
                None
            }
        }
    }

    /// A column that is a date or a duration, or the origin of times.
    fn time_point(&self, name: &Text, key: &str) -> Option<TimePoint> {
        let data = &self.base.data;
        if let Some(column) = data.table.column(&name.text) {
            let axis = match column.kind {
                ColumnType::Date => Axis::Calendar,
                ColumnType::Duration if self.base.related.is_none() => self.base.duration_axis(),
                other => {
                    self.wrong_column(name, key, &format!("`{}` is of type {}", name.text, other.name()));
                    return None;
                }
            };
            return Some(TimePoint { column: Some(column.name.clone()), axis, label: column.label.clone() });
        }
        if data.origin.as_deref() == Some(&name.text) {
            return Some(TimePoint { column: None, axis: Axis::Origin, label: name.text.replace('_', " ") });
        }
        self.wrong_column(name, key, &format!("there is no date or time `{}`", name.text));
        None
    }

    fn wrong_column(&self, name: &Text, key: &str, what: &str) {
        let times = self.time_columns();
        let mend = did_you_mean(name, times.iter().map(String::as_str))
            .unwrap_or_else(|| format!("dates and times here: {}", times.join(", ")));
        let why = format!("`{key}` must be a date, a time since the origin, or the origin itself");
        self.file.report_at(name.span.clone(), Problem::error("OM313", what.to_owned()).why(why).mend(mend));
    }

    /// Names that can be points in time.
    fn time_columns(&self) -> Vec<String> {
        let data = &self.base.data;
        let durations = self.base.related.is_none();
        let is_time =
            |kind: ColumnType| kind == ColumnType::Date || (durations && kind == ColumnType::Duration);
        let mut names: Vec<String> =
            data.table.columns.iter().filter(|c| is_time(c.kind)).map(|c| c.name.clone()).collect();
        names.extend(data.origin.clone().filter(|o| data.table.column(o).is_none()));
        names
    }

    fn open_question(&self, at: &Text, question: &str, answers: &[String]) {
        self.file.report_at(
            at.span.clone(),
            Problem::error("OM306", format!("a question is still open: {question}"))
                .why("this choice changes the result and has no default")
                .mend(format!("write one of: {}", answers.join(", "))),
        );
    }

    fn unknown_name(&self, name: &Text, what: &str, known: &[&str]) {
        let mend = did_you_mean(name, known.iter().copied())
            .unwrap_or_else(|| format!("known: {}", known.join(", ")));
        self.file.report_at(
            name.span.clone(),
            Problem::error("OM314", format!("there is no {what} `{}`", name.text)).mend(mend),
        );
    }
}

/// An expression's error at the word that is meant, where it is one word.
fn expression_problem(file: &TomlFile, text: &Text, error: &ExpressionError) -> Problem {
    let raw = file.text().get(text.span.clone()).unwrap_or("");
    let span = match error.word.as_deref().and_then(|w| raw.find(w).map(|at| (at, w.len()))) {
        Some((at, length)) => text.span.start + at..text.span.start + at + length,
        None => text.span.clone(),
    };
    Problem::error("OM315", error.what.clone())
        .at(file.place(span))
        .why("a rule that is not understood must not run")
        .mend(error.mend.clone())
}

fn written(duration: &Duration) -> (f64, String) {
    (duration.days(), duration.to_string())
}
