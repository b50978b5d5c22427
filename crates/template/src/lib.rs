//! The tables of a department as a workbook ready to fill: a sheet per table of [`schema()`], lists for categories and yes or no,
//! a note on every header, and a sheet that says how.
//!
//! Architecture invariant: this crate knows the schema and no data. It stands alone because only it needs a writer of workbooks.

use oligomet_schema::{FieldKind, FieldSpec, TableSpec, schema};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime,
    Format, FormatAlign, FormatBorder, Note, Workbook, Worksheet, XlsxError,
};

/// So many rows of every sheet have lists and formats.
const ROWS: u32 = 50_000;

/// Letters that surely fit into a line of the wide column of the first sheet, and the height of a line in points.
const LETTERS_PER_LINE: usize = 115;
const LINE_HEIGHT: f64 = 15.0;

/// The number that workbooks have for this size of paper.
const A4: u8 = 9;

/// The name of the sheet that says how the workbook is filled; a reader passes it by.
pub const READ_ME: &str = "Read me";

/// The workbook's bytes; the same schema gives the same bytes.
///
/// # Errors
/// What the writer of workbooks says: a name or a list that Excel does not allow. A test proves that the schema has none.
pub fn workbook() -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // No clock: the date of making would be a difference that means nothing.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new().set_title("Oligomet: tables of a department").set_creation_datetime(&made),
    );
    let styles = Styles::new();
    read_me(workbook.add_worksheet(), &styles)?;
    for table in &schema().tables {
        sheet(workbook.add_worksheet(), table, &styles)?;
    }
    workbook.save_to_buffer()
}

struct Styles {
    title: Format,
    header: Format,
    required: Format,
    text: Format,
    wrapped: Format,
}

impl Styles {
    fn new() -> Self {
        let header = || Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            header: header().set_background_color(Color::RGB(0x00DD_E6EE)),
            required: header().set_background_color(Color::RGB(0x00F3_D9A4)),
            // Text: "2019-03" stays March 2019 and "007" an identifier; a spreadsheet would make a day and a number of them.
            text: Format::new().set_num_format("@"),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }
}

fn read_me(sheet: &mut Worksheet, styles: &Styles) -> Result<(), XlsxError> {
    const HOW: [&str; 9] = [
        "One sheet per table, one row per patient, lesion, course and so on. Sheets that you have nothing for stay empty.",
        "Every row has a key of its own in the first column; the other tables point to it by this key. Keys are pseudonyms: no names, no numbers of the hospital.",
        "Columns with an orange header are required: a row without them cannot be used and is set aside, counted.",
        "Dates are 2019-03-01; where the day is not known 2019-03, where the month is not known 2019. Nothing is made up.",
        "Doses are total doses in Gy, with the number of fractions beside them.",
        "An empty cell means: not recorded. Where you know why, write unknown, not done, not applicable or refused.",
        "Ends stay empty while something continues.",
        "Columns of your own may stand beside these; they are not read, and you are told so.",
        "Then: oligomet lock THIS-FILE.xlsx --cutoff 2022-12-31",
    ];
    sheet.set_name(READ_ME)?.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_column_width(0, 28)?.set_column_width(1, 110)?;
    sheet.write_with_format(0, 0, "Tables of a department", &styles.title)?;
    for (row, line) in (2_u32..).zip(HOW) {
        wrapped(sheet, row, line, styles)?;
    }
    let first = HOW.len() as u32 + 3;
    sheet.write_with_format(first, 0, "Sheet", &styles.header)?;
    sheet.write_with_format(first, 1, "A row is", &styles.header)?;
    for (row, table) in (first + 1..).zip(&schema().tables) {
        sheet.write_with_format(row, 0, table.name.as_str(), &styles.wrapped)?;
        let doc = if table.doc.is_empty() {
            table.label.clone()
        } else {
            format!("{}. {}", table.label, table.doc)
        };
        wrapped(sheet, row, &doc, styles)?;
    }
    Ok(())
}

/// A sentence in the wide column of the first sheet. Not every program makes a row as high as its text needs by itself.
fn wrapped(sheet: &mut Worksheet, row: u32, text: &str, styles: &Styles) -> Result<(), XlsxError> {
    let n_lines = text.chars().count().div_ceil(LETTERS_PER_LINE);
    sheet.set_row_height(row, LINE_HEIGHT * n_lines as f64)?;
    sheet.write_with_format(row, 1, text, &styles.wrapped)?;
    Ok(())
}

