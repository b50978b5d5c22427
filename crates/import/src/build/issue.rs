//! Values that could not be read, gathered by kind, and told once per kind with all their rows.

use std::collections::BTreeMap;

use oligomet_base::number::count;
use oligomet_base::suggest::did_you_mean;
use oligomet_base::{Place, Problem, Severity};

use super::Finish;
use crate::number::Decimal;
use crate::site::{ColumnMap, Mapping};

/// What is wrong with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum IssueKind {
    NotNumber,
    Limit,
    PercentText,
    PercentCell,
    OtherDecimal(Decimal),
    DateInNumber,
    OutsideRange,
    NegativeDuration,
    NotDate,
    PartialDate,
    TwoDigitYear,
    NoOrder,
    NumberInDate,
    ImplausibleDate,
    YearFirst,
    UnknownLevel,
    UnknownYesNo,
    ErrorCell,
    /// 2.5 lesions.
    NotWhole,
    /// 1.0004 Gy.
    BelowMilligray,
}

/// So many different values of a kind are told apart; the rest are counted.
const MOST_VALUES: usize = 40;
/// So many of them are written out.
const VALUES_SHOWN: usize = 5;
/// A value is shown up to so many characters.
const LONGEST_VALUE: usize = 40;

#[derive(Debug, Default)]
struct Issue {
    values: Vec<(Box<str>, u64)>,
    has_more_values: bool,
    indices: Vec<u32>,
}

/// The issues of a column.
#[derive(Debug, Default)]
pub(crate) struct Issues {
    by_kind: BTreeMap<IssueKind, Issue>,
}

impl Issues {
    /// Notes that the value at `index` is not as it should be.
    #[cold]
    pub(crate) fn add(&mut self, kind: IssueKind, value: &str, index: usize) {
        let issue = self.by_kind.entry(kind).or_default();
        issue.indices.push(index as u32);
        let known = issue.values.iter().position(|(known, _)| **known == *value);
        match known {
            Some(at) => issue.values[at].1 += 1,
            None if issue.values.len() < MOST_VALUES => issue.values.push((value.into(), 1)),
            None => issue.has_more_values = true,
        }
    }

    /// Whether the value at `index` is not as it should be.
    pub(crate) fn has(&self, index: u32) -> bool {
        self.by_kind.values().any(|issue| issue.indices.contains(&index))
    }

    /// One problem per kind, in the order of [`IssueKind`], in the words of a mapping.
    pub(super) fn into_problems(self, map: &ColumnMap, finish: &Finish<'_>, known: &[&str]) -> Vec<Problem> {
        let words = |kind| Words::of(kind, map);
        self.tell(&Telling {
            header: &map.from,
            place: finish.place,
            rows: finish.rows,
            known,
            words: &words,
        })
    }

    /// One problem per kind, in the order of [`IssueKind`].
    pub(crate) fn tell(self, telling: &Telling<'_>) -> Vec<Problem> {
        self.by_kind.into_iter().map(|(kind, issue)| issue.into_problem(kind, telling)).collect()
    }
}

/// What telling the issues of a column needs to know.
pub(crate) struct Telling<'a> {
    /// The header of the column.
    pub(crate) header: &'a str,
    /// File and sheet.
    pub(crate) place: &'a Place,
    /// Row of the file for each value.
    pub(crate) rows: &'a [u32],
    /// Texts that the column knows, for suggestions.
    pub(crate) known: &'a [&'a str],
    /// How a kind is told.
    pub(crate) words: &'a dyn Fn(IssueKind) -> Words,
}

impl Issue {
    fn into_problem(self, kind: IssueKind, telling: &Telling<'_>) -> Problem {
        let words = (telling.words)(kind);
        let what = format!("{} {}", self.subjects(), if self.is_one() { words.one } else { words.many });
        let mut rows =
            self.indices.iter().filter_map(|&i| telling.rows.get(i as usize)).map(|&row| u64::from(row));
        let mut place = telling.place.clone().column(telling.header);
        place.row = rows.next();
        let mut problem = Problem::new(words.severity, words.code, what).at(place).why(words.why);
        problem.mend = self.mend(kind, words.mend, telling.known);
        problem.also_rows = rows.collect();
        problem
    }

    fn is_one(&self) -> bool {
        self.values.len() == 1
    }

