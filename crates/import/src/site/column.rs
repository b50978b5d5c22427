//! `[column.X]`.

use oligomet_base::day::DateOrder;
use oligomet_base::file::{Key, Node, Section, Text, Value};
use oligomet_base::{Problem, TimeUnit};
use oligomet_schema::ColumnType;

use super::question::Questions;
use super::{CategoryMap, ColumnMap, DateMap, DurationMap, Mapping, NumberMap, YesNoMap, is_usable_name};
use crate::number::Decimal;

const WHY_TYPE: &str = "what a column holds decides how every value of it is read";
const UNITS: [&str; 4] = ["days", "weeks", "months", "years"];
const ORDERS: [&str; 3] = ["yyyy-mm-dd", "dd-mm-yyyy", "mm-dd-yyyy"];

/// Reads one block; `None` where something needed is missing or wrong (and was reported).
pub(super) fn read_column(key: &Key, section: &Section<'_>, questions: &mut Questions) -> Option<ColumnMap> {
    let name_is_usable = check_name(key, section);
    let from = section.required_text("from", "it names the header in the file");
    let label = section.text("label").map_or_else(|| label_of(&key.name), |t| t.text);
    let missing = section.texts("missing").map(plain).unwrap_or_default();
    if !section.has("type") {
        section.missing("type", WHY_TYPE);
    }
    let kind = section.choice("type", &ColumnType::NAMES);
    let mapping = kind.and_then(|kind| read_mapping(kind, section, questions));
    if !name_is_usable {
        return None;
    }
    Some(ColumnMap { name: key.name.clone(), from: from?.text, label, missing, mapping: mapping? })
}

/// Reports a name that expressions could not use.
pub(super) fn check_name(key: &Key, section: &Section<'_>) -> bool {
    let usable = is_usable_name(&key.name);
    if !usable {
        let why = match super::names::is_keyword(&key.name) {
            true => "the word has a meaning of its own in the expressions of a study (SQL)",
            false => "expressions of a study use the name as it is",
        };
        section.file().report_at(
            key.span.clone(),
            Problem::error("OM240", format!("`{}` cannot be a name", key.name)).why(why).mend(format!(
                "write lower-case letters, digits and underscores, a letter first, for example `{}`",
                suggestion(&key.name)
            )),
        );
    }
    usable
}

fn suggestion(name: &str) -> String {
    let near = super::usable_name(name);
    if near.is_empty() { "tumour_size".into() } else { near }
}

/// The label where none is written: `tumour_size` becomes `Tumour size`.
pub(crate) fn label_of(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut chars = spaced.trim().chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => name.to_owned(),
    }
}

fn plain(texts: Vec<Text>) -> Vec<String> {
    texts.into_iter().map(|t| t.text.trim().to_owned()).collect()
}

fn read_mapping(kind: ColumnType, section: &Section<'_>, questions: &mut Questions) -> Option<Mapping> {
    Some(match kind {
        ColumnType::Id => Mapping::Id,
        ColumnType::Text => Mapping::Text,
        ColumnType::Number => Mapping::Number(NumberMap {
            unit: section.text("unit").map(|t| t.text),
            decimal: read_decimal(section, questions),
            range: read_range(section),
        }),
        ColumnType::Category => Mapping::Category(read_levels(section)?),
        ColumnType::YesNo => Mapping::YesNo(read_yes_no(section, questions)?),
        ColumnType::Date => Mapping::Date(DateMap { order: read_order(section, questions) }),
        ColumnType::Duration => {
            let unit = read_unit(section, questions);
            Mapping::Duration(DurationMap { unit, decimal: read_decimal(section, questions) })
        }
    })
}

/// `decimal`, in a column or for the whole file.
pub(super) fn read_decimal(section: &Section<'_>, questions: &mut Questions) -> Option<Decimal> {
    let question = "is 1,234 one and a bit, or more than a thousand?";
    let text = questions.text(section, "decimal", question, &[".", ","])?;
    let decimal = Decimal::from_sign(&text.text);
    if decimal.is_none() {
        section.unknown_word("decimal", &text, &[".", ","]);
    }
    decimal
}

fn read_range(section: &Section<'_>) -> Option<(f64, f64)> {
    let node = section.node("range")?;
    let numbers = section.numbers("range")?;
    match numbers.as_slice() {
        &[low, high] if low <= high => Some((low, high)),
        _ => {
            let what = format!("`range` in {} must be two numbers, the smaller first", section.title());
            section
                .file()
                .report_at(node.span.clone(), Problem::error("OM304", what).mend("as in [18, 110]"));
            None
        }
    }
}

fn read_order(section: &Section<'_>, questions: &mut Questions) -> Option<DateOrder> {
    let question = "in which order are day, month and year written?";
    let text = questions.text(section, "order", question, &ORDERS)?;
    let order = DateOrder::from_name(&text.text);
    if order.is_none() {
        section.unknown_word("order", &text, &ORDERS);
    }
    order
}

fn read_unit(section: &Section<'_>, questions: &mut Questions) -> Option<TimeUnit> {
    if !section.has("unit") {
        section.missing("unit", "a time of 24 may be days or months");
        return None;
    }
    let text = questions.text(section, "unit", "in which unit are these times?", &UNITS)?;
    let unit = TimeUnit::parse(&text.text);
    if unit.is_none() {
        section.unknown_word("unit", &text, &UNITS);
    }
    unit
}

fn read_yes_no(section: &Section<'_>, questions: &mut Questions) -> Option<YesNoMap> {
    for key in ["yes", "no"] {
        if !section.has(key) {
            section.missing(key, "only what is listed is read; anything else is reported");
        }
    }
    let written = (section.texts("yes")?, section.texts("no")?);
    // While a question is open the column stays known, so that events that use it are still checked.
    let yes =
        questions.texts(section, "yes", "which text in the file means yes?").map(plain).unwrap_or_default();
    let no =
        questions.texts(section, "no", "which text in the file means no?").map(plain).unwrap_or_default();
    let both = written.0.iter().find(|text| yes.contains(&text.text) && no.contains(&text.text));
    if let Some(text) = both {
        let what = format!("\"{}\" means both yes and no in {}", text.text, section.title());
        section.file().report_at(text.span.clone(), Problem::error("OM244", what));
        return None;
    }
    Some(YesNoMap { yes, no })
}

fn read_levels(section: &Section<'_>) -> Option<CategoryMap> {
    let Some(node) = section.node("levels") else {
        section.missing("levels", "only texts that are listed are read; anything else is reported");
        return None;
    };
    let Value::Table(entries) = &node.value else {
        let what = format!("`levels` in {} must be a list of text and level", section.title());
        section.file().report_at(
            node.span.clone(),
            Problem::error("OM304", what).mend("as in { \"2\" = \"Grade 2\", \"3\" = \"Grade 3\" }"),
        );
        return None;
    };
    let mut map = CategoryMap::default();
    for (text, level) in entries {
        add_level(section, &mut map, text, level);
    }
    (!map.levels.is_empty()).then_some(map)
}

fn add_level(section: &Section<'_>, map: &mut CategoryMap, text: &Key, level: &Node) {
    let Value::Text(printed) = &level.value else {
        let what =
            format!("the level of \"{}\" in {} must be a text in \"quotes\"", text.name, section.title());
        section.file().report_at(level.span.clone(), Problem::error("OM304", what));
        return;
    };
    let code = match map.levels.iter().position(|known| known == printed) {
        Some(code) => code,
        None => {
            map.levels.push(printed.clone());
            map.levels.len() - 1
        }
    };
    map.texts.push((text.name.trim().to_owned(), code as u32));
}
