//! Gray's test of equal cumulative incidence.

use crate::axis::Timeline;
use crate::error::{Result, SurvivalError};
use crate::matrix::{Ldl, Matrix, dot};
use crate::owned::compress_codes;
use crate::sample::Sample;
use crate::table::{DayTable, Lane, check_groups};
use libm::pow;

/// Powers of 1 - F beyond this, of either sign, leave the range of numbers.
const LARGEST_RHO: f64 = 100.0;

/// Result of Gray's test.
#[derive(Debug, Clone, PartialEq)]
pub struct GrayTest {
    /// The cause compared.
    pub cause: u32,
    /// Groups that have subjects.
    pub groups: Vec<u32>,
    /// Groups without subjects.
    pub dropped_groups: Vec<u32>,
    /// Observed less expected events of the cause, per group.
    pub score: Vec<f64>,
    /// The chi-square statistic.
    pub statistic: f64,
    /// Degrees of freedom: groups less one.
    pub df: usize,
    /// P-value.
    pub p_value: f64,
}

/// Gray's test that the cumulative incidence of `cause` is the same in all groups, within strata.
///
/// `rho` weights the difference at t by (1 - F(t-))^rho; 0 is the usual test.
///
/// # Errors
/// [`SurvivalError::FewerThanTwoGroups`], [`SurvivalError::NoEvents`] of the cause,
/// [`SurvivalError::NotCovered`] for delayed entry or weights, [`SurvivalError::InvalidOption`] of rho,
/// [`SurvivalError::SingularInformation`].
/// # Source
/// Gray 1988; `docs/methods/gray-test.md`. Checked against R `cmprsk::cuminc`: `reference/gray/`.
/// # Example
/// ```
/// use oligomet_survival::{gray_test, Sample, Times};
/// let days = [3, 5, 8, 9, 12, 14, 2, 4, 6, 7, 10, 11];
/// let cause = [1, 2, 0, 1, 2, 0, 1, 1, 1, 2, 1, 0];
/// let group = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
/// let sample = Sample::with_causes(Times::Days(&days), &cause)?;
/// let test = gray_test(&sample, &group, 2, 1, 0.0)?;
/// assert_eq!(test.df, 1);
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn gray_test(
    sample: &Sample<'_>,
    group: &[u32],
    n_groups: usize,
    cause: u32,
    rho: f64,
) -> Result<GrayTest> {
    check_groups(sample, Some((group, n_groups)))?;
    check_covered(sample)?;
    if rho.is_nan() || rho.abs() > LARGEST_RHO {
        let expected = "it lies between -100 and 100";
        return Err(SurvivalError::InvalidOption { option: "rho", value: rho, expected });
    }
    let mut present = group.to_vec();
    present.sort_unstable();
    present.dedup();
    if present.len() < 2 {
        return Err(SurvivalError::FewerThanTwoGroups { n: present.len() });
    }
    let (lanes, n_lanes) = compress_codes(group);
    let (strata, n_strata) = sample.strata.map_or_else(|| (vec![0; sample.n()], 1), compress_codes);
    let timeline = Timeline::new(sample)?;
    let lane = |row: usize| strata[row] as usize * n_lanes + lanes[row] as usize;
    let table = DayTable::fill(sample, &timeline, n_strata * n_lanes, lane);
    if cause == 0 || cause as usize > table.n_causes() {
        return Err(SurvivalError::NoEvents);
    }
    let mut sums = Sums { score: vec![0.0; n_lanes], variance: Matrix::zeros(n_lanes, n_lanes), events: 0.0 };
    for s in 0..n_strata {
        let groups: Vec<Lane<'_>> = (0..n_lanes).map(|g| table.lane(s * n_lanes + g)).collect();
        sums.add(&Paths::new(&groups, cause as usize), rho);
    }
    let dropped = (0..n_groups as u32).filter(|g| present.binary_search(g).is_err()).collect();
    sums.test(cause, present, dropped)
}

