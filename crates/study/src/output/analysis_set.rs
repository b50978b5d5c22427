//! analysis_set.csv: one row per patient of the population, opaque ids, times and events per endpoint, covariates.

use oligomet_results::CsvWriter;
use oligomet_schema::{Category, Column, ColumnData};

use crate::derive::{Base, Values, Variable};
use crate::model::Unit;
use crate::run::Finished;

/// The file's bytes. Columns: `subject_id`, then where a row is no patient `patient_id` (opaque, the same in all rows of one
/// patient), per endpoint `<name>_time` (days), `<name>_event` (0 censored, 1 event, 2 and above the competing events in their
/// order) and, with delayed entry, `<name>_entry` (days), each variable (levels as printed), `in_<analysis>` (1 inside its
/// restriction) where one is restricted, and `cluster_<column>` (rows of one patient have the same number) where rows are
/// clustered.
#[must_use]
pub fn analysis_set_csv(base: &Base, finished: &Finished) -> Vec<u8> {
    let n = finished.population.rows.len();
    let restricted = restrictions(finished);
    let mut csv =
        CsvWriter::with_capacity(n * 16 * (finished.variables.len() + finished.endpoints.len() + 1));
    let patients = patient_ids(base, finished);
    csv.text("subject_id");
    patients.iter().for_each(|_| csv.text("patient_id"));
    for endpoint in &finished.endpoints {
        csv.text(&format!("{}_time", endpoint.name));
        csv.text(&format!("{}_event", endpoint.name));
        if endpoint.entry.is_some() {
            csv.text(&format!("{}_entry", endpoint.name));
        }
    }
    finished.variables.iter().for_each(|v| csv.text(&v.plan.name));
    restricted.iter().for_each(|(id, _)| csv.text(&format!("in_{id}")));
    finished.clusters.iter().for_each(|c| csv.text(&format!("cluster_{}", c.plan.name)));
    csv.end_row();
    let mut next = vec![0usize; finished.endpoints.len()];
    for i in 0..n {
        csv.text(&id(finished, i as u32));
        patients.iter().for_each(|ids| csv.text(&ids[i]));
        for (k, endpoint) in finished.endpoints.iter().enumerate() {
            let at = next[k];
            let there = endpoint.subject.get(at) == Some(&(i as u32));
            csv.number(there.then(|| endpoint.time[at]));
            csv.number(there.then(|| f64::from(endpoint.cause[at])));
            if let Some(entry) = &endpoint.entry {
                csv.number(there.then(|| entry[at]));
            }
            next[k] += usize::from(there);
        }
        finished.variables.iter().for_each(|v| write_value(&mut csv, v, i));
        restricted.iter().for_each(|(_, inside)| csv.number(Some(f64::from(u8::from(inside[i])))));
        finished.clusters.iter().for_each(|c| csv.number(cluster_code(c, i)));
        csv.end_row();
    }
    csv.into_bytes()
}

/// The number of a subject's cluster, from 1; identifiers stay where they are.
pub(super) fn cluster_code(cluster: &Variable, i: usize) -> Option<f64> {
    let Values::Codes(codes) = &cluster.values else { return None };
    codes.get(i).filter(|c| **c != Category::MISSING).map(|c| f64::from(*c) + 1.0)
}

/// identifiers.csv: which patient of the source an opaque id stands for. The one file that leads back; it stays where it is.
/// Of records also the keys of the patient and of the episode, course or lesion.
#[must_use]
pub fn identifiers_csv(base: &Base, finished: &Finished) -> Vec<u8> {
    let mut csv = CsvWriter::new();
    let patients = patient_ids(base, finished);
    let names = ["patient_id", "episode_id", "course_id", "lesion_id"];
    let keys: Vec<&Column> = if base.related.is_some() {
        names.iter().filter_map(|name| base.data.table.column(name)).collect()
    } else {
        Vec::new()
    };
    csv.text("subject_id");
    patients.iter().for_each(|_| csv.text("opaque_patient_id"));
    csv.text("source_id");
    csv.text("source_row");
    keys.iter().for_each(|c| csv.text(&format!("source_{}", c.name)));
    csv.end_row();
    for (i, &row) in finished.population.rows.iter().enumerate() {
        csv.text(&id(finished, i as u32));
        patients.iter().for_each(|ids| csv.text(&ids[i]));
        csv.text(&base.data.table.id(row));
        csv.number(base.data.table.source_rows.get(row).map(|r| f64::from(*r)));
        for column in &keys {
            let ColumnData::Text(values) = &column.data else { continue };
            csv.text(values.get(row).and_then(Option::as_deref).unwrap_or(""));
        }
        csv.end_row();
    }
    csv.into_bytes()
}

/// An opaque id of the patient of each subject, numbered as they first appear; none where a row is a patient.
fn patient_ids(base: &Base, finished: &Finished) -> Option<Vec<String>> {
    let related = base.related.as_ref().filter(|r| r.unit != Unit::Patient)?;
    let mut numbers = vec![0_u32; related.n_patients];
    let mut last = 0;
    let mut ids = Vec::with_capacity(finished.population.rows.len());
    let width = related.n_patients.to_string().len().max(4);
    for &row in &finished.population.rows {
        let number = numbers.get_mut(related.patient(row) as usize)?;
        if *number == 0 {
            last += 1;
            *number = last;
        }
        ids.push(format!("P{:0width$}", *number));
    }
    Some(ids)
}

/// The opaque id of a subject.
pub(super) fn id(finished: &Finished, subject: u32) -> String {
    finished.results.subjects.as_ref().map_or_else(String::new, |s| s.id(subject))
}

pub(super) fn write_value(csv: &mut CsvWriter, variable: &Variable, i: usize) {
    match &variable.values {
        Values::Numbers(v) => csv.number(v.get(i).copied().filter(|x| !x.is_nan())),
        Values::Codes(codes) => {
            let code = codes.get(i).copied().unwrap_or(Category::MISSING);
            csv.text(variable.plan.levels.get(code as usize).map_or("", String::as_str));
        }
        // A study has no such variables; one statistic from one table writes no files.
        Values::Columns(_) => csv.text(""),
    }
}

fn restrictions(finished: &Finished) -> Vec<(&str, &[bool])> {
    finished.restrictions.iter().map(|(id, inside)| (id.as_str(), inside.as_slice())).collect()
}
