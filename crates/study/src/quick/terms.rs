//! Covariates as a person types them: `age*sex, rx[ref=Obs], log(bili), rcs(size, 4)`.

use oligomet_base::{Place, Problem, Problems};

use super::ColumnUse;

/// What is done with a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermFunction {
    /// Nothing: numbers stay numbers, texts become levels.
    None,
    /// Natural logarithm.
    Log,
    /// Logarithm to the base 2: a ratio is per doubling.
    Log2,
    /// Logarithm to the base 10.
    Log10,
    /// Square root.
    Sqrt,
    /// Levels, even of numbers.
    Factor,
    /// A restricted cubic spline with so many knots at Harrell's quantiles.
    Spline(u8),
    /// The products of the columns of its parts.
    Product,
}

impl TermFunction {
    const ALL: [(&'static str, Self); 5] = [
        ("log", Self::Log),
        ("log2", Self::Log2),
        ("log10", Self::Log10),
        ("sqrt", Self::Sqrt),
        ("factor", Self::Factor),
    ];

    /// The value transformed; NaN where it has none.
    #[must_use]
    pub(super) fn apply(self, x: f64) -> f64 {
        let value = match self {
            Self::None | Self::Factor | Self::Spline(_) | Self::Product => x,
            Self::Log => libm::log(x),
            Self::Log2 => libm::log2(x),
            Self::Log10 => libm::log10(x),
            Self::Sqrt => libm::sqrt(x),
        };
        if value.is_finite() { value } else { f64::NAN }
    }
}

/// One covariate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// As typed, without the reference level: the name in the results.
    pub text: String,
    /// The column.
    pub column: String,
    /// What is done with it.
    pub function: TermFunction,
    /// The level with which the others are compared; the first in order without it.
    pub reference: Option<String>,
    /// Of a product, the terms that are multiplied; empty otherwise.
    pub parts: Vec<Term>,
}

impl Term {
    /// Reads a list of covariates: column names separated by commas, `rx[ref=Obs]` for a reference level, `log(x)`,
    /// `log2(x)`, `log10(x)`, `sqrt(x)` and `factor(x)`, `rcs(x, 4)` for a restricted cubic spline, `a:b` for products, `a*b`
    /// for both terms and their products. A name with a comma, bracket, parenthesis, `:` or `*` stands in backquotes.
    ///
    /// # Errors
    /// A problem for every term that cannot be understood, and for a term that stands twice.
    pub fn parse(list: &str) -> Result<Vec<Self>, Problems> {
        let mut terms: Vec<Self> = Vec::new();
        let mut problems = Problems::new();
        for part in split(list, ',') {
            match parse_crossed(part.trim()) {
                Ok(found) => {
                    let crossed = found.len() > 1;
                    for term in found {
                        match terms.iter().any(|t| t.text == term.text) {
                            // `a*b, a*c` names `a` twice and means it once.
                            true if crossed => {}
                            true => problems.push(
                                not_a_term(&term.text, "it stands twice").mend("name each covariate once"),
                            ),
                            false => terms.push(term),
                        }
                    }
                }
                Err(problem) => problems.push(*problem),
            }
        }
        if problems.is_empty() { Ok(terms) } else { Err(problems) }
    }

    /// The columns that it needs, and how.
    pub(super) fn columns(&self) -> Vec<(&str, ColumnUse)> {
        match self.function {
            TermFunction::Product => self.parts.iter().flat_map(Self::columns).collect(),
            TermFunction::None | TermFunction::Factor => vec![(self.column.as_str(), ColumnUse::Any)],
            _ => vec![(self.column.as_str(), ColumnUse::Number)],
        }
    }

    /// Whether the column is used as levels whatever it holds.
    pub(super) fn is_factor(&self) -> bool {
        self.function == TermFunction::Factor || self.reference.is_some()
    }
}

