//! `oligomet classify`: one patient, or a table of patients, by every rule of the disease, with the reasons.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use oligomet_base::day::DateOrder;
use oligomet_base::file::{Node, TomlFile, Value};
use oligomet_base::number::{count, counted, shortest};
use oligomet_base::{Place, Problem, Problems, Severity};
use oligomet_disease::patient::fields;
use oligomet_disease::report::{Answered, facts};
use oligomet_disease::{ClassifyReport, Patient, Settings, classify};
use oligomet_import::Reading;
use oligomet_results::CsvWriter;
use oligomet_schema::ColumnData;

use crate::Format;
use crate::commands::table::aligned;
use crate::console::{Console, Outcome};
use crate::load::{file_name, read_text};

/// A patient, and how the rules are set.
#[derive(Args)]
pub(crate) struct ClassifyArguments {
    /// One patient as TOML, or a table of patients (CSV, Excel, OpenDocument, Parquet); fields as in docs/disease/fields.md
    #[arg(required_unless_present_any = ["fields", "settings"])]
    patient: Option<PathBuf>,
    /// Sheet of the workbook
    #[arg(long)]
    sheet: Option<String>,
    /// Order of day, month and year in dates: yyyy-mm-dd, dd-mm-yyyy or mm-dd-yyyy
    #[arg(long, default_value = "yyyy-mm-dd", value_parser = date_order, value_name = "ORDER")]
    dates: DateOrder,
    /// Change a parameter of a rule, as in states.omd_max=3; repeat it
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Only these rules
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    rule: Vec<String>,
    /// List the fields of a patient and what may stand in them
    #[arg(long)]
    fields: bool,
    /// List the parameters of the rules and their values
    #[arg(long)]
    settings: bool,
}

fn date_order(word: &str) -> Result<DateOrder, String> {
    DateOrder::from_name(word).ok_or_else(|| "possible values: yyyy-mm-dd, dd-mm-yyyy, mm-dd-yyyy".to_owned())
}

/// Classifies and prints.
pub(crate) fn run(console: &Console, arguments: &ClassifyArguments) -> Outcome {
    let settings = settings(&arguments.set)?;
    if arguments.fields {
        return list_fields(console);
    }
    if arguments.settings {
        let lines =
            settings.list().into_iter().map(|(name, value)| vec![name.to_string(), value.to_string()]);
        console.say(aligned(&lines.collect::<Vec<_>>(), 2).trim_end());
        return Ok(());
    }
    let Some(path) = &arguments.patient else { return Ok(()) };
    let is_toml = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    let (patients, problems) = if is_toml {
        let (patient, problems) = one_patient(path, arguments.dates)?;
        (vec![patient], problems)
    } else {
        table_of_patients(console, path, arguments)?
    };
    let mut reports = Vec::with_capacity(patients.len());
    for patient in &patients {
        let mut report = classify(patient, &settings);
        if !arguments.rule.is_empty() {
            keep_rules(&mut report, &arguments.rule)?;
        }
        reports.push(report);
    }
    console.note(&problems);
    print(console, &reports, is_toml);
    Ok(())
}

