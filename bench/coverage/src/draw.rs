//! Random numbers, and survival data of known truth seen at clinic visits.

use libm::{cos, exp, log, pow, sqrt};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::f64::consts::{LN_2, PI};

const SEED: u64 = 20_261_123;

/// The stream of one replicate of one setting: the same for any number of threads.
pub struct Draw(ChaCha8Rng);

impl Draw {
    pub fn new(setting: u64, replicate: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(SEED);
        rng.set_stream(setting << 32 | replicate);
        Draw(rng)
    }

    /// Uniform on (0, 1).
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    pub fn exponential(&mut self) -> f64 {
        -log(self.uniform())
    }

    pub fn normal(&mut self) -> f64 {
        sqrt(2.0 * self.exponential()) * cos(2.0 * PI * self.uniform())
    }
}

/// How survival times arise, are censored and are seen.
#[derive(Debug, Clone, Copy)]
pub struct Truth {
    pub name: &'static str,
    /// Weibull shape; 1 is exponential.
    pub shape: f64,
    /// Days between visits: events are seen at the next one, follow-up ends at the last one.
    pub visit: f64,
    /// Median survival in days, in the middle between two visits.
    median: f64,
    /// Rate of exponential censoring that censors the wanted share.
    censoring_rate: f64,
    /// The wanted share, in per cent.
    pub censored: u32,
}

impl Truth {
    pub fn new(name: &'static str, shape: f64, visit: f64, censored: u32) -> Self {
        let median = (libm::floor(365.0 / visit) - 0.5) * visit;
        let mut truth = Truth { name, shape, visit, median, censoring_rate: 0.0, censored };
        let (mut low, mut high) = (1e-6, 1.0);
        for _ in 0..40 {
            truth.censoring_rate = sqrt(low * high);
            let share = truth.censored_share();
            if share < f64::from(censored) / 100.0 {
                low = truth.censoring_rate
            } else {
                high = truth.censoring_rate
            }
        }
        truth
    }

    /// P(C < T): the integral of r exp(-r u) S(u), by the midpoint rule.
    fn censored_share(&self) -> f64 {
        let (r, step) = (self.censoring_rate, 4.0);
        (0..4_000)
            .map(|i| (f64::from(i) + 0.5) * step)
            .map(|u| r * exp(-r * u) * self.survival(u) * step)
            .sum()
    }

    /// S(t).
    pub fn survival(&self, time: f64) -> f64 {
        exp(-LN_2 * pow(time / self.median, self.shape))
    }

    /// The visit at which survival is nearest to `level`.
    pub fn time_of(&self, level: f64) -> f64 {
        let time = self.median * pow(-log(level) / LN_2, 1.0 / self.shape);
        libm::round(time / self.visit) * self.visit
    }

    /// Median of the times as seen: the first visit with S < 1/2.
    pub fn seen_median(&self) -> f64 {
        libm::ceil(self.median / self.visit) * self.visit
    }

    /// Mean of the times as seen within a horizon that is a visit.
    pub fn restricted_mean(&self, horizon: f64) -> f64 {
        let visits = (horizon / self.visit) as u32;
        (0..visits).map(|k| self.survival(f64::from(k) * self.visit) * self.visit).sum()
    }

    /// One subject whose hazard is multiplied by `hazard_ratio`: day seen last, and whether with the event.
    pub fn subject(&self, draw: &mut Draw, hazard_ratio: f64) -> (i32, bool) {
        let time = self.median * pow(draw.exponential() / (LN_2 * hazard_ratio), 1.0 / self.shape);
        let censoring = draw.exponential() / self.censoring_rate;
        let seen = libm::ceil(time / self.visit) * self.visit;
        let last = libm::floor(censoring / self.visit) * self.visit;
        let (day, event) = if seen <= last { (seen, true) } else { (last, false) };
        (day.min(1e9) as i32, event)
    }

    /// `n` subjects.
    pub fn subjects(&self, draw: &mut Draw, n: usize) -> (Vec<i32>, Vec<bool>) {
        (0..n).map(|_| self.subject(draw, 1.0)).unzip()
    }
}
