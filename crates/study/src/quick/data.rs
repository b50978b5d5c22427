//! From a table to an endpoint and variables: complete rows, levels in order, events by their code.

use oligomet_base::number::{counted, shortest};
use oligomet_base::suggest::did_you_mean;
use oligomet_base::{Place, Problem, Problems};
use oligomet_results::StatKey;
use oligomet_schema::{Category, Column, ColumnData, DataSet};
use oligomet_survival::RestrictedCubicSpline;

use super::{Question, Statistic, Term, TermFunction};
use crate::analysis::{Row, Sink};
use crate::derive::{EndpointData, Values, Variable};
use crate::plan::{VariablePlan, VariableSource};

/// Names of the variables that are no covariates; a header cannot hold the character that begins them.
pub(super) const STRATA: &str = "strata";
pub(super) const WEIGHTS: &str = "weights";
pub(super) const CLUSTERS: &str = "clusters";

/// Most rows that a problem lists.
const ROWS_SHOWN: usize = 20;

/// Rows of the table, and why some were left out.
pub(super) struct Counted {
    n_rows: usize,
    n_missing: usize,
}

impl Counted {
    pub(super) fn write(&self, name: &str, endpoint: &str, sink: &mut Sink) {
        let key = StatKey::new(name, endpoint, "data").variable("n", "");
        let numbers = [("n", Some(self.n_rows as f64)), ("n.missing", Some(self.n_missing as f64))];
        sink.add(&Row::new(key, "count", "", true), &numbers);
    }
}

/// A table ready to be analysed.
pub(super) struct Prepared {
    pub(super) endpoint: EndpointData,
    pub(super) variables: Vec<Variable>,
    pub(super) counted: Counted,
    pub(super) problems: Problems,
}

impl Prepared {
    /// The name of the variable in a role.
    pub(super) fn name_of(&self, role: &str) -> String {
        variable_name(role)
    }
}

/// No header begins with this character, so that a role never meets a covariate's name.
fn variable_name(role: &str) -> String {
    format!("\u{1f}{role}")
}

/// Complete rows of a question's columns, as an endpoint and variables.
pub(super) fn prepare(question: &Question, data: &DataSet) -> Result<Prepared, Problems> {
    let table = Columns { data };
    let mut problems = Problems::new();
    let rows = table.complete_rows(question, &mut problems);
    let counted = Counted { n_rows: data.table.n_rows(), n_missing: data.table.n_rows() - rows.len() };
    let mut stops = Problems::new();
    if rows.is_empty() {
        stops.push(
            Problem::error("OM126", "no row has a value in every column used")
                .why("there is nothing to estimate from"),
        );
    }
    let endpoint = table.endpoint(question, &rows, &mut stops, &mut problems);
    let variables = table.variables(question, &rows, &mut stops, &mut problems);
    if stops.is_empty() {
        return Ok(Prepared { endpoint, variables, counted, problems });
    }
    problems.extend(stops);
    Err(problems)
}

struct Columns<'a> {
    data: &'a DataSet,
}

