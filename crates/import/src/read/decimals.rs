//! Which sign is the decimal sign, column by column, and what is told about it.

use oligomet_base::{Place, Problem};

use crate::build::DecimalColumn;
use crate::number::{Decimal, Evidence};

/// How the decimal sign of a column became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// `site.toml` says so.
    Given,
    /// Its own unambiguous values, or no value with a sign.
    Own,
    /// Other columns of the file, or semicolons between cells.
    File,
    /// Nothing: the commoner meaning was taken.
    Assumed,
}

/// Decides for every builder; `semicolons`: the cells of the text file are separated by semicolons.
pub(crate) fn decide<C: DecimalColumn>(
    builders: &[C],
    semicolons: bool,
    place: &Place,
) -> (Vec<Decimal>, Vec<Problem>) {
    let of_file = decimal_of_file(builders, semicolons);
    let decided: Vec<(Decimal, Source)> = builders.iter().map(|b| of_column(b, of_file)).collect();
    let mut problems = Vec::new();
    problems.extend(note(builders, &decided, place));
    for (builder, (decimal, source)) in builders.iter().zip(&decided) {
        if *source == Source::Assumed {
            problems.push(assumed(builder, *decimal, place));
        }
    }
    (decided.into_iter().map(|(decimal, _)| decimal).collect(), problems)
}

fn decimal_of_file<C: DecimalColumn>(builders: &[C], semicolons: bool) -> Option<Decimal> {
    let mut all = Evidence::default();
    for evidence in builders.iter().filter_map(C::decimal_evidence) {
        all.point += evidence.point;
        all.comma += evidence.comma;
    }
    all.sure().or(semicolons.then_some(Decimal::Comma))
}

fn of_column(builder: &impl DecimalColumn, of_file: Option<Decimal>) -> (Decimal, Source) {
    let Some(evidence) = builder.decimal_evidence() else {
        return (builder.decimal_given().unwrap_or(Decimal::Point), Source::Given);
    };
    match (evidence.sure(), evidence.has_ambiguous(), of_file) {
        (Some(own), _, _) => (own, Source::Own),
        (None, false, _) => (Decimal::Point, Source::Own),
        (None, true, Some(decimal)) => (decimal, Source::File),
        // 1.234 alone is a decimal more often than not, 1,234 alone a thousand: a point is the decimal sign in both.
        (None, true, None) => (Decimal::Point, Source::Assumed),
    }
}

/// One note on columns in which a comma or a sign between thousands was read.
fn note<C: DecimalColumn>(builders: &[C], decided: &[(Decimal, Source)], place: &Place) -> Option<Problem> {
    let mut parts = Vec::new();
    for decimal in [Decimal::Comma, Decimal::Point] {
        let columns =
            builders.iter().zip(decided).filter(|(b, (d, _))| *d == decimal && has_other_signs(*b, *d));
        let named: Vec<String> = columns.map(|(b, _)| with_example(b)).collect();
        if !named.is_empty() {
            parts.push(format!("\"{}\" as decimal sign in {}", decimal.sign(), named.join(", ")));
        }
    }
    if parts.is_empty() {
        return None;
    }
    Some(
        Problem::note("OM209", format!("numbers were read with {}", parts.join("; with ")))
            .at(place.clone())
            .why("a comma may stand before decimals or between thousands; it was decided for each column from all its values")
            .mend("`decimal` in [source] or in a column's block of site.toml says it for good"),
    )
}

/// Whether a column has anything but plain decimals with a point.
fn has_other_signs(builder: &impl DecimalColumn, decimal: Decimal) -> bool {
    let examples = builder.decimal_examples();
    decimal == Decimal::Comma && !examples.is_empty() || examples.iter().any(|text| text.contains(','))
}

fn with_example(builder: &impl DecimalColumn) -> String {
    let first = builder.decimal_examples().first().map(|text| format!(" (\"{text}\")")).unwrap_or_default();
    format!("`{}`{first}", builder.header())
}

fn assumed(builder: &impl DecimalColumn, decimal: Decimal, place: &Place) -> Problem {
    let example = builder.decimal_examples().first().copied().unwrap_or("1.234").to_owned();
    let meaning = match (decimal, example.contains(',')) {
        (Decimal::Point, true) | (Decimal::Comma, false) => "thousands",
        _ => "numbers with three decimals",
    };
    Problem::warning("OM210", format!("numbers such as \"{example}\" can be read in two ways; they were read as {meaning}"))
        .at(place.clone().column(builder.header()))
        .why("no value of the file tells whether the sign stands before decimals or between thousands; one reading is a thousand times the other")
        .mend(builder.mend())
}