fn settings(changes: &[String]) -> Result<Settings, Problems> {
    let mut settings = Settings::default();
    let mut problems = Problems::new();
    for change in changes {
        let Some((name, value)) = change.split_once('=') else {
            problems.push(
                Problem::error("OM341", format!("`{change}` sets nothing"))
                    .mend("write --set states.omd_max=3"),
            );
            continue;
        };
        if let Err(problem) = settings.set(name.trim(), value.trim()) {
            problems.push(*problem);
        }
    }
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

fn keep_rules(report: &mut ClassifyReport, wanted: &[String]) -> Outcome {
    let known: Vec<&str> = report.findings.iter().map(|f| f.rule.name).collect();
    if let Some(unknown) = wanted.iter().find(|w| !known.contains(&w.as_str())) {
        return Err(Problem::error("OM341", format!("there is no rule `{unknown}`"))
            .mend(format!("the rules are {}", known.join(", ")))
            .into());
    }
    report.findings.retain(|f| wanted.iter().any(|w| w == f.rule.name));
    Ok(())
}

fn one_patient(path: &Path, dates: DateOrder) -> Result<(Patient, Problems), Problems> {
    let file = TomlFile::new(file_name(path), read_text(path, "patient's file")?);
    let root = file.parse().map_err(|problem| Problems::from(*problem))?;
    let Value::Table(entries) = root.value else { return Ok((Patient::default(), Problems::new())) };
    let mut problems = Problems::new();
    let mut texts = Vec::new();
    for (key, node) in &entries {
        match text_of(node) {
            Some(text) => texts.push((key.name.as_str(), text)),
            None => problems.push(
                Problem::error("OM502", format!("`{}` holds {}", key.name, node.value.kind()))
                    .at(file.place(node.span.clone()))
                    .why("a field of a patient has one value")
                    .mend(
                        "write a text, a number, a date, or yes and no; lists of organs as a list of texts",
                    ),
            ),
        }
    }
    let pairs: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let (patient, found) = Patient::from_fields(&pairs, dates);
    let at_line = |mut problem: Problem| {
        let column = problem.place.column.take();
        let key = entries.iter().find(|(key, _)| Some(&key.name) == column.as_ref());
        problem.place = match key {
            Some((key, _)) => file.place(key.span.clone()),
            None => Place { subject: column.or(problem.place.subject.take()), ..Place::file(file.name()) },
        };
        problem
    };
    let of_patient = found.into_iter().chain(patient.problems());
    problems.extend(of_patient.map(|p| unknown_from_here(at_line(p))).collect::<Problems>());
    Ok((patient, problems))
}

/// A value as a person would have typed it in a table.
fn text_of(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) | Value::Date(text) => Some(text.clone()),
        Value::Number(x) => Some(shortest(*x)),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        Value::List(nodes) => {
            let parts: Option<Vec<String>> = nodes.iter().map(text_of).collect();
            parts.map(|p| p.join(", "))
        }
        Value::Table(_) => None,
    }
}

