//! Standardised differences: how far groups are apart, in standard deviations, whatever their size.

use super::mean_sd;

/// |mean difference| over the root of the mean variance, for two groups of numbers (Austin 2009, doi:10.1002/sim.3697).
/// `None` where a group has fewer than two values or nothing varies.
#[must_use]
pub fn standardised_difference_of_numbers(a: &[f64], b: &[f64]) -> Option<f64> {
    let ((mean_a, sd_a), (mean_b, sd_b)) = (mean_sd(a), mean_sd(b));
    let pooled = ((sd_a?.powi(2) + sd_b?.powi(2)) / 2.0).sqrt();
    (pooled > 0.0).then(|| (mean_a.unwrap_or_default() - mean_b.unwrap_or_default()).abs() / pooled)
}

/// The same for levels: Mahalanobis distance of the two vectors of shares (Yang & Dalton 2012, SAS Global Forum 335).
///
/// `a` and `b` are counts per level. With T the shares of all levels but the first,
/// d = sqrt((Ta - Tb)' S^-1 (Ta - Tb)), S = (Sa + Sb) / 2, S_kl = p_k (1 - p_k) on the diagonal and -p_k p_l beside it.
/// Levels that nobody has are left out. `None` where a group is empty or S is singular.
#[must_use]
pub fn standardised_difference_of_levels(a: &[f64], b: &[f64]) -> Option<f64> {
    let (total_a, total_b) = (a.iter().sum::<f64>(), b.iter().sum::<f64>());
    if total_a == 0.0 || total_b == 0.0 {
        return None;
    }
    let used: Vec<(f64, f64)> = a
        .iter()
        .zip(b)
        .filter(|(x, y)| **x + **y > 0.0)
        .map(|(x, y)| (x / total_a, y / total_b))
        .skip(1)
        .collect();
    let k = used.len();
    if k == 0 {
        return Some(0.0);
    }
    let covariance = |i: usize, j: usize| {
        let of = |p: &dyn Fn(usize) -> f64| if i == j { p(i) * (1.0 - p(i)) } else { -p(i) * p(j) };
        (of(&|m| used[m].0) + of(&|m| used[m].1)) / 2.0
    };
    let difference: Vec<f64> = used.iter().map(|(x, y)| x - y).collect();
    let matrix: Vec<Vec<f64>> = (0..k).map(|i| (0..k).map(|j| covariance(i, j)).collect()).collect();
    let solved = solve(matrix, difference.clone())?;
    let square: f64 = difference.iter().zip(&solved).map(|(d, s)| d * s).sum();
    (square >= 0.0).then(|| square.sqrt())
}

/// Gaussian elimination with partial pivoting; `None` for a singular matrix. Small (levels of a factor).
fn solve(mut m: Vec<Vec<f64>>, mut y: Vec<f64>) -> Option<Vec<f64>> {
    let n = y.len();
    for k in 0..n {
        let pivot = (k..n).max_by(|&i, &j| m[i][k].abs().total_cmp(&m[j][k].abs()))?;
        if m[pivot][k].abs() < 1e-12 {
            return None;
        }
        m.swap(k, pivot);
        y.swap(k, pivot);
        let pivot_row = m[k].clone();
        for i in k + 1..n {
            let factor = m[i][k] / pivot_row[k];
            for (own, above) in m[i][k..].iter_mut().zip(&pivot_row[k..]) {
                *own -= factor * above;
            }
            y[i] -= factor * y[k];
        }
    }
    for k in (0..n).rev() {
        let known: f64 = m[k][k + 1..].iter().zip(&y[k + 1..]).map(|(a, x)| a * x).sum();
        y[k] = (y[k] - known) / m[k][k];
    }
    Some(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Means 2 and 4, both variances 1: two standard deviations apart.
        assert_eq!(standardised_difference_of_numbers(&[1.0, 2.0, 3.0], &[3.0, 4.0, 5.0]), Some(2.0));
        assert_eq!(standardised_difference_of_numbers(&[1.0, 1.0], &[1.0, 1.0]), None);
        // Two levels: |0.5 - 0.2| / sqrt((0.25 + 0.16) / 2).
        let d = standardised_difference_of_levels(&[5.0, 5.0], &[8.0, 2.0]).unwrap();
        assert!((d - 0.3 / 0.205f64.sqrt()).abs() < 1e-14);
    }

    #[test]
    fn the_order_of_levels_does_not_matter() {
        let d = standardised_difference_of_levels(&[3.0, 4.0, 5.0], &[6.0, 1.0, 9.0]).unwrap();
        let e = standardised_difference_of_levels(&[5.0, 3.0, 4.0], &[9.0, 6.0, 1.0]).unwrap();
        assert!((d - e).abs() < 1e-12 && d > 0.0);
        assert_eq!(standardised_difference_of_levels(&[3.0, 0.0], &[7.0, 0.0]), Some(0.0));
    }
}
