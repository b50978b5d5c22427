//! From relational records to the base table: one row per patient, episode, course or lesion, with the columns of the data
//! dictionary and the streams of events.
//!
//! | file | holds |
//! |---|---|
//! | `dictionary` | [`Dictionary`]: every column with type, unit, definition and "as of" |
//! | `source` | the columns of the records, looked up once; what stands for a day that is not known |
//! | `chart` | one patient's records in order; courses in episodes |
//! | `rows` | units, their courses, volumes and lesions, their dates |
//! | `therapy`, `radiotherapy`, `assessments`, `disease` | the columns by subject |
//! | `lesion_follow_up` | until when the irradiated lesions were assessed, and by what |
//! | `events`, `streams` | [`Streams`]: what happened to each row, and when |
//! | `related` | [`Related`]: the way back from a row to the records |
//!
//! Every rule of medicine comes from crate `disease`, every dose from crate `dose`; dates known to the month or year leave
//! open what depends on the day.

mod assessments;
mod chart;
mod columns;
mod dictionary;
mod disease;
mod events;
mod lesion_follow_up;
mod link;
mod notes;
mod radiotherapy;
mod related;
mod rows;
mod sentence;
mod source;
mod streams;
mod therapy;

use std::sync::Arc;

use oligomet_base::file::TomlFile;
use oligomet_base::number::shortest;
use oligomet_base::suggest::did_you_mean;
use oligomet_base::{Problem, Problems};
use oligomet_disease::Settings;
use oligomet_schema::{Category, Column, ColumnData, ColumnType, DataSet, Records, Table};
use rayon::prelude::*;

pub use dictionary::{AsOf, ColumnSpec, Dictionary, Levels, dictionary};
pub(crate) use link::{Link, owner};
pub use related::{Counts, Related};
pub(crate) use sentence::records_sentences;
pub use streams::{EventDays, First, STREAMS, Stream, Streams};

use crate::derive::{Base, DiseaseRules, RuleAnswers};
use crate::model::{Pick, StudyFile, TherapyBlock, Unit};
use columns::{COLUMNS, Col, Sheet};
use notes::Notes;
use radiotherapy::DosePlan;
use related::RelatedRows;
use rows::DATE_COLUMNS;
use source::Source;
use therapy::DrugTexts;

/// Courses at most so many days apart are one episode, unless the study says otherwise.
pub(crate) const EPISODE_GAP_DAYS: i32 = 42;

/// Patients of one piece of work; the pieces are joined in their order, so that threads change nothing.
const SHARD: usize = 512;

/// What the whole table needs to know.
struct Making<'a> {
    source: Source<'a>,
    texts: DrugTexts,
    unit: Unit,
    pick: Pick,
    gap: i32,
    time_zero: Option<Col>,
    dose: DosePlan,
    therapy: TherapyBlock,
    rules: Option<DiseaseRules>,
    settings: Settings,
}

/// A piece of the table.
struct Shard {
    sheet: Sheet,
    streams: Streams,
    related: RelatedRows,
    source_rows: Vec<u32>,
    answers: RuleAnswers,
    notes: Notes,
}

/// The pick of a study: the first episode of a patient, every episode, course or lesion.
pub(crate) fn pick_of(study: &StudyFile) -> Pick {
    let default = if unit_of(study) == Unit::Patient { Pick::First } else { Pick::All };
    study.cohort.pick.unwrap_or(default)
}

/// The unit of a study.
pub(crate) fn unit_of(study: &StudyFile) -> Unit {
    study.study.unit.as_ref().map_or(Unit::Patient, |(unit, _)| *unit)
}

