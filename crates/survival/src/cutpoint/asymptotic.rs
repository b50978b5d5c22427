//! Closed approximations to the distribution of a maximally selected statistic.

use crate::special::{normal_density, normal_two_sided};
use libm::{exp, log, sqrt};
use std::f64::consts::PI;

/// Lausen & Schumacher 1992, equation 10; 1 below b = 1, where the approximation means nothing,
/// and where all cuts are allowed: the process has no finite maximum at its ends.
pub(super) fn lausen_1992(b: f64, min_prop: f64, max_prop: f64) -> f64 {
    if b < 1.0 || min_prop <= 0.0 || max_prop >= 1.0 {
        return 1.0;
    }
    let span = log(max_prop * (1.0 - min_prop) / ((1.0 - max_prop) * min_prop));
    let density = normal_density(b);
    (4.0 * density / b + density * (b - 1.0 / b) * span).clamp(0.0, 1.0)
}

/// Lausen, Sauerbrei & Schumacher 1994: Worsley's bound with an expansion for each pair of
/// neighbouring cuts.
pub(super) fn lausen_1994(b: f64, n: usize, cuts: &[usize]) -> f64 {
    let n = n as f64;
    let pair = |w: &[usize]| {
        let (m1, m2) = (w[0] as f64, w[1] as f64);
        let t = sqrt(1.0 - m1 * (n - m2) / ((n - m1) * m2));
        exp(-b * b / 2.0) / PI * (t - (b * b / 4.0 - 1.0) * t * t * t / 6.0)
    };
    let sum: f64 = cuts.windows(2).map(pair).sum();
    (normal_two_sided(b) + sum).clamp(0.0, 1.0)
}
