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

/// What becomes of a date that lies after the cut-off of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AfterCutoff {
    /// The row leaves: it had not happened yet.
    Row,
    /// The date becomes missing: what it ends was still going on.
    Open,
    /// The date becomes the cut-off: a contact after it says that the patient lived on that day.
    Cutoff,
}

impl AfterCutoff {
    const NAMES: [(&'static str, Self); 3] =
        [("row", Self::Row), ("open", Self::Open), ("cutoff", Self::Cutoff)];
}

/// A level of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelSpec {
    /// What files and rules hold: `lymph-node`.
    pub code: String,
    /// What is printed: `Lymph node`.
    pub label: String,
    /// Other texts that mean it.
    pub also: Vec<String>,
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
    /// What becomes of a date after the cut-off.
    pub after_cutoff: Option<AfterCutoff>,
    /// Columns that become missing together with the date.
    pub clears: Vec<String>,
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
    /// Other names of its file or sheet.
    pub also: Vec<String>,
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

/// What texts mean in every table. Compared without regard to case.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Words {
    /// Text and the level of `missing_value.reason` that it means.
    pub reasons: Vec<(String, String)>,
    /// Texts with which programs write an empty cell.
    pub empty: Vec<String>,
    /// Texts for yes.
    pub yes: Vec<String>,
    /// Texts for no.
    pub no: Vec<String>,
}

/// All tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// Version of the tables' layout; a lock carries it.
    pub format: u32,
    /// The tables, in an order in which a table stands after those it points into, except where it points into itself.
    pub tables: Vec<TableSpec>,
    /// What texts mean in every table.
    pub words: Words,
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
    let mut schema = Schema { format: 0, tables: Vec::new(), words: Words::default() };
    let root = match file.parse() {
        Ok(root) => root,
        Err(problem) => {
            file.report(*problem);
            return schema;
        }
    };
    let Some(top) = Section::new(file, "schema.toml", &root) else { return schema };
    schema.format = top.number("format").unwrap_or(0.0) as u32;
    schema.words = read_words(&top);
    let level_words: Vec<(String, Vec<String>)> = lists(&top, "level_words");
    schema.tables = top.repeated_sections("table").into_iter().map(|s| read_table(s, &level_words)).collect();
    top.finish();
    schema
}

fn read_words(top: &Section<'_>) -> Words {
    let reasons = lists(top, "reasons");
    let list_of = |block: &'static str, name: &str| {
        lists(top, block).into_iter().find(|(key, _)| key == name).map(|(_, texts)| texts).unwrap_or_default()
    };
    Words {
        reasons: reasons
            .into_iter()
            .flat_map(|(reason, texts)| texts.into_iter().map(move |text| (text, reason.clone())))
            .collect(),
        empty: list_of("empty", "texts"),
        yes: list_of("words", "yes"),
        no: list_of("words", "no"),
    }
}

/// The lists of texts of a block, by their keys.
fn lists(top: &Section<'_>, block: &'static str) -> Vec<(String, Vec<String>)> {
    let Some(Value::Table(entries)) = top.node(block).map(|n| &n.value) else { return Vec::new() };
    let texts = |value: &Value| match value {
        Value::List(items) => items.iter().filter_map(|item| as_text(&item.value)).collect(),
        _ => Vec::new(),
    };
    entries.iter().map(|(key, node)| (key.name.clone(), texts(&node.value))).collect()
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(n) => Some(shortest(*n)),
        _ => None,
    }
}

fn texts_of(s: &Section<'_>, key: &'static str) -> Vec<String> {
    s.texts(key).unwrap_or_default().into_iter().map(|t| t.text).collect()
}

fn read_table(s: Section<'_>, level_words: &[(String, Vec<String>)]) -> TableSpec {
    let text = |key: &'static str| s.text(key).map(|t| t.text).unwrap_or_default();
    let table = TableSpec {
        name: text("name"),
        label: text("label"),
        doc: text("doc"),
        also: texts_of(&s, "also"),
        fields: s.repeated_sections("columns").into_iter().map(|s| read_field(s, level_words)).collect(),
    };
    s.finish();
    table
}

fn read_field(s: Section<'_>, level_words: &[(String, Vec<String>)]) -> FieldSpec {
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
        levels: read_levels(&s, level_words),
        to: text("to"),
        also: texts_of(&s, "also"),
        after_cutoff: s.has("after_cutoff").then(|| s.choice("after_cutoff", &AfterCutoff::NAMES)).flatten(),
        clears: texts_of(&s, "clears"),
    };
    s.finish();
    field
}

fn read_levels(s: &Section<'_>, level_words: &[(String, Vec<String>)]) -> Vec<LevelSpec> {
    let Some(Value::Table(entries)) = s.node("levels").map(|n| &n.value) else { return Vec::new() };
    let words = |code: &str| {
        level_words.iter().find(|(c, _)| c == code).map(|(_, also)| also.clone()).unwrap_or_default()
    };
    let level = |code: &str, value: &Value| LevelSpec {
        code: code.to_owned(),
        label: as_text(value).unwrap_or_default(),
        also: words(code),
    };
    entries.iter().map(|(k, v)| level(&k.name, &v.value)).collect()
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
                assert_eq!(
                    field.kind == FieldKind::Date && field.name != "birth_date",
                    field.after_cutoff.is_some(),
                    "{}",
                    field.name
                );
                assert!(field.clears.iter().all(|c| table.position(c).is_some()), "{}", field.name);
                assert_eq!(field.kind == FieldKind::Dose, field.name.ends_with("_gy"), "{}", field.name);
                if let Some(to) = &field.to {
                    let target = schema.position(to).unwrap_or_else(|| panic!("no table {to}"));
                    assert!(target <= at, "{} points forward", table.name);
                }
            }
        }
    }
}
