//! A table as it is printed: header, rows, footnotes; and as CSV.

use oligomet_results::CsvWriter;

use crate::text::{Span, Text};

/// A printed table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Name, also of its file.
    pub id: String,
    /// Title as printed.
    pub title: String,
    /// The analysis it shows; empty where it shows none.
    pub analysis_id: String,
    /// Header rows, from the top.
    pub header: Vec<Vec<HeaderCell>>,
    /// Body.
    pub rows: Vec<Row>,
    /// Footnotes in the order of their letters; notes without a letter first.
    pub footnotes: Vec<Footnote>,
    /// What every file of these results must say of itself, or empty: a last column `note` of the CSV.
    pub note_of_all: String,
}

/// A cell of a header.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeaderCell {
    /// What is printed.
    pub text: Text,
    /// Columns that it spans.
    pub span: usize,
}

/// A row of the body.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row {
    /// One per column; the first is the row's label.
    pub cells: Vec<Cell>,
    /// Steps of indentation of the label.
    pub indent: u8,
    /// Bold label: the header row of a factor.
    pub bold: bool,
}

/// A cell of the body.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cell {
    /// What is printed; its numbers know where they come from.
    pub text: Text,
    /// Words, set from the left; numbers are set in the middle.
    pub words: bool,
}

/// A footnote.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Footnote {
    /// `a`, `b` …; empty for a note about the whole table.
    pub letter: String,
    /// What is printed.
    pub text: Text,
}

impl Cell {
    /// A cell of words.
    pub(crate) fn words(text: impl Into<Text>) -> Self {
        Self { text: text.into(), words: true }
    }
}

impl<T: Into<Text>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), words: false }
    }
}

impl Row {
    /// A row with a label and cells.
    pub(crate) fn new(label: impl Into<Text>, cells: Vec<Cell>) -> Self {
        let mut all = vec![Cell::words(label)];
        all.extend(cells);
        Self { cells: all, indent: 0, bold: false }
    }

    pub(crate) fn bold(mut self) -> Self {
        self.bold = true;
        self
    }

    pub(crate) fn indent(mut self, steps: u8) -> Self {
        self.indent = steps;
        self
    }
}

impl Table {
    pub(crate) fn new(id: impl Into<String>, title: impl Into<String>, analysis_id: &str) -> Self {
        Self { id: id.into(), title: title.into(), analysis_id: analysis_id.into(), ..Self::default() }
    }

    /// Adds a header row of one cell per column.
    pub(crate) fn head(&mut self, headings: Vec<Text>) {
        self.header.push(headings.into_iter().map(|text| HeaderCell { text, span: 1 }).collect());
    }

    /// A note about the whole table.
    pub(crate) fn note(&mut self, text: impl Into<Text>) {
        let at = self.footnotes.iter().take_while(|n| n.letter.is_empty()).count();
        self.footnotes.insert(at, Footnote { letter: String::new(), text: text.into() });
    }

    /// The letter of a footnote with that text; the same text has one letter.
    pub(crate) fn letter(&mut self, text: impl Into<Text>) -> Span {
        let text = text.into();
        if let Some(known) = self.footnotes.iter().find(|n| !n.letter.is_empty() && n.text == text) {
            return Span::Mark(known.letter.clone());
        }
        let lettered = self.footnotes.iter().filter(|n| !n.letter.is_empty()).count();
        let letter = letter_of(lettered);
        self.footnotes.push(Footnote { letter: letter.clone(), text });
        Span::Mark(letter)
    }

    /// Gives every number that does not exist a footnote that says why. To be called once, when all rows are there.
    pub(crate) fn explain_gaps(mut self) -> Self {
        let mut rows = std::mem::take(&mut self.rows);
        for cell in rows.iter_mut().flat_map(|row| row.cells.iter_mut()) {
            let notes: Vec<String> = cell.text.numbers().filter_map(|n| n.note.clone()).collect();
            for note in notes {
                let mark = self.letter(sentence(&note));
                cell.text.0.push(mark);
            }
        }
        self.rows = rows;
        self
    }

