//! Distributions, accurate far into the tail, from `libm` alone.

use libm::{erfc, exp, lgamma, log, sqrt};
use std::f64::consts::{PI, SQRT_2};

/// P(Z > z) of the standard normal; keeps its relative accuracy to below 1e-300.
pub(crate) fn normal_upper(z: f64) -> f64 {
    0.5 * erfc(z / SQRT_2)
}

/// P(|Z| > |z|), the two-sided p-value of a z statistic.
pub(crate) fn normal_two_sided(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// Density of the standard normal.
pub(crate) fn normal_density(z: f64) -> f64 {
    exp(-0.5 * z * z) / sqrt(2.0 * PI)
}

/// The z with P(Z <= z) = p, for 0 < p < 1.
///
/// Start from Acklam's rational approximation, then two Halley steps on the exact tail.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    let mut z = acklam(p);
    for _ in 0..2 {
        let error = normal_upper(-z) - p;
        let u = error / normal_density(z);
        z -= u / (1.0 + 0.5 * z * u);
    }
    z
}

/// The half-width multiplier of a two-sided interval: 1.96 for 0.95.
pub(crate) fn z_of_level(conf_level: f64) -> f64 {
    -normal_quantile((1.0 - conf_level) / 2.0)
}

/// Lower-half rational approximation of the normal quantile (relative error 1e-9), p <= 0.5.
fn acklam(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.383_577_518_672_69e2,
        -3.066479806614716e1,
        2.506628277459239,
    ];
    const B: [f64; 5] = [
        -5.447609879822406e1,
        1.615858368580409e2,
        -1.556989798598866e2,
        6.680131188771972e1,
        -1.328068155288572e1,
    ];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 4] = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
    let horner = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    if p < 0.02425 {
        let q = sqrt(-2.0 * log(p));
        horner(&C, q) / (horner(&D, q) * q + 1.0)
    } else {
        let q = p - 0.5;
        let r = q * q;
        q * horner(&A, r) / (horner(&B, r) * r + 1.0)
    }
}

/// P(X > statistic) of chi-square with a whole number of degrees of freedom.
///
/// A finite sum of positive terms (no cancellation): with half = statistic/2, the sum over
/// k = df/2 - 1, df/2 - 2, ... of half^k exp(-half) / gamma(k + 1), and for odd df the normal tail.
pub(crate) fn chi_square_upper(statistic: f64, df: usize) -> f64 {
    if df == 0 || statistic <= 0.0 {
        return 1.0;
    }
    if statistic.is_infinite() {
        return 0.0;
    }
    let half = statistic / 2.0;
    let least = if df % 2 == 1 { 0.5 } else { 0.0 };
    let base = if df % 2 == 1 { erfc(sqrt(half)) } else { 0.0 };
    let top = df as f64 / 2.0 - 1.0;
    if top < least {
        return base;
    }
    (base + poisson_terms(half, least, top)).min(1.0)
}

/// Sum of half^k exp(-half) / gamma(k + 1) for k = least, least + 1, ..., top.
fn poisson_terms(half: f64, least: f64, top: f64) -> f64 {
    let steps = (top - least) as usize;
    // Begin at the largest term, so that nothing overflows or vanishes.
    let mode = ((half - least).max(0.0) as usize).min(steps);
    let k_mode = least + mode as f64;
    let (mut sum, mut term) = (1.0, 1.0);
    for step in (0..mode).rev() {
        term *= (least + step as f64 + 1.0) / half;
        sum += term;
    }
    term = 1.0;
    for step in mode + 1..=steps {
        term *= half / (least + step as f64);
        sum += term;
    }
    exp(k_mode * log(half) - half - lgamma(k_mode + 1.0)) * sum
}

/// Regularised incomplete beta function I_x(a, b), by Lentz's continued fraction.
pub(crate) fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * libm::log1p(-x));
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(x, a, b) / a
    } else {
        1.0 - front * beta_fraction(1.0 - x, b, a) / b
    }
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let guard = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let (mut c, mut d) = (1.0, 1.0 / guard(1.0 - (a + b) * x / (a + 1.0)));
    let mut value = d;
    for m in 1..2000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

