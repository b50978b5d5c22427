//! Numbers as records hold them: exact, or only within bounds ("> 5", "1-3", "< 20").

use std::fmt;

use crate::Truth;

/// A number of things, known exactly, within bounds, or not at all.
///
/// ```
/// use oligomet_disease::{Count, Truth};
/// let many: Count = "> 5".parse().unwrap();
/// assert_eq!(many.at_least(6), Truth::True);
/// assert_eq!(many.at_least(7), Truth::Unknown);
/// assert_eq!(Count::exactly(3).at_least(6), Truth::False);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Count {
    /// The smallest it can be.
    pub low: u32,
    /// The largest it can be; `None` where nothing limits it.
    pub high: Option<u32>,
}

impl Count {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self { low: 0, high: None };

    /// Known exactly.
    #[must_use]
    pub fn exactly(n: u32) -> Self {
        Self { low: n, high: Some(n) }
    }

    /// The number, if it is known exactly.
    #[must_use]
    pub fn exact(self) -> Option<u32> {
        self.high.filter(|high| *high == self.low)
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self == Self::UNKNOWN
    }

    /// Whether it is `n` or more.
    #[must_use]
    pub fn at_least(self, n: u32) -> Truth {
        if self.low >= n {
            Truth::True
        } else if self.high.is_some_and(|high| high < n) {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// Whether it is `n` or fewer.
    #[must_use]
    pub fn at_most(self, n: u32) -> Truth {
        n.checked_add(1).map_or(Truth::True, |next| !self.at_least(next))
    }

    /// This count, knowing that it cannot exceed another; the other only narrows.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        let high = match (self.high, other.high) {
            (Some(a), Some(b)) => Some(a.min(b).max(self.low)),
            (a, b) => a.or(b.map(|b| b.max(self.low))),
        };
        Self { low: self.low, high }
    }
}

impl Default for Count {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (0, None) => f.write_str("unknown"),
            (low, None) => write!(f, "at least {low}"),
            (low, Some(high)) if low == high => write!(f, "{low}"),
            (0, Some(high)) => write!(f, "at most {high}"),
            (low, Some(high)) => write!(f, "{low} to {high}"),
        }
    }
}

/// A text that is no number and no bounds of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no number, no bound (\"> 5\", \"<= 3\") and no range (\"1-3\")")]
pub struct NotANumber;

impl std::str::FromStr for Count {
    type Err = NotANumber;

    /// Reads `3`, `> 5`, `>= 2`, `< 3`, `<= 5`, `1-3`, and what [`Count`] prints: `at least 2`, `1 to 3`.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let whole = |t: &str| t.trim().parse::<u32>().map_err(|_| NotANumber);
        match bounds(text) {
            Bounds::Exact(n) => Ok(Self::exactly(whole(n)?)),
            Bounds::Above(n) => Ok(Self { low: whole(n)?.checked_add(1).ok_or(NotANumber)?, high: None }),
            Bounds::AtLeast(n) => Ok(Self { low: whole(n)?, high: None }),
            Bounds::Below(n) => Ok(Self { low: 0, high: Some(whole(n)?.checked_sub(1).ok_or(NotANumber)?) }),
            Bounds::AtMost(n) => Ok(Self { low: 0, high: Some(whole(n)?) }),
            Bounds::Between(a, b) => {
                let (low, high) = (whole(a)?, whole(b)?);
                if low <= high { Ok(Self { low, high: Some(high) }) } else { Err(NotANumber) }
            }
        }
    }
}

/// A measured value, known exactly, within bounds, or not at all.
///
/// ```
/// use oligomet_disease::{Measured, Truth};
/// let low: Measured = "< 20".parse().unwrap();
/// assert_eq!(low.at_least(20.0), Truth::False);
/// assert_eq!(low.at_least(14.0), Truth::Unknown);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The smallest it can be.
    pub low: f64,
    /// The largest it can be, or infinity.
    pub high: f64,
    /// Whether it is below `high`, not equal to it.
    pub below_high: bool,
    /// Whether it is above `low`, not equal to it.
    pub above_low: bool,
}

impl Measured {
    /// Nothing is known (but that it is not negative).
    pub const UNKNOWN: Self = Self { low: 0.0, high: f64::INFINITY, below_high: false, above_low: false };

    /// Known exactly.
    #[must_use]
    pub fn exactly(value: f64) -> Self {
        Self { low: value, high: value, below_high: false, above_low: false }
    }

    /// Known to be that or more.
    #[must_use]
    pub fn from(low: f64) -> Self {
        Self { low, ..Self::UNKNOWN }
    }

    /// Known to be less than that.
    #[must_use]
    pub fn below(high: f64) -> Self {
        Self { high, below_high: true, ..Self::UNKNOWN }
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self == Self::UNKNOWN
    }