/// The base table of a study. What is wrong with the study is told in `file`, what was noticed in the records too.
pub(crate) fn build(records: Records, study: &StudyFile, file: &TomlFile) -> Base {
    let records = Arc::new(records);
    let unit = unit_of(study);
    let source = match Source::new(&records, study.dates) {
        Ok(source) => source,
        Err(error) => {
            file.report(
                Problem::error("OM360", error.to_string())
                    .why("the program asks for a column that its schema lacks"),
            );
            return Base::default();
        }
    };
    let mut problems = Problems::new();
    let rules = study.disease.as_ref().and_then(|block| DiseaseRules::new(block, file));
    let making = Making {
        texts: DrugTexts::new(&source, &mut problems),
        unit,
        pick: pick_of(study),
        gap: study.cohort.episode_gap.map_or(EPISODE_GAP_DAYS, |d| d.days().round() as i32),
        time_zero: time_zero(study, file),
        dose: DosePlan::new(study.dose.as_ref(), unit, file),
        therapy: study.therapy,
        settings: rules.as_ref().map_or_else(Settings::default, |r| r.settings),
        rules,
        source,
    };
    let made = making.all();
    made.notes.tell(&making.source, study.dates, &mut problems);
    problems.into_iter().for_each(|p| file.report(p));
    let mut columns = columns(made.sheet, &making);
    if let (Some(rules), Some(block)) = (&making.rules, &study.disease) {
        columns.extend(rules.columns(made.answers, block, file));
    }
    let n_patients = making.source.n_patients();
    let partial = (study.dates.partial, making.source.n_partial());
    let related = made.related.finish(Arc::clone(&records), unit, n_patients, partial);
    let data = DataSet {
        n_source_rows: made.source_rows.len(),
        table: Table { columns, source_rows: made.source_rows },
        sources: sources(&records, unit),
        site: records.site.clone(),
        ..DataSet::default()
    };
    Base { data, streams: made.streams, related: Some(related) }
}

/// The column of time zero; a name that is no date here is told by the check, with what could be meant.
fn time_zero(study: &StudyFile, file: &TomlFile) -> Option<Col> {
    let name = study.cohort.time_zero.as_ref()?;
    let found = DATE_COLUMNS.iter().find(|(n, _)| *n == name.text).map(|(_, col)| *col);
    if found.is_none() && name.text != crate::read::OPEN && dictionary().column(&name.text).is_some() {
        let names = DATE_COLUMNS.iter().map(|(n, _)| *n);
        let mend = did_you_mean(name, names.clone())
            .unwrap_or_else(|| format!("dates of the base table: {}", names.collect::<Vec<_>>().join(", ")));
        let problem = Problem::error("OM313", format!("`{}` cannot be time zero", name.text)).mend(mend);
        file.report_at(name.span.clone(), problem);
    }
    found
}

/// The files of the records, that of the unit's table first, so that rows are told with their file.
fn sources(records: &Records, unit: Unit) -> Vec<oligomet_schema::SourceFile> {
    let table = match unit {
        Unit::Patient => "patient",
        Unit::Episode | Unit::Course => "rt_course",
        Unit::Lesion => "lesion",
    };
    let mut sources = records.sources.clone();
    let own = records.table(table).ok().and_then(|t| t.source).filter(|at| *at < sources.len());
    if let Some(at) = own {
        sources[..=at].rotate_right(1);
    }
    sources
}

