//! Columns from the rules of the disease: one answer per patient and rule, missing where the rule is undecided.

use std::collections::BTreeMap;

use oligomet_base::day::DateOrder;
use oligomet_base::file::TomlFile;
use oligomet_base::number::{counted, shortest};
use oligomet_base::suggest::did_you_mean;
use oligomet_base::{Place, Problem, Severity};
use oligomet_disease::patient::fields;
use oligomet_disease::report::{Answered, ClassifyReport, classify_one, facts};
use oligomet_disease::{Patient, Settings, classify};
use oligomet_schema::{Category, Column, ColumnData, ColumnType, Table};

use crate::model::DiseaseBlock;

/// Appends one column per rule named, called after it with underscores: `estro_eortc_states`.
///
/// Facts are columns named as fields of a patient, or those that the block maps to fields.
pub(super) fn derive_disease(table: &mut Table, block: &DiseaseBlock, file: &TomlFile) {
    let Some(rules) = DiseaseRules::new(block, file) else { return };
    let sources = sources(table, block, file);
    let mut answers = rules.answers();
    for row in 0..table.n_rows() {
        let texts: Vec<(&str, String)> = sources
            .iter()
            .filter_map(|(field, column)| Some((*field, text_of(&table.columns[*column], row)?)))
            .collect();
        let (patient, mut problems) = Patient::from_fields(&texts, DateOrder::YearMonthDay);
        problems.extend(patient.problems());
        for problem in problems {
            // The rules take such a fact as unknown and go on: nothing is stopped by it.
            let row = table.source_rows.get(row).copied().map(u64::from);
            let place = Place { row, ..problem.place.clone() };
            file.report(Problem { place, severity: problem.severity.min(Severity::Warning), ..problem });
        }
        rules.answer(&patient, &mut answers);
    }
    table.columns.extend(rules.columns(answers, block, file));
}

/// The rules that a study asks for, with their parameters.
pub(crate) struct DiseaseRules {
    pub(crate) settings: Settings,
    rules: Vec<Wanted>,
    /// Of a patient of whom nothing is known every answer is possible: the levels, in the rule's order.
    nobody: ClassifyReport,
}

/// Answers of some rows, and what was missing first where a rule is undecided.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    codes: Vec<Vec<u32>>,
    missing: Vec<BTreeMap<String, usize>>,
}

impl Answers {
    /// Adds the rows of others.
    pub(crate) fn append(&mut self, other: Self) {
        for (mine, theirs) in self.codes.iter_mut().zip(other.codes) {
            mine.extend(theirs);
        }
        for (mine, theirs) in self.missing.iter_mut().zip(other.missing) {
            for (name, n) in theirs {
                *mine.entry(name).or_default() += n;
            }
        }
    }
}

impl DiseaseRules {
    /// The rules of a block; `None` where one does not exist or a parameter is wrong, told at its line.
    pub(crate) fn new(block: &DiseaseBlock, file: &TomlFile) -> Option<Self> {
        let settings = settings(block, file)?;
        let nobody = classify(&Patient::default(), &settings);
        let rules = wanted(block, &nobody.findings, file)?;
        Some(Self { settings, rules, nobody })
    }

    /// Answers without rows.
    pub(crate) fn answers(&self) -> Answers {
        let n = self.rules.len();
        Answers { codes: vec![Vec::new(); n], missing: vec![BTreeMap::new(); n] }
    }

    /// Adds the answers of one row.
    pub(crate) fn answer(&self, patient: &Patient, answers: &mut Answers) {
        for (k, rule) in self.rules.iter().enumerate() {
            let Some(finding) = classify_one(rule.at, patient, &self.settings) else { continue };
            let code = finding.answer.and_then(|answer| rule.levels.iter().position(|l| *l == answer));
            answers.codes[k].push(code.map_or(Category::MISSING, |c| c as u32));
            if let Some(first) = finding.missing.first().filter(|_| code.is_none()) {
                *answers.missing[k].entry(first.name.to_string()).or_default() += 1;
            }
        }
    }

    /// One column per rule; rows without an answer are told.
    pub(crate) fn columns(&self, answers: Answers, block: &DiseaseBlock, file: &TomlFile) -> Vec<Column> {
        let mut columns = Vec::with_capacity(self.rules.len());
        for ((rule, codes), missing) in self.rules.iter().zip(answers.codes).zip(answers.missing) {
            tell_undecided(&self.nobody.findings[rule.at], &codes, &missing, block, file);
            columns.push(column(&self.nobody.findings[rule.at], rule, codes));
        }
        columns
    }
}

/// A rule that becomes a column.
struct Wanted {
    /// Its place among the findings.
    at: usize,
    levels: Vec<&'static str>,
}

