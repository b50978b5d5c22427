//! A department's records in memory: the tables of the schema, references resolved to row numbers.

use std::collections::HashMap;

use oligomet_base::{Day, Dose, PartialDate};

use crate::data_set::SourceFile;
use crate::spec::{FieldKind, FieldSpec, TableSpec, schema};

/// Texts in one piece of memory; a text may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    bytes: String,
    /// End of each text in `bytes`.
    ends: Vec<u32>,
    missing: Vec<bool>,
}

impl Texts {
    /// Appends a text.
    pub fn push(&mut self, text: Option<&str>) {
        self.bytes.push_str(text.unwrap_or(""));
        self.ends.push(self.bytes.len() as u32);
        self.missing.push(text.is_none());
    }

    /// The text of a row; `None` where missing or beyond the end.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        if *self.missing.get(row)? {
            return None;
        }
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.bytes.get(start..self.ends[row] as usize)
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// The values of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// Keys and texts.
    Text(Texts),
    /// Rows of the table pointed into; [`NO_ROW`] where empty.
    Ref(Vec<u32>),
    /// Indices into the levels of the specification; [`NO_LEVEL`] where missing.
    Category(Vec<u8>),
    /// Yes, no or missing.
    YesNo(Vec<Option<bool>>),
    /// Whole numbers.
    Integer(Vec<Option<i32>>),
    /// Numbers; NaN is missing and nothing else.
    Number(Vec<f64>),
    /// Dates as precise as written.
    Date(Vec<Option<PartialDate>>),
    /// Doses.
    Dose(Vec<Option<Dose>>),
}

/// A reference that points nowhere because it is empty.
pub const NO_ROW: u32 = u32::MAX;

/// A category that is missing.
pub const NO_LEVEL: u8 = u8::MAX;

impl Field {
    /// An empty column of that kind.
    #[must_use]
    pub fn empty(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Key | FieldKind::Text => Self::Text(Texts::default()),
            FieldKind::Ref => Self::Ref(Vec::new()),
            FieldKind::Category => Self::Category(Vec::new()),
            FieldKind::YesNo => Self::YesNo(Vec::new()),
            FieldKind::Integer => Self::Integer(Vec::new()),
            FieldKind::Number => Self::Number(Vec::new()),
            FieldKind::Date => Self::Date(Vec::new()),
            FieldKind::Dose => Self::Dose(Vec::new()),
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(v) => v.len(),
            Self::Ref(v) => v.len(),
            Self::Category(v) => v.len(),
            Self::YesNo(v) => v.len(),
            Self::Integer(v) => v.len(),
            Self::Number(v) => v.len(),
            Self::Date(v) => v.len(),
            Self::Dose(v) => v.len(),
        }
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the value of a row is missing (a row beyond the end is).
    #[must_use]
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Text(v) => v.get(row).is_none(),
            Self::Ref(v) => v.get(row).is_none_or(|r| *r == NO_ROW),
            Self::Category(v) => v.get(row).is_none_or(|c| *c == NO_LEVEL),
            Self::YesNo(v) => v.get(row).is_none_or(Option::is_none),
            Self::Integer(v) => v.get(row).is_none_or(Option::is_none),
            Self::Number(v) => v.get(row).is_none_or(|x| x.is_nan()),
            Self::Date(v) => v.get(row).is_none_or(Option::is_none),
            Self::Dose(v) => v.get(row).is_none_or(Option::is_none),
        }
    }
}

/// A column was asked for that the schema does not have, or as another kind than it is: a fault of the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the table `{table}` has no column `{field}` of that kind")]
pub struct NoSuchField {
    /// Table.
    pub table: String,
    /// Column.
    pub field: String,
}