    /// Number of columns.
    #[must_use]
    pub fn n_columns(&self) -> usize {
        self.header.iter().map(|row| row.iter().map(|c| c.span).sum()).max().unwrap_or(0)
    }
}

/// `a` … `z`, `aa`, `ab` ….
fn letter_of(number: usize) -> String {
    let last = char::from(b'a' + (number % 26) as u8);
    if number < 26 { last.to_string() } else { format!("{}{last}", letter_of(number / 26 - 1)) }
}

/// A note as a sentence: capital first letter, full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}

/// The table as CSV with exactly what is printed: spanning headings repeated over their columns, labels indented by two
/// spaces per step, footnote letters in brackets, footnotes below an empty line. A cell that a spreadsheet would
/// take for a formula begins with an apostrophe. Where the results have a note (simulated data), a last column `note` holds it in
/// the first row.
#[must_use]
pub fn to_csv(table: &Table) -> String {
    let mut csv = CsvWriter::new();
    for (at, header) in table.header.iter().enumerate() {
        for cell in header {
            for _ in 0..cell.span {
                csv.text(&guarded(&marked(&cell.text)));
            }
        }
        note(&mut csv, table, if at == 0 { "note" } else { "" });
        csv.end_row();
    }
    for (at, row) in table.rows.iter().enumerate() {
        for (i, cell) in row.cells.iter().enumerate() {
            let indent = if i == 0 { "  ".repeat(usize::from(row.indent)) } else { String::new() };
            csv.text(&guarded(&format!("{indent}{}", marked(&cell.text))));
        }
        note(&mut csv, table, if at == 0 { &table.note_of_all } else { "" });
        csv.end_row();
    }
    if !table.footnotes.is_empty() {
        csv.text("");
        csv.end_row();
    }
    for note in &table.footnotes {
        let letter = if note.letter.is_empty() { String::new() } else { format!("[{}] ", note.letter) };
        csv.text(&guarded(&format!("{letter}{}", marked(&note.text))));
        csv.end_row();
    }
    String::from_utf8_lossy(&csv.into_bytes()).into_owned()
}

/// The last column of a row, where the results have a note.
fn note(csv: &mut CsvWriter, table: &Table, text: &str) {
    if !table.note_of_all.is_empty() {
        csv.text(text);
    }
}

fn marked(text: &Text) -> String {
    let one = |span: &Span| match span {
        Span::Words(words) => words.clone(),
        Span::Number(number) => number.text.clone(),
        Span::Mark(letter) => format!(" [{letter}]"),
    };
    text.0.iter().map(one).collect()
}

/// Spreadsheets run cells that begin so; a negative number is none of ours, its sign is a minus.
fn guarded(text: &str) -> String {
    if text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::say;

    #[test]
    fn the_same_footnote_has_one_letter() {
        let mut table = Table::default();
        assert_eq!(table.letter("x"), Span::Mark("a".into()));
        assert_eq!(table.letter("y"), Span::Mark("b".into()));
        assert_eq!(table.letter("x"), Span::Mark("a".into()));
        assert_eq!((letter_of(25), letter_of(26), letter_of(52)), ("z".into(), "aa".into(), "ba".into()));
    }

    #[test]
    fn a_note_of_the_results_is_a_last_column() {
        let mut table = Table { note_of_all: "Simulated".into(), ..Table::new("t", "T", "") };
        table.head(vec!["A".into(), "B".into()]);
        for label in ["x", "y"] {
            table.rows.push(Row::new(label, vec!["1".into()]));
        }
        assert_eq!(to_csv(&table), "A,B,note\nx,1,Simulated\ny,1,\n");
    }

    #[test]
    fn csv_is_what_is_printed_and_runs_nothing() {
        let mut table = Table::new("t", "T", "");
        table.header.push(vec![HeaderCell { text: "A, B".into(), span: 2 }]);
        let mark = table.letter("why");
        table.rows.push(Row::new("=1+1", vec![Cell { text: say!["2", mark], words: false }]).indent(1));
        assert_eq!(to_csv(&table), "\"A, B\",\"A, B\"\n'  =1+1,2 [a]\n\n[a] why\n");
    }
}