/// The x with I_x(a, b) = p; b or a of 0 put all mass at 1 or 0.
pub(crate) fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if a <= 0.0 {
        return 0.0;
    }
    if b <= 0.0 {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    // Bisection: 200 halvings reach the last bit also near 0.
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if beta_cdf(middle, a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Clopper & Pearson's interval of a probability, from `successes` out of `n`: (lower, upper).
///
/// `successes` at most `n`, `n` above 0, `conf_level` between 0 and 1. The lower limit of 0 successes is 0,
/// the upper one of `n` is 1.
/// # Source
/// Clopper & Pearson 1934, by quantiles of the beta distribution.
/// # Example
/// ```
/// let (low, high) = oligomet_survival::binomial_interval(0, 10, 0.95);
/// assert_eq!(low, 0.0);
/// assert!((high - (1.0 - 0.025f64.powf(0.1))).abs() < 1e-12);
/// ```
pub fn binomial_interval(successes: u32, n: u32, conf_level: f64) -> (f64, f64) {
    let (k, n, tail) = (f64::from(successes), f64::from(n), (1.0 - conf_level) / 2.0);
    (beta_quantile(tail, k, n - k + 1.0), beta_quantile(1.0 - tail, k + 1.0, n - k))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64, tolerance: f64) {
        assert!((found / expected - 1.0).abs() < tolerance, "{found} is not {expected}");
    }

    #[test]
    fn normal_quantiles_invert_the_tail() {
        close(z_of_level(0.95), 1.959_963_984_540_054, 1e-15);
        for p in [1e-300, 1e-20, 1e-5, 0.01, 0.024, 0.3, 0.4999] {
            close(normal_upper(-normal_quantile(p)), p, 1e-12);
        }
        assert_eq!(normal_quantile(0.5), 0.0);
    }

    #[test]
    fn chi_square_tail_against_r_pchisq() {
        // R: format(pchisq(x, df, lower.tail = FALSE), digits = 17)
        let cases = [
            (1000.0, 1, 1.795_832_784_800_726e-219),
            (1380.0, 2, 2.171_738_281_389_827e-300),
            (1365.0, 1, 8.473_683_779_641_913e-299),
            (700.0, 5, 4.911_986_103_573_2e-149),
            (200.0, 150, 0.003_973_185_970_821_609),
            (3000.0, 2500, 1.394_560_659_466_465_4e-11),
            (1390.0, 3, 4.356_067_937_865_181e-301),
            (1400.0, 5, 1.376_587_514_394_442_1e-300),
            (1415.0, 8, 3.232_399_007_758_105_5e-300),
            (1450.0, 10, 1.585_042_144_501_481_2e-305),
            (1600.0, 50, 2.877_925_172_802_522_3e-302),
            (2200.0, 300, 8.431_767_847_865_518e-286),
            (900.0, 17, 2.121_610_230_516_053_4e-180),
            (690.0, 1, 4.469_841_378_183_12e-152),
            (120.0, 31, 2.079_490_546_036_588_3e-12),
            (37.0, 4, 1.801_302_684_084_265_6e-7),
            (10.0, 1, 0.001_565_402_258_002_551_9),
            (0.5, 7, 0.999_446_481_390_425_1),
            (0.001, 2, 0.999_500_124_979_169_3),
        ];
        for (x, df, expected) in cases {
            close(chi_square_upper(x, df), expected, 1e-11);
        }
        close(chi_square_upper(3.841_458_820_694_124, 1), 0.05, 1e-14);
        close(chi_square_upper(5.991_464_547_107_979, 2), 0.05, 1e-14);
        close(chi_square_upper(18.307_038_053_275_146, 10), 0.05, 1e-13);
    }

    #[test]
    fn normal_tail_against_r_pnorm() {
        // R: format(2 * pnorm(-z), digits = 17)
        let cases = [
            (0.1, 0.920_344_325_445_942),
            (1.96, 0.049_995_790_296_440_856),
            (5.0, 5.733_031_437_583_878e-7),
            (8.3, 1.041_113_948_978_051e-16),
            (12.0, 3.552_964_224_155_358e-33),
            (20.0, 5.507_248_237_212_467e-89),
            (30.0, 9.813_427_854_296_374e-198),
            (37.0, 1.145_114_244_504_915_4e-299),
        ];
        for (z, expected) in cases {
            close(normal_two_sided(z), expected, 1e-12);
            close(normal_two_sided(-z), expected, 1e-12);
            close(2.0 * normal_upper(z), expected, 1e-12);
        }
    }

    #[test]
    fn beta_quantiles_against_r_qbeta() {
        // R: qbeta(c(0.025, 0.975, 0.5), c(3, 4, 0.5), c(8, 7, 0.5)), binom.test(2, 20)$conf.int
        close(beta_quantile(0.025, 3.0, 8.0), 0.06673951117773447, 1e-12);
        close(beta_quantile(0.975, 4.0, 7.0), 0.6524528500599973, 1e-12);
        close(beta_quantile(0.5, 0.5, 0.5), 0.5, 1e-12);
        let (low, high) = binomial_interval(2, 20, 0.95);
        close(low, 0.01234852717029481, 1e-12);
        close(high, 0.3169827140190823, 1e-12);
    }
}
