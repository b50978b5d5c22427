//! The numbers of a column: under which decimal sign, how large, how fine, and which may mean "not known".

use super::profile::Profile;
use super::words::SENTINELS;
use crate::number::{Decimal, Evidence, Signs, value_under};

/// How the decimal sign of a column is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// No value has one.
    None,
    /// Its own values show it.
    Known(Decimal),
    /// Its own values do not, those of other columns do.
    OfFile(Decimal),
    /// Nothing shows it: a question.
    Open,
}

impl Sign {
    pub(super) fn of(evidence: Evidence, of_file: Option<Decimal>) -> Self {
        match (evidence.sure(), evidence.has_ambiguous(), of_file) {
            (Some(own), _, _) => Self::Known(own),
            (None, false, _) => Self::None,
            (None, true, Some(decimal)) => Self::OfFile(decimal),
            (None, true, None) => Self::Open,
        }
    }

    pub(super) fn decimal(self) -> Decimal {
        match self {
            Self::Known(decimal) | Self::OfFile(decimal) => decimal,
            Self::None | Self::Open => Decimal::Point,
        }
    }
}

/// What the numbers of a column are.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Numbers {
    pub(super) sign: Sign,
    pub(super) n: usize,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) n_negative: usize,
    /// How many are whole.
    pub(super) n_whole: usize,
    /// Numbers that may stand for "not known", with how often.
    pub(super) sentinels: Vec<(f64, usize)>,
}

impl Numbers {
    /// `None` where there are no numbers.
    pub(super) fn of(profile: &Profile, of_file: Option<Decimal>) -> Option<Self> {
        let sign = Sign::of(profile.evidence, of_file);
        let read = |&(value, signs): &(f64, Signs)| value_under(value, signs, sign.decimal());
        let mut values: Vec<f64> =
            profile.numbers.iter().filter_map(read).filter(|x| x.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        let sentinels = sentinels(&values);
        let real = || values.iter().filter(|&&x| !sentinels.iter().any(|(s, _)| *s == x));
        Some(Self {
            sign,
            n: values.len(),
            min: *real().next()?,
            max: *real().next_back()?,
            n_negative: real().filter(|&&x| x < 0.0).count(),
            n_whole: values.iter().filter(|x| x.fract() == 0.0).count(),
            sentinels,
        })
    }

    pub(super) fn are_whole(&self) -> bool {
        self.n_whole == self.n
    }

    /// Whether nearly none lies below zero.
    pub(super) fn are_not_negative(&self) -> bool {
        self.n_negative * 50 <= self.n
    }

    /// `1 to 7043`.
    pub(super) fn span(&self) -> String {
        format!("{} to {}", self.min, self.max)
    }
}

/// Known codes for "not known" that lie far from all other values.
fn sentinels(sorted: &[f64]) -> Vec<(f64, usize)> {
    let count = |x: f64| sorted.iter().filter(|&&v| v == x).count();
    let is_code = |x: &f64| SENTINELS.contains(x);
    let mut found = Vec::new();
    let others: Vec<f64> = sorted.iter().copied().filter(|x| !is_code(x)).collect();
    let (Some(&first), Some(&last)) = (others.first(), others.last()) else { return found };
    for code in SENTINELS {
        let n = count(code);
        let far = if code < 0.0 { first >= 0.0 } else { last * 2.0 < code && last < code - 10.0 };
        // Many whole years below zero or a plain count of 99 are values; a code is rare and far away.
        if n > 0 && far && n * 2 < sorted.len() {
            found.push((code, n));
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found
}

/// The decimal sign that the columns of numbers show together.
pub(super) fn of_file<'a>(profiles: impl Iterator<Item = &'a Profile>) -> Option<Decimal> {
    let mut all = Evidence::default();
    for profile in profiles.filter(|p| p.numbers.len() * 10 >= p.n_present() * 7) {
        all.point += profile.evidence.point;
        all.comma += profile.evidence.comma;
    }
    all.sure()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_for_not_known_are_far_from_the_rest() {
        let ages = [30.0, 61.0, 70.0, 90.0, 999.0, 999.0];
        assert_eq!(sentinels(&ages), [(999.0, 2)]);
        assert_eq!(sentinels(&[1.0, 50.0, 98.0, 99.0]), []);
        assert_eq!(sentinels(&[-1.0, 0.0, 2.0, 5.0]), [(-1.0, 1)]);
        assert_eq!(sentinels(&[-3.0, -1.0, 2.0, 5.0]), []);
        assert_eq!(sentinels(&[]), []);
    }
}
