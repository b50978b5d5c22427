//! Parquet: every type that has a value per row, damage, and codes compared by their plain text.

mod common;

use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int64Array,
    LargeStringArray, ListArray, RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray,
    UInt8Array,
};
use common::{codes, ok, one, read_as, rows, shown, stop};
use oligomet_schema::ColumnType;
use parquet::arrow::ArrowWriter;

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true)))
        .expect("columns of one length");
    let mut bytes = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a schema that can be written");
    writer.write(&batch).expect("memory does not fail");
    writer.close().expect("memory does not fail");
    bytes
}

fn column(name: &str, rest: &str) -> String {
    format!("[column.{name}]\nfrom = \"{name}\"\n{rest}\n")
}

#[test]
fn every_type_is_read() {
    let mut dictionary = StringDictionaryBuilder::<Int32Type>::new();
    ["pos", "neg"].iter().for_each(|text| dictionary.append_value(text));
    dictionary.append_null();
    let bytes = parquet(vec![
        ("id", Arc::new(Int64Array::from(vec![9_007_199_254_740_993, 2, 3]))),
        ("f64", Arc::new(Float64Array::from(vec![Some(1.5), Some(f64::NAN), None]))),
        ("f32", Arc::new(Float32Array::from(vec![0.5, 2.0, -1.0]))),
        ("u8", Arc::new(UInt8Array::from(vec![Some(1), None, Some(255)]))),
        ("dec", Arc::new(Decimal128Array::from(vec![1234, -5, 0]).with_precision_and_scale(10, 2).unwrap())),
        ("date", Arc::new(Date32Array::from(vec![Some(0), Some(18_000), None]))),
        ("time", Arc::new(TimestampMicrosecondArray::from(vec![-1, 86_400_000_000, 86_399_999_999]))),
        ("text", Arc::new(StringArray::from(vec![" 12,5 ", "", "7,25"]))),
        ("large", Arc::new(LargeStringArray::from(vec!["1.2.2020", "2.2.2020", "x"]))),
        ("view", Arc::new(StringViewArray::from(vec![Some("a"), None, Some("b")]))),
        ("dict", Arc::new(dictionary.finish())),
        ("bool", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
    ]);
    let number = "type = \"number\"";
    let blocks = [
        column("id", "type = \"id\""),
        column("f64", number),
        column("f32", number),
        column("u8", number),
        column("dec", number),
        column("date", "type = \"date\""),
        column("time", "type = \"date\""),
        column("text", number),
        column("large", "type = \"date\"\norder = \"dd-mm-yyyy\""),
        column("view", "type = \"text\""),
        column("dict", "type = \"category\"\nlevels = { neg = \"Negative\", pos = \"Positive\" }"),
        column("bool", "type = \"yes-no\"\nyes = [\"1\"]\nno = [\"0\"]"),
    ]
    .concat();
    let (data, problems) = ok(read_as("p.parquet", bytes, "", &blocks));
    for (name, want) in [
        ("id", ["9007199254740993", "2", "3"]),
        ("f64", ["1.5", "-", "-"]),
        ("f32", ["0.5", "2", "-1"]),
        ("u8", ["1", "-", "255"]),
        ("dec", ["12.34", "-0.05", "0"]),
        ("date", ["1970-01-01", "2019-04-14", "-"]),
        ("time", ["1969-12-31", "1970-01-02", "1970-01-01"]),
        ("text", ["12.5", "-", "7.25"]),
        ("large", ["2020-02-01", "2020-02-02", "-"]),
        ("view", ["a", "-", "b"]),
        ("dict", ["Positive", "Negative", "-"]),
        ("bool", ["yes", "no", "-"]),
    ] {
        assert_eq!(shown(&data, name), want, "{name}");
    }
    assert_eq!(codes(&problems), ["OM209", "OM204"]);
    assert_eq!(rows(one(&problems, "OM204")), [3]);
    assert_eq!(data.table.source_rows, [1, 2, 3]);
}

#[test]
fn codes_are_compared_by_their_plain_text() {
    let arrays: [ArrayRef; 4] = [
        Arc::new(Int64Array::from(vec![1, 0, 2])),
        Arc::new(Float64Array::from(vec![1.0, 0.0, 1.5])),
        Arc::new(BooleanArray::from(vec![Some(true), Some(false), None])),
        Arc::new(StringArray::from(vec!["1", "0", "1.0"])),
    ];
    for (array, told) in arrays.into_iter().zip([true, true, false, true]) {
        let yes_no = column("x", "type = \"yes-no\"\nyes = [\"1\"]\nno = [\"0\"]");
        let (data, problems) = ok(read_as("p.parquet", parquet(vec![("x", array.clone())]), "", &yes_no));
        assert_eq!(shown(&data, "x"), ["yes", "no", "-"], "{array:?}");
        assert_eq!(problems.len(), usize::from(told), "{problems}");
        let levels = column("x", "type = \"category\"\nlevels = { \"0\" = \"none\", \"1\" = \"some\" }");
        let (data, _) = ok(read_as("p.parquet", parquet(vec![("x", array.clone())]), "", &levels));
        assert_eq!(shown(&data, "x"), ["some", "none", "-"], "{array:?}");
    }
}

#[test]
fn only_mapped_columns_matter() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)]), None]);
    let bytes = parquet(vec![
        ("list", Arc::new(list)),
        ("b", Arc::new(Int64Array::from(vec![1, 2]))),
        ("a", Arc::new(Int64Array::from(vec![3, 4]))),
    ]);
    let again = "[column.again]\nfrom = \"b\"\ntype = \"number\"\n";
    let blocks = column("a", "type = \"number\"") + &column("b", "type = \"number\"") + again;
    let (data, problems) = ok(read_as("p.parquet", bytes.clone(), "", &blocks));
    assert!(problems.is_empty(), "{problems}");
    assert_eq!(
        (shown(&data, "a"), shown(&data, "b")),
        (vec!["3".into(), "4".into()], vec!["1".into(), "2".into()])
    );
    assert_eq!(shown(&data, "again"), ["1", "2"]);
    assert_eq!(data.sources[0].unmapped, ["list"]);
    assert_eq!(data.table.columns[0].kind, ColumnType::Number);
    let problem = stop(read_as("p.parquet", bytes, "", &column("list", "type = \"number\"")), "OM237");
    assert_eq!(problem.place.column.as_deref(), Some("list"));
}

#[test]
fn a_file_that_was_cut_off_or_damaged_stops() {
    let bytes = parquet(vec![("a", Arc::new(Float64Array::from_iter_values((0..5000).map(f64::from))))]);
    let blocks = column("a", "type = \"number\"");
    for length in [4, 8, 11, 12, bytes.len() / 2, bytes.len() - 1] {
        let problem = stop(read_as("p.parquet", &bytes[..length], "", &blocks), "OM235");
        assert!(problem.what.contains("cut off"), "{length}: {problem}");
    }
    let mut wrong_length = bytes.clone();
    let at = bytes.len() - 8;
    wrong_length[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    stop(read_as("p.parquet", wrong_length, "", &blocks), "OM235");
    let no_rows = parquet(vec![("a", Arc::new(Float64Array::from(Vec::<f64>::new())))]);
    stop(read_as("p.parquet", no_rows, "", &blocks), "OM222");
}
