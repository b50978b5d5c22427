//! Rows of a text file, numbered as a spreadsheet shows them: blank lines count, a line break within quotes does not.

use csv::{ReaderBuilder, StringRecord};

pub(crate) struct RowReader<'t> {
    text: &'t str,
    reader: csv::Reader<&'t [u8]>,
    record: StringRecord,
    delimiter: u8,
    number: u32,
    start: u64,
    /// Line breaks within the cells of this row.
    breaks: u64,
    /// Whether the last cell of the file took in the file's last line break.
    ends_open: bool,
}

impl<'t> RowReader<'t> {
    /// `text` ends with a line break.
    pub(crate) fn new(text: &'t str, delimiter: u8) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(1 << 16)
            .from_reader(text.as_bytes());
        Self {
            text,
            reader,
            record: StringRecord::new(),
            delimiter,
            number: 0,
            start: 0,
            breaks: 0,
            ends_open: false,
        }
    }

    /// Goes to the next line that is not blank; `false` at the end.
    #[inline]
    pub(crate) fn advance(&mut self) -> bool {
        let before = self.reader.position().clone();
        // The text is valid and in memory, so that neither letters nor the disk can fail.
        if !matches!(self.reader.read_record(&mut self.record), Ok(true)) {
            return false;
        }
        let half_before = self.is_half_consumed(before.byte());
        let half_now = self.is_half_consumed(self.reader.position().byte());
        let lines =
            self.reader.position().line() + u64::from(half_now) - before.line() - u64::from(half_before);
        self.start = before.byte();
        self.breaks = if lines > 1 { self.breaks_in_cells() } else { 0 };
        if self.reader.position().byte() >= self.text.len() as u64 {
            self.ends_open = self.record.iter().next_back().is_some_and(|cell| cell.ends_with('\n'));
        }
        self.number += u32::try_from(lines.saturating_sub(self.breaks).max(1)).unwrap_or(1);
        true
    }

    /// Whether the reader stands between the two signs of a Windows line break: the line is over, but not counted yet.
    fn is_half_consumed(&self, at: u64) -> bool {
        let at = at as usize;
        at > 0 && self.text.as_bytes().get(at - 1..=at) == Some(b"\r\n")
    }

    fn breaks_in_cells(&self) -> u64 {
        let breaks = self.record.iter().map(|cell| cell.bytes().filter(|&b| b == b'\n').count());
        breaks.sum::<usize>() as u64
    }

    pub(crate) fn record(&self) -> &StringRecord {
        &self.record
    }

    /// The row, from 1.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Where the row begins in the text.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// Whether every cell is empty.
    #[inline]
    pub(crate) fn is_blank(&self) -> bool {
        self.record.iter().all(|cell| cell.trim().is_empty())
    }

    /// Whether this is Excel's first line `sep=;`.
    pub(crate) fn is_hint(&self) -> bool {
        self.number == 1 && self.record.get(0).is_some_and(|cell| cell.starts_with("sep="))
    }

    /// Whether a cell has taken in a line break and as many delimiters as a row has: a quote is missing, most likely.
    #[inline]
    pub(crate) fn swallows(&self) -> bool {
        if self.breaks == 0 {
            return false;
        }
        let enough = self.record.len().max(3) - 1;
        let delimiters = |cell: &str| cell.bytes().filter(|&b| b == self.delimiter).count();
        self.record.iter().any(|cell| cell.contains('\n') && delimiters(cell) >= enough)
    }

    /// The last row, where a quote opened in it is not closed before the end of the file.
    pub(crate) fn open_quote(&self) -> Option<u32> {
        let last = self.text.get(self.start as usize..)?;
        let is_open = last.bytes().filter(|&b| b == b'"').count() % 2 == 1;
        // A quote within a cell that does not begin with one is a letter like others.
        (is_open && self.ends_open).then_some(self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(u32, String)> {
        let mut rows = RowReader::new(text, b',');
        let mut all = Vec::new();
        while rows.advance() {
            all.push((rows.number(), rows.record().iter().collect::<Vec<_>>().join("|")));
        }
        all
    }

    #[test]
    fn blank_lines_count_and_breaks_in_quotes_do_not() {
        let text = "a,b\n\n1,\"x\ny\nz\"\r\n,\n\n\n2,w\n";
        let rows = numbers(text);
        let seen: Vec<u32> = rows.iter().map(|(n, _)| *n).collect();
        assert_eq!(seen, [1, 3, 4, 7], "{rows:?}");
    }

    #[test]
    fn a_quote_that_nothing_closes_is_found() {
        let mut rows = RowReader::new("a,b\n1,\"x\n2,y\n3,z\n", b',');
        while rows.advance() {}
        assert_eq!(rows.open_quote(), Some(2));
        let mut rows = RowReader::new("a,b\n1,5\" pipe\n", b',');
        while rows.advance() {}
        assert_eq!(rows.open_quote(), None);
    }
}
