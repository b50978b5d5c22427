//! Reading `site.toml` as a whole.

use oligomet_base::file::{Node, Section, TomlFile};
use oligomet_base::{Problem, Problems};
use oligomet_schema::{ColumnType, EventSource, ProblemsFound};

use super::column::{read_column, read_decimal};
use super::event::read_event;
use super::question::Questions;
use super::{ColumnMap, Duplicates, SITE_FORMAT, SiteFile, Source, TextEncoding};

impl SiteFile {
    /// Reads the text of a `site.toml`; `name` is how problems call the file.
    ///
    /// All mistakes are told at once. The file is `None` when there is an error other than an open question; with
    /// open questions it is there (so that names can be checked), but [`crate::read`] refuses it.
    #[must_use]
    pub fn parse(name: &str, text: &str) -> ProblemsFound<Option<Self>> {
        let file = TomlFile::new(name, text);
        let root = match file.parse() {
            Ok(root) => root,
            Err(problem) => return (None, Problems::from(*problem)),
        };
        let site = read_root(&file, &root);
        let problems = file.take_problems();
        let only_questions =
            problems.iter().all(|p| p.code == "OM241" || p.severity != oligomet_base::Severity::Error);
        (site.filter(|_| only_questions), problems)
    }
}

fn read_root(file: &TomlFile, root: &Node) -> Option<SiteFile> {
    let section = Section::new(file, "the file", root)?;
    let mut questions = Questions::default();
    let format_is_known = check_format(&section);
    let id = read_site(&section);
    let source = read_source(&section, &mut questions);
    let columns = read_columns(&section, &mut questions);
    let origin = read_origin(&section, &columns, &mut questions);
    let events = read_events(&section, &columns);
    section.finish();
    if !format_is_known {
        return None;
    }
    Some(SiteFile { id: id?, source: source?, origin, columns, events, open: questions.open })
}

pub(super) fn check_format(section: &Section<'_>) -> bool {
    if !section.has("format") {
        section.missing("format", "it tells how the rest is to be read; write format = 1 in the first line");
        return false;
    }
    let Some(format) = section.number("format") else { return false };
    let known = format == f64::from(SITE_FORMAT);
    if !known {
        let what = format!("format {format} of site.toml is not known");
        let span = section.node("format").map_or(section.span(), |n| n.span.clone());
        let problem = Problem::error("OM247", what)
            .why("a newer format may mean other things by the same words")
            .mend(format!(
                "this version reads format {SITE_FORMAT}; a newer version of oligomet may read this file"
            ));
        section.file().report_at(span, problem);
    }
    known
}

fn read_site(root: &Section<'_>) -> Option<String> {
    let Some(section) = root.section("site") else {
        if !root.has("site") {
            root.missing("[site]", "its `id` is part of every identifier when departments are pooled");
        }
        return None;
    };
    let id = section.required_text("id", "it is part of every identifier when departments are pooled");
    section.finish();
    id.map(|t| t.text)
}

fn read_source(root: &Section<'_>, questions: &mut Questions) -> Option<Source> {
    let Some(section) = root.section("source") else {
        if !root.has("source") {
            root.missing("[source]", "it names the file with the data");
        }
        return None;
    };
    let file = section.required_text("file", "it names the file with the data");
    let source = Source {
        file: file.map(|t| t.text).unwrap_or_default(),
        sheet: section.text("sheet").map(|t| t.text),
        header_rows: read_header_rows(&section),
        header_row: read_header_row(&section),
        delimiter: read_delimiter(&section),
        decimal: read_decimal(&section, questions),
        encoding: section.choice("encoding", &TextEncoding::NAMES),
        missing: read_missing(&section),
        duplicates: section
            .choice("duplicates", &[("set-aside", Duplicates::SetAside), ("stop", Duplicates::Stop)])
            .unwrap_or_default(),
    };
    section.finish();
    (!source.file.is_empty()).then_some(source)
}

fn read_missing(section: &Section<'_>) -> Vec<String> {
    let texts = section.texts("missing").unwrap_or_default();
    texts.into_iter().map(|t| t.text.trim().to_owned()).collect()
}

fn read_header_rows(section: &Section<'_>) -> u8 {
    match section.number("header_rows") {
        None => 1,
        Some(1.0) => 1,
        Some(2.0) => 2,
        Some(_) => {
            wrong(section, "header_rows", "must be 1 or 2");
            1
        }
    }
}

fn read_header_row(section: &Section<'_>) -> Option<u32> {
    let row = section.number("header_row")?;
    if row.fract() == 0.0 && (1.0..=1_048_576.0).contains(&row) {
        return Some(row as u32);
    }
    wrong(section, "header_row", "must be the number of a row, counted from 1");
    None
}

fn read_delimiter(section: &Section<'_>) -> Option<u8> {
    let words = [(",", b','), (";", b';'), ("\t", b'\t'), ("tab", b'\t'), ("|", b'|')];
    section.choice("delimiter", &words)
}

fn wrong(section: &Section<'_>, key: &'static str, what: &str) {
    let span = section.node(key).map_or(section.span(), |n| n.span.clone());
    let what = format!("`{key}` in {} {what}", section.title());
    section.file().report_at(span, Problem::error("OM304", what));
}

fn read_columns(root: &Section<'_>, questions: &mut Questions) -> Vec<ColumnMap> {
    if !root.has("column") {
        root.missing("[column.NAME]", "without columns there is nothing to read");
        return Vec::new();
    }
    let mut columns: Vec<ColumnMap> = Vec::new();
    for (key, section) in root.named_sections("column") {
        let column = read_column(&key, &section, questions);
        let second_id = column.as_ref().is_some_and(|c| c.kind() == ColumnType::Id)
            && columns.iter().any(|c| c.kind() == ColumnType::Id);
        if second_id {
            let what = format!("{} is a second column of type id", section.title());
            let why = "one column tells which patient a row is about";
            root.file().report_at(key.span.clone(), Problem::error("OM242", what).why(why));
        }
        section.finish();
        columns.extend(column);
    }
    columns
}

fn read_origin(root: &Section<'_>, columns: &[ColumnMap], questions: &mut Questions) -> Option<String> {
    let has_durations = columns.iter().any(|c| c.kind() == ColumnType::Duration);
    let section = root.section("times");
    let Some(section) = section else {
        if has_durations && !root.has("times") {
            root.missing("[times]", WHY_ORIGIN);
        }
        return None;
    };
    if has_durations && !section.has("origin") {
        section.missing("origin", WHY_ORIGIN);
    }
    let origin = questions.text(&section, "origin", "from which date do the times in this file count?", &[]);
    section.finish();
    origin.map(|t| t.text)
}

const WHY_ORIGIN: &str = "its `origin` tells from when the durations count, as in origin = \"surgery\"; a study from another time zero would be wrong";

fn read_events(root: &Section<'_>, columns: &[ColumnMap]) -> Vec<EventSource> {
    if !root.has("event") {
        return Vec::new();
    }
    let mut events = Vec::new();
    for (key, section) in root.named_sections("event") {
        events.extend(read_event(&key, &section, columns));
        section.finish();
    }
    events
}