fn check_covered(sample: &Sample<'_>) -> Result<()> {
    let what = match (sample.weights, sample.entry) {
        (Some(_), _) => "weights",
        (_, Some(_)) => "delayed entry",
        _ => return Ok(()),
    };
    Err(SurvivalError::NotCovered { method: "Gray's test", what })
}

/// One event time: the quantities of Gray's paper, by group.
struct Step {
    /// Events of the cause: all groups, each group.
    d1: f64,
    d1_by: Vec<f64>,
    /// Other events, each group.
    d2_by: Vec<f64>,
    at_risk: Vec<f64>,
    /// S of any event, before and after.
    survival_before: Vec<f64>,
    survival: Vec<f64>,
    /// Incidence of the cause in each group, before.
    incidence_before: Vec<f64>,
    /// Pooled incidence under the null hypothesis, before and after.
    pooled_before: f64,
    pooled: f64,
    /// h = at risk / S(t-), and its sum.
    h: Vec<f64>,
    h_sum: f64,
}

struct Paths {
    steps: Vec<Step>,
}

impl Paths {
    fn new(lanes: &[Lane<'_>], cause: usize) -> Self {
        let k = lanes.len();
        let at_risk: Vec<Vec<f64>> = lanes.iter().map(Lane::at_risk).collect();
        let all: Vec<Vec<f64>> = lanes.iter().map(Lane::all_events).collect();
        let (mut survival, mut incidence, mut pooled) = (vec![1.0; k], vec![0.0; k], 0.0);
        let mut steps = Vec::new();
        for slot in 0..lanes[0].axis.len() {
            if all.iter().all(|e| e[slot] == 0.0) {
                continue;
            }
            let d1_by: Vec<f64> = lanes.iter().map(|l| l.events_of(cause)[slot]).collect();
            let n: Vec<f64> = at_risk.iter().map(|r| r[slot]).collect();
            let h: Vec<f64> = (0..k).map(|g| if n[g] > 0.0 { n[g] / survival[g] } else { 0.0 }).collect();
            let mut step = Step {
                d1: d1_by.iter().sum(),
                d2_by: (0..k).map(|g| all[g][slot] - d1_by[g]).collect(),
                survival_before: survival.clone(),
                incidence_before: incidence.clone(),
                pooled_before: pooled,
                h_sum: h.iter().sum(),
                pooled: 0.0,
                survival: Vec::new(),
                d1_by,
                at_risk: n,
                h,
            };
            for g in (0..k).filter(|&g| step.at_risk[g] > 0.0) {
                incidence[g] += survival[g] * step.d1_by[g] / step.at_risk[g];
                survival[g] *= (step.at_risk[g] - all[g][slot]) / step.at_risk[g];
            }
            pooled += step.d1 / step.h_sum;
            step.pooled = pooled;
            step.survival.clone_from(&survival);
            steps.push(step);
        }
        Paths { steps }
    }
}

struct Sums {
    score: Vec<f64>,
    variance: Matrix,
    events: f64,
}

impl Sums {
    fn add(&mut self, paths: &Paths, rho: f64) {
        let k = self.score.len();
        // First pass: scores, and the integrals c(infinity).
        let mut total = Matrix::zeros(k, k);
        for step in &paths.steps {
            self.events += step.d1;
            let weight = pow((1.0 - step.pooled_before).max(0.0), rho);
            self.add_score(step, weight);
            add_integral(&mut total, step, weight);
        }
        // Second pass: the variance needs what of the integral is still to come.
        let mut so_far = Matrix::zeros(k, k);
        for step in &paths.steps {
            let weight = pow((1.0 - step.pooled_before).max(0.0), rho);
            add_integral(&mut so_far, step, weight);
            for r in (0..k).filter(|&r| step.at_risk[r] > 0.0) {
                let to_come: Vec<f64> = (0..k).map(|i| total.get(i, r) - so_far.get(i, r)).collect();
                self.add_own_cause(step, weight, r, &to_come);
                self.add_other_causes(step, r, &to_come);
            }
        }
    }

