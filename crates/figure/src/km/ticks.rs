//! The time axis: its end and its ticks.

use super::input::{KaplanMeierFigure, TimeAxis, TimeUnit};
use crate::error::FigureError;
use crate::ticks::{month_step, multiples, plain_step};

/// More ticks than this are an error.
const MOST_TICKS: usize = 60;

/// Greatest time an axis shows; far beyond any follow-up in days.
const LONGEST: f64 = 1e9;

/// Times of the ticks of a time axis whose longest observed time is `longest_time`, in its unit.
///
/// The counts of [`super::RiskTable`] belong to exactly these times. Starts at 0.
///
/// # Errors
/// [`FigureError::NotFinite`], [`FigureError::OutOfRange`] for a time, end or step below 0 or above
/// 1e9; [`FigureError::TooManyTicks`] for a step that makes more than 60 ticks.
///
/// # Example
/// ```
/// use oligomet_figure::{TimeAxis, km_ticks};
/// let ticks = km_ticks(&TimeAxis::months("Months since surgery"), 57.3)?;
/// assert_eq!(ticks, [0.0, 12.0, 24.0, 36.0, 48.0, 60.0]);
/// # Ok::<(), oligomet_figure::FigureError>(())
/// ```
pub fn km_ticks(axis: &TimeAxis, longest_time: f64) -> Result<Vec<f64>, FigureError> {
    Ok(TimeScale::new(axis, longest_time)?.ticks)
}

/// End and ticks of a time axis.
pub(crate) struct TimeScale {
    /// Right end, > 0.
    pub(crate) max: f64,
    /// Ticks from 0, none beyond `max`.
    pub(crate) ticks: Vec<f64>,
}

impl TimeScale {
    pub(crate) fn new(axis: &TimeAxis, longest_time: f64) -> Result<Self, FigureError> {
        check_time(&axis.label, "the longest time", longest_time, 0.0)?;
        if let Some(max) = axis.max {
            check_time(&axis.label, "the end of the axis", max, f64::MIN_POSITIVE)?;
        }
        let span = axis.max.unwrap_or(if longest_time > 0.0 { longest_time } else { 1.0 });
        let step = match axis.step {
            Some(step) => step,
            None if axis.unit == TimeUnit::Months => month_step(span),
            None => plain_step(span),
        };
        check_time(&axis.label, "the tick step", step, f64::MIN_POSITIVE)?;
        if span / step > MOST_TICKS as f64 {
            return Err(FigureError::TooManyTicks { step, max: span, limit: MOST_TICKS });
        }
        let max = axis.max.unwrap_or_else(|| automatic_end(span, step));
        Ok(Self { max, ticks: multiples(step, max) })
    }
}

/// The next tick, unless it is more than half a step away: then the axis ends with the data.
fn automatic_end(longest: f64, step: f64) -> f64 {
    let next = (longest / step - 1e-9).ceil() * step;
    if next - longest <= 0.5 * step || longest < step { next } else { longest }
}

fn check_time(item: &str, what: &'static str, value: f64, least: f64) -> Result<(), FigureError> {
    if !value.is_finite() {
        return Err(FigureError::NotFinite { what, item: item.to_owned() });
    }
    if value < least || value > LONGEST {
        return Err(FigureError::OutOfRange { what, item: item.to_owned(), value, allowed: "0 to 1e9" });
    }
    Ok(())
}

impl KaplanMeierFigure {
    /// Times of the ticks, for which the caller computes the numbers of the risk table.
    ///
    /// # Errors
    /// As [`km_ticks`].
    pub fn ticks(&self) -> Result<Vec<f64>, FigureError> {
        Ok(self.time_scale()?.ticks)
    }

    pub(super) fn time_scale(&self) -> Result<TimeScale, FigureError> {
        let mut longest = 0.0_f64;
        for group in &self.groups {
            check_time(&group.label, "the end time", group.end_time, 0.0)?;
            longest = longest.max(group.end_time);
        }
        TimeScale::new(&self.x, longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(max: Option<f64>, step: Option<f64>) -> TimeAxis {
        TimeAxis { max, step, ..TimeAxis::months("Months") }
    }

    #[test]
    fn ticks_reach_the_last_time() -> Result<(), FigureError> {
        assert_eq!(
            km_ticks(&months(None, None), 231.5)?,
            (0..=10).map(|i| f64::from(i) * 24.0).collect::<Vec<_>>()
        );
        assert_eq!(km_ticks(&months(Some(60.0), Some(20.0)), 231.5)?, [0.0, 20.0, 40.0, 60.0]);
        assert_eq!(km_ticks(&TimeAxis::years("Years"), 7.2)?, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        Ok(())
    }

    #[test]
    fn the_axis_ends_with_the_data_when_the_next_tick_is_far() -> Result<(), FigureError> {
        assert_eq!(TimeScale::new(&months(None, None), 62.0)?.max, 62.0);
        assert_eq!(TimeScale::new(&months(None, None), 70.0)?.max, 72.0);
        Ok(())
    }

    #[test]
    fn times_without_meaning_are_errors() {
        assert!(matches!(km_ticks(&months(None, None), f64::NAN), Err(FigureError::NotFinite { .. })));
        assert!(matches!(km_ticks(&months(None, None), -1.0), Err(FigureError::OutOfRange { .. })));
        assert!(matches!(km_ticks(&months(None, None), 1e300), Err(FigureError::OutOfRange { .. })));
        assert!(matches!(km_ticks(&months(None, Some(0.0)), 1.0), Err(FigureError::OutOfRange { .. })));
        assert!(matches!(km_ticks(&months(None, Some(1e-3)), 60.0), Err(FigureError::TooManyTicks { .. })));
    }

    #[test]
    fn follow_up_of_no_length_still_has_an_axis() -> Result<(), FigureError> {
        let scale = TimeScale::new(&months(None, None), 0.0)?;
        assert!(scale.max > 0.0 && scale.ticks.len() >= 2);
        Ok(())
    }
}
