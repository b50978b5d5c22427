//! The supremum of a likelihood that rises for ever in some direction v.
//!
//! In the limit along v only the rows with the highest v'x of a risk set are left in it, which is to say
//! that rows with different v'x are strata apart. So the limit is the likelihood of the sample
//! stratified by v'x as well: an ordinary problem, in which v is not determined any more. It may rise
//! for ever in turn, and is then stratified further.

use super::kernel::Kernel;
use super::monotone::nearest_monotone;
use super::newton::Optimum;
use super::{CoxModel, Ties};
use crate::error::Result;
use crate::matrix::{Ldl, Matrix, dot};
use crate::owned::compress_codes;
use crate::sample::Sample;

/// Scores nearer than this, relative to their size, are of one level: as in the proof of a direction.
const SAME_LEVEL: f64 = 1e-6;
/// Part of a column in the flat direction of another from which on it is undetermined too.
const FLAT_SHARE: f64 = 1e-6;
const COLLINEAR: f64 = 1e-11;
/// Linear predictors that count as infinite.
const FAR: f64 = 100.0;

impl CoxModel<'_> {
    /// The optimum with its log-likelihood, finite coefficients and variances taken from the limit; as
    /// found where no direction was proved, or the limit cannot be told apart.
    ///
    /// # Errors
    /// Those of laying out the stratified sample.
    pub(super) fn to_supremum(&self, found: Optimum, free: &[bool]) -> Result<Optimum> {
        let n = self.sample.n();
        let mut strata = self.sample.strata.map_or_else(|| vec![0; n], |s| compress_codes(s).0);
        let mut infinite = vec![None; found.beta.len()];
        let mut directions = self.directions_of(&self.kernel, &found);
        let mut all = directions.clone();
        let mut limit = None;
        while !directions.is_empty() {
            for direction in &directions {
                note_signs(&mut infinite, direction);
            }
            let finer = self.stratify(&strata, &directions);
            if finer == strata {
                break;
            }
            strata = finer;
            let sample = Sample { strata: Some(&strata), ..self.sample };
            let kernel = Kernel::new(&sample, self.kernel.design, self.options.ties == Ties::Efron)?;
            let mut optimum = self.search_on(&kernel, free);
            directions = self.directions_of(&kernel, &optimum);
            all.extend(directions.iter().cloned());
            let undetermined = undetermined(&kernel, &found.identified, &optimum);
            optimum.robust = self.is_robust().then(|| self.robust_variance(&kernel, &optimum));
            limit = Some((optimum, undetermined));
        }
        Ok(match limit {
            Some((limit, undetermined)) => {
                let beta = self.far_along(&limit.beta, &all);
                self.combine(found, limit, beta, infinite, &undetermined)
            }
            None => found,
        })
    }

    /// The directions that the search proved; where it gave coefficients up without a proof, one is
    /// looked for along the way that they went.
    fn directions_of(&self, kernel: &Kernel<'_>, found: &Optimum) -> Vec<Vec<f64>> {
        if !found.directions.is_empty() || found.infinite.iter().all(Option::is_none) {
            return found.directions.clone();
        }
        let among_ties = self.options.ties != Ties::Exact;
        nearest_monotone(kernel, &found.beta, among_ties).into_iter().collect()
    }

    /// Codes of the strata refined by the levels of the directions' scores.
    fn stratify(&self, strata: &[u32], directions: &[Vec<f64>]) -> Vec<u32> {
        let mut codes = strata.to_vec();
        let p = self.kernel.n_columns();
        for direction in directions {
            let mut score = Vec::with_capacity(codes.len());
            self.kernel.for_each_block(0..codes.len(), |_, block| {
                score.extend(block.chunks_exact(p).map(|x| dot(x, direction)));
            });
            let level = levels(&score);
            let n_levels = level.iter().max().map_or(1, |l| u64::from(*l) + 1);
            let pairs: Vec<u64> =
                codes.iter().zip(&level).map(|(&c, &l)| u64::from(c) * n_levels + u64::from(l)).collect();
            codes = compress_pairs(&pairs);
        }
        codes
    }

    /// The limit's coefficients, moved far along the directions, the first of them farthest: for ranking
    /// rows by their linear predictor.
    fn far_along(&self, beta: &[f64], directions: &[Vec<f64>]) -> Vec<f64> {
        let mut beta = beta.to_vec();
        let mut reach = FAR;
        for direction in directions {
            let length = reach / self.kernel.largest_predictor(direction).max(f64::MIN_POSITIVE);
            beta.iter_mut().zip(direction).for_each(|(b, d)| *b += length * d);
            reach /= 2.0;
        }
        beta
    }

    fn combine(
        &self,
        found: Optimum,
        limit: Optimum,
        beta: Vec<f64>,
        mut infinite: Vec<Option<f64>>,
        undetermined: &[bool],
    ) -> Optimum {
        let p = beta.len();
        for j in (0..p).filter(|&j| found.identified[j]) {
            let lost = undetermined[j].then_some(if found.beta[j] < 0.0 { -1.0 } else { 1.0 });
            infinite[j] = infinite[j].or(limit.infinite[j]).or(lost);
        }
        let finite = |matrix: &Matrix| {
            let mut out = Matrix::zeros(p, p);
            for i in (0..p).filter(|&i| infinite[i].is_none()) {
                for j in (0..p).filter(|&j| infinite[j].is_none()) {
                    *out.at(i, j) = matrix.get(i, j);
                }
            }
            out
        };
        let (inverse, robust) = (finite(&limit.inverse), limit.robust.as_ref().map(finite));
        let mut state = self.kernel.evaluate(&beta);
        state.loglik = limit.value;
        Optimum {
            state,
            beta,
            inverse,
            robust,
            infinite,
            value: limit.value,
            converged: limit.converged,
            iterations: found.iterations + limit.iterations,
            ..found
        }
    }
}