/// Splits at a character that stands outside of brackets, parentheses and backquotes.
fn split(list: &str, at_char: char) -> Vec<&str> {
    let (mut depth, mut quoted, mut start) = (0i32, false, 0);
    let mut parts = Vec::new();
    for (at, c) in list.char_indices() {
        match c {
            '`' => quoted = !quoted,
            '[' | '(' if !quoted => depth += 1,
            ']' | ')' if !quoted => depth -= 1,
            c if c == at_char && !quoted && depth == 0 => {
                parts.push(&list[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}

/// `a*b` is a, b and their products; `a:b` the products alone.
fn parse_crossed(text: &str) -> Result<Vec<Term>, Box<Problem>> {
    let crossed = split(text, '*');
    if crossed.len() == 1 {
        return Ok(vec![parse_product(text)?]);
    }
    let mut terms: Vec<Term> = crossed.iter().map(|t| parse_one(t.trim())).collect::<Result<_, _>>()?;
    // All products of two, of three and so on, as R has them.
    let n = terms.len();
    let mut subsets: Vec<usize> = (1..1usize << n).filter(|bits| bits.count_ones() > 1).collect();
    subsets.sort_by_key(|bits| bits.count_ones());
    for bits in subsets {
        let parts = (0..n).filter(|k| bits & (1 << k) != 0).map(|k| terms[k].clone()).collect();
        terms.push(product(parts));
    }
    Ok(terms)
}

fn parse_product(text: &str) -> Result<Term, Box<Problem>> {
    let parts = split(text, ':');
    if parts.len() == 1 {
        return parse_one(text);
    }
    Ok(product(parts.iter().map(|t| parse_one(t.trim())).collect::<Result<_, _>>()?))
}

fn product(parts: Vec<Term>) -> Term {
    let names: Vec<&str> = parts.iter().map(|p| p.text.as_str()).collect();
    let text = names.join(":");
    let column = parts.first().map_or(String::new(), |p| p.column.clone());
    Term { text, column, function: TermFunction::Product, reference: None, parts }
}

/// `rcs(age, 4)`: a spline with 4 knots; 4 without a number.
fn parse_spline(inside: &str, text: &str) -> Result<Term, Box<Problem>> {
    let (column, knots) = match inside.rsplit_once(',') {
        Some((column, knots)) => (column, knots.trim().parse::<u8>().ok().filter(|k| (3..=7).contains(k))),
        None => (inside, Some(4)),
    };
    let Some(knots) = knots else {
        return Err(not_a_term(text, "a spline has 3 to 7 knots").mend("write rcs(age, 4)").into());
    };
    let column = column.trim().trim_matches('`').to_owned();
    let text = format!("rcs({column}, {knots})");
    Ok(Term { text, column, function: TermFunction::Spline(knots), reference: None, parts: Vec::new() })
}

fn parse_one(text: &str) -> Result<Term, Box<Problem>> {
    if text.is_empty() {
        return Err(not_a_term(text, "nothing stands between two commas").into());
    }
    let (body, reference) = match text.strip_suffix(']').and_then(|t| t.rsplit_once('[')) {
        Some((body, inside)) => {
            let Some(level) = inside.trim().strip_prefix("ref").map(str::trim_start) else {
                return Err(not_a_term(text, "brackets hold ref=LEVEL").into());
            };
            let Some(level) = level.strip_prefix('=') else {
                return Err(not_a_term(text, "brackets hold ref=LEVEL").into());
            };
            (body.trim(), Some(level.trim().to_owned()))
        }
        None => (text, None),
    };
    if let Some(name) = body.strip_prefix('`').and_then(|t| t.strip_suffix('`')) {
        return Ok(plain(name, reference));
    }
    if let Some((word, inside)) = body.strip_suffix(')').and_then(|t| t.split_once('(')) {
        if word.trim() == "rcs" && reference.is_none() {
            return parse_spline(inside, text);
        }
        let known = TermFunction::ALL.iter().find(|(name, _)| *name == word.trim());
        let Some((_, function)) = known else {
            return Err(not_a_term(text, "known functions are log, log2, log10, sqrt, factor and rcs")
                .mend("put a column name that has parentheses in backquotes")
                .into());
        };
        let column = inside.trim().trim_matches('`').to_owned();
        if reference.is_some() && *function != TermFunction::Factor {
            return Err(not_a_term(text, "a transformed number has no levels").into());
        }
        let text = body.to_owned();
        return Ok(Term { text, column, function: *function, reference, parts: Vec::new() });
    }
    Ok(plain(body, reference))
}

fn plain(name: &str, reference: Option<String>) -> Term {
    Term {
        text: name.into(),
        column: name.into(),
        function: TermFunction::None,
        reference,
        parts: Vec::new(),
    }
}

fn not_a_term(text: &str, why: &str) -> Problem {
    Problem::error("OM127", format!("`{text}` is no covariate"))
        .at(Place::subject("--covariates"))
        .why(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_references_and_functions_are_read() {
        let terms = Term::parse("age, rx[ref=Obs], log(bili), `a, b (c)`, factor(stage)[ref = 2]").unwrap();
        let texts: Vec<&str> = terms.iter().map(|t| t.text.as_str()).collect();
        assert_eq!(texts, ["age", "rx", "log(bili)", "a, b (c)", "factor(stage)"]);
        assert_eq!(terms[1].reference.as_deref(), Some("Obs"));
        assert_eq!((terms[2].column.as_str(), terms[2].function), ("bili", TermFunction::Log));
        assert_eq!(terms[4].reference.as_deref(), Some("2"));
    }

    #[test]
    fn products_and_splines_are_read() {
        let texts =
            |list: &str| Term::parse(list).unwrap().iter().map(|t| t.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts("age*sex[ref=2]"), ["age", "sex", "age:sex"]);
        assert_eq!(texts("a*b, a*c"), ["a", "b", "a:b", "c", "a:c"]);
        assert_eq!(texts("a*b*c"), ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]);
        assert_eq!(texts("rcs(age,5), `x:y`, log(a):b"), ["rcs(age, 5)", "x:y", "log(a):b"]);
        assert_eq!(Term::parse("rcs(age)").unwrap()[0].function, TermFunction::Spline(4));
        let both: Vec<_> =
            Term::parse("log(a):b").unwrap()[0].columns().iter().map(|(c, _)| c.to_string()).collect();
        assert_eq!(both, ["a", "b"]);
    }

    #[test]
    fn what_cannot_be_understood_is_a_problem_each() {
        let wrong = [
            "age,,sex",
            "cube(age)",
            "rx[Obs]",
            "age, age",
            "log(x)[ref=1]",
            "",
            "rcs(x, 2)",
            "rcs(x, a)",
            "a:",
            "a*",
        ];
        for wrong in wrong {
            assert!(Term::parse(wrong).is_err(), "{wrong}");
        }
    }
}
