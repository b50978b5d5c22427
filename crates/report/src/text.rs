//! Text in which every number knows where it comes from.

use std::fmt;

use oligomet_results::StatKey;

/// How numbers are written together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `2,982`, from a count.
    Count,
    /// `212 (26.7)`, from a count and a share.
    CountPercent(usize),
    /// `120 (31)`, from a number at risk and a number of events.
    AtRisk,
    /// `26.7`, from a share.
    Percent(usize),
    /// `63.9%`, from a probability.
    Survival,
    /// `63.9 (55.1–71.5)`, from a probability and its limits.
    SurvivalInterval,
    /// `63.9% (95% CI 55.1–71.5)`.
    SurvivalStatement,
    /// `1.64 (1.40–1.92)`, from a ratio and its limits.
    RatioInterval,
    /// `1.64 (95% CI 1.40–1.92)`.
    RatioStatement,
    /// `1.64, 95% CI 1.40–1.92`, for use inside brackets.
    RatioInline,
    /// `0.012`, from a P value.
    P,
    /// `P = 0.012`.
    PStatement,
    /// `27.6`, from days, in the unit shown.
    Time,
    /// `27.6 (20.5–NR)`, from days and their limits.
    TimeInterval,
    /// `27.6 months (95% CI 20.5–NR)`.
    TimeStatement,
    /// A number with so many decimals.
    Decimal(usize),
    /// `54 (45–65)`, from a median and quartiles.
    MedianQuartiles(usize),
    /// `55.1 (13.0)`, from a mean and a standard deviation.
    MeanSd(usize),
    /// `21–90`, from a minimum and a maximum.
    Range(usize),
    /// `2.1–21.5`, from two shares, in percent.
    PercentRange,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, decimals) = match *self {
            Self::Count => ("count", None),
            Self::CountPercent(d) => ("count-percent", Some(d)),
            Self::AtRisk => ("at-risk", None),
            Self::Percent(d) => ("percent", Some(d)),
            Self::Survival => ("survival", None),
            Self::SurvivalInterval => ("survival-interval", None),
            Self::SurvivalStatement => ("survival-statement", None),
            Self::RatioInterval => ("ratio-interval", None),
            Self::RatioStatement => ("ratio-statement", None),
            Self::RatioInline => ("ratio-inline", None),
            Self::P => ("p", None),
            Self::PStatement => ("p-statement", None),
            Self::Time => ("time", None),
            Self::TimeInterval => ("time-interval", None),
            Self::TimeStatement => ("time-statement", None),
            Self::Decimal(d) => ("decimal", Some(d)),
            Self::MedianQuartiles(d) => ("median-quartiles", Some(d)),
            Self::MeanSd(d) => ("mean-sd", Some(d)),
            Self::Range(d) => ("range", Some(d)),
            Self::PercentRange => ("percent-range", None),
        };
        match decimals {
            Some(d) => write!(f, "{name}:{d}"),
            None => f.write_str(name),
        }
    }
}

/// Which rows of the result tables a number is printed from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Rows of `stats`: one key, one or more names.
    Stat {
        /// The key.
        key: Box<StatKey>,
        /// `estimate`, `conf.low`, `conf.high` ….
        names: Vec<&'static str>,
    },
    /// A row of `curves`, read off at a time.
    Curve {
        /// Analysis.
        analysis_id: String,
        /// Endpoint.
        endpoint: String,
        /// Grouping variable, or empty.
        group: String,
        /// Its level.
        group_level: String,
        /// Days since time zero.
        days: f64,
        /// `n.risk`, `cum.event`.
        names: Vec<&'static str>,
    },
}