    /// `"5x8" (2 values), "<5" and 3 other texts`.
    fn subjects(&self) -> String {
        let shown = self.values.iter().take(VALUES_SHOWN).map(|(text, n)| match n {
            1 => format!("\"{}\"", shortened(text)),
            n => format!("\"{}\" ({} values)", shortened(text), count(*n)),
        });
        let mut list: Vec<String> = shown.collect();
        let more = self.values.len().saturating_sub(VALUES_SHOWN);
        match (more, self.has_more_values) {
            (0, _) => {}
            (more, false) => list.push(format!("{more} other texts")),
            (more, true) => list.push(format!("more than {more} other texts")),
        }
        match list.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => list.concat(),
        }
    }

    fn mend(&self, kind: IssueKind, mend: String, known: &[&str]) -> String {
        let first = self.values.first().map_or("", |(text, _)| text);
        match kind {
            IssueKind::UnknownLevel | IssueKind::UnknownYesNo => {
                match did_you_mean(first, known.iter().copied()) {
                    Some(hint) => format!("{mend} (for \"{}\": {hint})", shortened(first)),
                    None => mend,
                }
            }
            _ => mend,
        }
    }
}

fn shortened(text: &str) -> String {
    let one_line = text.replace(['\n', '\r', '\t'], " ");
    match one_line.char_indices().nth(LONGEST_VALUE) {
        Some((at, _)) => format!("{}…", &one_line[..at]),
        None => one_line,
    }
}

/// How a kind is told.
pub(crate) struct Words {
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    pub(crate) one: &'static str,
    pub(crate) many: &'static str,
    pub(crate) why: String,
    pub(crate) mend: String,
}

fn words(code: &'static str, one: &'static str, many: &'static str, why: &str, mend: &str) -> Words {
    Words { code, severity: Severity::Warning, one, many, why: why.to_owned(), mend: mend.to_owned() }
}

const MISSING_NOW: &str = "it counts as missing; the row is kept";

impl Words {
    pub(crate) fn of(kind: IssueKind, map: &ColumnMap) -> Self {
        match kind {
            IssueKind::NotNumber
            | IssueKind::Limit
            | IssueKind::PercentText
            | IssueKind::PercentCell
            | IssueKind::OtherDecimal(_)
            | IssueKind::DateInNumber
            | IssueKind::OutsideRange
            | IssueKind::NotWhole
            | IssueKind::BelowMilligray
            | IssueKind::NegativeDuration => of_number(kind, map),
            IssueKind::UnknownLevel | IssueKind::UnknownYesNo | IssueKind::ErrorCell => of_code(kind, map),
            _ => of_date(kind, map),
        }
    }
}

fn of_number(kind: IssueKind, map: &ColumnMap) -> Words {
    let block = &map.name;
    match kind {
        IssueKind::Limit => words(
            "OM218",
            "is a limit, not a value",
            "are limits, not values",
            &format!("how far beyond the limit the value lies is not known; {MISSING_NOW}"),
            "write the measured number where there is one; a laboratory limit may become a category of its own",
        ),
        IssueKind::PercentText => words(
            "OM239",
            "is written with a percent sign",
            "are written with a percent sign",
            &format!("45% may be meant as 45 or as 0.45; {MISSING_NOW}"),
            &format!("write unit = \"%\" in [column.{block}] to read it as 45"),
        ),
        IssueKind::PercentCell => words(
            "OM249",
            "is shown as percent by the workbook and was read as a fraction",
            "are shown as percent by the workbook and were read as fractions",
            "45% in the sheet is 0.45 in the file; a hazard ratio per unit would be one per 100 points",
            &format!("write unit = \"%\" in [column.{block}] to read 45% as 45"),
        ),
        IssueKind::OtherDecimal(decimal) => words(
            "OM238",
            "is not written as the other numbers of this column",
            "are not written as the other numbers of this column",
            &format!("the column was read with \"{}\" as decimal sign; {MISSING_NOW}", decimal.sign()),
            "write all numbers of a column with the same decimal sign",
        ),
        IssueKind::DateInNumber => words(
            "OM217",
            "is a date or a time of day where a number is expected",
            "are dates or times of day where numbers are expected",
            &format!("a spreadsheet turns entries such as 1.2 or 3-4 into dates on its own; {MISSING_NOW}"),
            "format the cell as number and enter the value again",
        ),
        IssueKind::OutsideRange => words(
            "OM214",
            "is outside the range that was said to be plausible",
            "are outside the range that was said to be plausible",
            "the value is kept and used; a slip of the pen may move an estimate",
            &format!("check it in the record; correct the file, or widen `range` in [column.{block}]"),
        ),
        IssueKind::NotWhole => words(
            "OM284",
            "is no whole number",
            "are no whole numbers",
            &format!("lesions, fractions and grades are counted; {MISSING_NOW}"),
            "take the number from the record",
        ),
        IssueKind::BelowMilligray => words(
            "OM285",
            "is no whole number of milligray",
            "are no whole numbers of milligray",
            &format!("doses are kept in whole milligray, so that thresholds compare exactly; {MISSING_NOW}"),
            "write the dose with at most three decimals, as prescribed or reported",
        ),
        IssueKind::NegativeDuration => words(
            "OM213",
            "is a negative time",
            "are negative times",
            "the event would lie before the origin of the times; the value is kept here and cannot enter an analysis",
            "check both dates from which the time was computed",
        ),
        _ => words(
            "OM208",
            "is no number",
            "are no numbers",
            &format!("nothing can be computed with it; {MISSING_NOW}"),
            "write the number alone in the file, the unit in the header; a text that means \"not known\" belongs in `missing` in site.toml",
        ),
    }
}

