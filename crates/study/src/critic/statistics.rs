//! Small statistics that several rules need; the estimators are those of `survival`.

use oligomet_survival::{
    CoxFit, CoxOptions, KaplanMeierOptions, LogRankOptions, SurvivalCurve, fit_cox, kaplan_meier, log_rank,
};

use crate::analysis::{Columns, Outcomes};
use crate::derive::Variable;

/// A Cox model over the outcomes; `None` where it cannot be fitted.
pub(super) fn fit(outcomes: &Outcomes, columns: &Columns<'_>) -> Option<CoxFit> {
    let mut slices = Vec::new();
    let design = columns.design(&mut slices).ok()?;
    fit_cox(&outcomes.sample().ok()?, &design, &CoxOptions::default()).ok()
}

/// A Cox model of some terms over the outcomes.
pub(super) fn fit_terms(outcomes: &Outcomes, terms: &[&Variable]) -> Option<CoxFit> {
    fit(outcomes, &Columns::of(terms, &outcomes.subject))
}

/// A Cox model of plain columns over the outcomes.
pub(super) fn fit_columns(outcomes: &Outcomes, columns: &[&[f64]]) -> Option<CoxFit> {
    let design = oligomet_survival::Design::new(columns).ok()?;
    fit_cox(&outcomes.sample().ok()?, &design, &CoxOptions::default()).ok()
}

/// P of the log-rank test between codes below `n_groups`.
pub(super) fn log_rank_p(outcomes: &Outcomes, codes: &[u32], n_groups: usize) -> Option<f64> {
    let sample = outcomes.sample().ok()?;
    log_rank(&sample, codes, n_groups, &LogRankOptions::default()).ok().map(|t| t.p_value)
}

/// The Kaplan-Meier curve; `None` where there is none.
pub(super) fn curve(outcomes: &Outcomes) -> Option<SurvivalCurve> {
    kaplan_meier(&outcomes.sample().ok()?, &KaplanMeierOptions::default()).ok()
}

/// Share of each column's variance that the other columns tell (R squared): the variance inflation factor is
/// 1 / (1 - R squared). 0 for a column that is the same everywhere, 1 for one that follows from the others.
pub(super) fn told_by_others(columns: &[&[f64]]) -> Vec<f64> {
    let standard: Vec<Vec<f64>> = columns.iter().map(|c| standardised(c)).collect();
    let varying: Vec<usize> = (0..standard.len()).filter(|&j| !standard[j].is_empty()).collect();
    let mut told = vec![0.0; standard.len()];
    leave_each_out(&varying, &standard, &mut Vec::new(), &mut told);
    told
}

/// R squared of each of `these` on all other columns; `basis` spans those outside `these`. Halves share the basis of what
/// lies outside both: p columns of n rows cost p² n log p, not p³ n.
fn leave_each_out(these: &[usize], standard: &[Vec<f64>], basis: &mut Vec<Vec<f64>>, told: &mut [f64]) {
    match these {
        [] => {}
        [j] => {
            let along = basis.iter().map(|b| dot(&standard[*j], b));
            told[*j] = along.map(|a| a * a).sum::<f64>().min(1.0);
        }
        _ => {
            let (first, second) = these.split_at(these.len() / 2);
            let shared = basis.len();
            for (inside, outside) in [(first, second), (second, first)] {
                outside.iter().for_each(|&k| extend(basis, &standard[k]));
                leave_each_out(inside, standard, basis, told);
                basis.truncate(shared);
            }
        }
    }
}

/// A column with mean 0 and length 1; empty where it does not vary.
fn standardised(column: &[f64]) -> Vec<f64> {
    let n = column.len() as f64;
    let mean = column.iter().sum::<f64>() / n;
    let centred: Vec<f64> = column.iter().map(|x| x - mean).collect();
    let length = libm::sqrt(dot(&centred, &centred));
    if length <= 1e-12 * (1.0 + mean.abs()) * libm::sqrt(n) {
        return Vec::new();
    }
    centred.iter().map(|x| x / length).collect()
}

/// Adds the direction of a column that the orthonormal basis does not span yet; none where it spans the column.
fn extend(basis: &mut Vec<Vec<f64>>, column: &[f64]) {
    let mut rest = column.to_vec();
    // Twice: the second pass takes away what rounding left.
    for _ in 0..2 {
        for b in basis.iter() {
            let along = dot(&rest, b);
            rest.iter_mut().zip(b).for_each(|(r, b)| *r -= along * b);
        }
    }
    let length = libm::sqrt(dot(&rest, &rest));
    if length > 1e-9 {
        rest.iter_mut().for_each(|r| *r /= length);
        basis.push(rest);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::told_by_others;

    /// Two nested cuts of six ordered values, at the third and the fifth: correlation 1/sqrt(4) = 0.5 in a hand-made table.
    /// x = 0,0,1,1,1,1 and y = 0,0,0,0,1,1: covariance 2/6 - (4/6)(2/6) = 1/9, variances 2/9 each, so r = 1/2, R squared 1/4.
    #[test]
    fn nested_halves_tell_a_quarter_of_each_other() {
        let x = [0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
        let y = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0];
        let told = told_by_others(&[&x, &y]);
        assert!(told.iter().all(|r| (r - 0.25).abs() < 1e-12), "{told:?}");
    }

    #[test]
    fn a_sum_is_told_whole_and_a_constant_not_at_all() {
        let (x, y) = ([1.0, 2.0, 3.0, 5.0], [2.0, 1.0, 4.0, 4.0]);
        let sum: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x + y).collect();
        let told = told_by_others(&[&x, &y, &sum, &[7.0; 4]]);
        assert!(told[..3].iter().all(|r| (r - 1.0).abs() < 1e-9), "{told:?}");
        assert_eq!(told[3], 0.0);
    }
}
