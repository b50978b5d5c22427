//! Texts, tables and figures as HTML.

use maud::{Markup, PreEscaped, html};
use oligomet_figure::Svg;

use crate::table::{Cell, Row, Table};
use crate::text::{Number, Span, Text};

/// Rows shown of a table; the rest is in its file.
const MOST_ROWS: usize = 300;

/// Tables of so few rows are kept on one page.
const SHORT: usize = 25;
/// Tables of more columns may break their numbers in print.
const WIDE: usize = 9;

/// A text whose numbers carry where they come from.
pub(super) fn text(text: &Text) -> Markup {
    html! {
        @for span in &text.0 {
            @match span {
                Span::Words(words) => (words),
                Span::Number(number) => (bound(number)),
                Span::Mark(letter) => sup { (letter) },
            }
        }
    }
}

/// A number: the key of its rows, their names and the format, so that it can be printed again.
fn bound(number: &Number) -> Markup {
    if number.text.is_empty() {
        return html! {};
    }
    let (key, names) = (number.source.key_text(), number.source.names().join(" "));
    html! { span data-key=(key) data-stat=(names) data-format=(number.format) { (number.text) } }
}

/// A figure of the page with its caption below.
pub(super) fn figure(id: &str, label: &str, caption: &str, svg: &Svg) -> Markup {
    html! {
        figure.om-figure id=(id) {
            // The SVG is our own and escapes every label in it.
            (PreEscaped(&svg.text))
            figcaption { b { (label) } " " (caption) }
        }
    }
}

/// A table with its title above and its notes below.
pub(super) fn table(table: &Table, label: &str) -> Markup {
    html! {
        figure.om-table.om-short[table.rows.len() <= SHORT].om-wide[table.n_columns() > WIDE] id={ "table-" (table.id) } {
            figcaption { (label) " " (table.title) }
            div.om-scroll tabindex="0" role="region" aria-label=(table.title) {
                table {
                    thead { @for header in &table.header { (header_row(table, header)) } }
                    tbody { @for row in table.rows.iter().take(MOST_ROWS) { (body_row(row)) } }
                }
            }
            (notes(table))
        }
    }
}

fn header_row(table: &Table, header: &[crate::table::HeaderCell]) -> Markup {
    let words =
        |column: usize| table.rows.first().is_some_and(|row| row.cells.get(column).is_some_and(|c| c.words));
    html! {
        tr {
            @for (i, cell) in header.iter().enumerate() {
                @if cell.text.is_empty() {
                    td colspan=(cell.span) {}
                } @else if cell.span > 1 {
                    th.om-span colspan=(cell.span) scope="colgroup" { (text(&cell.text)) }
                } @else if words(i) {
                    th.om-left scope="col" { (text(&cell.text)) }
                } @else {
                    th scope="col" { (text(&cell.text)) }
                }
            }
        }
    }
}

fn body_row(row: &Row) -> Markup {
    let mut class = String::new();
    if row.bold {
        class.push_str("om-bold");
    }
    match row.indent {
        0 => {}
        1 => class.push_str(" om-i1"),
        _ => class.push_str(" om-i2"),
    }
    html! {
        tr.om-group[row.bold] {
            @for (i, cell) in row.cells.iter().enumerate() {
                @if i == 0 {
                    th scope="row" class=(class.trim()) { (text(&cell.text)) }
                } @else {
                    (body_cell(cell))
                }
            }
        }
    }
}

fn body_cell(cell: &Cell) -> Markup {
    let class = if cell.words { "om-words" } else { "om-num" };
    html! { td class=(class) { (text(&cell.text)) } }
}

fn notes(table: &Table) -> Markup {
    let more = table.rows.len().saturating_sub(MOST_ROWS);
    html! {
        div.om-notes {
            @if more > 0 {
                p { "The first " (MOST_ROWS) " rows; " (more) " more are in tables/" (table.id) ".csv." }
            }
            @for note in &table.footnotes {
                p {
                    @if !note.letter.is_empty() { sup { (note.letter) } " " }
                    (text(&note.text))
                }
            }
        }
    }
}

/// The numbers of a table, those shown.
pub(super) fn numbers_of(table: &Table) -> impl Iterator<Item = &Number> {
    let header = table.header.iter().flatten().flat_map(|c| c.text.numbers());
    let body = table.rows.iter().take(MOST_ROWS).flat_map(|r| r.cells.iter()).flat_map(|c| c.text.numbers());
    let notes = table.footnotes.iter().flat_map(|n| n.text.numbers());
    header.chain(body).chain(notes)
}
