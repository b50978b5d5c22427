//! A column of a table, built cell by cell.

use oligomet_schema::{ColumnData, Field, FieldKind, FieldSpec, NO_LEVEL, Texts, schema};

use super::ReadOptions;
use super::date::{DateBuilder, OrderSeen};
use super::words::{LevelTexts, NoValue, NoValues, YesNoTexts};
use crate::build::{DecimalColumn, IssueKind, Issues, NumberBuilder};
use crate::cell::Cell;
use crate::number::{Decimal, Evidence};
use crate::site::NumberMap;
use oligomet_base::Dose;

/// Doses outside this range (Gy) are kept and told: 4000 is cGy, most likely.
const PLAUSIBLE_DOSE: (f64, f64) = (0.0, 200.0);

/// The values of a column as read: references are still the keys that the file holds.
#[derive(Debug, Clone)]
pub(super) enum Raw {
    Value(Field),
    Keys(Texts),
}

impl Raw {
    pub(super) fn empty(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Ref => Self::Keys(Texts::default()),
            other => Self::Value(Field::empty(other)),
        }
    }

    pub(super) fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Value(field) => field.is_missing(row),
            Self::Keys(texts) => texts.get(row).is_none(),
        }
    }

    pub(super) fn select(&self, rows: &[u32]) -> Self {
        match self {
            Self::Value(field) => Self::Value(field.select(rows)),
            Self::Keys(texts) => Self::Keys(texts.select(rows)),
        }
    }
}

/// A column being built.
pub(super) struct RecordColumn {
    pub(super) spec: &'static FieldSpec,
    pub(super) header: String,
    issues: Issues,
    /// Row and level of `missing_value.reason` of cells that say why they hold no value.
    pub(super) reasons: Vec<(u32, u8)>,
    /// Whether texts can say that there is no value; keys and the table of reasons mean what they say.
    literal: bool,
    kind: Kind,
    n: usize,
}

enum Kind {
    Text(Texts),
    Category(LevelTexts, Vec<u8>),
    YesNo(Vec<Option<bool>>),
    Number(NumberBuilder),
    Date(DateBuilder),
}

impl RecordColumn {
    pub(super) fn new(
        spec: &'static FieldSpec,
        header: &str,
        of_reasons: bool,
        options: &ReadOptions,
    ) -> Self {
        let number = |unit: Option<&str>, range| {
            let map = NumberMap { unit: unit.map(str::to_owned), decimal: None, range };
            Kind::Number(NumberBuilder::of_number(&map, options.decimal))
        };
        let kind = match spec.kind {
            FieldKind::Key | FieldKind::Ref | FieldKind::Text => Kind::Text(Texts::default()),
            FieldKind::Category => Kind::Category(LevelTexts::new(spec), Vec::new()),
            FieldKind::YesNo => Kind::YesNo(Vec::new()),
            FieldKind::Integer | FieldKind::Number => number(spec.unit.as_deref(), spec.range),
            FieldKind::Dose => number(None, Some(PLAUSIBLE_DOSE)),
            FieldKind::Date => Kind::Date(DateBuilder::new(options.date_order)),
        };
        let literal = of_reasons || spec.kind == FieldKind::Key;
        Self {
            spec,
            header: header.to_owned(),
            issues: Issues::default(),
            reasons: Vec::new(),
            literal,
            kind,
            n: 0,
        }
    }

    /// Adds the value of the next row.
    #[inline]
    pub(super) fn push(&mut self, cell: Cell<'_>) {
        let cell = self.without_reason(cell);
        let (issues, n) = (&mut self.issues, self.n);
        match &mut self.kind {
            Kind::Text(values) => push_text(values, cell, issues, n),
            Kind::Category(levels, codes) => {
                let code = level_of(levels, cell, issues, n);
                codes.push(code);
            }
            Kind::YesNo(values) => {
                let value = yes_or_no(cell, issues, n);
                values.push(value);
            }
            Kind::Number(builder) => builder.push(without_unit(cell, self.spec), issues),
            Kind::Date(builder) => builder.push(cell, issues),
        }
        self.n += 1;
    }

