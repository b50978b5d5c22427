//! Pointwise intervals of a survival probability.

use crate::special::beta_quantile;
use libm::{asin, exp, expm1, log, log1p, sin, sqrt};
use std::f64::consts::FRAC_PI_2;

/// The scale on which the pointwise interval is symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ConfType {
    /// S ± z SE(S), cut to [0, 1].
    Plain,
    /// Symmetric for log S (R's default), cut at 1.
    Log,
    /// Symmetric for log(-log S) (SAS's default, and ours).
    #[default]
    LogLog,
    /// Symmetric for log(S / (1 - S)).
    Logit,
    /// Symmetric for arcsin(sqrt S).
    Arcsine,
    /// Beta product (Fay, Brittain & Proschan 2013), by the method of moments: exists also where S is
    /// 0 or 1, keeps its level with few events, and is Clopper and Pearson's without censoring. For
    /// Kaplan-Meier curves without weights.
    BetaProduct,
}

/// First two moments of a product of independent beta variables X, as sums of logarithms: those of
/// factors near 1 keep their digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct BetaProduct {
    /// log E X.
    log_mean: f64,
    /// log (E X^2 / (E X)^2).
    log_spread: f64,
}

impl BetaProduct {
    pub(super) const ONE: BetaProduct = BetaProduct { log_mean: 0.0, log_spread: 0.0 };

    /// Times an independent beta(a, b).
    pub(super) fn times(self, a: f64, b: f64) -> Self {
        BetaProduct {
            log_mean: self.log_mean - log1p(b / a),
            log_spread: self.log_spread + log1p(b / (a * (a + b + 1.0))),
        }
    }

    /// Quantile of the beta variable with these moments.
    fn quantile(self, p: f64) -> f64 {
        if self.log_spread <= 0.0 {
            return exp(self.log_mean);
        }
        let a = -expm1(self.log_mean + self.log_spread) / expm1(self.log_spread);
        let b = a * expm1(-self.log_mean);
        beta_quantile(p, a, b)
    }

    /// The interval after a time, with `n_left` still at risk: the lower limit as if one of them were
    /// about to have the event.
    pub(super) fn interval(self, n_left: f64, conf_level: f64) -> (Option<f64>, Option<f64>) {
        let tail = (1.0 - conf_level) / 2.0;
        let low = if n_left > 0.0 { self.times(n_left, 1.0).quantile(tail) } else { 0.0 };
        (Some(low), Some(self.quantile(1.0 - tail)))
    }
}

/// The interval of `survival`, given the standard error of its logarithm. None where the scale does
/// not exist (S = 0; S = 1 on all scales but plain and log), as in R.
pub(crate) fn interval(
    conf_type: ConfType,
    survival: f64,
    log_std_error: Option<f64>,
    z: f64,
) -> (Option<f64>, Option<f64>) {
    let Some(se) = log_std_error.filter(|_| survival > 0.0) else {
        return (None, None);
    };
    let width = z * se;
    let needs_interior = !matches!(conf_type, ConfType::Plain | ConfType::Log);
    if needs_interior && survival >= 1.0 {
        return (None, None);
    }
    let (low, high) = match conf_type {
        ConfType::Plain => (survival - width * survival, survival + width * survival),
        ConfType::Log => (survival * exp(-width), survival * exp(width)),
        ConfType::LogLog => log_log(survival, width),
        ConfType::Logit => logit(survival, width),
        ConfType::Arcsine => arcsine(survival, width),
        // Needs the numbers at risk: the curve makes it.
        ConfType::BetaProduct => return (None, None),
    };
    (Some(low.max(0.0)), Some(high.min(1.0)))
}

fn log_log(survival: f64, width: f64) -> (f64, f64) {
    let hazard = -log(survival);
    (exp(-hazard * exp(width / hazard)), exp(-hazard * exp(-width / hazard)))
}

fn logit(survival: f64, width: f64) -> (f64, f64) {
    let odds = survival / (1.0 - survival);
    let step = width / (1.0 - survival);
    (1.0 - 1.0 / (1.0 + odds * exp(-step)), 1.0 - 1.0 / (1.0 + odds * exp(step)))
}

fn arcsine(survival: f64, width: f64) -> (f64, f64) {
    let angle = asin(sqrt(survival));
    let step = 0.5 * width * sqrt(survival / (1.0 - survival));
    let square = |a: f64| sin(a.clamp(0.0, FRAC_PI_2)) * sin(a.clamp(0.0, FRAC_PI_2));
    (square(angle - step), square(angle + step))
}
