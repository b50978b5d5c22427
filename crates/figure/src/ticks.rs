//! Where ticks go.

/// Largest number of intervals an automatic linear or time axis has.
const MOST_INTERVALS: f64 = 8.0;

/// Number of intervals a month axis comes nearest to.
const GOOD_INTERVALS: f64 = 6.3;

/// Shortest step of 1, 2, 2.5 or 5 times a power of ten that makes at most `most` intervals of `span`.
///
/// `span` is finite and above 0; otherwise the step is 1.
pub(crate) fn nice_step(span: f64, most: f64) -> f64 {
    if !(span.is_finite() && span > 0.0) {
        return 1.0;
    }
    let power = 10f64.powi((span / most).log10().floor() as i32);
    let fits = |step: &f64| span / step <= most * (1.0 + 1e-9);
    [1.0, 2.0, 2.5, 5.0, 10.0].map(|factor| factor * power).into_iter().find(fits).unwrap_or(10.0 * power)
}

/// Customary step in months, of 1, 2, 3, 6, 12, 24, 60 and 120 the one whose number of intervals is
/// in proportion nearest to 6.3 (five years by 12 months, nearly twenty by 24); for very long spans round multiples of 120.
pub(crate) fn month_step(span: f64) -> f64 {
    if span < 2.0 {
        return nice_step(span, MOST_INTERVALS);
    }
    if span > 1200.0 {
        return 120.0 * nice_step(span / 120.0, MOST_INTERVALS).ceil();
    }
    let off = |step: &f64| (span / step / GOOD_INTERVALS).ln().abs();
    let customary = [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0];
    customary.into_iter().min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(12.0)
}

/// Round step of an axis in years or any other unit.
pub(crate) fn plain_step(span: f64) -> f64 {
    nice_step(span, MOST_INTERVALS)
}

/// Multiples of `step` from 0 up to `max` (included, within rounding).
pub(crate) fn multiples(step: f64, max: f64) -> Vec<f64> {
    let count = (max / step + 1e-9).floor().max(0.0) as usize;
    (0..=count).map(|i| i as f64 * step).collect()
}

/// Ticks of a logarithmic axis from `min` to `max` (0 < min < max): at most `most`.
///
/// Tries 1-2-5 in every decade, then 1-3, then every decade, then every n-th decade, always
/// including 1 if it lies inside. An axis too short for two of those gets round linear steps.
pub(crate) fn log_ticks(min: f64, max: f64, most: usize) -> Vec<f64> {
    let (low, high) = (min * (1.0 - 1e-9), max * (1.0 + 1e-9));
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let inside = |factors: &[f64], every: i32| -> Vec<f64> {
        (first..=last)
            .filter(|power| power % every == 0)
            .flat_map(|power| factors.iter().map(move |factor| decimal(*factor, power)))
            .filter(|value| (low..=high).contains(value))
            .collect()
    };
    let by_factor = [&[1.0, 2.0, 5.0][..], &[1.0, 3.0][..]].into_iter().map(|factors| inside(factors, 1));
    let by_decade = (1..).map(|every| inside(&[1.0], every));
    let ticks = by_factor.chain(by_decade).find(|ticks| ticks.len() <= most.max(1)).unwrap_or_default();
    if ticks.len() >= 3 || (ticks.len() == 2 && most < 4) { ticks } else { short_log_ticks(low, high, most) }
}

/// Round values for an axis that spans less than a 1-2-5 step or two.
fn short_log_ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let step = nice_step(high - low, most.max(2) as f64 - 1.0);
    let first = (low / step).ceil() as i64;
    let ticks: Vec<f64> = (first..).map(|i| i as f64 * step).take_while(|v| *v <= high).collect();
    ticks.into_iter().filter(|v| *v > 0.0).collect()
}

/// `factor` × 10^`power`, exact where the decimal is (10^-1 is the double nearest to 0.1).
fn decimal(factor: f64, power: i32) -> f64 {
    if power < 0 { factor / 10f64.powi(-power) } else { factor * 10f64.powi(power) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn months_have_customary_steps() {
        for (span, step) in [
            (8.0, 1.0),
            (18.0, 3.0),
            (40.0, 6.0),
            (60.0, 12.0),
            (97.0, 12.0),
            (231.0, 24.0),
            (400.0, 60.0),
            (900.0, 120.0),
        ] {
            assert_eq!(month_step(span), step, "{span} months");
        }
        assert_eq!(month_step(5000.0), 1200.0);
    }

    #[test]
    fn ratio_axes_have_round_ticks() {
        assert_eq!(log_ticks(0.2, 5.0, 7), [0.2, 0.5, 1.0, 2.0, 5.0]);
        assert_eq!(log_ticks(0.05, 20.0, 6), [0.1, 0.3, 1.0, 3.0, 10.0]);
        assert_eq!(log_ticks(1e-6, 1e6, 7), [1e-6, 1e-4, 1e-2, 1.0, 1e2, 1e4, 1e6]);
        let short: Vec<String> = log_ticks(0.9, 1.25, 6).into_iter().map(crate::number::tick_label).collect();
        assert_eq!(short, ["0.9", "1", "1.1", "1.2"]);
    }

    proptest! {
        #[test]
        fn log_ticks_lie_inside_and_are_few(low in -13.0..13.0f64, span in 0.02..20.0f64, most in 3usize..9) {
            let (min, max) = (low.exp(), (low + span).exp());
            let ticks = log_ticks(min, max, most);
            prop_assert!(ticks.len() <= most, "{ticks:?}");
            prop_assert!(ticks.iter().all(|t| *t >= min * 0.999_999 && *t <= max * 1.000_001));
            prop_assert!(ticks.windows(2).all(|w| w[0] < w[1]));
        }

        #[test]
        fn steps_make_few_intervals(span in 1e-9..1e12f64) {
            prop_assert!((1.0..=8.0 + 1e-6).contains(&(span / plain_step(span))));
            prop_assert!((0.99..=12.0).contains(&(span / month_step(span))), "{}", month_step(span));
        }
    }
}
