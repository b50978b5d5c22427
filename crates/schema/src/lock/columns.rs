//! Columns of a lock's Parquet files: how each kind is stored, written and read.
//!
//! | kind | stored as |
//! |---|---|
//! | key, reference, text | text (a reference is the key it points to) |
//! | category | text, the code |
//! | yes-no | boolean |
//! | integer | 32-bit integer |
//! | number | double |
//! | date | date32, the earliest day it can be, and `<name>_precision`: `day`, `month` or `year` |
//! | dose | 64-bit integer milligray; `dose_prescribed_gy` is stored as `dose_prescribed_mgy` |

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray,
};
use arrow_schema::{DataType, Field as ArrowField, Schema as ArrowSchema};
use oligomet_base::{Day, Dose, PartialDate};

use crate::records::{Field, NO_LEVEL, NO_ROW, RecordTable, Records};
use crate::spec::{FieldKind, FieldSpec, TableSpec};

/// The name of a column in the file.
pub(super) fn stored_name(field: &FieldSpec) -> String {
    match (field.kind, field.name.strip_suffix("_gy")) {
        (FieldKind::Dose, Some(stem)) => format!("{stem}_mgy"),
        _ => field.name.clone(),
    }
}

fn precision_name(field: &FieldSpec) -> String {
    format!("{}_precision", field.name)
}

/// The columns of a table's file.
pub(super) fn arrow_schema(spec: &TableSpec) -> ArrowSchema {
    let mut fields = Vec::new();
    for field in &spec.fields {
        let kind = match field.kind {
            FieldKind::Key | FieldKind::Ref | FieldKind::Text | FieldKind::Category => DataType::Utf8,
            FieldKind::YesNo => DataType::Boolean,
            FieldKind::Integer => DataType::Int32,
            FieldKind::Number => DataType::Float64,
            FieldKind::Date => DataType::Date32,
            FieldKind::Dose => DataType::Int64,
        };
        fields.push(ArrowField::new(stored_name(field), kind, field.kind != FieldKind::Key));
        if field.kind == FieldKind::Date {
            fields.push(ArrowField::new(precision_name(field), DataType::Utf8, true));
        }
    }
    ArrowSchema::new(fields)
}

/// The columns of some rows, in the order of [`arrow_schema`].
pub(super) fn arrays(table: &RecordTable, records: &Records, rows: Range<usize>) -> Vec<ArrayRef> {
    let mut arrays: Vec<ArrayRef> = Vec::new();
    for (field, column) in table.spec().fields.iter().zip(&table.fields) {
        let rows = rows.clone();
        match column {
            Field::Text(texts) => arrays.push(strings(rows.map(|row| texts.get(row)))),
            Field::Ref(refs) => {
                arrays.push(strings(refs[rows].iter().map(|row| records.key_pointed_to(field, *row))))
            }
            Field::Category(codes) => {
                let level = |code: &u8| field.levels.get(usize::from(*code)).map(|l| l.code.as_str());
                arrays.push(strings(codes[rows].iter().map(level)));
            }
            Field::YesNo(v) => arrays.push(Arc::new(v[rows].iter().copied().collect::<BooleanArray>())),
            Field::Integer(v) => arrays.push(Arc::new(v[rows].iter().copied().collect::<Int32Array>())),
            Field::Number(v) => {
                let present = |x: &f64| (!x.is_nan()).then_some(*x);
                arrays.push(Arc::new(v[rows].iter().map(present).collect::<Float64Array>()));
            }
            Field::Dose(v) => {
                let milligray = v[rows].iter().map(|dose| dose.map(Dose::milligray));
                arrays.push(Arc::new(milligray.collect::<Int64Array>()));
            }
            Field::Date(v) => {
                let day = |date: &Option<PartialDate>| date.and_then(PartialDate::earliest).map(|day| day.0);
                arrays.push(Arc::new(v[rows.clone()].iter().map(day).collect::<Date32Array>()));
                arrays.push(strings(v[rows].iter().map(|date| date.map(precision))));
            }
        }
    }
    arrays
}

fn strings<'t>(texts: impl Iterator<Item = Option<&'t str>>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    texts.for_each(|text| builder.append_option(text));
    Arc::new(builder.finish())
}

fn precision(date: PartialDate) -> &'static str {
    match date {
        PartialDate::Day(_) => "day",
        PartialDate::Month(..) => "month",
        PartialDate::Year(_) => "year",
    }
}

