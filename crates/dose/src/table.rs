//! Reading of the small cited tables: commas, quotes, one header line.

use oligomet_base::{Place, Problem};

/// A row: its line and its cells by header.
pub(crate) struct Row<'a> {
    file: &'a str,
    line: u64,
    header: &'a [String],
    cells: Vec<String>,
}

impl Row<'_> {
    /// The cell under a header; empty where the row or the header is too short.
    pub(crate) fn text(&self, name: &str) -> &str {
        let at = self.header.iter().position(|known| known == name);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    /// The cell read by `read`, or a Problem that names the cell.
    pub(crate) fn read<T>(&self, name: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, Box<Problem>> {
        let text = self.text(name);
        read(text).ok_or_else(|| {
            let problem = Problem::error("OM408", format!("\"{text}\" cannot be read"))
                .at(Place::file(self.file).row(self.line).column(name))
                .why("a limit or schedule that is guessed is worse than none")
                .mend("write the cell as in the table that comes with the program; the other rows are used");
            Box::new(problem)
        })
    }

    /// The cell as a decimal in thousandths: 12.4 is 12400.
    pub(crate) fn thousandths(&self, name: &str) -> Result<i64, Box<Problem>> {
        self.read(name, thousandths)
    }
}

/// A plain decimal of 0 or more with at most three places, in thousandths.
pub(crate) fn thousandths(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let fits = (1..=9).contains(&whole.len()) && fraction.len() <= 3 && digits(whole) && digits(fraction);
    if fits { format!("{whole}{fraction:0<3}").parse().ok() } else { None }
}

/// Every row that `read` understands, in order, and a Problem for each that it does not.
pub(crate) fn read_rows<T>(
    file: &str,
    text: &str,
    read: impl Fn(&Row) -> Result<T, Box<Problem>>,
) -> (Vec<T>, Vec<Problem>) {
    let mut lines = text.lines().enumerate();
    let header = lines.next().map(|(_, line)| cells_of(line)).unwrap_or_default();
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (at, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let row = Row { file, line: at as u64 + 1, header: &header, cells: cells_of(line) };
        match read(&row) {
            Ok(row) => rows.push(row),
            Err(problem) => problems.push(*problem),
        }
    }
    (rows, problems)
}

/// Cells of one line; a quoted cell may hold commas, and two quotes in it are one.
fn cells_of(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    let mut rest = line.trim_end_matches('\r').chars().peekable();
    while let Some(c) = rest.next() {
        let last = cells.len() - 1;
        match c {
            '"' if is_quoted && rest.peek() == Some(&'"') => {
                rest.next();
                cells[last].push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            other => cells[last].push(other),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_commas() {
        assert_eq!(cells_of("a,\"b, \"\"c\"\"\",,d\r"), ["a", "b, \"c\"", "", "d"]);
    }

    #[test]
    fn decimals() {
        for (text, want) in [("12.4", Some(12_400)), ("8", Some(8_000)), ("0.035", Some(35)), ("0", Some(0))]
        {
            assert_eq!(thousandths(text), want);
        }
        for bad in ["", ".5", "1.2345", "1,5", "-1", "1e3", "+1"] {
            assert_eq!(thousandths(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_bad_cell_names_its_place_and_the_others_stay() {
        let (good, bad) = read_rows("x.csv", "a,b\n1,2\n1,two\n\n3,4\n", |row| row.thousandths("b"));
        assert_eq!(good, [2_000, 4_000]);
        assert_eq!(bad.len(), 1);
        assert!(bad[0].to_string().contains("x.csv, row 3, column `b`"), "{}", bad[0]);
    }
}
