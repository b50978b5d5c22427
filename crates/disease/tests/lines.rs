//! Lines of therapy: the cases are the decision table of the docs page.

mod common;
mod therapy_text;

use oligomet_disease::therapy::{LineEnd, LineOfTherapy, Numbering, derive_lines};
use therapy_text::{formulary, patient};

const PAGE: &str = include_str!("../../../docs/disease/lines-of-therapy.md");

fn drugs(line: &LineOfTherapy) -> String {
    let mut names: Vec<&str> = line.drugs.iter().map(|d| formulary().drug(d.drug).name.as_str()).collect();
    names.sort_unstable();
    names.join(" + ")
}

fn written(numbering: &Numbering) -> String {
    if numbering.is_empty() {
        return "-".to_owned();
    }
    numbering.iter().map(drugs).collect::<Vec<String>>().join("; ")
}

fn column(numbering: &Numbering, cell: impl Fn(&LineOfTherapy) -> String) -> String {
    numbering.iter().map(cell).collect::<Vec<String>>().join("; ")
}

#[test]
fn lines_are_numbered_as_the_table_says() {
    let table = common::table(PAGE, "Decision table");
    assert!(table.rows.len() >= 40);
    let mut wrong = Vec::new();
    for row in &table.rows {
        let (history, rules) = patient(row.cell("exposures"), row.cell("other facts"));
        let lines = derive_lines(&history, formulary(), &rules);
        let mut found: Vec<String> = lines.possible.iter().map(written).collect();
        found.sort();
        let mut wanted = row.list("lines");
        wanted.sort_unstable();
        if found != wanted {
            wrong.push(format!("line {}, {}: {found:?}", row.line, row.cell("case")));
            continue;
        }
        let Some(numbering) = lines.decided() else { continue };
        let dash = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let begun = column(numbering, |l| l.begun.name().to_owned());
        let ended = column(numbering, |l| dash(l.reason.map(|r| r.name().to_owned())));
        let maintenance = column(numbering, |l| dash(l.maintenance.map(|m| m.to_string())));
        for (name, value) in [("begun", begun), ("ended", ended), ("maintenance", maintenance)] {
            if !row.cell(name).is_empty() && row.cell(name) != value {
                wrong.push(format!("line {}, {}: {name} {value}", row.line, row.cell("case")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the table says of drugs and reasons, here once with every day written out.
#[test]
fn a_line_ends_with_its_last_drug_or_before_the_next() {
    let (history, rules) = patient(
        "trastuzumab 2018-01-01..2019-12-01 progression; docetaxel 2018-01-01..2018-12-31 progression; \
         vinorelbine 2019-01-15..2019-12-01 progression",
        "",
    );
    let lines = derive_lines(&history, formulary(), &rules);
    let days: Vec<(String, LineEnd)> =
        lines.decided().unwrap().iter().map(|l| (l.start.to_string(), l.end)).collect();
    assert_eq!(days[0].0, "2018-01-01");
    assert!(matches!(days[0].1, LineEnd::On(day) if day.to_string() == "2019-01-14"));
    assert_eq!(days[1].0, "2019-01-15");
    assert!(matches!(days[1].1, LineEnd::On(day) if day.to_string() == "2019-12-01"));
}
