//! Cause-specific hazards: one Cox model per cause of competing events.

use super::{CoxFit, CoxOptions, Design, fit_cox};
use crate::error::{Result, SurvivalError};
use crate::sample::{Events, Sample};

/// The model of one cause.
#[derive(Debug, Clone, PartialEq)]
pub struct CauseSpecificFit {
    /// The cause, as coded in the sample.
    pub cause: u32,
    /// Its model, in which every other cause censors; the reason where there is none.
    pub fit: Result<CoxFit>,
}

/// Fits Cox's model to the hazard of every cause of the sample, ascending by code.
///
/// A cause-specific hazard ratio says how a covariate acts on the rate of a cause among those still free
/// of any event. It does not say how it acts on the probability of the cause, to which the rates of all
/// causes contribute: show it beside [`cumulative_incidence`](crate::cumulative_incidence) or
/// [`fit_fine_gray`](crate::fit_fine_gray). A cause whose model cannot be fitted carries its own error.
/// A sample without causes has the single cause 1.
///
/// # Errors
/// [`SurvivalError::NoEvents`] without any event; [`SurvivalError::LengthMismatch`].
/// # Source
/// Prentice et al. 1978; Putter, Fiocco & Geskus 2007; `docs/methods/cause-specific.md`.
/// Checked against R `survival::coxph()` by cause: `reference/cause_specific/`.
/// # Example
/// ```
/// use oligomet_survival::{CoxOptions, Design, Sample, Times, fit_cause_specific};
/// let days = [3, 5, 6, 8, 9, 11, 14, 15, 18, 21];
/// let cause = [1, 2, 1, 0, 2, 1, 2, 1, 0, 2];
/// let sample = Sample::with_causes(Times::Days(&days), &cause)?;
/// let age = [61.0, 55.0, 70.0, 48.0, 66.0, 59.0, 72.0, 50.0, 63.0, 58.0];
/// let fits = fit_cause_specific(&sample, &Design::new(&[&age])?, &CoxOptions::default())?;
/// assert_eq!(fits.iter().map(|f| f.cause).collect::<Vec<_>>(), [1, 2]);
/// assert!(fits.iter().all(|f| f.fit.as_ref().is_ok_and(|fit| fit.n_events == 4)));
/// # Ok::<(), oligomet_survival::SurvivalError>(())
/// ```
pub fn fit_cause_specific(
    sample: &Sample<'_>,
    design: &Design<'_>,
    options: &CoxOptions,
) -> Result<Vec<CauseSpecificFit>> {
    crate::sample::check_length("covariate", sample.n(), design.n_rows())?;
    let causes = causes_of(sample);
    if causes.is_empty() {
        return Err(SurvivalError::NoEvents);
    }
    let fit =
        |cause| CauseSpecificFit { cause, fit: fit_cox(&sample.cause_specific(cause), design, options) };
    Ok(causes.into_iter().map(fit).collect())
}

/// Codes of the causes that occur, ascending.
fn causes_of(sample: &Sample<'_>) -> Vec<u32> {
    let mut causes: Vec<u32> = match sample.events {
        Events::Causes(codes) => codes.iter().copied().filter(|&c| c > 0).collect(),
        // Already narrowed to one.
        Events::Cause(_, cause) if sample.n_events() > 0 => vec![cause],
        _ if sample.n_events() > 0 => vec![1],
        _ => Vec::new(),
    };
    causes.sort_unstable();
    causes.dedup();
    causes
}
