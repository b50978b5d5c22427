//! What the tests share: a folder with a file in it, read through a site.toml.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot set up its files has failed")]

use std::path::{Path, PathBuf};

use oligomet_base::{Problem, Problems};
use oligomet_import::{Silent, SiteFile, read};
use oligomet_schema::{ColumnData, DataSet};

/// A folder that is taken away when dropped.
pub struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn with(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        std::fs::write(folder.file(name), bytes).unwrap();
        folder
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

/// A site.toml that must be right: `[source]` with `source`, then `blocks`.
pub fn site(source: &str, blocks: &str) -> SiteFile {
    let text = format!("format = 1\n[site]\nid = \"t\"\n[source]\n{source}\n{blocks}\n");
    let (site, problems) = SiteFile::parse("site.toml", &text);
    assert!(problems.is_empty(), "{problems}\n{text}");
    site.unwrap()
}

/// Reads `bytes` under `name` with those blocks.
pub fn read_as(
    name: &str,
    bytes: impl AsRef<[u8]>,
    source: &str,
    blocks: &str,
) -> Result<(DataSet, Problems), Problems> {
    let folder = Folder::with(name, bytes);
    read(&site(&format!("file = \"{name}\"\n{source}"), blocks), folder.path(), &mut Silent)
}

pub fn ok(result: Result<(DataSet, Problems), Problems>) -> (DataSet, Problems) {
    match result {
        Ok(found) => found,
        Err(problems) => panic!("{problems}"),
    }
}

/// The one problem with that code.
pub fn one<'a>(problems: &'a Problems, code: &str) -> &'a Problem {
    let found: Vec<&Problem> = problems.iter().filter(|p| p.code == code).collect();
    assert_eq!(found.len(), 1, "{code} in:\n{problems}");
    found[0]
}

/// Its rows.
pub fn rows(problem: &Problem) -> Vec<u64> {
    problem.place.row.into_iter().chain(problem.also_rows.iter().copied()).collect()
}

pub fn codes(problems: &Problems) -> Vec<&'static str> {
    problems.iter().map(|p| p.code).collect()
}

/// The stop that must come, with its one error.
pub fn stop(result: Result<(DataSet, Problems), Problems>, code: &str) -> Problem {
    let problems = result.err().unwrap_or_else(|| panic!("{code} expected, but it was read"));
    assert!(problems.has_errors());
    one(&problems, code).clone()
}

/// Values of a column as text, missing as `-`.
pub fn shown(data: &DataSet, column: &str) -> Vec<String> {
    let column = data.table.column(column).unwrap();
    let n = column.data.len();
    (0..n)
        .map(|row| match &column.data {
            _ if column.data.is_missing(row) => "-".to_owned(),
            ColumnData::Text(v) => v[row].as_deref().unwrap().to_owned(),
            ColumnData::Number(v) | ColumnData::Duration(v) => v[row].to_string(),
            ColumnData::Category(c) => c.level(row).unwrap().to_owned(),
            ColumnData::YesNo(v) => if v[row].unwrap() { "yes" } else { "no" }.to_owned(),
            ColumnData::Date(v) => v[row].unwrap().to_string(),
        })
        .collect()
}

/// An OpenDocument spreadsheet with sheets of the rows given as XML.
pub fn open_document(sheets: &[(&str, &str)]) -> Vec<u8> {
    use std::io::{Cursor, Write};
    let tables: String = sheets
        .iter()
        .map(|(name, rows)| format!("<table:table table:name=\"{name}\">{rows}</table:table>"))
        .collect();
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         {tables}</office:spreadsheet></office:body></office:document-content>"
    );
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
        ),
        ("content.xml", content.as_str()),
    ] {
        zip.start_file(name, stored).expect("memory");
        zip.write_all(text.as_bytes()).expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}
