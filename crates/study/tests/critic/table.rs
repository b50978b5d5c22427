//! Data in the comments of a study file.

use oligomet_base::Day;
use oligomet_base::day::{DateOrder, PartialDate};
use oligomet_schema::{
    Category, Column, ColumnData, ColumnType, DataSet, EventSource, EventTiming, SourceFile, Table,
};

/// The data set of a study file: lines that begin with `#|` and `#!`.
pub(crate) fn data_set(text: &str) -> DataSet {
    let mut lines = text.lines().filter_map(|l| l.strip_prefix("#|")).map(cells);
    let head = lines.next().expect("a line of columns");
    let rows: Vec<Vec<String>> = lines.collect();
    let columns =
        head.iter().enumerate().map(|(k, name)| column(name, rows.iter().map(|r| r[k].as_str()))).collect();
    let n = rows.len();
    let mut data = DataSet {
        table: Table { columns, source_rows: (2..n as u32 + 2).collect() },
        n_source_rows: n,
        sources: vec![SourceFile {
            name: "data.csv".into(),
            sheet: None,
            sha256: String::new(),
            n_rows: n,
            unmapped: Vec::new(),
        }],
        ..DataSet::default()
    };
    for line in text.lines().filter_map(|l| l.strip_prefix("#! ")) {
        match line.split_once(' ') {
            Some(("origin", name)) => data.origin = Some(name.into()),
            Some(("event", rest)) => data.events.push(event(rest)),
            _ => panic!("not understood: {line}"),
        }
    }
    data
}

fn cells(line: &str) -> Vec<String> {
    line.split('|').map(|c| c.trim().to_owned()).collect()
}

/// `death: died at time` or `death: on death_date`.
fn event(text: &str) -> EventSource {
    let (name, how) = text.split_once(": ").expect("an event");
    let timing = match how.strip_prefix("on ") {
        Some(date) => EventTiming::Dated { date: date.into() },
        None => {
            let (happened, time) = how.split_once(" at ").expect("a yes-no column and a time");
            EventTiming::Flagged { happened: happened.into(), time: time.into() }
        }
    };
    EventSource { name: name.into(), label: name.into(), timing }
}

fn column<'a>(head: &str, cells: impl Iterator<Item = &'a str> + Clone) -> Column {
    let (name, kind) = head.split_once(':').expect("a name and a type");
    let (kind, unit) = kind.split_once(' ').map_or((kind, None), |(k, u)| (k, Some(u.to_owned())));
    let kind = ColumnType::NAMES.iter().find(|(word, _)| *word == kind).expect("a type").1;
    let number = |c: &str| if c.is_empty() { f64::NAN } else { c.parse().expect("a number") };
    let data = match kind {
        ColumnType::Number => ColumnData::Number(cells.map(number).collect()),
        ColumnType::Duration => ColumnData::Duration(cells.map(number).collect()),
        ColumnType::YesNo => {
            ColumnData::YesNo(cells.map(|c| (!c.is_empty()).then_some(c == "yes")).collect())
        }
        ColumnType::Date => ColumnData::Date(cells.map(day).collect()),
        ColumnType::Id | ColumnType::Text => {
            ColumnData::Text(cells.map(|c| (!c.is_empty()).then(|| c.into())).collect())
        }
        ColumnType::Category => {
            let mut levels: Vec<String> =
                cells.clone().filter(|c| !c.is_empty()).map(str::to_owned).collect();
            levels.sort();
            levels.dedup();
            let code = |c: &str| levels.iter().position(|l| l == c).map_or(Category::MISSING, |k| k as u32);
            ColumnData::Category(Category { codes: cells.map(code).collect(), levels })
        }
    };
    Column { name: name.into(), label: name.into(), kind, unit, time_unit: None, header: name.into(), data }
}

fn day(cell: &str) -> Option<Day> {
    match PartialDate::parse(cell, DateOrder::YearMonthDay) {
        Some(PartialDate::Day(day)) => Some(day),
        _ => None,
    }
}