impl<'a> Columns<'a> {
    /// Every used column is there: the table was read for this question.
    fn column(&self, name: &str) -> Option<&'a Column> {
        self.data.table.column(name)
    }

    fn numbers(&self, name: &str) -> &'a [f64] {
        match self.column(name).map(|c| &c.data) {
            Some(ColumnData::Number(x) | ColumnData::Duration(x)) => x,
            _ => &[],
        }
    }

    /// Rows without a missing value in a used column; the others are told, by column.
    fn complete_rows(&self, question: &Question, problems: &mut Problems) -> Vec<usize> {
        let mut names: Vec<&str> = question.columns().iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        names.dedup();
        let columns: Vec<&Column> = names.iter().filter_map(|name| self.column(name)).collect();
        let n = self.data.table.n_rows();
        let rows: Vec<usize> = (0..n).filter(|&r| columns.iter().all(|c| !c.data.is_missing(r))).collect();
        if rows.len() < n {
            let by_column: Vec<String> = columns
                .iter()
                .map(|c| (c.name.as_str(), c.data.n_missing()))
                .filter(|(_, missing)| *missing > 0)
                .map(|(name, missing)| format!("`{name}` in {missing}"))
                .collect();
            problems.push(
                Problem::note(
                    "OM126",
                    format!("{} left out: a value is missing", counted(n - rows.len(), "row")),
                )
                .why(format!("of {n} rows, missing are {}", by_column.join(", "))),
            );
        }
        rows
    }

    /// A problem of a column with the rows of the file that have it.
    fn wrong_rows(&self, column: &str, rows: &[usize], wrong: impl Fn(usize) -> bool) -> Option<Place> {
        let found: Vec<u32> = rows
            .iter()
            .filter(|r| wrong(**r))
            .filter_map(|r| self.data.table.source_rows.get(*r).copied())
            .collect();
        let first = u64::from(*found.first()?);
        let all: Vec<String> = found.iter().take(ROWS_SHOWN).map(u32::to_string).collect();
        let more = if found.len() > ROWS_SHOWN { ", …" } else { "" };
        let subject = (found.len() > 1).then(|| format!("rows {}{more}", all.join(", ")));
        Some(Place { row: Some(first), column: Some(column.to_owned()), subject, ..Place::default() })
    }

    fn endpoint(
        &self,
        question: &Question,
        rows: &[usize],
        stops: &mut Problems,
        problems: &mut Problems,
    ) -> EndpointData {
        let time = self.numbers(&question.time);
        if let Some(place) = self.wrong_rows(&question.time, rows, |r| time[r] < 0.0 || !time[r].is_finite())
        {
            stops.push(
                Problem::error("OM128", format!("`{}` is negative", question.time))
                    .at(place)
                    .why("nobody is observed before time zero")
                    .mend("look up the dates behind it; nothing is set to 0 for you"),
            );
        }
        let entry = question.entry.as_deref().map(|name| (name, self.numbers(name)));
        if let Some((name, entry)) = entry
            && let Some(place) = self.wrong_rows(name, rows, |r| entry[r] >= time[r])
        {
            stops.push(
                Problem::error("OM128", format!("`{name}` is not before `{}`", question.time))
                    .at(place)
                    .why("such a row is under observation for no time")
                    .mend("look up the dates behind it"),
            );
        }
        let (cause, causes) = self.causes(question, rows, stops, problems);
        EndpointData {
            name: question.event.clone(),
            subject: (0..rows.len() as u32).collect(),
            time: rows.iter().map(|&r| time[r]).collect(),
            entry: entry.map(|(_, entry)| rows.iter().map(|&r| entry[r]).collect()),
            which: cause.clone(),
            cause,
            causes,
            ..EndpointData::default()
        }
    }

    /// What each row's event is as text: `0`, `1`, `death`.
    fn event_codes(&self, question: &Question) -> Vec<String> {
        let n = self.data.table.n_rows();
        match self.column(&question.event).map(|c| &c.data) {
            Some(ColumnData::Number(x)) => x.iter().map(|v| shortest(*v)).collect(),
            Some(ColumnData::YesNo(b)) => {
                b.iter().map(|v| if *v == Some(true) { "1" } else { "0" }.to_owned()).collect()
            }
            Some(ColumnData::Text(t)) => t.iter().map(|v| said(v.as_deref().unwrap_or(""))).collect(),
            _ => vec![String::new(); n],
        }
    }

    /// 0, or the number of each row's cause, and the code of each cause. The event asked for is the first.
    fn causes(
        &self,
        question: &Question,
        rows: &[usize],
        stops: &mut Problems,
        problems: &mut Problems,
    ) -> (Vec<u8>, Vec<String>) {
        let codes = self.event_codes(question);
        let mut distinct: Vec<&str> = rows.iter().map(|&r| codes[r].as_str()).collect();
        distinct.sort_unstable_by(|a, b| in_order(a, b));
        distinct.dedup();
        let not_zero: Vec<&str> = distinct.iter().copied().filter(|c| *c != "0").collect();
        let causes = match &question.event_code {
            Some(code) if !not_zero.contains(&code.as_str()) => {
                stops.push(no_such_code(question, code, &distinct));
                Vec::new()
            }
            Some(code) => {
                std::iter::once(code.as_str()).chain(not_zero.into_iter().filter(|c| c != code)).collect()
            }
            None if question.statistic != Statistic::Cif && not_zero.iter().any(|c| *c != "1") => {
                stops.push(which_code(question, &distinct));
                Vec::new()
            }
            None => not_zero,
        };
        if question.statistic == Statistic::Cif
            && !distinct.contains(&"0")
            && distinct.iter().any(|c| c.parse::<f64>().is_err())
        {
            stops.push(which_is_none(question, &distinct));
        }
        if causes.len() > usize::from(u8::MAX) {
            stops.push(
                Problem::error(
                    "OM129",
                    format!("`{}` has {} different values", question.event, causes.len()),
                )
                .why("that is no event column")
                .mend("name the column of events, 0/1 or codes"),
            );
        }
        let number =
            |r: &usize| causes.iter().position(|c| *c == codes[*r]).map_or(0, |at| (at + 1).min(255) as u8);
        let cause: Vec<u8> = rows.iter().map(number).collect();
        let competing = cause.iter().filter(|c| **c > 1).count();
        if competing > 0 && question.statistic != Statistic::Cif {
            problems.push(
                Problem::note(
                    "OM109",
                    format!("{} with another code count as censored", counted(competing, "row")),
                )
                .at(Place { column: Some(question.event.clone()), ..Place::default() })
                .why(
                    "a curve or model that censors competing events says what would happen if they could not",
                )
                .mend("`oligomet cif` gives the cumulative incidence, in which they compete"),
            );
        }
        (cause, causes.into_iter().map(str::to_owned).collect())
    }

    fn variables(
        &self,
        question: &Question,
        rows: &[usize],
        stops: &mut Problems,
        problems: &mut Problems,
    ) -> Vec<Variable> {
        let mut variables: Vec<Variable> = Vec::new();
        for term in &question.covariates {
            match self.covariate(term, rows, problems) {
                Ok(variable) => variables.push(variable),
                Err(problem) => stops.push(*problem),
            }
        }
        if let Some(by) = &question.by {
            // The same column may be a covariate, too: then its levels serve both.
            if !variables.iter().any(|v| v.plan.name == *by && !v.plan.is_number()) {
                variables.insert(0, self.factor(by, by, rows));
            }
        }
        let roles = [(&question.strata, STRATA), (&question.cluster, CLUSTERS)];
        for (column, role) in roles {
            variables.extend(column.as_ref().map(|c| self.factor(&variable_name(role), c, rows)));
        }
        if let Some(column) = &question.weights {
            let weights = self.numbers(column);
            if let Some(place) = self.wrong_rows(column, rows, |r| weights[r] < 0.0) {
                stops.push(
                    Problem::error("OM128", format!("`{column}` is negative"))
                        .at(place)
                        .why("a weight says how many subjects a row stands for"),
                );
            }
            let values = Values::Numbers(rows.iter().map(|&r| weights[r]).collect());
            variables.push(Variable { plan: plan(&variable_name(WEIGHTS), Vec::new(), None), values });
        }
        variables
    }

    fn covariate(
        &self,
        term: &Term,
        rows: &[usize],
        problems: &mut Problems,
    ) -> Result<Variable, Box<Problem>> {
        match term.function {
            TermFunction::Spline(knots) => return self.spline(term, knots, rows),
            TermFunction::Product => return self.product(term, rows, problems),
            _ => {}
        }
        let column = self.column(&term.column);
        if let (Some(ColumnData::Number(x)), false) = (column.map(|c| &c.data), term.is_factor()) {
            let values: Vec<f64> = rows.iter().map(|&r| term.function.apply(x[r])).collect();
            let lost = values.iter().filter(|v| v.is_nan()).count();
            if lost > 0 {
                problems.push(
                    Problem::warning("OM126", format!("{} without `{}`", counted(lost, "row"), term.text))
                        .why("the function has no value there; the rows are left out of the model"),
                );
            }
            let plan = plan(&term.text, Vec::new(), None);
            return Ok(Variable { plan, values: Values::Numbers(values) });
        }
        let mut variable = self.factor(&term.text, &term.column, rows);
        let levels = &variable.plan.levels;
        let reference = match &term.reference {
            None => 0,
            Some(level) => levels.iter().position(|l| l == level).ok_or_else(|| {
                let mut problem =
                    Problem::error("OM129", format!("`{}` has no level \"{level}\"", term.column))
                        .at(Place::subject("--covariates"))
                        .why("the other levels are compared with it");
                if let Some(hint) = did_you_mean(level, levels.iter().map(String::as_str).collect::<Vec<_>>())
                {
                    problem = problem.mend(hint);
                }
                Box::new(problem)
            })?,
        };
        variable.plan.reference = Some(reference);
        Ok(variable)
    }

    /// The columns of a restricted cubic spline: the number itself, then the curved parts, named 1, 2 and so on.
    fn spline(&self, term: &Term, knots: u8, rows: &[usize]) -> Result<Variable, Box<Problem>> {
        let all = self.numbers(&term.column);
        let x: Vec<f64> = rows.iter().map(|&r| all[r]).collect();
        let spline = RestrictedCubicSpline::with_harrell_knots(&x, usize::from(knots)).map_err(|error| {
            Problem::error("OM127", format!("`{}` cannot be formed: {error}", term.text))
                .at(Place::subject("--covariates"))
                .why("the knots stand at quantiles of the column, which must differ")
                .mend("ask for fewer knots, or use the number itself")
        })?;
        let columns = spline.columns(&x);
        let named = columns.into_iter().enumerate().map(|(k, column)| ((k + 1).to_string(), column));
        Ok(Variable { plan: plan(&term.text, Vec::new(), None), values: Values::Columns(named.collect()) })
    }

    /// The products of the columns of the parts, named by their levels.
    fn product(
        &self,
        term: &Term,
        rows: &[usize],
        problems: &mut Problems,
    ) -> Result<Variable, Box<Problem>> {
        let mut columns = vec![(String::new(), vec![1.0; rows.len()])];
        for part in &term.parts {
            let part = self.covariate(part, rows, problems)?;
            let own = crate::analysis::model_columns(&part, rows.len());
            columns = columns
                .iter()
                .flat_map(|(name, x)| {
                    own.iter().map(move |(level, y)| {
                        let name = match (name.as_str(), level.as_str()) {
                            ("", level) => level.to_owned(),
                            (name, "") => name.to_owned(),
                            (name, level) => format!("{name}:{level}"),
                        };
                        (name, x.iter().zip(y).map(|(a, b)| a * b).collect())
                    })
                })
                .collect();
        }
        Ok(Variable { plan: plan(&term.text, Vec::new(), None), values: Values::Columns(columns) })
    }

    /// A column as levels: numbers by size, texts by their letters.
    fn factor(&self, name: &str, column: &str, rows: &[usize]) -> Variable {
        let text = |r: usize| match self.column(column).map(|c| &c.data) {
            Some(ColumnData::Number(x)) => shortest(x[r]),
            Some(ColumnData::YesNo(b)) => if b[r] == Some(true) { "true" } else { "false" }.to_owned(),
            Some(ColumnData::Text(t)) => t[r].as_deref().unwrap_or("").to_owned(),
            _ => String::new(),
        };
        let texts: Vec<String> = rows.iter().map(|&r| text(r)).collect();
        let mut levels: Vec<&str> = texts.iter().map(String::as_str).collect();
        levels.sort_unstable_by(|a, b| in_order(a, b));
        levels.dedup();
        let codes = texts
            .iter()
            .map(|t| levels.binary_search_by(|l| in_order(l, t)).map_or(Category::MISSING, |at| at as u32))
            .collect();
        let levels: Vec<String> = levels.iter().map(|l| (*l).to_owned()).collect();
        Variable { plan: plan(name, levels, Some(0)), values: Values::Codes(codes) }
    }
}

