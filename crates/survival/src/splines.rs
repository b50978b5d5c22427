//! Restricted cubic splines: a smooth covariate, linear in the tails.

use crate::cox::check_finite;
use crate::error::{Result, SurvivalError};

/// A restricted (natural) cubic spline with given knots.
///
/// # Example
/// ```
/// use oligomet_survival::RestrictedCubicSpline;
/// let spline = RestrictedCubicSpline::new(&[1.0, 2.0, 4.0])?;
/// let columns = spline.columns(&[0.5, 3.0, 9.0]);
/// assert_eq!(columns.len(), 2); // x itself and one curved part
/// assert_eq!(columns[1][0], 0.0); // no curve before the first knot
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RestrictedCubicSpline {
    knots: Vec<f64>,
}

/// Harrell's quantiles for 3 to 7 knots, evenly spaced between outer ones (Regression Modeling Strategies,
/// table 2.3, which rounds those of 7 knots).
fn harrell_quantiles(n_knots: usize) -> impl Iterator<Item = f64> {
    let outer = match n_knots {
        ..=3 => 0.1,
        4..=6 => 0.05,
        _ => 0.025,
    };
    (0..n_knots).map(move |k| outer + (1.0 - 2.0 * outer) * k as f64 / (n_knots - 1) as f64)
}

impl RestrictedCubicSpline {
    /// A spline with at least 3 ascending knots.
    ///
    /// # Errors
    /// [`SurvivalError::InvalidOption`].
    pub fn new(knots: &[f64]) -> Result<Self> {
        check_finite("knot", knots, 0)?;
        let ascending = knots.windows(2).all(|w| w[0] < w[1]);
        if knots.len() < 3 || !ascending {
            let expected = "there are at least 3 ascending knots";
            return Err(SurvivalError::InvalidOption {
                option: "knots",
                value: knots.len() as f64,
                expected,
            });
        }
        Ok(RestrictedCubicSpline { knots: knots.to_vec() })
    }

    /// 3 to 7 knots at Harrell's quantiles of `x`.
    ///
    /// # Errors
    /// [`SurvivalError::InvalidOption`] for another number, or if x has too few values for distinct knots.
    pub fn with_harrell_knots(x: &[f64], n_knots: usize) -> Result<Self> {
        check_finite("x", x, 0)?;
        if x.is_empty() {
            return Err(SurvivalError::NoSubjects);
        }
        if !(3..=7).contains(&n_knots) {
            let expected = "Harrell's knots number 3 to 7";
            return Err(SurvivalError::InvalidOption { option: "n_knots", value: n_knots as f64, expected });
        }
        let mut sorted = x.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        // R's quantile type 7.
        let quantile = |p: f64| {
            let at = p * (sorted.len() - 1) as f64;
            let below = at as usize;
            let above = (below + 1).min(sorted.len() - 1);
            sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
        };
        Self::new(&harrell_quantiles(n_knots).map(quantile).collect::<Vec<f64>>())
    }

    /// The knots.
    pub fn knots(&self) -> &[f64] {
        &self.knots
    }

    /// The columns of the basis: x, then one per knot but two, divided by the squared span of the
    /// knots so that all are on the scale of x (as R's `Hmisc::rcspline.eval(norm = 2)`).
    pub fn columns(&self, x: &[f64]) -> Vec<Vec<f64>> {
        let k = self.knots.len();
        let (last, before) = (self.knots[k - 1], self.knots[k - 2]);
        let span = last - self.knots[0];
        let cube = |v: f64| v.max(0.0) * v.max(0.0) * v.max(0.0);
        let mut columns = vec![x.to_vec()];
        for &knot in &self.knots[..k - 2] {
            let curve = |&x: &f64| {
                let tails = cube(x - before) * (last - knot) - cube(x - last) * (before - knot);
                (cube(x - knot) - tails / (last - before)) / (span * span)
            };
            columns.push(x.iter().map(curve).collect());
        }
        columns
    }
}
