//! Tests between groups that table 1 may show on request.

use oligomet_survival::ChiSquareTest;

/// A test's result.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupTest {
    /// Name of the row in `methods`.
    pub method_id: &'static str,
    /// The statistic; none for an exact test.
    pub statistic: Option<f64>,
    /// Degrees of freedom; none for an exact test.
    pub df: Option<usize>,
    /// P value.
    pub p_value: f64,
    /// What the reader must know.
    pub warning: Option<String>,
}

impl From<(ChiSquareTest, &'static str)> for GroupTest {
    fn from((test, method_id): (ChiSquareTest, &'static str)) -> Self {
        Self {
            method_id,
            statistic: Some(test.statistic),
            df: Some(test.df),
            p_value: test.p_value,
            warning: None,
        }
    }
}

/// Kruskal-Wallis test with tie correction (Kruskal & Wallis 1952); for two groups it is Wilcoxon's test without continuity correction.
///
/// `values` and `groups` run over the patients; `None` where fewer than two groups have values or all values are tied.
#[must_use]
pub fn kruskal_wallis(values: &[f64], groups: &[u32], n_groups: usize) -> Option<GroupTest> {
    let n = values.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    let (mut rank_sum, mut size) = (vec![0.0; n_groups], vec![0.0; n_groups]);
    let (mut start, mut ties) = (0, 0.0);
    while start < n {
        let end = order[start..].iter().take_while(|&&i| values[i] == values[order[start]]).count() + start;
        let middle = (start + end + 1) as f64 / 2.0;
        let t = (end - start) as f64;
        ties += t * t * t - t;
        for &i in &order[start..end] {
            rank_sum[groups[i] as usize] += middle;
            size[groups[i] as usize] += 1.0;
        }
        start = end;
    }
    let total = n as f64;
    let used = size.iter().filter(|s| **s > 0.0).count();
    let correction = 1.0 - ties / (total * total * total - total);
    if used < 2 || correction <= 0.0 {
        return None;
    }
    let squares: f64 = rank_sum.iter().zip(&size).filter(|(_, s)| **s > 0.0).map(|(r, s)| r * r / s).sum();
    let statistic = (12.0 / (total * (total + 1.0)) * squares - 3.0 * (total + 1.0)) / correction;
    Some((ChiSquareTest::new(statistic, used - 1), "kruskal-wallis").into())
}

/// Pearson's chi-squared test without continuity correction. `counts[level][group]`; empty levels and groups are left out.
#[must_use]
pub fn chi_squared(counts: &[Vec<f64>]) -> Option<GroupTest> {
    let table = without_empty(counts);
    let (rows, columns) = (table.len(), table.first().map_or(0, Vec::len));
    if rows < 2 || columns < 2 {
        return None;
    }
    let row_sum: Vec<f64> = table.iter().map(|r| r.iter().sum()).collect();
    let column_sum: Vec<f64> = (0..columns).map(|j| table.iter().map(|r| r[j]).sum()).collect();
    let total: f64 = row_sum.iter().sum();
    let (mut statistic, mut smallest) = (0.0, f64::INFINITY);
    for (i, row) in table.iter().enumerate() {
        for (j, observed) in row.iter().enumerate() {
            let expected = row_sum[i] * column_sum[j] / total;
            statistic += (observed - expected) * (observed - expected) / expected;
            smallest = expected.min(smallest);
        }
    }
    let mut test: GroupTest =
        (ChiSquareTest::new(statistic, (rows - 1) * (columns - 1)), "chi-squared").into();
    if smallest < 5.0 {
        test.warning = Some("an expected count is below 5: the P value is approximate".into());
    }
    Some(test)
}

/// Fisher's exact test of a 2 x 2 table, two-sided by the sum of all tables that are no likelier (as R's `fisher.test`).
/// `None` for other tables. The tolerance of 1e-7 in comparing likelihoods is R's.
#[must_use]
pub fn fisher_exact(counts: &[Vec<f64>]) -> Option<GroupTest> {
    let table = without_empty(counts);
    let [first, second] = table.as_slice() else { return None };
    let (&[a, b], &[c, d]) = (first.as_slice(), second.as_slice()) else { return None };
    let (row, column, total) = ((a + b) as u64, (a + c) as u64, (a + b + c + d) as u64);
    let log_factorial = log_factorials(total);
    let choose = |n: u64, k: u64| {
        log_factorial[n as usize] - log_factorial[k as usize] - log_factorial[(n - k) as usize]
    };
    let log_likelihood = |x: u64| choose(column, x) + choose(total - column, row - x) - choose(total, row);
    let (low, high) = ((row + column).saturating_sub(total), row.min(column));
    let observed = log_likelihood(a as u64);
    let relative: f64 = 1.0 + 1e-7;
    let p: f64 = (low..=high)
        .map(log_likelihood)
        .filter(|l| *l <= observed + libm::log(relative))
        .map(libm::exp)
        .sum();
    Some(GroupTest { method_id: "fisher", statistic: None, df: None, p_value: p.min(1.0), warning: None })
}

fn log_factorials(n: u64) -> Vec<f64> {
    let mut sums = vec![0.0];
    for k in 1..=n {
        sums.push(sums[k as usize - 1] + libm::log(k as f64));
    }
    sums
}

fn without_empty(counts: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let columns = counts.first().map_or(0, Vec::len);
    let used: Vec<usize> = (0..columns).filter(|&j| counts.iter().any(|r| r[j] > 0.0)).collect();
    counts
        .iter()
        .filter(|r| r.iter().any(|x| *x > 0.0))
        .map(|r| used.iter().map(|&j| r[j]).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 1e-10 * wanted.abs().max(1e-3), "{found} is not {wanted}");
    }

    #[test]
    fn kruskal_wallis_by_hand() {
        // Ranks 1..6 in groups (1,2,3), (4,5,6): rank sums 6 and 15, H = 12/42 (12 + 75) - 21 = 27/7.
        let test = kruskal_wallis(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[0, 0, 0, 1, 1, 1], 2).unwrap();
        close(test.statistic.unwrap(), 27.0 / 7.0);
        assert_eq!(test.df, Some(1));
        assert!(kruskal_wallis(&[1.0, 1.0], &[0, 1], 2).is_none());
    }

    #[test]
    fn chi_squared_by_hand() {
        // (10 x 40 - 20 x 30)^2 x 100 / (30 x 70 x 40 x 60)
        let test = chi_squared(&[vec![10.0, 20.0], vec![30.0, 40.0]]).unwrap();
        close(test.statistic.unwrap(), 100.0 * 200.0f64.powi(2) / (30.0 * 70.0 * 40.0 * 60.0));
        assert!(test.warning.is_none());
        assert!(chi_squared(&[vec![3.0, 1.0], vec![1.0, 3.0]]).unwrap().warning.is_some());
        assert!(chi_squared(&[vec![3.0, 1.0], vec![0.0, 0.0]]).is_none());
    }

    #[test]
    fn fisher_on_the_lady_tasting_tea() {
        // 3 of 4 right: 2 (16 + 1) / 70
        close(fisher_exact(&[vec![3.0, 1.0], vec![1.0, 3.0]]).unwrap().p_value, 34.0 / 70.0);
        close(fisher_exact(&[vec![4.0, 0.0], vec![0.0, 4.0]]).unwrap().p_value, 2.0 / 70.0);
    }
}