    fn add_score(&mut self, step: &Step, weight: f64) {
        // The score is an integral over events of the cause; the weight may be infinite elsewhere.
        if step.d1 == 0.0 {
            return;
        }
        let adjusted: Vec<f64> =
            step.h.iter().zip(&step.incidence_before).map(|(h, f)| h * (1.0 - f)).collect();
        let sum: f64 = adjusted.iter().sum();
        for (g, r) in adjusted.iter().enumerate() {
            self.score[g] += weight * (step.d1_by[g] - step.d1 * r / sum);
        }
    }

    fn add_own_cause(&mut self, step: &Step, weight: f64, r: usize, to_come: &[f64]) {
        if step.d1 == 0.0 {
            return;
        }
        let (before, after) = (step.survival_before[r], step.survival[r]);
        let theta = if after > 0.0 { 1.0 - (1.0 - step.pooled) / after } else { 1.0 };
        let ties = if step.d1 > 1.0 { 1.0 - (step.d1 - 1.0) / (step.h_sum * before - 1.0) } else { 1.0 };
        let size = ties * before * step.d1 / (step.h_sum * step.at_risk[r]);
        let effect: Vec<f64> =
            (0..to_come.len()).map(|i| contrast(step, weight, i, r) + theta * to_come[i]).collect();
        self.variance.add_outer_upper(size, &effect);
    }

    fn add_other_causes(&mut self, step: &Step, r: usize, to_come: &[f64]) {
        let (before, after, d2, n) =
            (step.survival_before[r], step.survival[r], step.d2_by[r], step.at_risk[r]);
        if d2 == 0.0 || after <= 0.0 {
            return;
        }
        let theta = (1.0 - step.pooled) / after;
        let ties = if d2 > 1.0 { 1.0 - (d2 - 1.0) / (n - 1.0) } else { 1.0 };
        let size = ties * before * before * d2 / (n * n);
        let effect: Vec<f64> = to_come.iter().map(|c| theta * c).collect();
        self.variance.add_outer_upper(size, &effect);
    }

    fn test(mut self, cause: u32, groups: Vec<u32>, dropped_groups: Vec<u32>) -> Result<GrayTest> {
        if self.events == 0.0 {
            return Err(SurvivalError::NoEvents);
        }
        self.variance.mirror_upper();
        let free: Vec<usize> = (0..groups.len() - 1).collect();
        let factor = Ldl::new(&self.variance.select(&free, &free), 1e-12);
        let numbers = |m: &Matrix| m.as_slice().iter().all(|v| v.is_finite());
        if factor.rank() == 0 || !numbers(&self.variance) {
            return Err(SurvivalError::SingularInformation);
        }
        let u = &self.score[..free.len()];
        let test = crate::ChiSquareTest::new(dot(&factor.solve(u), u), factor.rank());
        Ok(GrayTest {
            cause,
            groups,
            dropped_groups,
            score: self.score,
            statistic: test.statistic,
            df: test.df,
            p_value: test.p_value,
        })
    }
}

/// W h_i (1[i = r] - h_r / H): how a step in group r moves the score of group i.
fn contrast(step: &Step, weight: f64, i: usize, r: usize) -> f64 {
    let own = if i == r { 1.0 } else { 0.0 };
    weight * step.h[i] * (own - step.h[r] / step.h_sum)
}

/// Adds the step's part of the integral of the contrast over dF / (1 - F(t-)).
fn add_integral(integral: &mut Matrix, step: &Step, weight: f64) {
    let increment = step.d1 / (step.h_sum * (1.0 - step.pooled_before));
    if step.d1 == 0.0 {
        return;
    }
    for i in 0..step.h.len() {
        for r in 0..step.h.len() {
            *integral.at(i, r) += contrast(step, weight, i, r) * increment;
        }
    }
}
