//! Typed columns, built cell by cell. A cell that cannot be read becomes missing and an issue.

mod category;
mod codes;
mod date;
mod issue;
mod number;
mod text;

use oligomet_base::{Place, Problem};
use oligomet_schema::{Column, ColumnData};

pub(crate) use date::{DateText, date_part, is_plausible, read_date};
pub(crate) use issue::{IssueKind, Issues, Telling, Words};
pub(crate) use number::NumberBuilder;

use crate::cell::{Cell, MissingTexts};
use crate::number::{Decimal, Evidence};
use crate::site::{ColumnMap, Mapping, Source};
use category::{CategoryBuilder, YesNoBuilder};
use date::DateBuilder;
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

/// A column whose decimal sign is to be decided.
pub(crate) trait DecimalColumn {
    /// How its numbers are written; `None` where the column holds none or its sign is given.
    fn decimal_evidence(&self) -> Option<Evidence>;

    /// The decimal sign given for this column or for the file.
    fn decimal_given(&self) -> Option<Decimal>;

    /// Texts of numbers with a decimal or thousands sign, the first of each kind.
    fn decimal_examples(&self) -> Vec<&str>;

    /// The header in the file.
    fn header(&self) -> &str;

    /// How its sign is said for good.
    fn mend(&self) -> String;
}

impl DecimalColumn for Builder<'_> {
    fn decimal_evidence(&self) -> Option<Evidence> {
        match &self.kind {
            Kind::Number(b) => b.open_evidence(),
            _ => None,
        }
    }

    fn decimal_given(&self) -> Option<Decimal> {
        match &self.kind {
            Kind::Number(b) => b.decimal,
            _ => None,
        }
    }

    fn decimal_examples(&self) -> Vec<&str> {
        match &self.kind {
            Kind::Number(b) => b.examples(),
            _ => Vec::new(),
        }
    }

    fn header(&self) -> &str {
        &self.map.from
    }

    fn mend(&self) -> String {
        format!("write decimal = \".\" or decimal = \",\" in [column.{}]", self.map.name)
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