fn settings(block: &DiseaseBlock, file: &TomlFile) -> Option<Settings> {
    let mut settings = Settings::default();
    let mut sound = true;
    for (name, value) in &block.settings {
        if let Err(problem) = settings.set(name, value) {
            file.report_at(name.span.clone(), *problem);
            sound = false;
        }
    }
    sound.then_some(settings)
}

fn wanted(block: &DiseaseBlock, findings: &[Answered], file: &TomlFile) -> Option<Vec<Wanted>> {
    let known: Vec<&str> = findings.iter().map(|f| f.rule.name).collect();
    let mut wanted = Vec::new();
    for name in &block.rules {
        match known.iter().position(|k| *k == name.text) {
            Some(at) => wanted.push(Wanted { at, levels: findings[at].possible.clone() }),
            None => {
                let mut problem = Problem::error("OM324", format!("there is no rule `{}`", name.text))
                    .why("a rule is named as in docs/disease");
                if let Some(hint) = did_you_mean(name, known.clone()) {
                    problem = problem.mend(hint);
                }
                file.report_at(name.span.clone(), problem);
            }
        }
    }
    (wanted.len() == block.rules.len()).then_some(wanted)
}

/// Fields and the columns that hold them.
fn sources(table: &Table, block: &DiseaseBlock, file: &TomlFile) -> Vec<(&'static str, usize)> {
    let mut found: Vec<(&'static str, usize)> = Vec::new();
    for (field, column) in &block.fields {
        let known = fields::find(field);
        let at = table.columns.iter().position(|c| c.name == column.text);
        match (known, at) {
            (Some(known), Some(at)) => found.push((known.name, at)),
            (None, _) => {
                let names = fields::FIELDS.iter().map(|f| f.name).collect::<Vec<_>>();
                let mut problem = Problem::error("OM324", format!("a patient has no field `{}`", field.text));
                if let Some(hint) = did_you_mean(field, names) {
                    problem = problem.mend(hint);
                }
                file.report_at(field.span.clone(), problem);
            }
            (Some(_), None) => {
                let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
                let mut problem = Problem::error("OM324", format!("there is no column `{}`", column.text));
                if let Some(hint) = did_you_mean(column, names) {
                    problem = problem.mend(hint);
                }
                file.report_at(column.span.clone(), problem);
            }
        }
    }
    for (at, column) in table.columns.iter().enumerate() {
        if let Some(field) = fields::find(&column.name)
            && !found.iter().any(|(name, _)| *name == field.name)
        {
            found.push((field.name, at));
        }
    }
    found
}

/// A value as a person would have typed it; none where it is missing.
fn text_of(column: &Column, row: usize) -> Option<String> {
    match &column.data {
        ColumnData::Text(texts) => texts.get(row)?.as_deref().map(str::to_owned),
        ColumnData::Number(x) | ColumnData::Duration(x) => {
            x.get(row).filter(|x| !x.is_nan()).map(|x| shortest(*x))
        }
        ColumnData::Category(c) => c.level(row).map(str::to_owned),
        ColumnData::YesNo(b) => b.get(row)?.map(|yes| if yes { "yes" } else { "no" }.to_owned()),
        ColumnData::Date(days) => days.get(row)?.map(|day| day.to_string()),
    }
}

fn tell_undecided(
    rule: &Answered,
    codes: &[u32],
    missing: &BTreeMap<String, usize>,
    block: &DiseaseBlock,
    file: &TomlFile,
) {
    let undecided = codes.iter().filter(|c| **c == Category::MISSING).count();
    if undecided == 0 {
        return;
    }
    let mut facts: Vec<(&String, &usize)> = missing.iter().collect();
    facts.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let facts: Vec<String> = facts.iter().take(3).map(|(name, n)| format!("`{name}` in {n}")).collect();
    let mut problem = Problem::note(
        "OM114",
        format!("`{}` is undecided for {}", rule.rule.name, counted(undecided, "patient")),
    )
    .why("more than one answer is possible with what is known; nothing is guessed, so it counts as missing");
    if !facts.is_empty() {
        problem = problem.mend(format!("first missing: {}", facts.join(", ")));
    }
    file.report_at(block.span.clone(), problem);
}

fn column(rule: &Answered, wanted: &Wanted, codes: Vec<u32>) -> Column {
    let parameters = facts(&rule.parameters);
    let parameters = if parameters.is_empty() { String::new() } else { format!("; {parameters}") };
    Column {
        name: rule.rule.name.replace('-', "_"),
        label: rule.rule.name.replace('-', " "),
        kind: ColumnType::Category,
        unit: None,
        time_unit: None,
        header: format!(
            "rule {}, version {}, of {}{parameters}",
            rule.rule.name, rule.rule.version, rule.rule.source
        ),
        data: ColumnData::Category(Category {
            codes,
            levels: wanted.levels.iter().map(|l| (*l).to_owned()).collect(),
        }),
    }
}
