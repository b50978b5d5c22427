//! Describing groups: quantiles, moments, standardised differences, and the tests that table 1 may show on request.

mod difference;
mod tests_of_groups;

pub use difference::{standardised_difference_of_levels, standardised_difference_of_numbers};
pub use tests_of_groups::{GroupTest, chi_squared, fisher_exact, kruskal_wallis};

/// Mean and standard deviation (divisor n - 1) of numbers; `None` where they do not exist.
#[must_use]
pub fn mean_sd(values: &[f64]) -> (Option<f64>, Option<f64>) {
    let n = values.len() as f64;
    if values.is_empty() {
        return (None, None);
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    (Some(mean), (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt()))
}

/// The quantile that R calls type 7 (its default), of ascending values.
///
/// With h = (n - 1) p, the value between the order statistics floor(h) and floor(h) + 1 (Hyndman & Fan 1996).
#[must_use]
pub fn quantile(ascending: &[f64], p: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let h = last as f64 * p;
    let below = (h.floor() as usize).min(last);
    let above = (below + 1).min(last);
    let (low, high) = (ascending[below], ascending[above]);
    Some(low + (h - below as f64) * (high - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_as_r_computes_them() {
        // R: quantile(c(1, 2, 4, 8), c(.25, .5, .75)) is 1.75, 3, 5
        let x = [1.0, 2.0, 4.0, 8.0];
        assert_eq!([0.25, 0.5, 0.75].map(|p| quantile(&x, p)), [Some(1.75), Some(3.0), Some(5.0)]);
        assert_eq!(quantile(&[7.0], 0.9), Some(7.0));
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn moments_by_hand() {
        assert_eq!(mean_sd(&[1.0, 2.0, 3.0, 4.0]), (Some(2.5), Some((5.0f64 / 3.0).sqrt())));
        assert_eq!(mean_sd(&[3.0]), (Some(3.0), None));
    }
}
