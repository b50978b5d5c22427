//! The schema of relational records, read once from `schema.toml`.

use std::sync::OnceLock;

use oligomet_base::file::{Section, TomlFile, Value};
use oligomet_base::number::shortest;

/// What a column of a relational table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// The identifier of the row, unique within its table.
    Key,
    /// The key of a row of another table (or of the same).
    Ref,
    /// Text.
    Text,
    /// One of a few levels.
    Category,
    /// Yes or no.
    YesNo,
    /// A whole number.
    Integer,
    /// A number with a unit.
    Number,
    /// A date, to the day, month or year.
    Date,
    /// An absorbed dose: Gy in files, whole milligray in memory.
    Dose,
}

impl FieldKind {
    /// All kinds with the word of `schema.toml`.
    pub const NAMES: [(&'static str, Self); 9] = [
        ("key", Self::Key),
        ("ref", Self::Ref),
        ("text", Self::Text),
        ("category", Self::Category),
        ("yes-no", Self::YesNo),
        ("integer", Self::Integer),
        ("number", Self::Number),
        ("date", Self::Date),
        ("dose", Self::Dose),
    ];

    /// The word of `schema.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, k)| *k == self).map_or("text", |(name, _)| name)
    }
}

/// A level of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelSpec {
    /// What files and rules hold: `lymph-node`.
    pub code: String,
    /// What is printed: `Lymph node`.
    pub label: String,
}

/// A column of a relational table.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldSpec {
    /// Name in files, rules and the lock.
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
    /// What is printed.
    pub label: String,
    /// What a person must know to fill it; may be empty.
    pub doc: String,
    /// Whether a row without it cannot be used.
    pub required: bool,
    /// Unit of a number.
    pub unit: Option<String>,
    /// Plausible values; others are kept and told.
    pub range: Option<(f64, f64)>,
    /// Levels of a category, in order.
    pub levels: Vec<LevelSpec>,
    /// Table that a reference points into.
    pub to: Option<String>,
    /// Other headers under which it is found.
    pub also: Vec<String>,
}

/// A relational table.
#[derive(Debug, Clone, PartialEq)]
pub struct TableSpec {
    /// Name: of the CSV file, the sheet, and in rules.
    pub name: String,
    /// What is printed.
    pub label: String,
    /// What a row is.
    pub doc: String,
    /// Its columns; the first is the key.
    pub fields: Vec<FieldSpec>,
}

impl TableSpec {
    /// The place of a column.
    #[must_use]
    pub fn position(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == field)
    }

    /// The column of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldSpec> {
        self.fields.iter().find(|f| f.name == name)
    }
}

/// All tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// Version of the tables' layout; a lock carries it.
    pub format: u32,
    /// The tables, in an order in which a table stands after those it points into, except where it points into itself.
    pub tables: Vec<TableSpec>,
}

impl Schema {
    /// The table of that name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&TableSpec> {
        self.tables.iter().find(|t| t.name == name)
    }

    /// The place of a table.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|t| t.name == name)
    }
}

/// The schema that this program is built with.
#[must_use]
pub fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| read(&TomlFile::new("schema.toml", include_str!("../schema.toml"))))
}

/// Reads the schema's file; what is wrong with it stays in the file's problems, which a test proves to be none.
fn read(file: &TomlFile) -> Schema {
    let mut schema = Schema { format: 0, tables: Vec::new() };
    let root = match file.parse() {
        Ok(root) => root,
        Err(problem) => {
            file.report(*problem);
            return schema;
        }
    };
    let Some(top) = Section::new(file, "schema.toml", &root) else { return schema };
    schema.format = top.number("format").unwrap_or(0.0) as u32;
    schema.tables = top.repeated_sections("table").into_iter().map(read_table).collect();
    top.finish();
    schema
}

fn read_table(s: Section<'_>) -> TableSpec {
    let text = |key: &'static str| s.text(key).map(|t| t.text).unwrap_or_default();
    let table = TableSpec {
        name: text("name"),
        label: text("label"),
        doc: text("doc"),
        fields: s.repeated_sections("columns").into_iter().map(read_field).collect(),
    };
    s.finish();
    table
}

fn read_field(s: Section<'_>) -> FieldSpec {
    let text = |key: &'static str| s.text(key).map(|t| t.text);
    let field = FieldSpec {
        name: text("name").unwrap_or_default(),
        kind: s.choice("type", &FieldKind::NAMES).unwrap_or(FieldKind::Text),
        label: text("label").unwrap_or_default(),
        doc: text("doc").unwrap_or_default(),
        required: s.bool("required").unwrap_or(false),
        unit: text("unit"),
        range: match s.numbers("range").as_deref() {
            Some([low, high]) => Some((*low, *high)),
            _ => None,
        },
        levels: read_levels(&s),
        to: text("to"),
        also: s.texts("also").unwrap_or_default().into_iter().map(|t| t.text).collect(),
    };
    s.finish();
    field
}

fn read_levels(s: &Section<'_>) -> Vec<LevelSpec> {
    let Some(Value::Table(entries)) = s.node("levels").map(|n| &n.value) else { return Vec::new() };
    let label = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        Value::Number(n) => shortest(*n),
        _ => String::new(),
    };
    entries.iter().map(|(k, v)| LevelSpec { code: k.name.clone(), label: label(&v.value) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_whole() {
        let file = TomlFile::new("schema.toml", include_str!("../schema.toml"));
        let schema = read(&file);
        let problems = file.take_problems();
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!((schema.format, schema.tables.len()), (1, 21));
        for (at, table) in schema.tables.iter().enumerate() {
            assert!(!table.label.is_empty(), "{}", table.name);
            assert_eq!(table.fields[0].kind, FieldKind::Key, "{}", table.name);
            assert_eq!(table.fields.iter().filter(|f| f.kind == FieldKind::Key).count(), 1);
            for field in &table.fields {
                assert!(!field.label.is_empty(), "{}.{}", table.name, field.name);
                assert_eq!(field.kind == FieldKind::Category, !field.levels.is_empty(), "{}", field.name);
                assert_eq!(field.kind == FieldKind::Ref, field.to.is_some(), "{}", field.name);
                if let Some(to) = &field.to {
                    let target = schema.position(to).unwrap_or_else(|| panic!("no table {to}"));
                    assert!(target <= at, "{} points forward", table.name);
                }
            }
        }
    }
}
