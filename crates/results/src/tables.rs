//! All tables of a run together, as Arrow batches and back.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema};

use crate::cohort::Subjects;
use crate::error::ResultsError;
use crate::outline::Outline;
use crate::rows::{CohortRow, CurveRow, FindingRow, MethodRow, ModelRow};
use crate::stats::{Group, StatKey, StatRow, Stats};

/// Everything that a run found out.
#[derive(Debug, Clone, PartialEq)]
pub struct RunResults {
    /// Labels and order.
    pub outline: Outline,
    /// Numbers.
    pub stats: Stats,
    /// Curves.
    pub curves: Vec<CurveRow>,
    /// Methods.
    pub methods: Vec<MethodRow>,
    /// Models.
    pub models: Vec<ModelRow>,
    /// Findings.
    pub findings: Vec<FindingRow>,
    /// Cohorts.
    pub cohorts: Vec<CohortRow>,
    /// Subjects; `None` where the results are to be shared.
    pub subjects: Option<Subjects>,
}

/// Columns being put together for one table.
struct Columns {
    table: &'static str,
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    fn new(table: &'static str) -> Self {
        Self { table, fields: Vec::new(), arrays: Vec::new() }
    }

    fn add(mut self, name: &str, kind: DataType, array: ArrayRef) -> Self {
        self.fields.push(Field::new(name, kind, true));
        self.arrays.push(array);
        self
    }

    fn text<'a>(self, name: &str, values: impl Iterator<Item = &'a str>) -> Self {
        self.add(name, DataType::Utf8, Arc::new(values.map(Some).collect::<StringArray>()))
    }

    fn text_or_none<'a>(self, name: &str, values: impl Iterator<Item = Option<&'a str>>) -> Self {
        self.add(name, DataType::Utf8, Arc::new(StringArray::from_iter(values)))
    }

    fn number(self, name: &str, values: impl Iterator<Item = Option<f64>>) -> Self {
        self.add(name, DataType::Float64, Arc::new(Float64Array::from_iter(values)))
    }

    fn flag(self, name: &str, values: impl Iterator<Item = bool>) -> Self {
        self.add(name, DataType::Boolean, Arc::new(BooleanArray::from_iter(values.map(Some))))
    }

    fn batch(self) -> Result<RecordBatch, ResultsError> {
        let table = self.table;
        RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.arrays)
            .map_err(|source| ResultsError::Columns { table, source })
    }
}

/// Reading a table back, column by column.
struct Reader<'a> {
    table: &'static str,
    batch: &'a RecordBatch,
}

impl<'a> Reader<'a> {
    fn column<T: 'static>(&self, name: &str) -> Result<&'a T, ResultsError> {
        let missing = || ResultsError::NoColumn { table: self.table, column: name.to_owned() };
        self.batch.column_by_name(name).and_then(|c| c.as_any().downcast_ref()).ok_or_else(missing)
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, ResultsError> {
        let array: &StringArray = self.column(name)?;
        Ok(array.iter().map(|t| t.unwrap_or_default().to_owned()).collect())
    }

    fn texts_or_none(&self, name: &str) -> Result<Vec<Option<String>>, ResultsError> {
        let array: &StringArray = self.column(name)?;
        Ok(array.iter().map(|t| t.map(str::to_owned)).collect())
    }

    fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>, ResultsError> {
        let array: &Float64Array = self.column(name)?;
        Ok(array.iter().collect())
    }

    /// A column that tables of earlier versions lack: no values there.
    fn numbers_if_there(&self, name: &str) -> Result<Vec<Option<f64>>, ResultsError> {
        match self.batch.column_by_name(name) {
            Some(_) => self.numbers(name),
            None => Ok(vec![None; self.batch.num_rows()]),
        }
    }

    fn flags(&self, name: &str) -> Result<Vec<bool>, ResultsError> {
        let array: &BooleanArray = self.column(name)?;
        Ok(array.iter().map(|f| f.unwrap_or(false)).collect())
    }
}

const GROUP_COLUMNS: [(&str, &str); 4] = [
    ("group1", "group1_level"),
    ("group2", "group2_level"),
    ("group3", "group3_level"),
    ("group4", "group4_level"),
];

impl Stats {
    /// The table as an Arrow batch.
    ///
    /// # Errors
    /// [`ResultsError::Columns`] if Arrow refuses the columns.
    pub fn to_batch(&self) -> Result<RecordBatch, ResultsError> {
        let rows = self.rows();
        let mut columns = Columns::new("stats")
            .text("analysis_id", rows.iter().map(|r| r.key.analysis_id.as_str()))
            .text("endpoint", rows.iter().map(|r| r.key.endpoint.as_str()))
            .text("context", rows.iter().map(|r| r.key.context.as_str()));
        for (i, (name, level)) in GROUP_COLUMNS.iter().enumerate() {
            columns = columns
                .text(name, rows.iter().map(|r| r.key.groups[i].name.as_str()))
                .text(level, rows.iter().map(|r| r.key.groups[i].level.as_str()));
        }
        columns
            .text("variable", rows.iter().map(|r| r.key.variable.as_str()))
            .text("variable_level", rows.iter().map(|r| r.key.variable_level.as_str()))
            .text("stat_name", rows.iter().map(|r| r.stat_name.as_str()))
            .number("stat", rows.iter().map(|r| r.stat))
            .text_or_none("stat_text", rows.iter().map(|r| r.stat_text.as_deref()))
            .text("unit", rows.iter().map(|r| r.unit.as_str()))
            .number("conf_level", rows.iter().map(|r| r.conf_level))
            .text("method_id", rows.iter().map(|r| r.method_id.as_str()))
            .text("cohort_id", rows.iter().map(|r| r.cohort_id.as_str()))
            .flag("planned", rows.iter().map(|r| r.planned))
            .flag("suppressed", rows.iter().map(|r| r.suppressed))
            .text_or_none("warning", rows.iter().map(|r| r.warning.as_deref()))
            .batch()
    }

