//! Exit probability of the Gaussian process behind a maximally selected statistic.
//!
//! The standardised statistics of increasing cuts m1 < m2 have correlation
//! sqrt(m1 (n - m2) / (m2 (n - m1))), which factors: the process is Markov, and the same run backwards.
//! From a cut in the middle, the probability of leaving [-b, b] at some cut to the left, given the
//! value in the middle, is carried from the outermost cut inwards by a one-dimensional integral; to
//! the right likewise. Given the middle both sides are independent. Only probabilities of leaving are
//! summed, never 1 less a sum: small p-values keep all their digits.

use super::gaussian::sum_of_gaussians;
use crate::special::{normal_density, normal_two_sided, normal_upper};
use libm::sqrt;
use std::f64::consts::PI;

/// A Gaussian kernel is negligible beyond this many standard deviations, added to the s b of a path
/// that comes from the boundary: 2400 steps then lose less than 1e-11 of the whole.
const REACH: f64 = 8.0;
/// Nodes per standard deviation of the narrowest kernel, and at least in all (on half the interval).
const DENSITY: f64 = 1.3;
const LEAST_NODES: usize = 64;
const MOST_NODES: usize = 6000;
const STRETCH: f64 = 18.0;

/// Correlation r of neighbouring cuts, and s = sqrt(1 - r^2).
type Step = (f64, f64);

/// P(max |Z| > b) over the cuts.
pub(super) fn exit_probability(b: f64, n: usize, cuts: &[usize]) -> f64 {
    if b <= 0.0 {
        return 1.0;
    }
    let steps: Vec<Step> = cuts.windows(2).map(|w| correlation(n, w[0], w[1])).collect();
    let narrowest = steps.iter().fold(1.0f64, |least, (_, s)| least.min(*s));
    let nodes = ((DENSITY * b / narrowest) as usize).clamp(LEAST_NODES, MOST_NODES);
    let rule = HalfRule::new(nodes, b);
    let (left, right) = steps.split_at(steps.len() / 2);
    let (left, right) =
        rayon::join(|| exit_given(&rule, left.iter()), || exit_given(&rule, right.iter().rev()));
    let either = left.iter().zip(&right).map(|(l, r)| l + r - l * r);
    let mass = rule.node.iter().zip(&rule.weight).map(|(&z, w)| 2.0 * w * normal_density(z));
    (normal_two_sided(b) + either.zip(mass).map(|(e, m)| e * m).sum::<f64>()).min(1.0)
}

/// Correlation of two cuts, and sqrt(1 - r^2) without cancellation.
fn correlation(n: usize, m1: usize, m2: usize) -> Step {
    let (n, m1, m2) = (n as f64, m1 as f64, m2 as f64);
    (sqrt(m1 * (n - m2) / (m2 * (n - m1))), sqrt(n * (m2 - m1) / (m2 * (n - m1))))
}

/// Probability of leaving at one of the cuts of one side, given the value at the cut after the last
/// step, at the nodes. The function is even: half of it is carried.
fn exit_given<'s>(rule: &HalfRule, steps: impl Iterator<Item = &'s Step>) -> Vec<f64> {
    let mut exit = vec![0.0; rule.node.len()];
    let mut mass = exit.clone();
    for &(r, s) in steps {
        for ((m, e), w) in mass.iter_mut().zip(&exit).zip(&rule.weight) {
            *m = e * w;
        }
        rule.carry(r, s, &mass, &mut exit);
    }
    exit
}

/// The upper half of a rule on [-b, b] with an even number of nodes: Gauss-Legendre's, stretched by
/// z = b asin(a t) / asin(a), so that its nodes lie nearly evenly (Kosloff & Tal-Ezer 1993; Hale &
/// Trefethen 2008). A kernel of one width everywhere then needs fewer of them.
struct HalfRule {
    b: f64,
    node: Vec<f64>,
    weight: Vec<f64>,
}

impl HalfRule {
    fn new(half: usize, b: f64) -> Self {
        let n = 2 * half;
        let (mut node, mut weight) = (Vec::with_capacity(half), Vec::with_capacity(half));
        // As much as leaves the rule's own error at exp(-2 STRETCH).
        let a = 1.0 / libm::cosh(STRETCH / n as f64);
        let unit = b / libm::asin(a);
        for i in (0..half).rev() {
            let (t, slope) = legendre_root(n, i);
            node.push(unit * libm::asin(a * t));
            let stretched = unit * a / sqrt(1.0 - a * a * t * t);
            weight.push(stretched * 2.0 / ((1.0 - t * t) * slope * slope));
        }
        HalfRule { b, node, weight }
    }

