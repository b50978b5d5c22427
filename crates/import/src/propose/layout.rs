//! Where the headers stand: below title lines, in one row or in two.

use oligomet_base::day::DateOrder;

use crate::build::{DateText, read_date};
use crate::number::read_number;

/// A cell as far as the layout is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Look {
    Empty,
    /// A text that is neither number nor date.
    Text(String),
    Value,
}

impl Look {
    pub(super) fn of_text(text: &str) -> Self {
        let text = text.trim();
        let is_date =
            |order| matches!(read_date(text, Some(order)), DateText::Day(_) | DateText::YearFirst(_));
        if text.is_empty() {
            Self::Empty
        } else if read_number(text).is_some() || DateOrder::ALL.into_iter().any(is_date) {
            Self::Value
        } else {
            Self::Text(text.to_owned())
        }
    }
}

/// One of the first rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LookRow {
    /// From 1.
    pub(super) number: u32,
    pub(super) cells: Vec<Look>,
}

impl LookRow {
    fn n_filled(&self) -> usize {
        self.cells.iter().filter(|c| **c != Look::Empty).count()
    }

    fn is_empty_at(&self, column: usize) -> bool {
        self.cells.get(column).is_none_or(|c| *c == Look::Empty)
    }

    /// Texts in at least four of five filled cells.
    fn looks_like_headers(&self) -> bool {
        let texts = self.cells.iter().filter(|c| matches!(c, Look::Text(_))).count();
        texts > 0 && texts * 5 >= self.n_filled() * 4
    }

    fn has_values(&self) -> bool {
        self.cells.contains(&Look::Value)
    }
}

/// Where the headers stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// The row of the (upper) headers, from 1.
    pub(super) header_row: u32,
    pub(super) header_rows: u8,
    /// Whether it is the first row that is not blank.
    pub(super) is_first: bool,
    /// Whether no row looks like headers at all.
    pub(super) is_doubtful: bool,
}

/// So many rows are looked at.
pub(super) const ROWS: usize = 40;

/// Finds the headers among the first rows that are not blank; `None` where there are none.
pub(super) fn find(rows: &[LookRow]) -> Option<Layout> {
    let width = typical_width(rows);
    let enough = |row: &LookRow| row.n_filled() * 2 > width && row.looks_like_headers();
    let at = rows.iter().position(enough);
    let header = at.unwrap_or(0);
    let two = at.is_some().then(|| two_rows(rows, header)).flatten();
    let (first, header_rows) = two.map_or((header, 1), |upper| (upper, 2));
    Some(Layout {
        header_row: rows.get(first)?.number,
        header_rows,
        is_first: first == 0,
        is_doubtful: at.is_none(),
    })
}

/// How many cells most rows have filled: the larger middle value of the later rows, where titles no longer count.
fn typical_width(rows: &[LookRow]) -> usize {
    let mut filled: Vec<usize> = rows.iter().skip(rows.len() / 3).map(LookRow::n_filled).collect();
    filled.sort_unstable();
    filled.get(filled.len() / 2).copied().unwrap_or(0)
}

/// The upper row of a double header, where `header` is its upper or its lower row.
fn two_rows(rows: &[LookRow], header: usize) -> Option<usize> {
    let groups = |upper: usize, lower: usize| {
        let (Some(up), Some(low)) = (rows.get(upper), rows.get(lower)) else { return false };
        let is_next = low.number == up.number + 1;
        let more_below = (0..low.cells.len()).any(|c| !low.is_empty_at(c) && up.is_empty_at(c));
        let grouped =
            (0..low.cells.len()).filter(|&c| !low.is_empty_at(c) && !up.is_empty_at(c)).count() >= 1;
        let data_below = rows.get(lower + 1).is_none_or(LookRow::has_values);
        is_next
            && up.n_filled() >= 2
            && more_below
            && grouped
            && data_below
            && up.looks_like_headers()
            && low.looks_like_headers()
            && !low.has_values()
    };
    if groups(header, header + 1) {
        return Some(header);
    }
    (header > 0 && groups(header - 1, header)).then(|| header - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&str]) -> (u32, u8, bool) {
        let rows: Vec<LookRow> = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.chars().any(|c| c != ','))
            .map(|(i, line)| LookRow {
                number: i as u32 + 1,
                cells: line.split(',').map(Look::of_text).collect(),
            })
            .collect();
        let layout = find(&rows).unwrap();
        (layout.header_row, layout.header_rows, layout.is_doubtful)
    }

    #[test]
    fn headers_are_found_below_titles_and_in_two_rows() {
        assert_eq!(found(&["id,age,death", "1,61,0", "2,50,1"]), (1, 1, false));
        assert_eq!(
            found(&["Breast cohort,,", "as of 2020,,", ",,", "id,age,death", "1,61,0", "2,5,1"]),
            (4, 1, false)
        );
        let double = ["Patient,,Tumour,,", "id,age,size,grade,x", "1,61,12,2,0", "2,50,9,3,1"];
        assert_eq!(found(&double), (1, 2, false));
        let sparse = ["Title,,,,", ",,Tumour,,Outcome", "id,age,size,grade,x", "1,61,12,2,0", "2,50,9,3,1"];
        assert_eq!(found(&sparse), (2, 2, false));
        assert_eq!(found(&["name,sex,hospital", "a,m,x", "b,,y"]), (1, 1, false));
        assert_eq!(found(&["1,61,0", "2,50,1"]), (1, 1, true));
    }
}
