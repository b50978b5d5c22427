//! Headers: one row or two, found again by the names in `site.toml`.

use oligomet_base::suggest::nearest;
use oligomet_base::{Place, Problem, Problems};

use crate::site::SiteFile;

/// The headers of a source, one per column; empty where a column has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Headers {
    pub(crate) names: Vec<String>,
}

impl Headers {
    /// From one row.
    pub(crate) fn one(row: Vec<String>) -> Self {
        Self { names: row.iter().map(|text| one_line(text)).collect() }
    }

    /// From two rows: the upper groups the lower. `carried` tells whether an empty upper cell takes the one at its left.
    pub(crate) fn two(upper: &[String], lower: &[String], carried: impl Fn(usize) -> bool) -> Self {
        let n = upper.len().max(lower.len());
        let mut group = String::new();
        let mut names = Vec::with_capacity(n);
        for column in 0..n {
            let cell = |row: &[String]| row.get(column).map(|t| one_line(t)).unwrap_or_default();
            let (above, below) = (cell(upper), cell(lower));
            if !above.is_empty() || !carried(column) {
                group = above;
            }
            names.push(match (group.is_empty(), below.is_empty()) {
                (true, _) => below,
                (false, true) => cell(upper),
                (false, false) if group == below => below,
                (false, false) => format!("{group} / {below}"),
            });
        }
        Self::one(names)
    }

    /// How many columns the row of headers has, with or without a header.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// How many columns have a header or stand before one that has.
    pub(crate) fn n_used(&self) -> usize {
        self.names.iter().rposition(|n| !n.is_empty()).map_or(0, |last| last + 1)
    }

    /// At least so many columns, those added without header.
    pub(crate) fn widen(&mut self, width: usize) {
        if self.names.len() < width {
            self.names.resize(width, String::new());
        }
    }

    /// How a column is called: its header, or its place where it has none.
    pub(crate) fn title(&self, column: usize) -> String {
        match self.names.get(column) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("column {} (no header)", column + 1),
        }
    }

    /// The column of the source for each column of `site`, in its order.
    pub(crate) fn resolve(&self, site: &SiteFile, place: &Place) -> Result<Vec<usize>, Problems> {
        let mut problems = Problems::new();
        let mut found = Vec::new();
        for column in &site.columns {
            match self.find(&column.from, place) {
                Ok(at) => found.push(at),
                // The same header may be mapped twice; it is told once.
                Err(problem)
                    if problems.iter().any(|p| p.place == problem.place && p.code == problem.code) => {}
                Err(problem) => problems.push(*problem),
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(problems) }
    }

    fn find(&self, wanted: &str, place: &Place) -> Result<usize, Box<Problem>> {
        let wanted = one_line(wanted);
        let mut places = self
            .names
            .iter()
            .enumerate()
            .filter(|(_, name)| !name.is_empty() && **name == wanted)
            .map(|(i, _)| i);
        match (places.next(), places.next()) {
            (Some(at), None) => Ok(at),
            (Some(first), Some(second)) => Err(Box::new(twice(&wanted, first, second, place))),
            _ => Err(Box::new(self.not_there(&wanted, place))),
        }
    }

    fn not_there(&self, wanted: &str, place: &Place) -> Problem {
        let known = || self.names.iter().map(String::as_str).filter(|n| !n.is_empty());
        let near = nearest(wanted, known(), 3);
        let mend = match near.as_slice() {
            [] => format!("the file's headers are: {}", shortened(known().collect())),
            near => format!(
                "did you mean {}?",
                near.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(" or ")
            ),
        };
        Problem::error("OM220", format!("no column of the file is called `{wanted}`"))
            .at(place.clone().column(wanted))
            .why("site.toml takes a column from it; without it the data set would lack a variable")
            .mend(format!("{mend} Correct `from` in site.toml, or the header in the file"))
    }

    /// Headers that no column of `site` uses, in the order of the file; `has_data` tells of columns without header.
    pub(crate) fn unmapped(&self, used: &[usize], has_data: impl Fn(usize) -> bool) -> Vec<String> {
        let unused = (0..self.len()).filter(|column| !used.contains(column));
        unused.filter(|&c| !self.names[c].is_empty() || has_data(c)).map(|c| self.title(c)).collect()
    }
}

fn twice(wanted: &str, first: usize, second: usize, place: &Place) -> Problem {
    let what =
        format!("two columns of the file are called `{wanted}` (columns {} and {})", first + 1, second + 1);
    Problem::error("OM221", what)
        .at(place.clone().column(wanted))
        .why("which of them is meant cannot be told")
        .mend("rename one of them in the file")
}

fn shortened(names: Vec<&str>) -> String {
    const MOST: usize = 30;
    let more = names.len().saturating_sub(MOST);
    let shown = names.into_iter().take(MOST).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more.") } else { format!("{shown}.") }
}

/// A header on one line, blanks at its ends and double blanks taken away.
pub(crate) fn one_line(text: &str) -> String {
    let clean = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|&c| c.to_owned()).collect()
    }

    #[test]
    fn two_rows_are_joined_and_upper_cells_carried_right() {
        let upper = texts(&["", "Tumour", "", "", "Outcome", ""]);
        let lower = texts(&["id", "size", "grade", "", "death", "time"]);
        assert_eq!(
            Headers::two(&upper, &lower, |_| true).names,
            ["id", "Tumour / size", "Tumour / grade", "", "Outcome / death", "Outcome / time"]
        );
        assert_eq!(
            Headers::two(&upper, &lower, |column| column == 2).names,
            ["id", "Tumour / size", "Tumour / grade", "", "Outcome / death", "time"]
        );
    }

    #[test]
    fn headers_are_compared_on_one_line() {
        let headers = Headers::one(texts(&["\u{feff}id", " Age\n (y) ", "", ""]));
        assert_eq!((headers.len(), headers.n_used()), (4, 2));
        assert_eq!(headers.find("Age (y)", &Place::default()), Ok(1));
        let problem = headers.find("Age (yr)", &Place::file("a.csv")).unwrap_err();
        assert!(problem.mend.starts_with("did you mean `Age (y)`?"), "{problem}");
    }
}
