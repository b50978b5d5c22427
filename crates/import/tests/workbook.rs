//! Excel as departments use it: dates and their two counts, texts that look like numbers, formulas, merged cells.

mod common;

use std::io::{Cursor, Read, Write};

use common::{codes, ok, one, read_as, rows, shown, stop};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

fn column(name: &str, rest: &str) -> String {
    format!("[column.{name}]\nfrom = \"{name}\"\n{rest}\n")
}

fn number(name: &str) -> String {
    column(name, "type = \"number\"")
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    workbook.save_to_buffer().expect("memory does not fail")
}

fn sheet(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    workbook(|book| fill(book.add_worksheet()))
}

fn date(text: &str) -> ExcelDateTime {
    ExcelDateTime::parse_from_str(text).expect("a date")
}

fn headers(sheet: &mut Worksheet, names: &[&str]) {
    for (column, name) in names.iter().enumerate() {
        sheet.write(0, column as u16, *name).expect("a place on the sheet");
    }
}

#[test]
fn true_dates_and_typed_dates_share_a_column() {
    let bytes = sheet(|s| {
        headers(s, &["id", "d"]);
        let day = Format::new().set_num_format("dd.mm.yyyy");
        let time = Format::new().set_num_format("hh:mm");
        for row in 1..8 {
            s.write(row, 0, format!("P{row}")).unwrap();
        }
        s.write_with_format(1, 1, date("2019-03-01"), &day).unwrap();
        s.write(2, 1, "02.03.2019").unwrap();
        s.write(3, 1, 43_831).unwrap();
        s.write(4, 1, "03/2019").unwrap();
        s.write_with_format(5, 1, 0.5, &time).unwrap();
        s.write_with_format(6, 1, date("2020-02-29T23:59:59"), &day).unwrap();
    });
    let blocks = column("id", "type = \"id\"") + &column("d", "type = \"date\"\norder = \"dd-mm-yyyy\"");
    let (data, problems) = ok(read_as("p.xlsx", bytes, "", &blocks));
    assert_eq!(shown(&data, "d"), ["2019-03-01", "2019-03-02", "-", "-", "-", "2020-02-29", "-"]);
    assert_eq!(rows(one(&problems, "OM207")), [4]);
    assert_eq!(rows(one(&problems, "OM205")), [5]);
    let no_day = one(&problems, "OM204");
    assert_eq!(rows(no_day), [6]);
    assert_eq!(no_day.place.to_string(), "p.xlsx, sheet `Sheet1`, row 6, column `d`");
}

/// Says in the workbook's parts that days count from 1904, as Excel on old Macs did.
fn from_1904(bytes: &[u8]) -> Vec<u8> {
    rewrite(bytes, |name, text| match name {
        "xl/workbook.xml" => text.replace("<workbookPr ", "<workbookPr date1904=\"1\" "),
        _ => text,
    })
}

fn rewrite(bytes: &[u8], change: impl Fn(&str, String) -> String) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..from.len() {
        let mut part = from.by_index(i).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut text = String::new();
        part.read_to_string(&mut text).expect("text");
        to.start_file(&name, zip::write::SimpleFileOptions::default()).expect("memory");
        to.write_all(change(&name, text).as_bytes()).expect("memory");
    }
    to.finish().expect("memory").into_inner()
}