/// The first direction in which a column goes to infinity decides its sign.
fn note_signs(infinite: &mut [Option<f64>], direction: &[f64]) {
    for (sign, &d) in infinite.iter_mut().zip(direction) {
        if sign.is_none() && d != 0.0 {
            *sign = Some(d.signum());
        }
    }
}

/// Columns that the limit does not determine although the sample did: those it leaves out, and those
/// that their flat directions need.
fn undetermined(kernel: &Kernel<'_>, identified: &[bool], limit: &Optimum) -> Vec<bool> {
    let p = identified.len();
    let information = kernel.information(&kernel.evaluate(&vec![0.0; p]));
    let kept: Vec<usize> = (0..p).filter(|&j| limit.identified[j]).collect();
    let factor = Ldl::new(&information.select(&kept, &kept), COLLINEAR);
    let mut out = vec![false; p];
    for j in (0..p).filter(|&j| identified[j] && !limit.identified[j]) {
        out[j] = true;
        let column: Vec<f64> = kept.iter().map(|&k| information.get(k, j)).collect();
        // A column without any information of its own lies in no direction of the others.
        if information.get(j, j) <= COLLINEAR * (0..p).fold(0.0f64, |m, k| m.max(information.get(k, k))) {
            continue;
        }
        for (&k, share) in kept.iter().zip(factor.solve(&column)) {
            out[k] |= share.abs() > FLAT_SHARE;
        }
    }
    out
}

/// Levels of scores, ascending; neighbours within rounding are of one level.
fn levels(score: &[f64]) -> Vec<u32> {
    let slack = SAME_LEVEL * score.iter().fold(0.0f64, |m, s| m.max(s.abs()));
    let mut order: Vec<u32> = (0..score.len() as u32).collect();
    order.sort_by(|&a, &b| score[a as usize].total_cmp(&score[b as usize]));
    let mut level = vec![0; score.len()];
    let mut current = 0;
    for pair in order.windows(2) {
        let (before, row) = (pair[0] as usize, pair[1] as usize);
        if score[row] - score[before] > slack {
            current += 1;
        }
        level[row] = current;
    }
    level
}

/// Distinct values as 0, 1, ... in ascending order.
fn compress_pairs(pairs: &[u64]) -> Vec<u32> {
    let mut distinct = pairs.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    pairs.iter().map(|p| distinct.partition_point(|d| d < p) as u32).collect()
}
