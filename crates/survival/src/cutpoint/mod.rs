//! Cut-points chosen from the data: maximally selected rank statistics and honest p-values.

mod asymptotic;
mod bootstrap;
mod gauss;
mod gaussian;
mod permutation;

pub use bootstrap::{CutpointEffect, CutpointInterval, bootstrap_cutpoint};
pub use permutation::{MaxTest, MonteCarlo, max_t_test};

use crate::axis::Timeline;
use crate::cox::check_finite;
use crate::error::{Result, SurvivalError};
use crate::sample::{Sample, check_length};
use libm::{floor, sqrt};

/// Which cuts are tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CutpointOptions {
    /// Smallest share of the rows at or below a cut. Default: 0.1.
    pub min_prop: f64,
    /// Largest share of the rows at or below a cut. Default: 0.9.
    pub max_prop: f64,
}

impl Default for CutpointOptions {
    fn default() -> Self {
        CutpointOptions { min_prop: 0.1, max_prop: 0.9 }
    }
}

/// One cut that was tried: low is x <= `cut`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The cut.
    pub cut: f64,
    /// Rows at or below it.
    pub n_low: usize,
    /// Standardised log-rank score statistic of the low group: positive where it does worse.
    pub statistic: f64,
}

/// The best cut of a covariate.
///
/// Never print the p-value of the two groups it makes: it was chosen to be small. Print one of the
/// adjusted ones, and that it is adjusted.
#[derive(Debug, Clone, PartialEq)]
pub struct Cutpoint {
    /// Low is x <= cut-point, a value of the data.
    pub cutpoint: f64,
    /// The largest absolute standardised statistic.
    pub statistic: f64,
    /// All cuts tried, ascending.
    pub candidates: Vec<Candidate>,
    /// Rows.
    pub n: usize,
    /// The limits.
    pub options: CutpointOptions,
    /// Log-rank scores in order of x.
    scores: Vec<f64>,
}

/// Finds the cut of `x` with the largest log-rank statistic, as R's `maxstat`.
///
/// Each subject has the log-rank score a = event - sum over events at or before its time of
/// 1 / (subjects leaving later + 1) (Hothorn & Lausen 2003); the statistic of a cut is the sum of the
/// scores at or below it, standardised by its permutation mean and variance.
///
/// # Errors
/// [`SurvivalError::NoEvents`]; [`SurvivalError::NoCut`] if x allows none; [`SurvivalError::NotCovered`] for
/// weights, strata or delayed entry; [`SurvivalError::InvalidOption`].
/// # Source
/// Lausen & Schumacher 1992; Hothorn & Lausen 2003; `docs/methods/cutpoint.md`. Checked against R
/// `maxstat::maxstat.test`: `reference/cutpoint/`.
/// # Example
/// ```
/// use oligomet_survival::{CutpointOptions, Sample, Times, best_cutpoint};
/// let days = [2, 3, 5, 8, 20, 25, 30, 31, 40, 41];
/// let x = [9.0, 8.0, 9.5, 7.0, 3.0, 4.0, 2.0, 1.0, 3.5, 2.5];
/// let sample = Sample::new(Times::Days(&days), &[true; 10])?;
/// let best = best_cutpoint(&sample, &x, &CutpointOptions::default())?;
/// assert_eq!(best.cutpoint, 3.5);
/// assert!(best.p_gauss() > 0.1); // as one given cut, the statistic 2.16 would have p = 0.03
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn best_cutpoint(sample: &Sample<'_>, x: &[f64], options: &CutpointOptions) -> Result<Cutpoint> {
    check(sample, x, options)?;
    let scores = log_rank_scores(sample)?;
    let (order, cuts) = cuts_of(x, options)?;
    let ordered: Vec<f64> = order.iter().map(|&row| scores[row as usize]).collect();
    let moments = Moments::new(&ordered);
    if moments.variance(1) <= 0.0 {
        return Err(SurvivalError::NoEvents);
    }
    let mut sum = 0.0;
    let mut next = 0;
    let mut candidates = Vec::with_capacity(cuts.len());
    for &m in &cuts {
        sum += ordered[next..m].iter().sum::<f64>();
        next = m;
        let statistic = (sum - moments.mean(m)) / sqrt(moments.variance(m));
        candidates.push(Candidate { cut: x[order[m - 1] as usize], n_low: m, statistic });
    }
    // The first of equal maxima.
    let best = candidates
        .iter()
        .fold(candidates[0], |best, c| if c.statistic.abs() > best.statistic.abs() { *c } else { best });
    Ok(Cutpoint {
        cutpoint: best.cut,
        statistic: best.statistic.abs(),
        candidates,
        n: x.len(),
        options: *options,
        scores: ordered,
    })
}

