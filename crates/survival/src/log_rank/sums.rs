//! Observed, expected and hypergeometric variance, summed over the event times of a stratum.

use crate::error::{Result, SurvivalError};
use crate::kaplan_meier::survivors;
use crate::matrix::Matrix;
use crate::table::{DayTable, Lane};
use libm::{pow, sqrt};

/// Weight of an event time in a test of the log-rank family. S is the pooled Kaplan-Meier curve of
/// the stratum just before the time, n the number at risk.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum LogRankWeights {
    /// 1: the log-rank test.
    #[default]
    LogRank,
    /// S^rho (1 - S)^gamma: early (rho) or late (gamma) differences count more. `survdiff(rho = )`
    /// in R is gamma 0; rho 1, gamma 0 is Peto and Peto's modification of the Wilcoxon test.
    FlemingHarrington {
        /// Power of S.
        rho: f64,
        /// Power of 1 - S.
        gamma: f64,
    },
    /// n: Gehan's generalised Wilcoxon test.
    Gehan,
    /// The square root of n.
    TaroneWare,
    /// The product of 1 - d / (n + 1) up to and including the time (Peto & Peto 1972).
    PetoPeto,
}

impl LogRankWeights {
    pub(super) fn check(self) -> Result<()> {
        if let LogRankWeights::FlemingHarrington { rho, gamma } = self {
            for (option, value) in [("rho", rho), ("gamma", gamma)] {
                if !(value >= 0.0 && value.is_finite()) {
                    let expected = "it is a finite number of at least 0";
                    return Err(SurvivalError::InvalidOption { option, value, expected });
                }
            }
        }
        Ok(())
    }

    fn at(self, survival_before: f64, peto: f64, n: f64) -> f64 {
        match self {
            LogRankWeights::LogRank => 1.0,
            LogRankWeights::FlemingHarrington { rho, gamma } => {
                power(survival_before, rho) * power(1.0 - survival_before, gamma)
            }
            LogRankWeights::Gehan => n,
            LogRankWeights::TaroneWare => sqrt(n),
            LogRankWeights::PetoPeto => peto,
        }
    }
}

fn power(base: f64, exponent: f64) -> f64 {
    if exponent == 0.0 {
        1.0
    } else if exponent == 1.0 {
        base
    } else {
        pow(base, exponent)
    }
}

/// Additive over strata.
pub(super) struct Sums {
    pub(super) observed: Vec<f64>,
    pub(super) expected: Vec<f64>,
    /// Upper triangle.
    pub(super) variance: Matrix,
    pub(super) events: f64,
}

impl Sums {
    pub(super) fn new(n_groups: usize) -> Self {
        Sums {
            observed: vec![0.0; n_groups],
            expected: vec![0.0; n_groups],
            variance: Matrix::zeros(n_groups, n_groups),
            events: 0.0,
        }
    }

    /// Adds a stratum whose groups are the lanes from `first_lane` on.
    pub(super) fn add_stratum(&mut self, table: &DayTable, first_lane: usize, weights: LogRankWeights) {
        let n_groups = self.observed.len();
        let lanes: Vec<Lane<'_>> = (0..n_groups).map(|g| table.lane(first_lane + g)).collect();
        let at_risk: Vec<Vec<f64>> = lanes.iter().map(Lane::at_risk).collect();
        let events: Vec<Vec<f64>> = lanes.iter().map(Lane::all_events).collect();
        let (mut survival, mut peto) = (1.0, 1.0);
        let mut shares = vec![0.0; n_groups];
        for slot in 0..table.axis().len() {
            let d: f64 = events.iter().map(|e| e[slot]).sum();
            if d <= 0.0 {
                continue;
            }
            let n: f64 = at_risk.iter().map(|r| r[slot]).sum();
            peto *= 1.0 - d / (n + 1.0);
            let weight = weights.at(survival, peto, n);
            survival *= survivors(n, d) / n;
            for (share, r) in shares.iter_mut().zip(&at_risk) {
                *share = r[slot] / n;
            }
            self.add_time(weight, d, n, &shares, |g| events[g][slot]);
        }
    }

    fn add_time(&mut self, weight: f64, d: f64, n: f64, shares: &[f64], events: impl Fn(usize) -> f64) {
        self.events += d;
        let spread = if n > 1.0 { weight * weight * d * survivors(n, d) / (n - 1.0) } else { 0.0 };
        for (g, &share) in shares.iter().enumerate() {
            self.observed[g] += weight * events(g);
            self.expected[g] += weight * d * share;
            *self.variance.at(g, g) += spread * share;
        }
        if spread > 0.0 {
            self.variance.add_outer_upper(-spread, shares);
        }
    }
}