    /// The table back from an Arrow batch.
    ///
    /// # Errors
    /// [`ResultsError::NoColumn`] if a column is not there.
    pub fn from_batch(batch: &RecordBatch) -> Result<Self, ResultsError> {
        let reader = Reader { table: "stats", batch };
        let texts = |name: &str| reader.texts(name);
        let (analysis, endpoint, context) = (texts("analysis_id")?, texts("endpoint")?, texts("context")?);
        let (variable, level, name) = (texts("variable")?, texts("variable_level")?, texts("stat_name")?);
        let mut groups = Vec::new();
        for (group, group_level) in GROUP_COLUMNS {
            groups.push((texts(group)?, texts(group_level)?));
        }
        let (stat, conf_level) = (reader.numbers("stat")?, reader.numbers("conf_level")?);
        let (unit, method, cohort) = (texts("unit")?, texts("method_id")?, texts("cohort_id")?);
        let (text, warning) = (reader.texts_or_none("stat_text")?, reader.texts_or_none("warning")?);
        let (planned, suppressed) = (reader.flags("planned")?, reader.flags("suppressed")?);
        let group =
            |k: usize, i: usize| Group { name: groups[k].0[i].clone(), level: groups[k].1[i].clone() };
        Ok((0..batch.num_rows())
            .map(|i| StatRow {
                key: StatKey {
                    analysis_id: analysis[i].clone(),
                    endpoint: endpoint[i].clone(),
                    context: context[i].clone(),
                    groups: [group(0, i), group(1, i), group(2, i), group(3, i)],
                    variable: variable[i].clone(),
                    variable_level: level[i].clone(),
                },
                stat_name: name[i].clone(),
                stat: stat[i],
                stat_text: text[i].clone(),
                unit: unit[i].clone(),
                conf_level: conf_level[i],
                method_id: method[i].clone(),
                cohort_id: cohort[i].clone(),
                planned: planned[i],
                suppressed: suppressed[i],
                warning: warning[i].clone(),
            })
            .collect())
    }
}

/// `curves` as an Arrow batch.
pub(crate) fn curves_to_batch(rows: &[CurveRow]) -> Result<RecordBatch, ResultsError> {
    Columns::new("curves")
        .text("analysis_id", rows.iter().map(|r| r.analysis_id.as_str()))
        .text("endpoint", rows.iter().map(|r| r.endpoint.as_str()))
        .text("group", rows.iter().map(|r| r.group.as_str()))
        .text("group_level", rows.iter().map(|r| r.group_level.as_str()))
        .text("cause", rows.iter().map(|r| r.cause.as_str()))
        .number("time", rows.iter().map(|r| Some(r.time)))
        .number("n.risk", rows.iter().map(|r| Some(r.n_risk)))
        .number("n.event", rows.iter().map(|r| Some(r.n_event)))
        .number("n.censor", rows.iter().map(|r| Some(r.n_censor)))
        .number("cum.event", rows.iter().map(|r| Some(r.cum_event)))
        .number("estimate", rows.iter().map(|r| Some(r.estimate)))
        .number("std.error", rows.iter().map(|r| r.std_error))
        .number("conf.low", rows.iter().map(|r| r.conf_low))
        .number("conf.high", rows.iter().map(|r| r.conf_high))
        .number("one.minus.km", rows.iter().map(|r| r.one_minus_km))
        .batch()
}

pub(crate) fn curves_from_batch(batch: &RecordBatch) -> Result<Vec<CurveRow>, ResultsError> {
    let reader = Reader { table: "curves", batch };
    let texts = |name: &str| reader.texts(name);
    let (analysis, endpoint) = (texts("analysis_id")?, texts("endpoint")?);
    let (group, level) = (texts("group")?, texts("group_level")?);
    let plain = |name: &str| -> Result<Vec<f64>, ResultsError> {
        Ok(reader.numbers(name)?.into_iter().map(Option::unwrap_or_default).collect())
    };
    // Older runs have survival curves alone.
    let cause = texts("cause").unwrap_or_else(|_| vec![String::new(); batch.num_rows()]);
    let beside = reader.numbers("one.minus.km").unwrap_or_else(|_| vec![None; batch.num_rows()]);
    let (time, n_risk, n_event) = (plain("time")?, plain("n.risk")?, plain("n.event")?);
    let (n_censor, cum_event, estimate) = (plain("n.censor")?, plain("cum.event")?, plain("estimate")?);
    let (std_error, low, high) =
        (reader.numbers("std.error")?, reader.numbers("conf.low")?, reader.numbers("conf.high")?);
    Ok((0..batch.num_rows())
        .map(|i| CurveRow {
            analysis_id: analysis[i].clone(),
            endpoint: endpoint[i].clone(),
            group: group[i].clone(),
            group_level: level[i].clone(),
            cause: cause[i].clone(),
            time: time[i],
            n_risk: n_risk[i],
            n_event: n_event[i],
            n_censor: n_censor[i],
            cum_event: cum_event[i],
            estimate: estimate[i],
            std_error: std_error[i],
            conf_low: low[i],
            conf_high: high[i],
            one_minus_km: beside[i],
        })
        .collect())
}

pub(crate) fn methods_to_batch(rows: &[MethodRow]) -> Result<RecordBatch, ResultsError> {
    Columns::new("methods")
        .text("method_id", rows.iter().map(|r| r.method_id.as_str()))
        .text("title", rows.iter().map(|r| r.title.as_str()))
        .text("sentence", rows.iter().map(|r| r.sentence.as_str()))
        .text("options", rows.iter().map(|r| r.options.as_str()))
        .text("source", rows.iter().map(|r| r.source.as_str()))
        .batch()
}

pub(crate) fn methods_from_batch(batch: &RecordBatch) -> Result<Vec<MethodRow>, ResultsError> {
    let reader = Reader { table: "methods", batch };
    let (id, title) = (reader.texts("method_id")?, reader.texts("title")?);
    let (sentence, options, source) =
        (reader.texts("sentence")?, reader.texts("options")?, reader.texts("source")?);
    Ok((0..batch.num_rows())
        .map(|i| MethodRow {
            method_id: id[i].clone(),
            title: title[i].clone(),
            sentence: sentence[i].clone(),
            options: options[i].clone(),
            source: source[i].clone(),
        })
        .collect())
}

pub(crate) fn models_to_batch(rows: &[ModelRow]) -> Result<RecordBatch, ResultsError> {
    Columns::new("models")
        .text("analysis_id", rows.iter().map(|r| r.analysis_id.as_str()))
        .text("model", rows.iter().map(|r| r.model.as_str()))
        .text("kind", rows.iter().map(|r| r.kind.as_str()))
        .text("term", rows.iter().map(|r| r.term.as_str()))
        .text("level", rows.iter().map(|r| r.level.as_str()))
        .number("time", rows.iter().map(|r| r.time))
        .number("value", rows.iter().map(|r| r.value))
        .number("std_error", rows.iter().map(|r| r.std_error))
        .number("centre", rows.iter().map(|r| r.centre))
        .batch()
}

pub(crate) fn models_from_batch(batch: &RecordBatch) -> Result<Vec<ModelRow>, ResultsError> {
    let reader = Reader { table: "models", batch };
    let (analysis, model, kind) =
        (reader.texts("analysis_id")?, reader.texts("model")?, reader.texts("kind")?);
    let (term, level) = (reader.texts("term")?, reader.texts("level")?);
    let (time, value) = (reader.numbers("time")?, reader.numbers("value")?);
    let (std_error, centre) = (reader.numbers("std_error")?, reader.numbers("centre")?);
    Ok((0..batch.num_rows())
        .map(|i| ModelRow {
            analysis_id: analysis[i].clone(),
            model: model[i].clone(),
            kind: kind[i].clone(),
            term: term[i].clone(),
            level: level[i].clone(),
            time: time[i],
            value: value[i],
            std_error: std_error[i],
            centre: centre[i],
        })
        .collect())
}

pub(crate) fn findings_to_batch(rows: &[FindingRow]) -> Result<RecordBatch, ResultsError> {
    Columns::new("findings")
        .text("finding_id", rows.iter().map(|r| r.finding_id.as_str()))
        .text("code", rows.iter().map(|r| r.code.as_str()))
        .text("severity", rows.iter().map(|r| r.severity.as_str()))
        .text("place", rows.iter().map(|r| r.place.as_str()))
        .text("text", rows.iter().map(|r| r.text.as_str()))
        .text("why", rows.iter().map(|r| r.why.as_str()))
        .text("mend", rows.iter().map(|r| r.mend.as_str()))
        .number("n_rows", rows.iter().map(|r| Some(r.n_rows)))
        .number("harm", rows.iter().map(|r| Some(r.harm)))
        .batch()
}

pub(crate) fn findings_from_batch(batch: &RecordBatch) -> Result<Vec<FindingRow>, ResultsError> {
    let reader = Reader { table: "findings", batch };
    let (id, code, severity) =
        (reader.texts("finding_id")?, reader.texts("code")?, reader.texts("severity")?);
    let (place, text, why) = (reader.texts("place")?, reader.texts("text")?, reader.texts("why")?);
    let (mend, n_rows) = (reader.texts("mend")?, reader.numbers("n_rows")?);
    let harm = reader.numbers_if_there("harm")?;
    Ok((0..batch.num_rows())
        .map(|i| FindingRow {
            finding_id: id[i].clone(),
            code: code[i].clone(),
            severity: severity[i].clone(),
            place: place[i].clone(),
            text: text[i].clone(),
            why: why[i].clone(),
            mend: mend[i].clone(),
            n_rows: n_rows[i].unwrap_or_default(),
            harm: harm[i].unwrap_or_default(),
        })
        .collect())
}

pub(crate) fn cohorts_to_batch(rows: &[CohortRow]) -> Result<RecordBatch, ResultsError> {
    Columns::new("cohorts")
        .text("cohort_id", rows.iter().map(|r| r.cohort_id.as_str()))
        .text("endpoint", rows.iter().map(|r| r.endpoint.as_str()))
        .text("group", rows.iter().map(|r| r.group.as_str()))
        .text("group_level", rows.iter().map(|r| r.group_level.as_str()))
        .number("n", rows.iter().map(|r| Some(r.n)))
        .text("where", rows.iter().map(|r| r.filter.as_str()))
        .batch()
}

pub(crate) fn cohorts_from_batch(batch: &RecordBatch) -> Result<Vec<CohortRow>, ResultsError> {
    let reader = Reader { table: "cohorts", batch };
    let (id, endpoint) = (reader.texts("cohort_id")?, reader.texts("endpoint")?);
    let (group, level) = (reader.texts("group")?, reader.texts("group_level")?);
    let (n, filter) = (reader.numbers("n")?, reader.texts("where")?);
    Ok((0..batch.num_rows())
        .map(|i| CohortRow {
            cohort_id: id[i].clone(),
            endpoint: endpoint[i].clone(),
            group: group[i].clone(),
            group_level: level[i].clone(),
            n: n[i].unwrap_or_default(),
            filter: filter[i].clone(),
        })
        .collect())
}

impl Subjects {
    /// One row per subject and endpoint: opaque id, endpoint, entry, exit, event and a column per grouping.
    ///
    /// # Errors
    /// [`ResultsError::Columns`] if Arrow refuses the columns.
    pub fn to_batch(&self) -> Result<RecordBatch, ResultsError> {
        let of_all = || self.sets.iter().flat_map(|s| s.subject.iter().copied());
        let ids: StringArray = of_all().map(|i| Some(self.id(i))).collect();
        let events: UInt32Array =
            self.sets.iter().flat_map(|s| s.event.iter().map(|&e| u32::from(e))).collect();
        let entry = |k: usize, s: &crate::SubjectSet| s.entry.get(k).copied().unwrap_or(0.0);
        let mut columns = Columns::new("subjects")
            .add("subject_id", DataType::Utf8, Arc::new(ids))
            .text(
                "endpoint",
                self.sets.iter().flat_map(|s| std::iter::repeat_n(s.endpoint.as_str(), s.subject.len())),
            )
            .number(
                "entry",
                self.sets.iter().flat_map(|s| (0..s.subject.len()).map(move |k| Some(entry(k, s)))),
            )
            .number("exit", self.sets.iter().flat_map(|s| s.exit.iter().map(|&t| Some(t))))
            .add("event", DataType::UInt32, Arc::new(events));
        for grouping in &self.groupings {
            let level = |i: u32| {
                let code = grouping.codes.get(i as usize).copied().unwrap_or(u32::MAX);
                grouping.levels.get(code as usize).map(String::as_str)
            };
            columns = columns.text_or_none(&grouping.name, of_all().map(level));
        }
        columns.batch()
    }

