//! Durations as people write them, in days inside.

use std::fmt;

/// Days in a month, for showing and reading durations: 365.25 / 12.
pub const DAYS_PER_MONTH: f64 = 30.4375;
/// Days in a year, for showing and reading durations.
pub const DAYS_PER_YEAR: f64 = 365.25;

/// A unit of time in which data are written or shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeUnit {
    /// Whole days.
    Days,
    /// Weeks of 7 days.
    Weeks,
    /// Months of 30.4375 days.
    Months,
    /// Years of 365.25 days.
    Years,
}

impl TimeUnit {
    /// How many days one unit is.
    #[must_use]
    pub fn days(self) -> f64 {
        match self {
            Self::Days => 1.0,
            Self::Weeks => 7.0,
            Self::Months => DAYS_PER_MONTH,
            Self::Years => DAYS_PER_YEAR,
        }
    }

    /// The word, plural: `months`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Weeks => "weeks",
            Self::Months => "months",
            Self::Years => "years",
        }
    }

    /// The short sign written behind a number: `mo`.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::Days => "d",
            Self::Weeks => "wk",
            Self::Months => "mo",
            Self::Years => "y",
        }
    }

    /// Reads `d`, `days`, `wk`, `mo`, `months`, `y`, `years` and the like.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "d" | "day" | "days" => Some(Self::Days),
            "w" | "wk" | "wks" | "week" | "weeks" => Some(Self::Weeks),
            "m" | "mo" | "mos" | "month" | "months" => Some(Self::Months),
            "y" | "yr" | "yrs" | "year" | "years" => Some(Self::Years),
            _ => None,
        }
    }
}

/// A duration as written: an amount and its unit.
///
/// ```
/// use oligomet_base::Duration;
/// let horizon: Duration = "24 mo".parse().unwrap();
/// assert_eq!(horizon.days(), 730.5);
/// assert_eq!(horizon.to_string(), "24 mo");
/// assert!("24".parse::<Duration>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Duration {
    /// How many units; finite and not negative.
    pub amount: f64,
    /// The unit written.
    pub unit: TimeUnit,
}

/// A duration that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no duration; write a number and a unit, as \"24 mo\", \"365 d\" or \"2 y\"")]
pub struct BadDuration {
    /// What was written.
    pub text: String,
}

impl Duration {
    /// The length in days; not whole for months and years.
    #[must_use]
    pub fn days(self) -> f64 {
        self.amount * self.unit.days()
    }
}

impl std::str::FromStr for Duration {
    type Err = BadDuration;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadDuration { text: text.to_owned() };
        let trimmed = text.trim();
        let split = trimmed.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(bad)?;
        let (number, unit) = trimmed.split_at(split);
        let amount: f64 = number.trim().parse().map_err(|_| bad())?;
        let unit = TimeUnit::parse(unit).ok_or_else(bad)?;
        if !amount.is_finite() || amount < 0.0 {
            return Err(bad());
        }
        Ok(Self { amount, unit })
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.unit.short())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        for (text, days) in
            [("365 d", 365.0), ("24mo", 730.5), ("2 years", 730.5), ("6 wk", 42.0), (" 1.5 y ", 547.875)]
        {
            assert_eq!(text.parse::<Duration>().unwrap().days(), days, "{text}");
        }
        for bad in ["24", "mo", "-3 mo", "1e999 d", "2 fortnights", ""] {
            assert!(bad.parse::<Duration>().is_err(), "{bad}");
        }
    }
}