/// Numbers by size, before texts by their letters.
fn in_order(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (Ok(_), Err(_)) => std::cmp::Ordering::Less,
        (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

/// What a text says of an event: true and yes are 1; false, no and words for censoring are 0; anything else is itself.
fn said(text: &str) -> String {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "t" | "y" => "1".to_owned(),
        "false" | "no" | "f" | "n" | "none" | "alive" | "censor" | "censored" => "0".to_owned(),
        _ => text.trim().to_owned(),
    }
}

fn plan(name: &str, levels: Vec<String>, reference: Option<usize>) -> VariablePlan {
    VariablePlan {
        name: name.to_owned(),
        label: name.trim_start_matches('\u{1f}').to_owned(),
        unit: String::new(),
        levels,
        reference,
        per: None,
        definition: String::new(),
        source: VariableSource::Given,
    }
}

fn shown(codes: &[&str]) -> String {
    let more = if codes.len() > 8 { ", …" } else { "" };
    format!("{}{more}", codes.iter().take(8).copied().collect::<Vec<_>>().join(", "))
}

fn which_code(question: &Question, distinct: &[&str]) -> Problem {
    Problem::error(
        "OM129",
        format!("`{}` holds {}: which of them is the event?", question.event, shown(distinct)),
    )
    .at(Place { column: Some(question.event.clone()), ..Place::default() })
    .why("an event column is 0/1, true/false, or has codes of which one is the event")
    .mend("add --event-code with the code of the event")
}

fn which_is_none(question: &Question, distinct: &[&str]) -> Problem {
    Problem::error(
        "OM129",
        format!("`{}` holds {}: which of them means no event?", question.event, shown(distinct)),
    )
    .at(Place { column: Some(question.event.clone()), ..Place::default() })
    .why("every other value would count as an event that competes")
    .mend("write 0 or \"censored\" where nothing happened")
}

fn no_such_code(question: &Question, code: &str, distinct: &[&str]) -> Problem {
    Problem::error("OM129", format!("`{}` never holds the event code {code}", question.event))
        .at(Place { column: Some(question.event.clone()), ..Place::default() })
        .why(format!("it holds {}", shown(distinct)))
        .mend("give the code as it stands in the file")
}
