//! The page of the tables, `docs/tables.md`, from `schema.toml`.

use std::fmt::Write;

use oligomet_base::number::shortest;

use crate::spec::{AfterCutoff, FieldKind, FieldSpec, TableSpec, schema};

/// The page as Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::from(HEAD);
    for table in &schema().tables {
        let _ = writeln!(page, "| [`{0}`](#{0}) | {1} | {2} |", table.name, table.label, table.doc);
    }
    page.push_str(&words());
    for table in &schema().tables {
        table_of(&mut page, table);
    }
    page
}

const HEAD: &str = "\
<!-- Made from crates/schema/schema.toml: cargo run -p oligomet-schema --example tables_md > docs/tables.md -->
# The tables of a department

A folder with a CSV file per table, or a workbook with a sheet per table (`oligomet template tables.xlsx` makes one ready to
fill). Files and sheets are found by the names below, whatever their case, blanks and plural; columns by name, label or one of
their other names. Tables and columns that you do not have may be absent; `patient` must be there.

- **Keys** are the first column of each table, unique in it. They are pseudonyms: no names, no numbers of the hospital. Keys of
  patients that begin with `SYN-` mark a cohort that a program made.
- **References** hold the key of a row of another table.
- **Dates** are as precise as they are known: `2019-03-01`, `2019-03`, `2019` (also `01.03.2019`, `03.2019`, `00.03.2019`). Dates with
  slashes are read in the order that the values of the table show; where none shows it they are missing, and told.
- **Doses** are total doses in Gy; they are kept as whole milligray.
- **Categories** hold the code, the label, or another word for it, in any case. **yes-no** columns hold yes or no.
- **Empty cells** are not recorded. A text that says why (`unknown`, `not done`, `n/a`, `refused`, `lost`) makes the cell missing and adds a
  row to `missing_value`.
- A column marked **required** must be filled: a row without it is set aside, counted.
- After the cut-off of a lock (docs/lock.md) a date makes its row leave, becomes open (ends), or becomes the cut-off (follow-up).

| table | | a row is |
|---|---|---|
";

fn words() -> String {
    let words = &schema().words;
    let list = |texts: &[String]| texts.iter().map(|t| format!("`{t}`")).collect::<Vec<_>>().join(" ");
    let mut text = String::from("\n## Words\n\n| means | texts |\n|---|---|\n");
    let _ = writeln!(text, "| yes | {} |", list(&words.yes));
    let _ = writeln!(text, "| no | {} |", list(&words.no));
    let _ = writeln!(text, "| an empty cell | {} |", list(&words.empty));
    let mut reasons: Vec<&str> = words.reasons.iter().map(|(_, reason)| reason.as_str()).collect();
    reasons.dedup();
    for reason in reasons {
        let texts: Vec<String> =
            words.reasons.iter().filter(|(_, r)| r == reason).map(|(text, _)| text.clone()).collect();
        let _ = writeln!(text, "| missing: {reason} | {} |", list(&texts));
    }
    text
}

fn table_of(page: &mut String, table: &TableSpec) {
    let _ = writeln!(page, "\n## {}\n\n{}. {}\n", table.name, table.label, table.doc);
    page.push_str("| column | holds | | other names |\n|---|---|---|---|\n");
    for field in &table.fields {
        let name = if field.required || field.kind == FieldKind::Key {
            format!("**`{}`**", field.name)
        } else {
            format!("`{}`", field.name)
        };
        let also: Vec<&str> = field.also.iter().map(String::as_str).collect();
        let _ = writeln!(page, "| {name} | {} | {} | {} |", holds(field), meaning(field), also.join(", "));
    }
}

fn holds(field: &FieldSpec) -> String {
    match field.kind {
        FieldKind::Key => "key".to_owned(),
        FieldKind::Ref => format!("key of `{}`", field.to.as_deref().unwrap_or("")),
        FieldKind::Category => {
            field.levels.iter().map(|level| format!("`{}`", level.code)).collect::<Vec<_>>().join(" ")
        }
        FieldKind::Dose => "Gy".to_owned(),
        other => match &field.unit {
            Some(unit) => format!("{}, {unit}", other.name()),
            None => other.name().to_owned(),
        },
    }
}

fn meaning(field: &FieldSpec) -> String {
    let mut parts = vec![field.label.clone()];
    if !field.doc.is_empty() {
        parts.push(field.doc.trim_end_matches('.').to_owned());
    }
    if let Some((low, high)) = field.range {
        parts.push(format!("plausible {} to {}", shortest(low), shortest(high)));
    }
    match field.after_cutoff {
        Some(AfterCutoff::Open) => parts.push("open after the cut-off".to_owned()),
        Some(AfterCutoff::Cutoff) => parts.push("the cut-off after it".to_owned()),
        _ => {}
    }
    parts.join(". ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tables.md");
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            page == markdown(),
            "docs/tables.md is not current: cargo run -p oligomet-schema --example tables_md > docs/tables.md"
        );
    }
}
