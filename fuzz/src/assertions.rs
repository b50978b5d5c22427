//! What every answer must satisfy.

use oligomet_survival::{ChiSquareTest, Matrix};

/// Rounding allowed at the edges of ranges.
pub const ROUNDING: f64 = 1e-9;

#[track_caller]
pub fn finite(what: &str, value: f64) {
    assert!(value.is_finite(), "{what} is {value}");
}

#[track_caller]
pub fn all_finite(what: &str, values: &[f64]) {
    values.iter().for_each(|&v| finite(what, v));
}

#[track_caller]
pub fn matrix(what: &str, m: &Matrix) {
    all_finite(what, m.as_slice());
}

#[track_caller]
pub fn at_least_0(what: &str, value: f64) {
    assert!(value >= 0.0 && value.is_finite(), "{what} is {value}");
}

#[track_caller]
pub fn probability(what: &str, value: f64) {
    assert!((0.0..=1.0).contains(&value), "{what} is {value}");
}

/// A probability that is a sum of many terms.
#[track_caller]
pub fn about_probability(what: &str, value: f64) {
    assert!((-ROUNDING..=1.0 + ROUNDING).contains(&value), "{what} is {value}");
}

#[track_caller]
pub fn not_rising(what: &str, values: &[f64]) {
    for pair in values.windows(2) {
        assert!(pair[1] <= pair[0], "{what} rises from {} to {}", pair[0], pair[1]);
    }
}

#[track_caller]
pub fn ascending(what: &str, values: &[f64]) {
    for pair in values.windows(2) {
        assert!(pair[1] > pair[0], "{what}: {} is not above {}", pair[1], pair[0]);
    }
}

/// Where limits exist they are ordered and hold the estimate.
#[track_caller]
pub fn interval(what: &str, low: Option<f64>, estimate: f64, high: Option<f64>) {
    let room = ROUNDING * estimate.abs().max(1e-3);
    for limit in low.iter().chain(&high) {
        finite(what, *limit);
    }
    if let Some(low) = low {
        assert!(low <= estimate + room, "{what}: lower limit {low} is above {estimate}");
    }
    if let Some(high) = high {
        assert!(high >= estimate - room, "{what}: upper limit {high} is below {estimate}");
    }
}

#[track_caller]
pub fn chi_square(what: &str, test: &ChiSquareTest) {
    finite(what, test.statistic);
    probability(what, test.p_value);
}

/// Equal but for rounding in another order of summation.
#[track_caller]
pub fn close(what: &str, a: f64, b: f64, tolerance: f64) {
    let size = a.abs().max(b.abs()).max(1.0);
    assert!((a - b).abs() <= tolerance * size, "{what}: {a} and {b}");
}

#[track_caller]
pub fn all_close(what: &str, a: &[f64], b: &[f64], tolerance: f64) {
    assert_eq!(a.len(), b.len(), "{what}: {} and {} values", a.len(), b.len());
    a.iter().zip(b).for_each(|(x, y)| close(what, *x, *y, tolerance));
}
