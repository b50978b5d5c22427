//! Text files as departments have them: what is read, what is told, what is counted.

mod common;

use common::{codes, ok, one, read_as, rows, shown, site, stop};
use oligomet_import::{Silent, read};

const ID_AGE: &str =
    "[column.id]\nfrom = \"id\"\ntype = \"id\"\n[column.age]\nfrom = \"age\"\ntype = \"number\"\n";

fn column(name: &str, kind: &str) -> String {
    format!("[column.{name}]\nfrom = \"{name}\"\n{kind}\n")
}

fn number(name: &str) -> String {
    column(name, "type = \"number\"")
}

#[test]
fn the_example_of_a_german_export_is_read_whole() {
    let text = "\u{feff}Pat;\"Alter (J)\";Grad;Tod;Diagnose;Zeit;Bemerkung\r\n\
        A1;61,5;2;1;31.12.2015;12,5;\"zwei\r\nZeilen; und mehr\"\r\n\
        \r\n\
        A2;?;3;0;01.02.2016;3;n.a.\r\n\
        ;;;;;;\r\n\
        A3;1.061,25;2;ja;30.02.2016;-1;\r\n";
    let blocks = "[times]\norigin = \"surgery\"\n\
        [column.pid]\nfrom = \"Pat\"\ntype = \"id\"\n\
        [column.age]\nfrom = \"Alter (J)\"\ntype = \"number\"\nunit = \"years\"\nrange = [18, 110]\n\
        [column.grade]\nfrom = \"Grad\"\ntype = \"category\"\nlevels = { \"3\" = \"Grade 3\", \"2\" = \"Grade 2\" }\n\
        [column.death]\nfrom = \"Tod\"\ntype = \"yes-no\"\nyes = [\"1\"]\nno = [\"0\"]\n\
        [column.diagnosis]\nfrom = \"Diagnose\"\ntype = \"date\"\norder = \"dd-mm-yyyy\"\n\
        [column.dtime]\nfrom = \"Zeit\"\ntype = \"duration\"\nunit = \"months\"\n\
        [event.death]\nhappened = \"death\"\ntime = \"dtime\"\n";
    let (data, problems) = ok(read_as("p.csv", text, "missing = [\"?\"]", blocks));
    assert_eq!(shown(&data, "pid"), ["A1", "A2", "A3"]);
    assert_eq!(shown(&data, "age"), ["61.5", "-", "1061.25"]);
    assert_eq!(shown(&data, "grade"), ["Grade 2", "Grade 3", "Grade 2"]);
    assert_eq!(shown(&data, "death"), ["yes", "no", "-"]);
    assert_eq!(shown(&data, "diagnosis"), ["2015-12-31", "2016-02-01", "-"]);
    assert_eq!(
        shown(&data, "dtime"),
        [(12.5 * 30.4375).to_string(), (3.0 * 30.4375).to_string(), "-30.4375".into()]
    );
    assert_eq!(data.table.source_rows, [2, 4, 6]);
    assert_eq!(data.sources[0].unmapped, ["Bemerkung"]);
    assert_eq!((data.n_source_rows, data.set_aside.len()), (3, 0));
    assert_eq!(data.origin.as_deref(), Some("surgery"));
    assert_eq!(codes(&problems), ["OM225", "OM209", "OM214", "OM212", "OM204", "OM213"], "{problems}");
    assert!(one(&problems, "OM225").what.starts_with("2 blank rows"));
    let date = one(&problems, "OM204");
    assert_eq!(date.what, "\"30.02.2016\" is no date");
    assert_eq!(date.place.to_string(), "p.csv, row 6, column `Diagnose`");
    assert_eq!(rows(one(&problems, "OM214")), [6]);
}

#[test]
fn the_sha_is_that_of_the_bytes() {
    let (data, _) = ok(read_as("p.csv", "id,age\n1,2\n", "", ID_AGE));
    // printf 'id,age\n1,2\n' | sha256sum
    assert_eq!(data.sources[0].sha256, "137e76e491aa3af290006a3605b615aa52dd989b853d891a67cd435656a317c2");
}

#[test]
fn a_value_that_is_no_number_is_missing_and_named() {
    let text = "id,age\n1,61\n2,<5\n3,5x8\n4,>90\n5,5x8\n6,6 1\n7,HP\n";
    let (data, problems) = ok(read_as("p.csv", text, "", ID_AGE));
    assert_eq!(shown(&data, "age"), ["61", "-", "-", "-", "-", "-", "-"]);
    let bad = one(&problems, "OM208");
    assert_eq!(bad.what, "\"5x8\" (2 values), \"6 1\" and \"HP\" are no numbers");
    assert_eq!(rows(bad), [4, 6, 7, 8]);
    assert_eq!(rows(one(&problems, "OM218")), [3, 5]);
}

