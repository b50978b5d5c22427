//! Whatever a file holds: a proposal reads back, and the file is read with it; damage never panics.

mod common;

use std::fmt::Write;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use common::{Folder, read_as};
use oligomet_import::{Silent, SiteFile, propose, read};
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// A proposal must parse to what it says it is, and read whenever no question is open.
fn check(name: &str, bytes: &[u8]) {
    let folder = Folder::with(name, bytes);
    let Ok((proposal, _)) = propose(&folder.file(name), None) else { return };
    let (site, problems) = SiteFile::parse("site.toml", &proposal.to_toml());
    let site = site.unwrap_or_else(|| panic!("{problems}\n{}", proposal.to_toml()));
    assert_eq!(site, proposal.site);
    assert!(problems.iter().all(|p| p.code == "OM241"), "{problems}\n{}", proposal.to_toml());
    assert_eq!(proposal.events.len(), site.events.len());
    let named: Vec<&str> = proposal.columns.iter().filter_map(|c| c.name.as_deref()).collect();
    assert!(site.columns.iter().all(|c| named.contains(&c.name.as_str())));
    if !site.open.is_empty() {
        return;
    }
    if let Err(problems) = read(&site, folder.path(), &mut Silent) {
        panic!("{problems}\n{}\n{}", proposal.to_toml(), String::from_utf8_lossy(bytes));
    }
}

fn header() -> impl Strategy<Value = String> {
    let usual = prop::sample::select(vec![
        "id",
        "PID",
        "age",
        "Age (y)",
        "grade",
        "ECOG",
        "death",
        "dtime",
        "os_months",
        "os_event",
        "status",
        "time",
        "death_date",
        "Datum",
        "size_mm",
        "PSA [ng/ml]",
        "sex",
        "order",
        "group",
        "name",
        "",
        " ",
        "возраст",
        "x",
        "x",
        "cens",
        "2nd line",
        "end",
        "remark\nlong",
        "say \"hi\"",
        "back\\slash",
        "ort",
        "visit_date",
        "fu (months)",
        "=1+1",
        "a,b",
        "a;b",
        "#",
    ]);
    prop_oneof![8 => usual.prop_map(str::to_owned), 2 => "\\PC{0,12}"]
}

fn cell() -> impl Strategy<Value = String> {
    let usual = prop::sample::select(vec![
        "",
        "",
        "0",
        "1",
        "2",
        "3",
        "12",
        "12.5",
        "12,5",
        "1.234",
        "1,234",
        "1.234,5",
        "?",
        "n.a.",
        "NA",
        "-",
        "+",
        "999",
        "-1",
        "yes",
        "no",
        "ja",
        "Male",
        "male",
        "31.12.2020",
        "01.02.2020",
        "2020-02-01",
        "02/03/2020",
        "03/2019",
        "1.2.19",
        "20200201",
        "<5",
        "5x8",
        "45%",
        "TRUE",
        "alive",
        "dead",
        "a \"quoted\" text",
        "two\nlines",
        "x\\y",
        "T4",
        "III",
        "#N/A",
        "NaN",
        "inf",
        "1e5",
    ]);
    prop_oneof![9 => usual.prop_map(str::to_owned), 1 => "\\PC{0,10}"]
}

/// A table whose columns draw from a few cells each, so that they look like columns.
fn table() -> impl Strategy<Value = (Vec<String>, Vec<Vec<String>>)> {
    (1_usize..7, 1_usize..40).prop_flat_map(|(n_columns, n_rows)| {
        let column = (header(), prop::collection::vec(cell(), 1..5)).prop_flat_map(move |(header, cells)| {
            let values = prop::collection::vec(prop::sample::select(cells), n_rows);
            (Just(header), values)
        });
        prop::collection::vec(column, n_columns).prop_map(|columns| columns.into_iter().unzip())
    })
}

fn as_csv(headers: &[String], columns: &[Vec<String>], delimiter: char, numbered: bool) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut out = String::new();
    let lead = if numbered { format!("pid{delimiter}") } else { String::new() };
    let line: Vec<String> = headers.iter().map(|h| quoted(h)).collect();
    let _ = writeln!(out, "{lead}{}", line.join(&delimiter.to_string()));
    for row in 0..columns[0].len() {
        let line: Vec<String> = columns.iter().map(|c| quoted(&c[row])).collect();
        let lead = if numbered { format!("{row}{delimiter}") } else { String::new() };
        let _ = writeln!(out, "{lead}{}", line.join(&delimiter.to_string()));
    }
    out
}

