//! Conditional Monte-Carlo p-values.

use super::{Cutpoint, CutpointOptions, Moments, best_cutpoint};
use crate::error::Result;
use crate::random::{Stream, Streams};
use crate::sample::Sample;
use crate::special::binomial_interval;
use libm::sqrt;
use rayon::prelude::*;

/// A statistic this close to the observed one counts as reaching it.
const TIE: f64 = 1e-9;
/// Permutations per task: fixed, so that results do not depend on threads (they are counts anyway).
const CHUNK: u32 = 512;

/// A Monte-Carlo p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonteCarlo {
    /// (reached + 1) / (replicates + 1): never 0.
    pub p_value: f64,
    /// Permutations that reached the observed statistic.
    pub reached: u32,
    /// Permutations.
    pub replicates: u32,
    /// Lower 95 % limit (Clopper-Pearson) of the exact p-value, for the Monte-Carlo error alone.
    pub conf_low: f64,
    /// Upper 95 % limit of the exact p-value.
    pub conf_high: f64,
}

impl MonteCarlo {
    pub(crate) fn new(reached: u32, replicates: u32) -> Self {
        let (conf_low, conf_high) = binomial_interval(reached, replicates, 0.95);
        let p_value = (f64::from(reached) + 1.0) / (f64::from(replicates) + 1.0);
        MonteCarlo { p_value, reached, replicates, conf_low, conf_high }
    }
}

/// Cuts with what standardises their sums.
struct Standardised {
    cuts: Vec<(usize, f64, f64)>,
}

impl Standardised {
    fn new(cuts: &[usize], moments: Moments) -> Self {
        let of = |&m: &usize| (m, moments.mean(m), 1.0 / sqrt(moments.variance(m)));
        Standardised { cuts: cuts.iter().map(of).collect() }
    }

    /// Largest absolute statistic of scores in order of x.
    fn maximum(&self, scores: impl Fn(usize) -> f64) -> f64 {
        let (mut sum, mut next, mut largest) = (0.0, 0, 0.0f64);
        for &(m, mean, inverse) in &self.cuts {
            while next < m {
                sum += scores(next);
                next += 1;
            }
            largest = largest.max(((sum - mean) * inverse).abs());
        }
        largest
    }
}

fn chunks(replicates: u32) -> impl IndexedParallelIterator<Item = std::ops::Range<u32>> {
    let count = replicates.div_ceil(CHUNK);
    (0..count).into_par_iter().map(move |c| c * CHUNK..((c + 1) * CHUNK).min(replicates))
}

/// Centred scores in order of x, and by number of rows below it what standardises each cut: 0 where there is none.
struct Scan {
    centred: Vec<f64>,
    inverse: Vec<f64>,
    /// Rows at or below the first cut.
    least: usize,
}

impl Scan {
    fn new(cutpoint: &Cutpoint) -> Self {
        let moments = Moments::new(&cutpoint.scores);
        let centred: Vec<f64> = cutpoint.scores.iter().map(|a| a - moments.mean(1)).collect();
        let cuts = cutpoint.cuts();
        let mut inverse = vec![0.0; centred.len()];
        cuts.iter().for_each(|&m| inverse[m] = 1.0 / sqrt(moments.variance(m)));
        Scan { centred, inverse, least: cuts[0] }
    }

    /// Largest absolute statistic of one permutation. The shuffle settles the last places first: the scores above
    /// a cut, whose sum is minus that below it, are known once it comes by, and the rest of it is not needed.
    fn maximum(&self, stream: &mut Stream, scores: &mut [f64]) -> f64 {
        scores.copy_from_slice(&self.centred);
        let (mut above, mut largest) = (0.0, 0.0f64);
        for i in (self.least..scores.len()).rev() {
            stream.settle(scores, i);
            above += scores[i];
            largest = largest.max((above * self.inverse[i]).abs());
        }
        largest
    }
}

pub(super) fn monte_carlo(cutpoint: &Cutpoint, replicates: u32, seed: u64) -> MonteCarlo {
    let (scan, streams) = (Scan::new(cutpoint), Streams::new(seed));
    let limit = cutpoint.statistic * (1.0 - TIE);
    let count = |range: std::ops::Range<u32>| {
        let mut scores = scan.centred.clone();
        let reaches =
            |replicate: &u32| scan.maximum(&mut streams.of(u64::from(*replicate)), &mut scores) >= limit;
        range.filter(reaches).count() as u32
    };
    MonteCarlo::new(chunks(replicates).map(count).sum(), replicates)
}

/// Several covariates at once.
#[derive(Debug, Clone, PartialEq)]
pub struct MaxTest {
    /// Best cut of each covariate.
    pub cutpoints: Vec<Cutpoint>,
    /// P-value of each, adjusted for its cuts and for all covariates: how often the largest
    /// statistic of all covariates reached this one's.
    pub adjusted: Vec<MonteCarlo>,
}

/// Cuts of several covariates, with p-values adjusted for cuts and covariates by the distribution of
/// the largest statistic (max-T, Westfall & Young 1993). Holds whatever the dependence between them.
///
/// # Errors
/// As [`best_cutpoint`], for the first covariate that has no cut.
pub fn max_t_test(
    sample: &Sample<'_>,
    covariates: &[&[f64]],
    options: &CutpointOptions,
    replicates: u32,
    seed: u64,
) -> Result<MaxTest> {
    let cutpoints: Vec<Cutpoint> =
        covariates.iter().map(|x| best_cutpoint(sample, x, options)).collect::<Result<_>>()?;
    let scores = super::log_rank_scores(sample)?;
    let prepared: Vec<(Vec<u32>, Standardised)> = covariates
        .iter()
        .map(|x| {
            let (order, cuts) = super::cuts_of(x, options)?;
            Ok((order, Standardised::new(&cuts, Moments::new(&scores))))
        })
        .collect::<Result<_>>()?;
    let limits: Vec<f64> = cutpoints.iter().map(|c| c.statistic * (1.0 - TIE)).collect();
    let count = |range: std::ops::Range<u32>| {
        let mut permuted = scores.clone();
        let mut reached = vec![0u32; limits.len()];
        for replicate in range {
            permuted.copy_from_slice(&scores);
            Stream::new(seed, u64::from(replicate)).shuffle(&mut permuted);
            let maximum =
                |(order, cuts): &(Vec<u32>, Standardised)| cuts.maximum(|i| permuted[order[i] as usize]);
            let largest = prepared.iter().map(maximum).fold(0.0, f64::max);
            reached.iter_mut().zip(&limits).for_each(|(r, limit)| *r += u32::from(largest >= *limit));
        }
        reached
    };
    let add = |a: Vec<u32>, b: Vec<u32>| a.iter().zip(&b).map(|(a, b)| a + b).collect();
    let reached = chunks(replicates).map(count).reduce(|| vec![0; limits.len()], add);
    let adjusted = reached.into_iter().map(|r| MonteCarlo::new(r, replicates)).collect();
    Ok(MaxTest { cutpoints, adjusted })
}