#[test]
fn what_a_comma_means_is_decided_for_the_column() {
    let cases: [(&[&str], &[f64], &[&str]); 8] = [
        (&["12,5", "1,234", "7"], &[12.5, 1.234, 7.0], &["OM209"]),
        (&["1,234.5", "1,234", "12.5"], &[1234.5, 1234.0, 12.5], &["OM209"]),
        (&["1.234,5", "1.234", "0,5"], &[1234.5, 1234.0, 0.5], &["OM209"]),
        (&["1,234", "2,500", "12"], &[1234.0, 2500.0, 12.0], &["OM209", "OM210"]),
        (&["1.234", "2.500", "12"], &[1.234, 2.5, 12.0], &["OM210"]),
        (&["1.5", "2.5", "3,5"], &[1.5, 2.5, f64::NAN], &["OM209", "OM238"]),
        (&["1.5", "1.234"], &[1.5, 1.234], &[]),
        (&["1,5", "2.5", "3,5"], &[1.5, f64::NAN, 3.5], &["OM209", "OM238"]),
    ];
    for (values, want, told) in cases {
        let text: String = values.iter().enumerate().map(|(i, v)| format!("{i},\"{v}\"\n")).collect();
        let (data, problems) = ok(read_as("p.csv", format!("id,age\n{text}"), "", ID_AGE));
        let want: Vec<String> =
            want.iter().map(|x| if x.is_nan() { "-".into() } else { x.to_string() }).collect();
        assert_eq!(shown(&data, "age"), want, "{values:?}");
        assert_eq!(codes(&problems), told, "{values:?}\n{problems}");
    }
}

#[test]
fn other_columns_and_semicolons_decide_where_a_column_does_not() {
    let blocks = format!("{}{}", number("a"), number("b"));
    let (data, problems) = ok(read_as("p.csv", "a;b\n1.234;0,5\n2.000;1,5\n", "", &blocks));
    assert_eq!(shown(&data, "a"), ["1234", "2000"]);
    assert_eq!(codes(&problems), ["OM209"]);
    let (data, _) = ok(read_as("p.csv", "a;b\n1,234;5\n2,000;6\n", "", &blocks));
    assert_eq!(shown(&data, "a"), ["1.234", "2"]);
    let (data, problems) = ok(read_as("p.csv", "a;b\n1,234;5\n2,000;6\n", "decimal = \".\"", &blocks));
    assert_eq!(shown(&data, "a"), ["1234", "2000"]);
    assert_eq!(codes(&problems), ["OM209"]);
}

#[test]
fn dates_that_cannot_be_used_are_told_by_kind() {
    let text =
        "d\n31.12.2020\n03/2019\n2018\n1.2.19\n31.02.2020\n43831\n2020-01-02\n01.01.1900\n2.3.2019 10:30\n";
    let blocks = column("d", "type = \"date\"\norder = \"dd-mm-yyyy\"");
    let (data, problems) = ok(read_as("p.csv", text, "", &blocks));
    let want = ["2020-12-31", "-", "-", "-", "-", "-", "2020-01-02", "1900-01-01", "2019-03-02"];
    assert_eq!(shown(&data, "d"), want);
    for (code, at) in [("OM205", vec![3, 4]), ("OM206", vec![5]), ("OM204", vec![6]), ("OM207", vec![7])] {
        assert_eq!(rows(one(&problems, code)), at, "{problems}");
    }
    assert_eq!(rows(one(&problems, "OM246")), [8]);
    assert_eq!(rows(one(&problems, "OM216")), [9]);
    let (data, problems) =
        ok(read_as("p.csv", "d\n03/04/2019\n2019-04-03\n", "", &column("d", "type = \"date\"")));
    assert_eq!(shown(&data, "d"), ["-", "2019-04-03"]);
    assert_eq!(rows(one(&problems, "OM219")), [2]);
}