fn as_xlsx(headers: &[String], columns: &[Vec<String>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (at, (header, column)) in headers.iter().zip(columns).enumerate() {
        let at = at as u16;
        sheet.write(0, at, header.as_str()).expect("a cell");
        for (row, text) in column.iter().enumerate() {
            let row = row as u32 + 1;
            // A part of the cells as true numbers and dates, as people have them in one column with texts.
            let written = match (row % 3, text.parse::<f64>(), ExcelDateTime::parse_from_str(text)) {
                (1, Ok(x), _) if x.is_finite() => sheet.write(row, at, x).is_ok(),
                (2, _, Ok(date)) => sheet.write_with_format(row, at, date, &day).is_ok(),
                _ => sheet.write(row, at, text.as_str()).is_ok(),
            };
            assert!(written);
        }
    }
    book.save_to_buffer().expect("memory")
}

fn as_parquet(headers: &[String], columns: &[Vec<String>]) -> Vec<u8> {
    let array = |column: &Vec<String>| -> ArrayRef {
        let whole: Vec<Option<i64>> = column.iter().map(|t| t.parse().ok()).collect();
        let numbers: Vec<Option<f64>> = column.iter().map(|t| t.parse().ok()).collect();
        match () {
            () if whole.iter().all(Option::is_some) => Arc::new(Int64Array::from(whole)),
            () if numbers.iter().flatten().count() * 2 > column.len() => {
                Arc::new(Float64Array::from(numbers))
            }
            () => Arc::new(StringArray::from(column.iter().map(String::as_str).collect::<Vec<_>>())),
        }
    };
    let named = headers.iter().zip(columns).map(|(h, c)| (h.clone(), array(c), true));
    let batch = RecordBatch::try_from_iter_with_nullable(named).expect("columns of one length");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a schema");
    writer.write(&batch).expect("memory");
    writer.close().expect("memory");
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_proposal_of_a_text_file_reads_back((headers, columns) in table(), delimiter in prop::sample::select(vec![',', ';', '\t', '|']), numbered: bool) {
        check("p.csv", as_csv(&headers, &columns, delimiter, numbered).as_bytes());
    }

    #[test]
    fn every_proposal_of_a_parquet_file_reads_back((headers, columns) in table()) {
        check("p.parquet", &as_parquet(&headers, &columns));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[ -~äé\n\r\t;,\"]{0,200}") {
        check("p.csv", text.as_bytes());
        let _ = read_as("p.csv", &text, "", "[column.a]\nfrom = \"a\"\ntype = \"number\"\n");
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), name in prop::sample::select(vec!["p.csv", "p.xlsx", "p.xls", "p.ods", "p.parquet"])) {
        let magic: &[u8] = match name {
            "p.xlsx" | "p.ods" => b"PK\x03\x04xl/ opendocument.spreadsheet",
            "p.xls" => b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1W\0o\0r\0k\0b\0o\0o\0k\0",
            "p.parquet" => b"PAR1",
            _ => b"",
        };
        let tail: &[u8] = if name == "p.parquet" { b"PAR1" } else { b"" };
        check(name, &[magic, &bytes, tail].concat());
        check(name, &bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_proposal_of_a_workbook_reads_back((headers, columns) in table()) {
        check("p.xlsx", &as_xlsx(&headers, &columns));
    }

    #[test]
    fn a_damaged_file_is_refused_or_read_but_never_panics(
        (headers, columns) in table(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        is_cut: bool,
    ) {
        for (name, mut bytes) in [
            ("p.xlsx", as_xlsx(&headers, &columns)),
            ("p.parquet", as_parquet(&headers, &columns)),
            ("p.csv", as_csv(&headers, &columns, ';', true).into_bytes()),
        ] {
            for (at, byte) in &damage {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            if is_cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            let folder = Folder::with(name, &bytes);
            let _ = propose(&folder.file(name), None);
        }
    }
}

#[test]
fn real_exports_are_proposed_and_read() {
    let Some(samples) = std::env::var_os("OLIGOMET_SAMPLES").map(std::path::PathBuf::from) else {
        let why = "skipped: set OLIGOMET_SAMPLES to the folder with samples";
        println!("{why}");
        if let Some(log) = std::env::var_os("OLIGOMET_SKIPPED_LOG") {
            use std::io::Write as _;
            if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(log) {
                let _ = writeln!(file, "{why}");
            }
        }
        return;
    };
    let mut n = 0;
    for folder in [
        "redcap/decimal-comma-and-dot",
        "redcap/clinical-trial-1",
        "redcap/russian",
        "redcap/longitudinal",
        "redcap/repeating-instruments",
        "redcap/checkboxes-1",
        "recist",
        "mcode/extraction-framework/test/sample-client-data",
    ] {
        let mut files: Vec<_> =
            std::fs::read_dir(samples.join(folder)).expect(folder).flatten().map(|e| e.path()).collect();
        files.sort();
        for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "csv")) {
            let (proposal, _) = propose(file, None).unwrap_or_else(|p| panic!("{}: {p}", file.display()));
            let text = proposal
                .to_toml()
                .replace("origin = \"?\"", "origin = \"diagnosis\"")
                .replace("unit = \"?\"", "unit = \"days\"")
                .replace("order = \"?\"", "order = \"yyyy-mm-dd\"")
                .replace("decimal = \"?\"", "decimal = \".\"")
                .replace("yes = [\"?\"]\nno = [\"?\"]", "yes = [\"1\"]\nno = [\"0\"]");
            let (site, problems) = SiteFile::parse("site.toml", &text);
            let site = site.unwrap_or_else(|| panic!("{problems}"));
            let (data, _) = read(&site, file.parent().expect("a folder"), &mut Silent)
                .unwrap_or_else(|p| panic!("{}: {p}\n{text}", file.display()));
            assert!(data.table.n_rows() > 0);
            n += 1;
        }
    }
    assert!(n >= 10, "only {n} samples");
}
