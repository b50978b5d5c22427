//! Test of proportional hazards: a score test of covariates times a function of time.

use super::kernel::{Kernel, State};
use super::{CoxFit, CoxModel};
use crate::axis::Timeline;
use crate::error::{Result, SurvivalError};
use crate::kaplan_meier::{KaplanMeierOptions, kaplan_meier};
use crate::log_rank::ChiSquareTest;
use crate::matrix::{Ldl, Matrix, dot};
use crate::sample::Sample;
use libm::log;

/// The function of time g(t) with which a covariate's effect may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeTransform {
    /// 1 - S(t-), S the Kaplan-Meier curve of all rows, unweighted and without strata (R's default).
    #[default]
    KaplanMeier,
    /// t itself.
    Identity,
    /// Mean rank of t among the exit times.
    Rank,
    /// log t; needs positive event times.
    Log,
}

/// Tests of proportional hazards.
#[derive(Debug, Clone, PartialEq)]
pub struct PhTest {
    /// One per column, one degree of freedom; none where the coefficient is not estimable.
    pub columns: Vec<Option<ChiSquareTest>>,
    /// One per term: all its columns together.
    pub terms: Vec<Option<ChiSquareTest>>,
    /// All columns together.
    pub global: ChiSquareTest,
    /// The function of time.
    pub transform: TimeTransform,
}

impl CoxModel<'_> {
    /// Tests whether the effect of each column, each term and all together changes with g(time).
    ///
    /// The score test of adding x g(t) to the fitted model, on the full information of both sets of
    /// coefficients, as R's `cox.zph` since version 3.0 (not the earlier averaged approximation).
    ///
    /// # Errors
    /// [`SurvivalError::InvalidOption`] for log of a time of 0;
    /// [`SurvivalError::NothingEstimable`], [`SurvivalError::SingularInformation`].
    /// # Source
    /// Grambsch & Therneau 1994; `docs/methods/proportional-hazards-test.md`.
    pub fn ph_test(&self, fit: &CoxFit, transform: TimeTransform) -> Result<PhTest> {
        self.check_not_exact("the test of proportional hazards")?;
        let g = self.transformed_times(transform)?;
        let state = self.state_at(fit);
        let used: Vec<usize> =
            (0..fit.coefficients.len()).filter(|&j| fit.coefficients[j].estimate().is_some()).collect();
        if used.is_empty() {
            return Err(SurvivalError::NothingEstimable);
        }
        let score = score_of_time_effects(&self.kernel, &state, &g);
        let squared: Vec<f64> = g.iter().map(|g| g * g).collect();
        let [base, cross, time] = self.kernel.informations(&state, [None, Some(&g), Some(&squared)]);
        // Once for all tests: p columns would take it apart p times, in p⁴ steps together.
        let base = Ldl::new(&base.select(&used, &used), 1e-13);
        let blocks = Blocks { base, cross, time, score, used };
        let column = |j: usize| blocks.test(&[j]);
        let design = self.kernel.design;
        let term = |t: usize| blocks.test(&design.columns_of_term(t));
        let all: Vec<usize> = (0..design.n_columns()).collect();
        Ok(PhTest {
            columns: (0..design.n_columns()).map(column).collect(),
            terms: (0..design.n_terms()).map(term).collect(),
            global: blocks.test(&all).ok_or(SurvivalError::SingularInformation)?,
            transform,
        })
    }

    /// g at the time of each cell, centred at its mean over the events.
    pub(crate) fn transformed_times(&self, transform: TimeTransform) -> Result<Vec<f64>> {
        let times = &self.kernel.grid.time;
        let mut g = match transform {
            TimeTransform::Identity => times.clone(),
            TimeTransform::Log => logarithms(times)?,
            TimeTransform::Rank => mean_ranks(&self.sample, times)?,
            TimeTransform::KaplanMeier => one_minus_km(&self.sample, times)?,
        };
        let events: f64 = self.kernel.grid.events.iter().map(|&d| f64::from(d)).sum();
        let sum: f64 = g.iter().zip(&self.kernel.grid.events).map(|(g, &d)| g * f64::from(d)).sum();
        g.iter_mut().for_each(|g| *g -= sum / events);
        Ok(g)
    }
}