    /// One row per bar or mark of the lanes of subjects.
    ///
    /// # Errors
    /// [`ResultsError::Columns`] if Arrow refuses the columns.
    pub fn lanes_to_batch(&self) -> Result<RecordBatch, ResultsError> {
        let ids: Vec<String> = self.lanes.iter().map(|l| self.id(l.subject)).collect();
        Columns::new("lanes")
            .text("analysis_id", self.lanes.iter().map(|l| l.analysis_id.as_str()))
            .text("subject_id", ids.iter().map(String::as_str))
            .number("lane", self.lanes.iter().map(|l| Some(f64::from(l.lane))))
            .text("kind", self.lanes.iter().map(|l| l.kind.name()))
            .text("what", self.lanes.iter().map(|l| l.what.as_str()))
            .text("label", self.lanes.iter().map(|l| l.label.as_str()))
            .number("from", self.lanes.iter().map(|l| Some(l.from)))
            .number("from_latest", self.lanes.iter().map(|l| l.from_latest))
            .number("to", self.lanes.iter().map(|l| l.to))
            .number("to_latest", self.lanes.iter().map(|l| l.to_latest))
            .flag("ongoing", self.lanes.iter().map(|l| l.ongoing))
            .batch()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{Grouping, SubjectSet};

    fn documented(table: &str) -> BTreeSet<String> {
        let of_table = |line: &str| {
            let mut parts = line.split(',');
            (parts.next() == Some(table)).then(|| parts.next().unwrap_or_default().to_owned())
        };
        crate::COLUMNS_CSV.lines().filter_map(of_table).collect()
    }

    fn names(batch: &RecordBatch) -> BTreeSet<String> {
        batch.schema().fields().iter().map(|f| f.name().clone()).collect()
    }

    #[test]
    fn every_column_is_documented_and_every_documented_column_exists() {
        assert_eq!(names(&Stats::new().to_batch().unwrap()), documented("stats"));
        assert_eq!(names(&curves_to_batch(&[]).unwrap()), documented("curves"));
        assert_eq!(names(&methods_to_batch(&[]).unwrap()), documented("methods"));
        assert_eq!(names(&models_to_batch(&[]).unwrap()), documented("models"));
        assert_eq!(names(&findings_to_batch(&[]).unwrap()), documented("findings"));
        assert_eq!(names(&cohorts_to_batch(&[]).unwrap()), documented("cohorts"));
        assert_eq!(names(&Subjects::default().lanes_to_batch().unwrap()), documented("lanes"));
    }

    #[test]
    fn stats_come_back_as_they_went() {
        let row = StatRow {
            key: StatKey::new("a", "OS", "cox").group("by", "x,\"y\"").variable("age", ""),
            stat_name: "estimate".into(),
            stat: Some(0.1 + 0.2),
            conf_level: Some(0.95),
            warning: Some("few events".into()),
            ..StatRow::default()
        };
        let none = StatRow {
            stat_name: "p.value".into(),
            stat: None,
            stat_text: Some("no events".into()),
            ..row.clone()
        };
        let stats: Stats = [row, none].into_iter().collect();
        assert_eq!(Stats::from_batch(&stats.to_batch().unwrap()).unwrap(), stats);
    }

    #[test]
    fn subjects_are_one_row_per_endpoint() {
        let subjects = Subjects {
            n: 2,
            sets: vec![SubjectSet {
                endpoint: "OS".into(),
                subject: vec![0, 1],
                entry: vec![],
                exit: vec![5.0, 7.5],
                event: vec![1, 0],
            }],
            groupings: vec![Grouping {
                name: "arm".into(),
                levels: vec!["A".into()],
                codes: vec![0, u32::MAX],
            }],
            lanes: vec![],
        };
        let batch = subjects.to_batch().unwrap();
        assert_eq!((batch.num_rows(), batch.num_columns()), (2, 6));
        assert_eq!(subjects.id(0), "S0001");
    }
}
