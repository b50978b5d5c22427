//! Rows of a text file with too few or too many cells, and quotes that swallow rows.

use oligomet_base::number::count;
use oligomet_base::{Place, Problem, Problems};

use crate::source::csv::CsvSeen;

/// From this share of rows with too many cells on, the headers are wrong and not the rows.
const MOST_TOO_MANY: f64 = 0.5;

/// Reports irregular rows.
///
/// # Errors
/// When a quote swallows the rest of the file, or most rows have more cells than there are headers.
pub(crate) fn check(
    seen: &CsvSeen,
    n_headers: usize,
    place: &Place,
    problems: &mut Problems,
) -> Result<(), Problems> {
    if let Some(row) = seen.open_quote {
        return Err(open_quote(row, place).into());
    }
    if seen.too_many.len() as f64 > MOST_TOO_MANY * seen.n_rows as f64 {
        return Err(headers_too_few(seen, n_headers, place).into());
    }
    problems.extend(rows_problem(&seen.too_few, place, |n| {
        Problem::warning("OM229", format!("{n} fewer cells than there are headers"))
            .why("the cells at the end of the row count as missing; where one in the middle was left out, values stand in the wrong column")
            .mend("look at these rows in the file")
    }));
    problems.extend(rows_problem(&seen.swallowing, place, |n| {
        Problem::warning("OM232", format!("{n} a cell that holds several lines with separators in them"))
            .why("a quotation mark that is not closed takes the next rows into one cell; they are then lost")
            .mend("look at these rows in a text editor; write two quotation marks for one within a text")
    }));
    Ok(())
}

fn rows_problem(rows: &[u32], place: &Place, make: impl Fn(String) -> Problem) -> Option<Problem> {
    let (&first, rest) = rows.split_first()?;
    let n = match rows.len() {
        1 => "1 row has".to_owned(),
        n => format!("{} rows have", count(n as u64)),
    };
    let mut problem = make(n).at(place.clone().row(u64::from(first)));
    problem.also_rows = rest.iter().map(|&row| u64::from(row)).collect();
    Some(problem)
}

fn open_quote(row: u32, place: &Place) -> Problem {
    Problem::error("OM231", "a quotation mark opens here and is not closed before the end of the file")
        .at(place.clone().row(u64::from(row)))
        .why("everything behind it would be one cell, and the rows in it lost")
        .mend("close it, or write two quotation marks for one within a text; a spreadsheet does so when it saves CSV")
}

fn headers_too_few(seen: &CsvSeen, n_headers: usize, place: &Place) -> Problem {
    let what = format!(
        "{} of {} rows have more cells than there are headers ({n_headers})",
        count(seen.too_many.len() as u64),
        count(seen.n_rows as u64)
    );
    Problem::error("OM230", what)
        .at(place.clone().row(u64::from(seen.too_many.first().copied().unwrap_or(1))))
        .why("which value belongs to which header cannot be told")
        .mend("write a header for every column (R: write.csv, or write.table with col.names = NA); where a decimal comma splits numbers, separate cells by semicolons; `header_row` in site.toml says where the headers stand")
}