fn check(sample: &Sample<'_>, x: &[f64], options: &CutpointOptions) -> Result<()> {
    check_length("x", sample.n(), x.len())?;
    check_finite("x", x, 0)?;
    let limits = [("min_prop", options.min_prop), ("max_prop", options.max_prop)];
    for (option, value) in limits {
        if !(0.0..=1.0).contains(&value) {
            return Err(SurvivalError::InvalidOption { option, value, expected: "it lies between 0 and 1" });
        }
    }
    let what = match (sample.weights, sample.entry, sample.strata) {
        (Some(_), _, _) => "weights",
        (_, Some(_), _) => "delayed entry",
        (_, _, Some(_)) => "strata",
        _ => return Ok(()),
    };
    Err(SurvivalError::NotCovered { method: "the cut-point search", what })
}

/// Log-rank scores by row.
fn log_rank_scores(sample: &Sample<'_>) -> Result<Vec<f64>> {
    let timeline = Timeline::new(sample)?;
    let mut exits = vec![0u32; timeline.axis.len()];
    let mut events = vec![0u32; timeline.axis.len()];
    for row in 0..sample.n() {
        let slot = timeline.exit.get(row);
        exits[slot] += 1;
        events[slot] += u32::from(sample.is_event(row));
    }
    let mut later = sample.n() as u32;
    let mut hazard = 0.0;
    let mut cumulative = Vec::with_capacity(exits.len());
    for (&leaving, &d) in exits.iter().zip(&events) {
        later -= leaving;
        hazard += f64::from(d) / f64::from(later + 1);
        cumulative.push(hazard);
    }
    let score = |row: usize| {
        let event = if sample.is_event(row) { 1.0 } else { 0.0 };
        event - cumulative[timeline.exit.get(row)]
    };
    Ok((0..sample.n()).map(score).collect())
}

/// Rows in order of x, and the numbers of rows at or below each allowed cut.
fn cuts_of(x: &[f64], options: &CutpointOptions) -> Result<(Vec<u32>, Vec<usize>)> {
    let n = x.len();
    let mut order: Vec<u32> = (0..n as u32).collect();
    order.sort_by(|&a, &b| x[a as usize].total_cmp(&x[b as usize]));
    let least = (floor(n as f64 * options.min_prop) as usize).max(1);
    let most = floor(n as f64 * options.max_prop) as usize;
    let changes = |m: &usize| x[order[*m] as usize] != x[order[*m - 1] as usize];
    let cuts: Vec<usize> = (1..n).filter(changes).filter(|m| (least..=most).contains(m)).collect();
    if cuts.is_empty() { Err(SurvivalError::NoCut) } else { Ok((order, cuts)) }
}

/// Permutation mean and variance of the sum of the first m scores.
#[derive(Debug, Clone, Copy)]
struct Moments {
    n: f64,
    sum: f64,
    /// Sum of squared deviations from the mean.
    squares: f64,
}

impl Moments {
    fn new(scores: &[f64]) -> Self {
        let n = scores.len() as f64;
        let sum: f64 = scores.iter().sum();
        let mean = sum / n;
        Moments { n, sum, squares: scores.iter().map(|a| (a - mean) * (a - mean)).sum() }
    }

    fn mean(&self, m: usize) -> f64 {
        m as f64 / self.n * self.sum
    }

    fn variance(&self, m: usize) -> f64 {
        let m = m as f64;
        m * (self.n - m) / (self.n * (self.n - 1.0)) * self.squares
    }
}

impl Cutpoint {
    /// Numbers of rows at or below each cut tried.
    fn cuts(&self) -> Vec<usize> {
        self.candidates.iter().map(|c| c.n_low).collect()
    }

    /// P-value of Lausen & Schumacher 1992: asymptotic, for a continuous covariate.
    pub fn p_lausen92(&self) -> f64 {
        asymptotic::lausen_1992(self.statistic, self.options.min_prop, self.options.max_prop)
    }

    /// P-value of Lausen, Sauerbrei & Schumacher 1994: an improved Bonferroni bound that uses the
    /// cuts tried.
    pub fn p_lausen94(&self) -> f64 {
        asymptotic::lausen_1994(self.statistic, self.n, &self.cuts())
    }

    /// P-value of the Gaussian process over the cuts tried, exactly and without random numbers.
    ///
    /// R's `exactGauss` estimates the same probability by randomised integration, with an error of
    /// about 0.001, and fails for many cuts.
    pub fn p_gauss(&self) -> f64 {
        gauss::exit_probability(self.statistic, self.n, &self.cuts())
    }

    /// P-value by random permutations of the scores, given all ties of the data: the choice where
    /// the covariate has few values or events are few. Assumes that censoring does not depend on x.
    pub fn p_monte_carlo(&self, replicates: u32, seed: u64) -> MonteCarlo {
        permutation::monte_carlo(self, replicates, seed)
    }

    /// True where the covariate has so few values (under 20 cuts, or over a tenth of the rows at one
    /// value) that [`Cutpoint::p_lausen92`], made for continuous ones, should not be printed.
    pub fn has_few_values(&self) -> bool {
        let cuts = self.cuts();
        let largest = cuts.windows(2).map(|w| w[1] - w[0]).max().unwrap_or(self.n);
        cuts.len() < 20 || largest * 10 > self.n
    }
}
