//! The proposal as commented text.

use std::fmt::Write;

use oligomet_base::number::count;

use super::draft::{Draft, DraftColumn, Kind};
use super::events::{DraftEvent, Timing};
use crate::site::{Source, usable_name};

/// The whole `site.toml`.
pub(super) fn write(draft: &Draft) -> String {
    let mut out = String::new();
    head(&mut out, draft);
    source(&mut out, draft);
    times(&mut out, draft);
    for column in &draft.columns {
        out.push('\n');
        match column.kind {
            Kind::LeftOut => left_out(&mut out, column),
            _ => mapped(&mut out, column),
        }
    }
    for event in &draft.events {
        out.push('\n');
        block_of_event(&mut out, event);
    }
    out
}

/// A TOML text in quotes.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", "))
}

/// A comment on one line, whatever stands in it.
fn comment(out: &mut String, text: &str) {
    let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line(out, format!("# {one_line}"));
}

fn line(out: &mut String, text: impl AsRef<str>) {
    out.push_str(text.as_ref());
    out.push('\n');
}

fn key(out: &mut String, name: &str, value: impl AsRef<str>) {
    line(out, format!("{name} = {}", value.as_ref()));
}

fn head(out: &mut String, draft: &Draft) {
    let part = if draft.seen.is_part { "the first " } else { "" };
    comment(
        out,
        &format!(
            "Proposed from {part}{} rows of the file. Every line may be changed.",
            count(draft.seen.n_rows as u64)
        ),
    );
    comment(out, "A question mark is a question that only you can answer: write the answer in its place.");
    key(out, "format", "1");
    out.push('\n');
    line(out, "[site]");
    let stem = draft.seen.source.file.rsplit_once('.').map_or("", |(stem, _)| stem);
    let id = Some(usable_name(stem)).filter(|id| !id.is_empty()).unwrap_or_else(|| "site".into());
    line(out, format!("id = {}  # short name of your department", quoted(&id)));
}

fn source(out: &mut String, draft: &Draft) {
    let source: &Source = &draft.seen.source;
    line(out, "\n[source]");
    key(out, "file", quoted(&source.file));
    if let Some(sheet) = &source.sheet {
        key(out, "sheet", quoted(sheet));
    }
    if source.header_rows == 2 {
        line(out, "header_rows = 2  # the upper row groups the lower");
    }
    if let Some(row) = source.header_row {
        line(out, format!("header_row = {row}  # the rows above it are titles"));
    }
    if let Some(delimiter) = source.delimiter {
        let name = if delimiter == b'\t' { "tab".to_owned() } else { char::from(delimiter).to_string() };
        key(out, "delimiter", quoted(&name));
    }
    if let Some(encoding) = source.encoding {
        key(out, "encoding", quoted(encoding.name()));
    }
    if let Some(decimal) = draft.decimal {
        line(out, format!("decimal = {}  # as the numbers of this file show", quoted(decimal.sign())));
    }
    let missing: Vec<String> = draft.missing.keys().cloned().collect();
    if !missing.is_empty() {
        let counts = draft.missing.iter().map(|(text, n)| format!("\"{text}\" {} times", count(*n as u64)));
        comment(out, &format!("texts that mean \"not known\": {}", counts.collect::<Vec<_>>().join(", ")));
    }
    key(out, "missing", list(&missing));
    line(out, "duplicates = \"set-aside\"  # rows of one patient that differ: set-aside (counted) or stop");
}

fn times(out: &mut String, draft: &Draft) {
    let durations: Vec<&str> =
        draft.mapped().filter(|c| matches!(c.kind, Kind::Duration(_))).map(|c| c.header.as_str()).collect();
    if durations.is_empty() {
        return;
    }
    line(out, "\n[times]");
    comment(out, &format!("QUESTION: from which date do the times count ({})?", durations.join(", ")));
    comment(out, "for example \"diagnosis\", \"surgery\", \"start of radiotherapy\"");
    key(out, "origin", quoted("?"));
}

fn mapped(out: &mut String, column: &DraftColumn) {
    line(out, format!("[column.{}]", column.name));
    comment(out, &column.reason);
    for remark in &column.remarks {
        comment(out, remark);
    }
    key(out, "from", quoted(&column.header));
    let kind = match &column.kind {
        Kind::Id => "id",
        Kind::Number { .. } => "number",
        Kind::Category(_) => "category",
        Kind::YesNo { .. } => "yes-no",
        Kind::Date(_) => "date",
        Kind::Duration(_) => "duration",
        Kind::LeftOut => "text",
    };
    key(out, "type", quoted(kind));
    key(out, "label", quoted(&column.label));
    details(out, &column.kind);
    if let Some(decimal) = column.decimal {
        let question = if decimal == "?" {
            "  # QUESTION: is 1,234 one and a bit, or more than a thousand?"
        } else {
            ""
        };
        line(out, format!("decimal = {}{question}", quoted(decimal)));
    }
    if !column.missing.is_empty() {
        key(out, "missing", list(&column.missing));
    }
    if !column.sentinels.is_empty() {
        let codes: Vec<String> = column.sentinels.iter().map(|(x, _)| x.to_string()).collect();
        let rows: usize = column.sentinels.iter().map(|(_, n)| n).sum();
        let text =
            format!("missing = {}  is it \"not known\"? ({rows} rows) Then take the # away", list(&codes));
        comment(out, &text.replace("]  is", "]  # is"));
    }
}

fn details(out: &mut String, kind: &Kind) {
    match kind {
        Kind::Number { unit, range } => {
            if let Some(unit) = unit {
                key(out, "unit", quoted(unit));
            }
            if let Some((low, high)) = range {
                line(out, format!("range = [{low}, {high}]  # values outside are reported"));
            }
        }
        Kind::Category(levels) => {
            let pairs: Vec<String> =
                levels.iter().map(|(t, l)| format!("{} = {}", quoted(t), quoted(l))).collect();
            key(out, "levels", format!("{{ {} }}", pairs.join(", ")));
        }
        Kind::YesNo { yes, no } => {
            key(out, "yes", list(yes));
            key(out, "no", list(no));
        }
        Kind::Date(Some(order)) => key(out, "order", quoted(order)),
        Kind::Duration(unit) => key(out, "unit", quoted(unit)),
        Kind::Id | Kind::Date(None) | Kind::LeftOut => {}
    }
}

fn left_out(out: &mut String, column: &DraftColumn) {
    comment(out, &format!("left out: `{}`: {}", column.profile.header, column.reason));
    if column.header.is_empty() {
        return;
    }
    comment(out, &format!("[column.{}]", column.name));
    comment(out, &format!("from = {}", quoted(&column.header)));
    comment(out, "type = \"text\"");
}

fn block_of_event(out: &mut String, event: &DraftEvent) {
    line(out, format!("[event.{}]", event.name));
    comment(out, &event.reason);
    key(out, "label", quoted(&event.label));
    match &event.timing {
        Timing::Dated(date) => line(out, format!("date = {}  # empty: did not happen", quoted(date))),
        Timing::Flagged { happened, time } => {
            key(out, "happened", quoted(happened));
            key(out, "time", quoted(time));
        }
    }
    if let Some(instead) = &event.instead {
        comment(out, &format!("or: {instead}"));
    }
}