impl Source {
    /// The key as one text, parts separated by `|`: of a number in `stats` analysis, endpoint, context, four groups with levels,
    /// variable and level; of one in `curves` the word `curves`, analysis, endpoint, group, level and days. Inside a part `|` and `%` are written `%7C` and `%25`.
    #[must_use]
    pub fn key_text(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        match self {
            Self::Stat { key, .. } => {
                parts.extend([&key.analysis_id, &key.endpoint, &key.context].map(|t| escaped(t)));
                parts.extend(key.groups.iter().flat_map(|g| [escaped(&g.name), escaped(&g.level)]));
                parts.extend([&key.variable, &key.variable_level].map(|t| escaped(t)));
            }
            Self::Curve { analysis_id, endpoint, group, group_level, days, .. } => {
                parts.push("curves".into());
                parts.extend([analysis_id, endpoint, group, group_level].map(|t| escaped(t)));
                parts.push(oligomet_base::number::shortest(*days));
            }
        }
        parts.join("|")
    }

    /// The names of the numbers used.
    #[must_use]
    pub fn names(&self) -> &[&'static str] {
        match self {
            Self::Stat { names, .. } | Self::Curve { names, .. } => names,
        }
    }
}

fn escaped(part: &str) -> String {
    part.replace('%', "%25").replace('|', "%7C")
}

/// A printed number and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// What is printed.
    pub text: String,
    /// How.
    pub format: Format,
    /// From which rows.
    pub source: Source,
    /// Row of `cohorts`: who is behind it; empty where nobody is named.
    pub cohort_id: String,
    /// Why there is no number, where there is none: for a footnote.
    pub note: Option<String>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Span {
    /// Words.
    Words(String),
    /// A number.
    Number(Box<Number>),
    /// The letter of a footnote, set raised.
    Mark(String),
}

impl From<&str> for Span {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<String> for Span {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<Number> for Span {
    fn from(number: Number) -> Self {
        Self::Number(Box::new(number))
    }
}

/// Words and numbers in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Text(pub Vec<Span>);

impl Text {
    /// Adds a piece.
    pub fn push(&mut self, span: impl Into<Span>) {
        self.0.push(span.into());
    }

    /// Adds another text.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether nothing would be printed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plain().is_empty()
    }

    /// What is printed, as plain text; footnote letters left out.
    #[must_use]
    pub fn plain(&self) -> String {
        let words = |span: &Span| match span {
            Span::Words(words) => words.clone(),
            Span::Number(number) => number.text.clone(),
            Span::Mark(_) => String::new(),
        };
        self.0.iter().map(words).collect()
    }

    /// The numbers in it.
    pub fn numbers(&self) -> impl Iterator<Item = &Number> {
        self.0.iter().filter_map(|span| match span {
            Span::Number(number) => Some(number.as_ref()),
            _ => None,
        })
    }

    /// Texts joined as in prose: `a`, `a and b`, `a, b, and c`.
    #[must_use]
    pub fn list(parts: Vec<Self>) -> Self {
        let n = parts.len();
        let mut out = Self::default();
        for (i, part) in parts.into_iter().enumerate() {
            if i > 0 {
                out.push(match (n, i + 1 == n) {
                    (2, _) => " and ",
                    (_, true) => ", and ",
                    _ => ", ",
                });
            }
            out.append(part);
        }
        out
    }
}

impl<T: Into<Span>> From<T> for Text {
    fn from(span: T) -> Self {
        Self(vec![span.into()])
    }
}

/// A text from words and numbers: `say!["Of ", n, " patients"]`.
macro_rules! say {
    ($($part:expr),* $(,)?) => { $crate::text::Text(vec![$($crate::text::Span::from($part)),*]) };
}
pub(crate) use say;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_whatever_the_labels_hold() {
        let key = |level: &str, variable: &str| {
            let key = StatKey::new("a", "OS", "rate").group("g", level).variable(variable, "");
            Source::Stat { key: Box::new(key), names: vec!["n"] }.key_text()
        };
        assert_ne!(key("x|y", ""), key("x", "y"));
        assert_ne!(key("x%7Cy", ""), key("x|y", ""));
        assert_eq!(key("3", "n"), "a|OS|rate|g|3|||||||n|");
    }

    #[test]
    fn lists_read_as_prose() {
        let list = |items: &[&str]| Text::list(items.iter().map(|i| Text::from(*i)).collect()).plain();
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b"]), "a and b");
        assert_eq!(list(&["a", "b", "c"]), "a, b, and c");
    }
}
