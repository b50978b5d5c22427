//! Exit probability of the Gaussian process behind a maximally selected statistic.
//!
//! The standardised statistics of increasing cuts m1 < m2 have correlation
//! sqrt(m1 (n - m2) / (m2 (n - m1))), which factors: the process is Markov. The density of the paths
//! that have stayed within [-b, b] is therefore carried from cut to cut by a one-dimensional integral,
//! and what leaves at each cut is summed: small p-values keep all their digits.

use crate::special::{normal_density, normal_two_sided, normal_upper};
use libm::{exp, sqrt};
use std::f64::consts::PI;

/// A Gaussian kernel is negligible beyond this many standard deviations.
const REACH: f64 = 8.5;
/// Nodes per standard deviation of the narrowest kernel, and at least in all (on half the interval).
const DENSITY: f64 = 1.15;
const LEAST_NODES: usize = 48;
const MOST_NODES: usize = 6000;

/// P(max |Z| > b) over the cuts.
pub(super) fn exit_probability(b: f64, n: usize, cuts: &[usize]) -> f64 {
    if b <= 0.0 {
        return 1.0;
    }
    let steps: Vec<(f64, f64)> = cuts.windows(2).map(|w| correlation(n, w[0], w[1])).collect();
    let narrowest = steps.iter().fold(1.0f64, |least, (_, s)| least.min(*s));
    let nodes = ((DENSITY * PI * b / narrowest / 2.0) as usize).clamp(LEAST_NODES, MOST_NODES);
    let rule = HalfRule::new(nodes, b);
    // The density is even: half of it is carried.
    let mut density: Vec<f64> = rule.node.iter().map(|&z| normal_density(z)).collect();
    let mut exit = normal_two_sided(b);
    for (r, s) in steps {
        let mass: Vec<f64> = density.iter().zip(&rule.weight).map(|(f, w)| f * w).collect();
        exit += 2.0 * leaving(&rule, &mass, b, r, s);
        density = carry(&rule, &mass, r, s);
    }
    exit.min(1.0)
}

/// Correlation r of neighbouring cuts, and s = sqrt(1 - r^2) without cancellation.
fn correlation(n: usize, m1: usize, m2: usize) -> (f64, f64) {
    let (n, m1, m2) = (n as f64, m1 as f64, m2 as f64);
    (sqrt(m1 * (n - m2) / (m2 * (n - m1))), sqrt(n * (m2 - m1) / (m2 * (n - m1))))
}

/// Mass that leaves [-b, b] in this step, from the half [0, b].
fn leaving(rule: &HalfRule, mass: &[f64], b: f64, r: f64, s: f64) -> f64 {
    let begin = rule.node.partition_point(|&z| r * z < b - 38.0 * s);
    let part = |(z, m): (&f64, &f64)| m * (normal_upper((b - r * z) / s) + normal_upper((b + r * z) / s));
    rule.node[begin..].iter().zip(&mass[begin..]).map(part).sum()
}

/// The density after the step, at the nodes.
fn carry(rule: &HalfRule, mass: &[f64], r: f64, s: f64) -> Vec<f64> {
    let scale = 1.0 / (s * sqrt(2.0 * PI));
    let factor = -0.5 / (s * s);
    let kernel = |distance: f64| exp(factor * distance * distance);
    let at = |&z: &f64| {
        // The nodes whose kernel reaches z, and for small z also the mirrored ones.
        let from = rule.node.partition_point(|&x| r * x < z - REACH * s);
        let to = rule.node.partition_point(|&x| r * x <= z + REACH * s);
        let near = (from..to).map(|i| mass[i] * kernel(z - r * rule.node[i])).sum::<f64>();
        let mirrored = rule.node.partition_point(|&x| r * x <= REACH * s - z);
        let far = (0..mirrored).map(|i| mass[i] * kernel(z + r * rule.node[i])).sum::<f64>();
        scale * (near + far)
    };
    if rule.node.len() < 256 {
        return rule.node.iter().map(at).collect();
    }
    use rayon::prelude::*;
    rule.node.par_iter().with_min_len(64).map(at).collect()
}

/// The upper half of a Gauss-Legendre rule on [-b, b] with an even number of nodes.
struct HalfRule {
    node: Vec<f64>,
    weight: Vec<f64>,
}

impl HalfRule {
    fn new(half: usize, b: f64) -> Self {
        let n = 2 * half;
        let (mut node, mut weight) = (Vec::with_capacity(half), Vec::with_capacity(half));
        // Roots of the Legendre polynomial by Newton's method, from the cosine approximation; the
        // positive ones, ascending.
        for i in (0..half).rev() {
            let mut x = libm::cos(PI * (i as f64 + 0.75) / (n as f64 + 0.5));
            let mut slope = 1.0;
            for _ in 0..4 {
                let (p, derivative) = legendre(n, x);
                slope = derivative;
                x -= p / derivative;
            }
            node.push(b * x);
            weight.push(b * 2.0 / ((1.0 - x * x) * slope * slope));
        }
        HalfRule { node, weight }
    }
}

/// Legendre polynomial of degree n and its derivative.
fn legendre(n: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, x);
    for k in 2..=n {
        let k = k as f64;
        (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
    }
    (value, n as f64 * (x * value - before) / (x * x - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cut_is_the_normal_tail() {
        for b in [0.5, 1.96, 5.0, 12.0] {
            assert!((exit_probability(b, 100, &[40]) / normal_two_sided(b) - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn two_independent_like_cuts_stay_below_the_sum() {
        let p = exit_probability(2.0, 1000, &[1, 999]);
        let one = normal_two_sided(2.0);
        // Correlation 0.001: nearly independent.
        assert!((p - (1.0 - (1.0 - one) * (1.0 - one))).abs() < 1e-6, "{p}");
    }

    #[test]
    fn small_probabilities_keep_their_digits() {
        // Between the largest single tail and the sum of all.
        let cuts: Vec<usize> = (10..90).collect();
        let p = exit_probability(14.0, 100, &cuts);
        let one = normal_two_sided(14.0);
        assert!(p > one && p < 80.0 * one, "{p}");
    }
}