    /// Whether it is `cut` or more.
    #[must_use]
    pub fn at_least(self, cut: f64) -> Truth {
        if self.low >= cut {
            Truth::True
        } else if self.high < cut || (self.below_high && self.high <= cut) {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// Whether it is more than `cut`.
    #[must_use]
    pub fn above(self, cut: f64) -> Truth {
        if self.low > cut || (self.above_low && self.low >= cut) {
            Truth::True
        } else if self.high <= cut {
            Truth::False
        } else {
            Truth::Unknown
        }
    }
}

impl Default for Measured {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { low, high, .. } = *self;
        let under = if self.below_high { "below" } else { "at most" };
        let over = if self.above_low { "above" } else { "at least" };
        match (low > 0.0 || self.above_low, high.is_finite()) {
            (false, false) => f.write_str("unknown"),
            (true, false) => write!(f, "{over} {low}"),
            (_, true) if low == high => write!(f, "{low}"),
            (false, true) => write!(f, "{under} {high}"),
            (true, true) => write!(f, "{low} to {high}"),
        }
    }
}

impl std::str::FromStr for Measured {
    type Err = NotANumber;

    /// Reads `12.5`, `> 20`, `>= 20`, `< 1`, `<= 5`, `10-20`, with or without `%`, and what [`Measured`] prints.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let text = text.replace('%', "");
        let number = |t: &str| {
            let value = t.trim().parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
            value.ok_or(NotANumber)
        };
        match bounds(&text) {
            Bounds::Exact(n) => Ok(Self::exactly(number(n)?)),
            Bounds::Above(n) => Ok(Self { above_low: true, ..Self::from(number(n)?) }),
            Bounds::AtLeast(n) => Ok(Self::from(number(n)?)),
            Bounds::Below(n) => {
                let high = number(n)?;
                if high > 0.0 { Ok(Self::below(high)) } else { Err(NotANumber) }
            }
            Bounds::AtMost(n) => Ok(Self { high: number(n)?, ..Self::UNKNOWN }),
            Bounds::Between(a, b) => {
                let (low, high) = (number(a)?, number(b)?);
                if low <= high { Ok(Self { low, high, ..Self::UNKNOWN }) } else { Err(NotANumber) }
            }
        }
    }
}

/// The forms in which a number with its bounds is written.
enum Bounds<'a> {
    Exact(&'a str),
    Above(&'a str),
    AtLeast(&'a str),
    Below(&'a str),
    AtMost(&'a str),
    Between(&'a str, &'a str),
}

fn bounds(text: &str) -> Bounds<'_> {
    let text = text.trim();
    for (sign, form) in [
        (">=", Bounds::AtLeast as fn(_) -> _),
        ("≥", Bounds::AtLeast),
        ("at least ", Bounds::AtLeast),
        ("<=", Bounds::AtMost),
        ("≤", Bounds::AtMost),
        ("at most ", Bounds::AtMost),
        (">", Bounds::Above),
        ("above ", Bounds::Above),
        ("<", Bounds::Below),
        ("below ", Bounds::Below),
    ] {
        if let Some(rest) = text.strip_prefix(sign) {
            return form(rest);
        }
    }
    let between = [" to ", "-", "–"].iter().find_map(|sign| text.split_once(sign));
    between.map_or(Bounds::Exact(text), |(a, b)| Bounds::Between(a, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_read_and_printed_back() {
        for (text, printed) in [
            ("3", "3"),
            (">5", "at least 6"),
            (">= 2", "at least 2"),
            ("< 3", "at most 2"),
            ("<=5", "at most 5"),
            ("1-3", "1 to 3"),
        ] {
            let count: Count = text.parse().unwrap();
            assert_eq!(count.to_string(), printed);
            assert_eq!(printed.parse::<Count>(), Ok(count));
        }
        for bad in ["-1", "3-1", "multiple", "", "2.5", "<0", "> 4294967295"] {
            assert_eq!(bad.parse::<Count>(), Err(NotANumber), "{bad}");
        }
    }

    #[test]
    fn measured_values_know_on_which_side_of_a_cut_they_are() {
        let read = |text: &str| text.parse::<Measured>().unwrap();
        assert_eq!(read("20 %").at_least(20.0), Truth::True);
        assert_eq!(read("19.9").at_least(20.0), Truth::False);
        assert_eq!(read("10-20").at_least(20.0), Truth::Unknown);
        assert_eq!(read("<= 15").above(15.0), Truth::False);
        assert_eq!(read("> 15").above(15.0), Truth::True);
        assert_eq!(read(">= 15").above(15.0), Truth::Unknown);
        for bad in ["-3", "20-10", "high", "NaN", "inf", "< 0"] {
            assert_eq!(bad.parse::<Measured>(), Err(NotANumber), "{bad}");
        }
    }

    #[test]
    fn a_part_cannot_exceed_the_whole() {
        assert_eq!(Count::UNKNOWN.within(Count::exactly(3)), "<= 3".parse().unwrap());
        assert_eq!(Count::exactly(2).within(Count::exactly(5)), Count::exactly(2));
    }
}
