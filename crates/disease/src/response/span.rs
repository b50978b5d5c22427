//! Sizes and sums known exactly, within bounds, or not: whole tenths of a millimetre, so that comparisons are exact.

use crate::Truth;

/// No upper bound. Far above any sum, far below where a product of it could overflow.
pub(crate) const ENDLESS: i64 = 1 << 40;

/// A size or sum in tenths of a millimetre, smallest and largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub low: i64,
    pub high: i64,
}

impl Span {
    pub(crate) const NOTHING: Self = Self { low: 0, high: 0 };
    pub(crate) const UNKNOWN: Self = Self { low: 0, high: ENDLESS };

    pub(crate) fn exactly(value: i64) -> Self {
        Self { low: value, high: value }
    }

    pub(crate) fn is_known(self) -> bool {
        self.low == self.high
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: (self.high + other.high).min(ENDLESS) }
    }

    pub(crate) fn least(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.min(other.high) }
    }

    /// Whether it is at most `limit`.
    pub(crate) fn at_most(self, limit: i64) -> Truth {
        if self.high <= limit {
            Truth::True
        } else if self.low > limit {
            Truth::False
        } else {
            Truth::Unknown
        }
    }
}

/// Whether a size rose from its nadir by that many percent and that many tenths of a millimetre, both or more.
pub(crate) fn rose(size: i64, nadir: i64, percent: i64, tenths: i64) -> bool {
    nadir < ENDLESS && 100 * size >= (100 + percent) * nadir && size - nadir >= tenths
}

/// The same for values within bounds: true if it holds for all of them, false if for none.
pub(crate) fn rise(size: Span, nadir: Span, percent: i64, tenths: i64) -> Truth {
    if rose(size.low, nadir.high, percent, tenths) {
        Truth::True
    } else if rose(size.high, nadir.low, percent, tenths) {
        Truth::Unknown
    } else {
        Truth::False
    }
}

/// The largest size that did not rise so from that nadir.
pub(crate) fn largest_without_rise(nadir: i64, percent: i64, tenths: i64) -> i64 {
    if nadir >= ENDLESS {
        return ENDLESS;
    }
    let by_percent = ((100 + percent) * nadir + 99) / 100 - 1;
    by_percent.max(nadir + tenths - 1)
}