#[test]
fn rows_of_one_patient_are_sorted_and_counted() {
    let text = "id,age\nA,61\nB,50\nA,61\n,40\nC,30\nB,51\nC,30\nD,1\n";
    let (data, problems) = ok(read_as("p.csv", text, "", ID_AGE));
    assert_eq!(shown(&data, "id"), ["A", "C", "D"]);
    assert_eq!(data.table.source_rows, [2, 6, 9]);
    let steps: Vec<(&str, usize)> = data.set_aside.iter().map(|s| (s.label.as_str(), s.n_rows)).collect();
    let want = [
        ("Rows without identifier", 1),
        ("Identical rows of one patient", 2),
        ("Conflicting rows of one patient", 2),
    ];
    assert_eq!(steps, want);
    assert_eq!(data.n_source_rows, 8);
    assert_eq!(rows(one(&problems, "OM226")), [5]);
    assert_eq!(rows(one(&problems, "OM227")), [4, 8]);
    let conflict = one(&problems, "OM228");
    assert_eq!(rows(conflict), [3, 7]);
    assert_eq!(conflict.what, "1 patient has rows that differ and was set aside: B (rows 3, 7: age)");
    let problem = stop(read_as("p.csv", text, "duplicates = \"stop\"", ID_AGE), "OM228");
    assert_eq!(rows(&problem), [3, 4, 7, 8]);
}

#[test]
fn irregular_rows_are_counted() {
    let text = "id,age,x\n1,61\n2,50,b,c\n3,40,d,,\n4,30,e\n";
    let (data, problems) = ok(read_as("p.csv", text, "", ID_AGE));
    assert_eq!(shown(&data, "id"), ["1", "3", "4"]);
    assert_eq!(rows(one(&problems, "OM229")), [2]);
    assert_eq!(rows(one(&problems, "OM230")), [3]);
    assert_eq!(data.set_aside[0].n_rows, 1);
    let most = "age\n\"1\",61\n\"2\",50\n";
    let problem = stop(read_as("p.csv", most, "", &number("age")), "OM230");
    assert!(problem.what.contains("2 of 2 rows"), "{problem}");
}

#[test]
fn a_quote_that_is_not_closed_stops_and_one_that_swallows_is_told() {
    let open = "id,age\n1,61\n2,\"50\n3,40\n4,30\n";
    assert_eq!(rows(&stop(read_as("p.csv", open, "", ID_AGE), "OM231")), [3]);
    let swallowing = "id,age,note\n1,61,\"a\n2,50,b\n3,40,\"\n4,30,d\n";
    let (data, problems) = ok(read_as("p.csv", swallowing, "", ID_AGE));
    assert_eq!(shown(&data, "id"), ["1", "4"]);
    assert_eq!(rows(one(&problems, "OM232")), [2]);
}

#[test]
fn letters_are_read_however_they_are_coded() {
    let blocks = column("größe", "type = \"text\"").replace("[column.größe]", "[column.size]");
    let utf8 = "größe\nschön\n";
    let latin: Vec<u8> = utf8.chars().map(|c| c as u8).collect();
    let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(utf8.encode_utf16()).flat_map(order).collect()
    };
    let told = |bytes: Vec<u8>| {
        let (data, problems) = ok(read_as("p.csv", bytes, "", &blocks));
        assert_eq!(shown(&data, "size"), ["schön"]);
        codes(&problems)
    };
    assert_eq!(told(utf8.into()), [""; 0]);
    assert_eq!(told(latin.clone()), ["OM233"]);
    assert_eq!(told(utf16(u16::to_le_bytes)), [""; 0]);
    assert_eq!(told(utf16(u16::to_be_bytes)), [""; 0]);
    let problem = stop(read_as("p.csv", latin, "encoding = \"utf-8\"", &blocks), "OM236");
    assert!(problem.what.contains("line 1"), "{problem}");
}

#[test]
fn headers_are_found_where_they_stand() {
    let titled = "Breast metastases 2010-2020,,\n,,\nid,age,\n1,61,\n";
    let (data, _) = ok(read_as("p.csv", titled, "header_row = 3", ID_AGE));
    assert_eq!(data.table.source_rows, [4]);
    let two = ",Tumour,,Outcome\nid,size,grade,death\n1,12,2,0\n";
    let blocks = "[column.size]\nfrom = \"Tumour / size\"\ntype = \"number\"\n\
        [column.grade]\nfrom = \"Tumour / grade\"\ntype = \"number\"\n";
    let (data, _) = ok(read_as("p.csv", two, "header_rows = 2", blocks));
    assert_eq!((shown(&data, "size"), shown(&data, "grade")), (vec!["12".into()], vec!["2".into()]));
    assert_eq!(data.sources[0].unmapped, ["id", "Outcome / death"]);
    let problem = stop(read_as("p.csv", "id,aeg\n1,2\n", "", ID_AGE), "OM220");
    assert!(problem.mend.starts_with("did you mean `aeg`?"), "{problem}");
    stop(read_as("p.csv", "id,age,age\n1,2,3\n", "", ID_AGE), "OM221");
    stop(read_as("p.csv", "id,age\n", "", ID_AGE), "OM222");
    stop(read_as("p.csv", "\n\n", "", ID_AGE), "OM222");
    stop(read_as("p.csv", "", "", ID_AGE), "OM222");
}