/// Why a column cannot be read, in words for a problem.
pub(super) type Reason = String;

/// Adds the values of a batch to a column. `keys`: rows of the table that a reference points into, by key.
pub(super) fn append(
    column: &mut Field,
    field: &FieldSpec,
    batch: &RecordBatch,
    keys: Option<&HashMap<&str, u32>>,
) -> Result<(), Reason> {
    let name = stored_name(field);
    let n = batch.num_rows();
    let Some(array) = batch.column_by_name(&name) else {
        // A lock made before the schema had the column.
        return append_missing(column, n);
    };
    match column {
        Field::Text(v) => texts(array, &name)?.iter().for_each(|text| v.push(text)),
        Field::Ref(v) => append_refs(v, texts(array, &name)?, keys, &name)?,
        Field::Category(v) => append_levels(v, texts(array, &name)?, field)?,
        Field::YesNo(v) => v.extend(typed::<BooleanArray>(array, &name)?.iter()),
        Field::Integer(v) => v.extend(typed::<Int32Array>(array, &name)?.iter()),
        Field::Number(v) => {
            v.extend(typed::<Float64Array>(array, &name)?.iter().map(|x| x.unwrap_or(f64::NAN)))
        }
        Field::Dose(v) => {
            v.extend(typed::<Int64Array>(array, &name)?.iter().map(|x| x.map(Dose::from_milligray)));
        }
        Field::Date(v) => {
            let days = typed::<Date32Array>(array, &name)?;
            let precisions = batch.column_by_name(&precision_name(field));
            let precisions = texts(precisions.ok_or_else(|| format!("`{name}` has no precision"))?, &name)?;
            for (day, precision) in days.iter().zip(precisions) {
                v.push(day.map(|day| partial(day, precision, &name)).transpose()?);
            }
        }
    }
    Ok(())
}

fn typed<'a, T: 'static>(array: &'a ArrayRef, name: &str) -> Result<&'a T, Reason> {
    array.as_any().downcast_ref::<T>().ok_or_else(|| format!("`{name}` is of another type"))
}

fn texts<'a>(array: &'a ArrayRef, name: &str) -> Result<&'a StringArray, Reason> {
    typed::<StringArray>(array, name)
}

fn append_missing(column: &mut Field, n: usize) -> Result<(), Reason> {
    match column {
        Field::Text(v) => (0..n).for_each(|_| v.push(None)),
        Field::Ref(v) => v.resize(v.len() + n, NO_ROW),
        Field::Category(v) => v.resize(v.len() + n, NO_LEVEL),
        Field::YesNo(v) => v.resize(v.len() + n, None),
        Field::Integer(v) => v.resize(v.len() + n, None),
        Field::Number(v) => v.resize(v.len() + n, f64::NAN),
        Field::Date(v) => v.resize(v.len() + n, None),
        Field::Dose(v) => v.resize(v.len() + n, None),
    }
    Ok(())
}

fn append_refs(
    rows: &mut Vec<u32>,
    texts: &StringArray,
    keys: Option<&HashMap<&str, u32>>,
    name: &str,
) -> Result<(), Reason> {
    for text in texts {
        rows.push(match text {
            None => NO_ROW,
            Some(key) => *keys
                .and_then(|keys| keys.get(key))
                .ok_or_else(|| format!("`{name}` points to `{key}`, which is not there"))?,
        });
    }
    Ok(())
}

fn append_levels(codes: &mut Vec<u8>, texts: &StringArray, field: &FieldSpec) -> Result<(), Reason> {
    for text in texts {
        codes.push(match text {
            None => NO_LEVEL,
            Some(code) => {
                let at = field.levels.iter().position(|level| level.code == code);
                at.ok_or_else(|| format!("`{}` has no level `{code}`", field.name))? as u8
            }
        });
    }
    Ok(())
}

fn partial(day: i32, precision: Option<&str>, name: &str) -> Result<PartialDate, Reason> {
    let day = Day(day);
    let wrong = || format!("`{name}` holds a date that is none");
    let (year, month, _) = day.to_ymd().ok_or_else(wrong)?;
    match precision {
        Some("day") => Ok(PartialDate::Day(day)),
        Some("month") => Ok(PartialDate::Month(year, month)),
        Some("year") => Ok(PartialDate::Year(year)),
        _ => Err(wrong()),
    }
}
