//! A `site.toml` whose source is the related tables of a department, or a lock of them.

use oligomet_base::file::{Section, Text, TomlFile};
use oligomet_base::{Problem, Problems};

use super::parse::check_format;
use super::{Decimal, TextEncoding};
use crate::ReadOptions;
use oligomet_base::day::DateOrder;

/// Where records come from; paths are as written, beside the site file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordsSource {
    /// A folder of CSV files named after the tables, or a workbook with a sheet per table, and how they are written.
    Tables(String, ReadOptions),
    /// A lock.
    Lock(String),
}

impl RecordsSource {
    /// Reads the text of a `site.toml` whose `[source]` names `tables` or a `lock`; `None` where it names neither, so that
    /// it is the site of one table ([`super::SiteFile::parse`]).
    ///
    /// # Errors
    /// All problems of the file, at least one of them an error.
    pub fn parse(name: &str, text: &str) -> Option<Result<Self, Problems>> {
        let file = TomlFile::new(name, text);
        let root = file.parse().ok()?;
        let top = Section::new(&file, "the file", &root)?;
        let source = top.section("source")?;
        if !source.has("tables") && !source.has("lock") {
            return None;
        }
        let sound = check_format(&top);
        let site = top.section("site").and_then(|s| {
            let id = s.required_text("id", "it is part of every identifier when departments are pooled");
            s.finish();
            id
        });
        if site.is_none() && !top.has("site") {
            top.missing("[site]", "its `id` is part of every identifier when departments are pooled");
        }
        let read = read_source(&source, site);
        source.finish();
        top.finish();
        let problems = file.take_problems();
        Some(match read {
            Some(source) if sound && !problems.has_errors() => Ok(source),
            _ => Err(problems),
        })
    }
}

fn read_source(source: &Section<'_>, site: Option<Text>) -> Option<RecordsSource> {
    match (source.text("tables"), source.text("lock")) {
        (Some(tables), None) => {
            let options = ReadOptions {
                site: site?.text,
                date_order: date_order(source),
                decimal: source.choice("decimal", &[(".", Decimal::Point), (",", Decimal::Comma)]),
                encoding: source.choice("encoding", &TextEncoding::NAMES),
            };
            Some(RecordsSource::Tables(tables.text, options))
        }
        (None, Some(lock)) => Some(RecordsSource::Lock(lock.text)),
        (Some(_), Some(lock)) => {
            let problem = Problem::error("OM305", "[source] names both `tables` and a `lock`")
                .why("they may differ, and a study has one source")
                .mend("leave the tables out: the lock is what was made of them");
            source.file().report_at(lock.span.clone(), problem);
            None
        }
        (None, None) => None,
    }
}

fn date_order(source: &Section<'_>) -> Option<DateOrder> {
    let text = source.text("dates")?;
    let order = DateOrder::from_name(&text);
    if order.is_none() {
        source.unknown_word("dates", &text, &DateOrder::ALL.map(DateOrder::name));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "format = 1\n[site]\nid = \"X\"\n";

    fn parse(source: &str) -> Option<Result<RecordsSource, String>> {
        let read = RecordsSource::parse("site.toml", &format!("{HEAD}[source]\n{source}\n"));
        read.map(|r| r.map_err(|p| p.to_string()))
    }

    #[test]
    fn tables_and_locks_are_told_from_one_table() {
        assert_eq!(parse("file = \"a.csv\""), None);
        assert_eq!(parse("lock = \"a.lock\""), Some(Ok(RecordsSource::Lock("a.lock".into()))));
        let Some(Ok(RecordsSource::Tables(path, options))) =
            parse("tables = \"department\"\ndates = \"dd.mm.yyyy\"")
        else {
            panic!("tables");
        };
        assert_eq!((path.as_str(), options.site.as_str()), ("department", "X"));
        assert_eq!(options.date_order, Some(DateOrder::DayMonthYear));
    }

    #[test]
    fn mistakes_are_told_at_their_line() {
        for (source, part) in [
            ("tables = \"a\"\nlock = \"b\"", "both `tables` and a `lock`"),
            ("tables = \"a\"\ndates = \"m-d\"", "cannot be \"m-d\""),
            ("tables = \"a\"\nsheet = \"b\"", "has no key `sheet`"),
        ] {
            let said = parse(source).and_then(Result::err).unwrap_or_default();
            assert!(said.contains(part) && said.contains("line "), "{source}: {said}");
        }
    }
}
