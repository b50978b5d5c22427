//! Which rows of a table of the records belong to a row of the base table: those of its patient, or of its own courses or lesion.

use oligomet_schema::{Children, FieldKind, NO_ROW, NoSuchField, Records, TableSpec, schema};

use super::related::Related;
use crate::model::Unit;

/// A table's rows, grouped by what a row of the base table has.
pub(crate) struct Link {
    owner: Owner,
    children: Children,
}

/// What a row of the base table has that a table's rows belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Patient,
    Courses,
    Lesion,
}

/// Required references of a table: the path along them says to whom a row belongs.
fn parents(table: &TableSpec) -> impl Iterator<Item = (&str, &str)> {
    let required = |f: &&oligomet_schema::FieldSpec| f.kind == FieldKind::Ref && f.required;
    table.fields.iter().filter(required).filter_map(|f| Some((f.name.as_str(), f.to.as_deref()?)))
}

/// The references from a table up to `goal`, by required ones alone.
fn path<'s>(table: &'s TableSpec, goal: &str) -> Option<Vec<(&'s str, &'s str)>> {
    parents(table).find_map(|(field, to)| {
        if to == goal {
            return Some(vec![(table.name.as_str(), field)]);
        }
        let mut rest = path(schema().table(to)?, goal)?;
        rest.insert(0, (table.name.as_str(), field));
        Some(rest)
    })
}

/// Whose rows of a table a rule sees: of the row's lesion or courses where the table belongs to them, else the patient's.
/// `None` for a table that belongs to nobody.
pub(crate) fn owner(table: &str, unit: Unit) -> Option<Owner> {
    let spec = schema().table(table)?;
    if table == "patient" {
        return Some(Owner::Patient);
    }
    if unit == Unit::Lesion && path(spec, "lesion").is_some() {
        return Some(Owner::Lesion);
    }
    if unit != Unit::Patient && path(spec, "rt_course").is_some() {
        return Some(Owner::Courses);
    }
    path(spec, "patient").map(|_| Owner::Patient)
}

impl Link {
    /// Groups the rows of a table; `None` for a table that belongs to nobody.
    ///
    /// # Errors
    /// [`NoSuchField`]: a fault of the program.
    pub(crate) fn new(records: &Records, table: &str, unit: Unit) -> Result<Option<Self>, NoSuchField> {
        let Some(owner) = owner(table, unit) else { return Ok(None) };
        let goal = match owner {
            Owner::Patient => "patient",
            Owner::Courses => "rt_course",
            Owner::Lesion => "lesion",
        };
        let n_rows = records.table(table)?.n_rows();
        let mut owners: Vec<u32> = (0..n_rows as u32).collect();
        for (table, field) in schema().table(table).and_then(|spec| path(spec, goal)).unwrap_or_default() {
            let refs = records.table(table)?.refs(field)?;
            let up = |row: &u32| refs.get(*row as usize).copied().unwrap_or(NO_ROW);
            owners = owners.iter().map(up).collect();
        }
        Ok(Some(Self { owner, children: Children::new(&owners, records.table(goal)?.n_rows()) }))
    }

    /// The rows of the table that belong to a row of the base table.
    pub(crate) fn rows<'a>(&'a self, related: &'a Related, row: usize) -> impl Iterator<Item = usize> + 'a {
        let patient = [related.patient(row)];
        let owners: Vec<u32> = match self.owner {
            Owner::Patient => patient.to_vec(),
            Owner::Courses => related.courses(row).to_vec(),
            Owner::Lesion => related.lesions(row).to_vec(),
        };
        owners.into_iter().flat_map(|o| self.children.of(o as usize).iter().map(|r| *r as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_but_the_side_table_belongs_to_somebody() {
        for table in &schema().tables {
            let found = owner(&table.name, Unit::Patient);
            assert_eq!(found.is_none(), table.name == "missing_value", "{}", table.name);
        }
        assert_eq!(owner("rt_volume", Unit::Patient), Some(Owner::Patient));
        assert_eq!(owner("rt_volume", Unit::Course), Some(Owner::Courses));
        assert_eq!(owner("rt_course", Unit::Course), Some(Owner::Patient));
        assert_eq!(owner("toxicity", Unit::Course), Some(Owner::Patient));
        assert_eq!(owner("local_event", Unit::Lesion), Some(Owner::Lesion));
        assert_eq!(owner("lesion_measurement", Unit::Course), Some(Owner::Patient));
        assert_eq!(owner("rt_target", Unit::Lesion), Some(Owner::Lesion));
        assert_eq!(owner("rt_target", Unit::Episode), Some(Owner::Courses));
    }
}
