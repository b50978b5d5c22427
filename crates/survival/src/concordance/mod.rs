//! Concordance of a score with survival: Harrell's C and Uno's, with infinitesimal-jackknife errors.

mod counts;
mod sweep;

use crate::axis::Timeline;
use crate::censoring::censoring_before;
use crate::cox::check_finite;
use crate::error::{Result, SurvivalError};
use crate::owned::compress_codes;
use crate::sample::{Sample, check_length};
use crate::table::DayTable;
use libm::sqrt;

/// Probability that of two subjects the one with the higher score has the event first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concordance {
    /// (concordant + tied / 2) / comparable pairs.
    pub estimate: f64,
    /// Infinitesimal-jackknife standard error, over clusters if the sample has them.
    pub std_error: f64,
    /// Pairs in which the higher score has the event first (sum of products of weights).
    pub concordant: f64,
    /// Pairs in which the lower score has the event first.
    pub discordant: f64,
    /// Comparable pairs with equal scores: each counts half.
    pub tied_score: f64,
}

/// How pairs are weighted by the time of their earlier event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ConcordanceWeights {
    /// Every comparable pair 1: Harrell's C.
    #[default]
    Harrell,
    /// 1 / G(t-)^2, G the censoring distribution: Uno's C, free of the censoring (R's `n/G2`).
    Uno,
    /// N S(t-) / n(t), S the Kaplan-Meier curve and n the number at risk: the Peto-Wilcoxon weights of
    /// a score test (R's `S`).
    Survival,
    /// N S(t-) / (G(t-) n(t)): Schemper's weights (R's `S/G`).
    SurvivalOverCensoring,
    /// 1 / n(t): every event counts the same (R's `I`).
    Events,
}

/// Harrell's C. `score`: high means early event, as a Cox linear predictor.
///
/// A pair is comparable if the earlier time is an event and the other subject is then at risk; an
/// event and a censoring at the same time are comparable, two events at the same time are not.
/// Pairs are of one stratum.
///
/// # Errors
/// [`SurvivalError::NoComparablePairs`], [`SurvivalError::LengthMismatch`], [`SurvivalError::NotFinite`].
/// # Source
/// Harrell et al. 1982; Therneau & Watson 2017; `docs/methods/concordance.md`.
/// Checked against R `survival::concordance()`: `reference/concordance/`.
/// # Example
/// ```
/// use oligomet_survival::{concordance, Sample, Times};
/// let sample = Sample::new(Times::Days(&[10, 20, 30, 40]), &[true, true, true, false])?;
/// let c = concordance(&sample, &[3.0, 4.0, 2.0, 1.0])?; // 5 of 6 pairs
/// assert!((c.estimate - 5.0 / 6.0).abs() < 1e-15);
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn concordance(sample: &Sample<'_>, score: &[f64]) -> Result<Concordance> {
    weighted_concordance(sample, score, ConcordanceWeights::Harrell)
}

/// Concordance with a choice of pair weights; see [`concordance`].
///
/// # Errors
/// As [`concordance`]; [`SurvivalError::NotCovered`] for weights by the censoring distribution with
/// delayed entry. Curves are those of all rows, also where there are strata (R: of each stratum).
/// # Source
/// Uno et al. 2011; Schemper, Wakounig & Heinze 2009; Therneau & Watson 2017.
pub fn weighted_concordance(
    sample: &Sample<'_>,
    score: &[f64],
    weights: ConcordanceWeights,
) -> Result<Concordance> {
    check_length("score", sample.n(), score.len())?;
    check_finite("score", score, 0)?;
    if weights == ConcordanceWeights::Harrell && counts::applies(sample) {
        return counts::concordance(sample, score);
    }
    sweep::concordance(sample, score, weights)
}

/// A row with the pairs it is in.
struct Row {
    row: usize,
    weight: f64,
    /// Weight of its concordant pairs, and half of that of pairs with equal scores.
    favourable: f64,
    /// Weight of its comparable pairs.
    all: f64,
}

/// C and its error from the weights of all concordant, tied and discordant pairs and from those of each row.
/// The rows come in one order whatever the number of threads.
fn summarise<I: Iterator<Item = Row>>(
    total: [f64; 3],
    sample: &Sample<'_>,
    rows: impl FnOnce() -> I,
) -> Result<Concordance> {
    let [concordant, tied_score, discordant] = total;
    let comparable: f64 = total.iter().sum();
    if comparable <= 0.0 {
        return Err(SurvivalError::NoComparablePairs);
    }
    let estimate = (concordant + tied_score / 2.0) / comparable;
    // Influence of a row: its own pairs' excess over the estimate.
    let influence = |r: &Row| r.weight * (r.favourable - estimate * r.all) / comparable;
    let variance = match sample.clusters {
        None => rows().map(|r| influence(&r) * influence(&r)).sum::<f64>(),
        Some(clusters) => {
            let (cluster, n) = compress_codes(clusters);
            let mut sums = vec![0.0; n];
            rows().for_each(|r| sums[cluster[r.row] as usize] += influence(&r));
            sums.iter().map(|s| s * s).sum()
        }
    };
    Ok(Concordance { estimate, std_error: sqrt(variance), concordant, discordant, tied_score })
}

/// Weight of pairs whose earlier event is at the slot; empty if all are 1.
fn time_weights(
    sample: &Sample<'_>,
    timeline: &Timeline<'_>,
    weights: ConcordanceWeights,
) -> Result<Vec<f64>> {
    use ConcordanceWeights::{Events, Harrell, Survival, SurvivalOverCensoring, Uno};
    let by_censoring = matches!(weights, Uno | SurvivalOverCensoring);
    if by_censoring && timeline.entry.is_some() {
        let method = if weights == Uno { "Uno's concordance" } else { "concordance with weights S/G" };
        return Err(SurvivalError::NotCovered { method, what: "delayed entry" });
    }
    if weights == Harrell {
        return Ok(Vec::new());
    }
    let table = DayTable::fill(sample, timeline, 1, |_| 0);
    let (at_risk, events) = (table.lane(0).at_risk(), table.lane(0).all_events());
    let total: f64 = table.lane(0).exits.iter().sum();
    let g = if by_censoring { censoring_before(sample, timeline) } else { Vec::new() };
    let mut s = 1.0;
    let mut of_slot = |(slot, (&n, &d)): (usize, (&f64, &f64))| {
        let before = s;
        if d > 0.0 {
            s *= (n - d) / n;
        }
        let weight = match weights {
            Harrell => 1.0,
            Uno => 1.0 / (g[slot] * g[slot]),
            Survival => total * before / n,
            SurvivalOverCensoring => total * before / (g[slot] * n),
            Events => 1.0 / n,
        };
        if weight.is_finite() { weight } else { 0.0 }
    };
    Ok(at_risk.iter().zip(&events).enumerate().map(&mut of_slot).collect())
}