fn of_date(kind: IssueKind, map: &ColumnMap) -> Words {
    let block = &map.name;
    let order = match &map.mapping {
        Mapping::Date(date) => date.order.map_or("yyyy-mm-dd", |order| order.name()),
        _ => "yyyy-mm-dd",
    };
    match kind {
        IssueKind::PartialDate => words(
            "OM205",
            "is known only to the month or year",
            "are known only to the month or year",
            "follow-up counts in days; the value is set aside as missing, and no day was made up",
            "enter the day where the record has it; imputing a day is a choice of the study, stated and counted",
        ),
        IssueKind::TwoDigitYear => words(
            "OM206",
            "has a year of two digits",
            "have years of two digits",
            &format!("19 may be 1919 or 2019, and a date of birth needs both; {MISSING_NOW}"),
            "write the year with four digits in the file; in a spreadsheet, format the cells as yyyy-mm-dd before saving as CSV",
        ),
        IssueKind::NoOrder => words(
            "OM219",
            "is a date whose order of day and month was not told",
            "are dates whose order of day and month was not told",
            &format!("03/04/2019 may be in March or in April; {MISSING_NOW}"),
            &format!("write order = \"dd-mm-yyyy\" or order = \"mm-dd-yyyy\" in [column.{block}]"),
        ),
        IssueKind::NumberInDate => words(
            "OM207",
            "is a number in a column of dates",
            "are numbers in a column of dates",
            &format!(
                "a workbook keeps dates as numbers and shows them as dates by their format; {MISSING_NOW}"
            ),
            "format the cells as date in the workbook, and look whether they then show the right day",
        ),
        IssueKind::ImplausibleDate => words(
            "OM216",
            "lies before 1901 or after 2100",
            "lie before 1901 or after 2100",
            "such dates often stand for \"not known\"; the value is kept and used",
            &format!("if it means \"not known\", add it to `missing` in [column.{block}]"),
        ),
        IssueKind::YearFirst => Words {
            severity: Severity::Note,
            ..words(
                "OM246",
                "was read as year, month, day",
                "were read as year, month, day",
                &format!(
                    "the column's order is {order}, but a date that begins with its year means nothing else"
                ),
                "",
            )
        },
        _ => words(
            "OM204",
            "is no date",
            "are no dates",
            &format!("the calendar has no such day in the order {order}; {MISSING_NOW}"),
            "take the date from the record; leave the cell empty if it is not known",
        ),
    }
}

fn of_code(kind: IssueKind, map: &ColumnMap) -> Words {
    let block = &map.name;
    match kind {
        IssueKind::UnknownLevel => words(
            "OM211",
            "is none of the levels that site.toml lists",
            "are none of the levels that site.toml lists",
            &format!("what it stands for is not known; {MISSING_NOW}"),
            &format!("add it to `levels` in [column.{block}], or to `missing`"),
        ),
        IssueKind::UnknownYesNo => words(
            "OM212",
            "is neither yes nor no in site.toml",
            "are neither yes nor no in site.toml",
            &format!("what it stands for is not known; {MISSING_NOW}"),
            &format!("add it to `yes`, `no` or `missing` in [column.{block}]"),
        ),
        _ => words(
            "OM215",
            "is an error of the workbook's formula",
            "are errors of the workbook's formulas",
            MISSING_NOW,
            "mend the formula in the workbook, or leave the cell empty",
        ),
    }
}
