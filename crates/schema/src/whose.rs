//! Whose a row is.

use crate::records::{NO_ROW, Records};
use crate::spec::{TableSpec, schema};

/// For every table of the schema the patient of each row ([`NO_ROW`] where no reference leads to one; empty for tables without
/// references): the first reference that leads to a patient, directly or through other tables, decides.
#[must_use]
pub fn patients_of_rows(records: &Records) -> Vec<Vec<u32>> {
    let mut found: Vec<Vec<u32>> = Vec::with_capacity(records.tables.len());
    for (at, spec) in schema().tables.iter().enumerate() {
        let rows = records.tables.get(at).map_or(0, |t| t.n_rows());
        let of_table = if spec.name == "patient" {
            (0..rows as u32).collect()
        } else {
            let mut patients = if has_references(spec) { vec![NO_ROW; rows] } else { Vec::new() };
            for field in &spec.fields {
                let (Some(to), Ok(refs)) =
                    (position(field.to.as_deref()), records.tables[at].refs(&field.name))
                else {
                    continue;
                };
                for (patient, row) in patients.iter_mut().zip(refs).filter(|(patient, _)| **patient == NO_ROW)
                {
                    let through = found.get(to).and_then(|target| target.get(*row as usize));
                    *patient = through.copied().unwrap_or(NO_ROW);
                }
            }
            patients
        };
        found.push(of_table);
    }
    found
}

fn position(table: Option<&str>) -> Option<usize> {
    schema().position(table?)
}

fn has_references(spec: &TableSpec) -> bool {
    spec.fields.iter().any(|f| f.to.is_some())
}
