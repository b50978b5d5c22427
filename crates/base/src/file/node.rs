//! The tree of a TOML file, in the order in which it was written, every part with its span.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What it is.
    pub value: Value,
}

/// A key and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// The key.
    pub name: String,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole or decimal number.
    Number(f64),
    /// true or false.
    Bool(bool),
    /// A date or time, as written.
    Date(String),
    /// A list.
    List(Vec<Node>),
    /// A table, in the order written.
    Table(Vec<(Key, Node)>),
}

impl Value {
    /// What a person calls it: "a text".
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Bool(_) => "true or false",
            Self::Date(_) => "a date",
            Self::List(_) => "a list",
            Self::Table(_) => "a block",
        }
    }
}

impl Node {
    pub(super) fn from_table(table: Spanned<DeTable<'_>>) -> Self {
        let span = table.span();
        Self { span, value: lower_table(table.into_inner()) }
    }

    fn from_value(value: Spanned<DeValue<'_>>) -> Self {
        let span = value.span();
        let value = match value.into_inner() {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Integer(n) => {
                let whole = i64::from_str_radix(n.as_str(), n.radix());
                Value::Number(whole.map_or(f64::NAN, |n| n as f64))
            }
            DeValue::Float(n) => Value::Number(n.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(b) => Value::Bool(b),
            DeValue::Datetime(d) => Value::Date(d.to_string()),
            DeValue::Array(list) => Value::List(list.into_iter().map(Self::from_value).collect()),
            DeValue::Table(table) => lower_table(table),
        };
        Self { span, value }
    }
}

fn lower_table(table: DeTable<'_>) -> Value {
    let mut entries: Vec<(Key, Node)> = table
        .into_iter()
        .map(|(key, value)| {
            let key = Key { span: key.span(), name: key.into_inner().into_owned() };
            (key, Node::from_value(value))
        })
        .collect();
    // The parser sorts keys by name; levels of a factor must keep the order in which they were written.
    entries.sort_by_key(|(key, _)| key.span.start);
    Value::Table(entries)
}
