//! The data dictionary of the base table, read once from `data/dictionary.toml`.

use std::sync::OnceLock;

use oligomet_base::file::{Section, TomlFile};
use oligomet_schema::{ColumnType, schema};

use crate::model::Unit;

/// When what a column says was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// It never changes.
    Fixed,
    /// Before time zero, whatever time zero is.
    History,
    /// On the day of time zero.
    TimeZero,
    /// Only later.
    Future,
}

impl AsOf {
    /// The words of the dictionary.
    pub const NAMES: [(&'static str, Self); 4] = [
        ("fixed", Self::Fixed),
        ("history", Self::History),
        ("time zero", Self::TimeZero),
        ("future", Self::Future),
    ];

    /// The word of the dictionary.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, a)| *a == self).map_or("", |(n, _)| n)
    }
}

/// The levels of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Levels {
    /// The column is no category.
    None,
    /// These, in this order.
    Listed(Vec<String>),
    /// The values that occur, in alphabetical order.
    Found,
}

/// A column of the base table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Name in rules.
    pub name: String,
    /// What it holds.
    pub kind: ColumnType,
    /// Unit of a number.
    pub unit: Option<String>,
    /// What is printed.
    pub label: String,
    /// Levels of a category.
    pub levels: Levels,
    /// When it was known.
    pub as_of: AsOf,
    /// Of a column of the future: the date column on which it is known to everybody who has that date.
    pub known_on: Option<String>,
    /// For which rows it exists.
    pub units: Vec<Unit>,
    /// What it is, in one sentence.
    pub definition: String,
    /// Which records, and which rule, it comes from.
    pub source: String,
}

/// All columns of the base table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dictionary {
    /// The columns in order.
    pub columns: Vec<ColumnSpec>,
}

impl Dictionary {
    /// The column of that name; `bed_gy_ab10` and the like are `bed_gy` at another alpha/beta.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&ColumnSpec> {
        let plain = match name.split_once("_gy_ab") {
            Some((quantity @ ("bed" | "eqd2"), _)) => format!("{quantity}_gy"),
            _ => name.to_owned(),
        };
        self.columns.iter().find(|c| c.name == plain)
    }
}

const TEXT: &str = include_str!("../../data/dictionary.toml");

/// The dictionary that this program is built with.
#[must_use]
pub fn dictionary() -> &'static Dictionary {
    static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
    DICTIONARY.get_or_init(|| read(&TomlFile::new("dictionary.toml", TEXT)))
}

/// Reads the file; what is wrong with it stays in the file's problems, which a test proves to be none.
fn read(file: &TomlFile) -> Dictionary {
    let root = match file.parse() {
        Ok(root) => root,
        Err(problem) => {
            file.report(*problem);
            return Dictionary::default();
        }
    };
    let Some(top) = Section::new(file, "dictionary.toml", &root) else { return Dictionary::default() };
    let columns = top.repeated_sections("column").into_iter().map(read_column).collect();
    top.finish();
    Dictionary { columns }
}

fn read_column(s: Section<'_>) -> ColumnSpec {
    let text = |key: &'static str| s.text(key).map(|t| t.text);
    let units = s.texts("units").map(|units| {
        let of =
            |t: &oligomet_base::file::Text| Unit::NAMES.iter().find(|(n, _)| *n == t.text).map(|(_, u)| *u);
        units.iter().filter_map(of).collect()
    });
    let column = ColumnSpec {
        name: text("name").unwrap_or_default(),
        kind: s.choice("type", &ColumnType::NAMES).unwrap_or(ColumnType::Text),
        unit: text("unit"),
        label: text("label").unwrap_or_default(),
        levels: read_levels(&s),
        as_of: s.choice("as_of", &AsOf::NAMES).unwrap_or(AsOf::Future),
        known_on: text("known_on"),
        units: units.unwrap_or_else(|| Unit::NAMES.iter().map(|(_, u)| *u).collect()),
        definition: text("definition").unwrap_or_default(),
        source: text("source").unwrap_or_default(),
    };
    s.finish();
    column
}

fn read_levels(s: &Section<'_>) -> Levels {
    let of_schema = |path: &str| {
        let (table, field) = path.split_once('.')?;
        let field = schema().table(table)?.field(field)?;
        Some(field.levels.iter().map(|l| l.label.clone()).collect::<Vec<_>>())
    };
    let more = s.texts("more").unwrap_or_default().into_iter().map(|t| t.text);
    if s.bool("levels_found") == Some(true) {
        return Levels::Found;
    }
    let listed = match (s.texts("levels"), s.text("levels_of")) {
        (Some(levels), _) => Some(levels.into_iter().map(|t| t.text).collect::<Vec<_>>()),
        (None, Some(path)) => of_schema(&path),
        (None, None) => None,
    };
    listed.map_or(Levels::None, |levels| Levels::Listed(levels.into_iter().chain(more).collect()))
}

#[cfg(test)]
mod tests {
    use super::super::columns::COLUMNS;
    use super::*;

    #[test]
    fn the_dictionary_is_whole_and_in_the_order_of_the_code() {
        let file = TomlFile::new("dictionary.toml", TEXT);
        let dictionary = read(&file);
        let problems = file.take_problems();
        assert!(problems.is_empty(), "{problems:?}");
        let names: Vec<&str> = dictionary.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, COLUMNS.iter().map(|(_, n)| *n).collect::<Vec<_>>());
        for (at, (col, name)) in COLUMNS.iter().enumerate() {
            assert_eq!(*col as usize, at, "{name}");
        }
        for column in &dictionary.columns {
            assert!(!column.label.is_empty() && !column.source.is_empty(), "{}", column.name);
            assert!(column.definition.ends_with('.'), "{}", column.name);
            assert_eq!(column.kind == ColumnType::Category, column.levels != Levels::None, "{}", column.name);
            assert!(!column.name.contains('.'), "{}", column.name);
        }
    }

    #[test]
    fn a_dose_at_another_alpha_beta_is_found_by_its_quantity() {
        assert_eq!(dictionary().column("bed_gy_ab10").map(|c| c.name.as_str()), Some("bed_gy"));
        assert_eq!(dictionary().column("bed_gy_abx").map(|c| c.name.as_str()), Some("bed_gy"));
        assert!(dictionary().column("dose_gy_ab10").is_none());
    }
}
