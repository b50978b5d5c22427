//! Problems: what is wrong, where, why it matters, and how to mend it.

use std::fmt;

use serde::Serialize;

/// How much a problem stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something a reader should know; nothing was changed.
    Note,
    /// The work goes on; the reader decides.
    Warning,
    /// A value, row or study could not be used.
    Error,
}

impl Severity {
    /// The word printed: `error`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where a problem is. All parts are optional; those known are printed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// File name as the user gave it, without its folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Sheet of a workbook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Row of the file as a person counts, the header included, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// Column by its header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Line of a study file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Character in that line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character: Option<usize>,
    /// That line's text and the length of what is meant, so that it can be underlined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<Excerpt>,
    /// What in the study or the data: an analysis, a variable, a course.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// A line of a study file and how many characters of it are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// The line, without its end.
    pub text: String,
    /// Characters meant, at least 1.
    pub length: usize,
}

impl Place {
    /// A place in a file.
    #[must_use]
    pub fn file(name: impl Into<String>) -> Self {
        Self { file: Some(name.into()), ..Self::default() }
    }

    /// A place in the study or the data that has no file: an analysis, a variable.
    #[must_use]
    pub fn subject(name: impl Into<String>) -> Self {
        Self { subject: Some(name.into()), ..Self::default() }
    }

    /// This place, in that row.
    #[must_use]
    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// This place, in that column.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(self.file.clone());
        parts.extend(self.sheet.as_ref().map(|s| format!("sheet `{s}`")));
        match (self.line, self.character) {
            (Some(l), Some(c)) => parts.push(format!("line {l}, character {c}")),
            (Some(l), None) => parts.push(format!("line {l}")),
            _ => {}
        }
        parts.extend(self.row.map(|r| format!("row {r}")));
        parts.extend(self.column.as_ref().map(|c| format!("column `{c}`")));
        parts.extend(self.subject.clone());
        f.write_str(&parts.join(", "))
    }
}

/// Something wrong or worth knowing, in four parts, with a stable code.
///
/// ```
/// use oligomet_base::{Place, Problem};
/// let p = Problem::error("OM204", "\"31.02.2019\" is no date")
///     .at(Place::file("patients.csv").row(218).column("death_date"))
///     .why("a date of death decides how long the patient was followed")
///     .mend("take the date from the record; leave the cell empty if it is not known");
/// assert!(p.to_string().starts_with("error[OM204]: \"31.02.2019\" is no date\n  where: patients.csv, row 218, column `death_date`"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The stable code, explained by `oligomet explain CODE`.
    pub code: &'static str,
    /// How much it stops.
    pub severity: Severity,
    /// What is wrong: lower case, no blame, the value where there is one.
    pub what: String,
    /// Where.
    #[serde(rename = "where")]
    pub place: Place,
    /// Why it matters.
    pub why: String,
    /// How to mend it; never advice to alter data so that a check passes.
    pub mend: String,
    /// Further rows with the same problem in the same column, after the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_rows: Vec<u64>,
}

impl Problem {
    /// A problem of that severity.
    #[must_use]
    pub fn new(severity: Severity, code: &'static str, what: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            what: what.into(),
            place: Place::default(),
            why: String::new(),
            mend: String::new(),
            also_rows: Vec::new(),
        }
    }

    /// Something that could not be used.
    #[must_use]
    pub fn error(code: &'static str, what: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, what)
    }

    /// Something the reader decides about.
    #[must_use]
    pub fn warning(code: &'static str, what: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, what)
    }

    /// Something the reader should know.
    #[must_use]
    pub fn note(code: &'static str, what: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, what)
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// Says why it matters.
    #[must_use]
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.why = why.into();
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = mend.into();
        self
    }

    /// How many rows it concerns (1 where it concerns no row in particular).
    #[must_use]
    pub fn n_rows(&self) -> u64 {
        1 + self.also_rows.len() as u64
    }

    fn same_kind(&self, other: &Self) -> bool {
        self.code == other.code
            && self.severity == other.severity
            && self.place.row.is_some()
            && other.place.row.is_some()
            && self.place.file == other.place.file
            && self.place.sheet == other.place.sheet
            && self.place.column == other.place.column
            && self.place.subject == other.place.subject
    }
}