    /// The cell, empty where its text says that there is no value.
    #[inline]
    fn without_reason<'a>(&mut self, cell: Cell<'a>) -> Cell<'a> {
        let (Cell::Text(text) | Cell::Error(text)) = cell else { return cell };
        if self.literal {
            return cell;
        }
        let Some(meaning) = NoValues::of_schema().find(text) else { return cell };
        // "None" is a level of some categories, and "no" of others.
        if let Kind::Category(levels, _) = &self.kind
            && levels.find(text).is_some()
        {
            return cell;
        }
        if let NoValue::Reason(reason) = meaning {
            self.reasons.push((self.n as u32, reason));
        }
        Cell::Empty
    }

    /// In which order its dates with slashes must be.
    pub(super) fn order_seen(&self) -> OrderSeen {
        match &self.kind {
            Kind::Date(builder) => builder.seen,
            _ => OrderSeen::default(),
        }
    }

    /// The values, and what was wrong with them.
    pub(super) fn finish(self, decimal: Decimal, of_table: OrderSeen) -> (Raw, Issues, Vec<(u32, u8)>) {
        let mut issues = self.issues;
        let raw = match self.kind {
            Kind::Text(texts) if self.spec.kind == FieldKind::Ref => Raw::Keys(texts),
            Kind::Text(texts) => Raw::Value(Field::Text(texts)),
            Kind::Category(_, codes) => Raw::Value(Field::Category(codes)),
            Kind::YesNo(values) => Raw::Value(Field::YesNo(values)),
            Kind::Date(builder) => Raw::Value(Field::Date(builder.finish(of_table, &mut issues))),
            Kind::Number(builder) => {
                let numbers = match builder.finish(decimal, &mut issues) {
                    ColumnData::Number(numbers) => numbers,
                    _ => Vec::new(),
                };
                Raw::Value(numbers_as(self.spec.kind, numbers, &mut issues))
            }
        };
        (raw, issues, self.reasons)
    }
}

impl DecimalColumn for RecordColumn {
    fn decimal_evidence(&self) -> Option<Evidence> {
        match &self.kind {
            Kind::Number(builder) => builder.open_evidence(),
            _ => None,
        }
    }

    fn decimal_given(&self) -> Option<Decimal> {
        match &self.kind {
            Kind::Number(builder) => builder.decimal,
            _ => None,
        }
    }

    fn decimal_examples(&self) -> Vec<&str> {
        match &self.kind {
            Kind::Number(builder) => builder.examples(),
            _ => Vec::new(),
        }
    }

    fn header(&self) -> &str {
        &self.header
    }

    fn mend(&self) -> String {
        "write all numbers of the file with the same decimal sign and nothing between thousands".to_owned()
    }
}

fn push_text(values: &mut Texts, cell: Cell<'_>, issues: &mut Issues, at: usize) {
    match cell {
        Cell::Empty => values.push(None),
        Cell::Text(text) => values.push(Some(text)),
        Cell::Error(text) => {
            issues.add(IssueKind::ErrorCell, text, at);
            values.push(None);
        }
        other => values.push(Some(&other.shown())),
    }
}

fn level_of(levels: &LevelTexts, cell: Cell<'_>, issues: &mut Issues, at: usize) -> u8 {
    let found = match cell {
        Cell::Empty => return NO_LEVEL,
        Cell::Text(text) => levels.find(text),
        Cell::Error(_) => None,
        other => levels.find(&other.shown()),
    };
    if found.is_none() {
        let kind =
            if matches!(cell, Cell::Error(_)) { IssueKind::ErrorCell } else { IssueKind::UnknownLevel };
        issues.add(kind, &cell.shown(), at);
    }
    found.unwrap_or(NO_LEVEL)
}

