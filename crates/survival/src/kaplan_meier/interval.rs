//! Pointwise intervals of a survival probability.

use libm::{asin, exp, log, sin, sqrt};
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
