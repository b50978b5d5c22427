//! Arrow arrays, value by value, as cells.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType};
use arrow_schema::{ArrowError, DataType, TimeUnit};
use oligomet_base::Day;

use crate::cell::Cell;

const MILLISECONDS_PER_DAY: i64 = 86_400_000;

/// Whether values of this type can be cells.
pub(crate) fn is_readable(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, value) => !matches!(**value, DataType::Dictionary(..)) && is_readable(value),
        DataType::Timestamp(_, zone) => zone.as_deref().is_none_or(is_utc),
        other => {
            matches!(
                other,
                DataType::Null
                    | DataType::Boolean
                    | DataType::Utf8
                    | DataType::LargeUtf8
                    | DataType::Utf8View
                    | DataType::Date32
                    | DataType::Date64
                    | DataType::Float32
                    | DataType::Float64
                    | DataType::Decimal32(..)
                    | DataType::Decimal64(..)
                    | DataType::Decimal128(..)
                    | DataType::Decimal256(..)
            ) || other.is_integer()
        }
    }
}

fn is_utc(zone: &str) -> bool {
    matches!(zone, "UTC" | "utc" | "Z" | "+00:00" | "Etc/UTC" | "GMT")
}

/// Gives every value of an array to `take`, in order; nulls are empty cells.
///
/// # Errors
/// Arrow's message where decimals or dictionaries cannot be converted.
pub(crate) fn for_each_cell(array: &ArrayRef, mut take: impl FnMut(Cell<'_>)) -> Result<(), ArrowError> {
    match array.data_type() {
        DataType::Int8 => whole::<Int8Type>(array, take),
        DataType::Int16 => whole::<Int16Type>(array, take),
        DataType::Int32 => whole::<Int32Type>(array, take),
        DataType::Int64 => whole::<Int64Type>(array, take),
        DataType::UInt8 => whole::<UInt8Type>(array, take),
        DataType::UInt16 => whole::<UInt16Type>(array, take),
        DataType::UInt32 => whole::<UInt32Type>(array, take),
        DataType::UInt64 => primitive::<UInt64Type>(array, take, |n| match i64::try_from(n) {
            Ok(n) => Cell::Whole(n),
            Err(_) => Cell::Number(n as f64),
        }),
        DataType::Float32 => primitive::<Float32Type>(array, take, |x| number(f64::from(x))),
        DataType::Float64 => primitive::<Float64Type>(array, take, number),
        DataType::Date32 => primitive::<Date32Type>(array, take, |day| Cell::Day(Day(day))),
        DataType::Date64 => primitive::<Date64Type>(array, take, |ms| day_of(ms, MILLISECONDS_PER_DAY)),
        DataType::Timestamp(unit, _) => timestamps(array, *unit, take),
        DataType::Boolean => array.as_boolean().iter().for_each(|b| take(b.map_or(Cell::Empty, Cell::Bool))),
        DataType::Utf8 => {
            array.as_string::<i32>().iter().for_each(|t| take(t.map_or(Cell::Empty, Cell::text)))
        }
        DataType::LargeUtf8 => {
            array.as_string::<i64>().iter().for_each(|t| take(t.map_or(Cell::Empty, Cell::text)));
        }
        DataType::Utf8View => {
            array.as_string_view().iter().for_each(|t| take(t.map_or(Cell::Empty, Cell::text)));
        }
        DataType::Dictionary(_, value) => return for_each_cell(&arrow_cast::cast(array, value)?, take),
        DataType::Null => (0..array.len()).for_each(|_| take(Cell::Empty)),
        _ => return for_each_cell(&arrow_cast::cast(array, &DataType::Float64)?, take),
    }
    Ok(())
}

/// NaN in a file of numbers is how several programs write "not known".
fn number<'a>(x: f64) -> Cell<'a> {
    if x.is_nan() { Cell::Empty } else { Cell::Number(x) }
}

fn day_of<'a>(ticks: i64, per_day: i64) -> Cell<'a> {
    match i32::try_from(ticks.div_euclid(per_day)) {
        Ok(day) => Cell::Day(Day(day)),
        Err(_) => Cell::NoDay(ticks as f64),
    }
}

fn timestamps(array: &ArrayRef, unit: TimeUnit, take: impl FnMut(Cell<'_>)) {
    let per_day = |per_second: i64| 86_400 * per_second;
    match unit {
        TimeUnit::Second => primitive::<TimestampSecondType>(array, take, |t| day_of(t, per_day(1))),
        TimeUnit::Millisecond => {
            primitive::<TimestampMillisecondType>(array, take, |t| day_of(t, per_day(1000)))
        }
        TimeUnit::Microsecond => {
            primitive::<TimestampMicrosecondType>(array, take, |t| day_of(t, per_day(1_000_000)));
        }
        TimeUnit::Nanosecond => {
            primitive::<TimestampNanosecondType>(array, take, |t| day_of(t, per_day(1_000_000_000)));
        }
    }
}

fn whole<T>(array: &ArrayRef, take: impl FnMut(Cell<'_>))
where
    T: ArrowPrimitiveType,
    T::Native: Into<i64>,
{
    primitive::<T>(array, take, |n| Cell::Whole(n.into()));
}

#[inline]
fn primitive<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    mut take: impl FnMut(Cell<'_>),
    cell: impl Fn(T::Native) -> Cell<'static>,
) {
    let array = array.as_primitive::<T>();
    if array.null_count() == 0 {
        array.values().iter().for_each(|&value| take(cell(value)));
    } else {
        array.iter().for_each(|value| take(value.map_or(Cell::Empty, &cell)));
    }
}
