//! Hazards that are constant in pieces, with the effects put in.

use crate::random::Stream;
use crate::variable::{Traits, Variable};

/// A hazard per month, constant between given times, times the effects of allocated levels.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hazard {
    /// Month from which each piece holds; the first is 0.
    pub from: Vec<f64>,
    /// Hazard per month of each piece.
    pub per_month: Vec<f64>,
    /// Logarithms of hazard ratios: variable, level, value. Levels not named have 0.
    pub log_hazard_ratio: Vec<(Variable, u16, f64)>,
}

impl Hazard {
    /// Hazard ratio of a patient against one whose levels have no effect.
    pub(crate) fn ratio(&self, traits: &Traits) -> f64 {
        let of = |(variable, level, value): &(Variable, u16, f64)| {
            if traits.level(*variable) == *level { *value } else { 0.0 }
        };
        libm::exp(self.log_hazard_ratio.iter().map(of).sum())
    }

    /// The month at which the cumulative hazard reaches a value; infinity where it never does.
    fn month_of(&self, cumulative: f64) -> f64 {
        let mut left = cumulative;
        for (i, (&from, &rate)) in self.from.iter().zip(&self.per_month).enumerate() {
            let width = self.from.get(i + 1).map_or(f64::INFINITY, |to| to - from);
            if rate > 0.0 && left <= rate * width {
                return from + left / rate;
            }
            if rate > 0.0 {
                left -= rate * width;
            }
        }
        f64::INFINITY
    }

    /// The month of a patient's event, by inversion of the cumulative hazard.
    pub(crate) fn draw(&self, traits: &Traits, stream: &mut Stream) -> f64 {
        self.month_of(stream.exponential() / self.ratio(traits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hazard() -> Hazard {
        Hazard { from: vec![0.0, 1.0, 6.0], per_month: vec![0.0, 0.1, 0.02], log_hazard_ratio: Vec::new() }
    }

    /// Cumulative hazard at a month, for a hazard ratio of 1.
    fn cumulative(hazard: &Hazard, month: f64) -> f64 {
        let ends = hazard.from.iter().skip(1).copied().chain([f64::INFINITY]);
        let piece = |((from, to), rate): ((f64, f64), f64)| {
            let width = month.min(to) - from;
            if width > 0.0 { width * rate } else { 0.0 }
        };
        hazard.from.iter().copied().zip(ends).zip(hazard.per_month.iter().copied()).map(piece).sum()
    }

    #[test]
    fn inversion_undoes_the_cumulative_hazard() {
        // By hand: 0 until month 1, 0.5 at month 6, 0.5 + 4 x 0.02 at month 10.
        assert_eq!(cumulative(&hazard(), 1.0), 0.0);
        assert!((cumulative(&hazard(), 10.0) - 0.58).abs() < 1e-12);
        for month in [1.5, 6.0, 10.0, 200.0] {
            let back = hazard().month_of(cumulative(&hazard(), month));
            assert!((back - month).abs() < 1e-9, "{month}: {back}");
        }
        let ends = Hazard { per_month: vec![0.0, 0.1, 0.0], ..hazard() };
        assert_eq!(ends.month_of(0.6), f64::INFINITY);
    }

    #[test]
    fn drawn_times_have_the_survival_put_in_with_the_ratio_of_the_level() {
        let mut with_effect = hazard();
        with_effect.log_hazard_ratio.push((Variable::Line, 2, libm::log(2.0)));
        let mut traits = Traits::of_stratum(0);
        traits.set(Variable::Line, 2);
        let mut stream = Stream::new(3, 0, 0);
        let n = 100_000;
        let beyond = (0..n).filter(|_| with_effect.draw(&traits, &mut stream) > 6.0).count();
        let expected = libm::exp(-2.0 * 0.5);
        assert!((beyond as f64 / n as f64 - expected).abs() < 4.0 * (0.25 / n as f64).sqrt());
    }
}