fn sheet(sheet: &mut Worksheet, table: &TableSpec, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name(&table.name)?.set_freeze_panes(1, 1)?;
    // On paper all columns of a table stand side by side, and every page has the headers.
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    for (column, field) in (0_u16..).zip(&table.fields) {
        let is_required = field.required || field.kind == FieldKind::Key;
        let style = if is_required { &styles.required } else { &styles.header };
        sheet.write_with_format(0, column, field.name.as_str(), style)?;
        sheet.set_column_width(column, (field.name.len() as f64 + 3.0).max(12.0))?;
        let note = Note::new(note_text(field)).add_author_prefix(false).set_width(280).set_height(150);
        sheet.insert_note(0, column, &note)?;
        if matches!(field.kind, FieldKind::Key | FieldKind::Ref | FieldKind::Date) {
            sheet.set_column_format(column, &styles.text)?;
        }
        if let Some(rule) = validation(field)? {
            sheet.add_data_validation(1, column, ROWS, column, &rule)?;
        }
    }
    Ok(())
}

/// What a person must know to fill a column.
fn note_text(field: &FieldSpec) -> String {
    let mut lines = vec![field.label.clone()];
    if !field.doc.is_empty() {
        lines.push(field.doc.clone());
    }
    match field.kind {
        FieldKind::Key => lines.push("Key of the row: every row another one.".to_owned()),
        FieldKind::Ref => {
            lines.push(format!("Key of a row of the sheet {}.", field.to.as_deref().unwrap_or("")))
        }
        FieldKind::Date => lines.push("2019-03-01; 2019-03 or 2019 where the rest is not known.".to_owned()),
        FieldKind::Dose => lines.push("In Gy.".to_owned()),
        FieldKind::YesNo => lines.push("yes or no.".to_owned()),
        FieldKind::Category => {
            lines.extend(field.levels.iter().map(|level| match level.code == level.label {
                true => level.code.clone(),
                false => format!("{}: {}", level.code, level.label),
            }));
        }
        FieldKind::Text | FieldKind::Integer | FieldKind::Number => {}
    }
    lines.extend(field.unit.as_ref().map(|unit| format!("In {unit}.")));
    lines.extend(field.range.map(|(low, high)| format!("Plausible: {low} to {high}.")));
    if field.required {
        lines.push("Required.".to_owned());
    }
    lines.join("\n")
}

/// What a spreadsheet offers or asks about. Nothing is forbidden: a reason for a missing value must be possible everywhere.
fn validation(field: &FieldSpec) -> Result<Option<DataValidation>, XlsxError> {
    let rule = match (field.kind, field.range) {
        (FieldKind::Category, _) => {
            let codes: Vec<&str> = field.levels.iter().map(|level| level.code.as_str()).collect();
            DataValidation::new().allow_list_strings(&codes)?
        }
        (FieldKind::YesNo, _) => DataValidation::new().allow_list_strings(&["yes", "no"])?,
        (FieldKind::Integer, Some((low, high))) => {
            DataValidation::new().allow_whole_number(DataValidationRule::Between(low as i32, high as i32))
        }
        (FieldKind::Number, Some((low, high))) => {
            DataValidation::new().allow_decimal_number(DataValidationRule::Between(low, high))
        }
        (FieldKind::Dose, _) => {
            DataValidation::new().allow_decimal_number(DataValidationRule::Between(0.0, 200.0))
        }
        _ => return Ok(None),
    };
    let rule = rule.set_error_style(DataValidationErrorStyle::Warning).set_error_title("Is this right?")?;
    Ok(Some(rule.set_error_message("This is not what the column expects. See the note on its header.")?))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Reader, Xlsx};

    use super::*;

    #[test]
    fn every_table_has_a_sheet_with_its_headers() {
        let bytes = workbook().unwrap();
        assert_eq!(bytes, workbook().unwrap(), "the same schema gives the same bytes");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names().len(), schema().tables.len() + 1);
        for table in &schema().tables {
            let range = book.worksheet_range(&table.name).unwrap();
            let headers: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
            let names: Vec<&str> = table.fields.iter().map(|f| f.name.as_str()).collect();
            assert_eq!(headers, names);
            assert_eq!(range.height(), 1);
        }
    }

    #[test]
    fn every_category_offers_its_levels() {
        let n_lists = |table: &TableSpec| {
            let offered = |f: &&FieldSpec| validation(f).unwrap().is_some();
            table.fields.iter().filter(|f| f.kind == FieldKind::Category).filter(offered).count()
        };
        for table in &schema().tables {
            let n = table.fields.iter().filter(|f| f.kind == FieldKind::Category).count();
            assert_eq!(n_lists(table), n, "{}", table.name);
        }
    }
}