impl Making<'_> {
    fn all(&self) -> Shard {
        let n = self.source.n_patients();
        let shards: Vec<Shard> = (0..n.div_ceil(SHARD))
            .into_par_iter()
            .map(|k| self.shard(k * SHARD..n.min((k + 1) * SHARD)))
            .collect();
        let mut all = self.empty();
        for shard in shards {
            all.sheet.append(shard.sheet);
            all.streams.append(&shard.streams);
            all.related.append(shard.related);
            all.source_rows.extend(shard.source_rows);
            all.answers.append(shard.answers);
            all.notes.append(shard.notes);
        }
        all
    }

    fn empty(&self) -> Shard {
        Shard {
            sheet: Sheet::new(dictionary(), self.unit, self.dose.alpha_beta.len()),
            streams: Streams::new(),
            related: RelatedRows::default(),
            source_rows: Vec::new(),
            answers: self.rules.as_ref().map(DiseaseRules::answers).unwrap_or_default(),
            notes: Notes::default(),
        }
    }

    fn shard(&self, patients: std::ops::Range<usize>) -> Shard {
        let mut shard = self.empty();
        for patient in patients {
            let chart = chart::Chart::new(&self.source, patient, self.gap, &self.texts);
            events::notice(&chart, self.gap, &mut shard.notes);
            let facts = disease::TumourFacts::new(&chart, &self.settings);
            let of_patient = events::PatientEvents::new(&chart, &self.therapy);
            for mut row in rows::rows_of(&chart, self.unit, self.pick) {
                row.time_zero = self.time_zero.and_then(|col| row.date(col));
                self.write(&row, &facts, &of_patient, &mut shard);
            }
        }
        shard
    }

    fn write(
        &self,
        row: &rows::Row<'_, '_>,
        facts: &disease::TumourFacts,
        of_patient: &events::PatientEvents,
        shard: &mut Shard,
    ) {
        let Shard { sheet, streams, related, source_rows, answers, notes } = shard;
        sheet.begin_row();
        row.write(sheet);
        assessments::write_patient(row, facts, sheet);
        therapy::write(row, &self.therapy, notes, sheet);
        radiotherapy::write(row, &self.dose, notes, sheet);
        assessments::write(row, sheet);
        lesion_follow_up::write(row, sheet);
        events::write(row, of_patient, &self.therapy, notes, streams);
        if let Some(rules) = &self.rules {
            rules.answer(&disease::facts(row), answers);
        }
        if chart::surely_before(row.chart.death, row.dates.rt_start) {
            notes.death_first.push(self.source.source_row("patient", row.chart.patient));
        }
        source_rows.push(row.source_row());
        related.push(row);
    }
}

/// The columns of the sheet as columns of a table, then the doses at further alpha/betas.
fn columns(sheet: Sheet, making: &Making<'_>) -> Vec<Column> {
    let n_rows = sheet.n_rows();
    let (columns, doses) = sheet.into_columns();
    let mut found = Vec::new();
    for ((spec, data), (_, name)) in dictionary().columns.iter().zip(columns).zip(COLUMNS) {
        debug_assert_eq!(spec.name, *name);
        let Some(data) = data.filter(|d| d.len() == n_rows) else { continue };
        let wanted =
            !matches!(spec.name.as_str(), "bed_gy" | "eqd2_gy") || !making.dose.alpha_beta.is_empty();
        if wanted {
            found.push(column(spec, data));
        }
    }
    for (k, values) in doses.into_iter().enumerate() {
        let (alpha_beta, quantity) = (making.dose.alpha_beta[k / 2].gray(), ["bed_gy", "eqd2_gy"][k % 2]);
        let label = format!("{} (α/β {alpha_beta} Gy)", ["BED", "EQD2"][k % 2]);
        if k < 2 {
            // The first alpha/beta is that of `bed_gy` itself: its label says so.
            found.iter_mut().filter(|c| c.name == quantity).for_each(|c| c.label.clone_from(&label));
            continue;
        }
        let Some(spec) = dictionary().column(quantity) else { continue };
        let name = format!("{quantity}_ab{}", shortest(alpha_beta).replace('.', "_"));
        found.push(Column { name, label, ..column(spec, ColumnData::Number(values)) });
    }
    found
}

fn column(spec: &ColumnSpec, data: ColumnData) -> Column {
    let data = match data {
        ColumnData::Text(texts) if spec.kind == ColumnType::Category => coded(&texts),
        other => other,
    };
    Column {
        name: spec.name.clone(),
        label: spec.label.clone(),
        kind: spec.kind,
        unit: spec.unit.clone(),
        time_unit: None,
        header: spec.source.clone(),
        data,
    }
}

/// Texts as levels, those that occur in alphabetical order.
fn coded(texts: &[Option<Box<str>>]) -> ColumnData {
    let mut levels: Vec<&str> = texts.iter().flatten().map(|t| &**t).collect();
    levels.sort_unstable();
    levels.dedup();
    let code = |t: &Option<Box<str>>| match t {
        Some(text) => levels.binary_search(&&**text).map_or(Category::MISSING, |k| k as u32),
        None => Category::MISSING,
    };
    let codes = texts.iter().map(code).collect();
    ColumnData::Category(Category { codes, levels: levels.into_iter().map(str::to_owned).collect() })
}