fn yes_or_no(cell: Cell<'_>, issues: &mut Issues, at: usize) -> Option<bool> {
    let found = match cell {
        Cell::Empty => return None,
        Cell::Bool(truth) => Some(truth),
        Cell::Text(text) => YesNoTexts::of_schema().find(text),
        Cell::Error(_) => None,
        other => YesNoTexts::of_schema().find(&other.shown()),
    };
    if found.is_none() {
        let kind =
            if matches!(cell, Cell::Error(_)) { IssueKind::ErrorCell } else { IssueKind::UnknownYesNo };
        issues.add(kind, &cell.shown(), at);
    }
    found
}

/// A number without its unit where the text ends with it: `40 Gy`, `12 mm`.
#[inline]
fn without_unit<'a>(cell: Cell<'a>, spec: &FieldSpec) -> Cell<'a> {
    let Cell::Text(text) = cell else { return cell };
    if text.as_bytes().last().is_some_and(u8::is_ascii_digit) {
        return cell;
    }
    let unit = if spec.kind == FieldKind::Dose { Some("Gy") } else { spec.unit.as_deref() };
    let Some(unit) = unit else { return cell };
    let Some(at) = text.len().checked_sub(unit.len()) else { return cell };
    match (text.get(..at), text.get(at..)) {
        (Some(number), Some(end)) if end.eq_ignore_ascii_case(unit) && ends_as_number(number) => {
            Cell::text(number)
        }
        _ => cell,
    }
}

/// Whether a unit may follow: `4000 c` before `Gy` is another unit.
fn ends_as_number(number: &str) -> bool {
    number.trim_end().as_bytes().last().is_some_and(u8::is_ascii_digit)
}

/// Numbers as the kind of the column keeps them.
fn numbers_as(kind: FieldKind, numbers: Vec<f64>, issues: &mut Issues) -> Field {
    match kind {
        FieldKind::Integer => {
            let mut whole = |(at, x): (usize, f64)| {
                let is_whole = x.fract() == 0.0 && x.abs() < f64::from(i32::MAX);
                if !is_whole && !x.is_nan() {
                    issues.add(IssueKind::NotWhole, &format!("{x}"), at);
                }
                is_whole.then_some(x as i32)
            };
            Field::Integer(numbers.into_iter().enumerate().map(&mut whole).collect())
        }
        FieldKind::Dose => {
            let mut dose = |(at, x): (usize, f64)| {
                let dose = Dose::from_gray(x);
                if dose.is_none() && !x.is_nan() {
                    issues.add(IssueKind::BelowMilligray, &format!("{x}"), at);
                }
                dose
            };
            Field::Dose(numbers.into_iter().enumerate().map(&mut dose).collect())
        }
        _ => Field::Number(numbers),
    }
}

/// A column that the source does not have: all missing.
pub(super) fn absent(spec: &FieldSpec, n: usize) -> Raw {
    let mut texts = Texts::default();
    match spec.kind {
        FieldKind::Ref | FieldKind::Key | FieldKind::Text => {
            (0..n).for_each(|_| texts.push(None));
            if spec.kind == FieldKind::Ref { Raw::Keys(texts) } else { Raw::Value(Field::Text(texts)) }
        }
        FieldKind::Category => Raw::Value(Field::Category(vec![NO_LEVEL; n])),
        FieldKind::YesNo => Raw::Value(Field::YesNo(vec![None; n])),
        FieldKind::Integer => Raw::Value(Field::Integer(vec![None; n])),
        FieldKind::Number => Raw::Value(Field::Number(vec![f64::NAN; n])),
        FieldKind::Date => Raw::Value(Field::Date(vec![None; n])),
        FieldKind::Dose => Raw::Value(Field::Dose(vec![None; n])),
    }
}

/// Texts that a column knows, for suggestions.
pub(super) fn known_texts(spec: &'static FieldSpec) -> Vec<&'static str> {
    match spec.kind {
        FieldKind::Category => spec.levels.iter().map(|l| l.code.as_str()).collect(),
        FieldKind::YesNo => {
            schema().words.yes.iter().chain(&schema().words.no).map(String::as_str).take(4).collect()
        }
        _ => Vec::new(),
    }
}
