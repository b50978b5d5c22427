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

    /// The rows named, in their order; a row beyond the end is missing.
    #[must_use]
    pub fn select(&self, rows: &[u32]) -> Self {
        let mut picked = Self {
            bytes: String::new(),
            ends: Vec::with_capacity(rows.len()),
            missing: Vec::with_capacity(rows.len()),
        };
        for &row in rows {
            picked.push(self.get(row as usize));
        }
        picked
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

    /// The rows named, in their order; rows beyond the end are left out (texts: missing).
    #[must_use]
    pub fn select(&self, rows: &[u32]) -> Self {
        fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().filter_map(|&r| values.get(r as usize).copied()).collect()
        }
        match self {
            Self::Text(v) => Self::Text(v.select(rows)),
            Self::Ref(v) => Self::Ref(pick(v, rows)),
            Self::Category(v) => Self::Category(pick(v, rows)),
            Self::YesNo(v) => Self::YesNo(pick(v, rows)),
            Self::Integer(v) => Self::Integer(pick(v, rows)),
            Self::Number(v) => Self::Number(pick(v, rows)),
            Self::Date(v) => Self::Date(pick(v, rows)),
            Self::Dose(v) => Self::Dose(pick(v, rows)),
        }
    }

    /// Makes the value of a row missing; nothing where the row is beyond the end or the column holds texts.
    pub fn clear(&mut self, row: usize) {
        fn set<T>(values: &mut [T], row: usize, value: T) {
            if let Some(place) = values.get_mut(row) {
                *place = value;
            }
        }
        match self {
            Self::Text(_) => {}
            Self::Ref(v) => set(v, row, NO_ROW),
            Self::Category(v) => set(v, row, NO_LEVEL),
            Self::YesNo(v) => set(v, row, None),
            Self::Integer(v) => set(v, row, None),
            Self::Number(v) => set(v, row, f64::NAN),
            Self::Date(v) => set(v, row, None),
            Self::Dose(v) => set(v, row, None),
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

    /// A table from its columns, in the order of the specification.
    ///
    /// # Errors
    /// [`NoSuchField`] where there are fewer or more columns than in the specification, one is of another kind, or their
    /// lengths differ from `source_rows`.
    pub fn from_fields(
        spec: &'static TableSpec,
        fields: Vec<Field>,
        source_rows: Vec<u32>,
        source: Option<usize>,
    ) -> Result<Self, NoSuchField> {
        let table = Self { spec, fields, source_rows, source };
        for (at, field) in spec.fields.iter().enumerate() {
            let fits = |f: &Field| {
                std::mem::discriminant(f) == std::mem::discriminant(&Field::empty(field.kind))
                    && f.len() == table.source_rows.len()
            };
            if !table.fields.get(at).is_some_and(fits) {
                return Err(table.no_such(&field.name));
            }
        }
        if table.fields.len() > spec.fields.len() { Err(table.no_such("")) } else { Ok(table) }
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

    /// The same records with the rows of every table in the order of their keys.
    #[must_use]
    pub fn sorted_by_key(&self) -> Self {
        let order_of = |table: &RecordTable| {
            let mut rows: Vec<u32> = (0..table.n_rows() as u32).collect();
            rows.sort_by(|&a, &b| table.key(a as usize).cmp(table.key(b as usize)));
            rows
        };
        let orders: Vec<Vec<u32>> = self.tables.iter().map(order_of).collect();
        let new_rows: Vec<Vec<u32>> = orders.iter().map(|order| inverse(order)).collect();
        let mut sorted = self.clone();
        for (table, order) in sorted.tables.iter_mut().zip(&orders) {
            table.fields = table.fields.iter().map(|field| field.select(order)).collect();
            table.source_rows =
                order.iter().filter_map(|&row| table.source_rows.get(row as usize).copied()).collect();
            for (field, column) in table.spec.fields.iter().zip(&mut table.fields) {
                let to = field.to.as_deref().and_then(|to| schema().position(to));
                if let (Field::Ref(rows), Some(new)) = (column, to.and_then(|to| new_rows.get(to))) {
                    rows.iter_mut().for_each(|row| *row = new.get(*row as usize).copied().unwrap_or(NO_ROW));
                }
            }
        }
        sorted
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

/// For each row its place in an order of rows.
fn inverse(order: &[u32]) -> Vec<u32> {
    let mut places = vec![0; order.len()];
    order.iter().enumerate().for_each(|(new, &old)| places[old as usize] = new as u32);
    places
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