/// How many further rows are written out before "and n more".
const ROWS_SHOWN: usize = 8;

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.name(), self.code, self.what)?;
        if !self.place.is_empty() {
            write!(f, "\n  where: {}", self.place)?;
            write_also_rows(f, &self.also_rows)?;
            write_excerpt(f, &self.place)?;
        }
        if !self.why.is_empty() {
            write!(f, "\n  why:   {}", self.why)?;
        }
        if !self.mend.is_empty() {
            write!(f, "\n  mend:  {}", self.mend)?;
        }
        Ok(())
    }
}

fn write_also_rows(f: &mut fmt::Formatter<'_>, rows: &[u64]) -> fmt::Result {
    if rows.is_empty() {
        return Ok(());
    }
    let shown: Vec<String> = rows.iter().take(ROWS_SHOWN).map(u64::to_string).collect();
    write!(f, "; also rows {}", shown.join(", "))?;
    if rows.len() > ROWS_SHOWN {
        write!(f, " and {} more", rows.len() - ROWS_SHOWN)?;
    }
    Ok(())
}

fn write_excerpt(f: &mut fmt::Formatter<'_>, place: &Place) -> fmt::Result {
    let (Some(excerpt), Some(line), Some(character)) = (&place.excerpt, place.line, place.character) else {
        return Ok(());
    };
    let number = line.to_string();
    let pad = " ".repeat(number.len());
    let before = " ".repeat(character.saturating_sub(1));
    let marks = "^".repeat(excerpt.length.max(1));
    write!(f, "\n   {pad} |\n   {number} | {}\n   {pad} | {before}{marks}", excerpt.text)
}

/// Problems in the order in which they were found; the same problem in further rows of a column is folded into the first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one, folding it into an earlier one of the same kind in the same column.
    pub fn push(&mut self, problem: Problem) {
        let same = self.list.iter_mut().find(|known| known.same_kind(&problem));
        match (same, problem.place.row) {
            (Some(known), Some(row)) => {
                known.also_rows.push(row);
                known.also_rows.extend(problem.also_rows);
            }
            _ => self.list.push(problem),
        }
    }

    /// Adds all of them.
    pub fn extend(&mut self, others: impl IntoIterator<Item = Problem>) {
        for problem in others {
            self.push(problem);
        }
    }

    /// In order.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.list.iter()
    }

    /// How many kinds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether one of them is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// How many kinds of that severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|p| p.severity == severity).count()
    }

    /// "2 errors, 1 warning", or "no problems".
    #[must_use]
    pub fn summary(&self) -> String {
        let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
            .into_iter()
            .filter_map(|s| match self.count(s) {
                0 => None,
                1 => Some(format!("1 {}", s.name())),
                n => Some(format!("{n} {}s", s.name())),
            })
            .collect();
        if parts.is_empty() { "no problems".into() } else { parts.join(", ") }
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self { list: vec![problem] }
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<T: IntoIterator<Item = Problem>>(iter: T) -> Self {
        let mut problems = Self::new();
        problems.extend(iter);
        problems
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.list.iter().enumerate() {
            if i > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad_date(row: u64) -> Problem {
        Problem::error("OM204", format!("\"x{row}\" is no date"))
            .at(Place::file("a.csv").row(row).column("death"))
    }

    #[test]
    fn the_same_problem_in_many_rows_is_told_once() {
        let problems: Problems = (1..=12).map(bad_date).collect();
        assert_eq!(problems.len(), 1);
        let text = problems.to_string();
        assert!(
            text.contains("row 1, column `death`; also rows 2, 3, 4, 5, 6, 7, 8, 9 and 3 more"),
            "{text}"
        );
        assert_eq!(problems.iter().next().map(Problem::n_rows), Some(12));
        assert_eq!(problems.summary(), "1 error");
    }

    #[test]
    fn a_line_of_a_study_is_underlined() {
        let mut place = Place::file("study.toml");
        (place.line, place.character) = (Some(12), Some(3));
        place.excerpt = Some(Excerpt { text: "  tme_zero = 1".into(), length: 8 });
        let text = Problem::error("OM301", "unknown key `tme_zero`").at(place).to_string();
        assert!(text.ends_with("\n   12 |   tme_zero = 1\n      |   ^^^^^^^^"), "{text}");
    }

    #[test]
    fn json_has_the_four_parts() {
        let json = serde_json::to_value(bad_date(3).why("w").mend("m")).unwrap();
        assert_eq!(json["where"]["row"], 3);
        assert_eq!(json["severity"], "error");
    }
}