/// One table with its rows. All columns of the specification are there, in its order; those that the source lacks are all missing.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordTable {
    spec: &'static TableSpec,
    /// The columns in the order of the specification.
    pub fields: Vec<Field>,
    /// The row of the source for each row, as a person counts (header included, from 1).
    pub source_rows: Vec<u32>,
    /// Which of [`Records::sources`] it came from; `None` where the source has no such table.
    pub source: Option<usize>,
}

macro_rules! accessor {
    ($(#[$doc:meta])* $name:ident, $variant:ident, $item:ty) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// [`NoSuchField`] where there is no such column of that kind.
        pub fn $name(&self, field: &str) -> Result<&[$item], NoSuchField> {
            match self.column(field) {
                Some(Field::$variant(values)) => Ok(values),
                _ => Err(self.no_such(field)),
            }
        }
    };
}

impl RecordTable {
    /// A table without rows.
    #[must_use]
    pub fn new(spec: &'static TableSpec) -> Self {
        let fields = spec.fields.iter().map(|f| Field::empty(f.kind)).collect();
        Self { spec, fields, source_rows: Vec::new(), source: None }
    }

    /// What the table is.
    #[must_use]
    pub fn spec(&self) -> &'static TableSpec {
        self.spec
    }

    /// Number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.fields.first().map_or(0, Field::len)
    }

    /// The values of a column.
    #[must_use]
    pub fn column(&self, field: &str) -> Option<&Field> {
        self.fields.get(self.spec.position(field)?)
    }

    /// The key of a row.
    #[must_use]
    pub fn key(&self, row: usize) -> &str {
        match self.fields.first() {
            Some(Field::Text(keys)) => keys.get(row).unwrap_or(""),
            _ => "",
        }
    }

    /// Texts or keys of a column.
    ///
    /// # Errors
    /// [`NoSuchField`] where there is no such column of that kind.
    pub fn texts(&self, field: &str) -> Result<&Texts, NoSuchField> {
        match self.column(field) {
            Some(Field::Text(texts)) => Ok(texts),
            _ => Err(self.no_such(field)),
        }
    }

    accessor!(
        /// Rows pointed to; [`NO_ROW`] where empty.
        refs, Ref, u32
    );
    accessor!(
        /// Indices of levels; [`NO_LEVEL`] where missing.
        categories, Category, u8
    );
    accessor!(
        /// Yes, no or missing.
        yes_no, YesNo, Option<bool>
    );
    accessor!(
        /// Whole numbers.
        integers, Integer, Option<i32>
    );
    accessor!(
        /// Numbers; NaN is missing.
        numbers, Number, f64
    );
    accessor!(
        /// Dates.
        dates, Date, Option<PartialDate>
    );
    accessor!(
        /// Doses.
        doses, Dose, Option<Dose>
    );

    /// The code of a category of a row: `lymph-node`.
    #[must_use]
    pub fn level(&self, field: &str, row: usize) -> Option<&'static str> {
        let spec: &'static FieldSpec = self.spec.field(field)?;
        let code = *self.categories(field).ok()?.get(row)?;
        spec.levels.get(usize::from(code)).map(|l| l.code.as_str())
    }

    fn no_such(&self, field: &str) -> NoSuchField {
        NoSuchField { table: self.spec.name.clone(), field: field.to_owned() }
    }
}

/// For each row of a table the rows of another that point to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Children {
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Children {
    /// Groups rows by what they point to. `n_parents`: rows of the table pointed into.
    #[must_use]
    pub fn new(refs: &[u32], n_parents: usize) -> Self {
        let mut starts = vec![0_u32; n_parents + 1];
        for &parent in refs.iter().filter(|p| (**p as usize) < n_parents) {
            starts[parent as usize + 1] += 1;
        }
        for i in 0..n_parents {
            starts[i + 1] += starts[i];
        }
        let mut next = starts.clone();
        let mut rows = vec![0_u32; starts[n_parents] as usize];
        for (row, &parent) in refs.iter().enumerate().filter(|(_, p)| (**p as usize) < n_parents) {
            rows[next[parent as usize] as usize] = row as u32;
            next[parent as usize] += 1;
        }
        Self { starts, rows }
    }

    /// The rows that point to a parent, in the order of the table.
    #[must_use]
    pub fn of(&self, parent: usize) -> &[u32] {
        match (self.starts.get(parent), self.starts.get(parent + 1)) {
            (Some(&from), Some(&to)) => &self.rows[from as usize..to as usize],
            _ => &[],
        }
    }
}