fn table_of_patients(
    console: &Console,
    path: &Path,
    arguments: &ClassifyArguments,
) -> Result<(Vec<Patient>, Problems), Problems> {
    let (site, set_aside, mut problems) =
        oligomet_import::plain_site_of(path, arguments.sheet.as_deref(), Reading::Text, &|header| {
            fields::find(header).is_some()
        })?;
    if site.columns.is_empty() {
        return Err(Problem::error("OM501", "no column of the file is a field of a patient")
            .at(Place::file(file_name(path)))
            .mend("`oligomet classify --fields` lists the fields; write them as headers")
            .into());
    }
    if !set_aside.is_empty() {
        problems.push(
            Problem::note("OM501", format!("columns set aside: {}", set_aside.join(", ")))
                .at(Place::file(file_name(path)))
                .why("they are no fields of a patient, so no rule uses them")
                .mend("`oligomet classify --fields` lists the fields"),
        );
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (data, found) = oligomet_import::read(&site, folder, &mut console.progress())?;
    problems.extend(found);
    let columns: Vec<(&str, &[Option<Box<str>>])> = data
        .table
        .columns
        .iter()
        .filter_map(|c| match &c.data {
            ColumnData::Text(texts) => Some((c.name.as_str(), texts.as_slice())),
            _ => None,
        })
        .collect();
    let mut patients = Vec::with_capacity(data.table.n_rows());
    let mut told = Told::default();
    for row in 0..data.table.n_rows() {
        let pairs: Vec<(&str, &str)> =
            columns.iter().filter_map(|(name, texts)| Some((*name, texts[row].as_deref()?))).collect();
        let (patient, found) = Patient::from_fields(&pairs, arguments.dates);
        let source_row = data.table.source_rows.get(row).copied().map(u64::from);
        for problem in found.into_iter().chain(patient.problems()) {
            let place = Place { file: Some(file_name(path)), row: source_row, ..problem.place.clone() };
            told.push(unknown_from_here(Problem { place, ..problem }));
        }
        patients.push(patient);
    }
    problems.extend(told.into_problems());
    Ok((patients, problems))
}

/// The rules take such a fact as unknown and go on: nothing is stopped by it.
fn unknown_from_here(problem: Problem) -> Problem {
    Problem { severity: problem.severity.min(Severity::Warning), ..problem }
}

/// Problems of many rows: the first of each kind in full, the others counted.
#[derive(Default)]
struct Told {
    shown: Problems,
    more: BTreeMap<(&'static str, String), (Problem, usize)>,
    seen: BTreeMap<(&'static str, String), usize>,
}

impl Told {
    /// So many of one kind are printed in full.
    const SHOWN: usize = 5;

    fn push(&mut self, problem: Problem) {
        let kind = (problem.code, problem.place.column.clone().unwrap_or_default());
        let seen = self.seen.entry(kind.clone()).or_default();
        *seen += 1;
        if *seen <= Self::SHOWN {
            self.shown.push(problem);
        } else {
            self.more.entry(kind).or_insert((problem, 0)).1 += 1;
        }
    }

    fn into_problems(self) -> Problems {
        let rest = self.more.into_iter().map(|((code, column), (first, n))| {
            let place = Place {
                row: first.place.row,
                file: first.place.file,
                column: Some(column),
                ..Place::default()
            };
            let what = format!("{} more of the kind above, from this row on", counted(n, "row"));
            Problem { severity: first.severity, ..Problem::warning(code, what) }.at(place).why(first.why)
        });
        self.shown.into_iter().chain(rest.collect::<Vec<_>>()).collect()
    }
}

fn print(console: &Console, reports: &[ClassifyReport], is_one: bool) {
    match console.format() {
        Format::Text if is_one => {
            reports.iter().for_each(|report| console.say(told(report).trim_end()));
        }
        Format::Text => console.say(tally(reports).trim_end()),
        Format::Json => console.say(&json(reports)),
        Format::Csv => console.say(csv(reports).trim_end()),
    }
}

/// One patient in words: each rule with its answer, what decided, and what is missing.
fn told(report: &ClassifyReport) -> String {
    let mut out = String::new();
    if !report.patient.is_empty() {
        out.push_str(&format!("Patient {}\n\n", report.patient));
    }
    for finding in &report.findings {
        out.push_str(&told_of(finding));
        out.push('\n');
    }
    out.push_str("Research use: these are definitions applied to facts, not advice.\n");
    out
}

fn told_of(finding: &Answered) -> String {
    let answer = match finding.answer {
        Some(answer) => answer.to_owned(),
        None => format!("undecided: {}", finding.possible.join(" or ")),
    };
    let mut out = format!("{}: {answer}\n", finding.rule.name);
    for step in &finding.steps {
        let used = facts(&step.used);
        let used = if used.is_empty() { String::new() } else { format!("  ({used})") };
        out.push_str(&format!("  {} {}{used}\n", step.question, step.answer));
    }
    for missing in &finding.missing {
        out.push_str(&format!("  missing: {}: {}\n", missing.name, missing.settles));
    }
    let parameters = facts(&finding.parameters);
    let parameters = if parameters.is_empty() { String::new() } else { format!("; {parameters}") };
    out.push_str(&format!("  rule {} of {}{parameters}\n", finding.rule.version, finding.rule.source));
    out
}

/// How many patients have each answer of each rule.
fn tally(reports: &[ClassifyReport]) -> String {
    let mut order: Vec<&str> = Vec::new();
    let mut counts: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for finding in reports.iter().flat_map(|r| &r.findings) {
        let at = order.iter().position(|r| *r == finding.rule.name).unwrap_or_else(|| {
            order.push(finding.rule.name);
            order.len() - 1
        });
        *counts.entry((at, finding.answer.unwrap_or("undecided"))).or_default() += 1;
    }
    let mut out = format!("{} patients\n\n", count(reports.len() as u64));
    for (at, rule) in order.iter().enumerate() {
        let mut answers: Vec<(&str, usize)> =
            counts.iter().filter(|((r, _), _)| *r == at).map(|((_, answer), n)| (*answer, *n)).collect();
        answers.sort_by(|a, b| (a.0 == "undecided").cmp(&(b.0 == "undecided")).then(b.1.cmp(&a.1)));
        let lines: Vec<Vec<String>> =
            answers.iter().map(|(answer, n)| vec![(*answer).to_owned(), count(*n as u64)]).collect();
        out.push_str(&format!("{rule}\n{}\n", aligned(&lines, 1)));
    }
    out.push_str(
        "`--format csv` gives each patient's answers, `--format json` their reasons, too. Research use.\n",
    );
    out
}

/// Every rule of every patient: its answer, each step with its facts, and what is missing with what it would settle.
fn json(reports: &[ClassifyReport]) -> String {
    let of_rule = |patient: &str, finding: &Answered| {
        let steps: Vec<serde_json::Value> = finding
            .steps
            .iter()
            .map(|s| serde_json::json!({"question": s.question, "answer": s.answer.name(), "facts": facts(&s.used)}))
            .collect();
        let missing: Vec<serde_json::Value> = finding
            .missing
            .iter()
            .map(|m| serde_json::json!({"fact": m.name, "settles": m.settles}))
            .collect();
        serde_json::json!({
            "patient": patient, "rule": finding.rule.name, "version": finding.rule.version, "source": finding.rule.source,
            "parameters": facts(&finding.parameters), "answer": finding.answer.unwrap_or("undecided"),
            "possible": finding.possible, "steps": steps, "missing": missing,
        })
    };
    let findings = reports.iter().flat_map(|r| r.findings.iter().map(|f| of_rule(&r.patient, f).to_string()));
    format!("[\n{}\n]", findings.collect::<Vec<_>>().join(",\n"))
}

/// One row per patient and rule.
fn csv(reports: &[ClassifyReport]) -> String {
    let mut csv = CsvWriter::new();
    ["patient", "rule", "version", "answer", "possible", "missing"].iter().for_each(|c| csv.text(c));
    csv.end_row();
    for report in reports {
        for finding in &report.findings {
            let missing: Vec<&str> = finding.missing.iter().map(|m| &*m.name).collect();
            let possible = finding.possible.join(" or ");
            let answer = finding.answer.unwrap_or("undecided");
            let cells = [
                &report.patient,
                finding.rule.name,
                finding.rule.version,
                answer,
                &possible,
                &missing.join(", "),
            ];
            cells.iter().for_each(|cell| csv.text(cell));
            csv.end_row();
        }
    }
    String::from_utf8_lossy(&csv.into_bytes()).into_owned()
}

fn list_fields(console: &Console) -> Outcome {
    let lines: Vec<Vec<String>> = fields::FIELDS
        .iter()
        .map(|f| vec![f.name.to_owned(), f.meaning.to_owned(), f.kind.allowed().to_owned()])
        .collect();
    if console.format() == Format::Csv {
        let mut csv = CsvWriter::new();
        ["field", "meaning", "allowed"].iter().for_each(|c| csv.text(c));
        csv.end_row();
        for line in &lines {
            line.iter().for_each(|cell| csv.text(cell));
            csv.end_row();
        }
        console.say(String::from_utf8_lossy(&csv.into_bytes()).trim_end());
        return Ok(());
    }
    let blocks =
        fields::FIELDS.iter().map(|f| format!("{}\n    {}\n    {}", f.name, f.meaning, f.kind.allowed()));
    console.say(&blocks.collect::<Vec<_>>().join("\n"));
    Ok(())
}