    /// One step inwards: leaving at this step, or later from where the step leads.
    fn carry(&self, r: f64, s: f64, mass: &[f64], exit: &mut [f64]) {
        let reach = (REACH + self.b * s) * s;
        let scale = 1.0 / (s * sqrt(2.0 * PI));
        // The kernel as a power of 2, of nodes in its own unit.
        let unit = sqrt(0.5 * std::f64::consts::LOG2_E) / s;
        let scaled: Vec<f64> = self.node.iter().map(|z| z * unit).collect();
        let (mut from, mut to, mut mirrored) = (0, 0, self.node.len());
        for (&z, exit) in self.node.iter().zip(exit) {
            let centre = r * z;
            // The nodes that the kernel reaches, and for small z also the mirrored ones.
            while from < self.node.len() && self.node[from] < centre - reach {
                from += 1;
            }
            while to < self.node.len() && self.node[to] <= centre + reach {
                to += 1;
            }
            while mirrored > 0 && self.node[mirrored - 1] > reach - centre {
                mirrored -= 1;
            }
            let near = sum_of_gaussians(&scaled[from..to], &mass[from..to], centre * unit);
            let far = sum_of_gaussians(&scaled[..mirrored], &mass[..mirrored], -centre * unit);
            *exit = scale * (near + far) + self.leaving(centre, s, reach);
        }
    }

    /// Probability that the step itself leads out of [-b, b].
    fn leaving(&self, centre: f64, s: f64, reach: f64) -> f64 {
        let beyond = |distance: f64| if distance <= reach { normal_upper(distance / s) } else { 0.0 };
        beyond(self.b - centre) + beyond(self.b + centre)
    }
}

/// The i-th largest root of the Legendre polynomial of degree n, and the polynomial's slope there: by
/// Newton's method from the first terms of the asymptotic expansion.
fn legendre_root(n: usize, i: usize) -> (f64, f64) {
    let degree = n as f64;
    let shrink = 1.0 - (degree - 1.0) / (8.0 * degree * degree * degree);
    let mut x = shrink * libm::cos(PI * (i as f64 + 0.75) / (degree + 0.5));
    loop {
        let (p, slope) = legendre(n, x);
        let step = p / slope;
        x -= step;
        // Convergence is quadratic: a step of this size leaves nothing.
        if step.abs() < 1e-9 || step.is_nan() {
            return (x, legendre(n, x).1);
        }
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

    /// The same probability the plain way: the density of those inside is carried from cut to cut over
    /// all pairs of nodes, twice as many, and what leaves is summed.
    fn slowly(b: f64, n: usize, cuts: &[usize]) -> f64 {
        let steps: Vec<Step> = cuts.windows(2).map(|w| correlation(n, w[0], w[1])).collect();
        let narrowest = steps.iter().fold(1.0f64, |least, (_, s)| least.min(*s));
        let rule = HalfRule::new((4.0 * b / narrowest).max(96.0) as usize, b);
        let mut density: Vec<f64> = rule.node.iter().map(|&z| normal_density(z)).collect();
        let mut exit = normal_two_sided(b);
        for (r, s) in steps {
            let mass: Vec<f64> = density.iter().zip(&rule.weight).map(|(f, w)| f * w).collect();
            let tails = |z: f64| normal_upper((b - r * z) / s) + normal_upper((b + r * z) / s);
            exit += 2.0 * rule.node.iter().zip(&mass).map(|(&z, m)| m * tails(z)).sum::<f64>();
            let from = |z: f64| {
                let kernel = |x: f64| (normal_density((z - r * x) / s) + normal_density((z + r * x) / s)) / s;
                rule.node.iter().zip(&mass).map(|(&x, m)| m * kernel(x)).sum::<f64>()
            };
            density = rule.node.iter().map(|&z| from(z)).collect();
        }
        exit
    }

    fn agree(b: f64, n: usize, cuts: &[usize]) {
        let (fast, slow) = (exit_probability(b, n, cuts), slowly(b, n, cuts).min(1.0));
        assert!((fast / slow - 1.0).abs() < 1e-10, "b {b}, n {n}: {fast:e} and {slow:e}");
    }

    #[test]
    fn equals_the_plain_recursion() {
        for b in [0.3, 1.0, 2.0, 3.0, 5.0, 8.0, 14.0, 30.0] {
            agree(b, 100, &(10..=90).collect::<Vec<_>>());
            agree(b, 100, &[3, 4, 5, 9, 33, 34, 35, 36, 90, 99]);
            agree(b, 42, &[5, 20, 41]);
            agree(b, 1000, &[1, 999]);
            agree(b, 1000, &[1, 2]);
        }
    }

    #[test]
    fn equals_the_plain_recursion_for_many_cuts() {
        let cuts: Vec<usize> = (60..=540).collect();
        for b in [2.5, 7.97] {
            agree(b, 600, &cuts);
        }
    }

    #[test]
    fn the_order_of_the_cuts_may_be_reversed() {
        let cuts = [7, 8, 20, 21, 22, 60];
        let mirrored: Vec<usize> = cuts.iter().rev().map(|m| 100 - m).collect();
        let (p, q) = (exit_probability(2.2, 100, &cuts), exit_probability(2.2, 100, &mirrored));
        assert!((p / q - 1.0).abs() < 1e-13);
    }

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