/// All tables of a department.
#[derive(Debug, Clone, PartialEq)]
pub struct Records {
    /// Short name of the department.
    pub site: String,
    /// Nothing after this day is in the data; `None` before a lock is made.
    pub cutoff: Option<Day>,
    /// Made by a program with the truth put in: every output says so.
    pub synthetic: bool,
    /// The tables, in the order of the schema.
    pub tables: Vec<RecordTable>,
    /// Where they came from.
    pub sources: Vec<SourceFile>,
    /// Rows and values set aside or censored on the way, counted: label and number.
    pub set_aside: Vec<crate::data_set::ImportStep>,
}

impl Records {
    /// Records without rows.
    #[must_use]
    pub fn empty(site: &str) -> Self {
        Self {
            site: site.to_owned(),
            cutoff: None,
            synthetic: false,
            tables: schema().tables.iter().map(RecordTable::new).collect(),
            sources: Vec::new(),
            set_aside: Vec::new(),
        }
    }

    /// A table of the schema.
    ///
    /// # Errors
    /// [`NoSuchField`] where the schema has no such table.
    pub fn table(&self, name: &str) -> Result<&RecordTable, NoSuchField> {
        let at = schema().position(name);
        at.and_then(|at| self.tables.get(at))
            .ok_or_else(|| NoSuchField { table: name.to_owned(), field: String::new() })
    }

    /// For each row of the table that `field` of `table` points into, the rows of `table` that point to it.
    ///
    /// # Errors
    /// [`NoSuchField`] where there is no such reference.
    pub fn children(&self, table: &str, field: &str) -> Result<Children, NoSuchField> {
        let child = self.table(table)?;
        let refs = child.refs(field)?;
        let to = child.spec().field(field).and_then(|f| f.to.as_deref()).unwrap_or("");
        Ok(Children::new(refs, self.table(to)?.n_rows()))
    }

    /// The rows of a table by their keys.
    ///
    /// # Errors
    /// [`NoSuchField`] where the schema has no such table.
    pub fn rows_by_key(&self, table: &str) -> Result<HashMap<&str, u32>, NoSuchField> {
        let table = self.table(table)?;
        Ok((0..table.n_rows()).map(|row| (table.key(row), row as u32)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_tell_missing_from_empty() {
        let mut texts = Texts::default();
        for text in [Some("a"), None, Some(""), Some("bc")] {
            texts.push(text);
        }
        assert_eq!(
            [texts.get(0), texts.get(1), texts.get(2), texts.get(3), texts.get(4)],
            [Some("a"), None, Some(""), Some("bc"), None]
        );
    }

    #[test]
    fn children_are_grouped_in_the_order_of_the_table() {
        let children = Children::new(&[2, 0, NO_ROW, 2], 3);
        assert_eq!((children.of(0), children.of(1), children.of(2)), (&[1][..], &[][..], &[0, 3][..]));
        assert_eq!(children.of(3), &[] as &[u32]);
    }

    #[test]
    fn every_column_of_the_schema_answers_to_its_kind() {
        let records = Records::empty("X");
        for table in &records.tables {
            for field in &table.spec().fields {
                assert!(table.column(&field.name).is_some_and(Field::is_empty), "{}", field.name);
            }
        }
        let course = records.table("rt_course").unwrap();
        assert!(course.dates("start_date").is_ok());
        assert_eq!(course.dates("intent").unwrap_err().field, "intent");
        assert!(records.children("rt_course", "previous_course_id").is_ok());
    }
}