fn logarithms(times: &[f64]) -> Result<Vec<f64>> {
    if let Some(&value) = times.iter().find(|t| **t <= 0.0) {
        return Err(SurvivalError::InvalidOption {
            option: "event time",
            value,
            expected: "log needs positive times",
        });
    }
    Ok(times.iter().map(|&t| log(t)).collect())
}

fn mean_ranks(sample: &Sample<'_>, times: &[f64]) -> Result<Vec<f64>> {
    let timeline = Timeline::new(sample)?;
    let mut counts = vec![0.0; timeline.axis.len()];
    (0..sample.n()).for_each(|row| counts[timeline.exit.get(row)] += 1.0);
    let mut before = 0.0;
    let mut ranks = Vec::new();
    for (slot, &count) in counts.iter().enumerate() {
        if count > 0.0 {
            ranks.push((timeline.axis.time(slot), before + (count + 1.0) / 2.0));
            before += count;
        }
    }
    let rank = |t: &f64| ranks[ranks.partition_point(|(time, _)| time < t).min(ranks.len() - 1)].1;
    Ok(times.iter().map(rank).collect())
}

fn one_minus_km(sample: &Sample<'_>, times: &[f64]) -> Result<Vec<f64>> {
    let unweighted = Sample { weights: None, ..*sample };
    let curve = kaplan_meier(&unweighted, &KaplanMeierOptions::default())?;
    let before = |t: &f64| match curve.time.partition_point(|x| x < t) {
        0 => 0.0,
        k => 1.0 - curve.survival[k - 1],
    };
    Ok(times.iter().map(before).collect())
}

/// Sum over events of g (x - mean of x in the risk set).
fn score_of_time_effects(kernel: &Kernel<'_>, state: &State, g: &[f64]) -> Vec<f64> {
    let p = kernel.n_columns();
    let (mut score, _) = kernel.sum_events(|cell| g[cell]);
    for (cell, terms) in state.terms.iter().enumerate() {
        let (s, e) = (kernel.risk_set(state, cell), kernel.tied(state, cell));
        for j in 0..p {
            score[j] -= g[cell] * (terms.a * s[j] - terms.b * e[j]);
        }
    }
    score
}

/// Information of coefficients (of those used, factorised) and of time effects, in blocks.
struct Blocks {
    base: Ldl,
    cross: Matrix,
    time: Matrix,
    score: Vec<f64>,
    used: Vec<usize>,
}

impl Blocks {
    /// Score test of the time effects of the given columns.
    fn test(&self, columns: &[usize]) -> Option<ChiSquareTest> {
        let tested: Vec<usize> = columns.iter().copied().filter(|j| self.used.contains(j)).collect();
        if tested.is_empty() {
            return None;
        }
        // Schur complement: what is left of the time effects' information once the model's
        // coefficients are fitted. Their score at the fit is 0.
        let cross = self.cross.select(&self.used, &tested);
        let mut left = self.time.select(&tested, &tested);
        for a in 0..tested.len() {
            let column: Vec<f64> = (0..self.used.len()).map(|i| cross.get(i, a)).collect();
            let solved = self.base.solve(&column);
            for b in 0..tested.len() {
                let other: f64 = (0..self.used.len()).map(|i| cross.get(i, b) * solved[i]).sum();
                *left.at(a, b) -= other;
            }
        }
        let u: Vec<f64> = tested.iter().map(|&j| self.score[j]).collect();
        let factor = Ldl::new(&left, 1e-13);
        (factor.rank() > 0).then(|| ChiSquareTest::new(dot(&factor.solve(&u), &u), factor.rank()))
    }
}