#[test]
fn separators_are_found_or_told() {
    for (name, text) in [
        ("p.csv", "id;age\n1;61\n"),
        ("p.tsv", "id\tage\n1\t61\n"),
        ("p.txt", "id|age\n1|61\n"),
        ("p.csv", "sep=;\nid;age\n1;61\n"),
        ("p.csv", "id,age\r1,61\r"),
    ] {
        let (data, _) = ok(read_as(name, text, "", ID_AGE));
        assert_eq!(shown(&data, "age"), ["61"], "{text}");
    }
    let (data, _) = ok(read_as("p.csv", "id;a,age\n1;2,61\n", "delimiter = \",\"", &number("age")));
    assert_eq!(shown(&data, "age"), ["61"]);
}

#[test]
fn a_file_that_is_not_what_its_name_says_stops() {
    let cases: [(&str, &[u8], &str); 9] = [
        ("p.csv", b"PK\x03\x04....xl/workbook.xml", "by its content an Excel workbook"),
        ("p.csv", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1W\0o\0r\0k\0b\0o\0o\0k\0", "an old Excel workbook"),
        ("p.xls", b"<html><table><tr><td>id</td></tr></table></html>", "a web page"),
        ("p.xlsx", b"PK\x03\x04....word/document.xml", "a Word document"),
        ("p.xlsx", b"PK\x03\x04....photo.jpg", "a zip archive of something else"),
        ("p.xlsx", b"id,age\n1,2\n", "a text file"),
        ("p.csv", b"id,age\n1,\x00\x01\x02\n", "a binary file"),
        ("p.parquet", b"id,age\n1,2\n", "a text file"),
        ("p.csv", b"%PDF-1.7 ...", "a PDF"),
    ];
    for (name, bytes, says) in cases {
        let problem = stop(read_as(name, bytes, "", ID_AGE), "OM202");
        assert!(problem.what.contains(says), "{name}: {problem}");
    }
    stop(read_as("p.doc", "x", "", ID_AGE), "OM243");
    stop(read_as("p", "x", "", ID_AGE), "OM243");
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_its_neighbours() {
    let folder = common::Folder::with("patients.csv", "id,age\n1,2\n");
    let missing = read(&site("file = \"patient.csv\"", ID_AGE), folder.path(), &mut Silent);
    assert!(stop(missing, "OM201").mend.contains("patients.csv"));
    std::fs::create_dir(folder.file("sub.csv")).unwrap();
    let problem = stop(read(&site("file = \"sub.csv\"", ID_AGE), folder.path(), &mut Silent), "OM201");
    assert!(problem.what.contains("folder"), "{problem}");
}

#[test]
fn reading_can_be_stopped() {
    struct Stop;
    impl oligomet_import::Progress for Stop {
        fn at(&mut self, _: f64) -> std::ops::ControlFlow<()> {
            std::ops::ControlFlow::Break(())
        }
    }
    let rows: String = (0..20_000).map(|i| format!("{i},1\n")).collect();
    let folder = common::Folder::with("p.csv", format!("id,age\n{rows}"));
    stop(read(&site("file = \"p.csv\"", ID_AGE), folder.path(), &mut Stop), "OM245");
}

#[test]
fn the_same_header_may_be_read_twice_and_blank_columns_are_nothing() {
    let blocks = "[column.a]\nfrom = \"x\"\ntype = \"number\"\n[column.b]\nfrom = \"x\"\ntype = \"category\"\nlevels = { \"1\" = \"one\" }\n";
    let (data, problems) = ok(read_as("p.csv", "x,,,y\n1,,7,\n2,,,\n", "", blocks));
    assert_eq!(
        (shown(&data, "a"), shown(&data, "b")),
        (vec!["1".into(), "2".into()], vec!["one".into(), "-".into()])
    );
    assert_eq!(data.sources[0].unmapped, ["column 3 (no header)", "y"]);
    assert_eq!(rows(one(&problems, "OM211")), [3]);
}
