//! Covariates as a person types them: `age, sex, rx[ref=Obs], log(bili)`.

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
            Self::None | Self::Factor => x,
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
}

impl Term {
    /// Reads a list of covariates: column names separated by commas, `rx[ref=Obs]` for a reference level, `log(x)`,
    /// `log2(x)`, `log10(x)`, `sqrt(x)` and `factor(x)`. A name with a comma, bracket or parenthesis stands in backquotes.
    ///
    /// # Errors
    /// A problem for every term that cannot be understood, and for a term that stands twice.
    pub fn parse(list: &str) -> Result<Vec<Self>, Problems> {
        let mut terms: Vec<Self> = Vec::new();
        let mut problems = Problems::new();
        for part in split(list) {
            match parse_one(part.trim()) {
                Ok(term) if terms.iter().any(|t| t.text == term.text) => {
                    problems.push(not_a_term(&term.text, "it stands twice").mend("name each covariate once"));
                }
                Ok(term) => terms.push(term),
                Err(problem) => problems.push(*problem),
            }
        }
        if problems.is_empty() { Ok(terms) } else { Err(problems) }
    }

    pub(super) fn needs(&self) -> ColumnUse {
        match self.function {
            TermFunction::None | TermFunction::Factor => ColumnUse::Any,
            _ => ColumnUse::Number,
        }
    }

    /// Whether the column is used as levels whatever it holds.
    pub(super) fn is_factor(&self) -> bool {
        self.function == TermFunction::Factor || self.reference.is_some()
    }
}

/// Splits at commas that stand outside of brackets, parentheses and backquotes.
fn split(list: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut start) = (0i32, false, 0);
    let mut parts = Vec::new();
    for (at, c) in list.char_indices() {
        match c {
            '`' => quoted = !quoted,
            '[' | '(' if !quoted => depth += 1,
            ']' | ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
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
        return Ok(Term { text: name.into(), column: name.into(), function: TermFunction::None, reference });
    }
    if let Some((word, inside)) = body.strip_suffix(')').and_then(|t| t.split_once('(')) {
        let known = TermFunction::ALL.iter().find(|(name, _)| *name == word.trim());
        let Some((_, function)) = known else {
            return Err(not_a_term(text, "known functions are log, log2, log10, sqrt and factor")
                .mend("put a column name that has parentheses in backquotes")
                .into());
        };
        let column = inside.trim().trim_matches('`').to_owned();
        if reference.is_some() && *function != TermFunction::Factor {
            return Err(not_a_term(text, "a transformed number has no levels").into());
        }
        return Ok(Term { text: body.to_owned(), column, function: *function, reference });
    }
    Ok(Term { text: body.into(), column: body.into(), function: TermFunction::None, reference })
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
    fn what_cannot_be_understood_is_a_problem_each() {
        for wrong in ["age,,sex", "cube(age)", "rx[Obs]", "age, age", "log(x)[ref=1]", ""] {
            assert!(Term::parse(wrong).is_err(), "{wrong}");
        }
    }
}
