//! The two families of estimates of S(t): products, and exponentials of the cumulative hazard.

use super::interval::{BetaProduct, ConfType};
use libm::exp;

/// Which estimate of S(t) a curve is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SurvivalEstimator {
    /// Kaplan and Meier's product of 1 - d/n, with Greenwood's variance.
    #[default]
    KaplanMeier,
    /// exp(-H), H the cumulative hazard, whose variance is that of log S.
    FlemingHarrington {
        /// What tied events add to H.
        ties: HazardTies,
    },
}

/// What d tied events among n at risk add to the cumulative hazard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HazardTies {
    /// d/n, as if none left before the others: Nelson and Aalen's estimate. The variance adds d/n^2.
    /// R: `survfit(stype = 2, ctype = 1)`.
    #[default]
    NelsonAalen,
    /// 1/n + 1/(n - 1) + ... + 1/(n - d + 1), as if one after the other (Fleming & Harrington 1984);
    /// nearer to Kaplan-Meier. The variance adds the squares. With weights the events leave with their
    /// mean weight. R: `survfit(stype = 2, ctype = 2)`.
    FlemingHarrington,
}

/// Steps of the hazard, of its variance, and of its influence at one time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct HazardStep {
    pub(super) hazard: f64,
    pub(super) variance: f64,
    /// Derivative of the hazard in the weight of a row that has its event here, apart from being at risk.
    pub(super) per_event: f64,
    /// Minus the derivative in the weight of a row at risk.
    pub(super) per_at_risk: f64,
}

impl HazardTies {
    /// `n` at risk, events of total weight `d` from `rows` rows.
    pub(super) fn step(self, n: f64, d: f64, rows: f64) -> HazardStep {
        if d <= 0.0 {
            return HazardStep::default();
        }
        match self {
            HazardTies::NelsonAalen => HazardStep {
                hazard: d / n,
                variance: d / (n * n),
                per_event: 1.0 / n,
                per_at_risk: d / (n * n),
            },
            HazardTies::FlemingHarrington => one_by_one(n, d, rows),
        }
    }
}

fn one_by_one(n: f64, d: f64, rows: f64) -> HazardStep {
    let mean = d / rows;
    let mut sum = HazardStep::default();
    for gone in 0..rows as u64 {
        let share = gone as f64 / rows;
        let left = n - share * d;
        sum.hazard += mean / left;
        sum.variance += mean / (left * left);
        sum.per_event += 1.0 / (rows * left) + mean * share / (left * left);
        sum.per_at_risk += mean / (left * left);
    }
    sum
}

/// What has accumulated up to a time.
pub(super) struct Running {
    pub(super) estimator: SurvivalEstimator,
    pub(super) survival: f64,
    /// Variance of log S(t); none once S(t) is 0.
    pub(super) log_variance: Option<f64>,
    pub(super) hazard: f64,
    pub(super) hazard_variance: f64,
    /// What the last event time added to it.
    pub(super) last_variance: f64,
    pub(super) events: f64,
    /// Moments for the beta-product interval, where that is wanted.
    pub(super) product: Option<BetaProduct>,
}

impl Running {
    pub(super) fn new(estimator: SurvivalEstimator, conf_type: ConfType) -> Self {
        Running {
            estimator,
            survival: 1.0,
            log_variance: Some(0.0),
            hazard: 0.0,
            hazard_variance: 0.0,
            last_variance: 0.0,
            events: 0.0,
            product: (conf_type == ConfType::BetaProduct).then_some(BetaProduct::ONE),
        }
    }

    pub(super) fn step(&mut self, n: f64, d: f64, rows: f64) {
        if d <= 0.0 {
            return;
        }
        self.events += d;
        let ties = match self.estimator {
            SurvivalEstimator::KaplanMeier => HazardTies::NelsonAalen,
            SurvivalEstimator::FlemingHarrington { ties } => ties,
        };
        let step = ties.step(n, d, rows);
        self.hazard += step.hazard;
        self.hazard_variance += step.variance;
        self.last_variance = step.variance;
        match self.estimator {
            SurvivalEstimator::KaplanMeier => self.multiply(n, d),
            SurvivalEstimator::FlemingHarrington { .. } => {
                self.survival = exp(-self.hazard);
                self.log_variance = Some(self.hazard_variance);
            }
        }
    }

    fn multiply(&mut self, n: f64, d: f64) {
        self.product = self.product.map(|product| product.times(n - d + 1.0, d));
        let survivors = survivors(n, d);
        self.survival *= survivors / n;
        let greenwood = |g: f64| (survivors > 0.0).then(|| g + d / (n * survivors));
        self.log_variance = self.log_variance.and_then(greenwood);
    }
}

/// n - d; below this share of n it is a rounding residue of weights, not a risk set.
pub(crate) fn survivors(n: f64, d: f64) -> f64 {
    if n - d > 1e-12 * n { n - d } else { 0.0 }
}
