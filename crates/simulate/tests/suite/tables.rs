//! Reading the tables by name, for the other tests.

use oligomet_base::{Day, PartialDate};
use oligomet_schema::{NO_ROW, Records};

/// A table of the department with its columns by name.
pub struct View<'a> {
    pub records: &'a Records,
    pub table: &'static str,
}

impl View<'_> {
    pub fn n(&self) -> usize {
        self.records.table(self.table).unwrap().n_rows()
    }

    pub fn day(&self, field: &str, row: usize) -> Option<Day> {
        let date = self.records.table(self.table).unwrap().dates(field).unwrap()[row]?;
        match date {
            PartialDate::Day(day) => Some(day),
            other => other.earliest(),
        }
    }

    pub fn level(&self, field: &str, row: usize) -> &'static str {
        self.records.table(self.table).unwrap().level(field, row).unwrap_or("")
    }

    pub fn text(&self, field: &str, row: usize) -> String {
        self.records.table(self.table).unwrap().texts(field).unwrap().get(row).unwrap_or("").to_owned()
    }

    pub fn integer(&self, field: &str, row: usize) -> Option<i32> {
        self.records.table(self.table).unwrap().integers(field).unwrap()[row]
    }

    pub fn number(&self, field: &str, row: usize) -> f64 {
        self.records.table(self.table).unwrap().numbers(field).unwrap()[row]
    }

    pub fn refers(&self, field: &str, row: usize) -> Option<usize> {
        let to = self.records.table(self.table).unwrap().refs(field).unwrap()[row];
        (to != NO_ROW).then_some(to as usize)
    }

    /// Rows that point to a row by a column.
    pub fn of(&self, field: &str, parent: usize) -> Vec<usize> {
        (0..self.n()).filter(|&row| self.refers(field, row) == Some(parent)).collect()
    }
}

/// A table.
pub fn view<'a>(records: &'a Records, table: &'static str) -> View<'a> {
    View { records, table }
}

/// All tables that the rules need, grouped once by patient: linear in the rows.
pub struct ByPatient<'a> {
    pub records: &'a Records,
}

impl<'a> ByPatient<'a> {
    pub fn rows(&self, table: &'static str, patient: usize) -> Vec<usize> {
        let children = self.records.children(table, "patient_id").unwrap();
        children.of(patient).iter().map(|r| *r as usize).collect()
    }

    pub fn view(&self, table: &'static str) -> View<'a> {
        view(self.records, table)
    }
}