#[test]
fn days_counted_from_1904_are_the_same_days() {
    let bytes = sheet(|s| {
        headers(s, &["d"]);
        // 2019-03-01 is day 42063 from 1904 (43525 from 1900).
        s.write_with_format(1, 0, 42_063, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        s.write_with_format(2, 0, 42_063.75, &Format::new().set_num_format("yyyy-mm-dd hh:mm")).unwrap();
    });
    let (data, problems) = ok(read_as("p.xlsx", from_1904(&bytes), "", &column("d", "type = \"date\"")));
    assert_eq!(shown(&data, "d"), ["2019-03-01", "2019-03-01"], "{problems}");
    let (data, _) = ok(read_as("p.xlsx", bytes, "", &column("d", "type = \"date\"")));
    assert_eq!(shown(&data, "d")[0], "2015-02-28");
}

#[test]
fn cells_of_every_kind_in_a_number_column() {
    let bytes = sheet(|s| {
        headers(s, &["x"]);
        s.write(1, 0, 12.5).unwrap();
        s.write(2, 0, "13,5").unwrap();
        s.write(3, 0, true).unwrap();
        s.write_formula(4, 0, Formula::new("=1+1").set_result("2")).unwrap();
        s.write_formula(5, 0, Formula::new("=NA()").set_result("#N/A")).unwrap();
        s.write_with_format(6, 0, date("2019-02-01"), &Format::new().set_num_format("d.m")).unwrap();
        s.write_with_format(7, 0, 0.29, &Format::new().set_num_format("0%")).unwrap();
        s.write(8, 0, " n.a. ").unwrap();
        s.write(9, 0, "?").unwrap();
    });
    let (data, problems) = ok(read_as("p.xlsx", bytes.clone(), "missing = [\"n.a.\"]", &number("x")));
    assert_eq!(shown(&data, "x"), ["12.5", "13.5", "-", "2", "-", "-", "0.29", "-", "-"]);
    assert_eq!(rows(one(&problems, "OM208")), [4, 10]);
    assert_eq!(rows(one(&problems, "OM217")), [7]);
    assert_eq!(rows(one(&problems, "OM249")), [8]);
    assert_eq!(rows(one(&problems, "OM215")), [6]);
    let percent = column("x", "type = \"number\"\nunit = \"%\"");
    let (data, problems) = ok(read_as("p.xlsx", bytes, "missing = [\"n.a.\"]", &percent));
    assert_eq!(shown(&data, "x")[6], "29");
    assert!(!codes(&problems).contains(&"OM249"));
}

#[test]
fn categories_match_numbers_and_texts() {
    let bytes = sheet(|s| {
        headers(s, &["grade", "dead"]);
        s.write(1, 0, 2).unwrap();
        s.write(1, 1, true).unwrap();
        s.write(2, 0, "2").unwrap();
        s.write(2, 1, 0).unwrap();
        s.write(3, 0, "III").unwrap();
        s.write(3, 1, "ja").unwrap();
    });
    let blocks = column("grade", "type = \"category\"\nlevels = { \"2\" = \"Grade 2\" }")
        + &column("dead", "type = \"yes-no\"\nyes = [\"1\", \"ja\"]\nno = [\"0\"]");
    let (data, problems) = ok(read_as("p.xlsx", bytes, "", &blocks));
    assert_eq!(shown(&data, "grade"), ["Grade 2", "Grade 2", "-"]);
    assert_eq!(shown(&data, "dead"), ["yes", "no", "yes"]);
    assert_eq!(rows(one(&problems, "OM211")), [4]);
}

#[test]
fn the_first_sheet_with_a_table_is_read_and_said() {
    let bytes = workbook(|book| {
        book.add_worksheet().set_name("About").unwrap().write(0, 0, "Read me").unwrap();
        let data = book.add_worksheet().set_name("Patients").unwrap();
        headers(data, &["id", "x"]);
        data.write(1, 0, "A").unwrap();
        data.write(1, 1, 1).unwrap();
        book.add_worksheet().set_name("2020").unwrap();
    });
    let blocks = column("id", "type = \"id\"") + &number("x");
    let (data, problems) = ok(read_as("p.xlsx", bytes.clone(), "", &blocks));
    assert_eq!(data.sources[0].sheet.as_deref(), Some("Patients"));
    assert_eq!(one(&problems, "OM224").why, "the workbook also has: About, 2020");
    let (_, problems) = ok(read_as("p.xlsx", bytes.clone(), "sheet = \"Patients\"", &blocks));
    assert!(problems.is_empty());
    let problem = stop(read_as("p.xlsx", bytes.clone(), "sheet = \"Patient\"", &blocks), "OM223");
    assert_eq!(problem.mend, "did you mean `Patients`? its sheets are: About, Patients, 2020");
    stop(read_as("p.xlsx", bytes, "sheet = \"2020\"", &blocks), "OM222");
}

#[test]
fn blank_rows_and_columns_titles_and_merged_headers() {
    let bytes = sheet(|s| {
        let plain = Format::new();
        s.merge_range(0, 1, 0, 5, "Breast metastases", &plain).unwrap();
        s.merge_range(2, 2, 2, 3, "Tumour", &plain).unwrap();
        for (at, name) in [(1, "id"), (2, "size"), (3, "grade"), (5, "x")] {
            s.write(3, at, name).unwrap();
        }
        for row in [4, 7] {
            s.write(row, 1, format!("P{row}")).unwrap();
            s.write(row, 2, 10 + row).unwrap();
            s.write(row, 3, 2).unwrap();
        }
        s.merge_range(4, 5, 5, 5, "both", &plain).unwrap();
        s.write(5, 7, "a remark without header").unwrap();
    });
    let blocks = column("id", "type = \"id\"")
        + "[column.size]\nfrom = \"Tumour / size\"\ntype = \"number\"\n"
        + &column("x", "type = \"text\"");
    let source = "header_rows = 2\nheader_row = 3";
    let (data, problems) = ok(read_as("p.xlsx", bytes, source, &blocks));
    assert_eq!(data.table.source_rows, [5, 8]);
    assert_eq!(shown(&data, "size"), ["14", "17"]);
    assert_eq!(data.sources[0].unmapped, ["Tumour / grade", "column 8 (no header)"]);
    assert_eq!(data.n_source_rows, 3);
    assert_eq!(rows(one(&problems, "OM226")), [6]);
    assert_eq!(rows(one(&problems, "OM234")), [5]);
    assert_eq!(one(&problems, "OM225").what, "1 blank row was skipped");
}

#[test]
fn formulas_that_were_never_computed_are_told() {
    let bytes = sheet(|s| {
        headers(s, &["id", "x"]);
        s.write(1, 0, "A").unwrap();
        s.write_formula(1, 1, Formula::new("=1+1").set_result("REMOVED")).unwrap();
        s.write(2, 0, "B").unwrap();
        s.write(2, 1, 7).unwrap();
    });
    let bytes = rewrite(&bytes, |_, text| text.replace("<v>REMOVED</v>", "").replace(" t=\"str\"", ""));
    let blocks = column("id", "type = \"id\"") + &number("x");
    let (data, problems) = ok(read_as("p.xlsx", bytes, "", &blocks));
    assert_eq!(shown(&data, "x"), ["-", "7"]);
    assert_eq!(rows(one(&problems, "OM248")), [2]);
}

#[test]
fn a_cell_in_the_last_corner_costs_nothing() {
    let bytes = sheet(|s| {
        headers(s, &["id", "x"]);
        s.write(1, 0, "A").unwrap();
        s.write(1, 1, 1).unwrap();
        s.write(1_048_575, 16_383, "stray").unwrap();
    });
    let blocks = column("id", "type = \"id\"") + &number("x");
    let (data, problems) = ok(read_as("p.xlsx", bytes, "", &blocks));
    assert_eq!(data.table.n_rows(), 1);
    assert_eq!(rows(one(&problems, "OM226")), [1_048_576]);
}

#[test]
fn a_workbook_with_a_password_says_so() {
    let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    bytes.resize(1024, 0);
    bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(4096, 0);
    for name in ["p.xlsx", "p.xls"] {
        let problem = stop(read_as(name, &bytes, "", &number("x")), "OM203");
        assert!(problem.what.contains("password"), "{problem}");
    }
}

#[test]
fn a_damaged_workbook_stops() {
    let bytes = sheet(|s| {
        headers(s, &["id", "x"]);
        s.write(1, 0, "A").unwrap();
    });
    for length in [40, bytes.len() / 2, bytes.len() - 10] {
        let problem = read_as("p.xlsx", &bytes[..length], "", &number("x")).err().unwrap();
        assert!(problem.has_errors(), "{length}: {problem}");
    }
}

/// The columns of both old fixtures below.
const OLD: &str = "[column.pid]\nfrom = \"Pat\"\ntype = \"id\"\n\
    [column.size]\nfrom = \"Größe\"\ntype = \"number\"\n\
    [column.seen]\nfrom = \"Datum\"\ntype = \"date\"\norder = \"dd-mm-yyyy\"\n\
    [column.death]\nfrom = \"Tod\"\ntype = \"yes-no\"\nyes = [\"1\"]\nno = [\"0\"]\n";

fn check_old(name: &str, bytes: &[u8]) {
    let (data, problems) = ok(read_as(name, bytes, "", OLD));
    assert_eq!(data.sources[0].sheet.as_deref(), Some("Daten"));
    assert_eq!(shown(&data, "pid"), ["A1", "A2", "A3"]);
    assert_eq!(shown(&data, "size"), ["12.5", "13.5", "-"]);
    assert_eq!(shown(&data, "seen"), ["2019-03-01", "-", "2019-03-02"]);
    assert_eq!(shown(&data, "death"), ["yes", "no", "yes"]);
    assert_eq!(codes(&problems), ["OM209", "OM218"], "{problems}");
}

/// Written once by Python's xlwt 1.3: a true date, a date as text, a decimal comma, a limit and a truth value.
#[test]
fn an_old_workbook_is_read() {
    check_old("p.xls", include_bytes!("fixtures/old.xls"));
}

#[test]
fn an_open_document_sheet_is_read() {
    let cell = |kind: &str, rest: &str, text: &str| {
        format!(
            "<table:table-cell office:value-type=\"{kind}\" {rest}><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let text = |t: &str| cell("string", "", t);
    let row = |cells: [String; 4]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let rows = [
        row(["Pat", "Größe", "Datum", "Tod"].map(text)),
        row([
            text("A1"),
            cell("float", "office:value=\"12.5\"", "12,5"),
            cell("date", "office:date-value=\"2019-03-01\"", "01.03.19"),
            cell("float", "office:value=\"1\"", "1"),
        ]),
        row([
            text("A2"),
            text("13,5"),
            "<table:table-cell/>".into(),
            cell("float", "office:value=\"0\"", "0"),
        ]),
        row([
            text("A3"),
            text("&lt;5"),
            text("02.03.2019"),
            cell("boolean", "office:boolean-value=\"true\"", "WAHR"),
        ]),
    ]
    .concat();
    check_old("p.ods", &common::open_document(&[("Daten", rows.as_str())]));
}
