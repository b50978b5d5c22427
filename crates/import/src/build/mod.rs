//! Typed columns, built cell by cell. A cell that cannot be read becomes missing and an issue.

mod category;
mod codes;
mod date;
mod issue;
mod number;
mod text;

use oligomet_base::{Place, Problem};
use oligomet_schema::{Column, ColumnData};

pub(crate) use date::{DateText, read_date};

use crate::cell::{Cell, MissingTexts};
use crate::number::{Decimal, Evidence};
use crate::site::{ColumnMap, Mapping, Source};
use category::{CategoryBuilder, YesNoBuilder};
use date::DateBuilder;
use issue::Issues;
use number::NumberBuilder;
use text::TextBuilder;

/// A column being built.
pub(crate) struct Builder<'a> {
    map: &'a ColumnMap,
    missing: MissingTexts,
    issues: Issues,
    kind: Kind,
}

enum Kind {
    Text(TextBuilder),
    Number(NumberBuilder),
    Category(CategoryBuilder),
    YesNo(YesNoBuilder),
    Date(DateBuilder),
}

/// What finishing a column needs to know: the rows of the file and where they stand.
pub(crate) struct Finish<'a> {
    /// Row of the file for each value.
    pub(crate) rows: &'a [u32],
    /// File and sheet.
    pub(crate) place: &'a Place,
    /// The decimal sign of the column.
    pub(crate) decimal: Decimal,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(map: &'a ColumnMap, source: &Source) -> Self {
        let missing = MissingTexts::new(source.missing.iter().chain(&map.missing));
        let kind = match &map.mapping {
            Mapping::Id | Mapping::Text => Kind::Text(TextBuilder::default()),
            Mapping::Number(n) => Kind::Number(NumberBuilder::of_number(n, source.decimal)),
            Mapping::Duration(d) => Kind::Number(NumberBuilder::of_duration(d, source.decimal)),
            Mapping::Category(c) => Kind::Category(CategoryBuilder::new(c)),
            Mapping::YesNo(y) => Kind::YesNo(YesNoBuilder::new(y)),
            Mapping::Date(d) => Kind::Date(DateBuilder::new(d.order)),
        };
        Self { map, missing, issues: Issues::default(), kind }
    }

    pub(crate) fn map(&self) -> &'a ColumnMap {
        self.map
    }

    /// Room for so many rows.
    pub(crate) fn reserve(&mut self, n: usize) {
        match &mut self.kind {
            Kind::Text(b) => b.values.reserve_exact(n),
            Kind::Number(b) => b.values.reserve_exact(n),
            Kind::Category(b) => b.codes.reserve_exact(n),
            Kind::YesNo(b) => b.values.reserve_exact(n),
            Kind::Date(b) => b.values.reserve_exact(n),
        }
    }

    /// Adds the value of the next row.
    #[inline]
    pub(crate) fn push(&mut self, cell: Cell<'_>) {
        let missing = self.missing.contains(cell);
        let cell = if missing { Cell::Empty } else { cell };
        match &mut self.kind {
            Kind::Number(b) => b.push(cell, &mut self.issues),
            Kind::Category(b) => b.push(cell, &mut self.issues),
            Kind::YesNo(b) => b.push(cell, &mut self.issues),
            Kind::Date(b) => b.push(cell, &mut self.issues),
            Kind::Text(b) => b.push(cell, &mut self.issues),
        }
    }

    /// How the numbers of this column are written; `None` where the column holds none or its sign is given.
    pub(crate) fn decimal_evidence(&self) -> Option<Evidence> {
        match &self.kind {
            Kind::Number(b) if b.decimal.is_none() => Some(b.evidence),
            _ => None,
        }
    }

    /// The decimal sign given for this column or for the file.
    pub(crate) fn decimal_given(&self) -> Option<Decimal> {
        match &self.kind {
            Kind::Number(b) => b.decimal,
            _ => None,
        }
    }

    /// Texts of numbers with a decimal or thousands sign, the first of each kind.
    pub(crate) fn decimal_examples(&self) -> Vec<&str> {
        match &self.kind {
            Kind::Number(b) => b.examples(),
            _ => Vec::new(),
        }
    }

    /// The column and what was wrong in it.
    pub(crate) fn finish(mut self, finish: &Finish<'_>) -> (Column, Vec<Problem>) {
        let data = match self.kind {
            Kind::Text(b) => ColumnData::Text(b.values),
            Kind::Category(b) => ColumnData::Category(b.finish()),
            Kind::YesNo(b) => ColumnData::YesNo(b.values),
            Kind::Date(b) => ColumnData::Date(b.values),
            Kind::Number(b) => b.finish(finish.decimal, &mut self.issues),
        };
        let column = column_of(self.map, data);
        let texts = LevelTexts::of(self.map);
        let problems = self.issues.into_problems(self.map, finish, &texts.0);
        (column, problems)
    }
}

/// The texts that a column knows, for suggestions.
struct LevelTexts<'a>(Vec<&'a str>);

impl<'a> LevelTexts<'a> {
    fn of(map: &'a ColumnMap) -> Self {
        Self(match &map.mapping {
            Mapping::Category(c) => c.texts.iter().map(|(text, _)| text.as_str()).collect(),
            Mapping::YesNo(y) => y.yes.iter().chain(&y.no).map(String::as_str).collect(),
            _ => Vec::new(),
        })
    }
}

fn column_of(map: &ColumnMap, data: ColumnData) -> Column {
    let (unit, time_unit) = match &map.mapping {
        Mapping::Number(n) => (n.unit.clone(), None),
        Mapping::Duration(d) => (None, d.unit),
        _ => (None, None),
    };
    Column {
        name: map.name.clone(),
        label: map.label.clone(),
        kind: map.kind(),
        unit,
        time_unit,
        header: map.from.clone(),
        data,
    }
}
